"""The learning itself: which rows a step sees, what it costs to be wrong, and where it goes on after a break."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, log_softmax

from training.model import Pairs, Reader
from training.rows import Judged, Row

# How sure the passage's score should be, by its grade.
SURE = torch.tensor([0.0, 0.05, 0.75, 1.0])
# What being wrong on a text alone counts beside being wrong on the order of a question's texts.
POINTWISE = 0.5


@dataclass(frozen=True, slots=True)
class Course:
    """How a run goes: steps of `questions` with `passages` each, the rate at most, and how it falls at the end.

    `shares` says how often a set is drawn from; the rate rises over `warm` steps and falls to nothing over the last
    `falling` share of them.
    """

    steps: int
    shares: Mapping[str, float]
    questions: int = 4
    passages: int = 4
    rate: float = 5e-5
    warm: int = 50
    falling: float = 1.0
    seed: int = 1

    def rate_at(self, step: int) -> float:
        """The rate of a step, counted from 0."""
        left = (self.steps - step) / max(self.steps * self.falling, 1)
        return self.rate * min(1.0, (step + 1) / self.warm, max(left, 0.02))


@dataclass(slots=True)
class Progress:
    """Where a run is: the steps made."""

    step: int = 0


def learn(
    reader: Reader, pairs: Pairs, rows: Sequence[Row], course: Course, folder: Path, checkpoint: float = 600
) -> None:
    """Train `reader` on `rows`, writing its weights and the state of the run into `folder` every `checkpoint` seconds.

    A run that was broken off goes on from there. `progress.jsonl` gets a line every ten steps.
    """
    folder.mkdir(parents=True, exist_ok=True)
    learnt = [each for each in reader.parameters() if each.requires_grad]
    optimizer = torch.optim.AdamW(learnt, lr=course.rate, weight_decay=0.01)
    progress = _resume(reader, optimizer, folder)
    sets = {name: [row for row in rows if row.source == name] for name in course.shares}
    reader.train()
    saved, began = time.monotonic(), time.monotonic()
    losses: list[list[float]] = []
    while progress.step < course.steps:
        # By the step, so that a run that is gone on with sees and drops what it would have.
        chance = random.Random(f"{course.seed}-{progress.step}")
        torch.manual_seed(chance.getrandbits(32))
        drawn = [_drawn(sets, course, chance) for _ in range(course.questions)]
        for group in optimizer.param_groups:
            group["lr"] = course.rate_at(progress.step)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            parts = _losses(reader, pairs, drawn)
        loss = torch.stack(parts).sum()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(learnt, 1.0)
        optimizer.step()
        losses.append([part.item() for part in parts])
        progress.step += 1
        if progress.step % 10 == 0 or progress.step == course.steps:
            means = torch.tensor(losses).mean(0).tolist()
            with (folder / "progress.jsonl").open("a") as lines:
                told = {
                    "step": progress.step,
                    "losses": [round(each, 4) for each in means],
                    "seconds": round(time.monotonic() - began),
                }
                lines.write(json.dumps(told) + "\n")
            losses = []
        if time.monotonic() - saved > checkpoint or progress.step == course.steps:
            _save(reader, optimizer, progress, folder)
            saved = time.monotonic()


def _drawn(sets: Mapping[str, Sequence[Row]], course: Course, chance: random.Random) -> tuple[Row, list[Judged]]:
    """A question, and of its passages one of the best and some that are worse, the hard ones of these more often."""
    names = [name for name in course.shares if sets[name]]
    name = chance.choices(names, [course.shares[name] for name in names])[0]
    row = chance.choice(sets[name])
    best = max(passage.grade for passage in row.passages)
    first = chance.choice([passage for passage in row.passages if passage.grade == best])
    others = [passage for passage in row.passages if passage is not first]
    others.sort(key=lambda each: each.ease + 3 * chance.random())
    return row, [first, *others[: course.passages - 1]]


def _losses(reader: Reader, pairs: Pairs, drawn: Sequence[tuple[Row, Sequence[Judged]]]) -> list[Tensor]:
    """What a step loses: by the order of each question's passages, and by each passage alone."""
    seen = [(row.question, passage) for row, passages in drawn for passage in passages]
    scores = reader(pairs.batch([(question, passage.context, passage.text) for question, passage in seen]))
    grades = torch.tensor([passage.grade for _, passage in seen])
    lists, start = [], 0
    for _, passages in drawn:
        part = slice(start, start + len(passages))
        start += len(passages)
        gains = torch.pow(2.0, grades[part]) - 1
        if gains.max() > 1 and gains.min() < gains.max():
            lists.append(-(gains / gains.sum() * log_softmax(scores[part], 0)).sum())
    listwise = torch.stack(lists).mean() if lists else torch.zeros(())
    return [listwise, POINTWISE * binary_cross_entropy_with_logits(scores, SURE[grades])]


def _save(reader: Reader, optimizer: torch.optim.Optimizer, progress: Progress, folder: Path) -> None:
    state = {"reader": reader.state_dict(), "optimizer": optimizer.state_dict(), "progress": asdict(progress)}
    torch.save(state, folder / "state.tmp")
    (folder / "state.tmp").replace(folder / "state.pt")
    reader.save(folder / "reader.safetensors")


def _resume(reader: Reader, optimizer: torch.optim.Optimizer, folder: Path) -> Progress:
    if not (folder / "state.pt").exists():
        return Progress()
    state = torch.load(folder / "state.pt")
    reader.load_state_dict(state["reader"])
    optimizer.load_state_dict(state["optimizer"])
    return Progress(**state["progress"])
