"""A question as the searches ask it; all that they want of it is made once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from langchain_core.embeddings import Embeddings

from vector_store.embedding import TokenEmbeddings, Tokens
from vector_store.ranking.frequencies import Frequencies
from vector_store.ranking.words import content_words
from vector_store.types import Vectors

_NO_TOKENS = Tokens(np.zeros((0, 2), np.int32), np.zeros((0, 0), np.float32))


@dataclass(frozen=True, slots=True)
class Query:
    """A question: its vector and its word pieces (none where the model tells none), and its content words.

    `counts` are the documents that hold each of these in any form, `idf` is how much each tells.
    """

    text: str
    vector: Vectors
    tokens: Tokens
    counts: Mapping[str, int]
    idf: Mapping[str, float]


def read_query(text: str, model: Embeddings, frequencies: Frequencies) -> Query:
    """The question `text`, made ready for the documents whose words are counted in `frequencies`."""
    counts = frequencies.of(content_words(text))
    return Query(text, *embed_query(text, model), counts, frequencies.idf(counts))


def embed_query(text: str, model: Embeddings) -> tuple[Vectors, Tokens]:
    """The vector of a question, and its word pieces where the model tells them."""
    if isinstance(model, TokenEmbeddings):
        return model.embed_query_with_tokens(text)
    return np.array(model.embed_query(text), dtype=np.float32), _NO_TOKENS
