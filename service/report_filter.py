"""Which reports are asked: all, or those of some name, theme and years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from gettext import gettext as _

from ingest import Details
from ingest.library import Library

ONE = "report:"
"""What the one report to be asked is named after."""


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """What a question is limited to. Years count from the first to the last, both included.

    `named` are words of title, subtitle, author, publisher or file; `theme` is what the reports are to be about.
    `within` is the name of a collection, or `report:` with the id of the one report to be asked.
    """

    named: str = ""
    theme: str = ""
    first_year: int | None = None
    last_year: int | None = None
    within: str = ""

    def __bool__(self) -> bool:
        return bool(self.named.strip() or self.theme.strip() or self.first_year or self.last_year or self.within)

    def fields(self) -> dict[str, str | int]:
        """The limits that are set, by the names that addresses and forms have for them."""
        fields = {"named": self.named, "theme": self.theme, "first_year": self.first_year, "last_year": self.last_year}
        fields["within"] = self.within
        return {name: value for name, value in fields.items() if value}

    def among(self, library: Library) -> list[str] | None:
        """The ids of the reports that meet the limits; None without limits."""
        return [each.id for each in self._admitted(library)] if self else None

    def sentence(self, library: Library) -> str:
        """The limits in words, and how many reports meet them; "" for none."""
        if not self:
            return ""
        first, last = self.first_year, self.last_year
        years = {
            (True, True): _("from {first} to {last}"),
            (True, False): _("from {first} on"),
            (False, True): _("up to {last}"),
            (False, False): "",
        }[bool(first), bool(last)]
        named = _("named “{words}”").format(words=self.named.strip()) if self.named.strip() else ""
        theme = _("about “{words}”").format(words=self.theme.strip()) if self.theme.strip() else ""
        within = self._within_words(library)
        limits = ", ".join(filter(None, [within, named, theme, years.format(first=first, last=last)]))
        counts = {"count": len(self._admitted(library)), "all": len(library.all_details())}
        # Translators: the limits are phrases such as: named “nef”, about “housing”, from 2010 on.
        return _("Only reports {limits}: {count:,} of {all:,}.").format(limits=limits, **counts)

    def _admitted(self, library: Library) -> Sequence[Details]:
        about = library.about(self.theme) if self.theme.strip() else None
        inside = self._inside(library)
        return [
            each
            for each in library.all_details()
            if (about is None or each.id in about)
            and (inside is None or each.id in inside)
            # A report that is here in two formats is named by either.
            and any(map(self._admits, (each, *library.copies(each.id))))
        ]

    def _inside(self, library: Library) -> set[str] | None:
        """The ids of the reports `within`; None where all are, none where there is no such collection any more."""
        if not self.within:
            return None
        if not self.within.startswith(ONE):
            return library.collections().get(self.within, set())
        id = self.within.removeprefix(ONE)
        holding = (each.id for each in library.all_details() if id in {copy.id for copy in library.copies(each.id)})
        return {next(holding, id)}

    def _within_words(self, library: Library) -> str:
        if not self.within.startswith(ONE):
            return _("in “{collection}”").format(collection=self.within) if self.within else ""
        id = self.within.removeprefix(ONE)
        title = next((each.title for each in library.all_details() if each.id == id), "")
        return _("called “{title}”").format(title=title)

    def _admits(self, report: Details) -> bool:
        """Whether name and years are met. A report whose year is not known meets no limit on years."""
        if not all(word in _about(report) for word in self.named.casefold().split()):
            return False
        if not self.first_year and not self.last_year:
            return True
        return report.year is not None and (self.first_year or 0) <= report.year <= (self.last_year or 9999)


def _about(report: Details) -> str:
    told = [report.full_title, *report.authors, report.publisher, str(report.year or ""), report.file]
    return " ".join(told).casefold()


EVERY_REPORT = ReportFilter()
"""No limit at all."""
