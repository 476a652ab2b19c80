"""Signs of health for the programs that watch a server."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST

from page.access.metrics import Metrics
from page.access.request_context import context_of
from service import Service

_log = logging.getLogger(__name__)


def add_health(app: FastAPI, service: Service, metrics: Metrics) -> None:
    """Answer at `/health` (up, and the library can be read), `/ready` (questions can be asked) and `/metrics`."""

    @app.get("/health")
    def health() -> JSONResponse:
        return _told(library=_readable(service))

    @app.get("/ready")
    def ready() -> JSONResponse:
        return _told(library=_readable(service), model=_can_read(service))

    @app.get("/metrics")
    def figures(request: Request) -> Response:
        if not context_of(request).here and not context_of(request).is_librarian:
            return PlainTextResponse("Only this machine and librarians see the figures.", status_code=403)
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)


def _told(**signs: bool) -> JSONResponse:
    return JSONResponse({"up": True, **signs}, 200 if all(signs.values()) else 503, {"Cache-Control": "no-store"})


def _readable(service: Service) -> bool:
    try:
        service.library.all_details()
    except Exception:  # whatever it was, the library cannot be read
        _log.exception("The library cannot be read.")
        return False
    return True


def _can_read(service: Service) -> bool:
    """Whether the model reads a question; the first time this waits until it is loaded."""
    try:
        service.assistant.embeddings.embed_query("ready")
    except Exception:  # as above
        _log.exception("The model cannot be used.")
        return False
    return True
