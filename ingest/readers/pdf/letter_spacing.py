"""Words whose letters are set apart by spaces, as in "C O - P R O D U C T I O N", are closed up again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

CLOSED_UP = "\u200b"
"""Stands for a space within a word; it has no width, and `clean` takes it away."""

_SPACED = re.compile(r"(?:[^\W\d_]|[&'’,.:!?–-])(?: (?:[^\W\d_]|[&'’,.:!?–-])){4,}")
_VOWEL = re.compile(r"[aeiouyAEIOUY]")
# The first letters of months and days below a chart stand farther apart, in heights of the type.
_WIDEST = 0.5
# A space between words is wider than one between letters by this, and by this share of the type's height.
_WIDER, _WIDER_BY = 1.5, 0.08
# Letters, different ones among them, and share of vowels of a heading at the least; lists of signs have fewer, and
# the first letters of the months a quarter of vowels.
_FEWEST, _FEWEST_KINDS, _VOWELS = 5, 4, 0.28


def is_spaced(text: str) -> bool:
    """Whether a line consists of letters with a space between each two, which may be words and are no list."""
    if not _SPACED.fullmatch(text):
        return False
    letters = [letter.lower() for letter in text if letter.isalpha()]
    vowels = sum(bool(_VOWEL.match(letter)) for letter in letters)
    in_alphabet = letters == sorted(letters)
    of_words = len(letters) >= _FEWEST and len(set(letters)) >= _FEWEST_KINDS and vowels >= _VOWELS * len(letters)
    return of_words and not in_alphabet


def words_end(sides: Sequence[tuple[float, float]], size: float) -> list[bool] | None:
    """After which of a spaced line's letters a word ends, by the left and right side of each; None for no words."""
    gaps = [after[0] - before[1] for before, after in pairwise(sides)]
    usual = median(gaps)
    if not 0 < usual <= _WIDEST * size:  # letters of turned text stand below each other
        return None
    return [gap > max(_WIDER * usual, usual + _WIDER_BY * size) for gap in gaps]
