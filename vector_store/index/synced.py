"""An index as the catalogue now stands, whoever changed that."""

from __future__ import annotations

import logging
import threading

import numpy as np

from vector_store.catalogue import Database
from vector_store.index.base import Index, IndexServerError

# So many changed documents are taken up by the list, though some may have been before; to ask a server for all that it
# holds takes about as long (docs/scale.md). Of more it is worth knowing where it broke off.
FEW = 1000

_log = logging.getLogger(__name__)


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
        """Keep the index for the next start; one that has outgrown its kind goes on answering until another is made.

        Where a server that holds it is away, the next question brings it up to date.
        """
        try:
            self._save()
        except IndexServerError as error:
            _log.warning("%s", error)

    def _save(self) -> None:
        if (fresh := self.current().successor()) is not None:
            self._bring_up_to_date(fresh)
            with self._lock:
                self._index = fresh
        with self._lock:
            self.current().save()

    def _bring_up_to_date(self, index: Index) -> None:
        # In this order, for other processes change the database, and an index that is shared, at any moment.
        generation, state = index.generation, self._database.state
        if generation == state:
            return
        if not _leads_to(generation, state):
            index.remove(index.rows())
            self._compare(index)
        elif not self._take_up_changes(index, int(generation.rpartition(":")[2])):
            self._compare(index)
        index.generation = state

    def _take_up_changes(self, index: Index, generation: int) -> bool:
        """Take up what is listed as changed since a generation; whether the index then holds as much as is stored."""
        changed = self._database.changed(generation)
        if changed is None or len(changed) > FEW:
            return False
        stored = self._database.stored(changed)
        index.remove(np.setdiff1d(changed, stored))
        index.add(stored)
        return index.count() == self._database.count()

    def _compare(self, index: Index) -> None:
        """Take up all that is stored and not held, whatever the index has lost, and forget what is not stored."""
        held = index.rows()
        # Rows are numbered as they come, and no number is given twice.
        new = self._database.rows(after=int(held.max(initial=0)))
        index.add(new)
        held = np.concatenate([held, new])
        if len(held) != self._database.count():
            stored = self._database.rows()
            index.remove(np.setdiff1d(held, stored))
            if len(lost := np.setdiff1d(stored, held)):  # by the server's disk, or by another process that broke off
                index.add(lost)


def _leads_to(generation: str, state: str) -> bool:
    """Whether a generation is of the same library as `state`, and not of a later state than this was put back to."""
    of, _, then = generation.rpartition(":")
    library, _, now = state.rpartition(":")
    return of == library and int(then) <= int(now)
