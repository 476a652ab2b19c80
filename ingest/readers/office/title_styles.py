"""The front of a document whose paragraphs are styled: its title, subtitle, authors, organisation and date by name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ingest.readers.text import squeeze
from ingest.readers.title_page.imprint import is_date, year_of
from ingest.readers.title_page.metadata import in_order, is_organisation, own_names, own_title, people

FIRST = 40
"""Paragraphs among which the front of a document stands: a cover, a title page with its imprint."""
_STYLES = {
    "title": re.compile(r"(?:(?:book|document|report|cover|main|doc) ?)?title(?: page)?", re.IGNORECASE),
    "subtitle": re.compile(r"(?:(?:book|document|report|cover) ?)?sub ?-?title", re.IGNORECASE),
    "authors": re.compile(r"(?:(?:cover|document|report) ?)?authors?(?: names?)?|by ?line", re.IGNORECASE),
    "publisher": re.compile(
        r"(?:cover ?)?(?:organi[sz]ation|company|affiliation|institution|publisher)(?: name)?", re.IGNORECASE
    ),
    "date": re.compile(r"(?:(?:publish|publication|cover|document|report) ?)?date", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Front:
    """What styles say of a document; empty where they do not."""

    title: str = ""
    subtitles: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    publisher: str = ""
    year: int | None = None


def styled_front(paragraphs: Iterable[tuple[str, str]]) -> Front:
    """What the first paragraphs of a document say, each given with the name of its style, "" where it has none."""
    lines: dict[str, list[str]] = {}
    for style, text in paragraphs:
        if said := squeeze(text):
            key = next((key for key, pattern in _STYLES.items() if pattern.fullmatch(style.strip())), "")
            lines.setdefault(key, []).append(said)
    authors = [name for line in lines.get("authors", ()) for name in people(line) or own_names([line])]
    bodies = [name for name in authors if is_organisation(name)]
    return Front(
        next(filter(own_title, lines.get("title", ())), ""),
        tuple(line for line in lines.get("subtitle", ()) if not is_imprint(line)),
        tuple(dict.fromkeys(in_order(name) for name in authors if name not in bodies)),
        next(iter((*lines.get("publisher", ()), *bodies)), ""),
        next((year for line in lines.get("date", ()) if (year := year_of(line))), None),
    )


def is_imprint(line: str) -> bool:
    """Whether a line names persons, an organisation or a date, and nothing else."""
    if line.endswith("."):
        return False
    return bool(people(line)) or is_organisation(line) or is_date(line) or year_of(line) is not None
