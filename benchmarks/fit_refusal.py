"""Fit when to refuse: a logistic regression over the signals of dev questions that are and are not answered.

    python -m benchmarks.fit_refusal LIBRARY=QUESTIONS.jsonl [LIBRARY=QUESTIONS.jsonl ...]

Each LIBRARY is a folder into which the questions' reports were ingested. Prints the weights for rag/abstention.py, and
for each set the refusals and answers that they would give: of the whole fit, and by five-fold cross-validation.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from rag.abstention import Signals
from rag.evaluation import Record, read_questions
from rag.question import Turn, understand
from service import Settings, open_service

NAMES = [field.name for field in dataclasses.fields(Signals)]


def signals_of(library: Path, questions: Path, most: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The signals of the questions, shape (n, signals), and whether each is answerable, shape (n,)."""
    service = open_service(Settings(library))
    known = [each for each in read_questions(questions) if each.get("answerable", True) is not None]
    asked = _spread(known, most)
    retrieve = service.assistant.retrieve
    rows = [
        dataclasses.astuple(retrieve(understand(question["question"], _before(question))).signals) for question in asked
    ]
    return np.array(rows), np.array([int(question.get("answerable", True)) for question in asked])


def _before(question: Record) -> list[Turn]:
    """The conversation before a follow-up; its answers play no part in the signals."""
    return [(asked, "") for asked in question.get("history", [])]


def _spread(questions: list[Record], most: int) -> list[Record]:
    """At most `most` of the questions, taken evenly: neighbours are often on one text."""
    return questions[:: max(1, -(-len(questions) // most))]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", metavar="LIBRARY=QUESTIONS.jsonl")
    parser.add_argument("--most", type=int, default=800, help="questions of a set at most")
    given = parser.parse_args()
    sets = [tuple(map(Path, each.split("=", 1))) for each in given.sets]
    found = [signals_of(library, questions, given.most) for library, questions in sets]
    x, y = np.vstack([rows for rows, _ in found]), np.concatenate([answers for _, answers in found])
    # Every set counts alike, and in each the answerable and the others: sizes say nothing of what people ask.
    weight = np.concatenate([np.where(a == 1, 0.5 / max(a.sum(), 1), 0.5 / max((1 - a).sum(), 1)) for _, a in found])
    weight *= len(weight) / weight.sum()
    model = LogisticRegression(C=10.0).fit(x, y, sample_weight=weight)
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    unseen = cross_val_predict(model, x, y, cv=folds, method="predict_proba", params={"sample_weight": weight})[:, 1]
    counts = dict(zip(["intercept", *NAMES], [*model.intercept_, *model.coef_[0]], strict=True))
    print("WITH_READER =", {name: round(float(value), 3) for name, value in counts.items()})
    start = 0
    for (library, _), (rows, answers) in zip(sets, found, strict=True):
        scores = unseen[start : start + len(answers)]
        start += len(answers)
        print(f"{library.name}: {len(answers)} questions, AUROC {roc_auc_score(answers, scores):.3f} (unseen folds)")
        for name, value in zip(NAMES, rows.T, strict=True):
            print(f"    {name} alone: AUROC {roc_auc_score(answers, value):.3f}")
        for threshold in (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6):
            refused = scores < threshold
            print(
                f"    threshold {threshold}: false refusals {np.mean(refused[answers == 1]):.3f}, "
                f"false answers {np.mean(~refused[answers == 0]):.3f}"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
