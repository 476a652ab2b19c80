"""EPUB books."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from gettext import gettext as _
from urllib.parse import unquote

from lxml import etree

from ingest.left_out import LeftOut
from ingest.readers.archive import damaged, is_for_want_of_memory, open_zip
from ingest.readers.text import decode, squeeze, unpaged
from ingest.readers.title_page.metadata import in_order, own_names, own_subtitle, own_title, year_in
from ingest.readers.web.html_blocks import blocks, parse
from ingest.report import Block, Content, ReportError

N_ = str  # marks texts for translators; they are translated where they are used
LOCKED = N_("The book is locked by its shop (DRM). Get a copy without the lock from the publisher and add that.")
_DC, _OPF = "{http://purl.org/dc/elements/1.1/}", "{http://www.idpf.org/2007/opf}"
_EVENT = f"{_OPF}event"
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
    about = _About(package)
    title, subtitle = about.titles()
    year, is_guess = about.year()
    return Content(
        unpaged(found, file),
        title=title,
        subtitle=own_subtitle(subtitle, title),
        authors=about.authors(),
        publisher=next(iter(own_names(about.said("publisher") or about.made_by("pbl"))), ""),
        year=year,
        licence=squeeze(next(iter(about.said("rights")), "")),
        left_out=missing,
        guessed=("year",) if is_guess else (),
    )


class _About:
    """What the package of a book says about it: Dublin Core, and what refines it in EPUB 2 and 3."""

    def __init__(self, package: etree._Element) -> None:
        self._parts = [each for each in package.iterfind("{*}metadata//*") if isinstance(each.tag, str)]
        self._refined: dict[tuple[str, str], str] = {}
        self._meta: dict[str, str] = {}
        for meta in self._parts:
            if etree.QName(meta).localname == "meta":
                name, value = meta.get("property") or meta.get("name") or "", meta.text or meta.get("content") or ""
                if refined := meta.get("refines"):
                    self._refined[refined.lstrip("#"), name] = squeeze(value)
                else:
                    self._meta.setdefault(name, squeeze(value))

    def said(self, name: str) -> list[str]:
        """What stands under a name of Dublin Core."""
        return [text for each in self._named(name) if (text := squeeze(each.text or ""))]

    def titles(self) -> tuple[str, str]:
        """The title and the subtitle; the title of an edition or a series is none."""
        found = sorted(self._named("title"), key=self._order)
        kinds = {self._of(each, "title-type") or "main": squeeze(each.text or "") for each in reversed(found)}
        first = next((squeeze(each.text or "") for each in found), "")
        return own_title(kinds.get("main", first)), kinds.get("subtitle", "")

    def authors(self) -> tuple[str, ...]:
        """Who wrote it, in the order of the title page; its editors where nobody is said to have written it."""
        return self._people("creator", "", "aut") or self.made_by("aut") or self._people("creator", "edt")

    def made_by(self, role: str) -> tuple[str, ...]:
        """The contributors with a role, in the three letters of MARC."""
        return self._people("contributor", role)

    def year(self) -> tuple[int | None, bool]:
        """The year of publication, and whether it is a guess: the day on which the file was made may be given as it."""
        dates = [each for each in self._named("date") if each.get(_EVENT) not in _CHANGES]
        dates.sort(key=lambda each: (each.get(_EVENT) != "publication", each.get(_EVENT) == "creation"))
        said = [(each.text or "").strip() for each in dates]
        year = next((year for date in (*said, self._meta.get("dcterms:issued", "")) if (year := year_in(date))), None)
        changed = self._meta.get("dcterms:modified", "")
        return year, bool(year and changed and any(date[:10] == changed[:10] and len(date) >= 10 for date in said[:1]))

    def _people(self, name: str, *roles: str) -> tuple[str, ...]:
        held = sorted((each for each in self._named(name) if self._role(each) in roles), key=self._order)
        names = own_names(squeeze(each.text or "") or self._of(each, "file-as") for each in held)
        return tuple(dict.fromkeys(map(in_order, names)))

    def _role(self, element: etree._Element) -> str:
        """“aut” for who wrote it, "" where no role is told."""
        return (self._of(element, "role")).rsplit(":", 1)[-1].rsplit("/", 1)[-1].lower()

    def _order(self, element: etree._Element) -> float:
        place = self._of(element, "display-seq")
        return float(place) if place.isdecimal() else float("inf")

    def _of(self, element: etree._Element, name: str) -> str:
        """What refines an element under a name."""
        return element.get(f"{_OPF}{name}") or self._refined.get((element.get("id", ""), name), "")

    def _named(self, name: str) -> list[etree._Element]:
        return [each for each in self._parts if each.tag == f"{_DC}{name}"]


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
