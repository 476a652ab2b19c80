"""Drop caps stand before their words, and words whose letters are set apart are words; what only looks so stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.readers.pdf.drop_caps import joint
from ingest.readers.pdf.page_view import locate
from ingest.readers.pdf.pdf import read_pdf
from tests.papers import Printed, drawing, show

LINES = ["members met each week in the hall and", "they asked the council for a kitchen that", "everybody could use."]
BELOW = "In the second year they cooked for two hundred people."


def text_of(data: bytes) -> list[str]:
    return [block.text for page in read_pdf(data, "a.pdf").pages for block in page.blocks]


def paper(
    initial: Printed, first: str, left: float = 100, beside: int = 3, last: bool = False, font: str = "F1"
) -> bytes:
    """A paragraph whose `beside` first lines make room for an initial, which the file draws first or last."""
    texts = [f"{first} {LINES[0]}", *LINES[1:], BELOW]
    body: list[Printed] = [
        (left if row < beside else 72, 700 - 14 * row, 11, text, font) for row, text in enumerate(texts)
    ]
    return drawing(show(*([*body, initial] if last else [initial, *body])))


@pytest.mark.parametrize(
    ("data", "begins"),
    [
        (paper((72, 672, 42, "T"), "he"), "The members met"),
        (paper((72, 672, 42, "T", "F2"), "he", last=True), "The members met"),
        (paper((72, 686, 28, "T"), "he", left=92, beside=2), "The members met"),
        (paper((72, 672, 42, "T"), "HE CLUB and its", font="F2"), "THE CLUB and its members met"),
        (paper((72, 672, 42, "A"), "ll"), "All members met"),
        (paper((72, 672, 42, "A"), "few"), "A few members met"),
        (paper((72, 700, 30, "T"), "he", left=98, beside=1), "The members met"),
        (paper((72, 700, 30, "T"), "he", left=90, beside=1), "The members met"),
    ],
)
def test_an_initial_stands_before_its_word(data: bytes, begins: str) -> None:
    assert " ".join(text_of(data)) == f"{begins} each week in the hall and {' '.join(LINES[1:])} {BELOW}"


def test_a_sentence_with_an_initial_is_marked_on_its_page(tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(paper((72, 672, 42, "T"), "he"))
    assert locate(file, 1, "The members met each week in the hall and they asked the council")


def test_a_large_letter_that_labels_a_part_stays_apart() -> None:
    label: Printed = (72, 672, 42, "B")
    heads: list[Printed] = [(110, 700 - 14 * row, 11, text) for row, text in enumerate(["Budget", "Staff", "Rooms"])]
    assert text_of(drawing(show(label, *heads)))[0] == "B"


@pytest.mark.parametrize(
    ("initial", "following", "expected"),
    [("A", "community", " "), ("A", "fter", ""), ("I", "n", ""), ("I", "joined", " "), ("O", "ur", ""), ("W", "e", "")],
)
def test_what_stands_between_an_initial_and_its_word(initial: str, following: str, expected: str) -> None:
    assert joint(initial, following) == expected


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("C O - P R O D U C T I O N", "CO-PRODUCTION"),
        ("C O - P R O D U C T I O N   I N   P R A C T I C E", "CO-PRODUCTION IN PRACTICE"),
        ("S u m m a r y   o f   f i n d i n g s", "Summary of findings"),
        ("A B C D E F G H", "A B C D E F G H"),
        ("J F M A M J J A S O N D", "J F M A M J J A S O N D"),
        ("X X X X X X", "X X X X X X"),
        ("Y N Y Y N N Y", "Y N Y Y N N Y"),
    ],
)
@pytest.mark.parametrize("size", [11, 16, 22])
def test_letters_that_are_set_apart_are_words(printed: str, read: str, size: float) -> None:
    data = drawing(show((40, 760, size, printed), (72, 500, 11, "The members met each week in the hall.")))
    assert text_of(data)[0].startswith(read)


def test_single_letters_far_apart_are_no_word() -> None:
    data = drawing(show(*((72 + 40 * place, 700, 11, letter) for place, letter in enumerate("CARERS"))))
    assert text_of(data) == ["C A R E R S"]
