"""From a file to the index: read, split, paired with its near copies, embedded and stored, some reports at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from gettext import gettext as _
from pathlib import PurePosixPath

from ingest.catalogue_entry import Outcome, Progress, outcome
from ingest.library.input_files import InputFile, shown
from ingest.library.near_duplicates import Pairing
from ingest.library.originals import Originals
from ingest.library.preparing import Workers
from ingest.library.source import UPLOAD, Embedded, Source, Store, parts_of, place_name
from ingest.library.source_builder import SourceBuilder, can_be_read_better
from ingest.library.uploads import Uploads, is_named_after_file, said
from ingest.readers import content_id, within
from ingest.readers.inner_files import DEEPEST, TOO_DEEP
from ingest.report import InnerFile, Report, ReportError
from ingest.sandbox.sandbox import Read
from ingest.serialise import load_report

# Passages embedded and stored together: enough to sort them by length, few enough that little is done twice if killed.
STORE_AT_ONCE = 256
# Files that are read at once while the ones before them are embedded, and how many may lie ready: as a rule enough for
# the next batch.
READERS, READ_AHEAD = 2, 8
# Threads that wait for others to read, where others do.
WAITING = 512


@dataclass(frozen=True, slots=True)
class _Opened:
    """A file's bytes, the ending that tells its format, and what it holds; None where it was not read."""

    data: bytes
    suffix: str
    held: Sequence[_Held | ReportError] | None


@dataclass(frozen=True, slots=True)
class _Held:
    """A report in a file, with the file's bytes and all that is to be stored of it; None where that was done before.

    `note` says what was done for its place, "" where nothing was.
    """

    report: Report
    place: str
    original: str
    data: bytes
    source: Source | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class _New:
    """A report that has been read and is not stored yet, with the bytes of its file and the outcome to tell."""

    source: Source
    data: bytes
    outcome: Outcome


class _Batch:
    """Reports that wait to be stored together, with the files to be kept and the outcomes to tell once they are."""

    def __init__(self, pairing: Pairing, pair: Callable[[Source, Sequence[Source]], tuple[list[Source], str]]) -> None:
        self._pairing, self._pair = pairing, pair
        self.clear()

    def clear(self) -> None:
        """Begin anew, once all has been stored."""
        self._pairing.stored()
        self._sources: dict[tuple[str, str], Source] = {}
        self.files: dict[str, bytes] = {}
        self.outcomes: list[Outcome] = []

    @property
    def sources(self) -> list[Source]:
        return list(self._sources.values())

    @property
    def size(self) -> int:
        """How many documents are to be embedded; those of copies at several places once."""
        return sum({source.id: len(source.documents) for source in self.sources}.values())

    @property
    def embedded(self) -> Embedded:
        """What others have embedded of it."""
        return {key: made for source in self.sources for key, made in source.embedded.items()}

    def add(self, new: _New) -> None:
        """Let a report wait, as a near copy where it is one."""
        changed, title = self._pair(new.source, self.sources)
        self._sources |= {(source.id, source.place): source for source in changed}
        self.files[new.source.summary["original"]] = new.data
        same = _("It says the same as “{title}”, which is cited in its place.").format(title=title)
        note = same if title else ""
        self.outcomes.append(replace(new.outcome, reason=" ".join(filter(None, [note, new.outcome.reason]))))


class Pipeline:
    """Puts files into `store`. `read_file` reads one; `builder` makes of a report what is stored of it."""

    def __init__(self, store: Store, originals: Originals, builder: SourceBuilder, read_file: Read) -> None:
        self._store, self._originals, self._builder = store, originals, builder
        self.read_file = read_file
        self._threads = READERS
        self._at_once: Callable[[], int] = lambda: READ_AHEAD

    def employ(self, workers: Workers) -> None:
        """Have others read what is taken from now on, and make it ready."""
        self.read_file, self._builder.prepare = workers.read, workers.prepare
        self._threads, self._at_once = WAITING, workers.at_once

    def take(self, files: Sequence[InputFile], progress: Callable[[Progress], None] | None = None) -> Iterator[Outcome]:
        """Read, split, embed and store `files`; yield what became of each. See `Library.add`."""
        pairing = Pairing(self._store)
        batch, uploads = _Batch(pairing, partial(self._builder.paired, pairing)), Uploads(self._store)
        show = progress or (lambda _: None)
        for number, (file, opened) in enumerate(self._ahead(files)):
            show(Progress(file.file, number, len(files)))
            for result in self._read(file, opened, uploads):
                if isinstance(result, Outcome):
                    yield result
                    continue
                batch.add(result)
                if batch.size >= STORE_AT_ONCE:
                    yield from self._keep(batch, show, Progress(file.file, number, len(files)))
        if files:
            yield from self._keep(batch, show, Progress(files[-1].file, len(files) - 1, len(files)))
            show(Progress(files[-1].file, len(files), len(files)))
        self._builder.restore_lone_copies()
        self._originals.tidy()
        self._store.flush()

    def _ahead(self, files: Iterable[InputFile]) -> Iterator[tuple[InputFile, Future[_Opened]]]:
        """Each file in its order, while those after it are being read: the model computes meanwhile."""
        known = {id for id, _ in self._store.sources()}
        waiting: deque[tuple[InputFile, Future[_Opened]]] = deque()
        pool = ThreadPoolExecutor(self._threads, "reading")
        try:
            for file in files:
                waiting.append((file, pool.submit(self._open, file, known)))
                while len(waiting) > self._at_once():
                    yield waiting.popleft()
            while waiting:
                yield waiting.popleft()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _open(self, found: InputFile, known: Collection[str]) -> _Opened:
        """A file's bytes, and what it holds unless that is known. Raises `ReportError`."""
        data, suffix = found.load()
        unread = suffix != ".jsonl" and content_id(data) in known
        return _Opened(data, suffix, None if unread else list(self._held(found, data, suffix, known)))

    def _held(
        self, found: InputFile, data: bytes, suffix: str, known: Collection[str], depth: int = 0
    ) -> Iterator[_Held | ReportError]:
        """The reports of a file, and of the files in it. Those not `known` are made ready here, while the model works.

        `depth` counts the files that it is in itself.
        """
        for result in self.read_file(data, found.file, suffix, found.address):
            if isinstance(result, ReportError):
                yield result
            elif isinstance(result, InnerFile):
                yield from self._held_in(found, result, known, depth + 1)
            elif reason := found.refuse(result):
                yield ReportError(found.file, reason)
            else:
                report = replace(result, details=result.details.known(found.details))
                place = f"{found.place}#{report.details.file}" if suffix == ".jsonl" else found.place
                original = f"{content_id(data)}{suffix}"
                ready = None if report.details.id in known else self._builder.build(report, place, original)
                yield _Held(report, place, original, data, ready)

    def _held_in(
        self, found: InputFile, inner: InnerFile, known: Collection[str], depth: int
    ) -> Iterator[_Held | ReportError]:
        """The reports of a file in another, which lie below the place of that."""
        name, id = shown(inner.name), content_id(inner.data)
        file, place = within(found.file, name), within(found.place, name)
        if depth > DEEPEST:
            yield ReportError(file, _(TOO_DEEP))
        elif id in known and (stored := self._store.source(id)) and not can_be_read_better(stored[0]):
            report = load_report(*stored)
            reason = found.refuse(report)
            yield ReportError(file, reason) if reason else _Held(report, place, stored[0]["original"], inner.data, None)
        else:
            yield from self._held(replace(found, file=file, place=place), inner.data, inner.suffix, known, depth)

    def _read(self, found: InputFile, opened: Future[_Opened], uploads: Uploads) -> Iterator[Outcome | _New]:
        """What is to be stored of a file, and what is already known of it."""
        try:
            file = opened.result()
        except ReportError as error:
            yield Outcome(found.file, "failed", reason=error.reason)
            return
        data, suffix, id = file.data, file.suffix, content_id(file.data)
        if suffix != ".jsonl" and (kept := self._store.source(id)) and not can_be_read_better(kept[0]):
            report = load_report(*kept)
            if reason := found.refuse(report):
                yield Outcome(found.file, "failed", reason=reason)
                return
            place = uploads.place(found.place, id, lambda: said([report]))
            if known := self._known(id, place, found.file):
                yield known
                return
        # What is known may be read better now, or have been taken away meanwhile.
        read = list(self._held(found, data, suffix, ())) if file.held is None else file.held
        reports = [held.report for held in read if isinstance(held, _Held)]
        place = uploads.place(found.place, id, lambda: said(reports)) if reports else found.place
        places: set[str] = set()
        for held in read:
            if isinstance(held, ReportError):
                yield Outcome(held.file, "failed", reason=held.reason)
                continue
            there = _at(held, found.place, place)
            places.add(there.place)
            known = self._known(there.report.details.id, there.place, there.report.details.file)
            yield known or self._new(there)
        if len(reports) == len(read):  # a line that cannot be read may be any of those that are missed
            self._forget_parts(place, places)

    def _known(self, id: str, place: str, file: str) -> Outcome | None:
        """The outcome for a report that is stored already, here or at another place; None for a new one."""
        stored, before = self._store.source(id), self._store.source_at(place)
        if stored is None or can_be_read_better(stored[0]):
            return None
        if before != id:
            replaced = self._originals.of([before])
            if not self._store.put_place(place, id):
                return None
            self._originals.drop_unused(replaced)
        if before == id:
            return outcome(stored[0], "unchanged", file)
        note = _("It is the same file as “{title}”, and stands with it in the list.").format(title=stored[0]["title"])
        return outcome(stored[0], "replaced" if before else "added", file, note)

    def _forget_parts(self, place: str, kept: set[str]) -> None:
        """Remove the reports of lines or files that a changed `.jsonl` file or portfolio no longer has."""
        lines, files = (
            [each for each in self._store.places_below(start) if each not in kept] for start in parts_of(place)
        )
        # An address that goes on behind a # may be that of another report.
        gone = [*filter(self._is_line, lines), *files]
        originals = self._originals.of(self._store.source_at(old) for old in gone)
        for old in gone:
            self._store.remove_place(old)
        self._originals.drop_unused(originals)

    def _is_line(self, place: str) -> bool:
        """Whether the report at a place was read from a line of a `.jsonl` file."""
        stored = self._store.source(self._store.source_at(place) or "")
        return stored is not None and PurePosixPath(stored[0]["original"]).suffix == ".jsonl"

    def _new(self, held: _Held) -> _New:
        status = "replaced" if self._store.source_at(held.place) else "added"
        source = held.source or self._builder.build(held.report, held.place, held.original)
        anew = _("It is a later state of the file of this name, and took its place.")
        note = anew if status == "replaced" and held.place.startswith(UPLOAD) else held.note
        return _New(source, held.data, outcome(source.summary, status, held.report.details.file, note))

    def _keep(self, batch: _Batch, show: Callable[[Progress], None], at: Progress) -> Iterator[Outcome]:
        """Store a batch: the files first, so that no citation ever lacks its page, then all the rest at once."""
        replaced = self._originals.of(self._store.source_at(source.place) for source in batch.sources)
        for name, data in batch.files.items():
            self._originals.write(name, data)
        total = batch.size
        show(replace(at, passages=total))
        self._store.put_sources(
            batch.sources, lambda done: show(replace(at, passages_done=done, passages=total)), batch.embedded
        )
        with self._originals.keeping():
            for name, data in batch.files.items():  # another process may have found them unused meanwhile
                self._originals.write(name, data)
        self._originals.drop_unused(replaced)
        outcomes = batch.outcomes
        batch.clear()
        yield from outcomes


def _at(held: _Held, before: str, place: str) -> _Held:
    """`held` of a file that came as the place `before`, at the place that its file has been given."""
    if place == before:
        return held
    if held.place != before:  # a line, or a file in another, whose own name stays
        moved = place + held.place.removeprefix(before)
        return replace(held, place=moved, source=held.source and replace(held.source, place=moved))
    file, known = place_name(place), held.report.details
    called = known.title + PurePosixPath(file).stem.removeprefix(PurePosixPath(known.file).stem)
    named = replace(known, file=file, title=called if is_named_after_file(known) else known.title)
    note = _("Another report has a file of this name, so both are kept, and this one is called “{file}”.")
    return replace(
        held,
        report=replace(held.report, details=named),
        place=place,
        source=None,
        note=note.format(file=file),
    )
