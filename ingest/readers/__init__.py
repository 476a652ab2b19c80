"""A reader for each format: bytes in, the text of a report with its headings and pages out.

`registry` has the table of endings; each reader is imported when its first file comes."""

from ingest.readers.inner_files import within
from ingest.readers.registry import READING, TOO_MUCH, content_id, read_reports

__all__ = [
    "READING",
    "TOO_MUCH",
    "content_id",
    "read_reports",
    "within",
]
