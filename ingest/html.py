"""HTML pages, without the menus, notices and feet around the report, and without error pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from gettext import gettext as _

from lxml import html

from ingest.details import own_names, own_title, year_in
from ingest.furniture import drop_furniture
from ingest.report import Block, Content, ReportError
from ingest.text import decode, squeeze, unpaged
from ingest.walk import blocks, parse

N_ = str  # marks texts for translators; they are translated where they are used
NO_TEXT_ON_PAGE = N_(
    "The page holds no text. If a browser shows some, the page is built while it loads, or shows pictures of text: "
    "save it from the browser as PDF and add that."
)
ERROR_PAGE = N_(
    "The address answered with an error page and not with a report. Open the address in a browser, save the report "
    "from there, and add the saved file."
)

_META_CHARSET = re.compile(rb"""<(?:meta\b[^>]*?charset|\?xml\b[^>]*?encoding)\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_TEMPLATE = re.compile(r"\{%-?\s*(?:extends|block|include|import|set|if|for)\b")
_TEMPLATE_TITLE = re.compile(r"\{%-?\s*block\s+\w*title\w*\s*-?%\}(.*?)\{%-?\s*endblock.*?%\}", re.I | re.S)
_TEMPLATE_TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)

_ERROR_HEADING = re.compile(
    r"(?:(?:http )?error\W*)?(?:4(?:0\d|10|29)|50[0-4])(?:\W+(?:error|page|file|not|forbidden|gone|bad|internal|service"
    r"|too|gateway|access|unauthori[sz]ed)\b.{,40})?"
    r"|(?:(?:sorry|oops|whoops)\W+)?(?:(?:this|the|that) )?(?:page|file|document|resource|content|url)?\W*"
    r"(?:not found|(?:was|is|could|can)(?: ?not|n?[’']t) (?:be )?(?:found|available))"
    r"|(?:sorry\W+)?we (?:can|could)(?: ?not|n?[’']t) find (?:this|the|that)\b.{,60}"
    r"|(?:access|permission) (?:is )?denied|forbidden|unauthori[sz]ed|request rejected|(?:internal )?server error"
    r"|just a moment|attention required.*|checking your browser.*|security check|are you (?:a )?(?:human|robot)"
    r"|(?:please )?enable (?:javascript|cookies).*|javascript is (?:disabled|required).*|human verification"
    r"|bad gateway|too many requests|service (?:temporarily )?unavailable|an error (?:has )?occurred",
    re.IGNORECASE,
)
_LONGEST_ERROR_PAGE = 200  # words


def read_html(data: bytes, file: str) -> Content:
    """Read an HTML page: headings, paragraphs, list items and table rows, without menus, banners and footers.

    Raises `ReportError` where the page holds no text or is the answer of a server that had no report to give.
    """
    declared = _META_CHARSET.search(data[:4096])
    text = decode(data, file, declared.group(1).decode("ascii") if declared else "")
    titled = ""
    if _TEMPLATE.search(text):
        titled = squeeze(" ".join(_TEMPLATE_TITLE.findall(text)[:1]))
        text = _TEMPLATE_TAG.sub(" ", _TEMPLATE_TITLE.sub("", text))
    tree = parse(text)
    metadata = _metadata(tree)
    titles = [*metadata["title"], titled, *tree.xpath("//head/title/text()")]
    licences = [*metadata["licence"], *tree.xpath("(//a|//link)[@rel='license']/@href")]
    drop_furniture(tree)
    found = blocks(tree)
    if _is_error_page(titles, found):
        raise ReportError(file, _(ERROR_PAGE))
    return Content(
        unpaged(found, file, NO_TEXT_ON_PAGE),
        title=_title(titles, found),
        authors=own_names(metadata["author"]) or own_names(metadata["account"], accounts=True),
        publisher=next(iter(own_names(metadata["publisher"])), ""),
        year=next((year for date in metadata["date"] if (year := year_in(date))), None),
        licence=squeeze(licences[0]) if licences else "",
    )


# In order of trust. "account" is the plain author tag, which converters fill with whoever pressed the button.
_META = {
    "title": "citation_title dc.title dcterms.title og:title twitter:title",
    "author": "citation_author dc.creator dcterms.creator article:author",
    "account": "author",
    "publisher": "citation_publisher citation_technical_report_institution dc.publisher dcterms.publisher og:site_name",
    "date": "citation_publication_date citation_date citation_year dc.date.issued dcterms.issued article:published_time"
    " datepublished dc.date dcterms.date dc.date.created dcterms.created publication_date pubdate date",
    "licence": "dcterms.license dc.rights.license dc.rights dcterms.rights licence license",
}


def _metadata(tree: html.HtmlElement) -> dict[str, list[str]]:
    """What the page's meta tags say under each key of `_META`, the most trusted first."""
    said: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        name = meta.get("name") or meta.get("property") or meta.get("itemprop") or ""
        content = meta.get("content", "").strip()
        if content:
            said.setdefault(name.lower(), []).append(content)
    return {key: [value for name in names.split() for value in said.get(name, ())] for key, names in _META.items()}


def _title(titles: Iterable[str], found: Sequence[Block]) -> str:
    """The page's title, without the name of the site where the page's own heading shows which part that is."""
    heading = next((block.text for block in found if block.level == 1), "")
    title = next((own for title in titles if (own := own_title(title))), "")
    return own_title(heading) if not title or (heading and title.startswith(heading)) else title


def _is_error_page(titles: Sequence[str], found: Sequence[Block]) -> bool:
    if sum(len(block.text.split()) for block in found) > _LONGEST_ERROR_PAGE:
        return False
    headings = [block.text for block in found if block.level][:1] or [block.text for block in found[:1]]
    parts = [part.strip(" .!…") for line in (*titles, *headings) for part in re.split(r"\s[|–—-]\s|[.:]\s", line)]
    return any(_ERROR_HEADING.fullmatch(part) for part in parts)
