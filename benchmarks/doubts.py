"""Which sentences could be quoted that are not on their page as it is printed? `python -m benchmarks.doubts FOLDER`

Reads all PDFs of a folder as the library does, takes every sentence that an answer could quote, and asks the check of
`coproduction evaluate` about it. Prints how many it doubts, by its reason, and names each in a file of JSON lines
(`--doubts FILE`).
"""

from __future__ import annotations

import argparse
import json
import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import groupby, pairwise
from pathlib import Path

from tqdm import tqdm

from ingest.readers import read_reports
from ingest.report import Passage, Report
from ingest.split import split_report
from ingest.verification.second_reading import look_at_page
from rag.sentences import sentences_of

Quoted = tuple[int, str, bool]
"""A page, what is quoted from it, and whether text recognition read it."""


# About as long as the passages of a library, counted in words instead of the model's pieces of words.
LIMIT, TARGET = 200, 80


def _count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def quotable(report: Report) -> Iterator[Quoted]:
    """The sentences of a report that can be quoted, cut where a page ends, each once on its page."""
    found: dict[Quoted, None] = {}
    for passage in split_report(report, _count_words, LIMIT, TARGET):
        for sentence in sentences_of(passage):
            found.update(dict.fromkeys(_by_page(passage, sentence.start, sentence.end)))
    yield from found


def _by_page(passage: Passage, start: int, end: int) -> Iterator[Quoted]:
    turns = [page.offset for page in passage.pages if start < page.offset < end]
    for begin, finish in pairwise([start, *turns, end]):
        page = passage.page_at(begin)
        if page and (quote := re.sub(r"\s+", " ", passage.text[begin:finish]).strip()):
            yield page.number, quote, page.ocr


def doubts_of(file: Path) -> tuple[int, list[dict[str, object]]]:
    """How many sentences of a PDF were looked at, and those that are doubted."""
    logging.disable(logging.WARNING)
    [report] = read_reports(file.read_bytes(), file.name, ".pdf")
    if not isinstance(report, Report):
        return 0, []
    quoted = [(page, quote) for page, quote, ocr in quotable(report) if not ocr]
    found: list[dict[str, object]] = []
    for page, group in groupby(quoted, key=lambda each: each[0]):
        printed = look_at_page(file, page)
        for _, quote in group:
            doubt = printed.doubt(quote) if printed else None
            if doubt:
                found.append({"file": file.name, "page": page, "doubt": doubt, "quote": quote})
    return len(quoted), found


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--doubts", type=Path, help="where each doubted sentence is written, a JSON object a line")
    parser.add_argument("--every", type=int, default=1, help="read only one file in so many")
    given = parser.parse_args(arguments)
    files = sorted(given.folder.rglob("*.pdf"))[:: given.every]
    counts: Counter[str] = Counter(files=len(files))
    named: list[dict[str, object]] = []
    with ProcessPoolExecutor() as readers:
        for looked_at, found in tqdm(readers.map(doubts_of, files), total=len(files), unit=" files", disable=None):
            counts.update(sentences=looked_at, doubted=len(found))
            counts.update(str(each["doubt"]) for each in found)
            named += found
    if given.doubts:
        given.doubts.write_text(
            "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in named), encoding="utf-8"
        )
    print(json.dumps(counts, indent=1))


if __name__ == "__main__":
    main()
