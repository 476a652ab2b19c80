"""Text as a database can keep it."""

from __future__ import annotations


def one_line(text: str) -> str:
    """`text` with single spaces and without what a database cannot keep or search for."""
    return " ".join(text.encode("utf-8", "replace").decode().replace("\0", " ").split())
