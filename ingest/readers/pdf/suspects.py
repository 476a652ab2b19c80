"""Whether a page of a PDF may hold text that nobody sees: told from what it is drawn with, which takes no drawing."""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Sequence
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ingest.readers.pdf.line import Line
from ingest.readers.pdf.text_page import Boxes, by_address
from ingest.readers.pdf.visible import TINY, texts

_Ints = npt.NDArray[np.int64]
_Pointer = Any  # for which pdfium's bindings have no type

_PAPER = (255, 255, 255)
# What differs by less in red, green and blue is hard to tell apart.
_ALIKE = 24
# How far beyond the edge of its page a line may end, as a share of the page: boxes of letters are wider than their ink.
_BEYOND = 0.02
# Lines of tables and under words are thinner, in points; what hides a line of text is not.
_THICK = 3.0
_MOST_AT_ONCE = 1_000_000  # of pairs of a text and an area that are compared, which takes 10 MB
_UNDRAWN = {pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium_c.FPDF_TEXTRENDERMODE_CLIP}

# A colour as one number.
_PLACES = np.array([1 << 16, 1 << 8, 1])

_ADDRESS = ctypes.c_void_p
_get_object = by_address(pdfium_c.FPDFPage_GetObject, _ADDRESS, ctypes.c_int, result=_ADDRESS)
_get_type = by_address(pdfium_c.FPDFPageObj_GetType, _ADDRESS)
_get_mode = by_address(pdfium_c.FPDFTextObj_GetTextRenderMode, _ADDRESS)
_get_fill = by_address(pdfium_c.FPDFPageObj_GetFillColor, *[_ADDRESS] * 5)
_get_bounds = by_address(pdfium_c.FPDFPageObj_GetBounds, *[_ADDRESS] * 5)
_get_clip = by_address(pdfium_c.FPDFPageObj_GetClipPath, _ADDRESS, result=_ADDRESS)
_count_paths = by_address(pdfium_c.FPDFClipPath_CountPaths, _ADDRESS)


def is_suspect(page: pdfium.PdfPage, lines: Sequence[Line]) -> bool:
    """Whether text may be beyond the page's edge, clipped, not drawn, of the colour of what is below it, or covered.

    `lines` are those that the page was read as. Tiny text is none of it: its size tells enough.
    """
    sides = ((line.left, line.right, line.top, line.bottom) for line in lines)
    return any(min(each) < -_BEYOND or max(each) > 1 + _BEYOND for each in sides) or _Drawn(page).is_suspect()


class _Drawn:
    """Looks at what a page is drawn with: its objects by their numbers, in the order of drawing."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        address = ctypes.cast(page.raw, ctypes.c_void_p).value
        self._items = list(map(_get_object, repeat(address), range(pdfium_c.FPDFPage_CountObjects(page.raw))))
        self._kinds = np.array(list(map(_get_type, self._items)), np.int64)
        self._texts = np.flatnonzero(self._kinds == pdfium_c.FPDF_PAGEOBJ_TEXT)

    def is_suspect(self) -> bool:
        if any(_has_text(self._items[form]) for form in np.flatnonzero(self._kinds == pdfium_c.FPDF_PAGEOBJ_FORM)):
            return True  # its text may be clipped, and is measured otherwise than the page's
        if not len(self._texts):
            return False
        texts = [self._items[text] for text in self._texts.tolist()]
        if not _UNDRAWN.isdisjoint(map(_get_mode, texts)):
            return True
        colours = self._colours(self._texts)
        return bool((colours < 0).any()) or any(map(_is_clipped, texts)) or self._is_lost(colours)

    def _is_lost(self, colours: _Ints) -> bool:
        """Whether the colours of texts are like what is below one of them, or whether anything lies over one."""
        areas, boxes = self._areas()
        grounds = np.full((len(areas) + 1, 3), -1)
        grounds[0] = _PAPER
        are_paths = np.flatnonzero(self._kinds[areas] == pdfium_c.FPDF_PAGEOBJ_PATH)
        grounds[are_paths + 1] = self._colours(areas[are_paths])
        known, which = np.unique(colours @ _PLACES, return_inverse=True)
        others = np.unique(grounds[(grounds >= 0).all(1)] @ _PLACES)
        apart = np.abs(_parted(known)[:, None] - _parted(others))
        alike = np.flatnonzero((apart < _ALIKE).all(2).any(1)[which])
        for places in np.array_split(alike, len(alike) * len(areas) // _MOST_AT_ONCE + 1):
            text_boxes = self._boxes(self._texts[places])
            below = self._below(self._texts[places], text_boxes, areas, boxes)
            same = (grounds[below] >= 0).all(1) & (np.abs(colours[places] - grounds[below]) < _ALIKE).all(1)
            if (same & (text_boxes[:, 3] - text_boxes[:, 1] >= TINY)).any():
                return True
        return self._is_covered(areas, boxes)

    @staticmethod
    def _below(texts: _Ints, text_boxes: Boxes, areas: _Ints, boxes: Boxes) -> _Ints:
        """For each text the number of the topmost area that is all around and below it, from 1; 0 where none is."""
        around = texts[:, None] > areas
        for side in (0, 1):
            around &= boxes[:, side] <= text_boxes[:, side, None] + 1
            around &= text_boxes[:, side + 2, None] <= boxes[:, side + 2] + 1
        numbers: _Ints = np.where(around, np.arange(1, len(areas) + 1), 0).max(1, initial=0)
        return numbers

    def _is_covered(self, areas: _Ints, boxes: Boxes) -> bool:
        """Whether an area lies over a letter of a text at least that is drawn before it."""
        over = areas > self._texts[0]
        if not over.any():
            return False
        texts = self._boxes(self._texts)
        return any(
            _covers(box, texts[: np.searchsorted(self._texts, area)])
            for area, box in zip(areas[over], boxes[over], strict=True)
        )

    def _areas(self) -> tuple[_Ints, Boxes]:
        """What hides what is below it, with the boxes around it: neither lines nor outlines."""
        others = np.flatnonzero(~np.isin(self._kinds, (pdfium_c.FPDF_PAGEOBJ_TEXT, pdfium_c.FPDF_PAGEOBJ_FORM)))
        boxes = self._boxes(others)
        hides = (boxes[:, 2:] - boxes[:, :2]).min(1) >= _THICK
        for place in np.flatnonzero(hides & (self._kinds[others] == pdfium_c.FPDF_PAGEOBJ_PATH)):
            hides[place] = _is_filled(self._items[others[place]])
        return others[hides], boxes[hides]

    def _colours(self, numbers: _Ints) -> _Ints:
        """What objects are filled with, in red, green and blue; -1 where that is no colour or lets others show."""
        told = np.zeros((len(numbers), 4), np.uint32)
        start, end = told.ctypes.data, told.ctypes.data + told.nbytes
        items = [self._items[number] for number in numbers.tolist()]
        known = list(map(_get_fill, items, *(range(start + side, end + side, 16) for side in (0, 4, 8, 12))))
        colours = told.astype(np.int64)
        is_solid = np.array(known, bool) & (colours[:, 3] > 250)
        return np.where(is_solid[:, None], colours[:, :3], -1)

    def _boxes(self, numbers: _Ints) -> Boxes:
        """The left, bottom, right and top of objects."""
        boxes = np.zeros((len(numbers), 4), np.float32)
        start, end = boxes.ctypes.data, boxes.ctypes.data + boxes.nbytes
        items = [self._items[number] for number in numbers.tolist()]
        deque(map(_get_bounds, items, *(range(start + side, end + side, 16) for side in (0, 4, 8, 12))), maxlen=0)
        return boxes.astype(np.float64)


def _parted(colours: _Ints) -> _Ints:
    """Red, green and blue of colours that are numbers."""
    parts: _Ints = colours[:, None] // _PLACES % 256
    return parts


def _is_filled(path: int) -> bool:
    filled = ctypes.c_int()
    pdfium_c.FPDFPath_GetDrawMode(_pointer(path), filled, ctypes.c_int())
    return bool(filled.value)


def _is_clipped(text: int) -> bool:
    """Whether the middle of a text is outside of what it may be drawn in."""
    clip = _get_clip(text)
    paths = _count_paths(clip)
    if paths < 1:
        return False
    left, bottom, right, top = sides = [ctypes.c_float() for _ in range(4)]
    pdfium_c.FPDFPageObj_GetBounds(_pointer(text), *sides)
    x, y = (left.value + right.value) / 2, (bottom.value + top.value) / 2
    drawn_in = ctypes.cast(clip, pdfium_c.FPDF_CLIPPATH)
    return any(not _is_within(drawn_in, path, x, y) for path in range(paths))


def _is_within(clip: _Pointer, path: int, x: float, y: float) -> bool:
    """Whether a point is in the box around a path."""
    across, down = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float]] = []
    for index in range(pdfium_c.FPDFClipPath_CountPathSegments(clip, path)):
        pdfium_c.FPDFPathSegment_GetPoint(pdfium_c.FPDFClipPath_GetPathSegment(clip, path, index), across, down)
        points.append((across.value, down.value))
    xs, ys = zip(*points, strict=True) if points else ((x,), (y,))
    return bool(min(xs) <= x <= max(xs) and min(ys) <= y <= max(ys))


def _has_text(form: int) -> bool:
    """Whether a drawing that is put on the page as a whole holds text, itself or in a drawing within it."""
    return (
        next(texts(_pointer(form), pdfium_c.FPDFFormObj_CountObjects, pdfium_c.FPDFFormObj_GetObject), None) is not None
    )


def _pointer(item: int) -> _Pointer:
    return ctypes.cast(item, pdfium_c.FPDF_PAGEOBJECT)


def _covers(area: Boxes, texts: Boxes) -> bool:
    """Whether an area lies over a letter of a line of text at least, and over half of the line's height."""
    left, bottom, right, top = texts.T
    across = np.minimum(area[2], right) - np.maximum(area[0], left)
    down = np.minimum(area[3], top) - np.maximum(area[1], bottom)
    return bool(((across > _THICK) & (down > 0.5 * (top - bottom))).any())
