"""`coproduction compare` and `define`: what each report says."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from cli.arguments import Commands, some_words
from cli.output import counted, fail, named, print_json, reference
from rag import Row
from service import Service


def _compare(service: Service, given: argparse.Namespace) -> int:
    compared = service.compare(given.question)
    if given.json:
        return print_json(compared.to_json(), bool(compared.speaking))
    for each in compared.differing:
        print(f"{each.what}:")
        for side in (each.one, each.other):
            print(f"- {side.quote}\n    {reference(side)}")
        print()
    kinds = {id: kind.name for id, kind in compared.genres.items() if kind}
    return _print_rows(compared.rows, "Nothing was found in", kinds)


def _define(service: Service, given: argparse.Namespace) -> int:
    rows = service.define(given.term)
    if not rows:
        return fail(f"No report here says what {given.term} is.")
    return print_json([row.to_json() for row in rows], True) if given.json else _print_rows(rows)


def _print_rows(rows: Sequence[Row], nothing: str = "", kinds: Mapping[str, str] = MappingProxyType({})) -> int:
    """What each report says, where, and what kind of report it is; at the end the reports that say nothing."""
    for row in rows:
        if row.citations:
            kind = f" ({kinds[row.report.id]})" if row.report.id in kinds else ""
            quotes = " ".join(citation.quote for citation in row.citations)
            places = dict.fromkeys(map(reference, row.citations))
            print("\n    ".join([quotes, *places]) + f"{kind}\n")
    silent = [named(row.report) for row in rows if not row.citations]
    if silent:
        print(f"{nothing} {len(silent)} of {counted(len(rows), 'report')}: {'; '.join(silent)}")
    return 0 if len(silent) < len(rows) else 1


def add_to(commands: Commands) -> None:
    """Add the commands."""
    comparing = "What each report says to a question, one line a report."
    commands.add("compare", comparing, _compare, needs_briefs=True).add_argument("question", type=some_words)
    defining = "How the reports define a term."
    commands.add("define", defining, _define, needs_briefs=True).add_argument("term", type=some_words)
