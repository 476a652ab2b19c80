"""Plain text that was laid out for print: columns that are made with spaces, and pages that end with a form feed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

GAP = 2
"""Spaces between two columns at least; within a line that is set to full width two can follow each other."""
FEWEST = 4
"""Lines that have words in both columns; fewer can stand beside each other by chance."""
GOES_ON = 0.3
"""Share of a column's lines that begin with a small letter. In prose most do; the cells of a table begin anew."""
WIDTH = 12
"""Letters that lines of a column have on average; a column of a table is narrower."""

_RIGHT = re.compile(r"(?<=\S) {2,}(?=\S)")
_NUMBER = re.compile(r"\W*(?:page )?(\d{1,4}|[ivxl]{1,6})(?: (?:of|/) \d+)?\W*", re.IGNORECASE)
_ENDED = re.compile(r"[.?!:][\"”’)]*$")


@dataclass(frozen=True, slots=True)
class TextPage:
    """A page of plain text, and the number that it prints, "" where it prints none."""

    text: str
    label: str = ""


def text_pages(text: str) -> list[TextPage]:
    """The pages of a text that form feeds part, without running heads and numbers; one page where there are none."""
    parts = [part for part in text.split("\f") if part.strip()]
    if len(parts) < 2:
        return [TextPage(text.replace("\f", "\n"))]
    pages = [part.strip("\n").splitlines() for part in parts]
    edges = Counter(line.strip() for lines in pages for line in {lines[0], lines[-1]} if line.strip())
    return [_page(lines, {line for line, count in edges.items() if count > max(2, len(pages) // 2)}) for lines in pages]


def _page(lines: list[str], repeated: set[str]) -> TextPage:
    """A page without what is `repeated` at its edges, and without its number."""
    label = ""
    for at in (0, -1):
        while lines and (not lines[at].strip() or lines[at].strip() in repeated or _NUMBER.fullmatch(lines[at])):
            if (number := _NUMBER.fullmatch(lines[at])) and not label:
                label = number[1]
            lines.pop(at)
    return TextPage("\n".join(lines), label)


def in_one_column(text: str) -> str:
    """`text` with columns of prose one after the other; tables and all else stay as they are."""
    return "\n".join(_unrolled([line.expandtabs().rstrip() for line in text.splitlines()]))


def _unrolled(lines: Sequence[str]) -> Iterator[str]:
    at = 0
    while at < len(lines):
        found = _columns(lines, at)
        if not found:
            yield lines[at]
            at += 1
            continue
        end, start = found
        left, right = _trimmed(line[:start] for line in lines[at:end]), _trimmed(line[start:] for line in lines[at:end])
        yield from left
        if _ENDED.search(left[-1]) or not right[0][:1].islower():
            yield ""
        yield from _unrolled(right)
        yield ""
        at = end


def _columns(lines: Sequence[str], at: int) -> tuple[int, int] | None:
    """Where the columns end that begin with the line `at`, and where the right one starts; None where none begin."""
    for start in (match.end() for match in _RIGHT.finditer(lines[at])):
        end = at
        while end < len(lines) and not lines[end][max(0, start - GAP) : start].strip():
            end += 1
        stretch = lines[at:end]
        both = [line for line in stretch if line[:start].strip() and line[start : start + 1].strip()]
        sides = [[line[:start].strip() for line in both], [line[start:].strip() for line in both]]
        if len(both) >= FEWEST and all(map(_is_prose, sides)):
            return end, start
    return None


def _is_prose(lines: Sequence[str]) -> bool:
    """Whether lines run on into each other, as those of a column of text do."""
    going_on = sum(line[:1].islower() for line in lines[1:])
    return going_on >= GOES_ON * len(lines) and sum(map(len, lines)) >= WIDTH * len(lines)


def _trimmed(lines: Iterator[str]) -> list[str]:
    """Lines without the empty ones at their beginning and end."""
    found = [line.rstrip() for line in lines]
    while found and not found[0].strip():
        found.pop(0)
    while found and not found[-1].strip():
        found.pop()
    return found
