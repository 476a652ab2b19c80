"""Messages and saved web pages: what was written, and what was sent along with it."""

from __future__ import annotations

import email
import email.policy
import email.utils
import io
import re
from collections.abc import Iterable, Iterator
from email.message import EmailMessage, MIMEPart
from gettext import gettext as _
from pathlib import PurePosixPath

from oxmsg import Message

from ingest.readers.archive import damaged
from ingest.readers.inner_files import READERS, read_all
from ingest.readers.text import EMPTY, decode, paragraphs, squeeze, unpaged
from ingest.readers.title_page.metadata import own_names, own_title, year_in
from ingest.readers.web.html_blocks import blocks, parse
from ingest.report import Block, Content, InnerFile, RawPage, ReportError

N_ = str  # marks texts for translators; they are translated where they are used
NO_MESSAGE = N_("The message holds no text, and nothing was sent with it that can be read.")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FORMATS = {
    "application/pdf": ".pdf", "text/html": ".html", "text/plain": ".txt", "text/csv": ".csv", "message/rfc822": ".eml",
    "application/rtf": ".rtf", "text/rtf": ".rtf",
}  # fmt: skip
_PAGES = ("text/html", "application/xhtml+xml")
Attachment = tuple[str, str, bytes]
"""Its name, its type, and its bytes."""


def read_eml(data: bytes, file: str) -> Content:
    """Read a message: its text, then each file that was sent with it and can be read, under its name.

    The subject is the title, the sender the author. Raises `ReportError` where it is damaged or holds nothing.
    """
    message = _parsed(data, file)
    try:
        found = [*_body(message)]
        attached = [*_attachments(message)]
        subject, sender = str(message.get("subject", "")), str(message.get("from", ""))
        year = year_in(str(message.get("date", "")))
    except Exception as error:  # what is written in a header may break off anywhere
        raise ReportError(file, damaged("mail")) from error
    return _message(file, found, attached, subject, sender, year)


def read_msg(data: bytes, file: str) -> Content:
    """Read a message that Outlook saved, as `read_eml` reads others."""
    if not data:
        raise ReportError(file, _(EMPTY))
    if not data.startswith(_OLE):
        raise ReportError(file, damaged("Outlook"))
    try:
        message = Message.load(io.BytesIO(data))
        found = [*_text(message.body)] if message.body else [*blocks(parse(message.html_body or ""))]
        attached = [
            (each.file_name or "", each.mime_type or "", each.file_bytes or b"") for each in message.attachments
        ]
        year = message.sent_date.year if message.sent_date else None
        subject, sender = message.subject or "", message.sender or ""
    except Exception as error:  # the library raises many kinds on damaged files
        raise ReportError(file, damaged("Outlook")) from error
    return _message(file, found, attached, subject, sender, year)


def read_mht(data: bytes, file: str) -> Content:
    """Read a web page that a browser saved as one file. Raises `ReportError` as the reader of web pages does."""
    message = _parsed(data, file)
    page = next(
        (part for part in message.walk() if part.get_content_type() in ("text/html", "application/xhtml+xml")), None
    )
    if page is None:
        return read_eml(data, file)
    text = page.get_payload(decode=True)
    charset = page.get_content_charset() or "utf-8"
    if not isinstance(text, bytes):
        raise ReportError(file, damaged("MHTML"))
    try:
        return READERS[".html"](text.decode(charset, errors="replace").encode(), file)
    except LookupError:
        return READERS[".html"](text, file)


def _parsed(data: bytes, file: str) -> EmailMessage:
    if not data.strip():
        raise ReportError(file, _(EMPTY))
    if b"\0" in data[:200]:  # written in two bytes a letter
        data = decode(data, file).encode()
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    if not message.keys() or not re.search(rb"^[\w-]+:", data[:20_000], re.MULTILINE):
        raise ReportError(file, damaged("mail"))
    return message


def _body(message: EmailMessage) -> Iterator[Block]:
    part = message.get_body(("plain", "html"))
    if part is None:
        return
    text = _decoded(part)
    yield from blocks(parse(text)) if part.get_content_type() == "text/html" else _text(text)


def _decoded(part: MIMEPart) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    try:
        return data.decode(part.get_content_charset() or "utf-8", errors="replace")
    except LookupError:
        return data.decode("utf-8", errors="replace")


def _text(text: str) -> Iterator[Block]:
    return map(Block, paragraphs(text))


def _attachments(message: EmailMessage) -> Iterator[Attachment]:
    for part in message.iter_attachments():
        kind, name = part.get_content_type(), part.get_filename() or ""
        if kind == "message/rfc822":
            inner = part.get_payload()
            first = inner[0] if isinstance(inner, list) and inner else None
            yield name or "message.eml", kind, first.as_bytes() if isinstance(first, EmailMessage) else b""
        elif part.get_content_disposition() == "attachment" or name or not kind.startswith("image/"):
            data = part.get_payload(decode=True)
            yield name, kind, data if isinstance(data, bytes) else b""


def _message(
    file: str, found: list[Block], attached: Iterable[Attachment], subject: str, sender: str, year: int | None
) -> Content:
    below, left_out = read_all(InnerFile(name, data, _suffix(name, kind)) for name, kind, data in attached)
    name, address = email.utils.parseaddr(sender)
    return Content(
        _pages([*found, *below], file),
        title=own_title(re.sub(r"^(?:(?:re|fwd?|aw|wg):\s*)+", "", squeeze(subject), flags=re.IGNORECASE)),
        authors=own_names([name or address], accounts=True),
        year=year,
        left_out=tuple(left_out),
    )


def _pages(found: list[Block], file: str) -> tuple[RawPage, ...]:
    return unpaged([block for block in found if block.text], file, NO_MESSAGE)


def _suffix(name: str, kind: str) -> str:
    suffix = PurePosixPath(name).suffix.lower()
    return suffix if suffix in READERS else _FORMATS.get(kind, "")
