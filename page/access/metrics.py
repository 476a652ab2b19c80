"""Figures for whoever looks after the page: what was asked how often and how long it took, never what was asked."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from ingest.library.renewal import Renewal
from ingest.reading_list import Downloads, ReadingList
from page.protocols import Assistant, Library, Parts
from rag import Answer, Hit, Row
from rag.writing import Writer

_SECONDS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60)

_log = logging.getLogger(__name__)


class Metrics:
    """Counters and histograms of one page, in the form that Prometheus reads."""

    def __init__(self, library: Library) -> None:
        self._registry = registry = CollectorRegistry()
        self._library = library
        self.answers = Counter("coproduction_answers", "Questions that the reports answered.", registry=registry)
        self.refusals = Counter("coproduction_refusals", "Questions that they did not.", registry=registry)
        self.searches = Counter("coproduction_searches", "Searches for passages.", registry=registry)
        self.failures = Counter("coproduction_failures", "What ended in a failure.", ["what"], registry=registry)
        self.requests = Counter("coproduction_requests", "Requests, by their status.", ["status"], registry=registry)
        self.seconds = Histogram(
            "coproduction_seconds", "How long it took.", ["what"], buckets=_SECONDS, registry=registry
        )
        self._reports = Gauge("coproduction_reports", "Reports in the library.", registry=registry)
        self._passages = Gauge("coproduction_passages", "Passages in the library.", registry=registry)

    def text(self) -> bytes:
        """All figures as they are now."""
        listings = self._library.reports()
        self._reports.set(len(listings))
        self._passages.set(sum(each.passages for each in listings))
        return generate_latest(self._registry)

    @contextmanager
    def timed(self, what: str) -> Iterator[None]:
        """Measure what happens inside, and count it where it fails."""
        began = time.monotonic()
        try:
            yield
        except Exception:
            self.failures.labels(what).inc()
            raise
        self.seconds.labels(what).observe(time.monotonic() - began)


class Measured:
    """An assistant that is measured; what is not measured goes to the assistant as it is."""

    def __init__(self, assistant: Assistant, metrics: Metrics, log_questions: bool) -> None:
        self._assistant, self._metrics, self._log_questions = assistant, metrics, log_questions

    def __getattr__(self, name: str) -> Any:
        return getattr(self._assistant, name)

    def with_writer(self, writer: Writer | None) -> Measured:
        """As the assistant's, measured too."""
        return Measured(self._assistant.with_writer(writer), self._metrics, self._log_questions)

    def ask(
        self, question: str, history: Sequence[tuple[str, str]] = (), among: Collection[str] | None = None
    ) -> Answer:
        """As the assistant's."""
        *_, answer = self.stream(question, history, among)
        return answer

    def stream(
        self, question: str, history: Sequence[tuple[str, str]] = (), among: Collection[str] | None = None
    ) -> Iterator[Answer]:
        """As the assistant's."""
        self._write_down(question)
        answer = None
        with self._metrics.timed("answer"):
            for answer in self._assistant.stream(question, history, among):
                yield answer
        if answer:
            (self._metrics.answers if answer.answered else self._metrics.refusals).inc()

    def search(
        self, query: str, k: int = 10, among: Collection[str] | None = None, *, quick: bool = False
    ) -> list[Hit]:
        """As the assistant's."""
        self._write_down(query)
        with self._metrics.timed("search"):
            self._metrics.searches.inc()
            return self._assistant.search(query, k, among, quick=quick)

    def compare(self, question: str, among: Collection[str] | None = None) -> list[Row]:
        """As the assistant's."""
        self._write_down(question)
        with self._metrics.timed("comparison"):
            return self._assistant.compare(question, among)

    def _write_down(self, question: str) -> None:
        if self._log_questions:
            _log.info("question", extra={"question": question})


@dataclass(frozen=True, slots=True)
class MeasuredParts:
    """The parts behind the page, of which the assistant is measured."""

    assistant: Assistant
    library: Library
    reading_list: ReadingList
    downloads: Downloads
    renewal: Renewal


def measured(parts: Parts, metrics: Metrics, log_questions: bool) -> Parts:
    """The same parts, measured."""
    assistant = cast(Assistant, Measured(parts.assistant, metrics, log_questions))
    return MeasuredParts(assistant, parts.library, parts.reading_list, parts.downloads, parts.renewal)
