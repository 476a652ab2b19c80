"""Damaged files of every format end in a report or a sentence: no fault, no hang, no process that dies."""

from __future__ import annotations

import random
import resource

import pytest

from benchmarks.fuzz import CHANGES, SUFFIXES, Fuzzing, damaged, made_seeds
from ingest.report import Report, ReportError
from ingest.sandbox.sandbox import SandboxedReaders


def test_every_format_is_tried_and_its_seeds_are_sound() -> None:
    seeds = made_seeds()
    assert set(seeds) == set(SUFFIXES)
    readers = SandboxedReaders()
    for suffix, files in seeds.items():
        for data in files if suffix != ".msg" else []:  # of which no library here writes a whole one
            assert all(isinstance(each, Report) for each in readers.read(data, f"seed{suffix}", suffix)), suffix


def test_the_same_seed_damages_alike_and_every_change_changes() -> None:
    [data] = made_seeds()[".html"]
    first, second = (damaged(data, ".html", random.Random(7), [data, b"other"]) for _ in range(2))
    assert first == second != data
    for change in CHANGES:
        assert any(change(data, random.Random(seed), [data, b"other"]) != data for seed in range(5))


def test_damaged_files_end_in_a_report_or_a_sentence() -> None:
    fuzzing, before = Fuzzing(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    fuzzing.run(made_seeds(), 300, seed=20261123)
    figures = fuzzing.figures()
    assert figures["inputs"] == 300 and figures["not plain"] == {}
    assert figures["all"]["read"] > 50 and figures["all"]["refused"] > 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000  # kilobytes


def test_what_goes_wrong_is_counted_for_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    fuzzing = Fuzzing()
    answers = iter(
        [
            "It could not be read because of a fault in this program. (KeyError)",
            "The file made the part of this program that reads files break down. "
            "Save it anew, as PDF or text, and add that.",
            "Reading the file took too long. Split it, or save it as PDF or plain text, and add that.",
            "Reading the file takes more memory than there is for one file. Split it and add the parts.",
            "no sentence",
        ]
    )
    monkeypatch.setattr(fuzzing.readers, "read", lambda *given: [ReportError("a", next(answers))])
    fuzzing.run({".txt": [b"Herons."]}, 5, seed=1)
    assert fuzzing.counts[".txt"] == dict.fromkeys(
        ("fault", "died", "out of time", "out of memory", "without a sentence"), 1
    )
    assert len(fuzzing.kept) == 4
