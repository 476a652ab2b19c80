"""Search, top to bottom: by meaning, by words, both together, and the best of these ranked again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate

import numpy as np
from langchain_core.embeddings import Embeddings

from vector_store.catalogue import Database
from vector_store.index import SyncedIndex
from vector_store.ranking.frequencies import Frequencies
from vector_store.ranking.query import Query, embed_query, read_query
from vector_store.ranking.rerank import RERANKED, Features, Reranker
from vector_store.ranking.token_store import TokenStore
from vector_store.types import Filter, Scored, Span, Vectors

# Shares of meaning and of words in the first score of a search; see benchmarks/LOG.md for how they were chosen.
DENSE_SHARE, BM25_SHARE = 0.75, 0.25
# How many documents each of the two searches brings; the best by one alone stand far above this.
CANDIDATES = 100
# The documents that are looked at for the words of a query: those of its rarest words, which tell most. With all of
# them the time would grow with the library, and what is found is the same (benchmarks/LOG.md).
MAX_POSTINGS = 5000


class HybridSearch:
    """Searches the documents of `database` through `index`; `model` makes vectors of queries.

    `tokens` holds the vectors of the documents' words; without it nothing is ranked again.
    """

    def __init__(
        self,
        database: Database,
        index: SyncedIndex,
        model: Embeddings,
        frequencies: Frequencies,
        tokens: TokenStore | None,
    ) -> None:
        self._database, self._index, self._model, self._frequencies = database, index, model, frequencies
        self._reranker = Reranker(database, tokens) if tokens else None

    def search(self, text: str, k: int, filter: Filter) -> Scored:
        """The `k` documents that answer best by meaning and words together, best first; scores run up to 1.

        Ties are broken by the order of adding, so that the same library gives the same list.
        """
        query = read_query(text, self._model, self._frequencies)
        fused, cosines = self._fused(query, max(k, CANDIDATES), filter)
        if self._reranker and text.strip():
            best = {row: cosines[row] for row, _ in fused[: max(k, RERANKED)]}
            return self._reranker.rerank(query, best)[:k]
        return fused[:k]

    def _fused(self, query: Query, k: int, filter: Filter) -> tuple[Scored, dict[int, float]]:
        """What is found by meaning and by words, best first, and the cosine of each.

        The score is a weighted sum of the cosine and of BM25 as a share of the best BM25 of this query.
        """
        index = self._index.current()
        cosines = dict(index.nearest(query.vector, k, filter))
        words = dict(index.by_words(self._rarest_words(query), k, filter))
        cosines |= index.cosines(query.vector, words.keys() - cosines.keys())
        best = max(words.values(), default=0.0) or 1.0
        scores = {
            row: DENSE_SHARE * cosine + BM25_SHARE * words.get(row, 0.0) / best for row, cosine in cosines.items()
        }
        return sorted(scores.items(), key=lambda item: (-item[1], item[0])), cosines

    def _rarest_words(self, query: Query) -> list[str]:
        """The rarest of the content words, in the spellings of the documents: as many as few enough documents hold."""
        rarest = sorted(query.counts, key=lambda word: query.counts[word])
        together = accumulate(query.counts[word] for word in rarest)
        few = [word for word, held in zip(rarest, together, strict=True) if held <= MAX_POSTINGS]
        return [spelling for spellings in self._frequencies.spellings(few) for spelling in spellings]

    def nearest(self, query: Vectors | str, k: int, filter: Filter) -> Scored:
        """The `k` documents nearest to a text or a vector, with their cosines."""
        vector = embed_query(query, self._model)[0] if isinstance(query, str) else query
        return self._index.current().nearest(vector, k, filter)

    def candidates(self, text: str) -> tuple[list[int], Features]:
        """What the second ranking sees of a query, for fitting it: rows and their features."""
        if not self._reranker:
            raise ValueError("The embedding model tells no vectors of words, so nothing is ranked again.")
        query = read_query(text, self._model, self._frequencies)
        fused, cosines = self._fused(query, CANDIDATES, Filter())
        return self._reranker.features(query, {row: cosines[row] for row, _ in fused[:RERANKED]})

    def score_spans(self, text: str, spans: Mapping[str, Sequence[Span]]) -> dict[str, list[float]]:
        """For spans of the texts of documents, by their ids, how near each is to a query, up to 1.

        By the words' own vectors in their text where the model tells them; else each span is embedded alone. Documents
        that are no longer there are left out.
        """
        if self._reranker:
            return self._reranker.score_spans(read_query(text, self._model, self._frequencies), spans)
        held = {row.id: row.content for row in self._database.documents("id", list(spans)).values()}
        texts = [held[id][start:end] for id in held for start, end in spans[id]]
        vectors = np.array(self._model.embed_documents([text, *texts]))
        near = iter((vectors[1:] @ vectors[0]).tolist())
        return {id: [next(near) for _ in spans[id]] for id in held}
