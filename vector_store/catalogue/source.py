"""What is stored: documents, and the sources with which they come and go, as those of one report do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from langchain_core.documents import Document

from vector_store.catalogue.database import Row


class Source(Protocol):
    """Where documents come from, and go with. `summary` is small and listed often, `body` is the whole text.

    A `place` (a path, an address) holds one source at a time; two places may hold the same one. A source that is
    stored already may come without a place: then it stays where it is.
    """

    @property
    def id(self) -> str: ...
    @property
    def place(self) -> str: ...
    @property
    def summary(self) -> Mapping[str, Any]: ...
    @property
    def body(self) -> str: ...
    @property
    def documents(self) -> Sequence[Document]: ...


def context_of(document: Document) -> str:
    """What a document stands below, which is embedded and searched with it."""
    return str(document.metadata.get("context", ""))


def document_of(row: Row) -> Document:
    """A document as it was stored."""
    return Document(id=row.id, page_content=row.content, metadata=row.metadata)
