"""Signs of health for the programs that watch a server."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST

from common import AwayError
from page.access.metrics import Metrics
from page.access.request_context import context_of
from service import Service

_log = logging.getLogger(__name__)


def add_health(app: FastAPI, service: Service, metrics: Metrics) -> None:
    """Answer at `/health` (the process is up), `/ready` (questions can be asked) and `/metrics`."""
    needed = {
        "library": (lambda: service.library.all_details(), "The library cannot be read."),
        "index": (service.library.store.reach, "The search index cannot be used."),
        # The first time this waits until it is loaded.
        "model": (lambda: service.assistant.embeddings.embed_query("ready"), "The model cannot be used."),
    }

    @app.api_route("/health", methods=["GET", "HEAD"])
    def health() -> JSONResponse:
        return _told({"up": True})

    @app.api_route("/ready", methods=["GET", "HEAD"])
    def ready() -> JSONResponse:
        failing = {name: sentence for name, (use, sentence) in needed.items() if not _works(use, sentence)}
        signs = {"up": True, **{name: name not in failing for name in needed}}
        return _told(signs | {"detail": " ".join(failing.values())}, 503) if failing else _told(signs)

    @app.get("/metrics")
    def figures(request: Request) -> Response:
        if not context_of(request).here and not context_of(request).is_librarian:
            return PlainTextResponse("Only this machine and librarians see the figures.", status_code=403)
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)


def _told(signs: Mapping[str, bool | str], status: int = 200) -> JSONResponse:
    return JSONResponse(dict(signs), status, {"Cache-Control": "no-store"})


def _works(use: Callable[[], object], sentence: str) -> bool:
    try:
        use()
    except AwayError as error:
        _log.warning("%s", error)
        return False
    except Exception:  # whatever it was, it cannot be used
        _log.exception(sentence)
        return False
    return True
