"""What holds for every answer: its headers, a line in the log, and no details of what went wrong."""

from __future__ import annotations

import logging
import time
from gettext import gettext as _

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from common import AwayError
from page.access.away import is_away
from page.access.limits import RequestLimits
from page.access.metrics import Metrics
from page.access.request_context import arriving

# The browser itself refuses whatever is not on this machine. Gradio's own code stands in its page and is evaluated.
POLICY = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'self'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
YEAR = 365 * 24 * 60 * 60

_log = logging.getLogger(__name__)


class WatchMiddleware:
    """An application whose answers are safe to show, counted and written down; see the module."""

    def __init__(self, app: ASGIApp, closed: bool, limits: RequestLimits, metrics: Metrics) -> None:
        self._app, self._closed, self._limits, self._metrics = app, closed, limits, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        request.state.context = arriving(request, self._closed, self._limits)
        status, began = 0, time.monotonic()

        async def with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._add_headers(MutableHeaders(scope=message), request.url.scheme)
            await send(message)

        try:
            await self._app(scope, receive, with_headers)
        except AwayError as error:
            if not status:
                await is_away(error)(scope, receive, with_headers)
        except Exception:
            _log.exception("A request could not be answered.")
            if not status:
                told = _("Something went wrong. Try again; if it stays so, tell whoever looks after this page.")
                await PlainTextResponse(told, status_code=500)(scope, receive, with_headers)
        finally:
            self._metrics.requests.labels(status).inc()
            took = round((time.monotonic() - began) * 1000)
            _log.info(
                "request",
                extra={"method": request.method, "path": scope["path"], "status": status, "milliseconds": took},
            )

    def _add_headers(self, headers: MutableHeaders, scheme: str) -> None:
        kind = headers.get("content-type", "")
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        # A browser's PDF viewer is a page of its own, which the policy would keep from starting.
        if not kind.startswith("application/pdf"):
            headers.setdefault("Content-Security-Policy", POLICY)
        if self._closed and kind.startswith(("text/html", "application/json")):
            headers.setdefault("Cache-Control", "no-store")
        if scheme == "https":
            headers.setdefault("Strict-Transport-Security", f"max-age={YEAR}")
