"""An index on a Milvus server: chosen by one setting, and what a reader is told where the server is away."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from common import CoproductionError
from tests.milvus_server import MilvusServer, skip_without_milvus
from tests.test_vector_store import WordEmbedder
from vector_store import FaissStore
from vector_store.catalogue import Database
from vector_store.types import Rows


@pytest.fixture
def own(tmp_path: Path) -> Iterator[MilvusServer]:
    """A server of a test's own, which it may stop."""
    skip_without_milvus()
    server = MilvusServer(tmp_path / "data")
    server.start()
    yield server
    server.close()


def test_a_server_that_goes_away_is_told_of_and_nothing_is_lost(own: MilvusServer, tmp_path: Path) -> None:
    store = FaissStore(tmp_path / "library", WordEmbedder(), index=own.address)
    store.add_texts(["budget", "trust"], ids=["a", "b"])
    assert [each.id for each in store.similarity_search("trust", 1)] == ["b"]
    own.stop()
    with pytest.raises(CoproductionError, match=rf"{own.address} \(COPRODUCTION_INDEX\)") as told:
        store.search_hybrid("trust")
    assert "\n" not in str(told.value) and "Nothing is lost" in str(told.value)
    store.add_texts(["volunteer"], ids=["c"])  # what is added meanwhile is stored
    store.flush()
    own.start()
    assert [each.id for each, _ in store.search_hybrid("volunteers", 1)] == ["c"]
    assert store.check() == []
    own.forget()  # as a server does whose disk is lost
    assert {each.id for each, _ in store.search_hybrid("volunteers and trust", 3)} == {"a", "b", "c"}


def test_what_broke_off_in_the_middle_is_gone_on_with(own: MilvusServer, tmp_path: Path) -> None:
    store = FaissStore(tmp_path / "library", WordEmbedder(), index=own.address)
    store.add_texts(["time 1"])
    assert len(store.search_hybrid("time")) == 1
    store.add_texts(["budget 2", "budget 3", "budget 4", "trust 5", "trust 6"])
    really = Database.searchable

    def until_the_fourth(database: Database, rows: Rows) -> list[Any]:
        if 4 in rows:
            own.stop()
        return really(database, rows)

    with (
        patch("vector_store.index.milvus.AT_ONCE", 2),
        patch("vector_store.index.synced.FEW", 2),
        patch.object(Database, "searchable", until_the_fourth),
        pytest.raises(CoproductionError, match="Nothing is lost"),
    ):
        store.search_hybrid("budget and trust")
    own.start()
    with (
        patch("vector_store.index.synced.FEW", 2),
        patch.object(Database, "searchable", autospec=True, side_effect=really) as read,
    ):
        assert len(store.search_hybrid("budget and trust")) == 6
    assert [call.args[1].tolist() for call in read.call_args_list] == [[4, 5, 6]]


def test_a_server_that_was_never_there_is_told_of_at_each_question_without_its_password(tmp_path: Path) -> None:
    skip_without_milvus()
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        server = f"127.0.0.1:{nobody.getsockname()[1]}"
        store = FaissStore(tmp_path, WordEmbedder(), index=f"http://ada:secret@{server}")
        store.add_texts(["budget"])
        for _ in range(2):
            with pytest.raises(CoproductionError, match=rf"at http://{server} \(COPRODUCTION_INDEX\)") as told:
                store.search_hybrid("budget")
            assert "secret" not in str(told.value)


def test_two_ask_while_a_third_adds(milvus: MilvusServer, tmp_path: Path) -> None:
    stores = [FaissStore(tmp_path, WordEmbedder(), index=milvus.address) for _ in range(3)]

    def work(number: int) -> None:
        for turn in range(20):
            if number == 0:
                stores[0].add_texts([f"budget {turn}"], ids=[str(turn)])
            else:
                stores[number].search_hybrid("budget", 5)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    assert [len(store.search_hybrid("budget", 30)) for store in stores] == [20, 20, 20]


def test_without_its_packages_the_setting_says_how_to_install_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    monkeypatch.delitem(sys.modules, "vector_store.index.milvus", raising=False)
    with pytest.raises(CoproductionError, match=r'COPRODUCTION_INDEX.*pip install "\.\[scale\]"'):
        FaissStore(tmp_path, WordEmbedder(), index="http://127.0.0.1:19530")
