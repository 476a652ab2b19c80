"""Where reports differ: sentences on the same thing that give other figures, or say the opposite."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from gettext import gettext as _
from itertools import combinations
from typing import Literal

import numpy as np
from langchain_core.embeddings import Embeddings

from rag.answer import Citation
from rag.comparison.row import Row
from rag.generation.claims import Direction, content, denied, directions, numbers, tokens
from rag.generation.lexicon import TRENDS

# Two sentences speak of the same thing from this cosine on, if they share this share of the words of the shorter one.
ALIKE, SHARED = 0.72, 0.6
# Shares of money and of a whole are of the same thing if the words around them share this much.
SAME_COUNT = 0.6
# "About 60%" is said of 57% to 63%: as far as people round who give shares in fives.
ROUGHLY = Decimal("0.05")
_BOUNDS = {
    "~": re.compile(r"\b(?:about|around|nearly|almost|roughly|approximately)$"),
    ">": re.compile(r"\b(?:over|above|(?:more|greater|higher) than|at least)$"),
    "<": re.compile(r"\b(?:under|below|(?:less|fewer|lower) than|at most|up to)$"),
}

# "May" has a capital: "£3.50 may be saved" is no date.
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|(?-i:May|MAY)|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b"
)
# Digits that count nothing: dates, hours, numbers of lists, notes and parts, and those in names (Covid-19).
_NO_FIGURE = re.compile(
    rf"^[^\w£$€]*\d[\d.]*[^\w%]+(?-i:[A-Z])|(?<![\d.,£$€])\b\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH}"
    rf"|\b{_MONTH} \d{{1,2}}\b(?!%| per ?cent)"
    r"|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b|\b\d{1,2}(?:[.:]\d\d)? ?[ap]\.?m\b"
    r"|(?<![£$€\d,.])(?:1[89]|20)\d\d\b(?:[-–/]\d{2,4}\b)?"
    r"|(?<=[^\W\d_])[-‐‑–]?\d[\d.]*|(?<=[^\W\d_][.!?,;:)”\"’])\d{1,3}(?=\s|$)|(?<=[.!?,][”\"’)])\d{1,3}(?=\s|$)"
    r"|\b(?:part|pages?|pp?|chapter|section|fig(?:ure)?|table|box|appendix|annex|step|stage|phase|module|version|month"
    r"|task|volume|para(?:graph)?|question|grade|level|round|article|goal|objective|principle|theme|wave|aged?)"
    r"[.: ]+\d[\d.]*(?: (?:to|and) \d+)?"
    # The marks of several notes, "3,4,5".
    r"|(?<![\d.,£$€])\d{1,2}(?:,\d{1,2})+(?![\d,.]*\d)",
    re.IGNORECASE,
)
# From where a range reaches whose scale stands at its end: "£2 to £3 million".
_FROM = re.compile(
    r"\d[\d.,]*\s*(?:[-‐‑–]|to\b|and\b)\s*[£$€]?(?=\d[\d.,]*\s*(?:thousand|million|billion|trillion|mn?|k|bn?)\b)",
    re.IGNORECASE,
)
_VALUE = re.compile(r"\d+(?:\.\d+)?[^\d.]*")
# What is only asked, supposed or granted is not said.
_NOT_SAID = re.compile(r"\?|\b(?:if|whether|unless|not (?:only|just|simply|necessarily|always))\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two quotations of different reports on the same thing. `what` says in words how they differ."""

    kind: Literal["figure", "direction"]
    one: Citation
    other: Citation
    what: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in digits with its unit ("62%", "41000£"), the stem behind it, and the stems of the words around it.

    `bound` says that it is given as about (~), more (>) or less (<) than that.
    """

    value: str
    counted: str
    around: frozenset[str]
    bound: str

    @property
    def unit(self) -> str:
        return self.value.lstrip("0123456789.")

    @property
    def number(self) -> Decimal:
        return Decimal(self.value.removesuffix(self.unit))


def disagreements(rows: Sequence[Row], embeddings: Embeddings) -> list[Disagreement]:
    """The pairs among what the reports of `rows` say that differ in a figure or a direction, the most alike first.

    They may differ for a reason, such as another year or other people: that is for a reader to judge.
    """
    differing = [
        each
        for one, other in combinations([citation for row in rows for citation in row.citations], 2)
        if one.passage.report.id != other.passage.report.id and _same_subject(one.quote, other.quote)
        for each in (_figures(one, other) or _directions(one, other),)
        if each
    ]
    if not differing:
        return []
    # Words are compared first, for that takes no time; what is left is compared by meaning.
    quotes = list(dict.fromkeys(side.quote for each in differing for side in (each.one, each.other)))
    vectors = dict(zip(quotes, np.array(embeddings.embed_documents(quotes)), strict=True))
    near = [(float(vectors[each.one.quote] @ vectors[each.other.quote]), each) for each in differing]
    return [each for cosine, each in sorted(near, key=lambda each: -each[0]) if cosine >= ALIKE]


def _words(text: str) -> set[str]:
    return {token.key for token in content(text) if token.kind == "content"}


def _same_subject(one: str, other: str) -> bool:
    first, second = _words(one), _words(other)
    return len(first & second) >= max(2, SHARED * min(len(first), len(second)))


def _figures(one: Citation, other: Citation) -> Disagreement | None:
    """The figures for what is counted in the same words and the same unit, where the reports give different ones."""
    mine, theirs = figures(one.quote), figures(other.quote)
    said, also_said = {each.value for each in mine}, {each.value for each in theirs}
    pairs = [
        (len(first.around & second.around), first, second)
        for first in mine
        for second in theirs
        if first.value not in also_said
        and second.value not in said
        and _same_count(first, second)
        and not _agree(first, second)
        and not (_is_rest(first, second) and _one_denies(one.quote, other.quote))
    ]
    if not pairs:
        return None
    _shared, first, second = max(pairs, key=lambda pair: pair[0])
    sentence = _("Different figures: {one} and {other}")
    return Disagreement("figure", one, other, sentence.format(one=_told(first), other=_told(second)))


def figures(text: str) -> list[Figure]:
    """The figures of `text`, in order, without digits that count nothing, such as years and the numbers of notes."""
    counting = _NO_FIGURE.sub(" ", _FROM.sub("", text))
    said = content(counting)
    behind = {at: said[at + 1].key for at in range(len(said) - 1)}
    places = [at for at, token in enumerate(said) if token.kind == "number"]
    return [
        Figure(value, behind.get(at, ""), around, bound)
        for at, (value, around), bound in zip(places, numbers(counting), _bounds(counting), strict=True)
        if said[at].text.replace(",", "").replace(".", "", 1).isdigit() and _VALUE.fullmatch(value)
    ]


def _bounds(text: str) -> list[str]:
    """For each number of `text` what the one or two words before it make of it."""
    said = tokens(text)
    before = [
        " ".join(each.text.lower() for each in said[max(0, at - 2) : at])
        for at, token in enumerate(said)
        if token.kind == "number"
    ]
    return [next((bound for bound, words in _BOUNDS.items() if words.search(each)), "") for each in before]


def _agree(one: Figure, other: Figure) -> bool:
    """Whether both can be so: about 60% and 60.2%, more than 60% and 62%."""
    mine, theirs = one.number, other.number
    if "~" in (one.bound, other.bound) and abs(mine - theirs) <= ROUGHLY * max(mine, theirs):
        return True
    over = (one.bound == ">" and theirs >= mine) or (other.bound == ">" and mine >= theirs)
    return over or (one.bound == "<" and theirs <= mine) or (other.bound == "<" and mine <= theirs)


def _is_rest(one: Figure, other: Figure) -> bool:
    return one.unit == other.unit == "%" and one.number + other.number == 100


def _one_denies(one: str, other: str) -> bool:
    return bool(denied(one)[0]) != bool(denied(other)[0])


def _share_a_figure(one: str, other: str) -> bool:
    """Whether both give the same share or amount, or one gives the rest of the other's: 62% did, and 38% did not."""
    pairs = [(first, second) for first in figures(one) for second in figures(other) if first.unit]
    return any(first.value == second.value or _is_rest(first, second) for first, second in pairs)


def _same_count(one: Figure, other: Figure) -> bool:
    if one.unit != other.unit or not (one.unit or one.counted == other.counted != ""):
        return False
    return len(one.around & other.around) >= max(1, SAME_COUNT * min(len(one.around), len(other.around)))


def _told(figure: Figure) -> str:
    digits, unit = figure.value.removesuffix(figure.unit), figure.unit
    number = f"{int(digits):,}" if digits.isdigit() else digits
    return f"{number}%" if unit == "%" else f"{unit}{number}"


def _directions(one: Citation, other: Citation) -> Disagreement | None:
    """Opposite words, such as rose and fell, on the same subject; or a statement and its denial, but not both."""
    if _NOT_SAID.search(one.quote) or _NOT_SAID.search(other.quote):
        return None
    turned = _turned(one.quote, other.quote)
    is_denied = _denied(one.quote, other.quote) and not _share_a_figure(one.quote, other.quote)
    if turned == is_denied:  # "did not rise" and "fell" say the same
        return None
    return Disagreement(
        "direction", one, other, _("Opposite directions") if turned else _("One says it, the other denies it")
    )


def _turned(one: str, other: str) -> bool:
    """Whether one has a word of one side (rose) where the other has one of the other side (fell)."""
    mine, theirs = directions(one), directions(other)
    return any(
        {each.side for each in mine if each.pair == pair} == {here}
        and {each.side for each in theirs if each.pair == pair} == {1 - here}
        and any(_same_clause(first, second) for first in mine for second in theirs if first.pair == second.pair == pair)
        for pair in TRENDS
        for here in (0, 1)
    )


def _same_clause(one: Direction, other: Direction) -> bool:
    """Whether both are said of the same word, in clauses that share enough words."""
    shared = len(one.around & other.around)
    return one.of == other.of != "" and shared >= max(2, SAME_COUNT * min(len(one.around), len(other.around)))


def _denied(one: str, other: str) -> bool:
    """Whether one denies what the other says, in at least two of the words that they share, and denies nothing else."""
    (no, yes), (their_no, their_yes) = denied(one), denied(other)
    turned = (no & their_yes - yes) | (their_no & yes - their_yes)
    return bool(no) != bool(their_no) and len(turned) >= 2 and _first_denied(one if no else other) in turned


def _first_denied(text: str) -> str:
    """The stem that is denied first: "not a new idea" denies that it is new, "not really better" that it is better."""
    said = tokens(text)
    start = next((at for at, token in enumerate(said) if token.kind == "negation"), len(said))
    behind = [token for token in said[start:] if token.kind in ("content", "number") and not token.text.endswith("ly")]
    return behind[0].key if behind else ""
