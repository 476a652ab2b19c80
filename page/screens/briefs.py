"""A brief as a web page of its own: every sentence with a link to where its fact was seen."""

from __future__ import annotations

from gettext import gettext as _
from html import escape
from itertools import pairwise

from ingest import Report
from page.screens.sources import imprint, web_link
from rag.language import language

_STYLE = (
    "body { font: 1.125rem/1.6 Georgia, serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem; color: #1f2325; "
    "background: #fbfaf7 } h1, h2 { line-height: 1.25 } a { color: #0b5a54 } sup { line-height: 0 }"
)


def brief_html(report: Report) -> str:
    """The brief as a page, its sources numbered and listed at the end."""
    details = report.details
    numbers = {address: number for number, address in enumerate(dict.fromkeys(o.address for o in report.origins), 1)}
    edges = sorted(
        {0, len(report.text), *(each.offset for each in report.origins), *(h.start for h in report.headings)}
    )
    heads = {heading.start for heading in report.headings}
    seen = {origin.offset: numbers[origin.address] for origin in report.origins}
    parts: list[str] = []
    for start, end in pairwise(edges):
        text = escape(report.text[start:end].strip())
        if start in heads:
            parts.append(f"</p><h2>{text}</h2><p>")
        else:
            mark = f"<sup><a href='#source-{seen[start]}'>{seen[start]}</a></sup>" if start in seen else ""
            gap = "</p><p>" if report.text[start:end].endswith("\n\n") else " "
            parts.append(f"{text}{mark}{gap}")
    listed = "".join(f"<li id='source-{number}'>{web_link(each, each)}</li>" for each, number in numbers.items())
    html = f"<p>{escape(imprint(details))}</p>" if imprint(details) else ""
    find = _("Find the report itself")
    where = f"<p>{web_link(details.address, find)}</p>" if details.address else ""
    title = escape(_("Our brief of {title}").format(title=details.title))
    own = _(
        "This is our own account, not a report itself. The numbers lead to the pages on which we read what it says."
    )
    read_at = escape(_("Where this was read"))
    return (
        f"<!DOCTYPE html><html lang='{language()}'><head><meta charset='utf-8'><title>{title}</title>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<style>{_STYLE}</style></head><body><h1>{title}</h1>{html}"
        f"<p>{escape(own)}</p><p>{''.join(parts).replace('<p></p>', '')}</p><h2>{read_at}</h2>"
        f"<ol>{listed}</ol>{where}</body></html>"
    ).replace("<p></p>", "")
