"""What changes a library: documents and sources are stored and removed, each time in one transaction."""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from langchain_core.documents import Document

from vector_store.catalogue.database import LISTED, Database
from vector_store.catalogue.source import Source, context_of
from vector_store.types import Vectors


def put_documents(
    database: Database, documents: Mapping[str, Document], vectors: Vectors, words: Sequence[bytes]
) -> None:
    """Store documents of no source by their ids, with their vectors and (where there are any) their words'."""
    with database.transaction() as connection:
        insert(connection, None, _values(documents), vectors, words)
        count_change(connection)


def remove_documents(database: Database, ids: Sequence[str] | None) -> None:
    """Remove the documents with these ids; all of them where `ids` is None."""
    with database.transaction() as connection:
        if ids is None:
            connection.execute("DELETE FROM documents")
        else:
            connection.executemany("DELETE FROM documents WHERE id = ?", [(id,) for id in ids])
        count_change(connection)


def put_sources(database: Database, sources: Sequence[Source], vectors: Vectors, words: Sequence[bytes]) -> None:
    """Store all of `sources` in one transaction, each over what its place held.

    `vectors` and `words` are those of all their documents, of a source at several places once. One without a place
    that has been removed meanwhile is passed over.
    """
    start = 0
    with database.transaction() as connection:
        for source in {source.id: source for source in sources}.values():
            end = start + len(source.documents)
            if source.place or _is_stored(connection, source.id):
                summary = json.dumps(source.summary, ensure_ascii=False)
                put_source(connection, source.id, summary, source.body)
                named = {document.id or uuid.uuid4().hex: document for document in source.documents}
                insert(connection, source.id, _values(named), vectors[start:end], words[start:end])
            start = end
        for source in sources:
            if source.place:
                hold(connection, source.place, source.id)
        count_change(connection)


def put_source(connection: sqlite3.Connection, id: str, summary: str, body: str) -> None:
    """Store a source without documents, over the one that has its id."""
    over = "ON CONFLICT (id) DO UPDATE SET summary = excluded.summary, body = excluded.body"
    connection.execute(f"INSERT INTO sources VALUES (?, ?, ?) {over}", (id, summary, body))  # nosec B608 # words of ours
    connection.execute("DELETE FROM documents WHERE source = ?", (id,))


def hold(connection: sqlite3.Connection, place: str, source: str | None) -> None:
    """Let `place` hold `source` (None: nothing) and remove the sources that no place holds any more."""
    before = connection.execute("SELECT source FROM places WHERE place = ?", (place,)).fetchone()
    connection.execute("DELETE FROM places WHERE place = ?", (place,))
    if source is not None:
        connection.execute("INSERT INTO places VALUES (?, ?)", (place, source))
    if before and before[0] != source:
        gone = "DELETE FROM sources WHERE id = ? AND id NOT IN (SELECT source FROM places)"
        connection.execute(gone, before)


def count_change(connection: sqlite3.Connection) -> None:
    """Count a change, inside the transaction that makes it."""
    now = "SELECT CAST(value AS INTEGER) FROM manifest WHERE key = 'generation'"
    connection.execute(f"UPDATE manifest SET value = ({now}) + 1 WHERE key = 'generation'")  # nosec B608 # words of ours
    connection.execute(f"DELETE FROM changes WHERE generation <= ({now}) - ?", (LISTED,))  # nosec B608 # the same


def insert(
    connection: sqlite3.Connection,
    source: str | None,
    documents: Iterable[tuple[str, str, str, Mapping[str, Any]]],
    vectors: Vectors,
    words: Sequence[bytes] = (),
) -> None:
    """Store documents (id, content, context, metadata) with their vectors, over those that have the same ids.

    `words` are the vectors of their words, where the model gives them.
    """
    for at, ((id, content, context, metadata), vector) in enumerate(zip(documents, vectors, strict=True)):
        connection.execute("DELETE FROM documents WHERE id = ?", (id,))
        row = connection.execute(
            "INSERT INTO documents(id, source, content, context, metadata, vector) VALUES (?, ?, ?, ?, ?, ?)",
            (id, source, content, context, json.dumps(metadata, ensure_ascii=False), vector.tobytes()),
        ).lastrowid
        if words:
            connection.execute("INSERT INTO word_vectors VALUES (?, ?)", (row, words[at]))


def _is_stored(connection: sqlite3.Connection, source: str) -> bool:
    return connection.execute("SELECT 1 FROM sources WHERE id = ?", (source,)).fetchone() is not None


def _values(documents: Mapping[str, Document]) -> list[tuple[str, str, str, Mapping[str, Any]]]:
    return [(id, each.page_content, context_of(each), each.metadata) for id, each in documents.items()]
