"""Rows of tables as statements: a row says something only with the heads of its columns."""

from __future__ import annotations

import re

CELLS = " | "
"""What parts the cells of a row; the readers write it."""
PARAGRAPH = re.compile(r"\S(?:(?!\n\s*\n).)*(?<!\s)", re.DOTALL)


def is_row(text: str) -> bool:
    """Whether a paragraph is a row of a table."""
    return CELLS in text


def heads(text: str, start: int) -> tuple[int, int] | None:
    """Where the row with the heads of a table's columns stands in `text`, above its row that begins at `start`.

    None where that row is the first, or says itself what each cell is ("Year: 2018").
    """
    first: tuple[int, int] | None = None
    for match in PARAGRAPH.finditer(text, 0, start):
        first = (first or match.span()) if is_row(match.group()) else None
    row = PARAGRAPH.match(text, start)
    if not first or not row or all(": " in cell for cell in row.group().split(CELLS)):
        return None
    return first
