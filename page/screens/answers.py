"""A conversation as HTML: questions, and what the reports say to each. What comes from elsewhere is escaped."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from gettext import gettext as _
from html import escape
from itertools import groupby

from page.screens.cards import Kinds, cards_html, nearest_html
from page.screens.sources import page_words, view_address
from rag import Answer


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around an answer, as HTML: its limits, what else to try where there is none, what to do with it."""

    limits: str = ""
    tries: str = ""
    actions: str = ""


# What stands around an answer, from the answer and the number of its turn.
AroundOf = Callable[[Answer, int], Around]


def conversation_html(
    answers: Sequence[Answer],
    asking: str = "",
    around: AroundOf = lambda answer, turn: Around(),
    conversation: str = "",
    kinds: Kinds | None = None,
) -> str:
    """The questions and answers so far, and below them a question that is being answered.

    `conversation` is the id under which all is kept, "" before it is. `kinds` says what each report is, by its id; what
    is not among them is told without.
    """
    turns = [
        _turn(number, answer.question, _answer(answer, number, around(answer, number), kinds or {}))
        for number, answer in enumerate(answers, start=1)
    ]
    if asking:
        turns.append(_turn(len(turns) + 1, asking, _aside(_("Looking through the reports …"))))
    kept = f"<div hidden data-conversation='{escape(conversation)}'></div>" if turns else ""
    return kept + "".join(turns)


def _turn(number: int, question: str, body: str) -> str:
    return f"<article class='turn' id='turn-{number}'><h2>{escape(question)}</h2><div>{body}</div></article>"


def _answer(answer: Answer, turn: int, around: Around, kinds: Kinds) -> str:
    told = "".join(map(_aside, _searched(answer))) + around.limits
    said = _said(answer, turn, kinds) if answer.answered else _refused(answer, around.tries, kinds)
    return f"{told}<div class='outcome {answer.outcome}'>{said}</div>{around.actions}"


def _searched(answer: Answer) -> list[str]:
    """What was searched for, where that differs, how many reports were, and what else there is to know."""
    understood = answer.searched_for.strip()
    changed = understood and understood != answer.question.strip()
    told = [_("Searched for “{question}”").format(question=understood)] if changed else []
    return [*told, *filter(None, (answer.coverage, answer.notice))]


def _said(answer: Answer, turn: int, kinds: Kinds) -> str:
    """What the reports say: their own statements, below the prose of a language model where one wrote it."""
    cards = cards_html(answer, turn, kinds)
    if not answer.written_by:
        return cards
    lines = [line.strip() for line in answer.text.splitlines() if line.strip()]
    parts = groupby(lines, key=lambda line: line.startswith("- "))
    who = _(
        "Written by the language model {model}. Each sentence was checked against the words of the reports that "
        "stand below it."
    )
    prose = "".join(_part(list(group), listed, answer) for listed, group in parts)
    return f"<div class='prose'>{prose}</div>{_aside(who.format(model=answer.written_by))}{cards}"


def _refused(answer: Answer, tries: str, kinds: Kinds) -> str:
    """That no answer was found, what else to try, and what comes nearest: first and in view only where it touches."""
    nearest = nearest_html(answer.nearest, answer.question, kinds) if answer.nearest else ""
    lead = escape(_("These passages come nearest, but may not answer the question"))
    verdict = f"<p class='verdict'>{escape(answer.text)}</p>"
    if nearest and answer.touched:
        return f"{verdict}<h3>{lead}</h3>{nearest}{tries}"
    if nearest:
        nearest = f"<details class='nearest'><summary>{lead}</summary>{nearest}</details>"
    return f"{verdict}{tries}{nearest}"


def _part(lines: Sequence[str], listed: bool, answer: Answer) -> str:
    if listed:
        return f"<ul>{''.join(f'<li>{_linked(line[2:], answer)}</li>' for line in lines)}</ul>"
    return "".join(f"<p>{_linked(line, answer)}</p>" for line in lines)


def _linked(text: str, answer: Answer) -> str:
    """`text` escaped, its [n] as links. Quotations are passed over: a [3] in one is a note of the report's own."""
    cited = {citation.number: citation for citation in answer.citations}
    quotes = sorted({escape(each.quote) for each in answer.citations if each.quote}, key=len, reverse=True)
    pattern = "|".join([*map(re.escape, quotes), r"\[(\d+)\]"])

    def link(match: re.Match[str]) -> str:
        citation = cited.get(int(match[1] or 0))
        if not citation:
            return match[0]
        report = citation.passage.report
        told = report.title, *([page_words(citation.page, citation.label)] if citation.page else [])
        label = escape(_("Source {number}: {told}").format(number=citation.number, told=", ".join(told)))
        address = escape(view_address(report, citation.page, citation.quote))
        return f"<a class='marker see' href='{address}' aria-label='{label}'>[{citation.number}]</a>"

    return re.sub(pattern, link, escape(text))


def _aside(words: str) -> str:
    return f"<p class='aside'>{escape(words)}</p>"
