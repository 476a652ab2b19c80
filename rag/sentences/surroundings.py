"""What stands around the words of a report that answer, so that they can be read where they stand."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from ingest.report import Passage
from ingest.sentences import Span, sentence_spans
from rag.answer import Citation
from rag.sentences.rows import is_row

_PARAGRAPH_END = re.compile(r"\n\s*\n")


def surroundings(citation: Citation, told: Collection[str] = ()) -> tuple[str, str, str]:
    """What stands before the words of a citation that answer, those words, and what stands after them.

    Of an extract that is the rest of it; else the sentences beside it in its paragraph and on its page. What is among
    `told` stands elsewhere already, and the sentences of a brief were each seen at a place of its own: they bring none.
    """
    before, marked, after = citation.quote.partition(citation.marked or citation.quote)
    if (before + after).strip() or citation.passage.report.is_brief or is_row(marked):
        return before, marked, after
    place = _place(citation.passage.text, marked)
    one, other = _beside(citation.passage, place) if place else ("", "")
    return f"{one} " if _is_new(one, told) else "", marked, f" {other}" if _is_new(other, told) else ""


def _is_new(sentence: str, told: Collection[str]) -> bool:
    return bool(sentence) and not any(sentence in each or each in sentence for each in told)


def _place(text: str, words: str) -> Span | None:
    """Where `words` stand in a text; None where they stand in several places, for which is meant is not known."""
    found = [match.span() for match in re.finditer(r"\s+".join(map(re.escape, words.split())), text)]
    return found[0] if len(found) == 1 else None


def _beside(passage: Passage, place: Span) -> tuple[str, str]:
    """The sentence before a place and the one after it, "" where its paragraph or its page begins or ends there."""
    start, end = place
    spans = [(first, first + len(passage.text[first:last].rstrip())) for first, last in _spans(passage.text)]
    before = next((span for span in reversed(spans) if span[1] <= start), (start, start))
    after = next((span for span in spans if span[0] >= end), (end, end))
    return _of_paragraph(passage, before, (before[0], start)), _of_paragraph(passage, after, (start, after[1]))


def _of_paragraph(passage: Passage, sentence: Span, stretch: Span) -> str:
    """The words of a sentence, "" where a paragraph or page ends in the stretch, or it is the row of a table."""
    text, pages = passage.text[slice(*stretch)], {passage.page_at(at) for at in (stretch[0], max(0, stretch[1] - 1))}
    return (
        ""
        if len(pages) > 1 or _PARAGRAPH_END.search(text) or is_row(text)
        else " ".join(passage.text[slice(*sentence)].split())
    )


@lru_cache(maxsize=500)
def _spans(text: str) -> list[Span]:
    return sentence_spans(text)
