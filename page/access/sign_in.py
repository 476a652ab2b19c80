"""Nobody gets in without an account, where the page asks for them: signing in, signing out, and who may do what."""

from __future__ import annotations

import base64
import binascii
import secrets
from dataclasses import replace
from gettext import gettext as _
from html import escape
from typing import Annotated
from urllib.parse import quote

from fastapi import FastAPI, Form, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from page.access.accounts import Account
from page.access.limits import SENDING_FILES
from page.access.login_throttle import LoginThrottle, TooManyAttemptsError
from page.access.request_context import RequestContext, context_of
from page.access.sessions import LASTS, Sessions
from page.userdata.owner import COOKIE as OWNER
from rag.language import language

COOKIE = "session"
# What everybody sees: the sign-in page and what it looks like.
PUBLIC = {"/sign-in", "/parts/sign-in.css", "/health", "/ready", "/favicon.ico"}
# Where programs come, which send name and password with each request.
PROGRAMS = ("/api/", "/metrics")
_POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"


class SignInMiddleware:
    """An application that only people with an account reach. What is kept for a reader is kept for her account."""

    def __init__(self, app: ASGIApp, sessions: Sessions, attempts: LoginThrottle) -> None:
        self._app, self._sessions, self._attempts = app, sessions, attempts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await (await self._answer(Request(scope)))(scope, receive, send)
        # Nothing here speaks through a WebSocket: such a connection ends unanswered.

    async def _answer(self, request: Request) -> ASGIApp:
        path = request.url.path
        if request.method not in ("GET", "HEAD") and request.headers.get("sec-fetch-site") == "cross-site":
            return PlainTextResponse(_("This can only be done from the page itself."), status_code=403)
        try:
            account, token = await run_in_threadpool(self._known, request)
        except TooManyAttemptsError as told:
            return _refused(str(told), 429, {"Retry-After": str(told.seconds)})
        seen_here = path == "/metrics" and context_of(request).here
        if not account and not seen_here and path not in PUBLIC:
            return _stranger(request)
        request.state.context = replace(context_of(request), account=account, token=token)
        if path.startswith(SENDING_FILES) and not context_of(request).may_change:
            return _refused(_("Only a librarian can add reports."), 403)
        # A cookie that says whose things are shown is believed from nobody.
        owner = account.owner if account else secrets.token_urlsafe(32)
        others = [each for each in request.scope["headers"] if each[0] != b"cookie"]
        request.scope["headers"] = [*others, (b"cookie", f"{OWNER}={owner}".encode())]
        return self._app

    def _known(self, request: Request) -> tuple[Account | None, str]:
        """The account behind a request with its token, "" where it came with name and password."""
        # A cookie of that name may be an old one, or that of another program on this machine.
        if (token := request.cookies.get(COOKIE, "")) and (account := self._sessions.account(token)):
            return account, token
        if request.url.path.startswith(PROGRAMS) and (given := _basic(request.headers.get("authorization", ""))):
            return self._attempts.sign_in(*given, context_of(request).address), ""
        return None, ""


def _basic(header: str) -> tuple[str, str] | None:
    """Name and password of a header of HTTP Basic authentication."""
    scheme, _space, value = header.partition(" ")
    try:
        name, colon, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (name, password) if colon and scheme.lower() == "basic" else None


def _stranger(request: Request) -> Response:
    """Where somebody without an account goes: a person to the sign-in page, a program nowhere."""
    if request.url.path.startswith(PROGRAMS):
        sentence = _("Send the name and password of an account, as HTTP Basic authentication.")
        return _refused(sentence, 401, {"WWW-Authenticate": 'Basic realm="coproduction", charset="UTF-8"'})
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?then={quote(wanted, safe='')}", status_code=303)
    return PlainTextResponse(_("You are signed out. Load the page again to sign in."), status_code=401)


def _refused(told: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"detail": told}, status_code=status, headers=headers)


def add_sign_in(app: FastAPI, sessions: Sessions, attempts: LoginThrottle) -> None:
    """Let people sign in at `/sign-in` and out at `/sign-out`."""

    @app.get("/sign-in")
    def form(then: str = "/") -> HTMLResponse:
        return _page(then)

    @app.post("/sign-in")
    def sign_in(  # nosec B107 # an empty form
        request: Request,
        name: Annotated[str, Form()] = "",
        password: Annotated[str, Form()] = "",
        then: Annotated[str, Form()] = "/",
    ) -> Response:
        try:
            account = attempts.sign_in(name, password, context_of(request).address)
        except TooManyAttemptsError as told:
            return _page(then, name, str(told), 429, {"Retry-After": str(told.seconds)})
        if not account:
            return _page(then, name, _("Name and password do not belong together. Try again."), 403)
        answer = RedirectResponse(_local(then), status_code=303)
        secure = request.url.scheme == "https"
        answer.set_cookie(COOKIE, sessions.begin(account), LASTS, httponly=True, samesite="lax", secure=secure)
        return answer

    @app.post("/sign-out")
    def sign_out(request: Request) -> Response:
        sessions.end(context_of(request).token)
        answer = RedirectResponse("/sign-in", status_code=303)
        answer.delete_cookie(COOKIE)
        return answer


def _local(address: str) -> str:
    """An address of this page; the first page for any other."""
    inside = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if inside else "/"


def _page(
    then: str, name: str = "", told: str = "", status: int = 200, headers: dict[str, str] | None = None
) -> HTMLResponse:
    title, alert = escape(_("Sign in")), f"<p role='alert'>{escape(told)}</p>" if told else ""
    lead, named, password = (
        escape(each) for each in (_("What do the reports say? Ask them with your account."), _("Name"), _("Password"))
    )
    body = (
        f"<!DOCTYPE html><html lang='{language()}'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{title}</title><link rel='stylesheet' href='/parts/sign-in.css'></head><body><main>"
        f"<h1>{title}</h1><p>{lead}</p>{alert}"
        f"<form method='post' action='/sign-in'><input type='hidden' name='then' value='{escape(_local(then))}'>"
        f"<label for='name'>{named}</label><input id='name' name='name' value='{escape(name)}' "
        "autocomplete='username' autocapitalize='none' spellcheck='false' required maxlength='100'>"
        f"<label for='password'>{password}</label><input id='password' name='password' type='password' "
        f"autocomplete='current-password' required maxlength='1000'><button>{title}</button></form>"
        "</main></body></html>"
    )
    kept = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store", **(headers or {})}
    return HTMLResponse(body, status_code=status, headers=kept)


def signed_in_html(context: RequestContext) -> str:
    """Who is signed in, and how to sign out; nothing where the page is open."""
    if not context.account:
        return ""
    told, leave = escape(_("Signed in as {name}.").format(name=context.name)), escape(_("Sign out"))
    return f"<form method='post' action='/sign-out' class='actions'><span>{told}</span><button>{leave}</button></form>"
