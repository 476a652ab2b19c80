"""`coproduction ingest`: add files, folders or web addresses to the library."""

from __future__ import annotations

import argparse
import json
import sys

from tqdm import tqdm

from cli.arguments import Commands
from cli.output import outcome_json, outcome_line, show_progress
from page.access import Audited
from service import Service


def _ingest(service: Service, given: argparse.Namespace) -> int:
    usable = 0
    counts: dict[str, int] = {}
    with tqdm(unit=" files", file=sys.stderr, dynamic_ncols=True, disable=None) as bar:
        for outcome in Audited(service.library).add(given.targets, show_progress(bar)):
            usable += outcome.status != "failed"
            counts[outcome.status] = counts.get(outcome.status, 0) + 1
            with tqdm.external_write_mode(file=sys.stdout):
                print(json.dumps(outcome_json(outcome), ensure_ascii=False) if given.json else outcome_line(outcome))
    service.reading_list.settle()
    if not given.json:
        print(", ".join(f"{count} {status}" for status, count in counts.items()) or "No file was found.")
    return 0 if usable else 1


def add_to(commands: Commands) -> None:
    """Add the command."""
    made = commands.add("ingest", "Add files, folders or web addresses to the library.", _ingest)
    made.add_argument("targets", nargs="+", metavar="PATH_OR_URL")
