"""Editions of one report: where they say the same with other figures, that of the year asked for goes first.

Without a year in the question the latest does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.library import without_figures
from rag.sentences.sentence import Sentence

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DIGITS = re.compile(r"\W*\d+\W*")

_Fact = tuple[str, str]
"""The title of a report without its year, and a sentence of it without its figures."""


def by_edition(sentences: Sequence[Sentence], question: str) -> list[Sentence]:
    """Ranked sentences, those in which editions differ in their places set in the order of the editions.

    The editions whose year `question` names go first, then the later ones. Only the places that such sentences have are
    dealt out anew, each with its score.
    """
    wanted = {int(year) for year in _YEAR.findall(question)}
    places: dict[_Fact, list[int]] = {}
    for place, sentence in enumerate(sentences):
        if sentence.passage.report.year:
            places.setdefault(_fact(sentence), []).append(place)
    ordered = list(sentences)
    for same in places.values():
        best_first = sorted((sentences[place] for place in same), key=lambda each: _rank(each, wanted))
        for place, sentence in zip(same, best_first, strict=True):
            ordered[place] = replace(sentence, score=sentences[place].score)
    return ordered


def _rank(sentence: Sentence, wanted: set[int]) -> tuple[bool, int]:
    year = sentence.passage.report.year or 0
    return year not in wanted, -year


def _fact(sentence: Sentence) -> _Fact:
    return _DIGITS.sub(" ", sentence.passage.report.title.casefold()).strip(), without_figures(sentence.text)
