"""How good the answers are on questions whose evidence is known: retrieval, evidence, refusal, time."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from rag.assistant import Assistant

Record = Mapping[str, Any]


class QuestionsError(Exception):
    """The file of questions cannot be used. The message is a sentence for the person who wrote it."""


def read_questions(path: Path) -> list[Record]:
    """The questions of a `.jsonl` file: {"id", "question", "answerable", "evidence": [{"doc", "page", "quote"}]}.

    `doc` is the file as the library names it, or `passage` in its stead for a line of a `.jsonl` file; `page` is the
    physical page from 1 or null; `also_on` lists other places with the same words. Raises `QuestionsError`.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        questions = [json.loads(line) for line in lines if line.strip()]
    except (OSError, ValueError) as error:
        raise QuestionsError(f"{path.name} cannot be read as one JSON object a line: {error}.") from error
    if not questions or not all(isinstance(each, dict) and each.get("question") for each in questions):
        raise QuestionsError(f'{path.name} holds no questions. Each line needs at least {{"question": "..."}}.')
    return [{"id": str(number), "evidence": [], **question} for number, question in enumerate(questions, start=1)]


def run(assistant: Assistant, questions: Iterable[Record], k: int = 10) -> Iterator[dict[str, Any]]:
    """Ask and search for each question; yield one result a question in the shape of `coproduction evaluate --results`.

    Two more fields tell the seconds that the search and the answer took.
    """
    for question in questions:
        start = time.perf_counter()
        hits = assistant.search(question["question"], k)
        searched = time.perf_counter()
        answer = assistant.ask(question["question"])
        answered = time.perf_counter()
        yield {
            "id": question["id"],
            "question": question["question"],
            "answered": answer.answered,
            "confidence": round(answer.confidence, 4),
            "results": [hit.to_json(rank) for rank, hit in enumerate(hits, start=1)],
            "citations": [citation.to_json() for citation in answer.citations],
            "search_seconds": searched - start,
            "answer_seconds": answered - searched,
        }


def measure(questions: Sequence[Record], results: Sequence[Record]) -> dict[str, float | int]:
    """The figures of a run, each a share from 0 to 1 unless its name says otherwise. Shares of nothing are left out.

    hit@k: a passage of the right report (or page) is among the first k; mrr: the mean of 1/rank of the first right
    page, 0 where none is found; evidence: the words of a gold quotation are among those quoted.
    """
    pairs = list(zip(questions, results, strict=True))
    known = [(question, result) for question, result in pairs if question["evidence"]]
    answerable = [(question, result) for question, result in pairs if question.get("answerable", True)]
    refusable = [(question, result) for question, result in pairs if not question.get("answerable", True)]
    ranks = [_first(result["results"], gold_places(question)) for question, result in known]
    report_ranks = [_first(result["results"], _reports(gold_places(question))) for question, result in known]
    return {"questions": len(pairs)} | {
        name: round(value, 4)
        for name, value in {
            "report hit@1": _share(rank == 1 for rank in report_ranks),
            "report hit@5": _share(0 < rank <= 5 for rank in report_ranks),
            "page hit@1": _share(rank == 1 for rank in ranks),
            "page hit@5": _share(0 < rank <= 5 for rank in ranks),
            "page hit@10": _share(0 < rank <= 10 for rank in ranks),
            "mrr": _share(1 / rank if rank else 0 for rank in ranks),
            "evidence quoted": _share(_quoted(question, result) for question, result in known),
            "evidence quoted first": _share(_quoted(question, result, 1) for question, result in known),
            "false refusals": _share(not result["answered"] for _, result in answerable),
            "false answers": _share(result["answered"] for _, result in refusable),
            "refusal auroc": _auroc(
                [result["confidence"] for _, result in answerable], [result["confidence"] for _, result in refusable]
            ),
            "median seconds of a search": median(result["search_seconds"] for _, result in pairs),
            "median seconds of an answer": median(result["answer_seconds"] for _, result in pairs),
        }.items()
        if value is not None
    }


def gold_places(question: Record) -> set[tuple[str, int | None]]:
    """The files and pages on which the evidence stands; the page is None where the file has none."""
    places = [*question["evidence"], *question.get("also_on", [])]
    return {(place.get("passage") or place["doc"], place.get("page")) for place in places}


def is_right(result: Record, places: set[tuple[str, int | None]]) -> bool:
    """Whether a search result touches one of `places`."""
    return any(
        result["file"] == file
        and (page is None or (result["first_page"] is not None and result["first_page"] <= page <= result["last_page"]))
        for file, page in places
    )


def _reports(places: set[tuple[str, int | None]]) -> set[tuple[str, int | None]]:
    return {(file, None) for file, _ in places}


def _first(results: Sequence[Record], places: set[tuple[str, int | None]]) -> int:
    """The rank, from 1, of the first right result; 0 where none is right."""
    return next((result["rank"] for result in results if is_right(result, places)), 0)


def _quoted(question: Record, result: Record, first: int = 1000) -> bool:
    """Whether a gold quotation and a shown one hold each other's words, white space and punctuation apart."""
    shown = [_letters(citation["quote"]) for citation in result["citations"][:first]]
    golden = [_letters(place["quote"]) for place in question["evidence"] if place.get("quote")]
    return any(gold in quote or (len(quote) > 30 and quote in gold) for gold in golden for quote in shown)


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()


def _share(values: Iterable[float]) -> float | None:
    found = [float(value) for value in values]
    return sum(found) / len(found) if found else None


def _auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """The chance that an answerable question is surer than one to be refused; ties count half."""
    if not positive or not negative:
        return None
    wins = sum((yes > no) + 0.5 * (yes == no) for yes in positive for no in negative)
    return wins / (len(positive) * len(negative))


def table(figures: Mapping[str, float | int]) -> str:
    """The figures as lines to read."""
    width = max(map(len, figures))
    return "\n".join(f"{name:<{width}}  {value:g}" for name, value in figures.items())
