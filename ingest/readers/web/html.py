"""HTML pages, without the menus, notices and feet around the report, and without error pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from gettext import gettext as _

from ingest.readers.text import decode, squeeze, unpaged
from ingest.readers.title_page.metadata import own_names, own_subtitle, own_title
from ingest.readers.title_page.title_and_authors import is_opening
from ingest.readers.web.boilerplate import drop_furniture
from ingest.readers.web.html_blocks import blocks, parse
from ingest.readers.web.html_metadata import best_title, page_details, web_details
from ingest.report import Block, Content, ReportError

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
_PARTED = re.compile(r"\s+[|–—·-]\s+")
_HOME = re.compile(r"(?:home ?page|home|welcome|index|start(?: page)?)", re.IGNORECASE)
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
    said = web_details(tree)
    titles = [*said.title, titled, *tree.xpath("//head/title/text()")]
    licences = [*said.licence, *tree.xpath("(//a|//link)[@rel='license']/@href")]
    drop_furniture(tree)
    shown = page_details(tree)
    found = blocks(tree)
    if _is_error_page(titles, found):
        raise ReportError(file, _(ERROR_PAGE))
    publisher = next(iter(own_names(said.publisher)), "")
    title = _title(titles, found, publisher)
    year = said.year or shown.year
    changed = None if year else said.year_changed or shown.year_changed
    return Content(
        unpaged(found, file, NO_TEXT_ON_PAGE),
        title=title,
        subtitle=next(filter(None, (own_subtitle(each, title) for each in (*said.subtitle, *shown.subtitle))), ""),
        authors=said.names or shown.names,
        publisher=publisher,
        year=year or changed,
        licence=squeeze(licences[0]) if licences else "",
        guessed=("year",) if changed else (),
    )


def _title(titles: Iterable[str], found: Sequence[Block], site: str) -> str:
    """The page's title, without the name of the site where the page's heading or `site` shows which part that is."""
    heading = next((block.text for block in found if block.level == 1), "")
    title = best_title(titles)
    if not is_opening(heading) and (not title or (heading and title.startswith(heading))):
        return own_title(heading)
    first, *others = _PARTED.split(title)
    if others and _HOME.fullmatch(first):
        return " - ".join(others)
    return first if others and site and others[-1].casefold() == site.casefold() else title


def _is_error_page(titles: Sequence[str], found: Sequence[Block]) -> bool:
    if sum(len(block.text.split()) for block in found) > _LONGEST_ERROR_PAGE:
        return False
    headings = [block.text for block in found if block.level][:1] or [block.text for block in found[:1]]
    parts = [part.strip(" .!…") for line in (*titles, *headings) for part in re.split(r"\s[|–—-]\s|[.:]\s", line)]
    return any(_ERROR_HEADING.fullmatch(part) for part in parts)
