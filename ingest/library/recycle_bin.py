"""What people removed from a library: it stays in a folder of the library until the bin is emptied."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

TOLD = "removed.json"


@dataclass(frozen=True, slots=True)
class Removed:
    """What was removed and can be put back: sources by their ids, the places that held them, and files by name.

    The first of the sources is the report, the others are its near copies.
    """

    sources: Mapping[str, tuple[Mapping[str, Any], str]]
    places: Sequence[tuple[str, str]]
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Binned:
    """A report in the bin. `removed` is when it was removed, as 2026-11-28T09:30:00+00:00."""

    id: str
    title: str
    file: str
    removed: str


class Bin:
    """The bin of the library in `folder`: a folder for each report, there wholly or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "bin"

    def put(self, removed: Removed) -> None:
        """Keep what is being removed; what was kept of the same report before goes."""
        id, (summary, _body) = next(iter(removed.sources.items()))
        now = datetime.now(UTC).isoformat(timespec="seconds")
        fields = {"id": id, "title": summary["title"], "file": summary["file"], "removed": now}
        place = self._place(id)
        beside = place.with_suffix(f".{os.getpid()}.tmp")
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(parents=True)
        for name, data in removed.files.items():
            (beside / name).write_bytes(data)
        kept = fields | {"sources": removed.sources, "places": removed.places}
        (beside / TOLD).write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
        shutil.rmtree(place, ignore_errors=True)
        beside.rename(place)

    def all(self) -> list[Binned]:
        """What is in the bin, the last removed first."""
        kept = []
        for path in self._folder.glob(f"*/{TOLD}"):
            with suppress(OSError, ValueError):  # put back or emptied meanwhile
                told = json.loads(path.read_text(encoding="utf-8"))
                kept.append(Binned(*(told[name] for name in Binned.__dataclass_fields__)))
        return sorted(kept, key=lambda each: each.removed, reverse=True)

    def get(self, id: str) -> Removed | None:
        """What was removed with a report; None where it is not in the bin."""
        place = self._place(id)
        try:
            told = json.loads((place / TOLD).read_text(encoding="utf-8"))
        except OSError:
            return None
        sources = {each: (summary, body) for each, (summary, body) in told["sources"].items()}
        files = {path.name: path.read_bytes() for path in place.iterdir() if path.name != TOLD}
        return Removed(sources, [(at, each) for at, each in told["places"]], files)

    def drop(self, id: str) -> None:
        """Take a report out of the bin for good."""
        shutil.rmtree(self._place(id), ignore_errors=True)

    def empty(self) -> int:
        """Delete for good all that is in the bin; how many reports those were."""
        binned = self.all()
        shutil.rmtree(self._folder, ignore_errors=True)
        return len(binned)

    def _place(self, id: str) -> Path:
        """The folder of a report; ids of lines in a file may hold what the name of a folder cannot."""
        return self._folder / hashlib.sha256(id.encode("utf-8", "surrogatepass")).hexdigest()[:32]
