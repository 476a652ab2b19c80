"""What a report says of itself: its title, who wrote it, who published it, and when."""

from __future__ import annotations

import io
from dataclasses import replace

import docx
import pytest

from ingest.catalogue_entry import details, summarise
from ingest.readers import read_reports
from ingest.report import Details, Report
from tests.papers import Printed, paragraph, pdf


def report(data: bytes, file: str) -> Report:
    """The one report that a file holds."""
    [found] = read_reports(data, file, file[file.rindex(".") :])
    assert isinstance(found, Report), found
    return found


def test_a_title_made_of_the_name_of_the_file_is_a_guess() -> None:
    found = report(b"We met twice.", "minutes_of_may.txt").details
    assert (found.title, found.guessed) == ("minutes of may", ("title",))


def test_what_is_known_of_a_report_is_no_guess() -> None:
    guessed = Details("id", "minutes of may", "minutes_of_may.txt", guessed=("title", "year"))
    known = guessed.known({"title": "Minutes", "publisher": "Ardle Council"})
    assert known == replace(guessed, title="Minutes", publisher="Ardle Council", guessed=("year",))


def test_what_an_earlier_version_kept_of_a_report_is_read() -> None:
    kept = summarise(report(b"We met twice.", "minutes.txt"), "original.txt", 1)
    earlier = {name: value for name, value in kept.items() if name not in ("subtitle", "guessed", "corrected")}
    assert details(earlier) == replace(details(kept), guessed=())
    assert details(kept | {"authors": ["A. Bird"], "guessed": ["title"]}).authors == ("A. Bird",)


# --- The front pages of PDFs ------------------------------------------------------------------------------------------

BODY = "Neighbours cooked for each other in sixteen closes, and the cooks were paid for the gas they used each week."
MADE_LATELY = {"CreationDate": "D:20240301120000", "ModDate": "D:20250301120000"}


def printed(*pages: list[Printed], **own: str) -> Details:
    """What is read from a PDF of `pages` whose file says `own` of itself."""
    return report(pdf(list(pages), MADE_LATELY | own), "scan_0012.pdf").details


def text(top: int = 500) -> list[Printed]:
    """A paragraph in the size of the text."""
    return paragraph(f"{BODY} {BODY}", top=top)


@pytest.mark.parametrize(
    "lines",
    [
        [(72, 760, 24, "Neighbours who cook")],
        [(72, 780, 9, "Community research series"), (150, 700, 18, "Neighbours who cook")],
        [(72, 780, 10, "Working Paper No. 12"), (72, 720, 20, "Neighbours who"), (72, 698, 20, "cook")],
        [(72, 780, 30, "DRAFT"), (72, 720, 20, "Neighbours who cook")],
        [(72, 780, 26, "Upland Health Board"), (72, 700, 22, "Neighbours who cook")],
        [(72, 780, 26, "March 2009"), (72, 700, 22, "Neighbours who cook")],
        [(72, 780, 28, "Research report"), (72, 700, 22, "Neighbours who cook")],
        [(72, 760, 20, "Neighbours who cook"), (72, 400, 16, "1. Introduction")],
        [(72, 760, 24, "Neighbours who cook"), (72, 720, 14, "Ann Rowe and Bob O’Neil"), (72, 700, 12, "2009")],
    ],
)
@pytest.mark.parametrize(
    "own", ["", "Microsoft Word - final v3.doc", "Copy of IDX_grant form", "Layout 1", "Transparency"]
)
def test_the_title_is_what_the_page_sets_large(lines: list[Printed], own: str) -> None:
    found = printed([*lines, *text()], Title=own)
    assert (found.title, "title" in found.guessed) == ("Neighbours who cook", False)


def test_the_title_of_the_file_is_taken_where_it_stands_on_the_page() -> None:
    page: list[Printed] = [
        (72, 760, 24, "NEIGHBOURS WHO COOK"),
        (72, 720, 16, "What it costs to eat"),
        *text(),
    ]
    assert printed(page, Title="Neighbours who cook").title == "Neighbours who cook"
    both = printed(page, Title="Neighbours who cook: what it costs to eat")
    assert (both.title, both.subtitle) == ("Neighbours who cook: what it costs to eat", "")
    other = printed(page, Title="A nursery run by its parents")
    assert (other.title, other.subtitle) == ("NEIGHBOURS WHO COOK", "What it costs to eat")


def test_a_file_whose_page_shows_no_title_keeps_its_own_as_a_guess() -> None:
    found = printed(text(), Title="Neighbours who cook")
    assert (found.title, found.guessed) == ("Neighbours who cook", ("title",))


def test_a_title_page_may_come_after_an_empty_cover() -> None:
    found = printed([(72, 100, 10, "www.ardle.example")], [(72, 600, 24, "Neighbours who cook")], text())
    assert found.title == "Neighbours who cook"


@pytest.mark.parametrize(
    ("line", "year"),
    [
        ("March 2009", 2009),
        ("12 March 2009", 2009),
        ("Ardle, spring 2009", 2009),
        ("Final report | March 2009", 2009),
        ("2009-03-12", 2009),
        ("12/03/2009", 2009),
        ("First published in Great Britain in March 2009", 2009),
        ("Published by Ardle Press, 12 High Street, 2009", 2009),
        ("© 2009 nef (the new economics foundation)", 2009),
        ("Copyright Ardle Council 2009. All rights reserved.", 2009),
        ("This report was published in 2009 by Involve", 2009),
        ("Start of the project: 1 March 2009", None),
        ("Next review: March 2019", None),
        ("Photograph © 2009 A. Bird", None),
        ("Vision 2030", None),
        ("Meeting of 12 March 2009", None),
        ("2018-19", None),
        ("Published in 2011, the Christie review called for more of it", None),
        ("A plan for 2009-2012", None),
        ("Printed from the web on 3 March 2019", None),
    ],
)
def test_the_year_is_what_the_front_says_and_never_the_date_of_the_file(line: str, year: int | None) -> None:
    found = printed([(72, 760, 24, "Neighbours who cook"), (72, 600, 10, line), *text()])
    assert (found.title, found.year, "year" in found.guessed) == ("Neighbours who cook", year, False)


def test_a_year_that_only_the_title_names_is_a_guess() -> None:
    found = printed([(72, 760, 24, "Open Government Report 2014"), *text()])
    assert (found.year, found.guessed) == (2014, ("year",))
    assert printed([(72, 760, 24, "Strategic Plan 2014-2020"), *text()]).year is None


@pytest.mark.parametrize(
    ("lines", "authors"),
    [
        (["Ann Rowe and Bob O’Neil"], ("Ann Rowe", "Bob O’Neil")),
        (["ANN ROWE", "BOB O’NEIL"], ("ANN ROWE", "BOB O’NEIL")),
        (["By Dr Ann Rowe, University of Ardle"], ("Ann Rowe",)),
        (["Authors: Ann Rowe, Joan van der Berg"], ("Ann Rowe", "Joan van der Berg")),
        (["Written by Ann Rowe for the Upland Health Board"], ("Ann Rowe",)),
        (["A report by the Social Research Centre"], ("Social Research Centre",)),
        (["Report prepared by:", "Ann Rowe"], ("Ann Rowe",)),
        (["Will Rowe and Ann Setter"], ("Will Rowe", "Ann Setter")),
        (["Greater Ardle"], ()),
        (["By the end of the year"], ()),
        (["Shared Lives"], ()),
        (["What We Found"], ()),
    ],
)
def test_authors_are_those_whom_the_front_names(lines: list[str], authors: tuple[str, ...]) -> None:
    below: list[Printed] = [(72, 700 - 16 * index, 12, line) for index, line in enumerate(lines)]
    found = printed([(72, 760, 24, "Neighbours who cook"), *below, *text()], Author="Microsoft Office User")
    assert (found.title, found.authors) == ("Neighbours who cook", authors)


@pytest.mark.parametrize(
    ("author", "program"),
    [
        ("Adobe InDesign", ""),
        ("jsmith", ""),
        ("user", ""),
        ("Acrobat PDFMaker", ""),
        ("Created with Canva", ""),
        ("Turnkey Typesetting Ltd", ""),
        ("Flowers, Brian (EOM)", ""),
        ("Mary Setter", "Adobe InDesign CS3"),
        ("HP Scanjet 4000", ""),
    ],
)
def test_nobody_who_only_made_the_file_is_its_author(author: str, program: str) -> None:
    assert printed([(72, 760, 24, "Neighbours who cook"), *text()], Author=author, Creator=program).authors == ()


def test_the_author_whom_the_file_names_is_believed_where_the_page_names_him() -> None:
    page: list[Printed] = [(72, 760, 24, "Neighbours who cook"), (72, 700, 12, "Mary Setter, Ardle"), *text()]
    found = printed(page, Author="Setter, Mary", Creator="Adobe InDesign CS3")
    assert (found.authors, found.guessed) == (("Mary Setter",), ())
    for author in ("Mary Setter, PhD", "Setter, Mary"):
        assert printed(text(), Author=author).authors == ("Mary Setter",)
    other = printed(text(), Author="Ann Rowe")
    assert (other.authors, other.guessed) == (("Ann Rowe",), ("title", "authors"))


@pytest.mark.parametrize(
    ("line", "publisher", "guessed"),
    [
        ("Published by the Joseph Rowntree Foundation in March 2011", "Joseph Rowntree Foundation", False),
        ("Published by nef", "nef", False),
        ("Published March 2019 by Nesta", "Nesta", False),
        ("First published in Great Britain in 2012 by The Policy Press", "The Policy Press", False),
        ("© 2009 nef (the new economics foundation)", "nef (the new economics foundation)", False),
        ("Copyright 2014 by Ardle Council. All rights reserved.", "Ardle Council", False),
        ("Published by the Ardle Press in 2011, the review found that few were asked", "", False),
        ("© Crown copyright 2008", "", False),
        ("© The Authors 2010", "", False),
        ("Map © OpenStreetMap contributors", "", False),
        ("(c) Steps that your agency has taken", "", False),
        ("Department of Forensic Sciences", "Department of Forensic Sciences", True),
        ("A report for the Upland Health Board", "Upland Health Board", True),
    ],
)
def test_the_publisher_is_what_the_imprint_says(line: str, publisher: str, guessed: bool) -> None:
    found = printed([(72, 760, 24, "Neighbours who cook"), (72, 640, 11, line), *text()])
    assert (found.title, found.publisher, "publisher" in found.guessed) == ("Neighbours who cook", publisher, guessed)


def test_an_imprint_on_the_last_page_is_read() -> None:
    cover: list[Printed] = [(72, 600, 24, "Neighbours who cook")]
    back: list[Printed] = [(72, 200, 10, "Published by Ardle Press"), (72, 186, 10, "First published 2010")]
    found = printed(cover, *[text() for _ in range(5)], back)
    assert (found.publisher, found.year, found.guessed) == ("Ardle Press", 2010, ())


# --- Other formats ----------------------------------------------------------------------------------------------------


def test_a_text_tells_by_its_first_and_last_lines_who_wrote_and_published_it() -> None:
    lines = ["# Neighbours who cook", "By Ann Rowe and Bob O’Neil", "12 March 2009", BODY, "© 2008 Ardle Press"]
    found = report("\n\n".join(lines).encode(), "a.md").details
    assert (found.authors, found.publisher, found.year) == (("Ann Rowe", "Bob O’Neil"), "Ardle Press", 2009)
    assert found.guessed == ()


def test_the_page_of_a_word_file_tells_more_than_its_properties() -> None:
    document = docx.Document()
    document.core_properties.author = "Mary Typist"
    for line in ("Neighbours who cook", "By Ann Rowe", "March 2009", BODY):
        document.add_paragraph(line, "Title" if line.startswith("Neighbours who") else None)
    out = io.BytesIO()
    document.save(out)
    found = report(out.getvalue(), "a.docx").details
    assert (found.title, found.authors, found.year, found.guessed) == ("Neighbours who cook", ("Ann Rowe",), 2009, ())


def test_a_web_page_that_an_account_saved_has_no_author() -> None:
    page = "<html><head><meta name='author' content='{}'></head><body><h1>Sharing power</h1><p>Text.</p></body></html>"
    assert report(page.format("Flowers, Brian (EOM)").encode(), "a.html").details.authors == ()
    assert report(page.format("Ann Rowe").encode(), "a.html").details.authors == ("Ann Rowe",)
