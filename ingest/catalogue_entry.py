"""What the library tells of its reports: what became of a file, how far it is, and how well each report can be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from gettext import gettext as _
from gettext import ngettext
from itertools import groupby
from typing import Any

from ingest.left_out import LeftOut, told
from ingest.report import Details, Report


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
class CatalogueEntry:
    """A line of the list of reports. `pages` and `unreadable` count the pages that were read, and those that were not.

    `ocr` counts those of `pages` that text recognition read, `left_out` what else of the file could not be read;
    `reason` says of all of it which they are. `copies` are the same report in other formats or from other addresses,
    `places` other names of files with the same bytes. `added` is when it was, as 2026-11-28T09:30:00+00:00.
    """

    details: Details
    pages: int
    unreadable: int
    passages: int
    reason: str = ""
    ocr: int = 0
    copies: tuple[Details, ...] = ()
    places: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    added: str = ""

    def to_json(self) -> dict[str, Any]:
        """The shape of one report of `coproduction library --json`."""
        values = asdict(self)
        details: dict[str, Any] = values.pop("details")
        return details | values


def summarise(report: Report, original: str, passages: int) -> dict[str, Any]:
    """What is kept of `report` to list it: its details, the kept file's name, and how well it can be read."""
    fields = {name: getattr(report.details, name) for name in Details.__dataclass_fields__}
    return fields | {
        "original": original,
        "pages": len(report.pages),
        "unreadable": [[page.number, page.problem] for page in report.unreadable],
        "ocr": [page.number for page in report.pages if page.ocr],
        "left_out": [[each.kind, each.count, [*each.names]] for each in report.left_out],
        "passages": passages,
    }


def outcome(summary: Mapping[str, Any], status: str, file: str, note: str = "") -> Outcome:
    """What became of a file that is now stored as `summary` tells; `note` is a sentence before the others."""
    unreadable = len(summary["unreadable"])
    reason = " ".join(filter(None, [note, health(summary)]))
    return Outcome(file, status, summary["pages"] - unreadable, summary["passages"], reason, unreadable)


def listing(
    summary: Mapping[str, Any], copies: Iterable[Details] = (), places: Iterable[str] = (), added: str = ""
) -> CatalogueEntry:
    """The line of the list for a report that is stored as `summary` tells."""
    unreadable = len(summary["unreadable"])
    return CatalogueEntry(
        details(summary),
        summary["pages"] - unreadable,
        unreadable,
        summary["passages"],
        health(summary),
        len(summary.get("ocr", ())),
        tuple(copies),
        tuple(places),
        _left_out(summary),
        added,
    )


def details(summary: Mapping[str, Any]) -> Details:
    """The details in a summary."""
    return Details.from_json(summary)


def health(summary: Mapping[str, Any]) -> str:
    """Sentences that name the pages that could not be read, each with why, what else was left out, and the pages that
    text recognition read.
    """
    sentences = [
        _unread([number for number, same in pages], problem)
        for problem, pages in groupby(sorted(summary["unreadable"], key=lambda each: each[1]), lambda each: each[1])
    ]
    if left := summary.get("left_as_it_was"):
        old = _("An older version of this program read it, and it could not be read anew: {problem}")
        sentences.insert(0, old.format(problem=left["why"]))
    sentences.append(told(_left_out(summary)))
    if recognised := summary.get("ocr", ()):
        read = ngettext(
            "Page {pages} was read by text recognition (OCR): compare the words with the page.",
            "Pages {pages} were read by text recognition (OCR): compare the words with the page.",
            len(recognised),
        )
        sentences.append(read.format(pages=_numbers(recognised)))
    return " ".join(filter(None, sentences))


def _left_out(summary: Mapping[str, Any]) -> tuple[LeftOut, ...]:
    """What was left out of a report; of those stored by older versions nothing is known."""
    return tuple(LeftOut(kind, count, tuple(names)) for kind, count, names in summary.get("left_out", ()))


def _unread(numbers: Sequence[int], problem: str) -> str:
    sentence = ngettext(
        "Page {pages} could not be read: {problem}.", "Pages {pages} could not be read: {problem}.", len(numbers)
    )
    return sentence.format(pages=_numbers(numbers), problem=_(problem))


def _numbers(numbers: Iterable[int]) -> str:
    """Numbers of pages as people say them: "3", "1 to 4 and 9"."""
    ordered = sorted(numbers)
    runs: list[list[int]] = []
    for number in ordered:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    parts = [
        _("{first} to {last}").format(first=first, last=last)
        if last > first + 1
        else f"{first}, {last}"
        if last > first
        else str(first)
        for first, last in runs
    ]
    *others, last_run = parts
    return _("{others} and {last}").format(others=", ".join(others), last=last_run) if others else last_run
