"""The words of a question that say what it is about, and how much of them a text holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from math import log

import snowballstemmer

from common import british
from rag.question.quantities import in_one_form

# Forms that the stemmer does not bring together: a question asks who "did not take part" of those who "took part".
_VERBS = """
    take took taken, begin began begun, choose chose chosen, meet met, run ran, pay paid, hold held, spend spent,
    grow grew grown, rise rose risen, give gave given, fall fell fallen, make made, write wrote written, build built,
    find found, lead led, leave left, lose lost, keep kept, bring brought, buy bought, teach taught, feel felt,
    tell told, sell sold, win won, go went gone, come came, know knew known, see saw seen, speak spoke spoken,
    draw drew drawn, drive drove driven, show shown, think thought, understand understood, send sent, become became,
    deal dealt, mean meant, learn learnt
"""
_IRREGULAR = {form: verb for verb, *forms in map(str.split, _VERBS.split(",")) for form in forms}
# A question that asks what happened is not about happening.
_ASKED_OF_ALL = {"happen"}
_KIND = re.compile(r"\b(?:which|what)\s+([^\W_]+)", re.IGNORECASE)
_stemmer = snowballstemmer.stemmer("english")
_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of one word by the Snowball English stemmer, so that "volunteers" meets "volunteering".

    American and British spelling are one.
    """
    word = word.lower()
    return str(_stemmer.stemWord(british(_IRREGULAR.get(word, word))))


def stems(text: str) -> set[str]:
    """The stems of all words of `text`, its numbers in one form."""
    return {stem(word) for word in _WORD.findall(in_one_form(text))}


def weights(frequencies: Mapping[str, int], total: int, question: str = "") -> dict[str, float]:
    """How much each word's stem tells: the usual inverse document frequency, log(1 + (N - n + .5) / (n + .5)).

    `frequencies` are the numbers of passages with each word, of `total` passages. A word of no passage tells most. What
    `question` asks for by its kind ("which areas") counts half: an answer names one, and need not say what it is.
    """
    kinds = {stem(word) for word in _KIND.findall(question)}
    found: dict[str, float] = {}
    for word, count in frequencies.items():
        weight = log(1 + (max(total, count) - count + 0.5) / (count + 0.5))
        weight *= 0.5 if stem(word) in kinds else 1.0
        found[stem(word)] = max(weight, found.get(stem(word), 0.0))
    return {word: weight for word, weight in found.items() if word not in _ASKED_OF_ALL} or found


def coverage(text: str, weight: Mapping[str, float]) -> float:
    """The share, from 0 to 1, of the weight of the question's words that `text` holds; 0 where it has none."""
    total = sum(weight.values())
    if not total:
        return 0.0
    held = stems(text)
    return sum(value for word, value in weight.items() if word in held) / total
