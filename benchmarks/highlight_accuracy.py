"""Are quotations marked where they stand? `python -m benchmarks.highlight_accuracy LIBRARY QUESTIONS.jsonl`

Asks each question of a library, marks every quotation of the answers that is on a page of a PDF, and reads back what is
printed under the boxes: the letters whose middle lies in one. White space, hyphens and bullets are passed over. The
questions' own evidence, which other hands copied out of the files, is marked and read back as well.
"""

from __future__ import annotations

import ctypes
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ingest.readers.pdf.letters import on_drawing
from ingest.readers.pdf.page_view import Marked, folded, locate
from rag.evaluation import read_questions
from service import Service, Settings, open_service

RESULTS = Path(__file__).parent / "results" / "highlight_accuracy.json"
Wanted = tuple[str, int, str]


def quoted(service: Service, questions: Path) -> Iterator[Wanted]:
    """The id of the report, the page and the words of each quotation that has a text layer to mark."""
    for question in read_questions(questions):
        for citation in service.assistant.ask(question["question"]).citations:
            report = citation.passage.report
            if report.kind == "pdf" and citation.page and not citation.ocr:
                yield report.id, citation.page, citation.quote


def evidence(service: Service, questions: Path) -> Iterator[Wanted]:
    """The same of the evidence that the questions name, as far as the library has it as a PDF."""
    ids = {each.file: each.id for each in service.library.all_details() if each.kind == "pdf"}
    for question in read_questions(questions):
        for each in question["evidence"]:
            if each["doc"] in ids and each.get("quote"):
                yield ids[each["doc"]], each["page"], each["quote"]


def read_back(file: Path, number: int, marked: Marked) -> str:
    """The letters of a page whose middle lies in one of the boxes."""
    document = pdfium.PdfDocument(file)
    page = document[number - 1]
    text_page = page.get_textpage()
    width, height = page.get_size()
    found: list[str] = []
    for index in range(text_page.count_chars()):
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        pdfium_c.FPDFText_GetCharBox(text_page, index, left, right, bottom, top)
        x, y = on_drawing(page, (left.value + right.value) / 2, (bottom.value + top.value) / 2)
        x, y = x / width, y / height
        if any(0 <= x - box.left <= box.width and 0 <= y - box.top <= box.height for box in marked.boxes):
            found.append(chr(pdfium_c.FPDFText_GetUnicode(text_page, index)))
    document.close()
    return "".join(found)


def measure(service: Service, wanted: Iterator[Wanted]) -> dict[str, int]:
    """How many quotations there are, how many were marked, and under how many marks just the quotation stands."""
    counts: Counter[str] = Counter(quotations=0, marked=0, equal=0)
    for id, page, words in wanted:
        file = service.library.original(id)
        marked = locate(file, page, words)
        equal = marked is not None and folded(read_back(file, page, marked))[0] == folded(words)[0]
        counts.update(quotations=1, marked=bool(marked), equal=equal)
        if not equal:
            print(f"{'not equal' if marked else 'not marked'}: page {page} of {id}: {words}", file=sys.stderr)
    return dict(counts)


def main() -> None:
    library, questions = map(Path, sys.argv[1:])
    service = open_service(Settings(library))
    figures = {
        "quotations of the answers": measure(service, quoted(service, questions)),
        "evidence of the questions": measure(service, evidence(service, questions)),
    }
    RESULTS.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
