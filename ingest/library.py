"""The library that a person fills: files and addresses go in, reports come out, nothing is lost on the way."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from langchain_core.documents import Document

from ingest.find import Found, find_files
from ingest.read import content_id, read_reports
from ingest.report import Details, Heading, Origin, Page, Report, ReportError
from ingest.split import CountTokens, split_report

# Passages embedded and stored together: enough to sort them by length, few enough that little is done twice if killed.
STORE_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file. `status` is "added", "unchanged", "replaced" or "failed"; `reason` is a sentence.

    `pages` counts the pages that were read (0 for formats without pages), `unreadable` those that could not be.
    """

    file: str
    status: str
    pages: int = 0
    passages: int = 0
    reason: str = ""
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an ingest has come: files done of all, and the pieces of text done of those now being embedded."""

    file: str
    files_done: int
    files: int
    passages_done: int = 0
    passages: int = 0


@dataclass(frozen=True, slots=True)
class Listing:
    """A line of the list of reports. `reason` says which pages could not be read and why."""

    details: Details
    pages: int
    unreadable: int
    passages: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A report as the store keeps it, with the file it came from and the outcome to tell when it is stored."""

    id: str
    place: str
    summary: Mapping[str, Any]
    body: str
    documents: tuple[Document, ...]
    data: bytes
    outcome: Outcome


class Store(Protocol):
    """What the library needs of a store; `vector_store.FaissStore` is one."""

    def put_sources(self, sources: Sequence[Source], progress: Callable[[int], None] | None = None) -> None: ...
    def source_at(self, place: str) -> str | None: ...
    def places_below(self, prefix: str) -> list[str]: ...
    def put_place(self, place: str, source: str) -> None: ...
    def remove_place(self, place: str) -> None: ...
    def remove_source(self, id: str) -> bool: ...
    def sources(self) -> list[tuple[str, Mapping[str, Any]]]: ...
    def source(self, id: str) -> tuple[Mapping[str, Any], str] | None: ...
    def flush(self) -> None: ...


class Library:
    """The reports in `folder`. `limit` is the number of word pieces that the embedding model reads of a passage.

    `target` is the length that passages aim at; benchmarks/LOG.md says how it was chosen.
    """

    def __init__(self, folder: Path, store: Store, count_tokens: CountTokens, limit: int, target: int = 160) -> None:
        self._files = folder / "files"
        self._store = store
        self._count_tokens = count_tokens
        self._limit, self._target = limit, target

    def add(
        self,
        targets: Sequence[str | Path],
        progress: Callable[[Progress], None] | None = None,
        uploads: bool = False,
    ) -> Iterator[Outcome]:
        """Read, split, embed and store each file behind `targets`; yield what became of each.

        A file that fails costs no other. Reports are stored some at a time, each batch wholly or not at all. With
        `uploads` files are told apart by their names, not by the folder that a browser's upload lies in.
        """
        files = find_files(targets, uploads)
        told = progress or (lambda _: None)
        waiting: list[Source] = []
        for number, file in enumerate(files):
            told(Progress(file.file, number, len(files)))
            for result in self._read(file):
                if isinstance(result, Outcome):
                    yield result
                    continue
                waiting.append(result)
                if sum(len(source.documents) for source in waiting) >= STORE_AT_ONCE:
                    yield from self._keep(waiting, told, Progress(file.file, number, len(files)))
                    waiting = []
        if waiting:
            yield from self._keep(waiting, told, Progress(files[-1].file, len(files) - 1, len(files)))
        if files:
            told(Progress(files[-1].file, len(files), len(files)))
        self._store.flush()

    def reports(self) -> list[Listing]:
        """Every report, in the order of adding."""
        return [_listing(summary) for _, summary in self._store.sources()]

    def report(self, id: str) -> Report:
        """A report with its whole text. Raises `KeyError` where there is none with this id."""
        stored = self._store.source(id)
        if stored is None:
            raise KeyError(id)
        summary, body = stored
        parts = json.loads(body)
        return Report(
            _details(summary),
            parts["text"],
            tuple(Page(*page) for page in parts["pages"]),
            tuple(Heading(*heading) for heading in parts["headings"]),
            tuple(Origin(*origin) for origin in parts.get("origins", ())),
        )

    def original(self, id: str) -> Path:
        """The kept copy of the file that a report came from. Raises `KeyError` where there is none."""
        stored = self._store.source(id)
        if stored is None or not (path := self._files / str(stored[0]["original"])).is_file():
            raise KeyError(id)
        return path

    def remove(self, id: str) -> bool:
        """Remove a report and its kept file. False where there is none with this id."""
        stored = self._store.source(id)
        if stored is None or not self._store.remove_source(id):
            return False
        self._drop_unused({stored[0]["original"]})
        self._store.flush()
        return True

    def _read(self, found: Found) -> Iterator[Outcome | Source]:
        """What is to be stored of a file, and what is already known of it."""
        try:
            data, suffix = found.load()
        except ReportError as error:
            yield Outcome(found.file, "failed", reason=error.reason)
            return
        if suffix != ".jsonl" and (known := self._known(content_id(data), found.place, found.file)):
            yield known
            return
        places: set[str] = set()
        failed = False
        for result in read_reports(data, found.file, suffix, found.address):
            if isinstance(result, ReportError):
                failed = True
                yield Outcome(result.file, "failed", reason=result.reason)
                continue
            place = f"{found.place}#{result.details.file}" if suffix == ".jsonl" else found.place
            places.add(place)
            known = self._known(result.details.id, place, result.details.file)
            yield known or self._source(result, place, data, suffix)
        if not failed:  # a line that cannot be read may be any of those that are missed
            self._forget_lines(found.place, places)

    def _known(self, id: str, place: str, file: str) -> Outcome | None:
        """The outcome for a report that is stored already, here or at another place; None for a new one."""
        stored, before = self._store.source(id), self._store.source_at(place)
        if stored is None:
            return None
        if before != id:
            replaced = self._originals([before])
            self._store.put_place(place, id)
            self._drop_unused(replaced)
        status = "unchanged" if before == id else "replaced" if before else "added"
        return _outcome(stored[0], status, file)

    def _forget_lines(self, place: str, kept: set[str]) -> None:
        """Remove the reports of lines that a changed `.jsonl` file no longer has."""
        gone = set(self._store.places_below(f"{place}#")) - kept
        originals = self._originals(self._store.source_at(old) for old in gone)
        for old in gone:
            self._store.remove_place(old)
        self._drop_unused(originals)

    def _source(self, report: Report, place: str, data: bytes, suffix: str) -> Source:
        passages = split_report(report, self._count_tokens, self._limit, self._target)
        documents = tuple(passage.to_document() for passage in passages if passage.text.strip())
        summary = asdict(report.details) | {
            "original": f"{content_id(data)}{suffix}",
            "pages": len(report.pages),
            "unreadable": [[page.number, page.problem] for page in report.unreadable],
            "passages": len(documents),
        }
        body = {"text": report.text} | {
            part: [astuple(each) for each in getattr(report, part)] for part in ("pages", "headings", "origins")
        }
        status = "replaced" if self._store.source_at(place) else "added"
        outcome = _outcome(summary, status, report.details.file)
        return Source(report.details.id, place, summary, json.dumps(body, ensure_ascii=False), documents, data, outcome)

    def _keep(self, sources: Sequence[Source], told: Callable[[Progress], None], at: Progress) -> Iterator[Outcome]:
        """Store a batch: the files first, so that no citation ever lacks its page, then all the rest at once."""
        replaced = self._originals(self._store.source_at(source.place) for source in sources)
        for source in sources:
            self._write_original(source.summary["original"], source.data)
        total = sum(len(source.documents) for source in sources)
        told(replace(at, passages=total))
        self._store.put_sources(sources, lambda done: told(replace(at, passages_done=done, passages=total)))
        self._drop_unused(replaced)
        yield from (source.outcome for source in sources)

    def _write_original(self, name: str, data: bytes) -> None:
        path = self._files / name
        if path.exists():
            return
        self._files.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(f".{os.getpid()}.tmp")
        beside.write_bytes(data)
        beside.replace(path)

    def _originals(self, ids: Iterable[str | None]) -> set[str]:
        """The names of the kept files of the reports with these ids."""
        return {stored[0]["original"] for id in ids if id and (stored := self._store.source(id))}

    def _drop_unused(self, names: set[str]) -> None:
        """Delete kept files that no report needs any more."""
        if names:
            for name in names - {summary["original"] for _, summary in self._store.sources()}:
                (self._files / name).unlink(missing_ok=True)


def _outcome(summary: Mapping[str, Any], status: str, file: str) -> Outcome:
    unreadable = summary["unreadable"]
    pages = summary["pages"] - len(unreadable)
    return Outcome(file, status, pages, summary["passages"], _unreadable_reason(unreadable), len(unreadable))


def _listing(summary: Mapping[str, Any]) -> Listing:
    unreadable = summary["unreadable"]
    pages = summary["pages"] - len(unreadable)
    return Listing(_details(summary), pages, len(unreadable), summary["passages"], _unreadable_reason(unreadable))


def _details(summary: Mapping[str, Any]) -> Details:
    values = {name: summary[name] for name in Details.__dataclass_fields__ if name in summary}
    return Details(**values | {"authors": tuple(values["authors"])})


def _unreadable_reason(unreadable: Sequence[tuple[int, str]]) -> str:
    """A sentence that names the pages that could not be read and why; "" where all could."""
    if not unreadable:
        return ""
    numbers = ", ".join(str(number) for number, _ in unreadable[:12]) + (" and more" if len(unreadable) > 12 else "")
    problems = "; ".join(dict.fromkeys(problem for _, problem in unreadable))
    return f"{'Page' if len(unreadable) == 1 else 'Pages'} {numbers} could not be read: {problems}."
