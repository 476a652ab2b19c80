"""The vector index as the database now stands."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from vector_store.database import Database
from vector_store.index import VectorIndex


class CurrentIndex:
    """Keeps an index in step with `database`, and its file at `path`. `dimension` is asked when it is first needed."""

    def __init__(self, database: Database, path: Path, dimension: Callable[[], int]) -> None:
        self._database, self._path, self._dimension = database, path, dimension
        self._lock = threading.RLock()
        self._index: VectorIndex | None = None
        self._state = ""

    @contextmanager
    def use(self) -> Iterator[VectorIndex]:
        """The index, which stays as it is until the caller is done with it.

        Only what has changed in the database since the last time is read, whoever changed it.
        """
        with self._lock:
            yield self._refreshed()

    def save(self) -> None:
        """Write the index beside the database, so that the next start need not make it."""
        with self.use() as index:
            index.save(self._path, self._state)

    def _refreshed(self) -> VectorIndex:
        state = self._database.state
        if self._index is None:
            self._index = VectorIndex.load(self._path, state, self._dimension())
            self._state = state if self._index else ""
            self._index = self._index or VectorIndex(self._dimension())
        if state != self._state:
            held, stored = self._index.rows, self._database.rows()
            self._index.remove(np.setdiff1d(held, stored))
            for rows, vectors in self._database.vectors(np.setdiff1d(stored, held)):
                self._index.add(rows, vectors)
            self._state = state
        return self._index
