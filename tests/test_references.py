"""References as journals take them, read back by other programs: names in their parts, each thing in its field."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace

import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import SeparateCoAuthors, SplitNameParts
from citeproc import Citation as Citing
from citeproc import CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from hypothesis import given
from hypothesis import strategies as st

from export import FORMATS, Material, of_citations
from export.reference import authors
from ingest import Details, Passage
from ingest.names import Name, name_of
from rag import Citation


@dataclass(frozen=True)
class Expected:
    """A report, its line in Harvard style but for the page, and its authors as (family, given) or (whole,)."""

    report: Details
    line: str
    names: tuple[tuple[str, ...], ...]


def report(
    title: str, line: str, names: tuple[tuple[str, ...], ...], writers: str = "", publisher: str = "",
    year: int | None = None, address: str = "", accessed: str = "",
) -> Expected:  # fmt: skip
    written_by = tuple(filter(None, writers.split("; ")))
    file = "reports/2009/a report.pdf"
    return Expected(Details(title, title, file, written_by, publisher, year, "pdf", address, "", accessed), line, names)


NEF = "http://b.3cdn.net/nefoundation/5abec531b2a775dc8d_qjm6bqzpt.pdf"
# Written by hand from what the reports say of themselves; the first fourteen are those of the reading list.
REPORTS = [
    report(
        "Co-produced evidence and robust methodologies",
        "Carnegie UK Trust and Newcastle University Institute for Social Renewal (n.d.) Co-produced evidence and "
        "robust methodologies, p. 5.",
        (("Carnegie UK Trust",), ("Newcastle University Institute for Social Renewal",)),
        publisher="Carnegie UK Trust, with Newcastle University Institute for Social Renewal",
    ),
    report(
        "Community development and co-production",
        "Scottish Community Development Centre (SCDC) (2011) Community development and co-production, p. 5.",
        (("Scottish Community Development Centre (SCDC)",),),
        publisher="Scottish Community Development Centre (SCDC)",
        year=2011,
    ),
    report(
        "Co-production: A manifesto for growing the core economy",
        "Stephens, L., Ryan-Collins, J. and Boyle, D. (2008) Co-production: A manifesto for growing the core economy. "
        f"new economics foundation (nef), p. 5. Available at: {NEF} (Accessed: 3 February 2026).",
        (("Stephens", "Lucie"), ("Ryan-Collins", "Josh"), ("Boyle", "David")),
        "Lucie Stephens; Josh Ryan-Collins; David Boyle",
        "new economics foundation (nef)",
        2008,
        NEF,
        "2026-02-03",
    ),
    report(
        "Co-production in Scotland - a policy overview",
        "Co-production in Scotland - a policy overview (n.d.), p. 5.",
        (),
    ),
    report(
        "Scottish Social Attitudes Survey 2015: Attitudes to Social Networks, Civic Participation and Co-production",
        "ScotCen Social Research (2016) Scottish Social Attitudes Survey 2015: Attitudes to Social Networks, Civic "
        "Participation and Co-production. Scottish Government, p. 5.",
        (("ScotCen Social Research",),),
        "ScotCen Social Research",
        "Scottish Government",
        2016,
    ),
    report(
        "Rethinking public services - interviews",
        "Centre for Public Impact (n.d.) Rethinking public services - interviews, p. 5.",
        (("Centre for Public Impact",),),
        publisher="Centre for Public Impact",
    ),
    report(
        "Asset-Based Approaches: Their Rise, Role and Reality",
        "Garven, F., McLean, J. and Pattoni, L. (2016) Asset-Based Approaches: Their Rise, Role and Reality. "
        "Dunedin Academic Press, p. 5.",
        (("Garven", "Fiona"), ("McLean", "Jennifer"), ("Pattoni", "Lisa")),
        "Fiona Garven; Jennifer McLean; Lisa Pattoni",
        "Dunedin Academic Press",
        2016,
    ),
    report(
        "The Challenge of Co-production: How equal partnerships between professionals and the public are crucial to "
        "improving public services",
        "Boyle, D. and Harris, M. (2009) The Challenge of Co-production: How equal partnerships between professionals "
        "and the public are crucial to improving public services. NESTA, with nef, p. 5.",
        (("Boyle", "David"), ("Harris", "Michael")),
        "Boyle, David; Harris, Michael",
        "NESTA, with nef",
        2009,
    ),
    report(
        "Participatory Research - Health and Human Rights",
        "Participatory Research - Health and Human Rights (n.d.), p. 5.",
        (),
    ),
    report(
        "We all want to grow community capacity - but are we trying to do it in the wrong place?",
        "OPM (Office for Public Management) (2015) We all want to grow community capacity - but are we trying to do it "
        "in the wrong place?, p. 5.",
        (("OPM (Office for Public Management)",),),
        publisher="OPM (Office for Public Management)",
        year=2015,
    ),
    report(
        "Can collective budgets support people in times of austerity?",
        "Can collective budgets support people in times of austerity? (n.d.), p. 5.",
        (),
    ),
    report(
        "Learning from our communities: Public involvement in adult health and social care in Scotland",
        "Scottish Health Council (n.d.) Learning from our communities: Public involvement in adult health and social "
        "care in Scotland, p. 5.",
        (("Scottish Health Council",),),
        "Scottish Health Council",
    ),
    report(
        "Widening the choices for support in our old age",
        "Joseph Rowntree Foundation (n.d.) Widening the choices for support in our old age, p. 5.",
        (("Joseph Rowntree Foundation",),),
        "Joseph Rowntree Foundation",
        "Joseph Rowntree Foundation",
    ),
    report(
        "Doing with, not to: Community Resilience and Co-production",
        "Scottish Community Development Centre (2011) Doing with, not to: Community Resilience and Co-production, "
        "p. 5.",
        (("Scottish Community Development Centre",),),
        publisher="Scottish Community Development Centre",
        year=2011,
    ),
    report(
        "Right Here, Right Now: Taking co-production into the mainstream",
        "Boyle, D. et al. (2010) Right Here, Right Now: Taking co-production into the mainstream. NESTA, p. 5.",
        (("Boyle", "David"), ("Coote", "Anna"), ("Sherwood", "Chris"), ("Slay", "Julia")),
        "David Boyle; Anna Coote; Chris Sherwood; Julia Slay",
        "NESTA",
        2010,
    ),
    report(
        "Integrated Communities Strategy green paper",
        "Ministry of Housing, Communities and Local Government (2018) Integrated Communities Strategy green paper. "
        "HM Government, p. 5.",
        (("Ministry of Housing, Communities and Local Government",),),
        "Ministry of Housing, Communities and Local Government",
        "HM Government",
        2018,
    ),
    report(
        "What is co-production?",
        "Realpe, A. and Wallace, L.M. (2010) What is co-production? The Health Foundation, p. 5.",
        (("Realpe", "Alba"), ("Wallace", "Louise M.")),
        "Alba Realpe; Prof. Louise M. Wallace",
        "The Health Foundation",
        2010,
    ),
    report(
        "Commissioning for outcomes & co-production",
        "Slay, J. and Penny, J. (2014) Commissioning for outcomes & co-production. New Economics Foundation, p. 5.",
        (("Slay", "Julia"), ("Penny", "Joe")),
        "Julia Slay; Penny, Joe",
        "New Economics Foundation",
        2014,
    ),
    report(
        "Gardens on lent land",
        "van der Berg, L., de Souza, M. and O'Brien, S. (2019) Gardens on lent land. Ardle Press, p. 5.",
        (("van der Berg", "Lucie"), ("de Souza", "Maria"), ("O'Brien", "Sean")),
        "Dr Lucie van der Berg; Maria de Souza; Sean O'Brien",
        "Ardle Press",
        2019,
    ),
    report(
        "Time shared in Ardle",
        "King, M.L., Jr, Mac Donald, A. and ap Rhys, S. (2021) Time shared in Ardle. Ardle Press, p. 5.",
        (("King", "Martin Luther", "Jr"), ("Mac Donald", "Ann"), ("ap Rhys", "Siân")),
        "Martin Luther King Jr; Ann Mac Donald; Siân ap Rhys",
        "Ardle Press",
        2021,
    ),
]  # fmt: skip


def material(report: Details, label: str = "5") -> Material:
    passage = Passage(report, 0, 5, "Quote")
    return of_citations("Evidence", [("", [Citation(1, passage, "Quote", 0.9, 5, label)], "")])


def written(report: Details, key: str) -> str:
    return FORMATS[key].write(material(report)).decode()


@pytest.mark.parametrize("expected", REPORTS, ids=lambda expected: expected.report.title)
def test_the_line_in_harvard_style(expected: Expected) -> None:
    assert written(expected.report, "harvard") == f"{expected.line}\n"


@pytest.mark.parametrize("expected", REPORTS, ids=lambda expected: expected.report.title)
def test_a_citation_processor_makes_the_same_line_of_csl_json(expected: Expected) -> None:
    """But for what it does otherwise with a title that ends in “?”, no year, and a body that is its own publisher."""
    report = expected.report
    [record] = json.loads(written(report, "csl-json"))
    if not report.authors and not report.is_brief:
        record.pop("publisher", None)
    style = CitationStylesStyle("harvard-cite-them-right", locale="en-GB", validate=False)
    bibliography = CitationStylesBibliography(style, CiteProcJSON([record]), formatter.plain)
    bibliography.register(Citing([CitationItem(record["id"])]))
    [line] = map(str, bibliography.bibliography())
    line = line.replace("(no date)", "(n.d.)").replace("?.", "?")
    if report.authors == (report.publisher,):
        line = line.replace(f". {report.publisher},", ",")
    if not expected.names:
        assert line == f"{report.title} (n.d.) {report.title}, p. 5."
    else:
        assert line == expected.line


@pytest.mark.parametrize("expected", REPORTS, ids=lambda expected: expected.report.title)
def test_ris_as_rispy_reads_it(expected: Expected) -> None:
    [record] = rispy.loads(written(expected.report, "ris"))
    # As Zotero and Mendeley do: what stands before the first comma is the family, what follows it the given names.
    split = [re.split(r"\s*,\s*", name) for name in record.pop("authors", [])]
    assert [tuple(filter(None, name)) for name in split] == [
        tuple(part.replace(",", "") for part in name) if len(name) == 1 else name for name in expected.names
    ]
    # EndNote takes a name for a body's only where a comma ends it.
    assert all(len(parts) > 1 for parts in split)
    assert record.pop("title") == expected.report.title and record.pop("start_page") == "5" and "end_page" not in record
    assert record.get("year") == (str(expected.report.year) if expected.report.year else None)
    assert record.get("publisher", "") == expected.report.publisher
    assert record.get("urls", []) == [address for address in [expected.report.address] if address]
    assert record.get("access_date", "") == expected.report.accessed.replace("-", "/")


@pytest.mark.parametrize("expected", REPORTS, ids=lambda expected: expected.report.title)
def test_bibtex_as_bibtexparser_reads_it(expected: Expected) -> None:
    library = parse_string(
        written(expected.report, "bibtex"), append_middleware=[SeparateCoAuthors(), SplitNameParts()]
    )
    assert not library.failed_blocks
    [entry] = library.entries
    fields = {field.key: field.value for field in entry.fields}
    names = [
        tuple(" ".join(part) for part in ([*name.von, *name.last], name.first, name.jr) if part)
        for name in fields.get("author", [])
    ]
    assert names == [name if len(name) > 1 else (f"{{{name[0]}}}",) for name in expected.names]
    assert fields["title"] == f"{{{expected.report.title}}}".replace("&", r"\&")
    assert fields["year"] == str(expected.report.year or "n.d.") and fields["pages"] == "5"
    assert fields.get("institution", "") == expected.report.publisher
    assert fields.get("url", "") == expected.report.address and fields.get("urldate", "") == expected.report.accessed


@pytest.mark.parametrize("expected", REPORTS, ids=lambda expected: expected.report.title)
def test_csl_json_names_people_by_their_parts_and_bodies_as_they_are(expected: Expected) -> None:
    [record] = json.loads(written(expected.report, "csl-json"))
    parts = ("family", "given", "suffix")
    names = [
        {"literal": name[0]} if len(name) == 1 else dict(zip(parts, name, strict=False)) for name in expected.names
    ]
    assert record.get("author", []) == names
    assert record["title"] == expected.report.title and record["page"] == "5"
    assert record.get("issued") == ({"date-parts": [[expected.report.year]]} if expected.report.year else None)


@pytest.mark.parametrize("key", FORMATS)
@pytest.mark.parametrize(
    "place",
    ["/home/ursula/pages", "C:\\Users\\ursula\\pages", "\\\\server\\share", "share/../pages", "file:///home/ursula"],
)
def test_no_path_of_this_computer_is_in_any_export(key: str, place: str) -> None:
    separator = "\\" if "\\" in place else "/"
    local = f"{place}{separator}report.pdf"
    report = replace(REPORTS[2].report, file=local, address=local, title="Meals")
    exported = FORMATS[key].write(material(report))
    assert place.encode() not in exported and b"ursula" not in exported and b"share" not in exported


@pytest.mark.parametrize(
    ("label", "folio"),
    [("iii", "iii"), ("7", "7"), ("", "5"), ("Cover", "5"), ("A-3", "5"), ("XII", "XII")],
)
def test_the_page_of_a_record_is_the_printed_one_where_one_is_printed(label: str, folio: str) -> None:
    [record] = rispy.loads(FORMATS["ris"].write(material(REPORTS[2].report, label)).decode())
    assert record["start_page"] == folio
    assert f"p. {folio}." in FORMATS["harvard"].write(material(REPORTS[2].report, label)).decode()


@pytest.mark.parametrize(
    ("title", "whole"),
    [
        ("Meals", "Meals: A shared kitchen"),
        ("Who cooks?", "Who cooks? A shared kitchen"),
        ("Meals:", "Meals: A shared kitchen"),
    ],
)
@pytest.mark.parametrize("key", ["ris", "bibtex", "csl-json", "harvard"])
def test_a_subtitle_follows_its_title(title: str, whole: str, key: str) -> None:
    report = replace(REPORTS[18].report, title=title, subtitle="A shared kitchen")
    assert whole in written(report, key)


NAMES = [
    ("David Boyle", ("Boyle", "David")),
    ("Boyle, David", ("Boyle", "David")),
    ("D. Boyle", ("Boyle", "D.")),
    ("D J Boyle", ("Boyle", "D J")),
    ("Boyle DJ", ("Boyle", "D.J.")),
    ("DAVID BOYLE", ("Boyle", "David")),
    ("van den Berg LM", ("van den Berg", "L.M.")),
    ("Dr. D. Boyle", ("Boyle", "D.")),
    ("Professor Sir Harry Burns", ("Burns", "Harry")),
    ("Ann Smith MBE", ("Smith", "Ann")),
    ("Ann Smith, PhD", ("Smith", "Ann")),
    ("Flowers, Brian (EOM)", ("Flowers", "Brian")),
    ("Julian Le Grand", ("Le Grand", "Julian")),
    ("Le Grand, Julian", ("Le Grand", "Julian")),
    ("Mac Donald, Ann", ("Mac Donald", "Ann")),
    ("Dara Ó Briain", ("Ó Briain", "Dara")),
    ("King, Martin Luther, Jr.", ("King", "Martin Luther", "Jr.")),
    ("Smith, A., Jr", ("Smith", "A.", "Jr")),
    ("Gabriel García Márquez", ("García Márquez", "Gabriel")),
    ("Ana María López de la Torre", ("López de la Torre", "Ana María")),
    ("José Luis Rodríguez y Pérez", ("Rodríguez y Pérez", "José Luis")),
    ("Diego López-de-Ipiña González-de-Artaza", ("López-de-Ipiña González-de-Artaza", "Diego")),
    ("Mary Ann Smith", ("Smith", "Mary Ann")),
    ("Llŷr ab Iorwerth", ("ab Iorwerth", "Llŷr")),
    ("Łukasz Żak", ("Żak", "Łukasz")),
    ("Mary Inez Smith", ("Smith", "Mary Inez")),
]  # fmt: skip
BODIES = [
    "", "Age Scotland", "Age UK", "Audit Scotland", "Barnardo's", "Carnegie UK Trust", "Governance International",
    "Healthwatch England", "Iriss", "J. B. Smith Ltd", "Joseph Rowntree Foundation", "Marks & Spencer",
    "Ministry of Housing, Communities and Local Government", "NESTA", "NHS England", "NHS Fife",
    "Nick Nielsen and colleagues", "Plato", "Shared Lives Plus", "The King's Fund", "Think Local Act Personal",
    "Turn-Key Systems Pty Ltd", "nef", "nef (the new economics foundation)",
]  # fmt: skip


@pytest.mark.parametrize(("written", "parts"), NAMES)
def test_the_names_of_people_are_taken_apart(written: str, parts: tuple[str, ...]) -> None:
    assert name_of(written) == Name(*parts)


@pytest.mark.parametrize("name", BODIES)
def test_the_names_of_bodies_and_single_names_stay_whole(name: str) -> None:
    assert name_of(name) == Name(name)


@pytest.mark.parametrize(
    ("given", "initials"),
    [("Jean-Pierre", "J.-P."), ("Edgar S.", "E.S."), ("D J", "D.J."), ("LD", "L.D."), ("Siân", "S."), ("Æthel", "Æ.")],
)
def test_given_names_are_shortened_to_their_initials(given: str, initials: str) -> None:
    assert Name("X", given).initials == initials


@given(st.text())
def test_any_text_is_some_name(text: str) -> None:
    name = name_of(text)
    assert name.shortened or not text


def test_who_publishes_its_own_report_is_one_name_whatever_it_looks_like() -> None:
    assert authors(replace(REPORTS[0].report, publisher="Turning Point")) == (Name("Turning Point"),)
    assert authors(replace(REPORTS[0].report, authors=("Turning Point",), publisher="Turning Point")) == (
        Name("Turning Point"),
    )
