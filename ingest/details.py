"""Titles, names and years as files tell them of themselves, without those that only their software put there."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable

from ingest.text import squeeze

_SOFTWARE_TITLE = re.compile(
    r"microsoft (?:word|powerpoint|excel|office)\b.*|untitled.*|(?:word )?document\s*\d*|index|title|no title|[\W\d_]*"
    r"|(?:powerpoint )?presentation\s*\d*|(?:title )?slide(?: \d+)?|new (?:document|presentation)|home(?: ?page)?"
    r"|.*\.(?:docx?|dotx?|pptx?|potx?|pdf|indd|odt|odp|rtf|xlsx?|pub|html?|md|epub)",
    re.IGNORECASE,
)
_LONGEST_TITLE = 250  # characters; what is longer is a paragraph set as a title
_SOFTWARE_NAME = re.compile(
    r"(?:(?:system|site|web|local|windows|office|default|guest) ?)?(?:admin(?:istrator)?|user|owner|master)s?\s*\d*"
    r"|unknown|anonymous|authors?|editor|default|test|.*(?:https?:|www\.|@).*"
    r"|.*\b(?:microsoft|adobe|google docs|libreoffice|openoffice|python-(?:docx|pptx)|apache poi|calibre|pandoc"
    r"|wordpress)\b.*",
    re.IGNORECASE,
)
_PERSON = re.compile(r"(?:[^\W\d_][\w.’'-]*\s+){1,3}[^\W\d_][\w’'-]+")
_ORGANISATION = re.compile(
    r"\b(?:of|for|the|health|care|council|department|trust|university|ministry|services?|centre|group|team|institute|society"
    r"|foundation|network|association|board|commission|government|research|policy|communit\w+)\b",
    re.IGNORECASE,
)


def own_title(text: str) -> str:
    """`text` if it is a title that somebody gave, "" if software made it up or it is no title at all."""
    title = squeeze(text)
    return "" if _SOFTWARE_TITLE.fullmatch(title) or len(title) > _LONGEST_TITLE else title


def own_names(texts: Iterable[str], accounts: bool = False) -> tuple[str, ...]:
    """The people and bodies named in `texts`, each of which may list several.

    `accounts` says that software may have filled them in: then a single word is the name of somebody's account.
    """
    names = [squeeze(name) for text in texts for name in _split_names(text)]
    own = [name for name in names if name and not _SOFTWARE_NAME.fullmatch(name) and not (accounts and " " not in name)]
    return tuple(dict.fromkeys(own))


def _split_names(text: str) -> list[str]:
    """Names parted by semicolons; by commas and "and" only where every part is a person ("Rowe, Ann" is one)."""
    names: list[str] = []
    for part in re.split(r"[;\n]", text):
        people = [person.strip() for person in re.split(r",\s*and\s|,|\sand\s|\s&\s", part)]
        several = all(_PERSON.fullmatch(person) for person in people) and not _ORGANISATION.search(part)
        names += people if several else [part]
    return names


def year_in(date: str) -> int | None:
    """The year that a date names, if it names exactly one that a report can be from."""
    years = {int(year) for year in re.findall(r"(?<!\d)(?:19|20)\d\d(?=\D|$|[01]\d[0-3]\d(?!\d))", date)}
    year = years.pop() if len(years) == 1 else 0
    return year if 1900 <= year <= datetime.date.today().year + 1 else None
