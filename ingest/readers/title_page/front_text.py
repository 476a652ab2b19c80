"""The front of a report without type and places, such as a web page: what its first and last lines say of it.

Headings stand for large type, so that the rules for the fronts of printed pages hold. What the file says of itself for
those who cite goes before what its lines say, and both before what is inferred from them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice, takewhile
from typing import Any

from ingest.readers.office.title_styles import FIRST, is_imprint
from ingest.readers.pdf.line import Line
from ingest.readers.title_page.imprint import imprint, year_changed, year_covered, year_in_title, year_of
from ingest.readers.title_page.metadata import is_organisation, people
from ingest.readers.title_page.title_and_authors import front_matter, is_opening
from ingest.report import Block, Content

_LAST = 20  # blocks: a colophon
_TOP = 12  # blocks among which a date, a name or an organisation by itself is that of the report
_LONGEST = 200  # characters; a longer block is a paragraph, which tells of others' reports too
_SIZES = (1.0, 2.0, 1.7, 1.45, 1.3, 1.2, 1.15)  # of text, and of headings of the six levels
_PART = re.compile(r"\s*[,|;·•]\s+|\s[–—-]\s")
_APART = 0.05  # of a page: no two blocks are lines of one title


def with_front(content: Content, prose: bool = True, web: bool = False) -> Content:
    """`content` with title, authors, publisher and year as its text tells them, where the file did not or is a guess.

    Only `prose`, unlike a table, has a title among its first lines. The year in the foot of a page of the `web` is that
    of the site, and so a guess.
    """
    blocks = [block for page in content.pages for block in page.blocks]
    lines = [
        block.text
        for block in (*blocks[:FIRST], *blocks[max(FIRST, len(blocks) - _LAST) :])
        if len(block.text) <= _LONGEST
    ]
    first_page = content.pages[0].blocks if content.paged else blocks
    top = [block for block in first_page[:_TOP] if block.text != content.subtitle]
    told = imprint(lines)
    years = {year for block in top if len(block.text) <= _LONGEST and (year := year_of(block.text))}
    year = told.year or (years.pop() if len(years) == 1 else None)
    said = {"authors": told.authors, "publisher": told.publisher, "year": year or (None if web else told.copyrighted)}
    inferred = _inferred(top, blocks, content.title) if prose else {}
    title = content.title or inferred.get("title", "")
    covered = year_covered(block.text for block in top)
    years_guessed = (year_in_title(title), year_changed(lines), covered, told.copyrighted)
    inferred |= {"year": next(filter(None, years_guessed), None)}
    if "publisher" in told.guessed:
        inferred["publisher"] = said.pop("publisher")
    return _filled(content, said, inferred)


def _filled(content: Content, said: Mapping[str, Any], inferred: Mapping[str, Any]) -> Content:
    """`content` with what is `said` where it says nothing or is a guess, and with what is `inferred` for the rest."""
    new = {name: value for name, value in said.items() if value and _is_open(content, name)}
    # Names below the title say more than that of whoever made the file.
    lacking = {name for name in inferred if not (new.get(name) or getattr(content, name))}
    lacking |= {"authors"} & {*content.guessed} - {*new}
    guesses = {name: value for name, value in inferred.items() if value and name in lacking}
    if (new.get("authors") or content.authors) == (guesses.get("publisher"),):
        del guesses["publisher"]  # the body that wrote it
    guessed = [name for name in content.guessed if name not in new]
    return replace(content, guessed=tuple(dict.fromkeys((*guessed, *guesses))), **new, **guesses)


def _is_open(content: Content, name: str) -> bool:
    return name in content.guessed or not getattr(content, name)


def _inferred(top: Sequence[Block], blocks: Sequence[Block], title: str) -> dict[str, Any]:
    """What the first blocks look like: the largest of them the title, with names and bodies right beside it."""
    heading = next((block.text for block in top if block.level), "")
    if not title and is_opening(heading):
        return {}  # a part of a larger report, whose other headings are not its title
    text = [Line(block.text, size=_SIZES[0]) for block in blocks[_TOP:FIRST]]
    front = front_matter([_lines(top), [], [], text], [(), (), ()], _SIZES[0], {"Title": title})
    is_line = not heading and len(front.title.split()) < 2  # of a list, or the name of a file
    found = title or ("" if is_line or front.title.endswith(":") else front.title)
    at = next((number for number, block in enumerate(top) if block.text == front.title), None)
    if at is None or not found:
        return {"title": found}
    below = takewhile(lambda block: not block.level, top[at + 1 :])
    beside = [*takewhile(is_imprint, (block.text for block in below))]
    above = [block.text for block in top[:at] if is_imprint(block.text)]
    lines = [*(above if len(above) == at else ()), *beside]  # above the title stands nothing else on a title page
    bodies = dict.fromkeys(body for line in lines for body in (line, *_PART.split(line)) if is_organisation(body))
    names = dict.fromkeys(name for line in beside for name in people(line))
    return {"title": found, "authors": tuple(names), "publisher": ", ".join(islice(bodies, 2))}


def _lines(blocks: Sequence[Block]) -> list[Line]:
    """Blocks as lines of a page, headings in large type."""
    return [
        Line(block.text, top=_APART * number, bottom=_APART * number + 0.005, size=_SIZES[min(block.level, 6)])
        for number, block in enumerate(blocks)
    ]
