"""A line as it is printed on a page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line. Distances are shares of the page's height or width, counted from its top left corner.

    `size` is the height of its type in points.
    """

    text: str
    left: float = 0.0
    right: float = 1.0
    top: float = 0.0
    bottom: float = 0.0
    size: float = 0.0
    bold: bool = False
