"""The catalogue of a folder: documents, the sources with which they come and go, the places of these, and notes."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from langchain_core.documents import Document

from vector_store.catalogue.database import Database, Row
from vector_store.catalogue.schema import StoreError
from vector_store.types import Vectors


class Source(Protocol):
    """Where documents come from, and go with. `summary` is small and listed often, `body` is the whole text.

    A `place` (a path, an address) holds one source at a time; two places may hold the same one. A source that is
    stored already may come without a place: then it stays where it is.
    """

    @property
    def id(self) -> str: ...
    @property
    def place(self) -> str: ...
    @property
    def summary(self) -> Mapping[str, Any]: ...
    @property
    def body(self) -> str: ...
    @property
    def documents(self) -> Sequence[Document]: ...


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
                self._database.place(connection, place, source)
                self._database.changed(connection)
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
            self._database.changed(connection)

    def remove_place(self, place: str) -> None:
        """Forget `place`; its source goes too, unless another place holds it."""
        with self._database.transaction() as connection:
            self._database.place(connection, place, None)
            self._database.changed(connection)

    def remove_source(self, id: str) -> bool:
        """Remove a source with its documents and places. False where there is none with this id."""
        with self._database.transaction() as connection:
            removed = connection.execute("DELETE FROM sources WHERE id = ?", (id,)).rowcount
            self._database.changed(connection)
        return bool(removed)

    def sources(self, where: Mapping[str, str] | None = None) -> list[tuple[str, Mapping[str, Any]]]:
        """The id and summary of every source, in the order of adding, or of those whose summary holds `where`."""
        wanted = " AND ".join("json_extract(summary, ?) = ?" for _ in where or ()) or "1"
        values = [value for field, text in (where or {}).items() for value in (f"$.{field}", text)]
        sql = f"SELECT id, summary FROM sources WHERE {wanted} ORDER BY rowid"  # nosec B608 # words of ours
        return [(id, json.loads(summary)) for id, summary in self._database.connection.execute(sql, values)]

    def counts(self) -> dict[str, int]:
        """For each source that has any, the number of its documents."""
        return self._database.counts()

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

    def _put_documents(self, documents: Mapping[str, Document], vectors: Vectors, words: Sequence[bytes]) -> None:
        """Store documents of no source by their ids, with their vectors and (where there are any) their words'."""
        with self._database.transaction() as connection:
            self._database.insert(connection, None, _values(documents), vectors, words)
            self._database.changed(connection)

    def _remove_documents(self, ids: Sequence[str] | None) -> None:
        """Remove the documents with these ids; all of them where `ids` is None."""
        with self._database.transaction() as connection:
            if ids is None:
                connection.execute("DELETE FROM documents")
            else:
                connection.executemany("DELETE FROM documents WHERE id = ?", [(id,) for id in ids])
            self._database.changed(connection)

    def _put_sources(self, sources: Sequence[Source], vectors: Vectors, words: Sequence[bytes]) -> None:
        """Store all of `sources` in one transaction, each over what its place held.

        `vectors` and `words` are those of all their documents, of a source at several places once. One without a place
        that has been removed meanwhile is passed over.
        """
        start = 0
        with self._database.transaction() as connection:
            for source in {source.id: source for source in sources}.values():
                end = start + len(source.documents)
                if source.place or self.source(source.id):
                    summary = json.dumps(source.summary, ensure_ascii=False)
                    self._database.put_source(connection, source.id, summary, source.body)
                    named = {document.id or uuid.uuid4().hex: document for document in source.documents}
                    self._database.insert(connection, source.id, _values(named), vectors[start:end], words[start:end])
                start = end
            for source in sources:
                if source.place:
                    self._database.place(connection, source.place, source.id)
            self._database.changed(connection)


def context_of(document: Document) -> str:
    """What a document stands below, which is embedded and searched with it."""
    return str(document.metadata.get("context", ""))


def document_of(row: Row) -> Document:
    """A document as it was stored."""
    return Document(id=row.id, page_content=row.content, metadata=row.metadata)


def _values(documents: Mapping[str, Document]) -> list[tuple[str, str, str, Mapping[str, Any]]]:
    return [(id, each.page_content, context_of(each), each.metadata) for id, each in documents.items()]
