"""The page, built of Gradio parts. It decides nothing: questions go to the assistant, files to the library."""

from __future__ import annotations

from gettext import gettext as _
from html import escape
from typing import Any

import gradio as gr

from page.access import context_of
from page.access.sign_in import signed_in_html
from page.screens.ask import QUIET, ask_tab
from page.screens.compare import compare_html
from page.screens.conversations import history_html
from page.screens.evidence import evidence_html
from page.screens.find import find_html
from page.screens.library import library_tab
from page.userdata import Desk
from service import Service

# Uploads that were never added are deleted after an hour.
HOUR = 3600
# Seconds between two looks at whether the library has changed.
WATCH = 2


def build_page(service: Service, desk: Desk, closed: bool = False) -> gr.Blocks:
    """The page over an assistant and its library, and a desk for what its readers keep.

    Where it is `closed` only those who may change the library are shown how to.
    """
    title = _("What do the reports say?")
    lead = _("Answers on co-production in the reports’ own words, each with its report and page.")
    page = gr.Blocks(title=title, analytics_enabled=False, delete_cache=(HOUR, HOUR))
    with page:
        gr.HTML(header_html(title, lead), apply_default_css=False, elem_id="header")
        signed_in = gr.HTML(apply_default_css=False, elem_classes="piece", visible=closed)
        with gr.Tabs():
            with gr.Tab(_("Ask")) as asking:
                ask = ask_tab(service, desk)
            # These are pieces of HTML that come from the server by page.js, quicker than by Gradio's parts.
            for name, html in [
                (_("Find"), find_html()),
                (_("Compare"), compare_html()),
                (_("Evidence"), evidence_html()),
                (_("Conversations"), history_html()),
            ]:
                with gr.Tab(name):
                    gr.HTML(html, apply_default_css=False, elem_classes="piece")
            with gr.Tab(_("Library")) as looking_after:
                shelf = library_tab(service, ask.notice, closed)
        if closed:
            page.load(_of_the_visit, None, [signed_in, *shelf.changing], **QUIET)
        for event in (page.load, asking.select, looking_after.select):
            event(shelf.refresh, None, shelf.outputs, trigger_mode="multiple", **QUIET)
        page.load(ask.arrive, None, [*ask.outputs, *ask.limits], **QUIET).then(
            ask.welcome, ask.talk, ask.offers, **QUIET
        )
        # "multiple": else what is chosen while the last answer to it is on its way would come to nothing.
        asking.select(ask.welcome, ask.talk, ask.offers, trigger_mode="multiple", **QUIET)
        # What others add, and what is being fetched, shows without anybody's doing.
        gr.Timer(WATCH).tick(shelf.watch, shelf.seen, [*shelf.outputs, shelf.seen], **QUIET)
    return page


def header_html(title: str, lead: str) -> str:
    """The head of the page: what it is, and what opens above it."""
    buttons = "".join(
        f"<button type='button' class='dialog' data-address='{address}'>{escape(name)}</button>"
        for address, name in (("/help", _("Help")), ("/settings", _("Settings")))
    )
    head = f"<div><h1>{escape(title)}</h1><p>{escape(lead)}</p></div><div class='actions'>{buttons}</div>"
    return f"<div class='head'>{head}</div>"


def _of_the_visit(request: gr.Request) -> tuple[Any, ...]:
    """Who is signed in, and whether the parts that change the library are shown."""
    shown = gr.update(visible=context_of(request).may_change)
    return signed_in_html(context_of(request)), shown, shown
