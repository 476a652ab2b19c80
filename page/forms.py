"""What comes from the page itself, and from no other, and in whose name it changes the library."""

from __future__ import annotations

from gettext import gettext as _

from fastapi import HTTPException, Request

from page.access import Audited, context_of
from page.access.audit import MutableLibrary


def from_the_page(request: Request) -> None:
    """Refuse what another site made the browser send: only a script of this page can set the header. Raises 403."""
    if request.headers.get("x-requested-with") != "page":
        raise HTTPException(403, _("This can only be done from the page itself."))


def changed_by(request: Request, library: MutableLibrary) -> Audited:
    """The library, to be changed in the name of whoever asks. Raises 403 where she may only read."""
    if not context_of(request).may_change:
        raise HTTPException(403, _("Only a librarian can change the library."))
    return Audited(library, context_of(request).name)
