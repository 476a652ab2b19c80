"""Processes that change a library or conversations beside a test, so that they can be met or killed on the way."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from ctypes import c_int
from functools import wraps
from itertools import count
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import vector_store.embedding.openvino_encoder  # noqa: F401 (so that it is loaded before the processes part)
from cli.main import main
from ingest.fetch import Fetcher
from ingest.library.originals import Originals
from ingest.reading_list import Downloads, ReadingList
from page.userdata import Conversations
from page.userdata.database import Database as Desk
from rag import Answer
from service import Settings, open_service
from tests.briefs import entry
from vector_store.catalogue import writing
from vector_store.documents import DocumentEncoder
from vector_store.index.faiss import VectorIndex

STAGES = ["starting", "ingest", "replace", "remove", "put back", "download"]
STEPS = ["", "keeping a file", "embedding", "storing", "vectors.faiss"]


def context() -> ForkServerContext:
    """Makes what processes share, and processes that have imported already what would take them seconds."""
    made = get_context("forkserver")
    made.set_forkserver_preload(["tests.changing"])
    return made


def beside(do: Callable[..., None], *arguments: Any) -> ForkServerProcess:
    """A process that does this, started."""
    process = context().Process(target=do, args=arguments, daemon=True)
    process.start()
    return process


def change(library: Path, folder: Path, address: str, stage: c_int, step: c_int) -> None:
    """Change `library` with the files in `folder` and downloads from `address` until killed."""

    @contextmanager
    def at(told: c_int, number: int) -> Iterator[None]:
        before, told.value = told.value, number
        yield
        told.value = before

    def telling(owner: Any, name: str, number: int) -> None:
        do: Callable[..., Any] = getattr(owner, name)

        @wraps(do)
        def done(*arguments: Any, **named: Any) -> Any:
            with at(step, number):
                return do(*arguments, **named)

        setattr(owner, name, done)

    telling(Originals, "write", STEPS.index("keeping a file"))
    telling(DocumentEncoder, "encode", STEPS.index("embedding"))
    telling(writing, "insert", STEPS.index("storing"))
    telling(VectorIndex, "save", STEPS.index("vectors.faiss"))
    service = open_service(Settings(library))
    shelf = ReadingList(service.library, [entry(n, name, f"{address}/{name}.pdf") for n, name in enumerate("ab", 1)])
    downloads = Downloads(shelf, service.library, library, lambda place: Fetcher(place, pause=0, private=True))
    service.embedder.load()
    begin = len(list(folder.iterdir()))
    for round in range(10_000):
        stage.value = STAGES.index("ingest")
        number = begin + round
        put(folder / f"{number}.md", f"# Lake {number}\n\n" + f"Lake {number} has herons. They wait. " * 40)
        list(service.library.add([folder]))
        stage.value = STAGES.index("replace")
        for path in sorted(folder.glob("*.md"))[round % 3 :: 3]:
            put(path, f"{path.read_text()}\n\nIn year {number} the herons of this lake came back.\n")
        list(service.library.add([folder]))
        stage.value = STAGES.index("remove")
        removed = [service.library.remove(each.details.id) for each in service.library.reports()[round % 4 :: 4]]
        stage.value = STAGES.index("put back")
        for each in removed[::2]:
            if each:
                service.library.put_back(each)
        stage.value = STAGES.index("download")
        for work in [work for state in shelf.states() for work in state.works if work.report]:
            if work.report:
                service.library.remove(work.report.details.id)
        list(downloads.run())


def put(path: Path, text: str) -> None:
    """Write a file whole or not at all: what a kill leaves half written here is not the library's doing."""
    whole = path.parent.parent / f"{path.name}.tmp"
    whole.write_text(text)
    whole.replace(path)


def add_and_remove(library: Path, reports: Path, step: int) -> None:
    """Add `reports` twice, and each time remove every so many of all; none where `step` is 0."""
    service = open_service(Settings(library))
    for _ in range(2):
        assert all(each.status != "failed" for each in service.library.add([reports]))
        for each in service.library.reports()[::step] if step else []:
            service.library.remove(each.details.id)


def within(largest: int, told: Path, *arguments: str) -> None:
    """Run the command where no file can grow beyond `largest` bytes, its errors into `told`; end with its status."""
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
    with told.open("w") as errors, redirect_stderr(errors), redirect_stdout(io.StringIO()):
        status = main(arguments)
    sys.exit(status)


def fill_and_empty(library: Path, folder: Path, rounds: c_int) -> None:
    """Add, change and remove, for ever; `rounds` tells how often all of it was done."""
    service = open_service(Settings(library))
    for rounds.value in count():
        for number in range(6):
            bays = " ".join(f"Bay {bay} of pond {number} has {bay + rounds.value} newts." for bay in range(60))
            put(folder / f"{number}.md", f"# Pond {number}\n\n{bays}")
        list(service.library.add([folder]))
        for each in service.library.reports()[::3]:
            service.library.remove(each.details.id)


def download(library: Path, address: str, done: c_int) -> None:
    """Fetch two reports from `address`; `done` tells how many were tried."""
    service = open_service(Settings(library))
    entries = [entry(number, name, f"{address}/{name}.pdf") for number, name in enumerate(("right", "long"), start=1)]
    shelf = ReadingList(service.library, entries)
    shelf.fill()
    archive = f"{address}/archive/{{stamp}}/{{address}}"
    fetching = Downloads(
        shelf, service.library, library, lambda at: Fetcher(at, archive=archive, pause=0, private=True)
    )
    for _ in fetching.run():
        done.value += 1


def converse(folder: Path, id: str, owner: str, name: str, together: Barrier) -> None:
    """Append 60 answers to one conversation, and begin 60 of one's own."""
    together.wait()
    conversations = Conversations(Desk(folder))
    for number in range(60):
        conversations.append(owner, id, Answer(f"{name} {number}", True, "Text"))
        conversations.create(name, [Answer(f"{name} {number}", True, "Text")])


def end_at_each_statement(folder: Path, id: str, owner: str, tried: c_int) -> None:
    """Change conversations in one process after another, each of which ends itself before its statement of SQL, the
    first before its first; `tried` tells how many there were when one came to its end.
    """

    def change(last: int) -> None:
        conversations = Conversations(Desk(folder))
        seen: list[str] = []

        def met(statement: str) -> None:
            seen.append(statement)
            if len(seen) == last:
                os.kill(os.getpid(), signal.SIGKILL)

        conversations._database.connection.set_trace_callback(met)  # type: ignore[attr-defined]
        conversations.append(owner, id, Answer(f"appended{last}x", True, "Text"))
        conversations.create(owner, [Answer(f"created {last}", True, "Text")] * 2)

    status = -1
    while status:
        tried.value += 1
        child = os.fork()
        if not child:
            change(tried.value)
            os._exit(0)
        status = os.waitpid(child, 0)[1]
