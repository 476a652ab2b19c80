"""The page on a port of this machine, and the original files behind its citations."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from collections.abc import Callable
from dataclasses import replace
from gettext import gettext as _
from pathlib import Path

import gradio as gr
import uvicorn
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware.trustedhost import TrustedHostMiddleware
from uvicorn.config import LOGGING_CONFIG

from common import CoproductionError
from page.access import Rules
from page.access.door import add_door
from page.access.logs import log_as_json
from page.access.metrics import Measuring, Metrics
from page.api import add_api
from page.build import build_page
from page.exports import add_exports
from page.originals import add_originals
from page.screens.actions import add_votes
from page.screens.compare import add_compare
from page.screens.conversations import add_history
from page.screens.correcting import add_correcting
from page.screens.evidence import add_evidence
from page.screens.find import add_find
from page.screens.help import add_help
from page.screens.library_table import add_shelf
from page.screens.model_choice import ModelChoice
from page.screens.remembered_comparisons import comparing
from page.screens.settings import add_settings
from page.screens.viewer import add_viewer
from page.screens.welcome import add_welcome
from page.theme import theme
from page.userdata import Desk, OwnerMiddleware
from rag.language import language
from service import Service

STATIC = Path(__file__).parent / "static"

# An open page keeps a connection open: stopping does not wait for its reader to leave.
PATIENCE = 1
# Where only this machine reaches the page.
HERE = ("127.0.0.1", "localhost", "::1")
HEAD = (
    '<link rel="stylesheet" href="/parts/pieces.css"><link rel="stylesheet" href="/parts/library.css">'
    '<script defer src="/parts/page.js"></script><script defer src="/parts/library.js"></script>'
)


def _head() -> str:
    """What stands at the head of the page: its texts for the script, its script and what that is drawn with."""
    texts = {
        "language": language(),
        "screens": {
            "ask": _("Ask"),
            "find": _("Find"),
            "compare": _("Compare"),
            "evidence": _("Evidence"),
            "library": _("Library"),
        },
        "drop": _("Drop the files here to add them to the library"),
        "silent": _("The assistant does not answer. Is it still running?"),
        "kept": _("Kept"),
        "copied": _("Copied. Paste it into your document."),
        "linkCopied": _("The link to this question is copied."),
        "notCopied": _("This browser does not let the page copy."),
        "source": _("The source"),
        "close": _("Close"),
        "newWindow": _("Open in a new window"),
        "page": _("The page of the report"),
        "leaving": _("Leave this page?"),
        "stays": _("What you asked and kept is here when you come back."),
        "leave": _("Leave"),
        "stay": _("Stay here"),
    }
    told = json.dumps(texts).replace("<", r"\u003c")
    return f"<script type='application/json' id='texts'>{told}</script>{HEAD}"


class PortTakenError(CoproductionError):
    """The page cannot listen where it should. The message says why and what to do."""


def build_app(service: Service, rules: Rules | None = None) -> FastAPI:
    """The page and the files as an application for a web server. Raises `AccountsError`."""
    rules = rules or Rules()
    desk, metrics = Desk.at(service.library.folder, service.database), Metrics(service.library)
    choice = ModelChoice(service.assistant, service.library)
    service = replace(service, watch=Measuring(metrics, rules.log_questions), chosen=choice.chosen)
    app = build_pieces(service, desk)
    add_settings(app, service, choice)
    add_door(app, rules, service, desk, metrics)
    page = build_page(service, desk, closed=rules.accounts is not None).queue(max_size=rules.queue)
    # Gradio sets this when it starts a server of its own, and only then refuses files that no browser has sent.
    page.has_launched = True
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size=f"{rules.upload}mb",
        theme=theme(),
        css_paths=STATIC / "style.css",
        head=_head(),
        ssr_mode=False,
    )
    return app


def build_pieces(service: Service, desk: Desk) -> FastAPI:
    """What the page fetches as it needs it, and what stands beside it: files, views, forms, exports and the API."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(OwnerMiddleware)
    app.mount("/parts", StaticFiles(directory=STATIC))
    add_originals(app, service.library)
    add_viewer(app, service.library)
    add_shelf(app, service)
    add_correcting(app, service)
    add_find(app, service)
    compared = comparing(service)
    add_compare(app, service.library, compared)
    add_evidence(app, service, desk)
    add_history(app, desk)
    add_welcome(app, service)
    add_help(app)
    add_votes(app, desk)
    add_exports(app, service, desk, compared)
    add_api(app, service)
    return app


def serve(
    service: Service,
    host: str = "127.0.0.1",
    port: int = 7860,
    ready: Callable[[str], None] = lambda address: None,
    rules: Rules | None = None,
) -> None:
    """Serve the page until interrupted; `ready` is called with its address once it answers.

    Raises `PortTakenError`, `AccountsError`.
    """
    with _listening(host, port) as listener:
        rules = rules or Rules()
        config = server_config(service, rules, host)
        if rules.log == "json":
            log_as_json()
        logging.getLogger("uvicorn.error").addFilter(_is_news)
        shown = f"[{host}]" if ":" in host else host
        _Server(config, lambda: ready(f"http://{shown}:{port}")).run(sockets=[listener])


def _is_news(record: logging.LogRecord) -> bool:
    """Whether the server has more to tell than that stopping has cut off pages that were still open."""
    cut_off = record.exc_info is not None and isinstance(record.exc_info[1], asyncio.CancelledError)
    return not (cut_off or record.getMessage().startswith("Cancel "))


def server_config(service: Service, rules: Rules, host: str = "") -> uvicorn.Config:
    """The page and how it is served, at `host`. Raises `AccountsError`."""
    app = build_app(service, rules)
    if host in HERE and not rules.accounts and not rules.proxy:
        # Else a site could give its own name this machine's address, and read the page as if it were a part of it.
        # Of an address of IPv6 the middleware sees the bracket alone, with which no name begins.
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=["localhost", "127.0.0.1", "["])
    return uvicorn.Config(
        app,
        # Its own handlers would write other lines than JSON.
        log_config=None if rules.log == "json" else LOGGING_CONFIG,
        log_level="warning",
        timeout_graceful_shutdown=PATIENCE,
        # Longer than a reader takes from one step to the next: a connection that the server closes just as a request
        # comes in is an error to who sent it.
        timeout_keep_alive=75,
        server_header=False,
        proxy_headers=bool(rules.proxy),
        forwarded_allow_ips=rules.proxy,
    )


def _listening(host: str, port: int) -> socket.socket:
    """A socket that is ours from now on, so that nothing can take the port while the page is being built."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family)
        # Else small answers wait 40 ms: asyncio sets this only for the sockets that it makes itself.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise PortTakenError(
            f"The page cannot listen on {host}, port {port}: {why}. "
            "Where another copy is running already, use that, or choose another port, as in: --port 7861"
        ) from error


class _Server(uvicorn.Server):
    """A server that says when it is ready."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()
