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

from ingest.details import is_organisation, own_names, own_title, people
from ingest.imprint import imprint, is_date, year_of
from ingest.line import Line
from ingest.paragraphs import BULLET
from ingest.repair import join_lines
from ingest.text import squeeze

_FIRST_PAGES, _LAST_PAGES = 3, 2
_SAME_SIZE = 0.12  # by how much the heights of letters of one title differ, accents and all
_LARGER = 1.12  # times the size of the text: from there on type is set larger on purpose
_LEADING = 2.6  # times its height: lines of a title that stand further apart are no longer one
_LONGEST_TITLE, _LONGEST_SUBTITLE, _MOST_LINES = 220, 200, 6  # characters, and lines of a title
_PARAGRAPH = 110  # characters: what is longer, and is set as the text is, is a paragraph

_MARK = re.compile(
    r"\W*(?:draft|confidential|sample|specimen|copy|embargoed?|final|proof|preview|void|restricted|official|unclassified"
    r"|not for (?:circulation|publication|quotation|citation)|do not (?:copy|cite|quote|distribute)|for (?:comment|discussion"
    r"|review|information|consultation)|internal use only|public|version \d[\w.]*|v\d[\w.]*|new|free)\W*",
    re.IGNORECASE,
)
_KIND = (
    r"(?:final |interim |draft |summary |full |main |technical |annual |research |evaluation |progress |project |working"
    r" |discussion |occasional |policy |position |briefing |background |consultation |issues |white |green )*"
    r"(?:report|paper|brief|briefing|note|series|summary|guide|guidance|publication|document|deliverable|annex|appendix|volume"
    r"|vol|issue|no|number|part|chapter|bulletin|insight|factsheet|fact sheet|leaflet|case study|newsletter|toolkit|resource)"
)
_LABEL = re.compile(rf"\W*{_KIND}s?(?:\W+(?:no\.?|number)?\W*[a-z]{{0,3}}\d+(?:[./-]\d+)*)?\W*", re.IGNORECASE)
_SERIES = re.compile(rf"\W*{_KIND}s?\W+(?:no\.?|number)?\W*[a-z]{{0,3}}\d+(?:[./-]\d+)*\W*", re.IGNORECASE)
_FIELD = re.compile(
    r"(?:date|version|status|author|licen[cs]e|page|tel|telephone|phone|fax|e-?mail|web(?:site)?|isbn|issn|doi|contact|ref(?:erence)?"
    r"|project number|start date|due date|duration|price|task|type|filename|file name|dissemination level|approval status"
    r"|name|team|keywords?|subject|prepared (?:by|for)|published by|written by|funded by|supported by|with|by)\b\s*(?::|$|\d).*",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?:|www\.|@\w|\b[a-z\d-]+\.(?:org|com|eu|net|gov|ac|co)(?:\.uk)?\b/?$|^\W*cc by|©|creative commons", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"[\[<(](?:insert|your|enter|name|title|choose|click|xx)\b.*?[\])>]", re.IGNORECASE)
_OPENING = re.compile(
    r"\W*(?:table of )?(?:contents|introduction|abstract|executive summary|summary|foreword|preface|acknowledge?ments?|background"
    r"|key (?:messages|findings|points|sections)|about (?:this|us|the)\b.*|glossary|references|index|mark only one oval\W*|required)\W*",
    re.IGNORECASE,
)


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
    "Title" and "Author". The date of a file is no date of a report.
    """
    last = max(_FIRST_PAGES, len(pages) - _LAST_PAGES)
    shown = [line.text for lines in (*pages[:_FIRST_PAGES], *pages[last:]) for line in _ordered(lines)]
    inner = [
        [line for index, line in enumerate(lines) if index not in set(dropped)]
        for lines, dropped in zip(pages[:_FIRST_PAGES], margins, strict=False)
    ]
    fronts = [_front(lines, body) for lines in inner]
    title = _page_title(fronts, body)
    told, names = imprint(shown), _own_names(own, shown)
    by = told.authors or _names_below(title, _common_words(pages)) or tuple(n for n in names if not is_organisation(n))
    bodies = [name for name in names if is_organisation(name)] or _bodies(title.front if title else fronts[0])
    ...


@dataclass(frozen=True, slots=True)
class _Group:
    """Lines that stand together in one size."""

    lines: tuple[Line, ...]

    @property
    def size(self) -> float:
        return max(line.size for line in self.lines)

    @property
    def text(self) -> str:
        return squeeze(join_lines([line.text for line in self.lines], Counter()))
