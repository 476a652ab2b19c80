"""Which reports are asked: all, or those whose title, author, publisher or file has some words, of some years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from gettext import gettext as _
from html import escape

from ingest import Details


@dataclass(frozen=True, slots=True)
class Limits:
    """What the reader limited a question to. Years count from the first to the last, both included."""

    named: str = ""
    first_year: int | None = None
    last_year: int | None = None

    def __bool__(self) -> bool:
        return bool(self.named.strip() or self.first_year or self.last_year)

    def admits(self, report: Details) -> bool:
        """Whether a report is among those that are asked. One whose year is not known meets no limit on years."""
        if not all(word in _about(report) for word in self.named.casefold().split()):
            return False
        if not self.first_year and not self.last_year:
            return True
        return report.year is not None and (self.first_year or 0) <= report.year <= (self.last_year or 9999)

    def among(self, reports: Sequence[Details]) -> list[str] | None:
        """The ids of the reports that meet the limits; None without limits."""
        return [each.id for each in reports if self.admits(each)] if self else None

    def sentence(self, reports: Sequence[Details]) -> str:
        """The limits in words, and how many reports meet them; "" for none."""
        if not self:
            return ""
        count = sum(self.admits(each) for each in reports)
        named, first, last = self.named.strip(), self.first_year, self.last_year
        return self._sentence().format(named=named, first=first, last=last, count=count, all=len(reports))

    def _sentence(self) -> str:
        """The sentence for the limits that are set; whole ones, for other languages order words otherwise."""
        if self.named.strip():
            return {
                (True, True): _("Only reports named “{named}” from {first} to {last}: {count:,} of {all:,}."),
                (True, False): _("Only reports named “{named}” from {first} on: {count:,} of {all:,}."),
                (False, True): _("Only reports named “{named}” up to {last}: {count:,} of {all:,}."),
                (False, False): _("Only reports named “{named}”: {count:,} of {all:,}."),
            }[bool(self.first_year), bool(self.last_year)]
        return {
            (True, True): _("Only reports from {first} to {last}: {count:,} of {all:,}."),
            (True, False): _("Only reports from {first} on: {count:,} of {all:,}."),
            (False, True): _("Only reports up to {last}: {count:,} of {all:,}."),
        }[bool(self.first_year), bool(self.last_year)]


def _about(report: Details) -> str:
    return " ".join([report.title, *report.authors, report.publisher, str(report.year or ""), report.file]).casefold()


def fields_html(prefix: str) -> str:
    """The fields in which a reader sets the limits, for a form. `prefix` tells the forms of a page apart."""

    def field(name: str, label: str, more: str) -> str:
        id = f"{prefix}-{name}"
        return f"<label for='{id}'>{label}</label><input id='{id}' name='{name}' type='text' autocomplete='off' {more}>"

    placeholder, digits = escape(_("a title, author or publisher")), escape(_("year"))
    four_digits = f"class='year' inputmode='numeric' maxlength='4' placeholder='{digits}'"
    fields = (
        # Translators: a field for the title, author or publisher of the reports that are asked.
        field("named", escape(_("Named")), f"maxlength='200' placeholder='{placeholder}'"),
        field("first_year", escape(_("From")), four_digits),
        # Translators: stands between two years, as in: from 2001 to 2010.
        field("last_year", escape(_("to")), four_digits),
    )
    legend = escape(_("Only some of the reports"))
    return f"<fieldset class='limits'><legend>{legend}</legend>{''.join(fields)}</fieldset>"


def year(text: str) -> int | None:
    """A year as it was typed; None while it is not one."""
    return int(text) if len(text.strip()) == 4 and text.strip().isascii() and text.strip().isdigit() else None
