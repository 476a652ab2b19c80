"""Who makes a request, from where, and what she may do. Where the page is open everybody may do everything."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from starlette.requests import Request

from page.access.accounts import Account
from page.access.limits import RequestLimits


@dataclass(frozen=True, slots=True)
class RequestContext:
    """A request as the door let it in: `closed` where accounts are asked for, `address` where it came from.

    `here` says that it came from this machine, and not by way of a proxy.
    """

    address: str = ""
    here: bool = True
    closed: bool = False
    limits: RequestLimits | None = None
    account: Account | None = None
    token: str = ""

    @property
    def name(self) -> str:
        """The name of the account, "" where the page is open."""
        return self.account.name if self.account else ""

    @property
    def may_change(self) -> bool:
        """Whether reports may be added and removed."""
        return not self.closed or self.is_librarian

    @property
    def is_librarian(self) -> bool:
        """Whether this is the account of a librarian."""
        return self.account is not None and self.account.role == "librarian"

    def check(self, kind: str) -> None:
        """Count one more request of a kind; of whoever runs the page none. Raises `TooManyRequestsError`."""
        if self.limits and (self.account or not self.here):
            self.limits.count(kind, self.name or self.address)


def arriving(request: Request, closed: bool, limits: RequestLimits) -> RequestContext:
    """The context of a request before anybody has signed in."""
    address = request.client.host if request.client else ""
    proxied = any(name in request.headers for name in ("forwarded", "x-forwarded-for"))
    return RequestContext(address, _is_loopback(address) and not proxied, closed, limits)


def context_of(request: Any) -> RequestContext:
    """The context of a request, be it Starlette's request or Gradio's."""
    found = getattr(request.state, "context", None)
    return found if isinstance(found, RequestContext) else RequestContext()


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
