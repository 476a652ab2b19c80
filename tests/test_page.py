"""The page without a browser: its HTML, the files that it serves, and the server itself."""

from __future__ import annotations

import asyncio
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from docx import Document as Word
from fastapi import FastAPI
from fastapi.testclient import TestClient
from gradio import Error

from common import AwayError
from ingest import CatalogueEntry, Details, Outcome, Passage
from ingest.left_out import LeftOut
from ingest.library import Library, Renewal
from ingest.readers.plain.brief import brief_parts
from ingest.reading_list import Downloads, Entry, FetchAttempt, Fetching, ReadingList, read_entries
from ingest.report import BRIEF, PageStart
from page.access import Rules
from page.originals import add_originals
from page.screens.answers import Around, conversation_html
from page.screens.cards import reports_shown
from page.screens.library import Shelf, add_all, delete, paced
from page.screens.library_table import table_html
from page.screens.listings import count_line, outcomes_html
from page.screens.reading_list import fetching_html, reading_list_html, reading_list_label
from page.screens.sources import report_address, view_address, who
from page.serve import PortTakenError, serve, server_config
from rag import REFUSAL, Answer, Assistant, Citation, Hit, Place
from rag.genre import Genre
from service import Service, Settings
from vector_store import FaissStore

ROOT = Path(__file__).parent.parent
REPORT = Details("0123456789abcdef", "Sharing <power>", "sharing.pdf", (), "Parity & Co", 2019, "pdf")


def passage(text: str, report: Details = REPORT, page: int = 3, label: str = "3") -> Passage:
    return Passage(report, 0, len(text), text, pages=(PageStart(0, page, label),) if page else ())


def cited(quote: str, report: Details = REPORT, page: int = 3, label: str = "3") -> Answer:
    citation = Citation(1, passage(quote, report, page, label), quote, 0.9, page or None, label if page else None)
    return Answer("Who decides?", True, f"{quote} [1]", (citation,), searched_for="Who decides?")


@contextmanager
def running(service: Service, rules: Rules | None = None) -> Iterator[str]:
    """The page on a free port of this machine, in a thread; gives its address."""
    started, stop = threading.Event(), threading.Event()

    async def run() -> None:
        # Built within the loop, for outside of one Gradio makes loops that it never closes.
        server = uvicorn.Server(server_config(service, rules or Rules(), "127.0.0.1"))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:
            await asyncio.sleep(0.02)
        started.set()
        await asyncio.to_thread(stop.wait)
        server.should_exit = True
        await serving

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=asyncio.run, args=(run(),))
        thread.start()
        try:
            assert started.wait(60)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            stop.set()
            thread.join()


@contextmanager
def empty_library(golden: Service, folder: Path, entries: Sequence[Entry] = ()) -> Iterator[Service]:
    """An assistant over an empty library with a reading list of its own, and the model that is loaded already."""
    store = FaissStore(folder, golden.embedder, Settings().model)
    library = Library(folder, store, golden.embedder.count_tokens, golden.embedder.limit)
    reading_list = ReadingList(library, entries)
    downloads = Downloads(reading_list, library, folder)
    renewal = Renewal(library, reading_list.known)
    yield Service(Assistant(store, library.copies), library, reading_list, downloads, renewal, golden.embedder)


def originals(library: Library) -> TestClient:
    """A client of the route that serves the files of `library`."""
    app = FastAPI()
    add_originals(app, library)
    return TestClient(app)


def prose(text: str, answer: Answer) -> Answer:
    """`answer` as a language model would write it."""
    return replace(answer, text=text, written_by="a-model")


def test_a_card_and_a_marker_open_the_page_with_its_words() -> None:
    for answer in (
        cited("People who use services decide."),
        prose("They do [1].", cited("People who use services decide.")),
    ):
        html = conversation_html([answer])
        assert "href='/view/0123456789abcdef?page=3&amp;words=People+who+use+services+decide.#mark'" in html
    assert "aria-label='Source 1: Sharing &lt;power&gt;, page 3'" in html


def test_only_numbers_that_cite_are_links() -> None:
    answer = prose("“As Boyle showed [1]” they decide. [1] Others wait. [2]", cited("“As Boyle showed [1]”"))
    html = conversation_html([answer])
    assert html.count("class='marker see'") == 1
    assert "“As Boyle showed [1]” they decide. <a class='marker" in html


def test_all_that_comes_from_outside_is_escaped() -> None:
    bad = "<img src=x onerror='alert(1)'>"
    report = replace(REPORT, title=bad, publisher=bad, file=bad)
    answer = replace(cited(bad, report, label=bad), question=bad, searched_for=f"{bad} again")
    refused = Answer(bad, False, REFUSAL, nearest=(Hit(passage(bad, report), 0.1),))
    listing = CatalogueEntry(report, 1, 1, 1, reason=bad)
    pieces = [
        conversation_html([answer], asking=bad),
        conversation_html([refused, replace(refused, touched=True), prose(bad, answer)]),
        table_html([listing], {}),
        outcomes_html([Outcome(bad, "failed", reason=bad)]),
    ]
    for html in pieces:
        assert "<img" not in html
        assert "&lt;img src=x onerror=&#x27;alert(1)&#x27;&gt;" in html


def test_list_items_and_paragraphs_keep_their_shape() -> None:
    answer = prose("They agree on:\n\n- who pays\n- who decides\n\nThat is all.", Answer("How?", True, ""))
    assert (
        "<p>They agree on:</p><ul><li>who pays</li><li>who decides</li></ul><p>That is all.</p>"
        in conversation_html([answer])
    )


def test_a_follow_up_says_what_was_searched_for() -> None:
    answer = replace(cited("They are paid."), question="Who pays them?", searched_for="panel members: Who pays them?")
    assert "Searched for “panel members: Who pays them?”" in conversation_html([answer])
    assert "Searched for" not in conversation_html([replace(answer, searched_for="Who pays them?")])


def test_a_card_says_who_wrote_it_and_where_it_stands() -> None:
    html = conversation_html([cited("People decide.")])
    assert "<cite>Sharing &lt;power&gt;</cite></p><p class='aside'>Parity &amp; Co, 2019</p>" in html
    assert "<b>People decide.</b></blockquote>" in html and html.count("People decide.</b>") == 1
    assert ">See it: page 3</a>" in html and ">Open the report</a>" in html
    assert "page 5 (printed iii)" in conversation_html([cited("People decide.", page=5, label="iii")])
    unpaged = conversation_html([cited("People decide.", replace(REPORT, kind="md"), page=0)])
    assert ">See it: in the text</a>" in unpaged and ">Open the report<" in unpaged


def test_a_card_names_who_wrote_it() -> None:
    def told(**values: Any) -> str:
        return conversation_html([cited("People decide.", replace(REPORT, **values))])

    assert "Ann Ode, Bo Day, Parity &amp; Co, 2019<" in told(authors=("Ann Ode", "Bo Day"))
    assert "<p class='aside'>Ann Ode et al., Parity &amp; Co, 2019" in told(authors=("Ann Ode", "Bo", "Cy", "Di"))
    assert "<p class='aside'>Parity &amp; Co, 2019" in told(authors=("Parity & Co",))
    assert "<p class='aside'>Parity &amp; Co, 2019" in told(authors=("Ann Ode",), kind=BRIEF)


def test_what_a_report_says_is_one_card_the_best_first_and_a_list_stays_one() -> None:
    other = replace(REPORT, id="fedcba9876543210", title="Another")
    said = [("They need:", REPORT), ("time,", REPORT), ("money.", REPORT), ("They need trust.", other)]
    numbered = enumerate(said, start=1)
    citations = tuple(Citation(at, passage(words, report), words, 0.9, 3, "3") for at, (words, report) in numbered)
    text = "They need: [1]\n- time, [2]\n- money. [3]\n\nThey need trust. [4]"
    html = conversation_html([Answer("What?", True, text, citations)])
    best, others = html.split("<h3>What else the reports say</h3>")
    assert best.count("<cite>") == others.count("<cite>") == 1 and "<cite>Another</cite>" in others
    assert best.count("<li>") == 2 and best.index("They need:") < best.index("<ul class='items'>")
    assert others.count("class=card") == 1


def test_the_words_that_answer_are_bold_and_the_sentences_beside_them_grey() -> None:
    text = "It began in May. The panel decides. It met twice.\n\nNext part."
    whole = Passage(REPORT, 0, len(text), text, pages=(PageStart(0, 3, "3"),))
    citation = Citation(1, whole, "The panel decides.", 0.9, 3, "3", marked="The panel decides.")
    before, after = "<span class='around'>It began in May. </span>", "<span class='around'> It met twice.</span>"
    for given in (citation, replace(citation, quote="It began in May. The panel decides. It met twice.")):
        answer = Answer("Who?", True, f"{given.quote} [1]", (given,))
        assert f"{before}<b>The panel decides.</b>{after}" in conversation_html([answer])
    second = replace(citation, number=2, quote="It met twice.", marked="It met twice.")
    both = Answer("Who?", True, "The panel decides. [1]\n\nIt met twice. [2]", (citation, second))
    html = conversation_html([both])
    assert before in html and after not in html and html.count("It met twice.</b>") == 1
    brief = replace(citation, passage=replace(whole, report=replace(REPORT, kind=BRIEF)))
    assert "class='around'" not in conversation_html([replace(both, citations=(brief,))])


def test_the_three_outcomes_look_different_and_say_what_to_try() -> None:
    near = Hit(passage("First block.\n\nSecond block, " + "long " * 200), 0.2)
    none = Answer("Who won?", False, REFUSAL, nearest=(near,))
    tried = conversation_html([none], around=lambda answer, turn: Around(tries="<p>Try this</p>"))
    assert "<div class='outcome none'><p class='verdict'>The reports in this library do not" in tried
    assert "</p><p>Try this</p><details class='nearest'><summary>These passages" in tried
    assert "<blockquote>First block.\nSecond block, long" in tried and "long …</blockquote>" in tried
    touched = conversation_html([replace(none, touched=True)])
    assert "<div class='outcome touched'>" in touched and "<details class='nearest'" not in touched
    assert "<h3>These passages come nearest, but may not answer the question</h3>" in touched
    assert "<div class='outcome answered'>" in conversation_html([cited("People decide.")])
    closest = replace(near, passage=passage("It met. Ten came, & stayed.\nNone left."), closest=(8, 27))
    marked = conversation_html([replace(none, touched=True, nearest=(closest,))])
    assert "<blockquote>… <b>Ten came, &amp; stayed.</b>\n<span class='around'>None left.</span></blockquote>" in marked


def test_a_card_says_what_kind_of_report_it_is_from_and_what_shows_it() -> None:
    kinds = {REPORT.id: Genre("survey", "We asked <all>.", 3)}
    near = Answer("Who won?", False, REFUSAL, nearest=(Hit(passage("First block."), 0.2),))
    for answer in (cited("People decide."), near):
        html = conversation_html([answer], kinds=kinds)
        assert "</p><details class='genre'><summary>Survey</summary>" in html
        assert "<q>We asked &lt;all&gt;.</q>" in html
    assert "genre" not in conversation_html([cited("People decide.")], kinds={REPORT.id: None})
    assert reports_shown([cited("People decide."), near, cited("They do.")]) == [REPORT]


def test_the_address_of_a_report_points_into_it_where_its_format_allows() -> None:
    assert report_address(REPORT, 7) == "/reports/0123456789abcdef#page=7"
    assert report_address(replace(REPORT, kind="pptx"), 7) == "/reports/0123456789abcdef"
    assert report_address(replace(REPORT, id="0123abcd:a/b?c#d", kind="jsonl")) == "/reports/0123abcd%3Aa/b%3Fc%23d"


def test_the_address_of_words_leads_to_where_they_stand() -> None:
    address = view_address(REPORT, 7, "any\n words & more")
    assert address == "/view/0123456789abcdef?page=7&words=any+words+%26+more#mark"
    assert view_address(replace(REPORT, kind="html"), None, "words") == "/view/0123456789abcdef?words=words#mark"
    assert view_address(REPORT) == "/view/0123456789abcdef"


def test_the_count_line_counts() -> None:
    listings = [CatalogueEntry(REPORT, 4119, 2, 12299), CatalogueEntry(REPORT, 1, 0, 1)]
    brief = CatalogueEntry(replace(REPORT, kind="brief"), 0, 0, 3)
    assert count_line(listings[1:]) == "1 report, 1 passage. 1 of 1 page can be searched"
    assert count_line(listings) == "2 reports, 12,300 passages. 4,120 of 4,122 pages can be searched"
    assert count_line([brief]) == "0 reports, 1 brief, 3 passages"


def test_a_row_of_the_table_says_all_that_is_known_of_a_report() -> None:
    report = replace(REPORT, authors=("Ann Ode", "Bo", "Cy", "Di"), guessed=("title",), corrected=("year",))
    listing = CatalogueEntry(
        report, 7, 1, 9, "Page 2 is a picture.", places=("b.pdf",), added="2026-11-28T09:30:00+00:00"
    )
    html = table_html([listing], {REPORT.id: Genre("case study", "This is one.", 3)})
    for words in (
        f"href='/reports/{REPORT.id}'",
        "Sharing &lt;power&gt;</a> <span class='guess'>guessed</span>",
        "sharing.pdf</p><p class='aside'>The same report: b.pdf</p><p class='aside'>Put right by a person: year<",
        "<td class='who'>Ann Ode et al., Parity &amp; Co</td>",
        "data-words='Ann Ode Bo Cy Di'",
        "<td class='year'>2019</td>",
        ">Case study</summary>",
        "<td class='pages' data-v='8'>8</td>",
        ">1 of 8 pages not read</summary><p class='aside'>Page 2 is a picture.</p>",
        "<td class='added' data-v='2026-11-28T09:30:00+00:00'>28 November 2026</td>",
        "Check this: 1 report of which something was guessed",
    ):
        assert words in html
    assert "Check" not in table_html([CatalogueEntry(REPORT, 1, 0, 1)], {})
    assert "<td class='pages' data-v='1200'>1,200</td>" in table_html([CatalogueEntry(REPORT, 1200, 0, 1)], {})


def test_the_table_has_the_newest_first_and_no_briefs() -> None:
    listings = [CatalogueEntry(replace(REPORT, title=title), 1, 0, 1) for title in ("The first", "The second")]
    brief = CatalogueEntry(replace(REPORT, title="The brief", kind=BRIEF), 0, 0, 3)
    html = table_html([*listings, brief], {})
    assert html.index("The second") < html.index("The first") and "The brief" not in html
    assert "1 brief" in table_html([brief], {})


@pytest.mark.parametrize(
    ("listing", "words"),
    [
        (CatalogueEntry(REPORT, 3, 0, 1), "All read"),
        (CatalogueEntry(REPORT, 3, 0, 1, "A picture.", left_out=(LeftOut("figure", 1),)), "Service left out"),
        (CatalogueEntry(REPORT, 3, 0, 1, "Compare the words.", ocr=2), "Read by text recognition"),
        (CatalogueEntry(REPORT, 3, 0, 1, "Its file is missing."), "Read by an older version"),
    ],
)
def test_the_table_says_how_well_a_report_could_be_read(listing: CatalogueEntry, words: str) -> None:
    html = table_html([listing], {})
    assert f">{words}<" in html and listing.reason in html


def test_failures_stand_first_and_say_why() -> None:
    html = outcomes_html([Outcome("a.pdf", "added", 2, 5), Outcome("b.doc", "failed", reason="Save it as .docx.")])
    assert "2 files: 1 added, 1 not added" in html
    assert (
        html.index("b.doc") < html.index("Save it as .docx.") < html.index("a.pdf") < html.index("2 pages, 5 passages.")
    )


def test_outcomes_are_told_now_and_then_and_all_at_the_end() -> None:
    outcomes = [Outcome(f"{number}.md", "added") for number in range(1000)]
    told = list(paced(outcomes, pause=60))
    assert [len(each) for each in told] == [1, 1000]
    assert list(paced([])) == [[]]


def test_uploads_are_deleted_with_the_folders_made_for_them(tmp_path: Path) -> None:
    alone, beside = tmp_path / "one" / "a.pdf", tmp_path / "two" / "b.pdf"
    for path in (alone, beside, beside.with_name("c.pdf")):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    delete([str(alone), str(beside), str(tmp_path / "three" / "gone.pdf")])
    assert [path.name for path in sorted(tmp_path.rglob("*"))] == ["two", "c.pdf"]


def test_an_upload_again_replaces_and_an_address_is_a_target_of_its_own(golden: Service, tmp_path: Path) -> None:
    with empty_library(golden, tmp_path / "library") as service:
        for number, text in enumerate(("People share power here.", "People share all power here.")):
            path = tmp_path / str(number) / "a.md"
            path.parent.mkdir()
            path.write_text(text, encoding="utf-8")
        first = list(add_all(service.library, [str(tmp_path / "0" / "a.md")], "", lambda at: None))
        second = list(add_all(service.library, [str(tmp_path / "1" / "a.md")], str(tmp_path / "none"), lambda at: None))
    assert [outcome.status for outcome in first] == ["added"]
    assert [outcome.status for outcome in second] == ["replaced", "failed"]


def test_what_could_not_be_added_can_be_added_again(
    golden: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: ReadingList) -> None:
        raise AwayError

    path = tmp_path / "upload" / "a.md"
    path.parent.mkdir()
    path.write_text("People share power here.", encoding="utf-8")
    with empty_library(golden, tmp_path / "library") as service:
        places: list[Any] = [*[None] * 9, []]
        adding = partial(Shelf(service, *places).add, service.library, [str(path)], "", lambda at: None)
        with monkeypatch.context() as patch, pytest.raises(Error, match="Nothing is lost"):
            patch.setattr(ReadingList, "settle", fail)
            list(adding())
        *_, (told, *_) = adding()
    assert "a.md" in told and not path.parent.exists()


def test_a_pdf_is_served_as_it_is_with_its_name(golden: Service) -> None:
    listing = next(each for each in golden.library.reports() if each.details.file == "panels.pdf")
    got = originals(golden.library).get(f"/reports/{listing.details.id}")
    assert (got.status_code, got.headers["content-type"]) == (200, "application/pdf")
    assert got.headers["content-disposition"] == 'inline; filename="panels.pdf"'
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.content == golden.library.original(listing.details.id).read_bytes()


def test_other_formats_are_served_so_that_nothing_in_them_can_run(golden: Service, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<h1>Power</h1><p>People share power.</p><script>alert(1)</script>")
    (tmp_path / "b.md").write_text("# Money\n\nPeople are paid for their time.", encoding="utf-8")
    (tmp_path / "c d.jsonl").write_text('{"id": "../x <y>", "title": "Line", "text": "People decide at last."}\n')
    word = Word()
    word.add_paragraph("People plan their own care.")
    word.save(str(tmp_path / "d.docx"))
    with empty_library(golden, tmp_path / "library") as service:
        assert {outcome.status for outcome in service.library.add(sorted(tmp_path.glob("*.*")))} == {"added"}
        client = originals(service.library)
        got = {each.details.kind: client.get(report_address(each.details)) for each in service.library.reports()}
    kinds = {kind: each.headers["content-type"] for kind, each in got.items()}
    assert kinds == {
        "html": "text/html; charset=utf-8",
        "md": "text/plain; charset=utf-8",
        "jsonl": "text/plain; charset=utf-8",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    }
    for each in got.values():
        assert each.status_code == 200
        assert each.headers["content-security-policy"].startswith("sandbox; default-src 'none';")
        assert each.headers["x-content-type-options"] == "nosniff"
    assert got["docx"].headers["content-disposition"] == 'attachment; filename="d.docx"'
    assert got["html"].headers["content-disposition"].startswith("inline")


@pytest.mark.parametrize(
    "id", ["ffffffffffffffff", "x", "0123456789ABCDEF", "..%2f..%2fetc%2fpasswd", "0123456789abcdef:..%2flibrary.db"]
)
def test_an_unknown_report_is_a_plain_sentence(golden: Service, id: str) -> None:
    got = originals(golden.library).get(f"/reports/{id}")
    assert (got.status_code, got.text) == (404, "There is no such report in the library. It may have been removed.")


def test_a_taken_port_is_told_with_the_way_out(golden: Service) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(PortTakenError, match=r"cannot listen .* choose another port, as in: --port"),
    ):
        serve(golden, port=taken.getsockname()[1])


def test_the_server_says_where_it_is_and_stops_although_a_page_is_open(tmp_path: Path) -> None:
    with socket.socket() as held:  # bound and not listening, so that the server may take the port, and nobody else
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
        command = [sys.executable, "-m", "app", "--library", str(tmp_path), "serve", "--port", str(port)]
        with subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=dict(os.environ),
            # A shell has the programs that it runs in the background pass over it, and so would this one of theirs.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        ) as process:
            assert process.stdout
            assert process.stdout.readline().strip().endswith(f"http://127.0.0.1:{port}")
            open_page = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            open_page.request("GET", "/gradio_api/heartbeat/a-reader")
            with closing(open_page):
                assert open_page.getresponse().status == 200
                process.send_signal(signal.SIGINT)  # while the model is still being loaded, and a page is open
                assert process.wait(timeout=60) == 1
            assert process.stderr and process.stderr.read().startswith("Stopped. ")


# The reading list.


@pytest.fixture(scope="module")
def told(golden: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A library with the real briefs, whose downloads find no network."""
    with empty_library(golden, tmp_path_factory.mktemp("told"), read_entries()) as made:
        made.reading_list.fill()
        yield made


def test_a_publisher_that_stands_for_all_the_authors_is_named_once() -> None:
    report = Details("n", "Report", "r.pdf", ("Nesta", "Ann Ode", "Bo Day", "Cy Eden"), "Nesta")
    assert who(report) == "Nesta et al." and who(replace(report, authors=report.authors[:2])) == "Nesta, Ann Ode"
    assert who(replace(report, authors=report.authors[::-1])) == "Cy Eden et al., Nesta"
    assert who(replace(report, kind=BRIEF)) == "Nesta"


def test_a_source_from_a_brief_says_so_and_where_the_fact_was_seen(told: Service) -> None:
    answer = told.assistant.ask("Who coined the word co-production?")
    html = conversation_html([answer])
    assert "Our brief of <cite>Co-production: A manifesto for growing the core economy</cite>" in html
    assert "Seen at <a href='http://knowledgeintensiveservices.blogspot.com/2008/07'" in html
    assert ">Find the report itself</a>" in html and "Open the report" not in html


def test_a_brief_opens_as_a_page_with_its_sources(told: Service) -> None:
    [brief] = [each for each in told.library.reports() if each.details.title.startswith("Co-production: A manifesto")]
    got = originals(told.library).get(report_address(brief.details))
    assert got.status_code == 200 and got.headers["content-type"].startswith("text/html")
    assert "sandbox" in got.headers["content-security-policy"]
    assert "<h1>Our brief of Co-production: A manifesto for growing the core economy</h1>" in got.text
    assert "<h2>Where the word co-production comes from</h2>" in got.text
    text = re.sub("<[^>]+>", "", re.sub("<sup>.*?</sup>", "", got.text))
    for block in brief_parts(told.library.original(brief.details.id).read_bytes(), "")[1]:
        assert escape(block.text) in text
        assert block.seen_at in got.text
    assert "number: 3" not in got.text


def test_every_entry_of_the_list_shows_its_state_and_what_to_do(told: Service) -> None:
    told.reading_list.tried("03", FetchAttempt("2026-01-09", reason="b.3cdn.net: <gone>."))
    html = reading_list_html(
        told.reading_list.states(), Fetching("05", 2, 13, "https://www.gov.scot/x", 1_200_000, 3_000_000)
    )
    assert "For 14 our own briefs stand in." in html
    label = reading_list_label(told.reading_list.states())
    assert label == "The reading list: 14 on the list, 0 here, 13 can be fetched"
    for number in range(1, 15):
        assert f"id='entry-{number}'" in html
    parts = dict(re.findall(r"<li id='entry-(\d+)'>(.*?)(?=<li id='entry|$)", html, re.DOTALL))
    assert "Not found" in parts["3"] and "Tried on 9 January 2026. b.3cdn.net: &lt;gone&gt;." in parts["3"]
    assert "Fetching" in parts["5"] and "1.2 of 3.0 MB from www.gov.scot" in parts["5"]
    assert "On sale only" in parts["7"] and escape(told.reading_list.entries[6].advice) in parts["7"]
    assert "Not fetched yet" in parts["10"] and "Answers quote <a href='/reports/" in parts["10"]
    assert "What is not certain" in parts["13"]


def test_how_far_the_fetching_is_is_told() -> None:
    html = fetching_html(Fetching("05", 2, 13, "https://www.gov.scot/x"), "")
    assert "Fetching report 3 of 13 from www.gov.scot" in html and "value='2'" in html
    assert fetching_html(None, "There is <no> connection.") == "<p role='status'>There is &lt;no&gt; connection.</p>"
    assert fetching_html(None, "") == ""


def test_the_other_files_of_a_report_are_listed_with_it() -> None:
    copy = replace(REPORT, file="sharing<2>.html")
    html = table_html([CatalogueEntry(REPORT, 1, 0, 1, copies=(copy,), places=("again.pdf",))], {})
    assert "The same report: sharing&lt;2&gt;.html; again.pdf" in html


def test_where_else_the_words_stand_and_text_recognition_are_told() -> None:
    answer = cited("People decide.")
    other = replace(REPORT, id="fedcba9876543210", title="Another")
    citation = replace(answer.citations[0], ocr=True, also=(Place(other, 7),))
    html = conversation_html([replace(answer, citations=(citation,))])
    assert "See it: page 3</a><span>read by text recognition</span>" in html
    assert "The same words stand in <a class='see' href='/view/fedcba9876543210?page=7&amp;" in html
    assert ", page 7." in html
