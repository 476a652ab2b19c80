"""The tab with a reader's conversations: found by their words, opened again, renamed, saved, deleted and restored."""

from __future__ import annotations

from collections.abc import Sequence
from gettext import gettext as _
from gettext import ngettext
from html import escape
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, FastAPI, Form, Request
from fastapi.responses import HTMLResponse

from page.exports import save_html
from page.forms import from_the_page
from page.userdata import Desk, NoConversationError, Summary, owner
from rag.language import day_words


def history_html() -> str:
    """The tab: a box to find conversations by their words, and the place for their list, loaded anew with them."""
    heading, find = escape(_("Conversations")), escape(_("Find in your conversations"))
    return (
        f"<h2>{heading}</h2><form class='fragment' role='search' action='/conversations' data-target='kept-talk'>"
        f"<label for='talk-words'>{find}</label>"
        "<input id='talk-words' name='words' type='search' maxlength='200' autocomplete='off'></form>"
        f"<div id='kept-talk' data-refresh='/conversations'>{_none()}</div>"
    )


def _none() -> str:
    sentence = _("No conversation is kept yet. Each one that you begin under “Ask” is kept on this computer.")
    return f"<p class='aside'>{escape(sentence)}</p>"


def add_history(app: FastAPI, desk: Desk) -> None:
    """Show the conversations at `/conversations`, and change one at `/conversations/{id}/…`."""
    conversations = desk.conversations

    @app.get("/conversations")
    def found(request: Request, words: str = "") -> HTMLResponse:
        return HTMLResponse(list_html(conversations.list(owner(request.cookies), words[:200]), words))

    @app.post("/conversations/{id}/{change}", dependencies=[Depends(from_the_page)])
    def changed(
        request: Request, id: str, change: str, title: Annotated[str, Form(max_length=200)] = "", words: str = ""
    ) -> HTMLResponse:
        whose = owner(request.cookies)
        told = ""
        try:
            if change == "rename":
                conversations.rename(whose, id, title)
                told = _said(_("Renamed."))
            elif change == "delete":
                conversations.delete(whose, id)
                told = _undo(_address(id, "restore", words))
            elif change == "restore":
                conversations.restore(whose, id)
                told = _said(_("It is back."))
        except NoConversationError:
            told = _said(_("That conversation is no longer kept."))
        return HTMLResponse(told + list_html(conversations.list(whose, words[:200]), words))


def list_html(found: Sequence[Summary], words: str = "") -> str:
    """The conversations that were found, for `words` where there are some."""
    if not found:
        return _counted(_("No conversation has all these words.")) if words.strip() else _none()
    count = ngettext("One conversation.", "{count:,} conversations.", len(found)).format(count=len(found))
    listed = "".join(f"<li>{_conversation(each, words)}</li>" for each in found)
    return f"{_counted(count)}<ul class='reports open'>{listed}</ul>"


def _counted(words: str) -> str:
    return f"<p class='aside' role='status'>{escape(words)}</p>"


def _said(words: str) -> str:
    return f"<p role='status' tabindex='-1'>{escape(words)}</p>"


def _address(id: str, change: str, words: str) -> str:
    """Where a conversation is changed while those with some words are shown."""
    return escape(f"/conversations/{id}/{change}?{urlencode({'words': words})}")


def _conversation(each: Summary, words: str) -> str:
    title, id = escape(each.title), escape(each.id)
    questions = ngettext("one question", "{count:,} questions", each.questions).format(count=each.questions)
    rename, delete, another = escape(_("Rename")), escape(_("Delete")), escape(_("Another title"))
    rename_it, save_it, delete_it = (
        words.format(title=each.title) for words in (_("Rename {title}"), _("Save {title}"), _("Delete {title}"))
    )
    return (
        f"<a href='/?conversation={id}'>{title}</a><p class='aside'>{day_words(each.day)}, {escape(questions)}</p>"
        "<div class='actions'>"
        f"<details class='menu'><summary aria-label='{escape(rename_it)}'>{rename}</summary>"
        f"<form class='send' action='{_address(each.id, 'rename', words)}' data-target='kept-talk'>"
        f"<label for='title-{id}'>{another}</label><input id='title-{id}' name='title' value='{title}' "
        f"maxlength='200'><button>{rename}</button></form></details>{save_html(f'/export/conversation/{id}', save_it)}"
        f"<form class='send' action='{_address(each.id, 'delete', words)}' data-target='kept-talk'>"
        f"<button aria-label='{escape(delete_it)}'>{delete}</button></form></div>"
    )


def _undo(address: str) -> str:
    told, back = escape(_("Deleted. It can be brought back for a day.")), escape(_("Bring it back"))
    return (
        f"<form class='send' action='{address}' data-target='kept-talk'>"
        f"<p role='status' tabindex='-1'>{told} <button>{back}</button></p>"
        "</form>"
    )
