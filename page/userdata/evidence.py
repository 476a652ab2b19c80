"""The evidence that a reader collects: quotations, each with its report, its page and its question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from page.userdata.database import Database
from page.userdata.one_line import one_line
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
        values = {
            "owner": owner,
            "question": one_line(question),
            "passage": citations[0].passage.id,
            "quote": quote,
            "citations": told,
            "note": _lines(note),
        }
        sql = """
            INSERT INTO evidence(owner, question, passage, quote, citations, note)
            VALUES (:owner, :question, :passage, :quote, :citations, :note) ON CONFLICT DO NOTHING
        """
        with self._database.transaction() as connection:
            connection.execute(sql, values)

    def annotate(self, owner: str, id: int, note: str) -> bool:
        """Note something of a piece, in the place of what was noted before; False where the owner has none such."""
        with self._database.transaction() as connection:
            sql = "UPDATE evidence SET note = :note WHERE owner = :owner AND row = :id"
            return connection.execute(sql, {"note": _lines(note), "owner": owner, "id": id}).rowcount > 0

    def all(self, owner: str) -> list[Kept]:
        """All that the owner kept, in the order of keeping, the citations numbered from 1 throughout."""
        sql = "SELECT row, question, citations, note FROM evidence WHERE owner = :owner ORDER BY row"
        kept: list[Kept] = []
        number = 1
        for row, question, told, note in self._database.connection.execute(sql, {"owner": owner}):
            citations = _CITATIONS.validate_json(told)
            numbered = tuple(replace(each, number=at) for at, each in enumerate(citations, start=number))
            number += len(numbered)
            kept.append(Kept(row, question, numbered, note))
        return kept

    def count(self, owner: str) -> int:
        """How much the owner kept."""
        sql = "SELECT COUNT(*) FROM evidence WHERE owner = :owner"
        return int(self._database.connection.execute(sql, {"owner": owner}).fetchone()[0])

    def drop(self, owner: str, id: int) -> Kept | None:
        """Take a piece away, and give it back, so that it can be kept again; None where the owner has none such."""
        piece = next((each for each in self.all(owner) if each.id == id), None)
        with self._database.transaction() as connection:
            sql = "DELETE FROM evidence WHERE owner = :owner AND row = :id"
            connection.execute(sql, {"owner": owner, "id": id})
        return piece


def _lines(text: str) -> str:
    """`text` as a database can keep it, its lines as they are."""
    return "\n".join(map(one_line, text.splitlines())).strip()
