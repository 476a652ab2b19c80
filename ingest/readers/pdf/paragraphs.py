"""Printed lines become paragraphs, list items and headings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from ingest.readers.cleanup import LINE_END_HYPHEN, join_lines
from ingest.readers.pdf.line import Line
from ingest.report import Block

BULLET = re.compile(r"^(?:[•●▪◦○■□➢➤➞➨✓☑·‣–]|-(?=\s)|\*(?=\s)|o(?=\s[A-Z])|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)](?=\s))")
# A sentence does not end with these, whatever the next line begins with: "commissioned by the" / "NHS in 2014".
_UNFINISHED = re.compile(
    r"\b(?:the|an?|of|and|or|in|on|to|for|by|with|from|that|which|at|as|is|are|was|were|be|has|have|its|their|our)$"
)
_CAPTION = re.compile(r"(?:figure|table|box|chart|photo\w*|picture|image|map|source|notes?)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<!\be\.g)(?<!\bi\.e)[.!?:;…]['\"’”)\]]*\d{0,3}$")


def body_size(pages: Sequence[Sequence[Line]]) -> float:
    """The size in which most of the report's letters are set, in points."""
    sizes: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            if line.size:  # what was filled in has none
                sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def paragraphs(lines: Sequence[Line], body: float, known: Counter[str], before: str) -> Iterator[Block]:
    """A page's lines as paragraphs, list items and headings. `before` is the text that the last page ends with."""
    leading = _leading(lines)
    group: list[Line] = []
    first = True
    for line in lines:
        if group and _starts_block(group, line, body, leading):
            yield _block(group, body, known, before if first else "")
            first, group = False, []
        group.append(line)
    if group:
        yield _block(group, body, known, before if first else "")


def _leading(lines: Sequence[Line]) -> float:
    """The usual distance from one line to the next, as a share of the page's height."""
    steps = [later.top - earlier.top for earlier, later in pairwise(lines) if 0 < later.top - earlier.top < 0.1]
    return median(steps) if steps else 0.0


def _starts_block(group: Sequence[Line], line: Line, body: float, leading: float) -> bool:
    last = group[-1]
    if last.text.endswith(LINE_END_HYPHEN):
        return False
    if BULLET.match(line.text):
        return True
    if BULLET.match(last.text) and len(last.text) < 4:
        return False  # the bullet stands alone on its line
    if _is_heading(last, body) != _is_heading(line, body) or abs(last.size - line.size) > 0.15 * max(last.size, 1):
        return not _goes_on(last.text, line.text)
    step = line.top - last.top
    if step < -0.01:
        return not _goes_on(last.text, line.text, elsewhere=True)
    if leading and step > 1.45 * leading:
        return not _goes_on(last.text, line.text)
    if not _SENTENCE_END.search(last.text):
        return False
    return last.right < max(each.right for each in (*group, line)) - 0.12


def _goes_on(text: str, following: str, *, elsewhere: bool = False) -> bool:
    """Whether `following` goes on in the sentence of `text`, as a paragraph does at the end of a column or page.

    Where it stands `elsewhere`, in the next column or on the next page, it may also begin with a name or a number.
    """
    if _SENTENCE_END.search(text) or len(text) <= 40:
        return False
    may_go_on = elsewhere and _UNFINISHED.search(text) and not _CAPTION.match(following) and not BULLET.match(following)
    return following[:1].islower() or bool(may_go_on)


def _is_heading(line: Line, body: float) -> bool:
    if not body or len(line.text) > 120 or not (line.bold or line.size > 1.12 * body):
        return False
    return any(map(str.isalpha, line.text)) and not line.text.rstrip().endswith((".", ",", ";"))


def _block(group: Sequence[Line], body: float, known: Counter[str], before: str) -> Block:
    text = join_lines([line.text for line in group], known)
    heading = len(text) <= 200 and all(_is_heading(line, body) for line in group) and not BULLET.match(text[:1])
    if heading:
        return Block(text, level=1 if group[0].size > 1.6 * body else 2 if group[0].size > 1.12 * body else 3)
    return Block(text, joined=bool(before) and _goes_on(before, text, elsewhere=True))
