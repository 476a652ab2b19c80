"""What each feature of passages and sentences counts, chosen with the embedding model that the file is named by."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

FITTED: Mapping[str, Mapping[str, float]] = json.loads(
    (Path(__file__).parent / "all-MiniLM-L6-v2.json").read_text("utf-8")
)
"""The weights of "passages", of "statements" and of what the reader says of these, by the names of features."""
