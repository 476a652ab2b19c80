"""Word and PowerPoint files."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from gettext import gettext as _

import docx
import pptx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.styles.style import BaseStyle
from lxml import etree
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml.ns import qn
from pptx.shapes.base import BaseShape
from pptx.shapes.graphfrm import GraphicFrame
from pptx.shapes.group import GroupShape
from pptx.slide import Slide

from ingest.details import own_names, own_title, year_in
from ingest.report import Block, Content, RawPage, ReportError
from ingest.text import EMPTY, squeeze, unpaged
from ingest.walk import row_blocks

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_LARGEST_MEMBER = 200_000_000  # bytes
_LARGE_MEMBER, _HIGHEST_RATIO = 50_000_000, 200
_LARGEST_WHOLE = 1_000_000_000  # what all members may unpack to where they are packed as no text or picture is

N_ = str  # marks texts for translators; they are translated where they are used
NO_TEXT = N_(
    "The file holds no text. If it holds pictures of text, run it through text recognition (OCR) and add the result."
)


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
        told = _("The parts of the file would unpack to {size} MB. Save the text as PDF, and add that.")
        raise ReportError(file, told.format(size=whole // 1_000_000))
    return archive


def damaged(kind: str) -> str:
    """What to tell the reader of a `kind` of file that cannot be opened."""
    told = _("The file is damaged or is not a {kind} file. Download it again, or open it, save it anew and add that.")
    return told.format(kind=kind)


def _locked_or_old(data: bytes, kind: str) -> str:
    if _ENCRYPTED in data:
        return _("The file is locked with a password: open it, save a copy without the password and add that.")
    ending = ".pptx" if kind == "PowerPoint" else ".docx"
    return _(
        "The file is in the old format of {kind}, whatever its name says: open it, save it as {ending} and add that."
    ).format(kind=kind, ending=ending)


def _refuse_bomb(member: zipfile.ZipInfo, file: str) -> None:
    ratio = member.file_size / max(member.compress_size, 1)
    if member.file_size > _LARGEST_MEMBER or (member.file_size > _LARGE_MEMBER and ratio > _HIGHEST_RATIO):
        told = _("A part of the file, {part}, would unpack to {size} MB. Save the text without it, and add that.")
        raise ReportError(file, told.format(part=member.filename, size=member.file_size // 1_000_000))


def _properties(archive: zipfile.ZipFile) -> dict[str, str]:
    """The core properties under their plain names: title, creator, created, modified.

    They are read here because the libraries make some up where the file has none.
    """
    name = next((name for name in archive.namelist() if re.search(r"(?:core\d*\.xml|\.psmdcp)$", name)), "")
    try:
        root = etree.fromstring(archive.read(name), _xml_parser()) if name else None
    except etree.XMLSyntaxError:
        root = None
    return {} if root is None else {etree.QName(child).localname: child.text or "" for child in root.iterchildren("*")}


def _xml_parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, recover=True)


def _year(properties: dict[str, str]) -> int | None:
    """The year in which the file was both begun and finished: a template, begun long before, tells nothing."""
    created, modified = year_in(properties.get("created", "")), year_in(properties.get("modified", ""))
    made_by_hand = bool(own_names([properties.get("creator", "") or "-"]))
    return created if made_by_hand and modified in (created, None) else None


def _content(pages: tuple[RawPage, ...], properties: dict[str, str], title: str, paged: bool = False) -> Content:
    return Content(
        pages,
        paged=paged,
        title=own_title(properties.get("title", "")) or own_title(title),
        authors=own_names([properties.get("creator", "")], accounts=True),
        year=_year(properties),
    )


# --- Word -------------------------------------------------------------------------------------------------------------

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARAGRAPH, _TABLE, _TEXT_BOX = f"{_W}p", f"{_W}tbl", f"{_W}txbxContent"
_LEFT_OUT = (
    *(f"{_W}{name}" for name in ("del", "moveFrom", "rPr", "pPr", "sectPr")),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",  # the same text box, for older programs
)
_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_LETTERS = {f"{_W}tab": " ", f"{_W}br": " ", f"{_W}cr": " ", f"{_W}ptab": " ", f"{_W}noBreakHyphen": "-"}
_CONTENTS_STYLE = re.compile(r"toc \d|table of (?:figures|authorities)", re.IGNORECASE)


def read_docx(data: bytes, file: str) -> Content:
    """Read a Word file: headings, paragraphs, table rows and text boxes in their order, the notes at the end.

    What was deleted under tracked changes is left out, as are running heads and the table of contents. Raises
    `ReportError` where the file is locked, damaged or without text.
    """
    with open_zip(data, file, "Word") as archive:
        try:
            properties = _properties(archive)
            document = docx.Document(io.BytesIO(data))
            levels = {style.style_id: _style_level(style) for style in document.styles}
            found = [*_word_blocks(document.element.body, levels), *_notes(document, levels)]
        except Exception as error:  # the libraries raise many kinds, bare ones among them, on damaged files
            raise ReportError(file, damaged("Word")) from error
    return _content(unpaged(found, file, NO_TEXT), properties, _titled(document))


def _style_level(style: BaseStyle | None) -> int:
    """The level of heading that a style gives, 0 for running text, -1 for a table of contents."""
    name = (style.name or "").lower() if style is not None else ""
    if style is None or _CONTENTS_STYLE.match(name):
        return 0 if style is None else -1
    if match := re.fullmatch(r"heading (\d)|(title)", name):
        return min(int(match[1] or 1), 6)
    return _outline_level(style.element) or _style_level(getattr(style, "base_style", None))


def _outline_level(element: etree._Element) -> int:
    outline = element.find(f"{_W}pPr/{_W}outlineLvl")
    level = int(outline.get(f"{_W}val", "9")) + 1 if outline is not None else 0
    return level if level <= 6 else 0


def _nearest(element: etree._Element, *tags: str) -> Iterator[etree._Element]:
    """The elements with one of `tags` below `element` that do not stand within one another."""
    for child in element.iterchildren("*"):
        if child.tag in tags:
            yield child
        elif child.tag not in _LEFT_OUT:
            yield from _nearest(child, *tags)


def _word_blocks(element: etree._Element, levels: dict[str, int]) -> Iterator[Block]:
    for part in _nearest(element, _PARAGRAPH, _TABLE):
        if part.tag == _PARAGRAPH:
            yield from _paragraph_blocks(part, levels)
            continue
        for row in _nearest(part, f"{_W}tr"):
            yield from row_blocks([list(_word_blocks(cell, levels)) for cell in _nearest(row, f"{_W}tc")])


def _paragraph_blocks(paragraph: etree._Element, levels: dict[str, int]) -> Iterator[Block]:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    level = levels.get(style.get(f"{_W}val", ""), 0) if style is not None else 0
    text = squeeze("".join(_pieces(paragraph)))
    if text and level >= 0:
        yield Block(text, _outline_level(paragraph) or level)
    for box in _nearest(paragraph, _TEXT_BOX):
        yield from _word_blocks(box, levels)


def _pieces(element: etree._Element) -> Iterator[str]:
    """The text of a paragraph piece by piece, without its text boxes."""
    for child in element.iterchildren("*"):
        if child.tag in (f"{_W}t", _MATHS):
            yield child.text or ""
        elif child.tag in _LETTERS:
            yield _LETTERS[str(child.tag)]
        elif child.tag not in _LEFT_OUT and child.tag != _TEXT_BOX and child.find(f"{_W}rPr/{_W}vanish") is None:
            yield from _pieces(child)


def _notes(document: Document, levels: dict[str, int]) -> Iterator[Block]:
    for kind in (RELATIONSHIP_TYPE.FOOTNOTES, RELATIONSHIP_TYPE.ENDNOTES):
        for relationship in document.part.rels.values():
            if relationship.reltype == kind:
                root = etree.fromstring(relationship.target_part.blob, _xml_parser())
                for note in root.iterchildren("*"):
                    if note.get(f"{_W}type", "normal") == "normal":  # the others are the rules above the notes
                        yield from _word_blocks(note, levels)


def _titled(document: Document) -> str:
    titles = (p.text for p in document.paragraphs if p.style is not None and (p.style.name or "").lower() == "title")
    return next((title for title in titles if title.strip()), "")


# --- PowerPoint -------------------------------------------------------------------------------------------------------

_REPEATED = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds"
_LINE_HEIGHT = 228_600  # a quarter of an inch: shapes whose tops differ by less stand side by side


def read_pptx(data: bytes, file: str) -> Content:
    """Read a PowerPoint file: each slide is a page, its title a heading, the speaker's notes at its end.

    Raises `ReportError` where the file is locked, damaged or without text.
    """
    with open_zip(data, file, "PowerPoint") as archive:
        try:
            properties = _properties(archive)
            pages = tuple(
                _page(slide, n) for n, slide in enumerate(pptx.Presentation(io.BytesIO(data)).slides, start=1)
            )
        except Exception as error:  # as for Word
            raise ReportError(file, damaged("PowerPoint")) from error
    found = [block for page in pages for block in page.blocks]
    if not found:
        raise ReportError(file, _(NO_TEXT))
    title = next((block.text for block in pages[0].blocks if block.level), "")
    return _content(pages, properties, title, paged=True)


def _page(slide: Slide, number: int) -> RawPage:
    title = slide.shapes.title
    found = (
        [Block(text, level=1) for text in [squeeze(" ".join(_lines(title._element)))] if text]
        if title is not None
        else []
    )
    for shape in _in_reading_order(slide.shapes):
        if title is None or shape.shape_id != title.shape_id:
            found += _shape_blocks(shape)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        found += map(Block, _lines(slide.notes_slide.notes_text_frame._txBody))
    return RawPage(tuple(found), str(number), "" if found else N_("no text on this slide"))


def _in_reading_order(shapes: Iterable[BaseShape]) -> Iterator[BaseShape]:
    """The shapes from top to bottom and left to right, those of a group together."""
    for shape in sorted(shapes, key=lambda shape: ((shape.top or 0) // _LINE_HEIGHT, shape.left or 0)):
        if isinstance(shape, GroupShape):
            yield from _in_reading_order(shape.shapes)
        elif not (shape.is_placeholder and shape.placeholder_format.type in _REPEATED):
            yield shape


def _shape_blocks(shape: BaseShape) -> list[Block]:
    if isinstance(shape, GraphicFrame) and shape.has_table:
        rows = (
            [[*map(Block, _lines(cell))] for cell in row.iter(qn("a:tc"))] for row in shape._element.iter(qn("a:tr"))
        )
        return [block for row in rows for block in row_blocks(row)]
    diagram = next(shape._element.iter(_DIAGRAM), None)
    if diagram is not None:
        part = shape.part.related_part(diagram.get(qn("r:dm"), ""))
        return [*map(Block, _lines(etree.fromstring(part.blob, _xml_parser())))]
    return [*map(Block, _lines(shape._element))]


def _lines(element: etree._Element) -> Iterator[str]:
    """The paragraphs of text below `element`."""
    for paragraph in element.iter(qn("a:p")):
        pieces = (
            piece.text or "" if piece.tag == qn("a:t") else " " for piece in paragraph.iter(qn("a:t"), qn("a:br"))
        )
        if text := squeeze("".join(pieces)):
            yield text
