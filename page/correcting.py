"""The form by which a librarian puts right what was read of a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from gettext import gettext as _
from html import escape
from typing import Any

import gradio as gr

from ingest import Details
from ingest.corrections import FIELDS, CorrectionError, cleaned
from page.ask import QUIET
from page.door import Audited
from page.failures import plainly
from page.listings import fields_words
from page.needs import Library
from rag.genre import GENRES

Changed = Callable[[gr.Request], Audited]
"""Gives the library to be changed in the name of whoever asks; raises where she may only read."""


@dataclass(frozen=True, slots=True)
class Form:
    """The form: which report, its fields in the order of `FIELDS`, and what can be done with them."""

    report: gr.Dropdown
    group: gr.Column
    doubts: gr.HTML
    fields: list[Any]
    save: gr.Button
    as_read: gr.Button
    close: gr.Button
    told: gr.HTML


def form() -> Form:
    """Lay the form out; it opens once a report is chosen."""
    report = gr.Dropdown(label=_("Put right what is known of a report"), choices=[], value=None, filterable=True)
    told = gr.HTML(apply_default_css=False, elem_id="put-right")
    with gr.Column(visible=False, elem_id="correcting") as group:
        doubts = gr.HTML(apply_default_css=False)
        fields = [
            gr.Textbox(label=_("Title"), lines=1, max_lines=3),
            gr.Textbox(label=_("Subtitle"), lines=1, max_lines=3),
            gr.Textbox(label=_("Authors, one a line"), lines=2, max_lines=8),
            gr.Textbox(label=_("Organisation that published it"), lines=1, max_lines=2),
            gr.Textbox(label=_("Year, or nothing"), lines=1, max_lines=1),
            gr.Textbox(label=_("Address on the web"), lines=1, max_lines=1, placeholder="https://"),
            gr.Dropdown(
                label=_("Kind of report"), choices=[(_("as it says itself"), ""), *((_(each), each) for each in GENRES)]
            ),
        ]
        save = gr.Button(_("Save"), size="sm", variant="primary")
        with gr.Row():
            as_read = gr.Button(_("Back to what was read"), size="sm")
            close = gr.Button(_("Close without saving"), size="sm")
    return Form(report, group, doubts, fields, save, as_read, close, told)


def choices(reports: list[Details]) -> list[tuple[str, str]]:
    """What the form offers: first the reports of which something was guessed."""
    own = sorted((each for each in reports if not each.is_brief), key=lambda each: not each.guessed)
    check = _("Check: {title}")
    return [
        (f"{check.format(title=each.title) if each.guessed else each.title} ({each.file})", each.id) for each in own
    ]


def connect(
    form: Form,
    shelf: Library,
    changed: Changed,
    refresh: Callable[[], tuple[Any, ...]],
    outputs: list[Any],
) -> None:
    """Have the form show what is known of the report that is chosen, save it, and take it back.

    `refresh` makes `outputs` anew.
    """

    def shown(known: Details | None) -> tuple[Any, ...]:
        if not known:
            return gr.update(visible=False), "", *[gr.skip()] * len(FIELDS)
        return gr.update(visible=True), _doubts(known), *_texts(known)

    def choose(id: str | None) -> tuple[Any, ...]:
        return *shown(_details(shelf, id)), ""

    def save(request: gr.Request, id: str | None, *texts: str) -> tuple[Any, ...]:
        library, known = changed(request), _details(shelf, id)
        if not known:
            return *shown(None), _alert(_("The report is no longer here.")), *refresh()
        try:
            right = _right(known, cleaned(_values(texts)))
        except CorrectionError as error:
            return *[gr.skip()] * (2 + len(FIELDS)), _alert(str(error)), *[gr.skip()] * len(outputs)
        with plainly(_("The report could not be changed.")):
            known = library.correct(known.id, right) if right else known
        told = _("Saved: {fields}.").format(fields=fields_words(right)) if right else _("Nothing was changed.")
        return *shown(known), _status(told), *refresh()

    def take_back(request: gr.Request, id: str | None) -> tuple[Any, ...]:
        library, known = changed(request), _details(shelf, id)
        with plainly(_("The report could not be changed.")):
            known = library.take_back(known.id) if known else None
        return *shown(known), _status(_("It is known again as it was read.")), *refresh()

    own = [form.group, form.doubts, *form.fields, form.told]
    form.report.change(choose, form.report, own, **QUIET)
    form.close.click(lambda: None, None, form.report, **QUIET)
    form.save.click(save, [form.report, *form.fields], [*own, *outputs], **QUIET)
    form.as_read.click(take_back, [form.report], [*own, *outputs], **QUIET)


def _details(library: Library, id: str | None) -> Details | None:
    """What is known of a report; None where it is not there, or not any more."""
    try:
        return library.details(id) if id else None
    except KeyError:
        return None


def _right(known: Details, given: Mapping[str, Any]) -> dict[str, Any]:
    """What is to be put right: what differs, and what was guessed, for a person has now seen it."""
    return {name: given[name] for name in FIELDS if given[name] != getattr(known, name) or name in known.guessed}


def _texts(known: Details) -> list[str]:
    told = {name: getattr(known, name) for name in FIELDS}
    return [*(told | {"authors": "\n".join(known.authors), "year": str(known.year or "")}).values()]


def _values(texts: tuple[str, ...]) -> dict[str, Any]:
    """What stands in the form. Raises `CorrectionError`."""
    given: dict[str, Any] = {name: (text or "").strip() for name, text in zip(FIELDS, texts, strict=True)}
    given["authors"] = tuple(filter(None, map(str.strip, given["authors"].splitlines())))
    year = given["year"]
    if year and not year.isdecimal():
        raise CorrectionError(_("“{year}” is no year.").format(year=year))
    given["year"] = int(year) if year else None
    return given


def _doubts(known: Details) -> str:
    """Which fields were guessed, and which a person has put right already."""
    guessed = _("Guessed, please check: {fields}.").format(fields=fields_words(known.guessed))
    right = _("Put right before: {fields}.").format(fields=fields_words(known.corrected))
    told = [guessed] * bool(known.guessed) + [right] * bool(known.corrected)
    return f"<p class='aside'>{escape(' '.join(told))}</p>" if told else ""


def _status(words: str) -> str:
    return f"<p role='status'>{escape(words)}</p>"


def _alert(words: str) -> str:
    return f"<p role='alert' class='problem'>{escape(words)}</p>"
