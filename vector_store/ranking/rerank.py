"""The second look at the candidates of a search: by late interaction, and by how close the query's words stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from vector_store.catalogue import Database
from vector_store.ranking.maxsim import QueryTokens, maxsim, weigh_tokens
from vector_store.ranking.query import Query
from vector_store.ranking.token_store import TokenStore
from vector_store.ranking.words import proximity, stem
from vector_store.types import Scored, Span, Vectors

# How many candidates are looked at again. The right one is nearly always among them (benchmarks/LOG.md).
RERANKED = 50
# What each feature counts in the score; fitted by benchmarks/fit_ranking.py. BM25 finds candidates, but says nothing
# more beside these.
SHARES = {"cosine": 0.277, "content words": 0.323, "all words": 0.308, "proximity": 0.092}

Features = Mapping[str, Vectors]
"""By the names in `SHARES` the numbers of some candidates, shape (n,) each: the cosine of the whole, the nearness of
the content words and of all words, and how close together the content words stand."""


class Reranker:
    """Ranks documents of `database` again by the vectors of their words."""

    def __init__(self, database: Database, tokens: TokenStore) -> None:
        self._database, self._tokens = database, tokens

    def rerank(self, query: Query, candidates: Mapping[int, float]) -> Scored:
        """The rows of `candidates`, each with its cosine, best first; ties in the order of adding. Scores run up to 1.

        Those that are no longer there are left out.
        """
        rows, features = self.features(query, candidates)
        scores = (np.column_stack([features[name] for name in SHARES]) @ _shares(*SHARES)).tolist()
        return sorted(zip(rows, scores, strict=True), key=lambda item: (-item[1], item[0]))

    def features(self, query: Query, candidates: Mapping[int, float]) -> tuple[list[int], Features]:
        """The rows of `candidates` (each with its cosine) that are still there, and what `SHARES` weigh of them."""
        held = self._tokens.of(sorted(candidates))
        rows = sorted(held)
        stems = {stem(word): value for word, value in query.idf.items()}
        near = maxsim(self._weighed_tokens(query), [held[row][1] for row in rows])
        return rows, {
            "cosine": np.array([candidates[row] for row in rows], np.float32),
            "content words": near[:, 0],
            "all words": near[:, 1],
            "proximity": np.array([proximity(held[row][0], stems) for row in rows], np.float32),
        }

    def score_spans(self, query: Query, spans: Mapping[str, Sequence[Span]]) -> dict[str, list[float]]:
        """For spans of documents, by their ids, how near the words of each come to the query, from 0 to 1."""
        rows = {row.row: id for id, row in self._database.documents("id", list(spans)).items()}
        held = {rows[row]: kept for row, (_, kept) in self._tokens.of(list(rows)).items()}
        parts = [(id, held[id].within(*span)) for id in spans if id in held for span in spans[id]]
        near = maxsim(self._weighed_tokens(query), [part for _, part in parts])
        shares = _shares("content words", "all words")
        scores = (near @ (shares / shares.sum())).tolist()
        found: dict[str, list[float]] = {id: [] for id in held}
        for (id, _), score in zip(parts, scores, strict=True):
            found[id].append(score)
        return found

    def _weighed_tokens(self, query: Query) -> QueryTokens:
        return weigh_tokens(query.tokens, query.text, query.idf, self._tokens.basis)


def _shares(*names: str) -> Vectors:
    return np.array([SHARES[name] for name in names], np.float32)
