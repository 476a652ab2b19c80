"""The word pieces of a text with their vectors, and the models that tell them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from vector_store.types import Vectors

Spans = NDArray[np.int32]
"""Where words stand in a text, shape (n, 2): the first character and the one after the last."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The word pieces of one text: where each stands in it, shape (n, 2), and its vector, shape (n, dimension)."""

    spans: Spans
    vectors: Vectors


@runtime_checkable
class TokenEmbeddings(Protocol):
    """An embedding model that also tells the vectors of word pieces in their text."""

    def embed_documents_with_tokens(self, texts: list[str]) -> tuple[Vectors, list[Tokens]]: ...
    def embed_query_with_tokens(self, text: str) -> tuple[Vectors, Tokens]: ...
    def vocabulary(self) -> list[str]: ...
