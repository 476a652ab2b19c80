"""Answers, comparisons and evidence as files to take away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from gettext import gettext as _
from html import escape
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import Depends, FastAPI, Query, Request, Response
from fastapi.responses import PlainTextResponse

from export import FORMATS, Material, file_name, of_answer, of_citations, of_comparison, of_conversation
from ingest import Details, Passage
from ingest.library import Library
from page.screens.remembered_comparisons import Comparing, further_questions
from page.screens.report_filter import typed_limits
from page.userdata import Desk, NoConversationError, owner
from rag import Answer, Citation
from service import ReportFilter, Service

# What is known now of a report.
_Now = Callable[[Details], Details]


def save_html(address: str, label: str, fields: Mapping[str, object] | None = None) -> str:
    """A menu of the formats in which something can be saved from `address`; `label` says what."""

    def link(key: str, name: str) -> str:
        asked = urlencode({**(fields or {}), "format": key}, doseq=True)
        return f"<li><a href='{escape(f'{address}?{asked}')}' download>{escape(_(name))}</a></li>"

    links = "".join(link(key, format.name) for key, format in FORMATS.items())
    save = escape(_("Save"))
    return f"<details class='menu'><summary aria-label='{escape(label)}'>{save}</summary><ul>{links}</ul></details>"


def add_exports(app: FastAPI, service: Service, desk: Desk, compared: Comparing) -> None:
    """Give files at `/export/…`, each in the format that its address names."""

    @app.get("/export/conversation/{id}")
    def conversation(
        request: Request, id: str, format: str, turn: Annotated[int | None, Query(ge=1)] = None
    ) -> Response:
        whose = owner(request.cookies)
        try:
            answers = answers_as_known(service.library, desk.conversations.open(whose, id))
            title = desk.conversations.title(whose, id)
            material = of_answer(answers[turn - 1]) if turn else of_conversation(title, answers)
        except (NoConversationError, IndexError):
            return _gone()
        return _file(material, format)

    @app.get("/export/evidence")
    def evidence(request: Request, format: str, piece: int | None = None) -> Response:
        kept = [each for each in desk.evidence.all(owner(request.cookies)) if piece in (None, each.id)]
        if not kept:
            return _gone()
        cited = [(each.question, as_known(service.library, each.citations), each.note) for each in kept]
        return _file(of_citations(_("Evidence"), cited), format)

    @app.get("/export/citation")
    def citation(passage: str, quote: str, format: str, question: str = "") -> Response:
        cited = service.assistant.cite(passage, quote)
        return _file(of_citations(_("Evidence"), [(question, cited, "")]), format) if cited else _gone()

    @app.get("/export/comparison")
    def comparison(
        limits: Annotated[ReportFilter, Depends(typed_limits)],
        question: str,
        format: str,
        further: Annotated[Sequence[str], Query()] = (),
    ) -> Response:
        return _file(of_comparison(compared(question, further_questions(further), limits)), format)


def as_known(library: Library, citations: Sequence[Citation]) -> tuple[Citation, ...]:
    """Citations that were kept, with what is known of their reports now: it may have been put right since."""
    now = _now(library)
    return tuple(_citation(each, now) for each in citations)


def answers_as_known(library: Library, answers: Sequence[Answer]) -> tuple[Answer, ...]:
    """Answers that were kept, with what is known now of the reports that they show."""
    now = _now(library)
    return tuple(
        replace(
            answer,
            citations=tuple(_citation(each, now) for each in answer.citations),
            nearest=tuple(replace(each, passage=_passage(each.passage, now)) for each in answer.nearest),
        )
        for answer in answers
    )


def _now(library: Library) -> _Now:
    known = {each.id: each for each in library.all_details()}
    return lambda report: known.get(report.id, report)


def _citation(cited: Citation, now: _Now) -> Citation:
    also = tuple(replace(place, report=now(place.report)) for place in cited.also)
    return replace(cited, passage=_passage(cited.passage, now), also=also)


def _passage(passage: Passage, now: _Now) -> Passage:
    return replace(passage, report=now(passage.report))


def _gone() -> Response:
    return PlainTextResponse(_("That is no longer kept, so it cannot be saved."), status_code=404)


def _file(material: Material, format: str) -> Response:
    known = FORMATS.get(format)
    if not known:
        sentence = _("Nothing can be saved as “{format}”. Choose one of the formats.").format(format=format)
        return PlainTextResponse(sentence, status_code=400)
    named = f"attachment; filename*=UTF-8''{quote(file_name(material, known), safe='')}"
    headers = {"Content-Disposition": named, "X-Content-Type-Options": "nosniff"}
    return Response(known.write(material), media_type=known.media_type, headers=headers)
