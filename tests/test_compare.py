"""What each report says to a question, and how the reports define a word."""

from __future__ import annotations

import json

import pytest

import app
from app import Parts
from rag.compare import asked_meaning, defines


def test_every_report_has_a_row_and_those_that_say_something_come_first(golden: Parts) -> None:
    rows = golden.assistant.compare("What did the scheme cost a year?")
    assert len(rows) == 3 and len({row.report.id for row in rows}) == 3
    assert rows[0].citations[0].quote == "The scheme cost £41,000 a year." and rows[0].citations[0].page == 2
    said = [bool(row.citations) for row in rows]
    assert said == sorted(said, reverse=True) and not all(said)
    for row in rows:
        assert all(citation.passage.report.id == row.report.id for citation in row.citations)


def test_a_question_that_nobody_answers_gives_empty_rows(golden: Parts) -> None:
    assert not any(row.citations for row in golden.assistant.compare("Who won the football World Cup in 2014?"))


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("What is co-production?", "co-production"),
        ("What does the term “core economy” mean?", "core economy"),
        ("How do the reports define community capacity?", "community capacity"),
        ("What are time credits", "time credits"),
        ("What's co-design exactly?", "co-design"),
        ("So what is social prescribing?", "social prescribing"),
        ("What do we mean by personalisation?", "personalisation"),
        ("What did the scheme cost?", ""),
        ("What is the number of people who took part in the panels of the council?", ""),
    ],
)
def test_a_question_for_a_meaning_is_known(question: str, subject: str) -> None:
    assert asked_meaning(question) == subject


@pytest.mark.parametrize(
    ("text", "is_definition"),
    [
        ("Co-production is a way of working together.", True),
        ("Coproduction means that both give.", True),
        ("By co-production we mean working as equals.", True),
        ("In 2009 Boyle and Harris defined co-production anew.", True),
        ("Co-production, in the words of one council, is sharing power.", True),
        ("The panel liked co-production.", False),
        ("Co-production: a manifesto", False),
    ],
)
def test_a_sentence_that_says_what_a_word_means_is_known(text: str, is_definition: bool) -> None:
    assert defines(text, "co-production") is is_definition
    assert not defines(text, "")


def test_the_commands_print_a_line_a_report(
    golden: Parts, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "open_parts", lambda settings: golden)
    monkeypatch.setattr(golden.reading_list, "settle", lambda: None)
    assert app.main(["--json", "compare", "What did the scheme cost a year?"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(rows) == 3
    assert rows[0].keys() == {"id", "report", "publisher", "year", "file", "citations"}
    assert app.main(["compare", "What did the scheme cost a year?"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("The scheme cost £41,000 a year.") and "Nothing was found in" in told
    assert app.main(["define", "zebra crossing"]) == 1
    assert "says what zebra crossing is" in capsys.readouterr().err
    with pytest.raises(SystemExit) as stopped:
        app.main(["ask", "  "])
    assert stopped.value.code == 2
