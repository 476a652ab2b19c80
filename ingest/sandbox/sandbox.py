"""Files are read and drawn apart: in processes of their own, which may run out of memory or time, or die, and cost one
file or page.

A child gets a file's bytes or its path and gives back JSON, so that nothing in a file can make this process run
anything.
"""

from __future__ import annotations

import base64
import gettext
import json
import logging
import os
import queue
import signal
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from gettext import gettext as _
from pathlib import Path
from typing import Any

from ingest.readers.pdf.page_view import Box, Marked, PageError
from ingest.report import InnerFile, ReadResult, ReportError
from ingest.serialise import load_report

Read = Callable[[bytes, str, str, str], Iterable[ReadResult]]
"""A file's bytes, name, ending and address in; the reports that it holds, or why they could not be read, and files that
are in it, out."""

N_ = str  # marks texts for translators; they are translated where they are used
DIED = N_(
    "The file made the part of this program that reads files break down. Save it anew, as PDF or text, and add that."
)
TOO_LONG = N_("Reading the file took too long. Split it, or save it as PDF or plain text, and add that.")
NOT_DRAWN = N_("The page made the part of this program that draws pages break down.")
_log = logging.getLogger(__name__)
# The system's word for a process that has used up its computing time; Windows has none.
_OUT_OF_TIME = getattr(signal, "SIGXCPU", None)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What reading one file may take: seconds of computing, seconds in all (with text recognition), and bytes."""

    computing: int = 300
    seconds: float = 3600.0
    memory: int = 4 * 1024**3


PAGE_BOUNDS = Bounds(computing=60, seconds=120.0)
# A reader looks at a page for a while before she turns it.
_PATIENCE, _PATIENCE_WITH_PAGES = 60, 3600
_PAGES_AT_ONCE, _PAGES_KEPT = 2, 16


class SandboxedReaders:
    """Reads files, each in a child process. Safe to share by threads: each file that is being read has a child alone.

    A child waits for further files for a minute, so that it need not be started for each. One that ran out of memory
    ends with its answer: what the file took may not all have come back, and the next one would suffer for it.
    """

    def __init__(self, bounds: Bounds | None = None) -> None:
        self._children = _Children(bounds or Bounds(), _PATIENCE)

    def read(self, data: bytes, file: str, suffix: str, address: str = "") -> list[ReadResult]:
        """As `read.read_reports`; what its process does not survive comes out as a `ReportError`, too."""
        try:
            told = self._children.ask({"file": file, "suffix": suffix, "address": address}, data)
        except _Gone as gone:
            _log.warning("The process that read %s ended with %s", file, gone.status)
            return [ReportError(file, _(TOO_LONG if gone.late else DIED))]
        return [_read_back(each) for each in told]


def _read_back(told: dict[str, Any]) -> ReadResult:
    if "failed" in told:
        return ReportError(told["file"], told["failed"])
    if "data" in told:
        return InnerFile(told["name"], base64.b64decode(told["data"]), told["suffix"])
    return load_report(told["details"], told["body"])


class SandboxedRenderer:
    """Draws pages of PDFs and finds words on them, as `page_view` does, in child processes. Safe to share by threads.

    The pages drawn last are kept, for a file never changes under its name.
    """

    def __init__(self, bounds: Bounds = PAGE_BOUNDS) -> None:
        self._children = _Children(bounds, _PATIENCE_WITH_PAGES)
        self._turns = threading.BoundedSemaphore(_PAGES_AT_ONCE)
        self.draw = lru_cache(maxsize=_PAGES_KEPT)(self._draw)

    def locate(self, file: Path, number: int, quote: str) -> Marked | None:
        """As `page_view.locate`. Raises `PageError`, also where the process breaks down."""
        told = self._ask({"locate": str(file), "number": number, "quote": quote})
        return Marked(tuple(Box(*each) for each in told["boxes"]), told["text"]) if told else None

    def _draw(self, file: Path, number: int, width: int) -> bytes:
        """As `page_view.draw_page`. Raises `PageError`, also where the process breaks down."""
        return base64.b64decode(self._ask({"draw": str(file), "number": number, "width": width}))

    def _ask(self, task: dict[str, Any]) -> Any:
        try:
            with self._turns:
                told = self._children.ask(task)
        except _Gone as gone:
            _log.warning("The process that drew a page ended with %s", gone.status)
            raise PageError(_(NOT_DRAWN)) from gone
        if "failed" in told:
            raise PageError(told["failed"])
        return told["done"]


class _Children:
    """As many child processes as are asked at a time; they wait for `patience` seconds for more to do."""

    def __init__(self, bounds: Bounds, patience: int) -> None:
        self._bounds, self._patience = bounds, patience
        self.idle: queue.LifoQueue[_Child] = queue.LifoQueue()
        weakref.finalize(self, _end_all, self.idle)

    def ask(self, task: dict[str, Any], data: bytes = b"") -> Any:
        """What one of them makes of a task. Raises `_Gone`."""
        child = self._child()
        told = child.ask(task, data, self._bounds.seconds)
        self.idle.put(child)
        return told

    def _child(self) -> _Child:
        """One that waits, or a new one."""
        while True:
            try:
                child = self.idle.get_nowait()
            except queue.Empty:
                return _Child(self._bounds, self._patience)
            if child.is_waiting():
                return child


def _end_all(idle: queue.LifoQueue[_Child]) -> None:
    while not idle.empty():
        idle.get_nowait().end()


class _Gone(Exception):
    """A child has ended with an exit `status`, below 0 for a signal; `late` says that it took too long."""

    def __init__(self, status: int, late: bool) -> None:
        self.status, self.late = status, late


class _Child:
    """A process that does one thing at a time."""

    def __init__(self, bounds: Bounds, patience: int) -> None:
        # It imports what this process can, wherever it was started.
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        domain = gettext.textdomain()  # and speaks the same language
        texts = [domain, gettext.bindtextdomain(domain)]
        numbers = map(str, (bounds.computing, bounds.memory, patience))
        command = [sys.executable, "-m", "ingest.sandbox.worker", *numbers, *texts]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)  # nosec B603 # no shell, and no word of a file
        self._ready()

    def is_waiting(self) -> bool:
        """Whether it takes another task. It ends by itself when it has waited long, and says so when asked."""
        with suppress(OSError):
            self._write(b"\n")
            if self._ready():
                return True
        self.end()
        return False

    def ask(self, task: dict[str, Any], data: bytes, seconds: float) -> Any:
        """What it makes of a task. Raises `_Gone` where it ends over it, or takes longer than `seconds`."""
        late = threading.Event()

        def give_up() -> None:
            late.set()
            self._process.kill()

        limit = threading.Timer(seconds, give_up)
        limit.start()
        try:
            self._write(json.dumps({**task, "bytes": len(data)}).encode() + b"\n" + data)
            return json.loads(self._line())
        except (OSError, ValueError) as error:  # a broken pipe, or a line that broke off
            status = self.end()
            raise _Gone(status, late.is_set() or (_OUT_OF_TIME is not None and status == -_OUT_OF_TIME)) from error
        finally:
            limit.cancel()

    def _ready(self) -> bool:
        return self._line() == b"\n"

    def _write(self, data: bytes) -> None:
        assert self._process.stdin
        self._process.stdin.write(data)
        self._process.stdin.flush()

    def _line(self) -> bytes:
        assert self._process.stdout
        return self._process.stdout.readline()

    def end(self) -> int:
        """End it, whatever it is doing; its exit status."""
        self._process.kill()
        status = self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe
            with suppress(OSError):  # what was not written yet can no longer be
                pipe.close()
        return status
