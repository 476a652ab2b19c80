"""A LangChain vector store over SQLite and FAISS: documents found by meaning, by words, by both, and by filter."""

from __future__ import annotations

import json
import tempfile
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import VectorStore

from vector_store.catalogue.check import disagreements, faults
from vector_store.catalogue.database import Database, Row
from vector_store.catalogue.schema import StoreError
from vector_store.catalogue.sources import Source, Sources
from vector_store.index.faiss import FaissIndex
from vector_store.index.synced import SyncedIndex
from vector_store.ranking.abbreviations import Abbreviations
from vector_store.ranking.frequencies import Frequencies
from vector_store.ranking.maxsim import TokenEmbeddings
from vector_store.ranking.rerank import RERANKED, Reranker, Span
from vector_store.ranking.spelling import Spelling
from vector_store.ranking.words import telling_words
from vector_store.types import Filter, Vectors

# Shares of meaning and of words in the first score of a search; see benchmarks/LOG.md for how they were chosen.
MEANING, WORDS = 0.75, 0.25
# How many documents each of the two searches proposes; the best by one alone stand far above this.
CANDIDATES = 100
# The documents that are looked at for the words of a query: those of its rarest words, which tell most. With all of
# them the time would grow with the library, and what is found is the same (benchmarks/LOG.md).
LOOKED_AT = 5000
EMBED_AT_ONCE = 256


class FaissStore(Sources, VectorStore):
    """Documents in `folder`: `library.db` is the truth and `vectors.faiss` is made from it whenever it is not at hand.

    `model` names what made the vectors; a folder built with another model is refused with `StoreError`. Scores are
    cosines, higher is nearer. Safe to share by threads, and by processes of which each sees the others' changes.
    """

    def __init__(self, folder: str | Path, embedding: Embeddings, model: str = "") -> None:
        self._folder, self._embedding = Path(folder), embedding
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"The folder {self._folder} cannot be made: {error.strerror}.") from error
        self._database = Database(self._folder / "library.db")
        self._check_model(model)
        self._reranker = Reranker(self._database, embedding) if isinstance(embedding, TokenEmbeddings) else None
        self._frequencies = Frequencies(self._database)
        known = embedding.vocabulary if isinstance(embedding, TokenEmbeddings) else tuple[str, ...]
        self._spelling = Spelling(self._database, self._frequencies, known)
        self._abbreviations = Abbreviations(self._database, known)
        index = FaissIndex(self._database, self._folder / "vectors.faiss", lambda: self._dimension)
        self._index = SyncedIndex(index, self._database)
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
        vectors, words = self._embed(list(last.values()))
        with self._database.transaction() as connection:
            self._database.insert(connection, None, _values(last), vectors, words)
            self._database.changed(connection)
        return names

    def delete(self, ids: list[str] | None = None, **kwargs: Any) -> bool | None:
        """Remove the documents with these ids; all of them where `ids` is None."""
        with self._database.transaction() as connection:
            if ids is None:
                connection.execute("DELETE FROM documents")
            else:
                connection.executemany("DELETE FROM documents WHERE id = ?", [(id,) for id in ids])
            self._database.changed(connection)
        return True

    def get_by_ids(self, ids: Sequence[str], /) -> list[Document]:
        """The documents with these ids, in their order; unknown ids are left out."""
        found = self._database.documents("id", ids)
        return [_document(found[id]) for id in ids if id in found]

    def similarity_search(
        self, query: str, k: int = 4, filter: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> list[Document]:
        """The `k` documents nearest to `query` in meaning, nearest first. For `filter` see `Filter`."""
        return [document for document, _ in self.similarity_search_with_score(query, k, filter)]

    def similarity_search_with_score(
        self, query: str, k: int = 4, filter: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> list[tuple[Document, float]]:
        """As `similarity_search`, with the cosine of each."""
        return self._documents(self._nearest(self._query_vector(query), k, _filter(filter)))

    def similarity_search_by_vector(
        self, embedding: list[float], k: int = 4, filter: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> list[Document]:
        """The `k` documents nearest to a vector."""
        hits = self._nearest(np.array(embedding, dtype=np.float32), k, _filter(filter))
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
        """The `k` documents that answer best by meaning and words together; scores run up to 1.

        `filter` is on the metadata, see `Filter`; `sources` are the ids of those that are searched.

        The first score is a weighted sum of the cosine and of BM25 as a share of the best BM25 of this query. Where the
        model tells the vectors of words, the best are ranked again (see `rerank`). Ties are broken by the order of
        adding, so that the same library gives the same list.
        """
        among = Filter(filter or {}, sources)
        ranked, cosines = self._proposed(query, max(k, CANDIDATES), among)
        if self._reranker and query.strip():
            proposed = {row: cosines[row] for row, _ in ranked[: max(k, RERANKED)]}
            ranked = self._reranker.rerank(query, proposed, self._weights(query))
        return self._documents(ranked[:k])

    def proposals(self, query: str) -> tuple[list[Document], Vectors]:
        """What the second ranking sees of `query`, for fitting it: documents and their features, shape (n, 4)."""
        if not self._reranker:
            raise ValueError("The embedding model tells no vectors of words, so nothing is ranked again.")
        ranked, cosines = self._proposed(query, CANDIDATES, Filter())
        proposed = {row: cosines[row] for row, _ in ranked[:RERANKED]}
        rows, features = self._reranker.features(query, proposed, self._weights(query))
        return [document for document, _ in self._documents((row, 0.0) for row in rows)], features

    def _proposed(self, query: str, k: int, among: Filter) -> tuple[list[tuple[int, float]], dict[int, float]]:
        """The rows that meaning and words propose with their first scores, best first, and the cosine of each."""
        vector = self._query_vector(query)
        cosines = dict(self._nearest(vector, k, among))
        words = self._by_words(query, k, among)
        cosines |= self._index.current().cosines(vector, words.keys() - cosines.keys())
        best = max(words.values(), default=0.0) or 1.0
        scores = {row: MEANING * cosine + WORDS * words.get(row, 0.0) / best for row, cosine in cosines.items()}
        return sorted(scores.items(), key=lambda item: (-item[1], item[0])), cosines

    def nearness(self, query: str, spans: Mapping[str, Sequence[Span]]) -> dict[str, list[float]]:
        """For spans (start, end) of the texts of documents, by their ids, how near each is to `query`, up to 1.

        By the words' own vectors in their text where the model tells them; else each span is embedded alone. Documents
        that are no longer there are left out.
        """
        if self._reranker:
            return self._reranker.nearness(query, spans, self._weights(query))
        held = {row.id: row.content for row in self._database.documents("id", list(spans)).values()}
        texts = [held[id][start:end] for id in held for start, end in spans[id]]
        vectors = np.array(self._embedding.embed_documents([query, *texts]))
        near = iter((vectors[1:] @ vectors[0]).tolist())
        return {id: [next(near) for _ in spans[id]] for id in held}

    def frequencies(self, text: str) -> dict[str, int]:
        """For each word of `text` that tells what it is about, the number of documents that hold it in any form."""
        return self._frequencies.of(telling_words(text))

    def respelt(self, text: str) -> str:
        """`text` with the words that no document holds as they are spelt in the documents; see `Spelling`."""
        return self._spelling.of(text)

    def spelt_out(self, text: str) -> tuple[str, str]:
        """`text` with what the documents abbreviate in short and in full, and with the other of the two alone."""
        return self._abbreviations.of(text)

    def shares(self, text: str) -> dict[str, float]:
        """For each source, the share of its documents that hold, in any form, every word of `text` that tells."""
        wanted = self._frequencies.spellings(telling_words(text))
        return self._database.shares(wanted) if wanted else {}

    def _weights(self, query: str) -> dict[str, float]:
        """How much each word of `query` tells: its inverse document frequency."""
        return self._frequencies.weights(telling_words(query))

    def _query_vector(self, query: str) -> Vectors:
        if self._reranker:
            return self._reranker.query(query)[0]
        return np.array(self._embedding.embed_query(query), dtype=np.float32)

    def _by_words(self, query: str, k: int, among: Filter) -> dict[int, float]:
        counts = self._frequencies.of(telling_words(query))
        rarest = sorted(counts, key=lambda word: counts[word])
        together = accumulate(counts[word] for word in rarest)
        few = [word for word, held in zip(rarest, together, strict=True) if held <= LOOKED_AT]
        spelt = [spelling for spellings in self._frequencies.spellings(few) for spelling in spellings]
        return dict(self._index.current().by_words(spelt, k, among))

    def _nearest(self, vector: Vectors, k: int, among: Filter) -> list[tuple[int, float]]:
        index = self._index.current()
        return index.nearest(vector, k, index.by_filter(among) if among else None)

    def _documents(self, hits: Iterable[tuple[int, float]]) -> list[tuple[Document, float]]:
        hits = list(hits)
        found = self._database.documents("row", [row for row, _ in hits])
        return [(_document(found[row]), score) for row, score in hits if row in found]

    def put_sources(self, sources: Sequence[Source], progress: Callable[[int], None] | None = None) -> None:
        """Embed the documents of `sources` and store all in one transaction, each source over what its place held.

        A source without a place that has been removed meanwhile is passed over. What a source, or its place, held
        before is not embedded anew. `progress` is called with the number of documents embedded so far.
        """
        once = {source.id: source for source in sources}  # copies at several places are embedded and stored once
        before = {id for each in sources for id in (each.id, self.source_at(each.place)) if id}
        documents = [each for source in once.values() for each in source.documents]
        vectors, words = self._embed_new(documents, before, progress)
        start = 0
        with self._database.transaction() as connection:
            for source in once.values():
                if not (source.place or self.source(source.id)):
                    start += len(source.documents)
                    continue
                summary = json.dumps(source.summary, ensure_ascii=False)
                self._database.put_source(connection, source.id, summary, source.body)
                end = start + len(source.documents)
                named = {document.id or uuid.uuid4().hex: document for document in source.documents}
                self._database.insert(connection, source.id, _values(named), vectors[start:end], words[start:end])
                start = end
            for source in sources:
                if source.place:
                    self._database.place(connection, source.place, source.id)
            self._database.changed(connection)

    def count(self) -> int:
        """How many documents are stored."""
        return self._frequencies.total

    def check(self) -> list[str]:
        """What is wrong with the store, a sentence each; nothing where it is sound."""
        if found := faults(self._database, self._dimension):
            return found
        return disagreements(self._database, self._index.current().rows())

    def flush(self) -> None:
        """Write `vectors.faiss`, so that the next start need not make it. Losing it costs time, nothing else."""
        self._index.save()

    @cached_property
    def _dimension(self) -> int:
        known = self._database.manifest("dimension")
        if known is None:
            known = str(len(self._embedding.embed_query("dimension")))
            self._database.set_manifest("dimension", known)
        return int(known)

    def _check_model(self, model: str) -> None:
        built_with = self._database.manifest("model")
        if built_with is None:
            self._database.set_manifest("model", model)
        elif built_with != model:
            raise StoreError(
                f"The library in {self._folder} was built with the model {built_with!r}, not {model!r}. "
                "Use that model, or a new folder and add the reports again."
            )

    def _embed_new(
        self, documents: Sequence[Document], before: Collection[str], progress: Callable[[int], None] | None
    ) -> tuple[Vectors, list[bytes]]:
        """As `_embed`; what the sources `before` hold with the same context and content is taken from there."""
        held = self._database.embedded(before, with_words=self._reranker is not None)
        kept = [held.get((_context(document), document.page_content)) for document in documents]
        new = [number for number, each in enumerate(kept) if each is None]
        had = len(documents) - len(new)
        told = progress and (lambda done: progress(had + done))
        made, made_words = self._embed([documents[number] for number in new], told)
        vectors = np.zeros((len(documents), self._dimension), dtype=np.float32)
        words = [each[1] if each else b"" for each in kept] if self._reranker else []
        for number, each in enumerate(kept):
            if each:
                vectors[number] = np.frombuffer(each[0], np.float32)
        vectors[new] = made
        for number, each_made in zip(new, made_words, strict=False):  # none where the model tells no words
            words[number] = each_made
        return vectors, words

    def _embed(
        self, documents: Sequence[Document], progress: Callable[[int], None] | None = None
    ) -> tuple[Vectors, list[bytes]]:
        """The vectors of `documents`, shape (n, dimension), and of their words, nothing where the model tells none.

        The shortest go first, so that little is padded.
        """
        texts = [_embedded_text(document) for document in documents]
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        vectors = np.zeros((len(texts), self._dimension), dtype=np.float32)
        words = [b""] * len(texts) if self._reranker else []
        packed: list[tuple[list[int], Future[list[bytes]]]] = []
        with ThreadPoolExecutor(1, "packing") as beside:  # the words of one batch, while the model has the next
            for start in range(0, len(order), EMBED_AT_ONCE):
                batch = order[start : start + EMBED_AT_ONCE]
                chosen = [texts[number] for number in batch]
                if self._reranker:
                    offsets = [len(texts[number]) - len(documents[number].page_content) for number in batch]
                    vectors[batch], tokens = self._reranker.embed(chosen)
                    packed.append((batch, beside.submit(self._reranker.pack, tokens, chosen, offsets)))
                else:
                    vectors[batch] = self._embedding.embed_documents(chosen)
                if progress:
                    progress(start + len(batch))
        for batch, made in packed:
            for number, each in zip(batch, made.result(), strict=True):
                words[number] = each
        return vectors, words


def _filter(fields: Mapping[str, Any] | None) -> Filter:
    return Filter(fields or {})


def _context(document: Document) -> str:
    return str(document.metadata.get("context", ""))


def _embedded_text(document: Document) -> str:
    context = _context(document)
    return f"{context}\n{document.page_content}" if context else document.page_content


def _values(documents: Mapping[str, Document]) -> list[tuple[str, str, str, Mapping[str, Any]]]:
    return [(id, document.page_content, _context(document), document.metadata) for id, document in documents.items()]


def _document(row: Row) -> Document:
    return Document(id=row.id, page_content=row.content, metadata=row.metadata)
