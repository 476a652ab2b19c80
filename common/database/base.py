"""What both kinds of database do: statements, transactions and locks.

A statement is written once, in SQL that SQLite and PostgreSQL understand, with its values by name, as in `:id`.
SQLite's own driver takes it as it is, so that one machine pays for no layer between (docs/scale.md has what that would
cost); PostgreSQL is spoken to through SQLAlchemy. What only one of them knows is in a file of its own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Any, Protocol

from common.errors import AwayError


class DatabaseServerError(AwayError):
    """The server that holds the database cannot be used. The message is a sentence for the person who keeps it."""

    def __init__(self, address: str, problem: str, remedy: str = "See to that server, and do the same again") -> None:
        at = f" at {re.sub(r'//[^/@]*@', '//', address).partition('?')[0]}" if "//" in address else ""  # no password
        told = " ".join(problem.split()).rstrip(".?")
        super().__init__(
            f"The database{at} (COPRODUCTION_DATABASE) cannot be used: {told}. {remedy}. Nothing is lost: what "
            "was stored before is kept, and what was being stored is stored wholly or not at all."
        )


class TakenError(Exception):
    """Another process holds a lock."""


class Result(Protocol):
    """What a statement gives: rows as tuples, and how many rows it changed."""

    def __iter__(self) -> Iterator[Any]: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    @property
    def rowcount(self) -> int: ...


class Connection(Protocol):
    """What statements are put to; `values` are by their names, and of SQLite's own statements by their places."""

    def execute(self, sql: str, values: Any = (), /) -> Result: ...
    def executemany(self, sql: str, values: Iterable[Any], /) -> object: ...


class Engine(Protocol):
    """A database. Safe to share by threads and by processes."""

    @property
    def connection(self) -> Connection:
        """To read with; within a transaction of this thread, a part of it."""
        ...

    def transaction(self) -> AbstractContextManager[Connection]:
        """All of what happens inside, or nothing of it. Those who write wait for each other."""
        ...

    def lock(self, name: str, wait: bool = True) -> AbstractContextManager[None]:
        """While the caller is inside, no other process is inside a lock of this name.

        Raises `TakenError` where another one is, and the caller does not `wait`.
        """
        ...

    def among(self, column: str) -> str:
        """The condition that `column` is one of `:values`, which are given as `listed` makes them."""
        ...

    def listed(self, values: Collection[str] | Collection[int]) -> Any:
        """Values as a statement takes them for `among`."""
        ...

    def close(self) -> None:
        """Close this thread's connection; it opens again when it is needed."""
        ...
