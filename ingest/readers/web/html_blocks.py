"""Marked-up text (a tree of HTML elements) becomes blocks: what a reader of the page sees, in order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from lxml import etree, html

from ingest.readers.note_marks import calls_note, drop_typed_marks, goes_back
from ingest.readers.superscripts import join_raised
from ingest.readers.text import paragraphs, squeeze
from ingest.readers.web.hidden import drop_hidden
from ingest.report import Block

_DROPPED = (
    *("audio", "button", "canvas", "datalist", "del", "dialog", "embed", "head", "iframe", "input", "nav", "noscript"),
    *("object", "script", "select", "style", "svg", "template", "textarea", "title", "video"),
)
_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dir", "div"),
        *(
            "dl",
            "dt",
            "fieldset",
            "figcaption",
            "figure",
            "footer",
            "form",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "header",
        ),
        *("hgroup", "hr", "html", "legend", "li", "main", "menu", "ol", "p", "pre", "section", "summary", "table"),
        *("tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    )
)
_CELLS = ("td", "th")
_BOXES = ("span", "a", "label", "small", "time", "code")  # shown apart by their style, not by white space
_BOX_ENDS, _BOX_STARTS = re.compile(r"[^\W_A-Z][)?!.:]?$"), re.compile(r"[A-Z][^\W\d_A-Z]")
_MOST_BLOCKS_IN_CELL = 3
_MOST_COLUMNS = 1000  # over which a cell may reach, as in browsers
_ALL_ROWS = 65_534  # the highest number of rows in HTML
_LONGEST_LABEL = 100  # characters; what is longer is no name of several rows but a paragraph beside them


def parse(text: str) -> html.HtmlElement:
    """The tree of what an HTML document or piece of one shows, however badly it is made."""
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True)
    text = re.sub(r"</br\s*>", "<br>", text, flags=re.IGNORECASE)  # browsers take the one for the other
    try:
        tree = html.document_fromstring(text.encode("utf-8", errors="replace"), parser=parser)
    except etree.ParserError:  # nothing but white space and comments
        return html.document_fromstring("<p></p>")
    drop_hidden(tree)
    return tree


def blocks(tree: etree._Element) -> list[Block]:
    """The text of `tree` as a reader sees it, in reading order. Scripts, menus and the like are taken out of `tree`."""
    etree.strip_elements(tree, etree.Comment, etree.PI, *_DROPPED, with_tail=False)
    collector = _Collector()
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if event == "start":
            collector.open(element)
        else:
            collector.close(element)
    return collector.finish()


class _Row(Block):
    """A block that is a table's row."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table's row: what it holds, over how many columns, and whether it goes on from the row above."""

    blocks: Sequence[Block] = ()
    columns: int = 1
    continues: bool = False


Spanned = tuple[Sequence[Block], int, int]
"""A cell as HTML tells it: what it holds, and over how many columns and rows."""


def spread(rows: Iterable[Sequence[Spanned]]) -> Iterator[list[Cell]]:
    """Rows whose cells may reach into the rows below, with a cell that continues wherever one does."""
    reaching: list[tuple[int, int, int]] = []  # the column, columns and rows left of each cell that reaches down
    for row in rows:
        cells: list[Cell] = []
        column, below = 0, []
        waiting = iter(row)
        while True:
            above = next((each for each in reaching if each[0] == column), None)
            if above is None:
                if (own := next(waiting, None)) is None:
                    break
                above = column, min(max(own[1], 1), _MOST_COLUMNS), own[2]
                cells.append(Cell(own[0], above[1]))
            else:
                cells.append(Cell(columns=above[1], continues=True))
            below += [(above[0], above[1], above[2] - 1)] if above[2] > 1 else []
            column += above[1]
        # What reaches down behind a gap, in a row that is too short, goes on below it.
        reaching = below + [(at, columns, left - 1) for at, columns, left in reaching if at > column and left > 1]
        yield cells


def table_blocks(rows: Iterable[Sequence[Cell]]) -> list[Block]:
    """A table's rows, each as one block with " | " between its cells, or as the cells' blocks where it is mere layout.

    What a cell over several rows says is said again in each of them, so that no row stands without what it is about. An
    empty cell between others keeps its place, unless its whole column is empty.
    """
    placed = [_placed(row) for row in rows]
    filled = {column for row in placed for column, cell in row if cell.blocks}
    labels: dict[int, str] = {}
    found: list[Block] = []
    for row in placed:
        own = [cell.blocks for _, cell in row if cell.blocks]
        labels |= {column: _label(cell) for column, cell in row if not cell.continues}
        texts = [
            labels.get(column, "") if cell.continues else _text(cell.blocks) for column, cell in row if column in filled
        ]
        if sum(map(bool, texts)) < 2 or _is_layout(own):
            found += [block for blocks in own for block in blocks]
        elif own:
            found.append(_Row(_row(texts)))
    return found


def _placed(row: Sequence[Cell]) -> list[tuple[int, Cell]]:
    """The cells of a row with the columns in which they begin."""
    return list(zip(accumulate((cell.columns for cell in row), initial=0), row, strict=False))


def _is_layout(cells: Iterable[Sequence[Block]]) -> bool:
    """Whether a row holds running text side by side, headings or tables, and no values."""
    return any(
        len(cell) > _MOST_BLOCKS_IN_CELL or any(block.level or isinstance(block, _Row) for block in cell)
        for cell in cells
    )


def _text(blocks: Sequence[Block]) -> str:
    return " ".join(block.text for block in blocks)


def _label(cell: Cell) -> str:
    """What is said again in the rows into which a cell reaches: a name, no paragraph."""
    text = _text(cell.blocks)
    return text if len(text) <= _LONGEST_LABEL else ""


def _row(texts: Sequence[str]) -> str:
    """The texts of a row's cells, without empty ones before the first and behind the last."""
    filled = [index for index, text in enumerate(texts) if text]
    return " ".join(" | ".join(texts[filled[0] : filled[-1] + 1]).split())


class _Collector:
    """Gathers running text between the starts and ends of block elements. It does not recurse: pages nest deeply."""

    def __init__(self) -> None:
        self._found: list[list[Block]] = [[]]  # the last list belongs to the innermost table cell
        self._tables: list[tuple[list[Block], list[list[Spanned]]]] = []  # where each stands, and its rows so far
        self._rows: list[list[Spanned]] = []
        self._pieces: list[tuple[str, bool]] = []  # running text, and whether it is raised
        self._raised = 0
        self._mark: etree._Element | None = None
        self._level = 0
        self._verbatim = 0
        self._box_closed = ""

    def open(self, element: etree._Element) -> None:
        tag = str(element.tag)
        if self._mark is None and (goes_back(element) or (calls_note(element) and self._has_words())):
            self._mark = element
        self._raised += tag == "sup"
        if tag in _BLOCKS:
            self._flush()
            self._level = int(tag[1]) if re.fullmatch("h[1-6]", tag) else self._level
        elif tag == "br":
            self._pieces.append(("\n", False))
        elif tag == "a" and self._box_closed in ("a", "code"):
            self._pieces.append((" ", False))
        if tag == "table":
            self._tables.append((self._found[-1], []))
        elif tag == "tr":
            self._rows.append([])
        elif tag in _CELLS:
            self._found.append([])
        self._verbatim += tag == "pre"
        self._add(element.text, apart=bool(self._box_closed) and tag in _BOXES)

    def close(self, element: etree._Element) -> None:
        tag = str(element.tag)
        if tag in _BLOCKS:
            self._flush()
            self._level = 0 if re.fullmatch("h[1-6]", tag) else self._level
        if tag in _CELLS:
            cell = self._found.pop()
            if self._rows:
                self._rows[-1].append((cell, _span(element, "colspan"), _span(element, "rowspan")))
            else:
                self._found[-1].extend(cell)
        elif tag == "tr":
            row = self._rows.pop()
            if self._tables:
                self._tables[-1][1].append(row)
            else:
                self._found[-1].extend(table_blocks(spread([row])))
        elif tag == "table":
            self._end_rows()
            self._tables.pop()
        self._verbatim -= tag == "pre"
        self._raised -= tag == "sup"
        self._box_closed = tag if tag in _BOXES else ""
        if self._mark is element:
            self._mark = None
        self._add(element.tail)

    def finish(self) -> list[Block]:
        self._flush()
        return self._found[0]

    def _add(self, text: str | None, apart: bool = False) -> None:
        if not text or self._mark is not None:
            return
        if apart and self._pieces and _BOX_ENDS.search(self._pieces[-1][0]) and _BOX_STARTS.match(text):
            self._pieces.append((" ", False))
        self._pieces.append((text if self._verbatim else re.sub(r"\s+", " ", text), self._raised > 0))
        self._box_closed = ""

    def _flush(self) -> None:
        text = drop_typed_marks(join_raised(self._pieces))
        self._pieces, self._box_closed = [], ""
        parts = paragraphs(text) if self._verbatim else [text] if self._level else re.split(r"\n\s*\n", text)
        found = [Block(part, self._level) for part in map(squeeze, parts) if part]
        if found and self._tables and self._tables[-1][0] is self._found[-1]:
            self._end_rows()  # a caption, or text that stands between rows
        self._found[-1].extend(found)

    def _has_words(self) -> bool:
        """Whether running text has begun: what stands first in a note is its number, and no mark."""
        return any(text.strip() for text, _ in self._pieces)

    def _end_rows(self) -> None:
        """Put the rows of the innermost table where it stands."""
        found, rows = self._tables[-1]
        found.extend(table_blocks(spread(rows)))
        rows.clear()


def _span(element: etree._Element, name: str) -> int:
    """Over how many columns or rows a cell reaches; 0 rows are all that follow."""
    said = element.get(name, "").strip()
    number = int(said) if re.fullmatch(r"\d{1,5}", said) else 1
    return number or (_ALL_ROWS if name == "rowspan" else 1)
