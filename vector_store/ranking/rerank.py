"""The second look at what a search proposes: by late interaction, and by how close together the query's words stand."""

from __future__ import annotations

import base64
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cached_property

import numpy as np

from vector_store.catalogue.database import Database
from vector_store.ranking.maxsim import (
    Kept,
    Query,
    TokenEmbeddings,
    Tokens,
    find_basis,
    nearness,
    pack,
    read_query,
    unpack,
)
from vector_store.ranking.words import closeness, stem
from vector_store.types import Vectors

# How many proposals are looked at again. The right one is nearly always among them (benchmarks/LOG.md).
RERANKED = 50
# Shares in the score: cosine of the whole, nearness by telling words and by all words, and closeness; fitted by
# benchmarks/fit_ranking.py. BM25 makes proposals, but says nothing more beside these.
SHARES = np.array([0.277, 0.323, 0.308, 0.092], dtype=np.float32)

Span = tuple[int, int]


class Reranker:
    """Ranks documents of `database` again by the word vectors of `model`, which are kept beside the documents."""

    def __init__(self, database: Database, model: TokenEmbeddings) -> None:
        self._database, self._model = database, model
        self._finding = threading.Lock()

    def query(self, text: str) -> tuple[Vectors, Tokens]:
        """The vector of a query and its word pieces."""
        return self._model.embed_query_with_tokens(text)

    def embed(self, texts: Sequence[str]) -> tuple[Vectors, list[Tokens]]:
        """The vectors of documents, shape (n, dimension), and of each its word pieces. `texts` are what is embedded."""
        return self._model.embed_documents_with_tokens(list(texts))

    def pack(self, tokens: Sequence[Tokens], texts: Sequence[str], offsets: Sequence[int]) -> list[bytes]:
        """What is kept of the words of documents; `offsets` say where in each of `texts` the document's own starts."""
        return [pack(*each, self._basis) for each in zip(tokens, texts, offsets, strict=True)]

    def rerank(self, text: str, proposed: Mapping[int, float], weight: Mapping[str, float]) -> list[tuple[int, float]]:
        """Rows with their scores, best first, ties in the order of adding; see `features`. Scores run up to 1."""
        rows, features = self.features(text, proposed, weight)
        scores = (features @ SHARES).tolist()
        return sorted(zip(rows, scores, strict=True), key=lambda item: (-item[1], item[0]))

    def features(
        self, text: str, proposed: Mapping[int, float], weight: Mapping[str, float]
    ) -> tuple[list[int], Vectors]:
        """What `SHARES` weigh, shape (n, 4), for the rows of `proposed` that are still there.

        `proposed` holds for each row its cosine, `weight` says how much each word of the query tells.
        """
        held = self._kept(sorted(proposed))
        rows = sorted(held)
        stems = {stem(word): value for word, value in weight.items()}
        return rows, np.column_stack(
            [
                np.array([proposed[row] for row in rows], np.float32),
                nearness(self._read(text, weight), [held[row][1] for row in rows]),
                np.array([closeness(held[row][0], stems) for row in rows], np.float32),
            ]
        )

    def nearness(
        self, text: str, spans: Mapping[str, Sequence[Span]], weight: Mapping[str, float]
    ) -> dict[str, list[float]]:
        """For spans of documents, by their ids, how near the words of each come to the query, from 0 to 1."""
        rows = {row.row: id for id, row in self._database.documents("id", list(spans)).items()}
        held = {rows[row]: kept for row, (_, kept) in self._kept(list(rows)).items()}
        parts = [(id, held[id].within(*span)) for id in spans if id in held for span in spans[id]]
        near = nearness(self._read(text, weight), [part for _, part in parts])
        found: dict[str, list[float]] = {id: [] for id in held}
        shares = SHARES[1:3] / SHARES[1:3].sum()
        for (id, _), value in zip(parts, (near @ shares).tolist(), strict=True):
            found[id].append(value)
        return found

    def _read(self, text: str, weight: Mapping[str, float]) -> Query:
        return read_query(self.query(text)[1], text, weight, self._basis)

    def _kept(self, rows: Sequence[int]) -> dict[int, tuple[str, Kept]]:
        """The text of documents and what is kept of their words, made and kept now where an older library has none."""
        found = self._database.words_of(rows)
        missing = [row for row, (_, _, stored) in found.items() if stored is None]
        if missing:
            texts = [f"{context}\n{text}" if context else text for text, context, _ in map(found.__getitem__, missing)]
            offsets = [len(whole) - len(found[row][0]) for whole, row in zip(texts, missing, strict=True)]
            made = self.pack(self.embed(texts)[1], texts, offsets)
            with suppress(sqlite3.OperationalError):  # where there is no room to keep them, the answer still comes
                self._database.put_words_of(dict(zip(missing, made, strict=True)))
            found |= {row: (*found[row][:2], words) for row, words in zip(missing, made, strict=True)}
        return {row: (text, unpack(stored or b"")) for row, (text, _, stored) in found.items()}

    @cached_property
    def _basis(self) -> Vectors:
        """Found once for a library and kept with it: another processor would round it otherwise."""
        with self._finding:
            kept = self._database.manifest("basis")
            if kept is None:
                found = find_basis(self._model)
                kept = f"{found.shape[0]} {base64.b64encode(found.tobytes()).decode()}"
                self._database.set_manifest("basis", kept)
            dimension, body = kept.split(" ", 1)
            return np.frombuffer(base64.b64decode(body), np.float32).reshape(int(dimension), -1)
