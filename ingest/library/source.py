"""A report on its way into the store, and what is needed of a store."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Protocol

from ingest.readers import within

if TYPE_CHECKING:
    from langchain_core.documents import Document

Embedded = Mapping[tuple[str, str], tuple[bytes, bytes]]
"""By context and content of documents, their vectors and those of their words."""

UPLOAD = "upload:"
"""What the places of files begin with that came through the page; their names follow."""


def parts_of(place: str) -> tuple[str, str]:
    """What the places of the lines of a .jsonl file at `place` begin with, and those of the files in a portfolio."""
    return f"{place}#", within(place, "")


@dataclass(frozen=True, slots=True)
class Source:
    """A report as the store keeps it: what is listed of it, its whole text, and its passages as documents.

    Without a `place` it stays at the places that it has. `embedded` is what has been embedded of its documents already.
    """

    id: str
    place: str
    summary: Mapping[str, Any]
    body: str
    documents: tuple[Document, ...] = ()
    embedded: Embedded = field(default_factory=dict)


class Store(Protocol):
    """What the library needs of a store; `vector_store.FaissStore` is one."""

    @property
    def version(self) -> str: ...
    def lock(self, name: str, wait: bool = True) -> AbstractContextManager[None]: ...
    def put_sources(
        self, sources: Sequence[Source], progress: Callable[[int], None] | None = None, embedded: Embedded = ...
    ) -> None: ...
    def put_summary(self, id: str, summary: Mapping[str, Any], metadata: Mapping[str, Any]) -> None: ...
    def source_at(self, place: str) -> str | None: ...
    def places(self) -> list[tuple[str, str]]: ...
    def places_below(self, prefix: str) -> list[str]: ...
    def put_place(self, place: str, source: str) -> bool: ...
    def remove_place(self, place: str) -> None: ...
    def remove_source(self, id: str) -> bool: ...
    def sources(self, where: Mapping[str, str] | None = None) -> list[tuple[str, Mapping[str, Any]]]: ...
    def source(self, id: str) -> tuple[Mapping[str, Any], str] | None: ...
    def counts(self) -> Mapping[str, int]: ...
    def reach(self) -> None: ...
    def check(self) -> list[str]: ...
    def shares(self, text: str) -> Mapping[str, float]: ...
    def note(self, name: str) -> str | None: ...
    def put_note(self, name: str, text: str) -> None: ...
    def flush(self) -> None: ...


def place_name(place: str) -> str:
    """What a place is called in a list: an address, or the name of a file; "" for a place on the reading list."""
    if place.startswith("reading-list:"):
        return ""
    return place if "://" in place else PurePosixPath(place.removeprefix(UPLOAD)).name
