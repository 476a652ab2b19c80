"""Late interaction: how near each word of a query is to the nearest word of a text, by the model's own word vectors.

After Khattab and Zaharia, "ColBERT: Efficient and Effective Passage Search via Contextualized Late Interaction over
BERT" (2020), with two differences: the model is a plain sentence-embedding model, not trained for it, and the words of
a query count by how much they tell. Words that tell nothing are not kept, and vectors are brought to `WIDTH` numbers of
one byte each; benchmarks/LOG.md has what that costs (nothing measurable) and what late interaction brings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vector_store.embedding import Spans, TokenEmbeddings, Tokens
from vector_store.ranking.words import STOPWORDS, WORD
from vector_store.types import Vectors

WIDTH = 96
# The basis is found from lists of the model's commonest words, so that it depends on the model alone.
_COMMONEST, _TOGETHER = 3000, 20


@dataclass(frozen=True, slots=True)
class QueryTokens:
    """A query as late interaction reads it: unit vectors of its word pieces, shape (n, WIDTH), and what each counts.

    `content` are the shares of the words that say what it is about, by how rare they are; `uniform` gives all alike.
    Both have shape (n,) and sum to 1.
    """

    vectors: Vectors
    content: Vectors
    uniform: Vectors


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """The content words of a document: spans in its text (-1 for words of its context), and their vectors.

    These have shape (n, WIDTH) and a length of their own each, which says nothing.
    """

    spans: Spans
    vectors: NDArray[np.int8]

    def within(self, start: int, end: int) -> TokenVectors:
        """Those that stand in `text[start:end]`."""
        inside = (self.spans[:, 0] >= start) & (self.spans[:, 1] <= end)
        return TokenVectors(self.spans[inside], self.vectors[inside])


def find_basis(model: TokenEmbeddings) -> Vectors:
    """The directions, shape (dimension, WIDTH or fewer), in which the model's word vectors differ most.

    The principal components of the commonest words of its vocabulary, a few at a time, without centring.
    """
    words = [word for word in model.vocabulary() if word not in STOPWORDS][:_COMMONEST]
    # A fixed shuffle: neighbours in a vocabulary are alike.
    order = np.random.default_rng(0).permutation(len(words))
    lists = [" ".join(words[i] for i in order[at : at + _TOGETHER]) for at in range(0, len(words), _TOGETHER)]
    _, tokens = model.embed_documents_with_tokens(lists)
    vectors = _unit(np.concatenate([each.vectors for each in tokens])).astype(np.float64)
    _, directions = np.linalg.eigh(vectors.T @ vectors)
    return np.ascontiguousarray(directions[:, ::-1][:, :WIDTH], dtype=np.float32)


def pack(tokens: Tokens, text: str, offset: int, basis: Vectors) -> bytes:
    """What is kept of a document's `tokens`: those of words that tell something, small enough to store.

    `text` is what was embedded; `offset` is where the document's own text starts in it, after its context.
    """
    is_content = _content(text)
    chosen = [number for number, (start, end) in enumerate(tokens.spans.tolist()) if is_content(start, end)]
    if not chosen:
        return b""
    spans = tokens.spans[chosen] - offset
    spans[spans[:, 0] < 0] = -1
    vectors = _unit(_unit(tokens.vectors[chosen]) @ basis)
    # Each vector by its own scale; its length does not matter, for it is brought to 1 again when it is read.
    small = np.round(vectors * (127 / np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-9))).astype(np.int8)
    return b"".join((len(chosen).to_bytes(4, "little"), spans.astype(np.int32).tobytes(), small.tobytes()))


def unpack(stored: bytes) -> TokenVectors:
    """What `pack` made `stored` from."""
    if not stored:
        return TokenVectors(np.zeros((0, 2), np.int32), np.zeros((0, WIDTH), np.int8))
    count = int.from_bytes(stored[:4], "little")
    spans = np.frombuffer(stored, np.int32, 2 * count, 4).reshape(count, 2)
    small = np.frombuffer(stored, np.int8, offset=4 + 8 * count).reshape(count, -1)
    return TokenVectors(spans, small)


def weigh_tokens(tokens: Tokens, text: str, idf: Mapping[str, float], basis: Vectors) -> QueryTokens:
    """`tokens` of the query `text` made ready; `idf` says how much each of its words, in lower case, tells."""
    words = {at: match[0].lower() for match in WORD.finditer(text) for at in range(match.start(), match.end())}
    content = np.array([idf.get(words.get(start, ""), 0.0) for start, _ in tokens.spans.tolist()], np.float32)
    uniform = np.array([float(end > start) for start, end in tokens.spans.tolist()], np.float32)
    vectors = _unit(_unit(tokens.vectors) @ basis)
    return QueryTokens(vectors, content / max(content.sum(), 1e-9), uniform / max(uniform.sum(), 1e-9))


def maxsim(query: QueryTokens, documents: Sequence[TokenVectors]) -> Vectors:
    """How near each document is to the query, shape (n, 2): by the content words, and by all words alike.

    For each word piece of the query the cosine with the nearest word of the document, and of these the weighted mean; 0
    for a document without words.
    """
    near = np.zeros((len(documents), 2), np.float32)
    filled = [number for number, document in enumerate(documents) if len(document.vectors)]
    if not filled:
        return near
    words = _unit(np.concatenate([documents[number].vectors for number in filled]).astype(np.float32))
    cosines = query.vectors @ words.T
    starts = np.cumsum([0, *(len(documents[number].vectors) for number in filled)])[:-1]
    best = np.maximum.reduceat(cosines, starts, axis=1)
    near[filled] = (np.stack([query.content, query.uniform]) @ best).T
    return near


def _content(text: str) -> Callable[[int, int], bool]:
    """Whether the word pieces between two places of `text` belong to a word that says what it is about."""
    dull = np.ones(len(text) + 1, bool)
    for match in WORD.finditer(text):
        dull[match.start() : match.end()] = match[0].lower() in STOPWORDS
    return lambda start, end: end > start and not dull[start]


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)
