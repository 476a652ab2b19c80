"""`coproduction ask`: answer a question from the reports, with citations."""

from __future__ import annotations

import argparse
import json
from textwrap import shorten

from cli.arguments import Commands, some_words
from cli.output import reference
from rag import Answer
from service import Service


def _ask(service: Service, given: argparse.Namespace) -> int:
    answer = service.ask(given.question)
    print(json.dumps(answer.to_json(), ensure_ascii=False) if given.json else _answer_text(answer))
    return 0


def _answer_text(answer: Answer) -> str:
    lines = [answer.text, ""]
    if answer.notice:
        lines += [answer.notice, ""]
    if answer.coverage:
        lines += [answer.coverage, ""]
    for citation in answer.citations:
        lines.append(f"[{citation.number}] {reference(citation)}")
    if answer.nearest:
        lines.append("What comes nearest, though it may not answer the question:")
        lines += [
            f"- {hit.passage.where}: {shorten(hit.from_closest, 300, placeholder=' …')}" for hit in answer.nearest
        ]
    return "\n".join(lines)


def add_to(commands: Commands) -> None:
    """Add the command."""
    made = commands.add("ask", "Answer a question from the reports, with citations.", _ask, needs_briefs=True)
    made.add_argument("question", type=some_words)
