"""The files that reports came from, kept so that each citation can be looked up and each report read anew."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from ingest.library.kept_files import files_of
from ingest.library.source import Store
from ingest.readers import content_id

# Seconds for which a kept file may wait for its report to be stored; no batch takes as long to embed.
HOUR = 3600


class Originals:
    """The kept files of the library in the folder `library`, named by their content. `store` says which are needed.

    Where an fsspec `address` is given they are kept there. What cannot be reached raises `OSError`, `KeptFilesError`.
    """

    def __init__(self, library: Path, store: Store, address: str = "") -> None:
        self._library, self._store, self._address = library, store, address
        self._files = files_of(library, address)

    @contextmanager
    def keeping(self) -> Iterator[None]:
        """While the caller is inside, no process deletes a kept file, nor ends adding one."""
        with self._store.lock("files"):
            yield

    def write(self, name: str, data: bytes) -> None:
        """Keep a file under a name, unless it is there; wholly or not at all."""
        self._files.write(name, data)

    def replace(self, name: str, data: bytes) -> None:
        """Keep a file in the place of one that is damaged."""
        self._files.remove(name)
        self._files.write(name, data)

    def read(self, name: str) -> bytes | None:
        """What a kept file holds; None where there is none."""
        return self._files.read(name)

    def path(self, name: str) -> Path | None:
        """Where a kept file lies on this machine, fetched where it is kept elsewhere; None where there is none."""
        return self._files.path(name)

    def names(self) -> list[str]:
        """The names of all kept files, needed or not."""
        return self._files.names()

    def tidy(self) -> None:
        """Delete what a kill left behind: files that belong to no report, an hour after they were kept.

        Elsewhere it stays, where to list all files takes long, and room is cheap.
        """
        if not self._address:
            self.drop_unused({name for name in self._files.names() if _is_old(self._files.moment(name))})
        for path in self._library.glob("*.tmp"):
            with suppress(FileNotFoundError):  # another process was quicker
                if _is_old(path.stat().st_mtime):
                    path.unlink()

    def is_kept(self, name: str) -> bool:
        """Whether a kept file is there, and what it was."""
        data = self._files.read(name)
        return data is not None and content_id(data) == PurePosixPath(name).stem

    def of(self, ids: Iterable[str | None]) -> set[str]:
        """The names of the kept files of the reports with these ids."""
        return {str(stored[0]["original"]) for id in ids if id and (stored := self._store.source(id))}

    def drop_unused(self, names: set[str]) -> None:
        """Delete kept files that no report needs any more."""
        if names:
            with self.keeping():
                for name in names - self.needed():
                    self._files.remove(name)

    def needed(self) -> set[str]:
        """The names of the kept files that reports need."""
        return {summary["original"] for _, summary in self._store.sources()}

    def added(self, summary: Mapping[str, Any]) -> str:
        """When a report was added; what older versions stored has the time of its kept file, "" where that is gone."""
        if told := summary.get("added"):
            return str(told)
        kept = self._files.moment(summary["original"])
        return "" if kept is None else moment(kept)


def moment(seconds: float) -> str:
    """A moment as it is written down, such as 2026-11-28T09:30:00+00:00."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _is_old(kept: float | None) -> bool:
    return kept is not None and kept < time.time() - HOUR
