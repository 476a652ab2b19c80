"""The judgement of one question: what of its result is right, and where it failed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import log2
from typing import Any

from rag.evaluation.questions import Record
from rag.evaluation.run import NOT_COMPARED

Places = set[tuple[str, int | None]]
"""Files with a page each, which is None for the whole file."""

# An answer shows few sentences first; what a reader must look further for does not count as quoted.
QUOTED_FIRST = 5


def gold_places(question: Record) -> Places:
    """The files and pages on which the evidence stands; the page is None where the file has none."""
    return _places([*question["evidence"], *question.get("also_on", [])])


def gold_reports(question: Record) -> Places:
    """The files in which the evidence stands, wherever in them."""
    return {(file, None) for file, _ in gold_places(question)}


def is_right(result: Record, places: Places) -> bool:
    """Whether a search result touches one of `places`."""
    return bool(_touched(result, places))


def first_right(results: Sequence[Record], places: Places) -> int:
    """The rank, from 1, of the first right result; 0 where none is right."""
    return next((result["rank"] for result in results if is_right(result, places)), 0)


def ndcg(question: Record, results: Sequence[Record], k: int = 10) -> float:
    """The normalised discounted cumulative gain of the first `k` results: 1 where all that is right stands first.

    After Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", ACM Transactions on Information
    Systems 20(4), 2002, with the discount 1 / log2(rank + 1). A result gains 1 for each gold page that it touches and
    no result before it touched. There is as much to gain as `evidence` has distinct pages, at best one at each rank
    from 1; pages of `also_on` count in their stead. A passage that touches two pages at once could pass 1: it is cut.
    """
    missing, left = gold_places(question), len(_places(question["evidence"]))
    ideal = sum(1 / log2(rank + 1) for rank in range(1, min(k, left) + 1))
    gained = 0.0
    for rank, result in enumerate(results[:k], start=1):
        touched = _touched(result, missing)
        gain = min(len(touched), left)
        gained += gain / log2(rank + 1)
        left -= gain
        missing -= touched
    return min(1.0, gained / ideal)


def gold_quotes(question: Record) -> list[str]:
    """The quotations that the question's author expects."""
    return [place["quote"] for place in question["evidence"] if place.get("quote")]


def is_quoted(question: Record, result: Record, first: int = QUOTED_FIRST) -> bool:
    """Whether one of the `first` distinct sentences quoted holds the words of a gold quotation."""
    golden = gold_quotes(question)
    return any(is_same(citation["quote"], gold) for citation in _distinct(result)[:first] for gold in golden)


def to_the_point(question: Record, result: Record) -> list[bool]:
    """For each distinct sentence quoted: does it hold the words of a gold quotation, or stand on a gold page?"""
    golden, places = gold_quotes(question), gold_places(question)
    return [
        any(is_same(citation["quote"], gold) for gold in golden) or _stands_on(citation, places)
        for citation in _distinct(result)
    ]


def failures(question: Record, result: Record) -> list[str]:
    """What went wrong, a sentence each; empty where nothing did."""
    return list(_failures(question, result))


def _failures(question: Record, result: Record) -> Iterator[str]:
    answerable = question.get("answerable", True)
    if result["answered"] and answerable is False:
        yield "It was answered, although the reports do not answer it."
    if not result["answered"] and answerable:
        yield "It was refused, although the reports answer it."
    if question["evidence"] and not 0 < first_right(result["results"], gold_places(question)) <= 5:
        yield "The right page was not among the first five passages found."
    if result["answered"] and gold_quotes(question) and not is_quoted(question, result):
        yield "The expected sentence was not among the first five quoted."
    if any(doubt and doubt != NOT_COMPARED for doubt in result.get("doubts", ())):
        yield "A quotation does not stand on the page that it cites as it is quoted."


def _places(places: Sequence[Record]) -> Places:
    return {(place.get("passage") or place["doc"], place.get("page")) for place in places}


def _touched(result: Record, places: Places) -> Places:
    return {(file, page) for file, page in places if result["file"] == file and _on_page(result, page)}


def _on_page(result: Record, page: int | None) -> bool:
    if page is None or result["first_page"] is None:
        return page is None
    return bool(result["first_page"] <= page <= result["last_page"])


def _stands_on(citation: Record, places: Places) -> bool:
    """Whether the quotation, or the same words elsewhere (`also`), stand on one of `places`."""
    own = [citation, *citation.get("also", [])]
    return any(place["file"] == file and page in (None, place["page"]) for place in own for file, page in places)


def _distinct(result: Record) -> list[dict[str, Any]]:
    """The citations with each sentence once, in their order."""
    found: dict[str, dict[str, Any]] = {}
    for citation in result["citations"]:
        found.setdefault(_letters(citation["quote"]), citation)
    return list(found.values())


def is_same(quote: str, gold: str) -> bool:
    """Whether one holds the other's words, white space and punctuation apart; a shown scrap of few letters does not."""
    shown, expected = _letters(quote), _letters(gold)
    return expected in shown or (len(shown) > 30 and shown in expected)


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()
