"""The form by which a librarian puts right what was read of a report."""

from __future__ import annotations

from collections.abc import Mapping
from gettext import gettext as _
from html import escape
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Form, Request
from fastapi.responses import HTMLResponse

from ingest import Details
from ingest.library import FIELDS, CorrectionError, Library
from ingest.library.corrections import cleaned
from page.access import Audited
from page.forms import changed_by, from_the_page
from page.screens.listings import fields_words
from rag.genre import GENRES
from service import Service

LONGEST = 20_000
N_ = str  # marks texts for translators; they are translated where they are used
_LABELS = {
    "title": N_("Title"), "subtitle": N_("Subtitle"), "authors": N_("Authors, one a line"),
    "publisher": N_("Organisation that published it"), "year": N_("Year, or nothing"),
    "address": N_("Address on the web"), "genre": N_("Kind of report"),
}  # fmt: skip
Text = Annotated[str, Form(max_length=LONGEST)]


def add_correcting(app: FastAPI, service: Service) -> None:
    """Give the form at `/library/edit`; what is sent there is put right, or taken back."""
    library = service.library

    @app.get("/library/edit")
    def edit(id: str) -> HTMLResponse:
        return HTMLResponse(_shown(library, id))

    @app.post("/library/edit", dependencies=[Depends(from_the_page)])
    def save(
        request: Request,
        id: Text,
        title: Text = "",
        subtitle: Text = "",
        authors: Text = "",
        publisher: Text = "",
        year: Text = "",
        address: Text = "",
        genre: Text = "",
        as_read: Text = "",
    ) -> HTMLResponse:
        changing = changed_by(request, library)
        texts = dict(zip(FIELDS, (title, subtitle, authors, publisher, year, address, genre), strict=True))
        try:
            told = _taken_back(changing, id) if as_read else _saved(changing, id, texts)
        except CorrectionError as error:
            return HTMLResponse(_shown(library, id, _alert(str(error)), texts))
        except KeyError:
            return HTMLResponse(_gone())
        service.reading_list.settle()  # it may be known now as a work that a brief stands for
        return HTMLResponse(_shown(library, id, _status(told)))


def _saved(library: Audited, id: str, texts: Mapping[str, str]) -> str:
    """Put right what differs; what was done, in words. Raises `CorrectionError`, `KeyError`."""
    known = library.details(id)
    right = _right(known, cleaned(_values(texts)))
    if not right:
        return _("Nothing was changed.")
    library.correct(id, right)
    return _("Saved: {fields}.").format(fields=fields_words(right))


def _taken_back(library: Audited, id: str) -> str:
    library.take_back(id)
    return _("It is known again as it was read.")


def _shown(library: Library, id: str, told: str = "", texts: Mapping[str, str] | None = None) -> str:
    """The form with what is known of a report, or with the `texts` that were written in it."""
    try:
        known = library.details(id)
    except KeyError:
        return _gone()
    texts = texts or _texts(known)
    fields = "".join(_field(name, _(label), texts[name]) for name, label in _LABELS.items())
    save, as_read, close = escape(_("Save")), escape(_("Back to what was read")), escape(_("Close without saving"))
    heading = escape(_("Put right what is known of this report"))
    return (
        f"<h2 id='editing'>{heading}</h2>{told}{_doubts(known)}"
        "<form class='send' action='/library/edit' data-target='shelf-edit'>"
        f"<input type='hidden' name='id' value='{escape(id)}'>{fields}<p class='actions'><button class='primary'>{save}"
        f"</button><button name='as_read' value='yes' formnovalidate>{as_read}</button>"
        f"<button type='button' data-do='close'>{close}</button></p></form>"
    )


def _field(name: str, label: str, text: str) -> str:
    """A field with its label; authors stand one a line, and the kind is one of a list."""
    id, value = f"edit-{name}", escape(text)
    attributes = f"id='{id}' name='{name}'"
    if name == "authors":
        field = f"<textarea {attributes} rows='3'>{value}</textarea>"
    elif name == "genre":
        choices = [("", _("as it says itself")), *((each, _(each)) for each in GENRES)]
        options = "".join(
            f"<option value='{escape(each)}'{' selected' if each == text else ''}>{escape(words)}</option>"
            for each, words in choices
        )
        field = f"<select {attributes}>{options}</select>"
    else:
        field = f"<input {attributes} type='text' autocomplete='off' value='{value}'>"
    return f"<p><label for='{id}'>{escape(label)}</label>{field}</p>"


def _gone() -> str:
    close, gone = escape(_("Close")), _("The report is no longer here.")
    return f"{_alert(gone)}<p><button type='button' data-do='close'>{close}</button></p>"


def _right(known: Details, given: Mapping[str, Any]) -> dict[str, Any]:
    """What is to be put right: what differs, and what was guessed, for a person has now seen it."""
    return {name: given[name] for name in FIELDS if given[name] != getattr(known, name) or name in known.guessed}


def _texts(known: Details) -> dict[str, str]:
    fields = {name: getattr(known, name) for name in FIELDS}
    return fields | {"authors": "\n".join(known.authors), "year": str(known.year or "")}


def _values(texts: Mapping[str, str]) -> dict[str, Any]:
    """What stands in the form. Raises `CorrectionError`."""
    given: dict[str, Any] = {name: text.strip() for name, text in texts.items()}
    given["authors"] = tuple(filter(None, map(str.strip, given["authors"].splitlines())))
    year = given["year"]
    if year and not (year.isdecimal() and len(year) <= 4):  # `int` refuses thousands of digits
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
    return f"<p role='status' tabindex='-1'>{escape(words)}</p>"


def _alert(words: str) -> str:
    return f"<p role='alert' class='problem' tabindex='-1'>{escape(words)}</p>"
