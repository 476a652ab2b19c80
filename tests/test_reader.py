"""The reader tells passages that answer from others, each by itself, and in the order of the passages."""

from __future__ import annotations

import numpy as np
import pytest

from vector_store.ranking.passage_reader import PassageReader, packed, unpacked

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


def test_weights_kept_as_bytes_come_back_nearly_as_they_were() -> None:
    chance = np.random.default_rng(1)
    weights = {"dense.weight": chance.normal(size=(8, 32)).astype(np.float32), "bias": np.ones(3, np.float32)}
    found = unpacked(packed(weights))
    assert found["dense.weight"] == pytest.approx(weights["dense.weight"], abs=0.02)
    assert found["bias"].tolist() == [1, 1, 1]
