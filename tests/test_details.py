"""What a report says of itself: its title, who wrote it, who published it, and when."""

from __future__ import annotations

from dataclasses import replace

from ingest.listing import details, summarise
from ingest.read import read_reports
from ingest.report import Details, Report


def report(data: bytes, file: str) -> Report:
    """The one report that a file holds."""
    [found] = read_reports(data, file, file[file.rindex(".") :])
    assert isinstance(found, Report), found
    return found


def test_a_title_made_of_the_name_of_the_file_is_a_guess() -> None:
    found = report(b"We met twice.", "minutes_of_may.txt").details
    assert (found.title, found.guessed) == ("minutes of may", ("title",))


def test_what_is_known_of_a_report_is_no_guess() -> None:
    guessed = Details("id", "minutes of may", "minutes_of_may.txt", guessed=("title", "year"))
    known = guessed.known({"title": "Minutes", "publisher": "Ardle Council"})
    assert known == replace(guessed, title="Minutes", publisher="Ardle Council", guessed=("year",))


def test_what_an_earlier_version_kept_of_a_report_is_read() -> None:
    kept = summarise(report(b"We met twice.", "minutes.txt"), "original.txt", 1)
    earlier = {name: value for name, value in kept.items() if name not in ("subtitle", "guessed", "corrected")}
    assert details(earlier) == replace(details(kept), guessed=())
    assert details(kept | {"authors": ["A. Bird"], "guessed": ["title"]}).authors == ("A. Bird",)
