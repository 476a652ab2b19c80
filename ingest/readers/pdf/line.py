"""A line as it is printed on a page."""

from __future__ import annotations

from dataclasses import dataclass

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line. Distances are shares of the page's height or width, counted from its top left corner.

    `size` is the height of its type in points. `letters` are the spans of the page's letters that it is made of; marks
    of notes are not among them. `turned` says that it runs another way than the page's text, as the name of an axis;
    `leaning` that it runs aslant, `faint` that it is large and light, as a watermark is. `labelled` says that it starts
    with a raised mark, as a note does.
    """

    text: str
    left: float = 0.0
    right: float = 1.0
    top: float = 0.0
    bottom: float = 0.0
    size: float = 0.0
    bold: bool = False
    letters: tuple[Span, ...] = ()
    turned: bool = False
    leaning: bool = False
    faint: bool = False
    labelled: bool = False
