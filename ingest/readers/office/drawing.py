"""Charts and diagrams of Office files: what a figure shows, in words and rows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from ingest.readers.office.symbols import in_unicode
from ingest.readers.office.word_numbers import in_format
from ingest.readers.superscripts import join_raised
from ingest.readers.text import squeeze
from ingest.report import Block

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_AUTO_NUMBERS = {
    "arabic": "decimal",
    "alphaLc": "lowerLetter",
    "alphaUc": "upperLetter",
    "romanLc": "lowerRoman",
    "romanUc": "upperRoman",
    "circleNum": "decimalEnclosedCircle",
}
_AUTO_SIGNS = {"ParenBoth": ("(", ")"), "ParenR": ("", ")"), "Period": ("", ".")}
_MOST_POINTS = 2000  # of a series; a chart of more is a picture of data that nobody reads off


def diagram_blocks(data: etree._Element) -> list[Block]:
    """The texts of a diagram (SmartArt), in the order in which its boxes follow each other and hold others."""
    points = {point.get("modelId"): point for point in data.iter(f"{DIAGRAM}pt")}
    children: dict[str | None, list[tuple[int, str | None]]] = {}
    for link in data.iter(f"{DIAGRAM}cxn"):
        if link.get("type", "parOf") == "parOf":
            children.setdefault(link.get("srcId"), []).append((int(link.get("srcOrd", "0")), link.get("destId")))
    # From the document point downwards; whatever hangs nowhere comes last, in the order of the file.
    order: dict[str | None, None] = {}
    waiting = [id for id, point in points.items() if point.get("type") == "doc"]
    while waiting:
        if (id := waiting.pop()) not in order:
            order[id] = None
            waiting += [child for _, child in sorted(children.get(id, ()), key=lambda each: each[0], reverse=True)]
    return [
        Block(text)
        for id in [*order, *(id for id in points if id not in order)]
        if (point := points.get(id)) is not None and not _is_prompt(point)
        for text in drawing_lines(point)
    ]


def _is_prompt(point: etree._Element) -> bool:
    """Whether a box of a diagram still shows what Office asks to be written there, or repeats others' text."""
    properties = point.find(f"{DIAGRAM}prSet")
    return point.get("type") == "pres" or (properties is not None and properties.get("phldr") in ("1", "true"))


def drawing_lines(element: etree._Element) -> Iterator[str]:
    """The paragraphs of drawn text below `element`, with the numbers that Office puts before them."""
    counts: dict[int, tuple[str, int]] = {}
    for paragraph in element.iter(f"{A}p"):
        text = squeeze(join_raised(_pieces(paragraph)))
        number = _number(paragraph, counts) if text else ""
        if text:
            yield f"{number} {text}" if number else text


def _pieces(paragraph: etree._Element) -> Iterator[tuple[str, bool]]:
    for piece in paragraph.iter(f"{A}t", f"{A}br", f"{M}t"):
        properties = piece.getparent().find(f"{A}rPr") if piece.getparent() is not None else None
        if piece.tag == f"{A}br":
            yield " ", False
        elif properties is None:
            yield piece.text or "", False
        else:
            font = next((each.get("typeface", "") for each in properties.iterchildren(f"{A}sym", f"{A}latin")), "")
            raised = re.match(r"[1-9]", properties.get("baseline", "")) is not None
            yield in_unicode(piece.text or "", font), raised


def _number(paragraph: etree._Element, counts: dict[int, tuple[str, int]]) -> str:
    """The number of a paragraph in a list of its level; `counts` holds those that are running."""
    properties = paragraph.find(f"{A}pPr")
    level = int(properties.get("lvl", "0")) if properties is not None else 0
    for below in [each for each in counts if each > level]:
        del counts[below]
    how = properties.find(f"{A}buAutoNum") if properties is not None else None
    if how is None:
        counts.pop(level, None)
        return ""
    kind, start = how.get("type", "arabicPeriod"), int(how.get("startAt", "1"))
    running = counts.get(level, ("", 0))
    count = running[1] + 1 if running[0] == kind else start
    counts[level] = kind, count
    name = next((name for name in _AUTO_NUMBERS if kind.startswith(name)), "arabic")
    before, after = next((signs for ending, signs in _AUTO_SIGNS.items() if kind.endswith(ending)), ("", ""))
    return before + in_format(count, _AUTO_NUMBERS[name]) + after


def chart_blocks(chart: etree._Element) -> list[Block]:
    """A chart's title, then a row for each value: "2018 | Westray | 31"."""
    title = chart.find(f"{C}chart/{C}title")
    found = [*drawing_lines(title), *_points(title)][:1] if title is not None else []
    rows = [row for series in chart.iter(f"{C}ser") for row in _series_rows(series)]
    return [Block(text) for text in (*found, *rows) if text]


def _series_rows(series: etree._Element) -> Iterator[str]:
    name = " ".join(_cached(series.find(f"{C}tx")).values())
    categories = _cached(_first(series, "cat", "xVal"))
    for index, value in _cached(_first(series, "val", "yVal")).items():
        yield " | ".join(filter(None, [categories.get(index, ""), name, value]))


def _first(element: etree._Element, *names: str) -> etree._Element | None:
    return next((child for name in names if (child := element.find(f"{C}{name}")) is not None), None)


def _points(element: etree._Element) -> list[str]:
    return [text for text in _cached(element).values() if text]


def _cached(element: etree._Element | None) -> dict[int, str]:
    """The values that a chart shows, by their number in it; of categories in levels each with those above it."""
    if element is None:
        return {}
    levels = list(element.iter(f"{C}lvl")) or [element]
    found: dict[int, str] = {}
    for level in levels:  # the innermost first
        values = _level(level)
        if not found:
            found = values
            continue
        above = ""
        for index in sorted(found):
            above = values.get(index, above)
            found[index] = squeeze(f"{above} {found[index]}")
    return found


def _level(level: etree._Element) -> dict[int, str]:
    code = level.find(f".//{C}formatCode")
    general = "General" if code is None else code.text or "General"
    values: dict[int, str] = {}
    for point in level.iter(f"{C}pt"):
        text = squeeze(point.findtext(f"{C}v") or "")
        index = point.get("idx", "")
        if text and index.isdecimal() and len(values) < _MOST_POINTS:
            values[int(index)] = as_shown(text, point.get("formatCode") or general)
    single = squeeze(level.findtext(f"{C}v") or "")
    return values or ({0: single} if single else {})


def as_shown(value: str, code: str) -> str:
    """A number in the way in which a format of Office shows it, as far as people write it: "45%", "1,200", "0.5"."""
    try:
        number = float(value)
    except ValueError:
        return value
    code = re.sub(r"\[\$([^\]-]*)(?:-[^\]]*)?\]", r"\1", code)  # the currency of a country: [$£-809]
    code = re.sub(r"\[[^\]]*\]|\\.|_.|\*.", "", code.split(";")[0])
    places = re.search(r"0\.(0+)", code)
    decimals = len(places[1]) if places else 0
    sign = next((sign for sign in "£$€" if sign in code), "")
    if "%" in code:
        return f"{number * 100:.{decimals}f}%"
    if not re.search(r"[0#]", code) or re.search(r"E[+-]|/|\?", code):
        return f"{number:.10g}" if abs(number) < 1e10 else value
    shown = f"{abs(number):{',' if '#,' in code else ''}.{decimals}f}" if "0" in code or "#" in code else value
    return f"{'-' if number < 0 else ''}{sign}{shown}"
