"""From a question to an answer in the reports' own words. `Assistant.stream` is the whole of it, top to bottom."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Protocol

from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings

from ingest.report import Details, Passage
from rag.answer import REFUSAL, Answer, Citation, Hit, Place
from rag.confidence import THRESHOLD, Signals, confidence, signals
from rag.evidence import Sentence, choose, rank_sentences
from rag.follow_up import Turn, Understanding, understand
from rag.words import weights

# Passages that are read for their sentences. The right one is nearly always among them (benchmarks/LOG.md).
PASSAGES = 10
NEAREST = 3


class Store(Protocol):
    """What answering needs of a store; `vector_store.FaissStore` is one."""

    @property
    def embeddings(self) -> Embeddings: ...
    def search_hybrid(
        self, query: str, k: int = 10, filter: Mapping[str, Any] | None = None
    ) -> list[tuple[Document, float]]: ...
    def nearness(self, query: str, spans: Mapping[str, Sequence[tuple[int, int]]]) -> dict[str, list[float]]: ...
    def frequencies(self, text: str) -> dict[str, int]: ...
    def count(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read for a question: the passages, their sentences from best to worst, and what speaks for an answer."""

    asked: Understanding
    hits: list[Hit]
    sentences: list[Sentence]
    signals: Signals


class Assistant:
    """Answers questions from the reports in `store`, with a citation for every statement.

    `copies` gives the near copies of the report with an id, so that a citation can name them.
    """

    def __init__(self, store: Store, copies: Callable[[str], Sequence[Details]] = lambda id: ()) -> None:
        self._store, self._copies = store, copies

    def search(self, query: str, k: int = 10, filter: Mapping[str, Any] | None = None) -> list[Hit]:
        """The `k` best passages for `query`, best first, each text once however many copies of it there are."""
        if not query.strip():
            return []
        found = self._store.search_hybrid(query, 2 * k, filter)
        return _distinct([Hit(Passage.from_document(document), score) for document, score in found])[:k]

    def ask(self, question: str, history: Sequence[Turn] = (), filter: Mapping[str, Any] | None = None) -> Answer:
        """The whole answer; see `stream`."""
        *_, answer = self.stream(question, history, filter)
        return answer

    def stream(
        self, question: str, history: Sequence[Turn] = (), filter: Mapping[str, Any] | None = None
    ) -> Iterator[Answer]:
        """Answer `question`, yielding the answer as it grows; the last one is whole.

        `history` is the conversation so far, so that a follow-up can be understood; `filter` limits the reports asked.
        """
        reading = self.read(understand(question, history), filter)
        sure = confidence(reading.signals)
        answer = Answer(question, False, REFUSAL, confidence=sure, searched_for=reading.asked.question)
        if reading.sentences and sure >= THRESHOLD:
            statements = choose(reading.sentences, reading.asked.said)
            yield from self._written(replace(answer, answered=True, text=""), statements)
        else:
            yield replace(answer, nearest=tuple(reading.hits[:NEAREST]))

    def read(self, asked: Understanding, filter: Mapping[str, Any] | None = None) -> Reading:
        """Find the passages for a question, and rank their sentences."""
        hits = self.search(asked.question, PASSAGES, filter)
        sentences = rank_sentences(asked, hits, self._weights(asked.focus), self._store.nearness)
        found = signals(asked.question, hits, sentences, self._weights(asked.question), self._store.embeddings)
        return Reading(asked, hits, sentences, found)

    def _written(self, answer: Answer, statements: Sequence[Sentence]) -> Iterator[Answer]:
        """`answer` with one statement more each time, each with its citations."""
        for statement in statements:
            cited = [
                replace(each, also=self._also(statement)) for each in _citations(statement, len(answer.citations) + 1)
            ]
            words = " ".join(f"{citation.quote} [{citation.number}]" for citation in cited)
            mark = "- " if statement.listed else ""
            gap = "" if not answer.text else "\n" if statement.listed else "\n\n"
            answer = replace(answer, text=f"{answer.text}{gap}{mark}{words}", citations=(*answer.citations, *cited))
            yield answer

    def _also(self, statement: Sentence) -> tuple[Place, ...]:
        """The other reports in which a statement stands, each once."""
        own = statement.passage.report
        places: dict[str, Place] = {}
        for copy in statement.copies:
            page = copy.passage.page_at(copy.start)
            places.setdefault(copy.passage.report.id, Place(copy.passage.report, page.number if page else None))
        for report in self._copies(own.id):
            places.setdefault(report.id, Place(report))
        return tuple(place for id, place in places.items() if id != own.id)

    def _weights(self, text: str) -> dict[str, float]:
        return weights(self._store.frequencies(text), self._store.count())


def _citations(statement: Sentence, first: int) -> list[Citation]:
    """The citations of one statement: one, or one for each page where its words run over the end of a page."""
    passage = statement.passage
    turns = [page.offset for page in passage.pages if statement.start < page.offset < statement.end]
    edges = [statement.start, *turns, statement.end]
    cited: list[Citation] = []
    for start, end in pairwise(edges):
        page = passage.page_at(start)
        quote = re.sub(r"\s+", " ", passage.text[start:end]).strip()
        number, label, ocr = (page.number, page.label, page.ocr) if page else (None, None, False)
        if quote:
            seen_at = passage.seen_at(start)
            cited.append(Citation(first + len(cited), passage, quote, statement.score, number, label, ocr, seen_at))
    return cited


def _distinct(hits: Sequence[Hit]) -> list[Hit]:
    """Each text once, with its copies; the first with pages stays, for it can be opened where it stands."""
    same: dict[str, list[Hit]] = {}
    for hit in hits:
        same.setdefault(re.sub(r"\W+", "", hit.passage.text).casefold(), []).append(hit)
    return [_first_with_pages(group) for group in same.values()]


def _first_with_pages(group: Sequence[Hit]) -> Hit:
    passages = [hit.passage for hit in group]
    first = next((passage for passage in passages if passage.first_page is not None), passages[0])
    return Hit(first, group[0].score, tuple(passage for passage in passages if passage is not first))
