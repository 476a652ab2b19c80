"""A process that is killed in the midst of a change leaves a library that opens, with every report whole or absent."""

from __future__ import annotations

import logging
import os
import random
import re
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

import pytest

from service import Settings, open_service
from tests.briefs import paper
from tests.changing import STAGES, STEPS, change
from tests.test_command import Run, run  # noqa: F401 (a fixture)
from tests.test_fetch import file, served

_log = logging.getLogger(__name__)
KILLS = int(os.environ.get("KILLS", "2"))


@pytest.fixture
def folder(tmp_path: Path, golden_folder: Path) -> Path:
    made = tmp_path / "reports"
    made.mkdir()
    for path in golden_folder.iterdir():
        if path.is_file():
            (made / path.name).write_bytes(path.read_bytes())
    for number in range(12):
        (made / f"{number}.md").write_text(f"# Lake {number}\n\n" + f"Lake {number} has herons. They wait. " * 40)
    return made


def kill(library: Path, folder: Path, address: str, moment: random.Random) -> str:
    """Change a library, then end it as a power cut would at a random moment. Returns in the midst of what."""
    context = get_context("forkserver")  # what takes seconds to import is there already
    context.set_forkserver_preload(["tests.changing"])
    stage, step = context.RawValue("i", 0), context.RawValue("i", 0)
    process = context.Process(target=change, args=(library, folder, address, stage, step), daemon=True)
    process.start()
    wait_until(lambda: bool(stage.value))
    if moment.random() < 0.5:
        time.sleep(moment.uniform(0, 2))
    else:  # a step that is over in no time would hardly be met
        wanted = moment.randrange(1, len(STEPS))
        wait_until(lambda: step.value == wanted)
        time.sleep(moment.uniform(0, 0.01))
    assert process.is_alive()
    process.kill()
    process.join()
    return ": ".join(filter(None, [STAGES[stage.value], STEPS[step.value]]))


def wait_until(done: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not done():
        assert time.monotonic() < until
        time.sleep(0.0005)


def test_every_report_is_whole_or_absent_after_a_kill(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, killed = tmp_path / "library", Counter[str]()
    with served() as site:
        for name in "ab":
            site.pages[f"/{name}.pdf"] = file(paper(name, 3_000_000), ETag='"1"')
        for attempt in range(KILLS):
            killed[kill(library, folder, site.at(""), random.Random(attempt))] += 1
            service = open_service(Settings(library))
            assert service.library.upkeep.check() == []
    _log.warning("Kills in the midst of: %s", dict(sorted(killed.items())))
    monkeypatch.setattr("ingest.library.originals.HOUR", 0)
    assert [outcome for outcome in service.library.add([folder]) if outcome.status == "failed"] == []
    assert service.library.upkeep.check() == []
    held = {each.file for listing in service.library.reports() for each in (listing.details, *listing.copies)}
    assert held >= {path.name for path in folder.iterdir()}
    kept = {path.name for path in (library / "files").iterdir()}
    assert kept == {service.library.original(each.details.id).name for each in service.library.reports()}
    assert not list(library.glob("*.tmp"))


def damage(library: Path, sql: str) -> None:
    """Change the database behind the program's back, and leave it to make the index of vectors anew."""
    with sqlite3.connect(library / "library.db") as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(sql)
    connection.close()
    (library / "vectors.faiss").unlink(missing_ok=True)


def test_what_is_not_whole_is_told(run: Run, folder: Path, tmp_path: Path) -> None:  # noqa: F811
    library = tmp_path / "library"
    check = ("--library", library, "library", "--check")
    assert run("--library", library, "ingest", folder)[0] == 0
    assert run(*check)[:2] == (0, "Every report is whole.\n")
    damage(library, "DELETE FROM documents WHERE row = (SELECT MAX(row) FROM documents)")
    status, told, _ = run(*check)
    assert status == 1 and re.search(r"has \d+ of its \d+ passages", told)
    for kept in (library / "files").glob("*.pdf"):
        kept.write_bytes(b"changed")
    assert "is missing or was changed" in run(*check)[1]
    damage(library, "UPDATE documents SET vector = x'00' WHERE row = 1")
    assert "Passages with a vector of another length: 1." in run(*check)[1]
    damage(library, "UPDATE words_data SET block = x'00'")
    assert "The database is damaged" in run(*check)[1]
