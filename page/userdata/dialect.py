"""What is kept otherwise in SQLite and in PostgreSQL: the tables, and the words by which conversations are found."""

from __future__ import annotations

from typing import Protocol

from common.database import Connection


class Dialect(Protocol):
    """The tables of what readers keep, in one kind of database."""

    def prepare(self) -> None:
        """Make the tables where there are none."""
        ...

    def matching(self, wanted: str) -> tuple[str, str]:
        """The condition that conversations meet that hold all words of `wanted`, and what its `:query` stands for.

        Whatever the case and the accents; the last word may be the beginning of one. Without any word all meet it.
        """
        ...

    def say(self, connection: Connection, row: int, said: str) -> None:
        """Let a conversation be found by more words."""
        ...
