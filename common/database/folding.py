"""Words as PostgreSQL is to find them: whole, whatever the accents."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
# Characters that a text search takes up, so that what it keeps of a text stays below the megabyte that it may have.
LONGEST = 500_000
# What would make PostgreSQL take "health/social" for the path of a file, and more of its kind.
_BETWEEN = r"""!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~"""
_ACCENTS = r"[\u0300-\u036f]"


def folded_sql(text: str) -> str:
    """SQL for a text as words alone, without accents."""
    apart = f"translate(left({text}, {LONGEST}), '{_BETWEEN}', repeat(' ', {len(_BETWEEN)}))"
    return f"regexp_replace(normalize({apart}, NFD), '{_ACCENTS}', '', 'g')"


def folded_words(text: str) -> list[str]:
    """The words of a text, in small letters and without accents."""
    plain = "".join(each for each in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(each))
    return _WORD.findall(plain)
