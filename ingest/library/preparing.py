"""A report made ready to be stored: what takes long and asks nothing of the library, so that others can do it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from langchain_core.documents import Document

from ingest.library.near_duplicates import signature
from ingest.library.source import Embedded
from ingest.report import ReadResult, Report
from ingest.split import CountTokens, split_report

TARGET = 160
"""The word pieces that passages aim at; benchmarks/LOG.md says how it was chosen."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """The passages of a report as documents, its signature ("" where none was wanted), and what is embedded of it."""

    documents: tuple[Document, ...]
    signature: str
    embedded: Embedded = field(default_factory=dict)


class Workers(Protocol):
    """Others that read files and make reports ready in the place of this process."""

    def read(self, data: bytes, file: str, suffix: str, address: str, /) -> Iterable[ReadResult]:
        """What a file holds, see `sandbox.Read`."""
        ...

    def prepare(self, report: Report, signed: bool, /) -> Prepared:
        """As `Preparer.prepare`, embedded as well. Raises `ReportError`."""
        ...

    def at_once(self) -> int:
        """How many files they are given, of which the first has not been stored yet."""
        ...


class Preparer:
    """Makes reports ready here. `limit` is the number of word pieces that the embedding model reads of a passage,
    `target` the length that passages aim at.
    """

    def __init__(self, count_tokens: CountTokens, limit: int, target: int = TARGET) -> None:
        self._count_tokens, self._limit, self._target = count_tokens, limit, target

    def documents(self, report: Report) -> tuple[Document, ...]:
        """The passages of a report, as documents."""
        passages = split_report(report, self._count_tokens, self._limit, self._target)
        return tuple(passage.to_document() for passage in passages if passage.text.strip())

    def prepare(self, report: Report, signed: bool) -> Prepared:
        """All that takes long; near copies of what is `signed` are found. It is embedded when it is stored."""
        return Prepared(self.documents(report), signature(report.text) if signed else "")
