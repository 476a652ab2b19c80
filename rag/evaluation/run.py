"""Asking the questions: searches, answers, and whether what is quoted stands where it is said to stand."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ingest.report import ReportError
from rag.answer import Citation
from rag.assistant import Assistant
from rag.evaluation.questions import Record
from rag.follow_up import Turn

Holds = Callable[[str, int | None, str, bool], bool]
"""Whether a report, named by its id, holds a quotation on a page (None: anywhere); the last says that text recognition
read that page. Raises `ReportError` where the report cannot be read again. `SecondReading.holds` is one."""


def run(
    assistant: Assistant, questions: Sequence[Record], holds: Holds | None = None, k: int = 10
) -> Iterator[dict[str, Any]]:
    """Ask and search for each question; yield one result a question in the shape of `coproduction evaluate --results`.

    Three more fields tell the seconds that the search and the answer took and, with `holds`, whether each citation
    stands on its page (`on_page`: true, false, or null where the file cannot be read again).
    """
    assistant.search(questions[0]["question"])  # loads model and index, for which no later question waits
    for question in questions:
        history = _conversation(assistant, question.get("history", []))
        start = time.perf_counter()
        answer = assistant.ask(question["question"], history)
        answered = time.perf_counter()
        hits = assistant.search(answer.searched_for, k)
        searched = time.perf_counter()
        result = {
            "id": question["id"],
            "question": question["question"],
            "answered": answer.answered,
            "confidence": round(answer.confidence, 4),
            "results": [hit.to_json(rank) for rank, hit in enumerate(hits, start=1)],
            "citations": [citation.to_json() for citation in answer.citations],
            "search_seconds": searched - answered,
            "answer_seconds": answered - start,
        }
        checked = {"on_page": [_stands(each, holds) for each in answer.citations]} if holds else {}
        yield result | checked


def misquoted(results: Sequence[Record]) -> Iterator[str]:
    """A line to read for each quotation that does not stand on its page, or of which that could not be told."""
    for result in results:
        for citation, stands in zip(result["citations"], result.get("on_page", ()), strict=False):
            if not stands:
                what = "Not on its page" if stands is False else "Cannot be read a second time"
                page = f", page {citation['page']}" if citation["page"] else ""
                yield f"{what}: {citation['file']}{page}: {citation['quote']}"


def _conversation(assistant: Assistant, asked: Sequence[str]) -> list[Turn]:
    """The questions before, each asked in the conversation that those before it made."""
    history: list[Turn] = []
    for question in asked:
        history.append((question, assistant.ask(question, history).text))
    return history


def _stands(citation: Citation, holds: Holds) -> bool | None:
    try:
        return holds(citation.passage.report.id, citation.page, citation.quote, citation.ocr)
    except ReportError:  # one file that cannot be read again must not cost the figures of all the others
        return None
