"""The index that is installed with the program: vectors by FAISS, in memory and a file; words and fields by SQLite.

Up to `EXACT` vectors all are looked at. Beyond that they lie in cells around centres found by k-means, a byte a number,
and a search looks into the cells whose centres are nearest: an inverted file, after Jégou, Douze and Schmid, "Product
Quantization for Nearest Neighbor Search" (2011). benchmarks/LOG.md has what it finds, in what time.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from functools import cached_property
from math import log2, sqrt
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from vector_store.catalogue import Database
from vector_store.catalogue.word_index import WordIndex
from vector_store.types import Filter, Rows, Scored, Vectors

_log = logging.getLogger(__name__)

EXACT = 50_000
# Four times the root of the number of vectors is the usual number of cells; so many of them are looked into.
CELLS, LOOKED_INTO = 4, 192
# The vectors of each cell that its centre is found from; fewer and FAISS warns.
OF_EACH_CELL = 40
# What an index that is not exact finds is weighed again by the vectors themselves, so many at least.
WEIGHED = 100


class FaissIndex:
    """The documents of `database`, their vectors kept in the file at `path`. See `Index`.

    The database itself holds words and fields, and is asked for them. `dimension` is asked when it is first needed.
    """

    def __init__(self, database: Database, path: Path, dimension: Callable[[], int]) -> None:
        self._database, self._path, self._dimension = database, path, dimension
        self._words, self._lock = WordIndex(database.engine), threading.RLock()
        # FAISS shares one query's work out among threads at a cost that is greater than the work (benchmarks/LOG.md).
        faiss.omp_set_num_threads(1)

    @cached_property
    def _vectors(self) -> VectorIndex:
        return VectorIndex.load(self._path, self._dimension()) or VectorIndex(self._dimension())

    @property
    def generation(self) -> str:
        with self._lock:
            return self._vectors.built_from

    @generation.setter
    def generation(self, state: str) -> None:
        with self._lock:
            self._vectors.built_from = state

    def rows(self) -> Rows:
        with self._lock:
            return self._vectors.rows

    def count(self) -> int:
        with self._lock:
            return len(self._vectors)

    def add(self, rows: Rows) -> None:
        rows = np.setdiff1d(rows, self.rows())
        if not len(self._vectors):
            self._begin(rows)
        for some, vectors in self._database.vectors(rows):
            with self._lock:
                self._vectors.add(some, vectors)

    def remove(self, rows: Rows) -> None:
        with self._lock:
            self._vectors.remove(rows)

    def nearest(self, vector: Vectors, k: int, filter: Filter) -> Scored:
        among = self._database.rows_where(filter) if filter else None
        with self._lock:
            if self._vectors.is_exact:
                return self._vectors.search(vector, k, among)
            found = self._vectors.search(vector, max(k, WEIGHED), among)
        cosines = self.cosines(vector, [row for row, _ in found])
        return sorted(cosines.items(), key=lambda item: (-item[1], item[0]))[:k]

    def cosines(self, vector: Vectors, rows: Collection[int]) -> dict[int, float]:
        if not rows:
            return {}
        with self._lock:
            if self._vectors.is_exact:
                held, vectors = self._vectors.vectors(rows)
                return dict(zip(held, (vectors @ vector).tolist(), strict=True))
        stored = self._database.vectors(np.array(sorted(rows), np.int64))
        return {
            row: cosine for some, vectors in stored for row, cosine in zip(some.tolist(), vectors @ vector, strict=True)
        }

    def by_words(self, words: Sequence[str], k: int, filter: Filter) -> Scored:
        return self._words.by_words(words, k, filter)

    def save(self) -> None:
        with self._lock:
            try:
                self._vectors.save(self._path)
            except OSError as error:  # it costs the next start some time, nothing else
                _log.warning("%s could not be written: %s.", self._path, error.strerror)

    def successor(self) -> FaissIndex | None:
        with self._lock:
            if not self._vectors.is_outgrown:
                return None
        fresh = FaissIndex(self._database, self._path, self._dimension)
        fresh._vectors = VectorIndex(self._dimension())
        return fresh

    def _begin(self, rows: Rows) -> None:
        """Let the vectors, of which there are none, lie as suits so many as are to come."""
        sample = None
        if size := VectorIndex.sample_for(len(rows)):
            chosen = np.sort(np.random.default_rng(0).choice(rows, size, replace=False))
            sample = np.concatenate([vectors for _, vectors in self._database.vectors(chosen)])
        with self._lock:
            self._vectors = VectorIndex(self._dimension(), sample)


class VectorIndex:
    """Vectors under integer row numbers. Scores are inner products: cosines, as the vectors have length 1.

    `sample`, shape (n, dimension), are vectors to find cells from; without it the index is exact. `built_from` says of
    which state of the library it is.
    """

    def __init__(self, dimension: int, sample: Vectors | None = None) -> None:
        self.dimension, self.built_from = dimension, ""
        self._faiss: Any
        if sample is None:
            self._faiss = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
            return
        centres, cells, small = faiss.IndexFlatIP(dimension), len(sample) // OF_EACH_CELL, faiss.ScalarQuantizer.QT_8bit
        self._faiss = faiss.IndexIVFScalarQuantizer(centres, dimension, cells, small, faiss.METRIC_INNER_PRODUCT)
        self._faiss.cp.niter = 8  # more move the centres hardly any further
        faiss.omp_set_num_threads(os.cpu_count() or 1)
        self._faiss.train(np.ascontiguousarray(sample, np.float32))
        faiss.omp_set_num_threads(1)

    def __len__(self) -> int:
        return int(self._faiss.ntotal)

    @staticmethod
    def sample_for(count: int) -> int:
        """How many vectors a good index of `count` vectors finds its cells from; 0 where it is exact."""
        if count <= EXACT:
            return 0
        return OF_EACH_CELL << int(log2(min(CELLS * sqrt(count), count / OF_EACH_CELL)))

    @property
    def is_exact(self) -> bool:
        """Whether a search looks at all vectors, and scores are what they are."""
        return isinstance(self._faiss, faiss.IndexIDMap2)

    @property
    def is_outgrown(self) -> bool:
        """Whether an index of its size should be another one by now."""
        fit = self.sample_for(len(self)) // OF_EACH_CELL
        return fit > 0 if self.is_exact else fit > 2 * self._faiss.nlist

    @property
    def rows(self) -> Rows:
        """The row numbers held, in no promised order."""
        if self.is_exact:
            return np.array(faiss.vector_to_array(self._faiss.id_map), dtype=np.int64)
        cells = self._faiss.invlists
        held = [faiss.rev_swig_ptr(cells.get_ids(cell), cells.list_size(cell)) for cell in range(cells.nlist)]
        return np.concatenate(held).astype(np.int64)

    def add(self, rows: Rows, vectors: Vectors) -> None:
        """Add `vectors`, shape (n, dimension), under `rows`, shape (n,), none of which is held yet."""
        if vectors.shape != (len(rows), self.dimension):
            raise ValueError(f"{len(rows)} rows of {self.dimension} numbers were expected, not {vectors.shape}.")
        if len(rows):
            self._faiss.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), rows)

    def remove(self, rows: Rows) -> None:
        """Forget `rows`; those not held are ignored."""
        if len(rows):
            self._faiss.remove_ids(faiss.IDSelectorBatch(rows))

    def search(self, vector: Vectors, k: int, among: Rows | None = None) -> list[tuple[int, float]]:
        """The `k` rows nearest to `vector`, shape (dimension,), nearest first, of all or only those in `among`.

        Where the index is not exact these are most of them, with scores that are off by some thousandths.
        """
        held = len(self) if among is None else min(len(among), len(self))
        if not held or k < 1:
            return []
        options: dict[str, Any] = {} if among is None else {"sel": faiss.IDSelectorBatch(among)}
        kind: Any = faiss.SearchParameters  # its stub knows no arguments
        if not self.is_exact:
            # Of few in each cell as many cells more.
            options["nprobe"] = min(self._faiss.nlist, LOOKED_INTO * len(self) // held)
            kind = faiss.SearchParametersIVF
        query = vector.reshape(1, -1).astype(np.float32)
        scores, rows = self._faiss.search(query, min(k, held), params=kind(**options) if options else None)
        return [(int(row), float(score)) for row, score in zip(rows[0], scores[0], strict=True) if row >= 0]

    def vectors(self, rows: Iterable[int]) -> tuple[list[int], Vectors]:
        """The vectors of those of `rows` that are held, shape (n, dimension). Only of an exact index."""
        found: list[int] = []
        vectors: list[Vectors] = []
        for row in rows:
            with suppress(RuntimeError):  # it is not held
                vectors.append(self._faiss.reconstruct(row))
                found.append(row)
        return found, np.array(vectors, np.float32).reshape(-1, self.dimension)

    def save(self, path: Path) -> None:
        """Write the index beside `path` and move it into place, with a first line that says what it was built from."""
        body = faiss.serialize_index(self._faiss).tobytes()
        digest = hashlib.sha256(body).hexdigest()
        head = {"built_from": self.built_from, "dimension": self.dimension, "sha256": digest}
        beside = path.with_suffix(f".{os.getpid()}.tmp")
        try:
            with beside.open("wb") as file:
                file.write(json.dumps(head).encode() + b"\n" + body)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except OSError:
            beside.unlink(missing_ok=True)
            raise

    @classmethod
    def load(cls, path: Path, dimension: int) -> VectorIndex | None:
        """The index kept in `path`; None where there is none, or it is damaged."""
        try:
            line, body = path.read_bytes().split(b"\n", 1)
            head = json.loads(line)
            built_from = str(head["built_from"])
            if head["sha256"] != hashlib.sha256(body).hexdigest():
                raise ValueError
            if head["dimension"] != dimension:
                return None
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError):
            _log.warning("%s is damaged and is made anew from the library.", path)
            return None
        index = cls(dimension)
        index._faiss = faiss.deserialize_index(np.frombuffer(body, dtype=np.uint8))
        index.built_from = built_from
        return index
