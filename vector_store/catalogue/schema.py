"""The format of a library: what its tables are, and how a library of an older format becomes one of this."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from common import CoproductionError
from common.database import Connection

FORMAT = 3

# Which documents came or went with each change. Whether one of them came or went is told by whether it is there: their
# rows are never given twice. `listed` is the change after which the list begins.
_CHANGES = """
CREATE TABLE changes (generation INTEGER, row INTEGER, PRIMARY KEY (generation, row)) WITHOUT ROWID;
CREATE TRIGGER changes_by_new AFTER INSERT ON documents BEGIN
    INSERT OR IGNORE INTO changes SELECT value + 1, new.row FROM manifest WHERE key = 'generation';
END;
CREATE TRIGGER changes_by_old AFTER DELETE ON documents BEGIN
    INSERT OR IGNORE INTO changes SELECT value + 1, old.row FROM manifest WHERE key = 'generation';
END;
INSERT INTO manifest SELECT 'listed', value FROM manifest WHERE key = 'generation';
"""

_SCHEMA = """
CREATE TABLE manifest (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE sources (id TEXT PRIMARY KEY, summary TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE places (
    place TEXT PRIMARY KEY,
    source TEXT NOT NULL REFERENCES sources(id) ON DELETE CASCADE
);
CREATE INDEX places_of_source ON places(source);
CREATE TABLE documents (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    source TEXT REFERENCES sources(id) ON DELETE CASCADE,
    content TEXT NOT NULL,
    context TEXT NOT NULL,
    metadata TEXT NOT NULL,
    vector BLOB NOT NULL
);
CREATE INDEX documents_of_source ON documents(source);
CREATE TABLE word_vectors (
    row INTEGER PRIMARY KEY REFERENCES documents(row) ON DELETE CASCADE,
    vectors BLOB NOT NULL
);
CREATE VIRTUAL TABLE words USING fts5(
    content, context, content='documents', content_rowid='row', tokenize='porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER words_of_new AFTER INSERT ON documents BEGIN
    INSERT INTO words(rowid, content, context) VALUES (new.row, new.content, new.context);
END;
CREATE TRIGGER words_of_old AFTER DELETE ON documents BEGIN
    INSERT INTO words(words, rowid, content, context) VALUES ('delete', old.row, old.content, old.context);
END;
"""

# What makes of a library of each format one of the next. Some of format 1 have the table, for it came unannounced.
_STEPS = {
    1: """
CREATE TABLE IF NOT EXISTS word_vectors (
    row INTEGER PRIMARY KEY REFERENCES documents(row) ON DELETE CASCADE,
    vectors BLOB NOT NULL
);
""",
    2: _CHANGES,
}


class StoreError(CoproductionError):
    """The store cannot be opened or written. The message is a sentence for the person who keeps it."""


class DamagedError(StoreError):
    """The file of the store is damaged, or not there although it was."""


def new_identity(library: Path) -> None:
    """Make of a copy of a library another one: an index on a server that both ask would mistake it for the first."""
    with closing(sqlite3.connect(library)) as connection, connection:
        connection.execute("UPDATE manifest SET value = ? WHERE key = 'library'", (uuid.uuid4().hex,))


def prepare(connection: Connection, folder: Path) -> bool:
    """Make of an empty database, or one of an older format, one of this format, inside a transaction.

    Returns whether it was empty. Raises `StoreError` where it is of a newer format.
    """
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'manifest'").fetchone():
        _run(connection, _SCHEMA)
        fresh = {"format": str(FORMAT), "library": uuid.uuid4().hex, "generation": "0"}
        connection.executemany("INSERT INTO manifest VALUES (?, ?)", fresh.items())
        _run(connection, _CHANGES)
        return True
    row = connection.execute("SELECT value FROM manifest WHERE key = 'format'").fetchone()
    told = str(row[0]) if row else ""
    found = int(told) if told.isdecimal() else 0
    if not 1 <= found <= FORMAT:
        raise StoreError(
            f"The library in {folder} was made by another version of this program (format {told or 'unknown'}, here "
            f"{FORMAT}). Use that version or a newer one; or name a new folder with --library and add them again."
        )
    for older in range(found, FORMAT):
        _run(connection, _STEPS[older])
    if found < FORMAT:
        connection.execute("UPDATE manifest SET value = ? WHERE key = 'format'", (str(FORMAT),))
    return False


def _run(connection: Connection, script: str) -> None:
    """Run statements one by one: `executescript` would end the transaction that they belong to."""
    for statement in _statements(script):
        connection.execute(statement)


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
