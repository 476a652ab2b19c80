"""`coproduction feedback`: what readers said of answers on the page."""

from __future__ import annotations

import argparse

from cli.arguments import Commands
from cli.output import fail
from service import Service


def _feedback(service: Service, given: argparse.Namespace) -> int:
    """Print what readers said of answers on the page, as questions for `evaluate`."""
    from page.userdata import Desk

    told = Desk.at(service.library.folder, service.database).feedback.export()
    print(told, end="")
    return 0 if told else fail("Nobody has said yet whether an answer helped.")


def add_to(commands: Commands) -> None:
    """Add the command."""
    what = "What readers said of answers on the page, as questions for evaluate."
    commands.add("feedback", what, _feedback, needs_library=True)
