"""What a report prints of who wrote and published it, and when: “Published by”, “© 2009”, “March 2009”, “By Ann Rowe”.

All is read from lines of its first and last pages. What only might be so is told as a guess.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import PurePath

from ingest.readers.text import squeeze
from ingest.readers.title_page.metadata import is_organisation, people, year_in

_YEAR = r"(?:19[5-9]|20[0-4])\d"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_IN_WORDS = (
    rf"(?:{_DAY}(?: of)? )?(?:{_MONTH} ?[/–&-] ?)?(?:{_MONTH}|spring|summer|autumn|fall|winter),? (?:{_DAY},? )?{_YEAR}"
)
_IN_FIGURES = rf"(?:\d\d? ?[./-] ?)?\d\d? ?[./-] ?{_YEAR}|{_YEAR}-(?:0[1-9]|1[0-2])(?:-\d\d)?"
_DATE = re.compile(rf"(?:[a-z]+day,? )?(?:{_IN_WORDS}|{_IN_FIGURES}|{_YEAR})", re.IGNORECASE)
_LAST_DATE = re.compile(rf"(?:^|\W)(?:{_IN_WORDS})$", re.IGNORECASE)
_LAST_FIGURES = re.compile(rf"(?:^| )(?:{_IN_FIGURES})$")
_PART = re.compile(r" ?[|•·;] ?| [–—-] |, (?=\D)|: ")
# Words beside the date of something else than the report: of a project, of a meeting, of the file.
_OTHER_DATE = re.compile(
    r"\b(?:start\w*|beg[iau]n\w*|due|deadline|end(?:s|ing|ed)?|duration|expir\w+|valid|review(?:ed)?|next|meeting"
    r"|seminar"
    r"|conference|workshop|event|held|launch\w*|clos\w+|created?|print(?:ed)?|downloaded|access\w*|retrieved|born"
    r"|from|to"
    r"|until|since|between|in|by|before|after|during|funded|acts?|modified|updated?|amended|period|years?)\b",
    re.IGNORECASE,
)
_ISSUED = re.compile(
    r"\b(?:publi(?:shed|cation)|issued?|submi(?:tted|ssion)|released?|dated?|version)\b", re.IGNORECASE
)
_MOST_WORDS = 9  # of a line that a date ends; a longer one is a sentence

_NAME = r"(?P<name>[^\n]{2,110})"
# "Published in 2011, the review found ..." opens a sentence of the text.
_SENTENCE = (
    r"(?![^\n]{0,80}, (?:the|this|it|our|an?) [^\n.]{0,80}\b(?:was|were|is|are|has|had|found|called|shows?|showed"
    r"|argues?|argued|set out|says|said|recommend\w*|concluded)\b)"
)
_PUBLISHED_BY = re.compile(
    rf"(?:^|\n){_SENTENCE}\W*"
    rf"(?:This (?:\w+ )?(?:is|was) p|(?:First |FIRST )?P|First p|p(?=ublished by:))(?:ublished|UBLISHED)\b"
    rf"(?: (?:and|online)\b[^\n]*?| in print)?"
    rf"(?: in (?:the )?[A-Z][A-Za-z ]{{1,25}}?)?"
    rf"(?: (?:in )?(?:(?i:{_MONTH}) )?{_YEAR})?,? (?:by|BY):?\s+{_NAME}|(?:^|\n)Publisher:\s+(?P<other>[^\n]{{2,110}})"
)
_PUBLISHED_IN = re.compile(
    rf"(?:^|\n){_SENTENCE}\W*(?:This (?:\w+ )?(?:is|was) (?:first )?published|(?:F|f)irst published|FIRST PUBLISHED"
    rf"|P(?:ublished|UBLISHED)"
    rf"|(?:Date of p|P)ublication(?: date)?|Issued)\b[^\n.]{{0,60}}?\b(?P<year>{_YEAR})\b"
)
_COVERED = re.compile(
    rf"\b(?:(?:year|months|period)\b[^\n.]{{0,30}}?\bend(?:ed|ing|s)?\b[^\n.]{{0,20}}?"
    rf"|(?:annual|yearly) (?:report|return|review|accounts|statement|survey)s?\b[^\n.]{{0,20}}?"
    rf"|(?:report|return|review|survey)s? (?:for|of) (?:the (?:(?:financial|calendar|school) )?year )?"
    rf"|this is (?:the|our) (?:\w+ ){{1,3}}for )(?P<year>{_YEAR})\b(?![-–/]\d)",
    re.IGNORECASE,
)
_SPAN_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d\d)[-–_ /]?(\d\d)(?!\d|[-_.]\d)")
_EDITION = re.compile(
    rf"(?:^|\n)\W*(?:(?:this|second|third|fourth|fifth|new|revised|updated|\d(?:nd|rd|th)) (?:\w+ )?edition|revised)\b"
    rf"[^\n]{{0,30}}?\b(?P<year>{_YEAR})\b",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(
    rf"(?:©|(?:^|\n)\W*(?:copyright\b|\(c\) ?(?={_YEAR}|copyright)))[ :©]*(?:copyright|\(c\)|©)?\s*{_NAME}",
    re.IGNORECASE,
)
_YEARS = rf"{_YEAR}(?: ?[-–,/&] ?(?:{_YEAR}|\d\d)\b)*"
_OF_A_PICTURE = re.compile(
    r"\b(?:photo\w*|images?|pictures?|cover|illustrations?|maps?|icons?|i?stock\w*|shutterstock\w*|getty\w*|alamy"
    r"|flickr"
    r"|unsplash|ordnance survey|openstreetmap|database rights?|fonts?|logos?|template|google)\b",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"(?:the )?(?:authors?(?:\(s\))?|contributors?|editors?|publishers?|holders?|owners?|notice|statement|crown\b.*"
    r"|(?:and|this|all|no|any|for|is|in|on|to|by|with|under|material|content|reserved|rights?|disclaimer"
    r"|licen[cs]e\w*)\b.*)",
    re.IGNORECASE,
)
_NAME_ENDS = re.compile(
    rf"[,.;|](?:\s|$)|\b(?:all rights|isbn|registered|except|unless|and printed|in partnership)\b|https?:|www\."
    rf"|\s[–—-]\s"
    rf"|\s(?:in|on|at|with|under|as|is|has)\s(?=the\b|{_YEAR}|{_MONTH}\b)|[\s(]+{_YEAR}",
    re.IGNORECASE,
)

_WORK = (
    r"(?:a |an |the |this )?(?:[\w-]+ ){0,3}(?:report|paper|study|review|briefing|guide|evaluation|research|essay"
    r"|thesis|document)"
)
_MADE = (
    r"(?:researched|written|edited|compiled|authored|prepared|produced|drafted|developed|commissioned|contributed)"
    r"(?: and [a-z]+)?"
)
_AUTHORS = re.compile(
    r"(?:(?:report|research|lead|principal|main|corresponding) )?(?:authors?(?:\(s\))?|editors?) ?(?:: | [-–] "
    r"|(?=$))(?P<name>.+)",
    re.IGNORECASE,
)
_BY = re.compile(
    rf"(?:{_MADE}|{_WORK}(?: (?:is|was|has been))?(?: {_MADE})?)(?: for (?P<customer>.+?))? by:? (?P<name>.+)",
    re.IGNORECASE,
)
_BY_WHOM = re.compile(r"(?:(?:written|posted|published) )?by\b|authors?\b", re.IGNORECASE)
_BY_ALONE = re.compile(r"(?:posted )?by:? (?P<name>.+)", re.IGNORECASE)
_FOR = re.compile(
    rf"(?:{_MADE}|{_WORK}(?: (?:is|was|has been))?(?: {_MADE})?) (?:for|to|by order of):? (?P<customer>.+)",
    re.IGNORECASE,
)
_LABEL_ALONE = re.compile(
    r"(?:authors?(?:\(s\))?|by|(?:written|prepared|edited|produced|contributed|report) (?:by|for)):?", re.IGNORECASE
)
_DATE_LABEL = re.compile(
    r"(?:(?:first |date )?published(?: on)?|(?:date of )?publication(?: date)?|issued|date of issue):?", re.IGNORECASE
)
_BODY_LABEL = re.compile(r"(?:publisher|published by|organi[sz]ation|from|publishing body):?", re.IGNORECASE)
_BODY_AFTER = re.compile(r"(?:from|organi[sz]ation|publishing body): ?(?P<name>.+)", re.IGNORECASE)
_CHANGED = re.compile(
    rf"\W*(?:(?:page |this page was )?last )?(?:updated|modified|reviewed|revised|changed|edited)\b[^\n.]{{0,40}}?"
    rf"\b(?P<year>{_YEAR})\b",
    re.IGNORECASE,
)
_OWN_DATE = re.compile(
    rf"(?: ?[|•·–—-] ?|,? (?:on )?)(?:[a-z]+day,? )?(?:{_IN_WORDS}|{_IN_FIGURES})\W*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Imprint:
    """What a report prints of itself; empty where it does not say. `guessed` names what is inferred.

    `year` is that of which the report says that it was published, `copyrighted` that of its copyright.
    """

    authors: tuple[str, ...] = ()
    publisher: str = ""
    year: int | None = None
    copyrighted: int | None = None
    guessed: tuple[str, ...] = ()


def imprint(lines: Iterable[str]) -> Imprint:
    """What `lines`, those of the first and last pages, tell of publisher, year and authors by words that say so."""
    squeezed = _with_labels(squeeze(line) for line in lines)
    text = "\n".join(squeezed)
    authors, customer = _authors(squeezed)
    owner, copyrighted = _copyright(text)
    publisher = _publisher(text) or owner
    years = [int(match["year"]) for match in _EDITION.finditer(text)] or [
        int(match["year"]) for match in [_PUBLISHED_IN.search(text)] if match
    ]
    year = max(years, default=None)
    guessed = ("publisher",) if customer and not publisher else ()
    year, copyrighted = (each if _is_past(each) else None for each in (year, copyrighted))
    return Imprint(authors, publisher or customer, year, copyrighted, guessed)


def _with_labels(lines: Iterable[str]) -> list[str]:
    """The lines, a label that stands alone joined with what follows it: “Published”, “3 March 2019”."""
    joined: list[str] = []
    for line in lines:
        last = joined[-1] if joined else ""
        if (_DATE_LABEL.fullmatch(last) and is_date(line)) or (_BODY_LABEL.fullmatch(last) and is_organisation(line)):
            joined[-1] = f"Published {line}" if _DATE_LABEL.fullmatch(last) else f"Publisher: {line}"
        else:
            joined.append(line)
    return joined


def year_changed(lines: Iterable[str]) -> int | None:
    """The year in which a page says that it was last changed."""
    years = [int(match["year"]) for line in lines if (match := _CHANGED.match(squeeze(line)))]
    return next((year for year in years if _is_past(year)), None)


def year_of(line: str) -> int | None:
    """The year of a line that tells a date and nothing else, or that a date ends: “London, March 2009”."""
    text = squeeze(line).strip(" .()[]|")
    if not re.search(_YEAR, text) or _OTHER_DATE.search(_ISSUED.sub("", text)):
        return None
    parts = _PART.split(text)
    dates = [part for part in parts if _DATE.fullmatch(part)]
    if not dates and len(text.split()) <= _MOST_WORDS:
        ended = _LAST_DATE.search(text) or (_ISSUED.search(text) and _LAST_FIGURES.search(text))
        dates = [ended.group()] if ended else []
    # A bare year beside other words is as often a part of them as a date: “Vision 2030 | Annex 2”.
    if not dates or (len(parts) > 1 and not _ISSUED.search(text) and dates[-1].isdigit()):
        return None
    year = int(re.findall(_YEAR, dates[-1])[-1])
    return year if _is_past(year) else None


def is_date(line: str) -> bool:
    """Whether a line holds a date and nothing else."""
    return bool(_DATE.fullmatch(_ISSUED.sub("", squeeze(line)).strip(" .()[]|:")))


def year_in_title(title: str) -> int | None:
    """The only year that a title names: “Survey 2015”, but not “Plan 2014-20”. When it came out is guessed so."""
    years = {int(year) for year in re.findall(rf"(?<!\d){_YEAR}(?!\d)", title)}
    year = years.pop() if len(years) == 1 and not re.search(r"\d{4} ?[–/-] ?\d\d", title) else None
    return year if _is_past(year) else None


def year_in_name(file: str) -> int | None:
    """The only year in the name of a file: "return-2018.pdf", and 2018 for "return_2017-18.pdf"."""
    name = _SPAN_IN_NAME.sub(lambda match: str(int(match[1]) + 1) if _is_span(match) else match[0], PurePath(file).stem)
    year = year_in(name)
    return year if _is_past(year) else None


def _is_span(match: re.Match[str]) -> bool:
    return (int(match[1]) + 1) % 100 == int(match[2])


def year_covered(lines: Iterable[str]) -> int | None:
    """The only year that a report says it is about: “for the year that ended on 31 March 2018”."""
    years = {int(match["year"]) for line in lines for match in _COVERED.finditer(line)}
    year = years.pop() if len(years) == 1 else None
    return year if _is_past(year) else None


def _is_past(year: int | None) -> bool:
    return year is not None and year <= datetime.date.today().year + 1


def _publisher(text: str) -> str:
    if match := _PUBLISHED_BY.search(text):
        return _body(match["name"] or match["other"])
    named = (match["name"] for line in text.split("\n") if (match := _BODY_AFTER.fullmatch(line)))
    return next(filter(is_organisation, named), "")


def _copyright(text: str) -> tuple[str, int | None]:
    """Whose copyright the report is and of which year; pictures and maps in it belong to others."""
    for match in _COPYRIGHT.finditer(text):
        line = text[text.rfind("\n", 0, match.end()) + 1 : match.end()]
        years = [int(year) for year in re.findall(_YEAR, match["name"])]
        if _OF_A_PICTURE.search(line) or not (years or "©" in line):
            continue
        said = re.sub(rf"^\W*(?:by |of )?(?:{_YEARS})?[\s,.:]*(?:(?:held )?(?:by|of) )?", "", match["name"])
        name = _body(said)
        if name or years:
            return name, max(years, default=None)
    return "", None


def _body(said: str) -> str:
    """The name that `said` begins with, "" where it is nobody's."""
    name = re.sub("^the ", "", squeeze(_NAME_ENDS.split(said, maxsplit=1)[0]).strip(" :.,-–©"))
    words = re.sub(r"\(.*", "", name).split()
    if not 1 <= len(words) <= 10 or _NOBODY.fullmatch(name) or "@" in name or sum(map(str.isalpha, name)) < 3:
        return ""
    return name if words[0][0].isupper() or len(words) <= 2 else ""


def _authors(lines: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Who wrote the report, and for whom, as lines say that begin with it."""
    authors: tuple[str, ...] = ()
    customer = ""
    for line, following in zip_longest(lines, lines[1:], fillvalue=""):
        text = line
        if following and _LABEL_ALONE.fullmatch(line):
            text = f"{line.rstrip(':')}{': ' if 'author' in line.casefold() else ' '}{following}"
        text = _OWN_DATE.sub("", text) if _BY_WHOM.match(text) else text
        if match := _AUTHORS.fullmatch(text) or _BY_ALONE.fullmatch(text):
            authors = authors or people(match["name"])
        elif match := _BY.fullmatch(text):
            by, *ordered = re.split(r" (?:on behalf of|for) (?=the |[A-Z])", match["name"], maxsplit=1)
            authors = authors or people(by) or _organisation(by)
            customer = customer or "".join(_organisation(match["customer"] or "".join(ordered)))
        elif match := _FOR.fullmatch(text):
            customer = customer or "".join(_organisation(match["customer"]))
    return authors, customer


def _organisation(text: str) -> tuple[str, ...]:
    name = re.sub(r"^the ", "", text.strip(" .:"))
    return (name,) if is_organisation(name) else ()
