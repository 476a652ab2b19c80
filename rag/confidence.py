"""How sure the assistant is that the reports answer a question, and when it had better say that they do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp

from rag.answer import Hit
from rag.evidence import Sentence
from rag.words import coverage, stems

# The weights of a logistic regression, fitted by benchmarks/fit_refusal.py on the dev questions; see benchmarks/LOG.md.
WEIGHTS = {"meaning": 6.0, "sentence_words": 1.5, "passage_words": 3.0, "passage_score": 4.0, "unknown_words": -2.0}
INTERCEPT = -5.0
# Below this the question is refused.
THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for an answer, each from 0 to 1.

    `meaning` is the best cosine of a sentence with the question, `sentence_words` and `passage_words` the shares of the
    weight of its words that the best sentence and the best passage hold, `passage_score` the best score of a passage,
    and `unknown_words` the share of the weight of those of its words that no passage of the library has.
    """

    meaning: float
    sentence_words: float
    passage_words: float
    passage_score: float
    unknown_words: float


def signals(
    hits: Sequence[Hit], sentences: Sequence[Sentence], weight: Mapping[str, float], unknown: Sequence[str]
) -> Signals:
    """The signals of a question from its passages, its ranked sentences and the weights of its words."""
    total = sum(weight.values()) or 1.0
    texts = [f"{hit.passage.context} {hit.passage.text}" for hit in hits[:5]]
    return Signals(
        meaning=max((sentence.meaning for sentence in sentences), default=0.0),
        sentence_words=max((coverage(sentence.text, weight) for sentence in sentences[:5]), default=0.0),
        passage_words=max((coverage(text, weight) for text in texts), default=0.0),
        passage_score=hits[0].score if hits else 0.0,
        unknown_words=sum(weight[word] for word in stems(" ".join(unknown)) if word in weight) / total,
    )


def confidence(found: Signals) -> float:
    """From 0 to 1: how sure it is that the reports answer, by logistic regression over the signals."""
    total = INTERCEPT + sum(factor * getattr(found, name) for name, factor in WEIGHTS.items())
    return 1 / (1 + exp(-total))
