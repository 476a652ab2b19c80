"""A file becomes reports: the format is found, its reader called, the pages joined into one text."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from gettext import gettext as _
from importlib import import_module
from pathlib import PurePath

from ingest.left_out import gathered
from ingest.readers.archive import is_for_want_of_memory
from ingest.readers.cleanup import is_broken_word, keeps_hyphen, words_of
from ingest.readers.inner_files import READERS, Reader, own_name
from ingest.readers.plain.jsonl import read_jsonl
from ingest.readers.title_page.front_text import with_front
from ingest.readers.title_page.imprint import year_in_name
from ingest.report import Content, Details, Heading, Origin, Page, ReadResult, Report, ReportError


def _reader_in(module: str, name: str) -> Reader:
    """The reader called `name` in a module, which is imported when it first reads a file: to import the libraries of
    all formats takes longer than to read most files."""

    def read(data: bytes, file: str) -> Content:
        reader: Reader = getattr(import_module(module), name)
        return reader(data, file)

    return read


READERS |= {
    ".pdf": _reader_in("ingest.readers.pdf.pdf", "read_pdf"),
    **dict.fromkeys((".html", ".htm", ".xhtml"), _reader_in("ingest.readers.web.html", "read_html")),
    **dict.fromkeys((".docx", ".docm", ".dotx", ".dotm"), _reader_in("ingest.readers.office.word", "read_docx")),
    **dict.fromkeys(
        (".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm"),
        _reader_in("ingest.readers.office.powerpoint", "read_pptx"),
    ),
    **dict.fromkeys((".md", ".markdown"), _reader_in("ingest.readers.plain.markup", "read_markdown")),
    ".rst": _reader_in("ingest.readers.plain.markup", "read_rst"),
    ".txt": _reader_in("ingest.readers.plain.markup", "read_text"),
    ".epub": _reader_in("ingest.readers.web.epub", "read_epub"),
    **dict.fromkeys((".odt", ".ott"), _reader_in("ingest.readers.office.opendocument", "read_odt")),
    ".odp": _reader_in("ingest.readers.office.opendocument", "read_odp"),
    ".ods": _reader_in("ingest.readers.office.opendocument", "read_ods"),
    ".rtf": _reader_in("ingest.readers.office.rtf", "read_rtf"),
    **dict.fromkeys((".xlsx", ".xlsm", ".xltx"), _reader_in("ingest.readers.office.sheets", "read_xlsx")),
    **dict.fromkeys((".csv", ".tsv"), _reader_in("ingest.readers.office.sheets", "read_csv")),
    ".eml": _reader_in("ingest.readers.web.mail", "read_eml"),
    ".msg": _reader_in("ingest.readers.web.mail", "read_msg"),
    **dict.fromkeys((".mht", ".mhtml"), _reader_in("ingest.readers.web.mail", "read_mht")),
    ".brief": _reader_in("ingest.readers.plain.brief", "read_brief"),
}
READING = 3
"""The version of all that is stored of a file: text, details, passages and what is embedded of them. Raised by a
release in which any of that comes out otherwise, so that what is in libraries is read anew."""
_TABLES = (".xlsx", ".xlsm", ".xltx", ".csv", ".tsv", ".ods")
_PAGES = (".html", ".htm", ".xhtml", ".mht", ".mhtml")
N_ = str  # marks texts for translators; they are translated where they are used
FAULT = N_(
    "The file could not be read because of a fault in this program. Save it as PDF and add that; and please tell us."
)
TOO_MUCH = N_("Reading the file takes more memory than there is for one file. Split it and add the parts.")
_log = logging.getLogger(__name__)

# What to do about formats that people try, and that nothing here can read.
_ADVICE = {
    ".doc": N_("Open it in Word or LibreOffice, save it as .docx, and add that."),
    ".dot": N_("Open it in Word or LibreOffice, save it as .docx, and add that."),
    ".ppt": N_("Open it in PowerPoint or LibreOffice, save it as .pptx, and add that."),
    ".pps": N_("Open it in PowerPoint or LibreOffice, save it as .pptx, and add that."),
    ".xls": N_("Open it in Excel or LibreOffice, save it as .xlsx, and add that."),
    ".xlsb": N_("Open it in Excel or LibreOffice, save it as .xlsx, and add that."),
    ".pages": N_("Open it in Pages, export it as PDF or Word, and add that."),
    ".key": N_("Open it in Keynote, export it as PDF or PowerPoint, and add that."),
    ".numbers": N_("Open it in Numbers, export it as Excel, and add that."),
    ".pub": N_("Open it in Publisher, export it as PDF, and add that."),
    ".one": N_("Open it in OneNote, export the section as Word or PDF, and add that."),
    ".wpd": N_("Open it in LibreOffice, save it as .odt, and add that."),
    ".vsdx": N_("Open it in Visio, save it as PDF, and add that."),
    ".indd": N_("Open it in InDesign, export it as PDF, and add that."),
    ".tex": N_("Make a PDF of it, and add that."),
    ".ps": N_("Make a PDF of it, and add that."),
    ".mobi": N_("Convert it to EPUB with Calibre, and add that."),
    ".azw3": N_("Convert it to EPUB with Calibre, and add that."),
    ".djvu": N_("Save it as PDF from the program that shows it, and add that."),
    ".xps": N_("Open it, print it to PDF, and add that."),
    ".oxps": N_("Open it, print it to PDF, and add that."),
    **dict.fromkeys((".zip", ".7z", ".rar", ".tar", ".gz"), N_("Unpack it and add the folder.")),
    **dict.fromkeys((".gdoc", ".gsheet", ".gslides"), N_("It is a mere link: download the file as PDF, and add that.")),
    **dict.fromkeys(
        (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".heic", ".gif", ".webp"),
        N_("It is a picture: save it as PDF, so that text recognition can read it, and add that."),
    ),
    **dict.fromkeys((".mp3", ".mp4", ".m4a", ".wav", ".mov"), N_("Write down what is said in it, and add the text.")),
}
_SURROGATE = re.compile("[\ud800-\udfff]")


def read_reports(data: bytes, file: str, suffix: str, address: str = "") -> Iterator[ReadResult]:
    """The reports that `data` holds: one for most formats, one a line for `.jsonl`, and the files in a portfolio, which
    are still to be read.

    `file` names the file to the person who chose it, `suffix` (".pdf") tells its format, `address` is where on the web
    it came from. Failures come out as `ReportError` objects, so that one bad line costs no other.
    """
    if suffix == ".jsonl":
        for content in read_jsonl(data, file):
            yield content if isinstance(content, ReportError) else _line_report(content, address)
        return
    try:
        content = _reader(suffix, file)(data, file)
        yield from content.files
        if content.pages or not content.files:
            yield _report(content, content_id(data), file, suffix, address)
    except Exception as error:  # a fault of ours or of a library's must cost this file only
        if is_for_want_of_memory(error):
            yield ReportError(file, _(TOO_MUCH))
        elif isinstance(error, ReportError):
            yield error
        else:
            _log.exception("%s could not be read", file)
            yield ReportError(file, f"{_(FAULT)} ({type(error).__name__})")


def content_id(data: bytes) -> str:
    """The id of a report: 16 hexadecimal digits of the SHA-256 of its bytes."""
    return hashlib.sha256(data).hexdigest()[:16]


def _line_report(content: Content, address: str) -> Report | ReportError:
    text = "\n\n".join(block.text for page in content.pages for block in page.blocks)
    try:
        return _report(
            content, content_id("\0".join((content.id, content.title, text)).encode()), content.id, ".jsonl", address
        )
    except ReportError as error:
        return error


def _reader(suffix: str, file: str) -> Callable[[bytes, str], Content]:
    if suffix in READERS:
        return READERS[suffix]
    known = _(
        "The formats that can be read are PDF, Word (.docx), PowerPoint (.pptx), Excel (.xlsx), OpenDocument (.odt, "
        ".odp, .ods), RTF, HTML and .mht, EPUB, messages (.eml, .msg), .csv, Markdown, reStructuredText, plain text "
        "and .jsonl."
    )
    sentence = _("The format of a file without an ending cannot be read.")
    if suffix:
        sentence = _("The format {ending} cannot be read.").format(ending=suffix)
    raise ReportError(file, f"{sentence} {_(_ADVICE[suffix]) if suffix in _ADVICE else known}")


def _report(content: Content, id: str, file: str, suffix: str, address: str) -> Report:
    text, pages, headings, origins = _join(content)
    if not text.strip():
        raise ReportError(file, _("No text was found in the file. Open it to see whether it holds more than pictures."))
    if suffix not in (".pdf", ".brief", ".jsonl"):
        content = with_front(content, prose=suffix not in _TABLES, web=suffix in _PAGES)
    named = _SURROGATE.sub("", content.title).strip()
    title = named or _name_as_title(file)
    year = content.year or (None if suffix in (".brief", ".jsonl") else year_in_name(file))
    guessed = content.guessed if year == content.year else (*content.guessed, "year")
    details = Details(
        id=id,
        title=title,
        file=file,
        authors=tuple(_SURROGATE.sub("", name) for name in content.authors),
        publisher=_SURROGATE.sub("", content.publisher),
        year=year,
        kind=suffix.removeprefix("."),
        address=address,
        licence=content.licence,
        subtitle=_SURROGATE.sub("", content.subtitle),
        guessed=guessed if named else ("title", *guessed),
    )
    return Report(details, text, pages, headings, origins, gathered(content.left_out))


def _join(content: Content) -> tuple[str, tuple[Page, ...], tuple[Heading, ...], tuple[Origin, ...]]:
    """One text from all pages: blocks are parted by blank lines, unless a sentence goes on from page to page."""
    parts: list[str] = []
    headings: list[Heading] = []
    pages: list[Page] = []
    origins: list[Origin] = []
    length = 0
    known = cache(lambda: words_of(block.text for page in content.pages for block in page.blocks))
    for number, raw in enumerate(content.pages, start=1):
        start = length
        for index, block in enumerate(raw.blocks):
            is_cut = block.joined and length and is_broken_word(parts[-1], block.text)
            if is_cut and not keeps_hyphen(parts[-1][:-1], block.text, known()):
                parts[-1], length = parts[-1][:-1], length - 1
                pages = [replace(each, start=min(each.start, length), end=min(each.end, length)) for each in pages]
            gap = "" if not length or is_cut else " " if block.joined else "\n\n"
            if index == 0:
                start = length + len(gap)
            parts += [gap, block.text]
            length += len(gap) + len(block.text)
            if block.level:
                headings.append(Heading(length - len(block.text), length, block.level, block.text))
            if block.seen_at:
                origins.append(Origin(length - len(block.text), block.seen_at))
        pages.append(Page(number, raw.label or str(number), start, length, raw.problem, raw.ocr))
    # Half of a surrogate pair can be stored nowhere; what stands for it has its length, so that offsets hold.
    text = _SURROGATE.sub("\ufffd", "".join(parts))
    return text, tuple(pages) if content.paged else (), tuple(headings), tuple(origins)


def _name_as_title(file: str) -> str:
    words = re.sub(r"[_\s]+", " ", PurePath(own_name(file)).stem).strip()
    return words if " " in words else re.sub(r"[-+]+", " ", words).strip() or file
