"""What a person points at (files, folders, addresses) becomes a list of files, each with its bytes when asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

import httpx

from ingest.report import ReportError

LARGEST = 500 * 1024 * 1024
"""Bytes of the largest file that is read. The largest that was tried has 24 MB; this guards the memory."""

_FORMAT_OF_TYPE = {
    "application/pdf": ".pdf",
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/epub+zip": ".epub",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A file that was pointed at. `file` names it to the person, `place` tells it from all others.

    `load` gives its bytes and the ending that tells its format (".pdf"); it raises `ReportError`.
    """

    file: str
    place: str
    load: Callable[[], tuple[bytes, str]]
    address: str = ""


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
        if path.stat().st_size > LARGEST:
            raise ReportError(
                name, f"The file is larger than {LARGEST // 1024 // 1024} MB. Split it and add the parts."
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ReportError(name, "There is no such file or folder. Check how its name is spelled.") from error
    except OSError as error:
        raise ReportError(name, f"The file cannot be opened: {error.strerror}.") from error


def _fetch(address: str) -> tuple[bytes, str]:
    """The bytes behind a web address, and the format that it answers in."""
    agent = {"User-Agent": "coproduction-assistant/0.1 (reads one report at a person's request)"}
    try:
        with httpx.stream("GET", address, headers=agent, timeout=30, follow_redirects=True) as response:
            response.raise_for_status()
            data = bytearray()
            for piece in response.iter_bytes():
                data += piece
                if len(data) > LARGEST:
                    raise ReportError(address, f"What is there is larger than {LARGEST // 1024 // 1024} MB.")
            return bytes(data), _suffix(response, bytes(data[:8]))
    except httpx.HTTPStatusError as error:
        status = error.response.status_code
        raise ReportError(
            address, f"The address answered with error {status}. Open it in a browser to check it."
        ) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ReportError(address, "The address could not be reached. Check it, and the connection.") from error


def _suffix(response: httpx.Response, start: bytes) -> str:
    kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
    if start.startswith(b"%PDF-"):
        return ".pdf"
    suffix = PurePosixPath(urlsplit(str(response.url)).path).suffix.lower()
    return _FORMAT_OF_TYPE.get(kind, suffix) if kind != "text/plain" else suffix or ".txt"
