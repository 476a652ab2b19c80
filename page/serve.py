"""The page on a port of this machine, and the original files behind its citations."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import gradio as gr
import uvicorn
from fastapi import FastAPI, Response
from fastapi.responses import FileResponse, PlainTextResponse

from page.build import Assistant, Library, build_page

STYLE = Path(__file__).parent / "style.css"

_AS_TEXT = {".md", ".markdown", ".rst", ".txt", ".jsonl"}
_AS_PAGE = {".html": "text/html", ".htm": "text/html", ".xhtml": "application/xhtml+xml"}
_OFFICE = "application/vnd.openxmlformats-officedocument"
_AS_DOWNLOAD = {
    ".docx": f"{_OFFICE}.wordprocessingml.document",
    ".pptx": f"{_OFFICE}.presentationml.presentation",
    ".epub": "application/epub+zip",
}
# A report may be a web page with anything in it: it is shown without scripts, forms, or anything from elsewhere.
_HARMLESS = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


class PortTaken(Exception):
    """Another program listens on the port. The message says what to do."""


def build_app(assistant: Assistant, library: Library) -> FastAPI:
    """The page and the files as an application for a web server."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/reports/{report_id}")
    def original(report_id: str) -> Response:
        """The file that a report came from."""
        try:
            return _file(library.original(report_id), report_id)
        except KeyError:
            return PlainTextResponse("There is no such report in the library.", status_code=404)

    gr.mount_gradio_app(
        app,
        build_page(assistant, library),
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size="500mb",
        theme=_theme(),
        css_paths=STYLE,
        ssr_mode=False,
    )
    return app


def serve(
    assistant: Assistant, library: Library, host: str, port: int, ready: Callable[[str], None] = lambda _: None
) -> None:
    """Serve the page until interrupted; `ready` is called with its address once it answers. Raises `PortTaken`."""
    _check_port(host, port)
    config = uvicorn.Config(build_app(assistant, library), host=host, port=port, log_level="warning")
    _Server(config, lambda: ready(f"http://{host}:{port}")).run()


class _Server(uvicorn.Server):
    """A server that says when it is ready."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()


def _check_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(
                f"The page cannot listen on {host}:{port} ({error.strerror}). "
                f"Another copy may be running already; else choose another port: --port {port + 1}"
            ) from error


def _file(path: Path, report_id: str) -> FileResponse:
    """A kept file as a browser may safely show it; what it cannot show is offered as a download."""
    suffix = path.suffix.lower()
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": _HARMLESS}
    if suffix == ".pdf":
        # A browser's own PDF viewer is a page of its own, which a policy would keep from starting.
        return FileResponse(path, media_type="application/pdf", headers={"X-Content-Type-Options": "nosniff"})
    if suffix in _AS_TEXT:
        return FileResponse(path, media_type="text/plain; charset=utf-8", headers=headers)
    if suffix in _AS_PAGE:
        return FileResponse(path, media_type=_AS_PAGE[suffix], headers=headers)
    kind = _AS_DOWNLOAD.get(suffix, "application/octet-stream")
    return FileResponse(path, media_type=kind, headers=headers, filename=f"{report_id}{suffix}")


def _theme() -> gr.themes.Base:
    """A calm look from fonts that every computer has: nothing is fetched."""
    sans = ["system-ui", "Segoe UI", "Roboto", "Helvetica Neue", "sans-serif"]
    theme = gr.themes.Base(primary_hue="teal", neutral_hue="stone", font=sans, font_mono=["monospace"])
    return theme.set(
        block_border_width="0px",
        block_title_text_weight="600",
        block_title_text_color="*neutral_800",
        body_background_fill="*neutral_50",
        block_background_fill="*neutral_50",
        button_primary_background_fill="*primary_800",
        button_primary_background_fill_hover="*primary_900",
        button_secondary_background_fill="white",
        button_secondary_border_color="*neutral_400",
        button_border_width="1px",
        input_background_fill="white",
        input_border_width="1px",
        input_border_color="*neutral_500",
    )
