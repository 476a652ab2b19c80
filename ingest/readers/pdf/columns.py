"""The order in which the printed lines of a page are read: down one column, then down the next.

Some programs draw a page row by row across its columns. Such rows are told from those of a table by their sentences: in
columns they run on from row to row within one side, in a table they do not.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from ingest.readers.pdf.line import Line

# Widths and heights are in heights of the type. A gutter is as wide as this over three rows, or half as wide over more:
# white gaps between the words of justified lines come to stand below each other, but not often and not so wide.
_GUTTER, _NARROW_GUTTER = 1.2, 0.8
_FEWEST_ROWS, _FEWEST_ROWS_OF_NARROW = 3, 4
# Share of a side's rows that go on in the sentence of the row above. In columns it is .6 to .9, in tables near 0; of
# notes beside the text, which have few rows, it is lower.
_RUNNING_ON = 0.3
# Share of rows at which neither side runs on: few in columns, each new row of a table whose cells hold several lines.
_NEW_ROWS = 0.2
# A line that runs on fills this share of its column at least.
_FULL = 0.6
# A heading is larger than the text by this; what has so much white above and below it stands apart.
_HEADING, _SET_OFF = 1.12, 0.8
_NEAR = 6
# How much of the lower of two pieces must be beside the other.
_BESIDE = 0.2
_SENTENCE_END = re.compile(r"[.!?:;…]['\"’”)\]]*\d{0,3}$")
_BROKEN_WORD = re.compile(r"[^\W\d_][-‐\ufffe]$")


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """A piece of a row, and where it stands in the order of the file."""

    line: Line
    place: int
    row: int

    @property
    def height(self) -> float:
        return self.line.bottom - self.line.top


_Step = tuple[_Piece, _Piece]
"""Two pieces that follow each other in the file, the second to the right of the first in its row."""


@dataclass(slots=True)
class _Region:
    """A part of a page with a gutter, which is white from `left` to `right`, and what stands on its two sides."""

    left: float
    right: float
    sides: tuple[list[_Piece], list[_Piece]] = field(default_factory=lambda: ([], []))

    @property
    def pieces(self) -> list[_Piece]:
        return [*self.sides[0], *self.sides[1]]


def in_order(rows: Sequence[Sequence[Line]], shape: float) -> list[list[Line]]:
    """`rows`, each of one or more pieces, in the order of reading; those that lie across columns are parted.

    What the file has in the right order is left as it is. `shape` is the width of the page as a share of its height.
    """
    parts = [(line, number) for number, row in enumerate(rows) for line in row]
    return _ordered([_Piece(line, place, row) for place, (line, row) in enumerate(parts)], shape)


def share_running_on(lines: Sequence[Line]) -> float:
    """The share of lines below each other, from 0 to 1, that are full and go on in the sentence of the one above."""
    return _share_running_on([_Piece(line, place, place) for place, line in enumerate(lines)])


def _ordered(pieces: Sequence[_Piece], shape: float) -> list[list[Line]]:
    """The pieces in rows, in the order of reading."""
    steps = [(one, other) for one, other in pairwise(pieces) if _is_beside(one, other)]
    region = _region(pieces, steps, shape)
    if region is None:
        return _as_rows(pieces)
    inside = {piece.place for piece in region.pieces}
    outside = [piece for piece in pieces if piece.place not in inside]
    first = min(inside)
    parts = [
        [piece for piece in outside if piece.place < first],
        *(sorted(side, key=lambda piece: piece.place) for band in _bands(region, steps) for side in band.sides),
        [piece for piece in outside if piece.place > first],
    ]
    return [row for part in parts for row in _ordered(part, shape)]


def _as_rows(pieces: Iterable[_Piece]) -> list[list[Line]]:
    rows: dict[int, list[Line]] = {}
    for piece in pieces:
        rows.setdefault(piece.row, []).append(piece.line)
    return list(rows.values())


def _region(pieces: Sequence[_Piece], steps: Sequence[_Step], shape: float) -> _Region | None:
    """The largest part of a page that has two columns which are drawn row by row; None where there is none."""
    of_words = [step for step in steps if all(" " in piece.line.text for piece in step)]  # most cells hold one word
    if len(of_words) < _FEWEST_ROWS - 1:
        return None
    found: list[_Region] = []
    tried: list[tuple[float, float]] = []
    by_height = sorted(pieces, key=lambda piece: (piece.line.top, piece.line.left))
    heads = _heads_across(by_height)
    for one, other in of_words:
        if any(left < (one.line.right + other.line.left) / 2 < right for left, right in tried):
            continue
        height = one.height / shape
        for region in _regions(by_height, heads, (one.line.right, other.line.left), _NARROW_GUTTER * height):
            if _is_of_columns(region, steps, height):
                found.append(region)
                tried.append((region.left, region.right))
    return max(found, key=lambda region: len(region.pieces), default=None)


def _is_beside(one: _Piece, other: _Piece) -> bool:
    """Whether `other` stands to the right of `one`, in its row."""
    shared = min(one.line.bottom, other.line.bottom) - max(one.line.top, other.line.top)
    straight = not one.line.turned and not other.line.turned
    return straight and one.line.right < other.line.left and shared > _BESIDE * min(one.height, other.height)


def _regions(
    by_height: Sequence[_Piece], heads: set[int], gap: tuple[float, float], narrowest: float
) -> Iterator[_Region]:
    """The parts of a page, from top to bottom, in which a gutter of some width lies within `gap`."""
    region = _Region(*gap)
    for piece in by_height:
        left, right = max(region.left, piece.line.right), min(region.right, piece.line.left)
        if piece.place in heads and region.pieces:
            yield region
            region = _Region(*gap)
        elif region.right - left >= narrowest:
            region.left = left
            region.sides[0].append(piece)
        elif right - region.left >= narrowest:
            region.right = right
            region.sides[1].append(piece)
        else:
            yield region
            region = _Region(*gap)
    yield region


def _heads_across(by_height: Sequence[_Piece]) -> set[int]:
    """The places of the pieces that stand alone in their row, set off by their type or by white above and below."""
    usual = median(piece.line.size for piece in by_height)
    heads: set[int] = set()
    for number, piece in enumerate(by_height):
        # What overlaps a piece is near it in this order.
        near = [each for each in by_height[max(0, number - _NEAR) : number + _NEAR + 1] if each is not piece]
        margin = 0.0 if piece.line.size > _HEADING * usual else _SET_OFF * piece.height
        if not any(_overlap(piece, each, margin) for each in near):
            heads.add(piece.place)
    return heads


def _overlap(one: _Piece, other: _Piece, margin: float) -> bool:
    return one.line.top - margin < other.line.bottom and other.line.top < one.line.bottom + margin


def _is_of_columns(region: _Region, steps: Sequence[_Step], height: float) -> bool:
    """Whether what stands on both sides of a gutter is running text, drawn row by row across the gutter."""
    lefts, rights = region.sides
    if min(len(lefts), len(rights)) < _FEWEST_ROWS:
        return False
    rows = len(_rows_of(region, steps))
    wide = region.right - region.left >= _GUTTER * height
    if rows < (_FEWEST_ROWS if wide else _FEWEST_ROWS_OF_NARROW):
        return False
    return all(_share_running_on(side) >= _RUNNING_ON for side in region.sides)


def _rows_of(region: _Region, steps: Sequence[_Step]) -> list[_Step]:
    """The steps across the gutter that the file takes from one side to the other."""
    lefts, rights = ({piece.place for piece in side} for side in region.sides)
    return [(one, other) for one, other in steps if one.place in lefts and other.place in rights]


def _share_running_on(side: Sequence[_Piece]) -> float:
    pairs = list(pairwise(side))
    return sum(_runs_on(side, *pair) for pair in pairs) / max(1, len(pairs))


def _runs_on(side: Sequence[_Piece], above: _Piece, below: _Piece) -> bool:
    """Whether a line is full and its sentence goes on in the line below it."""
    text, following = above.line.text, below.line.text
    if _BROKEN_WORD.search(text):
        return True
    if not following[:1].islower() or " " not in text or _SENTENCE_END.search(text):
        return False
    left, right = min(piece.line.left for piece in side), max(piece.line.right for piece in side)
    return above.line.right - left > _FULL * (right - left)


def _bands(region: _Region, steps: Sequence[_Step]) -> list[_Region]:
    """The region itself; of a table whose cells hold several lines, each of its rows."""
    lefts, rights = region.sides
    if _runs_on(lefts, lefts[-1], rights[0]):
        return [region]
    before = [{below.place: _runs_on(side, above, below) for above, below in pairwise(side)} for side in region.sides]
    rows = [
        (left, right) for left, right in _rows_of(region, steps) if left.place in before[0] and right.place in before[1]
    ]
    new = [(left, right) for left, right in rows if not before[0][left.place] and not before[1][right.place]]
    if len(new) < 2 or len(new) < _NEW_ROWS * len(rows):
        return [region]
    tops = sorted(min(left.line.top, right.line.top) for left, right in new)
    bands = [_Region(region.left, region.right) for _ in range(len(tops) + 1)]
    for number, side in enumerate(region.sides):
        for piece in side:
            bands[bisect_right(tops, piece.line.top)].sides[number].append(piece)
    return bands
