"""A report opened where words of it stand: a PDF's page as printed, with them marked; another text around them."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import FastAPI, Query, Response
from fastapi.responses import HTMLResponse, PlainTextResponse

from ingest import Report
from ingest.page_view import Marked, PageError, draw_page, locate
from page.needs import Library
from page.originals import NOT_FOUND
from page.sources import imprint, page_words, report_address, web_link

STYLE = (Path(__file__).parent / "static" / "viewer.css").read_text(encoding="utf-8")
# Pixels across a drawn page: sharp on a screen twice as fine as the panel is wide, and quick to send.
WIDTH = 1240
# Characters shown before and after the words of a text without pages.
AROUND = 3000
NOT_MARKED = "The quoted words could not be marked on this page; look for: "
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
}


def add_viewer(app: FastAPI, library: Library) -> None:
    """Show a report at `/view/{id}` and draw its pages at `/drawings/{id}`."""

    @app.get("/drawings/{id:path}")
    def drawing(id: str, page: int, width: Annotated[int, Query(ge=200, le=2400)] = WIDTH) -> Response:
        try:
            image = draw_page(library.original(id), page, width)
        except (KeyError, PageError):
            return PlainTextResponse(NOT_FOUND, status_code=404)
        # The same bytes have the same id for ever.
        return Response(image, media_type="image/png", headers={"Cache-Control": "private, max-age=86400, immutable"})

    @app.get("/view/{id:path}")
    def view(id: str, page: int | None = None, words: Annotated[str, Query(max_length=6000)] = "") -> Response:
        try:
            report = library.report(id)
            if report.details.kind == "pdf" and report.pages:
                number = min(max(page or 1, 1), report.pages[-1].number)
                body = _page_html(report, library.original(id), number, words)
            else:
                body = _text_html(report, words, page)
        except KeyError:
            return PlainTextResponse(NOT_FOUND, status_code=404)
        return HTMLResponse(_document(report, body), headers=_HEADERS)


def _document(report: Report, body: str) -> str:
    details = report.details
    title = f"Our brief of {details.title}" if details.is_brief else details.title
    told = f"<p class='aside'>{escape(imprint(details))}</p>" if imprint(details) else ""
    return (
        "<!DOCTYPE html><html lang='en-GB'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><header><h1>{escape(title)}</h1>{told}</header>{body}</body></html>"
    )


def _page_html(report: Report, file: Path, number: int, words: str) -> str:
    """One page of a PDF, drawn, the words marked where all of them were found."""
    details, page = report.details, next(each for each in report.pages if each.number == number)
    try:
        marked = locate(file, number, words) if words and not page.ocr else None
    except PageError:
        marked = None
    note = ""
    if words and not marked:
        why = "This page was read by text recognition, so nothing can be marked on it. Look for: " if page.ocr else ""
        note = f"<p class='note'>{why or NOT_MARKED}<q>{escape(words)}</q></p>"
    last = report.pages[-1].number
    text = escape(report.text[page.start : page.end].strip()) or "No text could be read on this page."
    where = f"{page_words(number, page.label).capitalize()} of {last}"
    source = escape(f"/drawings/{quote(details.id)}?{urlencode({'page': number})}")
    # The way back to the words, from a page that was turned to.
    return (
        f"<nav aria-label='Pages'>{_turn(report, number - 1, 'Previous page')}<strong>{escape(where)}</strong>"
        f"{_turn(report, number + 1, 'Next page')}</nav>{note}"
        f"<main><figure class='sheet'><img src='{source}' alt='{escape(where)}, as it was printed'>{_boxes(marked)}"
        f"</figure><p class='actions'><a href='{escape(report_address(details, number))}' target='_blank'>Open the file"
        f" at this page</a><a href='{escape(report_address(details))}' download>Download the file</a></p>"
        f"<details><summary>The words of this page</summary><div class='text'>{text}</div></details></main>"
    )


def _turn(report: Report, number: int, words: str) -> str:
    if not 1 <= number <= report.pages[-1].number:
        return f"<span class='aside' aria-disabled='true'>{words}</span>"
    return f"<a href='/view/{escape(quote(report.details.id))}?page={number}'>{words}</a>"


def _boxes(marked: Marked | None) -> str:
    """The marks, in shares of the page, so that they fit at any size. The first is where the page opens."""
    marks = []
    for at, box in enumerate(marked.boxes if marked else ()):
        place = f"left:{box.left:.3%};top:{box.top:.3%};width:{box.width:.3%};height:{box.height:.3%}"
        marks.append(f"<mark {'id=mark ' if not at else ''}style='{place}'></mark>")
    return "".join(marks)


def _text_html(report: Report, words: str, page: int | None) -> str:
    """The words in their surroundings; the beginning of the text where there are none."""
    details, text = report.details, report.text
    home = next((each for each in report.pages if each.number == page), None)
    found = _find(text, words, home.start if home else 0)
    start, end = found or (home.start if home else 0,) * 2
    first = max(text.rfind("\n\n", 0, max(0, start - AROUND)), 0)
    last = text.find("\n\n", end + AROUND)
    last = len(text) if last < 0 else last
    headings = {each.start for each in report.headings}
    blocks = _blocks(text, (first, last), found or (0, 0), headings)
    note = f"<p class='note'>{NOT_MARKED}<q>{escape(words)}</q></p>" if words and not found else ""
    before = "<p class='aside'>… the text begins before this.</p>" if first else ""
    after = "<p class='aside'>The text goes on after this …</p>" if last < len(text) else ""
    original = web_link(details.address, "Find the report itself") if details.is_brief else ""
    whole = f"<a href='{escape(report_address(details))}' target='_blank'>Open the whole text</a>"
    actions = f"<p class='actions'>{whole}{original}</p>"
    return f"{note}<main><div class='text'>{before}{blocks}{after}</div>{actions}</main>"


def _blocks(text: str, part: tuple[int, int], marked: tuple[int, int], headings: set[int]) -> str:
    """The paragraphs and headings of a part of `text`, with the marked words in them."""
    shown = []
    for match in re.compile(r"\S(?:.|\n(?!\n))*").finditer(text, *part):
        start, end = match.span()
        tag = "h2" if start in headings else "p"
        first, last = (min(max(edge, start), end) for edge in marked)
        words = [escape(text[slice(*span)]) for span in ((start, first), (first, last), (last, end))]
        opening = "<mark id='mark'>" if start <= marked[0] < end else "<mark>"
        words[1] = f"{opening}{words[1]}</mark>" if first < last else ""
        shown.append(f"<{tag}>{''.join(words)}</{tag}>")
    return "".join(shown)


def _find(text: str, words: str, start: int = 0) -> tuple[int, int] | None:
    """Where `words` stand in `text`, white space apart, from `start` on or else anywhere."""
    pattern = re.compile(r"\s+".join(re.escape(word) for word in words.split()))
    match = words.strip() and (pattern.search(text, start) or pattern.search(text))
    return match.span() if match else None
