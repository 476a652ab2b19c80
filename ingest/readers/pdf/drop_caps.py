"""Large first letters of a paragraph, which stand apart from their word, are put back before it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.readers.pdf.line import Line

_INITIAL = re.compile(r"[“”\"‘’'«]?\s?([^\W\d_])")
_CAPITALS = re.compile(r"[^\W\d_a-z]{2,}\b.*[a-z]{3}")
LARGER = 1.6
"""By so much an initial is larger than its line at the least: one over two lines is larger by about 2.3."""
# It stands so near to its line, in heights of the line; no margin of a page is so narrow.
_NEAR = 1.5
# Capitals that are words too. In front of these they begin a longer word.
_WORDS = frozenset("AIO")
_LONGER = (
    "about above according across activities adults after again against all almost along alongside already also "
    "although always among an and another any are around arts as asked assets at away "
    "ideas if imagine improving in included increasingly indeed individuals information inside instead into involving "
    "is isolation it its of often older on once one only open or organisations other others our out outside over"
)
_BEGINS_NO_WORD = re.compile(
    r"[^aeiouy]$|(?!bl|br|ch|cl|cr|dr|fl|fr|gl|gr|kn|ph|pl|pr|rh|sc|sh|sk|sl|sm|sn|sp|sq|st|sw)"
    r"(?!th|tr|tw|wh|wr)[^aeiouy\W]{2}"
)


def joint(initial: str, following: str) -> str:
    """What stands between an initial and the text that follows it: nothing, or a space where it is a word itself."""
    word = re.match(r"[^\W\d_]*", following.lower())
    rest = word.group() if word else ""
    if initial not in _WORDS or initial.lower() + rest in _LONGER.split() or _BEGINS_NO_WORD.match(rest):
        return ""
    return " "


def is_initial(text: str) -> bool:
    """Whether a text is a capital alone, with or without an opening quotation mark."""
    found = _INITIAL.fullmatch(text.strip())
    return found is not None and found[1].isupper()


def begins_below_initial(text: str) -> bool:
    """Whether a text may go on in a word of which the first letter is missing: in small letters or small capitals."""
    return text[:1].islower() or _CAPITALS.match(text) is not None


def with_drop_caps(lines: Sequence[Line], shape: float) -> list[Line]:
    """The lines of a page, each initial that is drawn over several of them put before the first.

    `shape` is the width of the page as a share of its height.
    """
    joined = list(lines)
    for initial in [line for line in lines if is_initial(line.text)]:
        beside = [line for line in joined if _is_beside(initial, line, shape)]
        first = min(beside, key=lambda line: line.top, default=None)
        if first is None or len(beside) < 2 or not begins_below_initial(first.text):
            continue
        joined.remove(initial)
        joined[joined.index(first)] = replace(
            first,
            text=initial.text + joint(initial.text[-1], first.text) + first.text,
            left=initial.left,
            letters=(*initial.letters, *first.letters),
        )
    return joined


def _is_beside(initial: Line, line: Line, shape: float) -> bool:
    """Whether a line begins right of an initial, close to it, and within its height."""
    height = line.bottom - line.top
    gap = (line.left - initial.right) * shape
    middle = (line.top + line.bottom) / 2
    straight = not line.turned and not initial.turned
    within = initial.top - 0.3 * height < line.top and middle < initial.bottom
    return straight and within and -0.3 * height < gap < _NEAR * height and initial.size > LARGER * line.size
