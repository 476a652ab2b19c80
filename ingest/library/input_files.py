"""What a person points at (files, folders, addresses) becomes a list of files, each with its bytes when asked for."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from gettext import gettext as _
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ingest.fetch import LARGEST, Fetcher, FetchError, Limits
from ingest.library.source import UPLOAD
from ingest.report import Report, ReportError

# The person waits, and knows best how short her page is.
_TYPED = Limits(tries=2, letters=0)
N_ = str  # marks texts for translators; they are translated where they are used
NO_FILE = N_("There is no such file or folder. Check how its name is spelled.")
# Control characters, ends of lines, and what turns the direction of writing.
_MOVES_TEXT = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


@dataclass(frozen=True, slots=True)
class InputFile:
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


def find_files(targets: Sequence[str | Path], uploads: bool = False, private: bool = False) -> list[InputFile]:
    """The files behind `targets` in a fixed order; folders are searched through, hidden files left out.

    With `uploads` a file's place is its name alone: it came through the page, and its path says nothing. Of two of one
    name `Uploads` says what becomes. Web addresses may be of this computer and its network only where `private` ones
    are allowed.
    """
    return [found for target in targets for found in _found(target, uploads, private)]


def _found(target: str | Path, uploads: bool, private: bool) -> Iterator[InputFile]:
    if str(target).lower().startswith(("http://", "https://")):
        address = str(target)
        yield InputFile(address, address, lambda: _fetch(address, private), address)
        return
    if _SCHEME.match(str(target)):
        yield _refused(str(target), _("Only web addresses can be fetched, which begin with https:// or http://."))
        return
    path = Path(os.path.expanduser(target))
    if not os.path.isdir(path):  # says no to what is no path at all, too
        yield _file(path, path.name, uploads)
        return
    whole = os.path.realpath(path)
    for below in _below(path):
        name = below.relative_to(path).as_posix()
        if below.is_symlink() and not Path(os.path.realpath(below)).is_relative_to(whole):
            yield _refused(shown(name), _("This is a link that leads out of the folder. Add what it leads to."))
        elif not os.path.isdir(below):  # a link to a folder within: what is in that comes anyway
            yield _file(below, name, uploads)


def _below(folder: Path) -> list[Path]:
    """The files below a folder, and the links in it, in a fixed order. Links to folders are not followed."""
    found: list[Path] = []
    for directory, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [path for name in folders if (path := Path(directory, name)).is_symlink()]
        found += [Path(directory, name) for name in names if not name.startswith((".", "~$"))]
    return sorted(found)


def _file(path: Path, name: str, uploads: bool) -> InputFile:
    name = shown(name)
    try:
        place = f"{UPLOAD}{name}" if uploads else _in_unicode(os.path.realpath(path))
    except ValueError:  # no file can be called so
        return _refused(name, _(NO_FILE))
    return InputFile(name, place, lambda: (_bytes(path, name), path.suffix.lower()))


def _refused(name: str, reason: str) -> InputFile:
    """A thing that was pointed at and cannot be loaded, for a reason."""

    def load() -> tuple[bytes, str]:
        raise ReportError(name, reason)

    return InputFile(name, name, load)


def _in_unicode(name: str) -> str:
    """`name` as it can be stored and printed: the system allows bytes in it that no encoding knows."""
    try:
        return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:  # half of a character, which a program can send and no system has in a name
        return name.encode("utf-8", "backslashreplace").decode("utf-8")


def shown(name: str) -> str:
    """`name` as it is shown: its accents written in one way, and nothing in it that moves what stands around it."""
    return _MOVES_TEXT.sub("\ufffd", unicodedata.normalize("NFC", _in_unicode(name)))


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
    except (FileNotFoundError, ValueError) as error:
        raise ReportError(name, _(NO_FILE)) from error
    except OSError as error:
        raise ReportError(name, _("The file cannot be opened: {problem}.").format(problem=error.strerror)) from error


def _fetch(address: str, private: bool) -> tuple[bytes, str]:
    """The bytes behind an address that the person typed, and the ending that tells their format."""
    try:
        with TemporaryDirectory() as folder, Fetcher(Path(folder), pause=0, limits=_TYPED, private=private) as fetcher:
            fetched = fetcher.fetch(address, obey_robots=False)
    except FetchError as error:
        raise ReportError(address, error.reason) from error
    return fetched.data, fetched.suffix
