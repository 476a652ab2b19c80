"""Repairs to text: what the printer added goes, what the author wrote stays."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.cleanup import LINE_END_HYPHEN, clean, join_lines, words_of


@pytest.mark.parametrize(
    ("lines", "printed_elsewhere", "expected"),
    [
        (["the govern\ufffe", "ment said"], "government", "the government said"),
        (["the co\ufffe", "production of"], "co-production and production", "the co-production of"),
        (["a Vice\ufffe", "Chair was"], "", "a Vice-Chair was"),
        (["evidence\ufffe", "informed work"], "evidence informed", "evidence-informed work"),
        (["to ima\ufffe", "gine it"], "", "to imagine it"),
        (["2014-", "2020 was"], "", "2014-2020 was"),
        (["one -", "two"], "", "one - two"),
    ],
)
def test_words_broken_at_line_ends_are_mended(lines: list[str], printed_elsewhere: str, expected: str) -> None:
    known = words_of([printed_elsewhere, *lines])
    assert join_lines(lines, known) == expected


def test_odd_spaces_ligatures_and_bullets_take_their_usual_form() -> None:
    assert (
        clean("o\ufb03ce\u00a0of\u2002the\u200b co\u00adproduction \uf0b7 item") == "office of the coproduction • item"
    )


@given(st.text())
def test_cleaning_keeps_every_letter_and_digit(text: str) -> None:
    def letters(of: str) -> Counter[str]:
        return Counter(letter for letter in of if letter.isalnum() and not "\ufb00" <= letter <= "\ufb06")

    before, after = letters(text), letters(clean(text))
    assert all(after[letter] >= count for letter, count in before.items())
    assert clean(clean(text)) == clean(text)


@given(st.lists(st.text(alphabet="abc -.é1", min_size=1), min_size=1))
def test_joining_lines_keeps_everything_but_white_space_and_the_marks_of_broken_words(lines: list[str]) -> None:
    joined = join_lines([f"{line}{LINE_END_HYPHEN}" if i % 3 == 1 else line for i, line in enumerate(lines)], Counter())

    def bare(text: str) -> str:
        return "".join(letter for letter in text if letter not in "- ")

    assert bare(joined) == bare("".join(lines))
