"""What the rooms hand to one another: the rows of documents, their vectors, and what a search is confined to."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
"""The numbers of documents, shape (n,). Each is given once, in the order of adding, and never again after removal."""

Vectors = NDArray[np.float32]
"""Vectors of length 1, shape (n, dimension) or, of one, (dimension,)."""

Scored = list[tuple[int, float]]
"""Rows with their scores, best first."""

Span = tuple[int, int]
"""A stretch of a text: its first character, and the one after its last."""

BOUNDS = ("$gt", "$gte", "$lt", "$lte", "$ne")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which documents a search is confined to. All parts must hold; an empty one holds for every document.

    `fields` are of the metadata: `{"year": 2015}` is equality, `{"publisher": ["nef", "NESTA"]}` one of several, and
    `{"year": {"$gte": 2010}}` a bound (see `BOUNDS`). A list in the metadata meets a value that it holds. `sources` are
    the ids of those whose documents are searched, None: of all. Raises `ValueError` where it cannot be understood.
    """

    fields: Mapping[str, Any] = field(default_factory=dict)
    sources: Collection[str] | None = None

    def __post_init__(self) -> None:
        for name, wanted in self.fields.items():
            if not re.fullmatch(r"\w+", name):
                raise ValueError(f"A filter names a field by letters, digits and _, not {name!r}.")
            if isinstance(wanted, Mapping) and (unknown := set(wanted) - set(BOUNDS)):
                told = ", ".join(map(str, unknown))
                raise ValueError(f"A filter on {name!r} knows {', '.join(BOUNDS)}, not {told}.")

    def __bool__(self) -> bool:
        return bool(self.fields) or self.sources is not None
