"""The evidence that a reader collects: quotations, each with its report, its page and its question."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from page.userdata.database import Database, purge
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
    """The evidence in a database, each piece seen by its owner alone. Safe to share by threads and by processes.

    A piece that was taken out can be restored for a day.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        with self._database.transaction() as connection:
            purge(connection, "evidence")

    def keep(self, owner: str, question: str, citations: Sequence[Citation]) -> None:
        """Keep some words, which must have a citation at least; words that are kept already stay where they are."""
        quote = " ".join(each.quote for each in citations)
        told = _CITATIONS.dump_json(tuple(citations)).decode()
        values = {
            "owner": owner,
            "question": one_line(question),
            "passage": citations[0].passage.id,
            "quote": quote,
            "citations": told,
        }
        sql = """
            INSERT INTO evidence(owner, question, passage, quote, citations)
            VALUES (:owner, :question, :passage, :quote, :citations) ON CONFLICT DO NOTHING
        """
        with self._database.transaction() as connection:
            again = "UPDATE evidence SET deleted = NULL WHERE owner = :owner AND passage = :passage AND quote = :quote"
            connection.execute(again, {name: values[name] for name in ("owner", "passage", "quote")})
            connection.execute(sql, values)

    def annotate(self, owner: str, id: int, note: str) -> bool:
        """Note something of a piece, in the place of what was noted before; False where the owner has none such."""
        with self._database.transaction() as connection:
            sql = "UPDATE evidence SET note = :note WHERE owner = :owner AND row = :id AND deleted IS NULL"
            return connection.execute(sql, {"note": _lines(note), "owner": owner, "id": id}).rowcount > 0

    def all(self, owner: str) -> list[Kept]:
        """All that the owner kept, in the order of keeping, the citations numbered from 1 throughout."""
        sql = """
            SELECT row, question, citations, note FROM evidence WHERE owner = :owner AND deleted IS NULL ORDER BY row
        """
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
        sql = "SELECT COUNT(*) FROM evidence WHERE owner = :owner AND deleted IS NULL"
        return int(self._database.connection.execute(sql, {"owner": owner}).fetchone()[0])

    def drop(self, owner: str, id: int) -> bool:
        """Take a piece out; `restore` brings it back within a day. False where the owner has none such."""
        with self._database.transaction() as connection:
            sql = "UPDATE evidence SET deleted = :now WHERE owner = :owner AND row = :id AND deleted IS NULL"
            dropped = connection.execute(sql, {"now": time.time(), "owner": owner, "id": id}).rowcount > 0
            purge(connection, "evidence")
        return dropped

    def restore(self, owner: str, id: int) -> bool:
        """Bring a piece back as it was, with its note; False where the owner has none such any more."""
        with self._database.transaction() as connection:
            sql = "UPDATE evidence SET deleted = NULL WHERE owner = :owner AND row = :id"
            return connection.execute(sql, {"owner": owner, "id": id}).rowcount > 0


def _lines(text: str) -> str:
    """`text` as a database can keep it, its lines as they are."""
    return "\n".join(map(one_line, text.splitlines())).strip()
