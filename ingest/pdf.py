"""PDF files: pdfium reads the text and where it stands; pypdf reads what pdfium refuses."""

from __future__ import annotations

import ctypes
import io
import logging
import os
import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from gettext import gettext as _
from itertools import pairwise
from statistics import median

import pypdf
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ingest import ocr
from ingest.details import own_names, own_title
from ingest.repair import LINE_END_HYPHEN, Line, clean, clean_bullets, contents_lines, furniture, join_lines, words_of
from ingest.report import Block, Content, RawPage, ReportError

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
SCANNED = N_("the page is a picture without a text layer")
GARBLED = N_("the text layer of the page is garbled")
NOT_RECOGNISED = N_("text recognition could not make out its words")
RECOGNISABLE = {SCANNED, GARBLED}
"""Problems of pages that text recognition may help with, where it was not there when they were read."""

# Shares of a page's characters, and of its words, from which on its text is taken to be garbled. Of 2,100 sound pages
# the highest were .04 (formulas in German) and .31 (abbreviations in a table).
_ODD_CHARACTERS, _WORDS_WITHOUT_VOWELS = 0.06, 0.45
_FEWEST_CHARACTERS, _FEWEST_WORDS = 40, 15
_LATIN_WORD = re.compile(r"[A-Za-z]{3,}")
_VOWEL = re.compile(r"[aeiouy]", re.IGNORECASE)

_BULLET = re.compile(r"^(?:[•●▪◦○■□➢➤➞➨✓☑·‣–]|-(?=\s)|\*(?=\s)|o(?=\s[A-Z])|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)](?=\s))")
_SENTENCE_END = re.compile(r"(?<!\be\.g)(?<!\bi\.e)[.!?:;…]['\"’”)\]]*\d{0,3}$")


def read_pdf(data: bytes, file: str) -> Content:
    """Read a PDF: bytes in, pages of paragraphs and headings out, with labels and the file's own metadata.

    A page that cannot be read keeps its place and says why in `problem`. Raises `ReportError` where none can be.
    """
    if not data.strip():
        raise ReportError(file, _("The file is empty. Download it again."))
    if b"%PDF-" not in data[:4096] and re.search(rb"<(?:!doctype|html|head|body)\b", data[:4096], re.IGNORECASE):
        raise ReportError(file, _(NOT_A_PDF))
    try:
        content = _read_with_pdfium(data)
    except pdfium.PdfiumError as error:
        if error.err_code == pdfium_c.FPDF_ERR_PASSWORD:
            raise ReportError(file, _(LOCKED)) from error
        _log.info("%s: pdfium refused it (%s), pypdf tries", file, error)
        content = _read_with_pypdf(data, file)
    if not any(page.blocks for page in content.pages):
        raise ReportError(file, _(NO_WORDS if ocr.available() else NO_TEXT))
    return content


@dataclass(frozen=True, slots=True)
class _Page:
    """A page as pdfium or text recognition read it: its lines, label, and what kept it from being read."""

    lines: Sequence[Line]
    label: str
    problem: str = ""
    ocr: bool = False


def _read_with_pdfium(data: bytes) -> Content:
    with pdfium_is_not_thread_safe:
        document = pdfium.PdfDocument(data)
    try:
        with pdfium_is_not_thread_safe:
            pages = [_page(document, index) for index in range(len(document))]
            metadata = document.get_metadata_dict()
        if not pages:
            raise pdfium.PdfiumError("The document has no pages.", err_code=pdfium_c.FPDF_ERR_FORMAT)
        return _content(_recognised(document, pages), metadata)
    finally:
        with pdfium_is_not_thread_safe:
            document.close()


def _page(document: pdfium.PdfDocument, index: int) -> _Page:
    """A page with its lines in the order of its text."""
    label = document.get_page_label(index) or ""
    try:
        page = document[index]
        text_page = page.get_textpage()
    except pdfium.PdfiumError:
        return _Page([], label, N_("the page is damaged"))
    if _is_garbled(text_page.get_text_range()):
        return _Page([], label, GARBLED)
    lines = list(_lines(page, text_page))
    has_picture = not lines and any(True for _ in page.get_objects([pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3))
    page.close()
    return _Page(lines, label, SCANNED if has_picture else "")


def _is_garbled(text: str) -> bool:
    """Whether a page's fonts tell no letters: control and private characters come out, or words that nobody can say."""
    told = [letter for letter in clean_bullets(text) if not letter.isspace() and letter != LINE_END_HYPHEN]
    odd = sum(unicodedata.category(letter) in ("Cc", "Cn", "Co") or letter == "\ufffd" for letter in told)
    if len(told) >= _FEWEST_CHARACTERS and odd > _ODD_CHARACTERS * len(told):
        return True
    words = _LATIN_WORD.findall(text)
    return len(words) >= _FEWEST_WORDS and sum(not _VOWEL.search(word) for word in words) > _WORDS_WITHOUT_VOWELS * len(
        words
    )


def _recognised(document: pdfium.PdfDocument, pages: Sequence[_Page]) -> list[_Page]:
    """`pages`, those without a text that can be used read by text recognition, where it is there."""
    wanted = [index for index, page in enumerate(pages) if page.problem in RECOGNISABLE]
    if not wanted or not ocr.available():
        return list(pages)
    # As many pictures are in memory at a time as pages are being read.
    with ThreadPoolExecutor(max_workers=min(len(wanted), os.cpu_count() or 1, 4)) as readers:
        found = dict(zip(wanted, readers.map(lambda index: _recognise(document, index), wanted), strict=True))
    return [
        replace(page, lines=found[index], ocr=True, problem="")
        if found.get(index)
        else replace(page, problem=NOT_RECOGNISED)
        if index in found
        else page
        for index, page in enumerate(pages)
    ]


def _recognise(document: pdfium.PdfDocument, index: int) -> list[Line]:
    with pdfium_is_not_thread_safe:
        page = document[index]
        width, height = page.get_size()
        most = (ocr.MOST_DOTS / max(1.0, width * height)) ** 0.5
        scale = min(ocr.DOTS_PER_INCH / 72, most, ocr.MOST_DOTS_A_SIDE / max(1.0, width, height))
        picture = page.render(scale=scale, grayscale=True).to_pil()
        page.close()
    return ocr.recognise(picture, height)


def _lines(page: pdfium.PdfPage, text_page: pdfium.PdfTextPage) -> Iterator[Line]:
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
    printed = [page.lines for page in pages]
    body = _body_size(printed)
    known = words_of(line.text for lines in printed for line in lines)
    raw: list[RawPage] = []
    before = ""
    for page, dropped in zip(pages, furniture(printed), strict=True):
        kept = [line for index, line in enumerate(page.lines) if index not in dropped]
        contents = contents_lines([line.text for line in kept])
        kept = [line for index, line in enumerate(kept) if index not in contents]
        blocks = list(_blocks(kept, body, known, before))
        before = blocks[-1].text if blocks and not blocks[-1].level else ""
        raw.append(RawPage(tuple(blocks), page.label, page.problem, page.ocr))
    return Content(
        tuple(raw),
        paged=True,
        title=_title(metadata, printed, body),
        authors=own_names([metadata.get("Author", "")], accounts=True),
        year=_year(metadata),
    )


def _body_size(pages: Sequence[Sequence[Line]]) -> float:
    """The size in which most of the report's letters are set, in points."""
    sizes: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _blocks(lines: Sequence[Line], body: float, known: Counter[str], before: str) -> Iterator[Block]:
    """A page's lines as paragraphs, list items and headings. `before` is the text that the last page ends with."""
    leading = _leading(lines)
    group: list[Line] = []
    first = True
    for line in lines:
        if group and _starts_block(group, line, body, leading):
            yield _block(group, body, known, before if first else "")
            first, group = False, []
        group.append(line)
    if group:
        yield _block(group, body, known, before if first else "")


def _leading(lines: Sequence[Line]) -> float:
    """The usual distance from one line to the next, as a share of the page's height."""
    steps = [later.top - earlier.top for earlier, later in pairwise(lines) if 0 < later.top - earlier.top < 0.1]
    return median(steps) if steps else 0.0


def _starts_block(group: Sequence[Line], line: Line, body: float, leading: float) -> bool:
    last = group[-1]
    if last.text.endswith(LINE_END_HYPHEN):
        return False
    if _BULLET.match(line.text):
        return True
    if _BULLET.match(last.text) and len(last.text) < 4:
        return False  # the bullet stands alone on its line
    if _is_heading(last, body) != _is_heading(line, body) or abs(last.size - line.size) > 0.15 * max(last.size, 1):
        return not _goes_on(last.text, line.text)
    step = line.top - last.top
    if step < -0.01 or (leading and step > 1.45 * leading):
        return not _goes_on(last.text, line.text)
    full = max(each.right for each in (*group, line))
    return bool(_SENTENCE_END.search(last.text)) and last.right < full - 0.12


def _goes_on(text: str, following: str) -> bool:
    """Whether `following` goes on in the sentence of `text`, as a paragraph does at the end of a column or page."""
    return not _SENTENCE_END.search(text) and following[:1].islower() and len(text) > 40


def _is_heading(line: Line, body: float) -> bool:
    if not body or len(line.text) > 120 or not any(letter.isalpha() for letter in line.text):
        return False
    larger = line.size > 1.12 * body
    return (larger or line.bold) and not line.text.rstrip().endswith((".", ",", ";"))


def _block(group: Sequence[Line], body: float, known: Counter[str], before: str) -> Block:
    text = join_lines([line.text for line in group], known)
    heading = len(text) <= 200 and all(_is_heading(line, body) for line in group) and not _BULLET.match(text[:1])
    if heading:
        return Block(text, level=1 if group[0].size > 1.6 * body else 2 if group[0].size > 1.12 * body else 3)
    return Block(text, joined=bool(before) and _goes_on(before, text))


def _title(metadata: dict[str, str], pages: Sequence[Sequence[Line]], body: float) -> str:
    """The file's own title where it is one, else the largest words of the first page that has any."""
    if own := own_title(metadata.get("Title", "")):
        return own
    lines = next((lines for lines in pages[:3] if lines), [])
    candidates = [line for line in lines if sum(letter.isalpha() for letter in line.text) >= 3]
    largest = max((line.size for line in candidates), default=0.0)
    if not candidates or largest < 1.12 * body:
        return ""
    start = next(index for index, line in enumerate(lines) if line in candidates and line.size == largest)
    title = join_lines([line.text for line in _same_size(lines[start : start + 4], largest)], Counter())
    return "" if len(title) > 160 or _BULLET.match(title) else title


def _same_size(lines: Sequence[Line], size: float) -> Iterator[Line]:
    for line in lines:
        if abs(line.size - size) > 0.1 * size:
            return
        yield line


def _year(metadata: dict[str, str]) -> int | None:
    match = re.search(r"(?:D:)?((?:19|20)\d\d)", metadata.get("CreationDate", ""))
    return int(match.group(1)) if match else None
