"""The vector index as the database now stands."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from vector_store.catalogue.database import Database
from vector_store.index.flat import Rows, VectorIndex, Vectors

# What an index that is not exact finds is weighed again by the vectors themselves, so many at least.
WEIGHED = 100

_log = logging.getLogger(__name__)


class CurrentIndex:
    """Keeps an index in step with `database`, and its file at `path`. `dimension` is asked when it is first needed."""

    def __init__(self, database: Database, path: Path, dimension: Callable[[], int]) -> None:
        self._database, self._path, self._dimension = database, path, dimension
        self._lock = threading.RLock()
        self._index: VectorIndex | None = None
        self._state = ""

    def nearest(self, vector: Vectors, k: int, among: Rows | None = None) -> list[tuple[int, float]]:
        """The `k` rows nearest to `vector`, shape (dimension,), nearest first, with their cosines."""
        with self.use() as index:
            if index.is_exact:
                return index.search(vector, k, among)
            found = index.search(vector, max(k, WEIGHED), among)
        cosines = self.cosines(vector, [row for row, _ in found])
        return sorted(cosines.items(), key=lambda item: (-item[1], item[0]))[:k]

    def cosines(self, vector: Vectors, rows: Collection[int]) -> dict[int, float]:
        """The cosine of each of `rows` with `vector`; those that are no longer there are left out."""
        if not rows:
            return {}
        with self.use() as index:
            if index.is_exact:
                held, vectors = index.vectors(rows)
                return dict(zip(held, (vectors @ vector).tolist(), strict=True))
        stored = self._database.vectors(np.array(sorted(rows), np.int64))
        return {
            row: cosine for some, vectors in stored for row, cosine in zip(some.tolist(), vectors @ vector, strict=True)
        }

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
            is_outgrown = index.is_outgrown
        if is_outgrown:  # the old one goes on answering meanwhile
            made = self._made()
            with self._lock:
                self._index, self._state = made
        with self.use() as index:
            try:
                index.save(self._path, self._state)
            except OSError as error:  # it costs the next start some time, nothing else
                _log.warning("%s could not be written: %s.", self._path, error.strerror)

    def _refreshed(self) -> VectorIndex:
        state = self._database.state
        if self._index is None:
            self._index, self._state = self._kept(state) or self._made()
        if state != self._state:
            held = self._index.rows
            # Rows are numbered as they come, and no number is given twice.
            new = self._database.rows(after=int(held.max(initial=0)))
            if len(held) + len(new) != self._database.count():
                self._index.remove(np.setdiff1d(held, self._database.rows()))
            for rows, vectors in self._database.vectors(new):
                self._index.add(rows, vectors)
            self._state = state
        return self._index

    def _kept(self, state: str) -> tuple[VectorIndex, str] | None:
        """The index in the file, unless it is of another library, or of a later state than this one was put back to."""
        loaded = VectorIndex.load(self._path, self._dimension())
        if loaded is None:
            return None
        of, _, generation = loaded[1].rpartition(":")
        library, _, now = state.rpartition(":")
        return loaded if of == library and int(generation) <= int(now) else None

    def _made(self) -> tuple[VectorIndex, str]:
        """An index of all that is stored, and the state of the database that it is made from."""
        state, stored = self._database.state, self._database.rows()
        sample = None
        if size := VectorIndex.sample_for(len(stored)):
            chosen = np.sort(np.random.default_rng(0).choice(stored, size, replace=False))
            sample = np.concatenate([vectors for _, vectors in self._database.vectors(chosen)])
        index = VectorIndex(self._dimension(), sample)
        for rows, vectors in self._database.vectors(stored):
            index.add(rows, vectors)
        return index, state
