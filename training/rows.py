"""The questions to learn from: each with passages that were judged, and in some the sentences that answer."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.sentences import sentence_spans

Span = tuple[int, int]

# What may not be passed on in weights: no licence is stated for these passages.
UNLICENSED = "none stated"
# What a passage that is said to answer is worth in a public set: as much as one that a judge gave the best grade.
BEST = 3
# How much easier a wrong passage is taken to be than the one before it, in logits, before the reader has met it.
LATER = 0.1
# Words of a sentence that can be a statement.
WORDS = 4


@dataclass(slots=True)
class Judged:
    """A passage with its grade for a question: 3 answers it, 2 does in part, 1 is on the subject, 0 is off it.

    `spans` are its sentences, (start, end) each; `answers` are the numbers of those that answer when read alone, None
    where nobody has marked them. Of those that are worse than the best, the ones with the least `ease` are learnt from
    most often; `learn` sets it to what the reader says of them.
    """

    text: str
    context: str
    grade: int
    spans: tuple[Span, ...] = ()
    answers: frozenset[int] | None = None
    ease: float = 0.0


@dataclass(frozen=True, slots=True)
class Row:
    """A question and its judged passages. `source` names the set that it is from."""

    source: str
    question: str
    passages: tuple[Judged, ...]


def read_public(path: Path) -> list[Row]:
    """The rows of a public set, `NAME.jsonl.gz`, whose passages are right or wrong and may have their answer marked."""
    return [
        Row(path.name.split(".")[0], each["question"], tuple(_public(passage) for passage in each["passages"]))
        for each in _lines(path)
        if each["passages"]
    ]


def read_graded(path: Path, licensed: bool = True) -> list[Row]:
    """The rows of a set whose passages are graded, with the sentences that answer; `licensed` leaves out the others."""
    rows = []
    for each in _lines(path):
        kept = [passage for passage in each["passages"] if not (licensed and passage["licence"] == UNLICENSED)]
        if kept:
            judged = tuple(_graded(passage, place) for place, passage in enumerate(kept))
            rows.append(Row(path.name.split(".")[0], each["question"], judged))
    return rows


def statements(row: Row) -> Row | None:
    """The sentences of a row's passages as texts of their own, right or wrong.

    None where none is known to be wrong, or where what answers may be among passages that nobody has marked. A wrong
    one is the harder to tell, the better its passage is and the sooner the search put that forward.
    """
    found = []
    for place, passage in enumerate(row.passages):
        for number, (first, last) in enumerate(passage.spans if passage.answers is not None else ()):
            text = " ".join(passage.text[first:last].split())
            if len(text.split()) >= WORDS:
                grade = BEST if number in (passage.answers or ()) else 0
                found.append(Judged(text, passage.context, grade, ease=0.35 * place - 0.5 * passage.grade))
    # Where none answers they are learnt from too, unless one that does may be among those that nobody has marked.
    is_marked = any(each.grade for each in found) or all(passage.answers is not None for passage in row.passages)
    has_wrong = any(not each.grade for each in found)
    return Row(row.source, row.question, tuple(found)) if is_marked and has_wrong else None


def _lines(path: Path) -> Iterator[Mapping[str, Any]]:
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _public(passage: Mapping[str, Any]) -> Judged:
    spans, marked = sentences(passage["text"]), passage["answer"]
    if not passage["right"]:
        return Judged(passage["text"], "", 0, spans, frozenset())
    return Judged(passage["text"], "", BEST, spans, _touching(spans, marked) if marked else None)


def _graded(passage: Mapping[str, Any], place: int) -> Judged:
    """A passage at its place among those that the search found: the sooner it found a wrong one, the harder that is."""
    text = passage["text"]
    spans = tuple(map(tuple, passage["spans"])) if "spans" in passage else sentences(text)
    wanted = [_plain(answer) for answer in passage["answers"]]
    held = [_plain(text[first:last]) for first, last in spans]
    answers = {number for number, words in enumerate(held) if any(_same(words, answer) for answer in wanted)}
    return Judged(text, passage["context"], passage["grade"], spans, frozenset(answers), LATER * place)


def sentences(text: str) -> tuple[Span, ...]:
    """The sentences of a text, without the white space around them."""
    trimmed = []
    for first, last in sentence_spans(text):
        start = last - len(text[first:last].lstrip())
        if end := len(text[start:last].rstrip()):
            trimmed.append((start, start + end))
    return tuple(trimmed)


def _touching(spans: Sequence[Span], marked: Sequence[int]) -> frozenset[int]:
    return frozenset(number for number, (first, last) in enumerate(spans) if first < marked[1] and last > marked[0])


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _same(words: str, answer: str) -> bool:
    """Whether a sentence is a marked one, or most of it, wherever either was cut."""
    return bool(words) and (answer in words or (words in answer and len(words) >= 0.5 * len(answer)))
