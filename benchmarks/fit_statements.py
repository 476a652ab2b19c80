"""Fit what each feature of a sentence counts: list-wise softmax regression over the table of rag/sentences/ranking.py.

    python -m benchmarks.fit_statements LIBRARY=QUESTIONS.jsonl [LIBRARY=QUESTIONS.jsonl ...]

Each LIBRARY is a folder into which the questions' reports were ingested; the questions name the sentences that answer,
as quotations of their evidence or as answers of graded passages. Every set counts alike. Prints the weights for
rag/weights/, and for each set how often the first sentence answers and one of the first three does: with the weights in
use, with those fitted here, and with those fitted on the other sets alone.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.fit_ranking import Numbers, fit
from rag import weights
from rag.evaluation import Record, read_questions
from rag.evaluation.graded import answers_of
from rag.evaluation.judge import gold_places, gold_quotes, is_right, is_same
from rag.question import understand
from rag.sentences import Sentence
from rag.sentences.ranking import FEATURES, candidates_of
from service import Settings, open_service

NAMES = tuple(FEATURES)


@dataclass(frozen=True)
class Case:
    """One question: the features of its sentences, shape (n, features), and which of them answer."""

    features: Numbers
    right: NDArray[np.bool_]


def cases_of(library: Path, questions: Path, most: int) -> list[Case]:
    """The cases of a set: of questions that are answered by a sentence of a passage that is found."""
    assistant = open_service(Settings(library)).assistant
    found = []
    asked = [each for each in read_questions(questions) if each["evidence"] or each.get("passages")]
    for question in asked[:: max(1, -(-len(asked) // most))]:
        understood = understand(question["question"], ())
        reading = assistant.retrieve(understood)
        weight = assistant.weights(understood.focus)
        query, candidates = candidates_of(understood, reading.hits, weight, assistant.store.nearness)
        judged = [(each, answers(question, each.sentence)) for each in candidates]
        known = [(each, answer) for each, answer in judged if answer is not None]
        if any(answer for _, answer in known):
            rows = [[float(FEATURES[name](query, each)) for name in NAMES] for each, _ in known]
            found.append(Case(np.array(rows), np.array([answer for _, answer in known])))
    return found


def answers(question: Record, sentence: Sentence) -> bool | None:
    """Whether a sentence answers by the judgement that the question brings; None where nobody judged it."""
    file, page = sentence.passage.report.file, sentence.passage
    if question.get("passages"):
        return answers_of(question, file, sentence.text)
    place = {"file": file, "first_page": page.first_page, "last_page": page.last_page}
    right = is_right(place, gold_places(question))
    return right and any(is_same(sentence.text, gold) for gold in gold_quotes(question))


def told(cases: Sequence[Case], counts: Numbers) -> str:
    ranked = [case.right[np.argsort(-(case.features @ counts), kind="stable")] for case in cases]
    first, three = np.mean([each[0] for each in ranked]), np.mean([each[:3].mean() for each in ranked])
    return f"first {first:.3f}, of the first three {three:.3f}, among five {np.mean([e[:5].any() for e in ranked]):.3f}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", metavar="LIBRARY=QUESTIONS.jsonl")
    parser.add_argument("--most", type=int, default=200, help="questions of a set at most")
    parser.add_argument("--strength", type=float, default=0.003)
    given = parser.parse_args()
    named = [each.split("=", 1) for each in given.sets]
    sets = [cases_of(Path(library), Path(questions), given.most) for library, questions in named]
    counts = fit(sets, given.strength)
    # As large as those in use, so that scores stay alike.
    used = weights.FITTED["statements"]
    in_use = np.array([used.get(name, 0.0) for name in NAMES])
    typical = np.vstack([case.features for cases in sets for case in cases])
    counts *= (typical @ in_use).std() / (typical @ counts).std()
    print(json.dumps(dict(zip(NAMES, counts.round(3).tolist(), strict=True)), indent=2))
    for number, ((_, questions), cases) in enumerate(zip(named, sets, strict=True)):
        others = [each for other, each in enumerate(sets) if other != number]
        print(f"{questions}, {len(cases)} questions whose answer is found")
        print(f"    in use:                 {told(cases, in_use)}")
        print(f"    fitted on all:          {told(cases, counts)}")
        if others:
            print(f"    fitted on other sets:   {told(cases, fit(others, given.strength))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
