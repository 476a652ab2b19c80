"""Which letters of a PDF's page are seen on it: those without which its drawing looks different.

Whatever hides a letter (a layer that is off, the edge of the page, a clip, a colour, a rectangle over it) hides it
here, for the page is drawn with its text and without, and the two drawings are compared.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

Picture = npt.NDArray[np.int16]
Box = tuple[float, float, float, float]
"""Left, bottom, right and top in the page's own space."""

# Dots to a point: the stem of a letter in 5 points is then wider than half a dot.
_SCALE = 2.0
# A drawing of a poster is made smaller than that.
_MOST_DOTS = 12_000_000
# What an eye sees of a difference in one of the three colours, of 255.
_SEEN = 16
# How much the print on a scanned page differs from its paper at the least.
_INK = 48
# Type of a lower height is a smear to the eye, in points.
_TINY = 1.5
# Where so large a share of a page's letters is out of sight, the page is a scan that lies over its own text.
_SCAN = 0.8


def unseen(page: pdfium.PdfPage, text_page: pdfium.PdfTextPage) -> set[int]:
    """The places in a page's text of the letters that nobody sees on the page.

    The text below the picture of a scanned page counts as seen where the picture has ink: it says what is read there.
    """
    letters = {index: box for index in range(text_page.count_chars()) if (box := _box(text_page, index))}
    texts = list(page.get_objects([pdfium_c.FPDF_PAGEOBJ_TEXT], max_depth=15))
    drawing = _Drawing(page)
    bare = drawing.without(texts)
    changed = np.abs(drawing.take() - bare)
    missing = {
        index
        for index, box in letters.items()
        if drawing.most(changed, box) < _SEEN or _height(text_page, index) < _TINY
    }
    is_scan = len(missing) > _SCAN * len(letters)
    return {
        index
        for index in missing
        if not ((is_scan or _is_invisible(text_page, index)) and drawing.contrast(bare, letters[index]) >= _INK)
    }


def _box(text_page: pdfium.PdfTextPage, index: int) -> Box | None:
    """Where a letter is drawn; None for white space and for what pdfium adds of its own."""
    if not chr(pdfium_c.FPDFText_GetUnicode(text_page, index)).strip() or pdfium_c.FPDFText_IsGenerated(
        text_page, index
    ):
        return None
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    pdfium_c.FPDFText_GetCharBox(text_page, index, left, right, bottom, top)
    return left.value, bottom.value, right.value, top.value


def _height(text_page: pdfium.PdfTextPage, index: int) -> float:
    line = pdfium_c.FS_RECTF()
    pdfium_c.FPDFText_GetLooseCharBox(text_page, index, line)
    return float(max(abs(line.top - line.bottom), abs(line.right - line.left)))


def _is_invisible(text_page: pdfium.PdfTextPage, index: int) -> bool:
    text = pdfium_c.FPDFText_GetTextObject(text_page, index)
    return bool(pdfium_c.FPDFTextObj_GetTextRenderMode(text) == pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE)


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
        drawn: Picture = self._page.render(scale=self._scale).to_numpy().astype(np.int16)
        self._page.set_rotation(turned)
        return drawn

    def without(self, texts: Sequence[pdfium.PdfObject]) -> Picture:
        modes = [pdfium_c.FPDFTextObj_GetTextRenderMode(text) for text in texts]
        for text in texts:
            pdfium_c.FPDFTextObj_SetTextRenderMode(text, pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE)
        try:
            return self.take()
        finally:
            for text, mode in zip(texts, modes, strict=True):
                pdfium_c.FPDFTextObj_SetTextRenderMode(text, mode)

    def most(self, picture: Picture, box: Box) -> int:
        """The largest value in a part of `picture`; 0 where the part is beyond its edge."""
        part = picture[self._dots(box)]
        return int(part.max()) if part.size else 0

    def contrast(self, picture: Picture, box: Box) -> int:
        """By how much the dots in a part of `picture` differ in one of the colours."""
        part = picture[self._dots(box)]
        return int((part.max(axis=(0, 1)) - part.min(axis=(0, 1))).max()) if part.size else 0

    def _dots(self, box: Box) -> tuple[slice, slice]:
        left, bottom, right, top = box
        down, across = (self._top - top, self._top - bottom), (left - self._left, right - self._left)
        return self._slice(*down), self._slice(*across)

    def _slice(self, start: float, end: float) -> slice:
        return slice(max(0, int(start * self._scale)), max(0, int(end * self._scale) + 1))
