"""The page on a port of this machine, and the original files behind its citations."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import gradio as gr
import uvicorn
from fastapi import FastAPI

from page.build import build_page
from page.look import theme
from page.needs import Parts
from page.originals import add_originals

STYLE = Path(__file__).parent / "style.css"
# An open page keeps a connection open: stopping does not wait for its reader to leave.
PATIENCE = 1
# The browser itself refuses whatever is not on this machine.
NOTHING_FROM_ELSEWHERE = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'self' 'unsafe-inline' 'unsafe-eval' data: "
    'blob:">'
)


class PortTaken(Exception):
    """The page cannot listen where it should. The message says why and what to do."""


def build_app(parts: Parts) -> FastAPI:
    """The page and the files as an application for a web server."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    add_originals(app, parts.library)
    gr.mount_gradio_app(
        app,
        build_page(parts),
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size="500mb",
        theme=theme(),
        css_paths=STYLE,
        head=NOTHING_FROM_ELSEWHERE,
        ssr_mode=False,
    )
    return app


def serve(
    parts: Parts,
    host: str = "127.0.0.1",
    port: int = 7860,
    ready: Callable[[str], None] = lambda address: None,
) -> None:
    """Serve the page until interrupted; `ready` is called with its address once it answers. Raises `PortTaken`."""
    with _listening(host, port) as listener:
        config = uvicorn.Config(build_app(parts), log_level="warning", timeout_graceful_shutdown=PATIENCE)
        shown = f"[{host}]" if ":" in host else host
        _Server(config, lambda: ready(f"http://{shown}:{port}")).run(sockets=[listener])


def _listening(host: str, port: int) -> socket.socket:
    """A socket that is ours from now on, so that nothing can take the port while the page is being built."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise PortTaken(
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
