"""Whether the text of a page is garbled: its fonts do not tell which letters they draw, or tell it wrongly."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache, lru_cache
from itertools import pairwise

from ingest.readers.cleanup import LINE_END_HYPHEN, clean_bullets

# Shares of a page's characters, and of its words, from which on its text is taken to be garbled. Of 2,100 sound pages
# the highest were .04 (formulas in German) and .31 (abbreviations in a table).
_ODD_CHARACTERS, _WORDS_WITHOUT_VOWELS = 0.06, 0.45
_FEWEST_CHARACTERS, _FEWEST_WORDS = 40, 15
_LATIN_WORD = re.compile(r"[A-Za-z]{3,}")
_VOWEL = re.compile(r"[aeiouy]", re.IGNORECASE)

# The commonest short words of languages in Latin letters, by the steps from letter to letter: a font whose letters are
# all given as others so many places on in the alphabet keeps those steps.
_COMMON = (
    "the and for that with was are not this from have were has his they been which will can all their its more one out "
    "who der die und den das von mit ist des ein eine nicht auf les des dans pour que est une par sur avec los las con "
    "del una por het een van dat voor zijn met och att som det till agus air mae cyfer"
)
_STEPS = {tuple(ord(b) - ord(a) for a, b in pairwise(word)): word for word in _COMMON.split()}
# From so many of them on, of so many kinds, all so far from their place. Of 4,400 sound pages none had so many.
_FEWEST_MOVED, _FEWEST_KINDS = 4, 2
# As far from their small letters stand the capitals.
_CASE = 32
# A character that is so large a share of a text stands for the space, where it is no letter.
_SPACES, _FEW_SPACES = 0.1, 0.05
_SHORT_WORD = re.compile(r"(?<!\S)\S{3,5}(?!\S)")


def is_garbled(text: str) -> bool:
    """Whether control and private characters come out, words that nobody can say, or letters that stand for others."""
    counts = [(count, _is_odd(letter)) for letter, count in Counter(clean_bullets(text)).items()]
    whole = sum(count for count, is_odd in counts if is_odd is not None)
    odd = sum(count for count, is_odd in counts if is_odd)
    if whole >= _FEWEST_CHARACTERS and odd > _ODD_CHARACTERS * whole:
        return True
    words = _LATIN_WORD.findall(text)
    dumb = sum(not _VOWEL.search(word) for word in words)
    return (len(words) >= _FEWEST_WORDS and dumb > _WORDS_WITHOUT_VOWELS * len(words)) or _is_moved(text)


@cache
def _is_odd(letter: str) -> bool | None:
    """Whether a character is none that people read; None for white space."""
    if letter.isspace() or letter == LINE_END_HYPHEN:
        return None
    return unicodedata.category(letter) in ("Cc", "Cn", "Co") or letter == "\ufffd"


def _is_moved(text: str) -> bool:
    """Whether common words come out when all letters are moved by as many places, in a part of the text at least."""
    moved: Counter[int] = Counter()
    kinds: dict[int, set[str]] = {}
    for word, count in Counter(_words(text)).items():
        if common := _common_like(word):
            by = ord(word[0]) - ord(common[0])
            moved[by] += count
            kinds.setdefault(by, set()).add(common)
    return any(
        count >= _FEWEST_MOVED and len(kinds[by]) >= _FEWEST_KINDS
        for by, count in moved.items()
        if by not in (0, -_CASE)
    )


@lru_cache(20_000)
def _common_like(word: str) -> str:
    """The common word that `word` may be, its letters moved; "" where there is none."""
    return _STEPS.get(tuple(ord(after) - ord(before) for before, after in pairwise(word)), "")


def _words(text: str) -> list[str]:
    """The words of three to five letters, also where another character stands for the space."""
    if text.count(" ") < _FEW_SPACES * len(text):
        commonest, count = Counter(text).most_common(1)[0]
        if count > _SPACES * len(text) and not commonest.isalnum():
            text = text.replace(commonest, " ")
    return _SHORT_WORD.findall(text)
