"""The numbers that Word puts before paragraphs: they are counted, for the file holds only how to make them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS = 9
_PLACE = re.compile(r"%([1-9])")
_TENS = ("", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x")),
    *((9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
Place = tuple[str, int]
"""The id of a list and a level in it, counted from 0."""


@dataclass(frozen=True, slots=True)
class _Level:
    """How a level of a list is numbered. `after` is the level above which starts it anew, 0 for none."""

    start: int = 1
    format: str = "decimal"
    text: str = ""
    legal: bool = False
    after: int | None = None
    style: str = ""


@dataclass
class Numbers:
    """Counts the numbered paragraphs of a document, which are to be told to it in their order."""

    _levels: Mapping[str, Mapping[int, _Level]] = field(default_factory=dict)  # by the id of the list
    _abstract: Mapping[str, str] = field(default_factory=dict)
    _restarts: dict[Place, int] = field(default_factory=dict)
    _counts: dict[str, list[int | None]] = field(default_factory=dict)  # by the id of what lists share

    @classmethod
    def of(cls, numbering: etree._Element | None) -> Numbers:
        """Those of the part of a Word file that defines its lists."""
        if numbering is None:
            return cls()
        abstract = {_value(each, "abstractNumId", own=True): each for each in numbering.iterchildren(f"{W}abstractNum")}
        linked = {
            _value(each, "styleLink"): each for each in abstract.values() if each.find(f"{W}styleLink") is not None
        }
        levels: dict[str, Mapping[int, _Level]] = {}
        shared: dict[str, str] = {}
        restarts: dict[Place, int] = {}
        for num in numbering.iterchildren(f"{W}num"):
            id, shared_id = _value(num, "numId", own=True), _value(num, "abstractNumId")
            base = abstract.get(shared_id)
            if base is not None and (link := _value(base, "numStyleLink")):
                base = linked.get(link, base)
            found = dict(_level(each) for each in base.iterchildren(f"{W}lvl")) if base is not None else {}
            for override in num.iterchildren(f"{W}lvlOverride"):
                level = _number(override.get(f"{W}ilvl"), 0)
                found |= dict(_level(each) for each in override.iterchildren(f"{W}lvl"))
                if (start := _value(override, "startOverride")) != "":
                    restarts[id, level] = _number(start, 1)
            levels[id], shared[id] = found, shared_id if base is None else _value(base, "abstractNumId", own=True)
        return cls(levels, shared, restarts)

    def level_of(self, id: str, style: str) -> int:
        """The level of a list to which a style belongs that names none."""
        return next((level for level, how in self._levels.get(id, {}).items() if how.style == style), 0)

    def next(self, id: str, level: int) -> str:
        """The number of the next paragraph at a level of a list, as it is printed; "" for a bullet or none."""
        levels = self._levels.get(id)
        if not levels or level not in levels:
            return ""
        counts = self._counts.setdefault(self._abstract[id], [None] * _LEVELS)
        before = counts[level]
        if (restart := self._restarts.pop((id, level), None)) is not None:
            counts[level] = restart
        else:
            counts[level] = levels[level].start if before is None else before + 1
        for below in range(level + 1, _LEVELS):
            after = levels.get(below, _Level()).after
            if after is None or 0 < level + 1 <= after:
                counts[below] = None
        return self._printed(levels, level, counts)

    @staticmethod
    def _printed(levels: Mapping[int, _Level], level: int, counts: list[int | None]) -> str:
        how = levels[level]

        def number(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            theirs = levels.get(place, _Level())
            count = counts[place]
            return in_format(theirs.start if count is None else count, "decimal" if how.legal else theirs.format)

        return "" if how.format == "bullet" else _PLACE.sub(number, how.text).strip()


def _level(element: etree._Element) -> tuple[int, _Level]:
    after = _value(element, "lvlRestart")
    hidden = element.find(f"{W}rPr/{W}vanish") is not None
    how = _Level(
        _number(_value(element, "start"), 0),
        _value(element, "numFmt") or "decimal",
        "" if hidden else _value(element, "lvlText"),
        is_on(element.find(f"{W}isLgl")),
        _number(after, 0) if after else None,
        _value(element, "pStyle"),
    )
    return min(_number(element.get(f"{W}ilvl"), 0), _LEVELS - 1), how


def _value(element: etree._Element, name: str, own: bool = False) -> str:
    """The value of a child of that name, or of an attribute of the element's `own`."""
    if own:
        return str(element.get(f"{W}{name}", ""))
    child = element.find(f"{W}{name}")
    return "" if child is None else str(child.get(f"{W}val", ""))


def _number(text: str | None, otherwise: int) -> int:
    """A number as files write it, kept within what anybody counts to."""
    return min(max(int(text), 0), 32_767) if text and re.fullmatch(r"-?\d{1,9}", text) else otherwise


def is_on(element: etree._Element | None) -> bool:
    """Whether a property that is on or off is there and on."""
    return element is not None and element.get(f"{W}val", "1") not in ("0", "false", "off", "none")


def in_format(number: int, format: str) -> str:
    """A number as a list prints it: "iv", "D", "04", "fourth". In a format that is not known it is in digits."""
    return _FORMATS.get(format, str)(number)


def _letters(number: int) -> str:
    """a to z, then aa to zz, as Word counts."""
    return chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 9) if number else ""


def _roman(number: int) -> str:
    printed = ""
    for value, letters in _ROMAN:
        printed += letters * (number // value)
        number %= value
    return printed


def _in_words(number: int) -> str:
    if number < len(_ONES):
        return _ONES[number]
    if number < 100:
        return _TENS[number // 10] + (f"-{_ONES[number % 10]}" if number % 10 else "")
    return str(number)


def _nth_in_words(number: int) -> str:
    words = _in_words(number)
    if words.isdecimal():
        return _nth(number)
    first, dash, last = words.rpartition("-")
    return first + dash + _ORDINALS.get(last, f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")


def _nth(number: int) -> str:
    teen = number % 100 in (11, 12, 13)
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


_FORMATS: Mapping[str, Callable[[int], str]] = {
    "none": lambda number: "",
    "decimalZero": lambda number: f"{number:02}",
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "ordinal": _nth,
    "cardinalText": lambda number: _in_words(number).capitalize(),
    "ordinalText": lambda number: _nth_in_words(number).capitalize(),
    "decimalEnclosedCircle": lambda number: chr(0x245F + number) if 1 <= number <= 20 else str(number),
    "decimalEnclosedParen": lambda number: f"({number})",
    "decimalEnclosedFullstop": lambda number: f"{number}.",
    "numberInDash": lambda number: f"- {number} -",
}
