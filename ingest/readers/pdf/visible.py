"""Which letters of a PDF's page are seen on it: those without which its drawing looks different.

Whatever hides a letter (a layer that is off, the edge of the page, a clip, a colour, a rectangle over it) hides it
here, for the page is drawn with its text and without, and the two drawings are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from itertools import pairwise, repeat
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ingest.readers.pdf.text_page import Boxes, PageText

Picture = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

# Dots to a point. A letter in 5 points still changes dots by a quarter of what is between its colour and its paper's.
_SCALE = 1.0
# A drawing of a poster is made smaller than that.
_MOST_DOTS = 3_000_000
# What an eye sees of a difference in red, green or blue, of 255.
_SEEN = 16
# How much the print on a scanned page differs from its paper at the least.
_INK = 48
# Type of a lower height is a smear to the eye, in points.
TINY = 1.5
# Where so large a share of a page's letters is out of sight, the page is a scan that lies over its own text.
_SCAN = 0.8


def tiny(text: PageText) -> set[int]:
    """The places of letters that are too small to be read by anybody; none where only signs are."""
    found = np.flatnonzero((text.heights > 0) & (text.heights < TINY)).tolist()
    return set(found) if any(text.letters[place].isalnum() for place in found) else set()


def unseen(page: pdfium.PdfPage, text: PageText) -> set[int]:
    """The places in a page's text of the letters that nobody sees on the page.

    The text below the picture of a scanned page counts as seen where the picture has ink: it says what is read there.
    """
    letters = np.array([index for index, letter in enumerate(text.letters) if letter.isalnum()], np.int64)
    if not len(letters):
        return set()
    boxes = text.ink(letters)
    drawing = _Drawing(page)
    bare = drawing.without(list(texts(page.raw, pdfium_c.FPDFPage_CountObjects, pdfium_c.FPDFPage_GetObject)))
    missing = ~drawing.hold(_differ(drawing.take(), bare), boxes)
    missing |= (boxes[:, 3] - boxes[:, 2] < TINY) & (text.heights[letters] < TINY)
    if not missing.any():
        return set()
    undrawn = np.array([_is_undrawn(text, index) for index in letters[missing].tolist()])
    is_scan = missing.mean() > _SCAN
    missing[missing] = ~((undrawn | is_scan) & drawing.have_ink(bare, boxes[missing]))
    return _with_signs(text.letters, set(letters[missing].tolist()))


def pieces(letters: Set[int]) -> list[int]:
    """Where each of the pieces begins in which letters, by their places, follow each other, white space apart."""
    ordered = sorted(letters)
    return [place for before, place in pairwise([-9, *ordered]) if place - before > 2]


def _with_signs(printed: Sequence[str], hidden: set[int]) -> set[int]:
    """The places of hidden letters, and of the signs that follow them: a dash may be too thin to tell."""
    found: set[int] = set()
    is_hidden = False
    for index, letter in enumerate(printed):
        if letter.isalnum() or letter in "\r\n":
            is_hidden = index in hidden
        if is_hidden and not letter.isspace():
            found.add(index)
    return found


def _is_undrawn(text: PageText, index: int) -> bool:
    drawn = pdfium_c.FPDFText_GetTextObject(text.raw, index)
    return bool(pdfium_c.FPDFTextObj_GetTextRenderMode(drawn) == pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE)


def texts(parent: Any, count: Callable[[Any], int], get: Callable[[Any, int], Any], depth: int = 15) -> Iterator[Any]:
    """The texts that a page, or a drawing that is put on it as a whole, is drawn with: its own and its drawings'."""
    for item in map(get, repeat(parent), range(count(parent))):
        kind = pdfium_c.FPDFPageObj_GetType(item)
        if kind == pdfium_c.FPDF_PAGEOBJ_TEXT:
            yield item
        elif kind == pdfium_c.FPDF_PAGEOBJ_FORM and depth:
            yield from texts(item, pdfium_c.FPDFFormObj_CountObjects, pdfium_c.FPDFFormObj_GetObject, depth - 1)


def _differ(one: Picture, other: Picture) -> Flags:
    """In which dots two drawings differ to the eye, in one of their colours."""
    differ: Flags = one.view(np.uint32)[:, :, 0] != other.view(np.uint32)[:, :, 0]  # most do not
    dots = one[differ].astype(np.int16) - other[differ]
    differ[differ] = (np.abs(dots[:, :3]) >= _SEEN).any(1)
    return differ


class _Drawing:
    """Draws a page as it lies, whichever way it is turned to be shown."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        self._page = page
        self._left, bottom, right, self._top = page.get_bbox()
        dots = max(1.0, (right - self._left) * (self._top - bottom))
        self._scale = min(_SCALE, (_MOST_DOTS / dots) ** 0.5)

    def take(self) -> Picture:
        turned = self._page.get_rotation()
        self._page.set_rotation(0)
        drawn: Picture = self._page.render(
            scale=self._scale, prefer_bgrx=True
        ).to_numpy()  # four bytes a dot, the last unused
        self._page.set_rotation(turned)
        return drawn

    def without(self, hidden: Sequence[Any]) -> Picture:
        modes = [pdfium_c.FPDFTextObj_GetTextRenderMode(text) for text in hidden]
        for text in hidden:
            pdfium_c.FPDFTextObj_SetTextRenderMode(text, pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE)
        try:
            return self.take()
        finally:
            for text, mode in zip(hidden, modes, strict=True):
                pdfium_c.FPDFTextObj_SetTextRenderMode(text, mode)

    def hold(self, dots: Flags, boxes: Boxes) -> Flags:
        """For each box whether one of `dots` is in it; beyond the edges of the drawing there is none."""
        high, wide = dots.shape
        sums = np.zeros((high + 1, wide + 1), np.int32)
        sums[1:, 1:] = dots.cumsum(0, dtype=np.int32).cumsum(1, dtype=np.int32)
        left, right, top, bottom = self._dots(boxes, wide, high)
        return (sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]) > 0

    def have_ink(self, picture: Picture, boxes: Boxes) -> Flags:
        """For each box whether there are light and dark dots in it."""
        high, wide = picture.shape[:2]
        parts = (
            picture[top:bottom, left:right]
            for left, right, top, bottom in np.column_stack(self._dots(boxes, wide, high)).tolist()
        )
        return np.array([part.size > 0 and np.ptp(part[:, :, :3], axis=(0, 1)).max() >= _INK for part in parts], bool)

    def _dots(self, boxes: Boxes, wide: int, high: int) -> list[npt.NDArray[np.int64]]:
        left, right, bottom, top = boxes.T
        first = ((left - self._left), (self._top - top))
        last = ((right - self._left), (self._top - bottom))
        starts = [
            np.clip(np.floor(each * self._scale), 0, most) for each, most in zip(first, (wide, high), strict=True)
        ]
        ends = [
            np.clip(np.floor(each * self._scale) + 1, 0, most) for each, most in zip(last, (wide, high), strict=True)
        ]
        return [each.astype(np.int64) for each in (starts[0], ends[0], starts[1], ends[1])]
