"""Documents on their way into the store: embedded some hundred at a time, with what is kept of their words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings

from vector_store.catalogue import Database, context_of
from vector_store.embedding import TokenEmbeddings
from vector_store.ranking import TokenStore, pack_all
from vector_store.types import Vectors

EMBED_AT_ONCE = 256

Progress = Callable[[int], None]
"""Is told how many documents are embedded so far."""

Embedded = Mapping[tuple[str, str], tuple[bytes, bytes]]
"""By context and content of documents, their vectors and those of their words, b"" where the model tells none."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """What another process needs to embed documents as a library does.

    `dimension` is how many numbers a vector has, `basis` the directions that vectors of words are kept in; None where
    the model tells none.
    """

    dimension: int
    basis: Vectors | None


def encode(
    documents: Sequence[Document], model: Embeddings, encoding: Encoding, progress: Progress | None = None
) -> tuple[Vectors, list[bytes]]:
    """The vectors of `documents`, shape (n, dimension), and of their words, nothing where the model tells none.

    The shortest go first, so that little is padded.
    """
    texts = [_embedded_text(document) for document in documents]
    order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
    vectors = np.zeros((len(texts), encoding.dimension), dtype=np.float32)
    words = [] if encoding.basis is None else [b""] * len(texts)
    packed: list[tuple[list[int], Future[list[bytes]]]] = []
    with ThreadPoolExecutor(1, "packing") as beside:  # the words of one batch, while the model has the next
        for start in range(0, len(order), EMBED_AT_ONCE):
            batch = order[start : start + EMBED_AT_ONCE]
            chosen = [texts[number] for number in batch]
            if encoding.basis is not None and isinstance(model, TokenEmbeddings):
                offsets = [len(texts[number]) - len(documents[number].page_content) for number in batch]
                vectors[batch], tokens = model.embed_documents_with_tokens(chosen)
                packed.append((batch, beside.submit(pack_all, tokens, chosen, offsets, encoding.basis)))
            else:
                vectors[batch] = model.embed_documents(chosen)
            if progress:
                progress(start + len(batch))
    for batch, made in packed:
        for number, each in zip(batch, made.result(), strict=True):
            words[number] = each
    return vectors, words


def embedded(documents: Sequence[Document], model: Embeddings, encoding: Encoding) -> Embedded:
    """As `encode`, in the form in which it is handed to a store."""
    vectors, words = encode(documents, model, encoding)
    return {
        (context_of(document), document.page_content): (vector.tobytes(), told)
        for document, vector, told in zip(documents, vectors, words or [b""] * len(documents), strict=True)
    }


class DocumentEncoder:
    """Embeds documents of `database` by `model`. `tokens` keeps the vectors of their words, if it tells any."""

    def __init__(self, database: Database, model: Embeddings, tokens: TokenStore | None) -> None:
        self._database, self._model, self._tokens = database, model, tokens

    @cached_property
    def dimension(self) -> int:
        """How many numbers the vectors of the library have."""
        known = self._database.manifest("dimension")
        if known is None:
            known = str(len(self._model.embed_query("dimension")))
            self._database.set_manifest("dimension", known)
        return int(known)

    @property
    def encoding(self) -> Encoding:
        """How the library's documents are embedded."""
        return Encoding(self.dimension, self._tokens.basis if self._tokens else None)

    def encode(self, documents: Sequence[Document], progress: Progress | None = None) -> tuple[Vectors, list[bytes]]:
        """As the function of this name, for this library."""
        return encode(documents, self._model, self.encoding, progress)

    def encode_new(
        self, documents: Sequence[Document], sources: Collection[str], elsewhere: Embedded, progress: Progress | None
    ) -> tuple[Vectors, list[bytes]]:
        """As `encode`; what `sources` hold, or was embedded `elsewhere`, with the same context and content is taken
        from there.
        """
        held = {**elsewhere, **self._database.embedded(sources, with_words=self._tokens is not None)}
        kept = [held.get((context_of(document), document.page_content)) for document in documents]
        new = [number for number, each in enumerate(kept) if each is None]
        had = len(documents) - len(new)
        told = progress and (lambda done: progress(had + done))
        if progress and had:
            progress(had)
        made, made_words = self.encode([documents[number] for number in new], told)
        vectors = np.zeros((len(documents), self.dimension), dtype=np.float32)
        words = [each[1] if each else b"" for each in kept] if self._tokens else []
        for number, each in enumerate(kept):
            if each:
                vectors[number] = np.frombuffer(each[0], np.float32)
        vectors[new] = made
        for number, each_made in zip(new, made_words, strict=False):  # none where the model tells no words
            words[number] = each_made
        return vectors, words


def _embedded_text(document: Document) -> str:
    context = context_of(document)
    return f"{context}\n{document.page_content}" if context else document.page_content
