"""The vectors of the documents' words, which are kept beside the documents."""

from __future__ import annotations

import base64
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property

import numpy as np
from threadpoolctl import threadpool_limits

from vector_store.catalogue import Database
from vector_store.embedding import TokenEmbeddings, Tokens
from vector_store.ranking.maxsim import TokenVectors, find_basis, pack, unpack
from vector_store.types import Vectors


class TokenStore:
    """What `model` tells of the words of the documents of `database`."""

    def __init__(self, database: Database, model: TokenEmbeddings) -> None:
        self._database, self._model = database, model
        self._finding = threading.Lock()
        # The products here are small: to share one out among threads takes longer than to make it, and where other
        # programs keep the processors busy a hundred times as long.
        threadpool_limits(1, "blas")

    def of(self, rows: Sequence[int]) -> dict[int, tuple[str, TokenVectors]]:
        """The text of documents and the vectors of its words, made and kept now where an older library has none."""
        found = self._database.words_of(rows)
        missing = [row for row, (_, _, stored) in found.items() if stored is None]
        if missing:
            texts = [f"{context}\n{text}" if context else text for text, context, _ in map(found.__getitem__, missing)]
            offsets = [len(whole) - len(found[row][0]) for whole, row in zip(texts, missing, strict=True)]
            made = pack_all(self._model.embed_documents_with_tokens(texts)[1], texts, offsets, self.basis)
            with suppress(sqlite3.OperationalError):  # where there is no room to keep them, the answer still comes
                self._database.put_words_of(dict(zip(missing, made, strict=True)))
            found |= {row: (*found[row][:2], words) for row, words in zip(missing, made, strict=True)}
        return {row: (text, unpack(stored or b"")) for row, (text, _, stored) in found.items()}

    @cached_property
    def basis(self) -> Vectors:
        """The directions that vectors are kept in, found once for a library: another processor would round them
        otherwise.
        """
        with self._finding:
            kept = self._database.manifest("basis")
            if kept is None:
                found = find_basis(self._model)
                kept = f"{found.shape[0]} {base64.b64encode(found.tobytes()).decode()}"
                self._database.set_manifest("basis", kept)
            dimension, body = kept.split(" ", 1)
            return np.frombuffer(base64.b64decode(body), np.float32).reshape(int(dimension), -1)


def pack_all(tokens: Sequence[Tokens], texts: Sequence[str], offsets: Sequence[int], basis: Vectors) -> list[bytes]:
    """What is kept of the words of documents; `offsets` say where in each of `texts` the document's own starts."""
    return [pack(*each, basis) for each in zip(tokens, texts, offsets, strict=True)]
