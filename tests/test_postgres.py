"""A library on a PostgreSQL server: chosen by one setting, and what a reader is told where the server is away."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from cli.main import main
from common import CoproductionError
from common.database import TakenError
from page.userdata import Desk
from rag import Answer
from tests.milvus_server import MilvusServer
from tests.postgres_server import PostgresServer, skip_without_postgres
from tests.test_vector_store import ABBREVIATED, ABBREVIATING, MISSPELT, SPELT, Sheet, WordEmbedder, documents
from vector_store import FaissStore, StoreError
from vector_store.catalogue import Database
from vector_store.catalogue.writing import count_change, insert
from vector_store.types import Filter

NOWHERE = "postgresql://ada:secret@/reports?host=/nowhere"


@pytest.fixture
def own() -> Iterator[PostgresServer]:
    """A server of a test's own, which it may stop."""
    skip_without_postgres()
    server = PostgresServer()
    server.start()
    yield server
    server.close()


def put(database: Database, *texts: str) -> None:
    with database.transaction() as connection:
        told = [(text.replace("\0", ""), text, "", {"said": text}) for text in texts]
        insert(database, connection, None, told, np.ones((len(texts), 4), np.float32))
        count_change(connection)


def test_a_server_that_goes_away_is_told_of_and_nothing_is_lost(
    own: PostgresServer, milvus: MilvusServer, tmp_path: Path
) -> None:
    address = own.address
    store = FaissStore(tmp_path, WordEmbedder(), index=milvus.address, server=address)
    store.add_texts(["budget", "trust"], ids=["a", "b"])
    own.stop()
    for _ in range(2):
        with pytest.raises(CoproductionError, match=r"postgresql:///postgres \(COPRODUCTION_DATABASE\)") as told:
            store.search_hybrid("trust")
        assert "\n" not in str(told.value) and "secret" not in str(told.value) and "Nothing is lost" in str(told.value)
    with pytest.raises(CoproductionError, match="COPRODUCTION_DATABASE"):
        store.add_texts(["volunteer"], ids=["c"])
    own.start()
    assert [each.id for each, _ in store.search_hybrid("trust", 1)] == ["b"]
    with pytest.raises(CoproductionError, match="COPRODUCTION_DATABASE"), store._database.transaction() as connection:
        connection.execute("DELETE FROM documents")
        own.stop()
    own.start()
    store.add_texts(["volunteer"], ids=["c"])
    assert [each.id for each, _ in store.search_hybrid("volunteers", 1)] == ["c"]
    assert store.check() == [] and store.count() == 3


def test_its_words_are_told_as_in_a_file(postgres: PostgresServer, tmp_path: Path) -> None:
    texts = list(dict.fromkeys([*ABBREVIATING, *SPELT, "Health/social care, 100% of O'Neil's and the café's: 3.5"]))
    held = [Database(tmp_path / "library.db"), Database(tmp_path / "none.db", postgres.address)]
    for database in held:
        put(database, *texts[:-1])
        put(database, texts[-1])
        with database.transaction() as connection:
            connection.execute("DELETE FROM documents WHERE row = 7")
            count_change(connection)
    file, server = (database.words for database in held)
    asked = ["volunteering", "social", "support", "zebra", "100", "o", "the", "surveys", "people"]
    assert [server.frequency([word]) for word in asked] == [file.frequency([word]) for word in asked]
    phrases = ["co production", "social attitudes survey", "care social", "coproduction", ""]
    assert [server.frequency([phrase]) for phrase in phrases] == [file.frequency([phrase]) for phrase in phrases]
    assert [server.holds(phrase, "zebra") for phrase in phrases] == [file.holds(phrase, "zebra") for phrase in phrases]
    assert server.share_with("support", "SUPPORT,") == pytest.approx(file.share_with("support", "SUPPORT,"))
    assert server.beside_brackets("sds") == file.beside_brackets("sds")
    assert server.rows_with("sport", 9) == file.rows_with("sport", 9)
    # Their stemmers are not of one edition: "survey" is "survei" in SQLite.
    assert len(dict(server.terms("s")).items() & dict(file.terms("s")).items()) == 11
    assert server.shares([["support"], ["care", "sport"]]) == file.shares([["support"], ["care", "sport"]]) == {}
    held[1].close()


def test_questions_are_respelt_and_spelt_out_as_with_a_file(
    postgres: PostgresServer, milvus: MilvusServer, tmp_path: Path
) -> None:
    def store_of(texts: Sequence[str]) -> FaissStore:
        store = FaissStore(tmp_path, WordEmbedder(), index=milvus.address, server=postgres.address)
        store.add_documents(list(documents(*texts)))
        return store

    spelling, abbreviations = store_of(SPELT), store_of(ABBREVIATING)
    # PostgreSQL takes "comun" for the stem of "comunity", too far from "communiti".
    misspelt = [(typed, asked) for typed, asked in MISSPELT if "comunity" not in typed]
    assert [spelling.respelt(typed) for typed, _ in misspelt] == [asked for _, asked in misspelt]
    for typed, both, other in ABBREVIATED:
        told = abbreviations.spelt_out(typed)
        assert both in told[0] and other in told[1]


def test_a_filter_takes_any_text_as_it_is(postgres: PostgresServer, tmp_path: Path) -> None:
    texts = ["it's 100% :said", 'a "b" \\: c', "x::jsonb"]
    database = Database(tmp_path / "none.db", postgres.address)
    put(database, *texts)
    for number, text in enumerate(texts, start=1):
        assert database.rows_where(Filter({"said": text})).tolist() == [number]
        assert database.rows_where(Filter({"said": {"$gte": text, "$lte": text}})).tolist() == [number]
        assert database.rows_where(Filter(sources=[text])).tolist() == []


def test_a_character_that_it_cannot_keep_costs_no_report(postgres: PostgresServer, tmp_path: Path) -> None:
    database = Database(tmp_path / "none.db", postgres.address)
    put(database, "a\0heron", "newt")
    [row] = database.documents("row", [1]).values()
    assert (row.content, row.metadata) == ("a\ufffdheron", {"said": "a\ufffdheron"}) and database.count() == 2


def test_those_who_write_wait_for_each_other_and_rows_come_in_the_order_of_changes(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    address = postgres.address
    with ThreadPoolExecutor(4) as pool:  # each as a process of its own would
        several = list(pool.map(lambda _: Database(tmp_path / "none.db", address), range(4)))
        list(pool.map(lambda number: put(several[number % 4], f"text {number}"), range(40)))
    assert several[0].state.endswith(":40") and several[0].count() == 40
    seen = several[0].connection.execute("SELECT generation, row FROM changes ORDER BY generation").fetchall()
    assert seen == sorted(seen, key=lambda each: each[1])
    other = Database(tmp_path / "none.db", postgres.address)
    with (
        several[0].lock("files"),
        other.lock("files", wait=False),
        several[1].lock("renewal", wait=False),
        pytest.raises(TakenError),
        several[1].lock("files", wait=False),
    ):
        pytest.fail("it is taken")
    with several[1].lock("files", wait=False):
        pass


def test_a_library_of_another_format_is_refused(postgres: PostgresServer, tmp_path: Path) -> None:
    address = postgres.address
    Database(tmp_path / "none.db", address).set_manifest("format", "4")
    with pytest.raises(StoreError, match=r"another version of this program \(format 4, here 3\)"):
        Database(tmp_path / "none.db", address)


def test_what_a_folder_holds_is_copied_to_an_empty_server(
    postgres: PostgresServer, milvus: MilvusServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = Answer("Who came?", True, "Forty people came.")
    desk = Desk.at(tmp_path)
    id = desk.conversations.create("ada", [answer, answer])
    desk.feedback.add(answer, True, owner="ada")
    file = FaissStore(tmp_path, WordEmbedder())
    file.add_documents(list(documents("budget", "trust", year=2010)))
    file.put_sources([Sheet("s1", "place 1", documents("time"), "body"), Sheet("s2", "place 2", ())])
    file.put_note("name", "kept")
    address = postgres.address
    monkeypatch.setenv("COPRODUCTION_DATABASE", address)
    given = ["library", "--library", str(tmp_path), "--to-server"]
    assert [main(given), main(given)] == [0, 1]  # the second time there are reports
    server = FaissStore(tmp_path, WordEmbedder(), index=milvus.address, server=address)
    assert (server.sources(), server.source("s1"), server.places()) == (
        file.sources(),
        file.source("s1"),
        file.places(),
    )
    assert server.note("name") == "kept" and server.count() == 3 and server.version != file.version
    asked = ("trust and time", 3, {"year": 2010})
    assert server.similarity_search(*asked) == file.similarity_search(*asked)
    copied = Desk.at(tmp_path, address)
    assert copied.conversations.open("ada", id) == (answer, answer) and copied.feedback.all() == desk.feedback.all()
    assert [each.id for each in copied.conversations.list("ada", "forty people")] == [id]
    monkeypatch.setenv("COPRODUCTION_INDEX", milvus.address)
    assert main(["library", "--library", str(tmp_path), "--backup", str(tmp_path / "copy")]) == 1


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        (NOWHERE, "No such file or directory"),
        ("mysql://ada:secret@host/reports", "it is no address of a PostgreSQL server"),
        ("ada:secret", "Could not parse"),
        (f"{NOWHERE}&schema=No", "a schema has small letters"),
    ],
)
def test_an_address_that_leads_nowhere_is_told_of_without_its_password(
    tmp_path: Path, address: str, problem: str
) -> None:
    skip_without_postgres()
    with pytest.raises(CoproductionError, match=rf"\(COPRODUCTION_DATABASE\).*{problem}") as told:
        FaissStore(tmp_path, WordEmbedder(), index="http://127.0.0.1:1", server=address)
    assert "secret" not in str(told.value) and "\n" not in str(told.value)


def test_without_an_index_on_a_server_the_setting_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="COPRODUCTION_INDEX"):
        FaissStore(tmp_path, WordEmbedder(), server=NOWHERE)


def test_without_its_packages_the_setting_says_how_to_install_them(tmp_path: Path) -> None:
    with patch.dict(sys.modules, {"sqlalchemy": None}):
        sys.modules.pop("common.database.postgres", None)
        with pytest.raises(CoproductionError, match=r'COPRODUCTION_DATABASE.*pip install "\.\[scale\]"'):
            Database(tmp_path / "none.db", NOWHERE)
