"""What the page needs of the parts that do the work, and how it tells that one of them failed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import gradio as gr
from langchain_core.embeddings import Embeddings

from ingest import Details, Listing, Outcome, Passage, Progress, Removed, Report
from ingest.reading_list import Downloads, ReadingList
from rag import Answer, Citation, Hit, Row
from rag.assistant import Reading
from rag.follow_up import Understanding


class Assistant(Protocol):
    """Answers questions; `rag.Assistant` is one."""

    @property
    def embeddings(self) -> Embeddings: ...
    def ask(
        self, question: str, history: Sequence[tuple[str, str]] = (), among: Collection[str] | None = None
    ) -> Answer: ...
    def stream(
        self, question: str, history: Sequence[tuple[str, str]] = (), among: Collection[str] | None = None
    ) -> Iterator[Answer]: ...
    def search(self, query: str, k: int = 10, among: Collection[str] | None = None) -> list[Hit]: ...
    def cite(self, passage_id: str, quote: str) -> list[Citation]: ...
    def like(self, passage_id: str, k: int = 10) -> list[Hit]: ...
    def telling(self, text: str) -> set[str]: ...
    def passage(self, id: str) -> Passage | None: ...
    def read(self, asked: Understanding, among: Collection[str] | None = None) -> Reading: ...
    def compare(self, question: str, among: Collection[str] | None = None) -> list[Row]: ...


class Library(Protocol):
    """Keeps the reports; `ingest.Library` is one."""

    def reports(self) -> list[Listing]: ...
    def add(
        self,
        targets: Sequence[str | Path],
        progress: Callable[[Progress], None] | None = None,
        uploads: bool = False,
    ) -> Iterator[Outcome]: ...
    def remove(self, id: str, /) -> Removed | None: ...
    def put_back(self, removed: Removed, /) -> None: ...
    def report(self, id: str, /) -> Report: ...
    def details(self, id: str, /) -> Details: ...
    def all_details(self) -> list[Details]: ...
    @property
    def version(self) -> str: ...
    @property
    def folder(self) -> Path: ...
    def original(self, id: str, /) -> Path: ...


class Parts(Protocol):
    """The parts behind the page; `app.Parts` is one."""

    @property
    def assistant(self) -> Assistant: ...
    @property
    def library(self) -> Library: ...
    @property
    def reading_list(self) -> ReadingList: ...
    @property
    def downloads(self) -> Downloads: ...


@contextmanager
def plainly(sentence: str) -> Iterator[None]:
    """Tell a failure in a sentence on the page. What it was in detail goes to the log, not to the reader."""
    try:
        yield
    except Exception as error:
        raise gr.Error(f"{sentence} The details are in the window where the assistant was started.") from error
