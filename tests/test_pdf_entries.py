"""What people filled in and typed on a page of a PDF is read where it stands; files in a PDF are told."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, PdfObject, TextStringObject

from ingest.left_out import LeftOut
from ingest.readers.pdf.pdf import read_pdf
from ingest.report import ReportError
from tests.papers import Field, form, paragraph, pdf, ticked, written
from tests.test_pdf import LONG

QUESTIONS = [
    (72, 700, 11, "Name of the group"),
    (72, 650, 11, "What did you do?"),
    (72, 600, 11, "Please send it back."),
]


def read(data: bytes) -> list[str]:
    return [block.text for block in read_pdf(data, "a.pdf").pages[0].blocks]


@pytest.mark.parametrize("beside", [True, False], ids=["beside its question", "below its question"])
def test_an_answer_stands_behind_its_question(beside: bool) -> None:
    left, down = (200, 0) if beside else (72, 20)
    data = form(
        QUESTIONS,
        [
            ("b", (left, 648 - down, 500, 664 - down), written("We sang on forty Sundays.")),
            ("a", (left, 698 - down, 500, 714 - down), written("Tideline Café")),
            ("c", (left, 400, 500, 420), written("")),
        ],
    )
    text = " ".join(read(data))
    assert text == ("Name of the group Tideline Café What did you do? We sang on forty Sundays. Please send it back.")


def test_a_choice_is_read_as_the_list_shows_it() -> None:
    options = ArrayObject(
        [
            ArrayObject([TextStringObject(key), TextStringObject(shown)])
            for key, shown in (("1", "Larch"), ("2", "Rowan"))
        ]
    )
    chosen: dict[str, PdfObject] = {"/FT": NameObject("/Ch"), "/Opt": options, "/V": TextStringObject("2")}
    assert "Rowan" in " ".join(read(form(QUESTIONS, [("a", (200, 698, 300, 714), chosen)])))


def test_ticks_stand_before_their_labels() -> None:
    lines = [(72, 700, 11, "Did you come?"), (200, 700, 11, "Yes"), (300, 700, 11, "No"), (72, 660, 11, "Was it good?")]
    boxes = [("y", (184, 699, 196, 711), ticked(True)), ("n", (284, 699, 296, 711), ticked(False))]
    assert "Did you come? ☑ Yes ☐ No" in " ".join(read(form(lines, boxes)))


@pytest.mark.parametrize("kind", ["/FreeText", "/Stamp"])
def test_text_typed_on_a_page_is_read_and_readers_comments_are_not(kind: str) -> None:
    typed = [("a", (72.0, 630.0, 400.0, 646.0), {"/Contents": TextStringObject("The hall is in Kirk Lane.")})]
    assert "The hall is in Kirk Lane." in read(form(QUESTIONS, typed, kind))
    for comment in ("/Text", "/Highlight", "/Popup"):
        assert "Kirk" not in " ".join(read(form(QUESTIONS, typed, comment)))


def test_what_is_marked_to_be_blacked_out_is_left_out() -> None:
    data = form([*QUESTIONS, *paragraph(LONG, top=500)], [("a", (60, 640, 400, 668), {})], "/Redact")
    assert "What did you do?" not in " ".join(read(data)) and LONG in " ".join(read(data))
    assert read_pdf(data, "a.pdf").left_out == (LeftOut("hidden text", 1),)


def test_a_file_that_is_pinned_to_a_page_is_named() -> None:
    names = {NameObject("/F"): TextStringObject("sums.csv"), NameObject("/UF"): TextStringObject("sums of May.csv")}
    pinned = {"/FS": DictionaryObject(names)}
    data = form([*QUESTIONS, *paragraph(LONG, top=500)], [("a", (72, 630, 90, 650), pinned)], "/FileAttachment")
    assert read_pdf(data, "a.pdf").left_out == (LeftOut("attachment", 1, ("sums of May.csv",)),)


def test_a_stamp_without_words_is_counted() -> None:
    stamps: list[Field] = [("a", (72.0, 630.0, 400.0, 646.0), {}), ("b", (72.0, 530.0, 400.0, 546.0), {})]
    assert read_pdf(form([*QUESTIONS, *paragraph(LONG, top=500)], stamps, "/Stamp"), "a.pdf").left_out == (
        LeftOut("stamp", 2),
    )


def in_xfa(text: str, pages: int = 1) -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(pdf([paragraph(text)] * pages)))
    form_of = DictionaryObject({NameObject("/XFA"): TextStringObject("<xdp/>"), NameObject("/Fields"): ArrayObject()})
    writer.root_object[NameObject("/AcroForm")] = form_of
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "Please wait... If this message is not eventually replaced with the proper contents of the document, your PDF "
        "viewer may not be able to display this type of document.",
        "To view the full contents of this document, you need a later version of the PDF viewer.",
    ],
)
def test_a_form_that_only_adobe_reader_shows_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ReportError, match=r"XFA.*print it to a new PDF"):
        read_pdf(in_xfa(text), "a.pdf")


def test_a_form_in_xfa_with_pages_of_its_own_is_read() -> None:
    assert LONG in " ".join(read(in_xfa(LONG)))
    assert "Please wait" in " ".join(read(pdf([paragraph("Please wait, said the clerk, and we waited.")])))
