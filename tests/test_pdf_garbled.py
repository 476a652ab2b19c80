"""A page whose fonts give other letters than they draw is noticed; sound pages of all kinds are not."""

from __future__ import annotations

import pytest

from ingest.readers.pdf import ocr
from ingest.readers.pdf.garbled import is_garbled
from ingest.readers.pdf.pdf import GARBLED, NOT_RECOGNISED, read_pdf
from tests.papers import paragraph, pdf
from tests.test_pdf import LONG

ENGLISH = f"{LONG} The hall was open for all of them, and the tea was free."
GERMAN = (
    "Die Bürger haben mit dem Rat geplant, und das Geld ist nicht für die Halle, die der Verein mit den Nachbarn "
    "gebaut hat. Das Fest ist für die Kinder und die Eltern."
)


def moved(text: str, by: int, spaces: bool = False) -> str:
    """`text` as a font gives it whose letters are all `by` places on, and the spaces too or not."""
    return "".join(chr(ord(letter) + by) if spaces or letter != " " else letter for letter in text)


@pytest.mark.parametrize("by", [-29, -3, 1, 7, 29])
@pytest.mark.parametrize("text", [ENGLISH, GERMAN])
def test_moved_letters_are_noticed(text: str, by: int) -> None:
    assert is_garbled(moved(text, by))
    assert is_garbled(f"{LONG} {LONG} {moved(text, by)}"), "a part of the page is enough"
    assert not is_garbled(text)


def test_letters_and_spaces_that_are_moved_are_noticed() -> None:
    assert is_garbled(moved(ENGLISH, 1, spaces=True))


SOUND = {
    "capitals": ENGLISH.upper(),
    "Welsh": "Mae'r bobl yn y dref yn gweithio gyda'i gilydd ac mae'r cyngor yn helpu. " * 4,
    "Gaelic": "Tha na daoine anns a' bhaile ag obair còmhla agus tha a' chomhairle gan cuideachadh. " * 4,
    "figures": " ".join(f"{number * 37 % 991} {number}.{number % 7} £{number * 13}" for number in range(200)),
    "references": "Smith, J. and Jones, A. (2009) BMJ 338, pp. 12-19. doi:10.1136/bmj.b81. ISBN 978-1-84742-123-4. "
    * 6,
    "codes": "ABC-12 QED WKH-7 NHS GP A&E HR IT CVS SCVO COSLA NESTA ESRC AHRC " * 6,
}


@pytest.mark.parametrize("text", SOUND.values(), ids=SOUND)
def test_sound_pages_are_no_garble(text: str) -> None:
    assert not is_garbled(text)


@pytest.mark.parametrize("there", [True, False])
def test_a_garbled_page_is_recognised_or_told(there: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "available", lambda: there)
    monkeypatch.setattr(ocr, "recognise", lambda picture, points: [])
    content = read_pdf(pdf([paragraph(LONG), paragraph(moved(ENGLISH, 3))]), "a.pdf")
    assert [page.problem for page in content.pages] == ["", NOT_RECOGNISED if there else GARBLED]
