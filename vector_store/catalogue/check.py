"""Whether a store is sound: the database, the index of words, and the index of vectors agree."""

from __future__ import annotations

import sqlite3

from vector_store.catalogue.database import Database
from vector_store.types import Rows


def faults(database: Database, dimension: int) -> list[str]:
    """What is wrong with a database whose vectors have `dimension` numbers, a sentence each."""
    connection = database.connection
    try:
        if damaged := [str(told) for (told,) in connection.execute("PRAGMA integrity_check(10)") if told != "ok"]:
            return [f"The database is damaged: {'; '.join(damaged)}."]
        found = []
        if lost := len(connection.execute("PRAGMA foreign_key_check").fetchall()):
            found.append(f"The database holds rows that belong to nothing: {lost:,}.")
        with database.transaction() as writing:  # the command reads, but FTS5 has it look like writing
            writing.execute("INSERT INTO words(words, rank) VALUES ('integrity-check', 1)")
        sql = "SELECT COUNT(*) FROM documents WHERE length(vector) <> ?"
        if odd := connection.execute(sql, (dimension * 4,)).fetchone()[0]:
            found.append(f"Passages with a vector of another length: {odd:,}.")
    except sqlite3.DatabaseError as error:
        return [f"The database is damaged: {error}."]
    return found


def disagreements(database: Database, indexed: Rows) -> list[str]:
    """Where the passages in a sound database and those `indexed` by their vectors do not agree, a sentence each."""
    stored, held = set(database.rows().tolist()), set(indexed.tolist())
    fields = {
        "Passages that are not in the index of vectors": len(stored - held),
        "Vectors in the index that belong to no passage": len(held - stored),
    }
    return [f"{words}: {count:,}." for words, count in fields.items() if count]
