"""Files and names that are made to do harm: each ends in a sentence, and nothing is written outside the library."""

from __future__ import annotations

import io
import os
import re
import sys
import time
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from gradio.utils import get_upload_folder
from lxml import etree

from ingest.library.input_files import NO_FILE, find_files
from ingest.readers import TOO_MUCH, read_reports
from ingest.readers.archive import is_for_want_of_memory
from ingest.readers.pdf.page_view import PageError
from ingest.report import Report, ReportError
from ingest.sandbox.sandbox import DIED, TOO_LONG, Bounds, SandboxedReaders, SandboxedRenderer
from page.access import Rules
from service import Service
from tests.bombs import CATALOGUE as CATALOGUE_OF_PAGES
from tests.bombs import (
    MAIN,
    PAGE,
    archive,
    book,
    deflated,
    objects,
    opendocument,
    paged,
    sheet,
    slides,
    stream,
    word,
    word_text,
    zlibbed,
)
from tests.test_door import event
from tests.test_fetch import file, served
from tests.test_page import empty_library, running

MB = 1024**2
SPACES = deflated(b" " * MB, 3000)
ONE = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
SENTENCES = "Herons wait in the reeds."
only_posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")


@pytest.fixture(scope="module")
def readers() -> SandboxedReaders:
    return SandboxedReaders(Bounds(computing=10, seconds=60, memory=512 * MB))


@pytest.fixture(scope="module")
def cramped() -> SandboxedReaders:
    """Readers with little more memory than they begin with."""
    return SandboxedReaders(Bounds(computing=30, memory=128 * MB))


@pytest.fixture(scope="module")
def pages() -> SandboxedRenderer:
    return SandboxedRenderer(Bounds(computing=3, seconds=20, memory=512 * MB))


def outcome(readers: SandboxedReaders, data: bytes, name: str) -> str:
    """The text that was read, or the sentence that says why none was."""
    [found] = readers.read(data, name, Path(name).suffix)
    if isinstance(found, Report):
        return found.text
    assert isinstance(found, ReportError) and found.reason.endswith(".") and "fault in this program" not in found.reason
    return found.reason


# Small files that unpack to gigabytes.


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.docx", word((SPACES, 3000 * MB))),
        ("a.epub", book((SPACES, 3000 * MB))),
        ("a.pptx", slides({"ppt/slides/slide1.xml": (SPACES, 3000 * MB)})),
        ("a.odt", archive({"content.xml": (SPACES, 3000 * MB)})),
        ("a.xlsx", archive({"xl/worksheets/sheet1.xml": (SPACES, 3000 * MB)})),
    ],
)
def test_a_part_that_unpacks_to_gigabytes_is_not_unpacked(readers: SandboxedReaders, name: str, data: bytes) -> None:
    assert len(data) < 4 * MB
    assert "would unpack to 3145 MB" in outcome(readers, data, name)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.docx", word((SPACES, 1000))),
        ("a.epub", book((SPACES, 1000))),
        ("a.pptx", slides({"ppt/slides/slide1.xml": (SPACES, 1000)})),
    ],
)
def test_a_part_that_lies_about_its_size_is_damaged(readers: SandboxedReaders, name: str, data: bytes) -> None:
    told = outcome(readers, data, name)
    assert "is damaged" in told or told == TOO_MUCH


def test_many_parts_are_no_way_round(readers: SandboxedReaders) -> None:
    many = {f"word/media/{number}.png": (deflated(b"\0" * MB, 47), 47 * MB) for number in range(100)}
    data = word(word_text(SENTENCES), **many)
    [found] = readers.read(data, "a.docx", ".docx")
    assert isinstance(found, ReportError)
    assert found.reason == "The parts of the file would unpack to 4928 MB. Save the text as PDF, and add that."


@pytest.mark.parametrize("told", [etree.ErrorTypes.ERR_NO_MEMORY, etree.ErrorTypes.ERR_INTERNAL_ERROR, None])
def test_a_parser_that_has_no_memory_left_may_not_say_so(told: int | None) -> None:
    assert is_for_want_of_memory(etree.XMLSyntaxError(None, told, 1, 1))
    for damaged in (b"", b"<a><b></a>", b"<a>&nothing;</a>"):
        with pytest.raises(etree.XMLSyntaxError) as error:
            etree.fromstring(damaged)
        assert not is_for_want_of_memory(error.value)


@only_posix
@pytest.mark.parametrize("name", ["a.docx", "a.epub", "a.html"])
def test_a_tree_that_takes_too_much_memory_is_told_as_such(cramped: SandboxedReaders, name: str) -> None:
    body = b"<p>" + b"<b>A</b>" * 750_000
    start = f"<w:document xmlns:w='{MAIN}'><w:body>".encode()
    grown = {
        "a.docx": lambda: word(start + b"<w:p/>" * 900_000 + b"</w:body></w:document>"),
        "a.epub": lambda: book(body),
        "a.html": lambda: body,
    }
    assert outcome(cramped, grown[name](), name) == TOO_MUCH
    assert outcome(cramped, word(word_text(SENTENCES)), "b.docx") == SENTENCES


@only_posix
@pytest.mark.parametrize(
    "content",
    [
        stream(zlibbed(b" " * MB, 3000)),
        stream(zlib.compress(zlibbed(b" " * MB, 20_000), 9), b"[/FlateDecode /FlateDecode]"),
        stream(zlibbed(b"BT /F1 1 Tf 1 1 Td (aaaaaaaa) Tj ET " * 30_000, 1000)),
    ],
)
def test_a_stream_of_gigabytes_in_a_pdf_costs_that_pdf(
    readers: SandboxedReaders, pages: SandboxedRenderer, content: bytes, tmp_path: Path
) -> None:
    data = paged(ONE, PAGE, content)
    assert len(data) < 4 * MB
    assert outcome(readers, data, "a.pdf") in (DIED, TOO_LONG, TOO_MUCH)
    (tmp_path / "a.pdf").write_bytes(data)
    try:
        assert pages.draw(tmp_path / "a.pdf", 1, 500).startswith(b"\x89PNG")
    except PageError as error:
        assert str(error).endswith(".")


# PDFs that go round in circles.


@pytest.mark.parametrize(
    "data",
    [
        paged(b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"),
        paged(
            b"<< /Type /Pages /Kids [3 0 R] /Count 5 >>",
            b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 7 /Parent 2 0 R >>",
        ),
        objects(
            CATALOGUE_OF_PAGES,
            *[b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (number + 3) for number in range(5000)],
            PAGE,
        ),
        paged(b"<< /Type /Pages /Kids [3 0 R] /Count 1000000000 >>"),
        paged(b"<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>"),
        paged(b"<< /Type /Pages /Kids [3 0 R] /Count -1 >>"),
        paged(ONE, trailer=b"/Prev 9"),
        paged(ONE, b"<< /Type /Page /Parent 3 0 R /MediaBox [0 0 595 842] /Contents 3 0 R >>"),
        paged(ONE, PAGE, b"<< /Length 4 /A " + b"[" * 100_000 + b"]" * 100_000 + b" >>\nstream\nabcd\nendstream"),
        paged(ONE, PAGE, b"<< /Length 4 0 R >>\nstream\nabcd\nendstream"),
    ],
)
def test_a_pdf_whose_pages_lead_in_circles_ends(readers: SandboxedReaders, data: bytes) -> None:
    told = outcome(readers, data, "a.pdf")
    assert told == "A heron waits in the reeds." or told.endswith(".")


# Entities, and files that name other files.

LAUGHS = (
    "<!DOCTYPE x [<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12)) + "]>"
)


def changed(data: bytes, part: str, before: str) -> bytes:
    """A zipped file with something before the root of a part, and an entity within it."""
    with zipfile.ZipFile(io.BytesIO(data)) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    text = re.sub(rb"<\?xml.*?\?>", b"", parts[part])
    return archive(parts | {part: before.encode() + text.replace(b"</", b"&a11;</")})


def chapter(before: str, text: str) -> bytes:
    page = f"<html xmlns='http://www.w3.org/1999/xhtml'><body><p>{text}</p></body></html>"
    return f"<?xml version='1.0'?>{before}{page}".encode()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.docx", word(word_text(f"{SENTENCES} &a11;", LAUGHS))),
        ("a.epub", book(chapter(LAUGHS, f"{SENTENCES} &a11;"))),
        ("a.epub", book(chapter("", SENTENCES), title="&a11;", before=LAUGHS)),
        ("a.pptx", slides({"docProps/core.xml": f"{LAUGHS}<x>&a11;</x>".encode()})),
        ("a.odt", opendocument(f"<office:text><text:p>{SENTENCES} &a11;</text:p></office:text>", LAUGHS)),
        ("a.xlsx", changed(sheet(), "xl/worksheets/sheet1.xml", LAUGHS)),
        ("a.xlsx", changed(sheet(), "xl/workbook.xml", LAUGHS)),
        ("a.xhtml", chapter(LAUGHS, f"{SENTENCES} &a11;")),
        ("a.html", chapter(LAUGHS, f"{SENTENCES} &a11;")),
    ],
)
def test_entities_that_grow_are_not_grown(readers: SandboxedReaders, name: str, data: bytes) -> None:
    assert "haha" not in outcome(readers, data, name)


@pytest.mark.parametrize("kind", ["docx", "epub", "package", "pptx", "xhtml", "html", "rst", "md", "jsonl"])
def test_a_file_names_no_other_file_to_be_read(readers: SandboxedReaders, tmp_path: Path, kind: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("Swordfish.")
    entity = f"<!DOCTYPE x [<!ENTITY e SYSTEM '{secret.as_uri()}'><!ENTITY % p SYSTEM '{secret.as_uri()}'> %p;]>"
    included = f"<x:include xmlns:x='http://www.w3.org/2001/XInclude' href='{secret.as_uri()}' parse='text'/>"
    rst = f"Herons\n======\n\nThey wait.\n\n.. include:: {secret}\n\n.. raw:: html\n   :file: {secret}\n\n"
    rst += f".. csv-table::\n   :file: {secret}\n\n.. literalinclude:: {secret}\n"
    files = {
        "docx": ("a.docx", word(word_text(f"{SENTENCES} &e; {included}", entity))),
        "epub": ("a.epub", book(chapter(entity, f"{SENTENCES} &e; {included}"))),
        "package": ("a.epub", book(chapter("", SENTENCES), title="&e;", before=entity)),
        "pptx": ("a.pptx", slides({"docProps/core.xml": f"{entity}<x>&e;</x>".encode()})),
        "xhtml": ("a.xhtml", chapter(entity, f"{SENTENCES} &e; {included}")),
        "html": ("a.html", chapter(entity, f"{SENTENCES} &e; {included}<iframe src='{secret.as_uri()}'></iframe>")),
        "rst": ("a.rst", rst.encode()),
        "md": ("a.md", f"---\ntitle: !!python/object/apply:open ['{secret}']\n---\n\n{SENTENCES}".encode()),
        "jsonl": ("a.jsonl", f'{{"id": "{secret}", "title": "{secret}", "text": "{SENTENCES}"}}'.encode()),
    }
    name, data = files[kind]
    assert "Swordfish" not in outcome(readers, data, name)


@pytest.mark.parametrize("href", ["../../../../etc/passwd", "/etc/passwd", "chapter.xhtml%00.txt", "..%2f..%2fx", ""])
def test_a_name_within_a_book_leads_to_nothing_outside_it(readers: SandboxedReaders, href: str) -> None:
    assert "is damaged" in outcome(readers, book(chapter("", SENTENCES), href=href), "a.epub")


@pytest.mark.parametrize("inner", ["../../../escaped.txt", "/tmp/escaped.txt", "C:\\escaped.txt", "a\n.txt", "x" * 300])
def test_names_within_an_archive_write_nothing(golden: Service, tmp_path: Path, inner: str) -> None:
    with empty_library(golden, tmp_path / "library") as service:
        (tmp_path / "a.docx").write_bytes(word(word_text(SENTENCES), **{inner: b"Escaped."}))
        [told] = service.library.add([tmp_path / "a.docx"])
        assert told.status == "added" and told.reason == ""
    assert all("scaped" not in path.name for path in (*tmp_path.rglob("*"), *Path("/tmp").iterdir()))


# Links.


@pytest.mark.skipif(sys.platform == "win32", reason="Windows makes no links for everybody")
def test_links_lead_neither_out_of_a_folder_nor_in_circles(golden: Service, tmp_path: Path) -> None:
    folder, outside = tmp_path / "reports", tmp_path / "outside"
    (folder / "below").mkdir(parents=True)
    outside.mkdir()
    (outside / "secret.txt").write_text("Swordfish.")
    (folder / "below" / "herons.txt").write_text(SENTENCES)
    for name, to in {
        "out.txt": outside / "secret.txt",
        "up.txt": Path("../outside/secret.txt"),
        "folder": outside,
        "root": Path("/"),
        "within.txt": Path("below/herons.txt"),
        "again": Path("below"),
        "below/loop": Path(".."),
        "self.txt": Path("self.txt"),
        "gone.txt": Path("nowhere.txt"),
    }.items():
        (folder / name).symlink_to(to)
    with empty_library(golden, tmp_path / "library") as service:
        told = {each.file: each for each in service.library.add([folder])}
        assert "Swordfish" not in "".join(
            service.library.report(each.id).text for each in service.library.all_details()
        )
    leading_out = "This is a link that leads out of the folder. Add what it leads to."
    assert {name: each.reason for name, each in told.items() if each.status == "failed"} == {
        **dict.fromkeys(("out.txt", "up.txt", "folder", "root"), leading_out),
        "self.txt": "The file cannot be opened: Too many levels of symbolic links.",
        "gone.txt": NO_FILE,
    }
    assert {name for name, each in told.items() if each.status == "added"} == {"below/herons.txt", "within.txt"}


# Names.

FOREIGN = ["تقرير المشاركة.txt", "共同生产报告.txt", "सह-उत्पादन रिपोर्ट.txt", "Überblick café.txt", "שותפות.txt"]
NAMES = [
    *FOREIGN,
    *(unicodedata.normalize("NFD", name) for name in FOREIGN),
    "line\nbreak.txt",
    "turned\u202etxt.fdp.txt",
    "isolate\u2066d.txt",
    "bell\x07.txt",
    "CON.txt",
    "nul.txt",
    "COM1.txt",
    "trailing. .txt",
    "semi;colon&amp<b>.txt",
    "quote\"'`.txt",
    "%2e%2e%2fescaped.txt",
    "x..\\escaped.txt",
    "-rf.txt",
    "~root.txt",
    "$(touch escaped).txt",
    "é" * 120 + ".txt",
]


def unmoved(text: str) -> bool:
    return not any(unicodedata.category(letter) in ("Cc", "Zl", "Zp") or letter in "\u202e\u2066" for letter in text)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_any_name_is_added_and_shown_in_one_line(golden: Service, tmp_path: Path, name: str) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / name).write_text(f"{SENTENCES} {name!r}")
    with empty_library(golden, tmp_path / "library") as service:
        [told] = service.library.add([tmp_path / "reports"])
        assert (told.status, told.reason) == ("added", "")
        [again] = service.library.add([tmp_path / "reports" / name])
        assert again.status == "unchanged" and unmoved(again.file)
        [report] = service.library.all_details()
        assert unmoved(report.file) and unmoved(report.title)
        assert name not in FOREIGN or report.file == unicodedata.normalize("NFC", name)
        kept = service.library.original(report.id)
        assert kept.parent == tmp_path / "library" / "files" and kept.name == f"{report.id}.txt"
    assert {path.name for path in tmp_path.iterdir()} == {"reports", "library"}


@pytest.mark.parametrize(
    "name",
    [
        *(
            "a\0b.txt",
            "\0",
            "",
            " ",
            "x" * 300 + ".txt",
            "/".join(["x" * 200] * 40),
            "\ud800.txt",
            "~nobody-here/a.txt",
        ),
        *("../../../../nothing/here.txt", "/proc/self/mem", "/dev/zero", "/dev/stdin", "\udcff.txt", "a\n\n.txt"),
    ],
)
def test_a_name_that_leads_to_no_report_ends_in_a_sentence(
    golden: Service, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    for uploads in (False, True):
        with empty_library(golden, tmp_path / "library") as service:
            told = list(service.library.add([name], uploads=uploads))
            assert all(each.status == "failed" and each.reason.endswith(".") and unmoved(each.file) for each in told)
            assert len(told) == (0 if name == "" else 1)
            assert service.library.all_details() == []


def test_accents_in_the_names_of_uploads_are_the_same_however_they_are_written() -> None:
    composed, parted = "/a/Überblick café.txt", unicodedata.normalize("NFD", "/b/Überblick café.txt")
    assert composed[3:] != parted[3:]
    first, second = find_files([composed, parted], uploads=True)
    assert first.place == second.place == "upload:Überblick café.txt"


# The page's upload.


@pytest.fixture
def open_page(golden: Service, tmp_path: Path) -> Iterator[tuple[Service, httpx.Client]]:
    with (
        empty_library(golden, tmp_path / "library") as service,
        running(service, Rules()) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        yield service, client


SENT = [
    *FOREIGN,
    *("../../escaped.txt", "/etc/escaped.txt", "..\\..\\escaped.txt", "a\0b.txt", "line\nbreak.txt", "CON.txt"),
    *("turned\u202etxt.fdp.txt", "é" * 200 + ".txt", "x" * 5000 + ".txt", "<img src=x onerror=alert(1)>.txt", ".txt"),
    *("..", "%2e%2e%2fescaped.txt", "....//escaped.txt"),
]


def test_what_is_sent_under_any_name_stays_where_it_belongs(
    open_page: tuple[Service, httpx.Client], tmp_path: Path
) -> None:
    service, client = open_page
    for number, name in enumerate(SENT):
        words = f"{SENTENCES} This is the file that came as number {number}.".encode()
        got = client.post("/gradio_api/upload", files={"files": (name, words)})
        if got.status_code != 200:
            assert got.status_code < 500, name
            continue
        [path] = got.json()
        told = event(client, "add", [[{"path": path, "meta": {"_type": "gradio.FileData"}}], ""])
        assert "Traceback" not in told and "process_completed" in told
        assert not os.path.exists(path), name  # the library keeps a copy of its own
    kept = {path.name for path in (tmp_path / "library" / "files").iterdir()}
    assert kept == {f"{each.id}.txt" for each in service.library.all_details()} and len(kept) > len(FOREIGN)
    assert all(unmoved(each.file) and "/" not in each.file for each in service.library.all_details())
    assert set(FOREIGN) <= {each.file for each in service.library.all_details()}
    assert {path.name for path in tmp_path.iterdir()} == {"library"}
    assert not any(map(os.path.exists, ("/etc/escaped.txt", "/tmp/escaped.txt", "escaped.txt")))


def test_a_request_made_by_hand_neither_adds_nor_deletes_a_file_of_the_server(
    open_page: tuple[Service, httpx.Client], tmp_path: Path
) -> None:
    service, client = open_page
    secret = tmp_path / "secret.txt"
    secret.write_text("Swordfish.")
    with served() as inside:
        inside.pages["/secret.txt"] = file(b"Swordfish.", "text/plain")
        for path in (str(secret), secret.as_uri(), inside.at("/secret.txt"), "/etc/hostname"):
            sent = {"path": path, "url": path, "meta": {"_type": "gradio.FileData"}}
            event(client, "add", [[sent], ""])
        assert inside.asked == []
    assert secret.exists() and service.library.all_details() == []
    kept = [path for path in Path(get_upload_folder()).rglob("*") if path.is_file()]
    assert not any(b"Swordfish" in path.read_bytes() for path in kept)


def test_no_archive_of_other_files_is_taken_apart(readers: SandboxedReaders) -> None:
    assert "Unpack it and add the folder." in outcome(readers, archive({"../a.txt": b"Herons."}), "a.zip")


# What fuzzing found.


@pytest.mark.parametrize("sign", ["\x01", "\x0b", "\x0c", "\x1f", "\ufffe", "&#1;", "&#xFFFE;", "\x00"])
def test_signs_that_xml_does_not_know_stand_in_no_way(readers: SandboxedReaders, sign: str) -> None:
    before = f"<p>Herons wait. {'They stand still. ' * 50}</p><div role='navigation'>Home</div>"
    page = f"<body>{before}{sign} In the reeds{sign}.</body>"
    told = outcome(readers, page.encode(), "a.html")
    assert "Herons wait." in told and "In the reeds" in told and "Home" not in told


@pytest.mark.parametrize("name", ["a.docx", "a.pptx", "a.epub"])
def test_an_archive_of_a_kind_that_nobody_knows_is_damaged(readers: SandboxedReaders, name: str) -> None:
    data = word(word_text(SENTENCES))
    for newer in (data.replace(b"PK\1\2\x14\0\x14\0", b"PK\1\2\x14\0\xff\0"), data.replace(b"PK\1\2", b"PK\1\3")):
        assert newer != data and "is damaged" in outcome(readers, newer, name)


@pytest.mark.parametrize("begun", ["{{", "{% ", "{: ", "{#a", "[a](/ ", "[a](/" + "a " * 40, "<a ", "***a", "---\n"])
def test_a_file_of_nothing_but_beginnings_is_read_in_seconds(begun: str) -> None:
    start = time.process_time()
    [found] = read_reports(f"Herons wait.\n\n{begun * (30_000 // len(begun))}\n".encode(), "a.md", ".md")
    assert isinstance(found, Report) and found.text.startswith("Herons wait.")
    assert time.process_time() - start < 4
