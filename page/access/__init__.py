"""The door: accounts, limits, headers, the log of changes and the signs of health. The page works without any of it."""

from __future__ import annotations

from page.access.accounts import Accounts, AccountsError
from page.access.audit import Audited, Changing, written
from page.access.limits import TooManyRequestsError
from page.access.rules import Rules, RulesError
from page.access.visit import Visit, visit

__all__ = [
    "Accounts",
    "AccountsError",
    "Audited",
    "Changing",
    "Rules",
    "RulesError",
    "TooManyRequestsError",
    "Visit",
    "visit",
    "written",
]
