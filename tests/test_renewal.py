"""A library that an older version made is read anew while it answers, and what points into it points right."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from cli.main import main
from ingest import CatalogueEntry, Outcome, Progress, ReportError
from ingest.library import Library, Renewal, RenewingError
from ingest.readers import read_reports
from ingest.report import ReadResult
from page.screens.listings import renewing_html
from rag import Assistant
from tests.test_library import HERONS, KINGFISHERS, SWIFTS, CountingEmbedder
from vector_store import DEFAULT_MODEL, FaissStore

LONG = " ".join(f"Bay {bay} of the marsh held {bay + 40} pairs of geese that year." for bay in range(30))
EDITION = "# Marsh count\n\n" + LONG + "\n\nThe wardens counted {swans} swans in all of it.\n"


@dataclass
class Shelf:
    """A library over its files, and how an older version would have left it."""

    library: Library
    store: FaissStore
    files: Path
    read: list[str] = field(default_factory=list)

    def add(self, **texts: str) -> dict[str, str]:
        """Add files and give the ids of all reports by the names of their files."""
        for name, text in texts.items():
            path = self.files / (name if "." in name else f"{name}.md")
            path.write_text(text)
            list(self.library.add([path]))
        self.read.clear()
        return {Path(each.file).stem: each.id for each in self.library.all_details()}

    def age(self, **told: dict[str, Any]) -> None:
        """Leave all reports as an older version would: with a bad title, and `told` of those with these file names."""
        for id, summary in self.store.sources():
            old = {name: value for name, value in summary.items() if name != "reading"}
            old |= told.get(Path(summary["file"]).stem, {})
            if "title" not in summary["corrected"]:
                old["title"] = "DRAFT"
            self.store.put_summary(id, old, {"title": old["title"]})

    def renew(self, again: bool = False) -> dict[str, Outcome]:
        renewal = Renewal(self.library, lambda place: {})
        return {Path(outcome.file).stem: outcome for outcome in renewal.run(again=again)}

    def listings(self) -> dict[str, CatalogueEntry]:
        return {Path(each.details.file).stem: each for each in self.library.reports()}

    def titles(self) -> dict[str, str]:
        return {name: each.details.title for name, each in self.listings().items()}


@pytest.fixture(scope="module")
def embedder() -> CountingEmbedder:
    return CountingEmbedder()


@pytest.fixture
def shelf(tmp_path: Path, embedder: CountingEmbedder) -> Iterator[Shelf]:
    store = FaissStore(tmp_path / "library", embedder, DEFAULT_MODEL)
    (tmp_path / "files").mkdir()
    read: list[str] = []

    def spying(data: bytes, file: str, suffix: str, address: str = "") -> Iterator[ReadResult]:
        read.append(Path(file).stem)
        return read_reports(data, file, suffix, address)

    library = Library(tmp_path / "library", store, embedder.count_tokens, embedder.limit, read=spying)
    yield Shelf(library, store, tmp_path / "files", read)


def test_what_an_older_version_read_is_read_anew_and_nothing_else(shelf: Shelf) -> None:
    ids = shelf.add(birds=f"# Birds\n\n{HERONS}", canal=f"# Canal\n\n{KINGFISHERS}")
    assert shelf.renew() == {} and shelf.read == []
    shelf.age()
    assert shelf.add(roof=f"# Roof\n\n{SWIFTS}") == ids | {"roof": shelf.listings()["roof"].details.id}
    assert shelf.titles() == {"birds": "DRAFT", "canal": "DRAFT", "roof": "Roof"}
    assert {name: each.status for name, each in shelf.renew().items()} == {"birds": "replaced", "canal": "replaced"}
    assert sorted(shelf.read) == ["birds", "canal"]
    assert shelf.titles() == {"birds": "Birds", "canal": "Canal", "roof": "Roof"}
    assert {each.metadata["title"] for each in shelf.store.similarity_search("birds", 9)} == {"Birds", "Canal", "Roof"}
    assert shelf.renew() == {} and shelf.library.upkeep.check() == []


def test_ids_places_and_what_was_put_right_stay(shelf: Shelf) -> None:
    ids = shelf.add(birds=f"# Birds\n\n{HERONS}")
    right = shelf.library.correct(ids["birds"], {"year": 2009, "address": "https://example.org/birds"})
    shelf.age(birds={"read": {"title": "DRAFT"}})
    places = shelf.store.places()
    shelf.renew()
    assert shelf.library.details(ids["birds"]) == right and shelf.store.places() == places
    assert shelf.library.take_back(ids["birds"]).title == "Birds"


def test_what_the_reading_list_knows_goes_before_what_is_read(shelf: Shelf) -> None:
    id = shelf.add(birds=f"# Birds\n\n{HERONS}")["birds"]
    shelf.store.put_place("reading-list:07", id)
    told = {"address": "https://example.org/birds", "accessed": "2026-01-02"}
    shelf.age(birds=told)
    known = {"reading-list:07": {"title": "Birds of the quarry", "authors": ("Ann Ode",)}}
    [_] = Renewal(shelf.library, lambda place: known.get(place, {})).run()
    details = shelf.library.details(id)
    assert (details.title, details.authors) == ("Birds of the quarry", ("Ann Ode",))
    assert (details.address, details.accessed) == ("https://example.org/birds", "2026-01-02")


def test_words_that_were_shown_before_can_still_be_kept(shelf: Shelf) -> None:
    id = shelf.add(birds=f"# Birds\n\n{HERONS}")["birds"]
    cite = Assistant(shelf.store).cite
    [cited] = cite(f"{id}:7000-9000", "The volunteers count them each spring")
    assert (cited.passage.report.id, cited.quote) == (id, "The volunteers count them each spring")
    assert cite(f"{id}:7000-9000", "Nobody counts them") == cite("gone:0-9", "The volunteers count them") == []


def test_editions_that_were_taken_for_copies_become_reports_and_copies_stay_copies(shelf: Shelf) -> None:
    first, second = EDITION.format(swans=41), EDITION.format(swans=58)
    ids = shelf.add(first=first, second=second, again=first + "\nEnd.")
    assert set(ids) == {"first", "second"}
    shelf.age(second={"copy_of": ids["first"]})
    assert set(shelf.titles()) == {"first"}
    shelf.renew()
    assert set(shelf.titles()) == {"first", "second"} and shelf.library.upkeep.check() == []
    assert [copy.file for copy in shelf.library.copies(ids["first"])] == ["again.md"]


def test_no_copy_is_left_of_a_report_that_is_a_copy_itself_now(shelf: Shelf) -> None:
    text = EDITION.format(swans=41)
    ids = shelf.add(first=text, again=text + "\nEnd.", other=f"# Birds\n\n{HERONS}")
    copy = shelf.library.copies(ids["first"])[0].id
    shelf.age(again={"copy_of": ids["other"]}, other={"copy_of": ids["first"]})
    shelf.renew()
    assert set(shelf.titles()) == {"first", "other"}
    assert [each.id for each in shelf.library.copies(ids["first"])] == [copy]


def test_what_cannot_be_read_anew_stays_and_is_told(shelf: Shelf) -> None:
    ids = shelf.add(birds=f"# Birds\n\n{HERONS}", canal=f"# Canal\n\n{KINGFISHERS}")
    shelf.age()
    kept = shelf.library.original(ids["birds"])
    data = kept.read_bytes()
    kept.unlink()
    outcomes = shelf.renew()
    assert outcomes["birds"].status == "failed" and "missing" in outcomes["birds"].reason
    assert shelf.titles() == {"birds": "DRAFT", "canal": "Canal"}
    assert "An older version of this program read it" in shelf.listings()["birds"].reason
    assert shelf.library.report(ids["birds"]).text.endswith(HERONS)
    assert shelf.renew() == {}, "it is not tried at each start"
    kept.write_bytes(data)
    assert shelf.renew()["birds"].status == "replaced" and shelf.listings()["birds"].reason == ""


def test_what_this_version_refuses_is_tried_again_only_when_asked_or_added(shelf: Shelf) -> None:
    id = shelf.add(birds=f"# Birds\n\n{HERONS}")["birds"]
    shelf.age()
    shelf.library.pipeline.read_file = lambda *_: iter([ReportError("birds.md", "It is no report.")])
    assert shelf.renew()["birds"].reason == "It is no report." and shelf.renew() == {}
    assert shelf.listings()["birds"].reason.endswith("It is no report.")
    shelf.library.pipeline.read_file = read_reports
    assert shelf.renew() == {} and set(shelf.renew(again=True)) == {"birds"}
    shelf.age()
    [outcome] = shelf.library.add([shelf.files])
    assert outcome.status == "replaced" and shelf.titles() == {"birds": "Birds"} and shelf.renew() == {}
    assert shelf.library.details(id)


def test_what_is_interrupted_goes_on_where_it_was(shelf: Shelf) -> None:
    shelf.add(birds=f"# Birds\n\n{HERONS}", canal=f"# Canal\n\n{KINGFISHERS}", roof=f"# Roof\n\n{SWIFTS}")
    shelf.age()
    progress: list[tuple[int, int]] = []
    renewal = Renewal(shelf.library, lambda place: {})
    running = cast(Generator[Outcome], renewal.run(lambda at: progress.append((at.files_done, at.files))))
    next(running), next(running)
    assert renewal.progress and renewal.progress.files_done == 1
    with pytest.raises(RenewingError, match=r"already\.$"):
        shelf.renew()
    running.close()
    assert renewal.progress is None and progress == [(0, 3), (1, 3)]
    assert list(shelf.titles().values()).count("DRAFT") == 1
    assert len(shelf.renew()) == 1 and "DRAFT" not in shelf.titles().values()


def test_what_is_removed_or_put_right_while_it_is_read_stays_so(shelf: Shelf) -> None:
    ids = shelf.add(birds=f"# Birds\n\n{HERONS}", canal=f"# Canal\n\n{KINGFISHERS}")
    shelf.age()

    def meanwhile(data: bytes, file: str, *rest: str) -> Iterator[ReadResult]:
        if file == "birds.md":
            shelf.library.remove(ids["birds"])
        else:
            shelf.library.correct(ids["canal"], {"title": "The canal's birds"})
        return read_reports(data, file, *rest)

    shelf.library.pipeline.read_file = meanwhile
    assert set(shelf.renew()) == {"canal"}
    assert shelf.titles() == {"canal": "The canal's birds"} and shelf.library.upkeep.check() == []


def test_a_report_that_is_removed_while_it_is_embedded_does_not_come_back(shelf: Shelf) -> None:
    id = shelf.add(birds=f"# Birds\n\n{HERONS}")["birds"]
    source = shelf.library.builder.build(shelf.library.report(id), "", "birds.md")
    shelf.library.remove(id)
    shelf.store.put_sources([source])
    assert shelf.store.source(id) is None and shelf.store.count() == 0


def test_each_line_of_a_file_is_read_anew_under_its_id(shelf: Shelf) -> None:
    lines = [{"id": "a", "title": "Birds", "text": HERONS}, {"id": "b", "title": "Canal", "text": KINGFISHERS}]
    path = shelf.files / "all.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    list(shelf.library.add([path]))
    shelf.read.clear()
    ids = {each.file: each.id for each in shelf.library.all_details()}
    shelf.age()
    assert set(shelf.renew()) == {"a", "b"} and len(shelf.read) == 1
    assert {each.file: (each.id, each.title) for each in shelf.library.all_details()} == {
        "a": (ids["a"], "Birds"),
        "b": (ids["b"], "Canal"),
    }


def test_how_far_it_is_shows_on_the_page_and_in_the_command(shelf: Shelf, capsys: pytest.CaptureFixture[str]) -> None:
    html = renewing_html(Progress("birds.md", 2, 13))
    assert "<progress max='13' value='2'" in html and "3 of 13" in html
    assert renewing_html(None) == ""
    ids = shelf.add(birds=f"# Birds\n\n{HERONS}", canal=f"# Canal\n\n{KINGFISHERS}")
    shelf.age()
    shelf.library.original(ids["canal"]).unlink()
    (shelf.files / "canal.md").unlink()
    assert main(["library", "--library", str(shelf.library.folder), "--repair"]) == 1
    told = capsys.readouterr().out
    assert "Not read anew: canal.md: Its file is missing. Add it again." in told and "Reports read anew: 1." in told


def test_only_what_says_something_new_is_embedded(shelf: Shelf, embedder: CountingEmbedder) -> None:
    shelf.add(birds=f"# Birds\n\n{HERONS}", marsh=EDITION.format(swans=40))
    shelf.age()
    queries = ["geese in bay seven", "Who counts the herons?"]
    found = [shelf.store.search_hybrid(query, 9) for query in queries]
    before = embedder.embedded
    assert {each.status for each in shelf.renew().values()} == {"replaced"}
    assert embedder.embedded == before
    again = [shelf.store.search_hybrid(query, 9) for query in queries]
    assert [[(each.page_content, score) for each, score in hits] for hits in again] == [
        [(each.page_content, score) for each, score in hits] for hits in found
    ]
    # The same holds of a file that was changed: the words below, of one passage of several, are new.
    shelf.add(marsh=EDITION.format(swans=41))
    assert embedder.embedded == before + 1 < before + shelf.listings()["marsh"].passages
    assert shelf.library.upkeep.check() == []
