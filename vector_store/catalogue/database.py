"""The SQLite file that is the truth: what is stored of documents, and of the library as a whole."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vector_store.catalogue.errors import emptied, failure, is_damage
from vector_store.catalogue.filters import condition
from vector_store.catalogue.schema import DamagedError, StoreError, prepare
from vector_store.types import Filter, Rows, Vectors

# The changes of which is listed what came and went with them. An index that lags behind by more is compared with all
# that is stored.
LISTED = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """A document as it is stored. `row` is its number in the vector index; it is never used again after removal."""

    row: int
    id: str
    content: str
    metadata: dict[str, Any]


class Database:
    """One SQLite file in WAL mode, a connection for each thread. `vector`s are float32, `dimension` numbers each."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self.writing = threading.RLock()
        try:
            with self.transaction() as connection:
                if prepare(connection, path.parent) and path.with_name("vectors.faiss").exists():
                    raise DamagedError(emptied(path))
        except sqlite3.Error as error:
            kind = DamagedError if is_damage(error) else StoreError
            raise kind(failure(error, path)) from error

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection."""
        if not hasattr(self._local, "connection"):
            connection = sqlite3.connect(self._path, timeout=60, isolation_level=None)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            self._local.connection = connection
        return self._local.connection  # type: ignore[no-any-return]

    def close(self) -> None:
        """Close this thread's connection; it opens again when it is needed."""
        self.connection.close()
        del self._local.connection

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of what happens inside, or nothing of it."""
        with self.writing:
            connection = self.connection
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.commit()
            except BaseException:
                connection.rollback()
                raise

    def manifest(self, key: str) -> str | None:
        """What the store says of itself under `key`."""
        row = self.connection.execute("SELECT value FROM manifest WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else None

    def set_manifest(self, key: str, value: str) -> None:
        with self.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO manifest VALUES (?, ?)", (key, value))

    @property
    def state(self) -> str:
        """Which library this is and how often it has changed: the same words mean the same content."""
        return f"{self.manifest('library')}:{self.manifest('generation')}"

    def stored(self, rows: Rows) -> Rows:
        """Those of `rows` that are there, in their order."""
        sql = "SELECT row FROM documents WHERE row IN (SELECT value FROM json_each(?)) ORDER BY row"
        found = self.connection.execute(sql, (json.dumps(rows.tolist()),)).fetchall()
        return np.array([row for (row,) in found], dtype=np.int64)

    def rows(self, after: int = 0) -> Rows:
        """The numbers of all documents, or of those that came after the one with a number, in their order."""
        found = self.connection.execute("SELECT row FROM documents WHERE row > ? ORDER BY row", (after,)).fetchall()
        return np.array([row for (row,) in found], dtype=np.int64)

    def changed(self, generation: int) -> Rows | None:
        """The documents that came or went since a generation; None where the list does not reach back to it."""
        sql = "SELECT DISTINCT row FROM changes WHERE generation > ? ORDER BY row"
        found = self.connection.execute(sql, (generation,)).fetchall()
        # Only now, for another process may take the end off the list at any moment.
        if generation < max(int(self.manifest("listed") or 0), int(self.manifest("generation") or 0) - LISTED):
            return None
        return np.array([row for (row,) in found], dtype=np.int64)

    def vectors(self, rows: Rows) -> Iterator[tuple[Rows, Vectors]]:
        """The vectors of `rows`, some thousands at a time, shape (n, dimension). Rows since removed are left out."""
        for start in range(0, len(rows), 5000):
            wanted = json.dumps(rows[start : start + 5000].tolist())
            sql = "SELECT row, vector FROM documents WHERE row IN (SELECT value FROM json_each(?))"
            found = self.connection.execute(sql, (wanted,)).fetchall()
            if found:
                numbers = np.array([row for row, _ in found], dtype=np.int64)
                yield (
                    numbers,
                    np.frombuffer(b"".join(vector for _, vector in found), np.float32).reshape(len(found), -1),
                )

    def searchable(self, rows: Rows) -> list[tuple[int, str | None, str, str, Vectors]]:
        """The row, source, content, context and vector of `rows`, in their order. Those since removed are left out."""
        sql = """
            SELECT row, source, content, context, vector FROM documents
            WHERE row IN (SELECT value FROM json_each(?)) ORDER BY row
        """
        found = self.connection.execute(sql, (json.dumps(rows.tolist()),)).fetchall()
        return [(*told, np.frombuffer(vector, np.float32)) for *told, vector in found]

    def documents(self, column: str, values: Sequence[str] | Sequence[int]) -> dict[Any, Row]:
        """The documents whose `column` ("row", "id") is one of `values`, by that value."""
        sql = f"SELECT row, id, content, metadata FROM documents WHERE {column} IN (SELECT value FROM json_each(?))"  # nosec B608 # `column` is ours
        found = self.connection.execute(sql, (json.dumps(list(values)),)).fetchall()
        rows = [Row(row, id, content, json.loads(metadata)) for row, id, content, metadata in found]
        return {getattr(row, column): row for row in rows}

    def words_of(self, rows: Sequence[int]) -> dict[int, tuple[str, str, bytes | None]]:
        """The content and context of `rows`, and the vectors of their words, None where there are none yet."""
        sql = (
            "SELECT row, content, context, vectors FROM documents LEFT JOIN word_vectors USING (row) "
            "WHERE row IN (SELECT value FROM json_each(?))"
        )
        found = self.connection.execute(sql, (json.dumps(list(rows)),)).fetchall()
        return {row: (content, context, vectors) for row, content, context, vectors in found}

    def embedded(self, sources: Collection[str], with_words: bool) -> dict[tuple[str, str], tuple[bytes, bytes]]:
        """By context and content of the documents of some sources, their vectors and, if asked, those of their words.

        Documents whose words have no vectors yet are left out where these are asked for.
        """
        words, join = ("vectors", "JOIN word_vectors USING (row)") if with_words else ("x''", "")
        wanted = "WHERE source IN (SELECT value FROM json_each(?))"
        sql = f"SELECT context, content, vector, {words} FROM documents {join} {wanted}"  # nosec B608 # words of ours
        found = self.connection.execute(sql, (json.dumps(list(sources)),))
        return {(context, content): (vector, words) for context, content, vector, words in found}

    def put_words_of(self, vectors: Mapping[int, bytes]) -> None:
        """Keep the vectors of the words of documents; those that have been removed meanwhile are passed over."""
        sql = "INSERT OR IGNORE INTO word_vectors SELECT row, ? FROM documents WHERE row = ?"
        with self.transaction() as connection:
            connection.executemany(sql, [(words, row) for row, words in vectors.items()])

    def count(self, filter: Filter | None = None) -> int:
        """How many documents there are, or how many of them a filter holds for."""
        where = f"WHERE {condition(filter)}" if filter else ""  # nosec B608 # `condition` quotes
        return int(self.connection.execute(f"SELECT COUNT(*) FROM documents {where}").fetchone()[0])  # nosec B608

    def rows_where(self, filter: Filter) -> Rows:
        """The rows for which a filter holds."""
        found = self.connection.execute(f"SELECT row FROM documents WHERE {condition(filter)}").fetchall()  # nosec B608 # `condition` quotes
        return np.array([row for (row,) in found], dtype=np.int64)
