"""Comparisons as the page asks for them: remembered, for sorting, saving and adding to one ask nothing anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from page.protocols import Parts
from page.report_filter import Limits
from rag.comparison.comparison import Comparison, compare

# Columns that a screen has room for.
FURTHER = 3
REMEMBERED = 16
# A comparison by its question, the further ones, and within limits.
Comparing = Callable[[str, tuple[str, ...], Limits], Comparison]


def comparing(parts: Parts) -> Comparing:
    """What puts questions to the reports of a library, and remembers the last ones while the library stays as it is."""

    @lru_cache(maxsize=REMEMBERED)
    def compared(version: str, question: str, further: tuple[str, ...], among: tuple[str, ...] | None) -> Comparison:
        return compare(parts.assistant, parts.library, question, among, further)

    def asked(question: str, further: tuple[str, ...], limits: Limits) -> Comparison:
        parts.reading_list.fill()
        among = limits.among(parts.library)
        return compared(parts.library.version, question, further, None if among is None else tuple(among))

    return asked


def further_questions(typed: Sequence[str]) -> tuple[str, ...]:
    """The further questions that make columns, each once."""
    return tuple(dict.fromkeys(each.strip()[:2000] for each in typed if each.strip()))[:FURTHER]
