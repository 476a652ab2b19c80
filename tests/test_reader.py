"""The reader tells passages and statements that answer from others, each by itself, and in their order."""

from __future__ import annotations

import numpy as np
import pytest

from vector_store.ranking.passage_reader import PassageReader, packed, unpacked

QUESTION = "How are the members of the panel chosen?"
ANSWER = "The members of the panel are chosen by lot from the register of voters."
READ = [
    ("Notes", f"The hall has a roof of slate. {ANSWER} It rained."),
    ("", "Herons stand by the lake."),
    ("Panels", f"{'Herons stand by the lake. ' * 60}{ANSWER}"),
]


@pytest.fixture(scope="module")
def reader() -> PassageReader:
    made = PassageReader()
    made.load()
    return made


def test_an_answering_passage_is_told_from_others(reader: PassageReader) -> None:
    first, second, cut = reader.read(QUESTION, READ)
    assert first > 0 > second
    assert cut < 0  # of the last, what answers stands beyond what is read


def test_an_answering_statement_is_told_from_others(reader: PassageReader) -> None:
    others = ("The hall has a roof of slate.", "The panel met again on Monday.")
    first, *rest = reader.read_statements(QUESTION, [("Panels", each) for each in (ANSWER, *others)])
    assert first > 0 > max(rest)


def test_each_text_gets_its_own_verdict_whatever_is_read_beside_it(reader: PassageReader) -> None:
    for read in (reader.read, reader.read_statements):
        together, alone = read(QUESTION, READ * 4), [read(QUESTION, [each])[0] for each in READ]
        for number, verdict in enumerate(together):
            assert verdict == pytest.approx(alone[number % 3], abs=0.15)  # bfloat16 rounds by the batch
        assert read(QUESTION, []) == []


def test_a_question_that_is_longer_than_what_is_read_is_read_as_far_as_it_goes(reader: PassageReader) -> None:
    long = QUESTION * 60
    for read in (reader.read, reader.read_statements):
        assert len(read(long, READ)) == len(READ)


def test_weights_kept_as_bytes_come_back_nearly_as_they_were() -> None:
    chance = np.random.default_rng(1)
    weights = {"dense.weight": chance.normal(size=(8, 32)).astype(np.float32), "bias": np.ones(3, np.float32)}
    found = unpacked(packed(weights))
    assert found["dense.weight"] == pytest.approx(weights["dense.weight"], abs=0.02)
    assert found["bias"].tolist() == [1, 1, 1]
