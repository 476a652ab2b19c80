"""Questions to begin and to go on with: each is answered by the reports, and none asks again what was asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rag.question import understand
from rag.suggestions import COMMON, examples, suggestions
from service import Service
from tests.test_page import empty_library

REPORT = """# What are time banks?

Time banks are schemes in which people earn a credit for each hour that they give, and spend it on help.

# Why do you ask?

People ask because they want to know who pays.

# How to earn a credit?

A credit is earned by an hour of help.

# What does it cost?

A credit costs nothing.

# Introduction

Time banks began in the town hall.
"""


def test_every_example_is_answered(golden: Service) -> None:
    found = examples(golden.assistant, golden.library.all_details(), 4, "")
    assert all(golden.assistant.ask(each).answered for each in found)


def test_a_library_without_reports_has_no_examples(golden: Service, tmp_path: Path) -> None:
    with empty_library(golden, tmp_path / "library") as service:
        assert examples(service.assistant, [], 4, "") == []


def test_a_title_that_is_a_question_is_an_example_if_it_is_answered(golden: Service, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Who runs the swimming pool?\n\nThe swimming pool is run by its swimmers.")
    with empty_library(golden, tmp_path / "library") as service:
        list(service.library.add([tmp_path / "a.md"]))
        details = service.library.all_details()
        assert "Who runs the swimming pool?" in examples(service.assistant, details, 4, "")
        unanswered = [replace(details[0], title="What is the capital of Mongolia?")]
        assert "What is the capital of Mongolia?" not in examples(service.assistant, unanswered, 9, "")


def test_headings_that_are_questions_are_suggested_and_answered(golden: Service, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(REPORT, encoding="utf-8")
    with empty_library(golden, tmp_path / "library") as service:
        list(service.library.add([tmp_path / "a.md"]))
        found = suggestions(service.assistant, service.assistant.ask("Who earns a credit?"), 3, "")
        assert "What are time banks?" in found
        assert all(service.assistant.ask(each).answered for each in found)
        # Within limits that leave that report out, nothing of it.
        briefs = {each.id for each in service.library.all_details() if each.file != "a.md"}
        within = suggestions(service.assistant, service.assistant.ask("Who earns a credit?"), 3, "", briefs)
        assert "What are time banks?" not in within
        assert not {"Why do you ask?", "How to earn a credit?", "What does it cost?"} & set(found)
        asked = suggestions(service.assistant, service.assistant.ask("What are time banks?"), 3, "")
        assert "What are time banks?" not in asked


def test_nothing_is_suggested_after_a_question_on_something_else(golden: Service) -> None:
    answer = golden.assistant.ask("What is the boiling point of tungsten?")
    assert suggestions(golden.assistant, answer, 3, "") == []


@pytest.mark.parametrize("question", COMMON)
def test_a_common_question_means_the_same_in_the_middle_of_a_conversation(question: str) -> None:
    history = [("Who runs the swimming pool?", "It is run by its swimmers.")]
    assert understand(question, history) == understand(question, ())
