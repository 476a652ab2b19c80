"""Which database is opened."""

from __future__ import annotations

from pathlib import Path

from common.database.base import DatabaseServerError, Engine
from common.database.sqlite import SQLite


def open_engine(file: Path, server: str = "") -> Engine:
    """The database in `file`, or on the PostgreSQL server at an address, where a file's name stands for its part.

    Raises `DatabaseServerError` where the address is none, or what speaks to it is not installed.
    """
    if not server:
        return SQLite(file)
    try:
        from common.database.postgres import Postgres
    except ImportError as error:
        remedy = 'Install what speaks to it with: pip install ".[scale]"'
        raise DatabaseServerError(server, str(error), remedy) from error
    return Postgres(server, file.stem)
