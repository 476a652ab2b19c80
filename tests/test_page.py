"""The page's parts: HTML that is safe whatever a report says, and files served so that they can do no harm."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from app import Parts
from ingest import Details, Listing, Outcome
from ingest.report import PageStart, Passage
from page import PortTaken, build_app, serve
from page.render import answer_html, library_html, outcomes_html, page_words, report_address, sources_html
from rag import REFUSAL, Answer, Citation, Hit

REPORT = Details("ab12", "Time & <b>credits</b>", "a.pdf", ("Ann Smith",), "nef", 2013, "pdf")


def passage(text: str = "A scheme cost £41,000.", report: Details = REPORT) -> Passage:
    return Passage(report, 0, len(text), text, "", (PageStart(0, 3, "iii"),) if report.kind == "pdf" else ())


def answer(*quotes: str, text: str | None = None) -> Answer:
    cited = tuple(Citation(n, passage(), quote, 0.5, 3, "iii") for n, quote in enumerate(quotes, start=1))
    told = text if text is not None else "\n\n".join(f"{quote} [{n}]" for n, quote in enumerate(quotes, start=1))
    return Answer("What?", True, told, cited, searched_for="What?")


def test_markers_link_to_the_sources_of_their_own_turn() -> None:
    shown = answer("It cost £41,000.", "It was shared.")
    links = html.fromstring(answer_html(shown, 4)).xpath("//a/@href")
    assert links == ["#source-4-1", "#source-4-2"]
    ids = html.fromstring(f"<div>{sources_html(shown, 4)}</div>").xpath("//li/@id")
    assert [f"#{id}" for id in ids] == links


def test_a_source_shows_report_publisher_year_page_quotation_and_where_to_open_it() -> None:
    panel = html.fromstring(f"<div>{sources_html(answer('It cost £41,000.'), 1)}</div>")
    told = " ".join(panel.text_content().split())
    for part in (
        "Time & <b>credits</b>",
        "Ann Smith",
        "nef",
        "2013",
        "page 3 (printed iii)",
        "Open the report at page 3",
    ):
        assert part in told
    assert panel.xpath("//blockquote/text()") == ["It cost £41,000."]
    assert panel.xpath("//a/@href") == ["/reports/ab12#page=3"]


def test_a_number_in_brackets_that_is_no_citation_stays_text() -> None:
    assert html.fromstring(answer_html(answer("See note [7] there."), 1)).xpath("//a/text()") == ["[1]"]


def test_a_refusal_offers_the_nearest_passages_as_no_answer() -> None:
    refused = Answer("Who?", False, REFUSAL, nearest=(Hit(passage(), 0.3),))
    panel = html.fromstring(f"<div>{sources_html(refused, 1)}</div>").text_content()
    assert "do not answer the question" in panel
    assert "A scheme cost £41,000." in panel


def test_lists_are_lists() -> None:
    shown = answer("Three things:", "rooms", "time", text="Three things: [1]\n- rooms [2]\n- time [3]")
    assert len(html.fromstring(answer_html(shown, 1)).xpath("//ul/li")) == 2


@given(st.text())
def test_nothing_that_a_report_says_becomes_markup(text: str) -> None:
    details = Details("ab12", text, text, (text,), text, None, "pdf")
    hostile = Answer(
        text, True, f"{text} [1]", (Citation(1, passage(text, details), text, 0.5, 3, text),), searched_for=""
    )
    for shown in (
        answer_html(hostile, 1),
        sources_html(hostile, 1),
        library_html([Listing(details, 1, 1, 1, text)]),
        outcomes_html([Outcome(text, "failed", reason=text)]),
    ):
        tree = html.fragment_fromstring(shown, create_parent="main")
        tags = {element.tag for element in tree.iter() if isinstance(element.tag, str)}
        assert tags <= set("main div p a ul ol li span strong blockquote h3 table thead tbody tr th td".split())
        names = {name for element in tree.iter() for name in element.attrib}
        assert not {name for name in names if name.startswith("on")}


@pytest.mark.parametrize(("label", "expected"), [("3", "page 3"), (None, "page 3"), ("iii", "page 3 (printed iii)")])
def test_the_printed_label_is_shown_where_it_differs(label: str | None, expected: str) -> None:
    assert page_words(3, label) == expected


def test_a_web_page_is_opened_at_the_quoted_words() -> None:
    page = Details("cd34", "T", "a.html", kind="html")
    assert report_address(page, None, "Visits last, at least - half") == (
        "/reports/cd34#:~:text=Visits%20last%2C%20at%20least%20%2D%20half"
    )


def test_a_thousand_reports_are_counted_and_can_be_searched() -> None:
    listings = [Listing(Details(str(n), f"Report {n}", f"{n}.pdf", year=1990 + n % 30), 4, 0, 9) for n in range(1000)]
    assert "1,000 reports, 4,000 pages, 9,000 passages." in library_html(listings)
    assert library_html(listings, "report 77 2007").count("<tr>") == 1 + 1


@pytest.fixture
def client(golden: Parts) -> TestClient:
    return TestClient(build_app(golden.assistant, golden.library))


def test_originals_are_served_as_a_browser_may_safely_show_them(client: TestClient, golden: Parts) -> None:
    kinds = {}
    for listing in golden.library.reports():
        response = client.get(f"/reports/{listing.details.id}")
        assert response.status_code == 200
        assert response.content == golden.library.original(listing.details.id).read_bytes()
        assert response.headers["x-content-type-options"] == "nosniff"
        kinds[listing.details.kind] = response.headers
    assert kinds["pdf"]["content-type"] == "application/pdf"
    assert kinds["md"]["content-type"] == "text/plain; charset=utf-8"
    assert kinds["md"]["content-security-policy"].startswith("sandbox")


@pytest.mark.parametrize("wrong", ["0000", "..%2f..%2fetc%2fpasswd", "%00", "x" * 300])
def test_what_is_no_report_is_not_found(client: TestClient, wrong: str) -> None:
    response = client.get(f"/reports/{wrong}")
    assert response.status_code == 404


def test_a_taken_port_is_told_with_what_to_do(golden: Parts) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(PortTaken, match="--port"):
            serve(golden.assistant, golden.library, "127.0.0.1", taken.getsockname()[1])


def test_the_style_sheet_is_shipped() -> None:
    assert (Path(__file__).parent.parent / "page" / "style.css").stat().st_size > 100
