"""How common words are in a library, which says how much each tells."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from math import log

from common import spellings
from vector_store.catalogue import Database

# The index of words knows stems alone, and that of "personalization" is "person". A spelling counts where at least this
# share of the documents with its stem have it: on 20,744 passages of two countries this keeps both spellings of
# "organisation" (.96 of those with the stem "organ") and takes "personalisation" for "personalization" (.01 of them).
HAVE_IT = 0.5


class Frequencies:
    """In how many documents of `database` each word stands, in any form. Counted once for each state of it."""

    def __init__(self, database: Database) -> None:
        self._database, self._words = database, database.words
        self._lock, self._state = threading.Lock(), ""
        self._total = 0
        self._counts: dict[str, int] = {}
        self._spellings: dict[str, tuple[str, ...]] = {}

    @property
    def total(self) -> int:
        """How many documents there are."""
        with self._lock:
            self._renew()
            return self._total

    def of(self, words: Iterable[str]) -> dict[str, int]:
        """The number of documents with each of `words`."""
        with self._lock:
            self._renew()
            return {word: self._count(word) for word in words}

    def idf(self, counts: Mapping[str, int]) -> dict[str, float]:
        """How much words tell that so many documents hold: log(1 + (N - n + .5) / (n + .5))."""
        total = self.total
        return {word: log(1 + (max(total, held) - held + 0.5) / (held + 0.5)) for word, held in counts.items()}

    def spellings(self, words: Iterable[str]) -> list[tuple[str, ...]]:
        """Each of `words` in the spellings that documents have."""
        with self._lock:
            self._renew()
            return [self._spelt(word) for word in words]

    def _renew(self) -> None:
        if self._state != (state := self._database.state):
            self._state, self._total, self._counts, self._spellings = state, self._database.count(), {}, {}

    def _count(self, word: str) -> int:
        if word not in self._counts:
            self._counts[word] = self._words.frequency(self._spelt(word))
        return self._counts[word]

    def _spelt(self, word: str) -> tuple[str, ...]:
        if word not in self._spellings:
            known = spellings(word)
            held = tuple(each for each in known if len(known) > 1 and self._is_held(each, known))
            self._spellings[word] = held or (word,)
        return self._spellings[word]

    def _is_held(self, word: str, known: Sequence[str]) -> bool:
        """Whether documents with the stem of a word are spelt as it is, and not as the others that are `known`."""
        others = [other for other in known if other != word]
        starts = (word[:end] for end in range(1, len(word)))
        own = next((start for start in starts if not any(other.startswith(start) for other in others)), word)
        return self._words.share_with(word, own) >= HAVE_IT
