"""What a library holds: its reports, what is known of each, their near copies and collections."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.catalogue_entry import CatalogueEntry, details, listing
from ingest.library.collections import Collections
from ingest.library.originals import Originals
from ingest.library.recycle_bin import Removed
from ingest.library.source import Store, place_name
from ingest.report import Details, Report
from ingest.serialise import load_report

# The share of its passages in which a report that is about a theme speaks of it.
ABOUT = 0.1


class Catalogue:
    """The reports of the library in `folder`, as `store` keeps them, with their files at the address `originals`."""

    def __init__(self, folder: Path, store: Store, originals: str = "") -> None:
        self.folder, self.store = folder, store
        self.originals = Originals(folder, store, originals)
        self._collections = Collections(store)
        self._seen: tuple[str, _Overview] | None = None

    def reports(self) -> list[CatalogueEntry]:
        """Every report, in the order of adding; near copies stand with the report that they are copies of."""
        stored = self.store.sources()
        copies: dict[str, list[Details]] = {}
        for _place, summary in stored:
            if original := summary.get("copy_of"):
                copies.setdefault(original, []).append(details(summary))
        names: dict[str, set[str]] = {}
        for place, id in self.store.places():
            if name := place_name(place):
                names.setdefault(id, set()).add(name)
        return [
            listing(
                summary,
                copies.get(id, ()),
                sorted(names.get(id, set()) - {place_name(summary["file"])}),
                self.originals.added(summary),
            )
            for id, summary in stored
            if not summary.get("copy_of")
        ]

    @property
    def version(self) -> str:
        """Words that change with every change of the reports, whoever makes it."""
        return self.store.version

    @property
    def is_empty(self) -> bool:
        """Whether there is no report."""
        overview = self._overview()
        return not (overview.details or overview.copies)

    def report(self, id: str) -> Report:
        """A report with its whole text. Raises `KeyError` where there is none with this id."""
        return load_report(*self.stored(id))

    def details(self, id: str) -> Details:
        """What is needed to cite a report, or a near copy. Raises `KeyError` where there is none with this id."""
        return details(self.stored(id)[0])

    def all_details(self) -> list[Details]:
        """What is needed to cite each report, in the order of adding, without near copies."""
        return list(self._overview().details.values())

    def about(self, theme: str) -> set[str]:
        """The ids of the reports that speak of a theme in one passage of ten, or in the title."""
        return {id for id, share in self.store.shares(theme).items() if share >= ABOUT}

    def unread(self, among: Collection[str] | None = None) -> int:
        """How many pages of the reports with some ids, of all by default, could not be read."""
        unread = self._overview().unread
        return sum(unread.values() if among is None else (count for id, count in unread.items() if id in among))

    def copies(self, id: str) -> list[Details]:
        """The near copies of a report: the same in another format, or from another address."""
        return [*self._overview().copies.get(id, ())]

    def original(self, id: str) -> Path:
        """The kept copy of the file that a report came from. Raises `KeyError` where there is none."""
        if (path := self.originals.path(str(self.stored(id)[0]["original"]))) is None:
            raise KeyError(id)
        return path

    def id_at(self, place: str) -> str | None:
        """The id of the report that came from a place, or None."""
        return self.store.source_at(place)

    def note(self, name: str) -> str | None:
        """What is remembered under a name along with the reports; it goes where the library goes."""
        return self.store.note(name)

    def put_note(self, name: str, text: str) -> None:
        """Remember something under a name."""
        self.store.put_note(name, text)

    def collections(self) -> dict[str, set[str]]:
        """The ids of the reports in each collection, by the collections' names."""
        places, copies = dict(self.store.places()), self._overview().copies
        originals = {copy.id: id for id, each in copies.items() for copy in each}
        return {
            name: {originals.get(id, id) for place in kept if (id := places.get(place))}
            for name, kept in self._collections.all().items()
        }

    def as_stored(self, id: str) -> Removed | None:
        """All that is stored of a report and its near copies. None where there is none with this id."""
        ids = [id, *(copy.id for copy in self.copies(id))]
        stored = {each: found for each in ids if (found := self.store.source(each))}
        if id not in stored:  # or another process has just removed it
            return None
        names = self.originals.of(ids)
        return Removed(
            stored,
            [(place, each) for place, each in self.store.places() if each in ids],
            {name: data for name in names if (data := self.originals.read(name)) is not None},
        )

    def places_of(self, ids: Collection[str]) -> set[str]:
        """Where reports and their near copies come from."""
        wanted = {*ids, *(copy.id for id in ids for copy in self.copies(id))}
        return {place for place, id in self.store.places() if id in wanted}

    def _overview(self) -> _Overview:
        """What each answer tells of the reports; read anew only after a change."""
        seen, version = self._seen, self.version
        if seen is None or seen[0] != version:
            seen = self._seen = version, _Overview.of(self.store.sources())
        return seen[1]

    def stored(self, id: str) -> tuple[Mapping[str, Any], str]:
        """The summary and body of a report. Raises `KeyError` where there is none with this id."""
        if (stored := self.store.source(id)) is None:
            raise KeyError(id)
        return stored


@dataclass(frozen=True, slots=True)
class _Overview:
    """The details of each report, how many of its pages could not be read where there are any, and its near copies."""

    details: dict[str, Details]
    unread: dict[str, int]
    copies: dict[str, list[Details]]

    @classmethod
    def of(cls, sources: Iterable[tuple[str, Mapping[str, Any]]]) -> _Overview:
        found = cls({}, {}, {})
        for id, summary in sources:
            if original := summary.get("copy_of"):
                found.copies.setdefault(original, []).append(details(summary))
                continue
            found.details[id] = details(summary)
            if summary["unreadable"]:
                found.unread[id] = len(summary["unreadable"])
        return found
