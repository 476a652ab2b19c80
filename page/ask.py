"""The tab for asking: the conversation, and beside it the passages that the answers rest on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import gradio as gr

from page.actions import actions_html
from page.answers import conversation_html, sources_html
from page.desk import Desk, NoConversation, owner
from page.door import TooManyRequests, visit
from page.failures import plainly
from page.limits import Limits, year
from page.needs import Parts
from rag import Answer
from rag.suggest import examples, suggestions

# People who are answered at the same time; the others wait their turn.
AT_ONCE = 4
EXAMPLES, SUGGESTIONS = 4, 3

# Short work goes past Gradio's queue: its stream of events closes when it has none left, and a question sent in that
# very moment would wait for ever. (Seen once in fourteen when a question followed the loading of the page at once.)
QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "queue": False}


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation as the page holds it: its answers, each with the limits it was given within, and its id."""

    answers: tuple[Answer, ...] = ()
    limits: tuple[Limits, ...] = ()
    id: str = ""


@dataclass(frozen=True, slots=True)
class AskTab:
    """What others need of the tab: the place for a notice, the place of the examples, and what happens on arrival."""

    desk: Desk
    parts: Parts
    notice: gr.HTML
    question: gr.Textbox
    conversation: gr.HTML
    sources: gr.HTML
    talk: gr.State
    offered: gr.Column
    lead: gr.HTML
    buttons: list[gr.Button]
    clear: gr.Button
    limits: list[gr.Textbox]
    examples: Callable[[str], list[str]]

    @property
    def outputs(self) -> list[Any]:
        return [self.question, self.conversation, self.sources, self.talk, self.clear, *self.offers]

    @property
    def offers(self) -> list[Any]:
        return [self.offered, self.lead, *self.buttons]

    def reply(
        self, asked: str, named: str, first: str, last: str, talk: Talk, request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        """Answer a question, showing the answer as it grows, and keep it."""
        asked = asked.strip()
        if not asked:
            yield (gr.skip(),) * len(self.outputs)
            return
        try:
            visit(request).check("asking")
        except TooManyRequests as error:
            raise gr.Error(str(error), print_exception=False) from error
        yield self.shown(talk, asked)
        limits = Limits(named, year(first), year(last))
        whole = talk
        with plainly("The question could not be answered."):
            self.parts.reading_list.fill()
            history = [(each.question, each.text) for each in talk.answers]
            among = limits.among(self.parts.library.all_details())
            for answer in self.parts.assistant.stream(asked, history, among):
                whole = Talk((*talk.answers, answer), (*talk.limits, limits), talk.id)
                yield self.shown(whole)
        with plainly("The answer could not be kept."):
            whole = self._kept(whole, owner(request.cookies))
        yield self.shown(whole)

    def suggest(self, talk: Talk) -> tuple[Any, ...]:
        """Questions to go on with; an event of its own, so that nobody waits for it to ask the next one."""
        if not talk.answers:
            return (gr.skip(),) * len(self.offers)
        asked = {answer.question for answer in talk.answers}
        found = suggestions(self.parts.assistant, talk.answers[-1], SUGGESTIONS)
        return offer("You could ask next:", [each for each in found if each not in asked])

    def arrive(self, request: gr.Request) -> tuple[Any, ...]:
        """What the address asks for: a conversation that was kept, or a question to be asked at once."""
        wanted = request.query_params
        if id := wanted.get("conversation", ""):
            try:
                answers = self.desk.conversations.open(owner(request.cookies), id)
            except NoConversation:
                gr.Warning("That conversation is no longer kept in this browser.")
            else:
                return (*self.shown(Talk(answers, (Limits(),) * len(answers), id)), "", "", "")
        if asked := wanted.get("ask", "")[:2000].strip():
            told = wanted.get("named", "")[:200], wanted.get("from", ""), wanted.get("to", "")
            *_, last = self.reply(asked, *told, Talk(), request)
            return (*last, *told)
        return (gr.skip(),) * (len(self.outputs) + len(self.limits))

    def welcome(self, talk: Talk) -> tuple[Any, ...]:
        """Examples where there is no conversation yet."""
        if talk.answers:
            return (gr.skip(),) * len(self.offers)
        return offer("For example:", self.examples(self.parts.library.version))

    def shown(self, talk: Talk, asking: str = "") -> tuple[Any, ...]:
        """An empty question box, the conversation and its sources."""
        begun = bool(talk.answers or asking)

        def actions(answer: Answer, turn: int) -> str:
            return actions_html(answer, turn, talk.id, talk.limits[turn - 1])

        conversation = conversation_html(talk.answers, asking, actions, talk.id)
        shown = "", conversation, sources_html(talk.answers), talk, gr.update(visible=begun)
        return *shown, *offer("", [])

    def _kept(self, talk: Talk, whose: str) -> Talk:
        if not talk.id:
            return Talk(talk.answers, talk.limits, self.desk.conversations.create(whose, talk.answers))
        try:
            self.desk.conversations.append(whose, talk.id, talk.answers[-1])
        except NoConversation:  # deleted in another window: what is on the screen begins anew
            return self._kept(Talk(talk.answers, talk.limits), whose)
        return talk


def offer(lead: str, questions: Sequence[str]) -> tuple[Any, ...]:
    """Questions that can be pressed, below the words that lead to them; nothing where there are none."""
    buttons = [
        gr.update(value=questions[at] if at < len(questions) else "", visible=at < len(questions))
        for at in range(EXAMPLES)
    ]
    return gr.update(visible=bool(questions)), f"<p class='aside'>{lead}</p>", *buttons


def ask_tab(parts: Parts, desk: Desk) -> AskTab:
    """Lay the tab out and connect it.

    A question that comes before the briefs are in an empty library waits for them.
    """
    talk = gr.State(Talk())
    with gr.Row(elem_classes="desk"):
        with gr.Column(scale=3, min_width=280):
            notice = gr.HTML(apply_default_css=False, elem_id="notice")
            with gr.Row(elem_id="limits"):
                limits = [
                    gr.Textbox(label="Only reports named", placeholder="title, author or publisher", max_length=200),
                    gr.Textbox(label="From", placeholder="year", max_length=4, elem_classes="year"),
                    gr.Textbox(label="To", placeholder="year", max_length=4, elem_classes="year"),
                ]
            conversation = gr.HTML(apply_default_css=False, elem_id="conversation", js_on_load=_script())
            with gr.Column(elem_id="examples") as offered:
                lead = gr.HTML(apply_default_css=False)
                buttons = [gr.Button(size="sm", variant="secondary", visible=False) for _ in range(EXAMPLES)]
            with gr.Column(elem_id="asking"):
                question = gr.Textbox(
                    label="Your question",
                    placeholder="Ask the reports",
                    lines=1,
                    max_lines=6,
                    max_length=2000,
                    submit_btn="Ask",
                )
                clear = gr.Button("Begin a new conversation", size="sm", variant="secondary", visible=False)
        with gr.Column(scale=2, min_width=280):
            sources = gr.HTML(sources_html(()), apply_default_css=False, elem_id="sources")

    @lru_cache(maxsize=1)
    def examples_of(version: str) -> list[str]:
        """The questions for a library as it is; they are the same for every reader."""
        return examples(parts.assistant, parts.library.all_details(), EXAMPLES)

    shown = notice, question, conversation, sources, talk, offered, lead, buttons, clear, limits
    tab = AskTab(desk, parts, *shown, examples_of)
    options: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    asking: list[Any] = [
        event(tab.reply, [source, *limits, talk], tab.outputs, concurrency_limit=AT_ONCE, **options)
        for event, source in [(question.submit, question), *((button.click, button) for button in buttons)]
    ]
    for event in asking:
        event.then(tab.suggest, talk, tab.offers, **QUIET)
    # An answer that is still coming would else put itself back.
    cleared = clear.click(lambda: tab.shown(Talk()), None, tab.outputs, queue=False, cancels=asking, **options)
    cleared.then(tab.welcome, talk, tab.offers, **QUIET)
    return tab


def _script() -> str:
    return (Path(__file__).parent / "conversation.js").read_text(encoding="utf-8")
