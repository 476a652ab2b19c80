"""Who makes a request, and what she may do. Where the page is open everybody may do everything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from page.door.accounts import Account


@dataclass(frozen=True, slots=True)
class Visit:
    """A request as the door let it in: `closed` where accounts are asked for, `address` where it came from."""

    address: str = ""
    account: Account | None = None
    closed: bool = False
    token: str = ""

    @property
    def name(self) -> str:
        """The name of the account, "" where the page is open."""
        return self.account.name if self.account else ""

    @property
    def may_change(self) -> bool:
        """Whether reports may be added and removed."""
        return not self.closed or (self.account is not None and self.account.role == "librarian")


def visit(request: Any) -> Visit:
    """The visit that a request belongs to, be it Starlette's request or Gradio's."""
    found = getattr(request.state, "visit", None)
    return found if isinstance(found, Visit) else Visit()
