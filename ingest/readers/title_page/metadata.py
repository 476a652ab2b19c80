"""Titles, names and years as files tell them of themselves, without those that only their software put there."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable

from ingest.readers.text import squeeze

_SOFTWARE_TITLE = re.compile(
    r"microsoft (?:word|powerpoint|excel|office)\b.*|untitled.*|(?:word )?document\s*\d*|index|title|no title|[\W\d_]*"
    r"|(?:powerpoint )?presentation\s*\d*|(?:title )?slide(?: \d+)?|new (?:document|presentation)|home(?: ?page)?"
    r"|.*\.(?:docx?|dotx?|pptx?|potx?|pdf|indd|odt|odp|rtf|xlsx?|pub|html?|md|epub)",
    re.IGNORECASE,
)
_LONGEST_TITLE = 250  # characters; what is longer is a paragraph set as a title
_LONGEST_SUBTITLE = 200
_SOFTWARE_NAME = re.compile(
    r"(?:(?:system|site|web|local|windows|office|default|guest) ?)?(?:admin(?:istrator)?|user|owner|master)s?\s*\d*"
    r"|unknown|anonymous|authors?|editor|default|test|.*(?:https?:|www\.|@).*"
    r"|.*\b(?:microsoft|adobe|google docs|libreoffice|openoffice|python-(?:docx|pptx)|apache poi|calibre|pandoc"
    r"|wordpress|acrobat|pdf\w*|indesign|quark\w*|canva|scan\w*|scribus|latex|xerox|ricoh"
    r"|hewlett|printer|created with)\b.*",
    re.IGNORECASE,
)
_DIRECTORY_NAME = re.compile(r"[^,]+, [^,]+ \([A-Z]{2,}\)")  # as directories of staff name accounts: “Rowe, Ann (HR)”
_PERSON = re.compile(r"(?:[^\W\d_][\w.’'-]*\s+){1,3}[^\W\d_][\w’'-]+")
_ORGANISATION = re.compile(
    r"\b(?:of|for|the|health|care|council|department|trust|university|ministry|services?|centre|group|team"
    r"|institute|society"
    r"|foundation|network|association|board|commission|government|research|policy|communit\w+)\b",
    re.IGNORECASE,
)


def own_title(text: str) -> str:
    """`text` if it is a title that somebody gave, "" if software made it up or it is no title at all."""
    title = squeeze(text)
    return "" if _SOFTWARE_TITLE.fullmatch(title) or len(title) > _LONGEST_TITLE else title


def own_subtitle(text: str, title: str) -> str:
    """`text` if it can be the subtitle of `title`, "" where it is a sentence or repeats the title."""
    subtitle = squeeze(text)
    is_text = subtitle.endswith(".") or re.search(r"[.?!] ", subtitle) or len(subtitle) > _LONGEST_SUBTITLE
    return "" if is_text or subtitle in title else subtitle


def own_names(texts: Iterable[str], accounts: bool = False) -> tuple[str, ...]:
    """The people and bodies named in `texts`, each of which may list several.

    `accounts` says that software may have filled them in: then a single word is the name of somebody's account, and so
    is a name with its department.
    """
    names = [squeeze(name) for text in texts for name in _split_names(text)]
    own = [name for name in names if name and not _SOFTWARE_NAME.fullmatch(name)]
    if accounts:
        own = [name for name in own if " " in name and not _DIRECTORY_NAME.fullmatch(name)]
    return tuple(dict.fromkeys(own))


def in_order(name: str) -> str:
    """A person's name as it is said: “Ann Rowe” for “Rowe, Ann” and for “Ann Rowe, PhD”. Any other stays as it is."""
    name = _LETTERS_AFTER.sub("", name)
    family, comma, given = name.partition(", ")
    turned = f"{given} {family}"
    one = all(word in _SMALL_IN_NAMES for word in family.split()[:-1])  # "van der Berg", but not "Ann Rowe"
    return turned if comma and "," not in given and one and is_person(turned) else name


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

_SMALL_IN_NAMES = frozenset(
    [
        "de",
        "del",
        "della",
        "di",
        "da",
        "dos",
        "du",
        "van",
        "von",
        "der",
        "den",
        "ter",
        "zu",
        "zum",
        "la",
        "le",
        "al",
        "el",
        "bin",
        "ibn",
        "ap",
        "y",
        "e",
    ]
)
_SMALL_IN_BODIES = frozenset(
    [
        "of",
        "for",
        "the",
        "and",
        "&",
        "in",
        "on",
        "at",
        "to",
        "with",
        "de",
        "des",
        "du",
        "la",
        "le",
        "der",
        "die",
        "und",
        "für",
        "y",
        "e",
        "di",
        "per",
        "–",
        "-",
    ]
)
_NAME_WORD = re.compile(r"[^\W\d_]+\.?(?:[-’'][^\W\d_]+\.?)*")
_INITIALS = re.compile(r"[A-Z]{1,2}|(?:[A-Z]\.-?){1,3}")
_STYLE = re.compile(r"^(?:dr|prof(?:essor)?|mr|mrs|ms|miss|sir|dame|rev(?:erend)?|cllr|councillor)\.? ", re.IGNORECASE)
_LETTERS_AFTER = re.compile(r"(?:,? (?:phd|ph\.d\.?|md|msc|ma|ba|bsc|mbe|obe|cbe|frs|frsa|mph)\b\.?)+$", re.IGNORECASE)
_NOTE_MARK = re.compile(r"(?<=[^\W\d_])\d{1,2}(?:,\d{1,2})*$|[*†‡§¹²³]+$")
_BODY = re.compile(
    r"\b(?:academy|administration|agency|alliance|association|authority|board|bureau|cent(?:re|er)|charity"
    r"|coalition|college"
    r"|commission|committee|company|confederation|consortium|corporation|council|department|directorate|division"
    r"|faculty"
    r"|federation|forum|foundation|government|group|hospital|inspectorate|institut\w*|laborator(?:y|ies)|library"
    r"|limited|ltd"
    r"|llp|gmbh|inc|plc|ministry|nhs|network|office|observatory|organi[sz]ation|parliament|partnership|police|school"
    r"|secretariat|services?(?=$| of| for)|society|task ?force|team|trust|union|unit|universit\w+)\b",
    re.IGNORECASE,
)
# Words of titles and headings, which names of people and organisations do not hold.
_OF_A_TITLE = re.compile(
    r"\b(?:report|plan|strategy|review|evaluation|study|guide|guidance|guidelines|handbook|tool(?:kit|box)?"
    r"|manual|framework|survey"
    r"|summary|analysis|assessment|policy paper|briefing|introduction|proposal|recommendations?|findings|lessons"
    r"|case|overview"
    r"|how|what|why|when|towards?|making|building|improving|working|understanding|our|your|their|agenda|example|name"
    r"|statement|charter|manifesto|questionnaire|form|template|minutes|newsletter|consultation|response|code"
    r"|tutorial|annual"
    r"|meetings?|engagement|kit|asks|inquiry|models?|using|is|are|was|will|can|should|meets?|page|figure|table|status"
    r"|approval)\b|[?!:<>\[\]|•“”\"]",
    re.IGNORECASE,
)
_OF_NO_PERSON = re.compile(
    r"\b(?:greater|northern|southern|eastern|western|united|kingdom|midlands|county|borough|abstract|acknowledge\w*|admin|appendix|areas?|background|business|canvas|chapter|city"
    r"|co-?(?:production|design|creation)"
    r"|communit\w+|conclusions?|contents|contact|dashboard|dear|data|date|deliverable|design|development|digital"
    r"|district|draft"
    r"|edition|education|evidence|executive|final|fiscal|foreword|future|general|health\w*|homes?|housing|information"
    r"|innovation|issue|key|knowledge|learning|level|lives|living|local|management|methods?|mission|national|new|open"
    r"|panel|part|people|places?|planning|policy|practice|preface|process|programme?|project|public|questions?"
    r"|references"
    r"|research|resources?|results|scotland|section|shared|social|step|streets?|road|stud(?:y|ies)|support|task"
    r"|terms|test"
    r"|training|transparency|update|values|version|views?|vision|volume|welfare|women|workshop|world|youth|the|of"
    r"|and|for"
    r"|in|on|to|with|from|by|at|an)\b",
    re.IGNORECASE,
)


def people(text: str) -> tuple[str, ...]:
    """The persons named in `text`, a list of names with their titles and organisations; none where it lists others."""
    parts = [part for part in re.split(r"\s*;\s*|,?\s+(?:and|&)\s+|,\s*", squeeze(text).strip(" .,;")) if part]
    plain = [_NOTE_MARK.sub("", _LETTERS_AFTER.sub("", re.sub(r"\s*\(.*\)$", "", part))) for part in parts]
    named = [name for part in plain if is_person(name := _STYLE.sub("", part))]
    others = len(
        [part for part in plain if _STYLE.sub("", part) not in named and not is_organisation(part) and " " in part]
    )
    return tuple(dict.fromkeys(named)) if named and not others else ()


def is_person(text: str) -> bool:
    """Whether `text` has the form of a person's full name and holds no word that no name has."""
    words = text.split()
    return (
        2 <= len(words) <= 5
        and all(map(_NAME_WORD.fullmatch, words))
        and all(word[0].isupper() or word in _SMALL_IN_NAMES for word in words)
        and not all(map(_INITIALS.fullmatch, words))
        # "Will" is a word of titles ("What will it take?"), and the first name of many.
        and not any(pattern.search(text.removeprefix("Will ")) for pattern in (_OF_NO_PERSON, _OF_A_TITLE, _BODY))
    )


def is_organisation(text: str) -> bool:
    """Whether `text` is the name of an organisation, and not a title or sentence in which one is named."""
    words = text.split()
    return (
        1 < len(words) <= 12
        and text[0].isupper()
        and all(word.strip("(,")[:1].isupper() or word in _SMALL_IN_BODIES for word in words)
        and bool(_BODY.search(text))
        and not _OF_A_TITLE.search(text)
        and text[-1] not in ".,;"
    )
