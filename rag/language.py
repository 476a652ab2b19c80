"""The language that texts are shown in."""

from __future__ import annotations

import gettext
from datetime import date
from pathlib import Path

from babel import Locale
from babel.dates import format_date


def language() -> str:
    """The language as HTML names it ("cy", "en-GB"): that of the catalogue that gettext finds, else British English."""
    domain = gettext.textdomain()
    catalogue = gettext.find(domain, gettext.bindtextdomain(domain))
    return Path(catalogue).parts[-3].replace("_", "-") if catalogue else "en-GB"


def languages() -> dict[str, str]:
    """The languages that texts can be shown in, each by its own name; that of the texts themselves is one."""
    domain = gettext.textdomain()
    catalogues = Path(gettext.bindtextdomain(domain)).glob(f"*/LC_MESSAGES/{domain}.mo")
    codes = ["en-GB", *sorted(path.parts[-3].replace("_", "-") for path in catalogues)]
    return {code: Locale.parse(code, sep="-").get_display_name() or code for code in codes}


def day_words(day: date) -> str:
    """A day as people write it in the language: "29 August 2016"."""
    return format_date(day, "long", locale=Locale.parse(language(), sep="-"))
