"""Text recognition with the real Tesseract: pictures of pages become text, and a failure costs the page only."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter

from ingest import ReportError
from ingest.readers.pdf import ocr
from ingest.readers.pdf.garbled import is_garbled
from ingest.readers.pdf.pdf import GARBLED, NOT_RECOGNISED, SCANNED, read_pdf
from service import Service
from tests.papers import Printed, form, paragraph, pdf, tesseract, written
from tests.test_page import empty_library

FIRST = (
    "The panel of citizens met five times in the town hall. Its members were chosen by lot from the register of "
    "voters, and each of them was paid for the day. Nobody had to bring any knowledge of budgets."
)
SECOND = (
    "In the second year the panel decided how two thousand pounds were spent. It gave most of the money to the "
    "repair of the playground, which the children had asked for, and the rest to a bench by the river."
)
HEADING = (72.0, 760.0, 22.0, "What the panel decided")
TYPED = "The third page was typed, so that its words are there to be copied. It has no picture."


def photographed(pages: Sequence[Sequence[Printed]]) -> list[Image.Image]:
    document = pdfium.PdfDocument(pdf(pages))
    return [document[index].render(scale=200 / 72).to_pil().convert("L") for index in range(len(document))]


def scanned(pages: Sequence[Sequence[Printed]], typed: Sequence[Sequence[Printed]] = ()) -> bytes:
    """A PDF of pictures of `pages`, as a scanner makes it, with `typed` pages after them."""
    writer = PdfWriter()
    for picture in photographed(pages):
        out = io.BytesIO()
        picture.save(out, "PDF", resolution=200)
        writer.append(PdfReader(out))
    if typed:
        writer.append(PdfReader(io.BytesIO(pdf(typed))))
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


SCAN = scanned([paragraph(FIRST), [HEADING, *paragraph(SECOND)]], [paragraph(TYPED)])


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


@pytest.fixture
def executables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder that stands for all that is installed."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    yield folder


@tesseract
def test_pictures_of_pages_become_text_in_paragraphs() -> None:
    content = read_pdf(SCAN, "scan.pdf")
    assert [(page.ocr, page.problem) for page in content.pages] == [(True, ""), (True, ""), (False, "")]
    assert len(content.pages[0].blocks) == 1
    assert [block.level > 0 for block in content.pages[1].blocks] == [True, False]
    for page, text in zip(content.pages[:2], (FIRST, f"{HEADING[3]} {SECOND}"), strict=True):
        found = words(" ".join(block.text for block in page.blocks))
        right = sum(word in found for word in words(text))
        assert right >= 0.95 * len(words(text))
        assert len(found) <= 1.05 * len(words(text))


@tesseract
def test_a_quotation_from_a_scan_names_its_page_and_says_how_it_was_read(golden: Service, tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(SCAN)
    with empty_library(golden, tmp_path / "library") as service:
        [outcome] = service.library.add([tmp_path / "scan.pdf"])
        assert (outcome.pages, outcome.unreadable) == (3, 0)
        assert outcome.reason.startswith("Pages 1, 2 were read by text recognition (OCR)")
        assert service.library.reports()[0].ocr == 2
        cited = service.assistant.ask("What did the panel give most of the money to?").citations[0]
        assert (cited.page, cited.ocr, cited.to_json()["ocr"]) == (2, True, True)
        typed = service.assistant.ask("Which page was typed?").citations[0]
        assert (typed.page, typed.ocr) == (3, False)


@tesseract
def test_a_scan_is_read_better_once_tesseract_is_there(
    golden: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "scan.pdf").write_bytes(SCAN)
    with empty_library(golden, tmp_path / "library") as service:
        with monkeypatch.context() as without:
            without.setenv("PATH", str(tmp_path))
            [outcome] = service.library.add([tmp_path / "scan.pdf"])
            assert (outcome.status, outcome.pages, outcome.unreadable) == ("added", 1, 2)
            assert outcome.reason == f"Pages 1, 2 could not be read: {SCANNED}."
            assert [each.status for each in service.library.add([tmp_path / "scan.pdf"])] == ["unchanged"]
        [outcome] = service.library.add([tmp_path / "scan.pdf"])
        assert (outcome.status, outcome.pages, outcome.unreadable) == ("replaced", 3, 0)
        assert [each.status for each in service.library.add([tmp_path / "scan.pdf"])] == ["unchanged"]
        assert "playground" in service.assistant.ask("What did the panel give most of the money to?").text


LIST: list[Printed] = [
    (72, 760, 14, "What the panel asked for", "F2"),
    (72, 730, 11, "It asked the council for more partici-"),
    (72, 716, 11, "pation & more time: 5 % of a year."),
    (72, 690, 11, "• warm rooms"),
    (72, 676, 11, "• a place to keep belongings"),
    (72, 662, 11, "• time to talk"),
]
READ = [
    (True, "What the panel asked for"),
    (False, "It asked the council for more participation & more time: 5 % of a year."),
    (False, "• warm rooms"),
    (False, "• a place to keep belongings"),
    (False, "• time to talk"),
]


@tesseract
@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_broken_words_signs_bullets_and_headings_are_read_whichever_way_the_page_lies(degrees: int) -> None:
    [picture] = photographed([[*LIST, *paragraph(FIRST, top=620)]])
    out = io.BytesIO()
    picture.rotate(degrees, expand=True).save(out, "PDF", resolution=200)
    blocks = read_pdf(out.getvalue(), "scan.pdf").pages[0].blocks
    assert [(bool(block.level), block.text) for block in blocks[: len(READ)]] == READ


@tesseract
def test_a_scan_with_fields_is_read_and_so_is_what_is_filled_in() -> None:
    filled = form([], [("name", (200, 98, 300, 114), written("Rowan"))])
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(filled)))
    writer.pages[0].merge_page(PdfReader(io.BytesIO(scanned([paragraph(FIRST)]))).pages[0])
    both = io.BytesIO()
    writer.write(both)
    [page] = read_pdf(both.getvalue(), "filled.pdf").pages
    text = " ".join(block.text for block in page.blocks)
    assert page.ocr and FIRST[:20] in text and "Rowan" in text


@tesseract
def test_a_very_wide_page_is_read() -> None:
    [picture] = photographed([LIST])
    wide = Image.new("L", (3000, 40), 255)
    wide.paste(picture.crop((150, 200, 1500, 240)))
    out = io.BytesIO()
    wide.save(out, "PDF", resolution=15)
    assert "What the panel asked for" in read_pdf(out.getvalue(), "banner.pdf").pages[0].blocks[0].text


@tesseract
def test_a_picture_without_words_stays_unreadable() -> None:
    noise = Image.effect_noise((150, 200), 90)
    out = io.BytesIO()
    noise.save(out, "PDF")
    with pytest.raises(ReportError, match="could make out no words"):
        read_pdf(out.getvalue(), "noise.pdf")
    writer = PdfWriter()
    for part in (out, io.BytesIO(pdf([paragraph(TYPED)]))):
        writer.append(PdfReader(part))
    both = io.BytesIO()
    writer.write(both)
    assert [page.problem for page in read_pdf(both.getvalue(), "a.pdf").pages] == [NOT_RECOGNISED, ""]


def test_without_tesseract_the_sentence_says_what_to_install(executables: Path) -> None:
    assert not ocr.available()
    with pytest.raises(ReportError, match=r"Tesseract \(the package tesseract-ocr\) is installed"):
        read_pdf(scanned([paragraph(FIRST)]), "scan.pdf")


def test_a_tesseract_without_a_language_is_none(executables: Path) -> None:
    script(executables, "echo 'List of available languages in \"/nowhere/\" (1):'; echo osd")
    assert not ocr.available()


@pytest.mark.parametrize(
    "child", ["import time; time.sleep(60)", "import os; os.abort()", "raise SystemExit(1)", "print('no words')"]
)
def test_a_hang_or_a_crash_costs_the_page_only(
    executables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, child: str
) -> None:
    script(executables, "echo 'List of available languages in \"/nowhere/\" (1):'; echo eng")
    (tmp_path / "child.py").write_text(child, encoding="utf-8")
    monkeypatch.setattr(ocr, "_CHILD", tmp_path / "child.py")
    monkeypatch.setattr(ocr, "SECONDS", 0.5)
    pages = read_pdf(SCAN, "scan.pdf").pages
    assert [page.problem for page in pages] == [NOT_RECOGNISED, NOT_RECOGNISED, ""]


def script(folder: Path, does: str) -> None:
    """A program named tesseract."""
    path = folder / "tesseract"
    path.write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
    os.chmod(path, 0o755)


@pytest.mark.parametrize(
    "text",
    [
        "\x01\x02\x03\x04 \x05\x06\x03\x07\x08 " * 10,
        "7KLV UHSRUW WHOOV KRZ WKH SDQHO PHW DQG ZKDW LW GHFLGHG LQ WKH WRZQ KDOO RQ WKH ILUVW GDB",
        "\ue001\ue002\ue003 \ue004 report \ue005\ue006\ue007\ue008 " * 5,
        "\ufffd\ufffd\ufffd of the \ufffd\ufffd\ufffd\ufffd and " * 5,
    ],
)
def test_a_garbled_text_layer_is_known(text: str) -> None:
    assert is_garbled(text)


@pytest.mark.parametrize(
    "text",
    [
        FIRST,
        "Mae pawb yn y cwm yn dweud y dylai pobl gael dweud eu dweud, ac nid oes neb yn gwrthod hynny. " * 3,
        "Tha a h-uile duine ag ràdh gum bu chòir guth a bhith aig daoine anns na seirbheisean aca fhèin.",
        "جميع المواطنين يشاركون في تخطيط الخدمات العامة وتقديمها مع العاملين فيها",
        "公共服务由专业人员与使用者共同设计和提供,双方地位平等,共同承担责任,共同受益。每个人都有权参与。",
        "200.01 1 400.01 3 600.01 5 800.01 7 1000.01 9 1200.01 11 1400.01 13",
        "\uf0b7 Take part\n\uf0b7 Decide\n\uf0b7 Check " * 6,
        "Contents ................. 1 Introduction ................. 2 Findings ................. 9",
        "NHS SCDC GCPH HACT SDS COSLA RSL DWP CIPFA SSKS and the councils met with people who use services daily",
    ],
)
def test_a_sound_text_is_not_called_garbled(text: str) -> None:
    assert not is_garbled(text)


@tesseract
def test_a_garbled_page_is_read_from_its_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.readers.pdf.pdf.is_garbled", lambda text: "panel of citizens" in text)
    data = pdf([paragraph(FIRST), paragraph(SECOND)])
    pages = read_pdf(data, "a.pdf").pages
    assert [page.ocr for page in pages] == [True, False]
    assert "chosen by lot" in pages[0].blocks[0].text
    monkeypatch.setattr(ocr, "available", lambda: False)
    assert [page.problem for page in read_pdf(data, "a.pdf").pages] == [GARBLED, ""]
