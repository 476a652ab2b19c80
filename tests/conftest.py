"""What the tests share: the real model once, and a library of three small reports."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

import hypothesis
import pytest

# The same examples every time: a test that fails fails for everybody. New ones come by HYPOTHESIS_PROFILE=searching.
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None)
hypothesis.settings.register_profile("searching", deadline=None, max_examples=1000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["OMP_WAIT_POLICY"] = "PASSIVE"  # idle threads of torch would otherwise keep both cores busy

from page.screens import viewer  # noqa: E402
from service import (  # noqa: E402
    Service,
    Settings,
    open_service,
    wiring,
)
from tests.milvus_server import MilvusServer, skip_without_milvus  # noqa: E402
from tests.near import LONGEST  # noqa: E402
from tests.papers import Printed, paragraph, pdf  # noqa: E402
from tests.postgres_server import PostgresServer, skip_without_postgres  # noqa: E402
from vector_store import PassageReader  # noqa: E402
from vector_store.ranking import token_store  # noqa: E402
from vector_store.ranking.passage_reader import Readable  # noqa: E402


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Side by side the files that take longest come first, so that no process is left with a long one at the end."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are processors, for a test often waits for a process that it started."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("COPRODUCTION_", "LANGSMITH_")):
            monkeypatch.delenv(name)


class RememberingReader(PassageReader):
    """The reader, which reads the same passages with the same question once in a run, as most tests ask the same."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[tuple[Callable[..., object], str, tuple[Readable, ...]], list[float]] = {}

    def read(self, question: str, passages: Sequence[Readable]) -> list[float]:
        return self._remembered(super().read, question, passages)

    def read_statements(self, question: str, statements: Sequence[Readable]) -> list[float]:
        return self._remembered(super().read_statements, question, statements)

    def _remembered(
        self, read: Callable[[str, Sequence[Readable]], list[float]], question: str, texts: Sequence[Readable]
    ) -> list[float]:
        # All of them together are the key, for what is read beside a text changes how its numbers are rounded.
        key = read, question, tuple(texts)
        if key not in self._known:
            self._known[key] = read(question, texts)
        return self._known[key]


@pytest.fixture(scope="session", autouse=True)
def one_model_and_readers() -> Iterator[None]:
    """Load each model once, ask it once for what depends on it alone, and start what reads and draws once, for all
    that a run opens in its own process.

    One long-lived process would do the same, with one library. A test of models or readers makes its own.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wiring, "PassageReader", RememberingReader)
        models = [(wiring, "SentenceEmbedder"), (token_store, "find_basis"), (wiring, "PassageReader")]
        for module, name in [*models, (wiring, "SandboxedReaders"), (viewer, "SandboxedRenderer")]:
            patch.setattr(module, name, cache(getattr(module, name)))
        yield


@pytest.fixture(scope="module", autouse=True)
def nothing_goes_on() -> Iterator[None]:
    """Fail where the tests of a file leave a thread behind that would keep the process from ending."""
    before = set(threading.enumerate())
    yield
    until = time.monotonic() + 10
    while left := [thread for thread in set(threading.enumerate()) - before if thread.is_alive() and not thread.daemon]:
        assert time.monotonic() < until, f"threads go on: {left}"
        time.sleep(0.01)


@pytest.fixture(scope="session")
def milvus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusServer]:
    """A Milvus server, where the packages of the extra `scale` are installed."""
    skip_without_milvus()
    server = MilvusServer(tmp_path_factory.mktemp("milvus"))
    server.start()
    yield server
    server.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server, where one is installed and so is what speaks to it."""
    skip_without_postgres()
    server = PostgresServer()
    server.start()
    yield server
    server.close()


GOLDEN = Path(__file__).parent / "golden"


def golden_pdf(text: str, title: str) -> bytes:
    """A PDF of a golden report: its pages are parted by lines of dashes, and headings start with #."""
    pages: list[list[Printed]] = []
    for page in text.split("\n---\n"):
        lines: list[Printed] = []
        top = 770.0
        for block in page.strip().split("\n\n"):
            size = 18 if block.startswith("# ") else 11
            lines += paragraph(block.removeprefix("# "), top, size)
            top = lines[-1][1] - 2.5 * size
        pages.append(lines)
    return pdf(pages, {"Title": title})


@pytest.fixture(scope="session")
def golden_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three short made-up reports as files: two PDFs and a Markdown file."""
    folder = tmp_path_factory.mktemp("golden")
    for source in sorted(GOLDEN.glob("*.txt")):
        title, text = source.read_text(encoding="utf-8").split("\n", 1)
        (folder / f"{source.stem}.pdf").write_bytes(golden_pdf(text, title))
    for source in sorted(GOLDEN.glob("*.md")):
        (folder / source.name).write_bytes(source.read_bytes())
    return folder


@pytest.fixture(scope="session")
def golden(golden_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The assistant with the real model over the golden reports."""
    service = open_service(Settings(tmp_path_factory.mktemp("library")))
    outcomes = list(service.library.add([golden_folder]))
    assert {outcome.status for outcome in outcomes} == {"added"}
    yield service
