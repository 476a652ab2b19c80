"""The front of a report without type and places, such as a web page: what its first and last lines say of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ingest.imprint import imprint, year_in_title, year_of
from ingest.report import Content

_FIRST, _LAST = 40, 20  # blocks: a title page with its imprint, a colophon
_TOP = 12  # blocks among which a date by itself is that of the report
_LONGEST = 200  # characters; a longer block is a paragraph, which tells of others' reports too


def with_imprint(content: Content) -> Content:
    """`content` with authors, publisher and year as its text tells them, where the file did not or is a guess."""
    blocks = [block.text for page in content.pages for block in page.blocks]
    lines = [line for line in (*blocks[:_FIRST], *blocks[max(_FIRST, len(blocks) - _LAST) :]) if len(line) <= _LONGEST]
    told = imprint(lines)
    years = {year for line in blocks[:_TOP] if len(line) <= _LONGEST and (year := year_of(line))}
    known = told.year or (years.pop() if len(years) == 1 else None) or told.copyrighted
    found: dict[str, Any] = {
        "authors": told.authors,
        "publisher": told.publisher,
        "year": known or year_in_title(content.title),
    }
    new = {
        name: value
        for name, value in found.items()
        if value and (name in content.guessed or not getattr(content, name))
    }
    kept = [name for name in content.guessed if name not in new]
    guesses = {"publisher": "publisher" in told.guessed, "year": not known}
    return replace(content, guessed=(*kept, *(name for name in new if guesses.get(name))), **new)
