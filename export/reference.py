"""A report told as a reference in Harvard style: author (year) title, publisher, page, and where it is found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from gettext import gettext as _
from gettext import ngettext
from urllib.parse import quote, urlsplit

from ingest.names import Name, name_of
from ingest.report import Details
from rag.answer import Citation, Place
from rag.language import day_words

# From the fourth author on, the first stands for all: so "Cite them right", the most used of the Harvard styles.
SEVERAL = 4
# The number of a page as it is printed: in figures or Roman ones. Labels of other forms are a file's own.
_FOLIO = re.compile(r"\d{1,4}|[ivxlc]{1,8}|[IVXLC]{1,8}")


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a reference. `address` is where it leads on the web, "" where it is no link."""

    text: str
    italic: bool = False
    address: str = ""


def named(report: Details) -> str:
    """The title; a brief is called one, for nobody may think that the report itself was read."""
    title = report.full_title
    return _("Our brief of {title}").format(title=title) if report.is_brief else title


def imprint(report: Details) -> str:
    """Who published a report, and when."""
    return ", ".join(str(part) for part in (report.publisher, report.year) if part)


def authors(report: Details) -> tuple[Name, ...]:
    """Who answers for a report: its authors, else its publisher; none for a brief, which nobody of them wrote."""
    if report.is_brief:
        return ()
    if report.authors:
        return tuple(Name(name) if name == report.publisher else name_of(name) for name in report.authors)
    return tuple(map(Name, filter(None, report.publisher.split(", with "))))


def page_words(cited: Citation) -> str:
    """A page as people say it, with what is printed on it where that differs; "" without pages."""
    if not cited.page:
        return ""
    printed = _("printed {label}").format(label=cited.label)
    more = [printed] if cited.label and cited.label != str(cited.page) else []
    more += [_("read by text recognition")] if cited.ocr else []
    return f"{cited.page} ({', '.join(more)})" if more else str(cited.page)


def pages_words(citations: Iterable[Citation]) -> str:
    """The pages on which quotations stand: "p. 4", "pp. 4, 7 (printed 5)"; "" without pages."""
    ordered = sorted(citations, key=lambda cited: cited.page or 0)
    return _pages(list(dict.fromkeys(filter(None, map(page_words, ordered)))))


def _pages(pages: Sequence[str]) -> str:
    # Translators: short for “page” and “pages”, before their numbers.
    return ngettext("p. {pages}", "pp. {pages}", len(pages)).format(pages=", ".join(pages)) if pages else ""


def folio(cited: Citation) -> str:
    """The number of a page as it is printed on it, where it has one; else as the file counts; "" without pages."""
    label = cited.label or ""
    return label if cited.page and _FOLIO.fullmatch(label) else str(cited.page or "")


def folios(citations: Iterable[Citation]) -> list[str]:
    """The numbers of the pages on which quotations stand, each once, in the order of the report."""
    ordered = sorted(citations, key=lambda cited: cited.page or 0)
    return list(dict.fromkeys(filter(None, map(folio, ordered))))


def folios_words(citations: Iterable[Citation]) -> str:
    """The pages on which quotations stand, by their printed numbers alone: "pp. iii, 7"; "" without pages."""
    return _pages(folios(citations))


def reference(
    report: Details,
    citations: Sequence[Citation] = (),
    pages_of: Callable[[Iterable[Citation]], str] = pages_words,
) -> list[Span]:
    """A report as a reference, with the pages of `citations` as `pages_of` tells them; of a brief, with where what they
    say was seen.
    """
    if report.is_brief:
        return _of_brief(report, citations)
    # Translators: short for “no date”, in the place of the year in a reference.
    who, year = _who([name.shortened for name in authors(report)]), report.year or _("n.d.")
    spans = [Span(f"{who} ({year}) "), Span(report.full_title, italic=True)]
    if not who:
        spans = [Span(report.full_title, italic=True), Span(f" ({year})")]
    publisher, pages = report.publisher if _others(report) else "", pages_of(citations)
    sentence = f"{_stop(spans)} {publisher}" if publisher else ""
    sentence += f", {pages}" if pages else ""
    sentence += _stop([*spans, Span(sentence)])
    where = _where(report)
    return [*spans, Span(f"{sentence} " if where else sentence), *where]


def in_text(cited: Citation, titled: bool = False) -> list[Span]:
    """A citation as it stands in a text, without its brackets: "Boyle and Harris, 2009, p. 4". `titled` puts the title
    in, which stands also where nobody is named. What a brief says is cited with the website where it was seen.
    """
    report = cited.passage.report
    who, title = families(report), Span(report.title, italic=True)
    spans = [Span(who)] if who else _around(_("Our brief of {title}"), title) if report.is_brief else [title]
    if who and titled:
        spans += [Span(", "), title]
    told = [str(report.year or _("n.d.")), folios_words([cited])]
    if report.is_brief:  # what it says need not be of its report, nor of that year
        # Translators: goes before the name of a website.
        told = [_("seen at {site}").format(site=urlsplit(cited.seen_at).netloc.removeprefix("www."))]
    told += [said_by(cited)]
    return [*spans, *(Span(f", {each}") for each in told if each)]


def said_by(cited: Citation) -> str:
    """Who says the words, who need not be who wrote the report; "" where that is not written beside them."""
    return _("said by {speaker}").format(speaker=cited.speaker) if cited.speaker else ""


def families(report: Details) -> str:
    """Who answers for a report as it is cited in a text: "Boyle and Harris"; "" where nobody is named."""
    return _who([name.family for name in authors(report)])


def _who(names: Sequence[str]) -> str:
    """Names in a row: "Boyle, D. and Harris, M."; "" without any."""
    if len(names) >= SEVERAL:
        return _("{first} et al.").format(first=names[0])
    *others, last = names or [""]
    # Translators: the names of authors.
    several = _("{others} and {last}").format(others=", ".join(others), last=last)
    return several if others else last


def _others(report: Details) -> bool:
    """Whether a report was written by others than who published it, so that both need be named."""
    return any(name.casefold() != report.publisher.casefold() for name in report.authors)


def note(cited: Citation, with_quote: bool) -> list[Span]:
    """What a note tells of a citation: the reference with its page, the words if wanted, who says them, and where else
    they stand.
    """
    spans = reference(cited.passage.report, [cited])
    if with_quote:
        spans.append(Span(f" “{cited.quote}”"))
    if cited.speaker:
        spans.append(Span(" " + _("Said by {speaker}.").format(speaker=cited.speaker)))
    if cited.also:
        some = cited.marked not in ("", cited.quote)
        words = _("Some of these words also stand in {places}.") if some else _("The same words stand in {places}.")
        spans.append(Span(" " + words.format(places=also_words(cited))))
    return spans


def also_words(cited: Citation) -> str:
    """The other places where quoted words stand; "" where there are none."""
    return "; ".join(map(_place, cited.also))


def _place(place: Place) -> str:
    page = ", " + _("page {number}").format(number=place.page) if place.page else ""
    return f"{place.report.title} ({place.report.file}){page}"


def plain(spans: Iterable[Span]) -> str:
    """A reference as text alone."""
    return "".join(span.text for span in spans)


def link_target(address: str) -> str:
    """An address on the web as a link can hold it; "" for what is none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    # What is quoted already stays as it is: hence the %.
    safe = quote(address, safe="%:/?#[]@!$&'()*+,;=")
    return safe if parts.scheme in ("http", "https") and parts.hostname else ""


def by_report(citations: Iterable[Citation]) -> list[tuple[Details, list[Citation]]]:
    """The reports that are cited with what is cited of each, by the alphabet of their references."""
    cited: dict[str, list[Citation]] = {}
    for citation in citations:
        cited.setdefault(citation.passage.report.id, []).append(citation)
    works = [(each[0].passage.report, each) for each in cited.values()]
    return sorted(works, key=lambda work: plain(reference(work[0])).casefold())


def _of_brief(report: Details, citations: Sequence[Citation]) -> list[Span]:
    told = imprint(report)
    spans = _around(_("Our brief of {title}"), Span(report.full_title, italic=True))
    spans.append(Span(f" ({told})" if told else ""))
    for number, address in enumerate(dict.fromkeys(filter(None, (cited.seen_at for cited in citations)))):
        # Translators: after the name of a brief; “ and …” names each further address. The first signs count.
        spans += _around(_(" and {address}") if number else _(", seen at {address}"), Span(address, address=address))
    spans.append(Span(_stop(spans)))
    if report.address:
        look = _("Look for the report itself at {address}.")
        spans += [Span(" "), *_around(look, Span(report.address, address=report.address))]
    return spans


def _around(told: str, piece: Span) -> list[Span]:
    """A text with `piece` in the place of its one field."""
    before, after = re.split(r"\{\w+\}", told)
    return [Span(before), piece, Span(after)]


def _where(report: Details) -> list[Span]:
    """Where a report is found on the web; nothing where that is not known."""
    if not report.address:
        return []
    accessed = " (" + _("Accessed: {day}").format(day=_day(report.accessed)) + ")" if report.accessed else ""
    return [*_around(_("Available at: {address}"), Span(report.address, address=report.address)), Span(f"{accessed}.")]


def _day(iso: str) -> str:
    """A day as people write it; what is no day stays as it is."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    return day_words(day)


def _stop(spans: Iterable[Span]) -> str:
    """What ends a sentence: nothing where a title has ended it."""
    return "" if plain(spans).endswith((".", "?", "!")) else "."
