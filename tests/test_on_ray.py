"""What a Ray cluster adds is what this process adds, though a worker is lost in the middle."""

from __future__ import annotations

import json
import secrets
import socket
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing, suppress
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import psutil
import pytest

from cli import ingest as ingest_command
from ingest import Progress
from ingest.report import ReportError
from service import Service, on_ray
from service.on_ray import LOST, ClusterError, Job, RayWorkers
from tests.test_command import Run, run  # noqa: F401 (a fixture)
from tests.test_copies import as_html, as_pdf, sentences
from vector_store import FaissStore

NO_RAY = 'Ray is not installed: pip install ".[scale]"'
TASKS = ("ray::read_on_worker", "ray::prepare_on_worker")


@pytest.fixture(scope="module", autouse=True)
def token() -> Iterator[None]:
    """What Ray looks at as soon as it is imported."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_AUTH_MODE", "token")
        patch.setenv("RAY_AUTH_TOKEN", secrets.token_hex(16))
        yield


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The address of a cluster of one node with two processors."""
    if find_spec("ray") is None:
        pytest.skip(NO_RAY)
    from ray.cluster_utils import Cluster

    # A socket has a short name; and what Ray notes of a cluster for all of a machine stays in the folder, too.
    with tempfile.TemporaryDirectory(prefix="ray", dir="/tmp") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_TMPDIR", folder)
        (Path(folder) / "ray").mkdir()
        node = {"num_cpus": 2, "object_store_memory": 80_000_000, "include_dashboard": False, "temp_dir": folder}
        made = Cluster(initialize_head=True, head_node_args=node)
        yield made.address
        made.shutdown()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "files"
    made.mkdir()
    ferries, orchards = sentences(1), sentences(2)
    (made / "a.html").write_bytes(as_html(ferries))
    (made / "b.pdf").write_bytes(b"no PDF")
    (made / "c.pdf").write_bytes(as_pdf(ferries))
    (made / "d.pdf").write_bytes(as_pdf(orchards, "Orchards"))
    lines = [{"id": each, "title": each, "text": f"The {each} of Ardle is open."} for each in ("pier", "mill")]
    (made / "e.jsonl").write_text("\n".join([*map(json.dumps, lines), "no JSON"]))
    return made


def kept(library: Path) -> tuple[list[Any], dict[str, list[Any]]]:
    """Sources and places of a library, and its documents by id, but for the moment of adding."""
    with closing(sqlite3.connect(library / "library.db")) as read:
        sources = read.execute("SELECT id, json_remove(summary, '$.added'), body FROM sources ORDER BY id").fetchall()
        places = read.execute("SELECT place, source FROM places ORDER BY place").fetchall()
        columns = "id, source, content, context, metadata, vector, vectors"
        rows = read.execute(f"SELECT {columns} FROM documents JOIN word_vectors USING (row)")
        return [sources, places], {id: told for id, *told in rows}


def test_what_a_cluster_adds_is_the_same_though_a_worker_is_lost(
    cluster: str,
    folder: Path,
    tmp_path: Path,
    run: Run,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expected_lines = run("ingest", folder, "--library", tmp_path / "plain")[:2]
    lost: list[int] = []

    def lose_one(_: Progress) -> None:
        until = time.monotonic() + 60
        while not lost and time.monotonic() < until:
            if at_work := _at_work():
                at_work[0].kill()
                lost.append(at_work[0].pid)

    def interrupt(_: Progress) -> None:
        raise KeyboardInterrupt

    added = ("ingest", folder, "--library", tmp_path / "ray", "--ray", cluster)
    monkeypatch.setattr(ingest_command, "show_progress", lambda bar: interrupt)
    status, _, sentence = run(*added)
    assert status == 1 and sentence.startswith("Stopped.")
    monkeypatch.setattr(ingest_command, "show_progress", lambda bar: lose_one)
    assert run(*added)[:2] == expected_lines
    assert lost
    assert "2 failed, 5 added" in expected_lines[1]
    (there, documents), (here, expected) = kept(tmp_path / "ray"), kept(tmp_path / "plain")
    assert there == here
    assert {id: told[:4] for id, told in documents.items()} == {id: told[:4] for id, told in expected.items()}
    for id, told in documents.items():
        cosine = float(np.frombuffer(told[4], np.float32) @ np.frombuffer(expected[id][4], np.float32))
        assert cosine > 0.9999  # in bfloat16 what is embedded beside a passage changes how its numbers are rounded
        assert len(told[5]) == len(expected[id][5])


def _at_work() -> list[psutil.Process]:
    """The workers of the cluster that have something to do; Ray names a process by what it does."""
    found = []
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if "".join(process.cmdline()).startswith(TASKS):
                found.append(process)
    return found


class _Lossy:
    """A cluster that loses every worker, or whose tasks come to what they came to here."""

    def __init__(self, error: Exception | None) -> None:
        import ray

        self.exceptions, self._error = ray.exceptions, error

    def remote(self, task: Callable[..., Any]) -> Any:
        return SimpleNamespace(remote=lambda *given: SimpleNamespace(future=lambda: self._future(task, given)))

    def put(self, job: Job) -> Job:
        return replace(job, reading=0)

    def _future(self, task: Callable[..., Any], given: Sequence[Any]) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            if self._error:
                raise self._error
            future.set_result(task(*given))
        except ClusterError as error:
            future.set_exception(self.exceptions.RayTaskError("task", str(error), error))
        except self.exceptions.RayError as error:
            future.set_exception(error)
        return future


def workers(golden: Service, error: str = "") -> RayWorkers:
    if find_spec("ray") is None:
        pytest.skip(NO_RAY)
    import ray

    store = golden.library.store
    assert isinstance(store, FaissStore)
    return RayWorkers(_Lossy(getattr(ray.exceptions, error)() if error else None), "head:6379", "", store)


def test_a_file_over_which_worker_after_worker_is_lost_fails_alone(golden: Service) -> None:
    crew = workers(golden, "WorkerCrashedError")
    assert [str(each) for each in crew.read(b"", "a.pdf", ".pdf", "")] == [f"a.pdf: {LOST}"]
    report = golden.library.report(golden.library.all_details()[0].id)
    with pytest.raises(ReportError, match="were lost"):
        crew.prepare(report, True)


def test_workers_of_another_release_are_refused(golden: Service) -> None:
    with pytest.raises(ClusterError, match="another release"):
        workers(golden).read(b"", "a.pdf", ".pdf", "")


@pytest.mark.skipif(find_spec("ray") is None, reason=NO_RAY)
def test_without_a_cluster_the_command_says_what_to_do(run: Run, folder: Path) -> None:  # noqa: F811
    with socket.socket() as taken:  # bound and not listening
        taken.bind(("127.0.0.1", 0))
        status, _, told = run("ingest", str(folder), "--ray", f"127.0.0.1:{taken.getsockname()[1]}")
    assert status == 1 and "cannot be used" in told and "without --ray" in told


def test_without_ray_the_command_says_what_to_do(
    run: Run,  # noqa: F811
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    status, _, told = run("ingest", str(folder), "--ray", "auto", "--library", str(tmp_path / "none"))
    assert status == 1 and 'pip install ".[scale]"' in told
    assert not (tmp_path / "none").exists()


def test_auto_is_the_cluster_that_is_here_and_not_one_that_died(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert on_ray.here() == on_ray.STARTED
    (tmp_path / "ray").mkdir()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"127.0.0.1:{listening.getsockname()[1]}"
        (tmp_path / "ray" / "ray_current_cluster").write_text(address)
        assert on_ray.here() == address
    assert on_ray.here() == on_ray.STARTED
