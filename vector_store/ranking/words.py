"""Words and their stems: which of them say what a text is about, and how closely they stand together in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

import snowballstemmer

from common import british

# Words that say nothing of what a text is about, with those that questions ask with. Contractions come in halves.
STOPWORDS = frozenset(
    """
    a about above after again against all also am an and any anyone anything are as at be because been before being
    below between both but by can cannot could d describe did do does doing done don down during each either else ever
    every everyone everything explain few for from further get gets give got had has have having he her here hers
    herself him himself his how i if in into is isn it its itself just kind kinds let like ll m many may me might mine
    more most much must my myself no nor not of off on once one only or other our ours ourselves out over own please
    re s said same say says shall she should so some someone something such t tell than that the their theirs them
    themselves then there these they thing things this those through to too type types under until up upon us ve very
    was way ways we were what when where whether which while who whom whose why will with within without would yet you
    your yours yourself yourselves
    """.split()  # noqa: SIM905 (a paragraph is easier to read and to amend than a hundred strings)
)
# Words further apart than this do not stand together.
WINDOW = 25

WORD = re.compile(r"[^\W_]+")
_stemmer = snowballstemmer.stemmer("english")


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The stem of a word by the Snowball English stemmer; American and British spelling are one."""
    return str(_stemmer.stemWord(british(word.lower())))


def content_words(text: str) -> list[str]:
    """The words of `text` that say what it is about, in lower case, once each; all of them where none does."""
    words = list(dict.fromkeys(WORD.findall(text.lower())))
    return [word for word in words if word not in STOPWORDS] or words


def proximity(text: str, idf: Mapping[str, float]) -> float:
    """The largest share, from 0 to 1, of the weight of some stems that stands within `WINDOW` words of `text`."""
    total = sum(idf.values())
    if not total:
        return 0.0
    held = [(at, word) for at, word in enumerate(map(stem, WORD.findall(text))) if word in idf]
    best, first = 0.0, 0
    for last, (end, _) in enumerate(held):
        while end - held[first][0] > WINDOW:
            first += 1
        best = max(best, sum(idf[word] for word in {word for _, word in held[first : last + 1]}))
    return best / total
