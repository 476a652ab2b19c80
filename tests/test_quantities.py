"""Amounts, dates, numbered things and rows of tables: asked in one form, found in another."""

from __future__ import annotations

import pytest

from ingest.report import Details, Passage
from rag.question import as_reports_write, coverage, in_one_form, is_in_another_language, stem, weights
from rag.sentences import choose, sentences_of
from rag.sentences.rows import heads

REPORT = Details("r", "A report", "r.md")


def passage(text: str) -> Passage:
    return Passage(REPORT, 0, len(text), text)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Which scheme cost 1200 pounds?", "Which scheme cost £1,200?"),
        ("Which cost £1200 a year", "Which cost £1,200 a year"),
        ("It cost 1.2m", "It cost 1.2 million"),
        ("1.5 million pounds", "£1.5 million"),
        ("on 03/03/2014", "on 3 March 2014"),
        ("in 03/2014", "in March 2014"),
        ("in 13/2014", "in 13/2014"),
        ("on 31.12.2015", "on 31 December 2015"),
        ("on 2014-03-03", "on 3 March 2014"),
        ("the 3rd of March 2014", "the 3 March 2014"),
        ("who chose option two", "who chose option 2"),
        ("What does £3 bn buy?", "What does £3 billion buy?"),
        ("£1.2 m and 3 bn", "£1.2 million and 3 billion"),
        ("£4b or 4b pounds", "£4 billion or £4 billion"),
    ],
)
def test_what_people_type_is_searched_as_reports_print_it(typed: str, printed: str) -> None:
    assert as_reports_write(typed) == printed
    assert as_reports_write(printed) == printed


@pytest.mark.parametrize(
    "text",
    [
        "in 2014 there were 1200 people",
        "2014-2020",
        "99/99/2014",
        "page 12 of 40",
        "ISBN 978-1-904",
        "M25",
        "one of two",
        "What does section 4b say?",
        "5 m from 3 b",
    ],
)
def test_other_numbers_stay_as_they_are(text: str) -> None:
    assert as_reports_write(text) == text


@pytest.mark.parametrize("after", ["m", " million", " pounds", ""])
@pytest.mark.parametrize("digits", [16, 310, 5000])
def test_a_number_that_is_too_long_to_be_an_amount_stays_as_it_is(digits: int, after: str) -> None:
    assert in_one_form(f"{'7' * digits}{after}") == f"{'7' * digits}{after}"


@pytest.mark.parametrize(
    ("one", "other"),
    [("1,200", "1200"), ("£1.2m", "£1,200,000"), ("two days", "2 days"), ("3/3/2014", "3rd March 2014")],
)
def test_words_are_compared_in_one_form(one: str, other: str) -> None:
    assert in_one_form(one) == in_one_form(other)


@pytest.mark.parametrize(
    "forms",
    [
        *("organisation organization", "behaviour behavior behavioral", "programme program programs", "centre centers"),
        *("ageing aging", "enrolment enrollment enrolled", "judgement judgment", "analyse analyzing", "labour labor"),
        *("licence license licensing", "practise practice", "centred centered", "unfavourable unfavorable"),
        *("neighbourhood neighborhoods", "deinstitutionalisation deinstitutionalization", "paediatric pediatrics"),
    ],
)
def test_american_and_british_spelling_are_one_word(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


@pytest.mark.parametrize(
    "words",
    ["four for", "prize prise", "hour water", "size sister", "organisation organ", "program progress", "tour tor"],
)
def test_words_that_only_look_like_two_spellings_stay_apart(words: str) -> None:
    one, other = words.split()
    assert stem(one) != stem(other)


def test_forms_of_a_verb_meet_and_the_kind_that_is_asked_for_counts_half() -> None:
    assert stem("took") == stem("taking") == stem("take")
    counts = {"areas": 0, "take": 1, "happened": 0}
    found = weights(counts, 9, "Which areas did not take part?")
    assert found[stem("areas")] < weights(counts, 9)[stem("areas")] and "happen" not in found
    assert coverage("Orkney took part.", {stem("take"): 1.0}) == 1.0


@pytest.mark.parametrize(
    ("question", "foreign"),
    [
        ("Wie viel kostete Larch?", True),
        ("Combien coûte la coproduction ?", True),
        ("¿Qué es la coproducción?", True),
        ("Beth yw cyd-gynhyrchu?", True),
        ("Co to jest koprodukcja?", True),
        ("Wat is het verschil tussen coproductie en participatie?", True),
        ("Quais são os benefícios do projeto?", True),
        ("Ile kosztuje dostęp do usług?", True),
        ("Hvad koster det for kommunen?", True),
        ("Cad is comhtháirgeadh ann?", True),
        ("Is Comhairle nan Eilean Siar involved?", False),
        ("Can Cyngor Gwynedd and Bwrdd Iechyd Prifysgol pay?", False),
        ("What is co-production?", False),
        ("carers?", False),
        ("timebanking Wales", False),
        ("Do i qualify?", False),
        ("12", False),
    ],
)
def test_a_question_in_another_language_is_known(question: str, foreign: bool) -> None:
    assert is_in_another_language(question) is foreign


TABLE = "Volunteers by island\n\nIsland | Year | Volunteers\n\nWestray | 2017 | 22\n\nWestray | 2018 | 31"


def test_a_row_is_quoted_with_the_heads_of_its_columns() -> None:
    [first, second] = sentences_of(passage(TABLE))
    assert (first.text, second.text) == ("Westray | 2017 | 22", "Westray | 2018 | 31")
    assert second.alone == "Island | Year | Volunteers Westray | 2018 | 31"
    assert [each.text for each in choose([second])] == ["Island | Year | Volunteers", "Westray | 2018 | 31"]


def test_a_row_that_names_its_cells_needs_no_heads() -> None:
    text = "Island: Westray | Year: 2017\n\nIsland: Westray | Year: 2018"
    assert heads(text, text.index("Island", 5)) is None
    assert heads(TABLE, TABLE.index("Island")) is None


def test_what_stands_below_a_numbered_heading_says_so_alone() -> None:
    text = "Recommendation 2\n\nHold half of the meetings in the evening."
    below = Passage(REPORT, 0, len(text), text, headings=((0, 16),))
    [sentence] = sentences_of(below)
    assert sentence.alone == "Recommendation 2: Hold half of the meetings in the evening."
    [plain] = sentences_of(Passage(REPORT, 0, len(text), text, heading="What the panel asks", headings=()))[-1:]
    assert plain.alone == "Hold half of the meetings in the evening."
