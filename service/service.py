"""All that one asks of the assistant, by whichever door: the command, the page, the HTTP API and MCP call this."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Any, Protocol

from common import CoproductionError
from ingest.library import Library, Renewal
from ingest.reading_list import Downloads, ReadingList
from rag import Answer, Assistant, Hit, Row
from rag.comparison import Comparison, comparison
from rag.generation import Generator
from rag.genre import with_genres
from rag.question import Turn
from service.report_filter import EVERY_REPORT, ReportFilter
from vector_store import SentenceEmbedder


class NotThereError(CoproductionError):
    """There is no such report or page. The message is a sentence."""


class Watch(Protocol):
    """Whoever looks after the assistant and counts what is asked of it, and how long that takes."""

    def asked(self, what: str, question: str, /) -> AbstractContextManager[None]:
        """Stand around the work on `question`; `what` is "answer", "search" or "comparison"."""
        ...

    def answered(self, answer: Answer, /) -> None:
        """Told of each answer that is whole."""
        ...


class Unwatched:
    """Nobody looks."""

    def asked(self, what: str, question: str, /) -> AbstractContextManager[None]:
        """Nothing is counted."""
        return nullcontext()

    def answered(self, answer: Answer, /) -> None:
        """Nothing is counted."""


UNWATCHED = Unwatched()


@dataclass(frozen=True, slots=True)
class Service:
    """The assistant put together: what answers, what keeps the reports, and the models, not yet loaded.

    Questions are put to the reports that a `ReportFilter` admits, of a library that has been given its briefs.
    `database` is the address of the server that holds what readers keep; "" where the library's folder does. `chosen`
    gives what writes the answers, where that can be chosen while the program runs.
    """

    assistant: Assistant
    library: Library
    reading_list: ReadingList
    downloads: Downloads
    renewal: Renewal
    embedder: SentenceEmbedder
    watch: Watch = UNWATCHED
    database: str = ""
    chosen: Callable[[], Generator | None] | None = None

    def with_generator(self, writer: Generator | None) -> Service:
        """The same with another writer, or none, for a single question."""
        return replace(self, assistant=self.assistant.with_generator(writer), chosen=None)

    def ask(self, question: str, history: Sequence[Turn] = (), among: ReportFilter = EVERY_REPORT) -> Answer:
        """The whole answer; see `stream`."""
        *_before, answer = self.stream(question, history, among)
        return answer

    def stream(
        self, question: str, history: Sequence[Turn] = (), among: ReportFilter = EVERY_REPORT
    ) -> Iterator[Answer]:
        """Answer `question` after `history`, yielding the answer as it grows; see `rag.Assistant.stream`."""
        answer = None
        assistant = self.assistant.with_generator(self.chosen()) if self.chosen else self.assistant
        with self.watch.asked("answer", question):
            for answer in assistant.stream(question, history, self.admitted(among)):
                yield answer
        if answer:
            self.watch.answered(answer)

    def search(self, query: str, k: int = 10, among: ReportFilter = EVERY_REPORT, *, quick: bool = False) -> list[Hit]:
        """The `k` best passages for `query`, best first; `quick` as a search at every key is."""
        with self.watch.asked("search", query):
            return self.assistant.search(query, k, self.admitted(among), quick=quick)

    def compare(self, question: str, among: ReportFilter = EVERY_REPORT, further: Sequence[str] = ()) -> Comparison:
        """What each report says to `question`, and to `further` ones where it says something to that."""
        with self.watch.asked("comparison", question):
            compared = comparison.compare(self.assistant, self.library, question, self.admitted(among), further)
        searched = self.assistant.understood(question).question
        return replace(compared, searched_for="" if searched.casefold() == question.strip().casefold() else searched)

    def define(self, term: str) -> list[Row]:
        """How the reports define `term`, a row for each that does."""
        with self.watch.asked("comparison", term):
            self.reading_list.fill()
            return self.assistant.define(term)

    def reports(self) -> list[dict[str, Any]]:
        """Every report with its kind, in the shape of `coproduction library --json`."""
        self.reading_list.fill()
        return with_genres(self.library, self.library.reports())

    def page(self, report: str, number: int | None = None) -> dict[str, Any]:
        """The text of one page of a report, named by its id or its file; the whole text where it has no pages.

        Raises `NotThereError`.
        """
        known = [each for listing in self.library.reports() for each in (listing.details, *listing.copies)]
        named = [each.id for each in known if report in (each.id, each.file)]
        if len(named) != 1:
            many = f"{len(named)} reports have the file name {report}: name one by its id"
            raise NotThereError(f"{many if named else 'No such report'}. The list of reports gives their ids.")
        found = self.library.report(named[0])
        details = found.details
        fields = {"id": details.id, "report": details.title, "publisher": details.publisher, "year": details.year}
        if not found.pages:
            return fields | {"page": None, "label": None, "text": found.text}
        wanted = next((each for each in found.pages if each.number == (number or 1)), None)
        if not wanted:
            raise NotThereError(
                f"{details.title} ends with page {found.pages[-1].number}; there is no page {number or 1}."
            )
        text = found.text[wanted.start : wanted.end].strip()
        return fields | {"page": wanted.number, "label": wanted.label or None, "text": text, "problem": wanted.problem}

    def admitted(self, among: ReportFilter) -> list[str] | None:
        """The ids of the reports that are asked, of a library that has its briefs; None for all."""
        self.reading_list.fill()
        return among.among(self.library)
