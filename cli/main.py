"""The `coproduction` command: its arguments, its errors as sentences, its exit status."""

from __future__ import annotations

import argparse
import os
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from cli import account, ask, compare, download, evaluate, feedback, ingest, library, mcp, remove, search, serve
from cli.arguments import Commands
from cli.language import set_language
from cli.output import fail
from common import CoproductionError
from service import Settings, open_service
from vector_store import failure

# In the order in which the help lists them.
COMMANDS = (ingest, ask, compare, search, evaluate, library, remove, download, feedback, mcp, account, serve)


def command() -> NoReturn:
    """Run the command as a process of its own, and end that.

    At once, without Python's own end: that would abort the process where a thread is in the model just then, as at the
    start of the page.
    """
    status = main()
    with suppress(BrokenPipeError):  # what was printed before an error too, for whoever keeps it in a file
        sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command. Returns its exit status: 0 done, 1 nothing usable, 2 wrong arguments."""
    given = parser().parse_args(arguments)
    settings = Settings.from_environment()
    set_language(settings.language)
    if getattr(given, "library_folder", None):
        settings = replace(settings, library=Path(given.library_folder).expanduser())
    given.json = getattr(given, "json", False)
    try:
        status = _run(given, settings)
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # whoever read the output has enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except CoproductionError as error:
        return fail(str(error))
    except (sqlite3.Error, OSError) as error:
        return fail(failure(error, settings.library / "library.db"))
    except KeyboardInterrupt:
        return fail("Stopped. What was stored before is kept; run the same command again to go on.")


def parser() -> argparse.ArgumentParser:
    """All that can be given to the command."""
    commands = Commands("Ask reports a question, and read what they say: quoted, with report and page.")
    for each in COMMANDS:
        each.add_to(commands)
    return commands.parser


def _run(given: argparse.Namespace, settings: Settings) -> int:
    if given.before and (status := given.before(settings, given)) is not None:
        return int(status)
    if given.needs_library and not (settings.database or (settings.library / "library.db").exists()):
        return fail(f"There is no library in {settings.library}. Add reports with: coproduction ingest PATH")
    service = open_service(settings)
    if given.needs_briefs:
        service.reading_list.settle()
    return int(given.run(service, given))
