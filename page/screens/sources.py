"""One source as HTML: a report, where in it, its words, and what can be done with them. All text is escaped."""

from __future__ import annotations

from gettext import gettext as _
from html import escape
from urllib.parse import quote, urlencode, urlsplit

from export.reference import SEVERAL
from ingest import Details, Passage
from rag import Citation, Place

EXCERPT = 400


def report_address(report: Details, page: int | None = None) -> str:
    """Where a report's file is: a PDF opens at `page`."""
    at = f"#page={page}" if page and report.kind == "pdf" else ""
    return f"/reports/{quote(report.id)}{at}"


def view_address(report: Details, page: int | None = None, words: str = "") -> str:
    """Where `words` are shown in their report: marked on the page, or in their surroundings where it has no pages."""
    asked = {"page": page or "", "words": " ".join(words.split())}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"/view/{quote(report.id)}{f'?{query}' if query else ''}{'#mark' if words else ''}"


def imprint(report: Details) -> str:
    """Who wrote a report, who published it, and when."""
    return ", ".join(filter(None, (who(report), str(report.year or ""))))


def who(report: Details) -> str:
    """Who wrote a report and who published it; a brief of a report was written by none of its authors."""
    authors = [] if report.is_brief else [*report.authors]
    named = authors[:1] if len(authors) >= SEVERAL else authors
    publisher = "" if report.publisher in named else report.publisher
    if named != authors:
        authors = [_("{first} et al.").format(first=named[0])]
    return ", ".join(filter(None, (*authors, publisher)))


def page_words(number: int, label: str | None = None) -> str:
    """A page as people say it, with what is printed on it where that differs: "page 5 (printed iii)"."""
    sentence = _("page {number} (printed {label})") if label and label != str(number) else _("page {number}")
    return sentence.format(number=number, label=label)


def web_link(address: str, words: str) -> str:
    """A link to an address on the web, or its words alone where it is none."""
    if not address.startswith(("http://", "https://")):
        return escape(words)
    return f"<a href='{escape(address)}' target='_blank' rel='noopener noreferrer'>{escape(words)}</a>"


def citation_html(citation: Citation, actions: str = "") -> str:
    """A citation: the report, the page, the words as they stand, and the other places where they do.

    `actions` are what can be done with it.
    """
    where = page_words(citation.page, citation.label) if citation.page else ""
    if citation.ocr:
        where = ", ".join(filter(None, [where, _("read by text recognition")]))
    words, more = quoted_html(citation), beside_html(citation)
    return _entry(citation.passage.report, where, words, citation.page, citation.quote, more, actions)


def quoted_html(citation: Citation) -> str:
    """The words of a citation, those that answer set off from the sentences around them."""
    before, marked, after = citation.quote.partition(citation.marked) if citation.marked else (citation.quote, "", "")
    if not (marked and before + after):
        return escape(citation.quote)
    around = [f"<span class='around'>{escape(words)}</span>" if words else "" for words in (before, after)]
    return f"{around[0]}<b>{escape(marked)}</b>{around[1]}"


def passage_html(
    passage: Passage, words: str, question: str = "", more: str = "", kind: str = "", closest: Citation | None = None
) -> str:
    """A whole passage with `words` as its text, in HTML; `more` are further things to do with it.

    `kind` says in HTML what kind of report it is from, "" where that is not told. Where `closest` cites words
    of it these are opened and kept.
    """
    first, last = (closest.page, closest.page) if closest else (passage.first_page, passage.last_page)
    pages = _("pages {first} to {last}").format(first=first, last=last)
    where = "" if first is None else page_words(first, closest.label if closest else None) if first == last else pages
    if passage.heading:
        where = ", ".join(filter(None, [where, _("under “{heading}”").format(heading=passage.heading)]))
    actions = keep_button(passage, closest.quote if closest else passage.text, question) + more
    find = closest.quote if closest else on_first_page(passage)
    return _entry(passage.report, where, words, first, find, "", actions, kind)


def on_first_page(passage: Passage) -> str:
    """The words of a passage that stand on its first page."""
    end = passage.pages[1].offset if len(passage.pages) > 1 else len(passage.text)
    return passage.text[:end]


def paragraphs(text: str) -> str:
    """A text, a line a paragraph."""
    return "\n".join(" ".join(block.split()) for block in text.split("\n\n") if block.strip())


def excerpt(text: str) -> str:
    """The beginning of a text, a line a paragraph."""
    joined = paragraphs(text)
    return joined if len(joined) <= EXCERPT else f"{joined[:EXCERPT].rsplit(maxsplit=1)[0]} …"


def titled_html(report: Details) -> str:
    """The title of a report; a brief is called one."""
    title = f"<cite>{escape(report.title)}</cite>"
    return escape(_("Our brief of {title}")).format(title=title) if report.is_brief else title


def opening_html(report: Details, page: int | None) -> str:
    """A link to the report itself, which opens at `page` where it can; "" where its address is not known."""
    if report.is_brief:
        return web_link(report.address, _("Find the report itself")) if report.address else ""
    words = escape(_("Open the report"))
    return f"<a href='{escape(report_address(report, page))}' target='_blank' rel='noopener'>{words}</a>"


def _entry(
    report: Details,
    where: str,
    words: str,
    page: int | None,
    find: str,
    more: str = "",
    actions: str = "",
    kind: str = "",
) -> str:
    """A source: `words` is its text in HTML, `find` what is to be marked on `page`; the rest is told around it."""
    told = escape(", ".join(part for part in (imprint(report), where) if part))
    see = _("See it on the page") if page else _("See it in the text")
    if report.is_brief:
        see = _("See it in our brief")
    links = f"<a class='see' href='{escape(view_address(report, page, find))}'>{escape(see)}</a>"
    return (
        f"<div>{titled_html(report)}<p class='aside'>{told}</p>{kind}<blockquote>{words}</blockquote>{more}"
        f"<div class='actions'>{links}{opening_html(report, page)}{actions}</div></div>"
    )


def keep_button(passage: Passage, words: str, question: str) -> str:
    """A button that keeps `words` of a passage as evidence for a question."""
    told = {"passage": passage.id, "quote": words, "question": question}
    fields = " ".join(f"data-{name}='{escape(value)}'" for name, value in told.items())
    name = escape(_("Keep these words of {title} as evidence").format(title=passage.report.title))
    keep = escape(_("Keep"))
    return f"<button type='button' class='keep' aria-label='{name}' {fields}>{keep}</button>"


def beside_html(citation: Citation) -> str:
    """What there is to know of a quotation: who says it, where a brief's fact was seen, and where else it stands."""
    return speaker_html(citation) + _seen_at(citation) + _also(citation)


def speaker_html(citation: Citation) -> str:
    """Who says the quoted words, where that is written beside them."""
    told = escape(_("Said by {speaker}").format(speaker=citation.speaker))
    return f"<p class='aside'>{told}</p>" if citation.speaker else ""


def _seen_at(citation: Citation) -> str:
    """Of a brief, where the fact was seen."""
    seen = citation.seen_at
    sentence = escape(_("Seen at {host}")).format(host=web_link(seen, urlsplit(seen).hostname or seen))
    return f"<p class='aside'>{sentence}</p>" if seen else ""


def _also(citation: Citation) -> str:
    """The other places where the quoted words stand."""
    places = "; ".join(_place(each, citation.marked or citation.quote) for each in citation.also)
    some = citation.marked not in ("", citation.quote)
    words = _("The words in bold also stand in {places}.") if some else _("The same words stand in {places}.")
    sentence = escape(words).format(places=places)
    return f"<p class='aside'>{sentence}</p>" if places else ""


def _place(place: Place, words: str) -> str:
    address = escape(view_address(place.report, place.page, words))
    page = escape(f", {page_words(place.page)}") if place.page else ""
    return f"<a class='see' href='{address}'>{escape(place.report.title)} ({escape(place.report.file)})</a>{page}"
