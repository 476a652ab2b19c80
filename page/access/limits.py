"""So many requests a minute that nobody who reads meets a limit, and no one person keeps the others waiting."""

from __future__ import annotations

import asyncio
import time
from contextlib import nullcontext
from gettext import gettext as _
from gettext import ngettext
from math import ceil

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from common import CoproductionError

# What is limited, by the beginning of its path. The questions of the page come through Gradio and are counted there.
KINDS = {
    "/api/ask": "asking",
    "/api/compare": "asking",
    "/compare": "asking",
    "/export/comparison": "asking",
    "/api/search": "searching",
    "/find": "searching",
    "/gradio_api/run/": "searching",
    "/drawings/": "drawing",
    "/view/": "drawing",
    "/export/": "drawing",
}
# How many of a kind there may be for one question: pages are turned, and passages found while one types.
TIMES = {"asking": 1, "searching": 20, "drawing": 10}
# How many of a kind are worked on at a time, the others in their turn: more would only keep each other waiting, and
# what takes no time, such as turning a page, would wait behind them all.
AT_ONCE = {"asking": 4, "searching": 4}
# Bytes of what is sent to the page, but for files: a long conversation with its answers.
LARGEST = 16 * 1024 * 1024
SENDING_FILES = "/gradio_api/upload"
# Where the page's questions wait in Gradio's queue.
JOINING = "/gradio_api/queue/join"


class TooManyRequestsError(CoproductionError):
    """One person has asked for too much. The message is a sentence; `seconds` is how long to wait."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        sentence = ngettext(
            "That is more than one person can ask for in a minute. Try again in {count} second.",
            "That is more than one person can ask for in a minute. Try again in {count} seconds.",
            seconds,
        )
        super().__init__(sentence.format(count=seconds))


class RequestLimits:
    """Counts requests: `questions` a minute for each person, and so many more of the other kinds."""

    def __init__(self, questions: int) -> None:
        self._limits = {kind: RateLimitItemPerMinute(questions * times) for kind, times in TIMES.items()}
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def count(self, kind: str, who: str) -> None:
        """Count one more request of `who`. Raises `TooManyRequestsError`."""
        limit = self._limits[kind]
        if not self._limiter.hit(limit, kind, who):
            reset = self._limiter.get_window_stats(limit, kind, who).reset_time
            raise TooManyRequestsError(max(1, ceil(reset - time.time())))


class LimitsMiddleware:
    """An application that takes so many requests of one person, and so many questions at a time, `queue`."""

    def __init__(self, app: ASGIApp, queue: int) -> None:
        self._app, self._queue = app, queue
        self._waiting = 0
        self._turns = {kind: asyncio.Semaphore(count) for kind, count in AT_ONCE.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        kind = next((kind for beginning, kind in KINDS.items() if path.startswith(beginning)), "")
        is_question = kind == "asking"
        if is_question and self._waiting >= self._queue:
            await _busy(503)(scope, receive, send)
            return
        self._waiting += is_question
        try:
            if kind:
                Request(scope).state.context.check(kind)
            received = receive if path == SENDING_FILES else _counted(receive)
            async with self._turns.get(kind) or nullcontext():
                await self._app(scope, received, _in_our_words(scope, receive, send) if path == JOINING else send)
        except TooManyRequestsError as error:
            headers = {"Retry-After": str(error.seconds)}
            await JSONResponse({"detail": str(error)}, 429, headers)(scope, receive, send)
        finally:
            self._waiting -= is_question


def _busy(status: int) -> JSONResponse:
    sentence = _("Too many people are asking at this moment. Try again in a minute.")
    return JSONResponse({"detail": sentence}, status, {"Retry-After": "60"})


def _in_our_words(scope: Scope, receive: Receive, send: Send) -> Send:
    """Sends on what is sent; where Gradio's queue is full, our sentence.

    With status 429, for Gradio's script has words of its own for 503 and shows the sentence of any other.
    """
    full = False

    async def sending(message: Message) -> None:
        nonlocal full
        if message["type"] == "http.response.start" and message["status"] == 503:
            full = True
            await _busy(429)(scope, receive, send)
        elif not full:
            await send(message)

    return sending


def _counted(receive: Receive) -> Receive:
    """What is received, as long as it is not too much. Raises an `HTTPException` with status 413."""
    received = 0

    async def counted() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > LARGEST:
            raise HTTPException(413, _("That is more than can be sent at once."))
        return message

    return counted
