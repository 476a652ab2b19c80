"""PowerPoint files."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from gettext import gettext as _
from itertools import islice

import pptx
from lxml import etree
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml.ns import qn
from pptx.presentation import Presentation
from pptx.shapes.base import BaseShape
from pptx.shapes.graphfrm import GraphicFrame
from pptx.shapes.group import GroupShape
from pptx.shapes.picture import Picture
from pptx.slide import Slide

from ingest.left_out import LeftOut
from ingest.readers.archive import damaged, open_zip, parse_xml
from ingest.readers.office.drawing import DIAGRAM, chart_blocks, diagram_blocks, drawing_lines
from ingest.readers.office.drawing import C as CHART
from ingest.readers.office.ooxml import NO_TEXT, content, ordinary, properties
from ingest.readers.office.title_styles import styled_front
from ingest.readers.text import squeeze
from ingest.readers.web.html_blocks import Cell, table_blocks
from ingest.report import Block, Content, RawPage, ReportError

N_ = str  # marks texts for translators; they are translated where they are used
HIDDEN = N_("the slide is hidden")
_REPEATED = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)
_COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_NEW_CHART = "{http://schemas.microsoft.com/office/drawing/2014/chartex}chart"
_OBJECT = "{http://schemas.openxmlformats.org/presentationml/2006/main}oleObj"
_OVERLAP = 228_600  # a quarter of an inch: so far boxes reach into each other whose words stand apart
_LINE_HEIGHT = 228_600  # shapes whose tops differ by less stand side by side
_MOST_LABEL_WORDS = 4  # of a box that names what stands beside it, as "2017" in a table that is drawn of boxes
_LABEL_WIDTH = 0.7  # of what it names: columns of text are as wide as each other
_FIGURE_SHARE = 0.1  # of the slide: a picture that is larger may show words; smaller ones are logos and icons
_Boxes = Sequence["_Box"]


def read_pptx(data: bytes, file: str) -> Content:
    """Read a PowerPoint file: each slide is a page, its title a heading, the speaker's notes at its end.

    Columns are read one after the other. What charts and diagrams show is read; hidden slides and what lies beside the
    slides are not, and counted. Raises `ReportError` where the file is locked, damaged or without text.
    """
    left_out: list[LeftOut] = []
    with open_zip(data, file, "PowerPoint") as archive:
        try:
            said = properties(archive)
            deck = pptx.Presentation(io.BytesIO(ordinary(archive, data)))
            size = deck.slide_width or 0, deck.slide_height or 0
            pages = tuple(_page(slide, n, size, left_out) for n, slide in enumerate(deck.slides, start=1))
        except Exception as error:  # as for Word
            raise ReportError(file, damaged("PowerPoint")) from error
    found = [block for page in pages for block in page.blocks]
    if not found:
        raise ReportError(file, _(NO_TEXT))
    title = next((block.text for page in pages if page.blocks for block in page.blocks[:1] if block.level), "")
    front = styled_front([("title", title), *(("subtitle", line) for line in _subtitles(deck))])
    return replace(content(pages, said, front, paged=True), left_out=tuple(left_out))


def _subtitles(deck: Presentation) -> Iterator[str]:
    """The lines below the title of the first slide."""
    for slide in islice(deck.slides, 1):
        for shape in slide.placeholders:
            if shape.placeholder_format.type == PP_PLACEHOLDER.SUBTITLE:
                yield from shape.text_frame.text.splitlines()


def _page(slide: Slide, number: int, size: tuple[int, int], left_out: list[LeftOut]) -> RawPage:
    if slide._element.get("show") in ("0", "false"):
        return RawPage((), str(number), HIDDEN)
    _choose(slide._element)
    title = slide.shapes.title
    found = (
        [Block(text, level=1) for text in [squeeze(" ".join(drawing_lines(title._element)))] if text]
        if title is not None
        else []
    )
    others = [shape for shape in slide.shapes if title is None or shape.shape_id != title.shape_id]
    shown = [shape for shape in others if not _is_beside(shape, size)]
    left_out += [LeftOut("shape")] * sum(any(drawing_lines(shape._element)) for shape in others if shape not in shown)
    for shape in _in_reading_order(shown):
        found += _shape_blocks(shape, size, str(number), left_out)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        found += map(Block, drawing_lines(slide.notes_slide.notes_text_frame._txBody))
    return RawPage(tuple(found), str(number), "" if found else N_("no text on this slide"))


def _choose(slide: etree._Element) -> None:
    """Put what newer programs show in the place of the choices between it and what older ones show."""
    for choices in [*slide.iter(f"{_COMPATIBLE}AlternateContent")]:
        parent = choices.getparent()
        chosen = choices.find(f"{_COMPATIBLE}Choice")
        if parent is not None and chosen is not None:
            for child in [*chosen]:
                choices.addprevious(child)
            parent.remove(choices)


def _is_beside(shape: BaseShape, size: tuple[int, int]) -> bool:
    """Whether a shape lies wholly beside the slide, or is hidden."""
    if any(each.get("hidden") in ("1", "true") for each in shape._element.iter(qn("p:cNvPr"))):
        return True
    box = _box(shape)
    return bool(all(size) and box.width and box.height) and (
        box.right <= 0 or box.bottom <= 0 or box.left >= size[0] or box.top >= size[1]
    )


@dataclass(frozen=True, slots=True)
class _Box:
    """Where a shape lies, in the units of the file."""

    shape: BaseShape
    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.left + self.width

    @property
    def bottom(self) -> int:
        return self.top + self.height


def _box(shape: BaseShape) -> _Box:
    return _Box(shape, shape.left or 0, shape.top or 0, shape.width or 0, shape.height or 0)


def _in_reading_order(shapes: Iterable[BaseShape]) -> Iterator[BaseShape]:
    """The shapes as they are read, those of a group together."""
    shown = [
        _box(shape)
        for shape in shapes
        if not (shape.is_placeholder and shape.placeholder_format.type in _REPEATED) and _says_anything(shape)
    ]
    for box in _ordered(shown):
        if isinstance(box.shape, GroupShape):
            yield from _in_reading_order(box.shape.shapes)
        else:
            yield box.shape


def _says_anything(shape: BaseShape) -> bool:
    """Whether a shape is more than a line or a coloured field, which must not count when columns are looked for."""
    return not shape.has_text_frame or any(drawing_lines(shape._element))


def _ordered(boxes: _Boxes) -> list[_Box]:
    """Boxes as they are read: bands one below the other, within them columns from left to right."""
    if len(boxes) < 2:
        return list(boxes)
    columns = _columns(boxes)
    if len(columns) > 1 and not _is_table(columns):
        return [box for column in columns for box in _ordered(column)]
    bands = _bands(boxes) if len(columns) == 1 else _rows(boxes)
    if len(bands) > 1:
        return [box for band in bands for box in _ordered(band)]
    return sorted(boxes, key=lambda box: (box.top // _LINE_HEIGHT, box.left))


def _columns(boxes: _Boxes) -> list[list[_Box]]:
    """The boxes in columns, between which a gap runs from top to bottom; one where there is no such gap."""
    return _cut(boxes, lambda box: (box.left, box.right))


def _rows(boxes: _Boxes) -> list[list[_Box]]:
    return _cut(boxes, lambda box: (box.top, box.bottom))


def _cut(boxes: _Boxes, extent: Callable[[_Box], tuple[int, int]]) -> list[list[_Box]]:
    """The boxes in groups, each beyond the end of the one before in the direction that `extent` measures."""
    groups: list[list[_Box]] = []
    end = 0
    for box in sorted(boxes, key=extent):
        start, stop = extent(box)
        overlap = min(_OVERLAP, (stop - start) // 4)
        if groups and start < end - overlap:
            groups[-1].append(box)
        else:
            groups.append([box])
        end = max(end, stop) if groups[-1] != [box] else stop
    return groups


def _bands(boxes: _Boxes) -> list[list[_Box]]:
    """Rows of boxes, those together that are in columns as a whole: a box over the whole width parts them."""
    bands: list[list[_Box]] = []
    for row in _rows(boxes):
        if bands and len(_columns([*bands[-1], *row])) > 1:
            bands[-1] += row
        else:
            bands.append(row)
    return bands


def _is_table(columns: Sequence[_Boxes]) -> bool:
    """Whether columns are read row by row: the first holds but names of what stands beside them, at the same height."""
    names, *others = columns
    if len(names) < 2 or any(len(column) != len(names) for column in others):
        return False
    aligned = all(
        abs(name.top + name.height // 2 - box.top - box.height // 2) <= max(name.height, box.height) // 2
        for column in others
        for name, box in zip(_by_top(names), _by_top(column), strict=True)
    )
    short = all(len(_words(name)) <= _MOST_LABEL_WORDS and not _words(name)[-1].endswith(".") for name in names)
    widest = max(name.width for name in names)
    narrow = all(widest <= _LABEL_WIDTH * box.width for column in others for box in column)
    return aligned and short and narrow and all(_is_alike(column) for column in columns)


def _by_top(boxes: _Boxes) -> list[_Box]:
    return sorted(boxes, key=lambda box: box.top)


def _words(box: _Box) -> list[str]:
    return " ".join(drawing_lines(box.shape._element)).split()


def _is_alike(column: _Boxes) -> bool:
    """Whether no box of a column is the heading of those below it: all have few words, or all have more."""
    return len({len(_words(box)) <= _MOST_LABEL_WORDS for box in column}) == 1


def _shape_blocks(shape: BaseShape, size: tuple[int, int], number: str, left_out: list[LeftOut]) -> list[Block]:
    if isinstance(shape, GraphicFrame):
        return _frame_blocks(shape, number, left_out)
    if isinstance(shape, Picture) and (shape.width or 0) * (shape.height or 0) > _FIGURE_SHARE * size[0] * size[1]:
        left_out.append(LeftOut("figure"))
    return [*map(Block, drawing_lines(shape._element))]


def _frame_blocks(frame: GraphicFrame, number: str, left_out: list[LeftOut]) -> list[Block]:
    if frame.has_table:
        rows = ([*row.iter(qn("a:tc"))] for row in frame._element.iter(qn("a:tr")))
        return table_blocks([_cell(cell) for cell in row if cell.get("hMerge") not in ("1", "true")] for row in rows)
    for element in frame._element.iter(f"{DIAGRAM}relIds", f"{CHART}chart", _NEW_CHART, _OBJECT):
        if element.tag == f"{DIAGRAM}relIds":
            root = parse_xml(frame.part.related_part(element.get(qn("r:dm"), "")).blob)
            return diagram_blocks(root) if root is not None else []
        if element.tag == f"{CHART}chart":
            root = parse_xml(frame.part.related_part(element.get(qn("r:id"), "")).blob)
            return chart_blocks(root) if root is not None else []
        left_out.append(LeftOut("object" if element.tag == _OBJECT else "chart"))
    return [*map(Block, drawing_lines(frame._element))]


def _cell(cell: etree._Element) -> Cell:
    columns = cell.get("gridSpan", "1")
    blocks = [*map(Block, drawing_lines(cell))]
    return Cell(blocks, int(columns) if columns.isdecimal() else 1, cell.get("vMerge") in ("1", "true"))
