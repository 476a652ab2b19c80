"""The catalogue of a folder: documents, the sources with which they come and go, the places of these, and notes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vector_store.catalogue.database import Database
from vector_store.catalogue.schema import StoreError
from vector_store.catalogue.writing import count_change, hold


class Catalogue:
    """What `folder` holds, in its `library.db`. `model` names what made the vectors; another one's are refused.

    Raises `StoreError` where it cannot be opened.
    """

    def __init__(self, folder: Path, model: str) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"The folder {folder} cannot be made: {error.strerror}.") from error
        self._database = Database(folder / "library.db")
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

    def source_at(self, place: str) -> str | None:
        """The id of the source that `place` holds."""
        row = self._database.connection.execute("SELECT source FROM places WHERE place = ?", (place,)).fetchone()
        return str(row[0]) if row else None

    def places(self) -> list[tuple[str, str]]:
        """Every place with the id of the source that it holds."""
        return self._database.connection.execute("SELECT place, source FROM places ORDER BY place").fetchall()

    def places_below(self, prefix: str) -> list[str]:
        """The places whose name starts with `prefix`."""
        sql = "SELECT place FROM places WHERE substr(place, 1, ?) = ? ORDER BY place"
        return [place for (place,) in self._database.connection.execute(sql, (len(prefix), prefix))]

    def put_place(self, place: str, source: str) -> bool:
        """Say that `place` holds a copy of a stored source. What it held before goes, unless it is held elsewhere.

        False, and nothing changed, where there is no such source: another process may just have removed it.
        """
        with self._database.transaction() as connection:
            if is_stored := connection.execute("SELECT 1 FROM sources WHERE id = ?", (source,)).fetchone() is not None:
                hold(connection, place, source)
                count_change(connection)
        return is_stored

    def put_summary(self, id: str, summary: Mapping[str, Any], metadata: Mapping[str, Any]) -> None:
        """Give a stored source another summary, and all its documents `metadata` over what they have of these fields.

        Nothing is embedded anew, and the documents stay what they are to those who hold them.
        """
        with self._database.transaction() as connection:
            told = json.dumps(summary, ensure_ascii=False)
            connection.execute("UPDATE sources SET summary = ? WHERE id = ?", (told, id))
            stored = connection.execute("SELECT metadata, row FROM documents WHERE source = ?", (id,)).fetchall()
            changed = [(json.dumps(json.loads(old) | metadata, ensure_ascii=False), row) for old, row in stored]
            connection.executemany("UPDATE documents SET metadata = ? WHERE row = ?", changed)
            count_change(connection)

    def remove_place(self, place: str) -> None:
        """Forget `place`; its source goes too, unless another place holds it."""
        with self._database.transaction() as connection:
            hold(connection, place, None)
            count_change(connection)

    def remove_source(self, id: str) -> bool:
        """Remove a source with its documents and places. False where there is none with this id."""
        with self._database.transaction() as connection:
            removed = connection.execute("DELETE FROM sources WHERE id = ?", (id,)).rowcount
            count_change(connection)
        return bool(removed)

    def sources(self, where: Mapping[str, str] | None = None) -> list[tuple[str, Mapping[str, Any]]]:
        """The id and summary of every source, in the order of adding, or of those whose summary holds `where`."""
        wanted = " AND ".join("json_extract(summary, ?) = ?" for _ in where or ()) or "1"
        values = [value for field, text in (where or {}).items() for value in (f"$.{field}", text)]
        sql = f"SELECT id, summary FROM sources WHERE {wanted} ORDER BY rowid"  # nosec B608 # words of ours
        return [(id, json.loads(summary)) for id, summary in self._database.connection.execute(sql, values)]

    def counts(self) -> dict[str, int]:
        """For each source that has any, the number of its documents."""
        sql = "SELECT source, COUNT(*) FROM documents WHERE source IS NOT NULL GROUP BY source"
        return dict(self._database.connection.execute(sql).fetchall())

    def source(self, id: str) -> tuple[Mapping[str, Any], str] | None:
        """The summary and body of a source, or None where there is none with this id."""
        sql = "SELECT summary, body FROM sources WHERE id = ?"
        row = self._database.connection.execute(sql, (id,)).fetchone()
        return (json.loads(row[0]), str(row[1])) if row else None

    def note(self, name: str) -> str | None:
        """A text that is kept beside the documents under a name, or None."""
        return self._database.manifest(f"note:{name}")

    def put_note(self, name: str, text: str) -> None:
        """Keep a text beside the documents under a name."""
        self._database.set_manifest(f"note:{name}", text)
