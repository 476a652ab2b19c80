"""Word files."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import PurePosixPath

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import Part
from lxml import etree

from ingest.left_out import LeftOut
from ingest.readers.archive import damaged, is_for_want_of_memory, open_zip, parse_xml
from ingest.readers.inner_files import read_inner
from ingest.readers.office.drawing import DIAGRAM, chart_blocks, diagram_blocks
from ingest.readers.office.drawing import C as CHART
from ingest.readers.office.ooxml import NO_TEXT, content, ordinary, properties
from ingest.readers.office.symbols import TICKED, UNTICKED, in_unicode, is_symbol_font
from ingest.readers.office.title_styles import FIRST, styled_front
from ingest.readers.office.word_numbers import Numbers, is_on
from ingest.readers.office.word_styles import Styles
from ingest.readers.superscripts import SUPERSCRIPT, join_raised
from ingest.readers.text import squeeze, unpaged
from ingest.readers.web.html_blocks import Cell, table_blocks
from ingest.report import Block, Content, ReportError

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_VML = "{urn:schemas-microsoft-com:vml}"
_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/picture}pic"
_NEW_CHART = "{http://schemas.microsoft.com/office/drawing/2014/chartex}chart"
_PARAGRAPH, _TABLE, _TEXT_BOX, _CONTROL = f"{_W}p", f"{_W}tbl", f"{_W}txbxContent", f"{_W}sdt"
_CHUNK, _SUBDOCUMENT = f"{_W}altChunk", f"{_W}subDoc"
_LEFT_OUT = (
    *(f"{_W}{name}" for name in ("del", "moveFrom", "rPr", "pPr", "sectPr", "sdtPr", "rt")),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",  # the same text box, for older programs
)
_LETTERS = {f"{_W}tab": " ", f"{_W}br": " ", f"{_W}cr": " ", f"{_W}ptab": " ", f"{_W}noBreakHyphen": "-"}
_CONTENTS = ("table of contents", "table of figures")
_SYMBOL_FIELD = re.compile(r"\s*SYMBOL\s+(\d+|0x[0-9a-f]+)\b.*?\\f\s*\"?([^\"\\]+)", re.IGNORECASE)
_INCLUDED = re.compile(r"\s*INCLUDETEXT\s+(?:\"([^\"]+)\"|(\S+))", re.IGNORECASE)
# A picture that is larger may show a figure with words; smaller ones are logos and icons. In English metric units.
_FIGURE_WIDTH, _FIGURE_HEIGHT = 6 * 360_000, 4 * 360_000
_FORMATS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "message/rfc822": ".mht",
    "multipart/related": ".mht",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
    "text/plain": ".txt",
}


def read_docx(data: bytes, file: str) -> Content:
    """Read a Word file: headings, paragraphs, table rows and text boxes in their order, the notes at the end.

    The numbers that Word makes, what charts and diagrams show, and inserted documents are read; what was deleted under
    tracked changes, hidden text, running heads and the table of contents are left out. Raises `ReportError` where the
    file is locked, damaged or without text.
    """
    with open_zip(data, file, "Word") as archive:
        try:
            said = properties(archive)
            document = docx.Document(io.BytesIO(ordinary(archive, data)))
            reader = _Reader.of(document)
            found = [*reader.blocks(document.element.body), *_notes(document, reader)]
        except Exception as error:  # the libraries raise many kinds, bare ones among them, on damaged files
            raise ReportError(file, damaged("Word")) from error
    front = styled_front(_styled(document))
    return replace(content(unpaged(found, file, NO_TEXT), said, front), left_out=tuple(reader.left_out))


def _notes(document: Document, reader: _Reader) -> Iterator[Block]:
    for kind in (RELATIONSHIP_TYPE.FOOTNOTES, RELATIONSHIP_TYPE.ENDNOTES):
        for relationship in document.part.rels.values():
            if relationship.reltype == kind:
                root = parse_xml(relationship.target_part.blob)
                notes = replace(reader, part=relationship.target_part)
                for note in () if root is None else root.iterchildren("*"):
                    if note.get(f"{_W}type", "normal") == "normal":  # the others are the rules above the notes
                        yield from notes.blocks(note)


def _styled(document: Document) -> Iterator[tuple[str, str]]:
    """The first paragraphs with the names of their styles, or of the field of a cover page that they stand in."""
    names = {style.style_id: style.name or "" for style in document.styles}
    for paragraph in islice(document.element.body.iter(_PARAGRAPH), FIRST):
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        name = names.get(style.get(f"{_W}val"), "") if style is not None else ""
        control = next(paragraph.iterancestors(_CONTROL), None)
        if control is None:
            control = paragraph.find(_CONTROL)
        alias = control.find(f"{_W}sdtPr/{_W}alias") if control is not None else None
        text = "".join(each.text or "" for each in paragraph.iter(f"{_W}t"))
        yield alias.get(f"{_W}val", "") if alias is not None else name, text


def _nearest(element: etree._Element, *tags: str) -> Iterator[etree._Element]:
    """The elements with one of `tags` below `element` that do not stand within one another."""
    for child in element.iterchildren("*"):
        if child.tag in tags:
            yield child
        elif child.tag not in _LEFT_OUT:
            yield from _nearest(child, *tags)


@dataclass
class _Field:
    """A field that is being read: what it is told to show, what its form holds, and whether it shows anything."""

    form: etree._Element | None
    instruction: str = ""
    shows: bool = False


@dataclass
class _Reader:
    """Reads the elements of one part of a document; what it leaves out is counted in `left_out`."""

    part: Part
    styles: Styles
    numbers: Numbers
    left_out: list[LeftOut] = field(default_factory=list)
    inserted: set[str] = field(default_factory=set)
    fields: list[_Field] = field(default_factory=list)
    deleted_end: list[tuple[str, bool]] = field(default_factory=list)  # of a paragraph that runs into the next

    @classmethod
    def of(cls, document: Document) -> _Reader:
        parts = {each.reltype: each.target_part for each in document.part.rels.values() if not each.is_external}
        numbering = parts.get(RELATIONSHIP_TYPE.NUMBERING)
        numbers = Numbers.of(parse_xml(numbering.blob) if numbering is not None else None)
        return cls(document.part, Styles.of(document, numbers), numbers)

    def blocks(self, element: etree._Element) -> Iterator[Block]:
        """The text below an element: paragraphs, rows of tables, and what is inserted there."""
        for part in _nearest(element, _PARAGRAPH, _TABLE, _CONTROL, _CHUNK, _SUBDOCUMENT):
            if part.tag == _PARAGRAPH:
                yield from self._paragraph(part)
            elif part.tag == _TABLE:
                yield from table_blocks(list(self._rows(part)))
            elif part.tag == _CONTROL:
                yield from self.blocks(part) if _is_filled(part) else ()
            else:
                yield from self._inserted(part)

    def _rows(self, table: etree._Element) -> Iterator[list[Cell]]:
        for row in _nearest(table, f"{_W}tr"):
            if row.find(f"{_W}trPr/{_W}del") is None:
                before = row.find(f"{_W}trPr/{_W}gridBefore")
                gap = _number(before)
                yield [*([Cell(columns=gap)] if gap else []), *map(self._cell, _nearest(row, f"{_W}tc"))]

    def _cell(self, cell: etree._Element) -> Cell:
        merged = cell.find(f"{_W}tcPr/{_W}vMerge")
        continues = merged is not None and merged.get(f"{_W}val", "continue") == "continue"
        return Cell([*self.blocks(cell)], max(_number(cell.find(f"{_W}tcPr/{_W}gridSpan")), 1), continues)

    def _paragraph(self, paragraph: etree._Element) -> Iterator[Block]:
        pieces = [*self.deleted_end, *self._pieces(paragraph)]
        self.deleted_end = []
        text = squeeze(join_raised(pieces))
        if paragraph.find(f"{_W}pPr/{_W}rPr/{_W}del") is not None:
            self.deleted_end = pieces if text else []
        else:
            level, place = self.styles.level(paragraph), self.styles.place(paragraph)
            number = self.numbers.next(*place) if place is not None else ""
            if text and level >= 0:
                yield Block(f"{number} {text}" if number else text, level)
        yield from self._figures(paragraph)
        for box in _nearest(paragraph, _TEXT_BOX):
            yield from self.blocks(box)

    def _pieces(self, element: etree._Element) -> Iterator[tuple[str, bool]]:
        """The text of a paragraph piece by piece, each with whether it is raised, without its text boxes."""
        for child in element.iterchildren("*"):
            if child.tag == f"{_W}r":
                yield from self._run(child)
            elif child.tag == _CONTROL:
                yield from self._control(child)
            elif child.tag == f"{_M}t":
                yield child.text or "", False
            elif child.tag == f"{_M}f":
                yield from self._fraction(child)
            elif child.tag == f"{_M}sup":
                power = "".join(text for text, _ in self._pieces(child))
                yield power.translate(SUPERSCRIPT) if power.isdecimal() else f"^{power}", False
            elif child.tag == _SUBDOCUMENT:
                self._count_external(child)
            elif child.tag not in _LEFT_OUT and child.tag != _TEXT_BOX:
                yield from self._pieces(child)

    def _fraction(self, fraction: etree._Element) -> Iterator[tuple[str, bool]]:
        for index, part in enumerate(fraction.iterchildren(f"{_M}num", f"{_M}den")):
            yield "/" if index else "", False
            yield from self._pieces(part)

    def _control(self, control: etree._Element) -> Iterator[tuple[str, bool]]:
        box = control.find(f"{_W}sdtPr/{_W14}checkbox/{_W14}checked")
        if box is not None:
            yield (TICKED if box.get(f"{_W14}val", "1") in ("1", "true", "on") else UNTICKED), False
        elif _is_filled(control):
            yield from self._pieces(control)

    def _run(self, run: etree._Element) -> Iterator[tuple[str, bool]]:
        if self.styles.is_hidden(run):
            letters = "".join(text.text or "" for text in run.iterchildren(f"{_W}t"))
            self.left_out += [LeftOut("hidden text")] if letters.strip() else []
            return
        own_mark = any(note.get(f"{_W}customMarkFollows") in ("1", "true", "on") for note in _note_references(run))
        raised, font = self.styles.is_raised(run), self.styles.font(run)
        for child in run.iterchildren("*"):
            if child.tag == f"{_W}t" and not own_mark:
                yield from self._shown(in_unicode(child.text or "", font), raised)
            elif child.tag in _LETTERS:
                yield _LETTERS[str(child.tag)], False
            elif child.tag == f"{_W}sym":
                yield from self._shown(_sign(child), raised)
            elif child.tag in (f"{_W}fldChar", f"{_W}instrText"):
                yield from self._field(child)
            elif child.tag not in _LEFT_OUT and child.tag != f"{_W}t":
                yield from self._pieces(child)

    def _shown(self, text: str, raised: bool) -> Iterator[tuple[str, bool]]:
        for each in self.fields:
            each.shows = each.shows or bool(text.strip())
        yield text, raised

    def _field(self, element: etree._Element) -> Iterator[tuple[str, bool]]:
        """What a field shows that is no text of the document: a tick, a choice, a sign."""
        kind = element.get(f"{_W}fldCharType")
        if kind == "begin":
            self.fields.append(_Field(element.find(f"{_W}ffData")))
        elif self.fields and kind is None:
            self.fields[-1].instruction += element.text or ""
        elif self.fields and kind == "end":
            ended = self.fields.pop()
            if not ended.shows:
                yield _form_value(ended), False
                if included := _INCLUDED.match(ended.instruction):
                    self.left_out.append(LeftOut("part", names=(_file_name(included[1] or included[2]),)))

    def _figures(self, paragraph: etree._Element) -> Iterator[Block]:
        """What the charts and diagrams of a paragraph show; the figures that cannot be read are counted."""
        for drawing in _nearest(paragraph, f"{_W}drawing", f"{_W}pict", f"{_W}object"):
            for element in drawing.iter(f"{DIAGRAM}relIds", f"{CHART}chart", _NEW_CHART, f"{_VML}textpath"):
                if element.tag == f"{_VML}textpath":  # letters that are drawn (WordArt)
                    yield from [Block(text) for text in [squeeze(element.get("string", ""))] if text]
                elif element.tag == f"{DIAGRAM}relIds":
                    root = self._related(element.get(f"{_R}dm", ""))
                    yield from diagram_blocks(root) if root is not None else ()
                elif element.tag == f"{CHART}chart" and (root := self._related(element.get(f"{_R}id", ""))) is not None:
                    yield from chart_blocks(root)
                else:
                    self.left_out.append(LeftOut("chart"))
            self._count_pictures(drawing)

    def _count_pictures(self, drawing: etree._Element) -> None:
        if drawing.tag == f"{_W}object":
            self.left_out.append(LeftOut("object"))
        elif next(drawing.iter(_PICTURE), None) is not None:
            extent = next(drawing.iter(f"{_WP}extent"), None)
            width, height = (int(extent.get(name, "0")) for name in ("cx", "cy")) if extent is not None else (0, 0)
            self.left_out += [LeftOut("figure")] if width >= _FIGURE_WIDTH and height >= _FIGURE_HEIGHT else []

    def _related(self, id: str) -> etree._Element | None:
        relationship = self.part.rels.get(id)
        if relationship is None or relationship.is_external:
            return None
        return parse_xml(relationship.target_part.blob)

    def _inserted(self, element: etree._Element) -> Iterator[Block]:
        """What a document holds that is inserted as a part of its own; each part is read once."""
        id = element.get(f"{_R}id", "")
        relationship = self.part.rels.get(id)
        if relationship is None or relationship.is_external or id in self.inserted:
            self._count_external(element)
            return
        self.inserted.add(id)
        part = relationship.target_part
        name = PurePosixPath(str(part.partname))
        suffix = ".docx" if "wordprocessingml" in part.content_type else _FORMATS.get(part.content_type, name.suffix)
        try:
            inner = read_inner(part.blob, name.name, suffix.lower())
        except ReportError as error:
            if is_for_want_of_memory(error):
                raise
            inner = None
        if inner is None:
            self.left_out.append(LeftOut("part", names=(name.name,)))
            return
        self.left_out += inner.left_out
        yield from (block for page in inner.pages for block in page.blocks)

    def _count_external(self, element: etree._Element) -> None:
        relationship = self.part.rels.get(element.get(f"{_R}id", ""))
        external = relationship is not None and relationship.is_external
        self.left_out.append(LeftOut("part", names=(_file_name(relationship.target_ref),) if external else ()))


def _is_filled(control: etree._Element) -> bool:
    """Whether a control holds text of the document, not what it asks for nor a table of contents."""
    properties = control.find(f"{_W}sdtPr")
    if properties is None:
        return True
    gallery = properties.find(f"{_W}docPartObj/{_W}docPartGallery")
    contents = gallery is not None and gallery.get(f"{_W}val", "").lower() in _CONTENTS
    return not contents and not is_on(properties.find(f"{_W}showingPlcHdr"))


def _note_references(run: etree._Element) -> Iterator[etree._Element]:
    yield from run.iterchildren(f"{_W}footnoteReference", f"{_W}endnoteReference")


def _sign(symbol: etree._Element) -> str:
    code, font = symbol.get(f"{_W}char", ""), symbol.get(f"{_W}font", "")
    letter = chr(int(code, 16)) if re.fullmatch(r"[0-9A-Fa-f]{1,4}", code) else ""
    sign = in_unicode(letter, font)
    return "" if sign == letter and is_symbol_font(font) else sign


def _form_value(ended: _Field) -> str:
    """What a field without a text shows: whether its box is ticked, what was chosen of a list, or a sign."""
    if symbol := _SYMBOL_FIELD.match(ended.instruction):
        return in_unicode(chr(int(symbol[1], 0) % 0x10000), symbol[2].strip())
    if ended.form is None:
        return ""
    box, choices = ended.form.find(f"{_W}checkBox"), ended.form.find(f"{_W}ddList")
    if box is not None:
        checked = box.find(f"{_W}checked")
        return TICKED if is_on(box.find(f"{_W}default") if checked is None else checked) else UNTICKED
    if choices is not None:
        entries = [entry.get(f"{_W}val", "") for entry in choices.iterchildren(f"{_W}listEntry")]
        chosen = choices.find(f"{_W}result")
        chosen = choices.find(f"{_W}default") if chosen is None else chosen
        return "".join(entries[_number(chosen) :][:1])
    return ""


def _number(element: etree._Element | None) -> int:
    """The number that an element holds, 0 where it holds none."""
    said = "" if element is None else element.get(f"{_W}val", "")
    return min(int(said), 1000) if said.isdecimal() else 0


def _file_name(address: str) -> str:
    """The name of a linked file, without the folders of somebody's computer."""
    return re.split(r"[/\\]", address)[-1]
