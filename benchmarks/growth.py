"""What grows with a library, and how fast? `python -m benchmarks.growth LIBRARY QUESTIONS.jsonl --in FOLDER`

Makes libraries of a thousand to a million passages out of a real one, and measures each in a process of its own: the
start, a search, an answer, the memory, the disk, and how many of the ten nearest passages a search by meaning finds.
Written to benchmarks/results/growth.json and growth.png.

The first passages are the real ones, so that the questions are answered. A made one is a real one with every third word
replaced by a word of another passage, so that words are as common as in reports and no two passages are alike; its
vector is the real one's mixed with that of another and with noise. It has a report of its own kind, of as many passages
as the real one.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from service import Settings, open_service
from vector_store import DEFAULT_MODEL, FaissStore, SentenceEmbedder
from vector_store.catalogue import Database
from vector_store.catalogue.writing import count_change, insert
from vector_store.types import Vectors

RESULTS = Path(__file__).parent / "results" / "growth.json"
SIZES = [1_000, 10_000, 100_000, 1_000_000]
AT_ONCE = 20_000
REPLACED = 1 / 3
# Shares of the real vector, of another, and of noise in a made one.
MIXED = (0.8, 0.4, 0.3)

Made = tuple[tuple[str, str, str, dict[str, Any]], Vectors, bytes]


def make(real: Database, folder: Path, size: int) -> None:
    """Make a library of `size` passages in `folder` from a real one; nothing where it is there."""
    if (folder / "vectors.faiss").exists():
        return
    store = FaissStore(folder, SentenceEmbedder(), DEFAULT_MODEL)
    database = store._database
    database.set_manifest("basis", real.manifest("basis") or "")
    database.set_manifest("dimension", real.manifest("dimension") or "")
    chance = np.random.default_rng(0)
    sources = real.connection.execute("SELECT id, summary FROM sources ORDER BY rowid").fetchall()
    passages = _passages(real, random.Random(0), chance)
    made = 0
    while made < size:
        with database.transaction() as connection:
            at_once = list(islice(passages, min(AT_ONCE, size - made)))
            wanted = {document[0].rsplit("/", 1)[0] for document, _, _ in at_once}
            copies = {name.rsplit("-", 1)[1] for name in wanted}
            for id, summary in sources:
                for copy in copies:
                    if (name := f"{id}-{copy}") in wanted:
                        connection.execute(
                            "INSERT OR IGNORE INTO sources VALUES (?, ?, ?)",
                            (name, summary.replace(id, name), ""),
                        )
            for document, vector, words in at_once:
                source = document[0].rsplit("/", 1)[0]
                insert(database, connection, source, [document], vector[None], [words])
            count_change(connection)
        made += len(at_once)
        print(f"{made:,} of {size:,} passages made", file=sys.stderr)
    store.flush()


def _passages(real: Database, words: random.Random, chance: np.random.Generator) -> Iterator[Made]:
    sql = (
        "SELECT source, content, context, metadata, vector, vectors FROM documents "
        "JOIN word_vectors USING (row) WHERE source IS NOT NULL ORDER BY row"
    )
    rows = real.connection.execute(sql).fetchall()
    vectors = np.stack([np.frombuffer(row[4], np.float32) for row in rows])
    spoken = [word for row in rows for word in row[1].split()]
    for copy in range(10**9):
        others = chance.permutation(len(rows))
        noise = chance.standard_normal(vectors.shape, np.float32)
        noise /= np.linalg.norm(noise, axis=1, keepdims=True)
        mixed = MIXED[0] * vectors + MIXED[1] * vectors[others] + MIXED[2] * noise
        mixed /= np.linalg.norm(mixed, axis=1, keepdims=True)
        for number, (source, content, context, metadata, _, kept) in enumerate(rows):
            name = f"{source}-{copy}"
            told = json.loads(metadata.replace(source, name))
            text, vector = content, vectors[number]
            if copy:
                text = " ".join(words.choice(spoken) if words.random() < REPLACED else word for word in content.split())
                vector = mixed[number]
            yield (f"{name}/{number}", text, context, told), vector, kept


def measure(folder: Path, questions: list[str]) -> dict[str, Any]:
    """The figures of the library in `folder`; times in milliseconds, sizes in megabytes."""
    began = time.perf_counter()
    service = open_service(Settings(folder))
    service.assistant.ask(questions[0])
    start = time.perf_counter() - began
    embedder, assistant = service.embedder, service.assistant
    asked = questions[1:]
    times: dict[str, list[float]] = {"model": [], "search": [], "answer": []}
    for question in asked[:10]:
        assistant.ask(f"{question} ?")
    for question in asked:
        # Another end each time, so that none finds what was kept for another.
        times["model"].append(_timed(embedder.embed_query, f"{question} ??"))
        times["search"].append(_timed(assistant.search, f"{question} ???"))
        times["answer"].append(_timed(assistant.ask, f"{question} ????"))
    found = {name: statistics.median(each) for name, each in times.items()}
    return {
        "passages": service.library.version and assistant.store.count(),
        "first answer from opening": round(start * 1000, 1),
        "milliseconds": {name: round(value, 2) for name, value in found.items()},
        "95th percentile": {name: round(sorted(each)[int(0.95 * len(each))], 2) for name, each in times.items()},
        "search / model": round(found["search"] / found["model"], 2),
        "answer / model": round(found["answer"] / found["model"], 2),
        "memory held": _held(),
        "memory at most": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "library.db": round((folder / "library.db").stat().st_size / 1e6, 1),
        "vectors.faiss": round((folder / "vectors.faiss").stat().st_size / 1e6, 1),
    }


def recall(folder: Path, questions: list[str], k: int = 10) -> float:
    """The share of the `k` nearest passages by exact search that a search by meaning finds."""
    store = open_service(Settings(folder)).assistant.store
    assert isinstance(store, FaissStore)
    queries = np.array([store.embeddings.embed_query(question) for question in questions], np.float32)
    best = np.full((len(queries), k), -np.inf, np.float32)
    nearest = np.zeros((len(queries), k), np.int64)
    for rows, vectors in store._database.vectors(store._database.rows()):
        scores, places = faiss.knn(queries, vectors, k, metric=faiss.METRIC_INNER_PRODUCT)
        scores, places = np.hstack([best, scores]), np.hstack([nearest, rows[places]])
        order = np.argsort(-scores, axis=1)[:, :k]
        best, nearest = np.take_along_axis(scores, order, 1), np.take_along_axis(places, order, 1)
    ids = {row.id: number for number, row in store._database.documents("row", nearest.ravel().tolist()).items()}
    found = [
        len({ids.get(document.id or "") for document in store.similarity_search(question, k)} & set(exact))
        for question, exact in zip(questions, nearest.tolist(), strict=True)
    ]
    return round(sum(found) / (k * len(questions)), 4)


def _timed(run: Callable[[str], object], question: str) -> float:
    began = time.perf_counter()
    run(question)
    return (time.perf_counter() - began) * 1000


def _held() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGESIZE") / 2**20)


def draw(found: list[dict[str, Any]], picture: Path) -> None:
    """The curves, each beside the model's own time or as megabytes, over the number of passages."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    sizes = [each["passages"] for each in found]
    figure, (times, space) = pyplot.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    for name in ("search", "answer"):
        times.plot(sizes, [each[f"{name} / model"] for each in found], marker="o", label=name)
    times.axhline(1, color="grey", linewidth=0.8)
    times.set(xscale="log", xlabel="passages", ylabel="times the model's own time", ylim=(0, None))
    for name in ("memory held", "library.db", "vectors.faiss"):
        space.plot(sizes, [each[name] for each in found], marker="o", label=name)
    space.set(xscale="log", yscale="log", xlabel="passages", ylabel="megabytes")
    for each in (times, space):
        each.legend(frameon=False)
        each.spines[["top", "right"]].set_visible(False)
    figure.savefig(picture, dpi=150)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--in", dest="place", type=Path, required=True, help="where the libraries are made and kept")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()
    questions = [json.loads(line)["question"] for line in given.questions.read_text().splitlines()]
    if given.one:
        print(json.dumps(measure(given.one, questions)))
        return
    found = []
    for size in given.sizes:
        folder = given.place / str(size)
        make(Database(given.library / "library.db"), folder, size)
        again = [sys.executable, "-m", "benchmarks.growth", str(given.library), str(given.questions)]
        command = [*again, "--in", str(given.place), "--one", str(folder)]
        load = os.getloadavg()[0]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1]
        found.append(
            json.loads(told) | {"recall@10": round(recall(folder, questions), 4), "load before": round(load, 2)}
        )
        print(json.dumps(found[-1]))
    given.out.write_text(json.dumps(found, indent=1) + "\n")
    draw(found, given.out.with_suffix(".png"))


if __name__ == "__main__":
    main()
