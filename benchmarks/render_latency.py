"""How long does turning a page take? `python -m benchmarks.render_latency FOLDER`

Draws fifty pages of the PDFs in FOLDER, once in this process and once in the child process that the page uses, each
page after the other by both, and finds a line of words on each. Seconds, as medians.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pypdfium2 as pdfium

from ingest.readers.pdf.page_view import draw_page, locate
from ingest.sandbox.sandbox import SandboxedRenderer

RESULTS = Path(__file__).parent / "results" / "render_latency.json"
PAGES, WIDTH = 50, 1240


def some_pages(folder: Path) -> list[tuple[Path, int]]:
    """Pages of as many different files as there are, the same ones every time."""
    chance = random.Random(1)
    files = sorted(folder.glob("*.pdf"))
    chance.shuffle(files)
    return [(file, chance.randint(1, len(pdfium.PdfDocument(file)))) for file in files[:PAGES]]


def seconds(do: Callable[[], object]) -> float:
    start = time.perf_counter()
    do()
    return time.perf_counter() - start


def main() -> None:
    pages = some_pages(Path(sys.argv[1]))
    apart = SandboxedRenderer()
    first = seconds(lambda: apart.draw(*pages[0], WIDTH // 2))
    words = "co-production of services"
    taken: dict[str, list[float]] = {"drawn here": [], "drawn apart": [], "found here": [], "found apart": []}
    for file, number in pages:
        taken["drawn here"].append(seconds(lambda file=file, number=number: draw_page(file, number, WIDTH)))
        taken["drawn apart"].append(seconds(lambda file=file, number=number: apart.draw(file, number, WIDTH)))
        taken["found here"].append(seconds(lambda file=file, number=number: locate(file, number, words)))
        taken["found apart"].append(seconds(lambda file=file, number=number: apart.locate(file, number, words)))
    figures = {"pages": len(pages), "the first, with the start of the process": round(first, 3)}
    figures |= {name: round(statistics.median(each), 4) for name, each in taken.items()}
    RESULTS.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
