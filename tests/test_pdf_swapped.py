"""Fonts whose map to Unicode gives letters for others: the page is read from its drawing, others stay."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from ingest.readers.pdf.pdf import read_pdf
from ingest.readers.pdf.swapped import are_printed, words_in_doubt
from tests.papers import paragraph, pdf, tesseract
from tests.test_columns import LEFT, RIGHT, THIRD

TEXT = f"{LEFT} {RIGHT} {THIRD}"
GERMAN = (
    "Die Mitglieder der Vereine planen das Essen, kochen und führen die Bücher. Im ersten Jahr gaben die drei Vereine "
    "viertausend Mahlzeiten aus. Niemand wurde bezahlt, aber die Fahrt wurde mit vierzig Pfennig je Meile vergütet."
)
WELSH = (
    "Mae aelodau'r clybiau yn cynllunio'r fwydlen, yn coginio ac yn cadw'r cyfrifon. Yn y flwyddyn gyntaf rhoddodd y "
    "tri chlwb bedair mil o brydau bwyd. Ni thalwyd neb, ond ad-dalwyd costau teithio ar ddeugain ceiniog y filltir."
)
FINNISH = (
    "Kerhojen jäsenet suunnittelevat ruokalistan, laittavat ruuan ja pitävät kirjaa. Ensimmäisenä vuonna kolme kerhoa "
    "tarjosi neljätuhatta ateriaa. Kenellekään ei maksettu, mutta matkat korvattiin kunnan varoista koko vuoden ajan. "
    "Kunta lainasi salit ilmaiseksi, ja ravitsemusterapeutti koulutti talvella yksitoista vapaaehtoista keittiötyöhön."
)
SWAPS: list[Mapping[str, str]] = [
    {"t": "l"},
    {"t": "l", "l": "t"},
    {"e": "a", "a": "e"},
    {"o": "u", "u": "i", "i": "o"},
    dict(zip("abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", strict=True)),
]


def with_map(text: str, swap: Mapping[str, str], others: str = "") -> bytes:
    """A PDF that prints `text` in a font that tells other letters by `swap`, and a page of `others` in a sound one."""
    pages = [paragraph(text), *([paragraph(others)] if others else [])]
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(pages))))
    pairs = [f"<{code:02X}> <{ord(swap.get(chr(code), chr(code))):04X}>" for code in range(32, 127)]
    stream = DecodedStreamObject()
    stream.set_data(
        (
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n"
            "1 begincodespacerange <00> <FF> endcodespacerange\n"
            f"{len(pairs)} beginbfchar\n" + "\n".join(pairs) + "\nendbfchar endcmap end end"
        ).encode()
    )
    font = writer.pages[0]["/Resources"]["/Font"]["/F1"]  # type: ignore[index]
    font[NameObject("/ToUnicode")] = writer._add_object(stream)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


@tesseract
@pytest.mark.parametrize("swap", SWAPS)
def test_a_page_whose_letters_stand_for_others_is_read_from_its_drawing(swap: Mapping[str, str]) -> None:
    pages = read_pdf(with_map(TEXT, swap, TEXT), "a.pdf").pages
    assert [page.ocr for page in pages] == [True, False]
    for page in pages:
        assert " ".join(block.text for block in page.blocks) == TEXT


@tesseract
@pytest.mark.parametrize(
    "text", [" ".join([FINNISH] * 3), "lhe cal sal on lhe mal, and lhal is whal lhey pul in lhe lin al len."]
)
def test_odd_words_that_are_printed_so_stay(text: str) -> None:
    assert words_in_doubt(text)
    [page] = read_pdf(pdf([paragraph(text)]), "a.pdf").pages
    assert not page.ocr and " ".join(block.text for block in page.blocks) == text


@pytest.mark.parametrize("swap", SWAPS)
def test_swapped_letters_arouse_doubt(swap: Mapping[str, str]) -> None:
    assert words_in_doubt(TEXT.translate(str.maketrans("".join(swap), "".join(swap.values()))))


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        GERMAN,
        WELSH,
        "",
        "lhe end",
        "Contents\n" + "Findings of the study ........ 12\n" * 20,
        "412 950 8640 " * 30,
    ],
)
def test_sound_texts_arouse_none(text: str) -> None:
    assert not words_in_doubt(text)


def test_words_are_printed_where_most_of_them_are_seen() -> None:
    words = frozenset({"lhe", "lhal", "lhis", "whal", "lo"})
    assert are_printed(words, "Lhe end of lhal and lo")
    assert not are_printed(words, "The end of that and lo")
