"""Files are read in processes of their own: what becomes of one costs that file, and no other."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from ingest.apart import DIED, TOO_LONG, Bounds, ReadersApart
from ingest.read import TOO_MUCH, read_reports
from ingest.report import Report, ReportError

SOUND = b"# Herons\n\nA heron stands in the shallows, and waits."
LONG = b"<p>" + b"<b>A heron <i>stands in the shallows</i>, and waits. </b></p><p>" * 250_000
LINES = "\n".join([json.dumps({"id": "a", "title": "Ä", "text": "Herons wait."}), "{broken", json.dumps({"id": "b"})])

only_posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")


def told(found: list[Report | ReportError]) -> list[Report | str]:
    return [each.reason if isinstance(each, ReportError) else each for each in found]


def child(readers: ReadersApart) -> int:
    """The process that waits for the next file."""
    return readers._idle.queue[-1]._process.pid


def test_what_is_read_apart_is_what_is_read_here(golden_folder: Path) -> None:
    readers = ReadersApart()
    files = [(path.read_bytes(), path.name, path.suffix) for path in sorted(golden_folder.iterdir()) if path.is_file()]
    files += [(LINES.encode(), "lines.jsonl", ".jsonl"), (b"", "empty.pdf", ".pdf"), (b"x", "x.zip", ".zip")]
    processes = set()
    for data, file, suffix in files:
        assert told(readers.read(data, file, suffix)) == told(list(read_reports(data, file, suffix)))
        processes.add(child(readers))
    assert len(files) > 4 and len(processes) == 1


def test_a_process_that_dies_costs_the_file_that_it_read() -> None:
    readers = ReadersApart()
    readers.read(SOUND, "sound.md", ".md")
    first = child(readers)
    threading.Timer(0.5, os.kill, (first, signal.SIGTERM)).start()
    assert told(readers.read(LONG, "long.html", ".html")) == [DIED]
    assert isinstance(readers.read(SOUND, "sound.md", ".md")[0], Report)
    assert child(readers) != first


def test_a_process_that_dies_while_it_waits_costs_nothing() -> None:
    readers = ReadersApart()
    readers.read(SOUND, "sound.md", ".md")
    os.kill(child(readers), signal.SIGTERM)
    time.sleep(0.2)
    assert isinstance(readers.read(SOUND, "sound.md", ".md")[0], Report)


@only_posix
def test_a_file_that_takes_too_long_is_given_up() -> None:
    assert told(ReadersApart(Bounds(computing=1)).read(LONG, "long.html", ".html")) == [TOO_LONG]
    assert told(ReadersApart(Bounds(seconds=0.5)).read(LONG, "long.html", ".html")) == [TOO_LONG]


@only_posix
def test_a_file_that_takes_too_much_memory_is_given_up() -> None:
    readers = ReadersApart(Bounds(memory=768 * 1024**2))
    assert told(readers.read(b"A heron waits. " * 5_000_000, "long.txt", ".txt")) == [TOO_MUCH]
    assert isinstance(readers.read(SOUND, "sound.md", ".md")[0], Report)


def test_several_files_are_read_at_once() -> None:
    readers = ReadersApart()
    found: list[Report | ReportError] = []
    threads = [
        threading.Thread(target=lambda n=n: found.extend(readers.read(SOUND + b" %d" % n, f"{n}.md", ".md")))
        for n in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.details.file for each in found if isinstance(each, Report)) == [f"{n}.md" for n in range(6)]
