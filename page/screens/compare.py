"""The tab for comparing: what each report says to one question, a row a report, and where reports differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from gettext import gettext as _
from gettext import ngettext
from html import escape
from typing import Annotated

from fastapi import Depends, FastAPI, Query
from fastapi.responses import HTMLResponse

from ingest import Details
from ingest.library import Library
from page.exports import save_html
from page.screens.genre import genre_html, genre_name
from page.screens.remembered_comparisons import FURTHER, Comparing, further_questions
from page.screens.report_filter import fields_html, typed_limits
from page.screens.sources import imprint, keep_button, page_words, speaker_html, view_address
from rag import Citation, Row
from rag.comparison import Comparison, Disagreement
from service import ReportFilter

N_ = str  # marks texts for translators; they are translated where they are used
ORDERS = {"strength": N_("the surest first"), "year": N_("the newest first"), "kind": N_("by kind of report")}


def compare_html() -> str:
    """The tab: the question, the limits, and the place for the table."""
    label, button = escape(_("Compare what the reports say")), escape(_("Compare"))
    placeholder, busy = escape(_("A question to put to each report")), escape(_("Reading the reports …"))
    return (
        "<form class='fragment slow' id='comparing' action='/compare' data-target='compared'>"
        f"<label for='compare-question' class='title'>{label}</label>"
        "<p class='asked'><input id='compare-question' name='question' type='text' maxlength='2000' required "
        f"autocomplete='off' placeholder='{placeholder}'><button class='primary'>{button}</button></p>"
        f"{fields_html('compare')}</form><div id='compared' class='results' data-busy='{busy}'>{_nothing()}</div>"
    )


def _nothing() -> str:
    sentence = _("A table will be shown here: what each report says to your question, and on which page.")
    return f"<p class='aside'>{escape(sentence)}</p>"


def add_compare(app: FastAPI, library: Library, compared: Comparing) -> None:
    """Answer the tab at `/compare` with a table, as a piece of HTML."""

    @app.get("/compare")
    def comparison(
        limits: Annotated[ReportFilter, Depends(typed_limits)],
        question: str = "",
        further: Annotated[Sequence[str], Query()] = (),
        added: str = "",
        without: str = "",
        order: str = "strength",
    ) -> HTMLResponse:
        question = question.strip()[:2000]
        if not question:
            return HTMLResponse(_nothing())
        columns = further_questions([*(each for each in further if each != without), added])
        told = limits.sentence(library)
        fields = {"question": question, "further": columns, **limits.fields()}
        saved = save_html("/export/comparison", _("Save this comparison"), fields)
        return HTMLResponse(comparison_html(compared(question, columns, limits), order, told, saved))


def comparison_html(compared: Comparison, order: str = "strength", told: str = "", saved: str = "") -> str:
    """A comparison as HTML; `told` are its limits in words, and `saved` a menu to save it."""
    speaking, silent = ordered(compared, order), compared.silent
    other = compared.searched_for
    searched = _("Searched for “{question}”").format(question=other) + "." if other else ""
    said = " ".join(filter(None, [told, searched, _counted(len(speaking), len(silent), compared.question)]))
    table = _table(compared, speaking) if speaking else ""
    return (
        f"<div class='actions'><span role='status' tabindex='-1'>{escape(said)}</span>{saved if speaking else ''}</div>"
        f"{_differing(compared.differing)}{_adding(compared) if speaking else ''}"
        f"{_order(order) if len(speaking) > 1 else ''}{table}{_silent(silent)}"
    )


def ordered(compared: Comparison, order: str) -> list[Row]:
    """The rows of the reports that say something, by how sure that is, by year, or by what kind of report they are."""
    rows = list(compared.speaking)
    if order == "year":
        return sorted(rows, key=lambda row: -(row.report.year or 0))
    if order == "kind":
        kinds = {row.report.id: compared.genres.get(row.report.id) for row in rows}
        names = {id: genre_name(kind) if kind else "" for id, kind in kinds.items()}
        return sorted(rows, key=lambda row: (not names[row.report.id], names[row.report.id]))
    return rows


def _counted(speaking: int, silent: int, question: str) -> str:
    """How many reports say something to a question, and how many nothing."""
    said = ngettext(
        "One report says something to “{question}”; in {silent:,} nothing was found.",
        "{count} reports say something to “{question}”; in {silent:,} nothing was found.",
        speaking,
    )
    none = _("No reports say something to “{question}”; in {silent:,} nothing was found.")
    return (said if speaking else none).format(count=speaking, question=question, silent=silent)


def _order(chosen: str) -> str:
    label = escape(_("Order"))
    options = "".join(
        f"<option value='{key}'{' selected' if key == chosen else ''}>{escape(_(name))}</option>"
        for key, name in ORDERS.items()
    )
    return (
        f"<p class='order'><label for='compare-order'>{label}</label>"
        f"<select id='compare-order' name='order' form='comparing'>{options}</select></p>"
    )


def _table(compared: Comparison, rows: Sequence[Row]) -> str:
    heads = [escape(each) for each in (_("Report"), _("Year"), _("Kind"))]
    columns = "".join(f"<th scope='col'>{each}</th>" for each in (*heads, escape(compared.question)))
    columns += "".join(_further_head(each.question) for each in compared.further)
    body = "".join(_row(row, compared) for row in rows)
    caption = escape(_("What the reports say"))
    return (
        f"<table class='comparison'><caption>{caption}</caption><thead><tr>{columns}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )


def _further_head(question: str) -> str:
    """The head of a further column, with a button that takes it away."""
    asked, words = escape(question), escape(_("Take away"))
    label = escape(_("Take away the column “{question}”").format(question=question))
    return (
        f"<th scope='col'>{asked}<input type='hidden' form='comparing' name='further' value='{asked}'>"
        f"<button form='comparing' name='without' value='{asked}' aria-label='{label}'>{words}</button></th>"
    )


def _adding(compared: Comparison) -> str:
    """A place for a further question to the same reports."""
    if len(compared.further) >= FURTHER:
        return ""
    label, add = escape(_("Ask the same reports a further question")), escape(_("Add a column"))
    return (
        f"<div class='adding'><label for='compare-further'>{label}</label><p class='asked'><input id='compare-further' "
        f"name='added' form='comparing' type='text' maxlength='2000' autocomplete='off'>"
        f"<button form='comparing'>{add}</button></p></div>"
    )


def _row(row: Row, compared: Comparison) -> str:
    report, question = row.report, compared.question
    genre = genre_html(report, compared.genres.get(report.id))
    cells = [(question, row.citations), *((each.question, each.said.get(report.id, ())) for each in compared.further)]
    said = "".join(
        f"<td data-label='{escape(asked) if compared.further else ''}'>{_said(citations, asked)}</td>"
        for asked, citations in cells
    )
    return f"<tr>{_report(report)}<td class='year'>{report.year or ''}</td><td class='kind'>{genre}</td>{said}</tr>"


def _said(citations: Sequence[Citation], question: str) -> str:
    none = escape(_("Nothing was found."))
    return "".join(_quote(each, question) for each in citations) or f"<p class='aside'>{none}</p>"


def _title(report: Details) -> str:
    return _("Our brief of {title}").format(title=report.title) if report.is_brief else report.title


def _report(report: Details) -> str:
    who = imprint(replace(report, year=None))
    html = f"<p class='aside'>{escape(who)}</p>" if who else ""
    return f"<th scope='row'>{escape(_title(report))}{html}</th>"


def _silent(rows: Sequence[Row]) -> str:
    """The reports that say nothing, folded into one line with their number."""
    if not rows:
        return ""
    summary = _("Reports in which nothing was found: {count:,}").format(count=len(rows))
    listed = "".join(f"<li>{_silent_report(row.report)}</li>" for row in rows)
    return f"<details class='silent'><summary>{escape(summary)}</summary><ul>{listed}</ul></details>"


def _silent_report(report: Details) -> str:
    return escape(", ".join(filter(None, (_title(report), imprint(report)))))


def _quote(citation: Citation, question: str) -> str:
    report = citation.passage.report
    # Translators: where a quotation stands in a report without pages.
    where = page_words(citation.page, citation.label) if citation.page else _("in the text")
    address = escape(view_address(report, citation.page, citation.quote))
    name = escape(_("See {where} of {title}").format(where=where, title=report.title))
    return (
        f"<blockquote>{escape(citation.quote)}</blockquote>{speaker_html(citation)}"
        f"<div class='actions'><a class='see' href='{address}' "
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
    return f"<div><cite>{escape(_title(citation.passage.report))}</cite>{_quote(citation, '')}</div>"
