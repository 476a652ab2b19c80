"""The process that reads files and draws pages for `apart`: a line of JSON and a file's bytes in, a line of JSON out,
again and again.

Arguments: the seconds of computing that one task may take, the bytes of memory, the seconds to wait for another task,
and the domain and the folder of the translations.
"""

from __future__ import annotations

import base64
import gettext
import json
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict, astuple
from gettext import gettext as _
from math import ceil
from pathlib import Path
from typing import Any, BinaryIO

from ingest.readers import TOO_MUCH, read_reports
from ingest.report import InnerFile, ReadResult, ReportError
from ingest.serialise import dump_report


def main(computing: int, memory: int, patience: int) -> None:
    """Do what is asked until there is no more, or nothing has come for `patience` seconds."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is interrupted, and ends this process by closing the pipe
    tasks, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not come between the answers
    _limit("RLIMIT_AS", memory)
    _limit("RLIMIT_CORE", 0)
    _say(answers, b"\n")
    while line := _next(tasks, patience):
        if not line.strip():  # asked whether this process still waits
            _say(answers, b"\n")
            continue
        task = json.loads(line)
        _limit("RLIMIT_CPU", ceil(time.process_time()) + computing)  # whole seconds, and none of them lost
        data = tasks.read(task["bytes"])
        read = _read(data, task) if "file" in task else []
        _say(answers, json.dumps(read if "file" in task else _show(task)).encode() + b"\n")
        if any(each.get("failed") == _(TOO_MUCH) for each in read) or _size() > memory / 2:
            return  # a new process for the next file


def _next(tasks: BinaryIO, patience: int) -> bytes:
    """The next line, empty at the end. Where none comes for `patience` seconds, this process ends."""
    if sys.platform == "win32":
        waiting = threading.Timer(patience, os._exit, (0,))
        waiting.daemon = True
        waiting.start()
        line = tasks.readline()
        waiting.cancel()
        return line
    signal.alarm(patience)  # a thread may not start where a file took all the memory there was
    line = tasks.readline()
    signal.alarm(0)
    return line


def _size() -> int:
    """The bytes that this process has taken, as `RLIMIT_AS` counts them; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as told:
            return int(told.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _read(data: bytes, task: dict[str, Any]) -> list[dict[str, Any]]:
    return [_told(each) for each in read_reports(data, task["file"], task["suffix"], task["address"])]


def _told(found: ReadResult) -> dict[str, Any]:
    if isinstance(found, ReportError):
        return {"file": found.file, "failed": found.reason}
    if isinstance(found, InnerFile):
        return {"name": found.name, "suffix": found.suffix, "data": base64.b64encode(found.data).decode()}
    return {"details": asdict(found.details), "body": dump_report(found)}


def _show(task: dict[str, Any]) -> dict[str, Any]:
    """A drawn page, or where words stand on it."""
    from ingest.readers.pdf.page_view import PageError, draw_page, locate  # what reads a message needs nothing of PDFs

    try:
        if "draw" in task:
            return {"done": base64.b64encode(draw_page(Path(task["draw"]), task["number"], task["width"])).decode()}
        marked = locate(Path(task["locate"]), task["number"], task["quote"])
        return {"done": marked and {"boxes": [astuple(box) for box in marked.boxes], "text": marked.text}}
    except PageError as error:
        return {"failed": str(error)}


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
    gettext.bindtextdomain(*sys.argv[4:])
    gettext.textdomain(sys.argv[4])
    with suppress(BrokenPipeError):  # the parent was killed
        main(*map(int, sys.argv[1:4]))
