"""Does the page hold while many ask at once and reports are being added?

    python -m benchmarks.load LIBRARY QUESTIONS.jsonl --readers 50 --seconds 300 --folder FOLDER

Serves a copy of LIBRARY as `coproduction serve` does, has readers ask, search, and open pages of reports over HTTP,
while another process adds FOLDER to it, and looks every quotation up on the page that it is said to be on. Then the
same with one reader. Written to benchmarks/results/load.json.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx

from ingest.library import Library
from service import Settings, open_service

RESULTS = Path(__file__).parent / "results" / "load.json"
# What readers do, and how often of a hundred times.
KINDS = {"ask": 40, "search": 30, "view": 20, "page": 10}
LONGEST = 120.0


class Load:
    """Readers on the page at `address`, over `library`, and what became of their requests."""

    def __init__(self, address: str, library: Library, questions: list[str], alone: dict[str, Any]) -> None:
        self._address, self._library, self._questions, self._alone = address, library, questions, alone
        self._reports = [each.details for each in library.reports()]
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.errors: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        self._text = lru_cache(maxsize=2000)(self._letters_of)

    def read(self, until: float, pause: float, seed: int) -> None:
        """Be one reader until a moment on the clock, resting `pause` seconds on average between two requests."""
        chance = random.Random(seed)
        with httpx.Client(base_url=self._address, timeout=LONGEST) as client:
            time.sleep(chance.uniform(0, pause))
            while time.monotonic() < until:
                [kind] = chance.choices(list(KINDS), list(KINDS.values()))
                try:
                    self._request(client, kind, chance)
                except Exception as error:
                    self.errors[f"{kind}: {type(error).__name__}: {error}"[:200]] += 1
                time.sleep(chance.uniform(0, 2 * pause))

    def _request(self, client: httpx.Client, kind: str, chance: random.Random) -> None:
        question, report = chance.choice(self._questions), chance.choice(self._reports)
        path, asked = {
            "ask": ("/api/ask", {"question": question}),
            "search": ("/api/search", {"query": question}),
            "view": (f"/view/{report.id}", {}),
            "page": ("/", {}),
        }[kind]
        began = time.monotonic()
        got = client.get(path, params=asked)
        took = time.monotonic() - began
        if got.status_code in (429, 503):
            told = got.headers.get("retry-after") and got.json()["detail"]
            self.counts["told to come back" if told else "refused without a word"] += 1
            time.sleep(min(float(got.headers.get("retry-after", 5)), 5))
            return
        if got.status_code != 200:
            self.errors[f"{kind}: status {got.status_code}"] += 1
            return
        self.seconds[kind].append(took)
        if kind == "ask":
            self._check(got.json())
        elif len(got.content) < len("[{}]"):
            self.errors[f"{kind}: nothing came"] += 1

    def _check(self, answer: dict[str, Any]) -> None:
        self.counts["answers"] += 1
        wanted = self._alone[answer["question"]]
        same = answer["answered"] == wanted["answered"] and answer["citations"] == wanted["citations"]
        self.counts["answers as alone, before anything was added"] += same
        for citation in answer["citations"]:
            self.counts["quotations"] += 1
            if not self._stands(citation):
                self.counts["quotations that do not stand where they are said to"] += 1

    def _stands(self, citation: dict[str, Any]) -> bool:
        """Whether a quotation stands on its page of its report. Reports that came since are looked for anew."""
        quote = _letters(citation["quote"])
        for anew in (False, True):
            if anew:
                self._reports = [each.details for each in self._library.reports()]
            named = [
                each for each in self._reports if (each.file, each.title) == (citation["file"], citation["report"])
            ]
            if any(quote in self._text(each.id, citation["page"]) for each in named):
                return True
        return False

    def _letters_of(self, id: str, page: int | None) -> str:
        report = self._library.report(id)
        if page is None:
            return _letters(report.text)
        # A sentence that runs over the end of a page is cited by the page that it begins on.
        spans = [(each.start, each.end) for each in report.pages if each.number in (page, page + 1)]
        return _letters(" ".join(report.text[start:end] for start, end in spans))


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


@contextmanager
def served(library: Path) -> Iterator[tuple[str, int]]:
    """The page over a library, in a process of its own: its address and process id."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "app", "--library", str(library), "serve", "--port", str(port), "--offline"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as serving:
        try:
            assert serving.stdout and "http" in serving.stdout.readline()
            address = f"http://127.0.0.1:{port}"
            while httpx.get(f"{address}/ready", timeout=LONGEST).status_code != 200:
                time.sleep(0.5)
            yield address, serving.pid
        finally:
            serving.terminate()


def memory(process: int) -> float:
    """The megabytes that a process holds in memory."""
    told = Path(f"/proc/{process}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+)", told)[0]) / 1024


def measure(
    library: Path, questions: list[str], folder: Path | None, readers: int, seconds: float, pause: float
) -> dict[str, Any]:
    """What `readers` meet in so many seconds, on a copy of a library."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "library"
        shutil.copytree(library, copy, ignore=shutil.ignore_patterns("*.lock", "conversations*"))
        service = open_service(Settings(copy))
        alone = {each: json.loads(json.dumps(service.assistant.ask(each).to_json())) for each in questions}
        with served(copy) as (address, process):
            load = Load(address, service.library, questions, alone)
            adding = _add(copy, folder) if folder else None
            until = time.monotonic() + seconds
            threads = [threading.Thread(target=load.read, args=(until, pause, seed)) for seed in range(readers)]
            for thread in threads:
                thread.start()
            held = []
            while any(thread.is_alive() for thread in threads):
                held.append(round(memory(process), 1))
                time.sleep(1)
            added = _added(adding) if adding else None
        return _figures(load, held, readers, seconds) | {"added": added, "faults after": service.library.upkeep.check()}


def _add(library: Path, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "app", "--library", str(library), "ingest", "--json", str(folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def _added(adding: subprocess.Popen[str]) -> dict[str, int]:
    """What became of the files so far; the rest is not waited for."""
    ended = adding.poll() is not None
    adding.terminate()
    out, _ = adding.communicate()
    whole = [line for line in out.splitlines() if line.endswith("}")]
    return dict(Counter(json.loads(line)["status"] for line in whole)) | {"ended": ended}


def _figures(load: Load, held: list[float], readers: int, seconds: float) -> dict[str, Any]:
    later = held[len(held) // 5 :]  # when all that is loaded once is there
    slope = statistics.linear_regression(range(len(later)), later).slope * 60 if len(later) > 1 else 0.0
    return {
        "readers": readers,
        "seconds": seconds,
        "requests": {kind: len(times) for kind, times in load.seconds.items()},
        "median": {kind: round(statistics.median(times), 4) for kind, times in load.seconds.items()},
        "p95": {kind: round(_p95(times), 4) for kind, times in load.seconds.items()},
        "counts": dict(load.counts),
        "errors": dict(load.errors),
        "memory": {
            "after a fifth": statistics.median(later[:10]),
            "at the end": statistics.median(later[-10:]),
            "most": max(held),
            "MB a minute": round(slope, 2),
            "each second": held,
        },
    }


def _p95(times: list[float]) -> float:
    return sorted(times)[int(0.95 * (len(times) - 1))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--pause", type=float, default=5, help="seconds of reading between two requests, on average")
    parser.add_argument("--folder", type=Path, help="reports to add meanwhile")
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()
    questions = [json.loads(line)["question"] for line in given.questions.read_text().splitlines()]
    load_before = os.getloadavg()[0]
    many = measure(given.library, questions, given.folder, given.readers, given.seconds, given.pause)
    one = measure(given.library, questions, given.folder, 1, given.seconds / 5, 0.2)
    ratios = {
        of: {kind: round(many[of][kind] / one[of][kind], 1) for kind in many[of] if one[of].get(kind)}
        for of in ("median", "p95")
    }
    found = {"load before": load_before, "pause": given.pause, "many": many, "one": one, "ratios": ratios}
    given.out.write_text(json.dumps(found, indent=1) + "\n")
    shown = {name: {key: value for key, value in found[name].items() if key != "memory"} for name in ("many", "one")}
    held = {name: {k: v for k, v in found[name]["memory"].items() if k != "each second"} for name in ("many", "one")}
    print(json.dumps(shown | {"memory": held, "ratios": ratios}, indent=1))


if __name__ == "__main__":
    main()
