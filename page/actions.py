"""What a reader can do with an answer: copy it with its references, save it, link to it, say whether it helped."""

from __future__ import annotations

from html import escape
from typing import Annotated

from fastapi import Depends, FastAPI, Form, Request
from fastapi.responses import PlainTextResponse

from page.desk import Desk, NoConversation, owner
from page.exports import save_html
from page.forms import from_the_page
from page.limits import Limits
from page.programs import ask_address
from rag import Answer
from rag.export import of_answer
from rag.export.html import pasted_html

REASON = 500


def actions_html(answer: Answer, turn: int, conversation: str, limits: Limits) -> str:
    """The actions for the answer of a turn, in HTML; nothing while `conversation`, the id it is kept under, is ""."""
    if not conversation:
        return ""
    if not answer.answered:
        return f"<div class='actions'>{_votes(turn, conversation)}</div>"
    saved = save_html(f"/export/conversation/{conversation}", f"this answer (question {turn})", {"turn": turn})
    address = escape(ask_address(answer.question, limits))
    link = f"<a href='{address}' title='Asks the library the same question again'>Link to this question</a>"
    return (
        "<div class='actions'><span><button type='button' class='copy'>Copy with references</button>"
        f"<template>{pasted_html(of_answer(answer))}</template></span>{saved}{link}{_votes(turn, conversation)}</div>"
    )


def _votes(turn: int, conversation: str) -> str:
    def button(value: str, words: str) -> str:
        return f"<button type='button' class='vote' value='{value}' aria-pressed='false'>{words}</button>"

    why = f"why-{turn}"
    return (
        "<span class='votes' role='group' aria-label='Did this answer help?' "
        f"data-conversation='{escape(conversation)}' data-turn='{turn}'>Did this help? "
        f"{button('yes', 'Yes')} {button('no', 'No')}"
        "<span class='why' hidden>"
        f"<label for='{why}'>What was wrong with it?</label><input id='{why}' type='text' maxlength='{REASON}'>"
        "<button type='button' class='vote' value='no'>Send</button></span></span>"
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
        except (NoConversation, IndexError):
            return PlainTextResponse("That answer is no longer kept, so nothing was noted.", status_code=404)
        desk.feedback.add(answer, helpful == "yes", reason, whose)
        return PlainTextResponse("Thank you. It was noted on the computer that runs this page, and goes nowhere else.")
