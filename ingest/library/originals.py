"""The files that reports came from, kept so that each citation can be looked up and each report read anew."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.library.source import Store
from ingest.readers import content_id

# Seconds for which a kept file may wait for its report to be stored; no batch takes as long to embed.
HOUR = 3600


class Originals:
    """The kept files of the library in the folder `library`, named by their content. `store` says which are needed."""

    def __init__(self, library: Path, store: Store) -> None:
        self._library, self._store = library, store
        self.folder = library / "files"

    @contextmanager
    def keeping(self) -> Iterator[None]:
        """While the caller is inside, no process deletes a kept file, nor ends adding one."""
        with self._store.lock("files"):
            yield

    def tidy(self) -> None:
        """Delete what a kill left behind: files that belong to no report, an hour after they were kept."""
        self.drop_unused({path.name for path in self.folder.glob("*") if _is_old(path)})
        for path in filter(_is_old, self._library.glob("*.tmp")):
            path.unlink(missing_ok=True)

    def write(self, name: str, data: bytes) -> None:
        """Keep a file under a name, unless it is there; wholly or not at all. Raises `OSError`."""
        path = self.folder / name
        if path.exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(f".{os.getpid()}.tmp")
        try:
            beside.write_bytes(data)
            beside.replace(path)
        except OSError:
            beside.unlink(missing_ok=True)
            raise

    def is_kept(self, name: str) -> bool:
        """Whether a kept file is there, and what it was."""
        path = self.folder / name
        return path.is_file() and content_id(path.read_bytes()) == path.stem

    def of(self, ids: Iterable[str | None]) -> set[str]:
        """The names of the kept files of the reports with these ids."""
        return {str(stored[0]["original"]) for id in ids if id and (stored := self._store.source(id))}

    def drop_unused(self, names: set[str]) -> None:
        """Delete kept files that no report needs any more."""
        if names:
            with self.keeping():
                for name in names - self.needed():
                    (self.folder / name).unlink(missing_ok=True)

    def needed(self) -> set[str]:
        """The names of the kept files that reports need."""
        return {summary["original"] for _, summary in self._store.sources()}

    def added(self, summary: Mapping[str, Any]) -> str:
        """When a report was added; what older versions stored has the time of its kept file, "" where that is gone."""
        if told := summary.get("added"):
            return str(told)
        try:
            return moment((self.folder / summary["original"]).stat().st_mtime)
        except OSError:
            return ""


def moment(seconds: float) -> str:
    """A moment as it is written down, such as 2026-11-28T09:30:00+00:00."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _is_old(path: Path) -> bool:
    try:
        return path.stat().st_mtime < time.time() - HOUR
    except FileNotFoundError:  # another process was quicker
        return False
