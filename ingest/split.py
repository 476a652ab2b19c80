"""A report is cut into passages at the ends of sentences; nothing is lost, nothing is added, no passage is too long."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from ingest.report import Origin, PageStart, Passage, Report
from ingest.sentences import Span, sentence_spans

CountTokens = Callable[[Sequence[str]], list[int]]
"""Texts in, the number of word pieces of each out, without the model's own start and end marks."""

_SPACE = re.compile(r"\s+")


def split_report(report: Report, count_tokens: CountTokens, limit: int, target: int) -> list[Passage]:
    """Cut `report` into passages of about `target` word pieces; a passage and its context never exceed `limit`.

    A passage starts afresh under a new heading once it holds half of `target`. A sentence that is too long is cut at
    white space, and a word that is too long between letters. `report.text` is the passages' texts joined.
    """
    contexts = _contexts(report, count_tokens, limit // 4)
    room = limit - limit // 4
    target = min(target, room)
    spans = sentence_spans(report.text)
    counts = count_tokens([report.text[start:end] for start, end in spans])
    pieces: list[tuple[int, int, int]] = []
    for (start, end), count in zip(spans, counts, strict=True):
        if count <= room:
            pieces.append((start, end, count))
        else:
            pieces += _cut(report.text, start, end, count_tokens, room)
    starts = {heading.start for heading in report.headings}
    return [_passage(report, start, end, contexts) for start, end in _pack(pieces, starts, room, target)]


def _contexts(report: Report, count_tokens: CountTokens, room: int) -> dict[str, str]:
    """For each heading the longest of title (with publisher) and heading, heading, title that fits into `room`."""
    title, publisher = report.details.title, report.details.publisher
    # Reports of many bodies can bear one title: whose a passage is tells them apart.
    if publisher and publisher.casefold() not in title.casefold():
        title = f"{publisher}: {title}"
    headings = sorted({"", *(heading.text for heading in report.headings)})
    choices = [[f"{title}. {heading}" if heading else title, heading, title, ""] for heading in headings]
    counts = iter(count_tokens([text for choice in choices for text in choice]))
    return {
        heading: next(text for text, count in [(text, next(counts)) for text in choice] if count <= room)
        for heading, choice in zip(headings, choices, strict=True)
    }


def _pack(
    pieces: Sequence[tuple[int, int, int]], headings: set[int], limit: int, target: int
) -> Iterator[tuple[int, int]]:
    """Gather sentences until `target` is reached; a heading is never left alone at the end of a passage."""
    first, size = 0, 0
    for index, (start, _, count) in enumerate(pieces):
        full = size + count > (target if size >= target // 2 else limit)
        new_section = start in headings and size >= target // 2
        if index > first and (full or new_section):
            cut = index
            while (
                cut - 1 > first
                and pieces[cut - 1][0] in headings
                and sum(p[2] for p in pieces[cut - 1 : index + 1]) <= limit
            ):
                cut -= 1
            yield pieces[first][0], pieces[cut][0]
            first, size = cut, sum(piece[2] for piece in pieces[cut:index])
        size += count
    if pieces:
        yield pieces[first][0], pieces[-1][1]


def _cut(text: str, start: int, end: int, count_tokens: CountTokens, limit: int) -> Iterator[tuple[int, int, int]]:
    """Cut one overlong sentence at white space into pieces of at most `limit` word pieces."""
    edges = [start, *(match.end() for match in _SPACE.finditer(text, start, end)), end]
    words = [(a, b) for a, b in pairwise(edges) if b > a]
    words = [part for word in words for part in _cut_word(text, *word, count_tokens, limit)]
    counts = count_tokens([text[a:b] for a, b in words])
    first, size = start, 0
    for (begin, _), count in zip(words, counts, strict=True):
        if size and size + count > limit:
            yield first, begin, size
            first, size = begin, 0
        size += count
    if first < end:
        yield first, end, size


def _cut_word(text: str, start: int, end: int, count_tokens: CountTokens, limit: int) -> list[Span]:
    if end - start <= limit or count_tokens([text[start:end]])[0] <= limit:
        return [(start, end)]
    # A word piece holds at least one character, so a run of `limit` characters always fits.
    edges = [*range(start, end, limit), end]
    return [(a, b) for a, b in pairwise(edges) if b > a]


def _passage(report: Report, start: int, end: int, contexts: dict[str, str]) -> Passage:
    text = report.text[start:end]
    heading = report.heading_at(start + len(text) - len(text.lstrip()))
    pages, origins = _page_starts(report, start, end), _origins(report, start, end)
    return Passage(
        report.details, start, end, text, heading, pages, contexts[heading], origins, _heading_spans(report, start, end)
    )


def _page_starts(report: Report, start: int, end: int) -> tuple[PageStart, ...]:
    """The pages whose text stands between the offsets, each with the place in the passage from which it holds."""
    touched = [page for page in report.pages if page.start < end and page.end > max(start, page.start)]
    return tuple(PageStart(max(0, page.start - start), page.number, page.label, page.ocr) for page in touched)


def _origins(report: Report, start: int, end: int) -> tuple[Origin, ...]:
    """Where what stands between the offsets was seen, each with the place in the passage from which it holds."""
    index = max(0, bisect_right(report.origins, start, key=lambda origin: origin.offset) - 1)
    held = [origin for origin in report.origins[index:] if origin.offset < end]
    return tuple(Origin(max(0, origin.offset - start), origin.address) for origin in held)


def _heading_spans(report: Report, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """The headings between the offsets, as spans of the passage."""
    index = max(0, bisect_right(report.headings, start, key=lambda heading: heading.start) - 1)
    held = [heading for heading in report.headings[index:] if heading.start < end and heading.end > start]
    return tuple((max(0, heading.start - start), min(end, heading.end) - start) for heading in held)
