"""What the styles of a Word file do to its text: headings, lists, hidden and raised letters, fonts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from docx.document import Document
from lxml import etree

from ingest.readers.office.symbols import is_symbol_font
from ingest.readers.office.word_numbers import Numbers, Place, is_on

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CONTENTS_STYLE = re.compile(r"toc \d|table of (?:figures|authorities)", re.IGNORECASE)
_HEADING = re.compile(r"heading (\d)|(title)", re.IGNORECASE)
_WHITE = re.compile(r"[Ff][A-Fa-f0-9](?:[Ff][A-Fa-f0-9]){2}")
_WHITE_THEMES = ("background1", "light1")
_NO_SHADE = ("", "auto", "clear", "ffffff")
_RAISED = 4  # half points above the line; less is somebody's fine adjustment
_T = TypeVar("_T")


@dataclass(frozen=True)
class Styles:
    """The styles of a document by their ids. `paper` says that nothing but white paper lies behind the text."""

    elements: Mapping[str, etree._Element]
    numbers: Numbers
    standard: str = ""
    paper: bool = True
    _levels: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, document: Document, numbers: Numbers) -> Styles:
        """Those of a document."""
        elements = {style.style_id: style.element for style in document.styles if style.style_id}
        standard = next(
            (
                id
                for id, each in elements.items()
                if each.get(f"{_W}default") == "1" and each.get(f"{_W}type") == "paragraph"
            ),
            "",
        )
        parts = [
            document.element,
            *(each.target_part.element for each in document.part.rels.values() if _is_head(each)),
        ]
        behind = any(
            anchor.get("behindDoc") in ("1", "true") for part in parts for anchor in part.iter("{*}anchor")
        ) or any(next(part.iter(f"{_W}pict"), None) is not None for part in parts[1:])
        paper = not behind and document.element.find(f"{_W}background") is None
        return cls(elements, numbers, standard, paper)

    def level(self, paragraph: etree._Element) -> int:
        """The level of a heading, 0 for running text, -1 for an entry of a table of contents."""
        style = self._style_level(self._style(paragraph.find(f"{_W}pPr/{_W}pStyle")))
        return style if style < 0 else _outline_level(paragraph) or style

    def place(self, paragraph: etree._Element) -> Place | None:
        """The list and the level at which a paragraph is numbered, None where it is not."""
        id, level = "", ""
        style = ""
        for element, name in self._in_paragraph(paragraph):
            numbered = element.find(f"{_W}pPr/{_W}numPr")
            if numbered is not None:
                id, style = id or _value(numbered, "numId"), style or (name if not id else "")
                level = level or _value(numbered, "ilvl")
            if id:
                break
        if not id or id == "0":
            return None
        at = int(level) if level.isdecimal() else self.numbers.level_of(id, style)
        return id, at

    def is_hidden(self, run: etree._Element) -> bool:
        """Whether no reader of the printed page sees a run: it is set hidden, or white on white."""
        if self._said(run, lambda properties: _switch(properties, "vanish")):
            return True
        return self.paper and bool(self._said(run, _is_white)) and not self._is_shaded(run)

    def is_raised(self, run: etree._Element) -> bool:
        """Whether a run stands above the line."""
        return bool(self._said(run, _raised))

    def font(self, run: etree._Element) -> str:
        """The name of the symbol font in which a run is set, "" for any other."""
        return self._said(run, _symbol_font) or ""

    def _said(self, run: etree._Element, what: Callable[[etree._Element], _T | None]) -> _T | None:
        """What the nearest properties say: a run's own, its style's, its paragraph's style's."""
        for element in self._of_run(run):
            properties = element.find(f"{_W}rPr")
            if properties is not None and (found := what(properties)) is not None:
                return found
        return None

    def _of_run(self, run: etree._Element) -> Iterator[etree._Element]:
        yield run
        yield from (element for element, _ in self._based(_child(run, "rPr/w:rStyle")))
        paragraph = next(run.iterancestors(f"{_W}p"), None)
        if paragraph is not None:
            yield from (element for element, _ in list(self._in_paragraph(paragraph))[1:])

    def _in_paragraph(self, paragraph: etree._Element) -> Iterator[tuple[etree._Element, str]]:
        """A paragraph, its style, and those that the style is based on, with their ids."""
        yield paragraph, ""
        named = _child(paragraph, "pPr/w:pStyle")
        yield from self._based(named if named in self.elements else self.standard)

    def _based(self, id: str) -> Iterator[tuple[etree._Element, str]]:
        seen: set[str] = set()
        while id in self.elements and id not in seen:
            seen.add(id)
            yield self.elements[id], id
            id = _value(self.elements[id], "basedOn")

    def _style(self, element: etree._Element | None) -> str:
        return "" if element is None else str(element.get(f"{_W}val", ""))

    def _style_level(self, id: str) -> int:
        if id not in self._levels:
            self._levels[id] = next((level for element, _ in self._based(id) if (level := _own_level(element))), 0)
        return self._levels[id]

    def _is_shaded(self, run: etree._Element) -> bool:
        """Whether something dark may lie behind a run: a shade of its own, or of its paragraph, cell, table or box."""
        shaded = any(
            _has_shade(properties) for element in self._of_run(run) for properties in element.iterchildren("*")
        )
        for element in run.iterancestors():
            if element.tag == f"{_W}txbxContent":
                return True
            if element.tag in (f"{_W}p", f"{_W}tc", f"{_W}tbl"):
                names = element.find(f"{_W}tblPr/{_W}tblStyle")
                based = (style for style, _ in self._based(self._style(names)))
                shaded |= any(_has_shade(each) for each in element.iterchildren(f"{_W}pPr", f"{_W}tcPr", f"{_W}tblPr"))
                shaded |= any(_fills(shade) for style in based for shade in style.iter(f"{_W}shd"))
        return shaded


def _is_head(relationship: object) -> bool:
    kind, external = getattr(relationship, "reltype", ""), getattr(relationship, "is_external", True)
    return not external and kind.endswith(("/header", "/footer"))


def _own_level(style: etree._Element) -> int:
    name = _value(style, "name")
    if _CONTENTS_STYLE.match(name):
        return -1
    if match := _HEADING.fullmatch(name):
        return min(int(match[1] or 1), 6)
    return _outline_level(style)


def _outline_level(element: etree._Element) -> int:
    outline = element.find(f"{_W}pPr/{_W}outlineLvl")
    said = outline.get(f"{_W}val", "9") if outline is not None else "9"
    return int(said) + 1 if said in ("0", "1", "2", "3", "4", "5") else 0


def _child(element: etree._Element, path: str) -> str:
    child = element.find("/".join(f"{_W}{name.removeprefix('w:')}" for name in path.split("/")))
    return "" if child is None else str(child.get(f"{_W}val", ""))


def _value(element: etree._Element, name: str) -> str:
    return _child(element, name)


def _switch(properties: etree._Element, name: str) -> bool | None:
    element = properties.find(f"{_W}{name}")
    return None if element is None else is_on(element)


def _raised(properties: etree._Element) -> bool | None:
    align, position = _value(properties, "vertAlign"), _value(properties, "position")
    if align:
        return align == "superscript"
    return position.isdecimal() and int(position) >= _RAISED if position else None


def _symbol_font(properties: etree._Element) -> str | None:
    fonts = properties.find(f"{_W}rFonts")
    names = [fonts.get(f"{_W}{name}", "") for name in ("ascii", "hAnsi")] if fonts is not None else []
    return next((name if is_symbol_font(name) else "" for name in names if name), None)


def _is_white(properties: etree._Element) -> bool | None:
    color = properties.find(f"{_W}color")
    if color is None:
        return None
    theme, tint = color.get(f"{_W}themeColor", ""), color.get(f"{_W}themeShade", "")
    return (theme in _WHITE_THEMES and not tint) if theme else bool(_WHITE.fullmatch(color.get(f"{_W}val", "")))


def _has_shade(properties: etree._Element) -> bool:
    return any(map(_fills, properties.iterchildren(f"{_W}shd", f"{_W}highlight")))


def _fills(shade: etree._Element) -> bool:
    if shade.tag == f"{_W}highlight":
        return shade.get(f"{_W}val", "none") not in ("none", "white")
    theme = shade.get(f"{_W}themeFill", "")
    pattern = shade.get(f"{_W}val", "clear")
    return (
        bool(theme and theme not in _WHITE_THEMES)
        or pattern not in ("clear", "nil")
        or (shade.get(f"{_W}fill", "").lower() not in _NO_SHADE)
    )
