"""What can be set from outside, by variables of the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vector_store import DEFAULT_MODEL


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set from outside: COPRODUCTION_LIBRARY (a folder), COPRODUCTION_MODEL (a folder),
    COPRODUCTION_LANGUAGE_MODEL (`provider:model`, or `provider:model@address`), COPRODUCTION_CROSS_ENCODER (a folder
    or a name), COPRODUCTION_LANGUAGE (that of the texts, such as `cy`), COPRODUCTION_PRIVATE_ADDRESSES (`1`: web
    addresses may be of this computer and its network), COPRODUCTION_INDEX (the address of a Milvus server),
    COPRODUCTION_DATABASE (that of a PostgreSQL server) and COPRODUCTION_ORIGINALS (that of a place for files, as fsspec
    has them); see README.
    """

    library: Path = Path.home() / "coproduction-library"
    model: str = DEFAULT_MODEL
    language_model: str = ""
    cross_encoder: str = ""
    language: str = ""
    private_addresses: bool = False
    index: str = ""
    database: str = ""
    originals: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """The settings that the environment gives, the rest by default."""

        def setting(name: str) -> str:
            return environment.get(f"COPRODUCTION_{name}", "").strip()

        library, model = environment.get("COPRODUCTION_LIBRARY"), environment.get("COPRODUCTION_MODEL")
        return cls(
            Path(library).expanduser() if library else cls().library,
            model or DEFAULT_MODEL,
            setting("LANGUAGE_MODEL"),
            setting("CROSS_ENCODER"),
            setting("LANGUAGE"),
            setting("PRIVATE_ADDRESSES") == "1",
            setting("INDEX"),
            setting("DATABASE"),
            setting("ORIGINALS"),
        )
