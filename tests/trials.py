"""Trials: small files, each made for one situation, with what must come out of them.

`python -m tests.trials FOLDER` tries a folder that holds `expect.jsonl` and the files that it names. A line is a trial:

- `files`: what is added together, to a library of its own;
- `holds`, `lacks`: strings that the stored text must hold, and must not (white space counts as one space);
- `order`: strings that must stand in the stored text one after the other;
- `reports`: how many are listed; `title`, `year`: of the first of them;
- `ask`: questions with a `quote` that must stand in a quotation (in the `first` one), and one that must `never`;
- `how`: where it begins with “uploaded”, the files come as uploads, one after the other.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ingest.library import Library, Renewal
from ingest.reading_list import Downloads, ReadingList
from rag import REFUSAL, Assistant
from service import Service, Settings, open_service
from vector_store import FaissStore, SentenceEmbedder


def read_trials(folder: Path) -> list[dict[str, Any]]:
    """The trials of a folder, in their order."""
    lines = (folder / "expect.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def library_of(folder: Path, embedder: SentenceEmbedder) -> Service:
    """An assistant over an empty library in `folder`, with a model that is there already."""
    store = FaissStore(folder, embedder, Settings().model)
    library = Library(folder, store, embedder.count_tokens, embedder.limit)
    reading_list = ReadingList(library, ())
    assistant = Assistant(store, library.copies, None, library.all_details, library.unread)
    downloads, renewal = Downloads(reading_list, library, folder), Renewal(library, reading_list.known)
    return Service(assistant, library, reading_list, downloads, renewal, embedder)


def faults(trial: Mapping[str, Any], folder: Path, service: Service) -> Iterator[str]:
    """What comes out otherwise than `trial` says, a line each, with its files added to the empty library `parts`."""
    uploads = str(trial.get("how", "")).startswith("uploaded")
    refused: list[str] = []
    for files in [[file] for file in trial["files"]] if uploads else [trial["files"]]:
        outcomes = service.library.add([folder / file for file in files], uploads=uploads)
        refused += [outcome.reason for outcome in outcomes if outcome.status == "failed"]
    reports = service.library.reports()
    text = " ".join(" ".join(service.library.report(each.details.id).text for each in reports).split())
    yield from _of_the_text(trial, text, refused)
    if len(reports) != trial.get("reports", len(reports)):
        yield f"{len(reports)} reports, not {trial['reports']}"
    for field in {"title", "year"} & set(trial):
        # A year that nobody can know may be left empty.
        found = getattr(reports[0].details, field) if reports else ""
        if found != trial[field] and not (field == "year" and found is None):
            yield f"{field} {found!r}, not {trial[field]!r}"
    for asked in trial.get("ask", ()):
        yield from _of_an_answer(asked, service.assistant)


def _of_the_text(trial: Mapping[str, Any], text: str, refused: Sequence[str]) -> Iterator[str]:
    for wanted in trial.get("holds", ()):
        if wanted not in text:
            yield f"lacks {wanted!r} {' '.join(refused)}".strip()
    for unwanted in trial.get("lacks", ()):
        if unwanted in text:
            yield f"holds {unwanted!r}"
    place = -1
    for each in trial.get("order", ()):
        if (found := text.find(each, place + 1)) < 0:
            yield f"{each!r} is not where it belongs"
        else:
            place = found


def _of_an_answer(asked: Mapping[str, Any], assistant: Assistant) -> Iterator[str]:
    answer = assistant.ask(asked["question"])
    quotes = [citation.quote for citation in answer.citations]
    among = quotes[:1] if asked.get("first") else quotes
    if "quote" in asked and not any(asked["quote"] in quote for quote in among):
        yield f"{asked['question']} gets {quotes or answer.text!r}, without {asked['quote']!r}"
    if "never" in asked and any(asked["never"] in quote for quote in quotes):
        yield f"{asked['question']} gets {asked['never']!r}"
    if "quote" not in asked and answer.text == REFUSAL:
        yield f"{asked['question']} is refused"


def main(folder: Path) -> int:
    """Try a whole folder, and print what came out. Returns the number of trials that failed."""
    failed = 0
    with TemporaryDirectory() as temporary:
        embedder = open_service(Settings(Path(temporary) / "model")).embedder
        for number, trial in enumerate(read_trials(folder)):
            found = list(faults(trial, folder, library_of(Path(temporary) / str(number), embedder)))
            failed += bool(found)
            print(f"{'FAILED' if found else 'holds '} {trial['kind']}: {', '.join(trial['files'])}")
            for line in found:
                print(f"       {line}")
    return failed


if __name__ == "__main__":
    sys.exit(min(1, main(Path(sys.argv[1]))))
