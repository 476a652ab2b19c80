"""Whether the text of a page gives letters for others: a font whose map to Unicode is wrong may print "the" as "lhe".

What the words of a text arouse is a suspicion only, for they may be of another language. The drawn page, read by text
recognition, shows whether they stand on it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from string import ascii_lowercase

Swap = tuple[str, str]

_ENGLISH = (
    "about after all also an and any are as at be been before between but by can could do even first for from had has "
    "have he her him his how if in into is it its just like made make many may me more most much must my new no not "
    "now of on one only or other our out over people right see she should so some such than that the their them then "
    "there these they this those time to two up us was way we well were what when where which who will with work "
    "would year years you your"
)
# Short words of other languages, so that theirs are not taken for misprints, nor their pages for nonsense.
_ELSEWHERE = (
    "aan ac ag agus air al am an ar as att auf aus avec che con da dan das dat de del dem den der des det di die do "
    "dos du een ein eine el em en er es est et eu ganz gyda har het ich il im ist la las le les los mae med mit na "
    "nach nicht och of oder om os par para pas pe por pour que qui se sich si sin som sur te til till um una und une "
    "van ver von voor wir yn yr zijn zu zum"
)
_COMMON = frozenset(_ENGLISH.split())
_KNOWN = _COMMON.union(_ELSEWHERE.split())
_WORD = re.compile(r"(?<!\w)[a-z]{2,7}(?!\w)")
_LEADER = re.compile(r"\.{4}|(?: \.){4}")  # the lines of tables of contents hold few common words
# A swap of letters is suspected from so many words on that become common ones by it, of so many kinds, where few hold
# the letter in its place.
_FEWEST_SWAPPED, _FEWEST_KINDS, _TIMES = 4, 2, 2
# A text with so few common words is suspected, too: of 3,858 sound pages with as many words the lowest shares beside
# tables of contents were .06 and .1, half have more than .5.
_FEWEST_WORDS, _FEW_COMMON = 40, 0.05
# Share of the words in doubt that text recognition must find on the page where they are printed there: it errs too.
_SEEN = 0.4


def words_in_doubt(text: str) -> frozenset[str]:
    """The words of a page's text that look as if letters stood for others; none where there is no such suspicion."""
    words = Counter(_WORD.findall(text.lower()))
    if _has_few_common(words):
        words = Counter(_WORD.findall("\n".join(line for line in text.lower().split("\n") if not _LEADER.search(line))))
        if _has_few_common(words):
            return frozenset(word for word in words if word not in _KNOWN)
    swapped: dict[Swap, set[str]] = {}
    for word in words:
        for swap in _swaps().get(word, ()):
            swapped.setdefault(swap, set()).add(word)
    found = max(swapped, key=lambda swap: _count(words, swapped[swap]), default=None)
    if found is None or len(swapped[found]) < _FEWEST_KINDS:
        return frozenset()
    count = _count(words, swapped[found])
    in_place = _count(words, (word for word in words if word in _COMMON and found[1] in word))
    return frozenset(swapped[found]) if count >= max(_FEWEST_SWAPPED, _TIMES * in_place) else frozenset()


def are_printed(words: frozenset[str], seen: str) -> bool:
    """Whether enough of `words` stand on the page, which text recognition read as `seen`."""
    return len(words.intersection(_WORD.findall(seen.lower()))) >= _SEEN * len(words)


def _has_few_common(words: Counter[str]) -> bool:
    whole = words.total()
    return whole >= _FEWEST_WORDS and _count(words, _KNOWN & words.keys()) < _FEW_COMMON * whole


def _count(words: Counter[str], some: Iterable[str]) -> int:
    return sum(words[word] for word in some)


@cache
def _swaps() -> dict[str, list[Swap]]:
    """What common words become when two letters are swapped: the words, each with the letters that were swapped."""
    found: dict[str, list[Swap]] = {}
    for word in sorted(_COMMON):
        for right in sorted(set(word)):
            for wrong in ascii_lowercase:
                made = word.translate(str.maketrans(right + wrong, wrong + right))
                if wrong != right and made not in _KNOWN:
                    found.setdefault(made, []).append((wrong, right))
    return found
