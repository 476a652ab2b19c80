"""Several copies of the program over one library on servers: they answer alike, and say so where a server is away."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from fastapi.testclient import TestClient

from cli.main import main
from ingest.reading_list import ReadingList
from page.screens.failures import plainly
from service import Service, Settings, open_service
from tests.briefs import entry
from tests.milvus_server import MilvusServer
from tests.postgres_server import PostgresServer, skip_without_postgres
from tests.test_door import built, elsewhere

QUESTIONS = [
    "What did the time credit scheme cost a year?",
    "Who should be involved?",
    "What keeps people from coming?",
]
AWAY = "The reports cannot be reached at this moment. Nothing is lost: try again in a minute."


@dataclass
class Town:
    """A library on two servers, each of which can be stopped."""

    folder: Path
    milvus: MilvusServer
    postgres: PostgresServer
    address: str = field(init=False)

    def __post_init__(self) -> None:
        self.address = self.postgres.address

    def copy(self) -> Service:
        """A copy of the program, with a reading list of one entry: to embed all briefs takes long."""
        service = open_service(Settings(self.folder, index=self.milvus.address, database=self.address))
        return replace(
            service, reading_list=ReadingList(service.library, [entry(1, "right", "https://towns.example/right.pdf")])
        )


@pytest.fixture
def town(tmp_path: Path, milvus: MilvusServer) -> Iterator[Town]:
    skip_without_postgres()
    postgres = PostgresServer()
    postgres.start()
    yield Town(tmp_path, milvus, postgres)
    postgres.close()


def answered(client: TestClient, question: str) -> Any:
    got = client.get("/api/ask", params={"question": question})
    assert got.status_code == 200, got.text
    return got.json()


def test_copies_answer_alike_while_reports_come_and_tell_of_a_server_that_is_away(
    town: Town, golden_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPRODUCTION_INDEX", town.milvus.address)
    monkeypatch.setenv("COPRODUCTION_DATABASE", town.address)
    adding = ["ingest", str(golden_folder), "--library", str(town.folder)]
    with elsewhere(built(town.copy())) as one, elsewhere(built(town.copy())) as other, ThreadPoolExecutor(3) as pool:
        # Both give the empty library its brief at once, while somebody adds reports.
        added = pool.submit(main, adding)
        while not added.done():
            list(pool.map(answered, (one, other), QUESTIONS[:1] * 2))
        assert added.result() == 0
        told = [answered(one, each) for each in QUESTIONS]
        assert [answered(other, each) for each in QUESTIONS] == told and told[0]["answered"]
        reports = one.get("/api/reports").json()
        assert len({each["file"] for each in reports}) == len(reports)

        for stop, start, failing in (
            (town.milvus.stop, town.milvus.start, {"index"}),
            (town.postgres.stop, town.postgres.start, {"library", "index"}),
        ):
            assert one.get("/ready").status_code == other.get("/ready").status_code == 200
            stop()
            for client in (one, other):
                got = client.get("/api/ask", params={"question": QUESTIONS[0]})
                assert (got.status_code, got.json()["detail"]) == (503, AWAY) and got.headers["retry-after"]
                got = client.get("/find", params={"words": "time credits"})
                assert (got.status_code, got.text) == (503, AWAY)
                ready = client.get("/ready")
                assert (
                    ready.status_code == 503 and {name for name, works in ready.json().items() if not works} == failing
                )
                assert client.get("/health").status_code == 200
            start()
            for client in (one, other):
                assert client.get("/ready").json() == {"up": True, "library": True, "index": True, "model": True}
                assert [answered(client, each) for each in QUESTIONS] == told
        assert one.get("/api/reports").json() == reports


def test_what_the_page_tells_where_a_server_is_away(town: Town) -> None:
    library = town.copy().library
    town.postgres.stop()
    with pytest.raises(gr.Error, match=AWAY) as told, plainly("The question could not be answered."):
        library.all_details()
    assert told.value.message == AWAY
    town.postgres.start()
    assert library.all_details() == []
