"""The letters of a PDF page, each with its place on the page as it is shown and read."""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Set
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ingest.readers.cleanup import LINE_END_HYPHEN
from ingest.readers.pdf.letter_spacing import CLOSED_UP, is_spaced, words_end
from ingest.readers.pdf.text_page import PageText

# pdfium tells places on a device in whole dots; this many across are finer than any screen.
_FINE = 100_000
# pdfium measures a letter from its font's lowest to its highest one. Within a line of one size heights and feet differ
# by less than this share; the mark of a note is smaller by a fifth at least.
_SAME_SIZE = 0.08
# A gap from which on a line is looked at in pieces, in heights of its letters: about twice the space between words.
_WIDE_GAP = 0.5
# Text leans where its letters climb by more than this share of their way: no page is drawn that far out of straight.
_LEANING, LEANS = 0.2, 4
# The foot of a figure stands at a fifth of its line's height, that of a raised one at .45 or more.
_RAISED_INK = 0.36
_LINE_END = re.compile(rf"\r?\n|{LINE_END_HYPHEN}|$")
_A_LINE = re.compile(r"(?m)^\S .+$")
_SUPERSCRIPTS = [ord(figure) for figure in "⁰¹²³⁴⁵⁶⁷⁸⁹"]

_Floats = npt.NDArray[np.float64]
_Ints = npt.NDArray[np.int64]
_Bools = npt.NDArray[np.bool_]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Run:
    """Letters that follow each other in one line and one size: `text[start:end]` of the page, with their place.

    Distances are in points from the top left corner of the page as it is read.
    `line` numbers the line as pdfium sees it.
    `way` is where the letters run: 0 to 3 as the page's text does, then clockwise; 4 where they lean. `raised` tells
    figures that a font draws above the base line.
    """

    start: int
    end: int
    left: float
    top: float
    right: float
    bottom: float
    line: int = 0
    way: int = 0
    raised: bool = False

    @property
    def size(self) -> float:
        """The height of the type in points."""
        return self.right - self.left if self.way in (1, 3) else self.bottom - self.top


class Letters:
    """The letters of a page in `runs`, in the order of the file.

    A page is read as it is shown; where most of its text runs another way, as a table that is printed across, the page
    is turned until it runs to the right, and `width` and `height` are those of the turned page. `crosswise` tells that
    the text is turned on the page as the file has it: there pdfium does not know which letters stand in one line.
    """

    def __init__(self, page: pdfium.PdfPage, page_text: PageText, hidden: Set[int] = frozenset()) -> None:
        self._page_text = page_text
        self.text = page_text.letters
        if hidden:
            letters = list(self.text)
            for place in hidden:
                letters[place] = " "
            self.text = "".join(letters)
        self._shown_size = self.width, self.height = page.get_size()
        self._turn, self.crosswise = 0, False
        left, top = self._corner = on_drawing(page, 0, 0)
        self._axes = [(x - left, y - top) for x, y in (on_drawing(page, 1000, 0), on_drawing(page, 0, 1000))]
        self._ways_of: dict[float, int] = {}
        seen, places = self._places(hidden)
        self._close_up(seen, places)
        self.runs = self._in_runs(seen, places) if len(seen) else []

    def base_line(self, run: Run) -> float:
        """How far from the top of the page the base line is on which a run stands that runs as the page's text does."""
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium_c.FPDFText_GetCharOrigin(self._page_text.raw, run.start, x, y)
        return float(self._below_top(np.array([x.value]), np.array([y.value]))[0])

    def is_bold(self, run: Run) -> bool:
        """Whether a run starts and ends in bold type."""
        return all(self._page_text.is_bold(index) for index in {run.start, run.end - 1})

    def is_faint(self, run: Run) -> bool:
        """Whether a run is drawn in a light grey or colour, or lets the page shine through, as a watermark does."""
        red, green, blue, opacity = (ctypes.c_uint() for _ in range(4))
        if not pdfium_c.FPDFText_GetFillColor(self._page_text.raw, run.start, red, green, blue, opacity):
            return False
        brightness = (0.3 * red.value + 0.59 * green.value + 0.11 * blue.value) / 255
        return brightness > 0.6 or opacity.value < 160

    def _shown(self, x: _Floats, y: _Floats) -> tuple[_Floats, _Floats]:
        """Where points of the page's own space are on the page as it is shown, across and down."""
        (across_x, down_x), (across_y, down_y) = self._axes
        left, top = self._corner
        return left + (x * across_x + y * across_y) / 1000, top + (x * down_x + y * down_y) / 1000

    def _places(self, hidden: Set[int]) -> tuple[_Ints, _Floats]:
        """The indices of the letters that have a place, and the left, top, right and bottom of each as it is shown."""
        found = self._page_text.loose
        printed = self._page_text.printed.copy()
        printed[list(hidden)] = False
        seen = np.flatnonzero(printed & (found[:, 2] > found[:, 0]) & (found[:, 1] > found[:, 3]))
        # Two corners of each letter, as columns of x and of y.
        across, down = self._shown(found[seen][:, [0, 2]], found[seen][:, [1, 3]])
        return seen, np.column_stack((across.min(1), down.min(1), across.max(1), down.max(1)))

    def _close_up(self, seen: _Ints, places: _Floats) -> None:
        """Mark the spaces within words whose letters are set apart."""
        for match in _A_LINE.finditer(self.text):
            if not is_spaced(match.group().rstrip()):
                continue
            first, last = np.searchsorted(seen, match.span())
            of_line = places[first:last]
            if len(of_line) < 2 or (ends := words_end(of_line[:, [0, 2]].tolist(), _height(of_line))) is None:
                continue
            for place, is_end in zip(seen[first : last - 1].tolist(), ends, strict=True):
                if not is_end and self.text[place + 1] == " ":
                    self.text = f"{self.text[: place + 1]}{CLOSED_UP}{self.text[place + 2 :]}"

    def _in_runs(self, seen: _Ints, places: _Floats) -> list[Run]:
        ends = np.array([match.end() for match in _LINE_END.finditer(self.text)])
        lines = np.searchsorted(ends, seen, "right")
        new_line = np.diff(lines, prepend=-1) != 0
        ways = self._ways(seen, np.flatnonzero(new_line))
        turn = int(np.bincount(ways, minlength=LEANS + 1)[:LEANS].argmax())
        if turn:
            places = self._turned(places, ways == turn, turn)
            ways = np.where(ways == LEANS, LEANS, (ways - turn) % 4)
        self.crosswise = turn != self._way_of(0)
        new_line |= np.diff(ways, prepend=-1) != 0
        straight = ways == 0
        raised = self._raised(seen, places, straight)
        firsts = np.flatnonzero(new_line | (straight & _changes(places, raised)))
        lefts, tops = (np.minimum.reduceat(places[:, side], firsts) for side in (0, 1))
        rights, bottoms = (np.maximum.reduceat(places[:, side], firsts) for side in (2, 3))
        tops, bottoms = (  # the first letter tells the size of the type: one of another font may stand out
            np.where(straight[firsts], places[firsts, side], most) for side, most in ((1, tops), (3, bottoms))
        )
        return [
            Run(start, end, left, top, right, bottom, line, way, high)
            for start, end, left, top, right, bottom, line, way, high in zip(
                seen[firsts].tolist(),
                (seen[np.append(firsts[1:], len(seen)) - 1] + 1).tolist(),
                lefts.tolist(),
                tops.tolist(),
                rights.tolist(),
                bottoms.tolist(),
                lines[firsts].tolist(),
                ways[firsts].tolist(),
                raised[firsts].tolist(),
                strict=True,
            )
        ]

    def _ways(self, seen: _Ints, firsts: _Ints) -> _Ints:
        """Where the text of each letter runs as it is shown; the first and last of a line mostly tell of all."""
        ways = np.zeros(len(seen), np.int64)
        for first, end in zip(firsts.tolist(), [*firsts[1:].tolist(), len(seen)], strict=True):
            ways[first:end] = self._way(seen[first])
            if self._way(seen[end - 1]) != ways[first]:
                ways[first:end] = [self._way(index) for index in seen[first:end]]
        return ways

    def _way(self, index: int) -> int:
        angle = self._page_text.angle(index)
        if angle not in self._ways_of:  # a page has few angles
            self._ways_of[angle] = self._way_of(angle)
        return self._ways_of[angle]

    def _way_of(self, angle: float) -> int:
        x, y = math.cos(angle), -math.sin(angle)  # pdfium counts angles clockwise
        (across_x, down_x), (across_y, down_y) = self._axes
        across, down = x * across_x + y * across_y, x * down_x + y * down_y
        if min(abs(across), abs(down)) > _LEANING * max(abs(across), abs(down)):
            return LEANS
        if abs(across) >= abs(down):
            return 0 if across >= 0 else 2
        return 1 if down > 0 else 3

    def _turned(self, places: _Floats, with_page: _Bools, turn: int) -> _Floats:
        """`places` on the page turned until what runs `turn` runs to the right.

        What runs another way keeps its place on the page as it is shown, as a head above a table printed across does.
        """
        self._turn = turn
        across, down = self.width, self.height
        if turn % 2:
            self.width, self.height = down, across
        others = places * np.tile([self.width / across, self.height / down], 2)
        return np.where(with_page[:, None], self._as_read(places), others)

    def _as_read(self, places: _Floats) -> _Floats:
        left, top, right, bottom = places.T
        across, down = self._shown_size
        match self._turn:
            case 1:
                return np.column_stack((top, across - right, bottom, across - left))
            case 2:
                return np.column_stack((across - right, down - bottom, across - left, down - top))
            case 3:
                return np.column_stack((down - bottom, left, down - top, right))
        return places

    def _raised(self, seen: _Ints, places: _Floats, straight: _Bools) -> _Bools:
        """Which letters are figures that their font draws raised: only their ink tells it, not their size."""
        codes = np.where((np.diff(seen, prepend=-2) == 1) & straight, self._page_text.codes[seen], 0)
        raised = np.isin(codes, _SUPERSCRIPTS)
        figures = np.flatnonzero((codes >= ord("0")) & (codes <= ord("9")))
        left, right, bottom, top = self._page_text.ink(seen[figures]).T
        foot = places[figures, 3] - np.maximum(self._below_top(left, bottom), self._below_top(right, top))
        raised[figures] = foot > _RAISED_INK * (places[figures, 3] - places[figures, 1])
        return raised

    def _below_top(self, x: _Floats, y: _Floats) -> _Floats:
        """How far below the page's top edge, as it is read, points of the page's own space are."""
        return self._as_read(np.column_stack(self._shown(x, y) * 2))[:, 1]


def _height(places: _Floats) -> float:
    return float(np.median(places[:, 3] - places[:, 1]))


def _changes(places: _Floats, raised: _Bools) -> _Bools:
    """Before which letters of a line the size, the base line or the flow of the text changes."""
    heights = places[:, 3] - places[:, 1]
    most = _SAME_SIZE * np.maximum(heights[1:], heights[:-1])
    changes = np.zeros(len(places), bool)
    changes[1:] = (
        (np.abs(np.diff(heights)) > most)
        | (np.abs(np.diff(places[:, 3])) > most)
        | (places[1:, 0] - places[:-1, 2] > _WIDE_GAP * heights[:-1])
        | (raised[1:] != raised[:-1])
    )
    return changes


def on_drawing(page: pdfium.PdfPage, x: float, y: float) -> Point:
    """Where a point of a page's own space is on its drawing, in points from the top left corner."""
    across, down = ctypes.c_int(), ctypes.c_int()
    # pdfium itself turns and crops the page, as it does when it draws it.
    pdfium_c.FPDF_PageToDevice(page, 0, 0, _FINE, _FINE, 0, x, y, across, down)
    width, height = page.get_size()
    return across.value / _FINE * width, down.value / _FINE * height
