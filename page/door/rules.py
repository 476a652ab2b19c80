"""What whoever hosts the page can set."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings of the door; docs/hosting.md describes them. By default the page is open, for one machine."""

    accounts: Path | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Rules:
        """The rules that the environment gives, the rest by default."""
        accounts = environment.get("COPRODUCTION_ACCOUNTS", "").strip()
        return cls(Path(accounts).expanduser() if accounts else None)
