"""Why a file could not be fetched, in sentences for the person who wants it."""

from __future__ import annotations

from common import CoproductionError

N_ = str  # marks texts for translators; they are translated where they are used

PROXY = N_(
    "The proxy that this computer is set to use is of a kind that cannot be used. Ask whoever set the computer up."
)
NOT_AN_ADDRESS = N_("This is not the address of a web page or file. Check how it is written.")
LEADS_NOWHERE = N_("The address leads on to something that is not a web page or file.")
CIRCLE = N_("The address leads round in a circle.")
TOO_MANY_STEPS = N_("The address leads on to another too many times.")
PRIVATE = N_(
    "The address is of this computer or its own network, where nothing is fetched from. "
    "Whoever runs this program can allow it (COPRODUCTION_PRIVATE_ADDRESSES=1); or save the report, and add the file."
)
UNREACHABLE = N_("The site could not be reached. Check the address, and the connection.")
NOT_SECURE = N_(
    "No secure connection to the site comes about: its certificate may have run out. "
    "Open the address in a browser, save the report from there, and add the saved file."
)
SILENT = N_("The site did not answer in time. Try again later.")
BROKEN_OFF = N_("The connection broke off before the file was complete.")
TOO_SLOW = N_("The site sends so slowly that the file was not complete in the time that each is given.")
ANOTHER_PART = N_("The site sent another part of the file than it was asked for.")
NOT_KEPT = N_("What comes cannot be kept on this computer: {problem}.")
STOPPED = N_("The fetching was stopped.")
FORBIDDEN = N_(
    "The site asks programs not to fetch this (robots.txt). "
    "Open the address in a browser, save the report from there, and add the saved file."
)
NO_RULES = N_("The site's rules for programs (robots.txt) could not be read, so nothing is fetched from it now.")
NOT_LET_IN = N_(
    "The site does not let programs fetch this ({status}). "
    "Open the address in a browser, save the report from there, and add the saved file."
)
TOO_BUSY = N_("The site is too busy or under repair ({status}). Try again later.")
NOT_THERE = N_("The site answered that the page does not exist (404).")
TAKEN_AWAY = N_("The site answered that the page was taken away for good (410).")
LEGAL_REASONS = N_("The site may not show this for legal reasons (451).")
ERROR = N_("The site answered with error {status} instead of the file.")
EMPTY = N_("The site sent an empty file.")
TOO_LARGE = N_("What is there is larger than {megabytes} MB.")
PACKED = N_("The site sent the file packed in a way that cannot be read.")
PAGE_NOT_PDF = N_(
    "The site sent a web page instead of a PDF. "
    "Open the address in a browser, save the report from there, and add the saved file."
)
NOT_A_PDF = N_("The site sent something else under the name of a PDF.")
CUT_SHORT = N_("The PDF that the site sent is cut short: its end is missing.")
NEXT_TO_NO_TEXT = N_(
    "The page holds next to no text: it is an error page, or a browser has to build it. "
    "Open the address in a browser, save the report from there, and add the saved file."
)
NO_COPY = N_("The Internet Archive has no sound copy. {reason}")


class FetchError(CoproductionError):
    """A file that could not be fetched. `reason` is a sentence for the person who wants it.

    `offline` says that no connection came about at all.
    """

    def __init__(self, reason: str, offline: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.offline = reason, offline


class PassingError(FetchError):
    """A trouble that may have passed at the next try, which `host` allows after `wait` seconds."""

    def __init__(self, reason: str, offline: bool = False, wait: float = 0.0, host: str = "") -> None:
        super().__init__(reason, offline)
        self.wait, self.host = wait, host
