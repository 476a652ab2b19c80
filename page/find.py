"""The tab for finding passages without an answer, while the reader types; each can be opened, kept, or followed."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from html import escape
from textwrap import shorten
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, FastAPI
from fastapi.responses import HTMLResponse

from ingest import Passage
from page.limits import Limits, fields_html, typed_limits
from page.needs import Parts
from page.sources import passage_html
from rag import Hit
from rag.words import stem

FOUND = 20
_ORDERS: dict[str, tuple[str, Callable[[Hit], tuple[int | float | str, ...]]]] = {
    "nearest": ("nearest first", lambda hit: (-hit.score,)),
    "newest": ("newest first", lambda hit: (-(hit.passage.report.year or 0), -hit.score)),
    "report": ("by report", lambda hit: (hit.passage.report.title.casefold(), hit.passage.start)),
}


def find_html() -> str:
    """The tab: a box to type in, the limits, the order, and the place for what is found."""
    orders = "".join(f"<option value='{name}'>{words}</option>" for name, (words, _) in _ORDERS.items())
    return (
        "<form class='fragment' role='search' action='/find' data-target='found'>"
        "<label for='find-words' class='title'>Find passages</label>"
        "<input id='find-words' name='words' type='search' maxlength='2000' autocomplete='off' "
        "placeholder='Words, or what you are looking for in your own words'>"
        f"{fields_html('find')}<p class='order'><label for='find-order'>Order</label>"
        f"<select id='find-order' name='order'>{orders}</select></p></form>"
        "<div id='found' class='results'><p class='aside'>Passages are shown here while you type.</p></div>"
    )


def add_find(app: FastAPI, parts: Parts) -> None:
    """Answer the tab at `/find`: the passages for some words, or those like a passage, as a piece of HTML."""

    @app.get("/find")
    def find(
        limits: Annotated[Limits, Depends(typed_limits)], words: str = "", order: str = "nearest", like: str = ""
    ) -> HTMLResponse:
        if like:
            return HTMLResponse(_alike(parts.assistant.passage(like), parts.assistant.like(like, FOUND)))
        if not words.strip():
            return HTMLResponse("<p class='aside'>Passages are shown here while you type.</p>")
        parts.reading_list.fill()
        hits = parts.assistant.search(words[:2000], FOUND, limits.among(parts.library))
        hits = sorted(hits, key=_ORDERS.get(order, _ORDERS["nearest"])[1])
        return HTMLResponse(found_html(hits, words, parts.assistant.telling(words), limits.sentence(parts.library)))


def found_html(hits: Sequence[Hit], words: str, telling: Collection[str], told: str = "") -> str:
    """What was found for `words`, their `telling` stems marked; `told` is said first."""
    listed = "".join(f"<li>{_hit(hit, words, telling)}</li>" for hit in hits)
    count = "One passage." if len(hits) == 1 else f"{len(hits)} passages."
    if "<mark>" not in listed:
        count = "No passage has any of these words. These come nearest in meaning, and may be far from it."
    said = " ".join(filter(None, [told, count if hits else "Nothing was found."]))
    return f"<p class='aside' role='status'>{escape(said)}</p><ol class='sources'>{listed}</ol>"


def _alike(chosen: Passage | None, hits: Sequence[Hit]) -> str:
    """The passages like one that was chosen, and the way back to where it was found."""
    if not chosen:
        return "<p class='aside' role='status'>That passage is no longer in the library.</p>"
    listed = "".join(f"<li>{_hit(hit, '', ())}</li>" for hit in hits)
    return (
        f"<p class='actions'><button type='button' class='back'>Back to what was found</button></p>"
        f"<h2 role='status' tabindex='-1'>Passages like “{escape(shorten(chosen.text, 120, placeholder=' …'))}”</h2>"
        f"<ol class='sources'>{listed}</ol>"
    )


def _hit(hit: Hit, words: str, telling: Collection[str]) -> str:
    passage = hit.passage
    text = "\n".join(" ".join(block.split()) for block in passage.text.split("\n\n") if block.strip())
    name = escape(f"More passages like this one of {passage.report.title}")
    more = (
        f"<a class='load' href='/find?{escape(urlencode({'like': passage.id}))}' data-target='found' "
        f"aria-label='{name}'>More like this</a>"
    )
    return passage_html(passage, marked(text, telling), words, more)


def marked(text: str, telling: Collection[str]) -> str:
    """`text` as HTML, with every word marked whose stem is one of `telling`."""
    return re.sub(
        r"[^\W_]+|[\W_]+",
        lambda match: f"<mark>{escape(match[0])}</mark>" if stem(match[0]) in telling else escape(match[0]),
        text,
    )
