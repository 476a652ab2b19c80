"""Files and addresses become reports with pages, then passages; and the library that keeps them."""

from ingest.library import Library, Removed
from ingest.listing import Listing, Outcome, Progress
from ingest.report import Details, Page, Passage, Report, ReportError

__all__ = [
    "Details",
    "Library",
    "Listing",
    "Outcome",
    "Page",
    "Passage",
    "Progress",
    "Removed",
    "Report",
    "ReportError",
]
