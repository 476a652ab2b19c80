"""The front of a report whose lines have places and sizes: its title, and what its first and last pages say of it.

The title is the largest type above the first paragraph of the first page that has words, without what else is set
large there: the names of organisations, of series, dates, marks such as DRAFT. What a file says of itself is believed
where it stands on the pages, for files are often made from others.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import dropwhile, pairwise

from ingest.readers.cleanup import join_lines
from ingest.readers.pdf.line import Line
from ingest.readers.pdf.paragraphs import BULLET
from ingest.readers.text import squeeze
from ingest.readers.title_page.imprint import Imprint, imprint, is_date, year_covered, year_in_title, year_of
from ingest.readers.title_page.metadata import in_order, is_organisation, is_person, own_names, own_title, people

_FIRST_PAGES, _LAST_PAGES = 3, 2
_ASIDE = 0.06  # of the page's width
_COVER_LINES = 14
_FAR_LARGER = 1.5  # times the size of another group
_SAME_SIZE = 0.12  # by how much the heights of letters of one title differ, accents and all
_LARGER = 1.12  # times the size of the text: from there on type is set larger on purpose
_TITLE_SIZE, _LEADING, _TEXT_LEADING = 1.8, 2.6, 1.9  # lines further apart than so many heights are no longer one
_LONGEST_TITLE, _LONGEST_SUBTITLE, _MOST_LINES = 220, 200, 6  # characters, and lines of a title
_PARAGRAPH = 110  # characters: what is longer, and is set as the text is, is a paragraph

_NUMBERED = re.compile(r"\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)](?=\s)")
_TYPESETTING = re.compile(
    r"indesign|quark|pagemaker|illustrator|scribus|publisher|framemaker|canva|xpress", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]+")
_MARK = re.compile(
    r"\W*(?:draft|confidential|sample|specimen|copy|embargoed?|final|proof|preview|void|restricted|official"
    r"|unclassified"
    r"|not for (?:circulation|publication|quotation|citation)|do not (?:copy|cite|quote|distribute)|for"
    r" (?:comment|discussion"
    r"|review|information|consultation)|internal use only|public|version \d[\w.]*|v\d[\w.]*|new|free)\W*",
    re.IGNORECASE,
)
_KIND = (
    r"(?:final |interim |draft |summary |full |main |technical |annual |research |evaluation |progress |project "
    r"|working"
    r" |discussion |occasional |policy |position |briefing |background |consultation |issues |white |green )*"
    r"(?:report|paper|brief|briefing|note|series|summary|guide|guidance|publication|document|deliverable|annex"
    r"|appendix|volume"
    r"|vol|issue|no|number|part|chapter|bulletin|insight|factsheet|fact sheet|leaflet|case study|newsletter"
    r"|toolkit|resource)"
)
_LABEL = re.compile(rf"\W*{_KIND}s?(?:\W+(?:no\.?|number)?\W*[a-z]{{0,3}}\d+(?:[./-]\d+)*)?\W*", re.IGNORECASE)
_SERIES = re.compile(rf"\W*{_KIND}s?\W+(?:no\.?|number)?\W*[a-z]{{0,3}}\d+(?:[./-]\d+)*\W*", re.IGNORECASE)
_FIELD = re.compile(
    r"(?:date|version|status|author|licen[cs]e|page|tel|telephone|phone|fax|e-?mail|web(?:site)?|isbn|issn|doi"
    r"|contact|ref(?:erence)?"
    r"|project number|start date|due date|duration|price|task|type|filename|file name|dissemination level"
    r"|approval status"
    r"|name|team|keywords?|subject|prepared (?:by|for)|published by|written by|funded by|supported by|with"
    r"|by)\b\s*(?::|$|\d).*",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"https?:|www\.|@\w|\b[a-z\d-]+\.(?:org|com|eu|net|gov|ac|co)(?:\.uk)?\b/?$|^\W*cc by|©|creative commons",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(r"[\[<(](?:insert|your|enter|name|title|choose|click|xx)\b.*?[\])>]", re.IGNORECASE)
_OPENING = re.compile(
    r"\W*(?:table of )?(?:contents|introduction|abstract|executive summary|summary|foreword|preface"
    r"|acknowledge?ments?|background"
    r"|key (?:messages|findings|points|sections)|about (?:this|us|the)\b.*"
    r"|how to use th(?:is|ese)\b.*|glossary|references|index|mark only"
    r" one oval\W*|required)\W*",
    re.IGNORECASE,
)


def is_opening(heading: str) -> bool:
    """Whether a heading is that of a section with which reports begin, and so no title: “Introduction”, “Contents”."""
    return bool(_OPENING.fullmatch(heading))


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a report says of itself; empty where it does not. `guessed` names what is inferred."""

    title: str = ""
    subtitle: str = ""
    authors: tuple[str, ...] = ()
    publisher: str = ""
    year: int | None = None
    guessed: tuple[str, ...] = ()


def front_matter(
    pages: Sequence[Sequence[Line]], margins: Sequence[Iterable[int]], body: float, own: Mapping[str, str]
) -> FrontMatter:
    """What the report with the lines `pages`, most of them of size `body`, says of itself.

    `margins` names for each page the lines that are running heads and feet. `own` is what the file says of itself, its
    "Title", "Author" and "Creator" (a program). The date of a file is no date of a report.
    """
    last = max(_FIRST_PAGES, len(pages) - _LAST_PAGES)
    shown = [line.text for lines in (*pages[:_FIRST_PAGES], *pages[last:]) for line in _in_order(lines)]
    fronts = [
        _Front.of([line for index, line in enumerate(lines) if index not in set(dropped)], body)
        for lines, dropped in zip(pages[:_FIRST_PAGES], margins, strict=False)
    ]
    whole = next(([_Front.of(lines, body)] for lines in pages[:_FIRST_PAGES] if lines), [])
    told = imprint(shown)
    found = _title(fronts, body)
    title, subtitle, sure = _with_own_title(found, own_title(own.get("Title", "")), fronts)
    standing, others = _own_names(own, shown)
    below = _names_below(found, pages) if found else ()
    bodies = [name for name in standing if is_organisation(name)] or _organisations(whole, title)
    year, dated = _year(told, fronts, f"{title} {subtitle}")
    front = FrontMatter(
        title,
        subtitle,
        told.authors or below or tuple(name for name in standing if name not in bodies) or others,
        told.publisher or ", ".join(bodies),
        year,
    )
    sure_of = {
        "title": sure,
        "authors": bool(told.authors) or bool(standing and set(below) <= set(standing)),
        "publisher": bool(told.publisher) and "publisher" not in told.guessed,
        "year": dated,
    }
    return replace(
        front, guessed=tuple(name for name, is_sure in sure_of.items() if getattr(front, name) and not is_sure)
    )


@dataclass(frozen=True, slots=True)
class _Group:
    """Lines that stand together and are set alike."""

    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        return squeeze(_PLACEHOLDER.sub("", join_lines([line.text for line in self.lines], Counter())))

    @property
    def size(self) -> float:
        return max(line.size for line in self.lines)

    @property
    def top(self) -> float:
        return self.lines[0].top

    def takes(self, line: Line, body: float) -> bool:
        """Whether `line` goes on in this group."""
        last, large = self.lines[-1], line.size > _LARGER * body
        steps = [later.top - earlier.top for earlier, later in pairwise(self.lines[:2])]
        leading = _LEADING if line.size > _TITLE_SIZE * body else _TEXT_LEADING
        furthest = min([leading * max(last.bottom - last.top, 0.005), *(1.3 * step for step in steps if step > 0.005)])
        near = -0.005 < line.top - last.top < furthest
        beside = line.left < last.right and last.left < line.right
        alike = abs(line.size - last.size) <= _SAME_SIZE * max(last.size, line.size) and line.bold == last.bold
        return near and beside and alike and (large or not BULLET.match(line.text))

    def is_paragraph(self, body: float) -> bool:
        text, ended = self.text, self.text.endswith((".", ";", ","))
        if self.size > _LARGER * body:
            return ended and len(text) > _PARAGRAPH
        return len(text) > _PARAGRAPH or (ended and len(text.split()) > 7)

    def is_title(self, body: float) -> bool:
        """Whether this may be a title, as far as its words tell."""
        text = self.text
        return (
            sum(map(str.isalpha, text)) >= 3
            and len(text) <= _LONGEST_TITLE
            and len(self.lines) <= _MOST_LINES
            and text[0] not in "([•"
            and not (_NUMBERED.match(text) or _MARK.fullmatch(text) or _FIELD.fullmatch(text) or _ADDRESS.search(text))
            and not (_OPENING.fullmatch(text) or is_date(text) or year_of(text) or self.is_paragraph(body))
        )

    def is_people(self) -> bool:
        return all(people(line.text) for line in self.lines)

    def is_organisation(self) -> bool:
        lines = [name for line in self.lines if (name := _plain(line))]
        return bool(lines) and (all(map(is_organisation, lines)) or is_organisation(self.text))


@dataclass(frozen=True, slots=True)
class _Front:
    """The groups of a page from top to bottom; `head` counts those above its first paragraph."""

    groups: tuple[_Group, ...]
    head: int

    @classmethod
    def of(cls, lines: Sequence[Line], body: float) -> _Front:
        groups: list[_Group] = []
        for line in _in_order(lines):
            index = next((i for i in range(len(groups) - 1, -1, -1) if groups[i].takes(line, body)), None)
            if index is None:
                groups.append(_Group((line,)))
            else:
                groups[index] = _Group((*groups[index].lines, line))
        head = next((i for i, group in enumerate(groups) if group.is_paragraph(body)), len(groups))
        return cls(tuple(groups), head)

    @property
    def is_cover(self) -> bool:
        return self.head == len(self.groups) and sum(len(group.lines) for group in self.groups) <= _COVER_LINES


@dataclass(frozen=True, slots=True)
class _Title:
    """A title and the groups below it on its page. `sure` says that its type shows it."""

    text: str
    subtitle: str
    below: tuple[_Group, ...]
    front: tuple[_Front, ...]
    sure: bool


def _plain(line: Line) -> str:
    """The words of a line without brackets, and without what is still to be filled in."""
    return squeeze(_PLACEHOLDER.sub("", line.text)).strip(" []")


def _in_order(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (round(line.top, 2), line.left))


def _title(fronts: Sequence[_Front], body: float) -> _Title | None:
    """The title as the first page shows it that has one; behind a page of text no title is looked for."""
    for front in fronts:
        if group := _largest(front, body):
            # What stands below a paragraph, or is set like what does, may be the heading of a section.
            others = [other for each in fronts for other in each.groups if not other.is_paragraph(body)]
            below = [other for other in others if other not in front.groups[: front.head] and other.text != group.text]
            sure = group in front.groups[: front.head] and (
                front.is_cover or not any(_is_alike(other, group) for other in below)
            )
            return _titled(front, group, body, sure=sure)
        if front.groups and not front.is_cover:
            break
    first = next((front for front in fronts if front.groups), None)
    plain = [group for group in first.groups[: first.head] if group.is_title(body)] if first else []
    named = [
        group for group in plain if not (group.is_organisation() or group.is_people()) and len(group.text.split()) <= 15
    ]
    return _titled(first, named[0], body, sure=False) if first and named and not first.is_cover else None


def _largest(front: _Front, body: float) -> _Group | None:
    """The group in the largest type, one above the first paragraph unless another is far larger."""
    # What is set like “Summary” or “Introduction” is the heading of a section.
    sections = [group for group in front.groups if _OPENING.fullmatch(group.text)]
    able = [
        group
        for group in front.groups
        if group.is_title(body)
        and not _is_label_alone(group, front)
        and not any(_is_alike(group, section) for section in sections)
    ]
    head = [group for group in able if group in front.groups[: front.head]]
    large = [group for group in head if group.size > _LARGER * body or group.lines[0].bold]
    named = [group for group in large if not group.is_organisation()]
    best = _first_of_largest(named)
    rest = _first_of_largest([g for g in able if g not in head and g.size > _LARGER * body and not g.is_organisation()])
    if rest and (not best or rest.size > _FAR_LARGER * max(best.size, body)):
        return rest
    large_bodies = [group for group in large if group.size > _FAR_LARGER * body and len(front.groups) > front.head]
    return best or _first_of_largest(large_bodies)


def _first_of_largest(groups: Sequence[_Group]) -> _Group | None:
    largest = max((group.size for group in groups), default=0.0)
    return next((group for group in groups if group.size >= 0.95 * largest), None)


def _is_label_alone(group: _Group, front: _Front) -> bool:
    """Whether a group says only what kind of paper this is, and another on the page tells its title."""
    return bool(_LABEL.fullmatch(group.text)) and not _SERIES.fullmatch(group.text) and len(front.groups) > 1


def _titled(front: _Front, group: _Group, body: float, sure: bool) -> _Title:
    """`group` as the title of its page, without the number in a series, and with what stands below."""
    below = front.groups[front.groups.index(group) + 1 :]
    text = _unnumbered(group)
    following = next((each for each in below[:3] if each.is_title(body) and not each.is_organisation()), None)
    if _SERIES.fullmatch(text) and following:
        return _Title(f"{text}: {following.text}", "", below, (front,), sure)
    return _Title(_without_stop(text), _subtitle(front, group, body), below, (front,), sure)


def _unnumbered(group: _Group) -> str:
    """The text of a group without a line that gives its number in a series, and without the organisation above it."""
    kept = [line for line in group.lines if not _SERIES.fullmatch(line.text)]
    kept = [*dropwhile(lambda line: not _plain(line) or is_organisation(_plain(line)), kept)]
    return _Group(tuple(kept) or group.lines).text.strip(" -–—|")


def _without_stop(text: str) -> str:
    return text[:-1] if text.endswith(".") and text.count(".") == 1 else text


def _subtitle(front: _Front, title: _Group, body: float) -> str:
    """What stands right below the title in smaller type that is still larger than the text's, or on a cover."""
    below = front.groups[front.groups.index(title) + 1 :][:1]
    for group in below:
        text = group.text
        set_off = (group.size > _LARGER * body or front.is_cover) and not _is_alike(group, title)
        near = group.top - title.lines[-1].top < 4 * max(title.lines[-1].bottom - title.lines[-1].top, 0.01)
        worded = group.is_title(body) and not (group.is_organisation() or group.is_people() or _LABEL.fullmatch(text))
        if (
            set_off
            and near
            and _is_aligned(group, title)
            and worded
            and len(text) <= _LONGEST_SUBTITLE
            and len(text.split()) <= 20
            and not text.endswith((".", ":"))
        ):
            return text
    return ""


def _is_alike(group: _Group, other: _Group) -> bool:
    small, large = sorted((group.size, other.size))
    return small > 0.95 * large and group.lines[0].bold == other.lines[0].bold


def _is_aligned(group: _Group, other: _Group) -> bool:
    """Whether two groups begin at the same place of their lines, or have the same middle."""
    one, two = group.lines[0], other.lines[0]
    return min(abs(one.left - two.left), abs(one.left + one.right - two.left - two.right) / 2) < _ASIDE


def _with_own_title(found: _Title | None, own: str, fronts: Sequence[_Front]) -> tuple[str, str, bool]:
    """Title, subtitle and whether they are sure: the page's, or the file's own where that stands on the page."""
    if not found or (len(own.split()) > 2 and not found.sure):
        return own, "", bool(own) and _letters(own) in _letters(" ".join(g.text for f in fronts for g in f.groups))
    groups = [group for front in found.front for group in front.groups]
    if any(len(own.split()) > 2 and _letters(own) == _letters(_unnumbered(group)) for group in groups):
        return own, found.subtitle if _letters(own) == _letters(found.text) else "", True
    shown = _letters(" ".join(group.text for group in groups))
    told, page = _letters(own), _letters(found.text)
    if told and told in shown and page in told:
        whole = told in page + _letters(found.subtitle) and told != page
        return own, "" if whole else found.subtitle, True
    return found.text, found.subtitle, found.sure


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _own_names(own: Mapping[str, str], shown: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names that the file gives itself: those that stand on the first or last pages, and other persons.

    A person whom the pages do not name is left out where a typesetter's program made the file, and anybody who is no
    person: that is whoever set the file, or owned the computer.
    """
    text = _letters(" ".join(shown))
    names = [in_order(name) for name in own_names([own.get("Author", "")], accounts=True)]
    standing = tuple(dict.fromkeys(name for name in names if _letters(name) in text))
    typeset = _TYPESETTING.search(own.get("Creator", ""))
    return standing, tuple(name for name in names if name not in standing and is_person(name) and not typeset)


def _common_words(pages: Sequence[Sequence[Line]]) -> set[str]:
    """The words that the report writes small: these are no names."""
    return {word for lines in pages for line in lines for word in _WORD.findall(line.text) if word.islower()}


def _names_below(title: _Title, pages: Sequence[Sequence[Line]]) -> tuple[str, ...]:
    """The persons named below the title of a report with the lines `pages`, one or more a line."""
    named: list[str] = []
    common = cache(lambda: _common_words(pages))  # which most reports are not asked for
    between = 0
    for group in title.below:
        between += not named and not group.is_people()
        if between > 2:
            break
        for line in group.lines:
            persons = people(line.text)
            if persons and not any(name.split()[0].casefold() in common() for name in persons):
                named += persons
            elif named:
                return tuple(dict.fromkeys(named))
    return tuple(dict.fromkeys(named))


def _organisations(fronts: Sequence[_Front], title: str) -> list[str]:
    """The organisation named on a line of its own above the first paragraph, and the part of it named below."""
    plain = [_plain(line) for front in fronts for group in front.groups[: front.head] for line in group.lines]
    places = [
        index for index, line in enumerate(plain) if is_organisation(line) and _letters(line) not in _letters(title)
    ]
    return list(dict.fromkeys(plain[index] for index in places[:2] if index <= places[0] + 1))


def _year(told: Imprint, fronts: Sequence[_Front], title: str) -> tuple[int | None, bool]:
    """The year of the report, and whether it is known: as it says, by the date on its cover, by its copyright."""
    if told.year:
        return told.year, True
    for front in fronts[:2]:
        years = {year for line in _cover_lines(front) if (year := year_of(line))}
        if years:
            return max(years), len(years) == 1
    if told.copyrighted:
        return told.copyrighted, True
    groups = (" ".join(line.text for line in group.lines) for front in fronts[:2] for group in front.groups)
    return year_in_title(title) or year_covered(groups), False


def _cover_lines(front: _Front) -> Iterator[str]:
    """The lines of a front that are no running text, each with what stands to its left: the label of a date."""
    lines = [line for group in front.groups if not group.is_paragraph(1.0) for line in group.lines]
    for line in lines:
        label = [o.text for o in lines if o.left < line.left and abs(o.top - line.top) < 0.012 and o is not line]
        yield " ".join([*label, line.text])
