"""What people filled in and typed on the pages of a PDF: the fields of forms, ticks, and text put on top of a page."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ingest.readers.cleanup import clean
from ingest.readers.pdf.line import Line
from ingest.readers.pdf.text_page import PageText

TICKED, EMPTY = "☑", "☐"

_WRITTEN = {
    pdfium_c.FPDF_FORMFIELD_TEXTFIELD,
    pdfium_c.FPDF_FORMFIELD_COMBOBOX,
    pdfium_c.FPDF_FORMFIELD_LISTBOX,
}
_TICKED = {pdfium_c.FPDF_FORMFIELD_CHECKBOX, pdfium_c.FPDF_FORMFIELD_RADIOBUTTON}
# A reader's sticky comments are none of a report; a text box and a stamp are on its page.
_TYPED = {pdfium_c.FPDF_ANNOT_FREETEXT, pdfium_c.FPDF_ANNOT_STAMP}
_UNSEEN = pdfium_c.FPDF_ANNOT_FLAG_HIDDEN | pdfium_c.FPDF_ANNOT_FLAG_NOVIEW
# pdfium tells places on a device in whole dots.
_FINE = 100_000
_Annotation = Any


@dataclass(frozen=True, slots=True)
class Entry:
    """A text, or the sign of a tick, and its place on the page as shown, in shares from the top left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    is_tick: bool = False


def entries(document: pdfium.PdfDocument, page: pdfium.PdfPage) -> list[Entry]:
    """What is filled in and typed on a page. Fields are told where `init_forms` was called before it was loaded."""
    form = document.formenv.raw if document.formenv else None
    found: list[Entry] = []
    for index in range(pdfium_c.FPDFPage_GetAnnotCount(page.raw)):
        annotation = pdfium_c.FPDFPage_GetAnnot(page.raw, index)
        if annotation and not pdfium_c.FPDFAnnot_GetFlags(annotation) & _UNSEEN:
            text, is_tick = _text(form, annotation)
            if text:
                found.append(Entry(text, *_place(page, annotation), is_tick))
        pdfium_c.FPDFPage_CloseAnnot(annotation)
    return found


def stamps(page: pdfium.PdfPage) -> int:
    """How many stamps are seen on a page that do not tell in words what they show."""
    count = 0
    for index in range(pdfium_c.FPDFPage_GetAnnotCount(page.raw)):
        annotation = pdfium_c.FPDFPage_GetAnnot(page.raw, index)
        is_stamp = pdfium_c.FPDFAnnot_GetSubtype(annotation) == pdfium_c.FPDF_ANNOT_STAMP
        if is_stamp and not pdfium_c.FPDFAnnot_GetFlags(annotation) & _UNSEEN:
            count += not _text(None, annotation)[0]
        pdfium_c.FPDFPage_CloseAnnot(annotation)
    return count


def attached(document: pdfium.PdfDocument) -> list[str]:
    """The names of the files in a PDF, "" for one without a name."""
    return [_name(document.get_attachment(index)) for index in range(document.count_attachments())]


def pinned(page: pdfium.PdfPage) -> list[str]:
    """The same of the files that are pinned to a page, where a paper clip shows."""
    names: list[str] = []
    for index in range(pdfium_c.FPDFPage_GetAnnotCount(page.raw)):
        annotation = pdfium_c.FPDFPage_GetAnnot(page.raw, index)
        if pdfium_c.FPDFAnnot_GetSubtype(annotation) == pdfium_c.FPDF_ANNOT_FILEATTACHMENT:
            names.append(_name(pdfium.PdfAttachment(pdfium_c.FPDFAnnot_GetFileAttachment(annotation), page.pdf)))
        pdfium_c.FPDFPage_CloseAnnot(annotation)
    return names


def _name(file: pdfium.PdfAttachment) -> str:
    try:
        return clean(file.get_name()).strip()
    except pdfium.PdfiumError:
        return ""


def under_redactions(page: pdfium.PdfPage, text: PageText) -> set[int]:
    """The places in a page's text of what is marked to be blacked out, whether or not that was done."""
    areas: list[pdfium_c.FS_RECTF] = []
    for index in range(pdfium_c.FPDFPage_GetAnnotCount(page.raw)):
        annotation = pdfium_c.FPDFPage_GetAnnot(page.raw, index)
        if pdfium_c.FPDFAnnot_GetSubtype(annotation) == pdfium_c.FPDF_ANNOT_REDACT:
            areas += _areas(annotation)
        pdfium_c.FPDFPage_CloseAnnot(annotation)
    if not areas:
        return set()
    return {index for index in range(text.count) if _is_in(areas, text, index)}


def _areas(annotation: _Annotation) -> Iterator[pdfium_c.FS_RECTF]:
    """The areas of an annotation, one for each line that it marks, or the box around it."""
    count = pdfium_c.FPDFAnnot_CountAttachmentPoints(annotation)
    for index in range(count):
        corners = pdfium_c.FS_QUADPOINTSF()
        pdfium_c.FPDFAnnot_GetAttachmentPoints(annotation, index, corners)
        xs, ys = ([getattr(corners, f"{axis}{corner}") for corner in range(1, 5)] for axis in "xy")
        yield pdfium_c.FS_RECTF(left=min(xs), right=max(xs), top=max(ys), bottom=min(ys))
    if not count:
        box = pdfium_c.FS_RECTF()
        pdfium_c.FPDFAnnot_GetRect(annotation, box)
        yield box


def _is_in(areas: Sequence[pdfium_c.FS_RECTF], text: PageText, index: int) -> bool:
    ((left, right, bottom, top),) = text.ink(np.array([index])).tolist()
    x, y = (left + right) / 2, (bottom + top) / 2
    return any(area.left <= x <= area.right and area.bottom <= y <= area.top for area in areas)


def _text(form: Any, annotation: _Annotation) -> tuple[str, bool]:
    """The words of an annotation, or the sign of a tick, with whether it is one."""
    subtype = pdfium_c.FPDFAnnot_GetSubtype(annotation)
    if subtype in _TYPED:
        words = _string(lambda *room: pdfium_c.FPDFAnnot_GetStringValue(annotation, b"Contents", *room))
        return clean(" ".join(words.split())), False
    if subtype != pdfium_c.FPDF_ANNOT_WIDGET or not form:
        return "", False
    kind = pdfium_c.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in _TICKED:
        return TICKED if pdfium_c.FPDFAnnot_IsChecked(form, annotation) else EMPTY, True
    if kind not in _WRITTEN:
        return "", False
    chosen = ", ".join(_chosen(form, annotation)) if kind != pdfium_c.FPDF_FORMFIELD_TEXTFIELD else ""
    value = chosen or _string(lambda *room: pdfium_c.FPDFAnnot_GetFormFieldValue(form, annotation, *room))
    return clean(" ".join(value.split())), False


def _chosen(form: Any, annotation: _Annotation) -> Iterator[str]:
    """The options of a list that are chosen, as the list shows them."""
    for index in range(max(0, pdfium_c.FPDFAnnot_GetOptionCount(form, annotation))):
        if pdfium_c.FPDFAnnot_IsOptionSelected(form, annotation, index):
            yield _string(lambda *room, index=index: pdfium_c.FPDFAnnot_GetOptionLabel(form, annotation, index, *room))


def _string(call: Callable[..., int]) -> str:
    """What a function of pdfium writes into room that is given to it; first it tells how many bytes it needs."""
    length = call(None, 0)
    room = ctypes.create_string_buffer(max(length, 2))
    call(ctypes.cast(room, ctypes.POINTER(pdfium_c.FPDF_WCHAR)), length)
    return room.raw[:length].decode("utf-16-le", errors="replace").rstrip("\0")


def _place(page: pdfium.PdfPage, annotation: _Annotation) -> tuple[float, float, float, float]:
    box = pdfium_c.FS_RECTF()
    pdfium_c.FPDFAnnot_GetRect(annotation, box)
    (x, y), (other_x, other_y) = (_shown(page, *corner) for corner in ((box.left, box.top), (box.right, box.bottom)))
    return min(x, other_x), min(y, other_y), max(x, other_x), max(y, other_y)


def _shown(page: pdfium.PdfPage, x: float, y: float) -> tuple[float, float]:
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDF_PageToDevice(page.raw, 0, 0, _FINE, _FINE, 0, x, y, across, down)
    return across.value / _FINE, down.value / _FINE


def with_entries(
    page: pdfium.PdfPage, page_text: PageText, lines: Sequence[Line], found: Sequence[Entry]
) -> list[Line]:
    """The lines of a page with its entries, each behind its question: the words to its left, or else those above it."""
    placed = list(lines)
    for entry in sorted(found, key=lambda each: (round(each.top, 2), each.left)):
        middle = (entry.top + entry.bottom) / 2
        row = [
            index
            for index, line in enumerate(placed)
            if line.top <= middle <= line.bottom or entry.top <= (line.top + line.bottom) / 2 <= entry.bottom
        ]
        around = next((index for index in row if placed[index].left <= entry.left < placed[index].right), None)
        if entry.is_tick and around is None:
            around = next((index for index in row if 0 <= placed[index].left - entry.left < 0.1), None)
        if around is not None:
            placed[around] = _put_in(page, page_text, placed[around], entry)
        else:
            placed.insert(_behind(placed, row, entry), _line(entry))
    return placed


def _put_in(page: pdfium.PdfPage, page_text: PageText, line: Line, entry: Entry) -> Line:
    """A line with an entry in it, before the letters to the right of the entry's place."""
    following = sum(_middle(page, page_text, index) > entry.left for span in line.letters for index in range(*span))
    text, at = line.text, len(line.text)
    while following > 0 and at > 0:
        at -= 1
        following -= not text[at].isspace()
    while 0 < at < len(text) and not text[at - 1].isspace():
        at -= 1
    return replace(line, text=" ".join(f"{text[:at]} {entry.text} {text[at:]}".split()))


def _middle(page: pdfium.PdfPage, text: PageText, index: int) -> float:
    """How far across the page the middle of a letter is; before all others where it is white space."""
    if text.letters[index].isspace():
        return -1.0
    ((left, right, bottom, top),) = text.ink(np.array([index])).tolist()
    return _shown(page, (left + right) / 2, (bottom + top) / 2)[0]


def _behind(lines: Sequence[Line], row: Sequence[int], entry: Entry) -> int:
    """Where an entry stands among the lines: behind the one to its left, or else behind the nearest one above it."""
    if before := [index for index in row if lines[index].right <= entry.left + 0.02]:
        return max(before, key=lambda index: lines[index].right) + 1
    above = [index for index, line in enumerate(lines) if line.bottom <= entry.bottom and line.left < entry.right]
    return max(above, key=lambda index: (lines[index].bottom, index)) + 1 if above else 0


def _line(entry: Entry) -> Line:
    return Line(entry.text, entry.left, entry.right, entry.top, entry.bottom)
