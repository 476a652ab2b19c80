"""A process that changes a library for ever, and tells at which stage it is, so that it can be killed there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import c_int
from functools import wraps
from pathlib import Path
from typing import Any

import vector_store.bert  # noqa: F401 (so that it is loaded before the processes part)
from app import Settings, open_parts
from ingest.fetch import Fetcher
from ingest.library import Library
from ingest.reading_list import Downloads, ReadingList
from tests.test_download import entry
from vector_store.database import Database
from vector_store.index import VectorIndex
from vector_store.store import FaissStore

STAGES = ["starting", "ingest", "replace", "remove", "put back", "download"]
STEPS = ["", "keeping a file", "embedding", "storing", "vectors.faiss"]


def change(library: Path, folder: Path, address: str, stage: c_int, step: c_int) -> None:
    """Change `library` with the files in `folder` and downloads from `address` until killed."""

    @contextmanager
    def at(told: c_int, number: int) -> Iterator[None]:
        before, told.value = told.value, number
        yield
        told.value = before

    def telling(owner: type, name: str, number: int) -> None:
        do: Callable[..., Any] = getattr(owner, name)

        @wraps(do)
        def done(*arguments: Any, **named: Any) -> Any:
            with at(step, number):
                return do(*arguments, **named)

        setattr(owner, name, done)

    telling(Library, "_write_original", STEPS.index("keeping a file"))
    telling(FaissStore, "_embed", STEPS.index("embedding"))
    telling(Database, "insert", STEPS.index("storing"))
    telling(VectorIndex, "save", STEPS.index("vectors.faiss"))
    parts = open_parts(Settings(library))
    shelf = ReadingList(parts.library, [entry(n, name, f"{address}/{name}.pdf") for n, name in enumerate("ab", 1)])
    downloads = Downloads(shelf, parts.library, library, lambda place: Fetcher(place, pause=0, private=True))
    parts.embedder.load()
    begin = len(list(folder.iterdir()))
    for round in range(10_000):
        stage.value = STAGES.index("ingest")
        number = begin + round
        put(folder / f"{number}.md", f"# Lake {number}\n\n" + f"Lake {number} has herons. They wait. " * 40)
        list(parts.library.add([folder]))
        stage.value = STAGES.index("replace")
        for path in sorted(folder.glob("*.md"))[round % 3 :: 3]:
            put(path, f"{path.read_text()}\n\nIn year {number} the herons of this lake came back.\n")
        list(parts.library.add([folder]))
        stage.value = STAGES.index("remove")
        removed = [parts.library.remove(each.details.id) for each in parts.library.reports()[round % 4 :: 4]]
        stage.value = STAGES.index("put back")
        for each in removed[::2]:
            if each:
                parts.library.put_back(each)
        stage.value = STAGES.index("download")
        for work in [work for state in shelf.states() for work in state.works if work.report]:
            if work.report:
                parts.library.remove(work.report.details.id)
        list(downloads.run())


def put(path: Path, text: str) -> None:
    """Write a file whole or not at all: what a kill leaves half written here is not the library's doing."""
    whole = path.parent.parent / f"{path.name}.tmp"
    whole.write_text(text)
    whole.replace(path)
