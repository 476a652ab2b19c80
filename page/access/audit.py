"""Who changed the library, and when: a line of JSON for each change, at the end of `audit.jsonl`, never rewritten."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from filelock import FileLock

from ingest import Details, Outcome, Progress
from ingest.library import FIELDS, Bin
from ingest.reading_list import FetchAttempt, WorkState

CHANGES = {"added", "replaced"}


class MutableLibrary(Protocol):
    """A library that can be changed; `ingest.Library` is one."""

    @property
    def folder(self) -> Path: ...
    def add(
        self, targets: Sequence[str | Path], progress: Callable[[Progress], None] | None = None, uploads: bool = False
    ) -> Iterator[Outcome]: ...
    @property
    def bin(self) -> Bin: ...
    def to_bin(self, id: str, /) -> Details | None: ...
    def from_bin(self, id: str, /) -> Details | None: ...
    def empty_bin(self) -> int: ...
    def collect(self, name: str, ids: Collection[str], /) -> str: ...
    def take_out(self, name: str, ids: Collection[str], /) -> None: ...
    def rename_collection(self, name: str, new: str, /) -> str: ...
    def remove_collection(self, name: str, /) -> None: ...
    def details(self, id: str, /) -> Details: ...
    def all_details(self) -> list[Details]: ...
    def correct(self, id: str, values: Mapping[str, Any], /) -> Details: ...
    def take_back(self, id: str, fields: Collection[str] = FIELDS, /) -> Details: ...


class Audited:
    """A library that is changed in the name of `who`: each change is written down once it is done."""

    def __init__(self, library: MutableLibrary, who: str = "") -> None:
        self._library, self._who = library, who

    @property
    def folder(self) -> Path:
        """As the library's."""
        return self._library.folder

    @property
    def bin(self) -> Bin:
        """As the library's."""
        return self._library.bin

    def downloaded(self, state: WorkState, tried: FetchAttempt) -> None:
        """Write down what came of a work of the reading list, where it is here now."""
        if tried.report:
            self.note("downloaded", tried.address, state.work.title)

    def note(self, what: str, file: str, title: str = "", changes: Mapping[str, Any] | None = None) -> None:
        """Write down what was done to a file; `changes` holds what each field was, and what it is."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        fields: dict[str, Any] = {"at": at, "who": self._who, "what": what, "file": file}
        fields |= {name: value for name, value in {"title": title, "changes": changes}.items() if value}
        line = json.dumps(fields, ensure_ascii=False) + "\n"
        with FileLock(self.folder / "audit.lock"), (self.folder / "audit.jsonl").open("a", encoding="utf-8") as log:
            log.write(line)

    def add(
        self, targets: Sequence[str | Path], progress: Callable[[Progress], None] | None = None, uploads: bool = False
    ) -> Iterator[Outcome]:
        """As the library's."""
        for outcome in self._library.add(targets, progress, uploads):
            if outcome.status in CHANGES:
                self.note(outcome.status, outcome.file)
            yield outcome

    def to_bin(self, id: str, /) -> Details | None:
        """As the library's."""
        if removed := self._library.to_bin(id):
            self.note("removed", removed.file, removed.title)
        return removed

    def from_bin(self, id: str, /) -> Details | None:
        """As the library's."""
        if back := self._library.from_bin(id):
            self.note("put back", back.file, back.title)
        return back

    def empty_bin(self) -> int:
        """As the library's."""
        binned = self.bin.all()
        count = self._library.empty_bin()
        for each in binned:
            self.note("deleted for good", each.file, each.title)
        return count

    def collect(self, name: str, ids: Collection[str], /) -> str:
        """As the library's."""
        name = self._library.collect(name, ids)
        self._each("put into a collection", ids, name)
        return name

    def take_out(self, name: str, ids: Collection[str], /) -> None:
        """As the library's."""
        self._library.take_out(name, ids)
        self._each("taken out of a collection", ids, name)

    def rename_collection(self, name: str, new: str, /) -> str:
        """As the library's."""
        new = self._library.rename_collection(name, new)
        self.note("collection renamed", "", "", {"collection": [name, new]})
        return new

    def remove_collection(self, name: str, /) -> None:
        """As the library's."""
        self._library.remove_collection(name)
        self.note("collection removed", "", "", {"collection": [name, ""]})

    def _each(self, what: str, ids: Collection[str], collection: str) -> None:
        for each in self._library.all_details():
            if each.id in ids:
                self.note(what, each.file, each.title, {"collection": collection})

    def details(self, id: str, /) -> Details:
        """As the library's."""
        return self._library.details(id)

    def all_details(self) -> list[Details]:
        """As the library's."""
        return self._library.all_details()

    def correct(self, id: str, values: Mapping[str, Any], /) -> Details:
        """As the library's."""
        before = self._library.details(id)
        return self._noted("corrected", before, self._library.correct(id, values))

    def take_back(self, id: str, fields: Collection[str] = FIELDS, /) -> Details:
        """As the library's."""
        before = self._library.details(id)
        return self._noted("as read again", before, self._library.take_back(id, fields))

    def _noted(self, what: str, before: Details, after: Details) -> Details:
        """Write down in what the details differ."""
        both = {name: [getattr(before, name), getattr(after, name)] for name in FIELDS}
        changes = {name: pair for name, pair in both.items() if pair[0] != pair[1]}
        if changes or before.corrected != after.corrected:
            self.note(what, after.file, after.title, changes)
        return after


def written(folder: Path) -> str:
    """All that was written down, a JSON object a line, the oldest first."""
    log = folder / "audit.jsonl"
    return log.read_text(encoding="utf-8") if log.exists() else ""
