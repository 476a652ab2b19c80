"""Near copies: the same report in another format or from another address, recognised by its words.

A near copy is stored and listed with its report, but without passages of its own, so that the report is cited once.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.source import Source, Store

RUN = 5
"""Words in one of the runs by which texts are compared; shorter ones are shared by texts that only sound alike."""
SHORTEST = 100
"""Runs of a text below which nothing is said: forms and notices of a few lines are alike without being copies."""
ALIKE = 0.85
"""Share of all runs of two texts that both have, from which on they are copies. Of 888 reports on co-production the
two formats of one report share .85 to 1.00, and the likest pair that are two reports .83 (two stages of one study)."""
WORTH_A_LOOK = ALIKE - 0.1
"""The signatures only estimate the share, with a standard error of about .03; from here on the texts are compared."""

_WORD = re.compile(r"[^\W_]+")


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


def _runs(text: str) -> set[str]:
    words = _WORD.findall(text.casefold())
    return {" ".join(words[start : start + RUN]) for start in range(len(words) - RUN + 1)}


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
            if likeness(new.text, self._text(known[place])) >= ALIKE:
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
    return replace(source, summary={**source.summary, "copy_of": of}, documents=())


def _known(id: str, summary: Mapping[str, Any], text: str = "") -> _Known:
    numbers = np.frombuffer(base64.b64decode(summary["signature"]), dtype=np.uint32)
    return _Known(id, str(summary["title"]), bool(summary["pages"]), numbers, text)
