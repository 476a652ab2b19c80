"""The process that reads files for `apart`: a line of JSON and a file's bytes in, a line of JSON out, again and again.

Arguments: the seconds of computing that one file may take, the bytes of memory, and the domain and the folder of the
translations.
"""

from __future__ import annotations

import gettext
import json
import os
import signal
import sys
import threading
import time
from dataclasses import asdict
from typing import Any, BinaryIO

from ingest.read import read_reports
from ingest.report import ReportError
from ingest.source import written

WAIT = 60.0


def main(computing: int, memory: int) -> None:
    """Read files until there are no more, or none has come for a minute."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is interrupted, and ends this process by closing the pipe
    tasks, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not come between the answers
    _limit("RLIMIT_AS", memory)
    _limit("RLIMIT_CORE", 0)
    _say(answers, b"\n")
    while line := _next(tasks):
        if not line.strip():  # asked whether this process still waits
            _say(answers, b"\n")
            continue
        task = json.loads(line)
        _limit("RLIMIT_CPU", int(time.process_time()) + computing)
        told = _read(tasks.read(task["bytes"]), task)
        _say(answers, json.dumps(told).encode() + b"\n")


def _next(tasks: BinaryIO) -> bytes:
    waiting = threading.Timer(WAIT, os._exit, (0,))
    waiting.daemon = True
    waiting.start()
    line = tasks.readline()
    waiting.cancel()
    return line


def _read(data: bytes, task: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"file": each.file, "failed": each.reason}
        if isinstance(each, ReportError)
        else {"details": asdict(each.details), "body": written(each)}
        for each in read_reports(data, task["file"], task["suffix"], task["address"])
    ]


def _limit(name: str, value: int) -> None:
    """Set a limit of the system's where the system has it."""
    try:
        import resource
    except ImportError:  # Windows
        return
    kind = getattr(resource, name)
    _, highest = resource.getrlimit(kind)
    resource.setrlimit(kind, (value if highest == resource.RLIM_INFINITY else min(value, highest), highest))


def _say(answers: BinaryIO, line: bytes) -> None:
    answers.write(line)
    answers.flush()


if __name__ == "__main__":
    gettext.bindtextdomain(*sys.argv[3:])
    gettext.textdomain(sys.argv[3])
    main(*map(int, sys.argv[1:3]))
