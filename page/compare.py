"""The tab for comparing: what each report says to one question, a row a report, and where reports differ."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.responses import HTMLResponse

from ingest import Details
from page.exports import save_html
from page.limits import Limits, fields_html, typed_limits
from page.needs import Parts
from page.sources import imprint, keep_button, page_words, view_address
from rag import Citation, Row
from rag.disagreement import Disagreement, disagreements
from rag.genre import Genre, genre_of

NOTHING = (
    "<p class='aside'>Here will stand a row for each report: what it says to your question, and on which page.</p>"
)


def compare_html() -> str:
    """The tab: the question, the limits, and the place for the table."""
    return (
        "<form class='fragment slow' action='/compare' data-target='compared'>"
        "<label for='compare-question' class='title'>Compare what the reports say</label>"
        "<p class='asked'><input id='compare-question' name='question' type='text' maxlength='2000' required "
        "autocomplete='off' placeholder='A question to put to each report'><button class='primary'>Compare</button></p>"
        f"{fields_html('compare')}</form><div id='compared' class='results'>{NOTHING}</div>"
    )


def add_compare(app: FastAPI, parts: Parts) -> None:
    """Answer the tab at `/compare` with a table, as a piece of HTML."""

    @app.get("/compare")
    def compare(limits: Annotated[Limits, Depends(typed_limits)], question: str = "") -> HTMLResponse:
        question = question.strip()[:2000]
        if not question:
            return HTMLResponse(NOTHING)
        parts.reading_list.fill()
        rows = parts.assistant.compare(question, limits.among(parts.library))
        kinds = {row.report.id: genre_of(parts.library.report(row.report.id)) for row in rows if row.citations}
        saved = save_html("/export/comparison", "this comparison", {"question": question, **limits.fields()})
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
    count = "One report says" if len(speaking) == 1 else f"{len(speaking) or 'No'} reports say"
    said = f"{told} {count} something to “{question}”; in {len(silent):,} nothing was found.".strip()
    found = "".join(_row(row, question, kinds.get(row.report.id)) for row in speaking)
    nothing = "".join(f"<tr>{_report(row.report, None)}<td>Nothing was found.</td></tr>" for row in silent)
    heads = "<thead><tr><th scope='col'>Report</th><th scope='col'>What it says</th></tr></thead>"

    def table(caption: str, body: str) -> str:
        return f"<table class='comparison'><caption>{caption}</caption>{heads}<tbody>{body}</tbody></table>"

    return (
        f"<div class='actions'><span role='status'>{escape(said)}</span>{saved if speaking else ''}</div>"
        f"{_differing(differing)}{table('What the reports say', found) if found else ''}"
        + (
            f"<details><summary>Reports in which nothing was found: {len(silent):,}</summary>"
            f"{table('Reports in which nothing was found', nothing)}</details>"
            if silent
            else ""
        )
    )


def _row(row: Row, question: str, genre: Genre | None) -> str:
    quotes = "".join(_quote(each, question) for each in row.citations)
    return f"<tr>{_report(row.report, genre)}<td>{quotes}</td></tr>"


def _report(report: Details, genre: Genre | None) -> str:
    title = f"{'Our brief of ' if report.is_brief else ''}{report.title}"
    told = f"<p class='aside'>{escape(imprint(report))}</p>" if imprint(report) else ""
    return f"<th scope='row'>{escape(title)}{told}{_genre(report, genre)}</th>"


def _genre(report: Details, genre: Genre | None) -> str:
    """What a report is, with the sentence that shows it."""
    if not genre:
        return ""
    address = escape(view_address(report, genre.page, genre.sentence))
    says = f"It says of itself: <a class='see' href='{address}'><q>{escape(genre.sentence)}</q></a>"
    told = "Its title says so." if genre.in_title else says
    return f"<details class='genre'><summary>{escape(genre.name.capitalize())}</summary><p>{told}</p></details>"


def _quote(citation: Citation, question: str) -> str:
    report = citation.passage.report
    where = page_words(citation.page, citation.label) if citation.page else "in the text"
    address = escape(view_address(report, citation.page, citation.quote))
    name = escape(f"{where} of {report.title}")
    return (
        f"<blockquote>{escape(citation.quote)}</blockquote><div class='actions'><a class='see' href='{address}' "
        f"aria-label='See {name}'>{escape(where)}</a>{keep_button(citation.passage, citation.quote, question)}</div>"
    )


def _differing(differing: Sequence[Disagreement]) -> str:
    """Pairs of quotations that give different figures or directions, side by side."""
    if not differing:
        return ""
    pairs = "".join(
        f"<li><h3>{escape(each.what)}</h3><div class='pair'>{_side(each.one)}{_side(each.other)}</div></li>"
        for each in differing
    )
    return (
        "<section class='differing'><h2>Where reports differ</h2><p class='aside'>They may speak of other years or "
        f"other people: read both before you use either.</p><ul>{pairs}</ul></section>"
    )


def _side(citation: Citation) -> str:
    return f"<div><cite>{escape(citation.passage.report.title)}</cite>{_quote(citation, '')}</div>"
