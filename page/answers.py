"""Answers and their sources as HTML. Everything that comes from a report or a person is escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from itertools import groupby
from urllib.parse import quote, urlsplit

from ingest import Details, Passage
from rag import Answer, Citation

EXCERPT = 400
_SHOWN_BY_BROWSERS = {"html", "htm", "xhtml", "md", "markdown", "rst", "txt"}


def conversation_html(answers: Sequence[Answer], asking: str = "") -> str:
    """The questions and answers so far, and below them a question that is being answered."""
    turns = [_turn(number, answer.question, _answer(answer, number)) for number, answer in enumerate(answers, start=1)]
    if asking:
        turns.append(_turn(len(turns) + 1, asking, "<p class='aside'>Looking through the reports …</p>"))
    return "".join(turns)


def sources_html(answers: Sequence[Answer]) -> str:
    """The sources of the last answer and, folded below, those of the answers before it."""
    if not answers:
        return "<h2>Sources</h2><p class='aside'>The passages that an answer rests on are shown here.</p>"
    *before, (number, last) = enumerate(answers, start=1)
    earlier = "".join(_folded(answer, turn) for turn, answer in reversed(before))
    return _sources(last, number) + earlier


def report_address(report: Details, page: int | None = None, words: str = "") -> str:
    """Where the page shows a report: a PDF at a page, a web page or a text at its words."""
    address = f"/reports/{quote(report.id)}"
    if report.kind == "pdf" and page:
        return f"{address}#page={page}"
    if report.kind in _SHOWN_BY_BROWSERS and words:
        # A dash has a meaning of its own in such an address.
        return f"{address}#:~:text={quote(' '.join(words.split()[:8]), safe='').replace('-', '%2D')}"
    return address


def imprint(report: Details) -> str:
    """Who published a report, and when."""
    return ", ".join(str(part) for part in (report.publisher, report.year) if part)


def _turn(number: int, question: str, body: str) -> str:
    return f"<article class='turn' id='turn-{number}'><h2>{escape(question)}</h2><div>{body}</div></article>"


def _answer(answer: Answer, turn: int) -> str:
    understood = answer.searched_for.strip()
    changed = understood and understood != answer.question.strip()
    note = f"<p class='aside'>Searched for “{escape(understood)}”</p>" if changed else ""
    lines = [line.strip() for line in answer.text.splitlines() if line.strip()]
    parts = groupby(lines, key=lambda line: line.startswith("- "))
    return note + "".join(_part(list(group), listed, answer, turn) for listed, group in parts) + _how_written(answer)


def _how_written(answer: Answer) -> str:
    """Who wrote an answer that is not quotations, what there is to know about it, and how many reports it is from."""
    told = [answer.notice] if answer.notice else []
    if answer.written_by:
        who = f"Written by the language model {answer.written_by}"
        told.insert(0, f"{who}. Each sentence was checked against the words of the reports that stand beside it.")
    if answer.coverage:
        told.append(answer.coverage)
    return "".join(f"<p class='aside'>{escape(text)}</p>" for text in told)


def _part(lines: Sequence[str], listed: bool, answer: Answer, turn: int) -> str:
    if listed:
        return f"<ul>{''.join(f'<li>{_linked(line[2:], answer, turn)}</li>' for line in lines)}</ul>"
    return "".join(f"<p>{_linked(line, answer, turn)}</p>" for line in lines)


def _linked(text: str, answer: Answer, turn: int) -> str:
    """`text` escaped, its [n] as links. Quotations are passed over: a [3] in one is a note of the report's own."""
    titles = {citation.number: citation.passage.report.title for citation in answer.citations}
    quotes = sorted((citation.quote for citation in answer.citations if citation.quote), key=len, reverse=True)
    pattern = "|".join([*(re.escape(escape(words)) for words in quotes), r"\[(\d+)\]"])

    def link(match: re.Match[str]) -> str:
        number = int(match[1] or 0)
        if number not in titles:
            return match[0]
        label = escape(f"Source {number}: {titles[number]}")
        return f"<a class='marker' href='#source-{turn}-{number}' aria-label='{label}'>[{number}]</a>"

    return re.sub(pattern, link, escape(text))


def _sources(answer: Answer, turn: int) -> str:
    if answer.citations:
        return f"<h2>Sources</h2><ol class='sources'>{''.join(_source(each, turn) for each in answer.citations)}</ol>"
    if answer.nearest:
        heading = "<h2>These passages do not answer the question, but come nearest</h2>"
        return f"{heading}<ul class='sources'>{''.join(_nearest(hit.passage) for hit in answer.nearest)}</ul>"
    return "<h2>Sources</h2><p class='aside'>No passage comes near the question.</p>"


def _folded(answer: Answer, turn: int) -> str:
    return f"<details><summary>Sources of “{escape(answer.question)}”</summary>{_sources(answer, turn)}</details>"


def _source(citation: Citation, turn: int) -> str:
    where = _page(citation.page, citation.label) if citation.page else ""
    if citation.ocr:
        where += ", read by text recognition"
    more = _seen_at(citation) + _also(citation)
    entry = _entry(citation.passage.report, where, citation.quote, citation.page, citation.quote, more)
    number = f"<span class='number'>{citation.number}</span>"
    return f"<li id='source-{turn}-{citation.number}' tabindex='-1'>{number}{entry}</li>"


def _nearest(passage: Passage) -> str:
    first, last = passage.first_page, passage.last_page
    where = "" if first is None else f"page {first}" if first == last else f"pages {first} to {last}"
    text = "\n".join(" ".join(block.split()) for block in passage.text.split("\n\n") if block.strip())
    excerpt = text if len(text) <= EXCERPT else f"{text[:EXCERPT].rsplit(maxsplit=1)[0]} …"
    return f"<li>{_entry(passage.report, where, excerpt, first, text)}</li>"


def _seen_at(citation: Citation) -> str:
    """Of a brief, where the fact was seen."""
    seen = citation.seen_at
    return f"<p class='aside'>Seen at {web_link(seen, urlsplit(seen).hostname or seen)}</p>" if seen else ""


def _also(citation: Citation) -> str:
    """The other places where the quoted words stand."""
    places = [
        f"<a href='{escape(report_address(each.report, each.page, citation.quote))}' target='_blank' rel='noopener'>"
        f"{escape(each.report.title)} ({escape(each.report.file)})</a>{f', page {each.page}' if each.page else ''}"
        for each in citation.also
    ]
    return f"<p class='aside'>The same words stand in {'; '.join(places)}.</p>" if places else ""


def _entry(report: Details, where: str, words: str, page: int | None, find: str, more: str = "") -> str:
    told = escape(", ".join(part for part in (imprint(report), where) if part))
    at = f" at page {page}" if page and report.kind == "pdf" else ""
    address = escape(report_address(report, page, find))
    title = f"<cite>{escape(report.title)}</cite>"
    link = f"<a href='{address}' target='_blank' rel='noopener'>Open the report{at}</a>"
    if report.is_brief:
        title = f"Our brief of {title}"
        link = web_link(report.address, "Find the report itself") if report.address else ""
    return f"<div>{title}<p class='aside'>{told}</p><blockquote>{escape(words)}</blockquote>{more}{link}</div>"


def web_link(address: str, words: str) -> str:
    """A link to an address on the web, or its words alone where it is none."""
    if not address.startswith(("http://", "https://")):
        return escape(words)
    return f"<a href='{escape(address)}' target='_blank' rel='noopener noreferrer'>{escape(words)}</a>"


def _page(number: int, label: str | None) -> str:
    """A page as people say it, with what is printed on it where that differs: "page 5 (printed iii)"."""
    return f"page {number}" if not label or label == str(number) else f"page {number} (printed {label})"
