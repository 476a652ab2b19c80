"""The words of a question that say what it is about, and how much of them a text holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from math import log

import snowballstemmer

_stemmer = snowballstemmer.stemmer("english")
_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of one word by the Snowball English stemmer, so that "volunteers" meets "volunteering"."""
    return str(_stemmer.stemWord(word.lower()))


def stems(text: str) -> set[str]:
    """The stems of all words of `text`."""
    return {stem(word) for word in _WORD.findall(text)}


def weights(frequencies: Mapping[str, int], total: int) -> dict[str, float]:
    """How much each word's stem tells: the usual inverse document frequency, log(1 + (N - n + .5) / (n + .5)).

    `frequencies` are the numbers of passages with each word, of `total` passages. A word of no passage tells most.
    """
    found: dict[str, float] = {}
    for word, count in frequencies.items():
        weight = log(1 + (max(total, count) - count + 0.5) / (count + 0.5))
        found[stem(word)] = max(weight, found.get(stem(word), 0.0))
    return found


def coverage(text: str, weight: Mapping[str, float]) -> float:
    """The share, from 0 to 1, of the weight of the question's words that `text` holds; 0 where it has none."""
    total = sum(weight.values())
    if not total:
        return 0.0
    held = stems(text)
    return sum(value for word, value in weight.items() if word in held) / total
