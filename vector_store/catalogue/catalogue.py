"""The catalogue of a folder: documents, the sources with which they come and go, the places of these, and notes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from vector_store.catalogue.database import Database
from vector_store.catalogue.schema import StoreError
from vector_store.catalogue.writing import count_change, hold, is_stored


class Catalogue:
    """What `folder` holds, in its `library.db` or on the PostgreSQL server at the address `server`.

    `model` names what made the vectors; another one's are refused. Raises `StoreError` where it cannot be opened,
    `DatabaseServerError` where the server does not answer.
    """

    def __init__(self, folder: Path, model: str, server: str = "") -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"The folder {folder} cannot be made: {error.strerror}.") from error
        self._database = Database(folder / "library.db", server)
        built_with = self._database.manifest("model")
        if built_with is None:
            self._database.set_manifest("model", model)
        elif built_with != model:
            raise StoreError(
                f"The library in {folder} was built with the model {built_with!r}, not {model!r}. "
                "Use that model, or a new folder and add the reports again."
            )

    @property
    def version(self) -> str:
        """Words that change with every change of the content, by whichever process."""
        return self._database.state

    def lock(self, name: str, wait: bool = True) -> AbstractContextManager[None]:
        """While the caller is inside, no other process is inside a lock of this name.

        Raises `TakenError` where another one is, and the caller does not `wait`.
        """
        return self._database.lock(name, wait)

    def source_at(self, place: str) -> str | None:
        """The id of the source that `place` holds."""
        sql = "SELECT source FROM places WHERE place = :place"
        row = self._database.connection.execute(sql, {"place": place}).fetchone()
        return str(row[0]) if row else None

    def places(self) -> list[tuple[str, str]]:
        """Every place with the id of the source that it holds."""
        return self._database.connection.execute("SELECT place, source FROM places ORDER BY place").fetchall()

    def places_below(self, prefix: str) -> list[str]:
        """The places whose name starts with `prefix`."""
        sql = "SELECT place FROM places WHERE substr(place, 1, :length) = :prefix ORDER BY place"
        found = self._database.connection.execute(sql, {"length": len(prefix), "prefix": prefix})
        return [place for (place,) in found]

    def put_place(self, place: str, source: str) -> bool:
        """Say that `place` holds a copy of a stored source. What it held before goes, unless it is held elsewhere.

        False, and nothing changed, where there is no such source: another process may just have removed it.
        """
        with self._database.transaction() as connection:
            if stored := is_stored(connection, source):
                hold(connection, place, source)
                count_change(connection)
        return stored

    def put_summary(self, id: str, summary: Mapping[str, Any], metadata: Mapping[str, Any]) -> None:
        """Give a stored source another summary, and all its documents `metadata` over what they have of these fields.

        Nothing is embedded anew, and the documents stay what they are to those who hold them.
        """
        with self._database.transaction() as connection:
            told = {"id": id, "summary": json.dumps(summary, ensure_ascii=False)}
            connection.execute("UPDATE sources SET summary = :summary WHERE id = :id", told)
            sql = "SELECT CAST(metadata AS TEXT), row FROM documents WHERE source = :id"
            stored = connection.execute(sql, {"id": id}).fetchall()
            changed = [
                {"metadata": json.dumps(json.loads(old) | metadata, ensure_ascii=False), "row": row}
                for old, row in stored
            ]
            connection.executemany("UPDATE documents SET metadata = :metadata WHERE row = :row", changed)
            count_change(connection)

    def remove_place(self, place: str) -> None:
        """Forget `place`; its source goes too, unless another place holds it."""
        with self._database.transaction() as connection:
            hold(connection, place, None)
            count_change(connection)

    def remove_source(self, id: str) -> bool:
        """Remove a source with its documents and places. False where there is none with this id."""
        with self._database.transaction() as connection:
            removed = connection.execute("DELETE FROM sources WHERE id = :id", {"id": id}).rowcount
            count_change(connection)
        return bool(removed)

    def sources(self, where: Mapping[str, str] | None = None) -> list[tuple[str, Mapping[str, Any]]]:
        """The id and summary of every source, in the order of adding, or of those whose summary holds `where`."""
        field = self._database.dialect.field
        wanted = " AND ".join(f"{field('summary', name)} = :{name}" for name in where or ()) or "TRUE"
        sql = f"SELECT id, summary FROM sources WHERE {wanted} ORDER BY rowid"  # nosec B608 # words of ours
        found = self._database.connection.execute(sql, dict(where or {}))
        return [(id, json.loads(summary)) for id, summary in found]

    def counts(self) -> dict[str, int]:
        """For each source that has any, the number of its documents."""
        sql = "SELECT source, COUNT(*) FROM documents WHERE source IS NOT NULL GROUP BY source"
        return dict(self._database.connection.execute(sql).fetchall())

    def source(self, id: str) -> tuple[Mapping[str, Any], str] | None:
        """The summary and body of a source, or None where there is none with this id."""
        sql = "SELECT summary, body FROM sources WHERE id = :id"
        row = self._database.connection.execute(sql, {"id": id}).fetchone()
        return (json.loads(row[0]), str(row[1])) if row else None

    def note(self, name: str) -> str | None:
        """A text that is kept beside the documents under a name, or None."""
        return self._database.manifest(f"note:{name}")

    def put_note(self, name: str, text: str) -> None:
        """Keep a text beside the documents under a name."""
        self._database.set_manifest(f"note:{name}", text)
