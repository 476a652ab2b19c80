"""The reading list in a library: which of its reports are there, and our briefs of those that are not."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ingest.catalogue_entry import CatalogueEntry
from ingest.library import InputFile, Library
from ingest.reading_list.entry import Entry, Guide, Work, read_entries, read_guides
from ingest.reading_list.matching import is_titled

PLACE = "reading-list:"
"""What the places of its reports and briefs begin with; their ids and names follow."""
# What the library remembers of each brief: it is there, or it made room for its report.
HERE, STEPPED_BACK = "here", "stepped back"


@dataclass(frozen=True, slots=True)
class FetchAttempt:
    """What came of the last attempt to fetch a work. `day` is the day of it, as 2026-11-23.

    Where it was had, `report` is its id in the library, `address` where it came from (`archived`: the day of the
    Internet Archive's copy) and `sha256` the checksum of its bytes. Where it was not, `reason` says why.
    """

    day: str
    report: str = ""
    address: str = ""
    archived: str = ""
    sha256: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class WorkState:
    """A work of the list: its report in the library, where it is there, and what came of fetching it, if tried."""

    id: str
    work: Work
    report: CatalogueEntry | None
    tried: FetchAttempt | None

    @property
    def reason(self) -> str:
        """Why it could not be had, "" where nobody tried."""
        return self.tried.reason if self.tried else ""

    @property
    def can_be_fetched(self) -> bool:
        """Whether it is worth looking for it on the web."""
        return self.report is None and self.work.free and bool(self.work.addresses)


@dataclass(frozen=True, slots=True)
class EntryState:
    """An entry of the list with the states of its works, and our brief of it, where that is in the library."""

    entry: Entry
    works: tuple[WorkState, ...]
    brief: CatalogueEntry | None

    @property
    def complete(self) -> bool:
        """Whether all of the entry is in the library, so that no brief is needed."""
        return all(each.report for each in self.works)


class ReadingList:
    """The entries of the list, as far as they have come into `library`; with entries of one's own no guides come."""

    def __init__(self, library: Library, entries: Sequence[Entry] | None = None) -> None:
        self._library = library
        self._entries = entries
        self._guides = None if entries is None else list[Guide]()
        self._settling = threading.Lock()

    @property
    def guides(self) -> Sequence[Guide]:
        """Our briefs of what is in no one report, read when first asked for. Raises `EntryError`."""
        if self._guides is None:
            self._guides = read_guides()
        return self._guides

    @property
    def entries(self) -> Sequence[Entry]:
        """All entries, read when first asked for. Raises `EntryError`."""
        if self._entries is None:
            self._entries = read_entries()
        return self._entries

    def states(self) -> list[EntryState]:
        """Each entry with what is there of it, in the order of the list."""
        listings = {
            details.id: listing for listing in self._library.reports() for details in (listing.details, *listing.copies)
        }
        return [self._state(entry, listings) for entry in self.entries]

    def fill(self) -> None:
        """Give an empty library the briefs; wait where that is being done."""
        if self._library.is_empty:
            self.settle()

    def settle(self) -> None:
        """Bring the briefs in line with the library.

        An empty library is given all of them. The brief of an entry whose report has come steps back, and returns when
        the report is removed; a guide stays. A brief that the person removed stays away, and a library that she filled
        herself before it ever had briefs is left as it is.
        """
        with self._settling:
            self._settle()

    def _settle(self) -> None:
        note = None if self._library.is_empty else self._library.note("briefs")
        if note is None and not self._library.is_empty:
            return
        states, known = self.states(), json.loads(note or "{}")
        told: list[tuple[Entry | Guide, bool]] = [
            (state.entry, bool(state.brief)) for state in states if not state.complete
        ]
        told += [(guide, bool(self._library.id_at(_place(guide)))) for guide in self.guides]
        # Not one that was here and was removed.
        wanted = [each for each, is_here in told if is_here or known.get(each.name) != HERE]
        list(self._library.pipeline.take(list(map(_brief, wanted))))
        for state in states:
            if state.complete and state.brief:
                self._library.remove(state.brief.details.id)
        fields = {state.entry.name: STEPPED_BACK if state.complete else HERE for state in states}
        fields |= {guide.name: HERE for guide in self.guides}
        if fields != known:
            self._library.put_note("briefs", json.dumps(fields))

    def known(self, place: str) -> dict[str, Any]:
        """What the list knows of the report at a place, by the names of `Details`; nothing of other places."""
        works = {f"{PLACE}{id}": work for entry in self.entries for id, work in entry.works.items()}
        return works[place].known if place in works else {}

    def has_untried(self) -> bool:
        """Whether there is a work that could be fetched, and that nobody has tried to fetch."""
        return any(work.can_be_fetched and not work.tried for state in self.states() for work in state.works)

    def tried(self, id: str, tried: FetchAttempt) -> None:
        """Remember what came of fetching the work `id`."""
        self._library.put_note(f"work:{id}", json.dumps(asdict(tried)))

    def _state(self, entry: Entry, listings: Mapping[str, CatalogueEntry]) -> EntryState:
        brief = listings.get(self._library.id_at(_place(entry)) or "")
        return EntryState(entry, tuple(self._work_state(id, work, listings) for id, work in entry.works.items()), brief)

    def _work_state(self, id: str, work: Work, listings: Mapping[str, CatalogueEntry]) -> WorkState:
        note = self._library.note(f"work:{id}")
        tried = FetchAttempt(**json.loads(note)) if note else None
        fetched = listings.get(tried.report) if tried else None
        own = next((each for each in listings.values() if is_titled(each.details, work)), None)
        return WorkState(id, work, fetched or own, tried)


def _place(entry: Entry | Guide) -> str:
    return f"{PLACE}{entry.name}"


def _brief(entry: Entry | Guide) -> InputFile:
    return InputFile(f"reading-list/{entry.name}.md", _place(entry), lambda: (entry.brief, ".brief"), entry.address)
