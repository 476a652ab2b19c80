"""The tab with a reader's conversations: found by their words, opened again, renamed, saved, deleted and restored."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Annotated

from fastapi import Depends, FastAPI, Form, Request
from fastapi.responses import HTMLResponse

from page.desk import Desk, NoConversation, Summary, owner
from page.exports import save_html
from page.forms import from_the_page

NONE = "<p class='aside'>No conversation is kept yet. Each one that you begin under “Ask” is kept on this computer.</p>"
GONE = "That conversation is no longer kept."


def history_html() -> str:
    """The tab: a box to find conversations by their words, and the place for their list."""
    return (
        "<h2>Conversations</h2><form class='fragment' role='search' action='/conversations' data-target='kept-talk'>"
        "<label for='talk-words'>Find in your conversations</label>"
        "<input id='talk-words' name='words' type='search' maxlength='200' autocomplete='off'></form>"
        f"<div id='kept-talk' data-refresh='/conversations' data-form='talk-words'>{NONE}</div>"
    )


def add_history(app: FastAPI, desk: Desk) -> None:
    """Show the conversations at `/conversations`, and change one at `/conversations/{id}/…`."""
    conversations = desk.conversations

    @app.get("/conversations")
    def found(request: Request, words: str = "") -> HTMLResponse:
        return HTMLResponse(list_html(conversations.list(owner(request.cookies), words[:200]), words))

    @app.post("/conversations/{id}/{change}", dependencies=[Depends(from_the_page)])
    def changed(
        request: Request, id: str, change: str, title: Annotated[str, Form(max_length=200)] = ""
    ) -> HTMLResponse:
        whose = owner(request.cookies)
        told = ""
        try:
            if change == "rename":
                conversations.rename(whose, id, title)
                told = "<p role='status' tabindex='-1'>Renamed.</p>"
            elif change == "delete":
                conversations.delete(whose, id)
                told = _undo(id)
            elif change == "restore":
                conversations.restore(whose, id)
                told = "<p role='status' tabindex='-1'>It is back.</p>"
        except NoConversation:
            told = f"<p role='status' tabindex='-1'>{GONE}</p>"
        return HTMLResponse(told + list_html(conversations.list(whose)))


def list_html(found: Sequence[Summary], words: str = "") -> str:
    """The conversations that were found, for `words` where there are some."""
    if not found:
        return "<p class='aside' role='status'>No conversation has all these words.</p>" if words.strip() else NONE
    count = "One conversation" if len(found) == 1 else f"{len(found):,} conversations"
    listed = "".join(f"<li>{_conversation(each)}</li>" for each in found)
    return f"<p class='aside' role='status'>{count}.</p><ul class='reports open'>{listed}</ul>"


def _conversation(each: Summary) -> str:
    title, id = escape(each.title), escape(each.id)
    questions = "one question" if each.questions == 1 else f"{each.questions:,} questions"
    day = f"{each.day.day} {each.day:%B %Y}"
    return (
        f"<a href='/?conversation={id}'>{title}</a><p class='aside'>{day}, {questions}</p><div class='actions'>"
        f"<details class='menu'><summary aria-label='Rename {title}'>Rename</summary>"
        f"<form class='send' action='/conversations/{id}/rename' data-target='kept-talk'>"
        f"<label for='title-{id}'>Another title</label><input id='title-{id}' name='title' value='{title}' "
        f"maxlength='200'><button>Rename</button></form></details>{save_html(f'/export/conversation/{id}', each.title)}"
        f"<form class='send' action='/conversations/{id}/delete' data-target='kept-talk'>"
        f"<button aria-label='Delete {title}'>Delete</button></form></div>"
    )


def _undo(id: str) -> str:
    return (
        f"<form class='send' action='/conversations/{escape(id)}/restore' data-target='kept-talk'>"
        "<p role='status' tabindex='-1'>Deleted. It can be brought back for a day. <button>Bring it back</button></p>"
        "</form>"
    )
