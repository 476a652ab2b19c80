"""What readers keep carried over from the library's folder to the server that holds the library."""

from __future__ import annotations

from pathlib import Path

from page.userdata.database import Database

_COLUMNS = {
    "evidence": ("row", ("owner", "question", "passage", "quote", "citations", "note", "deleted")),
    "votes": ("rowid", ("owner", "said", "helpful", "reason", "cast_at", "answer")),
    "sessions": ("rowid", ("token", "account", "began")),
}
"""What tells the order of a table's rows, and its columns."""


def copy_desk(folder: Path, server: str) -> int:
    """Copy the `conversations.db` in a folder to a PostgreSQL server; what is there stays, and stays once.

    The file stays as it is. Gives the number of conversations that were copied. Raises `DatabaseServerError`.
    """
    if not (folder / "conversations.db").is_file():
        return 0
    of, to = Database(folder), Database(folder, server)
    copied = 0
    with to.transaction() as connection:
        sql = """
            SELECT row, id, owner, conversations.title, changed, deleted, said FROM conversations
            JOIN words ON words.rowid = row ORDER BY row
        """
        for row, id, owner, title, changed, deleted, said in of.connection.execute(sql).fetchall():
            values = {"id": id, "owner": owner, "title": title, "changed": changed, "deleted": deleted}
            sql = """
                INSERT INTO conversations(id, owner, title, changed, deleted)
                VALUES (:id, :owner, :title, :changed, :deleted) ON CONFLICT DO NOTHING RETURNING row
            """
            if (made := connection.execute(sql, values).fetchone()) is None:
                continue
            copied += 1
            to.dialect.say(connection, made[0], said)
            sql = "SELECT answer FROM turns WHERE conversation = :row ORDER BY row"
            turns = [{"row": made[0], "answer": answer} for (answer,) in of.connection.execute(sql, {"row": row})]
            connection.executemany("INSERT INTO turns(conversation, answer) VALUES (:row, :answer)", turns)
        for table, (order, columns) in _COLUMNS.items():
            found = of.connection.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY {order}").fetchall()  # nosec B608 # words of ours
            marks = ", ".join(f":{column}" for column in columns)
            sql = f"INSERT INTO {table}({', '.join(columns)}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # nosec B608 # the same
            connection.executemany(sql, [dict(zip(columns, each, strict=True)) for each in found])
    return copied
