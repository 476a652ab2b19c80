"""What a person puts right of a report holds at once and everywhere, outlives new readings, and can be taken back."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cli.main import main
from ingest import Details, Passage, ReportError
from ingest.library import CorrectionError, Library, put_right, read_references
from ingest.library.references import Reference
from page.access import Audited, written
from page.exports import answers_as_known, as_known
from rag import Answer, Citation, Hit, Place
from rag.genre import Genre
from rag.genre.classify import genre_of
from tests.papers import paragraph, pdf
from tests.test_library import HERONS, KINGFISHERS, CountingEmbedder
from vector_store import DEFAULT_MODEL, FaissStore

RIGHT = {
    "title": "Birds of the old quarry",
    "subtitle": "A count",
    "authors": ["Lucie van der Berg", "Ardle Council"],
    "publisher": "Ardle Press",
    "year": 2009,
    "address": "https://example.org/birds.pdf",
    "genre": "survey",
}


@dataclass(frozen=True)
class Shelf:
    library: Library
    store: FaissStore
    embedder: CountingEmbedder
    files: Path

    def add(self, name: str = "birds.md", text: str = f"# Draft\n\n{HERONS}") -> str:
        (self.files / name).write_text(text)
        list(self.library.add([self.files / name]))
        return next(each.id for each in self.library.all_details() if each.file == name)

    def passages(self, id: str) -> list[Passage]:
        found = self.store.similarity_search("herons", 100)
        return [passage for each in found if (passage := Passage.from_document(each)).report.id == id]


@pytest.fixture(scope="module")
def embedder() -> CountingEmbedder:
    return CountingEmbedder()


@pytest.fixture
def shelf(tmp_path: Path, embedder: CountingEmbedder) -> Iterator[Shelf]:
    store = FaissStore(tmp_path / "library", embedder, DEFAULT_MODEL)
    library = Library(tmp_path / "library", store, embedder.count_tokens, embedder.limit)
    (tmp_path / "files").mkdir()
    yield Shelf(library, store, embedder, tmp_path / "files")


def test_corrections_hold_in_the_list_and_in_every_passage_at_once(shelf: Shelf) -> None:
    id = shelf.add()
    before, version = [passage.id for passage in shelf.passages(id)], shelf.library.version
    known = shelf.library.correct(id, RIGHT)
    assert (known.full_title, known.year) == ("Birds of the old quarry: A count", 2009)
    assert known.authors == ("Lucie van der Berg", "Ardle Council") and known.accessed == date.today().isoformat()
    assert known.corrected == tuple(RIGHT) and known.guessed == ()
    assert shelf.library.details(id) == shelf.library.all_details()[0] == shelf.library.report(id).details == known
    assert [passage.report for passage in shelf.passages(id)] == [known] * len(before)
    assert [passage.id for passage in shelf.passages(id)] == before and shelf.library.version != version
    assert [each.metadata["year"] for each in shelf.store.similarity_search("herons", filter={"year": 2009})] == [2009]
    assert shelf.library.upkeep.check() == []
    assert genre_of(shelf.library.report(id)) == Genre("survey", "", by="person", certainty=1.0)


def test_only_what_is_embedded_with_passages_is_embedded_anew(shelf: Shelf) -> None:
    id = shelf.add()
    counted = shelf.embedder.embedded
    shelf.library.correct(id, {"year": 2009})
    assert shelf.embedder.embedded == counted
    shelf.library.correct(id, {"publisher": "Ardle Press"})
    assert shelf.embedder.embedded > counted
    counted = shelf.embedder.embedded
    shelf.library.correct(id, {"title": "Quarry birds"})
    assert shelf.embedder.embedded > counted
    assert all(passage.context.startswith("Ardle Press: Quarry birds") for passage in shelf.passages(id))


def test_what_was_put_right_is_kept_when_the_file_is_added_again_or_changed(shelf: Shelf) -> None:
    shelf.library.correct(shelf.add(), RIGHT)
    assert shelf.library.details(shelf.add()).title == RIGHT["title"]
    changed = shelf.library.details(shelf.add(text=f"# Draft 2\n\n{HERONS} {KINGFISHERS}"))
    assert (changed.title, changed.year, changed.corrected) == (RIGHT["title"], 2009, tuple(RIGHT))
    assert [passage.report for passage in shelf.passages(changed.id)] == [changed]
    assert shelf.library.take_back(changed.id).title == "Draft 2"


def test_another_report_at_the_same_place_has_nothing_put_right(shelf: Shelf) -> None:
    for former, later in (
        (f"# Birds\n\n{HERONS}", f"# Canal\n\n{KINGFISHERS}"),
        (f"# Birds\n\n{HERONS} So it was in 2017.", f"# Birds\n\n{HERONS} So it was in 2018."),
    ):
        shelf.library.correct(shelf.add(text=former), RIGHT)
        found = shelf.library.details(shelf.add(text=later))
        assert found.corrected == () and found.title in ("Canal", "Birds") and found.publisher == ""


def test_what_was_put_right_moves_to_the_near_copy_that_is_cited_from_now_on(shelf: Shelf) -> None:
    text = " ".join(f"Bay {bay} of the marsh held {bay + 40} pairs of geese that year." for bay in range(30))
    old = shelf.add(text=f"# Draft\n\n{text}")
    shelf.library.correct(old, RIGHT)
    (shelf.files / "birds.pdf").write_bytes(pdf([paragraph(text)]))
    list(shelf.library.add([shelf.files / "birds.pdf"]))
    [known] = shelf.library.all_details()
    assert (known.file, known.title, known.year, known.corrected) == ("birds.pdf", RIGHT["title"], 2009, tuple(RIGHT))
    assert [copy.id for copy in shelf.library.copies(known.id)] == [old]
    assert [passage.report for passage in shelf.passages(known.id)] and all(
        passage.report == known for passage in shelf.passages(known.id)
    )
    assert shelf.library.take_back(known.id).corrected == () and shelf.library.upkeep.check() == []


def test_what_was_put_right_is_kept_when_the_library_is_made_whole_or_a_report_put_back(shelf: Shelf) -> None:
    id = shelf.add()
    known = shelf.library.correct(id, RIGHT)
    shelf.store.delete([passage.id for passage in shelf.passages(id)])
    assert list(shelf.library.upkeep.mend()) and shelf.library.details(id) == known
    removed = shelf.library.remove(id)
    assert removed
    shelf.library.put_back(removed)
    assert shelf.library.details(id) == known
    assert [passage.report for passage in shelf.passages(id)] == [known]


def test_what_was_put_right_of_a_report_that_is_put_back_as_a_near_copy_is_known_of_the_one_that_is_cited(
    shelf: Shelf,
) -> None:
    text = " ".join(f"Bay {bay} of the marsh held {bay + 40} pairs of geese that year." for bay in range(30))
    old = shelf.add(text=f"# Draft\n\n{text}")
    shelf.library.correct(old, RIGHT)
    assert shelf.library.to_bin(old)
    (shelf.files / "birds.pdf").write_bytes(pdf([paragraph(text)]))
    list(shelf.library.add([shelf.files / "birds.pdf"]))
    shelf.library.correct(shelf.library.all_details()[0].id, {"title": "Geese"})
    shelf.library.from_bin(old)
    [known] = shelf.library.all_details()
    assert (known.file, known.title, known.year, known.corrected) == ("birds.pdf", "Geese", 2009, tuple(RIGHT))
    assert [copy.id for copy in shelf.library.copies(known.id)] == [old] and shelf.library.upkeep.check() == []


def test_corrections_can_be_taken_back_one_by_one_or_all(shelf: Shelf) -> None:
    id = shelf.add()
    read = shelf.library.details(id)
    shelf.library.correct(id, {"title": "Quarry birds", "year": 2009, "address": "https://example.org"})
    shelf.library.correct(id, {"publisher": "Ardle Press"})
    known = shelf.library.take_back(id, ["address", "title"])
    assert (known.title, known.address, known.accessed, known.year) == (read.title, "", "", 2009)
    assert known.corrected == ("publisher", "year")
    assert shelf.library.take_back(id) == read and shelf.library.upkeep.check() == []


def test_a_guess_that_a_person_confirms_is_none_any_more(shelf: Shelf) -> None:
    id = shelf.add("old_notes.txt", HERONS)
    read = shelf.library.details(id)
    assert "title" in read.guessed
    known = shelf.library.correct(id, {"title": read.title})
    assert "title" not in known.guessed and known.corrected == ("title",)
    assert shelf.library.take_back(id).guessed == read.guessed


def test_a_year_can_be_none(shelf: Shelf) -> None:
    id = shelf.add(text=f"# Draft 2011\n\n{HERONS}")
    assert shelf.library.details(id).year == 2011
    known = shelf.library.correct(id, {"year": None})
    assert known.year is None and known.corrected == ("year",)


@pytest.mark.parametrize(
    "values",
    [
        {"title": " "}, {"year": 99}, {"year": 3000}, {"address": "file:///home/ann/x.pdf"}, {"address": "x"},
        {"address": "javascript:alert(1)"}, {"title": "long " * 999}, {"id": "x"}, {"file": "x"},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_a_sentence(shelf: Shelf, values: dict[str, object]) -> None:
    id = shelf.add()
    read = shelf.library.details(id)
    with pytest.raises(CorrectionError, match=r"\.$"):
        shelf.library.correct(id, values)
    assert shelf.library.details(id) == read
    with pytest.raises(KeyError):
        shelf.library.correct("nothing", {"year": 2009})


def test_every_correction_is_written_down_with_what_was_there_before(shelf: Shelf) -> None:
    id = shelf.add()
    library = Audited(shelf.library, "Ann")
    library.correct(id, {"year": 2009})
    library.take_back(id)
    first, second = map(json.loads, written(shelf.library.folder).splitlines())
    assert (first["who"], first["what"], first["file"]) == ("Ann", "corrected", "birds.md")
    assert first["changes"] == {"year": [None, 2009]} and second["changes"] == {"year": [2009, None]}


RIS = b"""TY  - RPRT\r
TI  - Birds of the old quarry: A count\r
AU  - van der Berg, Lucie\r
AU  - Ardle Council,\r
PB  - Ardle Press\r
PY  - 2009\r
UR  - https://example.org/birds.pdf\r
L1  - internal-pdf://birds.md\r
ER  - \r
"""
BIBTEX = rb"""@techreport{berg2009,
  author = {van der Berg, Lucie and {Ardle Council}}, title = {{Birds of the old quarry}},
  subtitle = {A count},
  institution = {Ardle Press},
  year = 2009, url = {https://example.org/birds.pdf}, file = {:files/birds.md:text/markdown}
}
"""
CSL = json.dumps([{
    "type": "report", "title": "Birds of the old quarry: A count", "publisher": "Ardle Press",
    "author": [{"family": "Berg", "non-dropping-particle": "van der", "given": "Lucie"}, {"literal": "Ardle Council"}],
    "issued": {"date-parts": [[2009, 3]]}, "URL": "https://example.org/birds.pdf",
}]).encode()  # fmt: skip


@pytest.mark.parametrize(("name", "data"), [("a.ris", RIS), ("a.bib", BIBTEX), ("a.json", CSL)])
def test_a_file_of_references_puts_right_the_reports_that_it_names(shelf: Shelf, name: str, data: bytes) -> None:
    id = shelf.add(text=f"# Birds of the Old Quarry\n\n{HERONS}")
    other = shelf.add("other.md", f"# Others\n\n{KINGFISHERS}")
    references = read_references(data, name)
    [outcome] = put_right(references, shelf.library.all_details(), shelf.library.correct)
    assert (outcome.status, outcome.file) == ("corrected", "Birds of the old quarry: A count")
    assert outcome.reason == "birds.md: title, authors, publisher, year, address"
    known = shelf.library.details(id)
    assert known.authors == ("Lucie van der Berg", "Ardle Council") and known.year == 2009
    assert known.full_title == "Birds of the old quarry: A count" and known.address == "https://example.org/birds.pdf"
    assert shelf.library.details(other).corrected == ()
    [again] = put_right(references, shelf.library.all_details(), shelf.library.correct)
    assert again.status == "unchanged"


def test_a_reference_finds_its_report_by_file_or_address_where_the_title_was_read_wrongly(shelf: Shelf) -> None:
    id = shelf.add()
    [outcome] = put_right(read_references(RIS, "a.ris"), shelf.library.all_details(), shelf.library.correct)
    assert outcome.status == "corrected" and shelf.library.details(id).title.startswith("Birds of")
    shelf.library.take_back(id)
    shelf.library.correct(id, {"address": "http://www.example.org/birds.pdf/"})
    [outcome] = put_right(read_references(CSL, "a.json"), shelf.library.all_details(), shelf.library.correct)
    assert outcome.status == "corrected" and shelf.library.details(id).title.startswith("Birds of")


@pytest.mark.parametrize(
    ("title", "subtitle", "told", "changed"),
    [
        ("Quarry birds", "A count", "Quarry birds", {}),
        ("Quarry Birds", "A count", "Quarry birds", {"title": "Quarry birds"}),
        ("Quarry birds: A count", "", "Quarry Birds", {}),
        ("Quarry birds", "A count", "Quarry birds: The count", {"title": "Quarry birds: The count", "subtitle": ""}),
        ("Draft 2", "As read", "Quarry birds", {"title": "Quarry birds", "subtitle": ""}),
    ],
)
def test_a_reference_without_a_subtitle_leaves_that_of_the_report(
    title: str, subtitle: str, told: str, changed: dict[str, str]
) -> None:
    given: dict[str, Mapping[str, Any]] = {}
    reference = Reference(told, {"title": told, "year": 2009}, ("birds.md",))
    report = Details("1", title, "in/birds.md", year=2009, subtitle=subtitle)
    list(put_right([reference], [report], given.__setitem__))
    assert given == ({"1": changed} if changed else {})


@pytest.mark.parametrize(
    "field",
    [
        r"Full Text PDF:C\:\\Users\\me\\Zotero\\Quarry birds_1.pdf:application/pdf;A\; b:C\:\\a.html:text/html",
        r":C$\backslash$:/Users/me/Quarry birds\_1.pdf:pdf",
        r"C:\Users\me\Quarry birds_1.pdf",
    ],
)
def test_bibtex_names_files_as_windows_does_and_others_are_nobody(field: str) -> None:
    data = f"@report{{a, title={{Birds}}, author={{Berg, Lucie and others}}, file={{{field}}}}}".encode()
    [reference] = read_references(data, "a.bib")
    assert reference.values["authors"] == ("Lucie Berg",) and "Quarry birds_1.pdf" in reference.files


def test_a_reference_that_names_none_or_several_changes_nothing(shelf: Shelf) -> None:
    [outcome] = put_right(read_references(CSL, "a.json"), shelf.library.all_details(), shelf.library.correct)
    assert (outcome.status, outcome.reason) == ("failed", "No report here has this title, file or address.")
    for name, text in (("1.md", HERONS), ("2.md", KINGFISHERS)):
        shelf.add(name, f"# Birds of the old quarry\n\n{text}")
    [outcome] = put_right(read_references(CSL, "a.json"), shelf.library.all_details(), shelf.library.correct)
    assert (outcome.status, outcome.reason) == ("failed", "2 reports here could be meant.")
    assert all(each.corrected == () for each in shelf.library.all_details())


@pytest.mark.parametrize("name", ["a.ris", "a.bib", "a.json", "a.txt"])
@pytest.mark.parametrize("data", [b"", b"\x00\xff\xfe", b"[1, 2", b"[1]", b"TI  - x\r\nER  - \r\n", b"@report{", b"{}"])
def test_what_is_no_file_of_references_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(ReportError):
        read_references(data, name)


def test_the_command_puts_right_takes_back_and_reads_references(
    shelf: Shelf, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    id = shelf.add()
    here = ["library", "--library", str(shelf.library.folder)]
    right = [
        "--title",
        "Quarry birds",
        "--author",
        "Ann Ode",
        "--author",
        "Bo Day",
        "--year",
        "2009",
        "--kind",
        "survey",
    ]
    assert main([*here, "--edit", "birds.md", *right]) == 0
    told = capsys.readouterr().out
    assert "title: Quarry birds (corrected)" in told and "authors: Ann Ode; Bo Day (corrected)" in told
    assert main([*here, "--edit", id, "--year", "none", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["year"] is None and told["corrected"] == ["title", "authors", "year", "genre"]
    assert main(here) == 0
    assert "Corrected: title, authors, year, genre." in capsys.readouterr().out
    assert main([*here, "--edit", id, "--as-read"]) == 0
    assert "title: Draft\n" in capsys.readouterr().out
    (tmp_path / "mine.ris").write_bytes(RIS)
    assert main([*here, "--references", str(tmp_path / "mine.ris")]) == 0
    assert capsys.readouterr().out.startswith("corrected: Birds of the old quarry: A count: birds.md: title")
    assert main([*here, "--audit"]) == 0
    assert capsys.readouterr().out.count('"what": "corrected"') == 3
    for wrong in (
        ["--edit", "nothing"],
        ["--edit", id],
        ["--edit", id, "--title", ""],
        ["--references", os.devnull],
        ["--title", "Birds"],
        ["--year", "none"],
        ["--kind", ""],
        ["--check", "--as-read"],
    ):
        assert main([*here, *wrong]) == 1
        assert capsys.readouterr().err.count("\n") == 1


def test_what_was_kept_before_is_exported_as_it_is_known_now(shelf: Shelf) -> None:
    [passage] = shelf.passages(shelf.add())
    kept = Citation(1, passage, "Herons nest in the old quarry.", 0.9)
    gone = replace(kept, passage=replace(passage, report=replace(passage.report, id="gone")))
    known = shelf.library.correct(passage.report.id, RIGHT)
    now, still = as_known(shelf.library, [kept, gone])
    assert now == replace(kept, passage=replace(passage, report=known)) and still == gone
    place = Place(passage.report, 3)
    answer = Answer("Where?", True, "There.", (replace(kept, also=(place,)),), nearest=(Hit(passage, 0.5),))
    [shown] = answers_as_known(shelf.library, [answer])
    assert shown.citations == (replace(now, also=(replace(place, report=known),)),)
    assert [each.passage.report for each in shown.nearest] == [known]
