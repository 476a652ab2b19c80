"""Libraries made by other versions of the program: older ones are brought up to date, newer ones refused."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from service import Service, Settings, open_service
from tests.test_command import Run, library, run, set_library  # noqa: F401 (fixtures)
from vector_store import StoreError
from vector_store.catalogue.schema import FORMAT

# The tables of format 1, as the first version of the program made them.
FIRST = """
CREATE TABLE manifest (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE sources (id TEXT PRIMARY KEY, summary TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE places (place TEXT PRIMARY KEY, source TEXT NOT NULL REFERENCES sources(id) ON DELETE CASCADE);
CREATE INDEX places_of_source ON places(source);
CREATE TABLE documents (row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    source TEXT REFERENCES sources(id) ON DELETE CASCADE, content TEXT NOT NULL, context TEXT NOT NULL,
    metadata TEXT NOT NULL, vector BLOB NOT NULL);
CREATE INDEX documents_of_source ON documents(source);
CREATE VIRTUAL TABLE words USING fts5(
    content, context, content='documents', content_rowid='row', tokenize='porter unicode61 remove_diacritics 2');
CREATE TRIGGER words_of_new AFTER INSERT ON documents BEGIN
    INSERT INTO words(rowid, content, context) VALUES (new.row, new.content, new.context);
END;
CREATE TRIGGER words_of_old AFTER DELETE ON documents BEGIN
    INSERT INTO words(words, rowid, content, context) VALUES ('delete', old.row, old.content, old.context);
END;
INSERT INTO manifest SELECT key, value FROM now.manifest WHERE key IN ('library', 'generation', 'model', 'dimension');
INSERT INTO manifest VALUES ('format', '1');
INSERT INTO sources SELECT id, json_remove(summary, '$.ocr', '$.signature'), body FROM now.sources;
INSERT INTO places SELECT * FROM now.places;
INSERT INTO documents SELECT * FROM now.documents;
"""
QUESTION = "What did the time credit scheme cost a year?"


@pytest.fixture
def first(golden: Service, tmp_path: Path) -> Path:
    """The golden reports in a library of format 1."""
    folder = tmp_path / "first"
    (folder / "files").mkdir(parents=True)
    for kept in (golden.library.folder / "files").iterdir():
        (folder / "files" / kept.name).write_bytes(kept.read_bytes())
    with closing(sqlite3.connect(folder / "library.db")) as connection:
        connection.execute("ATTACH ? AS now", (str(golden.library.folder / "library.db"),))
        connection.executescript(FIRST)
    return folder


def asked(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "library.db")) as connection:
        return connection.execute(sql).fetchall()


def set_format(folder: Path, told: str) -> None:
    with closing(sqlite3.connect(folder / "library.db")) as connection:
        connection.execute("UPDATE manifest SET value = ? WHERE key = 'format'", (told,))
        connection.commit()


def test_a_library_of_the_first_format_is_brought_up_to_date(golden: Service, first: Path) -> None:
    service = open_service(Settings(first))
    assert asked(first, "SELECT value FROM manifest WHERE key = 'format'") == [(str(FORMAT),)]
    assert service.library.upkeep.check() == []
    answer, expected = service.assistant.ask(QUESTION), golden.assistant.ask(QUESTION)
    assert answer.text == expected.text and answer.citations
    assert asked(first, "SELECT COUNT(*) > 0 FROM word_vectors") == [(1,)]


def test_an_upgrade_that_fails_leaves_the_library_as_it_was(first: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "vector_store.catalogue.schema._STEPS", {1: "CREATE TABLE half_way (x);\nCREATE TABLE sources (x);\n"}
    )
    with pytest.raises(StoreError, match="cannot be used: table sources already exists"):
        open_service(Settings(first))
    assert asked(first, "SELECT value FROM manifest WHERE key = 'format'") == [("1",)]
    assert asked(first, "SELECT 1 FROM sqlite_master WHERE name = 'half_way'") == []
    monkeypatch.undo()
    assert open_service(Settings(first)).library.upkeep.check() == []


@pytest.mark.parametrize("told", [str(FORMAT + 1), "a", "0"])
def test_a_library_of_a_newer_format_is_refused_and_left_as_it_is(run: Run, first: Path, told: str) -> None:  # noqa: F811
    set_format(first, told)
    before = asked(first, "SELECT * FROM sqlite_master")
    status, _, error = run("--library", first, "ask", QUESTION)
    assert status == 1 and f"made by another version of this program (format {told}, here {FORMAT})" in error
    assert "Use that version or a newer one" in error
    assert run("--library", first, "library", "--repair")[0] == 1
    assert asked(first, "SELECT * FROM sqlite_master") == before
