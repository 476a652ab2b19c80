"""What the reports say to a question as cards, a card a report: the best statement large, the others below it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from gettext import gettext as _
from html import escape
from itertools import groupby

from export import of_citations
from export.html import pasted_html
from ingest import Details
from page.screens.genre import genre_html
from page.screens.sources import (
    beside_html,
    excerpt,
    imprint,
    keep_button,
    opening_html,
    page_words,
    paragraphs,
    passage_html,
    titled_html,
    view_address,
)
from rag import Answer, Citation, Hit
from rag.citing import citations_of
from rag.genre import Genre
from rag.sentences import surroundings
from rag.statement import Statement, statements

# What kind of report each report is, by its id.
Kinds = Mapping[str, Genre | None]


def cards_html(answer: Answer, turn: int, kinds: Kinds) -> str:
    """The statements of an answer, those of a report together; numbered where its text names their numbers."""
    cards = list(_cards(answer, turn, kinds))
    if not cards:
        return ""
    if answer.written_by:
        return _heading(_("In the reports’ own words")) + _listed(cards)
    others = _heading(_("What else the reports say")) + _listed(cards[1:]) if cards[1:] else ""
    return f"<div class='card best'>{cards[0]}</div>{others}"


def nearest_html(hits: Sequence[Hit], question: str, kinds: Kinds) -> str:
    """Passages that come near a question without answering it, as cards."""
    return _listed(_near(hit, question, _kind(hit.passage.report, kinds)) for hit in hits)


def _near(hit: Hit, question: str, kind: str) -> str:
    """A passage from the words on that come closest to the question, which are in bold."""
    words, after = paragraphs(hit.words[0]), excerpt(hit.words[1])
    if not hit.closest:
        return passage_html(hit.passage, escape(after), question, kind=kind)
    before = "… " if hit.passage.text[: hit.closest[0]].strip() else ""
    around = f"\n<span class='around'>{escape(after)}</span>" if after else ""
    cited = citations_of(hit.passage, hit.closest, hit.score, 1, hit.closest)[0]
    return passage_html(hit.passage, f"{before}<b>{escape(words)}</b>{around}", question, kind=kind, closest=cited)


def reports_shown(answers: Sequence[Answer]) -> list[Details]:
    """The reports that answers show something of."""
    passages = [
        *(citation.passage for answer in answers for citation in answer.citations),
        *(hit.passage for answer in answers for hit in answer.nearest),
    ]
    return [*{passage.report.id: passage.report for passage in passages}.values()]


def _heading(words: str) -> str:
    return f"<h3>{escape(words)}</h3>"


def _listed(cards: Iterator[str] | Sequence[str]) -> str:
    return f"<ol class='cards'>{''.join(f'<li class=card>{card}</li>' for card in cards)}</ol>"


def _cards(answer: Answer, turn: int, kinds: Kinds) -> Iterator[str]:
    by_report: dict[str, list[Statement]] = {}
    for statement in statements(answer):
        by_report.setdefault(statement.report.id, []).append(statement)
    for said in by_report.values():
        report = said[0].report
        groups = groupby(said, key=lambda statement: statement.listed)
        opening = {said[-1].citations[-1].number: opening_html(report, said[0].citations[0].page)}
        quoted = "".join(_quotations(list(group), listed, answer, turn, opening) for listed, group in groups)
        html = f"<p class='aside'>{escape(imprint(report))}</p>" if imprint(report) else ""
        yield f"<p class='title'>{titled_html(report)}</p>{html}{_kind(report, kinds)}{quoted}"


def _quotations(said: Sequence[Statement], listed: bool, answer: Answer, turn: int, opening: Mapping[int, str]) -> str:
    """Statements one after the other; `opening` is what leads to their report, by the citation that it stands with."""
    quoted = [
        _quotation(cited, each, answer, turn, opening.get(cited.number, ""))
        for each in said
        for cited in each.citations
    ]
    return f"<ul class='items'>{''.join(f'<li>{each}</li>' for each in quoted)}</ul>" if listed else "".join(quoted)


def _quotation(citation: Citation, statement: Statement, answer: Answer, turn: int, opening: str) -> str:
    """A quotation with what can be done with it."""
    report = citation.passage.report
    number = f"<span class='number'>[{citation.number}]</span> " if answer.written_by else ""
    # Translators: where a quotation stands in a report without pages.
    where = page_words(citation.page, citation.label) if citation.page else _("in the text")
    see = _("See it in our brief") if report.is_brief else _("See it: {where}").format(where=where)
    address = escape(view_address(report, citation.page, citation.quote))
    label = escape(_("{see}, {title}").format(see=see, title=report.title))
    read = escape(_("read by text recognition"))
    recognised = f"<span>{read}</span>" if citation.ocr else ""
    return (
        f"<div class='quotation' id='source-{turn}-{citation.number}'>"
        f"<blockquote>{number}{_words(citation, statement, answer)}</blockquote>"
        f"{beside_html(citation)}<div class='actions'>"
        f"<a class='see where' href='{address}' aria-label='{label}'>{escape(see)}</a>{recognised}"
        f"{keep_button(citation.passage, citation.quote, answer.question)}{_cite(citation)}"
        f"{opening}</div></div>"
    )


def _words(citation: Citation, statement: Statement, answer: Answer) -> str:
    """The words that answer in bold, with what stands around them in grey; nothing that another statement tells."""
    if statement.is_around(citation):
        return f"<span class='around'>{escape(citation.quote)}</span>"
    if statement.listed:
        return f"<b>{escape(citation.quote)}</b>"
    told = [each.quote for each in answer.citations if each is not citation]
    before, marked, after = surroundings(citation, told)
    around = [f"<span class='around'>{escape(words)}</span>" if words else "" for words in (before, after)]
    return f"{around[0]}<b>{escape(marked)}</b>{around[1]}"


def _cite(citation: Citation) -> str:
    """A button that copies a quotation with who, year and page, and its reference."""
    label = escape(_("Cite the words of {title}").format(title=citation.passage.report.title))
    pasted = pasted_html(of_citations("", [("", [citation], "")]))
    cite = escape(_("Cite"))
    return (
        f"<span><button type='button' class='copy' aria-label='{label}'>{cite}</button>"
        f"<template>{pasted}</template></span>"
    )


def _kind(report: Details, kinds: Kinds) -> str:
    return genre_html(report, kinds.get(report.id))
