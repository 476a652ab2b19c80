"""What meets somebody who comes to the page: how many reports can be asked, questions to begin with, and how to add
reports of her own.
"""

from __future__ import annotations

import json
from gettext import gettext as _
from gettext import ngettext
from html import escape
from importlib.metadata import version

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from page.access import context_of
from rag.suggestions import examples
from service import Service

# Under this name the questions to begin with are kept in the library.
NOTE = "examples"
EXAMPLES = 4


def add_welcome(app: FastAPI, service: Service) -> None:
    """Tell at `/welcome` what there is to ask."""

    @app.get("/welcome")
    def welcome(request: Request) -> HTMLResponse:
        service.reading_list.fill()
        known = service.library.all_details()
        briefs = sum(each.is_brief for each in known)
        return HTMLResponse(welcome_html(len(known) - briefs, briefs, context_of(request).may_change))


def welcome_html(reports: int, briefs: int, may_add: bool) -> str:
    """How many reports and briefs can be asked, and a button that leads to the library where reports may be added."""
    told = [ngettext("one report", "{count:,} reports", reports).format(count=reports)] if reports else []
    told += [ngettext("one brief", "{count:,} briefs", briefs).format(count=briefs)] if briefs else []
    # Translators: the two counts are such as “3 reports” and “14 briefs”.
    both = _("{reports} and {briefs}").format(reports=told[0], briefs=told[-1]) if len(told) > 1 else "".join(told)
    sentence = _("You can ask {count} here.").format(count=both) if told else _("There is no report to ask here yet.")
    add, library = escape(_("Add your own reports")), escape(_("Library"))
    button = f" <button type='button' class='to-tab' value='{library}'>{add}</button>" if may_add else ""
    return f"<p class='actions'>{escape(sentence)}{button}</p>"


def examples_of(service: Service) -> list[str]:
    """At most `EXAMPLES` questions to begin with. They are found once for a library as it is, and kept in it, so that
    they are there at once also after a start.
    """
    library = service.library
    now = f"{version('coproduction')} {library.version}"
    kept = json.loads(library.note(NOTE) or "{}")
    if kept.get("of") != now:
        kept = {"of": now, "questions": examples(service.assistant, library.all_details(), EXAMPLES, library.version)}
        library.put_note(NOTE, json.dumps(kept))
    return list(kept["questions"])
