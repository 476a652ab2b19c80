"""The tab with the evidence that a reader collected: each quotation with its page, to be saved or taken out again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from gettext import gettext as _
from gettext import ngettext
from html import escape
from typing import Annotated

from fastapi import Depends, FastAPI, Form, Request
from fastapi.responses import HTMLResponse, PlainTextResponse

from page.exports import as_known, save_html
from page.forms import from_the_page
from page.screens.sources import citation_html
from page.userdata import Desk, Kept, owner
from service import Service

ShortText = Annotated[str, Form(max_length=200)]
LongText = Annotated[str, Form(max_length=20_000)]
# Letters of a note.
NOTE = 10_000


def evidence_html() -> str:
    """The tab: a place that is loaded whenever it comes into view."""
    heading = escape(_("Evidence"))
    return f"<h2>{heading}</h2><div id='kept' data-refresh='/kept'>{_none()}</div>"


def _none() -> str:
    sentence = _(
        "Nothing is kept yet. Press “Keep” beside a quotation or a passage, and it waits here with its report and "
        "page, to be saved as a document with references."
    )
    return f"<p class='aside'>{escape(sentence)}</p>"


def add_evidence(app: FastAPI, service: Service, desk: Desk) -> None:
    """Keep words of the reports at `/kept`, show them there, say at `/kept/count` how many they are, take them out at
    `/kept/{piece}/out` and back at `/kept/{piece}/back`, and keep notes of them at `/kept/{piece}/note`.
    """

    def shown(request: Request) -> str:
        pieces = desk.evidence.all(owner(request.cookies))
        known = [replace(each, citations=as_known(service.library, each.citations)) for each in pieces]
        return kept_html(known)

    @app.get("/kept")
    def kept(request: Request) -> HTMLResponse:
        return HTMLResponse(shown(request))

    @app.get("/kept/count")
    def count(request: Request) -> PlainTextResponse:
        return PlainTextResponse(str(desk.evidence.count(owner(request.cookies)) or ""))

    @app.post("/kept", dependencies=[Depends(from_the_page)])
    def keep(request: Request, passage: ShortText, quote: LongText, question: LongText = "") -> PlainTextResponse:
        cited = service.assistant.cite(passage, quote)
        if not cited:
            return PlainTextResponse(_("Not kept: these words are no longer in the library."), status_code=404)
        desk.evidence.keep(owner(request.cookies), question, cited)
        return PlainTextResponse(_("Kept. It waits under “Evidence”."))

    @app.post("/kept/{piece}/note", dependencies=[Depends(from_the_page)])
    def annotate(request: Request, piece: int, note: LongText = "") -> PlainTextResponse:
        if desk.evidence.annotate(owner(request.cookies), piece, note):
            return PlainTextResponse(_("Your note is kept."))
        return PlainTextResponse(_("That is no longer kept, so nothing was noted."), status_code=404)

    @app.post("/kept/{piece}/out", dependencies=[Depends(from_the_page)])
    def out(request: Request, piece: int) -> HTMLResponse:
        told = _undo(piece) if desk.evidence.drop(owner(request.cookies), piece) else ""
        return HTMLResponse(told + shown(request))

    @app.post("/kept/{piece}/back", dependencies=[Depends(from_the_page)])
    def back(request: Request, piece: int) -> HTMLResponse:
        is_back = desk.evidence.restore(owner(request.cookies), piece)
        told = _("It is back.") if is_back else _("It can no longer be brought back.")
        return HTMLResponse(f"<p role='status' tabindex='-1'>{escape(told)}</p>{shown(request)}")


def kept_html(kept: Sequence[Kept]) -> str:
    """The pieces that are kept."""
    if not kept:
        return _none()
    count = ngettext("One quotation is kept.", "{count} quotations are kept.", len(kept)).format(count=len(kept))
    listed = "".join(f"<li>{_piece(each)}</li>" for each in kept)
    saved = save_html("/export/evidence", _("Save all the evidence"))
    return f"<div class='actions'><span>{escape(count)}</span>{saved}</div><ol class='sources'>{listed}</ol>"


def _piece(piece: Kept) -> str:
    asked = escape(_("For: {question}").format(question=piece.question))
    question = f"<p class='aside'>{asked}</p>" if piece.question else ""
    first = piece.citations[0]
    name = escape(_("Take out the words of {title}").format(title=first.passage.report.title))
    take_out, save = escape(_("Take out")), _("Save this quotation")
    out = (
        f"<form class='send' action='/kept/{piece.id}/out' data-target='kept'><button aria-label='{name}'>{take_out}"
        f"</button></form>{save_html('/export/evidence', save, {'piece': piece.id})}"
    )
    entries = [citation_html(each, out if each is piece.citations[-1] else "") for each in piece.citations]
    return f"<span class='number'>{first.number}</span><div>{question}{''.join(entries)}{_note(piece)}</div>"


def _note(piece: Kept) -> str:
    """Where a reader notes something of a piece; it is kept while she writes."""
    told = escape(_("Your note on the words of {title}").format(title=piece.citations[0].passage.report.title))
    words, id = escape(_("Your note")), f"note-{piece.id}"
    return (
        f"<div class='noting'><label for='{id}'>{words}</label><textarea id='{id}' class='note' rows='1' "
        f"maxlength='{NOTE}' aria-label='{told}' data-address='/kept/{piece.id}/note'>{escape(piece.note)}</textarea>"
        "</div>"
    )


def _undo(piece: int) -> str:
    """A button that brings a piece back that was just taken out."""
    told, again = escape(_("Taken out.")), escape(_("Keep it after all"))
    return (
        f"<form class='send' action='/kept/{piece}/back' data-target='kept'><p role='status' tabindex='-1'>{told} "
        f"<button>{again}</button></p></form>"
    )
