"""The FAISS index in memory and its file: exact search by inner product, ids chosen by us."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

# FAISS shares one query's work out among threads at a cost that is greater than the work (benchmarks/LOG.md).
faiss.omp_set_num_threads(1)

Vectors = NDArray[np.float32]
Rows = NDArray[np.int64]


class VectorIndex:
    """Vectors under integer row numbers. Scores are inner products: cosines, as the vectors have length 1."""

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self._faiss: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))

    def __len__(self) -> int:
        return int(self._faiss.ntotal)

    @property
    def rows(self) -> Rows:
        """The row numbers held, in no promised order."""
        return np.array(faiss.vector_to_array(self._faiss.id_map), dtype=np.int64)

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
        """The `k` rows nearest to `vector`, shape (dimension,), nearest first, of all or only those in `among`."""
        k = min(k, len(self) if among is None else len(among))
        if k < 1:
            return []
        select: Any = faiss.SearchParameters  # its stub knows no arguments
        parameters = None if among is None else select(sel=faiss.IDSelectorBatch(among))
        scores, rows = self._faiss.search(vector.reshape(1, -1).astype(np.float32), k, params=parameters)
        return [(int(row), float(score)) for row, score in zip(rows[0], scores[0], strict=True) if row >= 0]

    def scores(self, vector: Vectors, rows: Iterable[int]) -> dict[int, float]:
        """The score of each of `rows`, all of which must be held."""
        wanted = list(rows)
        if not wanted:
            return {}
        held = np.vstack([self._faiss.reconstruct(row) for row in wanted])
        return dict(zip(wanted, (held @ vector).tolist(), strict=True))

    def save(self, path: Path, built_from: str) -> None:
        """Write the index beside `path` and move it into place, with a first line that says what it was built from."""
        body = faiss.serialize_index(self._faiss).tobytes()
        head = {"built_from": built_from, "dimension": self.dimension, "sha256": hashlib.sha256(body).hexdigest()}
        beside = path.with_suffix(f".{os.getpid()}.tmp")
        with beside.open("wb") as file:
            file.write(json.dumps(head).encode() + b"\n" + body)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)

    @classmethod
    def load(cls, path: Path, built_from: str, dimension: int) -> VectorIndex | None:
        """The index kept in `path`; None where there is none, it is damaged, or was built from something else."""
        try:
            line, body = path.read_bytes().split(b"\n", 1)
            head = json.loads(line)
            sound = head["sha256"] == hashlib.sha256(body).hexdigest()
            if not sound or (head["built_from"], head["dimension"]) != (built_from, dimension):
                return None
        except (OSError, ValueError, KeyError, TypeError):
            return None
        index = cls(dimension)
        index._faiss = faiss.deserialize_index(np.frombuffer(body, dtype=np.uint8))
        return index
