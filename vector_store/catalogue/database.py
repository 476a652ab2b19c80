"""The database that is the truth: what is stored of documents, and of the library as a whole."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from common.database import Connection, open_engine
from vector_store.catalogue.opening import dialect_of
from vector_store.catalogue.words import Words
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
    """The SQLite file at `path`, or the PostgreSQL server at an address, which is for all of the library then.

    `vector`s are float32, `dimension` numbers each. Raises `StoreError`, `DatabaseServerError`.
    """

    def __init__(self, path: Path, server: str = "") -> None:
        self.engine = open_engine(path, server)
        self.dialect = dialect_of(self.engine, path)
        self.dialect.prepare()

    @property
    def connection(self) -> Connection:
        """What to read with."""
        return self.engine.connection

    @property
    def words(self) -> Words:
        """The words of the documents."""
        return self.dialect.words

    def close(self) -> None:
        """Close this thread's connection; it opens again when it is needed."""
        self.engine.close()

    def transaction(self) -> AbstractContextManager[Connection]:
        """All of what happens inside, or nothing of it."""
        return self.engine.transaction()

    def lock(self, name: str, wait: bool = True) -> AbstractContextManager[None]:
        """While the caller is inside, no other process is inside a lock of this name; see `Engine`."""
        return self.engine.lock(name, wait)

    def among(self, column: str) -> str:
        """The condition that a column is one of the values of `listed`."""
        return self.engine.among(column)

    def listed(self, values: Collection[str] | Collection[int]) -> Mapping[str, Any]:
        """The values for `among`."""
        return {"values": self.engine.listed(values)}

    def manifest(self, key: str) -> str | None:
        """What the store says of itself under `key`."""
        row = self.connection.execute("SELECT value FROM manifest WHERE key = :key", {"key": key}).fetchone()
        return str(row[0]) if row else None

    def set_manifest(self, key: str, value: str) -> None:
        sql = "INSERT INTO manifest VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
        with self.transaction() as connection:
            connection.execute(sql, {"key": key, "value": value})

    @property
    def state(self) -> str:
        """Which library this is and how often it has changed: the same words mean the same content."""
        sql = "SELECT key, value FROM manifest WHERE key IN ('generation', 'library')"
        told = dict(self.connection.execute(sql).fetchall())
        return f"{told.get('library')}:{told.get('generation')}"

    def stored(self, rows: Rows) -> Rows:
        """Those of `rows` that are there, in their order."""
        sql = f"SELECT row FROM documents WHERE {self.among('row')} ORDER BY row"  # nosec B608 # words of ours
        return _rows(self.connection.execute(sql, self.listed(rows.tolist())).fetchall())

    def rows(self, after: int = 0) -> Rows:
        """The numbers of all documents, or of those that came after the one with a number, in their order."""
        sql = "SELECT row FROM documents WHERE row > :after ORDER BY row"
        return _rows(self.connection.execute(sql, {"after": after}).fetchall())

    def changed(self, generation: int) -> Rows | None:
        """The documents that came or went since a generation; None where the list does not reach back to it."""
        sql = "SELECT DISTINCT row FROM changes WHERE generation > :generation ORDER BY row"
        found = self.connection.execute(sql, {"generation": generation}).fetchall()
        # Only now, for another process may take the end off the list at any moment.
        if generation < max(int(self.manifest("listed") or 0), int(self.manifest("generation") or 0) - LISTED):
            return None
        return _rows(found)

    def vectors(self, rows: Rows) -> Iterator[tuple[Rows, Vectors]]:
        """The vectors of `rows`, some thousands at a time, shape (n, dimension). Rows since removed are left out."""
        sql = f"SELECT row, vector FROM documents WHERE {self.among('row')}"  # nosec B608 # words of ours
        for start in range(0, len(rows), 5000):
            found = self.connection.execute(sql, self.listed(rows[start : start + 5000].tolist())).fetchall()
            if found:
                numbers = np.array([row for row, _ in found], dtype=np.int64)
                yield (
                    numbers,
                    np.frombuffer(b"".join(vector for _, vector in found), np.float32).reshape(len(found), -1),
                )

    def searchable(self, rows: Rows) -> list[tuple[int, str | None, str, str, Vectors]]:
        """The row, source, content, context and vector of `rows`, in their order. Those since removed are left out."""
        columns = "row, source, content, context, vector"
        sql = f"SELECT {columns} FROM documents WHERE {self.among('row')} ORDER BY row"  # nosec B608 # words of ours
        found = self.connection.execute(sql, self.listed(rows.tolist())).fetchall()
        return [(*told, np.frombuffer(vector, np.float32)) for *told, vector in found]

    def documents(self, column: str, values: Sequence[str] | Sequence[int]) -> dict[Any, Row]:
        """The documents whose `column` ("row", "id") is one of `values`, by that value."""
        columns = "row, id, content, CAST(metadata AS TEXT)"
        sql = f"SELECT {columns} FROM documents WHERE {self.among(column)}"  # nosec B608 # `column` is ours
        found = self.connection.execute(sql, self.listed(values)).fetchall()
        rows = [Row(row, id, content, json.loads(metadata)) for row, id, content, metadata in found]
        return {getattr(row, column): row for row in rows}

    def words_of(self, rows: Sequence[int]) -> dict[int, tuple[str, str, bytes | None]]:
        """The content and context of `rows`, and the vectors of their words, None where there are none yet."""
        sql = (
            "SELECT row, content, context, vectors FROM documents LEFT JOIN word_vectors USING (row) "  # nosec B608 # words of ours
            f"WHERE {self.among('row')}"
        )
        found = self.connection.execute(sql, self.listed(rows)).fetchall()
        return {row: (content, context, vectors) for row, content, context, vectors in found}

    def embedded(self, sources: Collection[str], with_words: bool) -> dict[tuple[str, str], tuple[bytes, bytes]]:
        """By context and content of the documents of some sources, their vectors and, if asked, those of their words.

        Documents whose words have no vectors yet are left out where these are asked for.
        """
        words, join = ("vectors", "JOIN word_vectors USING (row)") if with_words else ("vector", "")
        wanted = f"WHERE {self.among('source')}"
        sql = f"SELECT context, content, vector, {words} FROM documents {join} {wanted}"  # nosec B608 # words of ours
        found = self.connection.execute(sql, self.listed(sources))
        return {(context, content): (vector, words) for context, content, vector, words in found}

    def put_words_of(self, vectors: Mapping[int, bytes]) -> None:
        """Keep the vectors of the words of documents; those that have been removed meanwhile are passed over."""
        sql = """
            INSERT INTO word_vectors SELECT row, :words FROM documents WHERE row = :row ON CONFLICT (row) DO NOTHING
        """
        with self.transaction() as connection:
            connection.executemany(sql, [{"words": words, "row": row} for row, words in vectors.items()])

    def count(self, filter: Filter | None = None) -> int:
        """How many documents there are, or how many of them a filter holds for."""
        if not filter:
            return self.dialect.count()
        sql = f"SELECT COUNT(*) FROM documents WHERE {self.dialect.condition(filter)}"  # nosec B608 # `condition` quotes
        return int(self.connection.execute(sql).fetchone()[0])

    def rows_where(self, filter: Filter) -> Rows:
        """The rows for which a filter holds."""
        sql = f"SELECT row FROM documents WHERE {self.dialect.condition(filter)}"  # nosec B608 # `condition` quotes
        return _rows(self.connection.execute(sql).fetchall())


def _rows(found: Sequence[tuple[int]]) -> Rows:
    return np.array([row for (row,) in found], dtype=np.int64)
