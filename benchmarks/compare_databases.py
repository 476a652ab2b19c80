"""What a library asks of its database, in SQLite and in PostgreSQL, side by side on the same passages.

`python -m benchmarks.compare_databases LIBRARY postgresql://...` copies a library to an empty schema of a server, asks
both in turn, and adds thirty reports to both. The library is changed: give it a copy.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from langchain_core.documents import Document

from vector_store.catalogue import Database, copy_library, put_sources
from vector_store.types import Vectors

ROUNDS = 300
# Candidates that a question looks at again, and what is added: reports of so many passages.
CANDIDATES, REPORTS, PASSAGES = 50, 30, 25


@dataclass(frozen=True)
class Added:
    """A report as a store wants it."""

    id: str
    documents: list[Document]
    body: str = "A text. " * 4000

    @property
    def place(self) -> str:
        return f"place of {self.id}"

    @property
    def summary(self) -> dict[str, str]:
        return {"title": self.id}


def questions(database: Database) -> dict[str, Callable[[np.random.Generator], object]]:
    """What is asked of a database, some of it with other rows each time."""
    rows = database.rows()

    def some(chance: np.random.Generator) -> list[int]:
        return [int(row) for row in chance.choice(rows, CANDIDATES, replace=False)]

    connection = database.connection
    return {
        "the state of the library": lambda _: database.state,
        "how common a word is": lambda _: database.words.frequency(["volunteer"]),
        f"{CANDIDATES} passages by their rows": lambda chance: database.documents("row", some(chance)),
        f"{CANDIDATES} passages with the vectors of their words": lambda chance: database.words_of(some(chance)),
        "all reports": lambda _: connection.execute("SELECT id, summary FROM sources ORDER BY rowid").fetchall(),
        "all rows": lambda _: database.rows(),
    }


def added(database: Database) -> tuple[list[Added], Vectors, list[bytes]]:
    """Reports made of passages that the library has, under other ids, with the vectors of these and of their words."""
    rows = database.rows()[: REPORTS * PASSAGES]
    held = database.words_of(rows.tolist())
    vectors = np.concatenate([some for _, some in database.vectors(rows)])
    documents = [
        Document(id=f"added {row}", page_content=text, metadata={"context": context, "year": 2010})
        for row, (text, context, _) in held.items()
    ]
    reports = [Added(f"report {at}", documents[at : at + PASSAGES]) for at in range(0, len(documents), PASSAGES)]
    return reports, vectors, [words or b"" for _, _, words in held.values()]


def measure(databases: dict[str, Database]) -> dict[str, dict[str, float]]:
    """Seconds for each question, by the names of databases: medians, asked in turn."""
    asked = {name: questions(database) for name, database in databases.items()}
    found: dict[str, dict[str, float]] = {}
    for what in asked[next(iter(asked))]:
        times: dict[str, list[float]] = {name: [] for name in databases}
        for turn in range(ROUNDS if what != "all rows" else 20):
            for name in databases:
                times[name].append(_timed(asked[name][what], np.random.default_rng(turn)))
        found[what] = {name: statistics.median(each) for name, each in times.items()}
    reports, vectors, words = added(databases["SQLite"])
    for name, database in databases.items():
        found.setdefault(f"adding {REPORTS} reports ({len(words)} passages, embedded before)", {})[name] = _timed(
            put_sources, database, reports, vectors, words
        )
    return found


def _timed(doing: Callable[..., object], *given: Any) -> float:
    start = time.perf_counter()
    doing(*given)
    return time.perf_counter() - start


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library", type=Path)
    parser.add_argument("server")
    given = parser.parse_args()
    print(f"copied: {_timed(copy_library, given.library, given.server):.1f} s")
    file = given.library / "library.db"
    found = measure({"SQLite": Database(file), "PostgreSQL": Database(file, given.server)})
    print("| | SQLite | PostgreSQL |\n|---|---|---|")
    for what, told in found.items():
        print(f"| {what} | {' | '.join(f'{1000 * seconds:.2f} ms' for seconds in told.values())} |")


if __name__ == "__main__":
    main()
