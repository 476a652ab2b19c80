"""What runs an embedding model: a batch of texts in; their vectors, and those of their word pieces, out."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from tokenizers import Encoding, Tokenizer

from vector_store.embedding.tokens import Tokens
from vector_store.types import Vectors


class Encoder(Protocol):
    """A model that is loaded. One call at a time."""

    def encode(self, texts: Sequence[str], query: bool) -> tuple[Vectors, list[Tokens]]:
        """The vectors of `texts`, shape (n, dimension), of any length; and of each text its word pieces.

        Some models read questions otherwise than passages: `query` says which these are. A text of which the model was
        given more or less than the text itself (a prompt of its own, a cut) has no word pieces: their places would be
        wrong.
        """
        ...


class SentenceTransformersEncoder:
    """Any model that sentence-transformers can load from `folder`."""

    def __init__(self, folder: Path, tokenizer: Tokenizer) -> None:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")  # a local folder needs no hub; without this it is asked anyway
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        settings: dict[str, Any] = {"dtype": torch.bfloat16} if has_fast_bfloat16() else {}
        self._model = SentenceTransformer(str(folder), device="cpu", model_kwargs=settings)
        self._tokenizer = tokenizer

    def encode(self, texts: Sequence[str], query: bool) -> tuple[Vectors, list[Tokens]]:
        encode = self._model.encode_query if query else self._model.encode_document
        told: Any = encode(list(texts), batch_size=len(texts), show_progress_bar=False, output_value=None)
        vectors = np.stack([each["sentence_embedding"].float().numpy() for each in told])
        encoded = self._tokenizer.encode_batch(list(texts))
        return vectors, [_tokens(each, encoding) for each, encoding in zip(told, encoded, strict=True)]


def _tokens(told: Mapping[str, Any], encoding: Encoding) -> Tokens:
    vectors = told["token_embeddings"][: int(told["attention_mask"].sum())].float().numpy()
    return located(encoding, vectors)


def located(encoding: Encoding, vectors: Vectors) -> Tokens:
    """The word pieces of one text with their places; none where they are not as many as `vectors`, shape (n, width)."""
    if len(encoding.ids) != len(vectors) or encoding.overflowing:
        return Tokens(np.zeros((0, 2), np.int32), np.zeros((0, vectors.shape[1]), np.float32))
    return Tokens(np.array(encoding.offsets, np.int32), vectors)


def compiled_bert(weights: Mapping[str, Any], config: Mapping[str, Any], pairs: bool = False) -> Any:
    """A request that runs a BERT, see `openvino_encoder.bert`: OpenVINO is loaded only here, for that takes a while."""
    from vector_store.embedding.openvino_encoder import bert, compiled

    return compiled(bert(weights, config, pairs))


def has_fast_bfloat16() -> bool:
    """Whether the processor computes in bfloat16 itself (AVX-512 BF16 or AMX); elsewhere it is slower."""
    try:
        flags = Path("/proc/cpuinfo").read_text()
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags
