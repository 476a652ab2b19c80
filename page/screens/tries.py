"""What a reader can try where the reports do not answer her question."""

from __future__ import annotations

from gettext import gettext as _
from gettext import ngettext
from html import escape

from page.permalink import again_address
from page.screens.reading_list import fetchable
from rag import Answer
from rag.answer import ASK_IN_ENGLISH, NONE_TO_ASK
from service import ReportFilter, Service


def tries_html(answer: Answer, turn: int, limits: ReportFilter, service: Service) -> str:
    """What else a reader can try where the reports do not answer the question of a turn, as HTML."""
    if answer.answered or answer.text == _(ASK_IN_ENGLISH):
        return ""
    tries = []
    if answer.text != _(NONE_TO_ASK):
        tries.append(escape(_("Ask in other words, those that a report on this would use, or ask for less at once.")))
    if limits:
        sentence = _("Ask all the reports, without the limits.")
        address = again_address(answer, turn, ReportFilter())
        tries.append(f"<a href='{escape(address)}'>{escape(sentence)}</a>")
    if missing := fetchable(service.reading_list.states()):
        sentence = ngettext(
            "Fetch the report of the reading list that is not here yet, under “Library”.",
            "Fetch the {count} reports of the reading list that are not here yet, under “Library”.",
            missing,
        ).format(count=missing)
        tab = escape(_("Library"))
        tries.append(
            f"<button type='button' class='to-tab' value='{tab}' data-unfold='reading-list'>{escape(sentence)}</button>"
        )
    lead, listed = escape(_("What to try:")), "".join(f"<li>{each}</li>" for each in tries)
    return f"<div class='tries'><p>{lead}</p><ul>{listed}</ul></div>" if tries else ""
