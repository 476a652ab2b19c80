"""`coproduction evaluate`: measure the answers on questions whose evidence is known."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tqdm import tqdm

from cli.arguments import Commands
from ingest.verification import SecondReading
from rag.abstention import ABSTAIN_BELOW
from rag.evaluation import Outputs, measure, misquoted, read_questions, refusal_curve, run, table
from service import Service


def _evaluate(service: Service, given: argparse.Namespace) -> int:
    outputs = Outputs(given.results, given.figures, given.html)
    outputs.check(given.questions)  # before the questions are asked, which may take long
    questions = read_questions(given.questions)
    asking = run(service.assistant, questions, SecondReading(service.library).doubt)
    results = list(tqdm(asking, total=len(questions), unit=" questions", disable=None))
    for line in misquoted(results):
        print(line, file=sys.stderr)
    figures = _of_the_run(service) | measure(questions, results)
    curve = {"refusal threshold": ABSTAIN_BELOW, "refusal curve": refusal_curve(questions, results)}
    print(json.dumps(figures | curve, ensure_ascii=False) if given.json else table(figures))
    outputs.write(questions, results, figures | curve)
    return 0


def _of_the_run(service: Service) -> dict[str, Any]:
    """What must be known of a run to compare it with another."""
    listings = service.library.reports()
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "version": version("coproduction"),
        "reports": len(listings),
        "passages": sum(listing.passages for listing in listings),
    }


def add_to(commands: Commands) -> None:
    """Add the command."""
    what = "Measure the answers on questions whose evidence is known."
    made = commands.add("evaluate", what, _evaluate, needs_library=True)
    made.add_argument("questions", type=Path, metavar="QUESTIONS.jsonl")
    made.add_argument("--results", type=Path, metavar="OUT.jsonl", help="write what was found for each question")
    made.add_argument("--figures", type=Path, metavar="OUT.json", help="write the figures, for other programs")
    made.add_argument("--html", type=Path, metavar="OUT.html", help="write a page with plots and what failed")
