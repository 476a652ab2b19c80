"""Whether a question is in another language than the one in which questions are understood."""

from __future__ import annotations

import re

UNDERSTOOD = "en"
# By how much the likeliest language must be likelier, as a difference of logarithms. Of 4,406 English questions of the
# benchmarks one is further off, "Do i qualify?" with 17, and it has a word of the list below; "Was kostet das?" has 17.
SURELY = 12.0
_ENGLISH = re.compile(
    r"\b(?:the|what|which|who|whom|whose|how|why|where|when|is|are|does|did|do|can|should|of|and|for|with)\b", re.I
)


def is_in_another_language(question: str) -> bool:
    """Whether `question` is surely not in English."""
    from py3langid import rank  # its model takes a tenth of a second to load, and few questions need it

    if _ENGLISH.search(question):
        return False
    likely = dict(rank(question))
    return bool(max(likely.values()) - likely[UNDERSTOOD] > SURELY)
