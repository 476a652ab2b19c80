"""A database in an SQLite file, as one machine has it."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock
from filelock import FileLock

from common.database.base import TakenError


class SQLite:
    """The file at `path` in WAL mode, a connection for each thread. See `Engine`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._writing = threading.RLock()

    @property
    def connection(self) -> sqlite3.Connection:
        if not hasattr(self._local, "connection"):
            connection = sqlite3.connect(self._path, timeout=60, isolation_level=None)
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA foreign_keys = ON")
            except BaseException:  # the file is damaged, or locked
                connection.close()
                raise
            self._local.connection = connection
        return self._local.connection  # type: ignore[no-any-return]

    def close(self) -> None:
        if hasattr(self._local, "connection"):
            self._local.connection.close()
            del self._local.connection

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        with self._writing:
            connection = self.connection
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.commit()
            except BaseException:
                connection.rollback()
                raise

    @contextmanager
    def lock(self, name: str, wait: bool = True) -> Iterator[None]:
        taken = FileLock(self._path.with_name(f"{name}.lock"), timeout=-1 if wait else 0)
        try:
            taken.acquire()
        except filelock.Timeout as error:
            raise TakenError(name) from error
        try:
            yield
        finally:
            taken.release()

    def among(self, column: str) -> str:
        return f"{column} IN (SELECT value FROM json_each(:values))"  # nosec B608 # words of ours

    def listed(self, values: Collection[str] | Collection[int]) -> str:
        return json.dumps(list(values))
