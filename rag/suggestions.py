"""Questions that a reader could ask, each tried first: the reports are sure to answer it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache
from itertools import islice
from typing import Protocol

import numpy as np
from langchain_core.embeddings import Embeddings

from ingest.report import Details
from rag.abstention import answers, confidence
from rag.answer import Answer, Hit
from rag.assistant import Retrieved
from rag.question import StandaloneQuestion, stems, understand
from rag.question.follow_up import is_follow_up

# Tried before giving up: each costs about as much as a search. Examples are found once for a library, not for a reader.
TRIED, TRIED_ONCE = 6, 14
# Passages near the answer whose headings are looked at.
NEAR = 12
# So sure the assistant must be of a question that it offers itself. Of 1,933 practitioners' questions that were judged
# by reading, the first statement answers .60 of those from here on, and .25 of the others.
SURE_ENOUGH = 0.7
# From the first cosine on two questions are near each other, from the second on they ask the same.
NEAR_ASKED, THE_SAME = 0.32, 0.85
COMMON = (
    "What is co-production?",
    "Who coined the word co-production?",
    "What are the principles of co-production?",
    "What are the benefits of co-production?",
    "What gets in the way of co-production?",
    "How do co-production and community engagement relate to each other?",
    "How can people be thanked or paid for taking part?",
    "How does co-production change the role of professionals?",
    "What do managers need to do to support co-production?",
    "What does co-production cost?",
    "Does co-production save money?",
    "How is co-production evaluated?",
    "What are examples of co-production in health and social care?",
    "What are examples of co-production with young people?",
    "How can people who are seldom heard take part?",
    "What are time banks?",
    "What is personalisation?",
    "What are asset-based approaches?",
    "How can power be shared with people who use services?",
    "How do peer support networks help people?",
    "What helps co-production to last?",
    "What training do staff need for co-production?",
    "How much time does co-production take?",
    "Who takes part in co-production?",
    "What is participatory budgeting?",
    "How can communities shape local plans?",
    "How can digital tools help people to take part?",
    "How can people be kept interested in taking part?",
)

_QUESTION = re.compile(
    r"^(?:what|who|why|how(?! to\b)|when|where|which|is|are|do|does|did|can|should)\b[^?]{8,90}\?$", re.IGNORECASE
)
# One that speaks of its own page, or to its reader, makes no sense alone.
_NOT_ALONE = re.compile(
    r"\b(?:this|these|that|those|it|its|here|above|below|following|you|your|we|our|us|I|my|they|their|them|he|she)\b"
)


class Reads(Protocol):
    """What suggesting needs of an assistant; `rag.Assistant` is one."""

    @property
    def embeddings(self) -> Embeddings: ...
    def search(self, query: str, k: int = 10, among: Collection[str] | None = None, *, quick: bool) -> list[Hit]: ...
    def retrieve(
        self, asked: StandaloneQuestion, among: Collection[str] | None = None, *, quick: bool
    ) -> Retrieved: ...


def examples(assistant: Reads, reports: Sequence[Details], k: int, version: str) -> list[str]:
    """At most `k` questions for somebody who has not asked yet: common ones, and titles that are questions.

    `version` is that of the library: what was found out of a question is kept as long as it stays.
    """
    if not reports:
        return []
    titles = (each.title for each in reports)
    return _answered(assistant, [*COMMON[:TRIED], *filter(_stands_alone, titles)], k, version, TRIED_ONCE)


def suggestions(
    assistant: Reads, answer: Answer, k: int, version: str, among: Collection[str] | None = None
) -> list[str]:
    """At most `k` questions to go on with: headings near the answer that are questions, and the common ones near it.

    `among` are the ids of the reports that answer them, None for all. For `version` see `examples`.
    """
    asking = None if among is None else frozenset(among)
    asked = answer.searched_for or answer.question
    passages = [citation.passage for citation in answer.citations]
    passages += [hit.passage for hit in assistant.search(asked, NEAR, asking, quick=True)]
    headings = dict.fromkeys(heading for passage in passages for heading in passage.heading.split(" > "))
    known = stems(asked)
    new = [each for each in filter(_stands_alone, headings) if len(stems(each) - known) > 1]
    return _answered(assistant, [*new[: k - 1], *_near(assistant.embeddings, asked)], k, version, among=asking)


def _near(embeddings: Embeddings, asked: str) -> list[str]:
    """The common questions near what was asked, the nearest first, without those that ask the same."""
    vectors = np.array(_embedded(embeddings))
    near = vectors @ np.array(embeddings.embed_query(asked))
    return [COMMON[at] for at in np.argsort(-near, kind="stable") if NEAR_ASKED <= near[at] < THE_SAME]


@lru_cache(maxsize=4)
def _embedded(embeddings: Embeddings) -> list[list[float]]:
    return embeddings.embed_documents(list(COMMON))


def _stands_alone(text: str) -> bool:
    """Whether a heading is a question that can be put alone, also in the middle of a conversation."""
    is_whole = bool(_QUESTION.match(text)) and len(text.split()) <= 14
    return is_whole and not _NOT_ALONE.search(text) and not is_follow_up(text)


def _answered(
    assistant: Reads,
    questions: Iterable[str],
    k: int,
    version: str,
    tried: int = TRIED,
    among: frozenset[str] | None = None,
) -> list[str]:
    """The first `k` of some questions that the reports answer, no two of them about the same."""
    found: list[str] = []
    for question in islice(questions, tried):
        if len(found) == k:
            break
        words = stems(question)
        if any(len(words & stems(each)) > 0.6 * len(words) for each in found):
            continue
        if _is_sure(assistant.retrieve, question, version, among):
            found.append(question)
    return found


@lru_cache(maxsize=1_000)
def _is_sure(retrieve: Callable[..., Retrieved], question: str, version: str, among: frozenset[str] | None) -> bool:
    """Whether the assistant is sure to answer; only what a quick look does not rule out is read whole."""
    asked = understand(question, ())
    if not answers(retrieve(asked, among, quick=True).signals):
        return False
    reading = retrieve(asked, among, quick=False)
    return bool(reading.sentences) and confidence(reading.signals) >= SURE_ENOUGH
