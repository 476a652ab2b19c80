"""A process that is killed in the midst of a change leaves a library that opens, with every report whole or absent."""

from __future__ import annotations

import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app import Settings, open_parts
from tests.test_command import ROOT, Run, run  # noqa: F401 (a fixture)

KILLS = int(os.environ.get("KILLS", "3"))
# Adds, replaces, removes and puts back, for ever.
CHILD = """
import sys
from pathlib import Path
from app import Settings, open_parts

library, folder = Path(sys.argv[1]), Path(sys.argv[2])
parts = open_parts(Settings(library))
parts.embedder.load()
print("ready", flush=True)
for round in range(10_000):
    for number, path in enumerate(sorted(folder.glob("*.md"))):
        if number % 3 == round % 3:
            path.write_text(path.read_text() + f"\\n\\nIn round {round} the herons of lake {number} came back.\\n")
    list(parts.library.add([folder]))
    for each in parts.library.reports()[::4]:
        removed = parts.library.remove(each.details.id)
        if removed and round % 2:
            parts.library.put_back(removed)
"""


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


def kill(library: Path, folder: Path, seconds: float) -> None:
    """Change a library for so many seconds, then end it as a power cut would."""
    command = [sys.executable, "-c", CHILD, str(library), str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout and process.stdout.readline() == b"ready\n"
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)


def test_every_report_is_whole_or_absent_after_a_kill(tmp_path: Path, folder: Path) -> None:
    library = tmp_path / "library"
    for attempt in range(KILLS):
        kill(library, folder, random.Random(attempt).uniform(0, 4))
        parts = open_parts(Settings(library))
        assert parts.library.check() == []
    assert {outcome.status for outcome in parts.library.add([folder])} <= {"added", "replaced", "unchanged"}
    assert parts.library.check() == []
    assert len(parts.library.reports()) == len(list(folder.iterdir()))


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
