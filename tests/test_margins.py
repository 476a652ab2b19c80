"""Margins of pages and lists of contents go, the text stays."""

from __future__ import annotations

import pytest

from ingest.readers.pdf.line import Line
from ingest.readers.pdf.margins import contents_lines, furniture, notes, watermarks


def at(top: float, text: str) -> Line:
    return Line(text, top=top, bottom=top + 0.02)


def test_furniture_stands_at_the_same_height_on_three_pages() -> None:
    pages = [[at(0.03, f"Report | {n}"), at(0.5, "Same words"), at(0.95, f"{n + 4}")] for n in range(3)]
    assert furniture(pages, 10) == [{0, 2}] * 3


def test_a_margin_line_that_does_not_repeat_stays() -> None:
    pages = [[at(0.03, text)] for text in ("In the first year", "Then there were", "After that came")]
    assert furniture(pages, 10) == [set(), set(), set()]


def test_contents_by_title_and_numbers() -> None:
    lines = ["Contents", "Summary 2", "Introduction 3", "What we did 7", "Annex 12", "Thank you to all who helped."]
    assert contents_lines(lines, 20) == {0, 1, 2, 3, 4}


def test_lines_that_end_in_a_number_are_no_contents_without_the_title() -> None:
    assert contents_lines(["We met in 2014", "It cost 40", "There were 12", "We left in 2019"], 20) == set()


def body(page: int) -> list[Line]:
    return [
        Line(f"Text {page} of its own, line {at}.", top=0.3 + at / 50, bottom=0.32 + at / 50, size=12)
        for at in range(5)
    ]


@pytest.mark.parametrize("words", ["Recommendation {}", "Chapter {}", "Case study {}", "Story {}."])
@pytest.mark.parametrize("pages", [2, 4, 6])
def test_numbered_headings_are_no_running_heads(words: str, pages: int) -> None:
    printed = [[Line(words.format(n), top=0.05, bottom=0.08, size=17), *body(n)] for n in range(1, pages + 1)]
    assert furniture(printed, 12) == [set()] * pages


@pytest.mark.parametrize(
    "words", ["Report of the panel | {}", "{} Report of the panel", "Review {}", "Page {}", "Chapter 2"]
)
def test_running_heads_that_count_the_pages_go(words: str) -> None:
    printed = [[Line(words.format(n + 3), top=0.05, bottom=0.07, size=9), *body(n)] for n in range(5)]
    assert furniture(printed, 12) == [{0}] * 5


def test_heads_of_a_paper_of_two_pages_go_and_its_title_stays() -> None:
    heads = ["Harbour briefing", "Page {} of 2"]
    pages = [
        [
            *(Line(head.format(n), top=0.03 + at / 50, bottom=0.04 + at / 50, size=9) for at, head in enumerate(heads)),
            Line(f"Time credits {n}", top=0.09, bottom=0.11, size=20),
            *body(n),
        ]
        for n in (1, 2)
    ]
    assert furniture(pages, 12) == [{0, 1}] * 2


def test_a_table_with_leaders_is_no_list_of_contents() -> None:
    rows = [f"{what} ........ {sum_}" for what, sum_ in (("Seeds", 412), ("Rent", 950), ("Wages", 8640), ("Tea", 12))]
    assert contents_lines(rows, 40) == set()
    assert contents_lines(["Seeds ........ 4", "Rent ........ 9", "Wages ........ 12"], 40) == set()
    assert contents_lines(["Name ________", "Date ________", "Place ________"], 40) == set()


def test_leaders_before_pages_whose_headings_follow_are_contents() -> None:
    rows = ["Summary ........ 4", "Findings ........ 9", "What we learnt ........ 12"]
    assert contents_lines(rows, 40, lambda: {"summary", "findings"}) == {0, 1, 2}


def test_what_lies_across_a_page_goes_and_a_light_title_stays() -> None:
    leaning = Line("DRAFT", left=0.2, right=0.8, top=0.3, bottom=0.6, size=90, leaning=True)
    name = Line("Jan 2014", left=0.2, right=0.24, top=0.3, bottom=0.34, size=20, leaning=True)
    faint = Line("CONFIDENTIAL", top=0.3, bottom=0.45, size=60, faint=True)
    title = Line("Light title", top=0.3, bottom=0.34, size=40, faint=True)
    assert watermarks([[leaning, *body(1)], [name, *body(2)]]) == [{0}, set()]
    assert watermarks([[faint, *body(1)], [title]]) == [{0}, set()]


def test_notes_stand_at_the_foot_and_small_tables_above_text_do_not() -> None:
    note = [Line("1 The ferry joined.", top=0.8, bottom=0.81, size=9), Line("and left.", top=0.82, bottom=0.83, size=9)]
    assert notes([*body(1), *note], 12) == {5, 6}
    assert notes([*note, Line("Text below.", top=0.9, bottom=0.92, size=12)], 12) == set()
    for words in ("60 days or more", "t (MOE) funds used for work"):
        assert notes([*body(1), Line(words, top=0.8, bottom=0.81, size=9)], 12) == set()
