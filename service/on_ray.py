"""Adding reports on a Ray cluster: its workers read, split and embed; this process alone stores, in order.

A worker is a process of Ray's that runs the two tasks below, which are the plain path's own functions; it keeps the
model, and the processes that read, from one to the next. Ray says which worker runs what, and has done again what one
that was lost had not given back. Ray itself is imported only where a cluster is used.
"""

from __future__ import annotations

import gettext
import os
import socket
import tempfile
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from gettext import gettext as _
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from threadpoolctl import threadpool_limits

from common import CoproductionError
from ingest.library.preparing import Prepared, Preparer
from ingest.readers import READING
from ingest.report import ReadResult, Report, ReportError
from ingest.sandbox.sandbox import SandboxedReaders
from service.service import Service
from service.settings import Settings
from service.wiring import open_service
from vector_store import FaissStore, SentenceEmbedder
from vector_store.documents import Encoding, embedded

AUTO = "auto"
"""The address for the cluster that is on this machine; where there is none, one is started for the time."""
STARTED = "local"  # Ray's word for a cluster that it is to start
# Files in work or waiting for their turn to be stored, for each processor of the cluster: enough that a long one holds
# up no other for long, few enough for memory (3 MB each as a rule).
FILES_EACH, MOST_FILES = 8, 512
PATIENCE = 10.0
"""Seconds in which a cluster is to answer. Ray itself would try for five minutes, and end this process then."""

N_ = str  # marks texts for translators; they are translated where they are used
LOST = N_("The workers that were given this file were lost, one after the other. Add it again, or without --ray.")


class ClusterError(CoproductionError):
    """The cluster cannot be used. The message is a sentence for the person who named it."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker is told of the library. `texts` are the language, and the domain and folder of its texts."""

    model: str
    encoding: Encoding
    texts: tuple[str, str, str]
    reading: int = READING


# What runs on a worker.


@lru_cache(maxsize=1)
def _readers(texts: tuple[str, str, str]) -> SandboxedReaders:
    language, domain, folder = texts
    if language:
        os.environ["LANGUAGE"] = language
    gettext.bindtextdomain(domain, folder)
    gettext.textdomain(domain)
    return SandboxedReaders()


@lru_cache(maxsize=1)
def _model(name: str) -> SentenceEmbedder:
    threadpool_limits(1, "blas")  # as in `TokenStore`
    return SentenceEmbedder(name)


def read_on_worker(job: Job, data: bytes, file: str, suffix: str, address: str) -> list[ReadResult]:
    """What a file holds. Raises `ClusterError` where another release reads here."""
    if job.reading != READING:
        raise ClusterError("the workers have another release of coproduction. Install on them the one that is here")
    return _readers(job.texts).read(data, file, suffix, address)


def prepare_on_worker(job: Job, report: Report, signed: bool) -> Prepared:
    """A report made ready and embedded. Raises `ModelError`."""
    model = _model(job.model)
    ready = Preparer(model.count_tokens, model.limit).prepare(report, signed)
    return replace(ready, embedded=embedded(ready.documents, model, job.encoding))


# What runs here.


class RayWorkers:
    """The workers of a cluster that `ray` is connected to, for the library in `store`; see `preparing.Workers`.

    Safe to share by threads: each that has given a file waits for what comes of it.
    """

    def __init__(self, ray: Any, address: str, model: str, store: FaissStore) -> None:
        self._ray, self._address = ray, address
        self._read, self._prepare = ray.remote(read_on_worker), ray.remote(prepare_on_worker)
        domain = gettext.textdomain()
        texts = os.environ.get("LANGUAGE", ""), domain, gettext.bindtextdomain(domain)
        self._job = ray.put(Job(model, store.encoding, texts))
        self._giving, self._closed = threading.Lock(), False
        self._awaited: set[Future[Any]] = set()

    def read(self, data: bytes, file: str, suffix: str, address: str) -> Iterable[ReadResult]:
        """What a file holds. Raises `ClusterError`."""
        try:
            held: list[ReadResult] = self._done(self._read, file, data, file, suffix, address)
        except ReportError as lost:
            return [lost]
        return held

    def prepare(self, report: Report, signed: bool) -> Prepared:
        """A report made ready and embedded. Raises `ReportError` and `ClusterError`."""
        made: Prepared = self._done(self._prepare, report.details.file, report, signed)
        return made

    def at_once(self) -> int:
        """A number of files for each processor that the cluster has just now."""
        return int(min(MOST_FILES, FILES_EACH * self._ray.cluster_resources().get("CPU", 1)))

    def close(self) -> None:
        """Give nothing more, and let nobody wait for what is not done: Ray would never tell them once it is shut."""
        with self._giving:
            self._closed = True
        for each in list(self._awaited):
            each.cancel()

    def _done(self, task: Any, file: str, *given: Any) -> Any:
        """What a task comes to. Raises `ReportError` where worker after worker is lost over it."""
        errors = self._ray.exceptions
        try:
            return self._awaits(task, *given)
        except (errors.WorkerCrashedError, errors.NodeDiedError, errors.OutOfMemoryError, errors.ObjectLostError) as e:
            raise ReportError(file, _(LOST)) from e
        except errors.RayTaskError as error:
            if isinstance(error.cause, CoproductionError):
                raise _unusable(self._address, str(error.cause)) from error
            raise
        except (errors.RayError, ConnectionError) as error:
            raise _unusable(self._address, str(error)) from error

    def _awaits(self, task: Any, *given: Any) -> Any:
        with self._giving:
            if self._closed:
                raise CancelledError
            future: Future[Any] = task.remote(self._job, *given).future()
            self._awaited.add(future)
        try:
            return future.result()
        finally:
            self._awaited.discard(future)


@contextmanager
def open_service_on_ray(settings: Settings, address: str) -> Iterator[Service]:
    """As `open_service`; what is added inside is read and embedded by the cluster at `address`, see `AUTO`.

    Raises `ClusterError`.
    """
    with _connected(address) as ray, ExitStack() as at_the_end:

        def workers(store: FaissStore) -> RayWorkers:
            made = RayWorkers(ray, address, settings.model, store)
            at_the_end.callback(made.close)
            return made

        yield open_service(settings, workers)


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # nothing is told to Ray's makers
    os.environ.setdefault("RAY_AUTH_MODE", "token")  # as clusters have it: Ray 2.60 wants to be told
    try:
        import ray
    except ImportError as error:
        raise ClusterError('Ray is not installed. Install it with: pip install ".[scale]"') from error
    named = here() if address == AUTO else address
    if named != STARTED:
        _knock(named)
    try:
        ray.init(named, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    except (OSError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
        raise _unusable(address, str(error)) from error
    try:
        yield ray
    finally:
        ray.shutdown()


def here() -> str:
    """The address of the cluster on this machine; `STARTED` where there is none, or where it has died."""
    told = Path(tempfile.gettempdir(), "ray", "ray_current_cluster")  # where `ray start` writes it, and leaves it
    try:
        found = told.read_text(encoding="utf-8").strip()
        _knock(found)
    except (OSError, ClusterError):
        return STARTED
    return found


def _knock(address: str) -> None:
    """Raise `ClusterError` where nothing listens at an address."""
    parts = urlsplit(address if "://" in address else f"//{address}")
    try:
        socket.create_connection((parts.hostname, parts.port or 10001), PATIENCE).close()  # Ray's own port for ray://
    except (OSError, ValueError) as error:
        raise _unusable(address, str(error)) from error


def _unusable(address: str, problem: str) -> ClusterError:
    told = " ".join(problem.split()).rstrip(".")
    return ClusterError(
        f"The Ray cluster at {address} cannot be used: {told}. What was stored before is kept; run the same command "
        "again to go on, or without --ray to read on this machine."
    )
