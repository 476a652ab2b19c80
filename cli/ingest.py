"""`coproduction ingest`: add files, folders or web addresses to the library."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import redirect_stdout
from typing import TextIO

from tqdm import tqdm

from cli.arguments import Commands
from cli.output import outcome_json, outcome_line, show_progress
from page.access import Audited
from service import Service, Settings
from service.on_ray import open_service_on_ray


def _ingest(service: Service, given: argparse.Namespace, out: TextIO | None = None) -> int:
    out, usable = out or sys.stdout, 0
    counts: dict[str, int] = {}
    with tqdm(unit=" files", file=sys.stderr, dynamic_ncols=True, disable=None) as bar:
        for outcome in Audited(service.library).add(given.targets, show_progress(bar)):
            usable += outcome.status != "failed"
            counts[outcome.status] = counts.get(outcome.status, 0) + 1
            with tqdm.external_write_mode(file=out):
                line = json.dumps(outcome_json(outcome), ensure_ascii=False) if given.json else outcome_line(outcome)
                print(line, file=out)
    service.reading_list.settle()
    if not given.json:
        told = ", ".join(f"{count} {status}" for status, count in counts.items())
        print(told or "No file was found.", file=out)
    return 0 if usable else 1


def _on_ray(settings: Settings, given: argparse.Namespace) -> int | None:
    """All of it, where a cluster is named."""
    if not given.ray:
        return None
    out = sys.stdout  # where Ray would tell of workers that it lost
    with redirect_stdout(sys.stderr), open_service_on_ray(settings, given.ray) as service:
        return _ingest(service, given, out)


def add_to(commands: Commands) -> None:
    """Add the command."""
    made = commands.add("ingest", "Add files, folders or web addresses to the library.", _ingest, before=_on_ray)
    made.add_argument("targets", nargs="+", metavar="PATH_OR_URL")
    told = "have a Ray cluster read and embed: its address, or auto for one on this machine (docs/scale.md)"
    made.add_argument("--ray", default="", metavar="ADDRESS", help=told)
