"""Plain text that was laid out for print: columns are read one after the other, form feeds end pages."""

from __future__ import annotations

import pytest

from ingest.readers import read_reports
from ingest.report import Report

LEFT = ["The harbour project", "began in 2014 with", "three volunteers and", "a boat that the trust", "had bought."]
RIGHT = ["Fifty-eight pairs met", "every week, and most", "of them were new to", "the harbour and its", "people."]
PROSE = "The harbour project began in 2014 with three volunteers and a boat that the trust had bought."
MET = "Fifty-eight pairs met every week, and most of them were new to the harbour and its people."


def read(text: str) -> Report:
    [report] = read_reports(text.encode(), "harbour.txt", ".txt")
    assert isinstance(report, Report)
    return report


def beside(*columns: list[str], gap: int = 4) -> str:
    width = max(len(line) for column in columns for line in column) + gap
    rows = zip(*columns, strict=True)
    return "\n".join("".join(line.ljust(width) for line in row).rstrip() for row in rows) + "\n"


@pytest.mark.parametrize("gap", [2, 3, 8])
@pytest.mark.parametrize("above", ["", "A report that a line of full width tells of, above the two columns of it\n\n"])
def test_columns_that_are_made_with_spaces_are_read_one_after_the_other(gap: int, above: str) -> None:
    text = read(above + beside(LEFT, RIGHT, gap=gap)).text
    assert text.endswith(f"{PROSE}\n\n{MET}")


def test_a_short_column_and_three_columns() -> None:
    right = [*RIGHT[:-1], "people, who stayed", "for two years or so,", "and for more."]
    longer = MET.replace("people.", "people, who stayed for two years or so, and for more.")
    assert read(beside([*LEFT, "", ""], right)).text == f"{PROSE}\n\n{longer}"
    assert read(beside(LEFT, RIGHT, LEFT)).text == f"{PROSE}\n\n{MET}\n\n{PROSE}"


def test_a_sentence_that_runs_from_column_to_column_is_whole() -> None:
    left = ["In the first year the", "three clubs of the", "harbour served about", "four thousand meals"]
    right = ["to people who live", "alone, and to those", "who care for them at", "home."]
    assert "four thousand meals to people who live alone" in read(beside(left, right)).text


@pytest.mark.parametrize(
    "table",
    [
        beside(["Area", "Orkney", "Unst", "Yell", "Fetlar"], ["Pairs", "14", "9", "3", "1"]),
        beside(["Boats and oars", "Meals for carers", "Rent of the hall", "Paint", "Ropes"],
               ["Harbour Trust", "Ardle Council", "Harbour Trust", "The members", "The members"]),
    ],
)  # fmt: skip
def test_rows_of_a_table_stay_together(table: str) -> None:
    rows = [" ".join(line.split()) for line in table.splitlines()]
    assert all(row in read(f"{PROSE}\n\n{table}").text for row in rows)


def test_two_spaces_after_a_full_stop_part_no_columns() -> None:
    lines = ["It began in 2014.  The trust bought a boat then.", "It was paid for.  By whom is not known to anyone.",
             "Most were new here.  They came from the north."]  # fmt: skip
    assert read("\n".join(lines)).text.split() == " ".join(lines).split()


def test_form_feeds_end_pages() -> None:
    pages = [
        f"Harbour report\n\n{PROSE} The volunteers and\n\n- 1 -\n",
        f"Harbour report\n\nthe trust shared them.\n\n{MET}\n\n- 2 -\n",
        f"Harbour report\n\n{PROSE}\n\n- 3 -\n",
    ]
    report = read("\f".join(pages) + "\f")
    assert [page.label for page in report.pages] == ["1", "2", "3"]
    assert "Harbour report" not in report.text and "- 2 -" not in report.text
    assert "The volunteers and the trust shared them." in report.text
    page = report.page_at(report.text.index(MET))
    assert page and page.number == 2
    assert read(f"{PROSE}\n\f").pages == ()
