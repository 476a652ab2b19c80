"""PowerPoint files."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from gettext import gettext as _

import pptx
from lxml import etree
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml.ns import qn
from pptx.shapes.base import BaseShape
from pptx.shapes.graphfrm import GraphicFrame
from pptx.shapes.group import GroupShape
from pptx.slide import Slide

from ingest.archive import damaged, open_zip, parse_xml
from ingest.ooxml import NO_TEXT, content, properties
from ingest.report import Block, Content, RawPage, ReportError
from ingest.text import squeeze
from ingest.walk import row_blocks

N_ = str  # marks texts for translators; they are translated where they are used
_REPEATED = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds"
_LINE_HEIGHT = 228_600  # a quarter of an inch: shapes whose tops differ by less stand side by side


def read_pptx(data: bytes, file: str) -> Content:
    """Read a PowerPoint file: each slide is a page, its title a heading, the speaker's notes at its end.

    Raises `ReportError` where the file is locked, damaged or without text.
    """
    with open_zip(data, file, "PowerPoint") as archive:
        try:
            said = properties(archive)
            pages = tuple(
                _page(slide, n) for n, slide in enumerate(pptx.Presentation(io.BytesIO(data)).slides, start=1)
            )
        except Exception as error:  # as for Word
            raise ReportError(file, damaged("PowerPoint")) from error
    found = [block for page in pages for block in page.blocks]
    if not found:
        raise ReportError(file, _(NO_TEXT))
    title = next((block.text for block in pages[0].blocks if block.level), "")
    return content(pages, said, title, paged=True)


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
        root = parse_xml(part.blob)
        return [] if root is None else [*map(Block, _lines(root))]
    return [*map(Block, _lines(shape._element))]


def _lines(element: etree._Element) -> Iterator[str]:
    """The paragraphs of text below `element`."""
    for paragraph in element.iter(qn("a:p")):
        pieces = (
            piece.text or "" if piece.tag == qn("a:t") else " " for piece in paragraph.iter(qn("a:t"), qn("a:br"))
        )
        if text := squeeze("".join(pieces)):
            yield text
