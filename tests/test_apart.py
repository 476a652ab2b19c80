"""Files are read in processes of their own: what becomes of one costs that file, and no other."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ingest.library import Library
from ingest.readers import TOO_MUCH, read_reports
from ingest.readers.pdf.page_view import PageError, draw_page, locate
from ingest.report import InnerFile, ReadResult, Report, ReportError
from ingest.sandbox.sandbox import DIED, NOT_DRAWN, TOO_LONG, Bounds, SandboxedReaders, SandboxedRenderer, _Child
from page.screens import viewer
from tests.papers import paragraph, pdf

SOUND = b"# Herons\n\nA heron stands in the shallows, and waits."
LONG = b"<p>" + b"<b>A heron <i>stands in the shallows</i>, and waits. </b></p><p>" * 250_000
LINES = "\n".join([json.dumps({"id": "a", "title": "Ä", "text": "Herons wait."}), "{broken", json.dumps({"id": "b"})])

only_posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")


def told(found: list[ReadResult]) -> list[Report | InnerFile | str]:
    return [each.reason if isinstance(each, ReportError) else each for each in found]


def child(readers: SandboxedReaders | SandboxedRenderer) -> int:
    """The process that waits for the next task."""
    return readers._children.idle.queue[-1]._process.pid


def kill_at_work(readers: SandboxedReaders | SandboxedRenderer, process: int) -> None:
    """Kill a process amid its next task, whenever that comes."""

    def kill() -> None:
        while any(each._process.pid == process for each in list(readers._children.idle.queue)):
            time.sleep(0.01)
        time.sleep(0.3)
        os.kill(process, signal.SIGTERM)

    threading.Thread(target=kill).start()


@pytest.fixture(scope="module")
def readers() -> SandboxedReaders:
    return SandboxedReaders()


@pytest.fixture(scope="module")
def pages() -> SandboxedRenderer:
    return SandboxedRenderer()


def test_what_is_read_apart_is_what_is_read_here(readers: SandboxedReaders, golden_folder: Path) -> None:
    files = [(path.read_bytes(), path.name, path.suffix) for path in sorted(golden_folder.iterdir()) if path.is_file()]
    files += [(LINES.encode(), "lines.jsonl", ".jsonl"), (b"", "empty.pdf", ".pdf"), (b"x", "x.zip", ".zip")]
    processes = set()
    for data, file, suffix in files:
        assert told(readers.read(data, file, suffix)) == told(list(read_reports(data, file, suffix)))
        processes.add(child(readers))
    assert len(files) > 4 and len(processes) == 1


def test_a_process_that_dies_costs_the_file_that_it_read(readers: SandboxedReaders) -> None:
    readers.read(SOUND, "sound.md", ".md")
    first = child(readers)
    kill_at_work(readers, first)
    assert told(readers.read(LONG, "long.html", ".html")) == [DIED]
    assert isinstance(readers.read(SOUND, "sound.md", ".md")[0], Report)
    assert child(readers) != first


def test_a_process_that_dies_while_it_waits_costs_nothing(readers: SandboxedReaders) -> None:
    readers.read(SOUND, "sound.md", ".md")
    process = readers._children.idle.queue[-1]._process
    process.terminate()
    process.wait()
    assert isinstance(readers.read(SOUND, "sound.md", ".md")[0], Report)


def test_a_process_that_has_waited_long_ends() -> None:
    waiting = _Child(Bounds(), 1)
    assert waiting.is_waiting()
    waiting._process.wait(10)
    assert not waiting.is_waiting()


@only_posix
def test_a_file_that_takes_too_long_is_given_up() -> None:
    assert told(SandboxedReaders(Bounds(computing=1)).read(LONG, "long.html", ".html")) == [TOO_LONG]
    assert told(SandboxedReaders(Bounds(seconds=0.5)).read(LONG, "long.html", ".html")) == [TOO_LONG]


@only_posix
def test_a_file_that_takes_too_much_memory_is_given_up() -> None:
    readers = SandboxedReaders(Bounds(memory=128 * 1024**2))
    assert told(readers.read(b"A heron waits. " * 1_000_000, "long.txt", ".txt")) == [TOO_MUCH]
    [spent] = readers._children.idle.queue
    assert spent._process.wait(timeout=30) == 0  # it takes no other file, which would suffer for this one
    assert isinstance(readers.read(SOUND, "sound.md", ".md")[0], Report)


def test_several_files_are_read_at_once(readers: SandboxedReaders) -> None:
    found: list[ReadResult] = []
    threads = [
        threading.Thread(target=lambda n=n: found.extend(readers.read(SOUND + b" %d" % n, f"{n}.md", ".md")))
        for n in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.details.file for each in found if isinstance(each, Report)) == [f"{n}.md" for n in range(3)]


# Pages are drawn apart.

QUOTE = "A heron stands in the shallows, and waits."


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("sheet") / "sheet.pdf"
    file.write_bytes(pdf([paragraph(QUOTE), paragraph("The second page.")]))
    return file


@pytest.fixture(scope="module")
def endless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with so much on it that drawing it takes minutes."""
    file = tmp_path_factory.mktemp("endless") / "endless.pdf"
    file.write_bytes(pdf([[(72.0, 700.0, 700.0, QUOTE)] * 60_000]))
    return file


def test_a_page_drawn_apart_is_the_page_drawn_here(pages: SandboxedRenderer, sheet: Path) -> None:
    assert pages.draw(sheet, 1, 500) == draw_page(sheet, 1, 500)
    first = child(pages)
    assert pages.locate(sheet, 1, QUOTE) == locate(sheet, 1, QUOTE) != None  # noqa: E711
    assert pages.locate(sheet, 2, QUOTE) is None
    with pytest.raises(PageError, match="no page 3"):
        pages.draw(sheet, 3, 500)
    with pytest.raises(PageError, match="cannot be shown"):
        pages.locate(sheet.with_name("none.pdf"), 1, QUOTE)
    assert child(pages) == first


def test_a_process_that_dies_costs_the_page_that_it_drew(pages: SandboxedRenderer, sheet: Path, endless: Path) -> None:
    pages.draw(sheet, 1, 500)
    first = child(pages)
    kill_at_work(pages, first)
    with pytest.raises(PageError) as caught:
        pages.draw(endless, 1, 1000)
    assert str(caught.value) == NOT_DRAWN
    assert pages.draw(sheet, 2, 500) == draw_page(sheet, 2, 500)
    assert child(pages) != first


@only_posix
def test_a_page_that_takes_too_long_is_given_up(sheet: Path, endless: Path) -> None:
    with pytest.raises(PageError, match=NOT_DRAWN):
        SandboxedRenderer(Bounds(seconds=0.5)).draw(endless, 1, 1000)
    pages = SandboxedRenderer(Bounds(computing=1))
    with pytest.raises(PageError, match=NOT_DRAWN):
        pages.draw(endless, 1, 1000)
    assert pages.draw(sheet, 2, 500) == draw_page(sheet, 2, 500)


def test_pages_are_drawn_by_many_at_once(pages: SandboxedRenderer, sheet: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        drawn = list(pool.map(lambda at: pages.draw(sheet, at % 2 + 1, 200 + at), range(24)))
    assert drawn == [draw_page(sheet, at % 2 + 1, 200 + at) for at in range(24)]
    assert pages._children.idle.qsize() <= 2


def test_a_reader_is_told_of_a_page_that_cannot_be_drawn_and_reads_on(
    pages: SandboxedRenderer, sheet: Path, endless: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [report] = read_reports(sheet.read_bytes(), "sheet.pdf", ".pdf")
    assert isinstance(report, Report)
    files = {"0123456789abcdef": sheet, "fedcba9876543210": endless}
    library, app = SimpleNamespace(report=lambda id: report, original=files.get), FastAPI()
    monkeypatch.setattr(viewer, "SandboxedRenderer", lambda: pages)
    viewer.add_viewer(app, cast(Library, library))
    reader = TestClient(app)
    whole = reader.get("/view/0123456789abcdef?page=1").text
    assert "<img" in whole and "<details>" in whole
    kill_at_work(pages, child(pages))
    told = reader.get("/view/fedcba9876543210?page=1").text
    assert f"{NOT_DRAWN} Its words are below." in told
    assert "<img" not in told and "<details open>" in told and QUOTE in told
    assert reader.get("/view/0123456789abcdef?page=2").text.count("<img") == 1
    drawn = reader.get("/drawings/0123456789abcdef?page=2")
    assert (drawn.status_code, drawn.headers["content-type"]) == (200, "image/png")
    missing = reader.get("/drawings/0123456789abcdef?page=3")
    assert (missing.status_code, missing.text) == (404, "The report has no page 3.")
