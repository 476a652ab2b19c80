"""Amounts, dates and numbers of things, brought to the form in which reports write them.

People type "1200 pounds", "1.2m", "03/03/2014" and "option two" for what reports print as £1,200, £1.2 million,
3 March 2014 and option 2. A question is searched in the reports' form; words are
compared in one form on both sides.
"""

from __future__ import annotations

import re

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October"),
    *("November", "December"),
)
_SMALL = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_LETTERS = {"k": "thousand", "m": "million", "mn": "million", "bn": "billion", "b": "billion"}
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
_CURRENCIES = {
    "pounds": "£",
    "pound": "£",
    "quid": "£",
    "gbp": "£",
    "euros": "€",
    "euro": "€",
    "eur": "€",
    "dollars": "$",
}

# No amount in a report has more than 15 digits; Python does not take a string of thousands for a number.
_NUMBER = r"\d{1,3}(?:,\d{3}){1,4}(?:\.\d+)?|\d{1,15}(?:\.\d+)?"
_AMOUNT = re.compile(
    rf"(?:(?P<sign>[£€$])\s?)?(?<![\d.,/-])(?P<number>{_NUMBER})(?![\d/-]|[.,]\d)"
    r"(?:(?P<letter>(?(sign)\s?)(?:k|mn?|bn?)|\s?[mb]n)\b|\s?(?P<scale>thousand|million|billion)\b)?"
    r"(?:\s(?P<currency>pounds?|quid|gbp|euros?|eur|dollars)\b)?",
    re.IGNORECASE,
)
_DAY_FIRST = re.compile(r"(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})\2((?:19|20)\d\d)(?![\d/.-])")
_YEAR_FIRST = re.compile(r"(?<![\d/.-])((?:19|20)\d\d)-(\d{1,2})-(\d{1,2})(?![\d/.-])")
# A month of a year; not a page of a list ("3/2014" is one, "12-2014" too, "13/2014" is none).
_MONTH = re.compile(r"(?<![\d/.-])(\d{1,2})[/-]((?:19|20)\d\d)(?![\d/.-])")
_ORDINAL = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)\s(?:of\s)?({'|'.join(_MONTHS)})\b", re.IGNORECASE)
_NUMBERED = re.compile(
    r"\b(options?|steps?|stages?|phases?|parts?|chapters?|sections?|recommendations?|objectives?|outcomes?|principles?"
    rf"|priorit(?:y|ies)|questions?|tables?|figures?|levels?|tiers?|themes?|aims?|goals?|types?)\s({'|'.join(_SMALL)})\b",
    re.IGNORECASE,
)
_SCALED = re.compile(rf"(?<![\d.,])({_NUMBER}) (thousand|million|billion)\b", re.IGNORECASE)
_SMALL_WORD = re.compile(rf"\b(?:{'|'.join(_SMALL)})\b", re.IGNORECASE)


def as_reports_write(question: str) -> str:
    """`question` with its amounts, dates and numbered things in the form that reports print most."""
    text = _YEAR_FIRST.sub(lambda found: _date(found, found[3], found[2], found[1]), question)
    text = _DAY_FIRST.sub(lambda found: _date(found, found[1], found[3], found[4]), text)
    text = _MONTH.sub(_month, text)
    text = _ORDINAL.sub(r"\1 \2", text)
    text = _NUMBERED.sub(lambda found: f"{found[1]} {_SMALL.index(found[2].lower())}", text)
    return _AMOUNT.sub(_amount, text)


def in_one_form(text: str) -> str:
    """`text` with each number in one form, digits alone, also millions and words up to twelve; dates in words."""
    text = _SCALED.sub(_in_digits, as_reports_write(text))
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    return _SMALL_WORD.sub(lambda found: str(_SMALL.index(found[0].lower())), text)


def _date(found: re.Match[str], day: str, month: str, year: str) -> str:
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return found[0]
    return f"{int(day)} {_MONTHS[int(month) - 1]} {year}"


def _month(found: re.Match[str]) -> str:
    return f"{_MONTHS[int(found[1]) - 1]} {found[2]}" if 1 <= int(found[1]) <= 12 else found[0]


def _amount(found: re.Match[str]) -> str:
    number = found["number"].replace(",", "")
    letter = (found["letter"] or "").strip().lower()
    scale = found["scale"] or _LETTERS.get(letter, "")
    sign = found["sign"] or _CURRENCIES.get((found["currency"] or "").lower(), "")
    if not sign and (letter == "b" or not (scale or "," in found["number"])):
        return found[0]  # section 4b; a year, a count or a page
    if len(number) > 3 and "." not in number:
        number = f"{int(number):,}"
    return f"{sign}{number}{f' {scale}' if scale else ''}"


def _in_digits(found: re.Match[str]) -> str:
    return f"{round(float(found[1].replace(',', '')) * _SCALES[found[2].lower()]):d}"
