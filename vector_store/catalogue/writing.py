"""What changes a library: documents and sources are stored and removed, each time in one transaction."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from langchain_core.documents import Document

from common.database import Connection
from vector_store.catalogue.database import LISTED, Database
from vector_store.catalogue.source import Source, context_of
from vector_store.types import Vectors


def put_documents(
    database: Database, documents: Mapping[str, Document], vectors: Vectors, words: Sequence[bytes]
) -> None:
    """Store documents of no source by their ids, with their vectors and (where there are any) their words'."""
    with database.transaction() as connection:
        insert(database, connection, None, _values(documents), vectors, words)
        count_change(connection)


def remove_documents(database: Database, ids: Sequence[str] | None) -> None:
    """Remove the documents with these ids; all of them where `ids` is None."""
    with database.transaction() as connection:
        if ids is None:
            connection.execute("DELETE FROM documents")
        else:
            _remove(database, connection, ids)
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
            if source.place or is_stored(connection, source.id):
                summary = json.dumps(source.summary, ensure_ascii=False)
                put_source(connection, source.id, summary, source.body)
                named = {document.id or uuid.uuid4().hex: document for document in source.documents}
                insert(database, connection, source.id, _values(named), vectors[start:end], words[start:end])
            start = end
        for source in sources:
            if source.place:
                hold(connection, source.place, source.id)
        count_change(connection)


def put_source(connection: Connection, id: str, summary: str, body: str) -> None:
    """Store a source without documents, over the one that has its id."""
    sql = """
        INSERT INTO sources(id, summary, body) VALUES (:id, :summary, :body)
        ON CONFLICT (id) DO UPDATE SET summary = excluded.summary, body = excluded.body
    """
    connection.execute(sql, {"id": id, "summary": summary, "body": body})
    connection.execute("DELETE FROM documents WHERE source = :id", {"id": id})


def is_stored(connection: Connection, source: str) -> bool:
    """Whether there is a source with an id."""
    return connection.execute("SELECT 1 FROM sources WHERE id = :id", {"id": source}).fetchone() is not None


def hold(connection: Connection, place: str, source: str | None) -> None:
    """Let `place` hold `source` (None: nothing) and remove the source that no place holds any more."""
    at = {"place": place}
    before = connection.execute("SELECT source FROM places WHERE place = :place", at).fetchone()
    connection.execute("DELETE FROM places WHERE place = :place", at)
    if source is not None:
        connection.execute("INSERT INTO places VALUES (:place, :source)", at | {"source": source})
    if before and before[0] != source:
        gone = "DELETE FROM sources WHERE id = :id AND NOT EXISTS (SELECT 1 FROM places WHERE source = :id)"
        connection.execute(gone, {"id": before[0]})


def count_change(connection: Connection) -> None:
    """Count a change, inside the transaction that makes it."""
    connection.execute("UPDATE manifest SET value = CAST(CAST(value AS BIGINT) + 1 AS TEXT) WHERE key = 'generation'")
    now = "SELECT CAST(value AS BIGINT) FROM manifest WHERE key = 'generation'"
    connection.execute(f"DELETE FROM changes WHERE generation <= ({now}) - :listed", {"listed": LISTED})  # nosec B608 # words of ours


def insert(
    database: Database,
    connection: Connection,
    source: str | None,
    documents: Iterable[tuple[str, str, str, Mapping[str, Any]]],
    vectors: Vectors,
    words: Sequence[bytes] = (),
) -> None:
    """Store documents (id, content, context, metadata) with their vectors, over those that have the same ids.

    `words` are the vectors of their words, where the model gives them.
    """
    told = [
        {
            "id": id,
            "source": source,
            "content": content,
            "context": context,
            "metadata": json.dumps(metadata, ensure_ascii=False),
            "vector": vector.tobytes(),
        }
        for (id, content, context, metadata), vector in zip(documents, vectors, strict=True)
    ]
    _remove(database, connection, [str(each["id"]) for each in told])
    database.dialect.insert(connection, told)
    if words:
        sql = "INSERT INTO word_vectors SELECT row, :words FROM documents WHERE id = :id"
        connection.executemany(sql, [{"id": each["id"], "words": held} for each, held in zip(told, words, strict=True)])


def _remove(database: Database, connection: Connection, ids: Sequence[str]) -> None:
    connection.execute(f"DELETE FROM documents WHERE {database.among('id')}", database.listed(ids))  # nosec B608 # words of ours


def _values(documents: Mapping[str, Document]) -> list[tuple[str, str, str, Mapping[str, Any]]]:
    return [(id, each.page_content, context_of(each), each.metadata) for id, each in documents.items()]
