"""Who a reader is: whoever holds the token in a cookie of this browser. Nobody gives a name."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "reader"
# Seconds for which a browser remembers its reader without a visit: a year.
REMEMBERED = 365 * 24 * 60 * 60
_TOKEN = re.compile(r"[\w-]{43}")


def owner(cookies: Mapping[str, str]) -> str:
    """The owner of what is kept, from the cookies of a request that went through `OwnerMiddleware`."""
    return cookies[COOKIE]


class OwnerMiddleware:
    """An application whose every request has an owner: where a browser comes without a token, it is given one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Programs on other ports of this computer share our cookies: one that is malformed must not hide the reader.
        known = cookie_parser(Headers(scope=scope).get("cookie", "")) if scope["type"] == "http" else {}
        if scope["type"] != "http" or _TOKEN.fullmatch(known.get(COOKIE, "")):
            await self._app(scope, receive, send)
            return
        cookie = f"{COOKIE}={secrets.token_urlsafe(32)}"
        secure = "; Secure" if scope.get("scheme") == "https" else ""

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                # Lax: a browser that follows a link from elsewhere must not come as somebody new, and be made so.
                rules = f"Max-Age={REMEMBERED}; Path=/; HttpOnly; SameSite=Lax{secure}"
                MutableHeaders(scope=message).append("set-cookie", f"{cookie}; {rules}")
            await send(message)

        others = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
        await self._app({**scope, "headers": [*others, (b"cookie", cookie.encode())]}, receive, with_cookie)
