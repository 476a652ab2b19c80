"""OpenDocument files, as LibreOffice writes them: text, slides and sheets."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from gettext import gettext as _
from itertools import islice

from lxml import etree

from ingest.left_out import LeftOut
from ingest.readers.archive import damaged, open_zip, parse_xml
from ingest.readers.office.ooxml import content
from ingest.readers.office.powerpoint import HIDDEN
from ingest.readers.office.sheets import row_blocks
from ingest.readers.office.symbols import TICKED, UNTICKED
from ingest.readers.office.title_styles import FIRST, Front, styled_front
from ingest.readers.office.word_numbers import in_format
from ingest.readers.superscripts import join_raised
from ingest.readers.text import NO_TEXT, squeeze, unpaged
from ingest.readers.web.html_blocks import Spanned, spread, table_blocks
from ingest.report import Block, Content, RawPage, ReportError

N_ = str  # marks texts for translators; they are translated where they are used
LOCKED = N_("The file is locked with a password: open it, save a copy without the password and add that.")
_OFFICE, _TEXT, _TABLE, _DRAW, _STYLE, _PRESENTATION, _FORM = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}"
    for name in ("office", "text", "table", "drawing", "style", "presentation", "form")
)
_PARAGRAPHS = (f"{_TEXT}p", f"{_TEXT}h")
_SKIPPED = (
    *(f"{_TEXT}{name}" for name in ("tracked-changes", "table-of-content", "note", "sequence-decls", "bookmark")),
    *(f"{_OFFICE}{name}" for name in ("annotation", "forms")),
    f"{_TEXT}hidden-text",
    f"{_TEXT}ruby-text",
)
_FORMATS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_MOST_REPEATED = 100  # equal cells or rows that are told one by one; what is repeated more often is empty space


def read_odt(data: bytes, file: str) -> Content:
    """Read an OpenDocument text: headings, paragraphs, lists with their numbers, table rows, the notes at the end.

    Raises `ReportError` where the file is locked, damaged or without text.
    """
    body, reader, said = _open(data, file)
    found = [*reader.blocks(body), *reader.notes]
    title = next((block.text for block in found if block.level == 1), "")
    return _content(unpaged(found, file), reader, said, styled_front(reader.styled(body)), title)


def read_odp(data: bytes, file: str) -> Content:
    """Read an OpenDocument presentation: each slide is a page, the speaker's notes at its end. Raises as `read_odt`."""
    body, reader, said = _open(data, file)
    pages = tuple(reader.page(page, number) for number, page in enumerate(body.iter(f"{_DRAW}page"), start=1))
    if not any(page.blocks for page in pages):
        raise ReportError(file, _(NO_TEXT))
    title = next((block.text for page in pages for block in page.blocks if block.level), "")
    first = next(body.iter(f"{_DRAW}page"))
    lines = (
        ("subtitle", "".join(each.itertext()))
        for frame in first.iter(f"{_DRAW}frame")
        if frame.get(f"{_PRESENTATION}class") == "subtitle"
        for each in frame.iter(f"{_TEXT}p")
    )
    return _content(pages, reader, said, styled_front(lines), title, paged=True)


def _open(data: bytes, file: str) -> tuple[etree._Element, _Reader, Mapping[str, str]]:
    with open_zip(data, file, "OpenDocument") as archive:
        try:
            if b"encryption-data" in _part(archive, "META-INF/manifest.xml"):
                raise ReportError(file, _(LOCKED))
            root, styles, meta = (parse_xml(_part(archive, f"{name}.xml")) for name in ("content", "styles", "meta"))
            body = root.find(f"{_OFFICE}body") if root is not None else None
            if root is None or body is None:
                raise KeyError("content.xml")
            trees = [each for each in (styles, root) if each is not None]
            said = {etree.QName(each).localname: each.text or "" for each in meta.iter("*")} if meta is not None else {}
            return body, _Reader.of(trees), said
        except ReportError:
            raise
        except Exception as error:  # as for Word
            raise ReportError(file, damaged("OpenDocument")) from error


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    return archive.read(name) if name in archive.namelist() else b""


def _content(
    pages: tuple[RawPage, ...],
    reader: _Reader,
    said: Mapping[str, str],
    front: Front,
    heading: str,
    paged: bool = False,
) -> Content:
    # The dates of a file are no years of the report, and who changed it last need not have written it.
    office = {"title": said.get("title", ""), "creator": said.get("initial-creator", "")}
    titled = front if front.title else replace(front, title=heading)
    return replace(content(pages, office, titled, paged), left_out=tuple(reader.left_out))


@dataclass
class _Reader:
    """Reads the elements of a document; what it leaves out is counted."""

    styles: Mapping[str, etree._Element]
    lists: Mapping[str, etree._Element]
    notes: list[Block] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    counts: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, trees: list[etree._Element]) -> _Reader:
        styles = {each.get(f"{_STYLE}name"): each for tree in trees for each in tree.iter(f"{_STYLE}style")}
        lists = {each.get(f"{_STYLE}name"): each for tree in trees for each in tree.iter(f"{_TEXT}list-style")}
        return cls(styles, lists)

    def blocks(self, element: etree._Element) -> Iterator[Block]:
        """The text below an element, in its order."""
        for child in element.iterchildren("*"):
            if child.tag in _SKIPPED:
                continue
            if child.tag in _PARAGRAPHS:
                yield from self._paragraph(child)
            elif child.tag == f"{_TABLE}table":
                yield from table_blocks(spread(self.rows(child)))
            elif child.tag == f"{_TEXT}list":
                yield from self._list(child, "", 0)
            elif child.tag == f"{_TEXT}section" and child.get(f"{_TEXT}display") == "none":
                self.left_out.append(LeftOut("hidden text"))
            else:
                self._count(child)
                yield from self.blocks(child)

    def styled(self, body: etree._Element) -> Iterator[tuple[str, str]]:
        """The first paragraphs with the names of their styles, or of those that these are based on."""
        for paragraph in islice(body.iter(*_PARAGRAPHS), FIRST):
            name = paragraph.get(f"{_TEXT}style-name") or ""
            style = self.styles.get(name)
            based = style.get(f"{_STYLE}parent-style-name") if style is not None else None
            yield based or name, "".join(paragraph.itertext())

    def page(self, page: etree._Element, number: int) -> RawPage:
        """A slide."""
        style = self.styles.get(page.get(f"{_DRAW}style-name"))
        shown = style.find(f"{_STYLE}drawing-page-properties") if style is not None else None
        if shown is not None and shown.get(f"{_PRESENTATION}visibility") == "hidden":
            return RawPage((), str(number), HIDDEN)
        title = next((each for each in page if each.get(f"{_PRESENTATION}class") == "title"), None)
        found = [Block(block.text, 1) for block in self.blocks(title)] if title is not None else []
        others = [each for each in page if each is not title and each.tag != f"{_PRESENTATION}notes"]
        for each in [*others, *page.iterchildren(f"{_PRESENTATION}notes")]:
            found += self.blocks(each)
        return RawPage(tuple(found), str(number), "" if found else N_("no text on this slide"))

    def _paragraph(self, paragraph: etree._Element, number: str = "") -> Iterator[Block]:
        text = squeeze(join_raised(self._pieces(paragraph, False)))
        level = paragraph.get(f"{_TEXT}outline-level", "1") if paragraph.tag == f"{_TEXT}h" else "0"
        if text:
            yield Block(f"{number} {text}".strip(), min(int(level), 6) if level.isdecimal() else 1)
        for frame in paragraph.iter(f"{_DRAW}text-box"):
            yield from self.blocks(frame)

    def _pieces(self, element: etree._Element, raised: bool) -> Iterator[tuple[str, bool]]:
        yield element.text or "", raised
        for child in element.iterchildren("*"):
            if child.tag == f"{_TEXT}note":
                body = child.find(f"{_TEXT}note-body")
                self.notes += self.blocks(body) if body is not None else ()
            elif child.tag in (f"{_TEXT}s", f"{_TEXT}tab", f"{_TEXT}line-break"):
                yield " ", False
            elif child.tag == f"{_FORM}checkbox":
                yield TICKED if child.get(f"{_FORM}current-state") == "checked" else UNTICKED, False
            elif child.tag.startswith(_DRAW):
                self._count(child)
            elif child.tag not in _SKIPPED:
                yield from self._span(child, raised)
            yield child.tail or "", raised

    def _span(self, span: etree._Element, raised: bool) -> Iterator[tuple[str, bool]]:
        said = self._said(span.get(f"{_TEXT}style-name"))
        if said.get(f"{_TEXT}display") == "none":
            self.left_out.append(LeftOut("hidden text"))
            return
        position = said.get(f"{_STYLE}text-position", "")
        yield from self._pieces(span, position.startswith("super") or position[:1].isdecimal() if position else raised)

    def _said(self, name: str | None) -> dict[str, str]:
        """What a style and those that it comes from say of its letters."""
        said: dict[str, str] = {}
        for _step in range(20):
            style = self.styles.get(name or "")
            if style is None:
                break
            properties = style.find(f"{_STYLE}text-properties")
            said = {**(properties.attrib if properties is not None else {}), **said}
            name = style.get(f"{_STYLE}parent-style-name")
        return said

    def _list(self, element: etree._Element, style: str, level: int) -> Iterator[Block]:
        style = element.get(f"{_TEXT}style-name") or style
        how = next((each for each in self.lists.get(style, ()) if each.get(f"{_TEXT}level") == str(level + 1)), None)
        counts = self.counts.setdefault(style, [0] * 20)
        continued = element.get(f"{_TEXT}continue-numbering") == "true" or element.get(f"{_TEXT}continue-list")
        if not continued and level < len(counts):
            start = how.get(f"{_TEXT}start-value", "1") if how is not None else "1"
            counts[level] = int(start) - 1 if start.isdecimal() else 0
        for item in element.iterchildren(f"{_TEXT}list-item", f"{_TEXT}list-header"):
            number = self._number(item, how, counts, level)
            for child in item.iterchildren("*"):
                if child.tag == f"{_TEXT}list":
                    yield from self._list(child, style, level + 1)
                elif child.tag in _PARAGRAPHS:
                    yield from self._paragraph(child, number)
                    number = ""

    @staticmethod
    def _number(item: etree._Element, how: etree._Element | None, counts: list[int], level: int) -> str:
        if how is None or how.tag != f"{_TEXT}list-level-style-number" or item.tag != f"{_TEXT}list-item":
            return ""
        start = item.get(f"{_TEXT}start-value", "")
        counts[level] = int(start) if start.isdecimal() else counts[level] + 1
        shown = how.get(f"{_TEXT}display-levels", "1")
        first = max(level + 1 - (int(shown) if shown.isdecimal() else 1), 0)
        kind = _FORMATS.get(how.get(f"{_STYLE}num-format", ""))
        if kind is None:
            return ""
        numbers = [*map(str, counts[first:level]), in_format(counts[level], kind)]
        return f"{how.get(f'{_STYLE}num-prefix', '')}{'.'.join(numbers)}{how.get(f'{_STYLE}num-suffix', '')}"

    def rows(self, table: etree._Element) -> Iterator[list[Spanned]]:
        """The cells of each row of a table."""
        for row in table.iter(f"{_TABLE}table-row"):
            if next(row.iterancestors(f"{_TABLE}table"), None) is not table:
                continue
            cells: list[Spanned] = []
            for cell in row.iterchildren(f"{_TABLE}table-cell"):
                found = [*self.blocks(cell)]
                repeated = _number(cell, "columns-repeated")
                one = found, _number(cell, "columns-spanned"), _number(cell, "rows-spanned")
                cells += [one] * (min(repeated, _MOST_REPEATED) if found else 1)
            yield cells

    def _count(self, element: etree._Element) -> None:
        if next(element.iter(f"{_DRAW}object"), None) is not None:
            self.left_out.append(LeftOut("object"))


def _number(element: etree._Element, name: str) -> int:
    said = element.get(f"{_TABLE}number-{name}", "1")
    return min(int(said), 1000) if said.isdecimal() and int(said) else 1


def read_ods(data: bytes, file: str) -> Content:
    """Read an OpenDocument spreadsheet: each row with the headings above it, as in Excel. Raises as `read_odt`."""
    body, reader, said = _open(data, file)
    found: list[Block] = []
    for table in body.iter(f"{_TABLE}table"):
        style = reader.styles.get(table.get(f"{_TABLE}style-name"))
        if style is not None and any(each.get(f"{_TABLE}display") == "false" for each in style):
            reader.left_out.append(LeftOut("sheet", names=(squeeze(table.get(f"{_TABLE}name", "")),)))
            continue
        rows = [*row_blocks(_values(reader, table), reader.left_out)]
        found += [Block(squeeze(table.get(f"{_TABLE}name", "")), 2), *rows] if rows else []
    return _content(unpaged(found, file), reader, said, Front(), "")


def _values(reader: _Reader, table: etree._Element) -> Iterator[list[str]]:
    """The values of each row of a sheet; those of merged cells in each of their rows."""
    labels: dict[int, str] = {}
    for row in spread(reader.rows(table)):
        values: list[str] = []
        for cell in row:
            if not cell.continues:
                labels[len(values)] = " ".join(block.text for block in cell.blocks)
            values += [labels.get(len(values), ""), *[""] * (cell.columns - 1)]
        yield values
