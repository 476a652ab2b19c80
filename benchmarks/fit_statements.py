"""Fit what each feature of a sentence and the reader's verdict on it count, together, for how sentences are ranked.

    python -m benchmarks.fit_statements LIBRARY=QUESTIONS.jsonl[=TIMES] [LIBRARY=QUESTIONS.jsonl[=TIMES] ...]

Each LIBRARY is a folder into which the questions' reports were ingested; the questions name the sentences that answer,
as quotations of their evidence or as answers of graded passages (`python -m benchmarks.judged` makes such ones). Every
set counts alike, or TIMES as much. Prints the weights for rag/weights/, and for each set how often the first sentence
answers and one of the first three and five does: with the weights in use, with those fitted here, and on five folds of
the set that the weights were not fitted on.
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
from scipy.optimize import minimize  # type: ignore[import-untyped]

from rag import weights
from rag.evaluation import Record, read_questions
from rag.evaluation.graded import answers_of
from rag.evaluation.judge import gold_places, gold_quotes, is_right, is_same
from rag.retrieval import STATEMENTS_READ
from rag.sentences import Sentence, with_items
from rag.sentences.ranking import FEATURES, candidates_of, counted
from service import Settings, open_service

Numbers = NDArray[np.float64]

READER = "reader"
NAMES = (*FEATURES, READER)
# So rare in any set that a fit says nothing of them: they were set by what share of such sentences answers.
SET = ("no statement", "nature", "unnamed")
# How many logits a score of 1 is: the scores of two sentences that a reader tells apart differ by a twentieth.
SCALE = 20.0
FOLDS = 5


@dataclass(frozen=True)
class Case:
    """One question: the features of the sentences that are read, shape (n, features), and which of them answer."""

    features: Numbers
    right: NDArray[np.bool_]


@dataclass(frozen=True)
class Set:
    """The cases of a set of questions, and how much it counts."""

    name: str
    cases: list[Case]
    times: float


def in_use() -> Numbers:
    """The weights in use, in the order of `NAMES`."""
    counts = {**weights.FITTED["statements"], READER: weights.FITTED["statements read"][READER]}
    return np.array([counts.get(name, 0.0) for name in NAMES])


def cases_of(library: Path, questions: Path, most: int) -> list[Case]:
    """The cases of a set: of questions that are answered by some of the sentences that are read, and not by others."""
    assistant = open_service(Settings(library)).assistant
    reader, found = assistant.reader, []
    assert reader, "There is no reader for this embedding model."
    asked = [each for each in read_questions(questions) if each["evidence"] or each.get("passages")]
    for question in asked[:: max(1, -(-len(asked) // most))]:
        understood = assistant.understood(question["question"])
        hits = assistant.retrieve(understood).hits
        query, candidates = candidates_of(
            understood, hits, assistant.weights(understood.focus), assistant.store.nearness
        )
        rows = np.array([[float(FEATURES[name](query, each)) for name in FEATURES] for each in candidates])
        if not len(rows):
            continue
        first = np.argsort(-(rows @ in_use()[:-1]), kind="stable")[:STATEMENTS_READ]
        read = [candidates[at].sentence for at in first]
        said = reader.read_statements(understood.question, [(each.passage.context, with_items(each)) for each in read])
        features = np.column_stack([rows[first], [counted(verdict) for verdict in said]])
        judged = [answers(question, each) for each in read]
        known = np.array([each is not None for each in judged])
        right = np.array([bool(each) for each in judged])[known]
        if right.any() and not right.all():
            found.append(Case(features[known], right))
    return found


def fit(sets: Sequence[Set], strength: float) -> Numbers:
    """The weights under which each right sentence is likeliest among the wrong ones of its question.

    What they differ from those in use costs `strength` times its square.
    """
    used = in_use() * SCALE
    free = np.array([name not in SET for name in NAMES])

    def loss(counts: Numbers) -> tuple[float, Numbers]:
        apart = counts - used
        total, gradient = strength * float(apart @ apart), 2 * strength * apart
        whole = sum(each.times for each in sets)
        for each in sets:
            share = each.times / whole / len(each.cases)
            for case in each.cases:
                scores = case.features @ counts
                wrong = scores[~case.right]
                behind = np.logaddexp.reduce(wrong) - scores[case.right]
                total += share * float(np.logaddexp(0, behind).mean())
                nearest = np.exp(wrong - np.logaddexp.reduce(wrong)) @ case.features[~case.right]
                lost = 1 / (1 + np.exp(-behind))
                gradient = gradient + share * (lost[:, None] * (nearest - case.features[case.right])).mean(0)
        return total, gradient * free

    return np.asarray(minimize(loss, used, jac=True, method="L-BFGS-B").x) / SCALE


def answers(question: Record, sentence: Sentence) -> bool | None:
    """Whether a sentence answers by the judgement that the question brings; None where nobody judged it."""
    file, page = sentence.passage.report.file, sentence.passage
    if question.get("passages"):
        return answers_of(question, file, sentence.text)
    place = {"file": file, "first_page": page.first_page, "last_page": page.last_page}
    right = is_right(place, gold_places(question))
    return right and any(is_same(sentence.text, gold) for gold in gold_quotes(question))


def unseen(sets: Sequence[Set], number: int, strength: float) -> str:
    """How a set does whose every fifth case is ranked by weights that were fitted on all the others."""
    own, ranked = sets[number], []
    for fold in range(FOLDS):
        left = [case for at, case in enumerate(own.cases) if at % FOLDS != fold]
        others = [each for at, each in enumerate(sets) if at != number]
        counts = fit([*others, Set(own.name, left, own.times)], strength)
        ranked += [(case, counts) for case in own.cases[fold::FOLDS]]
    return figures([(case.features @ counts, case.right) for case, counts in ranked])


def told(cases: Sequence[Case], counts: Numbers) -> str:
    return figures([(case.features @ counts, case.right) for case in cases])


def figures(scored: Sequence[tuple[Numbers, NDArray[np.bool_]]]) -> str:
    ranked = [right[np.argsort(-scores, kind="stable")] for scores, right in scored]
    first, three = np.mean([each[0] for each in ranked]), np.mean([each[:3].mean() for each in ranked])
    return f"first {first:.3f}, of the first three {three:.3f}, among five {np.mean([e[:5].any() for e in ranked]):.3f}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", metavar="LIBRARY=QUESTIONS.jsonl[=TIMES]")
    parser.add_argument("--most", type=int, default=2000, help="questions of a set at most")
    parser.add_argument("--strength", type=float, default=0.0008)
    given = parser.parse_args()
    sets = []
    for library, questions, *times in (each.split("=") for each in given.sets):
        cases = cases_of(Path(library), Path(questions), given.most)
        sets.append(Set(questions, cases, float(times[0]) if times else 1.0))
    counts = fit(sets, given.strength)
    print(json.dumps(dict(zip(NAMES, counts.round(3).tolist(), strict=True)), indent=2))
    for number, each in enumerate(sets):
        print(f"{each.name}, {len(each.cases)} questions whose answer is read")
        print(f"    in use:         {told(each.cases, in_use())}")
        print(f"    fitted on all:  {told(each.cases, counts)}")
        print(f"    on five folds:  {unseen(sets, number, given.strength)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
