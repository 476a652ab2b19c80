"""The fields in which a reader says which reports are asked: of some name, theme, years or collection."""

from __future__ import annotations

from gettext import gettext as _
from html import escape

from service import ReportFilter


def typed_limits(
    named: str = "", theme: str = "", first_year: str = "", last_year: str = "", within: str = ""
) -> ReportFilter:
    """The limits as a reader typed them; what is not a year yet is none."""
    return ReportFilter(named[:200], theme[:200], year(first_year), year(last_year), within[:200])


def fields_html(prefix: str) -> str:
    """The fields in which a reader sets the limits, for a form. `prefix` tells the forms of a page apart."""

    def field(name: str, label: str, more: str) -> str:
        id = f"{prefix}-{name}"
        place = f"<input id='{id}' name='{name}' type='text' autocomplete='off' {more}>"
        return f"<span><label for='{id}'>{label}</label>{place}</span>"

    digits, title, words = escape(_("year")), escape(_("title or author")), escape(_("a theme"))
    four_digits = f"class='year' inputmode='numeric' maxlength='4' placeholder='{digits}'"
    fields = (
        field("named", escape(_("Named")), f"maxlength='200' placeholder='{title}'"),
        # Translators: goes before the words of a theme, as in: only reports about housing.
        field("theme", escape(_("About")), f"maxlength='200' placeholder='{words}'"),
        field("first_year", escape(_("From")), four_digits),
        # Translators: stands between two years, as in: from 2001 to 2010.
        field("last_year", escape(_("to")), four_digits),
    )
    legend = escape(_("Only some of the reports"))
    inside = within_html(f"{prefix}-within")
    return f"<fieldset class='limits'><legend>{legend}</legend>{inside}{''.join(fields)}</fieldset>"


def within_html(id: str) -> str:
    """The choice of a collection, with the collections that there are whenever its screen is chosen."""
    # Translators: goes before the name of a collection of reports, as in: only reports in my collection.
    label, every = escape(_("In")), escape(_("all reports"))
    return (
        f"<span><label for='{id}'>{label}</label><select id='{id}' name='within' class='within' "
        f"data-refresh='/library/within'><option value=''>{every}</option></select></span>"
    )


def year(text: str) -> int | None:
    """A year as it was typed; None while it is not one."""
    return int(text) if len(text.strip()) == 4 and text.strip().isascii() and text.strip().isdigit() else None
