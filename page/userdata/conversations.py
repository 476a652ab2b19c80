"""Conversations that stay: kept in the library's folder, found again by their words, each seen by its owner alone."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from common import CoproductionError
from common.database import Connection
from page.userdata.database import Database, purge
from page.userdata.one_line import one_line
from rag import Answer
from rag.serialise import from_kept, to_kept

# Letters of a question that make a title.
TITLE = 80
# What a question was limited to, by the names that forms have for it.
Limits = Mapping[str, str | int]


class NoConversationError(CoproductionError):
    """The owner has no conversation with this id, or it has been deleted."""

    def __str__(self) -> str:
        return "There is no such conversation, or no longer."


@dataclass(frozen=True, slots=True)
class Summary:
    """A conversation in a list: its id and title, the day of its last question, and how many `questions` it has."""

    id: str
    title: str
    day: date
    questions: int


class Conversations:
    """The conversations in a database. Safe to share by threads and by processes.

    An `owner` is any string that only the owner knows or can prove to be. A deleted conversation can be restored for a
    day. All that name a conversation raise `NoConversationError` where the owner has none with that id.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        with self._database.transaction() as connection:
            purge(connection, "conversations")

    def create(self, owner: str, answers: Sequence[Answer], limits: Sequence[Limits] = ()) -> str:
        """Keep a new conversation with one answer at least, each with its limits where those are given.

        Returns its id, which nobody can guess.
        """
        if not answers:
            raise ValueError("A conversation begins with an answer.")
        id = secrets.token_urlsafe(16)
        values = {"id": id, "owner": owner, "title": _title(answers[0].question), "changed": time.time()}
        with self._database.transaction() as connection:
            sql = "INSERT INTO conversations(id, owner, title, changed) VALUES (:id, :owner, :title, :changed)"
            [(row,)] = connection.execute(f"{sql} RETURNING row", values).fetchall()
            for answer, within in zip(answers, limits or [{}] * len(answers), strict=True):
                self._put(connection, row, answer, within)
        return id

    def append(
        self, owner: str, id: str, answer: Answer, limits: Limits = MappingProxyType({}), after: int | None = None
    ) -> None:
        """Keep one more answer of a conversation, with its limits, wholly or not at all.

        Raises `NoConversationError` also where the conversation is no longer as it was: it went on elsewhere, so that
        there are other than `after` answers, where a number is given.
        """
        with self._database.transaction() as connection:
            row = _change(connection, owner, id, "changed", time.time())
            sql = "SELECT COUNT(*) FROM turns WHERE conversation = :row"
            if after is not None and connection.execute(sql, {"row": row}).fetchone()[0] != after:
                raise NoConversationError(id)
            self._put(connection, row, answer, limits)

    def list(self, owner: str, wanted: str = "") -> Sequence[Summary]:
        """The owner's conversations that hold all words of `wanted`, the one that was changed last first.

        The words may stand in the title, the questions, the answers or their quotations, whatever the case and the
        accents; the last one may be the beginning of a word. Without any word all conversations are listed.
        """
        matching, query = self._database.dialect.matching(wanted)
        found = self._database.connection.execute(
            "SELECT id, title, changed, (SELECT COUNT(*) FROM turns WHERE conversation = conversations.row) "  # nosec B608 # words of ours
            f"FROM conversations WHERE owner = :owner AND deleted IS NULL AND {matching} "
            "ORDER BY changed DESC, row DESC",
            {"owner": owner, "query": query},
        )
        return [Summary(id, title, date.fromtimestamp(changed), questions) for id, title, changed, questions in found]

    def open(self, owner: str, id: str) -> tuple[Answer, ...]:
        """The answers of a conversation, the first one first, as they were shown."""
        return tuple(map(from_kept, self._turns(owner, id)))

    def limits(self, owner: str, id: str) -> tuple[Limits, ...]:
        """The limits of each answer of a conversation; empty for what was kept before limits were."""
        return tuple(turn.get("limits", {}) for turn in self._turns(owner, id))

    def _turns(self, owner: str, id: str) -> Sequence[Mapping[str, Any]]:
        found = self._database.connection.execute(
            "SELECT answer FROM turns JOIN conversations ON conversations.row = conversation "
            "WHERE owner = :owner AND id = :id AND deleted IS NULL ORDER BY turns.row",
            {"owner": owner, "id": id},
        ).fetchall()
        if not found:
            raise NoConversationError(id)
        return [json.loads(kept) for (kept,) in found]

    def title(self, owner: str, id: str) -> str:
        """What a conversation is called: as its owner named it, or the beginning of its first question."""
        sql = "SELECT title FROM conversations WHERE owner = :owner AND id = :id AND deleted IS NULL"
        found = self._database.connection.execute(sql, {"owner": owner, "id": id}).fetchone()
        if not found:
            raise NoConversationError(id)
        return str(found[0])

    def rename(self, owner: str, id: str, title: str) -> None:
        """Give a conversation another title, which stays whole; a blank one brings its first question back."""
        title = one_line(title) or _title(self.open(owner, id)[0].question)
        with self._database.transaction() as connection:
            _change(connection, owner, id, "title", title)

    def delete(self, owner: str, id: str) -> None:
        """Take a conversation away; `restore` brings it back within a day."""
        with self._database.transaction() as connection:
            _change(connection, owner, id, "deleted", time.time())
            purge(connection, "conversations")

    def restore(self, owner: str, id: str) -> None:
        """Bring a deleted conversation back."""
        with self._database.transaction() as connection:
            _change(connection, owner, id, "deleted", None, among="TRUE")

    def _put(self, connection: Connection, row: int, answer: Answer, limits: Limits) -> None:
        """Add an answer to the conversation `row`, with the words by which it is found."""
        told = {"row": row, "answer": json.dumps(to_kept(answer) | {"limits": dict(limits)})}
        connection.execute("INSERT INTO turns(conversation, answer) VALUES (:row, :answer)", told)
        said = one_line(" ".join([answer.question, answer.text, *(citation.quote for citation in answer.citations)]))
        self._database.dialect.say(connection, row, said)


def _title(question: str) -> str:
    title = one_line(question)
    return title if len(title) <= TITLE else f"{title[:TITLE].rsplit(' ', 1)[0]} …"


def _change(
    connection: Connection,
    owner: str,
    id: str,
    column: str,
    value: float | str | None,
    among: str = "deleted IS NULL",
) -> int:
    """Change a conversation of `owner`. Returns its row; raises `NoConversationError` where there is none."""
    sql = f"UPDATE conversations SET {column} = :value WHERE owner = :owner AND id = :id AND {among} RETURNING row"  # nosec B608 # words of ours
    rows = connection.execute(sql, {"value": value, "owner": owner, "id": id}).fetchall()
    if not rows:
        raise NoConversationError(id)
    return int(rows[0][0])
