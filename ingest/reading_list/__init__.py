"""The reading list of the Scottish Co-production Network: what is known of each entry, our briefs, the downloads."""

from ingest.reading_list.download import BusyError, Downloads, Fetching, OfflineError
from ingest.reading_list.entry import Entry, EntryError, Guide, Work, read_entries, read_guides
from ingest.reading_list.status import EntryState, FetchAttempt, ReadingList, WorkState

__all__ = [
    "BusyError",
    "Downloads",
    "Entry",
    "EntryError",
    "EntryState",
    "FetchAttempt",
    "Fetching",
    "Guide",
    "OfflineError",
    "ReadingList",
    "Work",
    "WorkState",
    "read_entries",
    "read_guides",
]
