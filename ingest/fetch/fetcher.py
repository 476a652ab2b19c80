"""The one place that asks for files over the web."""

from __future__ import annotations

import queue
import random
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from gettext import gettext as _
from pathlib import Path
from types import TracebackType
from typing import TypeVar
from urllib.request import getproxies

import httpx

from ingest.fetch import errors
from ingest.fetch.errors import FetchError, PassingError
from ingest.fetch.exchange import Conversation
from ingest.fetch.responses import MAY_PASS, check_status, checked_suffix, too_large, unpacked
from ingest.fetch.resume import Partial
from ingest.fetch.robots import EVERYTHING, NOTHING, Robots, read_robots
from ingest.fetch.transport import PublicTransport

LARGEST = 500 * 1024 * 1024
"""Bytes of the largest file that is read. The largest that was tried has 24 MB; this guards the memory."""

ARCHIVE = "https://web.archive.org/web/{stamp}id_/{address}"
"""Where the Internet Archive has the copy of `address` from about `stamp`; "id_" asks for the bytes as they were."""

STAMPS = ("2030", "2016", "2012")
"""The newest copy is asked for first; where it is of an error page, those from about these years."""

AGENT = "coproduction-assistant"

_HEADERS = {
    "User-Agent": f"{AGENT}/0.1 (fetches reports for one person's library)",
    "Accept-Encoding": "identity",  # of a body that is packed as it is sent, the rest cannot be asked for
}
_LONGEST_CRAWL_DELAY = 30.0  # seconds
_LARGEST_ROBOTS = 500 * 1024  # bytes; RFC 9309 asks to read no less
_SITES_ASKED, _SECONDS_ASKED = 8, 2.0
_FROM_PROXIES = (407, 502, 503, 504)

T = TypeVar("T")
Progress = Callable[[int, int | None], None]
Answer = tuple[httpx.Response, Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Fetched:
    """A whole file: its bytes, the ending that tells its format (".pdf"), and the address that it came from in the end.

    `archived` is the day of the Internet Archive's copy as 2016-08-29, "" where it came from the address itself.
    """

    data: bytes
    suffix: str
    address: str
    archived: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long is waited, in seconds, and how much is taken.

    `connect` and `read` are for a connection to come about and for the next bytes to come, `whole` for a file with all
    its `tries`. Between tries `back_off` is waited, each time twice as long, or what the site asks for; where that is
    more than `longest_wait`, it is not tried again. `steps` lead from one address on to another. A file may have `size`
    bytes. A web page of fewer than `letters` letters is taken for an error page.
    """

    connect: float = 10.0
    read: float = 30.0
    whole: float = 600.0
    tries: int = 4
    back_off: float = 1.0
    longest_wait: float = 60.0
    steps: int = 10
    size: int = LARGEST
    letters: int = 200


def _ignore(received: int, total: int | None) -> None:
    """Progress that nobody wants to know of."""


class Fetcher:
    """Fetches files, one at a time, and keeps in `folder` what has come of those that broke off.

    Between two requests to one site it waits `pause` seconds. It does not try again a site that could not be reached.
    `archive` is as `ARCHIVE`. Addresses of this computer and its network are asked only where `private` ones are
    allowed. Raises `FetchError` where the proxy that the environment names cannot be used.
    """

    def __init__(
        self,
        folder: Path,
        *,
        archive: str = ARCHIVE,
        pause: float = 1.0,
        limits: Limits | None = None,
        private: bool = False,
    ) -> None:
        self._folder, self._archive, self._pause, self._limits = folder, archive, pause, limits or Limits()
        self._stopped = threading.Event()
        self._until = 0.0
        self._robots: dict[str, Robots | FetchError] = {}
        self._last_asked: dict[str, float] = {}
        self._unreachable: set[str] = set()
        timeout = httpx.Timeout(self._limits.read, connect=self._limits.connect)
        try:
            certificates = _certificates()
            transport = None if private else PublicTransport(certificates)
            self._client = httpx.Client(headers=_HEADERS, timeout=timeout, verify=certificates, transport=transport)
        except (ImportError, ValueError, httpx.InvalidURL) as error:
            raise FetchError(_(errors.PROXY)) from error

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def stop(self) -> None:
        """End what is being fetched within moments, and fetch no more. Any thread may call it."""
        self._stopped.set()

    def fetch(self, address: str, progress: Progress = _ignore, obey_robots: bool = True) -> Fetched:
        """The file at `address`, or where that leads on to. `progress` is told the bytes come so far, and in all.

        `obey_robots` is False only for an address that the person typed. Raises `FetchError`.
        """
        self._until = time.monotonic() + self._limits.whole
        _web_address(address)
        try:
            partial = Partial(self._folder, address)
            return self._with_tries(lambda: self._download(address, partial, progress, obey_robots))
        except OSError as error:
            raise FetchError(_(errors.NOT_KEPT).format(problem=error.strerror)) from error

    def fetch_archived(self, address: str, progress: Progress = _ignore) -> Fetched:
        """The newest sound copy that the Internet Archive has of the file at `address`. Raises `FetchError`."""
        reasons: list[str] = []
        for stamp in STAMPS:
            try:
                fetched = self.fetch(self._archive.format(stamp=stamp, address=address), progress)
                return replace(fetched, archived=_day_of_copy(fetched.address))
            except FetchError as error:
                if error.offline or self._stopped.is_set():
                    raise
                reasons.append(error.reason)
        raise FetchError(_(errors.NO_COPY).format(reason=reasons[0]))

    def online(self, addresses: Sequence[str]) -> bool:
        """Whether any of the first few sites in `addresses` answers at all, within about two seconds."""
        sites = _sites(addresses)[:_SITES_ASKED]
        answers: queue.SimpleQueue[bool] = queue.SimpleQueue()
        for site in sites:  # in threads that the end of the program does not wait for, as a name look-up can hang
            threading.Thread(target=lambda site: answers.put(self._answers(site)), args=(site,), daemon=True).start()
        until = time.monotonic() + _SECONDS_ASKED
        with suppress(queue.Empty):
            return any(answers.get(timeout=max(0.0, until - time.monotonic())) for _ in sites)
        return False

    def _answers(self, site: str) -> bool:
        try:
            status = self._client.head(site, timeout=_SECONDS_ASKED).status_code
        except Exception:  # whatever it was, it is no answer
            return False
        return status not in _FROM_PROXIES or not getproxies().keys() - {"no"}

    def _with_tries(self, attempt: Callable[[], T], reason: str = "") -> T:
        """What `attempt` gives, tried again while its trouble may pass. Raises `FetchError`, never `PassingError`.

        `reason` is told where there is a connection and the trouble does not pass, instead of the trouble's own.
        """
        tries = self._limits.tries
        while True:
            tries -= 1
            try:
                return attempt()
            except PassingError as error:
                if error.offline and not tries:
                    self._unreachable.add(error.host)
                if error.wait > self._limits.longest_wait or not tries:
                    told = error.reason if error.offline else reason or error.reason
                    raise FetchError(told, error.offline) from error
                back_off = self._limits.back_off * 2 ** (self._limits.tries - tries - 1)
                self._wait(max(error.wait, back_off * random.uniform(0.5, 1.5)))  # nosec B311 # no secret

    def _download(self, address: str, partial: Partial, progress: Progress, obey_robots: bool) -> Fetched:
        with self._answer(address, partial.headers(), obey_robots) as (response, pieces):
            check_status(response)
            if not partial.take_up(response):
                raise PassingError(_(errors.ANOTHER_PART))
            self._receive(pieces, partial, progress)
        data = partial.read()
        if len(data) != (partial.total or len(data)):
            raise PassingError(_(errors.BROKEN_OFF))
        partial.delete()
        data = unpacked(data, response, self._limits.size)
        is_pdf = httpx.URL(address).path.lower().endswith(".pdf")
        return Fetched(data, checked_suffix(data, response, is_pdf, self._limits.letters), str(response.url))

    def _receive(self, pieces: Iterator[bytes], partial: Partial, progress: Progress) -> None:
        with partial.open() as file:
            for piece in pieces:
                file.write(piece)
                file.flush()  # so that a kill loses nothing
                if max(file.tell(), partial.total or 0) > self._limits.size:
                    break
                progress(file.tell(), partial.total)
            else:
                return
        partial.delete()
        raise too_large(self._limits.size)

    @contextmanager
    def _answer(self, address: str, headers: dict[str, str], obey_robots: bool) -> Iterator[Answer]:
        """The answer from where `address` leads to in the end, whatever its status, and the pieces of its body."""
        visited: list[str] = []
        while len(visited) <= self._limits.steps:
            url = _web_address(address, errors.LEADS_NOWHERE if visited else errors.NOT_AN_ADDRESS)
            robots = self._robots_of(url) if obey_robots else EVERYTHING
            if not robots.allow(url.raw_path.decode("ascii")):
                raise FetchError(_(errors.FORBIDDEN))
            with self._exchange(url, headers, min(robots.delay, _LONGEST_CRAWL_DELAY)) as (response, pieces):
                if not response.next_request:
                    yield response, pieces
                    return
                visited.append(address)
                address = str(response.next_request.url)
        raise FetchError(_(errors.CIRCLE if address in visited else errors.TOO_MANY_STEPS))

    def _robots_of(self, url: httpx.URL) -> Robots:
        """The rules of the site that `url` is on, asked for once. Raises `FetchError` where they cannot be known."""
        site = str(url.join("/robots.txt"))
        if site not in self._robots:
            try:
                self._robots[site] = self._with_tries(lambda: self._read_robots(site), _(errors.NO_RULES))
            except FetchError as error:
                self._robots[site] = error
        robots = self._robots[site]
        if isinstance(robots, FetchError):
            raise FetchError(robots.reason, robots.offline) from robots
        return robots

    def _read_robots(self, site: str) -> Robots:
        with self._answer(site, {}, obey_robots=False) as (response, pieces):
            if response.status_code in (401, 403):
                return NOTHING
            if 400 <= response.status_code < 500 and response.status_code not in MAY_PASS:
                return EVERYTHING
            check_status(response)
            data = b""
            while len(data) < _LARGEST_ROBOTS and (piece := next(pieces, b"")):
                data += piece
            text = unpacked(data, response, self._limits.size)[:_LARGEST_ROBOTS]
            return read_robots(text.decode("utf-8", errors="replace"), AGENT)

    @contextmanager
    def _exchange(self, url: httpx.URL, headers: dict[str, str], delay: float) -> Iterator[Answer]:
        """One request, no sooner after the last to its site than is polite, and its answer."""
        host = url.netloc.decode("ascii")
        if host in self._unreachable:
            raise FetchError(_(errors.UNREACHABLE), offline=True)
        self._wait(self._last_asked.get(host, 0.0) + max(self._pause, delay) - time.monotonic())
        conversation = Conversation(self._client, self._client.build_request("GET", url, headers=headers))
        try:
            response = self._next(conversation)
            assert isinstance(response, httpx.Response)
            yield response, self._pieces(conversation)
        finally:
            conversation.leave()
            self._last_asked[host] = time.monotonic()

    def _pieces(self, conversation: Conversation) -> Iterator[bytes]:
        while isinstance(piece := self._next(conversation), bytes) and piece:
            yield piece

    def _next(self, conversation: Conversation) -> httpx.Response | bytes:
        while time.monotonic() < self._until:
            self._wait(0)
            with suppress(queue.Empty):
                return conversation.next(seconds=0.05)
        raise FetchError(_(errors.TOO_SLOW))

    def _wait(self, seconds: float) -> None:
        if self._stopped.wait(max(0.0, seconds)):
            raise FetchError(_(errors.STOPPED))


@cache
def _certificates() -> ssl.SSLContext:
    """Whom to trust. To read them takes 40 ms."""
    return httpx.create_ssl_context()


def _web_address(address: str, otherwise: str = errors.NOT_AN_ADDRESS) -> httpx.URL:
    try:
        url = httpx.URL(address)
    except (ValueError, httpx.InvalidURL) as error:
        raise FetchError(_(otherwise)) from error
    if url.scheme not in ("http", "https") or not url.host:
        raise FetchError(_(otherwise))
    return url


def _sites(addresses: Sequence[str]) -> list[str]:
    sites: dict[str, None] = {}
    for address in addresses:
        with suppress(FetchError):
            sites[str(_web_address(address).join("/"))] = None
    return list(sites)


def _day_of_copy(address: str) -> str:
    """The day in the address of a copy: 2016-08-29 from ".../20160829123456id_/...", "" where there is none."""
    stamp = re.search(r"/(\d{4})(\d{2})(\d{2})\d*id_/", address)
    return "-".join(stamp.groups()) if stamp else ""
