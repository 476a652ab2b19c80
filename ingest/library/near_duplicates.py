"""Near copies: the same report in another format or from another address, recognised by its words.

A near copy is stored and listed with its report, but without passages of its own, so that the report is cited once. An
edition in nearly the same words with other figures or names is no copy.
"""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.library.source import Source, Store

RUN = 5
"""Words in one of the runs by which texts are compared; shorter ones are shared by texts that only sound alike."""
SHORTEST = 100
"""Runs of a text below which nothing is said: forms and notices of a few lines are alike without being copies."""
ALIKE = 0.85
"""Share of all runs of two texts that both have, from which on they are copies. Of 888 reports on co-production the
two formats of one report share .85 to 1.00, and the likest pair that are two reports .83 (two stages of one study)."""
WORTH_A_LOOK = ALIKE - 0.1
"""The signatures only estimate the share, with a standard error of about .03; from here on the texts are compared."""

LONGEST_CHANGE, MOST_UNLIKE = 12, 3
"""Words of a change in place, and by how many its sides may differ. What is longer, or longer on the one side, stands
elsewhere in the other format, or is another introduction."""
SAME_NAME, SAME_WORD = 0.85, 0.6
"""Likeness of letters from which on a name or another word is a spelling of the other, or a slip of recognition."""
SAVED_ANEW = 0.7
"""Share of the words of two files of one name that both have, from which on the later can be the earlier saved anew: a
text in which every sixth word was changed has it. Of 915 reports on co-production those that follow one template have
it too, so that titles, names and years have to be the same as well."""
HELD = 0.5
"""Share of the runs of the shorter of two texts that the other holds, from which on it can be a later state of it. Of
19,110 pairs of 196 reports on co-production six share so much: two are copies or parts, four follow one template, which
is why names and years have to be the same as well."""
SLIPS = 1
"""Plain words in the place of others that copies may have: of the 73 pairs of formats two have one, put right later."""

_WORD = re.compile(r"[^\W_]+")
_FIGURE = re.compile(
    r".*\d.*|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w{3,5}teen(?:th)?|twenty|thirty|forty"
    r"|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|[mb]illions?|dozens?|first|second|third|fourth|fifth|sixth"
    r"|seventh|eighth|ninth|tenth|eleventh|twelfth|once|twice|half|halves|thirds?|quarters?|all|some|most|many|few"
    r"|daily|weekly|fortnightly|monthly|quarterly|yearly|annual(?:ly)?"
    r"|january|february|march|april|may|june|july|august|september|october|november|december"
)
_DENIAL = re.compile(r"no|not|none|nobody|nothing|never|neither|nor|without|cannot|t")
_NAME = re.compile(r"(?<=[a-z,] )[^\W\d_a-z][^\W_]*")  # a capital letter within a sentence
_YEAR = re.compile(r"(?:19|20)\d\d")
_LONGEST_DENIAL = 3  # words: "no longer"; what is longer is a part that the other format lacks
_DIGITS = re.compile(r"\d+")
# What a number tells after one of these is another in every print, or on every visit.
_OF_THE_PRINT = {"page", "pages", "p", "pp", "accessed", "retrieved", "downloaded"}


def signature(text: str) -> str:
    """A MinHash of the runs of words in `text` (128 numbers, base64), "" for a text too short to tell.

    Source: A. Broder, On the resemblance and containment of documents, 1997.
    """
    from datasketch import MinHash  # it loads SciPy, which only adding needs

    runs = _runs(text)
    if len(runs) < SHORTEST:
        return ""
    made = MinHash(num_perm=128)
    made.update_batch([run.encode() for run in runs])
    return base64.b64encode(made.hashvalues.astype(np.uint32).tobytes()).decode()


def likeness(text: str, other: str) -> float:
    """The share, from 0 to 1, of all runs of words in two texts that both have (their Jaccard index)."""
    first, second = _runs(text), _runs(other)
    return len(first & second) / max(1, len(first | second))


def is_saved_anew(text: str, other: str) -> bool:
    """Whether two files of one name hold one report, before and after somebody worked on it.

    They have most of their words in common and tell of the same names and years; figures may have been put right.
    """
    first, second = (Counter(_WORD.findall(each.casefold())) for each in (text, other))
    enough = (first & second).total() >= SAVED_ANEW * (first | second).total()
    return enough and _tell_of_the_same(text, other)


def is_later_state(text: str, former: str) -> bool:
    """Whether a file that stands where another stood holds that report still, however much was added or taken out.

    Half of the runs of the shorter text are in the other, and both tell of the same names and years.
    """
    runs = _runs(text), _runs(former)
    shared = len(runs[0] & runs[1])
    return shared > 0 and shared >= HELD * min(map(len, runs)) and _tell_of_the_same(text, former)


def _tell_of_the_same(text: str, other: str) -> bool:
    """Whether two texts do not tell of names or years in the place of others."""
    years = [{word for word in _WORD.findall(each) if _YEAR.fullmatch(word)} for each in (text, other)]
    return not (years[0] - years[1] and years[1] - years[0]) and not _changed(text, other)["name"]


def is_edition(text: str, other: str) -> bool:
    """Whether two texts in nearly the same words tell different things: other figures, dates or names, or a denial.

    Two formats of one report differ in what stands before, after and between their words, and in how words are broken.
    They hardly ever have one word in the place of another; editions do wherever something has changed.
    """
    # Where it depends on the order in which they are laid side by side, they differ in layout only.
    changed = _changed(text, other) & _changed(other, text)
    return bool(changed["figure"] or changed["name"] or changed["word"] > SLIPS)


def without_figures(text: str) -> str:
    """The words of `text` without figures and what stands for them: what editions of one report have in common."""
    return " ".join(word for word in _WORD.findall(text.casefold()) if not _FIGURE.fullmatch(word))


def _changed(text: str, other: str) -> Counter[str]:
    """How many figures or denials, names and plain words of two texts stand in the place of others."""
    first, second = _WORD.findall(text.casefold()), _WORD.findall(other.casefold())
    names = {name.casefold() for name in _NAME.findall(f"{text}\n{other}")}
    # What merely stands in another place, such as the marks of notes, is in both texts.
    lacking = Counter(first) - Counter(second) + (Counter(second) - Counter(first))
    found: Counter[str] = Counter()
    for old, new in _changes(first, second):
        changed = [word for word in (*old, *new) if lacking[word]]
        alike = SequenceMatcher(None, "".join(old), "".join(new), autojunk=False).ratio()
        if any(_FIGURE.fullmatch(word) or _DENIAL.fullmatch(word) for word in changed):
            found["figure"] += 1
        elif alike < SAME_NAME and names.intersection(old, changed) and names.intersection(new, changed):
            found["name"] += 1
        elif changed and alike < SAME_WORD:
            found["word"] += 1
    return found


def _changes(first: Sequence[str], second: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """The words of two texts that stand in the place of each other, and denials that only one of them has."""
    # Hardly any run stands twice in a text, which makes it quick to compare them; between them words are compared.
    for start, end, begin, stop in _differences(_in_runs(first), _in_runs(second)):
        part, counterpart = first[start : end + RUN - 1], second[begin : stop + RUN - 1]
        for at, until, place, limit in _differences(part, counterpart):
            old, new = part[at:until], counterpart[place:limit]
            if not _OF_THE_PRINT.intersection(part[max(0, at - 3) : at]) and _is_change(old, new):
                yield old, new


def _differences(first: Sequence[str], second: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Where two sequences differ: the start and the end in the one, and in the other."""
    for kind, *places in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if kind != "equal":
            start, end, begin, stop = places
            yield start, end, begin, stop


def _is_change(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether one stands in the place of the other, instead of being layout: a note's mark, or a word broken in two."""
    if not old or not new:
        lone = old or new
        return len(lone) <= _LONGEST_DENIAL and any(_DENIAL.fullmatch(word) for word in lone)
    if max(len(old), len(new)) > LONGEST_CHANGE or abs(len(old) - len(new)) > MOST_UNLIKE:
        return False
    left, right = "".join(old), "".join(new)
    bare = _DIGITS.sub("", left), _DIGITS.sub("", right)
    return left != right and (bare[0] != bare[1] or bare == ("", "") or bare[0] not in (left, right))


def _runs(text: str) -> set[str]:
    return set(_in_runs(_WORD.findall(text.casefold())))


def _in_runs(words: Sequence[str]) -> list[str]:
    return [" ".join(words[start : start + RUN]) for start in range(len(words) - RUN + 1)]


@dataclass(frozen=True, slots=True)
class _Known:
    """A report that copies are looked for of; `text` only while it waits to be stored."""

    id: str
    title: str
    paged: bool
    signature: npt.NDArray[np.uint32]
    text: str = ""


class Pairing:
    """Finds which of the reports that are being added are near copies of others, stored or added along with them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, _Known] = {}
        for id, summary in store.sources():
            if summary.get("signature") and not summary.get("copy_of"):
                self._known[id] = _known(id, summary)

    def pair(self, source: Source, waiting: Sequence[Source]) -> tuple[list[Source], str]:
        """What is to be stored for `source`, and the title of the report that it is a near copy of, or "".

        `waiting` are those that are to be stored along with it.

        Of two near copies the one with pages is the report, for a quotation from it can be shown on its page; of two
        alike the one that came first. Where that is the new one, the other and its copies come back as its copies.
        """
        if not source.summary.get("signature"):
            return [source], ""
        new = _known(source.id, source.summary, json.loads(source.body)["text"])
        # A report that takes the place of its old self is no copy of it.
        like = self._like(new, besides={source.id, self._store.source_at(source.place)})
        if like and like.paged >= new.paged:
            return [as_copy(source, like.id)], like.title
        self._known[new.id] = new
        if not like:
            return [source], ""
        del self._known[like.id]
        return [source, *(as_copy(each, source.id) for each in self._family(like.id, waiting))], ""

    def stored(self) -> None:
        """Take it that all that was paired has been stored, and need no longer be kept here."""
        self._known = {id: replace(known, text="") for id, known in self._known.items()}

    def _like(self, new: _Known, besides: set[str | None]) -> _Known | None:
        known = [each for each in self._known.values() if each.id not in besides]
        if not known:
            return None
        shares = (np.stack([each.signature for each in known]) == new.signature).mean(axis=1)
        place: int
        for place in np.argsort(-shares, kind="stable").tolist():
            if shares[place] < WORTH_A_LOOK:
                break
            text = self._text(known[place])
            if likeness(new.text, text) >= ALIKE and not is_edition(new.text, text):
                return known[place]
        return None

    def _text(self, known: _Known) -> str:
        stored = self._store.source(known.id)
        return known.text or (str(json.loads(stored[1])["text"]) if stored else "")

    def _family(self, id: str, waiting: Sequence[Source]) -> list[Source]:
        """The report `id` and its copies, stored or waiting."""
        found = [each for each in waiting if id in (each.id, each.summary.get("copy_of"))]
        stored = {id, *(copy for copy, _ in self._store.sources({"copy_of": id}))} - {each.id for each in waiting}
        return found + [Source(each, "", *kept) for each in sorted(stored) if (kept := self._store.source(each))]


def as_copy(source: Source, of: str) -> Source:
    """`source` as a near copy of the report with the id `of`."""
    return replace(source, summary={**source.summary, "copy_of": of}, documents=(), embedded={})


def _known(id: str, summary: Mapping[str, Any], text: str = "") -> _Known:
    numbers = np.frombuffer(base64.b64decode(summary["signature"]), dtype=np.uint32)
    return _Known(id, str(summary["title"]), bool(summary["pages"]), numbers, text)
