"""EPUB books."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from gettext import gettext as _
from urllib.parse import unquote

from lxml import etree

from ingest.archive import damaged, is_for_want_of_memory, open_zip
from ingest.details import own_names, own_title, year_in
from ingest.left_out import LeftOut
from ingest.report import Block, Content, ReportError
from ingest.text import decode, squeeze, unpaged
from ingest.walk import blocks, parse

N_ = str  # marks texts for translators; they are translated where they are used
LOCKED = N_("The book is locked by its shop (DRM). Get a copy without the lock from the publisher and add that.")
_EVENT = "{http://www.idpf.org/2007/opf}event"
_CHANGES = ("modification", "conversion")
_FONT_LOCKS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")


def read_epub(data: bytes, file: str) -> Content:
    """Read an EPUB book: its chapters in the order of its spine, with what its package says about it.

    Raises `ReportError` where the book is locked, damaged or without text.
    """
    with open_zip(data, file, "EPUB") as archive:
        try:
            if _is_locked(archive):
                raise ReportError(file, _(LOCKED))
            root = _xml(archive, "META-INF/container.xml").find(".//{*}rootfile")
            place = root.get("full-path", "") if root is not None else ""
            package = _xml(archive, place)
            found, missing = _read_chapters(archive, _chapters(package, place), file)
        except ReportError:
            raise
        except Exception as error:  # zipfile and lxml raise many kinds, bare ones among them, on damaged files
            raise ReportError(file, damaged("EPUB")) from error
    return Content(
        unpaged(found, file),
        title=own_title(next(_said(package, "title"), "")),
        authors=own_names(_said(package, "creator")),
        publisher=next(iter(own_names(_said(package, "publisher"))), ""),
        year=next((year for date in _said(package, "date") if (year := year_in(date))), None),
        licence=squeeze(next(_said(package, "rights"), "")),
        left_out=missing,
    )


def _xml(archive: zipfile.ZipFile, name: str) -> etree._Element:
    return etree.fromstring(archive.read(name), etree.XMLParser(resolve_entities=False, no_network=True))


def _is_locked(archive: zipfile.ZipFile) -> bool:
    """Whether more than the fonts is encrypted."""
    if "META-INF/encryption.xml" not in archive.namelist():
        return False
    methods = _xml(archive, "META-INF/encryption.xml").iterfind(".//{*}EncryptionMethod")
    return any(method.get("Algorithm") not in _FONT_LOCKS for method in methods)


def _chapters(package: etree._Element, place: str) -> list[str]:
    """The names of the chapters' files in the archive, in reading order, without the list of contents."""
    items = {
        item.get("id"): posixpath.normpath(posixpath.join(posixpath.dirname(place), unquote(item.get("href", ""))))
        for item in package.iterfind("{*}manifest/{*}item")
    }
    lists = {
        item.get("id")
        for item in package.iterfind("{*}manifest/{*}item")
        if "nav" in item.get("properties", "").split()
    }
    references = [reference.get("idref") for reference in package.iterfind("{*}spine/{*}itemref")]
    return [items.get(reference, str(reference)) for reference in references if reference not in lists]


def _read_chapters(archive: zipfile.ZipFile, names: list[str], file: str) -> tuple[list[Block], tuple[LeftOut, ...]]:
    """The text of all chapters that can be read, and those that cannot: one that is missing costs no other."""
    found: list[Block] = []
    missing: list[LeftOut] = []
    for name in names:
        try:
            found += _chapter_blocks(archive, name, file)
        except Exception as error:  # as above
            if is_for_want_of_memory(error):
                raise
            missing.append(LeftOut("chapter", names=(posixpath.basename(name),)))
    if missing and not found:
        raise ReportError(file, damaged("EPUB"))
    return found, tuple(missing)


def _chapter_blocks(archive: zipfile.ZipFile, name: str, file: str) -> Iterator[Block]:
    data = archive.read(name)
    if data.strip():
        yield from blocks(parse(decode(data, file)))


def _said(package: etree._Element, name: str) -> Iterator[str]:
    """What the package says under `name`, except when the file was changed or converted."""
    for element in package.iterfind(f"{{*}}metadata//{{http://purl.org/dc/elements/1.1/}}{name}"):
        if element.get(_EVENT) not in _CHANGES:
            yield element.text or ""
