"""Pages drawn and marked: the boxes are where the words are printed, and nowhere else."""

from __future__ import annotations

import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pypdf
import pytest
from PIL import Image
from pypdf.generic import RectangleObject

from ingest.readers.pdf.page_view import Box, PageError, draw_page, locate
from tests.papers import Printed, paragraph, pdf

QUOTE = "Each member of the panel is paid 85 pounds for a day of work."


def written(folder: Path, *pages: Sequence[Printed]) -> Path:
    file = folder / "report.pdf"
    file.write_bytes(pdf(pages))
    return file


def changed(file: Path, angle: int = 0, crop: tuple[float, float, float, float] | None = None) -> Path:
    """The first page turned or cropped."""
    writer = pypdf.PdfWriter(clone_from=file)
    page = writer.pages[0]
    if angle:  # the words are turned the other way, as in a table that is printed across, so that they read upright
        across, down = (842, 595) if angle % 180 else (595, 842)
        corner = {90: (across, 0), 180: (across, down), 270: (0, down)}[angle]
        page.add_transformation(pypdf.Transformation().rotate(angle).translate(*corner))
        page.mediabox = page.cropbox = RectangleObject((0, 0, across, down))
        page.rotate(angle)
    if crop:
        page.cropbox = RectangleObject(crop)
    writer.write(file)
    return file


def ink(file: Path, outside: Sequence[Box] = (), inside: Sequence[Box] = ()) -> int:
    """How many dark dots the first page has, in some boxes or outside others."""
    picture = Image.open(io.BytesIO(draw_page(file, 1, 1000))).convert("L")
    width, height = picture.size

    def dots(box: Box) -> tuple[int, int, int, int]:
        left, top = int(box.left * width - 1), int(box.top * height - 1)
        return left, top, int((box.left + box.width) * width + 2), int((box.top + box.height) * height + 2)

    if inside:
        return sum(sum(picture.crop(dots(box)).histogram()[:128]) for box in inside)
    for box in outside:
        picture.paste(255, dots(box))
    return sum(picture.histogram()[:128])


def test_the_boxes_hold_the_words_and_all_their_ink(tmp_path: Path) -> None:
    file = written(tmp_path, paragraph(QUOTE, width=30))
    marked = locate(file, 1, QUOTE)
    assert marked and marked.text == QUOTE and len(marked.boxes) == 3
    assert ink(file) > 500
    assert ink(file, outside=marked.boxes) == 0


def test_the_words_around_are_not_marked(tmp_path: Path) -> None:
    file = written(tmp_path, paragraph(f"They met five times. {QUOTE} Travel is met as well.", width=60))
    marked = locate(file, 1, QUOTE)
    alone = locate(written(tmp_path, paragraph(QUOTE, width=200)), 1, QUOTE)
    assert marked and alone and len(marked.boxes) == 2
    assert sum(box.width for box in marked.boxes) == pytest.approx(alone.boxes[0].width, rel=0.02)


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_turned_page_is_marked_as_it_is_drawn(tmp_path: Path, angle: int) -> None:
    file = changed(written(tmp_path, paragraph(QUOTE, width=30)), angle)
    marked = locate(file, 1, QUOTE)
    assert marked and ink(file) > 500
    assert ink(file, outside=marked.boxes) == 0


def test_a_cropped_page_is_marked_as_it_is_drawn(tmp_path: Path) -> None:
    file = changed(written(tmp_path, paragraph(QUOTE, width=30)), crop=(50, 500, 400, 750))
    marked = locate(file, 1, QUOTE)
    assert marked and ink(file) > 500
    assert ink(file, outside=marked.boxes) == 0


def test_a_word_broken_at_the_end_of_a_line_is_found_whole(tmp_path: Path) -> None:
    file = written(tmp_path, [(72, 700, 11, "They call it co-pro-"), (72, 687, 11, "duction of services.")])
    marked = locate(file, 1, "They call it co-production of services.")
    assert marked and len(marked.boxes) == 2


def test_a_quotation_in_two_columns_is_marked_in_both(tmp_path: Path) -> None:
    left = paragraph("The panel met in the hall. Each member of the panel", top=120, width=30)
    right = paragraph("is paid 85 pounds for a day of work. It met again.", left=320, width=30)
    marked = locate(written(tmp_path, [*left, *right]), 1, QUOTE)
    assert marked and marked.text == QUOTE
    assert {box.left > 0.5 for box in marked.boxes} == {False, True}


def test_what_stands_between_the_parts_is_left_out(tmp_path: Path) -> None:
    lines = [(72.0, 700.0, 11.0, "Each member of the panel is paid"), (72.0, 60.0, 8.0, "Annual review 2019, page 4")]
    file = written(tmp_path, [*lines, (72.0, 400.0, 11.0, "85 pounds for a day of work.")])
    marked = locate(file, 1, QUOTE)
    assert marked and marked.text == QUOTE and len(marked.boxes) == 2


@pytest.mark.parametrize("quote", [QUOTE.replace("85", "95"), "Each member of the panel is paid well.", "", " - "])
def test_nothing_is_marked_that_is_not_there_whole(tmp_path: Path, quote: str) -> None:
    assert locate(written(tmp_path, paragraph(QUOTE)), 1, quote) is None


def test_letters_are_not_gathered_from_all_over_the_page(tmp_path: Path) -> None:
    lines = [(72.0, 700.0 - 20 * at, 11.0, word) for at, word in enumerate(QUOTE.replace(" ", " between ").split())]
    assert locate(written(tmp_path, lines), 1, QUOTE) is None


@pytest.mark.parametrize(
    "quote",
    [
        "Each member of the panel is paid well.",
        "Each member of the panel is not paid in 2019 at all.",
        "Each member of the panel is paid 1015 pounds.",
    ],
)
def test_words_from_two_places_are_never_put_together(tmp_path: Path, quote: str) -> None:
    lines = ["Each member of the panel is paid 10-15 pounds.", "All went well.", "They were not paid in 2019 at all."]
    file = written(tmp_path, [(72.0, 700.0 - 50 * at, 11.0, line) for at, line in enumerate(lines)])
    assert locate(file, 1, quote) is None


def test_a_line_of_the_body_is_never_passed_over(tmp_path: Path) -> None:
    lines = ["Each member of the panel is paid", "nothing at first, and then", "85 pounds for a day of work."]
    file = written(tmp_path, [(72.0, 800.0 - 14 * at, 11.0, line) for at, line in enumerate(lines)])
    assert locate(file, 1, QUOTE) is None


def test_a_running_foot_that_begins_as_the_quotation_goes_on_is_not_marked(tmp_path: Path) -> None:
    lines = [(72.0, 700.0, 11.0, "Each member of the panel is paid"), (72.0, 60.0, 8.0, "8 Annual review")]
    marked = locate(written(tmp_path, [*lines, (72.0, 400.0, 11.0, "85 pounds for a day of work.")]), 1, QUOTE)
    assert marked and marked.text == QUOTE and len(marked.boxes) == 2


@pytest.mark.parametrize("number", [0, 2])
def test_a_page_that_is_not_there_is_told(tmp_path: Path, number: int) -> None:
    file = written(tmp_path, paragraph(QUOTE))
    with pytest.raises(PageError, match=f"no page {number}"):
        draw_page(file, number, 500)
    with pytest.raises(PageError, match=f"no page {number}"):
        locate(file, number, QUOTE)


def test_a_file_that_is_no_pdf_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"This is no PDF.")
    with pytest.raises(PageError, match="cannot be shown"):
        draw_page(tmp_path / "a.pdf", 1, 500)


def test_a_drawing_is_as_wide_as_asked_and_never_too_large(tmp_path: Path) -> None:
    file = written(tmp_path, paragraph(QUOTE))
    assert Image.open(io.BytesIO(draw_page(file, 1, 700))).size[0] == 700
    writer = pypdf.PdfWriter()
    writer.add_blank_page(10, 14_000)
    writer.write(tmp_path / "long.pdf")
    width, height = Image.open(io.BytesIO(draw_page(tmp_path / "long.pdf", 1, 1000))).size
    assert width * height <= 12_100_000


def test_pages_are_drawn_and_marked_by_many_at_once(tmp_path: Path) -> None:
    file = written(tmp_path, paragraph(QUOTE), paragraph("The second page."))
    first = draw_page(file, 1, 400)
    with ThreadPoolExecutor(8) as pool:
        drawn = list(pool.map(lambda _: draw_page(file, 1, 400), range(24)))
        marked = list(pool.map(lambda _: locate(file, 1, QUOTE), range(24)))
    assert set(drawn) == {first} and set(marked) == {marked[0]} and marked[0]
