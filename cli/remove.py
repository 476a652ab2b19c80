"""`coproduction remove`: take a report out of the library."""

from __future__ import annotations

import argparse
import json

from cli.arguments import Commands
from cli.output import fail, named_report
from page.access import Audited
from service import Service


def _remove(service: Service, given: argparse.Namespace) -> int:
    """Remove by id or by file name, which must name one report."""
    named = named_report(service, given.report)
    if isinstance(named, str):
        return fail(named)
    Audited(service.library).to_bin(named.id)
    service.reading_list.settle()
    sentence = f"Removed: {named.title} ({named.file}). It waits in the bin, on the page’s tab Library."
    print(json.dumps({"removed": named.id}) if given.json else sentence)
    return 0


def add_to(commands: Commands) -> None:
    """Add the command."""
    made = commands.add("remove", "Remove a report, named by its id or file.", _remove, needs_library=True)
    made.add_argument("report", metavar="REPORT")
