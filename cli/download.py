"""`coproduction download`: fetch the reports of the reading list."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any

from tqdm import tqdm

from cli.arguments import Commands
from ingest.reading_list import Entry, Fetching, WorkState
from page.access import Audited
from service import Service


def _download(service: Service, given: argparse.Namespace) -> int:
    """Fetch the reports of the reading list that are not there yet, and tell of every work on it."""
    with tqdm(unit=" reports", file=sys.stderr, dynamic_ncols=True, disable=None) as bar:
        for state, tried in service.downloads.run(_show_fetching(bar)):
            Audited(service.library).downloaded(state, tried)
            with tqdm.external_write_mode(file=sys.stderr):
                print(f"{state.work.title}: {tried.reason or 'fetched'}", file=sys.stderr)
    works = [(state.entry, work) for state in service.reading_list.states() for work in state.works]
    for entry, work in works:
        told = _work_json(entry, work)
        line = f"{told['number']}. {told['status']}: {told['title']}. {told['reason']}".strip()
        print(json.dumps(told, ensure_ascii=False) if given.json else line)
    return 0 if any(work.report for _, work in works) else 1


def _work_json(entry: Entry, state: WorkState) -> dict[str, Any]:
    report, tried = state.report, state.tried
    return {
        "number": entry.number,
        "title": state.work.title,
        "status": "here" if report else "not had" if state.work.free else "not free",
        "report": report.details.id if report else None,
        "pages": report.pages if report else 0,
        "passages": report.passages if report else 0,
        "address": tried.address if tried else "",
        "archived": tried.archived if tried else "",
        "day": tried.day if tried else "",
        "sha256": tried.sha256 if tried else "",
        "reason": "" if report else state.reason or entry.advice,
    }


def _show_fetching(bar: Any) -> Callable[[Fetching], None]:
    def show(fetching: Fetching) -> None:
        bar.total, bar.n = fetching.works, fetching.works_done
        bar.set_postfix_str(f"{fetching.bytes / 1e6:.1f} MB of {fetching.address}", refresh=False)
        bar.refresh()

    return show


def add_to(commands: Commands) -> None:
    """Add the command."""
    what = "Fetch the reports of the reading list that are free to fetch."
    commands.add("download", what, _download, needs_briefs=True)
