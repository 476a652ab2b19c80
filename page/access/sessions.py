"""Who is signed in: a random token in a cookie, of which the database keeps a hash."""

from __future__ import annotations

import hashlib
import secrets
import time

from page.access.accounts import Account, Accounts
from page.userdata.database import Database

# Seconds after which one signs in again: a week.
LASTS = 7 * 24 * 60 * 60


class Sessions:
    """The sessions in a database. One ends by itself, and when its account gets another password or is removed."""

    def __init__(self, database: Database, accounts: Accounts) -> None:
        self._database, self._accounts = database, accounts

    def begin(self, account: Account) -> str:
        """A token for a session that begins now."""
        token = secrets.token_urlsafe(32)
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM sessions WHERE began < :then", {"then": time.time() - LASTS})
            told = {"token": _hash(token), "account": account.name, "began": time.time()}
            connection.execute("INSERT INTO sessions VALUES (:token, :account, :began)", told)
        return token

    def account(self, token: str) -> Account | None:
        """The account that is signed in with a token, if any."""
        sql = "SELECT account, began FROM sessions WHERE token = :token AND began > :then"
        told = {"token": _hash(token), "then": time.time() - LASTS}
        row = self._database.connection.execute(sql, told).fetchone()
        account = self._accounts.named(row[0]) if row else None
        return account if account and row[1] >= account.changed else None

    def end(self, token: str) -> None:
        """Sign out."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM sessions WHERE token = :token", {"token": _hash(token)})


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
