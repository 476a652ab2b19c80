"""Figures for whoever looks after the page: what was asked how often and how long it took, never what was asked."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from ingest.library import Library
from rag import Answer

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


class Measuring:
    """Watches what is asked: counts it, times it, and writes it down only with `log_questions`."""

    def __init__(self, metrics: Metrics, log_questions: bool) -> None:
        self._metrics, self._log_questions = metrics, log_questions

    def asked(self, what: str, question: str, /) -> AbstractContextManager[None]:
        """Stand around the work on `question`; see `service.Watch`."""
        if self._log_questions:
            _log.info("question", extra={"question": question})
        if what == "search":
            self._metrics.searches.inc()
        return self._metrics.timed(what)

    def answered(self, answer: Answer, /) -> None:
        """Count an answer, or a refusal."""
        (self._metrics.answers if answer.answered else self._metrics.refusals).inc()
