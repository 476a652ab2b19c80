"""Files and addresses become reports with pages, then passages; and the library that keeps them, `ingest.library`.

What is imported here is imported by each process that reads files, too, so it is little.
"""

from ingest.catalogue_entry import CatalogueEntry, Outcome, Progress
from ingest.report import Details, Page, Passage, Report, ReportError

__all__ = [
    "CatalogueEntry",
    "Details",
    "Outcome",
    "Page",
    "Passage",
    "Progress",
    "Report",
    "ReportError",
]
