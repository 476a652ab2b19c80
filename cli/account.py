"""`coproduction account`: the accounts of the page."""

from __future__ import annotations

import argparse
import getpass
import sys

from cli.arguments import Commands
from cli.output import fail, print_json
from page.access import Accounts, AccountsError, Rules
from service import Settings


def _account(settings: Settings, given: argparse.Namespace) -> int:
    """Add, remove or list the accounts of the page."""
    path = Rules.from_environment().accounts
    if not path:
        return fail("Name the file of the accounts first, as in: COPRODUCTION_ACCOUNTS=accounts.json")
    accounts = Accounts(path)
    if given.action == "list":
        return _listed(accounts, given.json)
    if given.action == "remove":
        if not accounts.remove(given.name):
            return fail(f"There is no account for {given.name}.")
        return _done(given, "removed", f"Removed the account of {given.name}.")
    if (password := _password()) is None:
        return fail("The two passwords differ. Nothing was changed.")
    if accounts.put(given.name, given.role, password):
        return _done(given, "added", f"Added {given.name}.")
    return _done(given, "changed", f"Changed {given.name}.")


def _listed(accounts: Accounts, as_json: bool) -> int:
    if as_json:
        return print_json([{"name": account.name, "role": account.role} for account in accounts.all()], True)
    for account in accounts.all():
        print(f"{account.name}: {account.role}")
    return 0


def _done(given: argparse.Namespace, status: str, sentence: str) -> int:
    """Say what became of an account."""
    if given.json:
        return print_json([{"status": status, "name": given.name}], True)
    print(sentence)
    return 0


def _password() -> str | None:
    """A password, asked for twice at a terminal, else a line of standard input. None where the two differ."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    try:
        password = getpass.getpass("Password: ")
        return password if getpass.getpass("Once more: ") == password else None
    except EOFError as error:
        raise AccountsError("No password was given. Nothing was changed.") from error


def add_to(commands: Commands) -> None:
    """Add the command; it opens no library."""
    made = commands.add("account", "Add, remove or list the accounts of the page.", None, before=_account)
    actions = made.add_subparsers(required=True, metavar="add|remove|list", dest="action")
    shared = [commands.shared]
    adding = actions.add_parser("add", help="Make an account, or give one another role and password.", parents=shared)
    adding.add_argument("name", metavar="NAME")
    role = adding.add_mutually_exclusive_group(required=True)
    for name in ("librarian", "reader"):
        role.add_argument(f"--{name}", dest="role", action="store_const", const=name)
    removing = actions.add_parser("remove", help="Take an account away.", parents=shared)
    removing.add_argument("name", metavar="NAME")
    actions.add_parser("list", help="List the accounts.", parents=shared)
