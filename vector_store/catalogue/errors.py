"""What keeps a folder from being read or written, in a sentence for the person who keeps it."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

DAMAGED = (
    "{file} is damaged ({problem}). Stop whatever uses the library, then save what can be saved with: "
    "coproduction --library {folder} library --repair"
)
FULL = "There is no room left on the disk for {file}. Make room, then do the same again; what was stored is kept."
NOT_WRITABLE = (
    "{file} cannot be written ({problem}). Check that its folder may be written to, and that the disk has room."
)
LOCKED = "Another program has kept {file} locked for a minute. Try again when it is done."
OTHERWISE = "{file} cannot be used: {problem}."

# The kind of an error of SQLite is the lowest byte of its number.
_OF_SQLITE = {
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_READONLY: NOT_WRITABLE,
    sqlite3.SQLITE_CANTOPEN: NOT_WRITABLE,
    sqlite3.SQLITE_IOERR: NOT_WRITABLE,
    sqlite3.SQLITE_BUSY: LOCKED,
}
_OF_SYSTEM = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EFBIG: FULL,
    errno.EROFS: NOT_WRITABLE,
    errno.EACCES: NOT_WRITABLE,
    errno.EPERM: NOT_WRITABLE,
}


def failure(error: sqlite3.Error | OSError, library: Path) -> str:
    """What is wrong with a library, named by its `library.db`, or with another file that the system told of."""
    if isinstance(error, OSError):
        named = error.filename2 or error.filename or library
        return _of(_OF_SYSTEM.get(error.errno or 0, OTHERWISE), Path(str(named)), error.strerror or str(error))
    return _of(_of_sqlite(error), library, str(error))


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file itself is damaged, not only out of reach."""
    return _of_sqlite(error) == DAMAGED


def _of_sqlite(error: sqlite3.Error) -> str:
    # What cannot be decoded is told without a number.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT if "decode" in str(error) else 0)
    return _OF_SQLITE.get(code & 0xFF, OTHERWISE)


def emptied(library: Path) -> str:
    """What is wrong with a library that is not there any more, though the index made from it is."""
    return _of(DAMAGED, library, "it is missing or empty, and was not")


def _of(sentence: str, file: Path, problem: str) -> str:
    return sentence.format(file=file, folder=file.parent, problem=problem)
