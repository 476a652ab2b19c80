"""Places for files that come through the page, whose paths say nothing.

Two files of one name are two reports, unless the one is the other saved anew: nothing is lost because another file has
the same name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from itertools import count, islice
from pathlib import PurePosixPath
from typing import Any

from ingest.library.near_duplicates import is_saved_anew
from ingest.library.source import UPLOAD, Store, parts_of, place_name
from ingest.readers import within
from ingest.readers.inner_files import own_name
from ingest.report import Details, Report
from ingest.serialise import load_report

_PART = re.compile(rf"(?:(?<=\.jsonl)#|{within('', '')}).*", re.IGNORECASE)

Said = tuple[str, str]
"""The title that a file gives itself, "" where it gives none or holds several reports, and its words."""


class Uploads:
    """Gives places to the files of one go, in the order in which they come."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._given: dict[str, str] = {}

    def place(self, place: str, id: str, new: Callable[[], Said]) -> str:
        """The place of a file with the id `id`, which came as `place` and says what `new` gives.

        An upload gets the place of the file that it is, or of its former self, or else one of its own: "report (2).txt"
        where another file is called "report.txt". Files that come in one go are never former selves of each other.
        """
        if not place.startswith(UPLOAD):
            return place
        # A line of a .jsonl file, and a file in a portfolio, stand below the place of their file.
        stored = dict(self._store.places())
        taken = {_PART.sub("", each): source for each, source in stored.items()} | stored | self._given
        if taken.get(place, id) != id:
            called = [each for each in islice(_numbered(place), len(taken)) if each in taken]
            same = [each for each in called if taken[each] == id]
            former = (each for each in called if each not in self._given and _is_former(self._said(each), new()))
            place = same[0] if same else next(former, _free(place, taken))
        self._given[place] = id
        return place

    def _said(self, place: str) -> Said:
        """What the file at a place says, or all lines below it."""
        parts = [each for start in parts_of(place) for each in self._store.places_below(start)]
        ids = [self._store.source_at(each) for each in (place, *parts)]
        return said([load_report(*stored) for id in ids if id and (stored := self._store.source(id))])


def as_upload(summary: Mapping[str, Any], taken: Container[str]) -> tuple[Mapping[str, Any], str]:
    """The summary of a report and its place, as of an upload of the name of its file for which a place is free."""
    name = PurePosixPath(own_name(summary["file"])).name
    place = _free(f"{UPLOAD}{name}", taken)
    return (summary if place_name(place) == name else {**summary, "file": place_name(place)}), place


def said(reports: Sequence[Report]) -> Said:
    """What a file says that holds some reports."""
    title = reports[0].details.title if len(reports) == 1 and not is_named_after_file(reports[0].details) else ""
    return title, "\n".join(report.text for report in reports)


def is_named_after_file(report: Details) -> bool:
    """Whether a report has its title from the name of its file, for want of another."""
    return _letters(report.title) == _letters(PurePosixPath(own_name(report.file)).stem)


def _is_former(former: Said, new: Said) -> bool:
    return _letters(former[0]) == _letters(new[0]) and is_saved_anew(former[1], new[1])


def _letters(title: str) -> str:
    return re.sub(r"[\W_]+", "", title).casefold()


def _free(place: str, taken: Container[str]) -> str:
    return next(each for each in _numbered(place) if each not in taken)


def _numbered(place: str) -> Iterator[str]:
    """`place`, and the places of other files of its name: "upload:report.txt", "upload:report (2).txt" and so on."""
    ending = PurePosixPath(place).suffix
    yield place
    yield from (f"{place.removesuffix(ending)} ({number}){ending}" for number in count(2))
