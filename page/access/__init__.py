"""The door: accounts, limits, headers, the log of changes and the signs of health. The page works without any of it."""

from __future__ import annotations

from page.access.accounts import Accounts, AccountsError
from page.access.audit import Audited, MutableLibrary, written
from page.access.limits import TooManyRequestsError
from page.access.request_context import RequestContext, context_of
from page.access.rules import Rules, RulesError

__all__ = [
    "Accounts",
    "AccountsError",
    "Audited",
    "MutableLibrary",
    "RequestContext",
    "Rules",
    "RulesError",
    "TooManyRequestsError",
    "context_of",
    "written",
]
