"""Word files."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.styles.style import BaseStyle
from lxml import etree

from ingest.archive import damaged, open_zip, parse_xml
from ingest.ooxml import NO_TEXT, content, properties
from ingest.report import Block, Content, ReportError
from ingest.text import squeeze, unpaged
from ingest.walk import row_blocks

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
            said = properties(archive)
            document = docx.Document(io.BytesIO(data))
            levels = {style.style_id: _style_level(style) for style in document.styles}
            found = [*_word_blocks(document.element.body, levels), *_notes(document, levels)]
        except Exception as error:  # the libraries raise many kinds, bare ones among them, on damaged files
            raise ReportError(file, damaged("Word")) from error
    return content(unpaged(found, file, NO_TEXT), said, _titled(document))


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
                root = parse_xml(relationship.target_part.blob)
                for note in () if root is None else root.iterchildren("*"):
                    if note.get(f"{_W}type", "normal") == "normal":  # the others are the rules above the notes
                        yield from _word_blocks(note, levels)


def _titled(document: Document) -> str:
    titles = (p.text for p in document.paragraphs if p.style is not None and (p.style.name or "").lower() == "title")
    return next((title for title in titles if title.strip()), "")
