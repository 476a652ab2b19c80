"""The reading list on the page: what is there of each entry, and what to do about the rest. All text is escaped."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from html import escape
from urllib.parse import urlsplit

from ingest import Listing
from ingest.reading_list import EntryState, Fetching, WorkState
from ingest.reading_list.matching import words
from page.sources import report_address, web_link


def reading_list_html(states: Sequence[EntryState], fetching: Fetching | None = None) -> str:
    """The entries of the list, each with its state in words."""
    if not states:
        return ""
    rows = "".join(_entry(state, fetching) for state in states)
    return f"<p>{_summary(states)}</p><ul class='reports' tabindex='0' aria-label='The reading list'>{rows}</ul>"


def fetching_html(fetching: Fetching | None, sentence: str) -> str:
    """How far the fetching of reports has come; else why it could not be done, "" where there is nothing to tell."""
    if fetching is None:
        return f"<p role='status'>{escape(sentence)}</p>" if sentence else ""
    host = _host(fetching.address) or "the internet"
    told = f"Fetching report {fetching.works_done + 1} of {fetching.works} from {host}"
    return (
        f"<p role='status'>{escape(told)}</p>"
        f"<progress max='{fetching.works}' value='{fetching.works_done}' aria-label='Reports looked for'></progress>"
    )


def _summary(states: Sequence[EntryState]) -> str:
    complete = sum(state.complete for state in states)
    briefs = sum(state.brief is not None for state in states)
    stands_in = f" For {briefs} our own brief stands in." if briefs else ""
    return (
        f"{complete or 'None'} of the {len(states)} entries on the Scottish Co-production Network’s list "
        f"{'is' if complete < 2 else 'are'} here in full.{stands_in}"
    )


def _entry(state: EntryState, fetching: Fetching | None) -> str:
    entry = state.entry
    works = "".join(_work(work, entry.listed_as, fetching) for work in state.works)
    brief = _brief(state.brief) if state.brief else ""
    unsure = "".join(f"<li>{escape(each)}</li>" for each in entry.uncertain)
    more = f"<details><summary>What is not certain</summary><ul>{unsure}</ul></details>" if unsure else ""
    advice = f"<p class='aside'>{escape(entry.advice)}</p>" if entry.advice and not state.complete else ""
    heading = f"<h3>{entry.number}. {escape(entry.listed_as)}</h3>"
    return f"<li id='entry-{entry.number}'>{heading}{works}{brief}{advice}{more}</li>"


def _brief(brief: Listing) -> str:
    link = f"<a href='{escape(report_address(brief.details))}' target='_blank' rel='noopener'>our brief</a>"
    return f"<p class='aside'>Answers quote {link} of it meanwhile.</p>"


def _work(state: WorkState, listed_as: str, fetching: Fetching | None) -> str:
    """A work with its state; its title only where the list calls it by another."""
    work = state.work
    title = escape(work.title) if words(work.title) != words(listed_as) else ""
    imprint = escape(", ".join(str(part) for part in (work.publisher, work.year) if part))
    name = f"{title} ({imprint})" if title and imprint else title or imprint
    label, told = _state(state, fetching)
    kind = "here" if state.report else "missing" if label == "Not found" else "waiting"
    return f"<p class='work'><span class='state {kind}'>{label}</span> {name}</p>{told}"


def _state(state: WorkState, fetching: Fetching | None) -> tuple[str, str]:
    """The state of a work in two or three words, and what there is to tell of it."""
    if state.report:
        return "Here", _here(state, state.report)
    if fetching and fetching.id == state.id:
        return "Fetching", f"<p class='aside'>{_bytes(fetching)} from {escape(_host(fetching.address))}</p>"
    if not state.work.free:
        return "On sale only", _where(state)
    if state.tried and state.reason:
        told = f"Tried on {day(state.tried.day)}. {escape(state.reason)}"
        return "Not found", f"<p class='problem'>{told}</p>{_where(state)}"
    if not state.work.addresses:
        return "Not found", "<p class='aside'>No address of it is known.</p>"
    return "Not fetched yet", _where(state)


def _here(state: WorkState, report: Listing) -> str:
    counts = f"{report.pages:,} pages, " if report.pages else ""
    tried = state.tried
    since = ""
    if tried and tried.address:
        archive = f", the Internet Archive’s copy of {day(tried.archived)}" if tried.archived else ""
        since = f" Fetched on {day(tried.day)} from {web_link(tried.address, _host(tried.address))}{archive}."
    link = f"<a href='{escape(report_address(report.details))}' target='_blank' rel='noopener'>Open it</a>"
    health = f"<p class='problem'>{escape(report.reason)}</p>" if report.reason else ""
    return f"<p class='aside'>{counts}{report.passages:,} passages.{since} {link}</p>{health}"


def _where(state: WorkState) -> str:
    address = state.work.address
    return f"<p class='aside'>Where to look: {web_link(address, address)}</p>" if address else ""


def _bytes(fetching: Fetching) -> str:
    whole = f" of {fetching.of_bytes / 1e6:.1f}" if fetching.of_bytes else ""
    return f"{fetching.bytes / 1e6:.1f}{whole} MB"


def _host(address: str) -> str:
    return urlsplit(address).hostname or address


def day(iso: str) -> str:
    """A day as people write it: "29 August 2016" for 2016-08-29; what is no day stays as it is."""
    try:
        date = datetime.date.fromisoformat(iso)
    except ValueError:
        return escape(iso)
    return f"{date.day} {date:%B %Y}"
