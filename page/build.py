"""The page, built of Gradio parts. It decides nothing: questions go to the assistant, files to the library."""

from __future__ import annotations

import gradio as gr

from page.ask import ask_tab
from page.library import QUIET, library_tab
from page.needs import Parts

TITLE = "What do the reports say?"
HEADER = f"<h1>{TITLE}</h1><p>Answers on co-production, quoted, each with where it stands.</p>"
# Uploads that were never added are deleted after an hour.
HOUR = 3600
# Seconds between two looks at whether the library has changed.
WATCH = 2


def build_page(parts: Parts) -> gr.Blocks:
    """The page over an assistant and its library, with a tab to ask and a tab to look after the reports."""
    page = gr.Blocks(title=TITLE, analytics_enabled=False, delete_cache=(HOUR, HOUR))
    with page:
        gr.HTML(HEADER, apply_default_css=False, elem_id="header")
        with gr.Tabs():
            with gr.Tab("Ask") as asking:
                notice = ask_tab(parts.assistant, parts.reading_list)
            with gr.Tab("Library") as looking_after:
                shelf = library_tab(parts, notice)
        for event in (page.load, asking.select, looking_after.select):
            event(shelf.refresh, shelf.wanted, shelf.outputs, **QUIET)
        # What others add, and what is being fetched, shows without anybody's doing.
        gr.Timer(WATCH).tick(shelf.watch, [shelf.wanted, shelf.seen], [*shelf.outputs, shelf.seen], **QUIET)
    return page
