"""Whether a quotation stands on a page of a PDF as the page is printed, and not only somewhere in its file.

The letters of the page are laid out anew by where each of them is drawn, as pieces of print that stand side by side and
below each other, and a quotation must go from piece to piece as an eye does. Nothing here knows how the page was read
when it was added.
"""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from pathlib import Path
from statistics import mean, median

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ingest.readers.pdf.pdf import pdfium_is_not_thread_safe
from ingest.readers.pdf.text_page import PageText
from ingest.readers.pdf.visible import unseen


class Doubt(StrEnum):
    """Why a quotation is not taken to stand where it is said to stand."""

    MISSING = "missing"
    """Its letters are not there."""
    SPLICED = "spliced"
    """Its letters are there, but no eye reads them in this order."""
    MARK = "mark"
    """It gives the mark of a note as a letter or digit of the text."""
    HIDDEN = "hidden"
    """Some of its letters cannot be seen on the page."""


# Lengths are in heights of the type. No space between words is so wide, but in a line that is spaced out to its end.
_WIDE_GAP = 0.7
# No space is so wide, though a line be spaced out.
_SPACED_OUT = 2.0
# Letters whose base lines differ by less stand on one: scans are not quite straight.
_SAME_BASE = 0.12
# How much of the lower of two pieces is beside the other where both stand in one row, and of a raised number.
_BESIDE, _BESIDE_NUMBER = 0.5, 0.2
# The row after a row is at most so far from it.
_NEXT_ROW = 2.2
# What is so much farther than the row on the other side is no part of the column: the foot of a page.
_SET_OFF = 1.3
# A stack of pieces is a column of running text from so many letters a row on; the cells of most tables hold fewer.
_RUNNING = 18
# A gutter between columns is mostly wider; spaces of two spaced-out lines that stand below each other are not.
_GUTTER = 1.5
# The mark of a note is raised by so much of the height of the letters that it follows, and stands close to them.
_RAISED, _CLOSE = 0.15, 0.4
_MARK = re.compile(r"[\d,;()\[\]]+|[a-z]")
_SUPERSCRIPT = re.compile("[⁰¹²³⁴-⁹]+")
_PASSED_OVER = re.compile(r"[*_`\\|#•†‡☑☐]")


def letters_of(text: str) -> str:
    """`text` without white space, dashes, bullets, marks of notes and of Markdown; accents, ligatures taken apart."""
    return _folded(_SUPERSCRIPT.sub("", text))


def _folded(text: str) -> str:
    parted = _PASSED_OVER.sub("", unicodedata.normalize("NFKD", text))
    kinds = ((letter, unicodedata.category(letter)) for letter in parted)
    return "".join(letter for letter, kind in kinds if kind[0] not in "CMZ" and kind != "Pd")


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter and its place, as seen by who turns the page so that the letter is upright; `base` counts upwards."""

    text: str
    way: int
    left: float
    right: float
    base: float
    size: float
    is_seen: bool = True
    is_superscript: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """Letters close beside each other on one base line."""

    text: str
    way: int
    left: float
    right: float
    base: float
    size: float

    @property
    def height(self) -> float:
        return 0.7 * self.size

    def is_beside(self, other: _Piece) -> bool:
        """Whether both stand in one row; the raised number of a note, too, stands beside what the note says."""
        shared = min(self.base + self.height, other.base + other.height) - max(self.base, other.base)
        small, large = sorted((self, other), key=lambda piece: piece.size)
        is_number = small.size < 0.9 * large.size and _MARK.fullmatch(small.text)
        least = _BESIDE_NUMBER if is_number else _BESIDE
        return self.way == other.way and shared > least * min(self.height, other.height)

    def overlaps(self, other: _Piece) -> bool:
        """Whether one stands straight above the other, wholly or in part."""
        return self.way == other.way and self.left < other.right and other.left < self.right

    def is_of_one_size_with(self, other: _Piece) -> bool:
        return abs(self.size - other.size) < 0.1 * self.size


def printed_letters(file: Path, number: int) -> list[Letter]:
    """The letters on page `number` (from 1) of a PDF, in the order of the file. Raises `PdfiumError`."""
    with pdfium_is_not_thread_safe:
        document = pdfium.PdfDocument(file)
        try:
            document.init_forms()
            # What is filled in and typed on the page becomes a part of it.
            pdfium_c.FPDFPage_Flatten(document[number - 1], pdfium_c.FLAT_NORMALDISPLAY)
            page = document[number - 1]
            text_page = page.get_textpage()
            hidden = unseen(page, PageText(text_page))
            count = text_page.count_chars()
            return [found for index in range(count) if (found := _letter(text_page, index, index not in hidden))]
        finally:
            document.close()


def _letter(text_page: pdfium.PdfTextPage, index: int, is_seen: bool) -> Letter | None:
    printed = chr(pdfium_c.FPDFText_GetUnicode(text_page, index))
    text = _folded(printed)
    if not text:
        return None
    matrix, x, y = pdfium_c.FS_MATRIX(), ctypes.c_double(), ctypes.c_double()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    pdfium_c.FPDFText_GetMatrix(text_page, index, matrix)
    pdfium_c.FPDFText_GetCharOrigin(text_page, index, x, y)
    pdfium_c.FPDFText_GetCharBox(text_page, index, left, right, bottom, top)
    size = pdfium_c.FPDFText_GetFontSize(text_page, index) * math.hypot(matrix.c, matrix.d)
    way = round(math.atan2(matrix.b, matrix.a) / (math.pi / 2)) % 4
    start, end = sorted((_turned(way, left.value, bottom.value)[0], _turned(way, right.value, top.value)[0]))
    base = _turned(way, x.value, y.value)[1]
    return Letter(text, way, start, end, base, size, is_seen, bool(_SUPERSCRIPT.fullmatch(printed)))


def _turned(way: int, x: float, y: float) -> tuple[float, float]:
    """A point on a page that is turned by quarters until what is written upwards (1), and so on, is upright."""
    return ((x, y), (y, -x), (-x, -y), (-y, x))[way]


class PrintedPage:
    """A page as its letters lie on it."""

    def __init__(self, letters: Sequence[Letter]) -> None:
        self._letters = letters

    def doubt(self, quote: str) -> Doubt | None:
        """Why `quote` is not taken to stand on the page; None where it does."""
        wanted = letters_of(quote)
        if self._seen.holds(wanted):
            return None
        if self._all.holds(wanted):
            return Doubt.HIDDEN
        if self._with_marks.holds(wanted):
            return Doubt.MARK
        return Doubt.SPLICED if self._with_marks.has_parts_of(wanted) else Doubt.MISSING

    @cached_property
    def _seen(self) -> _Layout:
        return _Layout(_without_marks(_pieces([each for each in self._letters if each.is_seen])))

    @cached_property
    def _all(self) -> _Layout:
        return _Layout(_without_marks(_pieces(self._letters)))

    @cached_property
    def _with_marks(self) -> _Layout:
        return _Layout([piece for piece, _ in _pieces(self._letters)])


def _pieces(letters: Sequence[Letter]) -> list[tuple[_Piece, bool]]:
    """The letters in pieces, each with whether it is of superscript digits."""
    groups: list[list[Letter]] = []
    for letter in letters:
        if groups and _goes_on(groups[-1][-1], letter):
            groups[-1].append(letter)
        else:
            groups.append([letter])
    return [(_piece(group), group[0].is_superscript) for group in groups]


def _goes_on(last: Letter, letter: Letter) -> bool:
    size = max(last.size, letter.size)
    return (
        last.way == letter.way
        and last.is_superscript == letter.is_superscript
        and abs(last.base - letter.base) < _SAME_BASE * size
        and letter.left > last.left - 0.2 * size  # the letters of a ligature all have its place
        and letter.left - last.right < _WIDE_GAP * size
    )


def _piece(group: Sequence[Letter]) -> _Piece:
    return _Piece(
        text="".join(letter.text for letter in group),
        way=group[0].way,
        left=min(letter.left for letter in group),
        right=max(letter.right for letter in group),
        base=median(letter.base for letter in group),
        size=max(letter.size for letter in group),
    )


def _without_marks(pieces: Sequence[tuple[_Piece, bool]]) -> list[_Piece]:
    every = [piece for piece, is_superscript in pieces if not is_superscript]
    return [piece for piece in every if not (_MARK.fullmatch(piece.text) and _is_raised(piece, every))]


def _is_raised(mark: _Piece, pieces: Sequence[_Piece]) -> bool:
    """Whether a piece follows another closely, raised over its base line."""
    return any(
        mark.way == other.way
        and mark.size < 1.05 * other.size
        and _RAISED * other.size < mark.base - other.base < other.height
        and abs(mark.left - other.right) < _CLOSE * other.size
        for other in pieces
        if other is not mark
    )


class _Layout:
    """Pieces of print, and which of them are read one after the other."""

    def __init__(self, pieces: Sequence[_Piece]) -> None:
        self._pieces = pieces
        self._right_of = lru_cache(maxsize=None)(self._find_right_of)

    def holds(self, wanted: str) -> bool:
        """Whether an eye that reads the pieces comes by the letters `wanted`."""
        open = [(piece, rest) for piece in self._pieces for rest in _starts(piece.text, wanted)]
        seen = set(open)
        while open:
            piece, rest = open.pop()
            if not rest:
                return True
            for following in self._pieces:
                if _agree(following.text, rest) and self._is_read_after(piece, following):
                    state = following, rest[len(following.text) :]
                    if state not in seen:
                        seen.add(state)
                        open.append(state)
        return False

    def has_parts_of(self, wanted: str) -> bool:
        """Whether the letters are those of some pieces, in whatever order."""
        if wanted in "".join(piece.text for piece in self._pieces):
            return True
        open = {rest for piece in self._pieces for rest in _starts(piece.text, wanted)}
        seen = set(open)
        while open:
            rest = open.pop()
            if not rest:
                return True
            left = {rest[len(each.text) :] for each in self._pieces if _agree(each.text, rest)} - seen
            seen |= left
            open |= left
        return False

    def _is_read_after(self, piece: _Piece, following: _Piece) -> bool:
        if piece.way != following.way or piece is following:
            return False
        if self._right_of(piece) is following or self._is_next_below(piece, following):
            return True
        if any(self._is_next_row(piece, following, rows) for rows in (self._runs, self._rows)):
            return True
        return not self._goes_on(piece, -1) and not self._goes_on(following, 1)  # from column to column

    def _is_next_row(self, piece: _Piece, following: _Piece, rows: Mapping[_Piece, Sequence[_Piece]]) -> bool:
        """Whether a piece ends a row, and the other begins the row below it."""
        row, other = rows[piece], rows[following]
        if row is other or row[-1] is not piece or other[0] is not following:
            return False
        return any(self._is_next_below(above, below) for above in row for below in other)

    def _is_next_below(self, piece: _Piece, other: _Piece) -> bool:
        """Whether `other` is below `piece`, with nothing in the same type between them."""
        if not (piece.overlaps(other) and other.base < piece.base - 0.3 * piece.size):
            return False
        return not any(
            other.base + 0.3 * other.size < each.base < piece.base - 0.3 * piece.size
            and each.is_of_one_size_with(piece)
            and each.overlaps(piece)
            and each.overlaps(other)
            for each in self._pieces
        )

    def _find_right_of(self, piece: _Piece) -> _Piece | None:
        """The piece beside another's right end that is read after it; None at the end of a row or of a column."""
        others = [
            each
            for each in self._pieces
            if each is not piece
            and each.is_beside(piece)
            and each.left > piece.right - 0.5 * min(each.size, piece.size)
        ]
        nearest = min(others, key=lambda each: (round(each.left - piece.right), -each.base), default=None)
        return nearest if nearest and not self._is_gutter(piece, nearest) else None

    def _is_gutter(self, piece: _Piece, other: _Piece) -> bool:
        """Whether the gap between two pieces of a row parts two columns of running text."""
        if other.left - piece.right < _WIDE_GAP * max(piece.size, other.size):
            return False
        lefts, rights = [piece], [other]
        for step in (1, -1):
            left, right = self._next(piece, step), self._next(other, step)
            while left and right and left.right < other.left and right.left > piece.right and len(lefts) < 9:
                lefts, rights = [*lefts, left], [*rights, right]
                left, right = self._next(left, step), self._next(right, step)
        running = all(mean(len(each.text) for each in stack) >= _RUNNING for stack in (lefts, rights))
        is_wide = other.left - piece.right > _GUTTER * max(piece.size, other.size)
        return len(lefts) >= (2 if is_wide else 3) and running

    def _goes_on(self, piece: _Piece, step: int) -> bool:
        """Whether a column has a further row above (1) or below (-1) a piece; what is set off is none of it."""
        near, other = self._next(piece, step), self._next(piece, -step)
        return near is not None and not (
            other and abs(near.base - piece.base) > _SET_OFF * abs(other.base - piece.base)
        )

    def _next(self, piece: _Piece, step: int) -> _Piece | None:
        """The nearest piece in the same type straight above (1) or below (-1), one row away at most."""
        near = [
            each
            for each in self._pieces
            if 0.3 * piece.size < step * (each.base - piece.base) < _NEXT_ROW * piece.size
            and each.overlaps(piece)
            and each.is_of_one_size_with(piece)
        ]
        return min(near, key=lambda each: abs(each.base - piece.base), default=None)

    @cached_property
    def _rows(self) -> dict[_Piece, list[_Piece]]:
        """For each piece the row that it stands in, as far as it is read from left to right."""
        return self._chains(math.inf)

    @cached_property
    def _runs(self) -> dict[_Piece, list[_Piece]]:
        """The same of rows that end where a gap is too wide for a space: the lines within the cells of a table."""
        return self._chains(_SPACED_OUT)

    def _chains(self, widest: float) -> dict[_Piece, list[_Piece]]:
        chains: dict[_Piece, list[_Piece]] = {}
        for first in sorted(self._pieces, key=lambda piece: piece.left):
            piece: _Piece | None = first
            chain: list[_Piece] = []
            while piece and piece not in chains and (not chain or piece.left - chain[-1].right < widest * piece.size):
                chain.append(piece)
                chains[piece] = chain
                piece = self._right_of(piece)
        return chains


def _starts(text: str, wanted: str) -> Iterator[str]:
    """What is left of `wanted` after each of its beginnings that ends `text`, or that stands within it."""
    if wanted in text:
        yield ""
    for start in range(max(0, len(text) - len(wanted)), len(text)):
        if wanted.startswith(text[start:]):
            yield wanted[len(text) - start :]


def _agree(text: str, rest: str) -> bool:
    return rest.startswith(text) or text.startswith(rest)
