"""How sure the assistant is that the reports answer a question, and when it had better say that they do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp

from rag.answer import Hit
from rag.evidence import Sentence
from rag.words import coverage

# The weights of a logistic regression, fitted by benchmarks/fit_refusal.py on the dev questions; see benchmarks/LOG.md.
WEIGHTS = {"meaning": 6.348, "sentence_words": 1.753, "passage_words": 2.0, "passage_score": 1.045}
INTERCEPT = -6.649
# Below this the question is refused. It refuses few questions that can be answered; benchmarks/LOG.md has the figures.
THRESHOLD = 0.3


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for an answer, each from 0 to 1.

    `meaning` is the best cosine of a sentence with the question, `sentence_words` and `passage_words` the shares of the
    weight of its words that the best sentence and the best passage hold, `passage_score` the best score of a passage.
    The share of its words that the whole library lacks was tried too: it refused plain questions to small libraries.
    """

    meaning: float
    sentence_words: float
    passage_words: float
    passage_score: float


def signals(hits: Sequence[Hit], sentences: Sequence[Sentence], weight: Mapping[str, float]) -> Signals:
    """The signals of a question from its passages, its ranked sentences and the weights of its words."""
    texts = [f"{hit.passage.context} {hit.passage.text}" for hit in hits[:5]]
    return Signals(
        meaning=max((sentence.meaning for sentence in sentences), default=0.0),
        sentence_words=max((coverage(sentence.text, weight) for sentence in sentences[:5]), default=0.0),
        passage_words=max((coverage(text, weight) for text in texts), default=0.0),
        passage_score=hits[0].score if hits else 0.0,
    )


def confidence(found: Signals) -> float:
    """From 0 to 1: how sure it is that the reports answer, by logistic regression over the signals."""
    total = INTERCEPT + sum(factor * getattr(found, name) for name, factor in WEIGHTS.items())
    return 1 / (1 + exp(-total))
