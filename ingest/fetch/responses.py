"""Whether what a site answered is the whole file: its status, its packing, and what its bytes are."""

from __future__ import annotations

import email.utils
import re
import time
import zlib
from email.message import Message
from gettext import gettext as _
from pathlib import PurePosixPath

import httpx
from lxml import etree, html

from ingest.fetch import errors
from ingest.fetch.errors import FetchError, PassingError

_STATUSES = {
    401: errors.NOT_LET_IN,
    403: errors.NOT_LET_IN,
    404: errors.NOT_THERE,
    408: errors.SILENT,
    410: errors.TAKEN_AWAY,
    425: errors.TOO_BUSY,
    429: errors.TOO_BUSY,
    451: errors.LEGAL_REASONS,
    503: errors.TOO_BUSY,
    504: errors.SILENT,
}
MAY_PASS = (408, 425, 429)
"""Statuses from 400 to 499 that say: not now."""

_FORMAT_OF_TYPE = {
    "application/pdf": ".pdf",
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/epub+zip": ".epub",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.presentation": ".odp",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
    "text/csv": ".csv",
}
# What makes the file that is sent may end so, never the file itself.
_PROGRAMS = {".asp", ".aspx", ".ashx", ".axd", ".cfm", ".cgi", ".do", ".jsp", ".php", ".pl"}


def check_status(response: httpx.Response) -> None:
    """Raise where the answer is neither a file nor a complaint about the part of it that was asked for (416)."""
    status = response.status_code
    if status in (200, 206, 416):
        return
    reason = _(_STATUSES.get(status, errors.ERROR)).format(status=status)
    if status >= 500 or status in MAY_PASS:
        raise PassingError(reason, wait=_seconds(response.headers.get("Retry-After", "")))
    raise FetchError(reason)


def _seconds(retry_after: str) -> float:
    """How long a Retry-After header asks to wait: it names seconds, or a date."""
    if retry_after.isdecimal():
        return float(retry_after)
    try:
        return email.utils.parsedate_to_datetime(retry_after).timestamp() - time.time()
    except ValueError:
        return 0.0


def unpacked(data: bytes, response: httpx.Response, largest: int) -> bytes:
    """`data` without its packing. None is asked for, yet the Internet Archive packs what it once received packed.

    gzip is told by the bytes, for the Internet Archive's headers sometimes leave it out.
    """
    told = {part.strip().lower() for part in response.headers.get("Content-Encoding", "").split(",")}
    if told - {"", "identity", "gzip", "x-gzip"}:
        raise FetchError(_(errors.PACKED))
    if not data.startswith(b"\x1f\x8b"):
        return data
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(data, largest)
    except zlib.error as error:
        raise FetchError(_(errors.PACKED)) from error
    if unpacker.unconsumed_tail:
        raise too_large(largest)
    if not unpacker.eof:
        raise PassingError(_(errors.BROKEN_OFF))
    return plain


def too_large(largest: int) -> FetchError:
    """That a file has more than `largest` bytes."""
    return FetchError(_(errors.TOO_LARGE).format(megabytes=largest // 1024 // 1024))


def checked_suffix(data: bytes, response: httpx.Response, is_pdf: bool, least_letters: int) -> str:
    """The ending that tells the format of `data` (".pdf"); `is_pdf` where nothing else was asked for.

    Raises `FetchError` where it is an error page, or a PDF that is not whole.
    """
    if not data.strip():
        raise FetchError(_(errors.EMPTY))
    suffix = ".pdf" if is_pdf else _suffix(data, response)
    if suffix == ".pdf":
        _check_pdf(data)
    if suffix in (".html", ".htm", ".xhtml") and _letters(data) < least_letters:
        raise FetchError(_(errors.NEXT_TO_NO_TEXT))
    return suffix


def _suffix(data: bytes, response: httpx.Response) -> str:
    kind = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return ".pdf"
    told = Message()
    told["Content-Disposition"] = response.headers.get("Content-Disposition", "")
    named = _ending(told.get_filename("")) or _ending(response.url.path)
    if kind.startswith("text/") and data.startswith(b"PK\x03\x04"):  # what sites say of files that they do not know
        return named
    return _FORMAT_OF_TYPE.get(kind, named) if kind != "text/plain" else named or ".txt"


def _ending(name: str) -> str:
    """The ending of a file's name where it may tell its format, "" where it is a number or that of a program."""
    suffix = PurePosixPath(name).suffix.lower()
    return suffix if re.search("[a-z]", suffix) and suffix not in _PROGRAMS else ""


def _check_pdf(data: bytes) -> None:
    if b"%PDF" not in data[:1024]:
        is_page = re.search(rb"<(?:!doctype|html|head|body)\b", data[:1024], re.IGNORECASE)
        raise FetchError(_(errors.PAGE_NOT_PDF if is_page else errors.NOT_A_PDF))
    if b"%%EOF" not in data[-2048:]:
        raise PassingError(_(errors.CUT_SHORT))


def _letters(page: bytes) -> int:
    """How many letters of text a web page shows."""
    try:
        tree = html.document_fromstring(page)
    except etree.ParserError:
        return 0
    etree.strip_elements(tree, etree.Comment, "head", "script", "style", "noscript", with_tail=False)
    return len(" ".join(tree.text_content().split()))
