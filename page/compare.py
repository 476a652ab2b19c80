"""The tab for comparing: what each report says to one question, a row a report, and where reports differ."""

from __future__ import annotations

from collections.abc import Sequence
from gettext import gettext as _
from gettext import ngettext
from html import escape
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.responses import HTMLResponse

from ingest import Details
from page.exports import save_html
from page.genres import genre_html
from page.limits import Limits, fields_html, typed_limits
from page.needs import Parts
from page.sources import imprint, keep_button, page_words, view_address
from rag import Citation, Row
from rag.disagreement import Disagreement, disagreements
from rag.genre import Genre
from rag.genres import genres_of


def compare_html() -> str:
    """The tab: the question, the limits, and the place for the table."""
    label, compare = escape(_("Compare what the reports say")), escape(_("Compare"))
    placeholder = escape(_("A question to put to each report"))
    return (
        "<form class='fragment slow' action='/compare' data-target='compared'>"
        f"<label for='compare-question' class='title'>{label}</label>"
        "<p class='asked'><input id='compare-question' name='question' type='text' maxlength='2000' required "
        f"autocomplete='off' placeholder='{placeholder}'><button class='primary'>{compare}</button></p>"
        f"{fields_html('compare')}</form><div id='compared' class='results'>{_nothing()}</div>"
    )


def _nothing() -> str:
    told = _("Here will stand a row for each report: what it says to your question, and on which page.")
    return f"<p class='aside'>{escape(told)}</p>"


def add_compare(app: FastAPI, parts: Parts) -> None:
    """Answer the tab at `/compare` with a table, as a piece of HTML."""

    @app.get("/compare")
    def compare(limits: Annotated[Limits, Depends(typed_limits)], question: str = "") -> HTMLResponse:
        question = question.strip()[:2000]
        if not question:
            return HTMLResponse(_nothing())
        parts.reading_list.fill()
        rows = parts.assistant.compare(question, limits.among(parts.library))
        kinds = genres_of(parts.library, [row.report for row in rows if row.citations])
        saved = save_html("/export/comparison", _("Save this comparison"), {"question": question, **limits.fields()})
        differing = disagreements(rows, parts.assistant.embeddings)
        return HTMLResponse(comparison_html(question, rows, kinds, differing, limits.sentence(parts.library), saved))


def comparison_html(
    question: str,
    rows: Sequence[Row],
    kinds: dict[str, Genre | None],
    differing: Sequence[Disagreement] = (),
    told: str = "",
    saved: str = "",
) -> str:
    """The table for a question. `kinds` says what each report is, by its id; `differing` where two of them differ."""
    speaking = [row for row in rows if row.citations]
    silent = [row for row in rows if not row.citations]
    said = f"{told} {_counted(len(speaking), len(silent), question)}".strip()
    found = "".join(_row(row, question, kinds.get(row.report.id)) for row in speaking)
    none = escape(_("Nothing was found."))
    nothing = "".join(f"<tr>{_report(row.report, None)}<td>{none}</td></tr>" for row in silent)
    report, says = escape(_("Report")), escape(_("What it says"))
    heads = f"<thead><tr><th scope='col'>{report}</th><th scope='col'>{says}</th></tr></thead>"
    summary = _("Reports in which nothing was found: {count:,}").format(count=len(silent))
    captions = _("What the reports say"), _("Reports in which nothing was found")

    def table(caption: str, body: str) -> str:
        return f"<table class='comparison'><caption>{escape(caption)}</caption>{heads}<tbody>{body}</tbody></table>"

    return (
        f"<div class='actions'><span role='status'>{escape(said)}</span>{saved if speaking else ''}</div>"
        f"{_differing(differing)}{table(captions[0], found) if found else ''}"
        + (f"<details><summary>{escape(summary)}</summary>{table(captions[1], nothing)}</details>" if silent else "")
    )


def _counted(speaking: int, silent: int, question: str) -> str:
    """How many reports say something to a question, and how many nothing."""
    said = ngettext(
        "One report says something to “{question}”; in {silent:,} nothing was found.",
        "{count} reports say something to “{question}”; in {silent:,} nothing was found.",
        speaking,
    )
    none = _("No reports say something to “{question}”; in {silent:,} nothing was found.")
    return (said if speaking else none).format(count=speaking, question=question, silent=silent)


def _row(row: Row, question: str, genre: Genre | None) -> str:
    quotes = "".join(_quote(each, question) for each in row.citations)
    return f"<tr>{_report(row.report, genre)}<td>{quotes}</td></tr>"


def _report(report: Details, genre: Genre | None) -> str:
    title = _("Our brief of {title}").format(title=report.title) if report.is_brief else report.title
    told = f"<p class='aside'>{escape(imprint(report))}</p>" if imprint(report) else ""
    return f"<th scope='row'>{escape(title)}{told}{genre_html(report, genre)}</th>"


def _quote(citation: Citation, question: str) -> str:
    report = citation.passage.report
    # Translators: where a quotation stands in a report without pages.
    where = page_words(citation.page, citation.label) if citation.page else _("in the text")
    address = escape(view_address(report, citation.page, citation.quote))
    name = escape(_("See {where} of {title}").format(where=where, title=report.title))
    return (
        f"<blockquote>{escape(citation.quote)}</blockquote><div class='actions'><a class='see' href='{address}' "
        f"aria-label='{name}'>{escape(where)}</a>{keep_button(citation.passage, citation.quote, question)}</div>"
    )


def _differing(differing: Sequence[Disagreement]) -> str:
    """Pairs of quotations that give different figures or directions, side by side."""
    if not differing:
        return ""
    pairs = "".join(
        f"<li><h3>{escape(each.what)}</h3><div class='pair'>{_side(each.one)}{_side(each.other)}</div></li>"
        for each in differing
    )
    heading = escape(_("Where reports differ"))
    told = escape(_("They may speak of other years or other people: read both before you use either."))
    return f"<section class='differing'><h2>{heading}</h2><p class='aside'>{told}</p><ul>{pairs}</ul></section>"


def _side(citation: Citation) -> str:
    return f"<div><cite>{escape(citation.passage.report.title)}</cite>{_quote(citation, '')}</div>"
