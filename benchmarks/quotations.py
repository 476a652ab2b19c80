"""Whether every quotation shown stands on the page that it cites, as another library reads that page.

    python -m benchmarks.quotations LIBRARY QUESTIONS.jsonl

Asks each question and looks for each quotation in its page as pypdf extracts it; where the format has no pages, in the
whole file without its markup. White space and hyphens are left out of the comparison, ligatures written as letters.
"""

from __future__ import annotations

import argparse
import html
import re
import sys
import unicodedata
from functools import cache
from pathlib import Path

import pypdf

from app import Settings, open_parts
from rag.evaluate import read_questions


def bare(text: str) -> str:
    """`text` without white space and hyphens, and with ligatures as letters."""
    return re.sub(r"[\s\u00ad\u200b\u2010\u2011-]+", "", unicodedata.normalize("NFKC", text))


@cache
def page_text(path: Path, page: int | None) -> str:
    """The words of a page, counted from 1, or of a whole file without pages, as `bare` leaves them."""
    if page is not None and path.suffix == ".pdf":
        return bare(pypdf.PdfReader(path).pages[page - 1].extract_text())
    text = path.read_text(encoding="utf-8", errors="replace")
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text) if path.suffix == ".md" else text
    return bare(html.unescape(re.sub(r"<[^>]*>|[*_`\\]", "", text)))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library", type=Path)
    parser.add_argument("questions", type=Path)
    given = parser.parse_args()
    parts = open_parts(Settings(given.library))
    shown, missing = 0, 0
    for question in read_questions(given.questions):
        for citation in parts.assistant.ask(question["question"]).citations:
            shown += 1
            original = parts.library.original(citation.passage.report.id)
            quote = bare(citation.quote) if original.suffix == ".pdf" else re.sub(r"[*_`\\]", "", bare(citation.quote))
            if quote not in page_text(original, citation.page):
                missing += 1
                print(f"{citation.passage.report.file}, page {citation.page}: {citation.quote}")
    print(f"{shown} quotations shown, {missing} not found on their page ({1 - missing / max(shown, 1):.2%} found)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
