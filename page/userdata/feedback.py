"""What readers say of answers, kept beside the conversations."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from page.userdata.database import Database
from page.userdata.one_line import one_line
from rag import Answer
from rag.serialise import from_kept, to_kept


@dataclass(frozen=True, slots=True)
class Vote:
    """What one owner said of one answer, on `day`."""

    answer: Answer
    helpful: bool
    reason: str
    owner: str
    day: date


class Feedback:
    """The votes in a database. Safe to share by threads and by processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, answer: Answer, helpful: bool, reason: str = "", owner: str = "") -> None:
        """Keep a vote, in the place of the one that `owner` cast before on an answer with the same words."""
        said = json.dumps([answer.question, answer.searched_for, answer.text])
        values = {
            "owner": owner,
            "said": said,
            "helpful": int(helpful),
            "reason": one_line(reason),
            "cast_at": time.time(),
            "answer": json.dumps(to_kept(answer)),
        }
        sql = """
            INSERT INTO votes(owner, said, helpful, reason, cast_at, answer)
            VALUES (:owner, :said, :helpful, :reason, :cast_at, :answer)
        """
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM votes WHERE owner = :owner AND said = :said", values)
            connection.execute(sql, values)

    def all(self) -> list[Vote]:
        """Every vote, the last one last."""
        sql = "SELECT answer, helpful, reason, owner, cast_at FROM votes ORDER BY rowid"
        return [
            Vote(from_kept(json.loads(kept)), bool(helpful), reason, owner, date.fromtimestamp(cast_at))
            for kept, helpful, reason, owner, cast_at in self._database.connection.execute(sql)
        ]

    def export(self) -> str:
        """The votes as questions for `coproduction evaluate`, one JSON object a line.

        What a helpful answer quotes is evidence; what another quotes is `shown`, and its evidence is for a person to
        fill in. A question is told as it was understood, for it stands alone. Who voted is left out.
        """
        return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in self._lines())

    def _lines(self) -> Iterator[dict[str, Any]]:
        for number, vote in enumerate(self.all(), start=1):
            answer = vote.answer
            quoted = [
                {"doc": each.passage.report.file, "page": each.page, "quote": each.quote} for each in answer.citations
            ]
            also = [{"doc": place.report.file, "page": place.page} for each in answer.citations for place in each.also]
            question = one_line(answer.searched_for or answer.question)
            fields = {"id": str(number), "question": question, "helpful": vote.helpful}
            known = {"evidence": quoted, "also_on": also, "answerable": answer.answered}
            yield fields | {"reason": vote.reason} | (known if vote.helpful else {"evidence": [], "shown": quoted})
