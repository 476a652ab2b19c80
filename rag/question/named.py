"""What must be named where a question is answered, and whether a text names it."""

from __future__ import annotations

import re
from collections.abc import Collection

_YEAR = re.compile(r"(?<!\d)(?<![£$€,.])(?:19|20)\d{2}(?!\d|,\d|\.\d)")
_YEARS = re.compile(r"(?<!\d)((?:19|20)\d\d)[-‑–/](\d\d)(?!\d)")
_STANDS_FOR = re.compile(
    r"\bwhat (?:does|do|did) (?:the (?:letters |abbreviation |acronym )?)?[“\"‘']?"
    r"(?!(?:it|this|that|they|we|you|these|those)\b)(\w[\w&]{1,7})[”\"’']? stand for\b",
    re.I,
)


def named_in(question: str) -> frozenset[str]:
    """What must be named where a question is answered: years, and the letters that stand for what is asked for."""
    return frozenset(_YEAR.findall(question) + _STANDS_FOR.findall(question))


def names(text: str, wanted: Collection[str]) -> bool:
    """Whether a text names all that is `wanted`."""
    # 2018/19 is 2019 too
    text += "".join(f" {int(year) + 1}" for year, last in _YEARS.findall(text) if (int(year) + 1) % 100 == int(last))
    return all(_named(each).search(text) for each in wanted)


def _named(name: str) -> re.Pattern[str]:
    """What names a year, which may be a count too (2,000), or letters, in capitals where they were asked for so."""
    if name.isdecimal():
        return re.compile(rf"(?<!\d){name[0]},?{name[1:]}(?!\d)")
    return re.compile(rf"(?<!\w){re.escape(name)}s?(?!\w)", 0 if name.isupper() else re.IGNORECASE)
