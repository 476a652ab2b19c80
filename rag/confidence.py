"""How sure the assistant is that the reports answer a question, and when it had better say that they do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import exp

import numpy as np
from langchain_core.embeddings import Embeddings

from rag.answer import Hit
from rag.evidence import Sentence
from rag.words import coverage

# The weights of a logistic regression, fitted by benchmarks/fit_refusal.py on the dev questions; see benchmarks/LOG.md.
WEIGHTS = {"meaning": 6.344, "sentence_words": 0.797, "passage_words": 2.717}
INTERCEPT = -5.995
# Below this the question is refused. It refuses few questions that can be answered; benchmarks/LOG.md has the figures.
THRESHOLD = 0.28
# Sentences that are embedded alone for the first signal, the best by their score: one, and unless that makes it sure
# enough that it is answered, up to three, then up to so many. Whether it is answered is the same as with all at once.
FIRST, EMBEDDED = (1, 3), 12
SURE = 0.5


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for an answer, each from 0 to 1.

    `meaning` is the best cosine with the question of a sentence embedded alone: the ranking looks at words in their
    passage, so this is a second opinion. `sentence_words` and `passage_words` are the shares of the weight of the
    question's words that the best sentence and the best passage hold. benchmarks/LOG.md says what else was tried.
    """

    meaning: float
    sentence_words: float
    passage_words: float


def signals(
    question: str,
    hits: Sequence[Hit],
    sentences: Sequence[Sentence],
    weight: Mapping[str, float],
    embeddings: Embeddings,
    embedded: int = EMBEDDED,
) -> Signals:
    """The signals of a question from its passages, its ranked sentences and the weights of its words.

    `embedded` is the number of sentences that are embedded alone at most.
    """
    texts = [f"{hit.passage.context} {hit.passage.text}" for hit in hits[:5]]
    found = Signals(
        meaning=0.0,
        sentence_words=max((coverage(sentence.alone, weight) for sentence in sentences[:5]), default=0.0),
        passage_words=max((coverage(text, weight) for text in texts), default=0.0),
    )
    for first, last in pairwise((0, *FIRST, max(embedded, *FIRST))):
        part = sentences[first:last]
        if confidence(found) < SURE:
            meaning = _meaning(question, [sentence.alone for sentence in part], embeddings)
            found = replace(found, meaning=max(found.meaning, meaning))
    return found


def _meaning(question: str, texts: list[str], embeddings: Embeddings) -> float:
    if not texts:
        return 0.0
    near = np.array(embeddings.embed_documents(texts)) @ np.array(embeddings.embed_query(question))
    return float(near.max())


def confidence(found: Signals) -> float:
    """From 0 to 1: how sure it is that the reports answer, by logistic regression over the signals."""
    total = INTERCEPT + sum(factor * getattr(found, name) for name, factor in WEIGHTS.items())
    return 1 / (1 + exp(-total))
