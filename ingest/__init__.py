"""Files and addresses become reports with pages, then passages; and the library that keeps them, `ingest.library`.

What is imported here is imported by each process that reads files, too, so it is little.
"""

from ingest.listing import Listing, Outcome, Progress
from ingest.report import Details, Page, Passage, Report, ReportError

__all__ = [
    "Details",
    "Listing",
    "Outcome",
    "Page",
    "Passage",
    "Progress",
    "Report",
    "ReportError",
]
