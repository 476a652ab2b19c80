"""Accounts in one file: who may come in, and who may also change the library. Passwords are kept as Argon2 hashes."""

from __future__ import annotations

import os
import secrets
import time
import unicodedata
from dataclasses import dataclass, replace
from gettext import gettext as _
from pathlib import Path
from typing import Literal

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from filelock import FileLock
from pydantic import TypeAdapter, ValidationError

from common import CoproductionError

SHORTEST, LONGEST = 10, 1000
Role = Literal["reader", "librarian"]


class AccountsError(CoproductionError):
    """Accounts cannot be read, or cannot be what they were asked to be. The message is a sentence."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may come in.

    `owner` is the secret under which her conversations are kept; `changed` when the password was set (seconds).
    """

    name: str
    role: Role
    password: str
    owner: str
    changed: float


_ACCOUNTS = TypeAdapter(dict[str, Account])


class Accounts:
    """The accounts in a file, read anew at every look: who is removed is out at once.

    Raises `AccountsError` where the file is missing or cannot be read, so that a slip leaves the door shut.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._hasher = PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_urlsafe())

    def all(self) -> list[Account]:
        """All accounts, by their names."""
        return [account for key, account in sorted(self._read().items())]

    def named(self, name: str) -> Account | None:
        """The account of a name, whatever the case of its letters."""
        return self._read().get(key_of(name))

    def put(self, name: str, role: Role, password: str) -> bool:
        """Make an account, or give one another role and password. Returns whether it is new."""
        name = " ".join(name.split())
        if not name or len(name) > 100 or ":" in name or not name.isprintable():
            raise AccountsError(_("A name has 1 to 100 letters and no colon."))
        if not password.isprintable():  # bytes that are no letters in the terminal's encoding, too
            raise AccountsError(_("A password is made of letters, digits and signs that can be seen, and spaces."))
        if not SHORTEST <= len(password) <= LONGEST:
            raise AccountsError(
                _("A password has {shortest} characters or more, and {longest} at most.").format(
                    shortest=SHORTEST, longest=LONGEST
                )
            )
        with self._lock():
            accounts = self._read() if self._path.exists() else {}
            known = accounts.get(key_of(name))
            made = Account(name, role, self._hasher.hash(password), secrets.token_urlsafe(32), time.time())
            accounts[key_of(name)] = replace(made, owner=known.owner) if known else made
            self._write(accounts)
        return known is None

    def remove(self, name: str) -> bool:
        """Take an account away. Returns whether there was one."""
        with self._lock():
            accounts = self._read()
            known = accounts.pop(key_of(name), None)
            self._write(accounts)
        return known is not None

    def verified(self, name: str, password: str) -> Account | None:
        """The account, where the password is its own. A name that nobody has takes as long."""
        account = self.named(name)
        try:
            self._hasher.verify(account.password if account else self._nobody, password[: LONGEST + 1])
        except VerificationError:
            return None
        return account

    def _lock(self) -> FileLock:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(f"{self._path}.lock")

    def _read(self) -> dict[str, Account]:
        try:
            return _ACCOUNTS.validate_json(self._path.read_bytes())
        except FileNotFoundError:
            sentence = _(
                "There are no accounts in {file} yet. Make one with: coproduction account add NAME --librarian"
            )
        except (OSError, ValidationError):
            sentence = _("The accounts in {file} cannot be read.")
        raise AccountsError(sentence.format(file=self._path))

    def _write(self, accounts: dict[str, Account]) -> None:
        """Put the file in its place whole, for the eyes of its owner alone."""
        new = Path(f"{self._path}.new")
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(_ACCOUNTS.dump_json(accounts, indent=2))
        new.replace(self._path)


def key_of(name: str) -> str:
    """What `name` is known by: the same in whatever case, width and white space it is written."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
