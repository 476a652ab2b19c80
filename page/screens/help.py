"""The help: what each screen is for, which keys there are, and where things are kept."""

from __future__ import annotations

from collections.abc import Iterable
from gettext import gettext as _
from html import escape

from fastapi import FastAPI
from fastapi.responses import HTMLResponse


def add_help(app: FastAPI) -> None:
    """Show the help at `/help`."""

    @app.get("/help")
    def help() -> HTMLResponse:
        return HTMLResponse(_help_html())


def _help_html() -> str:
    title, screens, keys, kept = (
        escape(words) for words in (_("Help"), _("What each screen is for"), _("Keys"), _("Where things are kept"))
    )
    sentence = _(
        "Questions, evidence, notes and reports stay on the computer that runs this page. Your evidence and your "
        "conversations are shown in this browser alone, or with your account where you sign in."
    )
    use, only = escape(_("Use the keys ? and /")), escape(_("They work while you are not writing."))
    return (
        f"<h2 id='dialog-title'>{title}</h2><h3>{screens}</h3><dl>{_listed(_screens())}</dl>"
        f"<h3>{keys}</h3><dl class='keys'>{_listed(_keys())}</dl>"
        f"<p><label><input type='checkbox' class='use-keys' checked> {use}</label> {only}</p>"
        f"<h3>{kept}</h3><p>{escape(sentence)}</p>"
    )


def _listed(pairs: Iterable[tuple[str, str]]) -> str:
    return "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(words)}</dd></div>" for name, words in pairs)


def _screens() -> list[tuple[str, str]]:
    """Each screen by its name, and what it is for."""
    return [
        (
            _("Ask"),
            _(
                "Ask a question, and read what the reports say in their own words. “See it” below a quotation opens "
                "the page that it is from, with the words marked. You can go on asking, copy an answer, or save it."
            ),
        ),
        (_("Find"), _("Find passages while you type.")),
        (_("Compare"), _("See what each report says to one question, and to further ones, side by side.")),
        (_("Evidence"), _("What you keep waits here. Add notes, and save it all as a Word document or as references.")),
        (_("Conversations"), _("Each conversation is kept. Find it by its words, and go on with it.")),
        (
            _("Library"),
            _(
                "See which reports are here, and add your own. Tick some to put them into a collection, which can be "
                "asked by itself, or to remove them: what is removed waits in the bin until that is emptied."
            ),
        ),
    ]


def _keys() -> list[tuple[str, str]]:
    """Each key, and what it does."""
    return [
        ("?", _("opens this help")),
        ("/", _("leads to where you write on the screen: the question, or the words to find")),
        (_("Enter"), _("sends the question")),
        (_("Shift and Enter"), _("begins a new line in the question")),
        (_("Escape"), _("closes what is open: a page of a report, a menu, this help")),
        (_("Tab"), _("leads from one thing to the next, and Enter presses it")),
        (_("Arrow keys"), _("lead from row to row and from part to part in the table of the library")),
        (_("Back, in the browser"), _("leads to where you were before: it closes a page, or shows the last screen")),
    ]
