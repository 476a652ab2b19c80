"""A question's words in the documents' own spelling: "coproducton" is asked as "co-production"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, lru_cache

from rapidfuzz.distance import OSA

from vector_store.catalogue import Database
from vector_store.ranking.frequencies import Frequencies
from vector_store.ranking.words import STOPWORDS, WORD

# Shorter words have too many neighbours; longer ones are none (the longest of a large dictionary has 45 letters).
SHORTEST, LONGEST = 5, 45
# So many letters may be wrong: one of a stem, and two of one as long as this; two of a word.
LONG = 8
# Shorter stems begin too many words. Of 800 words of 889 reports with a slip each 723 are put right, 9 wrong; from
# 5 letters on it would be 707 and 10.
SHORTEST_STEM = 4
# A word stands in so many documents, or it may itself be misspelt.
COMMON = 2
# One way to write a word must be so many times as common as another to take its place.
COMMONER = 5
# Stems whose words are looked at, the nearest: that of "commisioning" is as near to "commit" as to "commission".
CANDIDATES = 15
# Documents in which the whole word is looked for, for the index knows stems alone.
MAX_POSTINGS = 20

# What ends a question behind these may be the name of a place in small letters: "Who pays in stroud?"
_PLACE = re.compile(r"\b(?:in|at|near|from)\s+(?P<name>[^\W\d_]+)\W*$", re.IGNORECASE)
_COMPOUND = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")


class Spelling:
    """How the documents of `database` spell what people type; `frequencies` counts their words.

    `right` are words that are spelt right, whether a document holds them or not.
    """

    def __init__(self, database: Database, frequencies: Frequencies, right: Callable[[], Iterable[str]]) -> None:
        self._database, self._frequencies, self._say_right = database, frequencies, right
        self._words = database.words
        # By the state of the documents, for their words change with them.
        self._known = lru_cache(maxsize=1000)(self._nearest)

    @cached_property
    def _right(self) -> frozenset[str]:
        return STOPWORDS.union(self._say_right())

    def of(self, text: str) -> str:
        """`text` with each word that no document holds as the nearest that some do, and compounds as most write them.

        Names are left alone: words with a capital letter that do not open the text, and what may be the name of a place
        and is short enough to be near another word. So are words that are spelt right, and those that nothing is near.
        """
        place = _PLACE.search(text)
        end = place.start("name") if place and len(place["name"]) < LONG else len(text)
        return _COMPOUND.sub(lambda found: self._word(found[0], found.start() == 0), text[:end]) + text[end:]

    def _word(self, word: str, first: bool) -> str:
        parts = word.split("-")
        if len(parts) > 1:
            return self._compound(parts, first)
        is_name = any(letter.isupper() for letter in word[0 if not first else 1 :])
        is_word = len(parts) == 1 and word.isalpha() and SHORTEST <= len(word) <= LONGEST
        if not is_word or is_name or word.lower() in self._right:
            return word
        splits = [f"{word[:at]} {word[at:]}" for at in range(2, len(word) - 2)]
        commoner = [apart for apart in splits if self._count(apart) > COMMONER * self._count(word)]
        if held := list(filter(self._is_held, commoner)):
            return max(held, key=self._count).replace(" ", "-")
        if self._count(word):
            return word
        meant = self._known(word, self._database.state)
        return self._word(meant, first) if meant and self._count(meant) else word

    def _compound(self, parts: Sequence[str], first: bool) -> str:
        """A word of several parts: as one where that is commoner, its parts put right where no document holds it."""
        whole, apart, together = "-".join(parts), " ".join(parts), "".join(parts)
        if len(parts) == 2 and not self._is_common(apart, together):
            return together
        if self._count(apart) or self._count(together):
            return whole
        meant = [self._word(part, first and not at) for at, part in enumerate(parts)]
        return whole if meant == parts else self._compound(meant, first)

    def _is_common(self, written: str, other: str) -> bool:
        """Whether a way to write a word stands beside another, which is not so much commoner."""
        return self._count(other) <= COMMONER * self._count(written)

    def _is_held(self, apart: str) -> bool:
        """Whether documents hold two words as they are: the stems of "commun ites" stand in "community, it"."""
        return self._words.share_with(apart.lower(), apart.lower().replace(" ", "_")) > 0  # _ is any sign to LIKE

    def _count(self, words: str) -> int:
        return self._frequencies.of([words.lower()])[words.lower()]

    def _nearest(self, word: str, state: str) -> str:
        """The word of the documents that is the nearest to `word`, of those whose stems are near; "" where none is."""
        typed, word = self._words.stem(word), word.lower()
        terms = [(term, count) for term, count in self._words.terms(typed[0]) if count >= COMMON]
        near = [(*found, -len(term), -count, term) for term, count in terms if (found := _near(term, typed, word))]
        wholes = [(self._whole(term, word), count, most) for _, most, _, count, term in sorted(near)[:CANDIDATES]]
        ranked = sorted((OSA.distance(word, whole), count, whole, most) for whole, count, most in wholes)
        return next((whole for distance, _, whole, most in ranked if distance <= most), "")

    def _whole(self, term: str, word: str) -> str:
        """The word with a stem that stands in the documents, of several the one nearest to `word`."""
        rows = self._words.rows_with(term, MAX_POSTINGS)
        texts = [content for content, _, _ in self._database.words_of(rows).values()]
        held = Counter(each for text in texts for each in WORD.findall(text.lower()) if self._words.stem(each) == term)
        return min(held, key=lambda each: (OSA.distance(word.lower(), each), -held[each]), default="")


def _near(term: str, typed: str, word: str) -> tuple[int, int] | tuple[()]:
    """How many letters of a stem are wrong, and how many of the whole word may be; nothing where it is not near.

    `typed` is the stem of the `word` that was typed, which a slip can hide: that of "detction" is the same.
    """
    most = 2 if len(typed) >= LONG else 1
    if (distance := OSA.distance(typed, term, score_cutoff=most)) <= most:
        return distance, 2
    starts = [word[: len(term) + more] for more in (-1, 0, 1)] if SHORTEST_STEM <= len(term) < len(word) else []
    distance = min((OSA.distance(start, term, score_cutoff=1) for start in starts), default=2)
    return (distance, 1) if distance <= 1 else ()
