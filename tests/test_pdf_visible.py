"""What nobody sees on a page of a PDF is not read from it, and counted; what is seen stays."""

from __future__ import annotations

import pytest

from ingest.left_out import LeftOut
from ingest.readers.pdf.pdf import read_pdf
from tests.papers import LAYER, drawing, show
from tests.test_as_printed import HIDDEN, SEEN, SENTENCE


def text_of(data: bytes) -> str:
    return " ".join(block.text for page in read_pdf(data, "a.pdf").pages for block in page.blocks)


@pytest.mark.parametrize("data", HIDDEN.values(), ids=HIDDEN)
def test_hidden_text_is_left_out_and_counted(data: bytes) -> None:
    content = read_pdf(data, "a.pdf")
    assert SENTENCE not in text_of(data) and "ead" in text_of(data)
    assert content.left_out[-1].kind == "hidden text" and content.left_out[-1].count >= 1


@pytest.mark.parametrize("data", SEEN.values(), ids=SEEN)
def test_what_is_seen_is_read(data: bytes) -> None:
    assert SENTENCE in text_of(data)
    assert not read_pdf(data, "a.pdf").left_out


def test_only_the_words_under_a_black_bar_are_left_out() -> None:
    data = drawing(show((72, 700, 11, "The panel paid Ann Smith of Larch Lane for it.")) + " 0 g 145 696 115 14 re f")
    assert "The panel paid" in text_of(data) and "for it." in text_of(data)
    assert "Smith" not in text_of(data) and "Larch" not in text_of(data)


def test_layers_that_are_off_are_named() -> None:
    data = drawing(
        show((72, 700, 11, "Everybody may read this.")) + LAYER.format(show((72, 660, 11, SENTENCE))), hidden_layer=True
    )
    assert read_pdf(data, "a.pdf").left_out == (LeftOut("layer", 1, ("Layer",)), LeftOut("hidden text", 1))


def test_tiny_letters_in_a_line_of_a_usual_size_are_left_out() -> None:
    data = drawing(show((72, 700, 11, "Agency for Larch Lane"), (186, 700, 1, "_9b7c34aa-228e")))
    assert text_of(data) == "Agency for Larch Lane"
    assert "hidden text" in [each.kind for each in read_pdf(data, "a.pdf").left_out]


def test_tiny_full_stops_stay() -> None:
    assert text_of(drawing(show((72, 700, 11, "We met on Monday"), (160, 700, 1, ".")))) == "We met on Monday."
