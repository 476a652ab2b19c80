"""The kept files read a second time, by other means than when they were added, to check what is quoted from them.

A page of a PDF is looked at as it is printed, and its words are also read with pypdf; other formats are read with the
standard library alone. White space and hyphens are left out of the comparison, ligatures are written as letters, and
the marks of Markdown and the like are dropped.
"""

from __future__ import annotations

import email
import html
import json
import logging
import posixpath
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from zipfile import ZipFile

import pypdf
import pypdfium2 as pdfium

from ingest.library import Library
from ingest.report import Report, ReportError
from ingest.verification.as_printed import Doubt, PrintedPage, printed_letters

_NOT_SHOWN = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z!?][^<>]*>")
_BARE_ADDRESS = re.compile(r"<(https?:[^<>\s]*)>")
_LINK = re.compile(r"\[([^\[\]]*)\](?:\((?:[^()]|\([^()]*\))*\)|\[[^\[\]]*\])")
_MARGIN = re.compile(r"^[ \t]*>[> \t]*|(?<=\]):(?=[ \t])", re.MULTILINE)  # of what is quoted, and after [^1] of a note
_ROLE = re.compile(r":[\w:.+-]+:(?=`)")
_ADDRESS = re.compile(r"<[^<>\n]*>(?=`_)")
# Formats whose files hold how to make some of what is printed, and what of it stands in no part of them.
_MADE_BY_OFFICE = {
    *(".docx", ".docm", ".dotx", ".dotm", ".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm", ".odt", ".odp", ".ods"),
    *(".xlsx", ".xlsm", ".xltx", ".csv", ".tsv", ".rtf", ".eml", ".msg"),
}
_NUMBERED = re.compile(r"^\s*(?:\w+ )?\(?(?:[\d.]+|[A-Za-z]|[IVXivx]+)[.):]*\s+|[✓☐]")
_RTF_LETTER = re.compile(r"\\u(-?\d{1,5}) ?\??|\\'([0-9a-fA-F]{2})")
_RTF_WORD = re.compile(r"\\super ?\d{1,3}|\\[a-z]+-?\d* ?|[{}\r\n]")
_RAISED_DIGITS = re.compile("[⁰¹²³⁴-⁹⁻]")
_RAISED_RUN = re.compile(
    r"<w:r\b(?:(?!</w:r>).)*?<w:vertAlign w:val=\"superscript\"/>(?:(?!</w:r>).)*?<w:t\b[^>]*>[\d,*† ]+</w:t></w:r>"
    r"|<a:r><a:rPr\b[^>]*\bbaseline=\"[1-9]\d*\"(?:(?!</a:r>).)*?<a:t>[\d,*† ]+</a:t></a:r>",
    re.DOTALL,
)
_MARKS = re.compile(r"[*_`\\|#]")


class SecondReading:
    """Tells whether quotations stand where they are said to stand in the reports of `library`."""

    def __init__(self, library: Library) -> None:
        self._library = library
        logging.getLogger("pypdf").setLevel(logging.ERROR)  # what it mends helps nobody who checks a quotation
        self._text = lru_cache(maxsize=1000)(self._read)
        self._printed = lru_cache(maxsize=100)(self._look)

    def doubt(self, report: str, page: int | None, quote: str, ocr: bool = False) -> Doubt | None:
        """Why `quote` is not taken to stand on `page` of the report with the id `report`, or anywhere where the format
        has no pages; None where it does stand there.

        What text recognition (`ocr`) read cannot be read by other means, and of briefs the library's text is the
        original: both are compared with the stored text. Raises `ReportError` where the file cannot be read again.
        """
        try:
            return self._doubt(report, page, quote, ocr)
        except Exception as error:  # pypdf and zipfile raise many kinds, bare ones among them, on damaged files
            raise ReportError(report, f"The file cannot be read a second time: {error}.") from error

    def _doubt(self, id: str, page: int | None, quote: str, ocr: bool) -> Doubt | None:
        printed = self._printed(id, page) if page is not None and not ocr else None
        if printed:
            return printed.doubt(quote)
        text = self._text(id, page, ocr)
        if not text:
            raise ReportError(id, "Nothing could be read there a second time.")
        made = self._library.original(id).suffix in _MADE_BY_OFFICE
        return None if _bare(quote) in text or (made and _holds_pieces(text, quote)) else Doubt.MISSING

    def _look(self, id: str, page: int) -> PrintedPage | None:
        """A page of a PDF as it is printed; None for other formats, and for a PDF that only pypdf can read."""
        if self._library.report(id).details.is_brief or (file := self._library.original(id)).suffix != ".pdf":
            return None
        return look_at_page(file, page)

    def _read(self, id: str, page: int | None, ocr: bool) -> str:
        report = self._library.report(id)
        if ocr or report.details.is_brief:
            return _bare(_stored(report, page))
        original = self._library.original(id)
        match original.suffix:
            case ".pdf" if page is not None:
                return _bare(_pdf(original).pages[page - 1].extract_text())
            case suffix if page is not None and suffix in _MADE_BY_OFFICE:
                return _bare("".join(_slide(original, page)))
            case ".rtf":
                return _bare(_RTF_WORD.sub(" ", _RTF_LETTER.sub(_rtf_letter, original.read_text(encoding="latin-1"))))
            case ".eml" | ".mht" | ".mhtml":
                return _bare("".join(_mailed(original)))
            case ".msg":
                data = original.read_bytes()
                return _bare(data.decode("utf-16-le", errors="replace") + data.decode("cp1252", errors="replace"))
            case ".epub":
                return _bare("".join(_parts(original)))
            case suffix if suffix in _MADE_BY_OFFICE and suffix not in (".csv", ".tsv"):
                return _bare("".join(_parts(original)))
            case ".jsonl":
                return _bare(_line(original, report.details.file))
            case suffix:
                return _bare(_unmarked(original.read_bytes().decode("utf-8", errors="replace"), suffix))


def _rtf_letter(match: re.Match[str]) -> str:
    return chr(int(match[1]) % 0x10000) if match[1] else bytes([int(match[2], 16)]).decode("cp1252", errors="replace")


def _mailed(path: Path) -> Iterator[str]:
    """The text of all parts of a message that are text."""
    for part in email.message_from_bytes(path.read_bytes()).walk():
        data = part.get_payload(decode=True)
        if part.get_content_maintype() == "text" and isinstance(data, bytes):
            yield _unmarked(data.decode(part.get_content_charset("utf-8"), errors="replace"), ".html")


def _holds_pieces(text: str, quote: str) -> bool:
    """Whether each piece of a quotation stands in `text`, without what Office makes of the file when it shows it.

    That is: numbers of lists, signs for ticks, cells that are said again in each row, and raised digits.
    """
    pieces = (_NUMBERED.sub("", piece) for piece in re.split(r"[|\n]|: ", _RAISED_DIGITS.sub("", quote)))
    return all(_bare(piece) in text or _bare(piece.replace(",", "")) in text for piece in pieces)


def look_at_page(file: Path, number: int) -> PrintedPage | None:
    """Page `number` (from 1) of a PDF as it is printed; None where pdfium cannot open it."""
    try:
        return PrintedPage(printed_letters(file, number))
    except pdfium.PdfiumError:
        return None


def _bare(text: str) -> str:
    """`text` without white space, hyphens and marks, and with ligatures as letters."""
    text = unicodedata.normalize("NFKC", text)
    return _MARKS.sub("", re.sub(r"[\s\u00ad\u200b\u200c\u200d\ufeff\u2010\u2011-]+", "", text))


def _stored(report: Report, page: int | None) -> str:
    if page is None:
        return report.text
    [found] = [each for each in report.pages if each.number == page]
    return report.text[found.start : found.end]


@lru_cache(maxsize=8)
def _pdf(path: Path) -> pypdf.PdfReader:
    return pypdf.PdfReader(path)


def _parts(path: Path) -> Iterator[str]:
    """The text of all parts of a zipped format."""
    with ZipFile(path) as archive:
        for name in archive.namelist():
            if name.lower().endswith((".xml", ".xhtml", ".html", ".htm")):
                yield _unmarked(_RAISED_RUN.sub("", archive.read(name).decode("utf-8", errors="replace")), ".html")


def _slide(path: Path, number: int) -> Iterator[str]:
    """The text of the slide with a number, of its notes and of what else belongs to it."""
    with ZipFile(path) as archive:
        order = re.findall(r'<p:sldId\b[^>]*?\br:id="([^"]+)"', archive.read("ppt/presentation.xml").decode())
        slide = _targets(archive, "ppt/presentation.xml")[order[number - 1]]
        theirs = _targets(archive, slide).values()
        for name in [slide, *(name for name in theirs if re.search(r"/(?:notesSlides|diagrams|charts)/", name))]:
            yield _unmarked(_RAISED_RUN.sub("", archive.read(name).decode("utf-8", errors="replace")), ".html")


def _targets(archive: ZipFile, part: str) -> dict[str, str]:
    """The parts that a part of an Office file refers to, by the names under which it does."""
    folder, name = posixpath.split(part)
    relations = archive.read(f"{folder}/_rels/{name}.rels").decode("utf-8")
    targets: dict[str, str] = {}
    for relation in re.findall(r"<Relationship\b[^>]*>", relations):
        fields = dict(re.findall(r'(\w+)="([^"]*)"', relation))
        targets[fields["Id"]] = posixpath.normpath(posixpath.join("/", folder, fields["Target"])).lstrip("/")
    return targets


def _line(path: Path, id: str) -> str:
    """The text of the line with an id."""
    for line in path.read_text(encoding="utf-8-sig", errors="replace").split("\n"):
        if line.strip() and str((fields := json.loads(line)).get("id")) == id:
            return str(fields["text"])
    raise KeyError(id)


def _unmarked(text: str, suffix: str) -> str:
    """The text of a file as it is meant to be read: without tags, the addresses of links, and names of roles."""
    if suffix == ".txt":
        return text
    if suffix == ".rst":
        return _ADDRESS.sub("", _ROLE.sub("", text))
    if suffix in (".md", ".markdown"):
        text = _MARGIN.sub("", _LINK.sub(r"\1", _BARE_ADDRESS.sub(r"\1", text)))
    return html.unescape(_TAG.sub("", _NOT_SHOWN.sub("", text)))
