"""A library's folder copied while it is in use, and put back: the copy is itself a library that can be opened."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from gettext import gettext as _
from pathlib import Path

from common import CoproductionError
from ingest.library.library import Library

DATABASE = "library.db"
# What is made anew when it is missing, or has a meaning only while a program runs.
_LEFT_OUT = ("vectors.faiss", "downloads", "*.lock", "*.tmp", "*-wal", "*-shm", "*-damaged-*", "repair-*")


class BackupError(CoproductionError):
    """The back-up cannot be made or put back. The message is a sentence."""


def back_up(library: Library, folder: Path, more: Sequence[Path] = ()) -> None:
    """Copy a library to a new or empty `folder`, with `more` files that belong to it.

    Whoever asks and adds goes on meanwhile; what is added or removed after the beginning is not in the copy. Raises
    `BackupError`, `OSError`, `sqlite3.Error`, and leaves no half copy behind.
    """
    if library.folder.resolve() in (folder.resolve(), *folder.resolve().parents):
        raise BackupError(_("{folder} is within the library. Name a folder outside.").format(folder=folder))
    with library.originals.keeping():
        for name in library.originals.needed():
            library.originals.path(name)  # what is kept elsewhere is fetched, to be copied with the rest
        _copied(library.folder, folder, more)


def restore(folder: Path, library: Path) -> None:
    """Copy a back-up to `library`, a new or empty folder. Raises `BackupError`, `OSError`, `sqlite3.Error`."""
    if not (folder / DATABASE).is_file():
        raise BackupError(_("There is no back-up in {folder}.").format(folder=folder))
    _copied(folder, library)


def _copied(source: Path, target: Path, more: Sequence[Path] = ()) -> None:
    """Copy beside `target` first, so that there is never half of a copy under its name."""
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise BackupError(_("{folder} is not empty. Name a new or an empty folder.").format(folder=target))
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        beside.mkdir()
        for database in source.glob("*.db"):  # first: a file is kept before its report is stored
            if "-damaged-" not in database.name:
                _copy_database(database, beside / database.name)
        shutil.copytree(source, beside, ignore=shutil.ignore_patterns("*.db", *_LEFT_OUT), dirs_exist_ok=True)
        for file in more:
            shutil.copy2(file, beside)
        if target.exists():
            target.rmdir()
        beside.rename(target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _copy_database(source: Path, target: Path) -> None:
    """Copy a database as it is at one moment, also while others write. Raises `BackupError` where it is damaged."""
    with closing(sqlite3.connect(source, timeout=60)) as of, closing(sqlite3.connect(target)) as to:
        of.backup(to)
        to.execute("PRAGMA journal_mode = DELETE")  # so that the one file is all of it
        shutil.copymode(source, target)
        [(told,)] = to.execute("PRAGMA quick_check(1)").fetchall()
    if told != "ok":
        raise BackupError(_("{file} is damaged: {problem}.").format(file=source, problem=told))
