"""A library is copied while it is used, and the copy is a library with every report whole."""

from __future__ import annotations

import json
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from page.access import Accounts
from page.userdata import Desk
from service import Settings, open_service
from tests.changing import beside, context, fill_and_empty
from tests.test_command import Run, run  # noqa: F401 (a fixture)
from tests.test_download import wait_until
from vector_store.catalogue import Database


@pytest.fixture
def library(tmp_path: Path, golden_folder: Path) -> Path:
    service = open_service(Settings(tmp_path / "library"))
    list(service.library.add([golden_folder]))
    [answer] = [service.assistant.ask("What did the time credit scheme cost a year?")]
    Desk.at(tmp_path / "library").conversations.create("somebody", (answer,))
    return tmp_path / "library"


def test_a_back_up_is_put_back_with_all_that_was_there(
    run: Run,  # noqa: F811
    library: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    accounts = tmp_path / "accounts.json"
    Accounts(accounts).put("Ada", "librarian", "a library of her own")
    monkeypatch.setenv("COPRODUCTION_ACCOUNTS", str(accounts))
    kept = tmp_path / "kept" / "monday"
    assert run("--library", library, "library", "--backup", kept)[:2] == (0, f"The library is backed up in {kept}.\n")
    expected = run("--library", library, "library")[1]
    version = Database(library / "library.db").state
    shutil.rmtree(library)
    status, told, _ = run("--library", library, "library", "--restore", kept)
    assert (status, told) == (0, f"The library is put back in {library}.\nEvery report is whole.\n")
    assert run("--library", library, "library")[1] == expected
    assert len(Desk.at(library).conversations.list("somebody")) == 1
    assert (library / "accounts.json").read_bytes() == accounts.read_bytes()
    # Another program gets JSON alone.
    again = tmp_path / "tuesday"
    assert json.loads(run("--library", library, "library", "--backup", again, "--json")[1]) == {"backup": str(again)}
    status, told, said = run("--library", tmp_path / "other", "library", "--restore", again, "--json")
    assert (status, json.loads(told)) == (0, []) and "is put back in" in said
    # Of another name, for the library that it is a copy of may be in use, with an index on a server.
    assert Database(library / "library.db").state.split(":")[0] != version.split(":")[0]


def test_a_back_up_is_whole_while_another_process_writes(run: Run, library: Path, tmp_path: Path) -> None:  # noqa: F811
    reports = tmp_path / "ponds"
    reports.mkdir()
    rounds = context().RawValue("i", 0)
    writer = beside(fill_and_empty, library, reports, rounds)
    try:
        wait_until(lambda: rounds.value > 0, 60)
        for number in range(4):
            if number == 2:  # however slow the machine is, something is written between the first and the last
                written = rounds.value
                wait_until(lambda: rounds.value > written, 60)  # noqa: B023 (called here and now)
            time.sleep(0.1)
            assert run("--library", library, "library", "--backup", tmp_path / f"{number}")[0] == 0
        assert writer.is_alive()
    finally:
        writer.kill()
        writer.join()
    versions = set()
    for number in range(4):
        service = open_service(Settings(tmp_path / f"{number}"))
        assert service.library.upkeep.check() == []
        versions.add(service.library.version)
    assert len(versions) > 1, "nothing was written meanwhile"


def test_a_back_up_goes_over_nothing(run: Run, library: Path, tmp_path: Path) -> None:  # noqa: F811
    backup = ("--library", library, "library", "--backup")
    assert "is not empty" in run(*backup, library.parent)[2]
    assert "is within the library" in run(*backup, library / "files")[2]
    assert run(*backup, tmp_path / "kept")[0] == 0
    status, _, told = run("--library", library, "library", "--restore", tmp_path / "kept")
    assert status == 1 and f"{library} is not empty. Name a new or an empty folder." in told
    status, _, told = run("--library", tmp_path / "new", "library", "--restore", tmp_path / "nowhere")
    assert (status, told) == (1, f"There is no back-up in {tmp_path / 'nowhere'}.\n")


def test_of_a_damaged_library_no_back_up_is_left(run: Run, library: Path, tmp_path: Path) -> None:  # noqa: F811
    with closing(sqlite3.connect(library / "library.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        [(page,)] = connection.execute("SELECT MAX(pageno) - 1 FROM dbstat WHERE name = 'documents'").fetchall()
    with (library / "library.db").open("r+b") as file:
        file.seek(page * 4096)
        file.write(b"\xff" * 4096)
    status, _, told = run("--library", library, "library", "--backup", tmp_path / "kept")
    assert status == 1 and "is damaged" in told
    assert not list(tmp_path.glob("kept*"))
