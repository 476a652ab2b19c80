"""What a person points at (files, folders, addresses) becomes a list of files, each with its bytes when asked for."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from gettext import gettext as _
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ingest.fetch import LARGEST, Fetcher, FetchError, Limits
from ingest.report import Report, ReportError

# The person waits, and knows best how short her page is.
_TYPED = Limits(tries=2, letters=0)


@dataclass(frozen=True, slots=True)
class Found:
    """A file that was pointed at. `file` names it to the person, `place` tells it from all others.

    `load` gives its bytes and the ending that tells its format (".pdf"); it raises `ReportError`. `details` are known
    of it beforehand, by the names of `Details`, and go before what it says of itself. `refuse` says why a report is
    not the one that was looked for, "" where it is.
    """

    file: str
    place: str
    load: Callable[[], tuple[bytes, str]]
    address: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    refuse: Callable[[Report], str] = lambda report: ""


def find_files(targets: Sequence[str | Path], uploads: bool = False) -> list[Found]:
    """The files behind `targets` in a fixed order; folders are searched through, hidden files left out.

    With `uploads` a file's place is its name alone: it came through the page, and its path says nothing.
    """
    return [found for target in targets for found in _found(target, uploads)]


def _found(target: str | Path, uploads: bool) -> Iterator[Found]:
    if str(target).lower().startswith(("http://", "https://")):
        address = str(target)
        yield Found(address, address, lambda: _fetch(address), address)
        return
    path = Path(target).expanduser()
    if path.is_dir():
        for below in _files_below(path):
            yield _file(below, below.relative_to(path).as_posix(), uploads)
    else:
        yield _file(path, path.name, uploads)


def _files_below(folder: Path) -> list[Path]:
    found: list[Path] = []
    for directory, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(directory, name) for name in names if not name.startswith((".", "~$"))]
    return sorted(found)


def _file(path: Path, name: str, uploads: bool) -> Found:
    name = _in_unicode(name)
    place = f"upload:{name}" if uploads else _in_unicode(str(path.resolve()))
    return Found(name, place, lambda: (_bytes(path, name), path.suffix.lower()))


def _in_unicode(name: str) -> str:
    """`name` as it can be stored and printed: the system allows bytes in it that no encoding knows."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _bytes(path: Path, name: str) -> bytes:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):  # to read a pipe would be to wait for whoever writes into it
            raise ReportError(name, _("This is no file but a pipe, a device or the like."))
        if found.st_size > LARGEST:
            raise ReportError(
                name,
                _("The file is larger than {size} MB. Split it and add the parts.").format(
                    size=LARGEST // 1024 // 1024
                ),
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ReportError(name, _("There is no such file or folder. Check how its name is spelled.")) from error
    except OSError as error:
        raise ReportError(name, _("The file cannot be opened: {problem}.").format(problem=error.strerror)) from error


def _fetch(address: str) -> tuple[bytes, str]:
    """The bytes behind an address that the person typed, and the ending that tells their format."""
    try:
        with TemporaryDirectory() as folder, Fetcher(Path(folder), pause=0, limits=_TYPED) as fetcher:
            fetched = fetcher.fetch(address, obey_robots=False)
    except FetchError as error:
        raise ReportError(address, error.reason) from error
    return fetched.data, fetched.suffix
