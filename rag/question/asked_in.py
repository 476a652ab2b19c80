"""Whether a question is in another language than the one in which questions are understood."""

from __future__ import annotations

import re

UNDERSTOOD = "en"
# By how much the likeliest language must be likelier, as a difference of logarithms. Of 4,406 English questions of the
# benchmarks one is further off, "Do i qualify?" with 17, and it has a word of a list below; "Was kostet das?" has 17.
SURELY = 12.0
# The same beside words that are also Dutch, Danish, Polish, Portuguese or Irish, where they do not open the question:
# "Hvad koster det for kommunen?" has 50. One that opens it says more than that, for a question may be full of names.
SURELY_BESIDE = 45.0
_ENGLISH = re.compile(
    r"^\W*(?:is|do|can)\b|\b(?:the|what|which|who|whom|whose|how|why|where|when|are|does|did|should|and|with)\b", re.I
)
_ENGLISH_TOO = re.compile(r"\b(?:is|do|can|of|for)\b", re.I)


def is_in_another_language(question: str) -> bool:
    """Whether `question` is surely not in English."""
    from py3langid import rank  # its model takes a tenth of a second to load, and few questions need it

    if _ENGLISH.search(question):
        return False
    likely = dict(rank(question))
    least = SURELY_BESIDE if _ENGLISH_TOO.search(question) else SURELY
    return bool(max(likely.values()) - likely[UNDERSTOOD] > least)
