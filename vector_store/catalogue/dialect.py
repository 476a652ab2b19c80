"""What a catalogue does otherwise in SQLite and in PostgreSQL: its tables, its words, and questions of JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from common.database import Connection
from vector_store.catalogue.words import Words
from vector_store.types import Filter


class Dialect(Protocol):
    """The tables of a catalogue in one kind of database."""

    @property
    def words(self) -> Words:
        """The words of the documents."""
        ...

    def prepare(self) -> None:
        """Make the tables where there are none, and bring older ones up to date. Raises `StoreError`."""
        ...

    def damage(self) -> tuple[list[str], list[str]]:
        """What is wrong with the database so that it cannot be read further, and what else, a sentence each."""
        ...

    def condition(self, filter: Filter) -> str:
        """The condition that the documents meet for which `filter` holds."""
        ...

    def field(self, column: str, name: str) -> str:
        """The text of a field of the JSON in a column."""
        ...

    def count(self) -> int:
        """How many documents there are."""
        ...

    def insert(self, connection: Connection, documents: Sequence[Mapping[str, Any]]) -> None:
        """Store documents, by the names of their columns, in their order."""
        ...
