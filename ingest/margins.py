"""What stands in the margins of pages, and lists of contents: they are no part of the running text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.line import Line

# A running head or foot stands within this share of the page's height from its top or bottom.
MARGIN_BAND = 0.13

_LEADER = re.compile(r"(?:\.{4,}|(?:\. ){4,}|…{2,}|_{4,})\s*(?:\d{1,4}|[ivxlc]{1,6})?\s*$")
_ENTRY = re.compile(r"^\D.*\s\d{1,4}$")
_CONTENTS_TITLE = re.compile(r"^\W*(?:table of )?contents?\W*$|^list of (?:figures|tables)\W*$", re.IGNORECASE)
_PAGE_NUMBER = re.compile(r"^\W*(?:page\s*)?#(?:\s*(?:of|/|\|)\s*#)?\W*$|^\W*[ivxl]{1,6}\W*$")


def furniture(pages: Sequence[Sequence[Line]]) -> list[set[int]]:
    """For each page the indices of its lines that are running heads, running feet and page numbers.

    A line is furniture where the same words, numbers aside, stand at the same height on three pages or more.
    """
    places: dict[tuple[str, int], set[int]] = {}
    for number, lines in enumerate(pages):
        for line in lines:
            for key in _places(line):
                places.setdefault(key, set()).add(number)
    repeated = {key for key, numbers in places.items() if len(numbers) >= 3}
    return [{i for i, line in enumerate(lines) if repeated.intersection(_places(line))} for lines in pages]


def _places(line: Line) -> list[tuple[str, int]]:
    """Keys under which a line in the margin is counted; two neighbours each, so that rounding never parts a pair."""
    if line.top > MARGIN_BAND and line.bottom < 1 - MARGIN_BAND:
        return []
    words = re.sub(r"\d+", "#", line.text.casefold()).strip()
    words = "#" if _PAGE_NUMBER.match(words) else re.sub(r"\s+", " ", words)
    height = round(line.top * 100)
    return [(words, height), (words, height + 1)]


def contents_lines(lines: Sequence[str]) -> set[int]:
    """The indices of the lines that belong to a table of contents, by their leaders or by their page's title."""
    led = {index for index, line in enumerate(lines) if _LEADER.search(line)}
    titles = [index for index, line in enumerate(lines[:8]) if _CONTENTS_TITLE.match(line.strip())]
    entries = {index for index, line in enumerate(lines) if _ENTRY.match(line.strip())}
    if titles and len(entries | led) >= max(4, len(lines) // 2):
        return set(range(titles[0], max(entries | led) + 1))
    return led if len(led) >= 2 else set()
