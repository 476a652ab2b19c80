"""From a sentence that answers to its citations: the words, their page, and where else they stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.report import Details, Passage
from rag.answer import Citation, Place
from rag.sentences.sentence import Sentence
from rag.sentences.speech import speaker


class Citing:
    """Makes citations. `copies` gives the near copies of the report with an id, so that they can be named."""

    def __init__(self, copies: Callable[[str], Sequence[Details]]) -> None:
        self._copies = copies

    def cited(self, statement: Sentence, first: int) -> list[Citation]:
        """The citations of a statement, numbered from `first`, with the other places where it stands."""
        place, marked = (statement.start, statement.end), statement.marked
        cited = citations_of(statement.passage, place, statement.score, first, marked or place)
        return [replace(each, also=self._also(statement)) for each in cited]

    def _also(self, statement: Sentence) -> tuple[Place, ...]:
        """The other reports in which a statement stands, each once."""
        own = statement.passage.report
        places: dict[str, Place] = {}
        for twin in statement.copies:
            page = twin.passage.page_at(twin.start)
            places.setdefault(twin.passage.report.id, Place(twin.passage.report, page.number if page else None))
        for report in self._copies(own.id):
            places.setdefault(report.id, Place(report))
        return tuple(place for id, place in places.items() if id != own.id)


def citations_of(
    passage: Passage, place: tuple[int, int], score: float, first: int, marked: tuple[int, int]
) -> list[Citation]:
    """The citations of some words of a passage: one, or one for each page where they run over the end of a page.

    `marked` is where the words among them stand that answer.
    """
    turns = [page.offset for page in passage.pages if place[0] < page.offset < place[1]]
    cited: list[Citation] = []
    for begin, finish in pairwise([place[0], *turns, place[1]]):
        page = passage.page_at(begin)
        quote = " ".join(passage.text[begin:finish].split())
        words = " ".join(passage.text[max(begin, marked[0]) : max(begin, min(finish, marked[1]))].split())
        number, label, ocr = (page.number, page.label, page.ocr) if page else (None, None, False)
        if quote:
            cited.append(
                Citation(
                    first + len(cited),
                    passage,
                    quote,
                    score,
                    number,
                    label,
                    ocr,
                    passage.seen_at(begin),
                    marked=words,
                    speaker=speaker(passage.text, begin, passage.headings),
                )
            )
    return cited
