"""The kinds of a library’s reports, each told once and kept with the library, so that a list of all costs little."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any, Protocol

from ingest.catalogue_entry import CatalogueEntry
from ingest.readers import READING
from ingest.report import Details, Report
from rag.genre.classify import Genre, genre_of

RULES = 1
"""The version of what kinds are told by. Raised by a release that tells any of them otherwise."""
NOTE = "genres"


class Library(Protocol):
    """What is needed of a library; `ingest.Library` is one."""

    def report(self, id: str, /) -> Report: ...
    def all_details(self) -> list[Details]: ...
    def note(self, name: str, /) -> str | None: ...
    def put_note(self, name: str, text: str, /) -> None: ...


def genres_of(library: Library, reports: Iterable[Details]) -> dict[str, Genre | None]:
    """The kind of each of `reports`, by their ids; None where nothing shows it, or the report is no longer there.

    What a person has said goes before what was remembered.
    """
    wanted = {report.id: report for report in reports}
    known = _remembered(library)
    new = {}
    for id, report in wanted.items():
        if not report.genre and known.get(id, {}).get("of") != _of(report):
            try:
                told = genre_of(library.report(id))
            except KeyError:  # removed meanwhile
                continue
            new[id] = {"of": _of(report), "genre": asdict(told) if told else None}
    if new:
        there = {report.id for report in library.all_details()} | new.keys()
        known = {id: told for id, told in (known | new).items() if id in there}
        library.put_note(NOTE, json.dumps({"rules": RULES, "told": known}, ensure_ascii=False))
    return {id: _genre(report, known.get(id, {}).get("genre")) for id, report in wanted.items()}


def with_genres(library: Library, listings: Sequence[CatalogueEntry]) -> list[dict[str, Any]]:
    """`listings` as `coproduction library --json` prints them; `genre_told` is a report's kind, with what shows it."""
    genres = genres_of(library, [each.details for each in listings])
    kinds = [genres[each.details.id] for each in listings]
    return [
        each.to_json() | {"genre_told": asdict(kind) if kind else None}
        for each, kind in zip(listings, kinds, strict=True)
    ]


def _remembered(library: Library) -> dict[str, dict[str, Any]]:
    """What was told by these rules before."""
    note = json.loads(library.note(NOTE) or "{}")
    told: dict[str, dict[str, Any]] = note.get("told", {}) if note.get("rules") == RULES else {}
    return told


def _of(report: Details) -> list[Any]:
    """What the kind of a report is told by, beside its text."""
    return [READING, report.full_title, report.file, report.address]


def _genre(report: Details, told: dict[str, Any] | None) -> Genre | None:
    if report.genre:
        return Genre.by_person(report.genre)
    return Genre(**told) if told else None
