"""A library carried over from one database to another, as from a file to a server."""

from __future__ import annotations

from pathlib import Path

from vector_store.catalogue.database import Database
from vector_store.catalogue.schema import StoreError
from vector_store.catalogue.writing import count_change

# Documents that are read and written together, with the vectors of their words some megabytes.
AT_ONCE = 500
# Each database says these of itself.
_OWN = ("format", "library", "generation", "listed", "documents")


def copy_library(folder: Path, server: str) -> int:
    """Copy what the `library.db` in a folder holds to a PostgreSQL server that holds no reports yet.

    Wholly or not at all; the file stays as it is. Gives the number of documents. Raises `StoreError`,
    `DatabaseServerError`.
    """
    of, to = Database(folder / "library.db"), Database(folder / "library.db", server)
    with to.transaction() as connection:
        if to.count() or connection.execute("SELECT 1 FROM sources LIMIT 1").fetchone():
            raise StoreError("There are reports on the server (COPRODUCTION_DATABASE) already. Name another schema.")
        told = [(key, value) for key, value in of.connection.execute("SELECT key, value FROM manifest")]
        connection.executemany(
            "INSERT INTO manifest VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            [{"key": key, "value": value} for key, value in told if key not in _OWN],
        )
        sources = of.connection.execute("SELECT id, summary, body FROM sources ORDER BY rowid")
        for id, summary, body in sources:
            sql = "INSERT INTO sources(id, summary, body) VALUES (:id, :summary, :body)"
            connection.execute(sql, {"id": id, "summary": summary, "body": body})
        places = of.connection.execute("SELECT place, source FROM places").fetchall()
        connection.executemany(
            "INSERT INTO places VALUES (:place, :source)", [{"place": at, "source": id} for at, id in places]
        )
        rows = of.rows()
        columns = ("row", "id", "source", "content", "context", "metadata", "vector")
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE].tolist()
            sql = f"SELECT {', '.join(columns)} FROM documents WHERE {of.among('row')} ORDER BY row"  # nosec B608 # words of ours
            documents = [
                dict(zip(columns, each, strict=True)) for each in of.connection.execute(sql, of.listed(some)).fetchall()
            ]
            to.dialect.insert(connection, documents)
            words = of.words_of(some)
            kept = [{"id": each["id"], "words": words[each["row"]][2]} for each in documents]
            sql = "INSERT INTO word_vectors SELECT row, :words FROM documents WHERE id = :id"
            connection.executemany(sql, [each for each in kept if each["words"] is not None])
        count_change(connection)
    return len(rows)
