"""The kinds of a library's reports: told once, remembered with the library, told anew where it matters."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from ingest.catalogue_entry import CatalogueEntry
from ingest.report import Details, Report
from rag.genre import Genre, genres_of, with_genres
from rag.genre import known as genres

PROSE = "The service opened in March. People were asked what they wanted, and most of them said more time."


class Shelf:
    """A library in memory that counts how often a report is read."""

    def __init__(self, *titles: str) -> None:
        self.reports = {title: Report(Details(title, title, f"{title}.pdf"), PROSE) for title in titles}
        self.read: list[str] = []
        self.notes: dict[str, str] = {}

    def report(self, id: str, /) -> Report:
        self.read.append(id)
        return self.reports[id]

    def all_details(self) -> list[Details]:
        return [each.details for each in self.reports.values()]

    def note(self, name: str, /) -> str | None:
        return self.notes.get(name)

    def put_note(self, name: str, text: str, /) -> None:
        self.notes[name] = text

    def names(self) -> list[str]:
        return [kind.name if kind else "" for kind in genres_of(self, self.all_details()).values()]

    def change(self, id: str, **values: str) -> None:
        report = self.reports[id]
        self.reports[id] = replace(report, details=replace(report.details, **values))  # type: ignore[arg-type]


def test_a_kind_is_told_once_and_remembered() -> None:
    shelf = Shelf("Housing strategy", "Sharing power")
    assert shelf.names() == ["strategy or plan", ""]
    assert shelf.names() == ["strategy or plan", ""]
    assert shelf.read == ["Housing strategy", "Sharing power"]
    first = genres_of(shelf, shelf.all_details())["Housing strategy"]
    assert first == Genre("strategy or plan", "Housing strategy", by="title", certainty=0.95)


def test_a_library_that_is_there_already_is_told_as_it_is_asked_for() -> None:
    shelf = Shelf("Housing strategy", "Housing guide")
    assert genres_of(shelf, [shelf.reports["Housing guide"].details])
    assert shelf.read == ["Housing guide"]
    assert shelf.names() == ["strategy or plan", "guidance"]
    assert shelf.read == ["Housing guide", "Housing strategy"]


def test_what_was_put_right_is_told_anew() -> None:
    shelf = Shelf("Housing strategy")
    shelf.names()
    shelf.change("Housing strategy", title="Housing evaluation report")
    assert shelf.names() == ["evaluation"]
    shelf.change("Housing strategy", genre="survey")
    assert shelf.names() == ["survey"]
    shelf.change("Housing strategy", genre="")
    assert shelf.names() == ["evaluation"] and len(shelf.read) == 2


def test_other_rules_tell_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf("Housing strategy")
    shelf.names()
    monkeypatch.setattr(genres, "RULES", genres.RULES + 1)
    assert shelf.names() == ["strategy or plan"] and len(shelf.read) == 2


def test_a_removed_report_has_no_kind_and_is_forgotten() -> None:
    shelf = Shelf("Housing strategy", "Housing guide", "Sharing power")
    details = shelf.all_details()
    genres_of(shelf, details[:1])
    del shelf.reports["Housing strategy"], shelf.reports["Housing guide"]
    assert [*genres_of(shelf, details).values()][1:] == [None, None]
    assert [*json.loads(shelf.notes["genres"])["told"]] == ["Sharing power"]


def test_a_listing_tells_the_kind_with_what_shows_it() -> None:
    shelf = Shelf("Housing strategy", "Sharing power")
    told = with_genres(shelf, [CatalogueEntry(each, 1, 0, 1) for each in shelf.all_details()])
    assert told[0]["genre"] == "" and told[1]["genre_told"] is None
    assert told[0]["genre_told"] == {
        "name": "strategy or plan",
        "sentence": "Housing strategy",
        "by": "title",
        "certainty": 0.95,
        "page": None,
        "label": None,
    }
