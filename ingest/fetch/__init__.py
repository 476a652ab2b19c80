"""Files are fetched over the web: politely, going on where an attempt broke off, and never half.

It knows nothing of reports: what comes is checked only for being whole and for not being an error page.
"""

from ingest.fetch.errors import FetchError
from ingest.fetch.fetcher import ARCHIVE, LARGEST, Fetched, Fetcher, Limits

__all__ = [
    "ARCHIVE",
    "FetchError",
    "Fetched",
    "Fetcher",
    "LARGEST",
    "Limits",
]
