"""Asking the questions: searches, answers, and whether what is quoted stands where it is said to stand."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ingest.report import ReportError
from rag.answer import Citation
from rag.assistant import Assistant
from rag.evaluation.questions import Record
from rag.question import Turn

Check = Callable[[str, int | None, str, bool], str | None]
"""Why it is doubted that a report, named by its id, shows a quotation on a page (None: anywhere), in a word of
`DOUBTS`; None where it is not. The last argument says that text recognition read that page. Raises `ReportError` where
the report cannot be read again. `SecondReading.doubt` is one."""

NOT_COMPARED = "not compared"
"""Stands for the doubt of a quotation whose file cannot be read again."""
DOUBTS = {
    "missing": "Not on its page",
    "spliced": "Read across columns or out of order",
    "mark": "With the mark of a note as if it were text",
    "hidden": "Not to be seen on its page",
    NOT_COMPARED: "Cannot be read a second time",
}
"""What each doubt says to a reader."""


def run(
    assistant: Assistant, questions: Sequence[Record], check: Check | None = None, k: int = 10
) -> Iterator[dict[str, Any]]:
    """Ask and search for each question; yield one result a question in the shape of `coproduction evaluate --results`.

    Three more fields tell the seconds that the search and the answer took and, with `check`, why it is doubted
    that each citation stands on its page (`doubts`: a word of `DOUBTS`, or null where it is not doubted).
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
        checked = {"doubts": [_doubt(each, check) for each in answer.citations]} if check else {}
        yield result | checked


def misquoted(results: Sequence[Record]) -> Iterator[str]:
    """A line to read for each quotation that is not on its page as it is quoted, or of which that could not be told."""
    for result in results:
        for citation, doubt in zip(result["citations"], result.get("doubts", ()), strict=False):
            if doubt:
                page = f", page {citation['page']}" if citation["page"] else ""
                yield f"{DOUBTS[doubt]}: {citation['file']}{page}: {citation['quote']}"


def _conversation(assistant: Assistant, asked: Sequence[str]) -> list[Turn]:
    """The questions before, each asked in the conversation that those before it made."""
    history: list[Turn] = []
    for question in asked:
        history.append((question, assistant.ask(question, history).text))
    return history


def _doubt(citation: Citation, check: Check) -> str | None:
    try:
        return check(citation.passage.report.id, citation.page, citation.quote, citation.ocr)
    except ReportError:  # one file that cannot be read again must not cost the figures of all the others
        return NOT_COMPARED
