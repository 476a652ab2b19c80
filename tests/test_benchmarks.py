"""The benchmark beside others: its arithmetic, its table, and our side of it on two real files."""

from __future__ import annotations

import json
import re
import shutil
import sys
import time
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np
import pytest

from benchmarks import compare_frameworks, fit_statements, judged
from benchmarks.compare_frameworks import (
    MARKS,
    OURS,
    Spent,
    Task,
    figures_of,
    pages_of,
    readme_table,
    run_ours,
    share_in_model,
    spend,
    summary,
    write_table,
)
from cli.main import main
from service import Service
from training.rows import read_graded, sentences
from vector_store import SentenceEmbedder

QUESTION = {"id": "q1", "question": "What did the time credit scheme cost a year?", "answerable": True}


def here(command: Sequence[str], out: Path) -> Spent:
    """Do as `spend` in this process."""
    assert command[:3] == [sys.executable, "-m", "app"]
    start = time.perf_counter()
    with out.open("w") as output, redirect_stdout(output):
        assert main(command[3:]) == 0
    return Spent(time.perf_counter() - start, 0, 0)


def test_what_a_process_spends_is_measured_and_its_last_words_are_told(tmp_path: Path) -> None:
    spent = spend([sys.executable, "-c", "print('herons', sum(range(10_000_000)) > 0)"], tmp_path / "out")
    assert (tmp_path / "out").read_text() == "herons True\n"
    assert spent.seconds > 0.01 < spent.cpu_seconds < 60 and spent.peak_megabytes > 5
    with pytest.raises(SystemExit, match="no herons here"):
        spend([sys.executable, "-c", "raise SystemExit('no herons here')"], tmp_path / "out")


def test_ours_adds_and_answers_as_the_command_does(
    tmp_path: Path, golden_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is looked at here needs no processes that are small and have met nothing.
    monkeypatch.setattr(compare_frameworks, "alone", lambda function, *arguments: function(*arguments))
    monkeypatch.setattr(compare_frameworks, "spend", here)
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    papers = sorted(golden_folder.glob("*.pdf"))[:1]
    for path in papers:
        shutil.copy(path, corpus)
    question = QUESTION | {"evidence": [{"doc": papers[0].name, "page": 1, "quote": ""}]}
    asked = tmp_path / "questions.jsonl"
    asked.write_text(json.dumps(question) + "\n")
    task = Task(corpus, asked, asked, SentenceEmbedder()._folder)
    (tmp_path / "work").mkdir()
    run = run_ours(task, tmp_path / "work")
    pages = {path.name: pages_of(path) for path in papers}
    found = figures_of(run, pages, [question])
    assert found["files failed"] == 0 and found["passages"] == len(run.texts) > 0
    assert found["share of word pieces dropped"] == 0
    assert found["adding, pages a second"] == pytest.approx(sum(pages.values()) / run.ingest.seconds)
    assert found["report hit@10"] == 1 and run.disk > 100_000
    assert 0 < share_in_model(corpus, tmp_path / "profiled") < 1


def test_each_figure_is_the_median_of_the_rounds_and_beside_ours() -> None:
    def rounds(*values: float) -> list[dict[str, dict[str, float]]]:
        return [{"figures": {"seconds": value}} for value in values]

    rows = summary({OURS: rounds(2, 4, 3), "other": rounds(9, 6, 5)})
    assert rows["seconds"][OURS] == {"median": 3, "least": 2, "most": 4, "ours is so many times this": 1}
    assert rows["seconds"]["other"] == {"median": 6, "least": 5, "most": 9, "ours is so many times this": 0.5}


def test_the_table_goes_between_its_marks_and_shows_where_others_are_better(tmp_path: Path) -> None:
    def row(ours: float, other: float) -> dict[str, dict[str, float | None]]:
        return {side: {"median": value} for side, value in ((OURS, ours), ("chroma", other))}

    rows = {
        "adding, pages a second": row(10, 4),
        "adding, word pieces a second": row(10, 5),
        "first answer from a cold start, seconds": row(2, 9),
        "a search, median seconds": row(0.02, 0.01),
        "adding, peak memory in MB": row(500, 600),
        "asking, peak memory in MB": row(400, 600),
        "on the disk, MB": row(90, 45),
        "share of word pieces dropped": row(0, 0.2),
        "report hit@1": row(0.9, 0.8),
        "page hit@1": row(0.7, 0.75),
        "page hit@5": row(0.9, 0.8),
    }
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{MARKS[0]}\nformer table\n{MARKS[1]}\nafter\n")
    write_table(readme, readme_table(rows))
    text = readme.read_text()
    assert "former" not in text and text.startswith("before\n") and text.endswith("\nafter\n")
    lines = text.splitlines()
    assert "| | this assistant | Chroma |" in lines
    assert "| pages added a second | **1.00** | 0.40 |" in lines
    assert "| time of a search | 1.00 | **0.50** |" in lines
    assert "| share of the text that the model never sees | **0%** | 20% |" in lines
    assert "| right page first | 70% | **75%** |" in lines


def test_judged_questions_get_their_words_back_from_a_library_that_holds_them(golden: Service) -> None:
    asked = judged.judged()
    assert len(asked) > 1900 and sum(bool(each["answers"]) for each in asked) > 1000
    digests = [*asked[0]["answers"], *asked[0]["others"]]
    assert all(re.fullmatch(r"[0-9a-f]{10}", each) for each in digests) and len(set(digests)) == len(digests) > 10

    known = judged.sentences(golden.assistant.store)
    cost = next(name for name, each in known.items() if "£41,000" in each.text)
    other = next(name for name, each in known.items() if "34 members" in each.text)
    question = {"question": "What did it cost?", "answers": [cost, "0" * 10], "others": [other]}
    found = judged.with_words(question, known)
    assert [(each["grade"], "£41,000" in each["text"]) for each in found["passages"]] == [(3, True), (0, False)]
    assert found["passages"][0]["answers"] == [found["passages"][0]["text"]]


def test_graded_passages_get_their_words_back_and_can_be_learnt_from_where_they_may(
    golden: Service, tmp_path: Path
) -> None:
    asked = judged.graded()
    assert sum(each["may_learn"] for each in asked) > 1900
    assert all(
        0 <= grade <= 3 and (grade >= 2 or not numbers) for each in asked for _, grade, numbers in each["passages"]
    )

    known = {judged.digest(each.text): each for each in judged.passages(golden.assistant.store)}
    name, passage = next((name, each) for name, each in known.items() if "£41,000" in each.text)
    others = [[other, 0, []] for other in known if other != name]
    at = next(at for at, (first, last) in enumerate(sentences(passage.text)) if "£41,000" in passage.text[first:last])
    question = {
        "question": "What did it cost?",
        "may_learn": True,
        "passages": [[name, 3, [at]], *others, ["0" * 10, 2, [0]]],
    }
    kept_back = {**question, "may_learn": False}
    path = tmp_path / "graded.jsonl"
    path.write_text("\n".join(json.dumps(judged.with_passages(each, known)) for each in (question, kept_back)))
    (row,) = read_graded(path)
    assert len(row.passages) == 1 + len(others)
    first = row.passages[0]
    (answer,) = first.answers or {-1}
    assert first.grade == 3 and "£41,000" in first.text[slice(*first.spans[answer])]


def test_the_fit_of_statements_learns_what_tells_them_and_leaves_what_is_set() -> None:
    chance = np.random.default_rng(1)
    names, used = fit_statements.NAMES, fit_statements.in_use()

    def case() -> fit_statements.Case:
        features = chance.random((8, len(names)))
        right = np.arange(8) == features[:, names.index("reason")].argmax()
        return fit_statements.Case(features, right)

    counts = fit_statements.fit([fit_statements.Set("made", [case() for _ in range(60)], 1.0)], 1e-6)
    cases = [case() for _ in range(60)]
    right = [[each.right[(each.features @ how).argmax()] for each in cases] for how in (counts, used)]
    assert np.mean(right[0]) > 0.8 > 0.5 > np.mean(right[1])
    assert all(counts[names.index(name)] == used[names.index(name)] for name in fit_statements.SET)
