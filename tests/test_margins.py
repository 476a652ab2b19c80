"""Margins of pages and lists of contents go, the text stays."""

from __future__ import annotations

from ingest.line import Line
from ingest.margins import contents_lines, furniture


def at(top: float, text: str) -> Line:
    return Line(text, top=top, bottom=top + 0.02)


def test_furniture_stands_at_the_same_height_on_three_pages() -> None:
    pages = [[at(0.03, f"Report | {n}"), at(0.5, "Same words"), at(0.95, f"{n + 4}")] for n in range(3)]
    assert furniture(pages) == [{0, 2}] * 3
    assert furniture(pages[:2]) == [set(), set()]


def test_a_margin_line_that_does_not_repeat_stays() -> None:
    pages = [[at(0.03, text)] for text in ("In the first year", "Then there were", "After that came")]
    assert furniture(pages) == [set(), set(), set()]


def test_contents_by_title_and_numbers() -> None:
    lines = ["Contents", "Summary 2", "Introduction 3", "What we did 7", "Annex 12", "Thank you to all who helped."]
    assert contents_lines(lines) == {0, 1, 2, 3, 4}


def test_lines_that_end_in_a_number_are_no_contents_without_the_title() -> None:
    assert contents_lines(["We met in 2014", "It cost 40", "There were 12", "We left in 2019"]) == set()
