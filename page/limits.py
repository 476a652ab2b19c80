"""Which reports are asked: all, or those whose title, author, publisher or file has some words, of some years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
        named = f" named “{self.named.strip()}”" if self.named.strip() else ""
        first, last = self.first_year, self.last_year
        years = f" from {first} to {last}" if first and last else f" from {first} on" if first else ""
        years = years or (f" up to {last}" if last else "")
        count = sum(self.admits(each) for each in reports)
        return f"Only reports{named}{years}: {count:,} of {len(reports):,}."


def _about(report: Details) -> str:
    return " ".join([report.title, *report.authors, report.publisher, str(report.year or ""), report.file]).casefold()


def fields_html(prefix: str) -> str:
    """The fields in which a reader sets the limits, for a form. `prefix` tells the forms of a page apart."""

    def field(name: str, label: str, more: str) -> str:
        id = f"{prefix}-{name}"
        return f"<label for='{id}'>{label}</label><input id='{id}' name='{name}' type='text' autocomplete='off' {more}>"

    four_digits = "class='year' inputmode='numeric' maxlength='4' placeholder='year'"
    fields = (
        field("named", "Named", "maxlength='200' placeholder='a title, author or publisher'"),
        field("first_year", "From", four_digits),
        field("last_year", "to", four_digits),
    )
    return f"<fieldset class='limits'><legend>Only some of the reports</legend>{''.join(fields)}</fieldset>"


def year(text: str) -> int | None:
    """A year as it was typed; None while it is not one."""
    return int(text) if len(text.strip()) == 4 and text.strip().isascii() and text.strip().isdigit() else None
