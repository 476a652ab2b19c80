"""Carries over what can be read of a damaged library into a new one."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from vector_store.catalogue.database import Database

_TABLES = ("manifest", "sources", "places", "documents", "word_vectors")
# A new library counts its own changes, in the format of now.
_OF_NEW = {"format", "library", "generation", "listed"}
_LAST = 2**31  # no library has as many rows
_PATIENCE = 200_000  # attempts to read past damage in one table; some seconds
_UNFIT = """
DELETE FROM sources WHERE NOT json_valid(summary) OR NOT json_valid(body);
DELETE FROM documents WHERE NOT json_valid(metadata)
    OR length(vector) <> (SELECT 4 * value FROM manifest WHERE key = 'dimension')
    OR (source IS NOT NULL AND source NOT IN (SELECT id FROM sources));
DELETE FROM word_vectors WHERE row NOT IN (SELECT row FROM documents);
"""


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What came of it: where the damaged file is `kept`, and the `lost` sources, each with its place and id."""

    kept: Path
    lost: list[tuple[str, str]]


def salvage(library: Path) -> Salvaged:
    """Put a sound database in the place of the damaged `library`, with all that can be read of it.

    The damaged file is kept beside it. What was read of a source may have gaps. Nothing else may use the library now.
    """
    library.touch()  # it may be missing altogether
    kept = library.with_name(f"{library.stem}-damaged-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}{library.suffix}")
    for ending in ("", "-wal"):
        with suppress(FileNotFoundError):
            shutil.copy2(f"{library}{ending}", f"{kept}{ending}")
    with TemporaryDirectory(dir=library.parent, prefix="repair-") as folder:
        new = Path(folder) / library.name
        lost = _carry_over(kept, new)
        for ending in ("-wal", "-shm"):  # what stands in them would be taken for changes of the new file
            library.with_name(library.name + ending).unlink(missing_ok=True)
        os.replace(new, library)
    return Salvaged(kept, lost)


def _carry_over(damaged: Path, new: Path) -> list[tuple[str, str]]:
    Database(new).close()  # in the format of now
    with closing(sqlite3.connect(new)) as to, closing(sqlite3.connect(f"{damaged.as_uri()}?mode=rw", uri=True)) as of:
        for table in _TABLES:
            columns = [name for _, name, *_ in to.execute(f"PRAGMA table_info({table})")]
            marks = ", ".join("?" * len(columns))
            rows = _Readable(of, table, columns).rows(0, _LAST)
            if table == "manifest":
                rows = (row for row in rows if row[0] not in _OF_NEW)
            to.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", rows)
        to.executescript(_UNFIT)
        sql = "FROM places WHERE source NOT IN (SELECT id FROM sources)"
        lost: list[tuple[str, str]] = to.execute(f"SELECT place, source {sql}").fetchall()
        to.execute(f"DELETE {sql}")
        to.commit()
        to.execute("PRAGMA journal_mode = DELETE")  # so that the one file is all of it
    return lost


class _Readable:
    """The rows of a table that can be read, whatever is damaged around them."""

    def __init__(self, connection: sqlite3.Connection, table: str, columns: list[str]) -> None:
        self._connection, self._patience = connection, _PATIENCE
        named = ", ".join(columns)
        self._sql = f"SELECT rowid, {named} FROM {table} WHERE rowid BETWEEN ? AND ? ORDER BY rowid"  # nosec B608 # our own
        try:
            connection.execute(f"SELECT {named} FROM {table} LIMIT 0")  # nosec B608
            self._is_known = True
        except sqlite3.DatabaseError:  # the file does not say where the table lies, and halving would not find it
            self._is_known = False

    def rows(self, first: int, last: int) -> Iterator[tuple[object, ...]]:
        """The rows from `first` to `last`: a stretch that cannot be read is halved, until only the damage is left."""
        if not self._is_known:
            return
        try:
            for number, *row in self._connection.execute(self._sql, (first, last)):
                if not first <= number <= last:  # damage can also lead round in a circle
                    raise sqlite3.DatabaseError
                first = number + 1
                yield tuple(row)
        except sqlite3.DatabaseError:
            self._patience -= 1
            if first < last and self._patience > 0:
                middle = (first + last) // 2
                yield from self.rows(first, middle)
                yield from self.rows(middle + 1, last)
