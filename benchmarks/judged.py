"""Put the words back into the judged questions: `python -m benchmarks.judged LIBRARY QUESTIONS.jsonl`.

`judged.jsonl.gz` beside this file has questions as practitioners type them, and of each the sixteen sentences that
the search and the features put forward over a library of 915 files. Each was judged by reading: does it answer, read
alone beside its report's title? The file holds no words of the reports, but a digest of each sentence. LIBRARY is a
folder into which the same reports were ingested; QUESTIONS.jsonl gets the questions in the form that `coproduction
evaluate` and the fits of this folder read, each sentence as a passage of its own.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import sys
from pathlib import Path

from ingest.report import Passage
from rag.evaluation import Record
from rag.retrieval import Store
from rag.sentences import Sentence, sentences_of, with_items
from service import Settings, open_service

JUDGED = Path(__file__).parent / "judged.jsonl.gz"
# Bytes of a digest: among a million sentences two are taken for each other once in two libraries.
DIGEST = 5


def digest(sentence: Sentence) -> str:
    """What stands for a sentence with the items that it announces, whatever its white space and punctuation."""
    letters = re.sub(r"\W+", "", with_items(sentence)).casefold()
    return hashlib.blake2b(letters.encode(), digest_size=DIGEST).hexdigest()


def judged() -> list[Record]:
    """The questions, each with the digests of the sentences that answer (`answers`) and of the `others`."""
    with gzip.open(JUDGED, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def with_words(question: Record, known: dict[str, Sentence]) -> Record:
    """A question with its judged sentences as passages, grade 3 where one answers and 0 where not, as far as known."""
    passages = [
        {
            "file": known[each].passage.report.file,
            "context": known[each].passage.context,
            "text": with_items(known[each]),
            "grade": grade,
            "answers": [with_items(known[each])] if grade else [],
        }
        for name, grade in (("answers", 3), ("others", 0))
        for each in question[name]
        if each in known
    ]
    return {"question": question["question"], "answerable": bool(question["answers"]), "passages": passages}


def sentences(store: Store) -> dict[str, Sentence]:
    """Every quotable sentence of a library by its digest."""
    found = store.similarity_search_with_score("co-production", store.count())
    passages = [Passage.from_document(document) for document, _ in found]
    return {digest(sentence): sentence for passage in passages for sentence in sentences_of(passage)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library", type=Path)
    parser.add_argument("questions", type=Path)
    given = parser.parse_args()
    known = sentences(open_service(Settings(given.library)).assistant.store)
    found = [with_words(each, known) for each in judged()]
    given.questions.write_text("".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in found), encoding="utf-8")
    asked = sum(len(each["answers"]) + len(each["others"]) for each in judged())
    print(
        f"{len(found):,} questions; {sum(len(each['passages']) for each in found):,} of {asked:,} sentences are here."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
