"""How common words are in a library, which says how much each tells."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from math import log

from vector_store.database import Database


class Frequencies:
    """In how many documents of `database` each word stands, in any form. Counted once for each state of it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock, self._state = threading.Lock(), ""
        self._total = 0
        self._counts: dict[str, int] = {}

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

    def weights(self, words: Iterable[str]) -> dict[str, float]:
        """How much each of `words` tells: its inverse document frequency, log(1 + (N - n + .5) / (n + .5))."""
        counts, total = self.of(words), self.total
        return {word: log(1 + (max(total, held) - held + 0.5) / (held + 0.5)) for word, held in counts.items()}

    def _renew(self) -> None:
        if self._state != (state := self._database.state):
            self._state, self._total, self._counts = state, self._database.count(), {}

    def _count(self, word: str) -> int:
        if word not in self._counts:
            self._counts[word] = self._database.frequency(f'"{word}"')
        return self._counts[word]
