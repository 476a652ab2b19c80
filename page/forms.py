"""What comes from the page itself, and from no other."""

from __future__ import annotations

from gettext import gettext as _

from fastapi import HTTPException, Request


def from_the_page(request: Request) -> None:
    """Refuse what another site made the browser send: only a script of this page can set the header. Raises 403."""
    if request.headers.get("x-requested-with") != "page":
        raise HTTPException(403, _("This can only be done from the page itself."))
