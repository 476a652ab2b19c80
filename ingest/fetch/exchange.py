"""A request and its answer, held in a thread that can be left behind."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator
from contextlib import closing, suppress
from gettext import gettext as _

import httpx

from ingest.fetch.errors import (
    BROKEN_OFF,
    NOT_AN_ADDRESS,
    NOT_SECURE,
    SILENT,
    UNREACHABLE,
    FetchError,
    PassingError,
)


class Conversation:
    """What comes back on a request: the response, the pieces of its body, and b"" at their end.

    The thread is left behind wherever it hangs, as a name look-up can for minutes.
    """

    def __init__(self, client: httpx.Client, request: httpx.Request) -> None:
        self._client, self._request = client, request
        self._arrived: queue.Queue[httpx.Response | bytes | Exception] = queue.Queue(maxsize=8)
        self._left = threading.Event()
        threading.Thread(target=self._hold, daemon=True).start()

    def next(self, seconds: float) -> httpx.Response | bytes:
        """What comes next. Raises `queue.Empty` after `seconds` without anything, and `FetchError`."""
        arrived = self._arrived.get(timeout=seconds)
        if isinstance(arrived, Exception):
            raise _trouble(arrived, self._request.url.netloc.decode("ascii")) from arrived
        return arrived

    def leave(self) -> None:
        """Listen no longer. The queue is emptied, for the thread may wait for room in it."""
        self._left.set()
        with suppress(queue.Empty):
            while True:
                self._arrived.get_nowait()

    def _hold(self) -> None:
        try:
            with closing(self._exchange()) as exchange:
                for arrived in exchange:
                    self._arrived.put(arrived)
                    if self._left.is_set():
                        return
        except Exception as error:  # for the thread that listens to raise
            self._arrived.put(error)

    def _exchange(self) -> Generator[httpx.Response | bytes]:
        with closing(self._client.send(self._request, stream=True)) as response:
            yield response
            yield from filter(None, response.iter_raw())
        yield b""


def _trouble(error: Exception, host: str) -> FetchError:
    """`error` of a conversation with `host` as a sentence. A fault of this program is raised as it is."""
    if isinstance(error, httpx.ConnectError) and "[SSL" in str(error):
        return FetchError(_(NOT_SECURE))
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError):
        return PassingError(_(UNREACHABLE), offline=True, host=host)
    if isinstance(error, httpx.TimeoutException):
        return PassingError(_(SILENT))
    if isinstance(error, UnicodeError | httpx.LocalProtocolError | httpx.UnsupportedProtocol):
        return FetchError(_(NOT_AN_ADDRESS))
    if isinstance(error, httpx.TransportError):
        return PassingError(_(BROKEN_OFF))
    raise error
