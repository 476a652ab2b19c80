"""What a catalogue tells of the words of its documents, in whichever database it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

# Words of more documents than this are counted in the first of them, for counting takes longer the more there are.
COUNTED = 5000
# Documents that tell how a word is spelt.
SAMPLED = 500


class Words(Protocol):
    """The words of the documents, in any form: "volunteers" is found by "volunteering"."""

    def holds(self, *phrases: str) -> bool:
        """Whether a document holds any of some words or phrases."""
        ...

    def frequency(self, spellings: Sequence[str]) -> int:
        """How many documents hold a word in any of its `spellings`, and any form.

        Beyond `COUNTED` of them it is about as many.
        """
        ...

    def share_with(self, word: str, letters: str) -> float:
        """The share of the documents that hold `word` in any form with `letters` in their text; `SAMPLED` tell it."""
        ...

    def beside_brackets(self, word: str) -> list[tuple[str, str]]:
        """The source and content of the documents in which `word` stands in brackets or before some."""
        ...

    def stem(self, word: str) -> str:
        """The stem of a word, as `terms` gives it and `rows_with` takes it."""
        ...

    def terms(self, letter: str) -> list[tuple[str, int]]:
        """The stems of words that begin with `letter`, and the number of documents that hold each."""
        ...

    def rows_with(self, term: str, k: int) -> list[int]:
        """Up to `k` rows whose words have a stem."""
        ...

    def shares(self, words: Sequence[Sequence[str]]) -> dict[str, float]:
        """For each source, the share of its documents that hold every one of some words, in any of its spellings."""
        ...
