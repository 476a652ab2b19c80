"""A database in an SQLite file or on a PostgreSQL server, spoken to in the SQL that both understand."""

from common.database.base import Connection, DatabaseServerError, Engine, Result, TakenError
from common.database.folding import folded_sql, folded_words
from common.database.opening import open_engine
from common.database.sqlite import SQLite

__all__ = [
    "Connection",
    "DatabaseServerError",
    "Engine",
    "Result",
    "SQLite",
    "TakenError",
    "folded_sql",
    "folded_words",
    "open_engine",
]
