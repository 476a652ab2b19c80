"""Editions of one report: the year that tells them apart, and which of them answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.readers.title_page.imprint import year_covered, year_in_name
from ingest.report import Details, Passage
from rag.sentences import Sentence, by_edition
from service import Service
from tests.test_copies import sentences
from tests.test_page import empty_library


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("return-2018.pdf", 2018),
        ("Annual_Report_2017-18.docx", 2018),
        ("report 2017_18 final.pdf", 2018),
        ("EPA2022.pdf", 2022),
        ("2014-11-19.md", 2014),
        ("2012-11.md", 2012),
        ("20140312_minutes.pdf", 2014),
        ("plan-2014-2020.pdf", None),
        ("form-1120.pdf", None),
        ("vision-2055.pdf", None),
        ("call-0120184567.pdf", None),
    ],
)
def test_the_year_in_the_name_of_a_file(name: str, year: int | None) -> None:
    assert year_in_name(name) == year


@pytest.mark.parametrize(
    ("line", "year"),
    [
        ("It covers the year that ended on 31 March 2018.", 2018),
        ("Accounts for the twelve months ending 30 June 2017", 2017),
        ("Annual report 2016", 2016),
        ("This is the return for 2015, the tenth of its kind.", 2015),
        ("Report for the financial year 2015", 2015),
        ("The annual report 2016-19 was late.", None),
        ("The committee met in 2015 and in 2016.", None),
        ("Annual reports 2015 and survey of 2016", None),
    ],
)
def test_the_year_that_a_report_says_it_is_about(line: str, year: int | None) -> None:
    assert year_covered(["No date here.", line]) == year


def told(text: str, score: float, year: int | None, title: str = "Garden: return") -> Sentence:
    passage = Passage(Details(str(year), title, f"{year}.md", year=year), 0, len(text), text)
    return Sentence(passage, 0, len(text), score)


OLD, NEW, OTHER = "It had 41 beds.", "It had fifty-eight beds.", "Its members chose the beds."


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("How many beds had it?", NEW),
        ("How many beds had it in 2017?", OLD),
        ("How many beds had it in 2018?", NEW),
        ("How many beds had it in 2011?", NEW),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_the_edition_of_the_year_that_was_asked_for_goes_first(question: str, first: str, turned: bool) -> None:
    old, new = told(OLD, 0.9, 2017, "Garden: return 2017"), told(NEW, 0.9, 2018, "Garden: return 2018")
    ranked = [told(OTHER, 1.0, 2017), *((new, old) if turned else (old, new))]
    ordered = by_edition(ranked, question)
    assert [each.text for each in ordered] == [OTHER, first, OLD if first == NEW else NEW]
    assert [each.score for each in ordered] == [1.0, 0.9, 0.9]


def test_other_reports_and_those_without_a_year_keep_their_places() -> None:
    for other in (told(NEW, 0.5, 2018, "Allotment: return"), told(NEW, 0.5, None), told(OTHER, 0.5, 2018)):
        ranked = [told(OLD, 0.9, 2017), other]
        assert by_edition(ranked, "How many beds had it?") == ranked


@pytest.mark.parametrize("body", [False, True])
def test_editions_that_only_a_name_or_a_date_tells_apart(golden: Service, tmp_path: Path, body: bool) -> None:
    around = " ".join(sentences(3))
    texts = {
        year: f"# Inchmore garden: return\n\n{f'For the year ended 31 March {year}. ' * body}{around}\n\n"
        f"At the end of the year {beds} beds were let.\n"
        for year, beds in ((2017, "forty-one"), (2018, "fifty-eight"))
    }
    for year, text in texts.items():
        (tmp_path / (f"{year % 2}.md" if body else f"return-{year}.md")).write_text(text, encoding="utf-8")
    with empty_library(golden, tmp_path / "library") as service:
        outcomes = list(service.library.add(sorted(tmp_path.glob("*.md"))))
        assert [(outcome.status, outcome.reason) for outcome in outcomes] == [("added", "")] * 2
        for asked, figure in (("in 2017", "forty-one"), ("in 2018", "fifty-eight"), ("", "fifty-eight")):
            cited = service.assistant.ask(f"How many beds were let {asked}?".replace(" ?", "?")).citations
            assert figure in cited[0].quote
