"""Questions whose passages were graded by reading, and how the answers to them are scored.

A passage has a grade from 0 to 3 (3 answers the question, 2 in part, 1 is on its subject, 0 is off it) and the
sentences that answer when read alone. A text is recognised by its words, wherever the passage around it was cut, and
what nobody judged is left out of the figures and counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log2
from typing import Any

from rag.evaluation.questions import Record

# Words that stand together; passages that share this many of their runs are cuts of the same text.
RUN, SHARED = 5, 0.5
GOOD = 2  # the grade from which a passage is worth citing


@dataclass(frozen=True, slots=True)
class Scores:
    """What one question's result is worth. Lists leave out what nobody judged; `unjudged` counts it.

    `grades` are those of the first ten passages found and judged, best first; `answers` says of each statement shown
    whether it answers; `ndcg` is None where no passage has a grade.
    """

    ndcg: float | None
    grades: tuple[int, ...]
    answers: tuple[bool, ...]
    unjudged_passages: int
    unjudged_statements: int


def score(question: Record, result: Record) -> Scores:
    """Compare a result, as `run` gives it, with the judged `passages` of its question."""
    judged = [_Judged.of(passage) for passage in question["passages"]]
    found = [_grade(hit, judged) for hit in result["results"][:10]]
    told = [_answers(citation, judged) for citation in result["citations"]]
    grades = tuple(grade for grade in found if grade is not None)
    best = _gain(sorted((each.grade for each in judged), reverse=True)[:10])
    return Scores(
        ndcg=_gain(grades) / best if best else None,
        grades=grades,
        answers=tuple(each for each in told if each is not None),
        unjudged_passages=found.count(None),
        unjudged_statements=told.count(None),
    )


def answers_of(question: Record, file: str, text: str) -> bool | None:
    """Whether a sentence of a file answers by the judged `passages` of a question; None where nobody judged it."""
    return _answers({"file": file, "quote": text}, [_Judged.of(passage) for passage in question["passages"]])


@dataclass(frozen=True, slots=True)
class _Judged:
    file: str
    grade: int
    letters: str
    runs: frozenset[tuple[str, ...]]
    answers: tuple[str, ...]

    @classmethod
    def of(cls, passage: dict[str, Any]) -> _Judged:
        text, answers = passage["text"], map(_letters, passage.get("answers", []))
        return cls(passage["file"], passage["grade"], _letters(text), _runs(text), tuple(filter(None, answers)))

    def is_of(self, file: str) -> bool:
        """Whether it is from a file, which may be named with the folders above it or without."""
        return f"/{file}".endswith(f"/{self.file}") or f"/{self.file}".endswith(f"/{file}")


def _grade(hit: Record, judged: Sequence[_Judged]) -> int | None:
    """The best grade of the judged cuts of a passage's text; None where nobody judged it."""
    runs = _runs(hit["text"])
    cuts = (each for each in judged if each.is_of(hit["file"]))
    return max((each.grade for each in cuts if _share(runs & each.runs, runs, each.runs) >= SHARED), default=None)


def _answers(citation: Record, judged: Sequence[_Judged]) -> bool | None:
    """Whether a quotation holds, or is most of, a sentence that was judged to answer; None where nobody judged it."""
    letters, runs = _letters(citation["quote"]), _runs(citation["quote"])
    files = [place["file"] for place in (citation, *citation.get("also", []))]
    of_file = [each for each in judged if any(map(each.is_of, files))]
    for answer in (answer for each in of_file for answer in each.answers):
        if answer in letters or (letters in answer and len(letters) >= SHARED * len(answer)):
            return True
    known = any(letters in each.letters or _share(runs & each.runs, runs) >= SHARED for each in of_file)
    return False if known else None


def _gain(grades: Sequence[int]) -> float:
    """The discounted cumulative gain of grades in their order, a passage counting for 2^grade - 1."""
    return sum((2.0**grade - 1) / log2(rank + 1) for rank, grade in enumerate(grades, start=1))


def _share(both: frozenset[Any], *sets: frozenset[Any]) -> float:
    return len(both) / max(1, min(map(len, sets)))


def _letters(text: str) -> str:
    return "".join(_words(text))


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = list(_words(text))
    return frozenset(tuple(words[at : at + RUN]) for at in range(max(1, len(words) - RUN + 1)))


def _words(text: str) -> Iterator[str]:
    return (match[0] for match in re.finditer(r"[a-z0-9]+", text.lower()))
