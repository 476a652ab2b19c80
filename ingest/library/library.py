"""The library that a person fills: files and addresses go in, reports come out, nothing is lost on the way."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from gettext import gettext as _
from pathlib import Path, PurePosixPath
from typing import Any

from filelock import FileLock
from langchain_core.documents import Document

from ingest.library.bin import Bin, Removed
from ingest.library.collections import Collections
from ingest.library.corrections import FIELDS, as_kept, as_read, cleaned, corrected, corrections
from ingest.library.discover import Found, find_files, shown
from ingest.library.near_duplicates import Pairing, is_later_state, signature
from ingest.library.source import UPLOAD, Source, Store, parts_of, read_back, written
from ingest.library.uploads import Uploads, is_named_after_file, said
from ingest.listing import Listing, Outcome, Progress, details, listing, outcome, summarise
from ingest.readers.inner import DEEPEST, TOO_DEEP, within
from ingest.readers.pdf import ocr
from ingest.readers.pdf.pdf import RECOGNISABLE
from ingest.readers.registry import READING, content_id, read_reports
from ingest.report import Details, InnerFile, ReadResult, Report, ReportError
from ingest.sandbox.sandbox import Read
from ingest.split import CountTokens, split_report

# Passages embedded and stored together: enough to sort them by length, few enough that little is done twice if killed.
STORE_AT_ONCE = 256
# Files that are read at once while the ones before them are embedded, and how many may lie ready: as a rule enough for
# the next batch.
READERS, READ_AHEAD = 2, 8
Known = Callable[[str], Mapping[str, Any]]
"""What is known beforehand of the report at a place, by the names of `Details`."""
# Seconds for which a kept file may wait for its report to be stored; no batch takes as long to embed.
HOUR = 3600
# The share of its passages in which a report that is about a theme speaks of it.
ABOUT = 0.1
# Lines of a .jsonl file are records of their own, however alike, and our briefs are nobody's copies.
NEVER_COPIES = {".jsonl", ".brief"}


class Library:
    """The reports in `folder`. `limit` is the number of word pieces that the embedding model reads of a passage.

    `target` is the length that passages aim at; benchmarks/LOG.md says how it was chosen. `read` reads a file; unless
    it does so apart, what breaks a reader down ends this process. `private` allows web addresses of this computer and
    its network.
    """

    def __init__(
        self,
        folder: Path,
        store: Store,
        count_tokens: CountTokens,
        limit: int,
        target: int = 160,
        read: Read = read_reports,
        private: bool = False,
    ) -> None:
        self.folder, self.bin = folder, Bin(folder)
        self._collections = Collections(folder, store)
        self._files = folder / "files"
        self._store = store
        self._count_tokens = count_tokens
        self._limit, self._target, self._read_file = limit, target, read
        self._seen: tuple[str, _Overview] | None = None
        self._private = private

    def add(
        self,
        targets: Sequence[str | Path],
        progress: Callable[[Progress], None] | None = None,
        uploads: bool = False,
    ) -> Iterator[Outcome]:
        """Read, split, embed and store each file behind `targets`; yield what became of each.

        A file that fails costs no other. Reports are stored some at a time, each batch wholly or not at all. With
        `uploads` files are told apart by their names and by what they say, not by the folder that a browser's upload
        lies in: of two files of one name the later takes the place of the earlier only where it is that one saved anew.
        """
        yield from self.take(find_files(targets, uploads, self._private), progress)

    def take(self, files: Sequence[Found], progress: Callable[[Progress], None] | None = None) -> Iterator[Outcome]:
        """As `add`, with files that have been found already."""
        pairing = Pairing(self._store)
        batch, uploads = _Batch(pairing, partial(self._paired, pairing)), Uploads(self._store)
        told = progress or (lambda _: None)
        for number, (file, opened) in enumerate(self._ahead(files)):
            told(Progress(file.file, number, len(files)))
            for result in self._read(file, opened, uploads):
                if isinstance(result, Outcome):
                    yield result
                    continue
                batch.add(result)
                if batch.size >= STORE_AT_ONCE:
                    yield from self._keep(batch, told, Progress(file.file, number, len(files)))
        if files:
            yield from self._keep(batch, told, Progress(files[-1].file, len(files) - 1, len(files)))
            told(Progress(files[-1].file, len(files), len(files)))
        self._restore_lone_copies()
        self.tidy()
        self._store.flush()

    def reports(self) -> list[Listing]:
        """Every report, in the order of adding; near copies stand with the report that they are copies of."""
        stored = self._store.sources()
        copies: dict[str, list[Details]] = {}
        for _place, summary in stored:
            if original := summary.get("copy_of"):
                copies.setdefault(original, []).append(details(summary))
        names: dict[str, set[str]] = {}
        for place, id in self._store.places():
            if name := _name(place):
                names.setdefault(id, set()).add(name)
        return [
            listing(
                summary,
                copies.get(id, ()),
                sorted(names.get(id, set()) - {_name(summary["file"])}),
                self._added(summary),
            )
            for id, summary in stored
            if not summary.get("copy_of")
        ]

    @property
    def version(self) -> str:
        """Words that change with every change of the reports, whoever makes it."""
        return self._store.version

    @property
    def is_empty(self) -> bool:
        """Whether there is no report."""
        return not self._store.places()

    def report(self, id: str) -> Report:
        """A report with its whole text. Raises `KeyError` where there is none with this id."""
        return read_back(*self._stored(id))

    def details(self, id: str) -> Details:
        """What is needed to cite a report, or a near copy. Raises `KeyError` where there is none with this id."""
        return details(self._stored(id)[0])

    def all_details(self) -> list[Details]:
        """What is needed to cite each report, in the order of adding, without near copies."""
        return list(self._overview().details.values())

    def about(self, theme: str) -> set[str]:
        """The ids of the reports that speak of a theme in one passage of ten, or in the title."""
        return {id for id, share in self._store.shares(theme).items() if share >= ABOUT}

    def unread(self, among: Collection[str] | None = None) -> int:
        """How many pages of the reports with some ids, of all by default, could not be read."""
        unread = self._overview().unread
        return sum(unread.values() if among is None else (count for id, count in unread.items() if id in among))

    def copies(self, id: str) -> list[Details]:
        """The near copies of a report: the same in another format, or from another address."""
        return [*self._overview().copies.get(id, ())]

    def original(self, id: str) -> Path:
        """The kept copy of the file that a report came from. Raises `KeyError` where there is none."""
        path = self._files / str(self._stored(id)[0]["original"])
        if not path.is_file():
            raise KeyError(id)
        return path

    def remove(self, id: str) -> Removed | None:
        """Remove a report with its near copies and kept files. None where there is none with this id."""
        removed = self._as_stored(id)
        if removed:
            for each in removed.sources:
                self._store.remove_source(each)
            self._drop_unused(set(removed.files))
            self._store.flush()
        return removed

    def _as_stored(self, id: str) -> Removed | None:
        """All that is stored of a report and its near copies. None where there is none with this id."""
        if self._store.source(id) is None:
            return None
        ids = [id, *(copy.id for copy in self.copies(id))]
        return Removed(
            {each: self._stored(each) for each in ids},
            [(place, each) for place, each in self._store.places() if each in ids],
            {name: (self._files / name).read_bytes() for name in self._files_of(ids) if (self._files / name).is_file()},
        )

    def to_bin(self, id: str) -> Details | None:
        """Remove a report as a person does: it stays in the bin. None where there is none with this id."""
        if not (removed := self._as_stored(id)):
            return None
        self.bin.put(removed)  # first, so that nothing is lost on the way
        self.remove(id)
        return details(removed.sources[id][0])

    def from_bin(self, id: str) -> Details | None:
        """Put back a report that is in the bin. None where it is not."""
        if not (removed := self.bin.get(id)):
            return None
        self.put_back(removed)
        self.bin.drop(id)
        return details(removed.sources[id][0])

    def put_back(self, removed: Removed) -> None:
        """Undo a `remove`: the report, its near copies and its files are again what they were."""
        for name, data in removed.files.items():
            self._write_original(name, data)
        for id, (summary, body) in removed.sources.items():
            first, *others = [place for place, each in removed.places if each == id] or [""]
            documents = () if summary.get("copy_of") else self._documents(read_back(summary, body))
            self._store.put_sources([Source(id, first, summary, body, documents)])
            for place in others:
                self._store.put_place(place, id)
        self._store.flush()

    def collections(self) -> dict[str, set[str]]:
        """The ids of the reports in each collection, by the collections' names."""
        places, copies = dict(self._store.places()), self._overview().copies
        originals = {copy.id: id for id, each in copies.items() for copy in each}
        return {
            name: {originals.get(id, id) for place in kept if (id := places.get(place))}
            for name, kept in self._collections.all().items()
        }

    def collect(self, name: str, ids: Collection[str]) -> str:
        """Put reports into a collection, made where there is none; gives its name. Raises `CollectionError`."""
        return self._collections.put(name, self._places_of(ids))

    def take_out(self, name: str, ids: Collection[str]) -> None:
        """Take reports out of a collection."""
        self._collections.take_out(name, self._places_of(ids))

    def rename_collection(self, name: str, new: str) -> str:
        """Give a collection another name; gives it. Raises `CollectionError`."""
        return self._collections.rename(name, new)

    def remove_collection(self, name: str) -> None:
        """Forget a collection; its reports stay."""
        self._collections.remove(name)

    def _places_of(self, ids: Collection[str]) -> set[str]:
        """Where reports and their near copies come from."""
        wanted = {*ids, *(copy.id for id in ids for copy in self.copies(id))}
        return {place for place, id in self._store.places() if id in wanted}

    def correct(self, id: str, values: Mapping[str, Any]) -> Details:
        """Put right what is known of a report: `values` by the names of `corrections.FIELDS`. Gives what is known now.

        It outlives every new reading. Raises `KeyError` where there is no report with this id, `CorrectionError` where
        a value cannot be one.
        """
        given = cleaned(values)
        return self._put_details(id, lambda summary: corrected(as_read(summary), corrections(summary) | given))

    def take_back(self, id: str, fields: Collection[str] = FIELDS) -> Details:
        """Undo the corrections of some fields of a report, of all by default; known is again what was read of them."""
        return self._put_details(id, lambda summary: corrected(as_read(summary), corrections(summary, fields)))

    def _put_details(self, id: str, details_of: Callable[[Mapping[str, Any]], Details]) -> Details:
        """Store what is known of a report from now on, as `details_of` makes it of its summary."""
        with self.keeping_files():
            summary, body = self._stored(id)
            known = details_of(summary)
            changed = {**summary, **asdict(known), "read": as_kept(as_read(summary))}
            before, after = (self._documents(read_back(each, body)) for each in (summary, changed))
            if summary.get("copy_of") or [_embedded(each) for each in before] == [_embedded(each) for each in after]:
                told = {name: getattr(known, name) for name in Details.__dataclass_fields__ if name != "id"}
                self._store.put_summary(id, changed, told)
            else:
                self._store.put_sources([Source(id, "", {**changed, "passages": len(after)}, body, after)])
        self._store.flush()
        return known

    @contextmanager
    def keeping_files(self) -> Iterator[None]:
        """While the caller is inside, no process deletes a kept file, nor ends adding one."""
        with FileLock(self.folder / "files.lock"):
            yield

    def tidy(self) -> None:
        """Delete what a kill left behind: files that belong to no report, an hour after they were kept."""
        self._drop_unused({path.name for path in self._files.glob("*") if _is_old(path)})
        for path in filter(_is_old, self.folder.glob("*.tmp")):
            path.unlink(missing_ok=True)

    def damage(self) -> list[str]:
        """What is wrong with the database, a sentence each, whatever the reports."""
        return self._store.check()

    def check(self) -> list[str]:
        """What is wrong with the library, a sentence each; nothing where every report is whole.

        A report is whole where all its passages are there and its file is the one that was added.
        """
        if faults := self.damage():
            return faults
        counts = self._store.counts()
        for id, summary in self._store.sources():
            title, expected = summary["title"], 0 if summary.get("copy_of") else summary["passages"]
            if counts.get(id, 0) != expected:
                told = _("“{title}” has {count} of its {all} passages. Remove it and add it again.")
                faults.append(told.format(title=title, count=counts.get(id, 0), all=expected))
            if not self._is_kept(summary["original"]):
                told = _("The file of “{title}” is missing or was changed. Remove it and add it again.")
                faults.append(told.format(title=title))
        return faults

    def mend(self, lost: Mapping[str, str] | None = None) -> Iterator[str]:
        """Make reports whole again from their stored text, their kept file or where it came from; a sentence for each.

        `lost` are ids and places of reports that a damaged database has lost: their kept files are read again.
        """
        counts = self._store.counts()
        places = [(place, id) for place, id in self._store.places() if not place.startswith("reading-list:")]
        for id, summary in self._store.sources():
            if not summary.get("copy_of") and counts.get(id, 0) != summary["passages"]:
                report = self.report(id)
                documents = self._documents(report)
                whole = {**summary, "passages": len(documents)}
                self._store.put_sources([Source(id, "", whole, written(report), documents)])
                yield _("“{title}” has all its passages again.").format(title=summary["title"])
            if not self._is_kept(name := summary["original"]):
                for data in _bytes_at(place for place, each in places if each == id):
                    if content_id(data) == Path(name).stem:
                        (self._files / name).unlink(missing_ok=True)
                        self._write_original(name, data)
                        yield _("The file of “{title}” is here again.").format(title=summary["title"])
                        break
        if lost is not None:
            yield from self._read_again(lost)

    def _read_again(self, lost: Mapping[str, str]) -> Iterator[str]:
        """Read the kept files that belong to no report, and put each where it was as far as that is known."""
        needed = self._needed()
        unclaimed = sorted(path for path in self._files.glob("*") if path.name not in needed)
        found = [
            Found(_name(place) or path.name, place, partial(_opened, path))
            for path in unclaimed
            # Our briefs come back by themselves.
            if (path.suffix != ".brief" or path.stem in lost) and self._is_kept(path.name)
            for place in [lost.get(path.stem, f"{UPLOAD}{path.name}")]
        ]
        for result in self.take(found):
            told = _("Read again: {file}.") if result.status != "failed" else _("Could not be read again: {file}.")
            yield told.format(file=result.file)

    def outdated(self, again: bool = False) -> dict[str, list[str]]:
        """The ids of the reports that an older version has read, by the names of their kept files.

        Near copies come last, so that they are compared with reports that have been read anew. What this version has
        tried to read is among them only `again`, or where what it lacked is there now.
        """
        wanted: dict[str, list[str]] = {}
        for id, summary in sorted(self._store.sources(), key=lambda each: bool(each[1].get("copy_of"))):
            left = summary.get("left_as_it_was")
            if is_outdated(summary) and (again or not left or (left["reading"] < READING and not self._lacks(summary))):
                wanted.setdefault(summary["original"], []).append(id)
        return wanted

    def _lacks(self, summary: Mapping[str, Any]) -> str:
        """What a report cannot be read anew without, as a sentence; "" where all is there."""
        if not (self._files / summary["original"]).is_file():
            return _("Its file is missing. Add it again.")
        if summary.get("ocr") and not ocr.available():
            return _("Some of its pages are pictures, and text recognition is not installed.")
        return ""

    def read_anew(self, original: str, ids: Sequence[str], known: Known) -> Iterator[Outcome]:
        """Read some reports anew from the file that was kept of them; yield what became of each.

        Each takes the place of its old self, wholly and at once, with its id, its places and what was put right of it.
        What cannot be read anew stays as it was, and that is told with it from then on.
        """
        stored = {id: kept[0] for id in ids if (kept := self._store.source(id))}
        lacking = {id: lack for id, summary in stored.items() if (lack := self._lacks(summary))}
        results: list[ReadResult] = []
        suffix = PurePosixPath(original).suffix
        if first := next((stored[id] for id in stored if id not in lacking), None):
            data = (self._files / original).read_bytes()
            results = list(self._read_file(data, first["file"], suffix, as_read(first).address))
        failed = next((each.reason for each in results if isinstance(each, ReportError)), "")
        for id, summary in stored.items():
            # The id of a line of a .jsonl file is made of its words, which may be read otherwise now.
            same = [each for each in results if isinstance(each, Report) and _is_same(each, summary, suffix)]
            if id in lacking:
                yield from self._leave(id, lacking[id], 0)
            elif same:
                yield from self._put_anew(id, same[0], known)
            elif any(isinstance(each, InnerFile) for each in results):
                yield from self._unpack(id, summary, data)
            else:
                yield from self._leave(id, failed or _("It is no longer found in its file."), READING)

    def _put_anew(self, id: str, report: Report, known: Known) -> Iterator[Outcome]:
        """Store what was read anew of a report, unless the report has been removed meanwhile."""
        with self.keeping_files():
            if (stored := self._store.source(id)) is None:
                return
            places = [place for place, each in self._store.places() if each == id]
            told = next((found for place in places if (found := known(place))), {})
            details = replace(report.details, id=id, accessed=as_read(stored[0]).accessed).known(told)
            source = self._source(replace(report, details=details), "", stored[0]["original"])
            self._store.put_sources(self._paired(Pairing(self._store), source, ())[0])
            for copy, summary in self._store.sources({"copy_of": id}):
                if not is_outdated(summary):  # it was compared with what stood here before
                    self._pair_again(copy)
        yield outcome(source.summary, "replaced", source.summary["file"])

    def _unpack(self, id: str, summary: Mapping[str, Any], data: bytes) -> Iterator[Outcome]:
        """Put the files of a portfolio in the place of its cover, which an older version took for a report."""
        address, suffix = as_read(summary).address, PurePosixPath(summary["original"]).suffix
        places = [place for place, each in self._store.places() if each == id]
        files = [Found(summary["file"], place, lambda: (data, suffix), address) for place in places]
        outcomes = list(self.take(files))
        yield from outcomes
        if any(each.status != "failed" for each in outcomes):
            self.remove(id)
        else:
            yield from self._leave(id, outcomes[0].reason, READING)

    def _leave(self, id: str, reason: str, reading: int) -> Iterator[Outcome]:
        """Keep a report as an older version read it, and why; `reading` is the version that need not try again."""
        with self.keeping_files():
            if stored := self._store.source(id):
                left = {"reading": reading, "why": reason}
                self._store.put_summary(id, {**stored[0], "left_as_it_was": left}, {})
                yield Outcome(stored[0]["file"], "failed", reason=reason)

    def settle_copies(self) -> None:
        """End a reading anew: no near copy is one of another near copy, and the index is on the disk."""
        self._restore_lone_copies()
        self._store.flush()

    def _is_kept(self, name: str) -> bool:
        """Whether a kept file is there, and what it was."""
        path = self._files / name
        return path.is_file() and content_id(path.read_bytes()) == path.stem

    def _overview(self) -> _Overview:
        """What each answer tells of the reports; read anew only after a change."""
        seen, version = self._seen, self.version
        if seen is None or seen[0] != version:
            seen = self._seen = version, _Overview.of(self._store.sources())
        return seen[1]

    def id_at(self, place: str) -> str | None:
        """The id of the report that came from a place, or None."""
        return self._store.source_at(place)

    def note(self, name: str) -> str | None:
        """What is remembered under a name along with the reports; it goes where the library goes."""
        return self._store.note(name)

    def put_note(self, name: str, text: str) -> None:
        """Remember something under a name."""
        self._store.put_note(name, text)

    def _stored(self, id: str) -> tuple[Mapping[str, Any], str]:
        if (stored := self._store.source(id)) is None:
            raise KeyError(id)
        return stored

    def _ahead(self, files: Iterable[Found]) -> Iterator[tuple[Found, Future[_Opened]]]:
        """Each file in its order, while those after it are being read: the model computes meanwhile."""
        known = {id for id, _ in self._store.sources()}
        waiting: deque[tuple[Found, Future[_Opened]]] = deque()
        pool = ThreadPoolExecutor(READERS, "reading")
        try:
            for file in files:
                waiting.append((file, pool.submit(self._open, file, known)))
                if len(waiting) > READ_AHEAD:
                    yield waiting.popleft()
            while waiting:
                yield waiting.popleft()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _open(self, found: Found, known: Collection[str]) -> _Opened:
        """A file's bytes, and what it holds unless that is known. Raises `ReportError`."""
        data, suffix = found.load()
        unread = suffix != ".jsonl" and content_id(data) in known
        return _Opened(data, suffix, None if unread else list(self._held(found, data, suffix, known)))

    def _held(
        self, found: Found, data: bytes, suffix: str, known: Collection[str], depth: int = 0
    ) -> Iterator[_Held | ReportError]:
        """The reports of a file, and of the files in it. Those not `known` are made ready here, while the model works.

        `depth` counts the files that it is in itself.
        """
        for result in self._read_file(data, found.file, suffix, found.address):
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
                ready = None if report.details.id in known else self._source(report, place, original)
                yield _Held(report, place, original, data, ready)

    def _held_in(
        self, found: Found, inner: InnerFile, known: Collection[str], depth: int
    ) -> Iterator[_Held | ReportError]:
        """The reports of a file in another, which lie below the place of that."""
        name, id = shown(inner.name), content_id(inner.data)
        file, place = within(found.file, name), within(found.place, name)
        if depth > DEEPEST:
            yield ReportError(file, _(TOO_DEEP))
        elif id in known and (stored := self._store.source(id)) and not _can_be_read_better(stored[0]):
            yield _Held(read_back(*stored), place, stored[0]["original"], inner.data, None)
        else:
            yield from self._held(replace(found, file=file, place=place), inner.data, inner.suffix, known, depth)

    def _read(self, found: Found, opened: Future[_Opened], uploads: Uploads) -> Iterator[Outcome | _New]:
        """What is to be stored of a file, and what is already known of it."""
        try:
            file = opened.result()
        except ReportError as error:
            yield Outcome(found.file, "failed", reason=error.reason)
            return
        data, suffix, id = file.data, file.suffix, content_id(file.data)
        if suffix != ".jsonl" and (kept := self._store.source(id)) and not _can_be_read_better(kept[0]):
            place = uploads.place(found.place, id, lambda: said([read_back(*kept)]))
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
        if stored is None or _can_be_read_better(stored[0]):
            return None
        if before != id:
            replaced = self._files_of([before])
            if not self._store.put_place(place, id):
                return None
            self._drop_unused(replaced)
        if before == id:
            return outcome(stored[0], "unchanged", file)
        note = _("It is the same file as “{title}”, and stands with it in the list.").format(title=stored[0]["title"])
        return outcome(stored[0], "replaced" if before else "added", file, note)

    def _forget_parts(self, place: str, kept: set[str]) -> None:
        """Remove the reports of lines or files that a changed `.jsonl` file or portfolio no longer has."""
        gone = {each for start in parts_of(place) for each in self._store.places_below(start)} - kept
        files = self._files_of(self._store.source_at(old) for old in gone)
        for old in gone:
            self._store.remove_place(old)
        self._drop_unused(files)

    def _new(self, held: _Held) -> _New:
        status = "replaced" if self._store.source_at(held.place) else "added"
        source = held.source or self._source(held.report, held.place, held.original)
        anew = _("It is a later state of the file of this name, and took its place.")
        note = anew if status == "replaced" and held.place.startswith(UPLOAD) else held.note
        return _New(source, held.data, outcome(source.summary, status, held.report.details.file, note))

    def _source(self, report: Report, place: str, original: str) -> Source:
        """All that is stored of a report. `original` is the name of its kept file.

        What a person has put right of it, or of its former state at its place, holds for the new reading too.
        """
        read = report.details
        if known := self._put_right(read.id) or self._put_right(self._store.source_at(place), report.text):
            report = replace(report, details=corrected(read, known))
        documents = self._documents(report)
        summary = summarise(report, original, len(documents)) | ({"read": as_kept(read)} if known else {})
        summary["reading"] = READING
        stored = self._store.source(read.id)
        summary["added"] = self._added(stored[0]) if stored else _time(time.time())
        if PurePosixPath(original).suffix not in NEVER_COPIES:
            summary["signature"] = signature(report.text)
        return Source(report.details.id, place, summary, written(report), documents)

    def _added(self, summary: Mapping[str, Any]) -> str:
        """When a report was added; what older versions stored has the time of its kept file, "" where that is gone."""
        if told := summary.get("added"):
            return str(told)
        try:
            return _time((self._files / summary["original"]).stat().st_mtime)
        except OSError:
            return ""

    def _put_right(self, id: str | None, text: str = "") -> dict[str, Any]:
        """What a person has put right of a stored report; nothing where `text` is given and is another report's."""
        stored = self._store.source(id) if id else None
        known = corrections(stored[0]) if stored else {}
        if stored and known and text and not is_later_state(text, read_back(*stored).text):
            return {}
        return known

    def _paired(self, pairing: Pairing, source: Source, waiting: Sequence[Source]) -> tuple[list[Source], str]:
        """As `Pairing.pair`; what was put right of a report that becomes a copy moves to the one in its place."""
        (first, *copies), title = pairing.pair(source, waiting)
        known = next((found for copy in copies if (found := corrections(copy.summary))), {})
        if known and not corrections(first.summary):
            read = read_back(first.summary, first.body)
            report = replace(read, details=corrected(read.details, known))
            documents = self._documents(report)
            told = asdict(report.details) | {"read": as_kept(read.details), "passages": len(documents)}
            first = replace(first, summary={**first.summary, **told}, documents=documents)
        return [first, *copies], title

    def _documents(self, report: Report) -> tuple[Document, ...]:
        passages = split_report(report, self._count_tokens, self._limit, self._target)
        return tuple(passage.to_document() for passage in passages if passage.text.strip())

    def _keep(self, batch: _Batch, told: Callable[[Progress], None], at: Progress) -> Iterator[Outcome]:
        """Store a batch: the files first, so that no citation ever lacks its page, then all the rest at once."""
        replaced = self._files_of(self._store.source_at(source.place) for source in batch.sources)
        for name, data in batch.files.items():
            self._write_original(name, data)
        total = batch.size
        told(replace(at, passages=total))
        self._store.put_sources(batch.sources, lambda done: told(replace(at, passages_done=done, passages=total)))
        with self.keeping_files():
            for name, data in batch.files.items():  # another process may have found them unused meanwhile
                self._write_original(name, data)
        self._drop_unused(replaced)
        outcomes = batch.outcomes
        batch.clear()
        yield from outcomes

    def _restore_lone_copies(self) -> None:
        """Give the near copies of reports that are gone, or copies now, another report, or make them reports."""
        stored = dict(self._store.sources())
        reports = {id for id, summary in stored.items() if not summary.get("copy_of")}
        for id, summary in stored.items():
            if summary.get("copy_of") and summary["copy_of"] not in reports:
                self._pair_again(id)

    def _pair_again(self, copy: str) -> None:
        """Give a near copy the report that it is a copy of now, or make it a report of its own."""
        summary, body = self._stored(copy)
        alone = {name: value for name, value in summary.items() if name != "copy_of"}
        source = Source(copy, "", alone, body, self._documents(read_back(alone, body)))
        self._store.put_sources(self._paired(Pairing(self._store), source, ())[0])

    def _write_original(self, name: str, data: bytes) -> None:
        path = self._files / name
        if path.exists():
            return
        self._files.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(f".{os.getpid()}.tmp")
        try:
            beside.write_bytes(data)
            beside.replace(path)
        except OSError:
            beside.unlink(missing_ok=True)
            raise

    def _files_of(self, ids: Iterable[str | None]) -> set[str]:
        """The names of the kept files of the reports with these ids."""
        return {str(stored[0]["original"]) for id in ids if id and (stored := self._store.source(id))}

    def _drop_unused(self, names: set[str]) -> None:
        """Delete kept files that no report needs any more."""
        if names:
            with self.keeping_files():
                for name in names - self._needed():
                    (self._files / name).unlink(missing_ok=True)

    def _needed(self) -> set[str]:
        """The names of the kept files that reports need."""
        return {summary["original"] for _, summary in self._store.sources()}


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


def _time(seconds: float) -> str:
    """A moment as it is written down, such as 2026-11-28T09:30:00+00:00."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


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

    def add(self, new: _New) -> None:
        """Let a report wait, as a near copy where it is one."""
        changed, title = self._pair(new.source, self.sources)
        self._sources |= {(source.id, source.place): source for source in changed}
        self.files[new.source.summary["original"]] = new.data
        same = _("It says the same as “{title}”, which is cited in its place.").format(title=title)
        note = same if title else ""
        self.outcomes.append(replace(new.outcome, reason=" ".join(filter(None, [note, new.outcome.reason]))))


def _at(held: _Held, before: str, place: str) -> _Held:
    """`held` of a file that came as the place `before`, at the place that its file has been given."""
    if place == before:
        return held
    if held.place != before:  # a line, or a file in another, whose own name stays
        moved = place + held.place.removeprefix(before)
        return replace(held, place=moved, source=held.source and replace(held.source, place=moved))
    file, known = _name(place), held.report.details
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


def _embedded(document: Document) -> tuple[str | None, str, str]:
    return document.id, document.page_content, document.metadata["context"]


def _is_same(report: Report, summary: Mapping[str, Any], suffix: str) -> bool:
    """Whether a report was read from the file, or its line, that `summary` tells of."""
    return suffix != ".jsonl" or report.details.file == summary["file"]


def is_outdated(summary: Mapping[str, Any]) -> bool:
    """Whether an older version of this program has read a report."""
    return int(summary.get("reading", 0)) < READING


def _can_be_read_better(summary: Mapping[str, Any]) -> bool:
    """Whether an older version read a report, or it has pages for which text recognition was not there, and is now."""
    unread = any(problem in RECOGNISABLE for _, problem in summary["unreadable"])
    return is_outdated(summary) or (unread and ocr.available())


def _opened(path: Path) -> tuple[bytes, str]:
    return path.read_bytes(), path.suffix


def _is_old(path: Path) -> bool:
    try:
        return path.stat().st_mtime < time.time() - HOUR
    except FileNotFoundError:  # another process was quicker
        return False


def _bytes_at(places: Iterable[str]) -> Iterator[bytes]:
    """The files that are still in some places."""
    for place in places:
        with suppress(OSError, ValueError):
            yield Path(place).read_bytes()


def _name(place: str) -> str:
    """What a place is called in a list: an address, or the name of a file; "" for a place on the reading list."""
    if place.startswith("reading-list:"):
        return ""
    return place if "://" in place else PurePosixPath(place.removeprefix(UPLOAD)).name
