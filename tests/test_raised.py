"""Raised letters: the marks of notes are not glued to what they follow, and what only looks like one stays."""

from __future__ import annotations

import pytest

from ingest.readers.superscripts import join_raised


def joined(text: str) -> str:
    """`text`, in which what is between ^ and ^ is raised."""
    return join_raised((piece, index % 2 == 1) for index, piece in enumerate(text.split("^")))


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("It cost £1,200^3^ a year.", "It cost £1,200 a year."),
        ("and 14^4^ of them", "and 14 of them"),
        ("12 members^5^, in 2016^6^.", "12 members, in 2016."),
        ("in 2016.^12^ Then", "in 2016. Then"),
        ("a rise of 4.5%^a^ and “more”^*^", "a rise of 4.5% and “more”"),
        ("members^3,4^ and staff^5–7^", "members and staff"),
        ("members^3^^, ^^4^ came", "members came"),
        ("members^(3)^ and [sic]^[4]^", "members and [sic]"),
        ("members^3 ^came", "members came"),
        ("members ^3^ came", "members  came"),
        ("a board^iv^ of nine^††^", "a board of nine"),
        ("It cost £3m^2^ and 30m^2^ more", "It cost £3m and 30m² more"),
        ("the council^1^s", "the councils"),
        ("one^†^", "one"),
        ("the council’s^2^ and council's^3^ plan, 2b^2^", "the council’s and council's plan, 2b"),
        ("took part in^2^ it", "took part in it"),
        ("these questions.“^17^ Many", "these questions.“ Many"),
        ("the ‘old hall‘^3^ stands", "the ‘old hall‘ stands"),
    ],
)
def test_marks_of_notes_are_left_out(printed: str, read: str) -> None:
    assert joined(printed) == read


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("30 m^2^ of grass, 4 km^2^, 12m^3^, 3 in^2^", "30 m² of grass, 4 km², 12m³, 3 in²"),
        ("£40 per m^2^", "£40 per m²"),
        ("2 × 10^6^ cells, 10^-3^ and 5 m s^−1^", "2 × 10⁶ cells, 10⁻³ and 5 m s⁻¹"),
        ("R^2^ = .4, I^2^ of 60%, x^2^", "R² = .4, I² of 60%, x²"),
        ("tonnes of CO^2^ saved", "tonnes of CO² saved"),
        ("the 1^st^, 2^nd^ and 21^st^ of May", "the 1st, 2nd and 21st of May"),
        ("M^me^ Roux, n^o^ 4", "Mme Roux, no 4"),
        ("at 20^o^C and 5^0^ C", "at 20°C and 5° C"),
        ("^3^See the minutes.", "3 See the minutes."),
        ("^3^ See the minutes.", "3 See the minutes."),
        ("2^1^/2 hours", "21/2 hours"),
        ("see note ^3^ below", "see note 3 below"),
        ("all ^raised words^ stay", "all raised words stay"),
        ("(^3^ hours)", "(3 hours)"),
    ],
)
def test_what_only_looks_like_a_mark_stays(printed: str, read: str) -> None:
    assert joined(printed) == read
