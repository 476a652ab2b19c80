"""The order in which the printed lines of a page are read."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.line import Line


def in_order(rows: Sequence[Sequence[Line]], shape: float) -> list[list[Line]]:
    return [list(row) for row in rows]
