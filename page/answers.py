"""Answers and their sources as HTML. Everything that comes from a report or a person is escaped."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from gettext import gettext as _
from html import escape
from itertools import groupby

from ingest import Details
from page.genres import genre_html
from page.sources import citation_html, excerpt, page_words, passage_html, quoted_html, view_address
from rag import Answer, Citation, Hit
from rag.genre import Genre

# What can be done with an answer, as HTML, from the answer and the number of its turn.
Actions = Callable[[Answer, int], str]
# What kind of report each report is, by its id.
Kinds = Mapping[str, Genre | None]


def conversation_html(
    answers: Sequence[Answer], asking: str = "", actions: Actions = lambda answer, turn: "", conversation: str = ""
) -> str:
    """The questions and answers so far, and below them a question that is being answered.

    `actions` gives what can be done with the answer of a turn, in HTML; `conversation` is the id under which all is
    kept, "" before it is.
    """
    turns = [
        _turn(number, answer.question, _answer(answer) + actions(answer, number))
        for number, answer in enumerate(answers, start=1)
    ]
    if asking:
        turns.append(_turn(len(turns) + 1, asking, _aside(_("Looking through the reports …"))))
    kept = f"<div hidden data-conversation='{escape(conversation)}'></div>" if turns else ""
    return kept + "".join(turns)


def sources_html(answers: Sequence[Answer], kinds: Kinds | None = None) -> str:
    """The sources of the last answer and, folded below, those of the answers before it.

    `kinds` says what each report is, by its id; what is not among them is told without.
    """
    kinds = kinds or {}
    if not answers:
        return _heading(_("Sources")) + _aside(_("The passages that an answer rests on are shown here."))
    *before, (number, last) = enumerate(answers, start=1)
    earlier = "".join(_folded(answer, turn, kinds) for turn, answer in reversed(before))
    return _sources(last, number, kinds) + earlier


def reports_shown(answers: Sequence[Answer]) -> list[Details]:
    """The reports that `sources_html` shows something of."""
    passages = [
        *(citation.passage for answer in answers for citation in answer.citations),
        *(hit.passage for answer in answers for hit in answer.nearest),
    ]
    return [*{passage.report.id: passage.report for passage in passages}.values()]


def _turn(number: int, question: str, body: str) -> str:
    return f"<article class='turn' id='turn-{number}'><h2>{escape(question)}</h2><div>{body}</div></article>"


def _answer(answer: Answer) -> str:
    understood = answer.searched_for.strip()
    changed = understood and understood != answer.question.strip()
    note = _aside(_("Searched for “{question}”").format(question=understood)) if changed else ""
    lines = [line.strip() for line in answer.text.splitlines() if line.strip()]
    parts = groupby(lines, key=lambda line: line.startswith("- "))
    return note + "".join(_part(list(group), listed, answer) for listed, group in parts) + _how_written(answer)


def _how_written(answer: Answer) -> str:
    """Who wrote an answer that is not quotations, what there is to know about it, and how many reports it is from."""
    told = [answer.notice] if answer.notice else []
    if answer.written_by:
        who = _(
            "Written by the language model {model}. Each sentence was checked against the words of the reports that "
            "stand beside it."
        )
        told.insert(0, who.format(model=answer.written_by))
    if answer.coverage:
        told.append(answer.coverage)
    return "".join(map(_aside, told))


def _part(lines: Sequence[str], listed: bool, answer: Answer) -> str:
    if listed:
        return f"<ul>{''.join(f'<li>{_linked(line[2:], answer)}</li>' for line in lines)}</ul>"
    return "".join(f"<p>{_linked(line, answer)}</p>" for line in lines)


def _linked(text: str, answer: Answer) -> str:
    """`text` escaped, its [n] as links. Quotations are passed over: a [3] in one is a note of the report's own."""
    cited = {citation.number: citation for citation in answer.citations}
    quotes = {escape(each.quote): quoted_html(each) for each in reversed(answer.citations) if each.quote}
    pattern = "|".join([*map(re.escape, sorted(quotes, key=len, reverse=True)), r"\[(\d+)\]"])

    def link(match: re.Match[str]) -> str:
        citation = cited.get(int(match[1] or 0))
        if not citation:
            return quotes.get(match[0], match[0])
        report = citation.passage.report
        told = report.title, *([page_words(citation.page, citation.label)] if citation.page else [])
        label = escape(_("Source {number}: {told}").format(number=citation.number, told=", ".join(told)))
        address = escape(view_address(report, citation.page, citation.quote))
        return f"<a class='marker see' href='{address}' aria-label='{label}'>[{citation.number}]</a>"

    return re.sub(pattern, link, escape(text))


def _sources(answer: Answer, turn: int, kinds: Kinds) -> str:
    heading = _heading(_("Sources"))
    if answer.citations:
        listed = "".join(_source(each, turn, answer.question, kinds) for each in answer.citations)
        return f"{heading}<ol class='sources'>{listed}</ol>"
    if answer.nearest:
        heading = _heading(_("These passages do not answer the question, but come nearest"))
        listed = "".join(_nearest(hit, answer.question, kinds) for hit in answer.nearest)
        return f"{heading}<ul class='sources'>{listed}</ul>"
    return heading + _aside(_("No passage comes near the question."))


def _folded(answer: Answer, turn: int, kinds: Kinds) -> str:
    summary = escape(_("Sources of “{question}”").format(question=answer.question))
    return f"<details><summary>{summary}</summary>{_sources(answer, turn, kinds)}</details>"


def _heading(words: str) -> str:
    return f"<h2>{escape(words)}</h2>"


def _aside(words: str) -> str:
    return f"<p class='aside'>{escape(words)}</p>"


def _source(citation: Citation, turn: int, question: str, kinds: Kinds) -> str:
    number = f"<span class='number'>{citation.number}</span>"
    entry = citation_html(citation, question, kind=_kind(citation.passage.report, kinds))
    return f"<li id='source-{turn}-{citation.number}'>{number}{entry}</li>"


def _nearest(hit: Hit, question: str, kinds: Kinds) -> str:
    kind = _kind(hit.passage.report, kinds)
    return f"<li>{passage_html(hit.passage, escape(excerpt(hit.passage.text)), question, kind=kind)}</li>"


def _kind(report: Details, kinds: Kinds) -> str:
    return genre_html(report, kinds.get(report.id))
