"""The letters of a PDF page, with their places, as printed lines."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ingest.line import Line
from ingest.repair import LINE_END_HYPHEN, clean


def printed_lines(page: pdfium.PdfPage, text_page: pdfium.PdfTextPage) -> Iterator[Line]:
    """Each printed line with its place. pdfium ends lines by CR LF, or by `LINE_END_HYPHEN` inside a broken word."""
    width, height = page.get_size()
    text = text_page.get_text_range()
    start = 0
    for match in re.finditer(rf"\r?\n|{LINE_END_HYPHEN}|$", text):
        end = match.end() if match.group() == LINE_END_HYPHEN else match.start()
        printed = text[start:end]
        if printed.strip():
            first = start + len(printed) - len(printed.lstrip())
            last = start + len(printed.rstrip().rstrip(LINE_END_HYPHEN)) - 1
            yield _line(clean(printed).strip(), text_page, first, max(first, last), width, height)
        start = match.end()


def _line(text: str, text_page: pdfium.PdfTextPage, first: int, last: int, width: float, height: float) -> Line:
    left, bottom, right, top = ctypes.c_double(), ctypes.c_double(), ctypes.c_double(), ctypes.c_double()
    box = pdfium_c.FS_RECTF()
    pdfium_c.FPDFText_GetLooseCharBox(text_page, first, box)
    pdfium_c.FPDFText_GetCharBox(text_page, last, left, right, bottom, top)
    return Line(
        text,
        left=box.left / width,
        right=right.value / width,
        top=1 - box.top / height,
        bottom=1 - box.bottom / height,
        size=round(abs(box.top - box.bottom), 1),
        bold=_is_bold(text_page, first) and _is_bold(text_page, last),
    )


def _is_bold(text_page: pdfium.PdfTextPage, index: int) -> bool:
    if pdfium_c.FPDFText_GetFontWeight(text_page, index) >= 600:
        return True
    name = ctypes.create_string_buffer(128)
    length = pdfium_c.FPDFText_GetFontInfo(text_page, index, name, 128, ctypes.c_int())
    return 0 < length <= 128 and b"bold" in name.value.lower()
