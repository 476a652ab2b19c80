"""Where sentences start and end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import sentencex

Span = tuple[int, int]

# The note mark after a full stop glues two sentences together: "It grew.3 Then it shrank."
_NOTE_MARK = re.compile(
    r"(?<=[^\W\d_][.!?])(?<!\b[Nn]o\.)(?<!\b[Ff]ig\.)(?<!\b[Vv]ol\.)(?<!\bp\.)(?<!\bpp\.)\d{1,3} +(?=[A-Z“\"‘])"
)
# The number of a list's item is no sentence: "2. Give each school a seat."
_ITEM_NUMBER = re.compile(r"\s*\(?(?:\d{1,3}|[A-Za-z]|[IVXLCivxlc]{1,6})[.):]\s*")
# Abbreviations that the library does not know, and those that end no sentence where a number follows.
_ABBREVIATED = re.compile(r"\b(?:paras?|cllrs?|schs?|vols?|cf|approx|incl|eds?|edn|revd)\.\s*\Z", re.IGNORECASE)
_BEFORE_NUMBER = re.compile(r"\b(?:figs?|chs?|sects?|secs?|apps?|tabs?|tel|refs?)\.\s*\Z", re.IGNORECASE)
_BLOCK_END = re.compile(r"\n\s*\n\s*")


def sentence_spans(text: str) -> list[Span]:
    """Where each sentence of `text` starts and ends; the spans follow each other and cover the whole text.

    White space belongs to the sentence before it. A blank line always ends a sentence.
    """
    edges = [0]
    for start, end in _block_spans(text):
        edges += _sentence_ends(text[start:end], start)
    if edges[-1] < len(text):
        edges.append(len(text))
    return list(pairwise(edges))


def _block_spans(text: str) -> Iterator[Span]:
    start = 0
    for match in _BLOCK_END.finditer(text):
        yield start, match.end()
        start = match.end()
    if start < len(text):
        yield start, len(text)


def _sentence_ends(block: str, offset: int) -> list[int]:
    """Offsets in the whole text at which the sentences of one block end; the last is the end of the block."""
    ends: list[int] = []
    at = 0
    for sentence in sentencex.segment("en", block):
        found = block.find(sentence.strip(), at) if sentence.strip() else at
        if found < 0:  # the library trimmed something inside: leave the rest whole rather than cut it wrongly
            break
        at = found + len(sentence.strip())
        at += len(block[at:]) - len(block[at:].lstrip())
        ends.append(at)
    marks = [match.end() for match in _NOTE_MARK.finditer(block)]
    inside = {end for end in (*ends, *marks) if 0 < end < len(block) and _ends_sentence(block, end)}
    return [offset + end for end in (*sorted(inside), len(block))]


def _ends_sentence(block: str, end: int) -> bool:
    """Whether a sentence does end there, and no abbreviation or number of an item."""
    last = block[max(0, end - 15) : end]
    goes_on = _ABBREVIATED.search(last) or (_BEFORE_NUMBER.search(last) and block[end].isdigit())
    return not goes_on and not _ITEM_NUMBER.fullmatch(block, 0, end)
