"""`coproduction serve`: open the page."""

from __future__ import annotations

import argparse
import sqlite3
import sys

from cli.arguments import Commands, positive
from cli.language import set_language
from common import CoproductionError
from page.access import Audited, Rules
from service import Service, Settings
from vector_store import failure


def _serve(service: Service, given: argparse.Namespace) -> int:
    import threading

    from page.screens.settings import LANGUAGE
    from page.serve import serve  # Gradio takes seconds to import, and only the page needs it

    if not Settings.from_environment().language:
        set_language((service.library.note(LANGUAGE) or "").replace("-", "_"))
    threading.Thread(target=_prepare_quietly, args=(service, given.offline), daemon=True).start()
    serve(service, given.host, given.port, lambda at: print(f"Open {at}", flush=True), Rules.from_environment())
    return 0


def _prepare_quietly(service: Service, offline: bool) -> None:
    """While the page comes up: load the models, put the briefs in, find questions to begin with and, the first time,
    begin to fetch the reports.

    What an older version read is read anew; the old answers meanwhile. What goes wrong with a model is told at the
    first question.
    """
    from page.screens.welcome import examples_of

    try:
        service.library.originals.tidy()
        service.embedder.load()
        service.reading_list.settle()
        if service.assistant.reader:
            service.assistant.reader.load()
        examples_of(service)
    except CoproductionError as error:
        print(error, file=sys.stderr)
    except (sqlite3.Error, OSError) as error:
        print(failure(error, service.library.folder / "library.db"), file=sys.stderr)
    else:
        if not offline and service.reading_list.has_untried():
            service.downloads.start(Audited(service.library).downloaded)
        _read_anew_quietly(service)


def _read_anew_quietly(service: Service) -> None:
    """Read anew what an older version read. How far that is, and what could not be read, shows on the page."""
    try:
        if list(service.renewal.run()):
            service.reading_list.settle()
    except CoproductionError as error:
        print(error, file=sys.stderr)
    except (sqlite3.Error, OSError) as error:
        print(failure(error, service.library.folder / "library.db"), file=sys.stderr)


def add_to(commands: Commands) -> None:
    """Add the command."""
    made = commands.add("serve", "Open the page for the browser.", _serve)
    made.add_argument("--host", default="127.0.0.1", help="where to listen (127.0.0.1: this machine only)")
    made.add_argument("--port", type=positive, default=7860, help="7860 unless told")
    made.add_argument(
        "--offline", action="store_true", help="do not fetch the reading list's reports at the first start"
    )
