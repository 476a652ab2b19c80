"""What each report says to a question, and how the reports define a word."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection
from dataclasses import replace

import pytest

from cli.main import main
from export import FORMATS, of_comparison
from ingest.report import BRIEF, Details, PageStart, Passage, Report
from page.screens.compare import ORDERS, comparison_html, ordered
from rag import Citation, Row
from rag.comparison import Comparison, Disagreement, compare
from rag.question import asked_meaning, defines
from service import Service


def test_every_report_has_a_row_and_those_that_say_something_come_first(golden: Service) -> None:
    rows = golden.assistant.compare("What did the scheme cost a year?")
    assert len(rows) == 3 and len({row.report.id for row in rows}) == 3
    assert rows[0].citations[0].quote == "The scheme cost £41,000 a year." and rows[0].citations[0].page == 2
    said = [bool(row.citations) for row in rows]
    assert said == sorted(said, reverse=True) and not all(said)
    for row in rows:
        assert all(citation.passage.report.id == row.report.id for citation in row.citations)


def test_a_misspelt_question_is_compared_as_the_reports_spell_it_and_that_is_told(golden: Service) -> None:
    compared = golden.compare("What did the time credti scheme cost a year?")
    assert compared.searched_for == "What did the time credit scheme cost a year?" and compared.speaking
    assert "Searched for “What did the time credit scheme" in comparison_html(compared)
    assert golden.compare("What did the time credit scheme cost a year?").searched_for == ""


def test_a_question_that_nobody_answers_gives_empty_rows(golden: Service) -> None:
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
        ("What is 'co-production'?", "co-production"),
        ("What does ‘time banking’ mean?", "time banking"),
        ("What is a citizens' panel?", "citizens' panel"),
        ("What is co‑production?", "co‑production"),
        ("What exactly is co-production?", "co-production"),
        ("What is co-production, exactly?", "co-production"),
        ("Can you define co-production?", "co-production"),
        ("How would you define co-production?", "co-production"),
        ("Can you explain what personal budgets are?", "personal budgets"),
        ("What is meant by the term co-production?", "co-production"),
        ("What does co-production cost?", ""),
        ("Explain how time banks work", ""),
        ("What is it?", ""),
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


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("A time bank is a way to trade.", "time banks"),
        ("Time banks are a way to trade.", "time bank"),
        ("A community is where people meet.", "communities"),
        ("Communities are where people meet.", "community"),
        ("Co-production is a way of working.", "co‑production"),
    ],
)
def test_one_and_several_of_a_thing_have_the_same_meaning(text: str, subject: str) -> None:
    assert defines(text, subject)


class Asked:
    """Puts made-up questions to made-up reports."""

    def __init__(self, golden: Service, said: dict[str, dict[str, str]], shelf: dict[str, Details]) -> None:
        self.embeddings, self._said, self._shelf = golden.embedder, said, shelf

    def compare(self, question: str, among: Collection[str] | None = None) -> list[Row]:
        said = self._said[question]
        return [
            Row(each, (said_by(each, said[id]),) if id in said else ())
            for id, each in self._shelf.items()
            if among is None or id in among
        ]


class Shelf:
    """What is needed of a library to tell kinds that persons gave."""

    def __init__(self, shelf: dict[str, Details]) -> None:
        self._shelf = shelf

    def report(self, id: str, /) -> Report:
        return Report(self._shelf[id], "")

    def all_details(self) -> list[Details]:
        return [*self._shelf.values()]

    def note(self, name: str, /) -> str | None:
        return None

    def put_note(self, name: str, text: str, /) -> None: ...


def said_by(report: Details, quote: str) -> Citation:
    return Citation(1, Passage(report, 0, len(quote), quote, "", (PageStart(0, 4, "4"),)), quote, 0.9, 4)


COSTS, PAYS = "What did the time bank scheme cost?", "Who paid for it?"


@pytest.fixture
def compared(golden: Service) -> Comparison:
    kinds = {"a": ("evaluation", 2011), "b": ("survey", 2015), "c": ("form or template", 2019), "d": ("survey", None)}
    shelf = {id: Details(id, f"Report {id}", f"{id}.pdf", year=year, genre=kind) for id, (kind, year) in kinds.items()}
    said = {
        COSTS: {
            "a": "The time bank scheme cost £41,000 a year to run.",
            "b": "The time bank scheme cost £65,000 a year to run.",
            "c": "The time bank scheme cost £____ a year to run.",
        },
        PAYS: {"b": "The council paid for it.", "d": "The lottery paid for it."},
    }
    return compare(Asked(golden, said, shelf), Shelf(shelf), COSTS, further=[PAYS])


def test_kinds_columns_and_differences_are_told_and_a_blank_form_says_nothing(compared: Comparison) -> None:
    assert [row.report.id for row in compared.speaking] == ["a", "b"]
    assert [row.report.id for row in compared.silent] == ["c", "d"]
    assert [(each.question, [*filter(each.said.get, each.said)]) for each in compared.further] == [(PAYS, ["b"])]
    first, second, blank, _silent = compared.to_json()
    assert first["genre_told"]["name"] == "evaluation" and "genre_told" not in blank
    assert [each["what"] for each in first["differs"]] == ["Different figures: £41,000 and £65,000"]
    assert second["differs"][0]["other"]["report"] == "Report a" and "differs" not in blank


def test_a_comparison_is_shown_with_its_columns_in_the_order_that_is_chosen(compared: Comparison) -> None:
    html = comparison_html(compared)
    assert (
        html.index("Where reports differ") < html.index("<table") < html.index("Reports in which nothing was found: 2")
    )
    assert f"<th scope='col'>{PAYS}<input type='hidden'" in html and html.count("<table") == 1
    assert html.count("<th scope='row'>") == 2 and "<li>Report c, 2019</li>" in html
    assert "<td class='year'>2011</td>" in html and "The council paid for it." in html
    orders = {order: [row.report.id for row in ordered(compared, order)] for order in ORDERS}
    assert orders == {"strength": ["a", "b"], "year": ["b", "a"], "kind": ["a", "b"]}


def test_a_comparison_tells_on_the_page_who_says_the_words_and_whose_they_are() -> None:
    brief = Details("o", "Power", "power.md", kind=BRIEF)
    one, other = replace(said_by(brief, "It fell."), speaker="Mary"), said_by(Details("p", "Panels", "p.pdf"), "No.")
    differs = Disagreement("direction", one, other, "Up and down")
    html = comparison_html(Comparison("Did it fall?", (Row(brief, (one,)),), {}, (differs,)))
    assert html.count("Said by Mary") == 2 and "<cite>Our brief of Power</cite>" in html


def test_a_comparison_is_saved_as_a_table_with_a_row_a_report_and_as_a_document(compared: Comparison) -> None:
    material = of_comparison(compared)
    rows = list(csv.DictReader(io.StringIO(FORMATS["csv"].write(material).decode("utf-8-sig"))))
    assert [(row["report"], row["year"], row["kind"], row[PAYS]) for row in rows] == [
        ("Report a", "2011", "evaluation", ""),
        ("Report b", "2015", "survey", "The council paid for it."),
    ]
    assert rows[0][COSTS] == "The time bank scheme cost £41,000 a year to run."
    assert [section.heading for section in material.sections] == [
        "Where reports differ", "Report a (2011), evaluation", "Report b (2015), survey", "",
        "Nothing was found in 2 of 4 reports",
    ]  # fmt: skip
    assert [cited.number for cited in material.citations] == [1, 2, 3, 4, 5]


def test_the_commands_give_every_page_that_words_run_over_and_call_briefs_so(
    golden: Service, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    report = Details("p", "Panels", "panels.pdf")
    begun = said_by(report, "They were")
    ended = replace(begun, number=2, quote="paid.", page=5)
    rows = [Row(report, (begun, replace(begun, number=3, quote="chosen and"), ended))]
    rows.append(Row(Details("o", "Power", "power.md", kind=BRIEF)))
    monkeypatch.setattr("cli.main.open_service", lambda settings: golden)
    monkeypatch.setattr(golden.reading_list, "settle", lambda: None)
    monkeypatch.setattr(Service, "compare", lambda service, question: Comparison(question, tuple(rows), {}))
    assert main(["compare", "Who was paid?"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "They were chosen and paid.",
        "    Panels, page 4. panels.pdf",
        "    Panels, page 5. panels.pdf",
        "",
        "Nothing was found in 1 of 2 reports: Our brief of Power",
    ]


def test_the_commands_print_a_line_a_report(
    golden: Service, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.main.open_service", lambda settings: golden)
    monkeypatch.setattr(golden.reading_list, "settle", lambda: None)
    assert main(["--json", "compare", "What did the scheme cost a year?"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(rows) == 3
    assert rows[0].keys() == {"id", "report", "publisher", "year", "file", "citations", "genre_told"}
    assert main(["compare", "What did the scheme cost a year?"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("The scheme cost £41,000 a year.") and "Nothing was found in" in told
    assert main(["define", "zebra crossing"]) == 1
    assert "says what zebra crossing is" in capsys.readouterr().err
    with pytest.raises(SystemExit) as stopped:
        main(["ask", "  "])
    assert stopped.value.code == 2
