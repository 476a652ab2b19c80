"""How sure the assistant is that the reports answer a question, and when it had better say that they do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise

import numpy as np
from langchain_core.embeddings import Embeddings

from rag.answer import Hit
from rag.question import coverage
from rag.sentences import Sentence, sure

# The weights of logistic regressions, fitted by benchmarks/fit_refusal.py; see benchmarks/LOG.md. The first is for
# passages that nobody read: without a reader, and for the many reports of a comparison. The second is fitted on 1,933
# practitioners' questions alone, and tells better on four other sets than one that is fitted on these too. The first is
# scaled so that the thresholds below are for both. What is not named is set: of 105 such questions none was answered.
WITHOUT_READER = {
    "intercept": -7.453,
    "meaning": 9.034,
    "sentence_words": 1.135,
    "passage_words": 3.869,
    "unnamed": -8.0,
}
WITH_READER = {
    "intercept": -4.13,
    "meaning": 1.3,
    "sentence_words": 0.0,
    "passage_words": 0.0,
    "reader": 0.61,
    "statement": 1.58,
    "passage": 3.76,
    "unnamed": -4.0,
}
# Below this the question is refused: what comes closest is shown, but not as an answer. See benchmarks/LOG.md.
ABSTAIN_BELOW = 0.42
# From here the reports touch on a question that they do not answer. Set, not fitted: nobody has judged what touches.
TOUCHES = 0.2
# Sentences that are embedded alone for the first signal, the best by their score: one, and unless that makes it sure
# enough that it is answered, up to three, then up to so many. Whether it is answered is the same as with all at once.
FIRST, EMBEDDED = (1, 3), 12
SURE = 0.6


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for an answer, each from 0 to 1.

    `meaning` is the best cosine with the question of a sentence embedded alone: the ranking looks at words in their
    passage, so this is a second opinion. `sentence_words` and `passage_words` are the shares of the weight of the
    question's words that one of the first five sentences, and of the first five passages, holds at most. `reader` is
    how sure the reader is of the passage of which it is surest, `statement` of the statement, and `passage` is the
    score of the best passage once it was read; None where it read none. `unnamed` is 1 where a year is asked for, or
    what letters stand for, and the passage of the best sentence does not name it.
    benchmarks/LOG.md says what else was tried.
    """

    meaning: float
    sentence_words: float
    passage_words: float
    reader: float | None = None
    statement: float | None = None
    passage: float | None = None
    unnamed: float = 0.0


def signals(
    question: str,
    hits: Sequence[Hit],
    sentences: Sequence[Sentence],
    weight: Mapping[str, float],
    embeddings: Embeddings,
    embedded: int = EMBEDDED,
    reader: float | None = None,
    statement: float | None = None,
    unnamed: bool = False,
) -> Signals:
    """The signals of a question from its passages, its ranked sentences and the weights of its words.

    `embedded` is the number of sentences that are embedded alone at most; for `reader` and `statement` see
    `Signals`.
    """
    texts = [f"{hit.passage.context} {hit.passage.text}" for hit in hits[:5]]
    found = Signals(
        meaning=0.0,
        sentence_words=max((coverage(sentence.alone, weight) for sentence in sentences[:5]), default=0.0),
        passage_words=max((coverage(text, weight) for text in texts), default=0.0),
        reader=reader,
        statement=statement,
        passage=None if reader is None or not hits else hits[0].score,
        unnamed=float(unnamed),
    )
    for first, last in pairwise((0, *FIRST, max(embedded, *FIRST))):
        part = sentences[first:last]
        if not first or confidence(found) < SURE:
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
    weights = WITHOUT_READER if found.reader is None else WITH_READER
    return sure(weights["intercept"] + sum(weights[name] * value for name, value in _known(found).items()))


def answers(found: Signals) -> bool:
    """Whether the reports are taken to answer."""
    return confidence(found) >= ABSTAIN_BELOW


def _known(found: Signals) -> dict[str, float]:
    """The signals that there are, by name."""
    return {name: value for name, value in asdict(found).items() if value is not None}
