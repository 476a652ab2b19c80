"""The database behind what readers keep: one file in the library's folder, or the server that holds the library."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from pathlib import Path

from common.database import Connection, SQLite, open_engine
from page.userdata.dialect import Dialect
from page.userdata.sqlite import InSQLite

# Seconds for which what was taken away can be brought back.
RESTORABLE = 24 * 60 * 60


class Database:
    """`conversations.db` in `folder`, made where it is missing, or the PostgreSQL server at an address.

    Raises `DatabaseServerError`.
    """

    def __init__(self, folder: Path, server: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "conversations.db"
        self._engine = open_engine(path, server)
        self.dialect: Dialect
        if isinstance(self._engine, SQLite):
            self.dialect = InSQLite(self._engine, path)
        else:
            from page.userdata.postgres import InPostgres

            self.dialect = InPostgres(self._engine)
        self.dialect.prepare()

    @property
    def connection(self) -> Connection:
        """What to read with."""
        return self._engine.connection

    def transaction(self) -> AbstractContextManager[Connection]:
        """All of what happens inside, or nothing of it."""
        return self._engine.transaction()


def purge(connection: Connection, table: str) -> None:
    """Delete for good what was taken away from a table longer ago than it can be brought back."""
    then = {"then": time.time() - RESTORABLE}
    connection.execute(f"DELETE FROM {table} WHERE deleted < :then", then)  # nosec B608 # words of ours
