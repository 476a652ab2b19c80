"""The reading list on the page: what is there of each entry, and what to do about the rest. All text is escaped."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from gettext import gettext as _
from gettext import ngettext
from html import escape
from urllib.parse import urlsplit

from ingest import CatalogueEntry
from ingest.reading_list import EntryState, FetchAttempt, Fetching, WorkState
from ingest.reading_list.matching import words
from page.screens.sources import report_address, web_link
from rag.language import day_words

N_ = str  # marks texts for translators; they are translated where they are used
NOT_FOUND = N_("Not found")


def reading_list_html(states: Sequence[EntryState], fetching: Fetching | None = None) -> str:
    """The entries of the list, each with its state in words."""
    if not states:
        return ""
    rows = "".join(_entry(state, fetching) for state in states)
    label = escape(_("The reading list"))
    return f"{_briefs(states)}<ul class='reports' tabindex='0' aria-label='{label}'>{rows}</ul>"


def fetching_html(fetching: Fetching | None, sentence: str) -> str:
    """How far the fetching of reports has come; else why it could not be done, "" where there is nothing to tell."""
    if fetching is None:
        return f"<p role='status'>{escape(sentence)}</p>" if sentence else ""
    told = _("Fetching report {number} of {count} from the internet")
    if host := _host(fetching.address):
        told = _("Fetching report {number} of {count} from {host}")
    told = told.format(number=fetching.works_done + 1, count=fetching.works, host=host)
    label = escape(_("Reports looked for"))
    return (
        f"<p role='status'>{escape(told)}</p>"
        f"<progress max='{fetching.works}' value='{fetching.works_done}' aria-label='{label}'></progress>"
    )


def reading_list_label(states: Sequence[EntryState]) -> str:
    """The heading of the list: "The reading list: 14 on the list, 3 here, 8 can be fetched"."""
    here = sum(state.complete for state in states)
    sentence = _("The reading list: {count} on the list, {here} here, {fetched} can be fetched")
    return sentence.format(count=len(states), here=here, fetched=fetchable(states))


def fetchable(states: Sequence[EntryState]) -> int:
    """How many entries of the list have something that can be fetched."""
    return sum(any(work.can_be_fetched for work in state.works) for state in states)


def _briefs(states: Sequence[EntryState]) -> str:
    """For how many entries our briefs stand in."""
    count = sum(state.brief is not None for state in states)
    sentence = ngettext("For {count} our own brief stands in.", "For {count} our own briefs stand in.", count)
    return f"<p>{escape(sentence.format(count=count))}</p>" if count else ""


def _entry(state: EntryState, fetching: Fetching | None) -> str:
    entry = state.entry
    works = "".join(_work(work, entry.listed_as, fetching) for work in state.works)
    brief = _brief(state.brief) if state.brief else ""
    unsure = "".join(f"<li>{escape(each)}</li>" for each in entry.uncertain)
    summary = escape(_("What is not certain"))
    more = f"<details><summary>{summary}</summary><ul>{unsure}</ul></details>" if unsure else ""
    advice = f"<p class='aside'>{escape(entry.advice)}</p>" if entry.advice and not state.complete else ""
    heading = f"<h3>{entry.number}. {escape(entry.listed_as)}</h3>"
    return f"<li id='entry-{entry.number}'>{heading}{works}{brief}{advice}{more}</li>"


def _brief(brief: CatalogueEntry) -> str:
    # Translators: the words between <a> and </a> lead to the brief.
    told = escape(_("Answers quote <a>our brief</a> of it meanwhile."))
    link = f"<a href='{escape(report_address(brief.details))}' target='_blank' rel='noopener'>"
    return f"<p class='aside'>{told.replace('&lt;a&gt;', link).replace('&lt;/a&gt;', '</a>')}</p>"


def _work(state: WorkState, listed_as: str, fetching: Fetching | None) -> str:
    """A work with its state; its title only where the list calls it by another."""
    work = state.work
    title = escape(work.title) if words(work.title) != words(listed_as) else ""
    imprint = escape(", ".join(str(part) for part in (work.publisher, work.year) if part))
    name = f"{title} ({imprint})" if title and imprint else title or imprint
    label, told = _state(state, fetching)
    kind = "here" if state.report else "missing" if label == NOT_FOUND else "waiting"
    return f"<p class='work'><span class='state {kind}'>{escape(_(label))}</span> {name}</p>{told}"


def _state(state: WorkState, fetching: Fetching | None) -> tuple[str, str]:
    """The state of a work in two or three words, not translated yet, and what there is to tell of it."""
    if state.report:
        # Translators: the report is in the library.
        return N_("Here"), _here(state, state.report)
    if fetching and fetching.id == state.id:
        told = _bytes(fetching).format(
            done=f"{fetching.bytes / 1e6:.1f}",
            all=f"{(fetching.of_bytes or 0) / 1e6:.1f}",
            host=_host(fetching.address),
        )
        return N_("Fetching"), f"<p class='aside'>{escape(told)}</p>"
    if not state.work.free:
        return N_("On sale only"), _where(state)
    if state.tried and state.reason:
        told = _("Tried on {day}. {reason}").format(day=day(state.tried.day), reason=state.reason)
        return NOT_FOUND, f"<p class='problem'>{escape(told)}</p>{_where(state)}"
    if not state.work.addresses:
        told = escape(_("No address of it is known."))
        return NOT_FOUND, f"<p class='aside'>{told}</p>"
    return N_("Not fetched yet"), _where(state)


def _here(state: WorkState, report: CatalogueEntry) -> str:
    pages = ngettext("{count:,} page", "{count:,} pages", report.pages).format(count=report.pages)
    passages = ngettext("{count:,} passage", "{count:,} passages", report.passages).format(count=report.passages)
    counts = escape(", ".join([*([pages] if report.pages else []), passages]))
    open_it = escape(_("Open it"))
    link = f"<a href='{escape(report_address(report.details))}' target='_blank' rel='noopener'>{open_it}</a>"
    health = f"<p class='problem'>{escape(report.reason)}</p>" if report.reason else ""
    return f"<p class='aside'>{' '.join(filter(None, [f'{counts}.', _since(state.tried), link]))}</p>{health}"


def _since(tried: FetchAttempt | None) -> str:
    """When a report was fetched, and where from, in HTML."""
    if not tried or not tried.address:
        return ""
    sentence = _("Fetched on {day} from {host}.")
    if tried.archived:
        sentence = _("Fetched on {day} from {host}, the Internet Archive’s copy of {archived}.")
    host = web_link(tried.address, _host(tried.address))
    return escape(sentence).format(day=escape(day(tried.day)), host=host, archived=escape(day(tried.archived)))


def _where(state: WorkState) -> str:
    address = state.work.address
    sentence = escape(_("Where to look: {address}")).format(address=web_link(address, address))
    return f"<p class='aside'>{sentence}</p>" if address else ""


def _bytes(fetching: Fetching) -> str:
    return _("{done} of {all} MB from {host}") if fetching.of_bytes else _("{done} MB from {host}")


def _host(address: str) -> str:
    return urlsplit(address).hostname or address


def day(iso: str) -> str:
    """A day as people write it: "29 August 2016" for 2016-08-29; what is no day stays as it is."""
    try:
        date = datetime.date.fromisoformat(iso)
    except ValueError:
        return iso
    return day_words(date)
