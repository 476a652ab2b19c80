"""Columns that a file draws row by row are read one after the other; tables stay in rows."""

from __future__ import annotations

import pytest

from tests.papers import Printed, drawing, paragraph, show
from tests.test_lines import texts

LEFT = (
    "The members of the clubs plan the menu, cook and keep the accounts. In the first year the three clubs served "
    "four thousand meals. Nobody was paid, but travel was refunded at forty pence a mile by the council of the town."
)
RIGHT = (
    "The council lent the halls without charge. A dietitian trained eleven volunteers in the winter. Two clubs have "
    "since opened a repair table beside the kitchen, which mended ninety bicycles and a good many pairs of shoes too."
)
THIRD = (
    "A third of the guests walk to the clubs, and the others come by the bus that the school paid for in spring. The "
    "driver eats with them, and is one of the oldest members of all, for she was there when the first pot was bought."
)


def in_rows(*columns: list[Printed]) -> list[Printed]:
    """The lines of columns, drawn from the top of the page to its foot."""
    return sorted((line for column in columns for line in column), key=lambda line: (-line[1], line[0]))


def joined(lines: list[str]) -> str:
    return " ".join(lines)


@pytest.mark.parametrize("size", [8, 10, 12])
@pytest.mark.parametrize(("second", "width"), [(250, 28), (320, 38), (400, 50)])
def test_two_columns_drawn_row_by_row(size: float, second: float, width: int) -> None:
    width = int(width * 10 / size)
    page = in_rows(
        paragraph(LEFT, size=size, width=width), paragraph(RIGHT, left=second, size=size, width=int(300 / size))
    )
    assert joined(texts(drawing(show(*page)))) == f"{LEFT} {RIGHT}"


def test_columns_whose_lines_do_not_stand_on_one_base_line() -> None:
    page = in_rows(paragraph(LEFT, width=38), paragraph(RIGHT, left=320, top=696, width=38))
    assert joined(texts(drawing(show(*page)))) == f"{LEFT} {RIGHT}"


def test_three_columns_drawn_row_by_row() -> None:
    columns = [paragraph(text, left=left, size=9, width=30) for text, left in ((LEFT, 60), (RIGHT, 220), (THIRD, 380))]
    assert joined(texts(drawing(show(*in_rows(*columns))))) == f"{LEFT} {RIGHT} {THIRD}"


def test_what_goes_across_both_columns_parts_what_is_above_it_from_what_is_below() -> None:
    title: list[Printed] = [(72, 740, 20, "Lunch clubs in three villages and in a town")]
    across = paragraph(THIRD, top=720, width=90)
    middle: list[Printed] = [(72, 560, 16, "Repairs")]
    page = in_rows(
        title,
        across,
        paragraph(LEFT, top=680, width=38),
        paragraph(RIGHT, left=320, top=680, width=38),
        middle,
        paragraph(THIRD, top=530, width=38),
        paragraph(LEFT, left=320, top=530, width=38),
    )
    expected = [title[0][3], THIRD, LEFT, RIGHT, "Repairs", THIRD, LEFT]
    assert joined(texts(drawing(show(*page)))) == " ".join(str(part) for part in expected)


def test_words_broken_at_the_end_of_a_column_are_marked() -> None:
    left: list[Printed] = [
        (72, 700 - 13 * at, 11, line)
        for at, line in enumerate(("They met in the par-", "ish hall and in the li-", "brary of the school by"))
    ]
    page = in_rows(left, paragraph(RIGHT, left=320, width=38)[:3])
    assert texts(drawing(show(*page)))[:2] == ["They met in the par\ufffe", "ish hall and in the li\ufffe"]


def test_notes_beside_the_text_are_read_apart() -> None:
    notes: list[Printed] = [
        (440, 700 - 13.2 * at, 8, line)
        for at, line in enumerate(("Carers were asked", "first in each of the", "towns and villages."))
    ]
    page = in_rows(paragraph(LEFT, width=55), notes)
    assert joined(texts(drawing(show(*page)))) == f"{LEFT} Carers were asked first in each of the towns and villages."


ROWS = [
    ("Seeds and soil", "412", "Paid by the members"),
    ("Rent of the field", "950", "Paid by the council"),
    ("Wages of the grower", "8640", "Paid by the lottery"),
    ("Childcare at meetings", "1275", "Paid by the council"),
    ("rent of a van", "330", "paid by the members"),
    ("insurance of all", "94", "paid by the council"),
]


def test_the_rows_of_a_table_stay_rows() -> None:
    cells: list[Printed] = [
        (left, 700 - 14 * at, 11, text)
        for at, row in enumerate(ROWS)
        for left, text in zip((72, 250, 330), row, strict=True)
    ]
    assert texts(drawing(show(*cells))) == [" ".join(row) for row in ROWS]


def test_a_table_whose_cells_hold_several_lines_is_read_row_by_row() -> None:
    cells = [
        (
            "What the tenants asked of us in the first year was a warm",
            "The board gave them a room beside the kitchen, and it is",
        ),
        (
            "The carers wanted a rest, and somebody who would sit with",
            "Nobody could be found for the nights, so that some of them",
        ),
        (
            "Young people asked for a bus that would run after the last",
            "The bus was tried for a month in spring and given up when",
        ),
    ]
    ends = ("room.", "open now."), ("them.", "left."), ("film.", "few came.")
    rows = [
        tuple(f"{cell} {end}" for cell, end in zip(row, last, strict=True))
        for row, last in zip(cells, ends, strict=True)
    ]
    page = [
        line
        for at, (left, right) in enumerate(rows)
        for line in in_rows(
            paragraph(left, top=700 - 60 * at, size=10, width=36),
            paragraph(right, top=700 - 60 * at, size=10, left=320, width=36),
        )
    ]
    assert joined(texts(drawing(show(*page)))) == " ".join(cell for row in rows for cell in row)


def test_columns_in_the_right_order_stay_so() -> None:
    page = [*paragraph(LEFT, width=38), *paragraph(RIGHT, left=320, width=38)]
    assert joined(texts(drawing(show(*page)))) == f"{LEFT} {RIGHT}"


def test_wide_gaps_between_the_words_of_a_line_are_no_columns() -> None:
    words = [
        (72 + 60 * place, 700 - 14 * row, 11.0, word)
        for row in range(8)
        for place, word in enumerate(["they", "all", "went", "home", "late"])
    ]
    assert set(texts(drawing(show(*words)))) == {"they all went home late"}
