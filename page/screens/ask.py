"""The tab for asking: the conversation, each answer in the reports’ own words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from gettext import gettext as _
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr
from pydantic import TypeAdapter

from page.access import TooManyRequestsError, context_of
from page.exports import answers_as_known
from page.screens.actions import actions_html
from page.screens.answers import Around, conversation_html
from page.screens.cards import Kinds, reports_shown
from page.screens.failures import plainly
from page.screens.report_filter import typed_limits, within_html, year
from page.screens.tries import tries_html
from page.screens.welcome import EXAMPLES, examples_of
from page.userdata import Desk, NoConversationError, owner
from rag import Answer
from rag.genre import genres_of
from rag.suggestions import suggestions
from service import ReportFilter, Service

# People who are answered at the same time; the others wait their turn.
AT_ONCE = 4
SUGGESTIONS = 3

# Short work goes past Gradio's queue: its stream of events closes when it has none left, and a question sent in that
# very moment would wait for ever. (Seen once in fourteen when a question followed the loading of the page at once.)
QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "queue": False}
_LIMITS = TypeAdapter(tuple[ReportFilter, ...])


@dataclass(slots=True)
class Ending:
    """Whether a conversation was ended. All its states share it, so that an answer still coming learns of it."""

    is_over: bool = False


@dataclass(frozen=True, slots=True)
class ChatState:
    """A conversation as the page holds it: its answers, each with the limits it was given within, and its id.

    `kinds` says what each report of it is, as far as that was looked up. While the last answer `grows` it is not kept.
    It is `begun` with its first question, answered or not.
    """

    answers: tuple[Answer, ...] = ()
    limits: tuple[ReportFilter, ...] = ()
    id: str = ""
    kinds: Kinds = field(default_factory=dict)
    grows: bool = False
    begun: bool = False
    ending: Ending = field(default_factory=Ending)


@dataclass(frozen=True, slots=True)
class AskTab:
    """What others need of the tab: the place for a notice, the place of the examples, and what happens on arrival."""

    desk: Desk
    service: Service
    notice: gr.HTML
    question: gr.Textbox
    conversation: gr.HTML
    talk: gr.State
    offered: gr.Column
    lead: gr.HTML
    buttons: list[gr.Button]
    clear: gr.Button
    limits: list[gr.Textbox]

    @property
    def outputs(self) -> list[Any]:
        return [self.question, self.conversation, self.talk, self.clear, *self.offers]

    @property
    def offers(self) -> list[Any]:
        return [self.offered, self.lead, *self.buttons]

    def reply(
        self,
        asked: str,
        named: str,
        theme: str,
        first: str,
        last: str,
        within: str,
        talk: ChatState,
        request: gr.Request,
    ) -> Iterator[tuple[Any, ...]]:
        """Answer a question, showing the answer as it grows, and keep it."""
        asked = asked.strip()
        if not asked:
            yield (gr.skip(),) * len(self.outputs)
            return
        try:
            context_of(request).check("asking")
        except TooManyRequestsError as error:
            raise gr.Error(str(error), print_exception=False) from error
        limits = typed_limits(named, theme, first, last, within)
        if any(typed.strip() and not year(typed) for typed in (first, last)):
            gr.Warning(_("A year has four digits, such as 2015. What was written was passed over."))
        talk = replace(talk, begun=True)
        left: tuple[Any, ...] = ()  # what is shown where this fails, with the question to be asked `again`
        again, whole = asked, talk
        try:
            with plainly(_("The question could not be answered.")):
                left = self.shown(talk)
                yield self.shown(talk, asked)
                history = [(each.question, each.text) for each in talk.answers]
                for answer in self.service.stream(asked, history, limits):
                    if talk.ending.is_over:
                        return
                    whole = replace(talk, answers=(*talk.answers, answer), limits=(*talk.limits, limits), grows=True)
                    yield self._grown(whole)
                if talk.ending.is_over:
                    return
                left, again = self._grown(whole), ""
            with plainly(_("The answer could not be kept.")):
                whole = self._kept(replace(whole, grows=False), owner(request.cookies))
        except gr.Error as error:
            if left:
                _box, conversation, *rest = left
                yield gr.skip(), conversation + _problem(error.message, again), *rest
            raise
        yield self._grown(self._with_kinds(whole))

    def limited(self, named: str, theme: str, first: str, last: str, within: str) -> str:
        """The limits that are set, in words; they stay in view with the question."""
        return _limits_html(typed_limits(named, theme, first, last, within), self.service)

    def suggest(self, talk: ChatState) -> tuple[Any, ...]:
        """Questions to go on with; an event of its own, so that nobody waits for it to ask the next one."""
        if not talk.answers:
            return self.welcome(talk)
        asked = {answer.question for answer in talk.answers}
        last, among = talk.answers[-1], self.service.admitted(talk.limits[-1])
        found = suggestions(self.service.assistant, last, SUGGESTIONS, self.service.library.version, among)
        if talk.ending.is_over:
            return self.welcome(ChatState())
        return offer(_("You could ask next:"), [each for each in found if each not in asked])

    def end(self, talk: ChatState) -> tuple[Any, ...]:
        """Begin a new conversation."""
        talk.ending.is_over = True
        return self.shown(ChatState())

    def settle(self, talk: ChatState) -> tuple[Any, ...]:
        """Take away an answer that reached the page, or the server's memory of it, after its conversation was ended."""
        going_on = talk.begun and not talk.ending.is_over
        return (gr.skip(),) * len(self.outputs) if going_on else self._grown(ChatState())

    def arrive(self, request: gr.Request) -> tuple[Any, ...]:
        """What the address asks for: a conversation that was kept, a question to be asked at once, or both.

        In which collection is left to its choice, which heeds the address, too.
        """
        wanted, talk, problem = request.query_params, ChatState(), ""
        if id := wanted.get("conversation", ""):
            try:
                talk = self._with_kinds(self._opened(owner(request.cookies), id))
            except NoConversationError:
                problem = _problem(_("That conversation is no longer kept in this browser."))
        asked = wanted.get("ask", "")[:2000].strip()
        # Both stand in the address where the page was loaded anew before the answer to a question was whole.
        if asked and not (talk.answers and talk.answers[-1].question == asked):
            named, theme, first, last, within = (
                wanted.get(name, "") for name in ("named", "theme", "first_year", "last_year", "within")
            )
            told = named[:200], theme[:200], first[:4], last[:4], within[:200]
            service = self.service.with_generator(None) if wanted.get("quotations") else self.service
            shown: tuple[Any, ...] = ()
            try:
                for each in replace(self, service=service).reply(asked, *told, talk, request):
                    shown = each
            except gr.Error as error:
                skipped = (gr.skip(),) * (len(self.outputs) - 2)
                shown = shown or (asked, _problem(error.message), *skipped)
            return (*shown, *told[:-1], gr.skip())
        if talk.answers:
            return (*self.shown(talk), *[""] * (len(self.limits) - 1), gr.skip())
        skipped = (gr.skip(),) * (len(self.outputs) + len(self.limits) - 2)
        return (gr.skip(), problem or gr.skip(), *skipped)

    def welcome(self, talk: ChatState) -> tuple[Any, ...]:
        """Examples where there is no conversation yet."""
        if talk.answers:
            return (gr.skip(),) * len(self.offers)
        return offer(_("For example:"), examples_of(self.service))

    def shown(self, talk: ChatState, asking: str = "") -> tuple[Any, ...]:
        """An empty question box, and the conversation."""
        begun = bool(talk.answers or asking)

        def around(answer: Answer, turn: int) -> Around:
            limits, kept = talk.limits[turn - 1], "" if talk.grows and turn == len(talk.answers) else talk.id
            told, actions = _limits_html(limits, self.service), actions_html(answer, turn, kept, limits)
            return Around(told, tries_html(answer, turn, limits, self.service) if kept else "", actions)

        conversation = conversation_html(talk.answers, asking, around, talk.id, talk.kinds)
        return "", conversation, talk, gr.update(visible=begun), *offer("", [])

    def _with_kinds(self, talk: ChatState) -> ChatState:
        """A conversation with the kinds of its reports; once an answer is whole, for looking them up takes time."""
        return replace(talk, kinds=genres_of(self.service.library, reports_shown(talk.answers)))

    def _grown(self, talk: ChatState) -> tuple[Any, ...]:
        """The conversation with its answer as it is so far; what is being written in the question box stays there."""
        _box, *rest = self.shown(talk)
        return gr.skip(), *rest

    def _opened(self, whose: str, id: str) -> ChatState:
        """A conversation that was kept. Raises `NoConversationError`."""
        conversations = self.desk.conversations
        answers = answers_as_known(self.service.library, conversations.open(whose, id))
        limits = conversations.limits(whose, id)[: len(answers)]  # it may have gone on meanwhile in another window
        return ChatState(answers, _LIMITS.validate_python(limits), id, begun=True)

    def _kept(self, talk: ChatState, whose: str) -> ChatState:
        if not talk.id:
            within = [each.fields() for each in talk.limits]
            return replace(talk, id=self.desk.conversations.create(whose, talk.answers, within))
        try:
            limits, before = talk.limits[-1].fields(), len(talk.answers) - 1
            self.desk.conversations.append(whose, talk.id, talk.answers[-1], limits, before)
        except NoConversationError:  # deleted or gone on with in another window: what is on the screen begins anew
            return self._kept(replace(talk, id=""), whose)
        return talk


def offer(lead: str, questions: Sequence[str]) -> tuple[Any, ...]:
    """Questions that can be pressed, below the words that lead to them; nothing where there are none."""
    buttons = [
        gr.update(value=questions[at] if at < len(questions) else "", visible=at < len(questions))
        for at in range(EXAMPLES)
    ]
    return gr.update(visible=bool(questions)), f"<p class='aside'>{escape(lead)}</p>", *buttons


def _problem(sentence: str, again: str = "") -> str:
    """What failed, below the conversation; conversation.js puts the question to be asked `again` into its empty box."""
    return f"<p class='problem' data-again='{escape(again)}'>{escape(sentence)}</p>"


def _limits_html(limits: ReportFilter, service: Service) -> str:
    return f"<p class='aside'>{escape(limits.sentence(service.library))}</p>" if limits else ""


def ask_tab(service: Service, desk: Desk) -> AskTab:
    """Lay the tab out and connect it.

    A question that comes before the briefs are in an empty library waits for them.
    """
    talk = gr.State(ChatState())
    with gr.Column(elem_classes="desk"):
        gr.HTML("<div data-refresh='/welcome'></div>", apply_default_css=False, elem_id="welcome")
        notice = gr.HTML(apply_default_css=False, elem_id="notice")
        conversation = gr.HTML(apply_default_css=False, elem_id="conversation", js_on_load=_script())
        with gr.Column(elem_id="examples") as offered:
            lead = gr.HTML(apply_default_css=False)
            buttons = [gr.Button(size="sm", variant="secondary", visible=False) for at in range(EXAMPLES)]
        with gr.Column(elem_id="asking"):
            question = gr.Textbox(
                label=_("Your question"),
                placeholder=_("Ask the reports"),
                lines=1,
                max_lines=6,
                max_length=2000,
                submit_btn=_("Ask"),
            )
            limited = gr.HTML(apply_default_css=False, elem_id="limited")
        with gr.Row(elem_id="limits"):
            limits = [
                gr.Textbox(label=_("Only reports named"), placeholder=_("title or author"), max_length=200),
                # Translators: goes before the words of a theme, as in: only reports about housing.
                gr.Textbox(label=_("About"), placeholder=_("a theme"), max_length=200),
                gr.Textbox(label=_("From"), placeholder=_("year"), max_length=4, elem_classes="year"),
                gr.Textbox(label=_("To"), placeholder=_("year"), max_length=4, elem_classes="year"),
                # The choice of collections is a piece of HTML; what is chosen there is written in here.
                gr.Textbox(label=_("In"), visible="hidden", elem_id="asked-within"),
            ]
            gr.HTML(within_html("ask-within"), apply_default_css=False, elem_classes="piece")
        # Not in the box that stays on the screen: it would take room from what is read.
        clear = gr.Button(_("Begin a new conversation"), size="sm", visible=False, elem_id="clear")

    shown = notice, question, conversation, talk, offered, lead, buttons, clear, limits
    tab = AskTab(desk, service, *shown)
    options: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    # A question that is sent while an answer is still coming waits for it.
    asking: list[Any] = [
        event(tab.reply, [source, *limits, talk], tab.outputs, concurrency_limit=AT_ONCE, trigger_mode=mode, **options)
        for event, source, mode in [
            (question.submit, question, "always_last"),
            *((button.click, button, "once") for button in buttons),
        ]
    ]
    for event in asking:
        settled = event.then(tab.settle, talk, tab.outputs, **QUIET)
        settled.then(tab.suggest, talk, tab.offers, **QUIET)
    gr.on([limit.change for limit in limits], tab.limited, limits, limited, trigger_mode="always_last", **QUIET)
    cleared = clear.click(tab.end, talk, tab.outputs, queue=False, cancels=asking, **options)
    cleared.then(tab.welcome, talk, tab.offers, **QUIET)
    return tab


def _script() -> str:
    script = (Path(__file__).parent / "conversation.js").read_text(encoding="utf-8")
    label = _("Conversation")
    return f"const label = {json.dumps(label)};\n{script}"
