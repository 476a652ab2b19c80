"""Scans with columns, tables and the marks of notes: pages are drawn as pictures, and read with the real Tesseract."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from matplotlib import get_data_path
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from ingest.readers.pdf import ocr
from tests.papers import tesseract
from tests.test_columns import LEFT, RIGHT, ROWS, THIRD

pytestmark = tesseract

# The fonts that come with matplotlib, so that the pages are the same wherever they are drawn.
FONTS = Path(get_data_path()) / "fonts" / "ttf"

Drawn = tuple[float, float, str]
"""A piece of text and where its base line starts, in dots."""


def font(name: str, size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / f"{name}.ttf", round(size))


def drawn(
    pieces: Sequence[Drawn], name: str = "DejaVuSerif", size: int = 26, degrees: float = 0, noise: float = 0
) -> Image.Image:
    """A page at 150 dots to the inch, in the pieces of which ^3^ is a raised 3; askew and with noise as a scan is."""
    page = Image.new("L", (1240, 1000), 255)
    pen, body, small = ImageDraw.Draw(page), font(name, size), font(name, 0.64 * size)
    for left, base, text in pieces:
        for number, part in enumerate(text.split("^")):
            raised = number % 2 == 1
            type = small if raised else body
            pen.text((left, base - 0.36 * size * raised), part, 0, font=type, anchor="ls")
            left += pen.textlength(part, font=type) + raised
    if degrees:
        page = page.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=255)
    if noise:
        page = Image.blend(page.filter(ImageFilter.GaussianBlur(0.6)), Image.effect_noise(page.size, 60), noise)
    return page


def column(
    text: str, left: float, top: float, width: float, name: str, size: int = 26, spaced_out: bool = False
) -> list[Drawn]:
    type, lines = font(name, size), [""]
    for word in text.split():
        if type.getlength(f"{lines[-1]} {word}") > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    if not spaced_out:
        return [(left, top + 1.4 * size * number, line) for number, line in enumerate(lines)]
    drawn: list[Drawn] = []
    for number, line in enumerate(lines):
        words, last = line.split(), number == len(lines) - 1
        white = (width - sum(map(type.getlength, words))) / max(1, len(words) - 1)
        across = left
        for word in words:
            drawn.append((across, top + 1.4 * size * number, word))
            across += type.getlength(word) + (type.getlength(" ") if last else white)
    return drawn


def read(page: Image.Image) -> list[str]:
    return [line.text for line in ocr.recognise(page, 480)]


HEADING = "Lunch clubs in three villages and in a town by the sea"


@pytest.mark.parametrize(
    ("name", "size", "degrees", "noise"),
    [("DejaVuSerif", 24, 0, 0), ("DejaVuSans", 22, 1, 0), ("DejaVuSerif", 26, -1, 0.1)],
)
def test_columns_below_a_heading_are_read_one_after_the_other(
    name: str, size: int, degrees: float, noise: float
) -> None:
    gap, width = 1.6 * size, 500
    page = [
        (100, 100, HEADING),
        *column(LEFT, 100, 200, width, name, size),
        *column(RIGHT, 100 + width + gap, 200, width, name, size),
    ]
    found = " ".join(read(drawn(page, name, size, degrees, noise)))
    assert found.replace("\ufffe ", "") == f"{HEADING} {LEFT} {RIGHT}"


def test_spaced_out_lines_of_narrow_columns_are_no_columns_themselves() -> None:
    page = [
        (100, 120, HEADING),
        *column(LEFT, 100, 200, 330, "DejaVuSans", 26, spaced_out=True),
        *column(RIGHT, 475, 200, 330, "DejaVuSans", 26, spaced_out=True),
    ]
    assert " ".join(read(drawn(page, "DejaVuSans", 26))) == f"{HEADING} {LEFT} {RIGHT}"


def test_three_columns_are_read_one_after_the_other() -> None:
    page = [
        line
        for text, left in ((LEFT, 60), (RIGHT, 450), (THIRD, 840))
        for line in column(text, left, 150, 350, "DejaVuSans", 22)
    ]
    assert " ".join(read(drawn(page, "DejaVuSans", 22))) == f"{LEFT} {RIGHT} {THIRD}"


@pytest.mark.parametrize(("name", "degrees"), [("DejaVuSans", 0), ("DejaVuSerif", 0.8)])
def test_the_rows_of_a_table_stay_rows(name: str, degrees: float) -> None:
    cells = [
        (left, 150 + 38 * number, text)
        for number, row in enumerate(ROWS)
        for left, text in zip((100, 520, 760), row, strict=True)
    ]
    assert read(drawn(cells, name, 24, degrees)) == [" ".join(row) for row in ROWS]


def test_lists_and_captions_beside_each_other_are_no_table() -> None:
    lists = [
        (left, 150 + 40 * number, f"• {text}")
        for left, items in ((100, ("warm rooms", "a place to rest", "time to talk")), (700, ("a bus", "tea", "a lift")))
        for number, text in enumerate(items)
    ]
    captions = [
        *column("The hall in May, when the pots were new.", 100, 700, 420, "DejaVuSerif"),
        *column("The bus in June, on its way to the school.", 700, 700, 420, "DejaVuSerif"),
    ]
    found = " ".join(read(drawn([*lists, *captions])))
    for text in ("The hall in May, when the pots were new.", "The bus in June, on its way to the school."):
        assert text in found


NOTED = [
    "Each peer supporter was paid £1,200^3^ in the first year, and 14^4^ of them",
    "stayed on. The scheme had 12 members^5^ in 2016^6^ and thirty in 2018.^7^",
    "The council gave 30 m^2^ of land, and the 1^st^ and 2^nd^ plots were let for",
    "£45^12^ a year; 96%^1^ of the tenants agreed (as they had in 2015^14^).",
]
READ = [
    "Each peer supporter was paid £1,200 in the first year, and 14 of them",
    "stayed on. The scheme had 12 members in 2016 and thirty in 2018.",
    "The council gave 30 m² of land, and the 1st and 2nd plots were let for",
    "£45 a year; 96% of the tenants agreed (as they had in 2015).",
]


@pytest.mark.parametrize(
    ("name", "size", "degrees", "noise"),
    [("DejaVuSerif", 28, 0, 0), ("DejaVuSans", 26, 0.8, 0), ("DejaVuSansCondensed", 30, 0, 0.1)],
)
def test_marks_of_notes_are_left_out_and_powers_and_ordinals_stay(
    name: str, size: int, degrees: float, noise: float
) -> None:
    page = drawn(
        [(70, 150 + 1.7 * size * number, line) for number, line in enumerate(NOTED)], name, size, degrees, noise
    )
    assert read(page) == READ


def test_signs_that_are_high_by_nature_stay() -> None:
    lines = [
        "It was 20°C in “Ardle’s” hall, and 45% of the guests’ coats",
        "hung on 12 pegs; ‘too few’, said Ann, who has seen 30 members go.",
    ]
    found = read(drawn([(70, 150 + 50 * number, line) for number, line in enumerate(lines)]))
    assert [line.replace("‘", "'").replace("’", "'") for line in found] == [
        line.replace("‘", "'").replace("’", "'") for line in lines
    ]


def test_a_note_keeps_its_number() -> None:
    page = [(70, 150, "The hall was lent for a year.^3^"), (70, 210, "It was warm and it was dry.")]
    note = [(70, 500, "^3^ Interview with the caretaker of the hall, March 2016.")]
    found = ocr.recognise(drawn([*page, *note], size=28), 480)
    assert [line.text for line in found][-1] == "3 Interview with the caretaker of the hall, March 2016."
    assert found[-1].labelled and not found[0].labelled
