"""A catalogue in an SQLite file, `library.db`."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from common.database import Connection, Engine
from vector_store.catalogue import filters
from vector_store.catalogue.errors import emptied, failure, is_damage
from vector_store.catalogue.schema import DamagedError, StoreError, prepare
from vector_store.catalogue.word_index import WordIndex
from vector_store.types import Filter


class InSQLite:
    """The tables in the file at `path`, to which `engine` speaks. See `Dialect`."""

    def __init__(self, engine: Engine, path: Path) -> None:
        self._engine, self._path = engine, path
        self.words = WordIndex(engine)

    def prepare(self) -> None:
        try:
            with self._engine.transaction() as connection:
                if prepare(connection, self._path.parent) and self._path.with_name("vectors.faiss").exists():
                    raise DamagedError(emptied(self._path))
        except sqlite3.Error as error:
            kind = DamagedError if is_damage(error) else StoreError
            raise kind(failure(error, self._path)) from error

    def damage(self) -> tuple[list[str], list[str]]:
        connection = self._engine.connection
        try:
            if told := [str(told) for (told,) in connection.execute("PRAGMA integrity_check(10)") if told != "ok"]:
                return [f"The database is damaged: {'; '.join(told)}."], []
            lost = len(connection.execute("PRAGMA foreign_key_check").fetchall())
            with self._engine.transaction() as writing:  # the command reads, but FTS5 has it look like writing
                writing.execute("INSERT INTO words(words, rank) VALUES ('integrity-check', 1)")
        except sqlite3.DatabaseError as error:
            return [f"The database is damaged: {error}."], []
        return [], [f"The database holds rows that belong to nothing: {lost:,}."] if lost else []

    def condition(self, filter: Filter) -> str:
        return filters.condition(filter)

    def field(self, column: str, name: str) -> str:
        return f"json_extract({column}, '$.{name}')"

    def count(self) -> int:
        return int(self._engine.connection.execute("SELECT COUNT(*) FROM documents").fetchone()[0])

    def insert(self, connection: Connection, documents: Sequence[Mapping[str, Any]]) -> None:
        sql = """
            INSERT INTO documents(id, source, content, context, metadata, vector)
            VALUES (:id, :source, :content, :context, :metadata, :vector)
        """
        connection.executemany(sql, documents)
