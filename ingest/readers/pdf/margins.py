"""What stands in the margins of pages and lies across them, and lists of contents: no part of the running text."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import pairwise

from ingest.readers.pdf.line import Line

# A running head or foot stands within this share of the page's height from its top or bottom.
MARGIN_BAND = 0.13
# On so many pages stands a running head or foot, but in a paper with few pages.
_REPEATED, _FEW_PAGES = 3, 4
# Notes at the foot of a page are set smaller than the text by this at least: in 8 or 9 points below 10 or 11.
_NOTE_SIZE = 0.93
_FOOT = 0.5
_HEADING_SIZE, _SAME_SIZE = 1.12, 1.02
# What lies across a page covers so much of its height or width; the slanted names below a chart do not.
_ACROSS_DOWN, _ACROSS = 0.08, 0.15

_LEADER = re.compile(r"\s*(?:\.{4,}|(?:\. ){4,}|…{2,}|_{4,})\s*(\d{1,4}|[ivxlc]{1,6})?\s*$")
_LEADS = ("....", ". . . .", "……", "____")  # one of which a leader has; to look for them is quick
_ENTRY = re.compile(r"^(?:\d{1,2}(?:\.\d{1,2})*\.?\s+)?\D.*\s\d{1,4}$")
_CONTENTS_TITLE = re.compile(r"^\W*(?:table of )?contents?\W*$|^list of (?:figures|tables)\W*$", re.IGNORECASE)
_PAGE_NUMBER = re.compile(r"^\W*(?:page\s*)?#(?:\s*(?:of|/|\|)\s*#)?\W*$|^\W*[ivxl]{1,6}\W*$")
_PAGE_OF_PAGES = re.compile(r"^\W*page # of #\W*$")
_NUMBERED = re.compile(r"^[^\W\d_]+(?: [^\W\d_]+){0,3} #\W?$")
# What is numbered in a report, and stands above the text of a page of its own.
_PARTS = re.compile(
    r"^(?:action|annex|appendix|aim|attachment|box|case|challenge|chapter|example|exercise|finding|goal|key|lesson|"
    r"module|objective|outcome|part|phase|principle|priority|proposal|question|recommendation|scenario|section|session|"
    r"standard|step|stage|story|table|theme|tip|tool|topic|unit|week|work)",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"^(?:[\[(]?\d{1,3}[\])]?|[*†‡§¶]{1,3}|[a-z](?=[.)]?\s+[A-Z]))[.)]?\s+(?:[^\W\d_a-z]|[“‘\"'(]|https?:|www\.)"
)

_Place = tuple[str, int]


def watermarks(pages: Sequence[Sequence[Line]]) -> list[set[int]]:
    """For each page the indices of the lines that lie across it, as "DRAFT": they lean, or are large and faint.

    What is large and faint may also be a title on a dark ground: it lies across where it covers smaller lines, or is
    found at the same place of most pages.
    """
    count = sum(bool(lines) for lines in pages)
    places = Counter((line.text, round(line.top * 20)) for lines in pages for line in lines if line.faint)
    return [
        {
            index
            for index, line in enumerate(lines)
            if (line.leaning and (line.bottom - line.top > _ACROSS_DOWN or line.right - line.left > _ACROSS))
            or (line.faint and (2 * places[line.text, round(line.top * 20)] > max(2, count) or _covers(line, lines)))
        }
        for lines in pages
    ]


def _covers(line: Line, lines: Sequence[Line]) -> bool:
    return any(
        2 * other.size < line.size
        and line.top < (other.top + other.bottom) / 2 < line.bottom
        and min(line.right, other.right) > max(line.left, other.left)
        for other in lines
    )


def furniture(pages: Sequence[Sequence[Line]], body: float) -> list[set[int]]:
    """For each page the indices of its lines that are running heads, running feet and page numbers.

    A line is furniture where the same words, numbers aside, stand at the same height on three pages or more; in a paper
    of two to four pages on all but one, where they are set as small as the text. `body` is the size of the text.
    Headings that differ in their number, as "Recommendation 1", are none.
    """
    places: defaultdict[_Place, dict[int, Line]] = defaultdict(dict)
    for number, lines in enumerate(pages):
        for line in lines:
            for key in _places(line):
                places[key][number] = line
    count = sum(bool(lines) for lines in pages)
    fewest = max(2, count - 1) if count <= _FEW_PAGES else _REPEATED
    running = {key for key, found in places.items() if _is_running(key[0], found, body, fewest)}
    return [{i for i, line in enumerate(lines) if running.intersection(_places(line))} for lines in pages]


def _is_running(words: str, found: Mapping[int, Line], body: float, fewest: int) -> bool:
    if _PAGE_OF_PAGES.match(words):
        return True
    if len(found) >= _REPEATED:
        return not _are_headings(words, found, body)
    if len(found) < fewest or any(line.size > _SAME_SIZE * body or line.bold for line in found.values()):
        return False
    same = len({line.text for line in found.values()}) == 1
    return same or (not _PARTS.match(words) and _are_page_numbers(found))


def _are_headings(words: str, found: Mapping[int, Line], body: float) -> bool:
    """Whether lines that differ in their numbers alone are headings, each of the text on its page."""
    counts = Counter(line.text for line in found.values())
    if not _NUMBERED.match(words) or words.startswith("page ") or max(counts.values()) > 1:
        return False
    large = all(line.size > _HEADING_SIZE * body or (line.bold and line.size >= body) for line in found.values())
    if _PARTS.match(words):
        return large or all(line.size >= body for line in found.values())
    return large and not _are_page_numbers(found)


def _are_page_numbers(found: Mapping[int, Line]) -> bool:
    """Whether the last number of each line counts the pages."""
    numbers = {page: re.findall(r"\d+", line.text) for page, line in found.items()}
    return all(numbers.values()) and len({int(each[-1]) - page for page, each in numbers.items()}) == 1


def _places(line: Line) -> list[_Place]:
    """Keys under which a line in the margin is counted; two neighbours each, so that rounding never parts a pair."""
    if line.top > MARGIN_BAND and line.bottom < 1 - MARGIN_BAND:
        return []
    words = re.sub(r"\d+", "#", line.text.casefold()).strip()
    words = "#" if _PAGE_NUMBER.match(words) and not _PAGE_OF_PAGES.match(words) else re.sub(r"\s+", " ", words)
    height = round(line.top * 100)
    return [(words, height), (words, height + 1)]


def notes(lines: Sequence[Line], body: float) -> set[int]:
    """The indices of the lines of a page that are notes at the foot of it, or of one of its columns.

    They are set smaller than the text, or start with a raised mark, and no text stands below them.
    """
    found: set[int] = set()
    for index, line in enumerate(lines):
        small = 0 < line.size <= _NOTE_SIZE * body
        if index - 1 in found and small and line.top > lines[index - 1].top:
            found.add(index)
        elif (small and _NOTE.match(line.text)) or line.labelled:
            below = (other for other in lines if other.top > line.bottom and other.size > _NOTE_SIZE * body)
            beside = any(other.left < line.right and line.left < other.right for other in below)
            if line.top > _FOOT and not beside:
                found.add(index)
    return found if any(line.size > _NOTE_SIZE * body for line in lines) else set()


def contents_lines(
    lines: Sequence[str], last_page: int, others: Callable[[], Collection[str]] = frozenset[str]
) -> set[int]:
    """The indices of the lines that belong to a table of contents.

    It is known by its title, or by leaders of dots before numbers that rise as pages do, up to `last_page`, and whose
    words are among the `others` of the report, which are only asked for then: a budget has leaders too.
    """
    led = {index: match for index, line in enumerate(lines) if (match := _leader(line))}
    titles = [index for index, line in enumerate(lines[:8]) if _CONTENTS_TITLE.match(line.strip())]
    entries = {index for index, line in enumerate(lines) if _ENTRY.match(line.strip())}
    if titles and len(entries | led.keys()) >= max(4, len(lines) // 2):
        return set(range(titles[0], max(entries | led.keys()) + 1))
    if len(led) < 2:
        return set()
    numbers = [int(match[1]) for match in led.values() if match[1] and match[1].isdigit()]
    rising = all(one <= other for one, other in pairwise(numbers)) and max(numbers, default=0) <= last_page
    known = others()
    told = sum(_words(match.string[: match.start()]) in known for match in led.values())
    is_contents = titles or (rising and (2 * told >= len(led) or len(numbers) >= _REPEATED * 2))
    return set(led) if is_contents else set()


def words_of_lines(pages: Sequence[Sequence[Line]]) -> set[str]:
    """The words of each line without leaders, as `contents_lines` compares them."""
    return {_words(line.text) for lines in pages for line in lines if not _leader(line.text)}


def _leader(text: str) -> re.Match[str] | None:
    return _LEADER.search(text) if any(lead in text for lead in _LEADS) else None


def _words(text: str) -> str:
    return " ".join(re.findall(r"[^\W\d_]+", text.casefold()))
