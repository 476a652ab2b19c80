"""An index as the catalogue now stands, whoever changed that."""

from __future__ import annotations

import threading

import numpy as np

from vector_store.catalogue import Database
from vector_store.index.base import Index


class SyncedIndex:
    """Keeps `index` in step with `database`."""

    def __init__(self, index: Index, database: Database) -> None:
        self._index, self._database = index, database
        self._lock = threading.RLock()

    def current(self) -> Index:
        """The index, brought to where the database now is. Only what has changed since the last time is read."""
        with self._lock:
            self._bring_up_to_date(self._index)
            return self._index

    def save(self) -> None:
        """Keep the index for the next start; one that has outgrown its kind goes on answering until another is made."""
        if (fresh := self.current().successor()) is not None:
            self._bring_up_to_date(fresh)
            with self._lock:
                self._index = fresh
        with self._lock:
            self.current().save()

    def _bring_up_to_date(self, index: Index) -> None:
        state = self._database.state
        if index.generation == state:
            return
        held = index.rows()
        if not _leads_to(index.generation, state):
            index.remove(held)
            held = held[:0]
        # Rows are numbered as they come, and no number is given twice.
        new = self._database.rows(after=int(held.max(initial=0)))
        index.add(new)
        if len(held) + len(new) != self._database.count():
            index.remove(np.setdiff1d(held, self._database.rows()))
        index.generation = state


def _leads_to(generation: str, state: str) -> bool:
    """Whether a generation is of the same library as `state`, and not of a later state than this was put back to."""
    of, _, then = generation.rpartition(":")
    library, _, now = state.rpartition(":")
    return of == library and int(then) <= int(now)
