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
from rag import compare
from rag.answer import REFUSAL, Answer, Citation, Hit, Place
from rag.compare import Row
from rag.confidence import THRESHOLD, Signals, confidence, signals
from rag.evidence import Sentence, choose, rank_sentences, speaking
from rag.follow_up import Turn, Understanding, understand
from rag.words import weights
from rag.writing import Prose, Writer, WritingError

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

    `reports` gives all of them, for comparing; `copies` gives the near copies of the report with an id, so that a
    citation can name them. With a `writer` answers are prose that is checked sentence by sentence; without one, or
    where it fails, they are quotations.
    """

    def __init__(
        self,
        store: Store,
        copies: Callable[[str], Sequence[Details]] = lambda id: (),
        writer: Writer | None = None,
        reports: Callable[[], Sequence[Details]] = lambda: (),
    ) -> None:
        self.store, self._copies, self._writer, self._reports = store, copies, writer, reports

    def search(self, query: str, k: int = 10, filter: Mapping[str, Any] | None = None) -> list[Hit]:
        """The `k` best passages for `query`, best first, each text once however many copies of it there are."""
        if not query.strip():
            return []
        found = self.store.search_hybrid(query, 2 * k, filter)
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
        asked, notice = self._understood(question, history)
        reading = self.read(asked, filter)
        sure = confidence(reading.signals)
        answer = Answer(question, False, REFUSAL, confidence=sure, searched_for=reading.asked.question, notice=notice)
        answer = replace(answer, searched=len(self._reports()), speaking=0)
        refusal = replace(answer, nearest=tuple(reading.hits[:NEAREST]))
        if not reading.sentences or sure < THRESHOLD:
            yield refusal
        elif self._writer and not notice:
            yield from self._prose(self._writer, refusal, reading)
        else:
            yield from self._quoted(answer, reading)

    def compare(self, question: str) -> list[Row]:
        """What each report says to `question`: one row a report, those that say something first, the surest first."""
        asked = understand(question, ())
        by_report: dict[str, list[Hit]] = {}
        for hit in self.search(asked.question, compare.PASSAGES):
            by_report.setdefault(hit.passage.report.id, []).append(hit)
        found: list[tuple[float, Row]] = []
        for hits in list(by_report.values())[: compare.REPORTS]:
            reading = self._read(asked, hits[: compare.OF_ONE_REPORT])
            sure = confidence(reading.signals)
            if reading.sentences and sure >= THRESHOLD:
                cited = self._cited(reading.sentences[0], 1)
                found.append((sure, Row(cited[0].passage.report, tuple(cited))))
        found.sort(key=lambda each: -each[0])
        told = {row.report.id for _, row in found}
        others = sorted(
            (each for each in self._reports() if each.id not in told), key=lambda each: each.title.casefold()
        )
        return [row for _, row in found] + [Row(each) for each in others]

    def define(self, subject: str) -> list[Row]:
        """How the reports define `subject`: one row for each that says what it is, the surest first."""
        rows = self.compare(f"What is {subject.strip(' ?')}?")
        return [row for row in rows if any(compare.defines(each.quote, subject.strip(" ?")) for each in row.citations)]

    def _understood(self, question: str, history: Sequence[Turn]) -> tuple[Understanding, str]:
        """The question as it is to be understood, and why the language model could not help with that, if so."""
        plain = understand(question, history)
        if not self._writer or not history or plain.question == question.strip():
            return plain, ""
        try:
            return replace(plain, question=self._writer.standalone(question, history)), ""
        except WritingError as error:
            return plain, _without_model(error)

    def read(self, asked: Understanding, filter: Mapping[str, Any] | None = None) -> Reading:
        """Find the passages for a question, and rank their sentences."""
        return self._read(asked, self.search(asked.question, PASSAGES, filter))

    def _read(self, asked: Understanding, hits: list[Hit]) -> Reading:
        sentences = rank_sentences(asked, hits, self._weights(asked.focus), self.store.nearness)
        found = signals(asked.question, hits, sentences, self._weights(asked.question), self.store.embeddings)
        return Reading(asked, hits, sentences, found)

    def _quoted(self, answer: Answer, reading: Reading) -> Iterator[Answer]:
        """The answer in quotations, with one statement more each time, each with its citations."""
        answer = replace(answer, answered=True, text="", speaking=speaking(reading.sentences))
        for statement in choose(reading.sentences, reading.asked.said):
            cited = self._cited(statement, len(answer.citations) + 1)
            words = " ".join(f"{citation.quote} [{citation.number}]" for citation in cited)
            mark = "- " if statement.listed else ""
            gap = "" if not answer.text else "\n" if statement.listed else "\n\n"
            answer = replace(answer, text=f"{answer.text}{gap}{mark}{words}", citations=(*answer.citations, *cited))
            yield answer

    def _prose(self, writer: Writer, refusal: Answer, reading: Reading) -> Iterator[Answer]:
        """The answer in prose as it is written; in quotations where that fails or none of it is borne out."""
        prose, answer = Prose(), refusal
        written = replace(refusal, speaking=speaking(reading.sentences))
        try:
            for prose in writer.write(reading.asked.question, reading.hits):
                if prose.statements:
                    answer = self._with_prose(written, prose, writer.name)
                    yield answer
        except WritingError as error:
            yield from self._quoted(replace(refusal, nearest=(), notice=_without_model(error)), reading)
            return
        if prose.statements:
            yield replace(answer, notice=_left_out(prose.left_out))
        elif prose.refused:
            yield refusal
        else:
            why = "The reports bear out nothing of what the language model wrote, so this is what they say themselves."
            yield from self._quoted(replace(refusal, nearest=(), notice=why), reading)

    def _with_prose(self, answer: Answer, prose: Prose, model: str) -> Answer:
        """`answer` with what stands of the prose; what bears out several sentences has one number."""
        text, line = "", -1
        citations: list[Citation] = []
        numbers: dict[tuple[str, int], list[int]] = {}
        for statement in prose.statements:
            for sentence in statement.support:
                place = (sentence.passage.id, sentence.start)
                if place not in numbers:
                    cited = self._cited(sentence, len(citations) + 1)
                    numbers[place] = [citation.number for citation in cited]
                    citations += cited
            written = statement.written
            used = dict.fromkeys(n for each in statement.support for n in numbers[each.passage.id, each.start])
            mark = "- " if written.listed and written.line != line else ""
            gap = "" if not text else " " if written.line == line else "\n" if written.listed else "\n\n"
            text += f"{gap}{mark}{written.text} {''.join(f'[{number}]' for number in used)}"
            line = written.line
        return replace(answer, answered=True, text=text, citations=tuple(citations), nearest=(), written_by=model)

    def _cited(self, statement: Sentence, first: int) -> list[Citation]:
        """The citations of a statement, numbered from `first`, with the other places where it stands."""
        return [replace(each, also=self._also(statement)) for each in _citations(statement, first)]

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
        return weights(self.store.frequencies(text), self.store.count())


def _without_model(error: WritingError) -> str:
    return f"{error} So this is the answer without it."


def _left_out(count: int) -> str:
    """How many sentences of a language model are not shown, or nothing."""
    if not count:
        return ""
    if count == 1:
        return "One sentence of the language model was left out: the reports do not bear it out."
    return f"{count} sentences of the language model were left out: the reports do not bear them out."


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
