"""Fit the shares of the second ranking: a list-wise softmax regression over what the reranker sees of each passage.

    python -m benchmarks.fit_ranking LIBRARY=QUESTIONS.jsonl [LIBRARY=QUESTIONS.jsonl ...]

Each LIBRARY is a folder into which the questions' reports were ingested. Every set counts alike. Of each set a fifth of
its reports with their questions is held out (by `--folds` all of it in turn). Prints the shares for
vector_store/ranking/rerank.py, and for each set how often the right page comes first and among the first five.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]

from ingest.report import Passage
from rag import Hit
from rag.evaluation import gold_places, is_right, read_questions
from service import Settings, open_service
from vector_store import FaissStore
from vector_store.ranking import SHARES

Numbers = NDArray[np.float64]


class Judged(Protocol):
    """The features of what is ranked for one question, shape (n, features), and which of it is right, shape (n,)."""

    @property
    def features(self) -> Numbers: ...
    @property
    def right(self) -> NDArray[np.bool_]: ...


@dataclass(frozen=True)
class Case:
    """One question: its report, the features of its candidates, shape (n, features), and which of them are right."""

    report: str
    features: Numbers
    right: NDArray[np.bool_]


def cases_of(library: Path, questions: Path, most: int) -> list[Case]:
    """The cases of a set, of questions whose evidence is known."""
    service = open_service(Settings(library))
    store = service.assistant.store
    assert isinstance(store, FaissStore)
    found = []
    asked = [each for each in read_questions(questions) if each["evidence"]]
    for question in asked[:: max(1, -(-len(asked) // most))]:
        documents, features = store.candidates(question["question"])
        hits = [Hit(Passage.from_document(document), 0).to_json(1) for document in documents]
        right = np.array([is_right(hit, gold_places(question)) for hit in hits])
        numbers = np.column_stack([features[name] for name in SHARES]).astype(np.float64)
        found.append(Case(question["evidence"][0]["doc"], numbers, right))
    return found


def fit(sets: Sequence[Sequence[Judged]], strength: float) -> Numbers:
    """The weights under which what is right is likeliest in all sets, each counting alike; their squares cost."""

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        total, gradient = float(strength * weights @ weights), 2 * strength * weights
        for cases in sets:
            for case in cases:
                if case.right.any():
                    scores = case.features @ weights
                    share = np.exp(scores - scores.max())
                    share /= share.sum()
                    hit = share[case.right].sum()
                    total -= float(np.log(hit + 1e-12)) / len(cases)
                    gradient = gradient - case.features.T @ (share * case.right / hit - share) / len(cases)
        return total, gradient

    return np.asarray(minimize(loss, np.ones(sets[0][0].features.shape[1]), jac=True, method="L-BFGS-B").x)


def ranks(cases: list[Case], weights: Numbers) -> list[int]:
    """For each case the rank from 1 of the first right passage, 0 where none is right."""
    found = []
    for case in cases:
        order = np.argsort(-(case.features @ weights), kind="stable")
        found.append(next((rank for rank, at in enumerate(order, start=1) if case.right[at]), 0))
    return found


def told(found: list[int]) -> str:
    first = np.mean([rank == 1 for rank in found])
    five = np.mean([0 < rank <= 5 for rank in found])
    return f"first {first:.3f}, among five {five:.3f}, MRR {np.mean([1 / rank if rank else 0 for rank in found]):.3f}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", metavar="LIBRARY=QUESTIONS.jsonl")
    parser.add_argument("--most", type=int, default=600, help="questions of a set at most")
    parser.add_argument("--strength", type=float, default=1e-4)
    given = parser.parse_args()
    named = [each.split("=", 1) for each in given.sets]
    sets = [cases_of(Path(library), Path(questions), given.most) for library, questions in named]
    weights = fit(sets, given.strength)
    print("SHARES =", dict(zip(SHARES, (weights / weights.sum()).round(3).tolist(), strict=True)))
    unseen: list[list[int]] = [[] for _ in sets]
    for fold in range(5):
        # Whole reports are held out: questions on one report are alike.
        kept = [[case for case in cases if hash_of(case.report) % 5 != fold] for cases in sets]
        held = [[case for case in cases if hash_of(case.report) % 5 == fold] for cases in sets]
        without = fit(kept, given.strength)
        for found, cases in zip(unseen, held, strict=True):
            found += ranks(cases, without)
    for (library, _), cases, found in zip(named, sets, unseen, strict=True):
        print(f"{Path(library).name}, {len(cases)} questions")
        print(f"    in use:       {told(ranks(cases, np.array(list(SHARES.values()))))}")
        print(f"    fitted here:  {told(ranks(cases, weights))}")
        print(f"    unseen folds: {told(found)}")
    return 0


def hash_of(text: str) -> int:
    """A number for a text that is the same in every run."""
    return sum(ord(letter) * (at + 1) for at, letter in enumerate(text))


if __name__ == "__main__":
    sys.exit(main())
