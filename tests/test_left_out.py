"""Nothing is silent: what of a file could not be read is counted and named wherever the report is told of."""

from __future__ import annotations

import json
from typing import get_args

import pytest

from ingest.catalogue_entry import listing, outcome, summarise
from ingest.left_out import Kind, LeftOut, gathered, told
from ingest.readers import inner_files as inner
from ingest.readers import registry as read
from ingest.report import Block, Content, RawPage, Report
from ingest.serialise import dump_report, load_report

FOUND = (LeftOut("chart"), LeftOut("chapter", names=("two.xhtml",)), LeftOut("chart", 2), LeftOut("layer", 0))
SENTENCE = "Left out: 3 charts; 1 chapter (two.xhtml)."


@pytest.fixture
def report(monkeypatch: pytest.MonkeyPatch) -> Report:
    content = Content((RawPage((Block("Herons wait."),)),), title="Herons", left_out=FOUND)
    monkeypatch.setitem(inner.READERS, ".txt", lambda data, file: content)
    [made] = read.read_reports(b"-", "herons.txt", ".txt")
    assert isinstance(made, Report)
    return made


def test_what_a_reader_leaves_out_is_counted_by_kind(report: Report) -> None:
    assert report.left_out == (LeftOut("chart", 3), LeftOut("chapter", 1, ("two.xhtml",)))


def test_it_is_told_with_the_outcome_and_in_the_list(report: Report) -> None:
    summary = json.loads(json.dumps(summarise(report, "kept.txt", 1)))
    assert outcome(summary, "added", "herons.txt").reason == SENTENCE
    listed = listing(summary)
    assert (listed.reason, listed.left_out) == (SENTENCE, report.left_out)
    assert json.loads(json.dumps(listed.to_json()))["left_out"] == [
        {"kind": "chart", "count": 3, "names": []},
        {"kind": "chapter", "count": 1, "names": ["two.xhtml"]},
    ]


def test_it_is_kept_with_the_report(report: Report) -> None:
    summary = json.loads(json.dumps(summarise(report, "kept.txt", 1)))
    assert load_report(summary, dump_report(report)) == report


def test_reports_stored_before_it_was_counted_are_read(report: Report) -> None:
    summary, body = summarise(report, "kept.txt", 1), json.loads(dump_report(report))
    del summary["left_out"], body["left_out"]
    assert listing(summary).left_out == load_report(summary, json.dumps(body)).left_out == ()
    assert outcome(summary, "unchanged", "herons.txt").reason == ""


def test_every_kind_has_its_words_and_long_lists_of_names_are_cut() -> None:
    assert len({told([LeftOut(kind, 2)]) for kind in get_args(Kind)}) == len(get_args(Kind))
    assert told([LeftOut("slide", 7, tuple("1234567"))]) == "Left out: 7 hidden slides (1, 2, 3, 4, 5, …)."
    assert told(gathered([LeftOut("slide", 0)])) == ""
