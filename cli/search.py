"""`coproduction search`: the passages nearest to some words."""

from __future__ import annotations

import argparse
import json

from cli.arguments import Commands, positive
from cli.output import fail
from service import Service


def _search(service: Service, given: argparse.Namespace) -> int:
    hits = service.search(given.query, given.k)
    if given.json:
        print(json.dumps([hit.to_json(rank) for rank, hit in enumerate(hits, start=1)], ensure_ascii=False))
    for rank, hit in enumerate(hits if not given.json else [], start=1):
        print(f"{rank}. {hit.score:.2f}  {hit.passage.where}  ({hit.passage.report.file})")
        print(f"   {' '.join(hit.passage.text.split())}\n")
    return 0 if hits else fail("Nothing was found.")


def add_to(commands: Commands) -> None:
    """Add the command."""
    made = commands.add("search", "Find the passages nearest to some words.", _search, needs_briefs=True)
    made.add_argument("query")
    made.add_argument("-k", type=positive, default=10, help="how many passages (10)")
