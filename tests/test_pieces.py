"""The pieces of the page that come from the server as HTML: find, compare, view, keep, go back to, take away."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from html import escape, unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from docx import Document as Word
from fastapi import FastAPI
from fastapi.testclient import TestClient
from gradio import Error
from PIL import Image

from common import AwayError
from page.screens.actions import actions_html
from page.screens.ask import AskTab, ChatState
from page.screens.find import marked
from page.screens.report_filter import year
from page.screens.tries import tries_html
from page.serve import build_pieces
from page.userdata import Desk
from rag import Answer, Assistant
from service import ReportFilter, Service

QUESTION = "What did the time credit scheme cost a year?"
SENT = {"X-Requested-With": "page"}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.at(tmp_path)


@pytest.fixture
def app(golden: Service, desk: Desk) -> FastAPI:
    return build_pieces(golden, desk)


@pytest.fixture
def reader(app: FastAPI) -> Iterator[TestClient]:
    """A browser with a cookie of its own."""
    with TestClient(app) as client:
        client.get("/kept")
        yield client


def asked(golden: Service, desk: Desk, reader: TestClient, question: str = QUESTION) -> str:
    """A conversation of one question, kept for `reader`; gives its id."""
    return desk.conversations.create(reader.cookies["reader"], [golden.assistant.ask(question)])


# Owners.


def test_each_browser_gets_a_token_that_no_script_can_read(app: FastAPI) -> None:
    with TestClient(app) as first, TestClient(app) as second:
        given = first.get("/kept").headers["set-cookie"]
        assert "HttpOnly" in given and "SameSite=Lax" in given and "Secure" not in given
        assert "set-cookie" not in first.get("/kept").headers
        second.get("/kept")
        assert len(first.cookies["reader"]) == 43 and first.cookies["reader"] != second.cookies["reader"]


@pytest.mark.parametrize("token", ["x", "", "a" * 43 + "b", "'; DROP TABLE evidence; --"])
def test_a_token_of_ones_own_making_is_replaced(app: FastAPI, token: str) -> None:
    with TestClient(app) as client:
        got = client.get("/kept", headers={"Cookie": f'reader="{token}"'})
        assert got.status_code == 200 and "set-cookie" in got.headers


@pytest.mark.parametrize("other", ['prefs={"a":1}', "a b=c", "flag", 'x="a'])
def test_a_malformed_cookie_of_another_program_does_not_hide_the_reader(app: FastAPI, desk: Desk, other: str) -> None:
    owner = "a" * 43
    id = desk.conversations.create(owner, [Answer("Who came?", False, "Nobody.")])
    got = TestClient(app).get("/conversations", headers={"Cookie": f"{other}; reader={owner}"})
    assert "set-cookie" not in got.headers and id in got.text


@pytest.mark.parametrize(
    "address", ["/kept", "/kept/1/back", "/kept/1/out", "/kept/1/note", "/conversations/x/delete", "/votes"]
)
def test_another_site_can_change_nothing(reader: TestClient, address: str) -> None:
    assert reader.post(address, data={"passage": "x", "quote": "y"}).status_code == 403


# Evidence.


def test_words_are_kept_taken_out_and_kept_again(
    golden: Service, reader: TestClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    [citation, *_] = golden.assistant.ask(QUESTION).citations
    told = {"passage": citation.passage.id, "quote": citation.quote, "question": QUESTION}
    for _ in range(2):
        assert reader.post("/kept", data=told, headers=SENT).text == "Kept. It waits under “Evidence”."
    html = reader.get("/kept").text
    assert html.count("<blockquote>") == 1 and f"For: {QUESTION}" in html and "One quotation is kept." in html
    with TestClient(app) as other:
        assert "Nothing is kept yet." in other.get("/kept").text
    [out] = re.findall(r"action='(/kept/\d+/out)'", html)
    [note] = re.findall(r"data-address='(/kept/\d+/note)'", html)
    assert reader.post(note, data={"note": "For <Ann>\n\nsoon"}, headers=SENT).text == "Your note is kept."
    assert "For &lt;Ann&gt;\n\nsoon</textarea>" in reader.get("/kept").text
    with TestClient(app) as other:
        assert other.post(note, data={"note": "mine"}, headers=SENT).status_code == 404
    html = reader.post(out, headers=SENT).text
    assert "Taken out." in html and "<blockquote>" not in html
    [back] = re.findall(r"action='(/kept/\d+/back)'", html)
    with monkeypatch.context() as patch:
        patch.setattr(Assistant, "cite", lambda *_: [])  # its report has left the library meanwhile
        again = reader.post(back, headers=SENT).text
    assert "It is back." in again and "<blockquote>" in again and "For &lt;Ann&gt;\n\nsoon</textarea>" in again
    assert "no longer be brought back" in reader.post("/kept/999/back", headers=SENT).text


def test_the_evidence_is_shown_as_its_reports_are_known_now(golden: Service, desk: Desk, reader: TestClient) -> None:
    [citation, *_] = golden.assistant.ask(QUESTION).citations
    passage = replace(citation.passage, report=replace(citation.passage.report, title="What was read wrongly"))
    desk.evidence.keep(reader.cookies["reader"], QUESTION, [replace(citation, passage=passage)])
    html = reader.get("/kept").text
    assert escape(citation.passage.report.title) in html and "read wrongly" not in html


def test_words_that_no_report_has_are_not_kept(golden: Service, reader: TestClient) -> None:
    [citation, *_] = golden.assistant.ask(QUESTION).citations
    for passage, quote in [(citation.passage.id, "The scheme cost nothing."), ("unknown", citation.quote)]:
        got = reader.post("/kept", data={"passage": passage, "quote": quote}, headers=SENT)
        assert got.status_code == 404 and got.text.startswith("Not kept")
    assert "Nothing is kept yet." in reader.get("/kept").text


def test_the_evidence_is_saved_as_a_document(golden: Service, reader: TestClient) -> None:
    [citation, *_] = golden.assistant.ask(QUESTION).citations
    reader.post("/kept", data={"passage": citation.passage.id, "quote": citation.quote}, headers=SENT)
    got = reader.get("/export/evidence", params={"format": "word"})
    assert got.headers["content-disposition"] == "attachment; filename*=UTF-8''Evidence.docx"
    assert citation.quote in " ".join(each.text for each in Word(io.BytesIO(got.content)).paragraphs)
    for format in ("ris", "bibtex", "csv"):
        assert citation.passage.report.title in reader.get("/export/evidence", params={"format": format}).text
    assert reader.get("/export/evidence", params={"format": "tea"}).status_code == 400


# Conversations.


def changed(reader: TestClient, html: str, change: str, **fields: str) -> str:
    """What comes of the one form in a list that makes a change."""
    [address] = re.findall(rf"action='([^']*/{change}[^']*)'", html)
    return reader.post(unescape(address), data=fields, headers=SENT).text


def test_a_conversation_is_found_renamed_deleted_and_brought_back(
    golden: Service, desk: Desk, reader: TestClient
) -> None:
    id = asked(golden, desk, reader)
    assert f"href='/?conversation={id}'" in reader.get("/conversations", params={"words": "credit sch"}).text
    assert "No conversation has all these words." in reader.get("/conversations", params={"words": "zebra"}).text
    other = asked(golden, desk, reader, "Who runs the pool?")
    html = reader.get("/conversations", params={"words": "credit & sch"}).text
    html = changed(reader, html, "rename", title="Money & time")
    assert "Money &amp; time" in html and other not in html  # what was looked for still holds
    html = changed(reader, html, "delete")
    assert "Deleted." in html and "Money" not in html and other not in html
    html = changed(reader, html, "restore")
    assert "Money &amp; time" in html and other not in html


def test_nobody_else_reaches_a_conversation(golden: Service, desk: Desk, reader: TestClient, app: FastAPI) -> None:
    id = asked(golden, desk, reader)
    with TestClient(app) as other:
        assert "no longer kept" in other.post(f"/conversations/{id}/delete", headers=SENT).text
        assert other.get(f"/export/conversation/{id}", params={"format": "word"}).status_code == 404
    assert len(desk.conversations.list(reader.cookies["reader"])) == 1


def test_a_conversation_and_one_answer_of_it_are_saved(golden: Service, desk: Desk, reader: TestClient) -> None:
    id = asked(golden, desk, reader)
    desk.conversations.append(reader.cookies["reader"], id, golden.assistant.ask("How are panel members chosen?"))
    whole = reader.get(f"/export/conversation/{id}", params={"format": "markdown"}).text
    second = reader.get(f"/export/conversation/{id}", params={"format": "markdown", "turn": 2}).text
    assert "time credit scheme" in whole and "panel members" in whole
    assert "time credit scheme cost a year" not in second and "panel members" in second
    assert reader.get(f"/export/conversation/{id}", params={"format": "word", "turn": 3}).status_code == 404
    assert reader.get(f"/export/conversation/{id}", params={"format": "word", "turn": -1}).status_code == 422
    desk.conversations.rename(reader.cookies["reader"], id, "Money in Ardle")
    renamed = reader.get(f"/export/conversation/{id}", params={"format": "markdown"})
    assert renamed.text.startswith("# Money in Ardle") and "Money" in renamed.headers["content-disposition"]


def test_a_conversation_in_two_windows_parts_where_both_go_on(golden: Service, desk: Desk, reader: TestClient) -> None:
    """Of each window, what can be saved and voted on, and what is there when it is loaded anew, is what it shows."""
    begun = asked(golden, desk, reader)
    request: Any = SimpleNamespace(cookies=reader.cookies, query_params={"conversation": begun}, state=None)
    places: list[Any] = [*[None] * 8, []]  # of what is on the screen, without fields for limits
    tab: Any = AskTab(desk, golden, *places)
    first, second = (tab.arrive(request)[2] for _ in range(2))
    *_, (_, _, first, *_) = tab.reply("How are panel members chosen?", *[""] * 5, first, request)
    *_, (_, _, second, *_) = tab.reply("And who pays?", "panel", "", "2001", "", "", second, request)
    for talk in (first, second):
        request.query_params = {"conversation": talk.id}
        assert tab.arrive(request)[2] == talk  # limits and all
    assert first.id == begun != second.id


def test_an_answer_that_is_still_coming_does_not_put_a_conversation_back_that_was_ended(
    golden: Service, desk: Desk, reader: TestClient
) -> None:
    request: Any = SimpleNamespace(cookies=reader.cookies, query_params={}, state=None)
    places: list[Any] = [*[None] * 6, [], None, []]
    tab: Any = AskTab(desk, golden, *places)
    coming = tab.reply(QUESTION, *[""] * 5, ChatState(), request)
    talk = [next(coming)[2] for _ in range(2)][-1]
    assert talk.answers and tab.settle(talk)[2] != ChatState()
    assert tab.end(talk)[2] == ChatState()
    assert list(coming) == [] and tab.settle(talk)[2] == ChatState()


def test_a_question_that_fails_is_given_back(
    golden: Service, desk: Desk, reader: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise AwayError

    request: Any = SimpleNamespace(cookies=reader.cookies, query_params={"ask": QUESTION}, state=None)
    places: list[Any] = [*[None] * 6, [], None, [None] * 5]
    tab: Any = AskTab(desk, golden, *places)
    monkeypatch.setattr(Assistant, "stream", fail)
    reply = tab.reply(QUESTION, *[""] * 5, ChatState(), request)
    (_, looking, *_), (_, failed, *_) = next(reply), next(reply)
    with pytest.raises(Error, match="Nothing is lost"):
        next(reply)
    assert "Looking through" in looking
    for told in (failed, tab.arrive(request)[1]):
        assert f"data-again='{QUESTION}'>The reports cannot be reached" in told and "Looking through" not in told
    request.query_params = {"conversation": "gone"}
    assert "no longer kept in this browser" in tab.arrive(request)[1]


def test_what_a_reader_says_of_an_answer_is_kept_with_it(golden: Service, desk: Desk, reader: TestClient) -> None:
    id = asked(golden, desk, reader)
    told = {"conversation": id, "turn": "1", "helpful": "no", "reason": "Too short."}
    assert reader.post("/votes", data=told, headers=SENT).status_code == 200
    [vote] = desk.feedback.all()
    assert (vote.helpful, vote.reason, vote.answer.question) == (False, "Too short.", QUESTION)
    assert reader.post("/votes", data=told | {"turn": "2"}, headers=SENT).status_code == 404


def test_an_answer_can_be_copied_saved_linked_to_and_judged_once_it_is_kept(golden: Service) -> None:
    answer = golden.assistant.ask(QUESTION)
    html = actions_html(answer, 1, "abc", ReportFilter("panel <b>", "housing", 2010))
    assert answer.citations[0].marked in unescape(html) and "References" in html
    assert "/export/conversation/abc?turn=1&amp;format=word" in html
    [link] = re.findall(r"href='(/\?ask[^']*)'", html)
    wanted = {"ask": [QUESTION], "named": ["panel <b>"], "theme": ["housing"], "first_year": ["2010"]}
    assert parse_qs(urlsplit(unescape(link)).query) == wanted
    assert actions_html(answer, 1, "", ReportFilter()) == ""


@pytest.mark.parametrize(("turn", "asked"), [(1, "And in Wales?"), (2, "How is it funded in Wales?")])
def test_what_asks_again_asks_a_follow_up_as_it_was_understood(golden: Service, turn: int, asked: str) -> None:
    answer = Answer("And in Wales?", True, "", searched_for="How is it funded in Wales?")
    refused = replace(answer, answered=False)
    html = actions_html(replace(answer, written_by="a model"), turn, "abc", ReportFilter())
    html += tries_html(refused, turn, ReportFilter("panel"), golden)
    links = [parse_qs(urlsplit(unescape(each)).query) for each in re.findall(r"href='(/\?ask[^']*)'", html)]
    assert links == [{"ask": [asked]}, {"ask": [asked], "quotations": ["1"]}, {"ask": [asked]}]


# Finding.


def test_passages_are_found_with_their_words_marked(reader: TestClient) -> None:
    html = reader.get("/find", params={"words": "time credits cost"}).text
    assert re.search(r"<mark>[Tt]ime</mark> <mark>credit", html) and "class='keep'" in html
    assert "Passages are shown here" in reader.get("/find", params={"words": "  "}).text


def test_limits_hold_for_what_is_found(golden: Service, reader: TestClient) -> None:
    html = reader.get("/find", params={"words": "people", "named": "panels.pdf"}).text
    titles = set(map(unescape, re.findall(r"<cite>([^<]*)</cite>", html)))
    assert titles == {each.title for each in golden.library.all_details() if each.file == "panels.pdf"}
    assert "Only reports named “panels.pdf”: 1 of" in html
    assert "Nothing was found." in reader.get("/find", params={"words": "people", "named": "no such report"}).text


def test_a_theme_limits_to_the_reports_that_speak_of_it(golden: Service, reader: TestClient) -> None:
    html = reader.get("/find", params={"words": "people", "theme": "time credits"}).text
    titles = set(map(unescape, re.findall(r"<cite>([^<]*)</cite>", html)))
    assert titles == {each.title for each in golden.library.all_details() if each.file == "time-credits.pdf"}
    assert "Only reports about “time credits”: 1 of 3" in html
    assert "0 of 3" in reader.get("/find", params={"words": "people", "theme": "penguins"}).text


def test_more_like_a_passage_leaves_it_out(golden: Service, reader: TestClient) -> None:
    [first, *_] = golden.assistant.search("time credits", 1)
    html = reader.get("/find", params={"like": first.passage.id}).text
    assert f"Passages like “{' '.join(first.passage.text.split())[:40]}" in unescape(html)
    assert escape_first(first.passage.text) not in html.partition("<ol")[2]


def escape_first(text: str) -> str:
    return " ".join(text.split("\n\n")[0].split())


def test_words_are_marked_in_any_form_and_nothing_else_is_let_through() -> None:
    assert marked("Sharing <b>power</b>", {"share"}) == "<mark>Sharing</mark> &lt;b&gt;power&lt;/b&gt;"


@pytest.mark.parametrize(("typed", "meant"), [("2015", 2015), (" 2015 ", 2015), ("201", None), ("20x5", None)])
def test_a_year_counts_once_it_is_typed_whole(typed: str, meant: int | None) -> None:
    assert year(typed) == meant


# Comparing.


def test_each_report_has_a_row_and_what_it_says_leads_to_its_page(golden: Service, reader: TestClient) -> None:
    html = reader.get("/compare", params={"question": QUESTION}).text
    silent = html.split("Reports in which nothing was found")[1]
    assert html.count("<th scope='row'>") + silent.count("<li>") == len(golden.library.all_details())
    assert "class='see' href='/view/" in html
    asked = {"question": QUESTION, "further": ["Who pays for it?", "And when?"]}
    wider, narrower = (
        reader.get("/compare", params=asked).text,
        reader.get("/compare", params={**asked, "without": "Who pays for it?"}).text,
    )
    assert (
        "name='without' value='And when?'" in wider and "Who pays for it?" not in narrower and "And when?" in narrower
    )
    saved = reader.get("/export/comparison", params={**asked, "format": "csv"})
    assert saved.status_code == 200 and QUESTION in saved.text and "And when?" in saved.text


def test_only_the_chosen_reports_are_compared(reader: TestClient) -> None:
    html = reader.get("/compare", params={"question": QUESTION, "named": "panels.pdf"}).text
    assert html.count("<th scope='row'>") + html.count("<li>") - html.count("<li><a") == 1


# Viewing.


def test_a_citation_opens_its_page_with_its_words_marked(golden: Service, reader: TestClient) -> None:
    citation = next(each for each in golden.assistant.ask("Who turned down free parking?").citations if each.page)
    report = citation.passage.report
    assert report.kind == "pdf"
    got = reader.get(f"/view/{report.id}", params={"page": citation.page, "words": citation.quote})
    assert "<mark id=mark style='left:" in got.text and "could not be marked" not in got.text
    assert got.headers["content-security-policy"].startswith("default-src 'none'")
    [source] = re.findall(r"<img src='([^']*)'", got.text)
    drawn = reader.get(unescape(source))
    assert drawn.headers["content-type"] == "image/png" and Image.open(io.BytesIO(drawn.content)).size[0] == 1240
    turned = [unescape(each) for each in re.findall(r"<a href='(/view/[^']*)'>", got.text)]
    other = reader.get(turned[0]).text
    assert "<mark" not in other and "class='note'" not in other
    [back] = re.findall(r"<a href='([^']*)'>Back to the words", other)
    again = reader.get(unescape(back)).text
    assert "<mark id=mark" in again and "Back to the words" not in again


def test_words_that_are_not_on_the_page_are_told_not_marked(golden: Service, reader: TestClient) -> None:
    report = next(each for each in golden.library.all_details() if each.kind == "pdf")
    html = reader.get(f"/view/{report.id}", params={"page": 1, "words": "No report says this."}).text
    assert "<mark" not in html and "<q>No report says this.</q>" in html


def test_a_report_without_pages_shows_the_words_where_they_stand(golden: Service, reader: TestClient) -> None:
    hits = golden.assistant.search("people", 10)
    passage = next(each.passage for each in hits if each.passage.first_page is None)
    words = " ".join(passage.text.split()[:6])
    html = reader.get(f"/view/{passage.report.id}", params={"words": words}).text
    assert "<mark id='mark'>" in html


@pytest.mark.parametrize("address", ["/view/unknown", "/drawings/unknown?page=1"])
def test_a_report_that_is_not_there_is_a_plain_sentence(reader: TestClient, address: str) -> None:
    got = reader.get(address)
    assert (got.status_code, got.text) == (404, "There is no such report in the library. It may have been removed.")


# What is known of a report.


@pytest.mark.parametrize("year", ["9" * 5000, "20155", "x", "-1"])
def test_what_is_no_year_is_told(golden: Service, reader: TestClient, year: str) -> None:
    report = golden.library.all_details()[0]
    got = reader.post("/library/edit", data={"id": report.id, "title": "Other", "year": year}, headers=SENT)
    assert got.status_code == 200 and f"“{year}” is no year." in got.text
    assert golden.library.all_details()[0] == report


def test_the_one_report_that_is_asked_is_offered_by_its_title(golden: Service, reader: TestClient) -> None:
    report = golden.library.all_details()[0]
    offered = reader.get("/library/within", params={"chosen": f"report:{report.id}"}).text
    assert f"<option value='report:{report.id}'>{escape(report.full_title)}</option>" in offered
    for other in ("", "report:gone", "<gone>"):
        assert reader.get("/library/within", params={"chosen": other}).text == "<option value=''>all reports</option>"


def test_thousands_of_ticked_reports_are_collected_and_taken_out_at_once(golden: Service, reader: TestClient) -> None:
    ids = [each.id for each in golden.library.all_details()]
    told = {"name": "Money", "id": "\n".join([*ids, *(f"{number:032x}" for number in range(1_500))])}
    assert "“Money” now." in reader.post("/library/collect", data=told, headers=SENT).text
    assert set(ids) <= set(golden.library.collections()["Money"])
    assert reader.post("/library/take-out", data=told, headers=SENT).status_code == 200
    for change in ("remove", "put-back"):
        gone = told | {"id": "\n".join(["gone"] * 1_001)}
        assert reader.post(f"/library/{change}", data=gone, headers=SENT).status_code == 200
    reader.post("/library/forget", data={"name": "Money"}, headers=SENT)
    assert "Money" not in golden.library.collections()
