"""The library: what goes in can be read back, what is replaced is gone, and no bad file costs a good one."""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ingest import Outcome, Progress, ReportError
from ingest.library import Library
from ingest.readers import inner_files as inner
from ingest.readers import registry as read
from ingest.readers.pdf import ocr
from ingest.readers.pdf.pdf import SCANNED
from ingest.report import Block, Content, RawPage
from tests.papers import paragraph, pdf
from tests.test_pdf import scanned
from vector_store import FaissStore, SentenceEmbedder
from vector_store.embedding import Tokens
from vector_store.types import Vectors

HERONS = "Herons nest in the old quarry. The volunteers count them each spring, and the council pays for the boat."
KINGFISHERS = "Kingfishers came back to the canal. The boaters keep a diary of every one that they see."
SWIFTS = "Swifts nest under the roof of the library. Its readers asked the builders to leave the holes open."
LOCKED_PDF = pdf([paragraph(HERONS)], password="secret")


class CountingEmbedder(SentenceEmbedder):
    """The real model, counting the texts that it is given to store."""

    embedded = 0

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.embedded += len(texts)
        return super().embed_documents(texts)

    def embed_documents_with_tokens(self, texts: list[str]) -> tuple[Vectors, list[Tokens]]:
        self.embedded += len(texts)
        return super().embed_documents_with_tokens(texts)


@pytest.fixture(scope="module")
def embedder() -> CountingEmbedder:
    return CountingEmbedder()


@dataclass(frozen=True)
class Shelf:
    """A library of its own for one test, and a folder to put a person's files into."""

    library: Library
    store: FaissStore
    embedder: CountingEmbedder
    kept: Path
    files: Path

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.files / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def add(self, *targets: str | Path, uploads: bool = False) -> dict[str, Outcome]:
        outcomes = list(self.library.add(targets or [self.files], uploads=uploads))
        assert len({outcome.file for outcome in outcomes}) == len(outcomes)
        return {outcome.file: outcome for outcome in outcomes}

    def statuses(self, *targets: str | Path, uploads: bool = False) -> dict[str, str]:
        return {file: outcome.status for file, outcome in self.add(*targets, uploads=uploads).items()}

    def ids(self) -> dict[str, str]:
        return {listing.details.file: listing.details.id for listing in self.library.reports()}

    def originals(self) -> list[bytes]:
        return sorted(path.read_bytes() for path in self.kept.iterdir())

    def texts(self) -> list[str]:
        """Every stored passage, found by its vector."""
        return sorted(document.page_content for document in self.store.similarity_search("birds", k=1000))

    def holds(self, word: str) -> bool:
        """Whether `word` can be found, by words and in the passages; the two must agree."""
        by_words = self.store.frequencies(word)[word] > 0
        assert by_words == any(word in text.lower() for text in self.texts())
        return by_words


@pytest.fixture
def shelf(tmp_path: Path, embedder: CountingEmbedder) -> Shelf:
    folder = tmp_path / "library"
    store = FaissStore(folder, embedder, embedder.model)
    store.search_hybrid("anything")  # a new store first learns how its model's word vectors differ; not counted below
    embedder.embedded = 0
    library = Library(folder, store, embedder.count_tokens, embedder.limit, private=True)
    (tmp_path / "reports").mkdir()
    return Shelf(library, store, embedder, folder / "files", tmp_path / "reports")


def lines(**texts: str) -> str:
    """A `.jsonl` file of reports, by id."""
    return "".join(json.dumps({"id": id, "title": f"About {id}", "text": text}) + "\n" for id, text in texts.items())


# Files and folders.


def test_each_file_of_a_folder_is_named_by_its_path_below_it_and_none_is_missing(shelf: Shelf) -> None:
    shelf.write("herons.txt", HERONS)
    shelf.write("2015/canal/kingfishers.md", f"# Kingfishers\n\n{KINGFISHERS}")
    shelf.write("2015/swifts.pdf", pdf([paragraph(SWIFTS), paragraph(HERONS)]))
    shelf.write("2015/picture.png", b"\x89PNG\r\n")
    for hidden in (".notes.txt", ".git/herons.txt", "2015/~$swifts.docx"):
        shelf.write(hidden, HERONS)
    outcomes = shelf.add()
    assert {file: (outcome.status, outcome.pages) for file, outcome in outcomes.items()} == {
        "herons.txt": ("added", 0),
        "2015/canal/kingfishers.md": ("added", 0),
        "2015/swifts.pdf": ("added", 2),
        "2015/picture.png": ("failed", 0),
    }
    assert sum(outcome.passages for outcome in outcomes.values()) == shelf.store.count() == len(shelf.texts())
    assert {listing.details.file: listing.passages for listing in shelf.library.reports()} == {
        file: outcome.passages for file, outcome in outcomes.items() if outcome.passages
    }


def test_a_file_that_is_pointed_at_is_named_by_its_name_and_an_empty_folder_gives_nothing(shelf: Shelf) -> None:
    assert shelf.add() == {}
    assert shelf.statuses(str(shelf.write("birds/herons.txt", HERONS))) == {"herons.txt": "added"}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems allow only Unicode in names")
def test_a_name_in_an_unknown_encoding_is_stored_and_told(shelf: Shelf) -> None:
    shelf.write(os.fsdecode(b"caf\xe9.txt"), HERONS)
    assert shelf.statuses() == {"caf\\xe9.txt": "added"}
    assert shelf.statuses() == {"caf\\xe9.txt": "unchanged"}
    assert list(shelf.ids()) == ["caf\\xe9.txt"]


# The same again, and changes.


def test_the_same_again_is_unchanged_and_embeds_nothing(shelf: Shelf) -> None:
    shelf.write("herons.txt", HERONS)
    shelf.write("birds.jsonl", lines(k=KINGFISHERS, s=SWIFTS))
    first = shelf.add()
    before = shelf.embedder.embedded
    again = shelf.add()
    assert shelf.embedder.embedded == before > 0
    assert {file: outcome.status for file, outcome in again.items()} == dict.fromkeys(
        ["herons.txt", "k", "s"], "unchanged"
    )
    assert {file: outcome.passages for file, outcome in again.items()} == {
        file: outcome.passages for file, outcome in first.items()
    }


def test_copies_that_come_together_are_embedded_once(shelf: Shelf) -> None:
    shelf.write("a.md", HERONS)
    shelf.write("b/a.md", HERONS)
    before = shelf.embedder.embedded
    assert set(shelf.statuses().values()) == {"added"}
    assert shelf.embedder.embedded == before + len(shelf.texts()) == before + 1


def test_a_changed_file_replaces_its_old_self_and_nothing_of_that_is_left(shelf: Shelf) -> None:
    shelf.write("birds.txt", HERONS)
    shelf.add()
    old = shelf.ids()["birds.txt"]
    shelf.write("birds.txt", KINGFISHERS)
    assert shelf.statuses() == {"birds.txt": "replaced"}
    assert shelf.texts() == [KINGFISHERS]
    assert shelf.holds("kingfishers") and not shelf.holds("herons")
    assert shelf.originals() == [KINGFISHERS.encode()]
    with pytest.raises(KeyError):
        shelf.library.report(old)


def test_a_file_that_becomes_a_copy_of_another_leaves_nothing_of_its_old_self(shelf: Shelf) -> None:
    shelf.write("a.txt", HERONS)
    shelf.write("b.txt", KINGFISHERS)
    shelf.add()
    shelf.write("a.txt", KINGFISHERS)
    assert shelf.statuses() == {"a.txt": "replaced", "b.txt": "unchanged"}
    assert shelf.texts() == [KINGFISHERS]
    assert shelf.originals() == [KINGFISHERS.encode()]


def test_two_files_that_change_places_are_both_kept(shelf: Shelf) -> None:
    shelf.write("a.txt", HERONS)
    shelf.write("b.txt", KINGFISHERS)
    shelf.add()
    shelf.write("a.txt", KINGFISHERS)
    shelf.write("b.txt", HERONS)
    assert shelf.statuses() == {"a.txt": "replaced", "b.txt": "replaced"}
    assert shelf.texts() == sorted([HERONS, KINGFISHERS])
    assert shelf.originals() == sorted([HERONS.encode(), KINGFISHERS.encode()])


@pytest.mark.parametrize("together", [True, False])
def test_two_copies_are_one_report_which_stays_while_one_of_them_does(shelf: Shelf, together: bool) -> None:
    shelf.write("a.txt", HERONS)
    if not together:
        shelf.add()
    shelf.write("b.txt", HERONS)
    assert shelf.statuses()["b.txt"] == "added"
    assert len(shelf.library.reports()) == 1 and shelf.texts() == [HERONS]
    shelf.write("a.txt", KINGFISHERS)
    assert shelf.statuses() == {"a.txt": "replaced", "b.txt": "unchanged"}
    assert shelf.texts() == sorted([HERONS, KINGFISHERS])
    assert shelf.originals() == sorted([HERONS.encode(), KINGFISHERS.encode()])
    shelf.write("b.txt", SWIFTS)
    assert shelf.statuses() == {"a.txt": "unchanged", "b.txt": "replaced"}
    assert not shelf.holds("herons")


@pytest.mark.parametrize("broken", [b"", b"<html><body>503 Service unavailable</body></html>", LOCKED_PDF])
def test_a_replacement_that_cannot_be_read_keeps_the_old_report(shelf: Shelf, broken: bytes) -> None:
    whole = pdf([paragraph(HERONS)])
    shelf.write("birds.pdf", whole)
    shelf.add()
    shelf.write("birds.pdf", broken)
    assert shelf.statuses() == {"birds.pdf": "failed"}
    assert shelf.holds("herons")
    assert shelf.originals() == [whole]


def test_a_model_that_fails_on_the_way_costs_no_stored_report(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.write("birds.txt", HERONS)
    shelf.add()

    def fail(texts: list[str]) -> tuple[Vectors, list[Tokens]]:
        raise MemoryError

    shelf.write("birds.txt", KINGFISHERS)
    with monkeypatch.context() as patch:
        patch.setattr(shelf.embedder, "embed_documents_with_tokens", fail)
        with pytest.raises(MemoryError):
            shelf.add()
    assert shelf.texts() == [HERONS] and HERONS.encode() in shelf.originals()
    assert shelf.statuses() == {"birds.txt": "replaced"}
    assert shelf.texts() == [KINGFISHERS]


def test_bad_files_fail_with_a_sentence_each_and_cost_no_other(shelf: Shelf) -> None:
    shelf.write("a good one.txt", HERONS)
    bad = {
        "locked.pdf": (LOCKED_PDF, "password"),
        "error page.pdf": (b"<!DOCTYPE html><html><body>Not found</body></html>", "something else"),
        "damaged.pdf": (b"%PDF-1.4\nnothing more", "damaged"),
        "empty.txt": (b"", "empty"),
        "no words.txt": (b" \n ", "empty"),
        "leaflet.pages": (b"PK", "export it as PDF"),
        "no ending": (b"Herons", "without an ending"),
        "broken.docx": (b"PK\x03\x04 cut short", "damaged"),
        "letters.jsonl": (b"[1, 2", "not JSON"),
    }
    for name, (content, _) in bad.items():
        shelf.write(name, content)
    shelf.write("z good one.md", KINGFISHERS)
    outcomes = shelf.add(shelf.files, shelf.files / "missing.pdf")
    reasons = {file.split(", line")[0]: outcome.reason for file, outcome in outcomes.items() if outcome.reason}
    assert reasons.keys() == {*bad, "missing.pdf"}
    for name, (_, word) in bad.items():
        assert word in reasons[name] and reasons[name].endswith("."), name
    assert "no such file" in reasons["missing.pdf"]
    assert shelf.texts() == [HERONS, KINGFISHERS]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="This system has no named pipes.")
def test_a_pipe_is_not_waited_for(shelf: Shelf) -> None:
    os.mkfifo(shelf.files / "pipe.txt")
    shelf.write("herons.txt", HERONS)
    outcomes = shelf.add()
    assert "a pipe" in outcomes["pipe.txt"].reason and outcomes["herons.txt"].status == "added"


# Files of many reports.


def test_each_line_is_a_report_named_by_its_id(shelf: Shelf) -> None:
    content = lines(h=HERONS, k=KINGFISHERS)
    shelf.write("birds.jsonl", content)
    assert shelf.statuses() == {"h": "added", "k": "added"}
    for id, text in (("h", HERONS), ("k", KINGFISHERS)):
        report = shelf.library.report(shelf.ids()[id])
        assert (report.details.title, report.text, report.pages) == (f"About {id}", text, ())
        assert shelf.library.original(report.details.id).read_text() == content


def test_a_changed_line_is_replaced_and_a_vanished_one_removed(shelf: Shelf) -> None:
    shelf.write("birds.jsonl", lines(h=HERONS, k=KINGFISHERS, same="Geese pass by twice a year."))
    shelf.add()
    shelf.write("birds.jsonl", lines(h=SWIFTS, same="Geese pass by twice a year."))
    assert shelf.statuses() == {"h": "replaced", "same": "unchanged"}
    assert shelf.ids().keys() == {"h", "same"}
    assert shelf.holds("swifts") and shelf.holds("geese")
    assert not shelf.holds("herons") and not shelf.holds("kingfishers")


def test_the_kept_file_goes_with_the_last_of_its_lines(shelf: Shelf) -> None:
    shelf.write("birds.jsonl", lines(h=HERONS, k=KINGFISHERS))
    shelf.add()
    shelf.write("birds.jsonl", lines(s=SWIFTS))
    assert shelf.statuses() == {"s": "added"}
    assert shelf.texts() == [SWIFTS]
    assert shelf.originals() == [lines(s=SWIFTS).encode()]


def test_a_bad_line_fails_alone_and_removes_nothing(shelf: Shelf) -> None:
    shelf.write("birds.jsonl", lines(h=HERONS, k=KINGFISHERS))
    shelf.add()
    shelf.write("birds.jsonl", lines(h=SWIFTS) + '{"id": "k", "text": \n')
    assert shelf.statuses() == {"h": "replaced", "birds.jsonl, line 2": "failed"}
    assert shelf.holds("swifts") and shelf.holds("kingfishers") and not shelf.holds("herons")


# Uploads.


def test_an_upload_takes_the_place_of_its_old_self_wherever_it_lies(shelf: Shelf) -> None:
    first = shelf.write("tmp1/birds.txt", HERONS)
    assert shelf.statuses(first, uploads=True) == {"birds.txt": "added"}
    mended = HERONS.replace("each spring", "each early spring")
    told = shelf.add(shelf.write("tmp2/birds.txt", mended), uploads=True)["birds.txt"]
    assert told.status == "replaced"
    assert told.reason == "It is a later state of the file of this name, and took its place."
    assert shelf.texts() == [mended]
    assert shelf.statuses(shelf.write("tmp3/swifts.txt", SWIFTS), uploads=True) == {"swifts.txt": "added"}
    assert shelf.texts() == sorted([mended, SWIFTS])


@pytest.mark.parametrize("together", [True, False])
def test_uploads_of_one_name_and_other_content_are_reports_of_their_own(shelf: Shelf, together: bool) -> None:
    texts = (HERONS, KINGFISHERS, SWIFTS)
    files = [shelf.write(f"tmp{number}/birds.txt", text) for number, text in enumerate(texts)]
    told = shelf.add(*files, uploads=True) if together else {}
    for file in [] if together else files:
        told |= shelf.add(file, uploads=True)
    assert {file: each.status for file, each in told.items()} == dict.fromkeys(NAMED, "added")
    assert told["birds (2).txt"].reason == (
        "Another report has a file of this name, so both are kept, and this one is called “birds (2).txt”."
    )
    assert shelf.texts() == sorted(texts)
    titles = {each.details.file: each.details.title for each in shelf.library.reports()}
    assert titles == {"birds.txt": "birds", "birds (2).txt": "birds (2)", "birds (3).txt": "birds (3)"}
    # Each is known again, and a later state of one of them takes the place of that one.
    assert shelf.statuses(files[1], uploads=True) == {"birds.txt": "unchanged"}
    mended = KINGFISHERS.replace("canal", "old canal")
    assert shelf.statuses(shelf.write("again/birds.txt", mended), uploads=True) == {"birds (2).txt": "replaced"}
    assert shelf.texts() == sorted([HERONS, mended, SWIFTS])


NAMED = ("birds.txt", "birds (2).txt", "birds (3).txt")


def test_an_upload_of_what_is_stored_already_takes_nothing_else_away(shelf: Shelf) -> None:
    shelf.add(shelf.write("a/birds.txt", HERONS), shelf.write("a/swifts.txt", SWIFTS), uploads=True)
    told = shelf.add(shelf.write("b/birds.txt", SWIFTS), uploads=True)["birds.txt"]
    assert (told.status, told.reason) == (
        "added",
        "It is the same file as “swifts”, and stands with it in the list.",
    )
    assert shelf.texts() == sorted([HERONS, SWIFTS])


def test_two_drafts_that_are_uploaded_together_are_both_kept(shelf: Shelf) -> None:
    mended = HERONS.replace("each spring", "each early spring")
    drafts = shelf.write("a/birds.txt", HERONS), shelf.write("b/birds.txt", mended)
    assert shelf.statuses(*drafts, uploads=True) == {"birds.txt": "added", "birds (2).txt": "added"}
    assert shelf.texts() == sorted([HERONS, mended])


def test_lines_of_an_uploaded_file_stay_when_another_has_its_name(shelf: Shelf) -> None:
    shelf.add(shelf.write("a/birds.jsonl", lines(h=HERONS, k=KINGFISHERS)), uploads=True)
    assert shelf.statuses(shelf.write("b/birds.jsonl", lines(s=SWIFTS)), uploads=True) == {"s": "added"}
    assert shelf.texts() == sorted([HERONS, KINGFISHERS, SWIFTS])
    shorter = shelf.write("c/birds.jsonl", lines(h=HERONS, k=KINGFISHERS.replace("canal", "old canal")))
    assert shelf.statuses(shorter, uploads=True) == {"h": "unchanged", "k": "replaced"}
    assert len(shelf.texts()) == 3


def test_files_of_one_name_in_two_folders_are_two_reports(shelf: Shelf) -> None:
    one, other = shelf.write("one/birds.txt", HERONS), shelf.write("other/birds.txt", KINGFISHERS)
    assert shelf.statuses(one) == shelf.statuses(other) == {"birds.txt": "added"}
    assert shelf.texts() == [HERONS, KINGFISHERS]


# Reading back, and removing.


def test_a_report_comes_back_whole_also_after_a_restart(shelf: Shelf) -> None:
    data = pdf([[(72, 760, 20, "Birds of Ardle"), *paragraph(HERONS)], paragraph(KINGFISHERS)], roman=1)
    shelf.write("birds.pdf", data)
    shelf.add()
    folder = shelf.kept.parent
    store = FaissStore(folder, shelf.embedder, shelf.embedder.model)
    again = Library(folder, store, shelf.embedder.count_tokens, shelf.embedder.limit)
    [listing] = again.reports()
    report = again.report(listing.details.id)
    assert report == shelf.library.report(listing.details.id)
    assert listing.details == report.details and report.details.title == "Birds of Ardle"
    assert [(page.number, page.label) for page in report.pages] == [(1, "i"), (2, "1")]
    assert [HERONS in report.text[page.start : page.end] for page in report.pages] == [True, False]
    assert report.text[report.pages[1].start : report.pages[1].end] == KINGFISHERS
    assert report.heading_at(report.text.index("Herons")) == "Birds of Ardle"
    assert again.original(listing.details.id).read_bytes() == data


def test_a_removed_report_is_gone_and_can_be_added_again(shelf: Shelf) -> None:
    shelf.write("a.txt", HERONS)
    shelf.write("b.txt", KINGFISHERS)
    shelf.add()
    id = shelf.ids()["a.txt"]
    assert shelf.library.remove(id)
    assert not shelf.library.remove(id)
    assert shelf.texts() == [KINGFISHERS] and not shelf.holds("herons")
    assert shelf.originals() == [KINGFISHERS.encode()]
    assert shelf.statuses() == {"a.txt": "added", "b.txt": "unchanged"}
    assert shelf.library.original(id).read_text() == HERONS


def test_a_removed_report_can_be_put_back_at_all_its_places(shelf: Shelf) -> None:
    shelf.write("a.txt", HERONS)
    shelf.write("again.txt", HERONS)
    shelf.add()
    before = shelf.library.reports()
    [id] = [each.details.id for each in before]
    removed = shelf.library.remove(id)
    assert removed and shelf.texts() == []
    shelf.library.put_back(removed)
    assert shelf.library.reports() == before and shelf.holds("herons")
    assert shelf.library.original(id).read_text() == HERONS
    assert set(shelf.statuses().values()) == {"unchanged"}


@pytest.mark.parametrize("uploads", [True, False])
def test_what_is_put_back_costs_no_report_that_has_come_to_its_place(shelf: Shelf, uploads: bool) -> None:
    path = shelf.write("a.txt", HERONS)
    shelf.add(path, uploads=uploads)
    [id] = shelf.ids().values()
    assert shelf.library.to_bin(id)
    shelf.write("a.txt", KINGFISHERS)
    shelf.add(path, uploads=uploads)
    back = shelf.library.from_bin(id)
    assert back and back.file == ("a (2).txt" if uploads else "a.txt")
    assert sorted(shelf.texts()) == [HERONS, KINGFISHERS] and shelf.holds("herons")
    assert shelf.library.original(id).read_text() == HERONS and shelf.library.upkeep.check() == []


def test_what_was_put_right_since_holds_when_the_same_report_is_put_back(shelf: Shelf) -> None:
    path = shelf.write("a.txt", HERONS)
    shelf.add(path)
    [id] = shelf.ids().values()
    shelf.library.correct(id, {"title": "Birds", "year": 2009})
    assert shelf.library.to_bin(id) and shelf.statuses(path) == {"a.txt": "added"}
    shelf.library.correct(id, {"title": "Birds of the quarry"})
    back = shelf.library.from_bin(id)
    assert back and (back.title, back.year, back.corrected) == ("Birds of the quarry", 2009, ("title", "year"))


def test_a_report_is_about_what_its_title_or_a_tenth_of_its_passages_speak_of(shelf: Shelf) -> None:
    filler = "The river runs past the mill and under the old stone bridge, and the heath lies beyond it. " * 12
    shelf.write("herons.txt", HERONS)
    shelf.write("Herons of the north.md", "# Herons of the north\n\n" + filler)
    shelf.write("aside.md", "# Rivers\n\n" + f"{filler}\n\n" * 20 + HERONS)
    shelf.add()
    ids = shelf.ids()
    assert shelf.library.about("heron") == {ids["herons.txt"], ids["Herons of the north.md"]}
    assert shelf.library.about("penguins") == set()


def test_an_unknown_id_is_a_key_error(shelf: Shelf) -> None:
    shelf.write("a.txt", HERONS)
    shelf.add()
    for unknown in ("", "0" * 16, "../library.db"):
        with pytest.raises(KeyError):
            shelf.library.report(unknown)
        with pytest.raises(KeyError):
            shelf.library.original(unknown)
        assert not shelf.library.remove(unknown)


def test_pages_that_are_pictures_are_counted_and_named(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "available", lambda: False)
    shelf.write("scan.pdf", scanned(pages=3))
    outcome = shelf.add()["scan.pdf"]
    assert (outcome.status, outcome.pages, outcome.unreadable) == ("added", 2, 1)
    assert outcome.reason == f"Page 3 could not be read: {SCANNED}."
    [listing] = shelf.library.reports()
    assert (listing.pages, listing.unreadable, listing.reason) == (2, 1, outcome.reason)
    assert shelf.add()["scan.pdf"].reason == outcome.reason
    assert [page.problem for page in shelf.library.report(listing.details.id).pages] == ["", "", SCANNED]


# What is promised while it runs, and of what is stored.


def test_progress_rises_and_ends_at_the_totals(shelf: Shelf) -> None:
    for number in range(4):
        shelf.write(f"{number}.txt", f"{HERONS} {number}\n\n" * 3)
    shelf.write("bad.pdf", b"")
    told: list[Progress] = []
    outcomes = list(shelf.library.add([shelf.files], told.append))
    assert {progress.files for progress in told} == {5}
    done = [progress.files_done for progress in told]
    assert done == sorted(done) and (done[0], done[-1]) == (0, 5)
    embedding = [progress for progress in told if progress.passages]
    assert {progress.passages for progress in embedding} == {sum(outcome.passages for outcome in outcomes)}
    passages = [progress.passages_done for progress in embedding]
    assert passages == sorted(passages) and passages[0] == 0 and passages[-1] == embedding[-1].passages


def test_the_model_reads_every_stored_passage_whole(shelf: Shelf, golden_folder: Path) -> None:
    shelf.write(
        "long words.txt", " ".join(f"{word * 40} {word}." for word in ("antidisestablishment", "co-production"))
    )
    shelf.write("one sentence.txt", "and the people said that it was so " * 80)
    shelf.write(f"{'A title that goes on and on ' * 8}.txt", f"{HERONS} " * 12)
    shelf.write("table.md", "| a | b |\n|---|---|\n" + "| 3.14159 | ½ — £2,718,281 |\n" * 40)
    assert set(shelf.statuses(shelf.files, golden_folder).values()) == {"added"}
    documents = shelf.store.similarity_search("people", k=1000)
    assert len(documents) == shelf.store.count() > 12
    embedded = [f"{document.metadata['context']}\n{document.page_content}" for document in documents]
    assert max(shelf.embedder.count_tokens(embedded)) <= shelf.embedder.limit
    for document in documents:
        report = shelf.library.report(document.metadata["report"])
        assert report.text[document.metadata["start"] : document.metadata["end"]] == document.page_content


# Addresses.

PAPER = pdf([paragraph(HERONS)])
SITE: dict[str, tuple[int, str, bytes]] = {
    "/birds.pdf": (200, "application/pdf", PAPER),
    "/download?id=7": (200, "application/octet-stream", PAPER),
    "/news": (
        200,
        "text/html; charset=utf-8",
        f"<html><body><article><p>{KINGFISHERS}</p></article></body></html>".encode(),
    ),
    "/moved": (302, "/birds.pdf", b""),
    "/notes.md": (200, "text/plain", f"# Swifts\n\n{SWIFTS}".encode()),
    "/picture": (200, "image/png", b"\x89PNG\r\n"),
}


class Site(BaseHTTPRequestHandler):
    """A web site of a few files; a 302 leads to where its second part says."""

    def do_GET(self) -> None:
        status, kind, body = SITE.get(self.path, (404, "text/html", b"<p>There is nothing here.</p>"))
        self.send_response(status)
        self.send_header("Location" if status == 302 else "Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("path", "kind", "text"),
    [
        ("/birds.pdf", "pdf", HERONS),
        ("/download?id=7", "pdf", HERONS),
        ("/moved", "pdf", HERONS),
        ("/news", "html", KINGFISHERS),
        ("/notes.md", "md", SWIFTS),
    ],
)
def test_what_is_at_an_address_is_read_by_what_it_is(shelf: Shelf, site: str, path: str, kind: str, text: str) -> None:
    address = site + path
    assert shelf.statuses(address) == {address: "added"}
    assert shelf.statuses(address) == {address: "unchanged"}
    report = shelf.library.report(shelf.ids()[address])
    assert (report.details.kind, report.details.address) == (kind, address)
    assert text in report.text
    assert shelf.library.original(report.details.id).suffix == f".{kind}"
    assert shelf.originals() == [SITE["/birds.pdf" if path == "/moved" else path][2]]


def test_an_address_that_gives_nothing_fails_with_a_sentence_and_costs_no_other(shelf: Shelf, site: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        refused = f"http://127.0.0.1:{free.getsockname()[1]}/birds.pdf"
        outcomes = shelf.add(f"{site}/gone.pdf", refused, "http://", f"{site}/picture", f"{site}/news")
    assert [outcome.status for outcome in outcomes.values()] == ["failed"] * 4 + ["added"]
    assert "does not exist (404)" in outcomes[f"{site}/gone.pdf"].reason
    assert "could not be reached" in outcomes[refused].reason
    assert "not the address" in outcomes["http://"].reason
    assert "cannot be read" in outcomes[f"{site}/picture"].reason
    assert len(shelf.texts()) == 1 and shelf.holds("kingfishers")


def test_a_fault_in_a_reader_costs_its_file_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(data: bytes, file: str) -> None:
        raise RecursionError("too deep")

    monkeypatch.setitem(inner.READERS, ".txt", faulty)
    [error] = read.read_reports(b"text", "a.txt", ".txt")
    assert isinstance(error, ReportError)
    assert "a fault in this program" in error.reason
    assert "(RecursionError)" in error.reason


def test_half_a_surrogate_pair_is_kept_as_the_sign_for_an_unknown_letter() -> None:
    text, *_ = read._join(Content((RawPage((Block("a \ud800 b"),)),)))
    assert text == "a \ufffd b"
    text.encode()
