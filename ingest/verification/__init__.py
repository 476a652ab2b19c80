"""A second reading of the printed page, against which quotations are checked."""

from ingest.verification.second_reading import SecondReading

__all__ = [
    "SecondReading",
]
