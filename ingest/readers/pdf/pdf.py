"""PDF files: pdfium reads the text and where it stands; pypdf reads what pdfium refuses."""

from __future__ import annotations

import io
import logging
import os
import re
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import cache
from gettext import gettext as _

import pypdf
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ingest.left_out import LeftOut
from ingest.readers.cleanup import clean, words_of
from ingest.readers.pdf import ocr
from ingest.readers.pdf.document_catalog import Catalog, read_catalog
from ingest.readers.pdf.entries import attached, entries, pinned, stamps, under_redactions, with_entries
from ingest.readers.pdf.garbled import is_garbled
from ingest.readers.pdf.line import Line
from ingest.readers.pdf.lines import printed_lines
from ingest.readers.pdf.margins import contents_lines, furniture, notes, watermarks, words_of_lines
from ingest.readers.pdf.paragraphs import body_size, paragraphs
from ingest.readers.pdf.portfolio import files_of, is_mere_cover
from ingest.readers.pdf.suspects import is_suspect
from ingest.readers.pdf.swapped import are_printed, words_in_doubt
from ingest.readers.pdf.text_page import PageText
from ingest.readers.pdf.visible import pieces, tiny, unseen
from ingest.readers.title_page.title_and_authors import front_matter
from ingest.report import Block, Content, RawPage, ReportError
from ingest.sentences import sentence_spans

_log = logging.getLogger(__name__)
pdfium_is_not_thread_safe = threading.Lock()

N_ = str  # marks texts for translators; they are translated where they are used
LOCKED = N_(
    "The file is locked with a password. Open it with the password, save or print it to a new PDF without one, "
    "and add that."
)
DAMAGED = N_("The file is damaged and cannot be opened. Download it again, or ask its publisher for a new copy.")
NOT_A_PDF = N_(
    "The file is named .pdf but is something else. Open it to see what it is, and download the report again."
)
NO_TEXT = N_(
    "No page has a text layer: the pages are pictures, as a scanner makes them. They are read where the free program "
    "Tesseract (the package tesseract-ocr) is installed on the computer that runs the assistant: install it, and add "
    "the file again."
)
NO_WORDS = N_(
    "The pages are pictures or have a garbled text layer, and text recognition could make out no words in them. "
    "Ask the publisher for another copy."
)
XFA = N_(
    "The file is a form whose pages are made when Adobe Reader opens it (an XFA form). Open it in Adobe Reader, print "
    "it to a new PDF, and add that."
)
SCANNED = N_("the page is a picture without a text layer")
GARBLED = N_("the text layer of the page is garbled")
NOT_RECOGNISED = N_("text recognition could not make out its words")
RECOGNISABLE = {SCANNED, GARBLED}
"""Problems of pages that text recognition may help with, where it was not there when they were read."""

# What a form in XFA shows in other programs in place of its pages, in Adobe's words.
_NOT_OPENED = re.compile(
    r"if this message is not eventually replaced|(?:please|kindly) wait\W*$|to view the full contents of this document"
    r"|requires? adobe (?:reader|acrobat)"
    r"|not be able to display this type of document",
    re.IGNORECASE,
)


def read_pdf(data: bytes, file: str) -> Content:
    """Read a PDF: bytes in, pages of paragraphs and headings out, with labels and the file's own metadata.

    A page that cannot be read keeps its place and says why in `problem`. Of a portfolio the files in it are given, and
    its own pages where they say more than that. Raises `ReportError` where there is nothing that can be read.
    """
    if not data.strip():
        raise ReportError(file, _("The file is empty. Download it again."))
    if b"%PDF-" not in data[:4096] and re.search(rb"<(?:!doctype|html|head|body)\b", data[:4096], re.IGNORECASE):
        raise ReportError(file, _(NOT_A_PDF))
    try:
        content = _read_with_pdfium(data, file)
    except pdfium.PdfiumError as error:
        if error.err_code == pdfium_c.FPDF_ERR_PASSWORD:
            raise ReportError(file, _(LOCKED)) from error
        _log.info("%s: pdfium refused it (%s), pypdf tries", file, error)
        content = _read_with_pypdf(data, file)
    if not content.files and not any(page.blocks for page in content.pages):
        raise ReportError(file, _(NO_WORDS if ocr.available() else NO_TEXT))
    return content


@dataclass(frozen=True, slots=True)
class _Page:
    """A page as pdfium or text recognition read it: its lines, label, and what kept it from being read."""

    lines: Sequence[Line]
    label: str
    problem: str = ""
    ocr: bool = False
    hidden: int = 0
    """How many pieces of its text nobody sees on it."""
    stamps: int = 0
    pinned: Sequence[str] = ()
    """The names of the files that are pinned to it."""
    in_doubt: frozenset[str] = frozenset()
    """Words of it that may be printed otherwise."""


def _read_with_pdfium(data: bytes, file: str) -> Content:
    catalog = read_catalog(data)
    with pdfium_is_not_thread_safe:
        document = pdfium.PdfDocument(data)
        document.init_forms()
    try:
        with pdfium_is_not_thread_safe:
            files = attached(document)
            inner = files_of(document, files, catalog.folders, file) if catalog.is_portfolio else []
            pages = [_page(document, index, catalog) for index in range(len(document))]
            metadata = document.get_metadata_dict()
        if catalog.is_xfa and _is_not_opened(pages):
            raise ReportError(file, _(XFA))
        if inner and is_mere_cover(["\n".join(line.text for line in page.lines) for page in pages]):
            return Content((), files=tuple(inner))
        if not pages:
            raise pdfium.PdfiumError("The document has no pages.", err_code=pdfium_c.FPDF_ERR_FORMAT)
        left_out = _left_out(catalog, [] if inner else files, pages)
        return replace(_content(_recognised(document, pages), metadata), left_out=left_out, files=tuple(inner))
    finally:
        with pdfium_is_not_thread_safe:
            document.close()


def _is_not_opened(pages: Sequence[_Page]) -> bool:
    """Whether a form in XFA shows nothing but that another program is needed."""
    text = " ".join(line.text for page in pages for line in page.lines)
    return len(pages) <= 1 and (not text or _NOT_OPENED.search(text) is not None)


def _left_out(catalog: Catalog, files: Sequence[str], pages: Sequence[_Page]) -> tuple[LeftOut, ...]:
    """What of the file no page's text holds."""
    hidden = sum(page.hidden for page in pages)
    files = [*files, *(name for page in pages for name in page.pinned)]
    found = [
        LeftOut("attachment", len(files), tuple(filter(None, files))),
        LeftOut("layer", len(catalog.hidden_layers), catalog.hidden_layers),
        LeftOut("hidden text", hidden),
        LeftOut("stamp", sum(page.stamps for page in pages)),
    ]
    return tuple(each for each in found if each.count)


def _page(document: pdfium.PdfDocument, index: int, catalog: Catalog) -> _Page:
    """A page with its lines in the order of its text."""
    label = document.get_page_label(index) or ""
    try:
        page = document[index]
        text = PageText(page.get_textpage())
    except pdfium.PdfiumError:
        return _Page([], label, N_("the page is damaged"))
    if is_garbled(text.told):
        return _Page([], label, GARBLED)
    hidden = tiny(text)
    lines = printed_lines(page, text, hidden)
    more = under_redactions(page, text)
    if (lines and catalog.hidden_layers) or is_suspect(page, lines):
        more |= unseen(page, text)
    if not more <= hidden:
        hidden |= more
        lines = printed_lines(page, text, hidden)
    has_picture = not lines and any(True for _ in page.get_objects([pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3))
    if found := entries(document, page):
        lines = with_entries(page, text, lines, found)
    problem, unread, files = SCANNED if has_picture else "", stamps(page), pinned(page)
    page.close()
    doubtful = words_in_doubt("\n".join(line.text for line in lines))
    return _Page(lines, label, problem, hidden=len(pieces(hidden)), stamps=unread, pinned=files, in_doubt=doubtful)


def _recognised(document: pdfium.PdfDocument, pages: Sequence[_Page]) -> list[_Page]:
    """`pages`, those without a text that can be used read by text recognition, where it is there."""
    wanted = [index for index, page in enumerate(pages) if page.problem in RECOGNISABLE or page.in_doubt]
    if not wanted or not ocr.available():
        return list(pages)
    # As many pictures are in memory at a time as pages are being read.
    with ThreadPoolExecutor(max_workers=min(len(wanted), os.cpu_count() or 1, 4)) as readers:
        found = dict(zip(wanted, readers.map(lambda index: _recognise(document, index), wanted), strict=True))
    return [_as_seen(page, found[index]) if index in found else page for index, page in enumerate(pages)]


def _as_seen(page: _Page, seen: list[Line]) -> _Page:
    """A page, given what text recognition made out on it."""
    if page.in_doubt:
        printed = not seen or are_printed(page.in_doubt, "\n".join(line.text for line in seen))
        return page if printed else replace(page, lines=seen, ocr=True, problem="")
    if not seen:
        return replace(page, problem=NOT_RECOGNISED)
    return replace(page, lines=[*seen, *page.lines], ocr=True, problem="")  # a scan's own are filled-in fields


def _recognise(document: pdfium.PdfDocument, index: int) -> list[Line]:
    with pdfium_is_not_thread_safe:
        page = document[index]
        width, height = page.get_size()
        most = (ocr.MOST_DOTS / max(1.0, width * height)) ** 0.5
        scale = min(ocr.DOTS_PER_INCH / 72, most, ocr.MOST_DOTS_A_SIDE / max(1.0, width, height))
        picture = page.render(scale=scale, grayscale=True).to_pil()
        page.close()
    return ocr.recognise(picture, height)


def _read_with_pypdf(data: bytes, file: str) -> Content:
    """What can be saved from a file that pdfium refuses, page by page."""
    pages: list[_Page] = []
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise ReportError(file, _(LOCKED))
        for page, label in zip(reader.pages, reader.page_labels, strict=False):
            lines, problem = _pypdf_lines(page)
            pages.append(_Page(lines, label, problem))
    except ReportError:
        raise
    except Exception as error:  # pypdf raises many kinds, bare ones among them, on damaged files
        raise ReportError(file, _(DAMAGED)) from error
    if not pages:
        raise ReportError(file, _(DAMAGED))
    return _content(pages, {})


def _pypdf_lines(page: pypdf.PageObject) -> tuple[list[Line], str]:
    try:
        text = page.extract_text()
    except Exception as error:  # one bad page must not cost the others, whatever pypdf says of it
        _log.info("page unreadable: %s", error)
        return [], N_("the page is damaged")
    # Without a place every line counts as the middle of the page, so nothing is taken for a running head.
    return [Line(clean(line).strip(), top=0.5, bottom=0.5) for line in text.splitlines() if line.strip()], ""


def _content(pages: Sequence[_Page], metadata: dict[str, str]) -> Content:
    printed = [
        [line for index, line in enumerate(page.lines) if index not in dropped]
        for page, dropped in zip(pages, watermarks([page.lines for page in pages]), strict=True)
    ]
    body = body_size(printed)
    margins = furniture(printed, body)
    kept = _without_margins(printed, margins)
    parts = list(_parted(kept, body, words_of(line.text for lines in kept for line in lines)))
    raw = [
        RawPage(tuple(blocks), page.label, page.problem, page.ocr)
        for page, blocks in zip(pages, _with_notes(parts), strict=True)
    ]
    return Content(tuple(raw), paged=True, **asdict(front_matter(printed, margins, body, metadata)))


def _without_margins(pages: Sequence[Sequence[Line]], margins: Sequence[set[int]]) -> list[list[Line]]:
    """The lines of each page without running heads and feet, and without tables of contents."""
    kept = [
        [line for index, line in enumerate(lines) if index not in dropped]
        for lines, dropped in zip(pages, margins, strict=True)
    ]
    others = cache(lambda: words_of_lines(kept))
    contents = [contents_lines([line.text for line in lines], len(pages), others) for lines in kept]
    return [
        [line for index, line in enumerate(lines) if index not in dropped]
        for lines, dropped in zip(kept, contents, strict=True)
    ]


def _parted(
    pages: Sequence[Sequence[Line]], body: float, known: Counter[str]
) -> Iterator[tuple[list[Block], list[Block]]]:
    """The text of each page, and the notes at its foot."""
    before = ""
    for lines in pages:
        below = notes(lines, body)
        text = list(paragraphs([line for index, line in enumerate(lines) if index not in below], body, known, before))
        yield text, list(paragraphs([lines[index] for index in sorted(below)], body, known, ""))
        if text:
            before = text[-1].text if not text[-1].level else ""


def _with_notes(pages: Sequence[tuple[list[Block], list[Block]]]) -> Iterator[list[Block]]:
    """The blocks of each page with its notes: below its text, or above the sentence that goes on on the next page."""
    for number, (text, below) in enumerate(pages):
        following = next((blocks for blocks, _notes in pages[number + 1 :] if blocks), [])
        if not below or not text or not following or not following[0].joined:
            yield [*text, *below]
        elif not text[-1].joined:
            yield [*text[:-1], *below, text[-1]]
        else:
            start = sentence_spans(text[-1].text)[-1][0]
            begun = [replace(text[-1], text=text[-1].text[:start].rstrip())] if start else []
            yield [*text[:-1], *begun, *below, Block(text[-1].text[start:])]
