"""What belongs to a sentence that announces a list, and that an answer shows neither too little nor too much of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.report import Details, Passage
from rag.sentences import Sentence, choose, sentences_of, told_together
from rag.sentences.lists import items_after, with_items


def passage(text: str, headings: tuple[str, ...] = (), report: str = "r1") -> Passage:
    made = Passage(Details(report, report, f"{report}.pdf"), 0, len(text), text, "")
    return replace(made, headings=tuple((text.index(each), text.index(each) + len(each)) for each in headings))


def sentence(place: Passage, text: str, score: float = 0.5) -> Sentence:
    found = next(each for each in sentences_of(place) if each.text == text)
    return replace(found, score=score)


@pytest.mark.parametrize(
    ("text", "headings", "announces", "items"),
    [
        (
            "We pay our members for:\n\n• travel\n• meals\n\nIt rained.",
            (),
            "We pay our members for:",
            ["travel", "meals"],
        ),
        # An item may have more sentences than one.
        (
            "The board agreed on this:\n\n1. Members should be paid. This was agreed by all.\n\n2. Meet at night.",
            (),
            "The board agreed on this:",
            ["Members should be paid. This was agreed by all.", "Meet at night."],
        ),
        # What follows a heading or a caption is another list.
        ("The board considered this:\n\nHomes in the north\n\n• damp\n• cold", ("Homes in the north",), "", []),
        ("The board considered this:\n\nFigure 2: Rents\n\n• damp\n• cold", (), "", []),
        # An item that ends in a colon does not announce those beside it, but those of another mark below it.
        ("They need three things:\n\n• Money for rent:\n• Time\n• Trust", (), "Money for rent:", []),
        (
            "They need two things:\n\n1. Money for these:\n\n• rent\n\n• food\n\n2. Time",
            (),
            "Money for these:",
            ["rent", "food"],
        ),
    ],
)
def test_items_are_those_that_directly_follow(
    text: str, headings: tuple[str, ...], announces: str, items: list[str]
) -> None:
    place = passage(text, headings)
    announced = sentence(place, announces) if announces else sentences_of(place)[0]
    assert [each.text for each in items_after(announced)] == items


def test_an_item_that_was_chosen_before_goes_with_what_announces_it() -> None:
    place = passage("The panel offers its members:\n\n• Paid travel to the hall\n• Meals on the day")
    announces, travel, meals = sentences_of(place)
    told = choose([replace(travel, score=0.9), replace(announces, score=0.8)])
    assert [each.text for each in told] == [announces.text, travel.text, meals.text]


def test_the_heads_of_columns_are_told_once_for_two_rows() -> None:
    place = passage("Island | Year | Volunteers\n\nWestray | 2018 | 31\n\nSanday | 2019 | 12")
    told = choose([sentence(place, "Westray | 2018 | 31", 0.9), sentence(place, "Sanday | 2019 | 12", 0.8)])
    assert [each.text.partition(" ")[0] for each in told] == ["Island", "Westray", "Sanday"]


def test_two_lists_that_are_announced_alike_are_two_statements() -> None:
    text = "The panel offers its members:\n\n• {}\n• {}"
    one, other = passage(text.format("travel", "meals")), passage(text.format("training", "a mentor"), report="r2")
    told = choose([sentence(each, "The panel offers its members:") for each in (one, other)])
    assert [each.text for each in told if each.listed] == ["travel", "meals", "training", "a mentor"]


def test_a_list_that_is_told_alone_is_one_quotation_and_a_row_has_its_heads() -> None:
    place = passage("We pay our members for:\n\n• travel\n• meals\n\nIt rained.")
    (whole,) = told_together(sentence(place, "We pay our members for:"))
    assert (
        whole.text.endswith("• meals")
        and with_items(sentence(place, "We pay our members for:")) == "We pay our members for: travel; meals"
    )
    table = passage("Island | Year | Volunteers\n\nWestray | 2018 | 31")
    told = told_together(sentence(table, "Westray | 2018 | 31"))
    assert [each.text for each in told] == ["Island | Year | Volunteers", "Westray | 2018 | 31"]
