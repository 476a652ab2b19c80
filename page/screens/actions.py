"""What a reader can do with an answer: copy it with its references, save it, link to it, say whether it helped."""

from __future__ import annotations

from gettext import gettext as _
from html import escape
from typing import Annotated

from fastapi import Depends, FastAPI, Form, Request
from fastapi.responses import PlainTextResponse

from export import of_answer
from export.html import pasted_html
from page.exports import save_html
from page.forms import from_the_page
from page.permalink import again_address
from page.userdata import Desk, NoConversationError, owner
from rag import Answer
from service import ReportFilter

REASON = 500


def actions_html(answer: Answer, turn: int, conversation: str, limits: ReportFilter) -> str:
    """The actions for the answer of a turn, in HTML; nothing while `conversation`, the id it is kept under, is ""."""
    if not conversation:
        return ""
    if not answer.answered:
        return f"<div class='actions'>{_votes(turn, conversation)}</div>"
    label = _("Save this answer (question {turn})").format(turn=turn)
    saved = save_html(f"/export/conversation/{conversation}", label, {"turn": turn})
    address = again_address(answer, turn, limits)
    title = escape(_("Copies a link that asks the library the same question again"))
    words, copy = escape(_("Link to this question")), escape(_("Copy with references"))
    link = f"<a class='copy' href='{escape(address)}' title='{title}'>{words}</a>"
    return (
        f"<div class='actions'><span><button type='button' class='copy'>{copy}</button>"
        f"<template>{pasted_html(of_answer(answer))}</template></span>{saved}{link}{_in_quotations(answer, address)}"
        f"{_votes(turn, conversation)}</div>"
    )


def _in_quotations(answer: Answer, address: str) -> str:
    """Of an answer that a language model wrote, the way to the same question answered in quotations.

    `address` is where the question is asked again.
    """
    if not answer.written_by:
        return ""
    words = escape(_("The same in quotations"))
    return f"<a href='{escape(address)}&amp;quotations=1'>{words}</a>"


def _votes(turn: int, conversation: str) -> str:
    def button(value: str, words: str) -> str:
        return f"<button type='button' class='vote' value='{value}' aria-pressed='false'>{words}</button>"

    yes, no = button("yes", escape(_("Yes"))), button("no", escape(_("No")))
    why = f"why-{turn}"
    group, asked = escape(_("Did this answer help?")), escape(_("Did this help?"))
    wrong, send = escape(_("What was wrong with it?")), escape(_("Send"))
    return (
        f"<div class='votes' role='group' aria-label='{group}' "
        f"data-conversation='{escape(conversation)}' data-turn='{turn}'>{asked} "
        f"{yes} {no}<form class='why' hidden>"
        f"<label for='{why}'>{wrong}</label><input id='{why}' type='text' maxlength='{REASON}'>"
        f"<button class='vote' value='no'>{send}</button></form></div>"
    )


def add_votes(app: FastAPI, desk: Desk) -> None:
    """Take at `/votes` what readers say of answers; it stays on this computer."""

    @app.post("/votes", dependencies=[Depends(from_the_page)])
    def vote(
        request: Request,
        conversation: Annotated[str, Form()],
        turn: Annotated[int, Form(ge=1)],
        helpful: Annotated[str, Form()],
        reason: Annotated[str, Form(max_length=REASON)] = "",
    ) -> PlainTextResponse:
        whose = owner(request.cookies)
        try:
            answer = desk.conversations.open(whose, conversation)[turn - 1]
        except (NoConversationError, IndexError):
            return PlainTextResponse(_("That answer is no longer kept, so nothing was noted."), status_code=404)
        desk.feedback.add(answer, helpful == "yes", reason, whose)
        return PlainTextResponse(
            _("Thank you. It was noted on the computer that runs this page, and goes nowhere else.")
        )
