"""A report opened where words of it stand: a PDF's page as printed, with them marked; another text around them."""

from __future__ import annotations

import re
from functools import partial
from gettext import gettext as _
from html import escape
from pathlib import Path
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import FastAPI, Query, Response
from fastapi.responses import HTMLResponse, PlainTextResponse

from ingest import Page, Report
from ingest.library import Library
from ingest.readers.pdf.page_view import Marked, PageError
from ingest.sandbox.sandbox import SandboxedRenderer
from page.originals import not_found
from page.screens.sources import imprint, report_address, web_link
from rag.language import language

STYLE = (Path(__file__).parent.parent / "static" / "viewer.css").read_text(encoding="utf-8")
# Pixels across a drawn page: sharp on a screen twice as fine as the panel is wide, and quick to send.
WIDTH = 1240
# Characters shown before and after the words of a text without pages.
AROUND = 3000
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
}


def add_viewer(app: FastAPI, library: Library) -> None:
    """Show a report at `/view/{id}` and draw its pages at `/drawings/{id}`."""
    pages = SandboxedRenderer()

    @app.get("/drawings/{id:path}")
    def drawing(id: str, page: int, width: Annotated[int, Query(ge=200, le=2400)] = WIDTH) -> Response:
        try:
            image = pages.draw(library.original(id), page, width)
        except KeyError:
            return not_found()
        except PageError as error:
            return PlainTextResponse(str(error), status_code=404)
        # The same bytes have the same id for ever.
        return Response(image, media_type="image/png", headers={"Cache-Control": "private, max-age=86400, immutable"})

    @app.get("/view/{id:path}")
    def view(
        id: str, page: int | None = None, words: Annotated[str, Query(max_length=6000)] = "", on: int | None = None
    ) -> Response:
        """`words` are marked on `page`, unless they stand `on` another, from which the reader turned to it."""
        try:
            report = library.report(id)
            if report.details.kind == "pdf" and report.pages:
                number = min(max(page or 1, 1), report.pages[-1].number)
                body = _page_html(pages, report, library.original(id), number, words, on or number)
            else:
                body = _text_html(report, words, page)
        except KeyError:
            return not_found()
        return HTMLResponse(_document(report, body), headers=_HEADERS)


def _document(report: Report, body: str) -> str:
    details = report.details
    title = _("Our brief of {title}").format(title=details.title) if details.is_brief else details.title
    html = f"<p class='aside'>{escape(imprint(details))}</p>" if imprint(details) else ""
    return (
        f"<!DOCTYPE html><html lang='{language()}'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><header><h1>{escape(title)}</h1>{html}</header>{body}</body></html>"
    )


def _page_html(pages: SandboxedRenderer, report: Report, file: Path, number: int, words: str, on: int) -> str:
    """One page of a PDF, drawn, the words marked where all of them were found; its words alone where it cannot be.

    On another page than the one that the words stand `on` there is a way back to them.
    """
    details, page = report.details, next(each for each in report.pages if each.number == number)
    wanted, words = words, words if number == on else ""
    marked, failure = None, ""
    try:
        marked = pages.locate(file, number, words) if words and not page.ocr else None
        pages.draw(file, number, WIDTH)  # it is kept, and asked for next
    except PageError as error:
        failure = " ".join([str(error), _("Its words are below.")])
    note = f"<p class='note'>{escape(failure)}</p>" if failure else ""
    if words and not marked and not failure:
        read = _("This page was read by text recognition, so nothing can be marked on it. Look for: {words}")
        note = _note(read if page.ocr else _not_marked(), words)
    text = escape(report.text[page.start : page.end].strip() or _("No text could be read on this page."))
    where = _where(page, report.pages[-1].number)
    source = escape(f"/drawings/{quote(details.id)}?{urlencode({'page': number})}")
    turn = partial(_turn, report, words=wanted, on=on)
    previous, following = turn(number - 1, _("Previous page")), turn(number + 1, _("Next page"))
    marks = turn(on, _("Back to the words")) if wanted and number != on else ""
    turning, printed = escape(_("Pages")), escape(_("{page}, as it was printed").format(page=where))
    open_file, download = escape(_("Open the file at this page")), escape(_("Download the file"))
    of_page = escape(_("The words of this page"))
    sheet = f"<figure class='sheet'><img src='{source}' alt='{printed}'>{_boxes(marked)}</figure>"
    return (
        f"<nav aria-label='{turning}'>{previous}<strong>{escape(where)}</strong>{following}{marks}</nav>{note}"
        f"<main>{'' if failure else sheet}<p class='actions'>"
        f"<a href='{escape(report_address(details, number))}' target='_blank'>{open_file}</a>"
        f"<a href='{escape(report_address(details))}' download>{download}</a></p>"
        f"<details{' open' if failure else ''}><summary>{of_page}</summary>"
        f"<div class='text'>{text}</div></details></main>"
    )


def _where(page: Page, last: int) -> str:
    sentence = _("Page {number} of {last}")
    if page.label and page.label != str(page.number):
        sentence = _("Page {number} (printed {label}) of {last}")
    return sentence.format(number=page.number, label=page.label, last=last)


def _not_marked() -> str:
    return _("The quoted words could not be marked on this page; look for: {words}")


def _note(told: str, words: str) -> str:
    return f"<p class='note'>{escape(told).format(words=f'<q>{escape(words)}</q>')}</p>"


def _turn(report: Report, number: int, told: str, words: str, on: int) -> str:
    """A link to another page, where there is one. It takes along the marked words, and the page they are on."""
    if not 1 <= number <= report.pages[-1].number:
        return f"<span class='aside' aria-disabled='true'>{escape(told)}</span>"
    found = {"words": words, "on": on} if words else {}
    address = f"/view/{quote(report.details.id)}?{urlencode({'page': number, **found})}"
    return f"<a href='{escape(address)}'>{escape(told)}</a>"


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
    note = _note(_not_marked(), words) if words and not found else ""
    before = _aside(_("… the text begins before this.")) if first else ""
    after = _aside(_("The text goes on after this …")) if last < len(text) else ""
    original = web_link(details.address, _("Find the report itself")) if details.is_brief else ""
    open_whole = escape(_("Open the whole text"))
    whole = f"<a href='{escape(report_address(details))}' target='_blank'>{open_whole}</a>"
    actions = f"<p class='actions'>{whole}{original}</p>"
    return f"{note}<main><div class='text'>{before}{blocks}{after}</div>{actions}</main>"


def _aside(words: str) -> str:
    return f"<p class='aside'>{escape(words)}</p>"


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
