"""What breaks outside the program: full disks, folders that cannot be written, damaged files. Nothing sound is lost."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ingest.library.originals import HOUR
from service import Settings, open_service
from tests.changing import add_and_remove, beside, within
from tests.test_command import Run, run  # noqa: F401 (a fixture)
from vector_store import salvage

LAKES = 8


def lakes(folder: Path) -> Path:
    """Some short reports as files in `folder`."""
    folder.mkdir(exist_ok=True)
    for lake in range(LAKES):
        bays = " ".join(
            f"Bay {bay} of lake {lake} has {bay * lake + 7} herons, which wait for fish." for bay in range(20)
        )
        (folder / f"{lake}.md").write_text(f"# Lake {lake}\n\n{bays}\n")
    return folder


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of some reports. Tests copy it."""
    folder = tmp_path_factory.mktemp("sound")
    service = open_service(Settings(folder / "library"))
    assert {each.status for each in service.library.add([lakes(folder / "reports")])} == {"added"}
    with closing(sqlite3.connect(folder / "library/library.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # so that the one file is all of it
    return folder / "library"


@pytest.fixture
def library(sound: Path, tmp_path: Path) -> Path:
    shutil.copytree(sound, tmp_path / "library")
    return tmp_path / "library"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with room for two megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    if not shutil.which("mount") or subprocess.run(mounting, capture_output=True).returncode:
        pytest.skip("File systems cannot be mounted here.")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture
def read_only(library: Path) -> Iterator[Path]:
    """A library that cannot be written, not by the administrator either."""
    binding = ["mount", "--bind", str(library), str(library)]
    if not shutil.which("mount") or subprocess.run(binding, capture_output=True).returncode:
        pytest.skip("File systems cannot be mounted here.")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(library)], check=True)
        yield library
    finally:
        subprocess.run(["umount", "-l", str(library)], check=True)


def whole(library: Path) -> set[str]:
    """The files of the reports of a sound library."""
    service = open_service(Settings(library))
    assert service.library.upkeep.check() == []
    return {each.details.file for each in service.library.reports()}


def test_a_full_disk_is_told_and_leaves_the_library_whole(
    run: Run,  # noqa: F811
    small_disk: Path,
    sound: Path,
    tmp_path: Path,
) -> None:
    shutil.copytree(sound, small_disk / "library")
    more = tmp_path / "more"
    more.mkdir()
    for number in range(9):
        text = " ".join(f"Marsh {number} has {bird + number * 1000} birds of kind {bird}." for bird in range(150))
        (more / f"marsh-{number}.md").write_text(f"# Marsh {number}\n\n{text}\n")
    status, _, told = run("--library", small_disk / "library", "ingest", more)
    assert status == 1 and "There is no room left on the disk for" in told and "what was stored is kept" in told
    assert not list(small_disk.rglob("*.tmp"))
    assert open_service(Settings(small_disk / "library")).assistant.ask("How many herons has bay 5 of lake 3?").answered
    shutil.copytree(small_disk / "library", tmp_path / "copy")
    assert {f"{lake}.md" for lake in range(LAKES)} <= whole(tmp_path / "copy")


def test_a_file_that_cannot_grow_is_told(library: Path, tmp_path: Path) -> None:
    (tmp_path / "new.md").write_text("# Marsh\n\n" + " ".join(f"Marsh {number} has birds." for number in range(1500)))
    largest = (library / "library.db").stat().st_size
    told = tmp_path / "told"
    process = beside(within, largest, told, "--library", str(library), "ingest", str(tmp_path / "new.md"))
    process.join()
    assert process.exitcode == 1 and "library.db" in told.read_text() and "Traceback" not in told.read_text()
    assert whole(library) == {f"{lake}.md" for lake in range(LAKES)}


def test_a_read_only_folder_is_told(run: Run, read_only: Path, tmp_path: Path) -> None:  # noqa: F811
    (tmp_path / "new.md").write_text("# Marsh\n\nThe marsh has birds.")
    status, _, told = run("--library", read_only, "ingest", tmp_path / "new.md")
    assert status == 1 and "cannot be written" in told and str(read_only) in told


@pytest.mark.parametrize("damage", [b"", b"not an index", None])
def test_a_damaged_index_is_made_anew(library: Path, damage: bytes | None, caplog: pytest.LogCaptureFixture) -> None:
    index = library / "vectors.faiss"
    index.write_bytes(index.read_bytes()[:-100] if damage is None else damage)
    assert open_service(Settings(library)).assistant.search("herons of lake 3", 1)
    assert "vectors.faiss is damaged and is made anew" in caplog.text


def overwritten(library: Path, pages: list[int], page: int = 4096) -> None:
    with (library / "library.db").open("r+b") as file:
        for number in pages:
            file.seek(number * page)
            file.write(random.Random(number).randbytes(page))


def pages_of(library: Path, table: str) -> list[int]:
    """The numbers of the pages that hold a table or index, counted from 0."""
    with closing(sqlite3.connect(library / "library.db")) as connection:
        found = connection.execute("SELECT pageno - 1 FROM dbstat WHERE name = ?", (table,)).fetchall()
    return [number for (number,) in found]


@pytest.mark.parametrize("table", ["sources", "documents", "words_data"])
def test_what_is_not_damaged_is_carried_over(run: Run, library: Path, table: str) -> None:  # noqa: F811
    overwritten(library, pages_of(library, table)[1::7] or pages_of(library, table))
    repair = ("--library", library, "library", "--repair")
    status, told, _ = run(*repair)
    assert "The damaged file is kept as" in told and len(list(library.glob("library-damaged-*.db"))) == 1
    assert status == 0 and told.endswith("Every report is whole.\n")
    assert len(whole(library)) == LAKES
    assert run(*repair)[:2] == (0, "Every report is whole.\n")
    assert run(*repair, "--json")[:2] == (0, "[]\n")
    assert run("--library", library, "ask", "How many herons has bay 5 of lake 3?")[0] == 0


@pytest.mark.parametrize("begin", [b"", b"\0" * 4096, None])
def test_without_its_database_a_library_is_read_again_from_the_kept_files(
    run: Run,  # noqa: F811
    library: Path,
    begin: bytes | None,
) -> None:
    database = library / "library.db"
    if begin is None:
        database.unlink()
    else:
        database.write_bytes(begin)
    status, _, told = run("--library", library, "ask", "How many herons?")
    assert status == 1 and str(database) in told and f"coproduction --library {library} library --repair" in told
    status, told, _ = run("--library", library, "library", "--repair")
    assert status == 0 and told.count("Read again: ") == LAKES
    assert len(whole(library)) == LAKES


def test_what_is_lost_is_named(run: Run, library: Path) -> None:  # noqa: F811
    service = open_service(Settings(library))
    [lost, *_] = service.library.reports()
    service.library.original(lost.details.id).write_bytes(b"something else")
    with closing(sqlite3.connect(library / "library.db")) as connection:
        connection.execute("UPDATE sources SET body = '{' WHERE id = ?", (lost.details.id,))
        connection.commit()
    salvaged = salvage(library / "library.db")
    [(place, id)] = salvaged.lost
    assert id == lost.details.id and place.endswith(lost.details.file)
    assert len(whole(library)) == LAKES - 1


def test_passages_and_files_that_are_missing_come_back(run: Run, sound: Path, library: Path) -> None:  # noqa: F811
    with closing(sqlite3.connect(library / "library.db")) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("DELETE FROM documents WHERE row IN (2, 9)")
        connection.commit()
    (library / "vectors.faiss").unlink()
    [kept, *_] = (library / "files").iterdir()
    kept.write_bytes(b"changed")  # the report is still where it came from
    status, told, _ = run("--library", library, "library", "--repair")
    assert status == 0 and "has all its passages again." in told and "is here again." in told
    assert whole(library) == whole(sound)


def test_garbage_in_the_log_of_writes_is_passed_over(library: Path) -> None:
    for ending in ("-wal", "-shm"):
        library.joinpath(f"library.db{ending}").write_bytes(random.Random(1).randbytes(50_000))
    assert len(whole(library)) == LAKES


def test_what_a_kill_left_behind_is_deleted_after_an_hour(library: Path, tmp_path: Path) -> None:
    orphan, half, index = library / "files/0123456789abcdef.md", library / "files/x.77.tmp", library / "vectors.77.tmp"
    new = library / "files/fedcba9876543210.md"
    for path in (orphan, half, index, new):
        path.write_text("left behind")
    for path in (orphan, half, index, *(library / "files").glob("*.md")):
        if path != new:
            os.utime(path, (time.time() - 2 * HOUR,) * 2)
    (tmp_path / "new.md").write_text("# Marsh\n\nThe marsh has birds.")
    list(open_service(Settings(library)).library.add([tmp_path / "new.md"]))
    assert [path.exists() for path in (orphan, half, index, new)] == [False, False, False, True]
    assert len(whole(library)) == LAKES + 1


def test_a_report_that_is_removed_while_its_copy_is_added_is_added_anew(
    library: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service, other = open_service(Settings(library)), open_service(Settings(library))
    [first, *_] = service.library.reports()
    copy = tmp_path / "copy.md"
    copy.write_bytes(service.library.original(first.details.id).read_bytes())
    put_place = service.library.store.put_place

    def late(place: str, source: str) -> bool:
        other.library.remove(source)
        return put_place(place, source)

    monkeypatch.setattr(service.library.store, "put_place", late)
    [outcome] = service.library.add([copy])
    assert outcome.status == "added" and outcome.passages > 0
    assert len(whole(library)) == LAKES


def test_two_add_and_one_removes_at_the_same_time(tmp_path: Path, library: Path) -> None:
    reports = lakes(tmp_path / "reports")
    started = [beside(add_and_remove, library, reports, step) for step in (0, 3, 4)]
    for process in started:
        process.join()
    assert [process.exitcode for process in started] == [0, 0, 0]
    whole(library)
    list(open_service(Settings(library)).library.add([reports]))
    assert whole(library) == {f"{lake}.md" for lake in range(LAKES)}
