"""What readers are told while a server that holds a part of the library does not answer."""

from __future__ import annotations

import logging
from gettext import gettext as _

from starlette.responses import PlainTextResponse

from common import AwayError

# Seconds after which a program may try again.
AGAIN = 10

_log = logging.getLogger(__name__)


def away(error: AwayError) -> str:
    """A sentence for readers. Which server it is goes to the log, for whoever keeps it."""
    _log.warning("%s", error)
    return _("The reports cannot be reached at this moment. Nothing is lost: try again in a minute.")


def is_away(error: AwayError) -> PlainTextResponse:
    """The answer to a request that could not be answered for that."""
    return PlainTextResponse(away(error), status_code=503, headers={"Retry-After": str(AGAIN)})
