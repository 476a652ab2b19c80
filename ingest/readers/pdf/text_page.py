"""The text of a PDF's page as pdfium has it, and where each of its letters stands.

pdfium tells places a letter at a time. Here they are fetched for all letters of a page at once, and once only.
"""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Callable
from functools import cached_property
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

Boxes = npt.NDArray[np.float64]
"""A row a letter, in points of the page's own space."""


def by_address(function: Any, *arguments: type, result: type = ctypes.c_int) -> Callable[..., Any]:
    """A function of pdfium that takes addresses as plain numbers: to make and check pointers costs more than most calls
    do.
    """
    return ctypes.CFUNCTYPE(result, *arguments)(ctypes.cast(function, ctypes.c_void_p).value or 0)


_LETTER = (ctypes.c_void_p, ctypes.c_int)
_unicode = by_address(pdfium_c.FPDFText_GetUnicode, *_LETTER)
_angle = by_address(pdfium_c.FPDFText_GetCharAngle, *_LETTER, result=ctypes.c_float)
_font_weight = by_address(pdfium_c.FPDFText_GetFontWeight, *_LETTER)
_font_name = by_address(
    pdfium_c.FPDFText_GetFontInfo, *_LETTER, ctypes.c_void_p, ctypes.c_ulong, ctypes.POINTER(ctypes.c_int)
)
_loose_box = by_address(pdfium_c.FPDFText_GetLooseCharBox, *_LETTER, ctypes.c_void_p)
_ink_box = by_address(pdfium_c.FPDFText_GetCharBox, *_LETTER, *[ctypes.c_void_p] * 4)
_BOLD = 600
_IS_SPACE = np.array([chr(code).isspace() for code in range(0x3002)])  # the last white space is U+3000


class PageText:
    """The text of a page."""

    def __init__(self, text_page: pdfium.PdfTextPage) -> None:
        self._text_page = text_page  # which is closed when nothing holds it
        self.raw = text_page.raw
        self.count: int = text_page.count_chars()
        self.told: str = text_page.get_text_range()
        """The text as pdfium tells it; a character of it may be none of the page's letters."""
        self._address = ctypes.cast(self.raw, ctypes.c_void_p).value
        self._name = ctypes.create_string_buffer(128)

    @cached_property
    def letters(self) -> str:
        """The text with one letter for each that pdfium counts."""
        if len(self.told) == self.count:
            return self.told
        return "".join(map(chr, map(_unicode, repeat(self._address), range(self.count))))

    @cached_property
    def codes(self) -> npt.NDArray[np.int64]:
        """The number of each letter in Unicode."""
        return np.frombuffer(self.letters.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)

    @cached_property
    def printed(self) -> npt.NDArray[np.bool_]:
        """Which letters are no white space."""
        return ~_IS_SPACE[np.minimum(self.codes, len(_IS_SPACE) - 1)]

    @cached_property
    def loose(self) -> Boxes:
        """The left, top, right and bottom of each letter, as high as its font; nothing but noughts without a place."""
        boxes = np.zeros((self.count, 4), np.float32)
        self._fill(_loose_box, np.arange(self.count), range(boxes.ctypes.data, boxes.ctypes.data + boxes.nbytes, 16))
        return boxes.astype(np.float64)

    @cached_property
    def heights(self) -> npt.NDArray[np.float64]:
        """The height of each letter's type, whichever way it runs, or its width where that is more."""
        left, top, right, bottom = self.loose.T
        heights: npt.NDArray[np.float64] = np.maximum(np.abs(top - bottom), np.abs(right - left))
        return heights

    def ink(self, places: npt.NDArray[np.int64]) -> Boxes:
        """The left, right, bottom and top of what is drawn of each of the letters at `places`."""
        boxes = np.zeros((len(places), 4), np.float64)
        start, end = boxes.ctypes.data, boxes.ctypes.data + boxes.nbytes
        self._fill(_ink_box, places, *(range(start + side, end + side, 32) for side in (0, 8, 16, 24)))
        return boxes

    def angle(self, place: int) -> float:
        """How far a letter is turned, as pdfium tells it."""
        return float(_angle(self._address, place))

    def is_bold(self, place: int) -> bool:
        """Whether a letter is set in bold type."""
        if _font_weight(self._address, place) >= _BOLD:
            return True
        length = _font_name(self._address, place, self._name, 128, None)
        return 0 < length <= 128 and b"bold" in self._name.value.lower()

    def _fill(self, ask: Callable[..., int], places: npt.NDArray[np.int64], *rooms: range) -> None:
        """Let `ask` write what it tells of each of the letters at `places` into their `rooms`, given by addresses."""
        deque(map(ask, repeat(self._address), places.tolist(), *rooms), maxlen=0)
