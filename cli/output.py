"""What several commands print, and what they read of their arguments."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from ingest import Details, Outcome, Progress
from rag import Citation
from service import Service


def show_progress(bar: Any) -> Callable[[Progress], None]:
    """Show progress on a bar: files with their rate and time left, and the passages being embedded."""

    def show(progress: Progress) -> None:
        bar.total = progress.files
        bar.n = progress.files_done
        if progress.passages:
            bar.set_postfix_str(f"{progress.passages_done} of {progress.passages} passages embedded", refresh=False)
        bar.refresh()

    return show


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """What became of a file, as `--json` prints it."""
    return {name: value for name, value in asdict(outcome).items() if name != "unreadable"}


def counted(number: int, noun: str) -> str:
    """So many of what `noun` names, which ends in s where there are several: "1 page", "2,104 passages"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def contents(pages: int, passages: int) -> str:
    """How much a report holds: "2 pages, 9 passages"; of a format without pages, its passages."""
    return ", ".join(filter(None, [counted(pages, "page") if pages else "", counted(passages, "passage")]))


def named(report: Details) -> str:
    """The title of a report; a brief is called one."""
    return f"{'Our brief of ' if report.is_brief else ''}{report.title}"


def outcome_line(outcome: Outcome) -> str:
    """What became of a file, for a person to read."""
    counts = contents(outcome.pages, outcome.passages)
    what = outcome.reason if outcome.status == "failed" else f"{counts}. {outcome.reason}".strip()
    return f"{outcome.status}: {outcome.file}: {what}"


def reference(citation: Citation) -> str:
    """Where a quotation stands, for a person to read."""
    report = citation.passage.report
    imprint = ", ".join(str(part) for part in (report.publisher, report.year) if part)
    title = f"{named(report)}{f' ({imprint})' if imprint else ''}"
    if report.is_brief:
        where = f" Look for the report at {report.address}" if report.address else ""
        return f"{title}. Seen at {citation.seen_at}{where}"
    page = f", page {citation.page}" if citation.page else ""
    said = f", said by {citation.speaker}" if citation.speaker else ""
    return f"{title}{page}{said}{' (read by text recognition)' if citation.ocr else ''}. {report.file}{_also(citation)}"


def _also(citation: Citation) -> str:
    places = [f"{each.report.file}{f', page {each.page}' if each.page else ''}" for each in citation.also]
    return f". Also in: {'; '.join(places)}" if places else ""


def named_report(service: Service, report: str) -> Details | str:
    """The one report that has an id or file name; else why there is none."""
    all_details = [each for listing in service.library.reports() for each in (listing.details, *listing.copies)]
    meant = [each for each in all_details if report in (each.id, each.file)]
    if len(meant) == 1:
        return meant[0]
    why = "There is no such report" if not meant else f"{len(meant)} reports have that file name"
    return f"{why}. List the reports and their ids with: coproduction library"


def print_json(lines: Sequence[dict[str, Any]], is_something: bool) -> int:
    """Print a line of JSON for each of `lines`. Returns the exit status: 1 where none of them `is_something`."""
    for line in lines:
        print(json.dumps(line, ensure_ascii=False))
    return 0 if is_something else 1


def fail(sentence: str) -> int:
    """Say on standard error why nothing could be done. Returns the exit status, 1."""
    print(sentence, file=sys.stderr)
    return 1
