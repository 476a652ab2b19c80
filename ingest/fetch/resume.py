"""What has come of a download, in files that outlive the program, so that the next attempt goes on from there."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import IO

import httpx
from pydantic import BaseModel, ConfigDict, Field


class _Notes(BaseModel):
    """What must be known to go on: the whole size, and the mark by which the site tells this version from others."""

    model_config = ConfigDict(strict=True, frozen=True)

    address: str
    validator: str = Field(pattern=r"^[ -~]+$")
    total: int | None


class Partial:
    """The bytes that have come from `address`, in a file in `folder`, with notes beside it."""

    def __init__(self, folder: Path, address: str) -> None:
        name = hashlib.sha256(address.encode()).hexdigest()
        self._address = address
        self._bytes, self._beside = folder / f"{name}.part", folder / f"{name}.json"
        self.total: int | None = None
        folder.mkdir(parents=True, exist_ok=True)

    def headers(self) -> dict[str, str]:
        """The request headers that ask for the rest of the same version, or for all of another; none at the start."""
        notes = self._notes()
        return {"Range": f"bytes={self._size()}-", "If-Range": notes.validator} if notes else {}

    def take_up(self, response: httpx.Response) -> bool:
        """Make ready for the body of `response`: behind what is there where it is the rest of that, else afresh.

        False, with nothing left behind, where it is neither.
        """
        begin, self.total = _extent(response)
        if begin and not self._is_rest(response, begin):
            self.delete()
            return False
        if not begin:
            self._begin(_validator(response))
        return True

    def open(self) -> IO[bytes]:
        """The file, at its end, to write what comes."""
        return self._bytes.open("ab")

    def read(self) -> bytes:
        """All that has come."""
        return self._bytes.read_bytes()

    def delete(self) -> None:
        """Forget what has come."""
        self._bytes.unlink(missing_ok=True)
        self._beside.unlink(missing_ok=True)

    def _begin(self, validator: str) -> None:
        """Start afresh. In this order no kill can leave bytes beside the notes of another version."""
        self._beside.unlink(missing_ok=True)
        self._bytes.write_bytes(b"")
        if validator:
            notes = _Notes(address=self._address, validator=validator, total=self.total)
            self._beside.write_text(notes.model_dump_json(), encoding="utf-8")

    def _size(self) -> int:
        return self._bytes.stat().st_size if self._bytes.exists() else 0

    def _notes(self) -> _Notes | None:
        """The notes, where they are sound and there are bytes that they fit."""
        try:
            notes = _Notes.model_validate_json(self._beside.read_bytes())
        except (OSError, ValueError):
            return None
        fits = notes.address == self._address and 0 < self._size() < (notes.total or self._size() + 1)
        return notes if fits else None

    def _is_rest(self, response: httpx.Response, begin: int) -> bool:
        notes = self._notes()
        if not notes or begin != self._size() or self.total != (notes.total or self.total):
            return False
        return _validator(response) in ("", notes.validator)


def _extent(response: httpx.Response) -> tuple[int, int | None]:
    """Where the body of `response` begins in the whole (-1 where it does not say so soundly), and the whole's size."""
    if response.status_code == 200:
        length = response.headers.get("Content-Length", "")
        return 0, int(length) if length.isdecimal() else None
    told = re.fullmatch(r"bytes (\d+)-\d+/(\d+)", response.headers.get("Content-Range", ""))
    return (int(told[1]), int(told[2])) if told and response.status_code == 206 else (-1, None)


def _validator(response: httpx.Response) -> str:
    """The mark of this version of the file, "" where the site gives none that is sure to change with every byte."""
    tag: str = response.headers.get("ETag", "")
    mark: str = tag if tag.startswith('"') else response.headers.get("Last-Modified", "")
    return mark if mark.isascii() and mark.isprintable() else ""
