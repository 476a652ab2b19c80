"""What readers keep, in a file of its own in the library's folder."""

from __future__ import annotations

import logging
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from common.database import Connection, Engine
from page.userdata.one_line import one_line

_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS conversations (
        row INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        owner TEXT NOT NULL,
        title TEXT NOT NULL,
        changed REAL NOT NULL,
        deleted REAL
    )""",
    "CREATE INDEX IF NOT EXISTS conversations_of_owner ON conversations(owner, changed)",
    """CREATE TABLE IF NOT EXISTS turns (
        row INTEGER PRIMARY KEY,
        conversation INTEGER NOT NULL REFERENCES conversations(row) ON DELETE CASCADE,
        answer TEXT NOT NULL
    )""",
    "CREATE INDEX IF NOT EXISTS turns_of_conversation ON turns(conversation)",
    """CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(
        title, said, tokenize = 'unicode61 remove_diacritics 2'
    )""",
    """CREATE TRIGGER IF NOT EXISTS words_of_new AFTER INSERT ON conversations BEGIN
        INSERT INTO words(rowid, title, said) VALUES (new.row, new.title, '');
    END""",
    """CREATE TRIGGER IF NOT EXISTS words_of_renamed AFTER UPDATE OF title ON conversations BEGIN
        UPDATE words SET title = new.title WHERE rowid = new.row;
    END""",
    """CREATE TRIGGER IF NOT EXISTS words_of_old AFTER DELETE ON conversations BEGIN
        DELETE FROM words WHERE rowid = old.row;
    END""",
    """CREATE TABLE IF NOT EXISTS evidence (
        row INTEGER PRIMARY KEY,
        owner TEXT NOT NULL,
        question TEXT NOT NULL,
        passage TEXT NOT NULL,
        quote TEXT NOT NULL,
        citations TEXT NOT NULL,
        note TEXT NOT NULL DEFAULT '',
        deleted REAL,
        UNIQUE (owner, passage, quote)
    )""",
    """CREATE TABLE IF NOT EXISTS votes (
        owner TEXT NOT NULL,
        said TEXT NOT NULL,
        helpful INTEGER NOT NULL,
        reason TEXT NOT NULL,
        cast_at REAL NOT NULL,
        answer TEXT NOT NULL,
        PRIMARY KEY (owner, said)
    )""",
    """CREATE TABLE IF NOT EXISTS sessions (
        token TEXT PRIMARY KEY,
        account TEXT NOT NULL,
        began REAL NOT NULL
    )""",
)
# The errors that trying again does not mend. A file that is only locked, or a full disk, is no reason to begin anew.
_UNREADABLE = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_READONLY}

_log = logging.getLogger(__name__)


class InSQLite:
    """The tables in the file at `path`, to which `engine` speaks. See `Dialect`.

    A file that cannot be read is set aside under another name, with a warning in the log, and a new one is begun.
    """

    def __init__(self, engine: Engine, path: Path) -> None:
        self._engine, self._path = engine, path

    def prepare(self) -> None:
        # Two processes that find the same damage at once would else set each other's new file aside.
        with self._engine.lock("conversations"):
            if damage := self._damage():
                self._set_aside(damage)
                self._prepare()

    def matching(self, wanted: str) -> tuple[str, str]:
        words = [word.replace('"', '""') for word in one_line(wanted).split() if any(map(str.isalnum, word))]
        if not words:
            return "TRUE", ""
        query = " ".join(f'"{word}"' for word in words) + " *"
        return "row IN (SELECT rowid FROM words WHERE words MATCH :query)", query

    def say(self, connection: Connection, row: int, said: str) -> None:
        sql = "UPDATE words SET said = said || ' ' || :said WHERE rowid = :row"
        connection.execute(sql, {"said": said, "row": row})

    def _prepare(self) -> None:
        with self._engine.transaction() as connection:
            for statement in _SCHEMA:
                connection.execute(statement)
            known = {row[1] for row in connection.execute("PRAGMA table_info(evidence)")}
            for column in ("note TEXT NOT NULL DEFAULT ''", "deleted REAL"):
                if column.split()[0] not in known:  # the file is of an earlier version
                    connection.execute(f"ALTER TABLE evidence ADD COLUMN {column}")

    def _damage(self) -> str:
        """Prepare the file. Returns what keeps it from being used, "" where nothing does."""
        try:
            self._prepare()
            [(told,)] = self._engine.connection.execute("PRAGMA quick_check(1)").fetchall()
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF not in _UNREADABLE:  # the lowest byte tells the kind of error
                raise
            return str(error)
        return "" if told == "ok" else one_line(told)

    def _set_aside(self, damage: str) -> None:
        self._engine.close()
        aside = f"{self._path.stem}-damaged-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}{self._path.suffix}"
        for ending in ("", "-wal", "-shm"):
            with_ending = self._path.with_name(self._path.name + ending)
            if with_ending.exists():
                with_ending.rename(self._path.with_name(aside + ending))
        _log.warning("The conversations could not be read (%s); their file is now called %s.", damage, aside)
