"""The words that text recognition found on a page become printed lines in the order of reading.

Tesseract reads short columns across, and the columns of a table one after the other; both are put right here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from statistics import median
from typing import Any

from ingest.readers.cleanup import LINE_END_HYPHEN, clean
from ingest.readers.pdf.columns import in_order, share_running_on
from ingest.readers.pdf.line import Line
from ingest.readers.pdf.lines import joined
from ingest.readers.pdf.paragraphs import BULLET
from ingest.readers.superscripts import join_raised

Word = dict[str, Any]
"""A word as `ocr_worker` writes it: its text, how sure that is, its line and block, and its place in dots."""

# Share of 100 by which Tesseract must be sure of a word. Below it stand mostly specks and edges of pictures.
_SURE = 40.0
# Lines whose height differs by less from the usual one are set in the same type: Tesseract measures to within a tenth.
_SAME_TYPE = 0.15
# pdfium measures a line of the same type as so much higher, for it counts the space that the font leaves.
_AS_PDFIUM_MEASURES = 1.2
# A line is cut into pieces at gaps of so many heights of its type. In a line of more words than a few they are wider by
# so much than most of its gaps.
_WIDE_GAP = 0.8
_FEWEST_GAPS, _WIDER = 4, 1.25
# A block with fewer lines is no column of a table, nor one whose lines go on in the next one so often: of text .6 to .9
# do, of cells none but those that begin with a small letter.
_FEWEST_ROWS, _RUNNING_ON, _RUNNING_ON_BESIDE_FIGURES = 3, 0.3, 0.5
# What Tesseract makes of ruled lines.
_RULE = re.compile("_+")
# What Tesseract makes of the bullet before a list's item; dashes are known for what they are.
_BULLET_READ_AS = re.compile(r"[•·«»*°+¢©®>\"]+$")
_BROKEN_WORD = re.compile(r"(?<=[^\W\d_])[-‐]$")
_FIGURE = re.compile(r"(?=\D*\d)\S+(?: \S+)?")
_PUNCTUATED = re.compile(r"(.*?)([.,;:!?)\]”’\"']*)")
_ORDINALS = {"1": "st", "2": "nd", "3": "rd"}


def printed_lines(words: Sequence[Word], width: int, height: int, points: float) -> list[Line]:
    """The lines of print on a picture of `width` and `height` dots, of a page that is `points` high."""
    print_only = (word for word in words if not _RULE.fullmatch(word["text"]))
    lines = (list(group) for _, group in groupby(print_only, lambda word: int(word["line"])))
    rows = [row for row in lines if _is_print(row)]
    usual = median(word["row"] for row in rows for word in row)
    fall = median(word["fall"] for row in rows for word in row)
    blocks = [
        [[_line(piece, width, height, points, usual, fall) for piece in row] for row in block]
        for _, block in groupby(_pieces(rows), lambda row: int(row[0][0]["block"]))
    ]
    ordered = map(joined, in_order(_with_rows_of_tables(blocks), width / height))
    return [replace(line, text=_BROKEN_WORD.sub(LINE_END_HYPHEN, line.text)) for line in ordered]


def is_sure(word: Word) -> bool:
    """Whether Tesseract is sure of a word that has letters or figures."""
    return bool(word["sure"] >= _SURE) and _has_letters(word)


def _has_letters(word: Word) -> bool:
    return any(letter.isalnum() for letter in word["text"])


def _is_print(row: Sequence[Word]) -> bool:
    """Whether a row holds words, not the specks of a picture. It is kept or dropped whole, lest a "not" is lost."""
    letters = [word for word in row if _has_letters(word)]
    return bool(letters) and 2 * sum(map(is_sure, letters)) >= len(letters)


def _pieces(rows: Sequence[Sequence[Word]]) -> list[list[Sequence[Word]]]:
    """The rows, each cut at those wide gaps below or above which there is a gap in the next row, too.

    The gaps between the words of spaced-out lines hardly ever stand so.
    """
    wide = [_wide_gaps(row) for row in rows]
    gaps = [[(row[at - 1]["right"], row[at]["left"]) for at in places] for row, places in zip(rows, wide, strict=True)]
    cut = []
    for number, row in enumerate(rows):
        beside = [gap for other in (number - 1, number + 1) if 0 <= other < len(rows) for gap in gaps[other]]
        kept = [at for at, gap in zip(wide[number], gaps[number], strict=True) if _go_on(gap, beside, row[0]["row"])]
        cut.append([row[start:end] for start, end in pairwise([0, *kept, len(row)])])
    return cut


def _wide_gaps(row: Sequence[Word]) -> list[int]:
    """The places of the words with a wide gap before them, but for that behind a bullet or dash."""
    gaps = [word["left"] - before["right"] for before, word in pairwise(row)]
    least = _WIDE_GAP * row[0]["row"]
    if len(gaps) >= _FEWEST_GAPS:
        least = max(least, _WIDER * median(gaps))
    return [at for at, gap in enumerate(gaps, 1) if gap > least and (at > 1 or _has_letters(row[0]))]


def _go_on(gap: tuple[int, int], others: Sequence[tuple[int, int]], row: float) -> bool:
    return any(min(gap[1], right) - max(gap[0], left) > _WIDE_GAP * row for left, right in others)


def _line(row: Sequence[Word], width: int, height: int, points: float, usual: float, fall: float) -> Line:
    """A row or a piece of one as a line, its place on the page as if its lines did not fall."""
    along = fall * row[0]["bottom"]
    return Line(
        _text(row),
        left=(min(word["left"] for word in row) + along) / width,
        right=(max(word["right"] for word in row) + along) / width,
        top=(min(word["top"] - fall * _middle(word) for word in row)) / height,
        bottom=(max(word["bottom"] - fall * _middle(word) for word in row)) / height,
        size=round(_even(row[0]["row"], usual) / height * points * _AS_PDFIUM_MEASURES, 1),
        labelled=row[0].get("place") == "before",
    )


def _middle(word: Word) -> float:
    return float(word["left"] + word["right"]) / 2


def _text(row: Sequence[Word]) -> str:
    """A row as text: a bullet is one whatever it was read as; other signs stay where Tesseract is sure of them."""
    first, *others = row
    label = str(first["raised"]) if first.get("place") == "before" and first["raised"].isdigit() else ""
    kept = [_joined_raised(word) for word in others if word["sure"] >= _SURE or _has_letters(word)]
    if others and _BULLET_READ_AS.match(first["text"]):
        kept = ["•", *kept]
    elif first["sure"] >= _SURE or _has_letters(first):
        kept = [_joined_raised(first), *kept]
    return clean(" ".join(filter(None, [label, *kept]))).strip()


def _joined_raised(word: Word) -> str:
    """A word with the power or the ordinal that is raised in it. Marks of notes, and what is in doubt, are left out."""
    text, raised = str(word["text"]).strip("_"), str(word.get("raised", ""))
    if not raised or word["place"] == "before":
        return text
    base, after = match.groups() if (match := _PUNCTUATED.fullmatch(text)) else (text, "")
    if base[-1:].isdigit() and raised.isalpha():
        ordinal = "th" if base[-2:-1] == "1" else _ORDINALS.get(base[-1], "th")
        return base + ordinal + after if raised in ordinal else text  # of small letters one may be lost
    return join_raised([(base, False), (raised, True), (after, False)]) if raised.isdigit() else text


def _even(row: float, usual: float) -> float:
    return usual if abs(row - usual) < _SAME_TYPE * usual else row


def _with_rows_of_tables(blocks: Sequence[Sequence[list[Line]]]) -> list[list[Line]]:
    """The rows of all blocks; where a block is a table's column, its cells stand in the rows to their left."""
    rows: list[list[Line]] = []
    for block in blocks:
        beside = [_beside(rows, cells) for cells in block]
        places = [place for place in beside if place is not None]
        if len(places) == len(block) and _are_cells([rows[place] for place in places], block):
            for place, cells in zip(places, block, strict=True):
                rows[place] = [*rows[place], *cells]
        else:
            rows += block
    return rows


def _beside(rows: Sequence[Sequence[Line]], cells: Sequence[Line]) -> int | None:
    """The place of the row that ends to the left of some cells."""
    middle = (cells[0].top + cells[0].bottom) / 2
    return next(
        (
            place
            for place in range(len(rows) - 1, -1, -1)
            if rows[place][-1].right < cells[0].left and rows[place][0].top < middle < rows[place][0].bottom
        ),
        None,
    )


def _are_cells(rows: Sequence[Sequence[Line]], block: Sequence[Sequence[Line]]) -> bool:
    """Whether a block beside some rows is a column of their table: figures, or words beside a row of cells."""
    if len(block) < _FEWEST_ROWS or any(BULLET.match(cells[0].text) for cells in block):
        return False
    left, right = [row[-1] for row in rows], [cells[0] for cells in block]
    running_on = max(share_running_on(left), share_running_on(right))
    if any(2 * sum(_FIGURE.fullmatch(line.text) is not None for line in side) > len(block) for side in (left, right)):
        return running_on < _RUNNING_ON_BESIDE_FIGURES
    return running_on < _RUNNING_ON and 2 * sum(len(row) > 1 for row in rows) > len(block)
