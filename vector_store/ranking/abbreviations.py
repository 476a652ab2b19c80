"""Abbreviations that the documents spell out: "Scottish Social Attitudes Survey (SSAS)", "SSAS (Scottish Social ...)".

A long form is told from the words before a bracket as Schwartz and Hearst do it, "A Simple Algorithm for Identifying
Abbreviation Definitions in Biomedical Text" (2003): each letter of the short form stands in it, in their order, and the
first one opens a word.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache

from vector_store.catalogue import Database
from vector_store.ranking.words import STOPWORDS, WORD, stem

# Letters of the shortest short forms; only words that these letters open are taken for their long forms.
LEAST = 2
# Words of a long form.
WORDS = (2, 8)

_SHORT = re.compile(r"(?<![\w-])[A-Za-z][A-Za-z0-9]{1,7}(?![\w-])")
# Words that a long form has between those that its letters stand for, and that do not open one.
_SMALL = {"a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"}
_BEFORE = re.compile(r"[^.;:!?()\n]*$")


class Abbreviations:
    """The abbreviations of `database`. `right` are words that are no abbreviations when they are in small letters."""

    def __init__(self, database: Database, right: Callable[[], Iterable[str]]) -> None:
        self._database, self._words, self._say_right = database, database.words, right
        # By the state of the documents, for their words change with them.
        self._known = lru_cache(maxsize=1000)(self._found)

    @cached_property
    def _right(self) -> frozenset[str]:
        return STOPWORDS.union(self._say_right())

    def of(self, text: str) -> tuple[str, str]:
        """`text` with the other form after each short or long one, in brackets, and with the other ones alone.

        Both are `text` itself where the documents abbreviate nothing of it.
        """
        both = other = text
        found = {*self._short_forms(text), *self._long_forms(text)}
        for start, end, form in sorted(_apart(found), reverse=True):
            if not re.search(rf"(?<!\w){re.escape(form)}s?(?!\w)", text, re.IGNORECASE):
                both = f"{both[:end]} ({form}){both[end:]}"
                other = f"{other[:start]}{form}{other[end:]}"
        return both, other

    def long(self, short: str) -> str:
        """The long form that most sources have for a short one; "" where none has one."""
        return self._known(short.upper(), self._database.state)

    def _short_forms(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Where words stand in `text` that the documents spell out, and how."""
        # Where all is in capitals they tell nothing: "WHO PAYS FOR CARERS".
        is_loud = text.isupper() and len(text.split()) > 1
        for word in _SHORT.finditer(text):
            if not self._may_be_short(word[0].lower() if is_loud else word[0]):
                continue
            one = word[0][:-1] if word[0].endswith("s") and _is_short(word[0][:-1]) else ""  # "TSOs"
            if long := self.long(word[0]) or (one and self.long(one)):
                yield word.start(), word.end(), long

    def _may_be_short(self, word: str) -> bool:
        return _is_short(word) or (word.islower() and word not in self._right)

    def _found(self, short: str, state: str) -> str:
        sources: dict[str, set[str]] = defaultdict(set)
        written: dict[str, Counter[str]] = defaultdict(Counter)
        for source, text in self._words.beside_brackets(short):
            for long in _long_forms_in(text, short):
                key = " ".join(WORD.findall(long.casefold()))
                sources[key].add(source)
                written[key][long] += 1
        best = max(sources, key=lambda key: (len(sources[key]), written[key].total()), default="")
        return written[best].most_common(1)[0][0] if best else ""

    def _long_forms(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Where runs of words stand in `text` that the documents abbreviate, from the last on, and how."""
        words = list(WORD.finditer(text))
        end = len(words)
        while end >= WORDS[0]:
            runs = (words[start:end] for start in range(max(0, end - WORDS[1]), end - WORDS[0] + 1))
            found = next(((run, short) for run in runs if (short := self._short(run))), None)
            if found:
                yield found[0][0].start(), found[0][-1].end(), found[1]
            end -= len(found[0]) if found else 1

    def _short(self, run: list[re.Match[str]]) -> str:
        """The short form of a run of words; "" where the documents have none."""
        words = [word[0].lower() for word in run]
        if words[0] in STOPWORDS or words[-1] in STOPWORDS:
            return ""
        content = [word for word in words if word not in STOPWORDS]
        for chosen in (words, content):
            short = "".join(word[0] for word in chosen)
            if len(short) < LEAST or short in STOPWORDS or not self._words.holds(short):
                continue
            long = " ".join(words)
            is_beside = self._words.holds(f"{long} {short}", f"{short} {long}")
            if is_beside and list(map(stem, WORD.findall(self.long(short)))) == list(map(stem, words)):
                return short.upper()
        return ""


def _apart(found: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """The longest of those that overlap: of "GP Patient Survey", not of the "GP" in it."""
    apart: list[tuple[int, int, str]] = []
    for start, end, form in sorted(found, key=lambda each: (each[0] - each[1], each)):
        if all(end <= other[0] or other[1] <= start for other in apart):
            apart.append((start, end, form))
    return apart


def _long_forms_in(text: str, short: str) -> Iterator[str]:
    """The long forms that a text gives beside a short one."""
    name = rf"(?i:{re.escape(short)})"
    for found in re.finditer(rf"\(\s*({name})s?\s*\)", text):
        before = _BEFORE.search(text[: found.start()])
        if _is_short(found[1]) and before and (long := long_form(before[0], short)):
            yield long
    for found in re.finditer(rf"\b({name})\s*\(([^()]*)\)", text):
        inside = " ".join(found[2].split())
        if _is_short(found[1]) and long_form(inside, short) == inside:
            yield inside


def _is_short(word: str) -> bool:
    return sum(letter.isupper() for letter in word) > 1


def long_form(text: str, short: str) -> str:
    """The words at the end of `text` that `short` abbreviates; "" where there are none.

    Its letters open them, but for the small words between; where that cannot be, they stand somewhere in them.
    """
    words = text.split()[-min(len(short) + 5, 2 * len(short)) :]
    long = _by_initials(words, short.lower())
    if not long and len(short) > LEAST:
        long = _by_letters(" ".join(words), short.lower())
    long = long.rstrip(" ’'”\"")
    return "" if len(long.split()) < WORDS[0] or short.lower() in WORD.findall(long.lower()) else long


def _by_initials(words: Sequence[str], short: str) -> str:
    parts = list(WORD.finditer(text := " ".join(words)))
    left = short
    for part in reversed(parts):
        word = part[0].lower()
        if word[0] == left[-1]:
            left = left[:-1]
        elif word not in _SMALL:
            return ""
        if not left and word not in _SMALL:
            return text[part.start() :].strip()
        if not left:
            left = word[0]  # "of" opens no long form: an "office" may stand before it
    return ""


def _by_letters(text: str, short: str) -> str:
    at = len(text)
    for position in range(len(short) - 1, -1, -1):
        at -= 1
        while at >= 0 and (text[at].lower() != short[position] or (position == 0 and not _opens(text, at))):
            at -= 1
        if at < 0:
            return ""
    return text[at:].strip()


def _opens(text: str, at: int) -> bool:
    """Whether a word that can open a long form begins at a place."""
    word = WORD.match(text, at)
    return word is not None and (at == 0 or not text[at - 1].isalnum()) and word[0].lower() not in _SMALL
