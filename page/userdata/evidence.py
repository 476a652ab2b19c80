"""The evidence that a reader collects: quotations, each with its report, its page and its question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from page.userdata.database import Database, one_line
from rag import Citation

_CITATIONS = TypeAdapter(tuple[Citation, ...])


@dataclass(frozen=True, slots=True)
class Kept:
    """Words that were kept, as citations, one for each page that they run over; `id` tells them apart. `note` is what
    their owner noted of them.
    """

    id: int
    question: str
    citations: tuple[Citation, ...]
    note: str = ""


class Evidence:
    """The evidence in a database, each piece seen by its owner alone. Safe to share by threads and by processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, owner: str, question: str, citations: Sequence[Citation], note: str = "") -> None:
        """Keep some words, which must have a citation at least; words that are kept already stay where they are."""
        quote = " ".join(each.quote for each in citations)
        told = _CITATIONS.dump_json(tuple(citations)).decode()
        values = (owner, one_line(question), citations[0].passage.id, quote, told, _lines(note))
        columns = "owner, question, passage, quote, citations, note"
        with self._database.transaction() as connection:
            connection.execute(f"INSERT OR IGNORE INTO evidence({columns}) VALUES (?, ?, ?, ?, ?, ?)", values)  # nosec B608 # words of ours

    def annotate(self, owner: str, id: int, note: str) -> bool:
        """Note something of a piece, in the place of what was noted before; False where the owner has none such."""
        with self._database.transaction() as connection:
            sql = "UPDATE evidence SET note = ? WHERE owner = ? AND row = ?"
            return connection.execute(sql, (_lines(note), owner, id)).rowcount > 0

    def all(self, owner: str) -> list[Kept]:
        """All that the owner kept, in the order of keeping, the citations numbered from 1 throughout."""
        sql = "SELECT row, question, citations, note FROM evidence WHERE owner = ? ORDER BY row"
        kept: list[Kept] = []
        number = 1
        for row, question, told, note in self._database.connection.execute(sql, (owner,)):
            citations = _CITATIONS.validate_json(told)
            numbered = tuple(replace(each, number=at) for at, each in enumerate(citations, start=number))
            number += len(numbered)
            kept.append(Kept(row, question, numbered, note))
        return kept

    def drop(self, owner: str, id: int) -> Kept | None:
        """Take a piece away, and give it back, so that it can be kept again; None where the owner has none such."""
        piece = next((each for each in self.all(owner) if each.id == id), None)
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM evidence WHERE owner = ? AND row = ?", (owner, id))
        return piece


def _lines(text: str) -> str:
    """`text` as SQLite can keep it, its lines as they are."""
    return "\n".join(map(one_line, text.splitlines())).strip()
