"""Where reports differ: sentences on the same thing that give other figures, or say the opposite."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from gettext import gettext as _
from itertools import combinations
from typing import Literal

import numpy as np
from langchain_core.embeddings import Embeddings

from rag.answer import Citation
from rag.comparison.row import Row
from rag.generation.claims import content, denied, directions, numbers
from rag.generation.lexicon import TRENDS

# Two sentences speak of the same thing from this cosine on, if they share this share of the words of the shorter one.
ALIKE, SHARED = 0.72, 0.6
# Shares of money and of a whole are of the same thing if the words around them share this much.
SAME_COUNT = 0.6

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
    r"[.: ]+\d[\d.]*(?: (?:to|and) \d+)?",
    re.IGNORECASE,
)
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
    """A number in digits with its unit ("62%", "41000£"), the stem behind it, and the stems of the words around it."""

    value: str
    counted: str
    around: frozenset[str]

    @property
    def unit(self) -> str:
        return self.value.lstrip("0123456789.")


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
        if first.value not in also_said and second.value not in said and _same_count(first, second)
    ]
    if not pairs:
        return None
    _shared, first, second = max(pairs, key=lambda pair: pair[0])
    sentence = _("Different figures: {one} and {other}")
    return Disagreement("figure", one, other, sentence.format(one=_told(first), other=_told(second)))


def figures(text: str) -> list[Figure]:
    """The figures of `text`, in order, without digits that count nothing, such as years and the numbers of notes."""
    counting = _NO_FIGURE.sub(" ", text)
    said = content(counting)
    behind = {at: said[at + 1].key for at in range(len(said) - 1)}
    places = [at for at, token in enumerate(said) if token.kind == "number"]
    return [
        Figure(value, behind.get(at, ""), around)
        for at, (value, around) in zip(places, numbers(counting), strict=True)
        if said[at].text.replace(",", "").replace(".", "", 1).isdigit()
    ]


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
    turned, is_denied = _turned(one.quote, other.quote), _denied(one.quote, other.quote)
    if turned == is_denied:  # "did not rise" and "fell" say the same
        return None
    return Disagreement(
        "direction", one, other, _("Opposite directions") if turned else _("One says it, the other denies it")
    )


def _turned(one: str, other: str) -> bool:
    """Whether one has a word of one side (rose) where the other has one of the other side (fell)."""
    mine, theirs = directions(one), directions(other)
    return any(
        {side for its, side, _around in mine if its == pair} == {here}
        and {side for its, side, _around in theirs if its == pair} == {1 - here}
        and any(
            len(around & near) >= max(2, SAME_COUNT * min(len(around), len(near)))
            for its, _side, around in mine
            for also, _side, near in theirs
            if its == also == pair
        )
        for pair in TRENDS
        for here in (0, 1)
    )


def _denied(one: str, other: str) -> bool:
    """Whether one denies what the other says, in at least two of the words that they share, and denies nothing else."""
    (no, yes), (their_no, their_yes) = denied(one), denied(other)
    return bool(no) != bool(their_no) and len((no & their_yes - yes) | (their_no & yes - their_yes)) >= 2
