"""Comparisons as the page asks for them: remembered, for sorting, saving and adding to one ask nothing anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from rag.comparison import Comparison
from service import ReportFilter, Service

# Columns that a screen has room for.
FURTHER = 3
REMEMBERED = 16
# A comparison by its question, the further ones, and within limits.
Comparing = Callable[[str, tuple[str, ...], ReportFilter], Comparison]


def comparing(service: Service) -> Comparing:
    """What puts questions to the reports of a library, and remembers the last ones while the library stays as it is."""

    @lru_cache(maxsize=REMEMBERED)
    def compared(
        version: str, question: str, further: tuple[str, ...], limits: ReportFilter, admitted: tuple[str, ...] | None
    ) -> Comparison:
        return service.compare(question, limits, further)

    def asked(question: str, further: tuple[str, ...], limits: ReportFilter) -> Comparison:
        admitted = service.admitted(limits)
        told = None if admitted is None else tuple(admitted)
        return compared(service.library.version, question, further, limits, told)

    return asked


def further_questions(typed: Sequence[str]) -> tuple[str, ...]:
    """The further questions that make columns, each once."""
    return tuple(dict.fromkeys(each.strip()[:2000] for each in typed if each.strip()))[:FURTHER]
