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


# --- Who is a person, and who an organisation -------------------------------------------------------------------------

_PARTICLE = r"(?:de|del|della|di|da|dos|du|van|von|der|den|ter|zu|zum|la|le|al|el|bin|ibn|ap|y|e)"
_GIVEN = r"[^\W\d_a-zß-öø-ÿ](?:[^\W\d_]*|\.)(?:[-’'][^\W\d_]+\.?)*"
_FULL_NAME = re.compile(rf"{_GIVEN}(?: (?:{_PARTICLE}|{_GIVEN})){{0,4}} {_GIVEN}")
_INITIALS = re.compile(r"[A-Z]{1,2}|(?:[A-Z]\.-?){1,3}")
_STYLE = re.compile(r"^(?:dr|prof(?:essor)?|mr|mrs|ms|miss|sir|dame|rev(?:erend)?|cllr|councillor|lord|lady)\.? ", re.IGNORECASE)
_LETTERS_AFTER = re.compile(r"(?:,? (?:phd|ph\.d\.?|md|msc|ma|ba|bsc|mbe|obe|cbe|frs|frsa|esq|jd|mph|rn)\b\.?)+$", re.IGNORECASE)
_NOTE_MARK = re.compile(r"(?<=[^\W\d_])\d{1,2}(?:,\d{1,2})*$|[*†‡§]+$")
_BODY = re.compile(
    r"\b(?:academy|administration|agency|alliance|association|authority|board|bureau|cent(?:re|er)|charity|coalition|college"
    r"|commission|committee|company|confederation|consortium|corporation|council|department|directorate|division|executive"
    r"|faculty|federation|forum|foundation|government|group|health board|hospital|initiative|inspectorate|institut\w*|laborator"
    r"(?:y|ies)|library|limited|ltd|llp|gmbh|inc|plc|ministry|nhs|network|office|observatory|organi[sz]ation|parliament"
    r"|partnership|police|project|school|secretariat|services?|society|studio|task ?force|team|trust|union|unit|universit\w+)\b",
    re.IGNORECASE,
)
# What a title says and the name of an organisation does not.
_WORK = re.compile(
    r"\b(?:report|plan|strategy|review|evaluation|study|guide|guidance|guidelines|handbook|toolkit|toolbox|manual|framework|survey"
    r"|summary|analysis|assessment|policy paper|briefing|introduction|proposal|recommendations?|findings|evidence|lessons|case"
    r"|how|what|why|when|towards?|making|building|improving|working|working with|understanding|learning|our|your|their|agenda"
    r"|statement|charter|manifesto|questionnaire|form|template|minutes|newsletter|consultation|response|code|tutorial|annual"
    r"|engagement|kit|asks|inquiry|models?|using|is|are|was|will|can|should|meets?)\b|[?!:]|\.$",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"\b(?:abstract|acknowledge\w*|agenda|appendix|asks?|background|business|canvas|case|chapter|city|co-?\w+|communit\w+"
    r"|conclusions?|contents|contact|data|date|deliverable|design|development|digital|district|draft|edition|education|evidence"
    r"|executive|final|fiscal|foreword|form|future|general|guide|health\w*|homes?|housing|information|innovation|introduction"
    r"|issue|key|knowledge|learning|local|management|methods?|mission|models?|national|new|open|overview|part|people|places?"
    r"|plan(?:ning)?|policy|practice|preface|process|programme|project|public|questions?|recommendations?|references|report"
    r"|research|resources?|results|review|scotland|section|service|services|social|step|strateg\w+|street|road|studies|study"
    r"|summary|support|table|task|template|terms|toolkit|training|transparency|update|values|version|views?|vision|volume"
    r"|welfare|women|workshop|working|world|young|youth|the|of|and|for|in|on|to|with|from|our|your|by|at|an)\b",
    re.IGNORECASE,
)


def people(text: str) -> tuple[str, ...]:
    """The persons named in `text`, a list of names with their titles and organisations; none where it lists others."""
    text = _LETTERS_AFTER.sub("", squeeze(text)).strip(" .,;")
    parts = [part for part in re.split(r"\s*;\s*|,?\s+(?:and|&)\s+|,\s*", text) if part]
    parts = [re.sub(r"\s*\(.*\)$", "", _NOTE_MARK.sub("", _STYLE.sub("", _LETTERS_AFTER.sub("", part)))) for part in parts]
    named = [part for part in parts if is_person(part)]
    others = [part for part in parts if part not in named and not is_organisation(part) and not _STYLE.match(f"{part} ")]
    return tuple(dict.fromkeys(named)) if named and not others else ()


def is_person(text: str) -> bool:
    """Whether `text` has the form of a person's full name and holds no word that no name has."""
    return bool(
        _FULL_NAME.fullmatch(text)
        and not _NO_NAME.search(text)
        and not _BODY.search(text)
        and not all(_INITIALS.fullmatch(word) for word in text.split())
    )


def is_organisation(text: str) -> bool:
    """Whether `text` is the name of an organisation, and not a title in which one is named."""
    words = text.split()
    return bool(1 < len(words) <= 12 and text[0].isupper() and _BODY.search(text) and not _WORK.search(text))
