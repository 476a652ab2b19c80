"""From a report that was read to all that the store keeps of it, and the report that it is a near copy of."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import PurePosixPath
from typing import Any

from ingest.catalogue_entry import summarise
from ingest.library.corrections import as_kept, corrected, corrections
from ingest.library.near_duplicates import Pairing, is_later_state
from ingest.library.originals import Originals, moment
from ingest.library.preparing import Prepared, Preparer
from ingest.library.source import Source, Store
from ingest.readers import READING
from ingest.readers.pdf import ocr
from ingest.readers.pdf.pdf import RECOGNISABLE
from ingest.report import Report
from ingest.serialise import dump_report, load_report

# Lines of a .jsonl file are records of their own, however alike, and our briefs are nobody's copies.
NEVER_COPIES = {".jsonl", ".brief"}


class SourceBuilder:
    """Makes sources of reports for `store`. `preparer` makes them ready, unless others `prepare` them."""

    def __init__(self, store: Store, originals: Originals, preparer: Preparer) -> None:
        self._store, self._originals = store, originals
        self.documents = preparer.documents
        self.prepare: Callable[[Report, bool], Prepared] = preparer.prepare

    def build(self, report: Report, place: str, original: str) -> Source:
        """All that is stored of a report. `original` is the name of its kept file.

        What a person has put right of it, or of its former state at its place, holds for the new reading too.
        """
        read = report.details
        if known := self._put_right(read.id) or self._put_right(self._store.source_at(place), report.text):
            report = replace(report, details=corrected(read, known))
        signed = PurePosixPath(original).suffix not in NEVER_COPIES
        ready = self.prepare(report, signed)
        summary = summarise(report, original, len(ready.documents)) | ({"read": as_kept(read)} if known else {})
        summary["reading"] = READING
        stored = self._store.source(read.id)
        summary["added"] = self._originals.added(stored[0]) if stored else moment(time.time())
        if signed:
            summary["signature"] = ready.signature
        return Source(report.details.id, place, summary, dump_report(report), ready.documents, ready.embedded)

    def _put_right(self, id: str | None, text: str = "") -> dict[str, Any]:
        """What a person has put right of a stored report; nothing where `text` is given and is another report's."""
        stored = self._store.source(id) if id else None
        known = corrections(stored[0]) if stored else {}
        if stored and known and text and not is_later_state(text, load_report(*stored).text):
            return {}
        return known

    def paired(self, pairing: Pairing, source: Source, waiting: Sequence[Source]) -> tuple[list[Source], str]:
        """As `Pairing.pair`; what was put right of a report that becomes a copy moves to the one in its place."""
        (first, *copies), title = pairing.pair(source, waiting)
        known = next((found for copy in copies if (found := corrections(copy.summary))), {})
        if known and not corrections(first.summary):
            read = load_report(first.summary, first.body)
            report = replace(read, details=corrected(read.details, known))
            documents = self.documents(report)
            told = asdict(report.details) | {"read": as_kept(read.details), "passages": len(documents)}
            first = replace(first, summary={**first.summary, **told}, documents=documents)
        return [first, *copies], title

    def restore_lone_copies(self) -> None:
        """Give the near copies of reports that are gone, or copies now, another report, or make them reports."""
        stored = dict(self._store.sources())
        reports = {id for id, summary in stored.items() if not summary.get("copy_of")}
        for id, summary in stored.items():
            if summary.get("copy_of") and summary["copy_of"] not in reports:
                self.pair_again(id)

    def pair_again(self, copy: str) -> None:
        """Give a near copy the report that it is a copy of now, or make it a report of its own."""
        if (stored := self._store.source(copy)) is None:  # another process has removed it
            return
        summary, body = stored
        alone = {name: value for name, value in summary.items() if name != "copy_of"}
        source = Source(copy, "", alone, body, self.documents(load_report(alone, body)))
        self._store.put_sources(self.paired(Pairing(self._store), source, ())[0])


def is_outdated(summary: Mapping[str, Any]) -> bool:
    """Whether an older version of this program has read a report."""
    return int(summary.get("reading", 0)) < READING


def can_be_read_better(summary: Mapping[str, Any]) -> bool:
    """Whether an older version read a report, or it has pages for which text recognition was not there, and is now."""
    unread = any(problem in RECOGNISABLE for _, problem in summary["unreadable"])
    return is_outdated(summary) or (unread and ocr.available())
