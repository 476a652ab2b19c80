"""The learning itself: which rows a step sees, what it costs to be wrong, and where it goes on after a break."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, log_softmax
from torch.optim.swa_utils import AveragedModel

from training.model import Pairs, Reader
from training.rows import Judged, Row

# How sure the passage's score should be, by its grade.
SURE = torch.tensor([0.0, 0.05, 0.75, 1.0])
# The mean of a run's weights forgets what is more than some 200 steps behind; of a short run, a ninth of its steps.
NEW = 0.005
# How much of the choice of what a text is learnt beside is left to chance, and the most that what the reader says of
# a text counts there, in logits.
CHANCE, HARDEST = 4.0, 4.0
# Pairs of like length go through the model together, for half of a batch of all lengths would be padding.
PARTS = 3


@dataclass(frozen=True, slots=True)
class Course:
    """How a run goes: steps of `questions` with `passages` each, the rate at most, and how it falls at the end.

    `shares` says how often a set is drawn from; the rate rises over `warm` steps and falls to a fiftieth over the
    last `falling` share of them. What being wrong on a text alone costs counts `alone` beside what being wrong on the
    order of a question's texts does, and that of a right one `right` times as much as that of a wrong one.
    """

    steps: int
    shares: Mapping[str, float]
    questions: int = 3
    passages: int = 6
    rate: float = 5e-5
    warm: int = 50
    falling: float = 1.0
    alone: float = 0.5
    right: float = 1.0
    seed: int = 1

    def rate_at(self, step: int) -> float:
        """The rate of a step, counted from 0."""
        left = (self.steps - step) / max(self.steps * self.falling, 1)
        return self.rate * min(1.0, (step + 1) / self.warm, max(left, 0.02))


def learn(
    reader: Reader, pairs: Pairs, rows: Sequence[Row], course: Course, folder: Path, checkpoint: float = 600
) -> None:
    """Train `reader` on `rows`, writing its weights and the state of the run into `folder` every `checkpoint` seconds.

    What is written, and what the reader ends with, is the mean of its latest steps. The `ease` of the passages of
    `rows` is set to what the reader says of them, so that it meets most often what it takes for an answer and is none.
    A run that was broken off goes on from there. `progress.jsonl` gets a line every ten steps.
    """
    folder.mkdir(parents=True, exist_ok=True)
    run = _Run(reader, rows, course)
    run.resume(folder)
    sets = {name: [row for row in rows if row.source == name] for name in course.shares}
    reader.train()
    saved, began = time.monotonic(), time.monotonic()
    losses: list[list[float]] = []
    while run.step < course.steps:
        # By the step, so that a run that is gone on with sees and drops what it would have.
        chance = random.Random(f"{course.seed}-{run.step}")
        torch.manual_seed(chance.getrandbits(32))
        losses.append(run.advance(pairs, [_drawn(sets, course, chance) for _ in range(course.questions)]))
        if run.step % 10 == 0 or run.step == course.steps:
            means = torch.tensor(losses).mean(0).tolist()
            with (folder / "progress.jsonl").open("a") as lines:
                told = {
                    "step": run.step,
                    "losses": [round(each, 4) for each in means],
                    "seconds": round(time.monotonic() - began),
                }
                lines.write(json.dumps(told) + "\n")
            losses = []
        if time.monotonic() - saved > checkpoint or run.step == course.steps:
            run.save(folder)
            saved = time.monotonic()
    reader.load_state_dict(run.latest.state_dict())


Drawn = tuple[Row, list[Judged]]
"""A question, and those of its passages that a step sees, one of the best first."""


class _Run:
    """A run of `learn` that can be broken off: reader, optimiser, the mean of the latest steps, and the steps made."""

    def __init__(self, reader: Reader, rows: Sequence[Row], course: Course) -> None:
        self.reader, self.rows, self.course, self.step = reader, rows, course, 0
        self.learnt = [each for each in reader.parameters() if each.requires_grad]
        self.optimizer = torch.optim.AdamW(self.learnt, lr=course.rate, weight_decay=0.01)
        self.mean = AveragedModel(reader, avg_fn=_moved)

    @property
    def latest(self) -> Reader:
        """The reader with the mean of the latest steps for weights."""
        return cast("Reader", self.mean.module)

    def advance(self, pairs: Pairs, drawn: Sequence[Drawn]) -> list[float]:
        """Make one step; what it lost by the order of each question's passages, and by each passage alone."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.course.rate_at(self.step)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            scores = _scores(self.reader, pairs, drawn)
        parts = _losses(scores, drawn, self.course)
        self.optimizer.zero_grad()
        torch.stack(parts).sum().backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.learnt, 1.0)
        self.optimizer.step()
        self.mean.update_parameters(self.reader)
        for passage, score in zip((each for _, passages in drawn for each in passages), scores.tolist(), strict=True):
            passage.ease = -max(-HARDEST, min(HARDEST, score))
        self.step += 1
        return [part.item() for part in parts]

    def save(self, folder: Path) -> None:
        """Write the mean as weights, and all that it takes to go on."""
        state = {
            "reader": self.reader.state_dict(),
            "mean": self.mean.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "ease": [[passage.ease for passage in row.passages] for row in self.rows],
            "step": self.step,
        }
        torch.save(state, folder / "state.tmp")
        (folder / "state.tmp").replace(folder / "state.pt")
        self.latest.save(folder / "reader.safetensors")

    def resume(self, folder: Path) -> None:
        """Go on from what `save` wrote, if it did.

        Raises ValueError where that was learnt from other rows.
        """
        if not (folder / "state.pt").exists():
            return
        state = torch.load(folder / "state.pt")
        if list(map(len, state["ease"])) != [len(row.passages) for row in self.rows]:
            raise ValueError(f"{folder} holds a run over other rows: name another folder, or take that one away")
        self.reader.load_state_dict(state["reader"])
        self.mean.load_state_dict(state["mean"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step = state["step"]
        for row, eases in zip(self.rows, state["ease"], strict=True):
            for passage, ease in zip(row.passages, eases, strict=True):
                passage.ease = ease


def _moved(mean: Tensor, new: Tensor, steps: Tensor | int) -> Tensor:
    """The mean of a run's weights, moved towards those after a further step."""
    return mean + (new - mean) * max(NEW, 9 / (int(steps) + 10))


def _drawn(sets: Mapping[str, Sequence[Row]], course: Course, chance: random.Random) -> Drawn:
    """A question, and of its passages one of the best and some that are worse, the hard ones of these more often."""
    names = [name for name in course.shares if sets[name]]
    name = chance.choices(names, [course.shares[name] for name in names])[0]
    row = chance.choice(sets[name])
    best = max(passage.grade for passage in row.passages)
    first = chance.choice([passage for passage in row.passages if passage.grade == best])
    worse = [passage for passage in row.passages if passage.grade < best or not best]
    others = [passage for passage in worse if passage is not first]
    others.sort(key=lambda each: each.ease + CHANCE * chance.random())
    return row, [first, *others[: course.passages - 1]]


def _scores(reader: Reader, pairs: Pairs, drawn: Sequence[Drawn]) -> Tensor:
    """What the reader says of each passage that is drawn, shape (passages,), in their order."""
    seen = [(row.question, passage.context, passage.text) for row, passages in drawn for passage in passages]
    order = sorted(range(len(seen)), key=lambda number: sum(map(len, seen[number])))
    size = -(-len(seen) // PARTS)
    parts = [order[start : start + size] for start in range(0, len(order), size)]
    said = torch.cat([reader(pairs.batch([seen[number] for number in part])) for part in parts])
    return said[torch.tensor(order).argsort()]


def _losses(scores: Tensor, drawn: Sequence[Drawn], course: Course) -> list[Tensor]:
    """What a step loses: by the order of each question's passages, and by each passage alone."""
    grades = torch.tensor([passage.grade for _, passages in drawn for passage in passages])
    lists, start = [], 0
    for _, passages in drawn:
        part = slice(start, start + len(passages))
        start += len(passages)
        gains = torch.pow(2.0, grades[part]) - 1
        if gains.max() > 1 and gains.min() < gains.max():
            lists.append(-(gains / gains.sum() * log_softmax(scores[part], 0)).sum())
    listwise = torch.stack(lists).mean() if lists else torch.zeros(())
    pointwise = binary_cross_entropy_with_logits(scores, SURE[grades], pos_weight=torch.tensor(course.right))
    return [listwise, course.alone * pointwise]
