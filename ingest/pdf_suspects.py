"""Whether a page of a PDF may hold text that nobody sees: told from what it is drawn with, which takes no drawing."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ingest.line import Line
from ingest.pdf_visible import TINY

Box = tuple[float, float, float, float]
"""Left, bottom, right and top."""
Colour = tuple[int, int, int]
_Object = Any  # a pointer, for which pdfium's bindings have no type

_PAPER: Colour = (255, 255, 255)
# What differs by less in red, green and blue is hard to tell apart.
_ALIKE = 24
# How far beyond the edge of its page a line may end, as a share of the page: boxes of letters are wider than their ink.
_BEYOND = 0.02
# Lines of tables and under words are thinner, in points; what hides a line of text is not.
_THICK = 3.0
_TINY = 1.5
_UNDRAWN = {pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium_c.FPDF_TEXTRENDERMODE_CLIP}


def is_suspect(page: pdfium.PdfPage, lines: Sequence[Line]) -> bool:
    """Whether text may be beyond the page's edge, clipped, not drawn, of the colour of what is below it, or covered.

    `lines` are those that the page was read as. Tiny text is none of it: its size tells enough.
    """
    sides = ((line.left, line.right, line.top, line.bottom) for line in lines)
    return any(min(each) < -_BEYOND or max(each) > 1 + _BEYOND for each in sides) or _Drawn().is_suspect(page)


class _Drawn:
    """Looks at what a page is drawn with, in the order of drawing."""

    def __init__(self) -> None:
        self._rgba = [ctypes.c_uint() for _ in range(4)]
        self._sides = [ctypes.c_float() for _ in range(4)]
        self._below: list[tuple[Box, Colour | None]] = []
        self._colours = {_PAPER}
        self._alike: dict[Colour, bool] = {}

    def is_suspect(self, page: pdfium.PdfPage) -> bool:
        texts: list[_Object] = []
        over: list[tuple[Box, int]] = []
        for item, kind in _objects(page):
            if kind == pdfium_c.FPDF_PAGEOBJ_TEXT:
                if self._is_suspect_text(item):
                    return True
                texts.append(item)
            elif kind == pdfium_c.FPDF_PAGEOBJ_FORM:
                if _has_text(item):  # its text may be clipped, and is measured otherwise than the page's
                    return True
            elif box := self._area(item, kind):
                if texts:
                    over.append((box, len(texts)))
                self._put_below(box, self._colour(item) if kind == pdfium_c.FPDF_PAGEOBJ_PATH else None)
        boxes = np.array([self._box(text) for text in texts]) if over else np.empty((0, 4))
        return any(_covers(area, boxes[:count]) for area, count in over)

    def _put_below(self, box: Box, colour: Colour | None) -> None:
        self._below.append((box, colour))
        if colour and colour not in self._colours:
            self._colours.add(colour)
            self._alike.clear()

    def _is_suspect_text(self, text: _Object) -> bool:
        if pdfium_c.FPDFTextObj_GetTextRenderMode(text) in _UNDRAWN:
            return True
        colour = self._colour(text)
        if colour is None or self._is_clipped(text):
            return True
        if colour not in self._alike:
            self._alike[colour] = any(_are_alike(colour, each) for each in self._colours)
        if not self._alike[colour]:
            return False
        box = self._box(text)
        if box[3] - box[1] < TINY:
            return False
        ground = next((each for area, each in reversed(self._below) if _holds(area, box)), _PAPER)
        return ground is not None and _are_alike(colour, ground)

    def _is_clipped(self, text: _Object) -> bool:
        """Whether the middle of a text is outside of what it may be drawn in."""
        clip = pdfium_c.FPDFPageObj_GetClipPath(text)
        paths = pdfium_c.FPDFClipPath_CountPaths(clip)
        if paths < 1:
            return False
        left, bottom, right, top = self._box(text)
        x, y = (left + right) / 2, (bottom + top) / 2
        return any(not self._is_within(clip, path, x, y) for path in range(paths))

    def _is_within(self, clip: _Object, path: int, x: float, y: float) -> bool:
        """Whether a point is in the box around a path."""
        across, down = self._sides[:2]
        points: list[tuple[float, float]] = []
        for index in range(pdfium_c.FPDFClipPath_CountPathSegments(clip, path)):
            pdfium_c.FPDFPathSegment_GetPoint(pdfium_c.FPDFClipPath_GetPathSegment(clip, path, index), across, down)
            points.append((across.value, down.value))
        xs, ys = zip(*points, strict=True) if points else ((x,), (y,))
        return bool(min(xs) <= x <= max(xs) and min(ys) <= y <= max(ys))

    def _colour(self, item: _Object) -> Colour | None:
        """What an object is filled with; None where that is no colour, or lets others shine through."""
        known = pdfium_c.FPDFPageObj_GetFillColor(item, *self._rgba)
        red, green, blue, opacity = (each.value for each in self._rgba)
        return (red, green, blue) if known and opacity > 250 else None

    def _box(self, item: _Object) -> Box:
        pdfium_c.FPDFPageObj_GetBounds(item, *self._sides)
        left, bottom, right, top = (each.value for each in self._sides)
        return left, bottom, right, top

    def _area(self, item: _Object, kind: int) -> Box | None:
        """Where an object hides what is below it; None where it is a line, or an outline."""
        left, bottom, right, top = box = self._box(item)
        if min(right - left, top - bottom) < _THICK:
            return None
        if kind == pdfium_c.FPDF_PAGEOBJ_PATH:
            filled = ctypes.c_int()
            pdfium_c.FPDFPath_GetDrawMode(item, filled, ctypes.c_int())
            return box if filled.value else None
        return box


def _objects(page: pdfium.PdfPage) -> Iterator[tuple[_Object, int]]:
    count = pdfium_c.FPDFPage_CountObjects(page.raw)
    items = list(map(pdfium_c.FPDFPage_GetObject, repeat(page.raw), range(count)))
    return zip(items, map(pdfium_c.FPDFPageObj_GetType, items), strict=True)


def _has_text(form: _Object) -> bool:
    """Whether a drawing that is put on the page as a whole holds text, itself or in a drawing within it."""
    inner = (pdfium_c.FPDFFormObj_GetObject(form, index) for index in range(pdfium_c.FPDFFormObj_CountObjects(form)))
    return any(
        kind == pdfium_c.FPDF_PAGEOBJ_TEXT or (kind == pdfium_c.FPDF_PAGEOBJ_FORM and _has_text(item))
        for item, kind in ((item, pdfium_c.FPDFPageObj_GetType(item)) for item in inner)
    )


def _are_alike(one: Colour, other: Colour) -> bool:
    return all(abs(first - second) < _ALIKE for first, second in zip(one, other, strict=True))


def _holds(area: Box, box: Box) -> bool:
    return area[0] <= box[0] + 1 and area[1] <= box[1] + 1 and box[2] <= area[2] + 1 and box[3] <= area[3] + 1


def _covers(area: Box, texts: npt.NDArray[np.float64]) -> bool:
    """Whether an area lies over a letter of a line of text at least, and over half of the line's height."""
    left, bottom, right, top = texts.T
    across = np.minimum(area[2], right) - np.maximum(area[0], left)
    down = np.minimum(area[3], top) - np.maximum(area[1], bottom)
    return bool(((across > _THICK) & (down > 0.5 * (top - bottom))).any())
