"""The files behind the citations, sent so that a browser can show them and nothing in them can do harm."""

from __future__ import annotations

import re
from gettext import gettext as _
from pathlib import Path, PurePath

from fastapi import FastAPI, Response
from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse

from ingest.library import Library
from page.screens.briefs import brief_html

# A hash; what follows a colon may be anything, for the library decides which ids there are.
_ID = re.compile(r"[0-9a-f]{8,64}(:.+)?")
_OFFICE = "application/vnd.openxmlformats-officedocument"
_TYPES = {
    ".pdf": "application/pdf",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "application/xhtml+xml",
    ".docx": f"{_OFFICE}.wordprocessingml.document",
    ".pptx": f"{_OFFICE}.presentationml.presentation",
    ".xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    ".epub": "application/epub+zip",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".rtf": "application/rtf",
    **dict.fromkeys((".csv", ".tsv"), "text/csv; charset=utf-8"),
    **dict.fromkeys((".md", ".markdown", ".rst", ".txt", ".jsonl"), "text/plain; charset=utf-8"),
}
_DOWNLOADED = {".docx", ".pptx", ".xlsx", ".epub", ".odt", ".odp", ".ods", ".rtf", ".csv", ".tsv"}
# A report may be a web page with anything in it: it is shown without scripts, forms, or anything from elsewhere.
_HARMLESS = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"

_SAFE = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": _HARMLESS}


def add_originals(app: FastAPI, library: Library) -> None:
    """Serve the file of every report at `/reports/{id}`."""

    @app.get("/reports/{id:path}")
    def original(id: str) -> Response:
        try:
            if not _ID.fullmatch(id):
                raise KeyError(id)
            details = library.details(id)
            if details.is_brief:
                return HTMLResponse(brief_html(library.report(id)), headers=_SAFE)
            return _response(library.original(id), PurePath(details.file).name)
        except KeyError:
            return not_found()


def not_found() -> PlainTextResponse:
    """The answer where there is no report, or none any more."""
    sentence = _("There is no such report in the library. It may have been removed.")
    return PlainTextResponse(sentence, status_code=404)


def _response(path: Path, name: str) -> FileResponse:
    suffix = path.suffix.lower()
    known = suffix in _TYPES
    # A browser's PDF viewer is a page of its own, which the policy would keep from starting.
    headers = {"X-Content-Type-Options": "nosniff"} if suffix == ".pdf" else _SAFE
    return FileResponse(
        path,
        media_type=_TYPES.get(suffix, "application/octet-stream"),
        headers=headers,
        filename=name if name.lower().endswith(suffix) else f"{name}{suffix}",
        content_disposition_type="inline" if known and suffix not in _DOWNLOADED else "attachment",
    )
