"""How quick is the search box? `python -m benchmarks.typing_latency LIBRARY QUESTIONS.jsonl FOLDER`

Types each question into the tab "Find" of the page, served by a process of its own, and takes the time in the browser
from the keystroke to the list being there. Beside it, before each, the time that the embedding model alone takes for
another wording of the question, so that neither finds anything kept by the other. Reported as ratios.

Then the same is typed while a hundred PDFs of FOLDER, dropped into the tab "Library", go into a new library.
"""

from __future__ import annotations

import json
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from rag.evaluation import read_questions
from service import Settings, open_service
from tests.test_browser import CHROMIUM, FLAGS

RESULTS = Path(__file__).parent / "results" / "typing_latency.json"
# In the page: type the words, and say after how many milliseconds another list stands there.
TYPE = """words => new Promise(done => {
    const box = document.getElementById("find-words"), found = document.getElementById("found");
    const start = performance.now();
    new MutationObserver((_, watching) => {
        if (!found.querySelector("li")) return;
        watching.disconnect();
        requestAnimationFrame(() => done(performance.now() - start));
    }).observe(found, { childList: true });
    box.value = words;
    box.dispatchEvent(new Event("input", { bubbles: true }));
})"""


def measure(library: Path, questions: list[str], files: list[Path]) -> dict[str, float]:
    """The times of the box over a library, while `files` are added to it if there are any."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "app", "--library", str(library), "serve", "--port", str(port), "--offline"]
    embedder = open_service(Settings(library)).embedder
    embedder.embed_query("the first takes longest")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as serving, sync_playwright() as playwright:
        assert serving.stdout and "http" in serving.stdout.readline()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, chromium_sandbox=False, args=FLAGS.split())
        page, adding = browser.new_page(), browser.new_page()
        for each in (page, adding):
            each.goto(f"http://127.0.0.1:{port}")
        page.get_by_role("tab", name="Find").click()
        for warm in ("people who use services", "time banks", "the power of professionals", "who decides"):
            page.evaluate(TYPE, warm)
        page.wait_for_timeout(5000)  # what is prepared at the start is done by then
        if files:
            adding.get_by_role("tab", name="Library").click()
            adding.locator("input[type=file]").set_input_files(files)
            expect(adding.locator("tr.file")).to_have_count(len(files), timeout=120_000)
            adding.get_by_role("button", name="Add to the library").click()
            expect(adding.locator(".outcomes tr").first).to_be_visible(timeout=120_000)
        model, box = [], []
        for question in questions:
            if not files:
                start = time.perf_counter()
                embedder.embed_query(f"{question} ?")
                model.append((time.perf_counter() - start) * 1000)
            page.wait_for_timeout(150)  # the model's threads of this process come to rest
            box.append(page.evaluate(TYPE, question))
        done = adding.locator(".outcomes tr").count()
        browser.close()
        serving.terminate()
    told = {"questions": len(box), "median ms": statistics.median(box), "95th percentile ms": _percentile(box)}
    if files:
        return _rounded(told | {"files": len(files), "of them done at the end": done})
    ratios = [each / own for each, own in zip(box, model, strict=True)]
    told |= {"model alone, median ms": statistics.median(model), "median ratio": statistics.median(ratios)}
    return _rounded(told | {"95th percentile of the ratios": _percentile(ratios)})


def _rounded(told: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 2) for name, value in told.items()}


def _percentile(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def main() -> None:
    library, questions, folder = map(Path, sys.argv[1:])
    asked = [each["question"] for each in read_questions(questions)]
    with tempfile.TemporaryDirectory() as copy, tempfile.TemporaryDirectory() as new:
        shutil.copytree(library, copy, dirs_exist_ok=True)
        figures = {
            "nothing else to do": measure(Path(copy), asked, []),
            "while files are added": measure(Path(new), asked, sorted(folder.rglob("*.pdf"))[:100]),
        }
    RESULTS.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
