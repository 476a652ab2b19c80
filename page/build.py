"""The page, built of Gradio parts. It decides nothing: questions go to the assistant, files to the library."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any, Protocol

import gradio as gr

from ingest import Listing, Outcome, Progress
from page.render import EMPTY_LIBRARY, answer_html, library_html, outcomes_html, sources_html
from rag import Answer

EXAMPLES = (
    "What is co-production?",
    "Why should people who use services be paid for taking part?",
    "What goes wrong when services are planned without the people who use them?",
)
FORMATS = [".pdf", ".docx", ".pptx", ".html", ".htm", ".epub", ".md", ".rst", ".txt", ".jsonl"]
NO_SOURCES = "<p>The sources of an answer are shown here.</p>"

Turn = tuple[str, str, str]
"""A question, the text of its answer, and the panel of its sources."""
Messages = list[dict[str, Any]]


class Assistant(Protocol):
    """What the page needs of the assistant."""

    def stream(self, question: str, history: Sequence[tuple[str, str]] = ()) -> Iterator[Answer]: ...


class Library(Protocol):
    """What the page needs of the library."""

    def reports(self) -> list[Listing]: ...
    def add(
        self,
        targets: Sequence[str | Path],
        progress: Callable[[Progress], None] | None = None,
        uploads: bool = False,
    ) -> Iterator[Outcome]: ...
    def remove(self, id: str) -> bool: ...
    def original(self, id: str) -> Path: ...


def build_page(assistant: Assistant, library: Library) -> gr.Blocks:
    """The page over an assistant and its library."""
    with gr.Blocks(title="Co-production evidence", analytics_enabled=False, delete_cache=(3600, 3600)) as page:
        gr.HTML(
            "<h1>What do the reports say?</h1><p>Ask in plain words. Every answer is quoted, with report and page.</p>"
        )
        with gr.Tabs():
            with gr.Tab("Ask"):
                notice = _ask_tab(assistant, library)
            with gr.Tab("Library"):
                refresh = _library_tab(library, notice)
        page.load(refresh[0], None, refresh[1], api_visibility="private")
    return page


def _ask_tab(assistant: Assistant, library: Library) -> gr.HTML:
    turns = gr.State([])
    notice = gr.HTML(elem_classes="notice")
    with gr.Row(elem_classes="desk"):
        with gr.Column(scale=3, min_width=300):
            chat = gr.Chatbot(
                label="Conversation",
                latex_delimiters=[],
                buttons=[],
                height="60vh",
                layout="panel",
                placeholder="Ask a question, or try one of those below.",
            )
            question = gr.Textbox(
                label="Your question",
                placeholder="For example: who should be involved, and how?",
                lines=1,
                max_lines=6,
                submit_btn="Ask",
                elem_id="question",
            )
            with gr.Row(elem_classes="examples"):
                examples = [gr.Button(text, size="sm", variant="secondary") for text in EXAMPLES]
            clear = gr.Button("Start afresh", size="sm", variant="secondary")
        with gr.Column(scale=2, min_width=300):
            sources = gr.HTML(f"<h2>Sources</h2>{NO_SOURCES}", elem_id="sources")

    def ask(asked: str, messages: Messages, before: list[Turn]) -> Iterator[tuple[str, Messages, str, list[Turn]]]:
        """Answer a question in the light of the conversation so far."""
        asked = asked.strip()
        if not asked:
            yield "", messages, _panel(before), before
            return
        if not library.reports():
            yield (
                "",
                [*messages, _said("user", escape(asked)), _said("assistant", EMPTY_LIBRARY)],
                _panel(before),
                before,
            )
            return
        messages = [*messages, _said("user", escape(asked))]
        yield "", messages, _panel(before), before
        history = [(question, text) for question, text, _ in before]
        turn = len(before) + 1
        for answer in assistant.stream(asked, history):
            turns = [*before, (asked, answer.text, sources_html(answer, turn))]
            yield "", [*messages, _said("assistant", answer_html(answer, turn))], _panel(turns), turns

    outputs = [question, chat, sources, turns]
    gr.on([question.submit], ask, [question, chat, turns], outputs, api_name="ask", concurrency_limit=4)
    for example in examples:
        example.click(ask, [example, chat, turns], outputs, api_visibility="private", concurrency_limit=4)
    gr.on(
        [clear.click, chat.clear],
        lambda: ("", [], f"<h2>Sources</h2>{NO_SOURCES}", []),
        None,
        outputs,
        api_visibility="private",
    )
    return notice


def _said(role: str, content: str) -> dict[str, Any]:
    return {"role": role, "content": content}


def _panel(turns: Sequence[Turn]) -> str:
    """The sources of the last answer, and below, folded, those of the answers before it."""
    if not turns:
        return f"<h2>Sources</h2>{NO_SOURCES}"
    *before, (_, _, latest) = turns
    earlier = "".join(
        f"<details><summary>Sources of “{escape(question)}”</summary>{panel}</details>"
        for question, _, panel in reversed(before)
    )
    return f"<h2>Sources</h2>{latest}{earlier}"


def _library_tab(library: Library, notice: gr.HTML) -> tuple[Callable[[], tuple[Any, ...]], list[Any]]:
    with gr.Row(elem_classes="desk"):
        with gr.Column(scale=2, min_width=300):
            files = gr.File(label="Reports from this computer", file_count="multiple", file_types=FORMATS, height=180)
            address = gr.Textbox(
                label="Or a web address, or a folder on the computer where this runs", placeholder="https://…", lines=1
            )
            add = gr.Button("Add to the library", variant="primary")
            outcomes = gr.HTML(elem_id="outcomes")
            chosen = gr.Dropdown(label="Remove a report", choices=[], value=None, filterable=True)
            remove = gr.Button("Remove", size="sm")
            with gr.Row(visible=False) as confirm:
                sure = gr.Button("Yes, remove it", size="sm", variant="stop")
                keep = gr.Button("No, keep it", size="sm")
        with gr.Column(scale=3, min_width=300):
            wanted = gr.Textbox(label="Find a report in the list", lines=1)
            listing = gr.HTML(elem_id="reports")

    def shown(text: str = "") -> tuple[Any, ...]:
        reports = library.reports()
        choices = [(f"{each.details.title} ({each.details.file})", each.details.id) for each in reports]
        empty = "" if reports else f"<p>{EMPTY_LIBRARY}</p>"
        return library_html(reports, text), gr.update(choices=choices, value=None), empty

    def added(
        paths: list[str] | None,
        place: str,
        progress: gr.Progress = gr.Progress(),  # noqa: B008 (Gradio's own way)
    ) -> Iterator[tuple[Any, ...]]:
        """Add files or an address; tell what became of each as it is known."""
        targets = [*(paths or []), *([place.strip()] if place.strip() else [])]
        told: list[Outcome] = []
        for uploads, group in ((True, list(paths or [])), (False, targets[len(paths or []) :])):
            for outcome in library.add(group, lambda at: _tell(progress, at), uploads=uploads) if group else ():
                told.append(outcome)
                yield outcomes_html(told), *shown(), gr.skip(), gr.skip()
        for path in paths or []:
            Path(path).unlink(missing_ok=True)  # the library keeps a copy of its own
        message = outcomes_html(told) or "<p>Choose a file, or write an address, and press the button again.</p>"
        yield message, *shown(), None, ""

    lists = [listing, chosen, notice]
    add.click(
        added, [files, address], [outcomes, *lists, files, address], api_visibility="private", concurrency_limit=1
    )
    wanted.change(lambda text: library_html(library.reports(), text), wanted, listing, api_visibility="private")
    remove.click(lambda id: gr.update(visible=bool(id)), chosen, confirm, api_visibility="private")
    keep.click(lambda: gr.update(visible=False), None, confirm, api_visibility="private")

    def removed(id: str | None) -> tuple[Any, ...]:
        gone = bool(id) and library.remove(str(id))
        return (
            f"<p role='status'>{'Removed.' if gone else 'It was gone already.'}</p>",
            *shown(),
            gr.update(visible=False),
        )

    sure.click(removed, chosen, [outcomes, *lists, confirm], api_visibility="private")
    return shown, lists


def _tell(progress: gr.Progress, at: Progress) -> None:
    """Show how far an ingest is: the files, and within the present ones the passages."""
    within = at.passages_done / at.passages if at.passages else 0.0
    progress((at.files_done + within) / max(at.files, 1), desc=f"{at.file} ({at.files_done + 1} of {at.files})")
