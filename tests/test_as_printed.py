"""The check of quotations on the page as it is printed rejects each fault of reading, and passes what is sound."""

from __future__ import annotations

import json
from itertools import zip_longest
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from benchmarks.doubts import main
from ingest.verification.as_printed import Doubt, PrintedPage, printed_letters
from tests.papers import A4, LAYER, Printed, drawing, paragraph, pdf, show

LEFT = (
    "Members of the lunch clubs plan the menu, cook and keep the accounts. In the first year the three clubs served "
    "four thousand meals. Nobody was paid, but travel was refunded at forty pence a mile."
)
RIGHT = (
    "The council lent the halls without rent. A dietitian trained eleven volunteers in the winter. Two clubs have "
    "since opened a repair table beside the kitchen, which mended a hundred lamps."
)


def page(data: bytes, folder: Path) -> PrintedPage:
    file = folder / "a.pdf"
    file.write_bytes(data)
    return PrintedPage(printed_letters(file, 1))


def by_row(left: list[Printed], right: list[Printed]) -> list[Printed]:
    """Two columns in the order of their rows, as some programs write them."""
    return [line for pair in zip_longest(left, right) for line in pair if line]


COLUMNS = [
    pytest.param(11.0, 36, 310, id="usual"),
    pytest.param(9.0, 40, 262, id="narrow gutter"),
    pytest.param(13.0, 30, 330, id="large type"),
]


@pytest.mark.parametrize(("size", "width", "across"), COLUMNS)
@pytest.mark.parametrize("is_by_row", [True, False])
def test_columns_are_read_one_after_the_other(
    size: float, width: int, across: float, is_by_row: bool, tmp_path: Path
) -> None:
    left, right = paragraph(LEFT, size=size, width=width), paragraph(RIGHT, size=size, width=width, left=across)
    printed = page(pdf([by_row(left, right) if is_by_row else left + right]), tmp_path)
    for sentence in (LEFT, RIGHT, f"{LEFT[-30:]} {RIGHT}"):
        assert printed.doubt(sentence) is None
    for row, other in ((left, right), (right, left[1:])):
        for first, second in zip(row[:3], other[:3], strict=False):
            assert printed.doubt(f"{first[3]} {second[3]}") is Doubt.SPLICED
    assert printed.doubt(f"{left[0][3]} {left[2][3]}") is Doubt.SPLICED
    assert printed.doubt("Nobody was ever paid.") is Doubt.MISSING


def test_three_columns_are_not_read_across(tmp_path: Path) -> None:
    columns = [paragraph(text, size=9, width=30, left=left) for text, left in ((LEFT, 50), (RIGHT, 220), (LEFT, 390))]
    rows = [line for row in zip(*columns, strict=False) for line in row]
    printed = page(pdf([rows]), tmp_path)
    assert printed.doubt(RIGHT) is None
    assert printed.doubt(f"{columns[0][1][3]} {columns[1][1][3]}") is Doubt.SPLICED


MARKED = {
    "smaller and higher": show(
        (72, 700, 11, "They were paid £1,200"), (186, 704, 6, "3"), (192, 700, 11, "in the year.")
    ),
    "raised": "BT /F1 11 Tf 72 700 Td (They were paid £1,200) Tj "
    "4 Ts /F1 7 Tf (3) Tj 0 Ts /F1 11 Tf ( in the year.) Tj ET",
    "of one size": "BT /F1 11 Tf 72 700 Td (They were paid £1,200) Tj 4 Ts (3) Tj 0 Ts ( in the year.) Tj ET",
    "a letter of its own": show((72, 700, 11, "They were paid £1,200³ in the year.")),
    "painted last": show((72, 700, 11, "They were paid £1,200   in the year."), (186, 704, 6, "3")),
}


@pytest.mark.parametrize("content", MARKED.values(), ids=MARKED)
@pytest.mark.parametrize("turned", [0, 90])
def test_the_mark_of_a_note_is_no_digit(content: str, turned: int, tmp_path: Path) -> None:
    printed = page(drawing(content, turned=turned), tmp_path)
    assert printed.doubt("They were paid £1,200 in the year.") is None
    assert printed.doubt("They were paid £1,200³ in the year.") is None
    assert printed.doubt("They were paid £1,2003 in the year.") in (Doubt.MARK, Doubt.SPLICED)


SENTENCE = "Nobody may read this sentence."
WORDS = show((72, 700, 11, "Everybody may read this."), (72, 660, 11, SENTENCE))
OVER_IT = "60 650 300 30 re f"
HIDDEN = {
    "on a layer that is off": drawing(
        show((72, 700, 11, "Read.")) + LAYER.format(show((72, 660, 11, SENTENCE))), hidden_layer=True
    ),
    "beyond the edge of the page": drawing(WORDS, crop=(0, 680, *A4)),
    "clipped": drawing(f"q 0 690 595 100 re W n {WORDS} Q"),
    "white": drawing(f"1 g {show((72, 660, 11, SENTENCE))} 0 g {show((72, 700, 11, 'Read.'))}"),
    "nearly white": drawing(f".98 g {show((72, 660, 11, SENTENCE))} 0 g {show((72, 700, 11, 'Read.'))}"),
    "of the colour of its box": drawing(
        f"{show((72, 700, 11, 'Read.'))} .2 .3 .8 rg {OVER_IT} {show((72, 660, 11, SENTENCE))}"
    ),
    "covered in black": drawing(f"{WORDS} 0 g {OVER_IT}"),
    "covered in white": drawing(f"{WORDS} 1 g {OVER_IT}"),
    "not drawn": drawing(f"{show((72, 700, 11, 'Read.'))} 3 Tr {show((72, 660, 11, SENTENCE))}"),
    "tiny": drawing(show((72, 700, 11, "Read."), (72, 660, 0.6, SENTENCE))),
}


@pytest.mark.parametrize("data", HIDDEN.values(), ids=HIDDEN)
def test_what_cannot_be_seen_is_not_quoted(data: bytes, tmp_path: Path) -> None:
    assert page(data, tmp_path).doubt(SENTENCE) is Doubt.HIDDEN


def scan(below: bool) -> bytes:
    """A picture of a page with its recognised text, which is below the picture or not drawn at all."""
    with pdfium.PdfDocument(drawing(WORDS)) as document:
        picture = document[0].render(scale=2).to_pil()
    drawn = f"q {A4[0]} 0 0 {A4[1]} 0 0 cm /P Do Q"
    return drawing(f"{WORDS} {drawn}" if below else f"{drawn} 3 Tr {WORDS}", pictures={"P": picture})


SEEN = {
    "white on a dark box": drawing(f"0 0 .4 rg {OVER_IT} 1 g {show((72, 660, 11, SENTENCE))}"),
    "grey": drawing(f".6 g {show((72, 660, 11, SENTENCE))}"),
    "on a layer that is on": drawing(LAYER.format(show((72, 660, 11, SENTENCE)))),
    "behind a scan": scan(below=True),
    "over a scan, not drawn": scan(below=False),
    "underlined": drawing(f"{WORDS} 72 656 200 1 re f"),
    "turned": drawing(WORDS, turned=270),
    "written upwards": drawing(f"0 1 -1 0 700 0 cm {WORDS}"),
}


@pytest.mark.parametrize("data", SEEN.values(), ids=SEEN)
def test_what_can_be_seen_is_passed(data: bytes, tmp_path: Path) -> None:
    assert page(data, tmp_path).doubt(SENTENCE) is None


SOUND = {
    "hyphens at line ends": (show((72, 700, 11, "The volun-"), (72, 686, 11, "teers met.")), "The volunteers met."),
    "words in bold": (
        "BT 72 700 Td /F1 11 Tf (They chose ) Tj /F2 11 Tf (eleven) Tj /F1 11 Tf ( stewards.) Tj ET",
        "They chose eleven stewards.",
    ),
    "spaced out": (
        "14 Tw "
        + show(
            (72, 700, 11, "It was all planned by"),
            (72, 686, 11, "the people who came"),
            (72, 672, 11, "to eat and to talk."),
        ),
        "It was all planned by the people who came to eat and to talk.",
    ),
    "an initial": (
        show(
            (72, 676, 36, "T"),
            (98, 700, 11, "he clubs plan their"),
            (98, 686, 11, "menu and cook; then"),
            (72, 662, 11, "they eat it."),
        ),
        "The clubs plan their menu and cook; then they eat it.",
    ),
    "small capitals": (
        "BT 72 700 Td /F1 12 Tf (T) Tj /F1 9 Tf (HE) Tj /F1 12 Tf ( P) Tj /F1 9 Tf (ANEL) Tj /F1 12 Tf ( met.) Tj ET",
        "THE PANEL met.",
    ),
    "raised endings": (
        "BT 72 700 Td /F1 11 Tf (On the 19) Tj 4 Ts /F1 7 Tf (th) Tj 0 Ts /F1 11 Tf ( of May they met.) Tj ET",
        "On the 19th of May they met.",
    ),
    "rows of a table": (
        show(
            (72, 700, 11, "Tenants"),
            (250, 700, 11, "12"),
            (350, 700, 11, "11"),
            (72, 684, 11, "Carers"),
            (250, 684, 11, "9"),
            (350, 684, 11, "4"),
        ),
        "Carers | 9 | 4",
    ),
    "the number of a note": (
        show(
            (72, 705, 7, "44"),
            (111, 700, 10, "Thanks to Ann Rowe."),
            (72, 693, 7, "45"),
            (111, 688, 10, "Ibid."),
        ),
        "44 Thanks to Ann Rowe.",
    ),
    "a picture within a paragraph": (
        show(
            (72, 700, 11, "They cooked for"), (72, 640, 8, "Figure 1: the kitchen"), (72, 600, 11, "ninety neighbours.")
        ),
        "They cooked for ninety neighbours.",
    ),
}


@pytest.mark.parametrize(("content", "quote"), SOUND.values(), ids=SOUND)
def test_what_is_printed_soundly_is_passed(content: str, quote: str, tmp_path: Path) -> None:
    printed = page(drawing(content), tmp_path)
    assert printed.doubt(quote) is None
    assert printed.doubt(f"Not {quote}") is Doubt.MISSING


def test_every_sentence_of_a_folder_that_is_doubted_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    left, right = paragraph(LEFT, width=36), paragraph(RIGHT, width=36, left=310)
    (tmp_path / "a.pdf").write_bytes(pdf([left + right]))
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7 damaged")
    main([str(tmp_path), "--doubts", str(tmp_path / "doubts.jsonl")])
    assert json.loads(capsys.readouterr().out) == {"files": 2, "sentences": 6, "doubted": 0}
    assert (tmp_path / "doubts.jsonl").read_text() == ""
