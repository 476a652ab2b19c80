"""The arguments of the command: each file of this folder adds its own."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from service import Service, Settings

Run = Callable[[Service, argparse.Namespace], int]
"""The assistant and the arguments in, the exit status out."""
Before = Callable[[Settings, argparse.Namespace], int | None]
"""What is done before a library is opened: the exit status out where that was all, else None."""


class Commands:
    """The commands, each with the arguments that all share: `--library` and `--json`.

    `shared` has those for the parsers of what a command can do, where it can do several things.
    """

    def __init__(self, description: str) -> None:
        self.shared = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
        self.shared.add_argument(
            "--library", dest="library_folder", metavar="DIR", help="the folder that keeps the reports"
        )
        self.shared.add_argument("--json", action="store_true", help="print JSON, for other programs")
        self.parser = argparse.ArgumentParser("coproduction", description=description, parents=[self.shared])
        self._commands = self.parser.add_subparsers(required=True, metavar="COMMAND")

    def add(
        self,
        name: str,
        help: str,
        run: Run | None,
        *,
        needs_library: bool = False,
        needs_briefs: bool = False,
        before: Before | None = None,
    ) -> argparse.ArgumentParser:
        """A command that a person gives by `name`; its parser, for arguments of its own.

        Without `run` all is done `before` a library is opened. One that `needs_library` makes none where there is none;
        one that `needs_briefs` finds the briefs in it.
        """
        made = self._commands.add_parser(name, help=help, description=help, parents=[self.shared])
        made.set_defaults(run=run, needs_library=needs_library, needs_briefs=needs_briefs, before=before)
        return made


def some_words(text: str) -> str:
    """An argument that is not empty."""
    if not text.strip():
        raise argparse.ArgumentTypeError("it is empty")
    return text


def positive(text: str) -> int:
    """A number above 0."""
    if not text.strip().isdecimal() or len(text) > 9 or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number above 0")
    return int(text)
