"""Tables: every row says what it is about, whatever cells were merged, and a cell keeps its place."""

from __future__ import annotations

import io

import docx
import pptx
import pytest
from pptx.util import Inches

from ingest.readers.office.powerpoint import read_pptx
from ingest.readers.office.word import read_docx
from ingest.readers.plain.markup import read_rst
from ingest.readers.web.html import read_html
from tests.test_readers import found, html, saved

MERGED = [
    "Island | Year | Volunteers",
    "Rousay | 2017 | 14",
    "Rousay | 2018 | 19",
    "Westray | 2017 | 22",
    "Westray | 2018 | 31",
]


def test_a_merged_cell_of_a_web_page_is_said_in_each_of_its_rows() -> None:
    rows = (
        "<tr><th>Island<th>Year<th>Volunteers<tr><td rowspan=2>Rousay<td>2017<td>14<tr><td>2018<td>19"
        "<tr><td rowspan='0'>Westray<td>2017<td>22<tr><td>2018<td>31"
    )
    assert found(html(f"<table>{rows}</table>")) == MERGED
    assert found(html(f"<table><caption>Who</caption><tbody>{rows}</tbody></table><p>End")) == ["Who", *MERGED, "End"]


def test_merged_cells_may_stand_anywhere_and_reach_both_ways() -> None:
    body = (
        "<tr><td>a<td rowspan=3>all<td>b<tr><td>c<td>d<tr><td>e"
        "<tr><td colspan=2 rowspan=2>both<td>f<tr><td>g<tr><td colspan=9999>h<tr><td rowspan=x>i<td>j<td>k"
    )
    assert found(html(f"<table>{body}</table>")) == [
        *("a | all | b", "c | all | d", "e | all", "both | f", "both | g", "h", "i | j | k")
    ]


def test_an_empty_cell_keeps_its_place_unless_its_column_is_empty() -> None:
    body = "<tr><td>Group<td><td>Asked<td>Came<tr><td>Carers<td><td><td>yes<tr><td>Tenants<td><td>yes<td>"
    assert found(html(f"<table>{body}</table>")) == ["Group | Asked | Came", "Carers | | yes", "Tenants | yes"]


def test_a_paragraph_beside_several_rows_is_said_once() -> None:
    beside = "what was heard at the meetings was written down by the members and read out at the next one, " * 2
    body = f"<tr><td rowspan=2>{beside}<td>2017<tr><td>2018"
    assert found(html(f"<table>{body}</table>")) == [f"{beside.strip()} | 2017", "2018"]


def test_a_table_within_a_table_keeps_its_rows() -> None:
    inner = "<table><tr><td>a<td>b<tr><td>c<td>d</table>"
    assert found(html(f"<table><tr><td>Left<td>{inner}</table>")) == ["Left", "a | b", "c | d"]
    assert found(html("<table><tr><td>Text<td>“a | b”</table>")) == ["Text | “a | b”"]


def test_text_between_the_rows_of_a_table_stays_between_them() -> None:
    page = b"<html><body><table><tr><td>a<td>b</tr><caption>between</caption><tr><td>c<td>d</table></body></html>"
    assert found(read_html(page, "a.html")) == ["a | b", "between", "c | d"]


def test_merged_cells_of_restructured_text() -> None:
    table = """
+---------+------+----+
| Island  | Year | No |
+=========+======+====+
| Westray | 2017 | 22 |
|         +------+----+
|         | 2018 | 31 |
+---------+------+----+
"""
    assert found(read_rst(table.encode(), "a.rst")) == [
        "Island | Year | No",
        "Westray | 2017 | 22",
        "Westray | 2018 | 31",
    ]


@pytest.mark.parametrize("column", [0, 1, 2])
def test_merged_cells_of_word(column: int) -> None:
    document = docx.Document()
    table = document.add_table(3, 3)
    for row in range(3):
        for at in range(3):
            table.cell(row, at).text = f"{row}{at}"
    table.cell(1, column).merge(table.cell(2, column)).text = "merged"
    rows = [[f"{row}{at}" for at in range(3)] for row in range(3)]
    rows[1][column] = rows[2][column] = "merged"
    assert found(read_docx(saved(document), "a.docx")) == [" | ".join(row) for row in rows]


def test_cells_of_word_that_reach_over_columns_keep_what_is_below_them_in_place() -> None:
    document = docx.Document()
    table = document.add_table(4, 3)
    for cell, text in zip(table._cells, ["Costs", "", "Year", "a", "b", "1", "", "c", "2", "d", "e", "3"], strict=True):
        cell.text = text
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Costs"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "Ferry"
    assert found(read_docx(saved(document), "a.docx")) == [
        "Costs | Year",
        "Ferry | b | 1",
        "Ferry | c | 2",
        "d | e | 3",
    ]


def test_merged_cells_of_powerpoint() -> None:
    deck = pptx.Presentation()
    shapes = deck.slides.add_slide(deck.slide_layouts[6]).shapes
    table = shapes.add_table(3, 3, Inches(1), Inches(1), Inches(6), Inches(2)).table
    for index, cell in enumerate(table.iter_cells()):
        cell.text = str(index)
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(1, 0).text, table.cell(0, 1).text = "Westray", "Volunteers"
    out = io.BytesIO()
    deck.save(out)
    assert found(read_pptx(out.getvalue(), "a.pptx")) == ["0 | Volunteers", "Westray | 4 | 5", "Westray | 7 | 8"]
