"""BERT over OpenVINO, for the model that is installed with the program: quicker than torch, and ready at once.

The graph is laid out here from the weights themselves. OpenVINO could convert it from torch, but then torch would have
to be loaded at each start, which takes longer than all of this; benchmarks/LOG.md has figures.

After Devlin, Chang, Lee and Toutanova, "BERT: Pre-training of Deep Bidirectional Transformers for Language
Understanding" (2019); the mean over word pieces is that of Reimers and Gurevych, "Sentence-BERT" (2019).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from vector_store.embedding.encoder import has_fast_bfloat16, located
from vector_store.embedding.tokens import Tokens
from vector_store.types import Vectors

# OpenVINO sends word of each import to its makers wherever this package can be imported. Nothing leaves this machine.
sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]

import openvino  # noqa: E402
from openvino import opset15 as graph  # noqa: E402


class BertEncoder:
    """The BERT of `folder` (config.json, model.safetensors, tokenizer.json), whose vector is the mean of its words'.

    Of a text it reads `limit` word pieces, its two marks included.
    """

    def __init__(self, folder: Path, limit: int) -> None:
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(limit)
        config = json.loads((folder / "config.json").read_text())
        self._request = compiled(bert(load_file(folder / "model.safetensors"), config))

    def encode(self, texts: Sequence[str], query: bool) -> tuple[Vectors, list[Tokens]]:
        """See `Encoder`. Questions and passages are read alike."""
        encoded = self._tokenizer.encode_batch(list(texts))
        lengths = np.array([len(each.ids) for each in encoded])
        ids = np.zeros((len(encoded), lengths.max()), np.int32)
        for row, each in zip(ids, encoded, strict=True):
            row[: len(each.ids)] = each.ids
        mask = (np.arange(ids.shape[1]) < lengths[:, None]).astype(np.float32)
        words: Vectors = self._request.infer([ids, mask])[0]
        means = (mask[:, None] @ words)[:, 0] / lengths[:, None]
        tokens = [located(each, row[: len(each.ids)]) for each, row in zip(encoded, words, strict=True)]
        return means.astype(np.float32), tokens


def compiled(model: openvino.Model) -> Any:
    """A request that runs `model` in the numbers that this processor computes with quickest. One call at a time.

    It takes every processor, or as many as OMP_NUM_THREADS says: Ray sets that for each of its workers.
    """
    settings: dict[str, str | int] = {
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": "bf16" if has_fast_bfloat16() else "f32",
    }
    if threads := os.environ.get("OMP_NUM_THREADS"):
        settings["INFERENCE_NUM_THREADS"] = int(threads)
    return openvino.Core().compile_model(model, "CPU", settings).create_infer_request()


def bert(weights: Mapping[str, Any], config: Mapping[str, Any], pairs: bool = False) -> openvino.Model:
    """Ids and mask of word pieces, both of shape (texts, length), in; their vectors, (texts, length, width), out.

    With `pairs` a third input says of each word piece whether it is of the first text, 0, or of the second, 1.
    """
    width, heads = config["hidden_size"], config["num_attention_heads"]

    def fixed(*numbers: int) -> Any:
        return graph.constant(np.array(numbers, np.int64))

    def weight(name: str) -> Any:
        return graph.constant(weights[name])

    def dense(value: Any, name: str) -> Any:
        return graph.add(graph.matmul(value, weight(f"{name}.weight"), False, True), weight(f"{name}.bias"))

    def normal(value: Any, name: str) -> Any:
        even = graph.mvn(value, fixed(-1), True, config["layer_norm_eps"], "inside_sqrt")
        return graph.add(graph.multiply(even, weight(f"{name}.weight")), weight(f"{name}.bias"))

    def by_head(value: Any) -> Any:
        parted = graph.reshape(value, fixed(0, 0, heads, width // heads), True)
        return graph.transpose(parted, fixed(0, 2, 1, 3))

    ids = graph.parameter([-1, -1], np.int32)
    mask = graph.parameter([-1, -1], np.float32)
    length = graph.gather(graph.shape_of(ids), fixed(1), fixed(0))
    places = graph.slice(weight("embeddings.position_embeddings.weight"), fixed(0), length, fixed(1), fixed(0))
    kinds = graph.parameter([-1, -1], np.int32) if pairs else fixed(0)
    kind = graph.gather(weight("embeddings.token_type_embeddings.weight"), kinds, fixed(0))
    words = graph.gather(weight("embeddings.word_embeddings.weight"), ids, fixed(0))
    words = graph.add(graph.add(words, kind), places)
    words = normal(words, "embeddings.LayerNorm")
    # Added to how much a word looks at another: nothing for the words of the text, out of reach for the padding.
    padding = graph.multiply(graph.subtract(mask, np.float32(1)), np.float32(1e9))
    padding = graph.unsqueeze(padding, fixed(1, 2))
    for number in range(config["num_hidden_layers"]):
        layer = f"encoder.layer.{number}"
        query, key, value = (
            by_head(dense(words, f"{layer}.attention.self.{part}")) for part in ("query", "key", "value")
        )
        seen = graph.scaled_dot_product_attention(query, key, value, padding, causal=False)
        seen = graph.reshape(graph.transpose(seen, fixed(0, 2, 1, 3)), fixed(0, 0, width), True)
        words = graph.add(dense(seen, f"{layer}.attention.output.dense"), words)
        words = normal(words, f"{layer}.attention.output.LayerNorm")
        thought = graph.gelu(dense(words, f"{layer}.intermediate.dense"), "erf")
        words = normal(graph.add(dense(thought, f"{layer}.output.dense"), words), f"{layer}.output.LayerNorm")
    return openvino.Model([graph.result(words)], [ids, mask, *([kinds] if pairs else [])], "bert")
