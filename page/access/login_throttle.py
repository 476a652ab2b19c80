"""Attempts to sign in: so many that a person can mistype, too few to guess."""

from __future__ import annotations

import threading
import time
from gettext import ngettext
from math import ceil

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from common import CoproductionError
from page.access.accounts import Account, Accounts, key_of

# Nobody's wrong guesses lock another's account: only name and address together do. What comes for one name from very
# many addresses is only slowed down, and not for whoever has signed in from hers before.
BY_BOTH, BY_ADDRESS = parse("10 per 15 minutes"), parse("30 per 15 minutes")
BY_NAME, SLOWLY = parse("100 per 15 minutes"), parse("1 per 10 seconds")

_Counted = tuple[RateLimitItem, tuple[str, ...]]


class TooManyAttemptsError(CoproductionError):
    """Too many attempts failed. The message is a sentence; `seconds` is how long to wait."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        minutes = ceil(seconds / 60)
        sentence = ngettext(
            "Too many attempts to sign in have failed. Try again in {count} minute.",
            "Too many attempts to sign in have failed. Try again in {count} minutes.",
            minutes,
        )
        super().__init__(sentence.format(count=minutes))


class LoginThrottle:
    """Passwords tried one at a time, for each takes memory; failures are counted by name and address."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._lock = threading.Lock()
        self._known: set[tuple[str, str]] = set()

    def sign_in(self, name: str, password: str, address: str) -> Account | None:
        """The account, where name and password are right. Raises `TooManyAttemptsError`."""
        named = key_of(name)[:100]
        locking: list[_Counted] = [(BY_BOTH, ("both", named, address)), (BY_ADDRESS, ("address", address))]
        overall: _Counted = BY_NAME, ("name", named)
        with self._lock:
            for counted in locking:
                if not self._limiter.test(counted[0], *counted[1]):
                    raise self._too_many(counted)
            slowed = (named, address) not in self._known and not self._limiter.test(overall[0], *overall[1])
            if slowed and not self._limiter.hit(SLOWLY, "slowly", named):
                raise self._too_many((SLOWLY, ("slowly", named)))
            account = self._accounts.verified(name, password)
            if account:
                self._known.add((named, address))
            else:
                for limit, of in (*locking, overall):
                    self._limiter.hit(limit, *of)
        return account

    def _too_many(self, counted: _Counted) -> TooManyAttemptsError:
        reset = self._limiter.get_window_stats(counted[0], *counted[1]).reset_time
        return TooManyAttemptsError(max(1, ceil(reset - time.time())))
