"""The list of reports, and what became of files that were added, as HTML. All text from outside is escaped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape

from ingest import Details, Listing, Outcome
from page.sources import imprint, report_address

NO_REPORTS = "There are no reports here yet. Open the tab “Library”, add some, and come back to ask them."
ONLY_BRIEFS = (
    "Answers quote our own briefs of the reports on the reading list, until the reports themselves are here. "
    "The tab “Library” shows which are, and takes reports of your own."
)
NONE = "<p class='aside'>There are no reports here yet.</p>"

_STATUS = {"added": "Added", "replaced": "Replaced", "unchanged": "Already here", "failed": "Not added"}


def count_line(listings: Sequence[Listing]) -> str:
    """How much the library holds: "888 reports, 14 briefs, 22,913 passages. 2,104 of 2,110 pages can be searched"."""
    briefs = sum(each.details.is_brief for each in listings)
    pages = sum(each.pages for each in listings)
    all_pages = pages + sum(each.unreadable for each in listings)
    told = [_count(len(listings) - briefs, "report"), *([_count(briefs, "brief")] if briefs else [])]
    told.append(_count(sum(each.passages for each in listings), "passage"))
    searched = f". {pages:,} of {_count(all_pages, 'page')} can be searched" if all_pages else ""
    return ", ".join(told) + searched


def reports_html(listings: Sequence[Listing], wanted: str = "") -> str:
    """The list of reports: those that hold every word of `wanted` in title, author, publisher, year or file name.

    Briefs are counted, and stand with the reading list.
    """
    reports = [each for each in listings if not each.details.is_brief]
    if not reports:
        return f"<p class='aside'>{count_line(listings)}. Briefs stand with the reading list.</p>" if listings else NONE
    words = wanted.casefold().split()
    found = [each for each in reports if all(word in _about(each.details) for word in words)]
    told = f"Found: {count_line(found)}" if words else count_line(listings)
    rows = "".join(_report(each) for each in found)
    return f"<p role='status'>{told}</p><ul class='reports' tabindex='0' aria-label='Reports'>{rows}</ul>"


def outcomes_html(outcomes: Sequence[Outcome]) -> str:
    """What became of each file, failures first."""
    if not outcomes:
        return ""
    counts = Counter(outcome.status for outcome in outcomes)
    told = ", ".join(f"{counts[status]:,} {word.lower()}" for status, word in _STATUS.items() if counts[status])
    ordered = sorted(outcomes, key=lambda outcome: outcome.status != "failed")
    rows = "".join(_outcome(outcome) for outcome in ordered)
    return (
        f"<p role='status'>{_count(len(outcomes), 'file')}: {told}</p><div class='outcomes' tabindex='0'>"
        f"<table><caption>What became of each file</caption><tbody>{rows}</tbody></table></div>"
    )


def _about(report: Details) -> str:
    return " ".join([report.title, *report.authors, report.publisher, str(report.year), report.file]).casefold()


def _report(listing: Listing) -> str:
    report = listing.details
    counts = [_count(listing.pages, "page")] if listing.pages else []
    told = escape(", ".join([*filter(None, [imprint(report)]), *counts, _count(listing.passages, "passage")]))
    missing = listing.reason or (f"{_count(listing.unreadable, 'page')} could not be read." * bool(listing.unreadable))
    problem = f"<p class='problem'>{escape(missing)}</p>" if missing else ""
    return (
        f"<li><a href='{escape(report_address(report))}' target='_blank' rel='noopener'>{escape(report.title)}</a>"
        f"<p class='aside'>{told}</p><p class='aside'>{escape(report.file)}</p>{_others(listing)}{problem}</li>"
    )


def _others(listing: Listing) -> str:
    """The other files and addresses of the same report."""
    names = [*(copy.file for copy in listing.copies), *listing.places]
    return f"<p class='aside'>The same report: {escape('; '.join(names))}</p>" if names else ""


def _outcome(outcome: Outcome) -> str:
    counts = [_count(outcome.pages, "page")] if outcome.pages else []
    counts += [_count(outcome.passages, "passage")] if outcome.passages else []
    told = " ".join(filter(None, [f"{', '.join(counts)}." if counts else "", outcome.reason]))
    return (
        f"<tr class='{escape(outcome.status)}'><th scope='row'>{escape(outcome.file)}"
        f"<p class='aside'>{escape(told)}</p></th><td>{_STATUS[outcome.status]}</td></tr>"
    )


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
