"""What each feature of passages and sentences counts, a file for each embedding model; written by the fits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FITTED_FOR = "all-MiniLM-L6-v2"
"""The embedding model whose weights serve where another has none of its own."""


def of_model(name: str) -> Mapping[str, Mapping[str, float]]:
    """The weights of an embedding model by "passages" and "statements", each by the names of features.

    A model that none were fitted for gets those of `FITTED_FOR`; `are_fitted_for` tells.
    """
    return _read(name if are_fitted_for(name) else FITTED_FOR)


def are_fitted_for(name: str) -> bool:
    """Whether weights were fitted for an embedding model."""
    return Path(name).name == name and (Path(__file__).parent / f"{name}.json").is_file()


@cache
def _read(name: str) -> Mapping[str, Mapping[str, float]]:
    found: dict[str, dict[str, float]] = json.loads((Path(__file__).parent / f"{name}.json").read_text("utf-8"))
    return found
