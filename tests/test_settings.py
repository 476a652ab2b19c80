"""The settings: language models are found on this computer alone, tried, used, and turned off again."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from fastapi import FastAPI, Request, Response
from fastapi.testclient import TestClient

from page.access import RequestContext
from page.screens.model_choice import ModelChoice
from page.screens.settings import add_settings
from rag import Assistant
from rag.generation import Generator, LanguageModel, Server, find_servers
from service import Service
from tests.test_writing import COST, TRUE, StandIn, server  # noqa: F401 (a fixture is found by its name)

OLLAMAS = {
    "models": [
        {"name": "llama3.2:latest", "details": {"family": "llama"}},
        {"name": "nomic-embed-text:latest", "details": {"family": "nomic-bert"}},
        {"name": "gpt-oss:120b-cloud", "remote_model": "gpt-oss:120b", "remote_host": "https://ollama.com:443"},
    ]
}
STUDIOS = {
    "object": "list",
    "data": [
        {"id": "qwen3-8b@q4_k_m", "object": "model", "owned_by": "organization_owner"},
        {"id": "text-embedding-nomic-embed-text-v1.5", "object": "model", "owned_by": "organization_owner"},
    ],
}
PAGE = {"X-Requested-With": "page"}


def test_ollama_and_lm_studio_are_found_with_the_models_that_write_here(server: StandIn) -> None:  # noqa: F811
    server.lists["/api/tags"] = OLLAMAS
    [found] = find_servers({server.server_port: "Ollama"})
    assert (found.program, found.models, found.elsewhere) == ("Ollama", ("llama3.2:latest",), ("gpt-oss:120b-cloud",))
    assert found.address == server.address
    server.lists = {"/v1/models": STUDIOS}
    [found] = find_servers({server.server_port: "LM Studio"})
    assert (found.models, found.elsewhere) == (("qwen3-8b@q4_k_m",), ())


@pytest.mark.parametrize(
    "told", [[], {"data": None}, {"data": ["a"]}, {"data": [{"id": ""}, {"id": "a\nb"}]}, "<p>", {"models": 1}, None]
)
def test_what_is_no_list_of_models_offers_none(server: StandIn, told: object) -> None:  # noqa: F811
    server.lists = {"/v1/models": told, "/api/tags": told}
    assert [model for each in find_servers({server.server_port: "Ollama"}) for model in each.models] == []


class _Slow(BaseHTTPRequestHandler):
    """Something that listens and never comes to an end."""

    def do_GET(self) -> None:
        self.send_response(302 if self.path == "/redirect" else 200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b" " * 10)
                time.sleep(0.05)
        except OSError:
            pass

    def log_message(self, *arguments: object) -> None:
        pass


def test_what_does_not_come_to_an_end_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.generation.servers.PATIENCE", 0.2)
    with HTTPServer(("127.0.0.1", 0), _Slow) as slow, socket.create_server(("127.0.0.1", 0)) as silent:
        threading.Thread(target=slow.serve_forever, args=(0.01,), daemon=True).start()
        began = time.monotonic()
        assert find_servers({slow.server_port: "Jan", silent.getsockname()[1]: "vLLM", 9: "llama.cpp"}) == []
        assert time.monotonic() - began < 5
        slow.shutdown()


def test_a_model_that_was_found_is_sent_no_key_and_goes_by_no_proxy(
    server: StandIn,  # noqa: F811
    golden: Service,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    writer = ModelChoice(golden.assistant, golden.library).writer("a@b", Server("Jan", server.server_port, ("a@b",)))
    answer = golden.assistant.with_generator(writer).ask(COST)
    assert (answer.written_by, answer.notice) == ("a@b (Jan)", "")
    assert server.keys == ["Bearer none"]


@pytest.fixture
def service(golden: Service, server: StandIn) -> Iterator[Service]:  # noqa: F811
    """The golden library; what the page keeps of the model in it is forgotten in the end."""
    server.lists["/api/tags"] = OLLAMAS
    yield golden
    golden.library.put_note("language model", "")
    golden.assistant.writer = None


def copy_of(service: Service) -> Service:
    """The assistant of another page over the same library."""
    return replace(service, chosen=ModelChoice(service.assistant, service.library).chosen)


def visiting(service: Service, server: StandIn, closed: bool = False) -> TestClient:  # noqa: F811
    """The settings as they are seen where nobody needs an account, or, where it is `closed`, by a reader."""
    app = FastAPI()

    @app.middleware("http")
    async def arrive(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
        request.state.context = RequestContext(closed=closed)
        return await go_on(request)

    choice = ModelChoice(service.assistant, service.library, lambda: find_servers({server.server_port: "Ollama"}))
    add_settings(app, service, choice)
    return TestClient(app)


def test_a_model_is_tried_used_kept_over_a_restart_and_turned_off(service: Service, server: StandIn) -> None:  # noqa: F811
    client, other = visiting(service, server), copy_of(service)
    shown = client.get("/settings").text
    assert other.ask(COST).written_by == ""
    assert "No language model is in use" in shown and "llama3.2:latest" in shown
    assert "One model is not offered here, for it runs on another computer: gpt-oss:120b-cloud." in shown
    chosen = {"model": f"{server.server_port}:llama3.2:latest", "question": COST}
    tried = client.post("/settings/model", data={**chosen, "do": "try"}, headers=PAGE).text
    assert "The scheme cost £41,000 a year. [1]" in tried and "It took" in tried
    assert other.ask(COST).written_by == ""
    used = client.post("/settings/model", data={**chosen, "do": "use"}, headers=PAGE).text
    assert "From now on llama3.2:latest (Ollama) writes the answers." in used
    for each in (other, copy_of(service)):  # a copy of the program that runs, and one that starts
        assert each.ask(COST).written_by == "llama3.2:latest (Ollama)"
    assert other.with_generator(None).ask(COST).written_by == ""
    off = client.post("/settings/model", data={"do": "off"}, headers=PAGE).text
    assert "Answers are quotations again." in off and other.ask(COST).written_by == ""


def test_what_is_not_offered_cannot_be_used(service: Service, server: StandIn) -> None:  # noqa: F811
    client = visiting(service, server)
    for model in ("gpt-oss:120b-cloud", "other"), ("llama3.2:latest", "9"):
        told = {"do": "use", "model": f"{server.server_port if model[1] == 'other' else 9}:{model[0]}"}
        assert "no longer offered" in client.post("/settings/model", data=told, headers=PAGE).text
    assert "no longer offered" in client.post("/settings/model", data={"do": "use", "model": "x"}, headers=PAGE).text
    assert client.post("/settings/model", data={"do": "off"}).status_code == 403
    reader = visiting(service, server, closed=True)
    assert "A librarian can change that." in reader.get("/settings").text
    told = {"do": "use", "model": f"{server.server_port}:llama3.2:latest"}
    refused = reader.post("/settings/model", data=told, headers=PAGE).text
    assert "Only a librarian can change this." in refused and "<form" not in refused
    assert service.library.note("language model") in (None, "")


def test_what_the_start_says_counts_for_more(service: Service, server: StandIn) -> None:  # noqa: F811
    service.library.put_note("language model", json.dumps({"model": "b", "program": "Jan", "port": 1}))
    service.assistant.writer = Generator(LanguageModel(f"openai:own@{server.address}"), service.assistant.embeddings)
    client = visiting(service, server)
    assert "COPRODUCTION_LANGUAGE_MODEL" in client.get("/settings").text
    told = {"do": "use", "model": f"{server.server_port}:llama3.2:latest"}
    client.post("/settings/model", data=told, headers=PAGE)
    client.post("/settings/model", data={"do": "off"}, headers=PAGE)
    assert copy_of(service).ask(COST).written_by == "openai:own"


def test_where_there_is_none_two_steps_bring_one(service: Service, server: StandIn) -> None:  # noqa: F811
    server.lists = {}
    shown = visiting(service, server).get("/settings").text
    assert "No language model was found" in shown and shown.count("<li>") == 2
    server.lists = {"/api/tags": {"models": []}}
    assert "Ollama runs on this computer, but has no model" in visiting(service, server).get("/settings").text


def test_what_was_kept_otherwise_is_passed_over(service: Service, server: StandIn) -> None:  # noqa: F811
    for told in ("{", "[1]", '{"model": 1}'):
        service.library.put_note("language model", told)
        assert "No language model is in use" in visiting(service, server).get("/settings").text


def test_thoughts_are_no_statements(golden: Service, server: StandIn) -> None:  # noqa: F811
    server.reply = f"<think>The scheme cost £61,000 a year. So be it.</think>{TRUE}"
    model = LanguageModel(f"openai:thinker@{server.address}", called="thinker")
    answer = Assistant(golden.assistant.store, writer=Generator(model, golden.embedder)).ask(COST)
    assert (answer.text, answer.notice) == ("The scheme cost £41,000 a year. [1]", "")
