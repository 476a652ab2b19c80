"""The language of the texts."""

from __future__ import annotations

import gettext
import os
from pathlib import Path

CATALOGUES = Path(__file__).parent.parent / "page" / "locale"


def set_language(language: str = "", catalogues: Path = CATALOGUES) -> None:
    """Have texts shown in `language` ("cy"), or in what the system's variables for gettext name; else in English."""
    if language:
        os.environ["LANGUAGE"] = language
    gettext.bindtextdomain("coproduction", str(catalogues))
    gettext.textdomain("coproduction")
