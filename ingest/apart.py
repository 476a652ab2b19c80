"""Files are read apart: in processes of their own, which may run out of memory or time, or die, and cost one file.

A child gets a file's bytes and gives back JSON, so that nothing in a file can make this process run anything.
"""

from __future__ import annotations

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
from gettext import gettext as _
from typing import Any

from ingest.report import Report, ReportError
from ingest.source import read_back

Read = Callable[[bytes, str, str, str], Iterable[Report | ReportError]]
"""A file's bytes, name, ending and address in; the reports that it holds, or why they could not be read, out."""

N_ = str  # marks texts for translators; they are translated where they are used
DIED = N_(
    "The file made the part of this program that reads files break down. Save it anew, as PDF or text, and add that."
)
TOO_LONG = N_("Reading the file took too long. Split it, or save it as PDF or plain text, and add that.")
_log = logging.getLogger(__name__)
# The system's word for a process that has used up its computing time; Windows has none.
_OUT_OF_TIME = getattr(signal, "SIGXCPU", None)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What reading one file may take: seconds of computing, seconds in all (with text recognition), and bytes."""

    computing: int = 300
    seconds: float = 3600.0
    memory: int = 4 * 1024**3


class ReadersApart:
    """Reads files, each in a child process. Safe to share by threads: each file that is being read has a child alone.

    A child waits for further files for a minute, so that it need not be started for each.
    """

    def __init__(self, bounds: Bounds | None = None) -> None:
        self._bounds = bounds or Bounds()
        self._idle: queue.LifoQueue[_Child] = queue.LifoQueue()
        weakref.finalize(self, _end_all, self._idle)

    def read(self, data: bytes, file: str, suffix: str, address: str = "") -> list[Report | ReportError]:
        """As `read.read_reports`; what its process does not survive comes out as a `ReportError`, too."""
        child = self._child()
        try:
            told = child.ask({"file": file, "suffix": suffix, "address": address}, data, self._bounds.seconds)
        except _Gone as gone:
            _log.warning("The process that read %s ended with %s", file, gone.status)
            return [ReportError(file, _(TOO_LONG if gone.late else DIED))]
        self._idle.put(child)
        return [
            ReportError(each["file"], each["failed"]) if "failed" in each else read_back(each["details"], each["body"])
            for each in told
        ]

    def _child(self) -> _Child:
        """One that waits, or a new one."""
        while True:
            try:
                child = self._idle.get_nowait()
            except queue.Empty:
                return _Child(self._bounds)
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
    """A process that reads one file at a time."""

    def __init__(self, bounds: Bounds) -> None:
        # It imports what this process can, wherever it was started.
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        domain = gettext.textdomain()  # and speaks the same language
        texts = [domain, gettext.bindtextdomain(domain)]
        command = [sys.executable, "-m", "ingest.apart_child", str(bounds.computing), str(bounds.memory), *texts]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        self._ready()

    def is_waiting(self) -> bool:
        """Whether it takes another file. It ends by itself when it has waited long, and says so when asked."""
        try:
            self._write(b"\n")
            return self._ready()
        except OSError:
            self.end()
            return False

    def ask(self, task: dict[str, str], data: bytes, seconds: float) -> list[dict[str, Any]]:
        """What it makes of a file. Raises `_Gone` where it ends over it, or takes longer than `seconds`."""
        late = threading.Event()

        def give_up() -> None:
            late.set()
            self._process.kill()

        limit = threading.Timer(seconds, give_up)
        limit.start()
        try:
            self._write(json.dumps({**task, "bytes": len(data)}).encode() + b"\n" + data)
            told: list[dict[str, Any]] = json.loads(self._line())
            return told
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
