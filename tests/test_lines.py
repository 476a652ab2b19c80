"""Printed lines: the letters of a page as they are read, wherever and in whatever order the file draws them."""

from __future__ import annotations

from pathlib import Path

import pypdfium2 as pdfium
import pytest

from ingest.readers.pdf.line import Line
from ingest.readers.pdf.lines import printed_lines
from ingest.readers.pdf.page_view import locate
from ingest.readers.pdf.text_page import PageText
from tests.papers import drawing, show


def lines_of(data: bytes) -> list[Line]:
    page = pdfium.PdfDocument(data)[0]
    return printed_lines(page, PageText(page.get_textpage()))


def texts(data: bytes) -> list[str]:
    return [line.text for line in lines_of(data)]


def raised(before: str, mark: str, after: str, size: float = 11, share: float = 0.6, rise: float = 0.35) -> str:
    """A line with a mark that is raised and smaller, all drawn as one text."""
    return (
        f"BT /F1 {size} Tf 72 700 Td ({before}) Tj /F1 {share * size} Tf {rise * size} Ts ({mark}) Tj "
        f"/F1 {size} Tf 0 Ts ({after}) Tj ET"
    )


@pytest.mark.parametrize(
    ("before", "mark", "after", "expected"),
    [
        ("a grant of \xa31,200", "3", " in the first year", "a grant of £1,200 in the first year"),
        ("and met in 2016", "12", ".", "and met in 2016."),
        ("all 12 members.", "5", " Next came", "all 12 members. Next came"),
        ("all 12 members", "3,4", ", and", "all 12 members, and"),
        ("all 12 members", "a", " stayed", "all 12 members stayed"),
        ("all 12 members", "*", " stayed", "all 12 members stayed"),
        ("all 12 members", "[7]", " stayed", "all 12 members stayed"),
        ("all 12 members [7]", "", " stayed", "all 12 members [7] stayed"),
        ("a hall of 400 m", "2", " was let", "a hall of 400 m² was let"),
        ("near 3 x 10", "6", " people", "near 3 x 10⁶ people"),
        ("on the 1", "st", " of May", "on the 1st of May"),
        ("the 22", "nd", " meeting", "the 22nd meeting"),
    ],
)
@pytest.mark.parametrize(("size", "share", "rise"), [(11, 0.6, 0.35), (18, 0.58, 0.33), (9, 0.7, 0.3), (12, 0.8, 0.25)])
def test_marks_of_notes_are_left_out_and_what_else_is_raised_stays(
    before: str, mark: str, after: str, expected: str, size: float, share: float, rise: float
) -> None:
    assert texts(drawing(raised(before, mark, after, size, share, rise))) == [expected]


@pytest.mark.parametrize("size", [6, 7])
def test_a_mark_so_high_that_pdfium_parts_it_from_its_line_is_left_out(size: float) -> None:
    parts = [(72, 700, 11, "It uses the manual"), (158.6, 708, size, "26"), (158.6 + 1.1 * size, 700, 11, "mixes both")]
    assert texts(drawing(show(*parts))) == ["It uses the manual mixes both"]


def test_a_figure_at_the_foot_of_the_line_is_no_mark() -> None:
    assert texts(drawing(show((72, 700, 11, "Growth of CO"), (139, 697, 7, "2"), (144, 700, 11, "was low."))))[0] in (
        "Growth of CO2 was low.",
        "Growth of CO 2 was low.",
        "Growth of CO2was low.",
    )


def test_marks_drawn_as_texts_of_their_own_or_after_all_else_are_left_out() -> None:
    apart = show((72, 700, 11, "They paid 1,200"), (154, 704, 6.5, "3"), (159, 700, 11, "in the first year."))
    assert texts(drawing(apart)) == ["They paid 1,200 in the first year."]


def test_lowered_figures_and_small_words_stay() -> None:
    assert texts(drawing(raised("less CO", "2", " was made", rise=-0.15))) == ["less CO2 was made"]
    assert texts(drawing(raised("In 2016 ", "SMALL", " caps", rise=0))) == ["In 2016 SMALL caps"]
    assert texts(drawing(raised("there were 9", "14", " of them", rise=0))) == ["there were 914 of them"]


def test_the_label_of_a_note_stays_before_it() -> None:
    assert texts(drawing(raised("", "3", "Paid in parts."))) == ["3 Paid in parts."]


def test_a_quotation_is_marked_across_a_mark_that_was_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(drawing(raised("a grant of 1,200", "3", " in the first year")))
    marked = locate(tmp_path / "a.pdf", 1, "a grant of 1,200 in the first year")
    assert marked is not None
    assert marked.text == "a grant of 1,200 in the first year"
    assert locate(tmp_path / "a.pdf", 1, "a grant of 1,2003 in the first year") is None


TABLE = show(
    (72, 500, 11, "Group"),
    (232, 500, 11, "Places offered"),
    (72, 480, 11, "Carers"),
    (232, 480, 11, "9"),
    (392, 480, 11, "4"),
    (72, 440, 11, "Both were asked again in the autumn."),
)
TURNED = {90: "0 1 -1 0 595 0", 180: "-1 0 0 -1 595 842", 270: "0 -1 1 0 0 842"}


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_places_are_measured_as_a_turned_page_is_shown(degrees: int) -> None:
    # The text is drawn the other way, so that it is upright as the page is shown.
    matrix = TURNED.get(degrees, "1 0 0 1 0 0")
    lines = lines_of(drawing(f"q {matrix} cm {TABLE} Q", turned=degrees))
    assert [line.text for line in lines] == [
        "Group Places offered",
        "Carers 9 4",
        "Both were asked again in the autumn.",
    ]
    assert all(line.left < 0.2 and line.size > 10 and not line.turned for line in lines)
    assert lines[0].top < lines[1].top < lines[2].top


@pytest.mark.parametrize("degrees", [90, 270])
def test_a_table_printed_across_an_upright_page_is_read_as_if_it_were_turned(degrees: int) -> None:
    head = show((72, 812, 9, "Head"))
    lines = lines_of(drawing(f"{head} q {TURNED[degrees]} cm {TABLE} Q"))
    assert [line.text for line in lines][-3:] == [
        "Group Places offered",
        "Carers 9 4",
        "Both were asked again in the autumn.",
    ]
    assert lines[0].turned and lines[0].top < 0.05


def test_a_page_that_lies_upside_down_is_read_as_if_it_were_turned() -> None:
    words = show((72, 500, 11, "The panel met"), (72, 486, 11, "five times in"), (72, 472, 11, "the town hall."))
    lines = lines_of(drawing(f"q {TURNED[180]} cm {words} Q"))
    assert [line.text for line in lines] == ["The panel met", "five times in", "the town hall."]
    assert [round(842 * line.top) for line in lines] == sorted(round(842 * line.top) for line in lines)
    assert all(line.left < 0.2 and 10 < line.size < 14 and not line.turned for line in lines)
