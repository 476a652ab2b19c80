"""What speaks for a sentence as the answer to a question: a table of named features, each with its weight.

The weights of an embedding model are in `weights/`, read by the features' names. A sentence's score is their weighted
sum: it says how the sentences of one question compare.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp
from typing import Protocol

from ingest.report import Passage
from rag import weights
from rag.answer import Hit
from rag.question import (
    StandaloneQuestion,
    asked_meaning,
    coverage,
    defines,
    is_given,
    kinds_asked,
    named_in,
    names,
    stem,
    stems,
    tells_what_it_is,
)
from rag.sentences.lists import with_items
from rag.sentences.sentence import Sentence, sentences_of
from rag.sentences.speech import length, opens_turn, talk

# What a reader says beyond this, in logits, counts no more.
SUREST = 6.0


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it is read once and handed down.

    `focus` is what is newly asked; `telling` says how much each stem of it tells among the passages found, `subject` is
    the word whose meaning is asked for, "" where something else is, `kinds` are the kinds of answer that are asked for,
    `named` is what must be named where it is answered.
    """

    focus: str
    telling: Mapping[str, float]
    subject: str
    kinds: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence with what is known of it, each from 0 to 1.

    `near` says how near it comes to the question, `passage` how good its passage is.
    """

    sentence: Sentence
    near: float
    passage: float


_ASKS_NUMBER = re.compile(
    r"\b(?:how (?:many|much|long|often|old|far|big|large)|when|what (?:year|date|share|percentage|number|ages?))\b",
    re.I,
)
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|hundred|thousand|million|half|third|quarter"
    r"|twice|daily|weekly|monthly|yearly|annual\w*)\b",
    re.I,
)
_ASKS_NAME = re.compile(
    r"\b(?:who|whom|whose|where|which|what (?:company|city|country|group|service|name|organi[sz]ation))\b", re.I
)
_NAME = re.compile(r"(?<=[\w,;)] )[A-Z][\w’'-]+")
_ASKS_ITEM = re.compile(r"\b([a-z]{3,})\s(?:no\.?\s|number\s)?(\d{1,2})\b", re.I)
_DENIAL = re.compile(r"\b(?:not|never|no|none|nobody|cannot|without|neither|nor)\b|n[’']t\b", re.I)
# What says nothing. Of 15,400 sentences that were judged by reading a tenth answers; of 250 of these kinds two did.
_NO_STATEMENT = re.compile(
    r"\b(?:I|we) (?:really )?(?:don['’]t|do not|didn['’]t|can['’]t) (?:really |quite )?(?:know|remember|recall)\b"
    r"|\((?:please )?(?:define|describe|list|specify|indicate|insert|explain|state|identify)\b"
    r"|\bI['’]m not (?:sure|certain)\b|\bno idea\b|\bmark only\b|\b(?:completely|strongly) (?:dis)?agree\b|\.{4,}"
    r"|^\W*(?:please (?:include|describe|provide|indicate|list|specify|tick|explain|fill|answer|state|select|give"
    r"|rate|see|refer|contact)|(?:check|tick|select|mark) (?:all|one)\b|your (?:answer|e-?mail)\b"
    r"|in this (?:episode|podcast|section|chapter)\b|steps (?:your|the) agency"
    r"|describe (?:how|the|your|any)|(?:figure|table|source|annex|appendix|photo|credit)s?\b"
    r"[ :]?\s*\d|source:|(?:see|click|visit|go to|learn more|more information)\b|e\.?g\.?,? )",
    re.I,
)


def _gives(kind: str) -> Callable[[Query, Candidate], float]:
    """Whether a sentence, with the items that it announces, is of a kind of answer that is asked for."""
    return lambda query, each: kind in query.kinds and is_given(kind, with_items(each.sentence))


FEATURES: Mapping[str, Callable[[Query, Candidate], float]] = {
    "nearness": lambda query, each: each.near,
    "words": lambda query, each: coverage(each.sentence.text, query.telling),
    "passage": lambda query, each: each.passage,
    # A sentence with a number is likelier to answer "how many", one with a new name "who"; others are not ruled out.
    "number": lambda query, each: bool(_ASKS_NUMBER.search(query.focus) and _NUMBER.search(each.sentence.text)),
    "name": lambda query, each: bool(_ASKS_NAME.search(query.focus) and _new_names(query.focus, each.sentence.text)),
    # Who "did not take part" is not told by a sentence on those who did.
    "denial": lambda query, each: _denial(query.focus, each.sentence.text),
    # The item of a list that is asked for by its number is the answer, whatever its words.
    "item": lambda query, each: _is_asked_item(query.focus, each.sentence),
    "definition": lambda query, each: defines(each.sentence.text, query.subject),
    "question": lambda query, each: each.sentence.text.endswith("?"),
    "no statement": lambda query, each: bool(_NO_STATEMENT.search(each.sentence.text)),
    # Speech that was written down holds the question's words as no report does, and seldom an answer.
    "talk": lambda query, each: talk(each.sentence.text),
    "speaker": lambda query, each: opens_turn(each.sentence.passage.text, each.sentence.start),
    "length": lambda query, each: length(each.sentence.text),
    "effect": _gives("effect"),
    "reason": _gives("reason"),
    "advice": _gives("advice"),
    "problem": _gives("problem"),
    "body": _gives("body"),
    # Of 42 sentences that tell what something is one was judged to tell whether it works.
    "nature": lambda query, each: "effect" in query.kinds and tells_what_it_is(with_items(each.sentence)),
    # Of 105 questions that name a year none was answered by a passage that does not.
    "unnamed": lambda query, each: not is_named(each.sentence, query.named),
}
"""The table: a feature's name and what it is for a sentence, from 0 to 1 (`denial` from -1)."""


class Nearness(Protocol):
    """How near spans of documents, by the documents' ids, come to a query; `vector_store.FaissStore.nearness`."""

    def __call__(self, query: str, spans: Mapping[str, Sequence[tuple[int, int]]]) -> dict[str, list[float]]: ...


def rank_sentences(
    asked: StandaloneQuestion,
    hits: Sequence[Hit],
    weight: Mapping[str, float],
    nearness: Nearness,
) -> list[Sentence]:
    """The quotable sentences of `hits`, best first, each sentence once however many copies of it there are.

    `weight` says how much each stem of what is newly asked tells (see `words.weights`).
    """
    query, candidates = candidates_of(asked, hits, weight, nearness)
    counts = weights.FITTED["statements"]
    scored = [
        replace(each.sentence, score=sum(count * FEATURES[name](query, each) for name, count in counts.items()))
        for each in candidates
    ]
    return sorted(scored, key=lambda sentence: (-sentence.score, sentence.passage.id, sentence.start))


def candidates_of(
    asked: StandaloneQuestion,
    hits: Sequence[Hit],
    weight: Mapping[str, float],
    nearness: Nearness,
) -> tuple[Query, list[Candidate]]:
    """What the features see: the question, and the quotable sentences of `hits`."""
    telling, focus = _telling_here(hits, weight), asked.focus
    query = Query(focus, telling, asked_meaning(focus), kinds_asked(focus), named_in(focus))
    sentences = _distinct([each for hit in hits for text in (hit.passage, *hit.copies) for each in sentences_of(text)])
    if not sentences:
        return query, []
    # Of a follow-up both count: what it is about, and what it asks of it.
    questions = list(dict.fromkeys((asked.question, asked.focus)))
    near = [_near(question, sentences, nearness) for question in questions]
    scores = {passage.id: hit.score for hit in reversed(hits) for passage in (hit.passage, *hit.copies)}
    return query, [
        Candidate(replace(sentence, meaning=max(nears)), sum(nears) / len(nears), scores[sentence.passage.id])
        for sentence, *nears in zip(sentences, *near, strict=True)
    ]


def with_verdicts(sentences: Sequence[Sentence], verdicts: Sequence[float]) -> list[Sentence]:
    """Ranked sentences in the order that a reader's verdicts on the first of them give, one each; the others follow."""
    count = weights.FITTED["statements read"]["reader"]
    read = [
        replace(each, score=each.score + count * counted(verdict), sure=sure(verdict))
        for each, verdict in zip(sentences, verdicts, strict=False)
    ]
    unread = [replace(each, score=each.score - count) for each in sentences[len(verdicts) :]]
    return sorted(read + unread, key=lambda sentence: -sentence.score)


def by_statements(hits: Sequence[Hit], read: Sequence[Sentence]) -> list[Hit]:
    """Passages in the order that a reader's verdicts on their sentences give: one counts for what its surest says.

    One of whose sentences none was read stays behind those that were as good.
    """
    count = weights.FITTED["passages"]["statement"]
    surest: dict[str, float] = {}
    for sentence in read:
        for each in (sentence, *sentence.copies):
            surest[each.passage.id] = max(surest.get(each.passage.id, 0.0), sentence.sure)
    said = [max(surest.get(passage.id, 0.0) for passage in (hit.passage, *hit.copies)) for hit in hits]
    scored = [replace(hit, score=(hit.score + count * how) / (1 + count)) for hit, how in zip(hits, said, strict=True)]
    return sorted(scored, key=lambda hit: -hit.score)


def counted(logit: float) -> float:
    """What a reader says, as it counts: from -1 to 1, and unlike `sure` it tells what is sure from what is surer."""
    return max(-SUREST, min(SUREST, logit)) / SUREST


def sure(logit: float) -> float:
    """How sure a reader is, from 0 to 1, by what it says of a passage or a sentence."""
    return 1 / (1 + exp(-max(-50.0, min(50.0, logit))))


def with_reader(score: float, verdict: float) -> float:
    """The score of a passage, up to 1, by the search's own and the reader's verdict on it."""
    counts = weights.FITTED["passages"]
    return (counts["search"] * score + counts["reader"] * sure(verdict)) / (counts["search"] + counts["reader"])


def _near(question: str, sentences: Sequence[Sentence], nearness: Nearness) -> list[float]:
    """How near each sentence comes to `question`."""
    spans: dict[str, list[tuple[int, int]]] = {}
    for sentence in sentences:
        spans.setdefault(sentence.passage.id, []).append((sentence.start, sentence.end))
    found = nearness(question, spans)
    # A report that was removed meanwhile has none.
    each = {id: iter(found.get(id, [0.0] * len(places))) for id, places in spans.items()}
    return [next(each[sentence.passage.id]) for sentence in sentences]


def _telling_here(hits: Sequence[Hit], weight: Mapping[str, float]) -> dict[str, float]:
    """The weights of the question's words for choosing among `hits`: words of all or none choose nothing."""
    held = [stems(f"{hit.passage.context} {hit.passage.text}") for hit in hits]
    shared = {word: sum(word in each for each in held) / max(1, len(held)) for word in weight}
    return {word: value * (1.1 - shared[word]) for word, value in weight.items() if shared[word]}


def _new_names(question: str, text: str) -> set[str]:
    return {name.lower() for name in _NAME.findall(text)} - set(question.lower().split())


def is_named(sentence: Sentence, wanted: Collection[str]) -> bool:
    """Whether all that is `wanted` is named in the passage of a sentence, or in that of one of its copies."""
    return not wanted or any(names(_whole(each.passage), wanted) for each in (sentence, *sentence.copies))


def _whole(passage: Passage) -> str:
    """A passage with what it stands below and the year of its report."""
    return f"{passage.context} {passage.text} {passage.report.year}"


def _denial(question: str, text: str) -> float:
    if not _DENIAL.search(question):
        return 0.0
    return 1.0 if _DENIAL.search(text) else -1.0


def _is_asked_item(question: str, sentence: Sentence) -> bool:
    """Whether a sentence is the item with the number that is asked for ("recommendation 2"), or opens its part."""
    asked = _ASKS_ITEM.search(question)
    if not asked:
        return False
    kind, number, passage = asked[1], int(asked[2]), sentence.passage
    if re.match(rf"{kind}s? {number}\b", sentence.heading, re.IGNORECASE):
        return not passage.text[: sentence.start].rstrip().endswith((".", "!", "?"))
    numbered = re.search(rf"(?:^|\s)\(?{number}[.)]\s*$", passage.text[: sentence.start])
    return bool(numbered) and stem(kind) in stems(f"{passage.context} {passage.text}")


def _distinct(sentences: Sequence[Sentence]) -> list[Sentence]:
    """Each sentence once, with its copies. The first with a page stays, for it can be opened where it stands.

    What belongs to it counts: "They offer:" says one thing in one report and another in the next.
    """
    same: dict[str, list[Sentence]] = {}
    for sentence in sentences:
        same.setdefault(re.sub(r"\W+", "", with_items(sentence)).casefold(), []).append(sentence)
    return [_first_with_pages(group) for group in same.values()]


def _first_with_pages(group: Sequence[Sentence]) -> Sentence:
    first = next((each for each in group if each.passage.first_page is not None), group[0])
    return replace(first, copies=tuple(each for each in group if each is not first))
