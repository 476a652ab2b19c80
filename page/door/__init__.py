"""The door: accounts, limits, headers, the log of changes and the signs of health. The page works without any of it."""

from __future__ import annotations

from page.door.accounts import Accounts, AccountsError
from page.door.audit import Audited, Changing, written
from page.door.limits import TooManyRequests
from page.door.rules import Rules, RulesError
from page.door.visit import Visit, visit

__all__ = [
    "Accounts",
    "AccountsError",
    "Audited",
    "Changing",
    "Rules",
    "RulesError",
    "TooManyRequests",
    "Visit",
    "visit",
    "written",
]
