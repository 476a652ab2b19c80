"""The SQLite file that is the truth: sources, their documents with vectors, and the index of their words."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vector_store.catalogue.errors import emptied, failure, is_damage
from vector_store.catalogue.filters import condition
from vector_store.catalogue.schema import DamagedError, StoreError, prepare
from vector_store.types import Filter, Rows, Vectors

# Words of more documents than this are counted in the first of them, for counting takes longer the more there are.
COUNTED = 5000
# Documents that tell how a word is spelt.
LOOKED_AT = 500


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

    def changed(self, connection: sqlite3.Connection) -> None:
        """Count a change, inside the transaction that makes it."""
        connection.execute("UPDATE manifest SET value = CAST(value AS INTEGER) + 1 WHERE key = 'generation'")

    def put_source(self, connection: sqlite3.Connection, id: str, summary: str, body: str) -> None:
        """Store a source without documents, over the one that has its id."""
        over = "ON CONFLICT (id) DO UPDATE SET summary = excluded.summary, body = excluded.body"
        connection.execute(f"INSERT INTO sources VALUES (?, ?, ?) {over}", (id, summary, body))  # nosec B608 # words of ours
        connection.execute("DELETE FROM documents WHERE source = ?", (id,))

    def place(self, connection: sqlite3.Connection, place: str, source: str | None) -> None:
        """Let `place` hold `source` (None: nothing) and remove the sources that no place holds any more."""
        before = connection.execute("SELECT source FROM places WHERE place = ?", (place,)).fetchone()
        connection.execute("DELETE FROM places WHERE place = ?", (place,))
        if source is not None:
            connection.execute("INSERT INTO places VALUES (?, ?)", (place, source))
        if before and before[0] != source:
            gone = "DELETE FROM sources WHERE id = ? AND id NOT IN (SELECT source FROM places)"
            connection.execute(gone, before)

    def rows(self, after: int = 0) -> Rows:
        """The numbers of all documents, or of those that came after the one with a number."""
        found = self.connection.execute("SELECT row FROM documents WHERE row > ?", (after,)).fetchall()
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

    def matching(self, words: Sequence[str], k: int, filter: Filter) -> list[tuple[int, float]]:
        """The `k` rows that hold any of `words` in any form, with their BM25 (higher is better), best first."""
        if not words:
            return []
        # With the +, the word index is read once; else it would be asked anew for each row that meets the condition.
        where = f"AND +rowid IN (SELECT row FROM documents WHERE {condition(filter)})" if filter else ""  # nosec B608 # `condition` quotes
        sql = f"SELECT rowid, -bm25(words, 1.0, 0.25) FROM words WHERE words MATCH ? {where} ORDER BY 2 DESC, 1 LIMIT ?"  # nosec B608 # the same
        return [(row, score) for row, score in self.connection.execute(sql, (_any_of(words), k))]

    def count(self) -> int:
        """How many documents there are."""
        return int(self.connection.execute("SELECT COUNT(*) FROM documents").fetchone()[0])

    def holds(self, *phrases: str) -> bool:
        """Whether a document holds any of some words or phrases."""
        sql = "SELECT EXISTS (SELECT rowid FROM words WHERE words MATCH ?)"
        return bool(self.connection.execute(sql, (_any_of(phrases),)).fetchone()[0])

    def frequency(self, spellings: Sequence[str]) -> int:
        """How many documents hold a word in any of its `spellings`, and any form.

        Beyond `COUNTED` of them it is as many as these let expect.
        """
        sql = "SELECT COUNT(*), MAX(rowid) FROM (SELECT rowid FROM words WHERE words MATCH ? LIMIT ?)"
        count, last = self.connection.execute(sql, (_any_of(spellings), COUNTED)).fetchone()
        if count < COUNTED:
            return int(count)
        return int(count * self.connection.execute("SELECT MAX(row) FROM documents").fetchone()[0] / last)

    def share_with(self, word: str, letters: str) -> float:
        """The share of the documents that hold `word` in any form with `letters` in their text; `LOOKED_AT` tell it."""
        sql = """
            SELECT AVG(content LIKE ? OR context LIKE ?) FROM documents
            WHERE row IN (SELECT rowid FROM words WHERE words MATCH ? LIMIT ?)
        """
        like = f"%{letters}%"
        return float(self.connection.execute(sql, (like, like, _any_of([word]), LOOKED_AT)).fetchone()[0] or 0)

    def beside_brackets(self, word: str) -> list[tuple[str, str]]:
        """The source and content of the documents in which `word` stands in brackets or before some."""
        sql = """
            SELECT COALESCE(source, id), content FROM documents
            WHERE row IN (SELECT rowid FROM words WHERE words MATCH ?) AND (content LIKE ? OR content LIKE ?)
        """
        return self.connection.execute(sql, (_any_of([word]), f"%({word}%)%", f"%{word} (%")).fetchall()

    def terms(self, letter: str) -> list[tuple[str, int]]:
        """The stems in the index of words that begin with `letter`, and the number of documents that hold each."""
        self.connection.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.terms USING fts5vocab(main, words, row)")
        sql = "SELECT term, doc FROM temp.terms WHERE term >= ? AND term < ?"
        return self.connection.execute(sql, (letter, chr(ord(letter) + 1))).fetchall()

    def rows_with(self, term: str, k: int) -> list[int]:
        """Up to `k` rows whose words have a stem."""
        self.connection.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.places_of USING fts5vocab(main, words, instance)"
        )
        sql = "SELECT DISTINCT doc FROM temp.places_of WHERE term = ? LIMIT ?"
        return [row for (row,) in self.connection.execute(sql, (term, k))]

    def counts(self) -> dict[str, int]:
        """For each source that has any, the number of its documents."""
        sql = "SELECT source, COUNT(*) FROM documents WHERE source IS NOT NULL GROUP BY source"
        return dict(self.connection.execute(sql).fetchall())

    def shares(self, words: Sequence[Sequence[str]]) -> dict[str, float]:
        """For each source, the share of its documents that hold every one of some words, in any of its spellings."""
        query = " AND ".join(f"({_any_of(spellings)})" for spellings in words)
        matches = "row IN (SELECT rowid FROM words WHERE words MATCH ?)"
        sql = f"SELECT source, AVG({matches}) FROM documents WHERE source IS NOT NULL GROUP BY source"  # nosec B608 # words of ours
        return dict(self.connection.execute(sql, (query,)).fetchall())

    def rows_where(self, filter: Filter) -> Rows:
        """The rows for which a filter holds."""
        found = self.connection.execute(f"SELECT row FROM documents WHERE {condition(filter)}").fetchall()  # nosec B608 # `condition` quotes
        return np.array([row for (row,) in found], dtype=np.int64)

    def insert(
        self,
        connection: sqlite3.Connection,
        source: str | None,
        documents: Iterable[tuple[str, str, str, Mapping[str, Any]]],
        vectors: Vectors,
        words: Sequence[bytes] = (),
    ) -> None:
        """Store documents (id, content, context, metadata) with their vectors, over those that have the same ids.

        `words` are the vectors of their words, where the model gives them.
        """
        for at, ((id, content, context, metadata), vector) in enumerate(zip(documents, vectors, strict=True)):
            connection.execute("DELETE FROM documents WHERE id = ?", (id,))
            row = connection.execute(
                "INSERT INTO documents(id, source, content, context, metadata, vector) VALUES (?, ?, ?, ?, ?, ?)",
                (id, source, content, context, json.dumps(metadata, ensure_ascii=False), vector.tobytes()),
            ).lastrowid
            if words:
                connection.execute("INSERT INTO word_vectors VALUES (?, ?)", (row, words[at]))


def _any_of(words: Iterable[str]) -> str:
    """A query of FTS5 for any of some words or phrases, quoted, so that no character of them is an operator."""
    return " OR ".join(f'"{word}"' for word in words)
