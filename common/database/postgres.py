"""A database on a PostgreSQL server, for libraries past one machine.

It is imported only where COPRODUCTION_DATABASE names a server; what that needs comes with the extra `scale`.
"""

from __future__ import annotations

import hashlib
import re
import threading
import weakref
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from psycopg import Cursor
from psycopg.errors import InsufficientPrivilege
from psycopg.pq import Format
from sqlalchemy import URL, NullPool, create_engine, make_url, text
from sqlalchemy.exc import (
    ArgumentError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
    TimeoutError,
)

from common.database.base import Connection, DatabaseServerError, TakenError

# The schema of a library where the address names none.
SCHEMA = "coproduction"
# Seconds that a server may take to take up a connection, milliseconds for which it may leave unanswered what it was
# sent, and seconds after which a silent connection is looked after: who holds a lock and is gone holds it no longer.
PATIENCE = {"connect_timeout": "10", "tcp_user_timeout": "10000", "keepalives_idle": "10", "keepalives_interval": "5"}
# Connections that are kept open between statements. More are opened when they are needed.
KEPT = 5


class Postgres:
    """The schema that an address names by `?schema=`, on its server. See `Engine`.

    Those who write to one `part` of it wait for each other. Raises `DatabaseServerError` where the address is none; all
    that asks the server does where it does not answer.
    """

    def __init__(self, address: str, part: str) -> None:
        self._address, self._part = address, part
        try:
            url, self.schema = _read(address)
        except (ArgumentError, ValueError) as error:
            example = "Name one as in postgresql://user:password@host/name"
            raise DatabaseServerError(address, str(error), example) from error
        given = {"cursor_factory": _cursor_of_bytes}
        pooled = create_engine(url, connect_args=given, pool_size=KEPT, max_overflow=-1, pool_pre_ping=True)
        self._engine = pooled
        self._reading = pooled.execution_options(isolation_level="AUTOCOMMIT")
        # A lock is held by a connection of its own, however long.
        self._locking = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        self._local = threading.local()
        self._end = weakref.finalize(self, pooled.dispose)
        self._make_schema()

    @property
    def connection(self) -> Connection:
        return getattr(self._local, "open", None) or _Each(self)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        with self._told(), self._engine.begin() as connection:
            # One after the other, as in a file: rows are then numbered in the order of the changes.
            writing = {"key": self._key(f"writing {self._part}")}
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), writing)
            self._local.open = _Within(connection)
            try:
                yield self._local.open
            finally:
                del self._local.open

    @contextmanager
    def lock(self, name: str, wait: bool = True) -> Iterator[None]:
        with self._told(), self._locking.connect() as connection:
            take = "pg_advisory_lock" if wait else "pg_try_advisory_lock"
            if connection.execute(text(f"SELECT {take}(:key)"), {"key": self._key(name)}).scalar() is False:
                raise TakenError(name)
            yield  # it is given back with its connection

    def among(self, column: str) -> str:
        return f"{column} = ANY(:values)"

    def listed(self, values: Collection[str] | Collection[int]) -> list[str] | list[int]:
        return list(values)  # type: ignore[return-value]

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Any]:
        """A connection for one statement."""
        with self._told(), self._reading.connect() as connection:
            yield connection

    def _make_schema(self) -> None:
        with self.lock("schema"), self.transaction() as connection:
            # Asked first: who may use a schema that is there need not have leave to make one.
            sql = "SELECT 1 FROM pg_namespace WHERE nspname = :schema"
            if not connection.execute(sql, {"schema": self.schema}).fetchone():
                connection.execute(f"CREATE SCHEMA {self.schema}")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What goes wrong with the server is told in a sentence."""
        try:
            yield
        except (OperationalError, InterfaceError, InternalError, TimeoutError) as error:
            raise DatabaseServerError(self._address, str(getattr(error, "orig", error))) from error
        except ProgrammingError as error:
            if not isinstance(error.orig, InsufficientPrivilege):
                raise
            raise DatabaseServerError(self._address, str(error.orig)) from error

    def _key(self, name: str) -> int:
        """The number of a lock of this library: PostgreSQL's are numbers, and of a whole database."""
        digest = hashlib.sha256(f"coproduction {self.schema} {name}".encode()).digest()
        return int.from_bytes(digest[:8], signed=True)


class _Within:
    """A connection in a transaction."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def execute(self, sql: str, values: Any = (), /) -> _Fetched:
        return _Fetched(self._connection.execute(_text(sql), values or {}))

    def executemany(self, sql: str, values: Iterable[Any], /) -> None:
        if values := list(values):
            self._connection.execute(_text(sql), values)


class _Each:
    """A connection for each statement, given back at once."""

    def __init__(self, server: Postgres) -> None:
        self._server = server

    def execute(self, sql: str, values: Any = (), /) -> _Fetched:
        with self._server.read() as connection:
            return _Fetched(connection.execute(_text(sql), values or {}))

    def executemany(self, sql: str, values: Iterable[Any], /) -> None:
        if values := list(values):
            with self._server.read() as connection:
                connection.execute(_text(sql), values)


class _Fetched:
    """All that a statement gave, so that its connection may go."""

    def __init__(self, result: Any) -> None:
        self.rowcount: int = result.rowcount
        self._rows = iter([tuple(row) for row in result] if result.returns_rows else [])

    def __iter__(self) -> Iterator[Any]:
        return self._rows

    def fetchone(self) -> Any:
        return next(self._rows, None)

    def fetchall(self) -> list[Any]:
        return list(self._rows)


def _cursor_of_bytes(*given: Any, **named: Any) -> Any:
    """A cursor that is given bytes as they are, in the place of twice as many letters."""
    cursor: Any = Cursor(*given, **named)
    cursor.format = Format.BINARY
    return cursor


@lru_cache(maxsize=1000)
def _text(sql: str) -> Any:
    return text(sql)


def _read(address: str) -> tuple[URL, str]:
    """The address as SQLAlchemy takes it, and the schema that it names. Raises `ArgumentError`, `ValueError`."""
    url = make_url(address)
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise ValueError("it is no address of a PostgreSQL server")
    schema = url.query.get("schema", SCHEMA)
    if not isinstance(schema, str) or not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", schema):
        raise ValueError("a schema has small letters, digits and _")
    told = {name: value for name, value in url.query.items() if name != "schema"}
    # Tables are looked for in the schema alone.
    told["options"] = f"{told.get('options', '')} -csearch_path={schema}".strip()
    return url.set(drivername="postgresql+psycopg", query={**PATIENCE, **told}), schema
