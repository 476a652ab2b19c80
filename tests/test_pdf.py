"""PDF files: text in order, repaired, on the right page; and every kind of broken file."""

from __future__ import annotations

import pytest

from ingest.readers import read_reports
from ingest.readers.pdf import ocr
from ingest.readers.pdf.pdf import SCANNED, read_pdf
from ingest.report import Content, Report, ReportError
from tests.papers import Printed, paragraph, pdf


def texts(content: Content, page: int) -> list[str]:
    return [block.text for block in content.pages[page - 1].blocks]


LONG = (
    "Service work better when the people who use them share in the work of planning and running them, and when "
    "the staff are given the time that this takes. The groups that we visited had all found this out for themselves."
)


def test_paragraphs_headings_and_metadata_are_read() -> None:
    lines: list[Printed] = [(72, 760, 24, "Working together"), *paragraph(LONG), (72, 600, 15, "What we found")]
    content = read_pdf(pdf([[*lines, *paragraph(LONG, top=580)]], {"Author": "Ann Smith; Bo Lund"}), "a.pdf")
    blocks = content.pages[0].blocks
    assert [(block.text, bool(block.level)) for block in blocks] == [
        ("Working together", True),
        (LONG, False),
        ("What we found", True),
        (LONG, False),
    ]
    assert content.title == "Working together"
    assert content.authors == ("Ann Smith", "Bo Lund")


def test_software_is_neither_title_nor_author() -> None:
    info = {"Title": "Microsoft Word - final v3.docx", "Author": "Administrator"}
    content = read_pdf(pdf([[(72, 760, 24, "Neighbours first"), *paragraph(LONG)]], info), "a.pdf")
    assert content.title == "Neighbours first"
    assert content.authors == ()


def test_running_heads_feet_and_page_numbers_are_left_out_and_the_text_stays() -> None:
    pages: list[list[Printed]] = [
        [
            (72, 810, 9, "Annual review of community work"),
            *paragraph(f"Page text number {number} says something of its own here. {LONG}"),
            (290, 30, 9, f"Page {number} of 4"),
        ]
        for number in range(1, 5)
    ]
    content = read_pdf(pdf(pages), "a.pdf")
    for number in range(1, 5):
        whole = " ".join(texts(content, number))
        assert f"Page text number {number} says" in whole
        assert "Annual review" not in whole
        assert " of 4" not in whole


def test_a_sentence_goes_on_over_the_end_of_a_page() -> None:
    first = paragraph("The money was shared by the members of the panel who had been chosen by their own", top=100)
    second = paragraph("neighbours at an open meeting. It was a good meeting.")
    content = read_pdf(pdf([first, second]), "a.pdf")
    assert content.pages[1].blocks[0].joined


def test_a_word_that_is_cut_at_the_end_of_a_page_is_put_together() -> None:
    for half, rest, whole in (
        ("organi-", "sations met. It rained.", "organisations met"),
        ("co-", "op met.", "co-op met"),
    ):
        first = paragraph(
            f"All organisations of the co-op were glad that in the end so many of the members of the {half}", top=100
        )
        (report,) = read_reports(pdf([first, paragraph(rest)]), "a.pdf", ".pdf")
        assert isinstance(report, Report) and whole in report.text
        assert report.text[slice(report.pages[1].start, report.pages[1].end)] == rest
        assert report.pages[0].end == report.pages[1].start


@pytest.mark.parametrize(
    ("end", "start", "joined"),
    [
        ("of the members of the panel in the north was commissioned by the", "NHS in 2014. It found much.", True),
        ("the share of the members of the panel who had been paid rose to", "312 in 2014. It found much.", True),
        ("the share of the members of the panel who had been paid rose to", "Figure 3: Members who were paid", False),
        ("what the members of the panel asked for in the north of Ardle", "NHS in 2014. It found much.", False),
    ],
)
def test_it_may_go_on_with_a_name_or_a_number(end: str, start: str, joined: bool) -> None:
    content = read_pdf(pdf([paragraph(f"The money was shared and {end}", top=100), paragraph(start)]), "a.pdf")
    assert content.pages[1].blocks[0].joined == joined


def test_contents_pages_are_left_out() -> None:
    led = ["Summary ........ 2", "Findings ........ 5", "The panels ........ 9", "Notes ........ 12"]
    numbered = ["1 Summary 2", "2 Findings 5", "2.1 The panels 9", "3. Notes 12"]
    for entries in (["Contents", *led], ["Contents", *numbered]):
        assert_left_out(entries)


def assert_left_out(entries: list[str]) -> None:
    listed: list[Printed] = [(72, 700 - 20 * number, 11, entry) for number, entry in enumerate(entries)]
    content = read_pdf(pdf([listed, paragraph(LONG)]), "a.pdf")
    assert texts(content, 1) == []
    assert texts(content, 2) == [LONG]


def test_bullets_are_items_of_their_own() -> None:
    lines = [
        "They asked for three things:",
        "\x95 warm rooms",
        "\x95 a place to keep",
        "belongings safely",
        "\x95 time",
    ]
    printed: list[Printed] = [
        (72, 700 - 14 * number, 11, line.replace("\x95", "•")) for number, line in enumerate(lines)
    ]
    content = read_pdf(pdf([printed]), "a.pdf")
    assert texts(content, 1) == [
        "They asked for three things:",
        "• warm rooms",
        "• a place to keep belongings safely",
        "• time",
    ]


def test_roman_page_labels_are_kept_beside_physical_numbers() -> None:
    content = read_pdf(pdf([paragraph(LONG)] * 4, roman=2), "a.pdf")
    assert [page.label for page in content.pages] == ["i", "ii", "1", "2"]


def test_a_file_locked_for_reading_says_what_to_do() -> None:
    with pytest.raises(ReportError, match=r"secret\.pdf: The file is locked with a password\. Open it"):
        read_pdf(pdf([paragraph(LONG)], password="secret"), "secret.pdf")


def test_a_file_locked_only_for_editing_is_read() -> None:
    content = read_pdf(pdf([paragraph(LONG)], password="", owner_password="owner"), "a.pdf")
    assert texts(content, 1) == [LONG]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b" \n ", "is empty"),
        (b"<!DOCTYPE html><html><body>404 Not Found</body></html>", "named .pdf but is something else"),
        (b"%PDF-1.7\n" + b"\x00rubbish" * 40, "is damaged"),
        (b"no PDF at all, just some words", "is damaged"),
    ],
    ids=["no bytes", "blanks", "error page", "rubbish", "text"],
)
def test_a_broken_file_says_why_in_a_sentence(data: bytes, reason: str) -> None:
    with pytest.raises(ReportError, match=reason):
        read_pdf(data, "report.pdf")


def test_a_truncated_file_gives_what_is_left_or_says_that_it_is_damaged() -> None:
    whole = pdf([paragraph(LONG)] * 3)
    for share in (0.2, 0.5, 0.8, 0.95):
        try:
            content = read_pdf(whole[: int(len(whole) * share)], "cut.pdf")
        except ReportError as error:
            assert "damaged" in error.reason or "text layer" in error.reason
        else:
            assert any(LONG in texts(content, page) for page in range(1, len(content.pages) + 1))


def test_pages_that_are_pictures_are_counted_and_the_others_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "available", lambda: False)
    content = read_pdf(scanned(pages=2), "a.pdf")
    assert [page.problem for page in content.pages] == ["", SCANNED]
    with pytest.raises(ReportError, match=r"Tesseract .* is installed"):
        read_pdf(scanned(pages=1), "scan.pdf")


def scanned(pages: int) -> bytes:
    """A PDF whose last page holds nothing but a picture."""
    import io

    from PIL import Image
    from pypdf import PdfReader, PdfWriter

    picture = io.BytesIO()
    Image.new("L", (60, 80), 200).save(picture, "PDF")
    writer = PdfWriter()
    for page in PdfReader(io.BytesIO(pdf([paragraph(LONG)] * (pages - 1)))).pages if pages > 1 else []:
        writer.add_page(page)
    writer.add_page(PdfReader(picture).pages[0])
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_sentences_go_on_over_the_notes_at_the_foot_of_a_page() -> None:
    pages = [
        [
            *paragraph("The rule holds. Any member may bring a new rule, which is taken up when two thirds of"),
            note("1 It was held in October."),
        ],
        [
            *paragraph("those at the table raise a hand. It asked each member who has a plot to give one"),
            note("2 Children share a plot."),
        ],
        paragraph("morning a month to the common orchard."),
    ]
    content = read_pdf(pdf(pages), "a.pdf")
    found = [(block.text, block.joined) for page in content.pages for block in page.blocks]
    assert found == [
        ("1 It was held in October.", False),
        ("The rule holds. Any member may bring a new rule, which is taken up when two thirds of", False),
        ("those at the table raise a hand.", True),
        ("2 Children share a plot.", False),
        ("It asked each member who has a plot to give one", False),
        ("morning a month to the common orchard.", True),
    ]


def note(text: str) -> Printed:
    return (72, 80, 8, text)
