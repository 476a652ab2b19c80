"""Where reports differ: in a figure for the same thing, or in a direction; and where they only seem to."""

from __future__ import annotations

import pytest

from ingest.report import Details, PageStart, Passage
from rag import Citation, Row
from rag.comparison.disagreement import disagreements, figures
from service import Service


def row(report: str, quote: str) -> Row:
    details = Details(report, f"Report {report}", f"{report}.pdf", kind="pdf")
    passage = Passage(details, 0, len(quote), quote, "", (PageStart(0, 1, "1"),))
    return Row(details, (Citation(1, passage, quote, 0.5, 1),))


def found(golden: Service, one: str, other: str) -> list[tuple[str, str]]:
    told = disagreements([row("a", one), Row(Details("c", "Silent", "c.pdf")), row("b", other)], golden.embedder)
    return [(each.kind, each.what) for each in told]


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        (
            "62% of people want more say in how local services are run.",
            "Only 48 per cent of people want more say in how local services are run.",
            ("figure", "Different figures: 62% and 48%"),
        ),
        (
            "The time bank scheme cost £41,000 a year to run.",
            "The time bank scheme cost £65 thousand a year to run.",
            ("figure", "Different figures: £41,000 and £65,000"),
        ),
        (
            "By March only 22 of 28 councils had published their plans, 9 of them on paper.",
            "By March only 23 of 28 councils had published their plans.",
            ("figure", "Different figures: 22 and 23"),
        ),
        (
            "More than 60% of carers took part in the survey.",
            "Nearly 50% of carers took part in the survey.",
            ("figure", "Different figures: 60% and 50%"),
        ),
        (
            "The scheme improved the health of older residents.",
            "The scheme did not really improve the health of older residents.",
            ("direction", "One says it, the other denies it"),
        ),
        (
            "Volunteering in the time bank increased people's confidence.",
            "Volunteering in the time bank reduced people's confidence.",
            ("direction", "Opposite directions"),
        ),
        (
            "Hospital admissions rose in the year after the scheme began.",
            "Hospital admissions fell in the year after the scheme began.",
            ("direction", "Opposite directions"),
        ),
        (
            "The training improved the health of older residents.",
            "The training did not improve the health of older residents.",
            ("direction", "One says it, the other denies it"),
        ),
    ],
)
def test_reports_that_differ_are_shown_side_by_side(
    golden: Service, one: str, other: str, told: tuple[str, str]
) -> None:
    assert found(golden, one, other) == [told]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("62% of people want more say in services.", "62 per cent of people want more say in services."),
        ("The survey of tenants was held in 2015.", "The survey of tenants was held in 2019."),
        ("The scheme cost £41,000 a year.", "The pool was opened by 300 volunteers in the spring."),
        ("Admissions to hospital rose.", "The number of volunteers in libraries fell."),
        ("62% of people want more say in services.", "12 panels were held on how services are run."),
        ("40 tenants helped to plan the new park.", "40 tenants helped to plan the new park over 6 evenings."),
        ("Tenants helped to plan the new park.12", "Tenants helped to plan the new park.14"),
        ("3 Tenants helped to plan the new park.", "5 Tenants helped to plan the new park."),
        ("Hospital admissions fell in the next year.", "Hospital admissions did not rise in the next year."),
        ("Hospital admissions rose in the next year.", "Did hospital admissions fall in the next year?"),
        (
            "Hospital admissions rose in the next year.",
            "If hospital admissions fell in the next year, all would be well.",
        ),
        ("Women took part in the planning of the park.", "Men took part in the planning of the park."),
        ("Peer support helped people feel less isolated.", "Peer support helped people feel more connected."),
        (
            "Volunteering in the time bank increased people's confidence.",
            "Volunteering in the time bank reduced people's loneliness.",
        ),
        ("Drop-in sessions for carers of older people.", "Growth sessions for carers of older people."),
        ("62% of tenants were satisfied with the repairs.", "38% of tenants were not satisfied with the repairs."),
        ("More than 60% of carers took part in the survey.", "62% of carers took part in the survey."),
        ("About 60% of carers took part in the survey.", "60.2% of carers took part in the survey."),
        ("Fewer than 60 carers took part in the survey.", "Some 58 carers took part in the survey."),
        (
            "Of all carers 62% took part in the survey and 38% did not.",
            "Of all carers 38% did not take part in the survey.",
        ),
        (
            "Co-production is not a new idea in public services.",
            "Co-production is an old idea in public services.",
        ),
    ],
)
def test_what_differs_in_nothing_or_speaks_of_something_else_is_left_out(golden: Service, one: str, other: str) -> None:
    assert found(golden, one, other) == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Of 1,200 tenants 62.5% came.", ["1200", "62.5%"]),
        ("It cost £1.5 million.", ["1500000£"]),
        ("It was opened on 12 May 2015 at 10.30 am, and closed in 2016-17.", []),
        ("Covid-19 is the subject of chapter 4, table 4.2 and pages 12 to 14.", []),
        ("It grew.3 Then “it shrank.”4", []),
        ("The first of two schemes was the 3rd of its kind.", []),
        ("12. Ask them first", []),
        ("£5k, £2b and £3mn", ["5000£", "2000000000£", "3000000£"]),
        ("£3.50 may be saved, a £1.15 decrease from 4.5 marks.", ["3.5£", "1.15£", "4.5"]),
        ("12 separate projects with 15 decision makers declined 15%.", ["12", "15", "15%"]),
        ("It fell for wards 10,12,14 and 3,4,5; notes 1,2 say so of 1,200.", ["1200"]),
        (
            "It saved £2 to £3 million, £2-3 million, between 4 and 5 thousand, and £2 then £3 million.",
            ["3000000£", "3000000£", "5000", "2£", "3000000£"],
        ),
        ("It met on 3rd of March, Sept 12 and May 4; in June 20% came.", ["20%"]),
    ],
)
def test_figures_are_what_is_counted_and_no_other_digits(text: str, values: list[str]) -> None:
    assert [figure.value for figure in figures(text)] == values


def test_a_report_does_not_differ_from_itself(golden: Service) -> None:
    rows = [row("a", "62% of people want more say."), row("a", "48% of people want more say.")]
    assert disagreements(rows, golden.embedder) == []
