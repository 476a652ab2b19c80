"""A LangChain vector store over SQLite and FAISS, or servers: documents found by meaning, by words, and by filter."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import VectorStore

from vector_store.catalogue import (
    Catalogue,
    Source,
    StoreError,
    disagreements,
    document_of,
    faults,
    put_documents,
    put_sources,
    remove_documents,
)
from vector_store.documents import DocumentEncoder, Embedded, Encoding, Progress
from vector_store.embedding import TokenEmbeddings
from vector_store.index import SyncedIndex, open_index
from vector_store.ranking import (
    Abbreviations,
    Features,
    Frequencies,
    HybridSearch,
    Spelling,
    TokenStore,
    content_words,
)
from vector_store.types import Filter, Span

ALONE = (
    "A library on a database server (COPRODUCTION_DATABASE) is searched by an index on a server too: set "
    "COPRODUCTION_INDEX to the address of a Milvus server, or leave COPRODUCTION_DATABASE empty."
)


class FaissStore(Catalogue, VectorStore):
    """Documents in `folder`: `library.db` is the truth and `vectors.faiss` is made from it whenever it is not at hand.

    `index` is the address of a Milvus server that holds the index in the place of that file; with it `server` may be
    that of a PostgreSQL server that holds all else. What needs one that does not answer raises `IndexServerError` or
    `DatabaseServerError`. `model` names what made the vectors; a folder built with another model is refused with
    `StoreError`. Scores are cosines, higher is nearer. Safe to share by threads, and by processes of which each sees
    the others' changes.
    """

    def __init__(
        self, folder: str | Path, embedding: Embeddings, model: str = "", index: str = "", server: str = ""
    ) -> None:
        if server and not index:
            raise StoreError(ALONE)
        super().__init__(Path(folder), model, server)
        self._embedding, database = embedding, self._database
        tokens = TokenStore(database, embedding) if isinstance(embedding, TokenEmbeddings) else None
        known = embedding.vocabulary if isinstance(embedding, TokenEmbeddings) else tuple[str, ...]
        self._encoder = DocumentEncoder(database, embedding, tokens)
        opened = open_index(database, Path(folder) / "vectors.faiss", lambda: self._encoder.dimension, index)
        self._index = SyncedIndex(opened, database)
        self._frequencies = Frequencies(database)
        self._search = HybridSearch(database, self._index, embedding, self._frequencies, tokens)
        self._spelling = Spelling(database, self._frequencies, known)
        self._abbreviations = Abbreviations(database, known)
        self._temporary: tempfile.TemporaryDirectory[str] | None = None

    # The contract of LangChain's VectorStore.

    @property
    def embeddings(self) -> Embeddings:
        return self._embedding

    @classmethod
    def from_texts(
        cls,
        texts: list[str],
        embedding: Embeddings,
        metadatas: list[dict[str, Any]] | None = None,
        *,
        ids: list[str] | None = None,
        folder: str | Path | None = None,
        model: str = "",
        **kwargs: Any,
    ) -> FaissStore:
        """A store that holds `texts`; without a `folder`, in a temporary one that goes with the store."""
        temporary = tempfile.TemporaryDirectory() if folder is None else None
        store = cls(temporary.name if temporary else str(folder), embedding, model)
        store._temporary = temporary
        store.add_texts(texts, metadatas, ids=ids)
        return store

    def add_documents(self, documents: list[Document], ids: list[str] | None = None, **kwargs: Any) -> list[str]:
        """Store `documents` under their ids (made up where they have none), over those with the same ids."""
        given = ids if ids is not None else [document.id for document in documents]
        if len(given) != len(documents):
            raise ValueError(f"{len(documents)} documents came with {len(given)} ids.")
        names = [id or uuid.uuid4().hex for id in given]
        # The last of several documents with one id is the one that stays.
        last = {name: document for name, document in zip(names, documents, strict=True)}
        put_documents(self._database, last, *self._encoder.encode(list(last.values())))
        return names

    def delete(self, ids: list[str] | None = None, **kwargs: Any) -> bool | None:
        """Remove the documents with these ids; all of them where `ids` is None."""
        remove_documents(self._database, ids)
        return True

    def get_by_ids(self, ids: Sequence[str], /) -> list[Document]:
        """The documents with these ids, in their order; unknown ids are left out."""
        found = self._database.documents("id", ids)
        return [document_of(found[id]) for id in ids if id in found]

    def similarity_search(
        self, query: str, k: int = 4, filter: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> list[Document]:
        """The `k` documents nearest to `query` in meaning, nearest first. For `filter` see `Filter`."""
        return [document for document, _ in self.similarity_search_with_score(query, k, filter)]

    def similarity_search_with_score(
        self, query: str, k: int = 4, filter: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> list[tuple[Document, float]]:
        """As `similarity_search`, with the cosine of each."""
        return self._documents(self._search.nearest(query, k, Filter(filter or {})))

    def similarity_search_by_vector(
        self, embedding: list[float], k: int = 4, filter: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> list[Document]:
        """The `k` documents nearest to a vector."""
        hits = self._search.nearest(np.array(embedding, dtype=np.float32), k, Filter(filter or {}))
        return [document for document, _ in self._documents(hits)]

    def _select_relevance_score_fn(self) -> Callable[[float], float]:
        return lambda cosine: min(1.0, max(0.0, cosine))

    # Search by meaning and words together.

    def search_hybrid(
        self,
        query: str,
        k: int = 10,
        filter: Mapping[str, Any] | None = None,
        sources: Collection[str] | None = None,
    ) -> list[tuple[Document, float]]:
        """The `k` documents that answer best by meaning and words together, see `HybridSearch`; scores run up to 1.

        `filter` is on the metadata, see `Filter`; `sources` are the ids of those that are searched.
        """
        return self._documents(self._search.search(query, k, Filter(filter or {}, sources)))

    def candidates(self, query: str) -> tuple[list[Document], Features]:
        """What the second ranking sees of `query`, for fitting it: documents and their features."""
        rows, features = self._search.candidates(query)
        return [document for document, _ in self._documents((row, 0.0) for row in rows)], features

    def nearness(self, query: str, spans: Mapping[str, Sequence[Span]]) -> dict[str, list[float]]:
        """For spans (start, end) of the texts of documents, by their ids, how near each is to `query`, up to 1."""
        return self._search.score_spans(query, spans)

    def frequencies(self, text: str) -> dict[str, int]:
        """For each word of `text` that says what it is about, the number of documents that hold it in any form."""
        return self._frequencies.of(content_words(text))

    def respelt(self, text: str) -> str:
        """`text` with the words that no document holds as they are spelt in the documents; see `Spelling`."""
        return self._spelling.of(text)

    def spelt_out(self, text: str) -> tuple[str, str]:
        """`text` with what the documents abbreviate in short and in full, and with the other of the two alone."""
        return self._abbreviations.of(text)

    def shares(self, text: str) -> dict[str, float]:
        """For each source, the share of its documents that hold, in any form, every word of `text` that tells."""
        wanted = self._frequencies.spellings(content_words(text))
        return self._database.words.shares(wanted) if wanted else {}

    # What a library needs beside the catalogue.

    @property
    def encoding(self) -> Encoding:
        """What another process needs to embed documents as this store does, see `documents.embedded`."""
        return self._encoder.encoding

    def put_sources(
        self,
        sources: Sequence[Source],
        progress: Progress | None = None,
        embedded: Embedded = MappingProxyType({}),
    ) -> None:
        """Embed the documents of `sources` and store all in one transaction, each source over what its place held.

        A source without a place that has been removed meanwhile is passed over. What a source, or its place, held
        before, or was `embedded` elsewhere, is not embedded anew. `progress` is called with the number of documents
        embedded so far.
        """
        once = {source.id: source for source in sources}  # copies at several places are embedded and stored once
        before = {id for each in sources for id in (each.id, self.source_at(each.place)) if id}
        documents = [each for source in once.values() for each in source.documents]
        put_sources(self._database, sources, *self._encoder.encode_new(documents, before, embedded, progress))

    def count(self) -> int:
        """How many documents are stored."""
        return self._frequencies.total

    def reach(self) -> None:
        """Bring the index up to date, and raise what keeps it from answering: `IndexServerError` and its like."""
        self._index.current()

    def check(self) -> list[str]:
        """What is wrong with the store, a sentence each; nothing where it is sound."""
        if found := faults(self._database, self._encoder.dimension):
            return found
        return disagreements(self._database, self._index.current().rows())

    def flush(self) -> None:
        """Write `vectors.faiss`, so that the next start need not make it. Losing it costs time, nothing else."""
        self._index.save()

    def _documents(self, hits: Iterable[tuple[int, float]]) -> list[tuple[Document, float]]:
        hits = list(hits)
        found = self._database.documents("row", [row for row, _ in hits])
        return [(document_of(found[row]), score) for row, score in hits if row in found]
