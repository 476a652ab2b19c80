"""Slides as people lay them out: columns are read one after the other, and what is not shown is not read."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pptx
import pytest
from PIL import Image
from pptx.oxml import parse_xml
from pptx.presentation import Presentation
from pptx.shapes.shapetree import SlideShapes
from pptx.util import Inches

from ingest.left_out import LeftOut
from ingest.readers.office.powerpoint import HIDDEN, read_pptx
from tests.test_readers import found, saved

Box = tuple[str, float, float, float, float]
BEFORE, AFTER = ["Letters waited nineteen days.", "Nobody knew."], ["Letters wait four days.", "Residents decide."]


def slide_of(boxes: Sequence[Box], title: str = "") -> Presentation:
    """A deck of one slide of boxes: text, left, top, width and height in inches."""
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5 if title else 6])
    if title:
        slide.shapes.title.text = title
    put(slide.shapes, boxes)
    return deck


def put(shapes: SlideShapes, boxes: Sequence[Box]) -> None:
    for text, *place in boxes:
        shapes.add_textbox(*map(Inches, place)).text_frame.text = text


def texts(deck: Presentation) -> list[object]:
    return list(found(read_pptx(saved(deck), "a.pptx")))


def columns(*heads: str, lines: int = 2, shift: float = 0) -> list[Box]:
    """Columns, row by row as they are often drawn, each with a heading of its own."""
    width = 9 / len(heads)
    return [
        (head if not row else f"{head} line {row}.", 0.4 + at * width, 1.5 + row * 0.7 + shift * at, width - 0.3, 0.5)
        for row in range(lines + 1)
        for at, head in enumerate(heads)
    ]


@pytest.mark.parametrize("heads", [("Before", "After"), ("Spring", "Summer", "Autumn"), ("a", "b", "c", "d")])
@pytest.mark.parametrize("shift", [0, 0.1, -0.2])
def test_columns_are_read_one_after_the_other(heads: tuple[str, ...], shift: float) -> None:
    expected = [line for head in heads for line in (head, f"{head} line 1.", f"{head} line 2.")]
    assert texts(slide_of(columns(*heads, shift=shift), "Title")) == [(1, "Title"), *expected]


def test_what_stands_over_the_whole_width_parts_the_columns() -> None:
    boxes: list[Box] = [
        ("It began in 2016.", 0.4, 0.4, 9, 0.6),
        *columns("Before", "After"),
        ("In short.", 0.4, 5, 9, 0.6),
    ]
    both = [line for head in ("Before", "After") for line in (head, f"{head} line 1.", f"{head} line 2.")]
    assert texts(slide_of(boxes)) == ["It began in 2016.", *both, "In short."]


def test_columns_of_different_height_and_overlapping_margins() -> None:
    boxes: list[Box] = [
        ("Left", 0.5, 1, 4.6, 0.5),
        ("Right", 5, 1, 4.5, 0.5),
        ("A long account of what was tried.", 0.5, 1.45, 4.6, 3),
        ("First.", 5, 1.5, 4.5, 1),
        ("Second.", 5, 2.6, 4.5, 1),
    ]
    assert texts(slide_of(boxes)) == ["Left", "A long account of what was tried.", "Right", "First.", "Second."]


def test_names_beside_what_they_name_are_read_row_by_row() -> None:
    boxes: list[Box] = [
        *[(str(2016 + at), 0.5, 1 + at, 1, 0.6) for at in range(3)],
        *[(f"In this year {at} streets joined the scheme and stayed.", 2, 1 + at, 6, 0.6) for at in range(3)],
    ]
    assert [str(each)[:7] for each in texts(slide_of(boxes))] == [
        "2016",
        "In this",
        "2017",
        "In this",
        "2018",
        "In this",
    ]


def test_the_layout_for_comparison_groups_and_tables_side_by_side() -> None:
    deck = pptx.Presentation()
    compared = deck.slides.add_slide(deck.slide_layouts[4])
    for place, words in zip(
        compared.placeholders, ("Title", "Before", "\n".join(BEFORE), "After", "\n".join(AFTER)), strict=False
    ):
        place.text = words
    other = deck.slides.add_slide(deck.slide_layouts[6])
    put(other.shapes, [("Before", 0.5, 1, 4, 0.5), ("After", 5, 1, 4, 0.5)])
    for left, word in ((0.5, "one"), (5, "two")):
        group = other.shapes.add_group_shape()
        put(group.shapes, [(f"{word} low", left, 2.5, 3, 0.5), (f"{word} high", left, 1.8, 3, 0.5)])
        table = other.shapes.add_table(1, 2, Inches(left), Inches(4), Inches(4), Inches(1)).table
        table.cell(0, 0).text, table.cell(0, 1).text = word, "5"
    assert texts(deck) == [
        *((1, "Title"), "Before", *BEFORE, "After", *AFTER),
        *("Before", "one high", "one low", "one | 5", "After", "two high", "two low", "two | 5"),
    ]


def test_hidden_slides_are_told_and_keep_their_numbers() -> None:
    deck = slide_of([("Shown.", 1, 1, 3, 1)])
    put(deck.slides.add_slide(deck.slide_layouts[6]).shapes, [("Not shown.", 1, 1, 3, 1)])
    put(deck.slides.add_slide(deck.slide_layouts[6]).shapes, [("Last.", 1, 1, 3, 1)])
    deck.slides[1]._element.set("show", "0")
    content = read_pptx(saved(deck), "a.pptx")
    assert found(content) == ["Shown.", "Last."]
    assert [(page.label, page.problem) for page in content.pages] == [("1", ""), ("2", HIDDEN), ("3", "")]


def test_what_lies_beside_the_slide_or_is_hidden_is_counted() -> None:
    boxes: list[Box] = [
        ("Shown.", 1, 1, 3, 1),
        ("Left of it.", -4, 1, 3, 1),
        ("Below it.", 1, 9, 3, 1),
        ("", 12, 1, 3, 1),
    ]
    deck = slide_of(boxes)
    put(deck.slides[0].shapes, [("Hidden.", 1, 3, 3, 1)])
    deck.slides[0].shapes[-1]._element.nvSpPr.cNvPr.set("hidden", "1")
    content = read_pptx(saved(deck), "a.pptx")
    assert (found(content), sum(each.count for each in content.left_out)) == (["Shown."], 3)
    assert {each.kind for each in content.left_out} == {"shape"}


def test_numbers_marks_and_ticks_of_slides() -> None:
    deck = slide_of([("one\ntwo\ninner\nthree\nother", 1, 1, 3, 3)])
    frame = deck.slides[0].shapes[0].text_frame
    for paragraph, (level, kind) in zip(
        frame.paragraphs,
        [(0, "arabicPeriod"), (0, "arabicPeriod"), (1, "alphaLcParenR"), (0, "arabicPeriod")],
        strict=False,
    ):
        paragraph.level = level
        namespace = "http://schemas.openxmlformats.org/drawingml/2006/main"
        start = ' startAt="3"' if kind == "arabicPeriod" else ""
        paragraph._p.get_or_add_pPr().append(parse_xml(f'<a:buAutoNum xmlns:a="{namespace}" type="{kind}"{start}/>'))
    run = frame.paragraphs[4].add_run()
    run.text = "7"
    run._r.get_or_add_rPr().set("baseline", "30000")
    tick = frame.paragraphs[4].add_run()
    tick.text, tick.font.name = "\u00fc", "Wingdings"
    assert texts(deck) == ["3. one", "4. two", "a) inner", "5. three", "other✓"]


def test_what_newer_programs_show_is_read() -> None:
    deck = slide_of([("Shown.", 1, 1, 3, 1), ("Newer.", 1, 3, 3, 1)])
    shape = deck.slides[0].shapes[1]._element
    wrapped = parse_xml(
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice '
        'Requires="a14"/><mc:Fallback/></mc:AlternateContent>'
    )
    shape.addprevious(wrapped)
    wrapped[0].append(shape)
    assert texts(deck) == ["Shown.", "Newer."]


def test_large_pictures_are_counted() -> None:
    out = io.BytesIO()
    Image.new("RGB", (30, 20)).save(out, "PNG")
    deck = slide_of([("Shown.", 1, 1, 3, 1)])
    for width in (0.5, 6):
        out.seek(0)
        deck.slides[0].shapes.add_picture(out, Inches(1), Inches(2), width=Inches(width))
    assert read_pptx(saved(deck), "a.pptx").left_out == (LeftOut("figure"),)
