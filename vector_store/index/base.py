"""What any engine must do that documents are found by. Another one is one more file beside `faiss.py`.

The catalogue is the truth, and an index is made from it: it can be lost, be of yesterday, or serve several processes.
`SyncedIndex` brings it up to date before it is asked; tests/test_index.py holds every engine to what is said here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Protocol

from common import AwayError
from vector_store.types import Filter, Rows, Scored, Vectors


class IndexServerError(AwayError):
    """The server that holds the index cannot be used. The message is a sentence for the person who keeps it."""

    def __init__(self, address: str, problem: str, remedy: str = "Start that server") -> None:
        shown = re.sub(r"//.*@", "//", address)  # without a password
        told = " ".join(problem.split()).rstrip(".")
        super().__init__(
            f"The search index at {shown} (COPRODUCTION_INDEX) cannot be used: {told}. {remedy}, or leave "
            "COPRODUCTION_INDEX empty to search on this machine. Nothing is lost: the reports are in the library, and "
            "the index is brought up to date from it at the next question."
        )


class Index(Protocol):
    """Documents of a catalogue, found by their vectors and words among those that a filter admits.

    The fields of a filter are asked of the catalogue: they change while the rows of their documents stay. Its sources
    never do. Safe to share by threads.
    """

    @property
    def generation(self) -> str:
        """The state of the catalogue that it stands for, kept by `save`; "" where it is new or was damaged."""
        ...

    @generation.setter
    def generation(self, state: str) -> None: ...

    def rows(self) -> Rows:
        """The documents that it holds, in no promised order."""
        ...

    def count(self) -> int:
        """How many documents it holds."""
        ...

    def add(self, rows: Rows) -> None:
        """Take up documents of the catalogue. Those since removed are passed over; those that it holds stay once.

        In their order: where it breaks off, the next one goes on after the last.
        """
        ...

    def remove(self, rows: Rows) -> None:
        """Forget documents; those that it does not hold are ignored."""
        ...

    def nearest(self, vector: Vectors, k: int, filter: Filter) -> Scored:
        """The `k` documents nearest to a vector of those for which a filter holds, with their cosines."""
        ...

    def cosines(self, vector: Vectors, rows: Collection[int]) -> dict[int, float]:
        """The cosine of each of `rows` with a vector; those that it does not hold are left out."""
        ...

    def by_words(self, words: Sequence[str], k: int, filter: Filter) -> Scored:
        """The `k` documents that hold any of some words, in any form, of those for which a filter holds.

        With their BM25, above 0 and as large as the engine makes it; ties in the order of rows.
        """
        ...

    def save(self) -> None:
        """Keep it for the next start. Where that cannot be, it is made anew then; nothing else is lost."""
        ...

    def successor(self) -> Index | None:
        """An empty index that should be filled and take over, where this one has outgrown its kind."""
        ...
