"""A page of a PDF as a picture, and where a quotation stands on it.

Nothing is said to stand anywhere unless every letter of it was found there.
"""

from __future__ import annotations

import ctypes
import io
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from gettext import gettext as _
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from common import CoproductionError
from ingest.readers.cleanup import LINE_END_HYPHEN, clean
from ingest.readers.pdf.letters import on_drawing
from ingest.readers.pdf.lines import printed_lines
from ingest.readers.pdf.margins import MARGIN_BAND
from ingest.readers.pdf.pdf import pdfium_is_not_thread_safe
from ingest.readers.pdf.text_page import PageText

# A drawing has this many dots at most, whatever the shape of the page: 48 MB while it is drawn.
MOST_DOTS = 12_000_000
# A gap within a line of print, in heights of its letters, that still belongs to the line.
_WIDEST_GAP = 2.5
_LINE_END_DASH = re.compile(rf"(?:[-‐‑‒–—\x02]|{LINE_END_HYPHEN})(?=\s*[\r\n])|[\x02{LINE_END_HYPHEN}]")

Span = tuple[int, int]


class PageError(CoproductionError):
    """A page cannot be shown. The message is a sentence for the reader."""


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a drawn page, in shares of its width and height from the top left corner."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Marked:
    """Where a quotation stands: a box for each line of print or part of one, and the `text` that is printed there."""

    boxes: tuple[Box, ...]
    text: str


def draw_page(file: Path, number: int, width: int) -> bytes:
    """Page `number` (from 1) of a PDF as a PNG picture, `width` dots wide or as many as fit. Raises `PageError`."""
    with _page(file, number) as page:
        across, down = page.get_size()
        scale = min(width / across, (MOST_DOTS / (across * down)) ** 0.5)
        picture = page.render(scale=scale).to_pil()
    written = io.BytesIO()
    picture.save(written, "PNG", compress_level=3)
    return written.getvalue()


def locate(file: Path, number: int, quote: str) -> Marked | None:
    """Where `quote` stands on page `number` of a PDF; None where not every letter of it was found, in its order.

    White space, bullets and hyphens at line ends are passed over, for reading joins lines; a running head or foot in
    its midst is left out. Raises `PageError`.
    """
    with _page(file, number) as page:
        text_page = page.get_textpage()
        printed, letters = _as_read(page, text_page)
        parts = _find(printed, quote, lambda: _interruptions(page, text_page, printed, letters))
        if not parts:
            return None
        boxes = [box for start, end in parts for box in _boxes(page, text_page, printed, letters, range(start, end))]
    text = " ".join(printed[start:end] for start, end in parts)
    return Marked(tuple(boxes), " ".join(clean(text.replace(LINE_END_HYPHEN, "-")).split())) if boxes else None


@contextmanager
def _page(file: Path, number: int) -> Iterator[pdfium.PdfPage]:
    """A page of a file, for one thread at a time."""
    with pdfium_is_not_thread_safe:
        try:
            document = pdfium.PdfDocument(file)
        except (pdfium.PdfiumError, FileNotFoundError) as error:
            raise PageError(_("The file cannot be shown page by page.")) from error
        try:
            if not 1 <= number <= len(document):
                raise PageError(_("The report has no page {number}.").format(number=number))
            try:
                page = document[number - 1]
            except pdfium.PdfiumError as error:
                raise PageError(_("Page {number} is damaged and cannot be drawn.").format(number=number)) from error
            yield page
        finally:
            document.close()


def _as_read(page: pdfium.PdfPage, text_page: pdfium.PdfTextPage) -> tuple[str, list[int]]:
    """The text of a page in the order of reading, without the marks of notes, and which letter of the page each is."""
    page_text = PageText(text_page)
    text = page_text.letters
    lines = [[index for span in line.letters for index in range(*span)] for line in printed_lines(page, page_text)]
    printed = "\n".join("".join(text[index] for index in line) for line in lines)
    return printed, [index for line in lines for index in (*line, -1)][:-1]


def _find(printed: str, quote: str, interruptions: Callable[[], Iterable[Span]] = tuple) -> list[Span]:
    """The parts of `printed` that are `quote`: one, or two around an interruption; none where it is not there."""
    letters, places = folded(printed)
    wanted, _places = folded(quote)
    if not wanted:
        return []
    for match in re.finditer(f"(?={re.escape(wanted)})", letters):
        whole = _printed(places, match.start(), match.start() + len(wanted))
        if _same_dashes(printed[slice(*whole)], quote):
            return [whole]
    for first, last in interruptions():
        start, end = bisect_left(places, first), bisect_left(places, last)
        for match in re.finditer(f"(?={re.escape(wanted)})", letters[:start] + letters[end:]):
            rest = match.start() + len(wanted) - start
            if match.start() < start and rest > 0:
                parts = [_printed(places, match.start(), start), _printed(places, end, end + rest)]
                if _same_dashes("\n".join(printed[slice(*part)] for part in parts), quote):
                    return parts
    return []


def _printed(places: Sequence[int], start: int, end: int) -> Span:
    return places[start], places[end - 1] + 1


def _same_dashes(printed: str, quote: str) -> bool:
    """Whether both have their dashes at the same letters; reading may have taken away those at the ends of lines."""
    return _dashes(_LINE_END_DASH.sub("", printed)) <= _dashes(quote) <= _dashes(printed)


def _dashes(text: str) -> set[int]:
    """The numbers of the letters that a dash stands before, the first apart: there it is a bullet."""
    _letters, places = folded(text)
    dashes = {
        bisect_left(places, place)
        for place, letter in enumerate(text)
        if unicodedata.category(letter) == "Pd" or _LINE_END_DASH.match(letter)
    }
    return dashes - {0, len(places)}


def _interruptions(
    page: pdfium.PdfPage, text_page: pdfium.PdfTextPage, printed: str, letters: Sequence[int]
) -> Iterator[Span]:
    """The lines in the page's margin that stand beyond the lines before and after them, as a running foot does between
    two columns. Only what reading takes for a running head or foot is missing from its text.
    """
    height = page.get_size()[1]
    lines: list[tuple[Span, float, float]] = []
    for match in re.finditer(r"[^\r\n]*\S[^\r\n]*", printed):
        places = (_place(page, text_page, letters[at]) for at in range(*match.span()) if printed[at].strip())
        if place := next(filter(None, places), None):
            lines.append((match.span(), place[1], place[3]))
    for first in range(1, len(lines) - 1):
        before = lines[first - 1]
        for last in range(first, len(lines) - 1):
            _span, top, bottom = lines[last]
            if MARGIN_BAND * height < bottom and top < (1 - MARGIN_BAND) * height:
                break
            within, after = lines[first : last + 1], lines[last + 1]
            below = min(line[1] for line in within) > max(before[2], after[2])
            if below or max(line[2] for line in within) < min(before[1], after[1]):
                yield lines[first][0][0], after[0][0]


def folded(text: str) -> tuple[str, list[int]]:
    """`text` without what reading may change, and of each letter that is left its place in `text`."""
    letters: list[str] = []
    places: list[int] = []
    for place, printed in enumerate(text):
        for letter in unicodedata.normalize("NFKD", clean(printed)):
            if unicodedata.category(letter)[0] not in "CMZ" and unicodedata.category(letter) != "Pd" and letter != "•":
                letters.append(letter)
                places.append(place)
    return "".join(letters), places


def _boxes(
    page: pdfium.PdfPage, text_page: pdfium.PdfTextPage, printed: str, letters: Sequence[int], places: Sequence[int]
) -> Iterator[Box]:
    """A box around each run of letters that stand beside each other in a line of print."""
    left = top = right = bottom = 0.0
    for at in places:
        if not printed[at].strip() or unicodedata.category(printed[at]) == "Cc":
            continue
        place = _place(page, text_page, letters[at])
        if place is None:
            continue
        height = max(bottom - top, place[3] - place[1])
        beside = min(bottom, place[3]) - max(top, place[1]) > 0.4 * height * (bottom > top)
        if bottom > top and beside and -0.5 * height < place[0] - right < _WIDEST_GAP * height:
            left, top = min(left, place[0]), min(top, place[1])
            right, bottom = max(right, place[2]), max(bottom, place[3])
            continue
        if bottom > top:
            yield _box(page, left, top, right, bottom)
        left, top, right, bottom = place
    if bottom > top:
        yield _box(page, left, top, right, bottom)


def _box(page: pdfium.PdfPage, left: float, top: float, right: float, bottom: float) -> Box:
    width, height = page.get_size()
    return Box(left / width, top / height, (right - left) / width, (bottom - top) / height)


def _place(page: pdfium.PdfPage, text_page: pdfium.PdfTextPage, index: int) -> tuple[float, float, float, float] | None:
    """The left, top, right and bottom of a letter on the page as it is drawn, in points; None where it has no size."""
    line = pdfium_c.FS_RECTF()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    if not pdfium_c.FPDFText_GetLooseCharBox(text_page, index, line):
        return None
    pdfium_c.FPDFText_GetCharBox(text_page, index, left, right, bottom, top)
    # The first box is as high as its font says the line is, the second as the letter is: fonts do not always tell true.
    corners = [
        (min(line.left, left.value), max(line.top, top.value)),
        (max(line.right, right.value), min(line.bottom, bottom.value)),
    ]
    drawn = [on_drawing(page, *corner) for corner in corners]
    xs, ys = zip(*drawn, strict=True)
    return (min(xs), min(ys), max(xs), max(ys)) if max(xs) > min(xs) and max(ys) > min(ys) else None
