"""What kind of report a report is, as HTML, with what shows it."""

from __future__ import annotations

from gettext import gettext as _
from html import escape

from ingest import Details
from page.screens.sources import view_address
from rag.genre import Genre


def genre_name(genre: Genre) -> str:
    """What a kind of report is called where it stands alone: “Case study”."""
    return _(genre.name).capitalize()


def genre_html(report: Details, genre: Genre | None) -> str:
    """What a report is and, folded below, what shows it; "" where nothing does."""
    if not genre:
        return ""
    name, shown = escape(genre_name(genre)), genre_told(report, genre)
    return f"<details class='genre'><summary>{name}</summary><p>{shown}</p></details>"


def genre_told(report: Details, genre: Genre) -> str:
    """What shows of what kind a report is, in HTML."""
    address = escape(view_address(report, genre.page, genre.sentence))
    quoted = f"<a class='see' href='{address}'><q>{escape(genre.sentence)}</q></a>"
    fields = {
        "person": _("A person has said so."),
        "title": _("Its title says so."),
        "name": _("Its file, or where that lies, is called “{name}”."),
        "sentence": _("It says of itself: {sentence}"),
        "shape": _("It looks so, as here: {sentence}"),
    }
    return escape(fields[genre.by]).format(sentence=quoted, name=escape(genre.sentence))
