"""What a sentence claims that can be checked word for word: its numbers, names, quoted words, negations, directions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from rag.generation.lexicon import (
    DIRECTIONS,
    FUNCTION_WORDS,
    INTRANSITIVE,
    NEGATIONS,
    NUMBER_IN_WORDS,
    NUMBER_WORDS,
    SCALES,
    UNITS,
)
from rag.question import stem

# How many content words after "not" or "no" are denied by it.
SCOPE = 3
# How many content words on each side of a number say what it counts.
AROUND = 4

_TOKEN = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)*)(?P<ordinal>st|nd|rd|th)?|(?P<unit>%|per ?cent\b|[£$€])"
    rf"|(?P<compound>{NUMBER_IN_WORDS})"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)|(?P<stop>[,;:.!?()–—\n])",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[“\"]([^“”\"]{3,})[”\"]|(?<!\w)[‘']([^‘’']{3,})[’'](?!\w)")
_ANY_ONE = re.compile(r"\s+(?:of|another|way|benefit|example|study|report)\b", re.IGNORECASE)
# A drop-in session is no drop.
_NO_DIRECTION = re.compile(r"\bdrop[-‐‑](?:in|out)s?\b", re.IGNORECASE)
_BREAKS = {"but", "while", "whereas", "although", "though", "however", "yet", "because"}


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or stop of a sentence. `key` is what it is compared by: a stem, or a number with its unit."""

    kind: str
    text: str
    key: str
    clause: int


@dataclass(frozen=True, slots=True)
class Direction:
    """A word that says a direction, an amount or an order: its pair of the lexicon, and its side of it.

    `around` are the stems of its clause, and `of` is the one that it is said of: costs rose, less time, reduced costs.
    """

    pair: int
    side: int
    around: frozenset[str]
    of: str


@lru_cache(maxsize=2000)
def tokens(text: str) -> tuple[Token, ...]:
    """The words and numbers of `text`, each with the clause that it stands in."""
    found: list[Token] = []
    clause = 0
    for match in _TOKEN.finditer(text):
        kind, shown = str(match.lastgroup), match[0]
        low = shown.lower().replace("’", "'")
        if kind == "stop" or low in _BREAKS:
            clause += 1
        elif kind in ("number", "ordinal"):
            found.append(Token("number", shown, _value(match["number"]), clause))
        elif kind == "compound":
            found.append(Token("number", shown, _in_words(low), clause))
        elif low in UNITS or low in SCALES:
            found.append(Token("unit", shown, low, clause))
        elif low in NUMBER_WORDS and not _counts_nothing(low, text[match.end() :], found, clause):
            found.append(Token("number", shown, NUMBER_WORDS[low], clause))
        else:
            found += _word(shown, low, clause)
    return tuple(_with_units(found))


def _counts_nothing(word: str, rest: str, before: Sequence[Token], clause: int) -> bool:
    """Whether a number word only connects: "First, ..." at the start of a clause, "one of", "one benefit"."""
    starts = not before or before[-1].clause != clause
    return (word in ("first", "second", "third") and starts and rest.startswith(",")) or (
        word == "one" and bool(_ANY_ONE.match(rest))
    )


def _word(shown: str, low: str, clause: int) -> list[Token]:
    if low.endswith("n't") or low in ("cannot", "cant"):
        return [Token("negation", shown, "not", clause)]
    if low in NEGATIONS:
        return [Token("negation", shown, low, clause)]
    plain = low.removesuffix("'s").removesuffix("'")
    return [Token("function" if plain in FUNCTION_WORDS else "content", shown, stem(plain), clause)]


def _value(digits: str) -> str:
    """A number as it is compared: 41,000 is 41000, and 2.50 is 2.5."""
    return _plain(re.sub(r",(?=\d{3}(?:\D|$))", "", digits).replace(",", "."))


def _in_words(words: str) -> str:
    """A number of several words: "three hundred and fifty" is 350."""
    value = 0
    for word in re.findall(r"[a-z]+", words):
        value = value * 100 if word == "hundred" else value + int(NUMBER_WORDS.get(word, word == "a"))
    return str(value)


def _plain(number: str) -> str:
    try:
        value = Decimal(number)
    except InvalidOperation:  # 1.2.3 is no number but a section
        return number
    return format(value.normalize(), "f")


def _with_units(found: Sequence[Token]) -> Iterator[Token]:
    """Numbers joined to the unit beside them: "£" before, "%", "pounds" or "million" after."""
    currency = ""
    waiting: Token | None = None
    for token in found:
        if token.kind == "unit" and waiting and token.text not in ("£", "$", "€"):
            waiting = replace(waiting, key=_scaled(waiting.key, token.key))
            continue
        if waiting:
            yield waiting
            waiting = None
        if token.kind == "number":
            waiting = replace(token, key=token.key + currency)
        elif token.kind != "unit":
            yield token
        elif token.text not in ("£", "$", "€"):
            yield replace(token, kind="content", key=stem(token.key))
        currency = token.key if token.kind == "unit" else ""
    if waiting:
        yield waiting


def _scaled(number: str, unit: str) -> str:
    """`number` with a unit behind it: 1.5 with million is 1500000, £ and % stand at its end."""
    if unit not in SCALES:
        return number + UNITS[unit]
    digits = number.rstrip("£$€")
    try:
        return _plain(str(Decimal(digits).scaleb(SCALES[unit]))) + number[len(digits) :]
    except InvalidOperation:
        return number


def content(text: str) -> list[Token]:
    """The tokens that say what `text` is about: no function words, no negations."""
    return [token for token in tokens(text) if token.kind in ("content", "number")]


def numbers(text: str) -> list[tuple[str, frozenset[str]]]:
    """Each number of `text` in order, with the stems of the words around it, which say what it counts."""
    said = content(text)
    return [
        (
            token.key,
            frozenset(near.key for near in said[max(0, at - AROUND) : at + AROUND + 1] if near.kind == "content"),
        )
        for at, token in enumerate(said)
        if token.kind == "number"
    ]


def names(text: str, common: frozenset[str]) -> set[str]:
    """The stems of the words of `text` with a capital. `common` are the words that are known in lower case.

    The first word of a sentence has a capital anyway: it counts unless it is a function word or known in lower case.
    """
    found: set[str] = set()
    for token in tokens(text):
        if token.kind == "content" and token.text[0].isupper():
            plain = token.text.lower().replace("’", "'").removesuffix("'s")
            if plain not in common or re.search(r"[A-Z]", token.text[1:]) or not _opens(text, token.text):
                found.add(token.key)
    return found


def _opens(text: str, word: str) -> bool:
    return text.lstrip(" \t\n-*•“\"‘'(").startswith(word)


def quotations(text: str) -> list[str]:
    """What `text` shows in quotation marks, two words or more."""
    found = [first or second for first, second in _QUOTED.findall(text)]
    return [words for words in found if len(words.split()) > 1]


def denied(text: str) -> tuple[set[str], set[str]]:
    """The stems that a negation before them denies, and those that stand without one."""
    said = tokens(text)
    without: set[str] = set()
    negated: set[str] = set()
    left, clause = 0, -1
    for token in said:
        if token.clause != clause:
            left, clause = 0, token.clause
        if token.kind == "negation":
            left = SCOPE
        elif token.kind in ("content", "number"):
            (negated if left else without).add(token.key)
            left = max(0, left - 1)
    return negated, without


def directions(text: str) -> list[Direction]:
    """Each word of `text` that says a direction, an amount or an order, in order."""
    said = tokens(_NO_DIRECTION.sub(" ", text))
    found: list[Direction] = []
    for at, token in enumerate(said):
        if pairs := DIRECTIONS.get(stem(token.text)):
            before, behind = _beside(said, at)
            around = frozenset({each.key for each in (*before, *behind)} - {token.key})
            of = _said_of(token.text.lower(), before, behind)
            found += [Direction(pair, side, around, of) for pair, side in sorted(pairs)]
    return found


def _beside(said: Sequence[Token], at: int) -> tuple[list[Token], list[Token]]:
    """What tells something in the clause of the token at `at`, before it and behind it."""
    clause = [
        (number, each)
        for number, each in enumerate(said)
        if each.clause == said[at].clause and each.kind in ("content", "number")
    ]
    return [each for number, each in clause if number < at], [each for number, each in clause if number > at]


def _said_of(word: str, before: Sequence[Token], behind: Sequence[Token]) -> str:
    # In "raised people's confidence" it is the confidence that is raised.
    owned = [each for each in behind if not each.text.endswith(("'s", "’s"))]
    nearest = before[-1:] if word in INTRANSITIVE else owned[:1] or before[-1:]
    return nearest[0].key if nearest else ""
