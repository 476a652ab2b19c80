"""What can be set on the page: above all which language model writes the answers, found without anybody's help."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from gettext import gettext as _
from gettext import ngettext
from html import escape
from typing import Annotated

from fastapi import Depends, FastAPI, Form, Request
from fastapi.responses import HTMLResponse

from page.access import Audited, TooManyRequestsError, context_of
from page.forms import from_the_page
from page.screens.model_choice import ModelChoice
from page.screens.sources import web_link
from rag import Answer
from rag.generation import Server
from rag.language import language as shown_in
from rag.language import languages
from service import Service

# The model that is named to somebody who has none: small enough for a laptop with eight gigabytes of memory.
SMALL = "llama3.2"
# A question to try a model with; another can be typed.
EXAMPLE = "What is co-production?"
# Under this name the chosen language is kept in the library.
LANGUAGE = "language"


def add_settings(app: FastAPI, service: Service, choice: ModelChoice) -> None:
    """Show the settings at `/settings`, change or try the language model at `/settings/model`, and choose the language
    at `/settings/language`.
    """

    def show(request: Request, told: str = "", model: str = "", question: str = "") -> HTMLResponse:
        shown = _settings_html(request, choice, told, model, question)
        return HTMLResponse(shown + _language_html(request, service))

    _add_language(app, service, show)

    @app.get("/settings")
    def settings(request: Request) -> HTMLResponse:
        return show(request)

    @app.post("/settings/model", dependencies=[Depends(from_the_page)])
    def model(
        request: Request,
        do: Annotated[str, Form(max_length=10)],
        model: Annotated[str, Form(max_length=300)] = "",
        question: Annotated[str, Form(max_length=2000)] = "",
    ) -> HTMLResponse:
        told = _said(_("Looked again."))
        if not context_of(request).may_change:
            told = _said(_("Only a librarian can change this."))
        elif do == "off":
            choice.turn_off()
            told = _changed(request, service, _("Answers are quotations again."), "")
        elif do != "look":
            told = _with_model(request, service, choice, do, model, question.strip())
        return show(request, told, model, question)


def _add_language(app: FastAPI, service: Service, show: Callable[[Request, str], HTMLResponse]) -> None:
    """Keep at `/settings/language` the language that the page speaks from its next start on."""

    @app.post("/settings/language", dependencies=[Depends(from_the_page)])
    def language(request: Request, language: Annotated[str, Form(max_length=20)]) -> HTMLResponse:
        if not context_of(request).may_change:
            return show(request, _said(_("Only a librarian can change this.")))
        if language not in languages():
            return show(request, _said(_("There is no translation into that language.")))
        service.library.put_note(LANGUAGE, language)
        sentence = _("The page is in {language} from its next start on.").format(language=languages()[language])
        return show(request, _said(sentence))


def _language_html(request: Request, service: Service) -> str:
    """The languages to choose from, where there are several."""
    known = languages()
    if len(known) == 1:
        return ""
    words = escape(_("Language of the page"))
    heading = f"<h3>{words}</h3>"
    if os.environ.get("COPRODUCTION_LANGUAGE"):
        return heading + _p(_("It was set when the assistant was started (COPRODUCTION_LANGUAGE), and that counts."))
    if not context_of(request).may_change:
        return ""
    chosen = service.library.note(LANGUAGE) or shown_in()
    options = "".join(
        f"<option value='{code}'{' selected' if code == chosen else ''}>{escape(name)}</option>"
        for code, name in known.items()
    )
    label, save = escape(_("For all who use it, from its next start on")), escape(_("Save"))
    return (
        f"{heading}<form class='send' action='/settings/language' data-target='dialog'><label for='language'>{label}"
        f"</label><select id='language' name='language'>{options}</select>"
        f"<p class='actions'><button>{save}</button></p></form>"
    )


def _with_model(request: Request, service: Service, choice: ModelChoice, do: str, model: str, question: str) -> str:
    """Try a model, or have it used; and what there is to say of that, in HTML."""
    port, _colon, name = model.partition(":")
    server = choice.offered(name, int(port)) if port.isdecimal() else None
    if not server:
        return _said(_("That model is no longer offered on this computer. Is its program still running?"))
    if do == "use":
        choice.use(name, server)
        return _changed(request, service, _("From now on {model} writes the answers.").format(model=choice.name), name)
    try:
        context_of(request).check("asking")
    except TooManyRequestsError as error:
        return _said(str(error))
    began = time.monotonic()
    answer = service.assistant.with_generator(choice.writer(name, server)).ask(question or EXAMPLE)
    return _tried(answer, time.monotonic() - began)


def _changed(request: Request, service: Service, told: str, model: str) -> str:
    """Say that the model is another now, and write down who changed it."""
    Audited(service.library, context_of(request).name).note("language model", model)
    return _said(told)


def _tried(answer: Answer, seconds: float) -> str:
    """An answer for trial, and how long it took."""
    took = ngettext("It took one second.", "It took {count} seconds.", round(seconds)).format(count=round(seconds))
    if not answer.written_by:
        took += " " + _("The language model wrote none of this: it is the answer in quotations.")
    lines = "".join(f"<p>{escape(line)}</p>" for line in answer.text.splitlines() if line.strip())
    notice = f"<p class='problem'>{escape(answer.notice)}</p>" if answer.notice else ""
    return f"{_said(took)}<blockquote class='trial'>{lines}</blockquote>{notice}"


def _settings_html(request: Request, choice: ModelChoice, told: str = "", model: str = "", question: str = "") -> str:
    title, heading = escape(_("Settings")), escape(_("Who writes the answers"))
    body = _model_html(request, choice, model, question)
    return f"<h2 id='dialog-title'>{title}</h2><h3>{heading}</h3>{_now(choice)}{told}{body}"


def _now(choice: ModelChoice) -> str:
    """Who writes the answers now."""
    name = choice.name
    if not name:
        return _p(_("Nobody: answers are quotations from the reports. No language model is in use, or needed."))
    sentence = _(
        "The language model {model} writes them. Each sentence is checked against the reports before you see it, and "
        "below each answer one click gives the same in quotations."
    )
    return _p(sentence.format(model=name))


def _model_html(request: Request, choice: ModelChoice, model: str, question: str) -> str:
    """What can be chosen, for whoever may choose."""
    if choice.is_set_at_start:
        sentence = _(
            "It was set when the assistant was started (COPRODUCTION_LANGUAGE_MODEL), and that counts for more than "
            "what is chosen here. The question and the ten best passages are sent to it. If it is on another computer, "
            "they leave this one."
        )
        return _p(sentence)
    if not context_of(request).may_change:
        return _p(_("A librarian can change that."))
    servers = choice.servers()
    off = _form(_button("off", _("Answer in quotations again"))) if choice.name else ""
    if not any(server.models for server in servers):
        return off + _none_html(servers)
    return off + _chooser(servers, model, question) + _what_leaves(servers)


def _chooser(servers: Sequence[Server], chosen: str, question: str) -> str:
    """The models that were found, a trial question, and what can be done."""
    options = "".join(_options(server, chosen) for server in servers if server.models)
    label, asked = escape(_("Language models on this computer")), escape(_("A question to try it with"))
    buttons = _button("try", _("Try it")) + _button("use", _("Use it for all answers"))
    wait = escape(_("The first answer can take a minute, for the model must be loaded."))
    return _form(
        f"<label for='model'>{label}</label><select id='model' name='model'>{options}</select>"
        f"<label for='trial'>{asked}</label><input id='trial' name='question' type='text' maxlength='2000' "
        f"autocomplete='off' value='{escape(question or EXAMPLE)}'><p class='aside'>{wait}</p>"
        f"<p class='actions'>{buttons}</p>"
    )


def _options(server: Server, chosen: str) -> str:
    """The models of a server as options."""

    def option(model: str) -> str:
        value = f"{server.port}:{model}"
        selected = " selected" if value == chosen else ""
        return f"<option value='{escape(value)}'{selected}>{escape(f'{model} ({server.program})')}</option>"

    return "".join(map(option, server.models))


def _what_leaves(servers: Sequence[Server]) -> str:
    """What the program gets, where it goes from there, and what is not offered for that."""
    heading = escape(_("What leaves this computer"))
    told = _p(
        _(
            "Nothing. Your question, the questions before it and the ten best passages go to the program that runs the "
            "model here, and to no other computer. Unless you tell that program to send them on, they stay here."
        )
    )
    far = [name for server in servers for name in server.elsewhere]
    if far:
        left_out = ngettext(
            "One model is not offered here, for it runs on another computer: {names}.",
            "{count} models are not offered here, for they run on another computer: {names}.",
            len(far),
        )
        told += _p(left_out.format(count=len(far), names=", ".join(far)))
    return f"<h3>{heading}</h3>{told}"


def _none_html(servers: Sequence[Server]) -> str:
    """How to get a language model, in two steps."""
    running = [server.program for server in servers]
    lead = _("No language model was found on this computer. Two steps bring one here:")
    if running:
        lead = _("{program} runs on this computer, but has no model yet that writes here. Two steps bring one:")
    ollama, studio = web_link("https://ollama.com/download", "Ollama"), web_link("https://lmstudio.ai", "LM Studio")
    first = escape(_("Install {ollama}, which is free, and start it. {studio} and others will do as well.")).format(
        ollama=ollama, studio=studio
    )
    second = escape(_("Load a model with it. For Ollama, type this in a terminal: {command}.")).format(
        command=f"<code>ollama pull {SMALL}</code>"
    )
    then = escape(_("In LM Studio, load a model and start its server under “Developer”."))
    again = _form(_button("look", _("Look again")))
    program = ", ".join(running)
    return f"{_p(lead.format(program=program))}<ol><li>{first}</li><li>{second} {then}</li></ol>{again}"


def _form(inside: str) -> str:
    return f"<form class='send' action='/settings/model' data-target='dialog'>{inside}</form>"


def _button(do: str, words: str) -> str:
    return f"<button name='do' value='{do}'>{escape(words)}</button>"


def _p(words: str) -> str:
    return f"<p>{escape(words)}</p>"


def _said(words: str) -> str:
    return f"<p role='status' tabindex='-1'><strong>{escape(words)}</strong></p>"
