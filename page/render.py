"""Answers, sources and reports as HTML. Everything that comes from a report or a person is escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from ingest import Details, Listing, Outcome
from ingest.report import Passage
from rag import Answer, Citation, Hit

EMPTY_LIBRARY = "There are no reports here yet. Open the tab “Library” and add some; then ask."


def answer_html(answer: Answer, turn: int) -> str:
    """The text of an answer, its [n] as links to the sources of this turn of the conversation.

    It stands in one element without line breaks, so that no character of a report is read as Markdown.
    """
    parts: list[str] = []
    for paragraph in answer.text.split("\n\n"):
        first, *items = paragraph.split("\n")
        leading = [first] if not first.startswith("- ") else []
        items = items if leading else [first, *items]
        parts += [f"<p>{_linked(text, answer, turn)}</p>" for text in leading]
        if items:
            listed = "".join(f"<li>{_linked(item.removeprefix('- '), answer, turn)}</li>" for item in items)
            parts.append(f"<ul>{listed}</ul>")
    note = _understood(answer)
    return f"<div class='answer'>{note}{''.join(parts)}</div>"


def _understood(answer: Answer) -> str:
    if not answer.searched_for or answer.searched_for == answer.question.strip():
        return ""
    return f"<p class='understood'>Understood as: {escape(answer.searched_for)}</p>"


def _linked(text: str, answer: Answer, turn: int) -> str:
    titles = {citation.number: citation.passage.report.title for citation in answer.citations}

    def link(match: re.Match[str]) -> str:
        number = int(match[1])
        if number not in titles:
            return match[0]
        label = escape(f"Source {number}: {titles[number]}")
        return f"<a class='marker' href='#source-{turn}-{number}' aria-label='{label}'>[{number}]</a>"

    return re.sub(r"\[(\d+)\]", link, escape(text))


def sources_html(answer: Answer, turn: int) -> str:
    """The panel beside an answer: its sources with their quotations, or the passages that come nearest."""
    if answer.citations:
        items = "".join(_source(citation, turn) for citation in answer.citations)
        return f"<ol class='sources'>{items}</ol>"
    if answer.nearest:
        items = "".join(_nearest(hit) for hit in answer.nearest)
        return (
            "<h3>What comes nearest</h3><p>These passages do not answer the question. "
            f"They are the nearest that the reports have.</p><ul class='sources'>{items}</ul>"
        )
    return "<p>No passage comes near the question.</p>"


def _source(citation: Citation, turn: int) -> str:
    report = citation.passage.report
    return (
        f"<li id='source-{turn}-{citation.number}' tabindex='-1'><span class='number'>{citation.number}</span>"
        f"<div><strong>{escape(report.title)}</strong>{_imprint(report)}{_page(citation.page, citation.label)}"
        f"<blockquote>{escape(citation.quote)}</blockquote>"
        f"{_open_link(report, citation.page, citation.quote)}</div></li>"
    )


def _nearest(hit: Hit) -> str:
    passage = hit.passage
    text = " ".join(passage.text.split())
    excerpt = text if len(text) <= 400 else f"{text[:400].rsplit(' ', 1)[0]} …"
    return (
        f"<li><div><strong>{escape(passage.report.title)}</strong>{_imprint(passage.report)}{_pages(passage)}"
        f"<blockquote>{escape(excerpt)}</blockquote>{_open_link(passage.report, passage.first_page, '')}</div></li>"
    )


def _imprint(report: Details) -> str:
    parts = [", ".join(report.authors), report.publisher, str(report.year or "")]
    told = ". ".join(escape(part) for part in parts if part)
    return f"<div class='imprint'>{told}</div>" if told else ""


def _page(number: int | None, label: str | None) -> str:
    return f"<div class='where'>{page_words(number, label)}</div>" if number else ""


def page_words(number: int, label: str | None) -> str:
    """A page as people say it, with the printed label where it differs: "page 5 (printed iii)"."""
    return f"page {number}" if not label or label == str(number) else f"page {number} (printed {escape(label)})"


def _pages(passage: Passage) -> str:
    first, last = passage.first_page, passage.last_page
    if first is None:
        return ""
    return f"<div class='where'>{f'page {first}' if first == last else f'pages {first} to {last}'}</div>"


def report_address(report: Details, page: int | None = None, words: str = "") -> str:
    """Where this server shows a report, at a page for a PDF, at its words for a web page."""
    address = f"/reports/{quote(report.id)}"
    if report.kind == "pdf" and page:
        return f"{address}#page={page}"
    if report.kind in ("html", "htm", "xhtml", "md", "txt", "rst") and words:
        return f"{address}#:~:text={quote(' '.join(words.split()[:8]), safe='')}"
    return address


def _open_link(report: Details, page: int | None, words: str) -> str:
    at = f" at page {page}" if page and report.kind == "pdf" else ""
    address = escape(report_address(report, page, words))
    return f"<a class='open' href='{address}' target='_blank' rel='noopener'>Open the report{at}</a>"


def count_line(listings: Sequence[Listing]) -> str:
    """How much the library holds, and what of it could not be read."""
    pages, unreadable = sum(each.pages for each in listings), sum(each.unreadable for each in listings)
    told = [
        _number(len(listings), "report"),
        _number(pages, "page"),
        _number(sum(e.passages for e in listings), "passage"),
    ]
    missing = f" {_number(unreadable, 'page')} could not be read." if unreadable else ""
    return f"{', '.join(told)}.{missing}"


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def library_html(listings: Sequence[Listing], wanted: str = "") -> str:
    """The list of reports, those only whose title, authors, publisher, year or file hold all words of `wanted`."""
    words = wanted.casefold().split()
    shown = [each for each in listings if all(word in _about(each.details) for word in words)]
    if not listings:
        return "<p>There are no reports here yet.</p>"
    heads = "".join(f"<th scope='col'>{name}</th>" for name in ("Report", "Publisher", "Year", "Pages", "Passages"))
    rows = "".join(_row(each) for each in shown)
    found = f"<p>{_number(len(shown), 'report')} of {len(listings):,} shown.</p>" if words else ""
    return (
        f"<p>{count_line(listings)}</p>{found}<div class='reports' tabindex='0' role='region' "
        f"aria-label='List of reports'><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _about(report: Details) -> str:
    return " ".join([report.title, *report.authors, report.publisher, str(report.year), report.file]).casefold()


def _row(listing: Listing) -> str:
    report = listing.details
    reason = f"<div class='problem'>{escape(listing.reason)}</div>" if listing.reason else ""
    return (
        f"<tr><td><a href='{escape(report_address(report))}' target='_blank' rel='noopener'>{escape(report.title)}</a>"
        f"<div class='file'>{escape(report.file)}</div>{reason}</td><td>{escape(report.publisher)}</td>"
        f"<td>{report.year or ''}</td><td>{listing.pages or ''}</td><td>{listing.passages}</td></tr>"
    )


_STATUS = {"added": "Added", "replaced": "Replaced its older copy", "unchanged": "Was here already", "failed": "Failed"}


def outcomes_html(outcomes: Sequence[Outcome]) -> str:
    """What became of each file, the failures first."""
    if not outcomes:
        return ""
    ordered = sorted(outcomes, key=lambda outcome: outcome.status != "failed")
    items = "".join(_outcome(outcome) for outcome in ordered)
    return f"<ul class='outcomes' role='status'>{items}</ul>"


def _outcome(outcome: Outcome) -> str:
    counts = [_number(outcome.pages, "page")] if outcome.pages else []
    counts += [_number(outcome.passages, "passage")] if outcome.passages else []
    what = f" ({', '.join(counts)})" if counts else ""
    reason = f" {escape(outcome.reason)}" if outcome.reason else ""
    return (
        f"<li class='{outcome.status}'><strong>{_STATUS[outcome.status]}:</strong> "
        f"{escape(outcome.file)}{what}.{reason}</li>"
    )
