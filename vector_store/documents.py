"""Documents on their way into the store: embedded some hundred at a time, with what is kept of their words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property

import numpy as np
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings

from vector_store.catalogue import Database, context_of
from vector_store.ranking import TokenStore
from vector_store.types import Vectors

EMBED_AT_ONCE = 256

Progress = Callable[[int], None]
"""Is told how many documents are embedded so far."""


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

    def encode(self, documents: Sequence[Document], progress: Progress | None = None) -> tuple[Vectors, list[bytes]]:
        """The vectors of `documents`, shape (n, dimension), and of their words, nothing where the model tells none.

        The shortest go first, so that little is padded.
        """
        texts = [_embedded_text(document) for document in documents]
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        words = [b""] * len(texts) if self._tokens else []
        packed: list[tuple[list[int], Future[list[bytes]]]] = []
        with ThreadPoolExecutor(1, "packing") as beside:  # the words of one batch, while the model has the next
            for start in range(0, len(order), EMBED_AT_ONCE):
                batch = order[start : start + EMBED_AT_ONCE]
                chosen = [texts[number] for number in batch]
                if self._tokens:
                    offsets = [len(texts[number]) - len(documents[number].page_content) for number in batch]
                    vectors[batch], tokens = self._tokens.embed(chosen)
                    packed.append((batch, beside.submit(self._tokens.pack, tokens, chosen, offsets)))
                else:
                    vectors[batch] = self._model.embed_documents(chosen)
                if progress:
                    progress(start + len(batch))
        for batch, made in packed:
            for number, each in zip(batch, made.result(), strict=True):
                words[number] = each
        return vectors, words

    def encode_new(
        self, documents: Sequence[Document], sources: Collection[str], progress: Progress | None
    ) -> tuple[Vectors, list[bytes]]:
        """As `encode`; what `sources` hold with the same context and content is taken from there."""
        held = self._database.embedded(sources, with_words=self._tokens is not None)
        kept = [held.get((context_of(document), document.page_content)) for document in documents]
        new = [number for number, each in enumerate(kept) if each is None]
        had = len(documents) - len(new)
        told = progress and (lambda done: progress(had + done))
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
