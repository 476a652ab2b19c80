"""How much the library holds, and what became of files that were added, as HTML. All text from outside is escaped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from gettext import gettext as _
from gettext import ngettext
from html import escape

from ingest import CatalogueEntry, Outcome, Progress

N_ = str  # marks texts for translators; they are translated where they are used
_STATUS = {
    "corrected": N_("Put right"),
    "added": N_("Added"), "replaced": N_("Replaced"), "unchanged": N_("Already here"), "failed": N_("Not added"),
}  # fmt: skip
_COUNTED = {
    "corrected": N_("{count:,} put right"),
    "added": N_("{count:,} added"), "replaced": N_("{count:,} replaced"), "unchanged": N_("{count:,} already here"),
    "failed": N_("{count:,} not added"),
}  # fmt: skip

_FIELDS = {
    "title": N_("title"), "subtitle": N_("subtitle"), "authors": N_("authors"), "publisher": N_("organisation"),
    "year": N_("year"), "address": N_("address"), "genre": N_("kind of report"),
}  # fmt: skip


def fields_words(names: Iterable[str]) -> str:
    """What is known of a report by its names in the code, as people call it."""
    return ", ".join(_(_FIELDS.get(name, name)) for name in names)


def no_reports(briefs: bool) -> str:
    """What to tell where there are no reports, or only `briefs`."""
    if briefs:
        return _(
            "Answers quote our own briefs of the reports on the reading list, until the reports themselves are here. "
            "The tab “Library” shows which are, and takes reports of your own."
        )
    return _("There are no reports here yet. Open the tab “Library”, add some, and come back to ask them.")


def count_line(listings: Sequence[CatalogueEntry]) -> str:
    """How much the library holds: "888 reports, 14 briefs, 22,913 passages. 2,104 of 2,110 pages can be searched"."""
    briefs = sum(each.details.is_brief for each in listings)
    pages = sum(each.pages for each in listings)
    all_pages = pages + sum(each.unreadable for each in listings)
    reports, passages = len(listings) - briefs, sum(each.passages for each in listings)
    told = [ngettext("{count:,} report", "{count:,} reports", reports).format(count=reports)]
    told += [ngettext("{count:,} brief", "{count:,} briefs", briefs).format(count=briefs)] if briefs else []
    told.append(_passages(passages))
    searched = ngettext(
        "{pages:,} of {count:,} page can be searched", "{pages:,} of {count:,} pages can be searched", all_pages
    )
    return ", ".join(told) + (f". {searched.format(pages=pages, count=all_pages)}" if all_pages else "")


def renewing_html(progress: Progress | None) -> str:
    """How far the reading anew of what an older version read has come, "" where nothing is being read anew."""
    if progress is None:
        return ""
    told = _(
        "Reading the reports again, for this version reads them better: {number:,} of {count:,}. "
        "You can ask meanwhile: until its turn, each report answers as it was read before."
    )
    told = escape(told.format(number=min(progress.files_done + 1, progress.files), count=progress.files))
    label = escape(_("Reports read anew"))
    bar = f"<progress max='{progress.files}' value='{progress.files_done}' aria-label='{label}'></progress>"
    return f"<p role='status'>{told}</p>{bar}"


def outcomes_html(outcomes: Sequence[Outcome]) -> str:
    """What became of each file, failures first."""
    if not outcomes:
        return ""
    counts = Counter(outcome.status for outcome in outcomes)
    told = ", ".join(_(words).format(count=counts[status]) for status, words in _COUNTED.items() if counts[status])
    files = ngettext("{count:,} file: {told}", "{count:,} files: {told}", len(outcomes))
    files = escape(files.format(count=len(outcomes), told=told))
    caption = escape(_("What became of each file"))
    ordered = sorted(outcomes, key=lambda outcome: outcome.status != "failed")
    rows = "".join(_outcome(outcome) for outcome in ordered)
    return (
        f"<p role='status'>{files}</p><div class='outcomes' tabindex='0'>"
        f"<table><caption>{caption}</caption><tbody>{rows}</tbody></table></div>"
    )


def _outcome(outcome: Outcome) -> str:
    counts = [_pages(outcome.pages)] if outcome.pages else []
    counts += [_passages(outcome.passages)] if outcome.passages else []
    told = " ".join(filter(None, [f"{', '.join(counts)}." if counts else "", outcome.reason]))
    return (
        f"<tr class='{escape(outcome.status)}'><th scope='row'>{escape(outcome.file)}"
        f"<p class='aside'>{escape(told)}</p></th><td>{escape(_(_STATUS[outcome.status]))}</td></tr>"
    )


def _pages(count: int) -> str:
    return ngettext("{count:,} page", "{count:,} pages", count).format(count=count)


def _passages(count: int) -> str:
    return ngettext("{count:,} passage", "{count:,} passages", count).format(count=count)
