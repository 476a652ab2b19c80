"""In which kind of database a catalogue is."""

from __future__ import annotations

from pathlib import Path

from common.database import Engine, SQLite
from vector_store.catalogue.dialect import Dialect
from vector_store.catalogue.sqlite import InSQLite


def dialect_of(engine: Engine, path: Path) -> Dialect:
    """The tables that `engine` speaks to: in the file at `path`, or on a server."""
    if isinstance(engine, SQLite):
        return InSQLite(engine, path)
    from vector_store.catalogue.postgres import InPostgres

    return InPostgres(engine)
