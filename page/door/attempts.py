"""Attempts to sign in: so many that a person can mistype, too few to guess."""

from __future__ import annotations

import threading
import time
from gettext import ngettext
from math import ceil

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from page.door.accounts import Account, Accounts

BY_NAME, BY_ADDRESS = parse("10 per 15 minutes"), parse("30 per 15 minutes")


class TooMany(Exception):
    """Too many attempts failed. The message is a sentence; `seconds` is how long to wait."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        minutes = ceil(seconds / 60)
        told = ngettext(
            "Too many attempts to sign in have failed. Try again in {count} minute.",
            "Too many attempts to sign in have failed. Try again in {count} minutes.",
            minutes,
        )
        super().__init__(told.format(count=minutes))


class Attempts:
    """Passwords tried one at a time, for each takes memory; failures are counted by name and by address."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._lock = threading.Lock()

    def sign_in(self, name: str, password: str, address: str) -> Account | None:
        """The account, where name and password are right. Raises `TooMany`."""
        counted = (BY_NAME, "name", name.casefold().strip()[:100]), (BY_ADDRESS, "address", address)
        with self._lock:
            for limit in counted:
                if not self._limiter.test(*limit):
                    raise TooMany(max(1, ceil(self._limiter.get_window_stats(*limit).reset_time - time.time())))
            account = self._accounts.verified(name, password)
            for limit in counted if not account else ():
                self._limiter.hit(*limit)
        return account
