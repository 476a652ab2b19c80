"""The tab for finding passages without an answer, while the reader types; each can be opened, kept, or followed."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from gettext import gettext as _
from gettext import ngettext
from html import escape
from textwrap import shorten
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, FastAPI
from fastapi.responses import HTMLResponse

from ingest import Passage
from page.screens.report_filter import fields_html, typed_limits
from page.screens.sources import passage_html
from rag import Hit
from rag.question import stem
from service import ReportFilter, Service

FOUND = 20
N_ = str  # marks texts for translators; they are translated where they are used
_ORDERS: dict[str, tuple[str, Callable[[Hit], tuple[int | float | str, ...]]]] = {
    "nearest": (N_("nearest first"), lambda hit: (-hit.score,)),
    "newest": (N_("newest first"), lambda hit: (-(hit.passage.report.year or 0), -hit.score)),
    "report": (N_("by report"), lambda hit: (hit.passage.report.title.casefold(), hit.passage.start)),
}


def find_html() -> str:
    """The tab: a box to type in, the limits, the order, and the place for what is found."""
    orders = "".join(f"<option value='{name}'>{escape(_(words))}</option>" for name, (words, order) in _ORDERS.items())
    label, placeholder = escape(_("Find passages")), escape(_("Words, or what you are looking for in your own words"))
    # Translators: the order in which passages are listed.
    ordered = escape(_("Order"))
    return (
        "<form class='fragment' role='search' action='/find' data-target='found'>"
        f"<label for='find-words' class='title'>{label}</label>"
        "<input id='find-words' name='words' type='search' maxlength='2000' autocomplete='off' "
        f"placeholder='{placeholder}'>"
        f"{fields_html('find')}<p class='order'><label for='find-order'>{ordered}</label>"
        f"<select id='find-order' name='order'>{orders}</select></p></form>"
        f"<div id='found' class='results'>{_nothing()}</div>"
    )


def _nothing() -> str:
    told = escape(_("Passages are shown here while you type."))
    return f"<p class='aside'>{told}</p>"


def add_find(app: FastAPI, service: Service) -> None:
    """Answer the tab at `/find`: the passages for some words, or those like a passage, as a piece of HTML."""

    @app.get("/find")
    def find(
        limits: Annotated[ReportFilter, Depends(typed_limits)], words: str = "", order: str = "nearest", like: str = ""
    ) -> HTMLResponse:
        if like:
            return HTMLResponse(_alike(service.assistant.passage(like), service.assistant.like(like, FOUND)))
        if not words.strip():
            return HTMLResponse(_nothing())
        hits = service.search(words[:2000], FOUND, limits, quick=True)
        hits = sorted(hits, key=_ORDERS.get(order, _ORDERS["nearest"])[1])
        return HTMLResponse(found_html(hits, words, service.assistant.telling(words), limits.sentence(service.library)))


def found_html(hits: Sequence[Hit], words: str, telling: Collection[str], told: str = "") -> str:
    """What was found for `words`, their `telling` stems marked; `told` is said first."""
    listed = "".join(f"<li>{_hit(hit, words, telling)}</li>" for hit in hits)
    count = ngettext("One passage.", "{count} passages.", len(hits)).format(count=len(hits))
    if "<mark>" not in listed:
        count = _("No passage has any of these words. These come nearest in meaning, and may be far from it.")
    said = " ".join(filter(None, [told, count if hits else _("Nothing was found.")]))
    return f"<p class='aside' role='status'>{escape(said)}</p><ol class='sources'>{listed}</ol>"


def _alike(chosen: Passage | None, hits: Sequence[Hit]) -> str:
    """The passages like one that was chosen, and the way back to where it was found."""
    if not chosen:
        gone = escape(_("That passage is no longer in the library."))
        return f"<p class='aside' role='status'>{gone}</p>"
    listed = "".join(f"<li>{_hit(hit, '', ())}</li>" for hit in hits)
    back = escape(_("Back to what was found"))
    sentence = _("Passages like “{words}”").format(words=shorten(chosen.text, 120, placeholder=" …"))
    return (
        f"<p class='actions'><button type='button' class='back'>{back}</button></p>"
        f"<h2 role='status' tabindex='-1'>{escape(sentence)}</h2>"
        f"<ol class='sources'>{listed}</ol>"
    )


def _hit(hit: Hit, words: str, telling: Collection[str]) -> str:
    passage = hit.passage
    text = "\n".join(" ".join(block.split()) for block in passage.text.split("\n\n") if block.strip())
    name = escape(_("More passages like this one of {title}").format(title=passage.report.title))
    words_of_more = escape(_("More like this"))
    more = (
        f"<a class='load' href='/find?{escape(urlencode({'like': passage.id}))}' data-target='found' "
        f"aria-label='{name}'>{words_of_more}</a>"
    )
    return passage_html(passage, marked(text, telling), words, more)


def marked(text: str, telling: Collection[str]) -> str:
    """`text` as HTML, with every word marked whose stem is one of `telling`."""
    return re.sub(
        r"[^\W_]+|[\W_]+",
        lambda match: f"<mark>{escape(match[0])}</mark>" if stem(match[0]) in telling else escape(match[0]),
        text,
    )
