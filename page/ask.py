"""The tab for asking: the conversation, and beside it the passages that the answers rest on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.events import api

from ingest.reading_list import ReadingList
from page.answers import conversation_html, sources_html
from page.needs import Assistant, plainly
from rag import Answer

EXAMPLES = (
    "What is co-production?",
    "Who coined the word co-production?",
    "How do co-production and community engagement relate to each other?",
    "What did the 2015 survey find about people wanting a say in services?",
)
# People who are answered at the same time; the others wait their turn.
AT_ONCE = 4

Answers = tuple[Answer, ...]


def ask_tab(assistant: Assistant, reading_list: ReadingList) -> gr.HTML:
    """Lay the tab out and connect it. Returns the place for a notice above the conversation.

    A question that comes before the briefs are in an empty library waits for them.
    """
    answers = gr.State(())
    with gr.Row(elem_classes="desk"):
        with gr.Column(scale=3, min_width=280):
            notice = gr.HTML(apply_default_css=False, elem_id="notice")
            conversation = gr.HTML(apply_default_css=False, elem_id="conversation", js_on_load=_script())
            with gr.Column(elem_id="examples") as examples:
                gr.HTML("<p class='aside'>For example:</p>", apply_default_css=False)
                buttons = [gr.Button(text, size="sm", variant="secondary") for text in EXAMPLES]
            with gr.Column(elem_id="asking"):
                question = gr.Textbox(
                    label="Your question",
                    placeholder="Ask the reports",
                    lines=1,
                    max_lines=6,
                    max_length=2000,
                    submit_btn="Ask",
                )
                clear = gr.Button("Clear the conversation", size="sm", variant="secondary", visible=False)
        with gr.Column(scale=2, min_width=280):
            sources = gr.HTML(sources_html(()), apply_default_css=False, elem_id="sources")
    outputs = [question, conversation, sources, answers, examples, clear]

    def reply(asked: str, before: Answers) -> Iterator[tuple[Any, ...]]:
        asked = asked.strip()
        if not asked:
            yield _shown(before)
            return
        yield _shown(before, asked)
        with plainly("The question could not be answered."):
            reading_list.fill()
            for answer in assistant.stream(asked, [(each.question, each.text) for each in before]):
                yield _shown((*before, answer))

    options: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    asking: list[Any] = [question.submit(reply, [question, answers], outputs, concurrency_limit=AT_ONCE, **options)]
    for button in buttons:
        asking.append(button.click(reply, [button, answers], outputs, concurrency_limit=AT_ONCE, **options))
    # An answer that is still coming would else put itself back.
    clear.click(lambda: _shown(()), None, outputs, queue=False, cancels=asking, **options)
    _offer_to_programs(assistant, reading_list)
    return notice


def _shown(answers: Answers, asking: str = "") -> tuple[Any, ...]:
    """What the tab shows: an empty question box, the conversation, the sources, and its start or its end."""
    begun = bool(answers or asking)
    shown = conversation_html(answers, asking), sources_html(answers), answers
    return "", *shown, gr.update(visible=not begun), gr.update(visible=begun)


def _script() -> str:
    return (Path(__file__).parent / "conversation.js").read_text(encoding="utf-8")


def _offer_to_programs(assistant: Assistant, reading_list: ReadingList) -> None:
    """Let other programs ask over HTTP what the page asks; they get what `coproduction ask --json` prints."""

    def ask(question: str, history: list[tuple[str, str]] | None = None) -> dict[str, Any]:
        """Answer a question from the reports; `history` holds the questions and answers before it."""
        reading_list.fill()
        return assistant.ask(question, history or []).to_json()

    api(ask, api_name="ask", concurrency_limit=AT_ONCE)
