"""The library: what is added is read, split and stored; what is stored is listed, corrected, removed and put back."""

from ingest.library.backup import BackupError, back_up, restore
from ingest.library.collections import CollectionError
from ingest.library.corrections import FIELDS, CorrectionError
from ingest.library.input_files import InputFile
from ingest.library.library import Library
from ingest.library.near_duplicates import without_figures
from ingest.library.recycle_bin import Bin, Binned
from ingest.library.references import put_right, read_references
from ingest.library.renewal import Renewal, RenewingError

__all__ = [
    "BackupError",
    "Bin",
    "Binned",
    "CollectionError",
    "CorrectionError",
    "FIELDS",
    "InputFile",
    "Library",
    "Renewal",
    "RenewingError",
    "back_up",
    "put_right",
    "read_references",
    "restore",
    "without_figures",
]
