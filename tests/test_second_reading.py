"""What is quoted is looked for in the kept file, read by other means than when it was added."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import docx
import pptx
import pytest

from ingest import ReportError
from ingest.verification import SecondReading
from ingest.verification.as_printed import Doubt
from service import Service, Settings, open_service
from tests.papers import paragraph, pdf

FIRST = "Herons nest in the old quarry, and the volunteers count them each spring."
SECOND = "Kingfishers came back to the canal; the boaters keep a diary."
NOWHERE = "Owls sleep in the attic of the town hall."


def word() -> bytes:
    document, out = docx.Document(), io.BytesIO()
    document.add_paragraph("").add_run("Herons nest in the ").bold = True
    document.paragraphs[0].add_run(FIRST.removeprefix("Herons nest in the "))
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Kingfishers", "came back"
    document.save(out)
    return out.getvalue()


def slides() -> bytes:
    """Two slides, the second of which was made first; what is said stands in a title and in the speaker's notes."""
    presentation, out = pptx.Presentation(), io.BytesIO()
    later, sooner = (presentation.slides.add_slide(presentation.slide_layouts[5]) for _ in range(2))
    for slide, said, noted in ((later, SECOND, "Boats & tea."), (sooner, FIRST, "Count them all.")):
        assert slide.shapes.title is not None and slide.notes_slide.notes_text_frame is not None
        slide.shapes.title.text, slide.notes_slide.notes_text_frame.text = said, noted
    order = presentation.slides._sldIdLst
    order.append(order[0])
    presentation.save(out)
    return out.getvalue()


def book() -> bytes:
    out = io.BytesIO()
    package = """<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="a" href="a.xhtml"/></manifest>
        <spine><itemref idref="a"/></spine></package>"""
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("META-INF/container.xml", '<c><rootfile full-path="p.opf"/></c>')
        archive.writestr("p.opf", package)
        archive.writestr("a.xhtml", f"<html><body><p>{FIRST.replace('old', '<em>old</em>')}</p></body></html>")
    return out.getvalue()


def made_by_word() -> bytes:
    """A Word file that holds how to make some of what it shows."""
    document = docx.Document()
    document.add_paragraph("Give each school a seat on the board.", style="List Number")
    paragraph = document.add_paragraph("Each was paid £1,200")
    paragraph.add_run("3").font.superscript = True
    paragraph.add_run(" for 30 m")
    paragraph.add_run("2").font.superscript = True
    table = document.add_table(2, 2)
    table.cell(0, 0).merge(table.cell(1, 0)).text = "Westray"
    table.cell(0, 1).text, table.cell(1, 1).text = "twenty-two pairs", "thirty-one pairs"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


FILES = {
    "a.pdf": pdf([paragraph(FIRST, width=30), paragraph(SECOND)]),
    "b.docx": word(),
    "c.pptx": slides(),
    "j.docx": made_by_word(),
    "d.epub": book(),
    "e.md": f"> {FIRST.replace('old quarry', '[**old** quarry](x(1).html)')}\n\n"
    "[^1]: A [note][n] at <https://x.org/a>.\n\n[n]: x".encode(),
    "f.rst": f"Birds\n=====\n\n{FIRST.replace('old quarry', '`old quarry <x.html>`_')}\n".encode(),
    "g.html": f"<style>p {{}}</style><p>{FIRST.replace('quarry', '<b>quarry</b>')} Tea &amp; cake.</p>".encode(),
    "h.txt": f"{FIRST[:20]}\n{FIRST[20:]} It is 3 < 4 > 2.".encode(),
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    folder = tmp_path_factory.mktemp("second")
    lines = [{"id": "1", "title": "Birds", "text": FIRST}, {"id": "2", "text": 'Café "Heron".'}]
    (folder / "i.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    for name, data in FILES.items():
        (folder / name).write_bytes(data)
    service = open_service(Settings(tmp_path_factory.mktemp("library")))
    assert [outcome.reason for outcome in service.library.add([folder]) if outcome.status != "added"] == []
    return service


def holds(service: Service, file: str, page: int | None, quote: str) -> bool:
    [id] = [
        each.id
        for listing in service.library.reports()
        for each in (listing.details, *listing.copies)
        if each.file == file
    ]
    return SecondReading(service.library).doubt(id, page, quote) is None


@pytest.mark.parametrize(
    ("file", "page", "quote"),
    [
        ("a.pdf", 1, FIRST),
        ("a.pdf", 2, SECOND),
        ("b.docx", None, FIRST),
        ("b.docx", None, "Kingfishers | came back"),
        ("j.docx", None, "1. Give each school a seat on the board."),
        ("j.docx", None, "Each was paid £1,200 for 30 m²"),
        ("j.docx", None, "Westray | thirty-one pairs"),
        ("c.pptx", 1, FIRST),
        ("c.pptx", 1, "Count them all."),
        ("c.pptx", 2, SECOND),
        ("c.pptx", 2, "Boats & tea."),
        ("d.epub", None, FIRST),
        ("e.md", None, FIRST),
        ("e.md", None, "[^1] A note at https://x.org/a."),
        ("f.rst", None, FIRST),
        ("g.html", None, f"{FIRST} Tea & cake."),
        ("h.txt", None, f"{FIRST} It is 3 < 4 > 2."),
        ("1", None, FIRST),
        ("2", None, 'Café "Heron".'),
    ],
)
def test_what_stands_there_is_found_and_what_does_not_is_not(
    service: Service, file: str, page: int | None, quote: str
) -> None:
    assert holds(service, file, page, quote)
    assert not holds(service, file, page, NOWHERE)
    assert not holds(service, file, page, f"{quote[:-3]} not{quote[-3:]}")


@pytest.mark.parametrize(("file", "page"), [("a.pdf", 2), ("c.pptx", 2), ("2", None)])
def test_the_words_of_another_page_are_not_those_of_this(service: Service, file: str, page: int | None) -> None:
    assert not holds(service, file, page, FIRST)


@pytest.mark.parametrize(("file", "page"), [("a.pdf", 3), ("c.pptx", 3)])
def test_a_page_that_is_not_there_cannot_be_read(service: Service, file: str, page: int) -> None:
    with pytest.raises(ReportError):
        holds(service, file, page, FIRST)


def test_what_text_recognition_read_and_briefs_are_compared_with_the_stored_text(tmp_path: Path) -> None:
    service = open_service(Settings(tmp_path / "library"))
    (tmp_path / "a.pdf").write_bytes(FILES["a.pdf"])
    [outcome] = service.library.add([tmp_path / "a.pdf"])
    [listing] = service.library.reports()
    id = listing.details.id
    service.library.original(id).write_bytes(b"%PDF-1.7 damaged")
    reading = SecondReading(service.library)
    assert outcome.pages == 2
    assert reading.doubt(id, 2, SECOND, ocr=True) is None and reading.doubt(id, 1, SECOND, ocr=True) == Doubt.MISSING
    with pytest.raises(ReportError, match="cannot be read a second time"):
        reading.doubt(id, 2, SECOND)
    with pytest.raises(ReportError):
        reading.doubt("0" * 16, 2, SECOND)


def test_a_brief_holds_its_own_sentences(tmp_path: Path) -> None:
    service = open_service(Settings(tmp_path / "library"))
    service.reading_list.fill()
    citations = service.assistant.ask("Who coined the word co-production?").citations
    reading = SecondReading(service.library)
    assert citations
    for citation in citations:
        assert reading.doubt(citation.passage.report.id, citation.page, citation.quote) is None
        assert reading.doubt(citation.passage.report.id, citation.page, NOWHERE) is Doubt.MISSING
