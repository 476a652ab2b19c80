"""Zipped formats: the archive behind a file, opened where it is whole and no bomb."""

from __future__ import annotations

import io
import zipfile
from gettext import gettext as _

from lxml import etree

from ingest.readers.text import EMPTY
from ingest.report import ReportError

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENDINGS = {"PowerPoint": ".pptx", "Excel": ".xlsx"}
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_LARGEST_MEMBER = 200_000_000  # bytes
_LARGE_MEMBER, _HIGHEST_RATIO = 50_000_000, 200
_LARGEST_WHOLE = 1_000_000_000  # what all members may unpack to where they are packed as no text or picture is


def open_zip(data: bytes, file: str, kind: str) -> zipfile.ZipFile:
    """The archive that a file of some `kind` ("Word") is. Raises `ReportError` where it is none, or would overflow."""
    if not data:
        raise ReportError(file, _(EMPTY))
    if data.startswith(_OLE):
        raise ReportError(file, _locked_or_old(data, kind))
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except Exception as error:  # zipfile raises many kinds, bare ones among them, on damaged files
        raise ReportError(file, damaged(kind)) from error
    for member in archive.infolist():
        _refuse_bomb(member, file)
    whole = sum(member.file_size for member in archive.infolist())
    if whole > _LARGEST_WHOLE and whole > _HIGHEST_RATIO * len(data):
        sentence = _("The parts of the file would unpack to {size} MB. Save the text as PDF, and add that.")
        raise ReportError(file, sentence.format(size=whole // 1_000_000))
    return archive


def damaged(kind: str) -> str:
    """What to tell the reader of a `kind` of file that cannot be opened."""
    sentence = _(
        "The file is damaged or is not a {kind} file. Download it again, or open it, save it anew and add that."
    )
    return sentence.format(kind=kind)


def _locked_or_old(data: bytes, kind: str) -> str:
    if _ENCRYPTED in data:
        return _("The file is locked with a password: open it, save a copy without the password and add that.")
    ending = _ENDINGS.get(kind, ".docx")
    return _(
        "The file is in the old format of {kind}, whatever its name says: open it, save it as {ending} and add that."
    ).format(kind=kind, ending=ending)


def _refuse_bomb(member: zipfile.ZipInfo, file: str) -> None:
    ratio = member.file_size / max(member.compress_size, 1)
    if member.file_size > _LARGEST_MEMBER or (member.file_size > _LARGE_MEMBER and ratio > _HIGHEST_RATIO):
        sentence = _("A part of the file, {part}, would unpack to {size} MB. Save the text without it, and add that.")
        raise ReportError(file, sentence.format(part=member.filename, size=member.file_size // 1_000_000))


def parse_xml(data: bytes) -> etree._Element | None:
    """The tree of a part, mended where it is broken, nothing in it expanded or fetched; None where there is none."""
    try:
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, recover=True))
    except etree.XMLSyntaxError as error:
        if error.code == etree.ErrorTypes.ERR_NO_MEMORY:
            raise
        return None


def is_for_want_of_memory(error: BaseException | None) -> bool:
    """Whether that is what an error came of in the end, whatever was made of it on the way."""
    if isinstance(error, etree.XMLSyntaxError):
        kinds = etree.ErrorTypes
        told = {error.code, *(entry.type for entry in error.error_log or ())}
        # With no memory left to say that there is none, it is an error of no kind, or one inside of the parser.
        return kinds.ERR_NO_MEMORY in told or error.code in (None, kinds.ERR_OK, kinds.ERR_INTERNAL_ERROR)
    return error is not None and (isinstance(error, MemoryError) or is_for_want_of_memory(error.__cause__))
