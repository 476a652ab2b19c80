"""True sentences made false by one change: a number, a name, a negation, a direction."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Each turns what was said into its opposite; both ways.
OPPOSITES = [
    ("rose", "fell"), ("increase", "decrease"), ("increased", "decreased"), ("more", "fewer"), ("more", "less"),
    ("higher", "lower"), ("better", "worse"), ("improve", "worsen"), ("improved", "worsened"), ("most", "few"),
    ("before", "after"), ("above", "below"), ("majority", "minority"), ("supported", "opposed"), ("all", "none"),
    ("always", "never"), ("gained", "lost"), ("easier", "harder"), ("often", "rarely"), ("strong", "weak"),
    ("started", "stopped"), ("include", "exclude"), ("includes", "excludes"), ("public", "private"),
    ("local", "national"), ("with", "without"), ("can", "cannot"), ("joined", "left"), ("grew", "shrank"),
    ("older", "younger"), ("many", "few"), ("high", "low"), ("positive", "negative"), ("first", "last"),
    ("women", "men"), ("benefits", "harms"), ("success", "failure"), ("equal", "unequal"), ("gave", "took"),
]  # fmt: skip
NAMES = ["Aberdeen", "Margaret", "Wales", "Liverpool", "Treasury", "Johnson"]
_NEGATED = re.compile(r"\b(is|are|was|were|has|have|had|can|could|should|would|will|must|do|does|did)\b(?! not)")


def falsehoods(sentence: str) -> Iterator[tuple[str, str]]:
    """The kind of each change with the false sentence that it makes."""
    for match in re.finditer(r"\d+", sentence):
        for changed in (int(match[0]) + 7, int(match[0]) * 2 + 1):
            yield "number", f"{sentence[: match.start()]}{changed}{sentence[match.end() :]}"
    for number, match in enumerate(re.finditer(r"(?<=[a-z,] )[A-Z][a-z]{2,}", sentence)):
        other = NAMES[(len(sentence) + number) % len(NAMES)]
        if other != match[0]:
            yield "name", f"{sentence[: match.start()]}{other}{sentence[match.end() :]}"
    for match in list(_NEGATED.finditer(sentence))[:2]:
        yield "negation", f"{sentence[: match.end()]} not{sentence[match.end() :]}"
    if denied := re.search(r"\b(?:not|never) ", sentence):
        yield "negation", sentence[: denied.start()] + sentence[denied.end() :]
    for one, other in OPPOSITES:
        for old, new in ((one, other), (other, one)):
            if said := re.search(rf"\b{old}\b", sentence):
                yield "direction", sentence[: said.start()] + new + sentence[said.end() :]
