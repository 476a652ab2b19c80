"""Whether a store is sound: the database, the index of words, and the index of vectors agree."""

from __future__ import annotations

import sqlite3

from vector_store.catalogue.database import Database
from vector_store.types import Rows


def faults(database: Database, dimension: int) -> list[str]:
    """What is wrong with a database whose vectors have `dimension` numbers, a sentence each."""
    damage, found = database.dialect.damage()
    if damage:
        return damage
    sql = "SELECT COUNT(*) FROM documents WHERE length(vector) <> :bytes"
    try:
        if odd := database.connection.execute(sql, {"bytes": dimension * 4}).fetchone()[0]:
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
