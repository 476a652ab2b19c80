"""A library that an older version made is read anew, report by report, while its old reading answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from gettext import gettext as _
from pathlib import PurePosixPath
from typing import Any

from common import CoproductionError
from common.database import TakenError
from ingest.catalogue_entry import Outcome, Progress, outcome
from ingest.library.corrections import as_read
from ingest.library.input_files import InputFile
from ingest.library.library import Library
from ingest.library.near_duplicates import Pairing
from ingest.library.source_builder import is_outdated
from ingest.readers import READING
from ingest.readers.pdf import ocr
from ingest.report import InnerFile, ReadResult, Report, ReportError

Known = Callable[[str], Mapping[str, Any]]
"""What is known beforehand of the report at a place, by the names of `Details`."""


class RenewingError(CoproductionError):
    """Another process reads the library anew already. The message is a sentence for the person."""


class Renewal:
    """Reads `library` anew. `known` is what is known beforehand of the report at a place; `progress` is how far it is.

    Each report is stored as soon as it is read, so that what is interrupted goes on where it was.
    """

    def __init__(self, library: Library, known: Known) -> None:
        self._library, self._known = library, known
        self.progress: Progress | None = None

    def run(self, told: Callable[[Progress], None] = lambda _: None, again: bool = False) -> Iterator[Outcome]:
        """Read anew what an older version read; yield what became of each report.

        What could not be read anew before is tried `again` if asked. Raises `RenewingError`.
        """
        with self._alone():
            wanted = self._outdated(again)
            done, total = 0, sum(map(len, wanted.values()))
            try:
                for original, ids in wanted.items():
                    self._tell(told, Progress(original, done, total))
                    yield from self._read_anew(original, ids)
                    done += len(ids)
                if wanted:
                    self._tell(told, Progress("", done, total))
                    self._library.builder.restore_lone_copies()
                    self._library.store.flush()
            finally:
                self.progress = None

    def _outdated(self, again: bool = False) -> dict[str, list[str]]:
        """The ids of the reports that an older version has read, by the names of their kept files.

        Near copies come last, so that they are compared with reports that have been read anew. What this version has
        tried to read is among them only `again`, or where what it lacked is there now.
        """
        wanted: dict[str, list[str]] = {}
        for id, summary in sorted(self._library.store.sources(), key=lambda each: bool(each[1].get("copy_of"))):
            left = summary.get("left_as_it_was")
            if is_outdated(summary) and (again or not left or (left["reading"] < READING and not self._lacks(summary))):
                wanted.setdefault(summary["original"], []).append(id)
        return wanted

    def _lacks(self, summary: Mapping[str, Any]) -> str:
        """What a report cannot be read anew without, as a sentence; "" where all is there."""
        if self._library.originals.path(summary["original"]) is None:
            return _("Its file is missing. Add it again.")
        if summary.get("ocr") and not ocr.available():
            return _("Some of its pages are pictures, and text recognition is not installed.")
        return ""

    def _read_anew(self, original: str, ids: Sequence[str]) -> Iterator[Outcome]:
        """Read some reports anew from the file that was kept of them; yield what became of each.

        Each takes the place of its old self, wholly and at once, with its id, its places and what was put right of it.
        What cannot be read anew stays as it was, and that is told with it from then on.
        """
        stored = {id: kept[0] for id in ids if (kept := self._library.store.source(id))}
        lacking = {id: lack for id, summary in stored.items() if (lack := self._lacks(summary))}
        results: list[ReadResult] = []
        suffix = PurePosixPath(original).suffix
        data = b""
        if first := next((stored[id] for id in stored if id not in lacking), None):
            data = self._library.originals.read(original) or b""
            results = list(self._library.pipeline.read_file(data, first["file"], suffix, as_read(first).address))
        failed = next((each.reason for each in results if isinstance(each, ReportError)), "")
        for id, summary in stored.items():
            # The id of a line of a .jsonl file is made of its words, which may be read otherwise now.
            same = [each for each in results if isinstance(each, Report) and _is_same(each, summary, suffix)]
            if id in lacking:
                yield from self._leave(id, lacking[id], 0)
            elif same:
                yield from self._put_anew(id, same[0])
            elif any(isinstance(each, InnerFile) for each in results):
                yield from self._unpack(id, summary, data)
            else:
                yield from self._leave(id, failed or _("It is no longer found in its file."), READING)

    def _put_anew(self, id: str, report: Report) -> Iterator[Outcome]:
        """Store what was read anew of a report, unless the report has been removed meanwhile."""
        with self._library.originals.keeping():
            if (stored := self._library.store.source(id)) is None:
                return
            places = [place for place, each in self._library.store.places() if each == id]
            told = next((found for place in places if (found := self._known(place))), {})
            details = replace(report.details, id=id, accessed=as_read(stored[0]).accessed).known(told)
            source = self._library.builder.build(replace(report, details=details), "", stored[0]["original"])
            self._library.store.put_sources(self._library.builder.paired(Pairing(self._library.store), source, ())[0])
            for copy, summary in self._library.store.sources({"copy_of": id}):
                if not is_outdated(summary):  # it was compared with what stood here before
                    self._library.builder.pair_again(copy)
        yield outcome(source.summary, "replaced", source.summary["file"])

    def _unpack(self, id: str, summary: Mapping[str, Any], data: bytes) -> Iterator[Outcome]:
        """Put the files of a portfolio in the place of its cover, which an older version took for a report."""
        address, suffix = as_read(summary).address, PurePosixPath(summary["original"]).suffix
        places = [place for place, each in self._library.store.places() if each == id]
        files = [InputFile(summary["file"], place, lambda: (data, suffix), address) for place in places]
        outcomes = list(self._library.pipeline.take(files))
        yield from outcomes
        if any(each.status != "failed" for each in outcomes):
            self._library.remove(id)
        else:
            yield from self._leave(id, outcomes[0].reason, READING)

    def _leave(self, id: str, reason: str, reading: int) -> Iterator[Outcome]:
        """Keep a report as an older version read it, and why; `reading` is the version that need not try again."""
        with self._library.originals.keeping():
            if stored := self._library.store.source(id):
                left = {"reading": reading, "why": reason}
                self._library.store.put_summary(id, {**stored[0], "left_as_it_was": left}, {})
                yield Outcome(stored[0]["file"], "failed", reason=reason)

    def _tell(self, told: Callable[[Progress], None], progress: Progress) -> None:
        self.progress = progress
        told(progress)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            with self._library.store.lock("renewal", wait=False):
                yield
        except TakenError as error:
            raise RenewingError(_("Another copy of the assistant is reading the reports anew already.")) from error


def _is_same(report: Report, summary: Mapping[str, Any], suffix: str) -> bool:
    """Whether a report was read from the file, or its line, that `summary` tells of."""
    return suffix != ".jsonl" or report.details.file == summary["file"]
