"""Put the words back into what was judged by reading: `python -m benchmarks.judged LIBRARY QUESTIONS.jsonl`.

Two files beside this one have questions as practitioners type them over a library of 915 files. `judged.jsonl.gz` has
of each the sixteen sentences that the search and the features put forward: does it answer, read alone beside its
report's title? `graded.jsonl.gz` (`--passages`) has of further questions, some of them the same, the passages that
the search finds: twenty or so among reports with a licence, and for 60 questions, from which nothing may learn, 32
among all reports. Each has a grade (see `rag/evaluation/graded.py`) and the numbers of its sentences that answer when
read alone.

The files hold no words of the reports, but digests. LIBRARY is a folder into which the same reports were ingested;
QUESTIONS.jsonl gets the questions in the form that `coproduction evaluate`, `training` and the fits here read.
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
from training.rows import UNLICENSED
from training.rows import sentences as spans_of

JUDGED, GRADED = (Path(__file__).parent / f"{name}.jsonl.gz" for name in ("judged", "graded"))
# Bytes of a digest: among a million texts two are taken for each other once in two libraries.
DIGEST = 5


def digest(text: str) -> str:
    """What stands for a text, whatever its white space and punctuation."""
    letters = re.sub(r"\W+", "", text).casefold()
    return hashlib.blake2b(letters.encode(), digest_size=DIGEST).hexdigest()


def judged() -> list[Record]:
    """The questions, each with the digests of the sentences that answer (`answers`) and of the `others`.

    That of a sentence stands for the items that it announces, too.
    """
    return _lines(JUDGED)


def graded() -> list[Record]:
    """The questions, each with its `passages` as the search found them: digest, grade, and which sentences answer.

    `may_learn` says whether its passages are all from reports with a licence.
    """
    return _lines(GRADED)


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


def with_passages(question: Record, known: dict[str, Passage]) -> Record:
    """A question with its graded passages, as far as known."""
    passages = []
    for name, grade, answers in question["passages"]:
        if passage := known.get(name):
            told = spans_of(passage.text)
            passages.append(
                {
                    "file": passage.report.file,
                    "context": passage.context,
                    "text": passage.text,
                    "spans": told,
                    "grade": grade,
                    "answers": [passage.text[slice(*told[number])] for number in answers if number < len(told)],
                    "licence": "as its report" if question["may_learn"] else UNLICENSED,
                }
            )
    answerable = any(grade == 3 for _, grade, _ in question["passages"])
    return {"question": question["question"], "answerable": answerable, "passages": passages}


def passages(store: Store) -> list[Passage]:
    """Every passage of a library."""
    found = store.similarity_search_with_score("co-production", store.count())
    return [Passage.from_document(document) for document, _ in found]


def sentences(store: Store) -> dict[str, Sentence]:
    """Every quotable sentence of a library by its digest."""
    return {digest(with_items(each)): each for passage in passages(store) for each in sentences_of(passage)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--passages", action="store_true", help="graded passages instead of judged sentences")
    given = parser.parse_args()
    store = open_service(Settings(given.library)).assistant.store
    if given.passages:
        whole = {digest(passage.text): passage for passage in passages(store)}
        found = [with_passages(each, whole) for each in graded()]
        asked = sum(len(each["passages"]) for each in graded())
    else:
        alone = sentences(store)
        found = [with_words(each, alone) for each in judged()]
        asked = sum(len(each["answers"]) + len(each["others"]) for each in judged())
    given.questions.write_text("".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in found), encoding="utf-8")
    print(f"{len(found):,} questions; {sum(len(each['passages']) for each in found):,} of {asked:,} texts are here.")
    return 0


def _lines(path: Path) -> list[Record]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


if __name__ == "__main__":
    sys.exit(main())
