"""The files in a PDF portfolio become reports of their own, each named after the portfolio and itself."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, NumberObject, PdfObject, TextStringObject

from ingest import Outcome, Report
from ingest.library import InputFile, Library, Renewal
from ingest.readers import read_reports
from ingest.readers.inner_files import TOO_DEEP
from ingest.readers.pdf.pdf import LOCKED, read_pdf
from ingest.report import InnerFile
from tests.papers import paragraph, pdf
from tests.test_formats_people_have import message
from vector_store import FaissStore

FERRY = "The ferry carried nine hundred pupils in its first winter, and the skipper knew most of them by name."
LANTERN = "Lanterns were lent to forty households on the hill, who walked one another home from the hall."
OWN = "This volume gathers what the four island groups told the committee in the spring of that year."
NOTICES = [
    "For the best experience, open this PDF portfolio in Acrobat 9 or Adobe Reader 9, or later. Get Adobe Reader Now!",
    "Multiple files are bound together in this PDF Package. Adobe recommends using Adobe Reader or Adobe Acrobat "
    "version 8 or later to work with documents contained within a PDF Package. If you already have Adobe Reader 8, "
    "click a file in this PDF Package to view it.",
    "For the best experience, open this PDF Portfolio in Foxit PhantomPDF 6.0 or later.",
    "Pour une utilisation optimale, ouvrez ce porte-documents PDF dans Acrobat X ou version ultérieure.",
    "Evidence to the committee, Stromness, May 2014",
]


def values(**fields: PdfObject) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{name}"): value for name, value in fields.items()})


def portfolio(
    files: Mapping[str, bytes], cover: str = NOTICES[0], folders: tuple[str, ...] = (), password: str = ""
) -> bytes:
    """A portfolio of `files` with a `cover`. `folders` lie in each other; "<2>a.pdf" is in the second of them."""
    writer = PdfWriter(clone_from=io.BytesIO(pdf([paragraph(cover)])))
    for key, data in files.items():
        writer.add_attachment(key, data).alternative_name = TextStringObject(key.split(">")[-1])
    tree = values(ID=NumberObject(0))
    within = tree
    for number, name in enumerate(folders, start=1):
        below = values(ID=NumberObject(number), Name=TextStringObject(name), Parent=within)
        within[NameObject("/Child")] = writer._add_object(below)
        within = below
    writer.root_object[NameObject("/Collection")] = values(View=NameObject("/D"), Folders=writer._add_object(tree))
    if password:
        writer.encrypt("", password, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def sheet(text: str) -> bytes:
    return pdf([paragraph(text)])


@pytest.fixture
def library(tmp_path: Path) -> Library:
    store = FaissStore(tmp_path / "library", DeterministicFakeEmbedding(size=8))
    return Library(tmp_path / "library", store, lambda texts: [len(text.split()) for text in texts], 256)


def add(library: Library, data: bytes, name: str = "board.pdf", uploads: bool = False) -> list[Outcome]:
    path = library.folder.parent / name
    path.write_bytes(data)
    return list(library.add([path], uploads=uploads))


def listed(library: Library) -> dict[str, Report]:
    return {each.details.file: library.report(each.details.id) for each in library.reports()}


@pytest.mark.parametrize("cover", NOTICES)
def test_a_cover_that_only_says_what_it_is_is_no_report(cover: str) -> None:
    found = list(read_reports(portfolio({"May.pdf": sheet(FERRY), "sums.csv": b"a,b"}, cover), "board.pdf", ".pdf"))
    assert all(isinstance(each, InnerFile) for each in found)
    assert [(each.name, each.suffix) for each in found if isinstance(each, InnerFile)] == [
        ("May.pdf", ".pdf"),
        ("sums.csv", ".csv"),
    ]


def test_a_cover_with_words_of_its_own_is_a_report_beside_the_files() -> None:
    first, second = read_reports(portfolio({"May.pdf": sheet(FERRY)}, OWN), "board.pdf", ".pdf")
    assert isinstance(first, InnerFile) and isinstance(second, Report)
    assert OWN in second.text and not second.left_out


def test_attached_files_of_a_report_are_named_as_before() -> None:
    writer = PdfWriter(clone_from=io.BytesIO(sheet(NOTICES[0] + " " + OWN)))
    writer.add_attachment("sums.csv", b"a,b")
    out = io.BytesIO()
    writer.write(out)
    content = read_pdf(out.getvalue(), "a.pdf")
    assert not content.files and [each.names for each in content.left_out] == [("sums.csv",)]


@pytest.mark.parametrize("password", ["", "owner"], ids=["open", "with an owner's password"])
def test_each_file_is_a_report_and_what_cannot_be_read_is_named_with_the_reason(
    library: Library, password: str
) -> None:
    files = {
        "<1>May.pdf": sheet(FERRY),
        "<2>May.pdf": sheet(LANTERN),
        "locked.pdf": pdf([paragraph(FERRY)], password="secret"),
        "logo.jpg": b"\xff\xd8\xff",
        "lost.pdf": b"",
    }
    outcomes = {each.file: each for each in add(library, portfolio(files, "", ("Minutes", "2014"), password))}
    reports = listed(library)
    assert set(reports) == {"board.pdf › Minutes/May.pdf", "board.pdf › Minutes/2014/May.pdf"}
    assert reports["board.pdf › Minutes/May.pdf"].details.title == "May"
    assert LANTERN in reports["board.pdf › Minutes/2014/May.pdf"].text
    failed = {name: each.reason for name, each in outcomes.items() if each.status == "failed"}
    assert failed["board.pdf › locked.pdf"] == LOCKED and "is a picture" in failed["board.pdf › logo.jpg"]
    assert "empty" in failed["board.pdf › lost.pdf"] and len(failed) == 3
    # The page that is shown of a report, and its later readings, are of the file itself.
    [shown] = [each for each in reports.values() if LANTERN in each.text]
    assert library.original(shown.details.id).read_bytes() == files["<2>May.pdf"]
    assert not library.upkeep.check()


ODD = ["../../May 1\n.pdf", "a#b?.PDF", " › .pdf", "Übung\u202e 2014", "May.pdf (final)", "x" * 300]


@pytest.mark.parametrize("name", ODD)
def test_odd_names_harm_nothing(library: Library, name: str) -> None:
    [outcome] = add(library, portfolio({name: sheet(FERRY)}))
    [(file, report)] = listed(library).items()
    assert outcome.status == "added" and file.startswith("board.pdf › ") and "\n" not in file and "\u202e" not in file
    assert FERRY in report.text and library.original(report.details.id).suffix.lower() == ".pdf"
    assert [each.status for each in add(library, portfolio({name: sheet(FERRY)}))] == ["unchanged"]


def test_two_files_of_one_name_are_two_reports(library: Library) -> None:
    add(library, portfolio({"<1>May.pdf": sheet(FERRY), "<2>May.pdf": sheet(LANTERN)}))
    assert set(listed(library)) == {"board.pdf › May.pdf", "board.pdf › May (2).pdf"}


@pytest.mark.parametrize("uploads", [False, True])
def test_a_changed_portfolio_takes_the_place_of_its_old_self(library: Library, uploads: bool) -> None:
    add(library, portfolio({"May.pdf": sheet(FERRY), "June.pdf": sheet(LANTERN)}), uploads=uploads)
    later = portfolio({"May.pdf": sheet(FERRY), "July.pdf": sheet(LANTERN + " All came.")})
    outcomes = add(library, later, uploads=uploads)
    assert [each.status for each in outcomes] == ["unchanged", "added"]
    assert set(listed(library)) == {"board.pdf › May.pdf", "board.pdf › July.pdf"}


def test_a_portfolio_in_a_portfolio_is_read_to_a_depth(library: Library) -> None:
    data = sheet(FERRY)
    for name in ("e.pdf", "d.pdf", "c.pdf", "b.pdf"):
        data = portfolio({name: data, f"note-{name}.txt": LANTERN.encode() + name.encode()})
    outcomes = {each.file: each for each in add(library, data, "a.pdf")}
    assert "a.pdf › b.pdf › c.pdf › note-d.pdf.txt" in listed(library)
    assert outcomes["a.pdf › b.pdf › c.pdf › d.pdf › e.pdf"].reason == TOO_DEEP


def test_a_portfolio_that_was_sent_with_a_message_is_read_with_it() -> None:
    made = message()
    made.add_attachment(portfolio({"May.pdf": sheet(FERRY)}), maintype="application", subtype="pdf", filename="p.pdf")
    [report] = read_reports(made.as_bytes(), "a.eml", ".eml")
    assert isinstance(report, Report) and FERRY in report.text
    assert [each.text for each in report.headings] == ["p.pdf", "May.pdf"]


def test_a_cover_that_an_older_version_took_for_a_report_gives_way_to_the_files(library: Library) -> None:
    data = portfolio({"May.pdf": sheet(FERRY), "locked.pdf": pdf([paragraph(FERRY)], password="secret")})
    [older] = read_reports(sheet(NOTICES[0]), "board.pdf", ".pdf")
    read = library.pipeline.read_file
    library.pipeline.read_file = lambda *_: [older]
    add(library, data)
    library.pipeline.read_file = read
    [(id, summary)] = library.store.sources()
    library.store.put_summary(id, {**summary, "reading": 1}, {})
    outcomes = list(Renewal(library, lambda place: {}).run())
    assert [each.status for each in outcomes] == ["failed", "added"]
    assert set(listed(library)) == {"board.pdf › May.pdf"} and not library.upkeep.check()


# Places of other files.


@pytest.mark.parametrize("data", [sheet(FERRY), portfolio({"May.pdf": sheet(FERRY)})], ids=["alone", "in a portfolio"])
def test_what_was_looked_for_is_refused_where_another_report_is_here_already(library: Library, data: bytes) -> None:
    add(library, data, "own.pdf")
    wanted = InputFile("a", "reading-list:a", lambda: (data, ".pdf"), refuse=lambda report: f"No: {report.text[:9]}")
    [outcome] = library.pipeline.take([wanted])
    assert (outcome.status, outcome.reason) == ("failed", "No: The ferry")
    assert all(not place.startswith("reading-list:") for place, _ in library.store.places())


@pytest.mark.parametrize("name", ["DATA.JSONL", "data.jsonl", "Home › Board.md"])
def test_a_second_upload_of_a_name_costs_the_first_nothing(library: Library, name: str) -> None:
    for text in (FERRY, LANTERN):
        line = json.dumps({"id": text[:5], "title": text, "text": text})
        assert [each.status for each in add(library, line.encode(), name, uploads=True)] == ["added"]
    assert len(library.reports()) == 2


def test_an_address_costs_none_that_goes_on_behind_it(library: Library) -> None:
    for address, text in (("https://a.org/x#/report-2", FERRY), ("https://a.org/x", LANTERN)):
        file = InputFile(address, address, partial(lambda data: (data, ".txt"), text.encode()), address)
        [outcome] = library.pipeline.take([file])
        assert outcome.status == "added"
    assert set(listed(library)) == {"https://a.org/x#/report-2", "https://a.org/x"}
