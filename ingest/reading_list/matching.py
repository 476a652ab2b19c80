"""Whether a report is the one that the reading list means."""

from __future__ import annotations

import re
from functools import lru_cache

from ingest.reading_list.entry import Work
from ingest.report import Details, Report

# A title of fewer words may begin the title of another report.
TELLING = 4
# A document says its title near its beginning: characters of the text that are looked through.
BEGINNING = 6000
# Share of the words of a title that must stand together: line ends and type can cost a word, and another report of
# the same series shares about half.
ENOUGH = 0.9

_SMALL = {"a", "an", "and", "are", "at", "by", "for", "from", "how", "in", "is", "of", "on", "or", "the", "their", "to"}


def is_titled(report: Details, work: Work) -> bool:
    """Whether `report` has the title of `work`, perhaps read as a title and a subtitle.

    It has the same words, or more of them after all of a telling title.
    """
    if report.is_brief:
        return False
    title, whole, wanted = map(_title_words, (report.title, report.full_title, work.title))
    return wanted in (title, whole) or (len(wanted) >= TELLING and whole[: len(wanted)] == wanted)


@lru_cache(maxsize=10_000)
def _title_words(title: str) -> list[str]:
    """The words of a title, found once: each report is compared with each work whenever the list is shown."""
    return words(title)


def tells_of(report: Report, work: Work) -> bool:
    """Whether what was fetched can be `work`: its title stands in one piece in the title or near the beginning."""
    title = words(work.title)
    wanted = set(title) - _SMALL
    found = words(f"{report.details.full_title} {report.text[:BEGINNING]}")
    room = 2 * len(title) + 5
    starts = range(max(1, len(found) - room + 1))
    return any(len(wanted.intersection(found[start : start + room])) >= ENOUGH * len(wanted) for start in starts)


def words(text: str) -> list[str]:
    """The words of a title as they are compared: in lower case, "co-production" and "coproduction" alike."""
    return re.findall(r"[^\W_]+", re.sub(r"(?<=\bco)[-‐‑– ](?=\w)", "", text.casefold()))
