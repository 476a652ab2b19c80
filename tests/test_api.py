"""The API as other programs use it: over HTTP, and over the Model Context Protocol with the protocol's own client."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from page.api import FAILED
from service import Service
from tests.test_page import empty_library, running

ROOT = Path(__file__).parent.parent
QUESTION = "What did the time credit scheme cost a year?"


@pytest.fixture(scope="module")
def api(golden: Service) -> Iterator[httpx.Client]:
    with running(golden) as address, httpx.Client(base_url=f"{address}/api", timeout=60) as client:
        yield client


def test_an_answer_has_the_shape_of_the_command_and_comes_again_alike(api: httpx.Client, golden: Service) -> None:
    told = api.get("/ask", params={"question": QUESTION}).json()
    assert told.pop("version") == golden.library.version
    assert told.pop("permalink") == "/?ask=What+did+the+time+credit+scheme+cost+a+year%3F"
    assert told == json.loads(json.dumps(golden.assistant.ask(QUESTION).to_json()))
    assert api.get("/ask", params={"question": QUESTION}).json()["citations"] == told["citations"]


def test_a_follow_up_is_understood_from_what_was_asked_before(api: httpx.Client, golden: Service) -> None:
    first = golden.assistant.ask(QUESTION)
    asked = {"question": "and who pays for it?", "history": [[QUESTION, first.text]]}
    told = api.post("/ask", json=asked).json()
    assert told["text"] == golden.assistant.ask("and who pays for it?", [(QUESTION, first.text)]).text


def test_limits_hold(api: httpx.Client) -> None:
    for path, asked in (("search", {"query": "people"}), ("compare", {"question": "Who was paid?"})):
        told = api.get(f"/{path}", params={**asked, "named": "panels.pdf"}).json()
        assert {each["file"] for each in told} == {"panels.pdf"}
    assert api.get("/search", params={"query": "people", "first_year": 2500}).json() == []


def test_passages_reports_and_pages_are_given(api: httpx.Client, golden: Service) -> None:
    [hit] = api.get("/search", params={"query": "time credits", "k": 1}).json()
    assert hit["rank"] == 1 and hit["file"] == "time-credits.pdf"
    listed = api.get("/reports").json()
    assert {each["file"] for each in listed} == {"panels.pdf", "time-credits.pdf", "homecare.md"}
    page = api.get("/page", params={"report": hit["file"], "number": hit["first_page"]}).json()
    assert " ".join(hit["text"].split()[:8]) in " ".join(page["text"].split())
    [markdown] = [each for each in listed if each["file"] == "homecare.md"]
    whole = api.get("/page", params={"report": markdown["id"]}).json()
    assert whole["page"] is None and whole["text"] == golden.library.report(markdown["id"]).text


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/page?report=unknown.pdf", 404, "No such report"),
        ("/page?report=panels.pdf&number=99", 404, "ends with page 2; there is no page 99"),
        ("/ask?question=", 422, "question:"),
        ("/ask?question=%20%20", 422, "question:"),
        ("/ask?question=x&first_year=5", 422, "first_year:"),
        ("/ask?question=" + "x" * 2001, 422, "2000 characters"),
        ("/search?query=x&k=101", 422, "k:"),
        ("/nothing", 404, "Not Found"),
    ],
)
def test_what_cannot_be_answered_is_told_in_a_sentence(api: httpx.Client, path: str, status: int, says: str) -> None:
    got = api.get(path)
    assert got.status_code == status and says in got.json()["detail"]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"question": " "}, "question:"),
        ({"question": "x", "history": [["a", "b", "c"]]}, "history.0:"),
        ({"question": "x", "history": [["a", "b" * 100_001]]}, "history.0.1:"),
        ({"question": "x", "histroy": []}, "histroy:"),
    ],
)
def test_a_body_that_cannot_be_understood_is_told_where(api: httpx.Client, asked: dict[str, Any], says: str) -> None:
    got = api.post("/ask", json=asked)
    assert got.status_code == 422 and says in got.json()["detail"]


def test_a_failure_is_told_in_a_sentence_without_its_details(
    api: httpx.Client, golden: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: Any) -> None:
        raise OSError("/a/secret/place")

    monkeypatch.setattr(type(golden.assistant), "search", fail)
    got = api.get("/search", params={"query": "people"})
    assert got.status_code == 500 and got.json() == {"detail": FAILED}


def test_a_question_is_the_same_with_and_without_space_around_it(api: httpx.Client) -> None:
    assert api.get("/ask", params={"question": f"  {QUESTION} "}).json() == api.get("/ask?question=" + QUESTION).json()


def test_the_schema_describes_every_route(api: httpx.Client) -> None:
    described = api.get("/openapi.json").json()["paths"]
    changing = {"/reports/{id}", "/reports/{id}/corrections"}
    assert set(described) == {"/ask", "/search", "/compare", "/reports", "/collections", "/page"} | changing
    written = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    for path in described:
        assert f"/api{path}" in written


# The Model Context Protocol.


def test_an_assistant_that_speaks_the_protocol_can_ask(golden: Service) -> None:
    from mcp import StdioServerParameters  # here alone, for it takes seconds
    from mcp.client import Client
    from mcp.client.stdio import stdio_client

    folder = str(golden.library.folder)
    server = StdioServerParameters(command=sys.executable, args=["-m", "app", "--library", folder, "mcp"], cwd=ROOT)

    async def talk() -> dict[str, Any]:
        async with Client(stdio_client(server)) as client:
            tools = (await client.list_tools()).tools
            asked = await client.call_tool("ask", {"question": QUESTION})
            missing = await client.call_tool("get_page", {"report": "unknown.pdf"})
            found = await client.call_tool("search", {"query": "time credits", "k": 2})
            listed = await client.call_tool("list_reports", {})
            page = await client.call_tool("get_page", {"report": "panels.pdf", "page": 1})
            return {"tools": tools, "ask": asked, "missing": missing, "search": found, "list": listed, "page": page}

    told = asyncio.run(talk())
    assert {tool.name for tool in told["tools"]} == {"ask", "search", "compare", "get_page", "list_reports"}
    assert all(tool.description and tool.annotations.read_only_hint for tool in told["tools"])
    answer = told["ask"].structured_content
    assert answer["citations"] == json.loads(json.dumps(golden.assistant.ask(QUESTION).to_json()))["citations"]
    assert len(told["search"].structured_content["result"]) == 2
    # The briefs of the reading list are in a library that the command opens.
    assert {"panels.pdf", "homecare.md"} < {each["file"] for each in told["list"].structured_content["result"]}
    assert told["page"].structured_content["page"] == 1
    assert told["missing"].is_error and "No such report" in told["missing"].content[0].text


def test_what_is_known_of_a_report_is_put_right_and_taken_back(golden: Service, tmp_path: Path) -> None:
    with empty_library(golden, tmp_path / "library") as service:
        (tmp_path / "notes.md").write_text("# Notes\n\nHerons nest in the old quarry, and people count them.")
        list(service.library.add([tmp_path / "notes.md"]))
        [report] = service.library.all_details()
        with running(service) as address, httpx.Client(base_url=f"{address}/api", timeout=60) as client:
            at = f"/reports/{report.id}"
            told = client.patch(at, json={"title": "Herons", "authors": ["Ann Ode"], "year": 2009, "genre": "survey"})
            assert told.status_code == 200 and told.json()["corrected"] == ["title", "authors", "year", "genre"]
            assert client.patch(at, json={"year": None}).json()["year"] is None
            [listed] = client.get("/reports").json()
            assert (listed["title"], listed["year"], listed["authors"]) == ("Herons", None, ["Ann Ode"])
            for wrong in ({"title": ""}, {"year": 99}, {"kind": "pdf"}, {"genre": "poem"}, {"address": "x"}):
                refused = client.patch(at, json=wrong)
                assert refused.status_code == 422 and refused.json()["detail"].endswith(".")
            assert client.delete(f"{at}/corrections").json()["title"] == "Notes"
            assert client.patch("/reports/x", json={"year": 2009}).status_code == 404
            # A site that gives its own name this machine's address reads nothing.
            assert client.get("/reports", headers={"Host": "site.example"}).status_code == 400
            assert client.get("/reports", headers={"Host": "localhost:7860"}).status_code == 200
