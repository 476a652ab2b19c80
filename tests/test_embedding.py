"""The embedding model: both of its paths rank alike, and weights that are not the published ones are refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.conftest import GOLDEN
from vector_store import ModelError, SentenceEmbedder, embedding


def test_the_path_for_processors_with_bfloat16_ranks_like_the_plain_one(monkeypatch: pytest.MonkeyPatch) -> None:
    files = sorted(GOLDEN.glob("*.txt"))
    texts = [block for file in files for block in file.read_text(encoding="utf-8").split("\n\n") if len(block) > 60]
    questions = ["What did the scheme cost a year?", "How were the members of the panel chosen?", "Who was paid?"]
    ranks, vectors = [], []
    for fast in (False, True):
        monkeypatch.setattr(embedding, "has_fast_bfloat16", lambda fast=fast: fast)
        embedder = SentenceEmbedder()
        vectors.append(np.array(embedder.embed_documents(texts)))
        scores = np.array([embedder.embed_query(question) for question in questions]) @ vectors[-1].T
        ranks.append(scores.argmax(axis=1).tolist())
    assert ranks[0] == ranks[1]
    assert (vectors[0] * vectors[1]).sum(axis=1).min() > 0.999
    assert np.linalg.norm(vectors[1], axis=1) == pytest.approx(1.0, abs=1e-5)


def test_other_weights_under_the_models_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    with pytest.raises(ModelError, match="its checksum differs"):
        embedding._check_weights(tmp_path / "model.safetensors")
