"""Marked-up text (a tree of HTML elements) becomes blocks: what a reader of the page sees, in order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from lxml import etree, html

from ingest.report import Block
from ingest.text import paragraphs, squeeze

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


def parse(text: str) -> html.HtmlElement:
    """The tree of an HTML document or piece of one, however badly it is made."""
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True)
    text = re.sub(r"</br\s*>", "<br>", text, flags=re.IGNORECASE)  # browsers take the one for the other
    try:
        return html.document_fromstring(text.encode("utf-8", errors="replace"), parser=parser)
    except etree.ParserError:  # nothing but white space and comments
        return html.document_fromstring("<p></p>")


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


def row_blocks(cells: Iterable[Sequence[Block]]) -> list[Block]:
    """A table's row as one block with " | " between the cells, or as the cells' blocks where it is mere layout."""
    filled = [cell for cell in cells if cell]
    if len(filled) < 2 or any(len(cell) > _MOST_BLOCKS_IN_CELL or any(b.level for b in cell) for cell in filled):
        return [block for cell in filled for block in cell]
    return [Block(" | ".join(" ".join(block.text for block in cell) for cell in filled))]


class _Collector:
    """Gathers running text between the starts and ends of block elements. It does not recurse: pages nest deeply."""

    def __init__(self) -> None:
        self._found: list[list[Block]] = [[]]  # the last list belongs to the innermost table cell
        self._rows: list[list[list[Block]]] = []
        self._pieces: list[str] = []
        self._level = 0
        self._verbatim = 0
        self._box_closed = ""

    def open(self, element: etree._Element) -> None:
        tag = str(element.tag)
        if tag in _BLOCKS:
            self._flush()
            self._level = int(tag[1]) if re.fullmatch("h[1-6]", tag) else self._level
        elif tag == "br":
            self._pieces.append("\n")
        elif tag == "a" and self._box_closed in ("a", "code"):
            self._pieces.append(" ")
        if tag == "tr":
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
                self._rows[-1].append(cell)
            else:
                self._found[-1].extend(cell)
        elif tag == "tr":
            self._found[-1].extend(row_blocks(self._rows.pop()))
        self._verbatim -= tag == "pre"
        self._box_closed = tag if tag in _BOXES else ""
        self._add(element.tail)

    def finish(self) -> list[Block]:
        self._flush()
        return self._found[0]

    def _add(self, text: str | None, apart: bool = False) -> None:
        if not text:
            return
        if apart and self._pieces and _BOX_ENDS.search(self._pieces[-1]) and _BOX_STARTS.match(text):
            self._pieces.append(" ")
        self._pieces.append(text if self._verbatim else re.sub(r"\s+", " ", text))
        self._box_closed = ""

    def _flush(self) -> None:
        text = "".join(self._pieces)
        self._pieces, self._box_closed = [], ""
        parts = paragraphs(text) if self._verbatim else [text] if self._level else re.split(r"\n\s*\n", text)
        self._found[-1].extend(Block(part, self._level) for part in map(squeeze, parts) if part)
