"""The door: who gets in, who may change what, what is written down, and what nobody is told."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import re
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient

from cli.main import main
from page.access import Accounts, AccountsError, Rules, RulesError
from page.access.limits import LARGEST, LimitsMiddleware
from page.access.login_throttle import LoginThrottle, TooManyAttemptsError
from page.access.logs import log_as_json
from page.serve import build_app
from rag import Answer, Assistant
from service import Service
from tests.test_page import empty_library, running

PASSWORDS = {"Ada": "a library of her own", "Ben": "he reads and reads"}
ROOT = Path(__file__).parent.parent
QUESTION = "What did the time credit scheme cost a year?"


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory, quick_hashes: None) -> Path:
    """Ada is a librarian, Ben a reader."""
    path = tmp_path_factory.mktemp("door") / "accounts.json"
    Accounts(path).put("Ada", "librarian", PASSWORDS["Ada"])
    Accounts(path).put("Ben", "reader", PASSWORDS["Ben"])
    return path


@pytest.fixture(scope="module", autouse=True)
def quick_hashes() -> Iterator[None]:
    """Real Argon2, at the least that it allows: at its full strength hashing would take half the time of this file."""
    with pytest.MonkeyPatch.context() as patch:
        weak = partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr("page.access.accounts.PasswordHasher", weak)
        yield


@pytest.fixture(scope="module")
def address(golden: Service, accounts: Path) -> Iterator[str]:
    """The page with accounts. A test that uses up what an address may do takes one of its own."""
    with running(golden, Rules(accounts)) as address:
        yield address


@pytest.fixture
def untried(golden: Service, accounts: Path) -> Iterator[httpx.Client]:
    """A stranger at a page of her own, where nobody has tried to sign in yet."""
    with running(golden, Rules(accounts)) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


@pytest.fixture
def stranger(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=60) as client:
        yield client


@contextmanager
def signed_in(address: str, name: str, password: str = "") -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=60) as client:
        given = {"name": name, "password": password or PASSWORDS[name]}
        assert client.post("/sign-in", data=given).status_code == 303
        yield client


@pytest.fixture
def ada(address: str) -> Iterator[httpx.Client]:
    with signed_in(address, "Ada") as client:
        yield client


@pytest.fixture
def ben(address: str) -> Iterator[httpx.Client]:
    with signed_in(address, "Ben") as client:
        yield client


# Getting in.


@pytest.mark.parametrize(
    "path",
    ["/", "/config", "/find?words=x", "/kept", "/view/x", "/reports/x", "/gradio_api/info", "/parts", "/nothing-here"],
)
def test_nobody_gets_in_without_an_account(stranger: httpx.Client, path: str) -> None:
    got = stranger.get(path)
    assert (got.status_code, got.text) == (401, "You are signed out. Load the page again to sign in.")
    shown = stranger.get(path, headers={"Accept": "text/html"})
    assert shown.status_code == 303 and shown.headers["location"].startswith("/sign-in?then=%2F")


@pytest.mark.parametrize("path", ["/gradio_api/queue/join", "/gradio_api/run/predict", "/gradio_api/upload", "/votes"])
def test_nobody_sends_anything_without_an_account(stranger: httpx.Client, path: str) -> None:
    assert stranger.post(path, json={"data": [], "fn_index": 0, "session_hash": "x"}).status_code == 401


def test_whoever_signs_in_comes_to_where_she_wanted_to_go(stranger: httpx.Client) -> None:
    form = stranger.get("/sign-in", params={"then": "/?ask=Who?"})
    assert "name='then' value='/?ask=Who?'" in form.text
    given = {"name": " ada ", "password": PASSWORDS["Ada"], "then": "/?ask=Who?"}
    got = stranger.post("/sign-in", data=given)
    assert (got.status_code, got.headers["location"]) == (303, "/?ask=Who?")
    cookie = got.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Secure" not in cookie
    assert stranger.get("/").status_code == 200


@pytest.mark.parametrize("then", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example", "x"])
def test_signing_in_leads_nowhere_else(stranger: httpx.Client, then: str) -> None:
    got = stranger.post("/sign-in", data={"name": "Ada", "password": PASSWORDS["Ada"], "then": then})
    assert got.headers["location"] == "/"


@pytest.mark.parametrize(("name", "password"), [("Ada", "wrong"), ("Nobody", "wrong"), ("", ""), ("Ada", "x" * 5000)])
def test_a_wrong_password_is_told_as_a_wrong_name_is(stranger: httpx.Client, name: str, password: str) -> None:
    got = stranger.post("/sign-in", data={"name": name, "password": password})
    assert got.status_code == 403 and "set-cookie" not in got.headers
    assert "<p role='alert'>Name and password do not belong together. Try again.</p>" in got.text


def test_after_ten_wrong_passwords_one_waits_even_with_the_right_one(untried: httpx.Client) -> None:
    for number in range(10):
        name = ("Ada", " ADA ", "Ａda")[number % 3]  # all are known by the same
        assert untried.post("/sign-in", data={"name": name, "password": "wrong"}).status_code == 403
    got = untried.post("/sign-in", data={"name": "ADA", "password": PASSWORDS["Ada"]})
    assert got.status_code == 429 and 0 < int(got.headers["retry-after"]) <= 15 * 60
    assert "Too many attempts to sign in have failed. Try again in 15 minutes." in got.text
    assert untried.post("/sign-in", data={"name": "Ben", "password": PASSWORDS["Ben"]}).status_code == 303


def test_a_strangers_wrong_passwords_keep_nobody_else_out(golden: Service, accounts: Path) -> None:
    with running(golden, Rules(accounts, proxy="127.0.0.1")) as address, httpx.Client(base_url=address) as client:

        def sign_in(password: str, place: str) -> httpx.Response:
            given, headers = {"name": "Ada", "password": password}, {"X-Forwarded-For": place}
            return client.post("/sign-in", data=given, headers=headers)

        for _ in range(10):
            assert sign_in("wrong", "203.0.113.1").status_code == 403
        assert sign_in(PASSWORDS["Ada"], "203.0.113.1").status_code == 429
        assert sign_in(PASSWORDS["Ada"], "203.0.113.2").status_code == 303


def test_very_many_wrong_passwords_for_a_name_only_slow_down(golden: Service, accounts: Path) -> None:
    attempts = LoginThrottle(Accounts(accounts))
    assert attempts.sign_in("Ada", PASSWORDS["Ada"], "at home")
    for number in range(100):
        assert not attempts.sign_in("Ada", "wrong", f"botnet {number}")
    assert not attempts.sign_in("Ada", "wrong", "one more")
    with pytest.raises(TooManyAttemptsError) as told:
        attempts.sign_in("Ada", PASSWORDS["Ada"], "elsewhere")
    assert told.value.seconds <= 10
    assert attempts.sign_in("Ada", PASSWORDS["Ada"], "at home")
    assert attempts.sign_in("Ben", PASSWORDS["Ben"], "elsewhere")


def test_thirty_wrong_passwords_stop_an_address_whatever_the_names(untried: httpx.Client) -> None:
    for number in range(30):
        untried.post("/sign-in", data={"name": f"guess {number}", "password": "wrong"})
    assert untried.post("/sign-in", data={"name": "Ben", "password": PASSWORDS["Ben"]}).status_code == 429


def test_signing_out_ends_the_session_on_the_server(ada: httpx.Client) -> None:
    token = ada.cookies["session"]
    assert ada.post("/sign-out").headers["location"] == "/sign-in"
    assert ada.get("/", headers={"Cookie": f"session={token}"}).status_code == 401


def test_another_site_can_send_nothing(ada: httpx.Client) -> None:
    assert ada.post("/sign-out", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert ada.get("/").status_code == 200


def test_programs_send_name_and_password(stranger: httpx.Client) -> None:
    asked = {"query": "time credits"}
    got = stranger.get("/api/search", params=asked)
    assert got.status_code == 401 and got.headers["www-authenticate"].startswith("Basic")
    assert stranger.get("/api/search", params=asked, auth=("Ben", "wrong")).status_code == 401
    assert stranger.get("/api/search", params=asked, auth=("Ben", PASSWORDS["Ben"])).status_code == 200
    assert stranger.get("/kept", auth=("Ben", PASSWORDS["Ben"])).status_code == 401
    # The cookie of another program on this machine has the same name.
    other = {"Cookie": "session=eyJhIjoxfQ.x"}
    assert stranger.get("/api/search", params=asked, auth=("Ben", PASSWORDS["Ben"]), headers=other).status_code == 200


@pytest.mark.parametrize("header", ["", "Basic", "Basic !!!", "Basic /w==", "Bearer QWRhOng=", "Basic QWRh"])
def test_a_header_that_makes_no_sense_lets_nobody_in(stranger: httpx.Client, header: str) -> None:
    assert stranger.get("/api/reports", headers={"Authorization": header}).status_code == 401


def test_who_is_removed_or_gets_another_password_is_out_at_once(golden: Service, tmp_path: Path) -> None:
    accounts = Accounts(tmp_path / "accounts.json")
    for name, password in PASSWORDS.items():
        accounts.put(name, "reader", password)
    with running(golden, Rules(tmp_path / "accounts.json")) as address:
        with signed_in(address, "Ada") as ada, signed_in(address, "Ben") as ben:
            accounts.remove("Ada")
            accounts.put("Ben", "reader", "another password")
            assert [client.get("/kept").status_code for client in (ada, ben)] == [401, 401]
        with signed_in(address, "Ben", "another password") as ben:
            assert ben.get("/kept").status_code == 200


# What belongs to whom.


def test_what_is_kept_belongs_to_the_account_not_to_the_browser(
    golden: Service, address: str, ada: httpx.Client
) -> None:
    [citation, *_] = golden.assistant.ask(QUESTION).citations
    told = {"passage": citation.passage.id, "quote": citation.quote, "question": QUESTION}
    assert ada.post("/kept", data=told, headers={"X-Requested-With": "page"}).status_code == 200
    with signed_in(address, "Ada") as elsewhere, signed_in(address, "Ben") as ben:
        assert "One quotation is kept." in elsewhere.get("/kept").text
        assert "Nothing is kept yet." in ben.get("/kept").text


def test_a_cookie_that_names_another_owner_is_not_believed(accounts: Path, address: str, ben: httpx.Client) -> None:
    ada = Accounts(accounts).named("Ada")
    assert ada
    cookies = f"session={ben.cookies['session']}; reader={ada.owner}"
    assert "set-cookie" not in ben.get("/kept", headers={"Cookie": cookies}).headers
    assert "Nothing is kept yet." in ben.get("/kept", headers={"Cookie": cookies}).text


# Readers and librarians. What is sent to Gradio here is made by hand, as somebody would who wants more than the page.


def event(client: httpx.Client, name: str, data: Sequence[object]) -> str:
    """What Gradio answers to an event of the page, by the name of its function; each argument but Gradio's own."""
    listed = [each for each in client.get("/config").json()["dependencies"] if each["api_name"] == name]
    [fn] = [each for each in listed if len(each["inputs"]) == len(data)][:1]
    asked = {"data": list(data), "fn_index": fn["id"], "session_hash": "by-hand", "trigger_id": fn["targets"][0][0]}
    if fn["queue"] is False:
        return client.post("/gradio_api/run/predict", json=asked).text
    assert client.post("/gradio_api/queue/join", json=asked).status_code == 200
    with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": "by-hand"}) as told:
        return "".join(told.iter_text())


CHANGES: list[tuple[str, list[object]]] = [
    ("add", [None, "FOLDER"]),
    ("start", []),
    ("stop", []),
]


@pytest.mark.parametrize(("name", "data"), CHANGES)
def test_a_reader_cannot_change_the_library_by_a_request_made_by_hand(
    golden: Service, ben: httpx.Client, golden_folder: Path, name: str, data: list[object]
) -> None:
    before = golden.library.version
    known = {"FOLDER": str(golden_folder)}
    told = event(ben, name, [known.get(str(each), each) for each in data])
    assert "Only a librarian can change the library." in told
    assert golden.library.version == before


@pytest.mark.parametrize("change", ["remove", "put-back", "empty-bin", "edit"])
def test_a_reader_changes_nothing_in_the_table(golden: Service, ben: httpx.Client, change: str) -> None:
    before, [report, *_] = golden.library.version, golden.library.all_details()
    sent = {"id": report.id, "title": "Another title"}
    assert ben.post(f"/library/{change}", data=sent).status_code == 403
    got = ben.post(f"/library/{change}", data=sent, headers={"X-Requested-With": "page"})
    assert (got.status_code, got.json()) == (403, {"detail": "Only a librarian can change the library."})
    assert golden.library.version == before


def test_a_reader_cannot_put_right_what_is_known_of_a_report(golden: Service, address: str, ben: httpx.Client) -> None:
    before, [report, *_] = golden.library.version, golden.library.all_details()
    for asked in ("PATCH", f"/api/reports/{report.id}"), ("DELETE", f"/api/reports/{report.id}/corrections"):
        got = ben.request(*asked, json={"year": 2009} if asked[0] == "PATCH" else None)
        assert (got.status_code, got.json()) == (403, {"detail": "Only a librarian can change the library."})
    with httpx.Client(base_url=address) as stranger:
        assert stranger.patch(f"/api/reports/{report.id}", json={"year": 2009}).status_code == 401
    assert golden.library.version == before


def test_a_reader_cannot_send_files(ben: httpx.Client, ada: httpx.Client) -> None:
    files = {"files": ("x.txt", io.BytesIO(b"Words."))}
    got = ben.post("/gradio_api/upload", files=files)
    assert (got.status_code, got.json()) == (403, {"detail": "Only a librarian can add reports."})
    assert ada.post("/gradio_api/upload", files=files).status_code == 200


def test_a_librarian_changes_the_library_and_it_is_written_down(
    golden: Service, accounts: Path, golden_folder: Path, tmp_path: Path
) -> None:
    with (
        empty_library(golden, tmp_path) as service,
        running(service, Rules(accounts)) as address,
        signed_in(address, "Ada") as ada,
    ):
        refused = event(ada, "add", [None, str(golden_folder)])
        assert "Give an address that begins with https://, or choose files of your own." in refused
        files = {"files": ("panels.pdf", (golden_folder / "panels.pdf").read_bytes())}
        [path] = ada.post("/gradio_api/upload", files=files).json()
        event(ada, "add", [[{"path": path, "meta": {"_type": "gradio.FileData"}}], ""])
        [report] = service.library.all_details()
        page = {"X-Requested-With": "page"}
        for change in ("remove", "put-back", "remove", "empty-bin"):
            assert ada.post(f"/library/{change}", data={"id": report.id}, headers=page).status_code == 200
    assert service.library.all_details() == []
    told = [json.loads(line) for line in (tmp_path / "audit.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(each["who"], each["what"], each["file"]) for each in told] == [
        ("Ada", "added", "panels.pdf"),
        ("Ada", "removed", "panels.pdf"),
        ("Ada", "put back", "panels.pdf"),
        ("Ada", "removed", "panels.pdf"),
        ("Ada", "deleted for good", "panels.pdf"),
    ]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", each["at"]) for each in told)


# The file of accounts, and its command.


def test_the_accounts_are_for_their_owners_eyes_and_hold_no_password(accounts: Path) -> None:
    assert os.name == "nt" or stat.S_IMODE(accounts.stat().st_mode) == 0o600
    text = accounts.read_text(encoding="utf-8")
    assert "$argon2id$" in text and not any(password in text for password in PASSWORDS.values())


@pytest.mark.parametrize("content", [None, "", "[]", '{"ada": {"name": "Ada"}}'])
def test_a_page_with_accounts_does_not_open_without_them(golden: Service, tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "accounts.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(AccountsError, match=re.escape(str(path))):
        build_app(golden, Rules(path))


@pytest.mark.parametrize("name", ["", "  ", "a:b", "x" * 101, "a\0b"])
def test_a_name_that_cannot_be_sent_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(AccountsError, match="A name has"):
        Accounts(tmp_path / "accounts.json").put(name, "reader", "long enough it is")


def command(monkeypatch: pytest.MonkeyPatch, *given: str, typed: str = "") -> int:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    return main(["account", *given])


def test_accounts_are_added_listed_changed_and_removed_by_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(monkeypatch, "list") == 1
    assert "COPRODUCTION_ACCOUNTS" in capsys.readouterr().err
    monkeypatch.setenv("COPRODUCTION_ACCOUNTS", str(tmp_path / "accounts.json"))
    assert command(monkeypatch, "add", "Ada", "--librarian", typed="a long password\n") == 0
    assert command(monkeypatch, "add", "ada", "--reader", typed="another password\n") == 0
    assert command(monkeypatch, "add", "Ben", "--reader", typed="short\n") == 1
    assert command(monkeypatch, "list") == 0
    told = capsys.readouterr()
    assert told.out.splitlines() == ["Added Ada.", "Changed ada.", "ada: reader"] and "10 characters" in told.err
    for given in (["account", "list", "--json"], ["--json", "account", "list"]):
        assert main(given) == 0
        assert json.loads(capsys.readouterr().out) == {"name": "ada", "role": "reader"}
    accounts = Accounts(tmp_path / "accounts.json")
    assert accounts.verified("Ada", "another password") and not accounts.verified("Ada", "a long password")
    assert [command(monkeypatch, "remove", "Ada", "--json") for _ in range(2)] == [0, 1]
    assert json.loads(capsys.readouterr().out) == {"status": "removed", "name": "Ada"}


# Limits. Whoever comes from elsewhere is told apart by her account, else by her address.


def built(service: Service, rules: Rules | None = None) -> FastAPI:
    """The whole application; built within a loop, for outside of one Gradio makes loops that it never closes."""

    async def build() -> FastAPI:
        return build_app(service, rules)

    return asyncio.run(build())


def elsewhere(app: FastAPI) -> TestClient:
    """A browser on another machine."""
    return TestClient(app, client=("203.0.113.7", 50000), raise_server_exceptions=False)


@pytest.fixture
def few(golden: Service) -> FastAPI:
    """The page, open, with one question a minute."""
    return built(golden, Rules(limit=1))


@pytest.fixture(scope="module")
def open_page(golden: Service) -> FastAPI:
    """The page, open to all."""
    return built(golden)


def test_too_many_questions_are_told_to_wait(few: FastAPI) -> None:
    with elsewhere(few) as client:
        assert client.get("/api/ask", params={"question": QUESTION}).status_code == 200
        got = client.get("/compare", params={"question": QUESTION})
        assert got.status_code == 429 and 0 < int(got.headers["retry-after"]) <= 60
        told = got.json()["detail"]
        assert re.fullmatch(r"That is more than one person can ask for in a minute\. Try again in \d+ seconds?\.", told)
        for _ in range(20):
            assert client.get("/find", params={"words": ""}).status_code == 200
        assert client.get("/find", params={"words": ""}).status_code == 429
        for _ in range(10):
            assert client.get("/view/unknown").status_code == 404
        assert client.get("/view/unknown").status_code == 429


def test_whoever_runs_the_page_for_herself_meets_no_limit(few: FastAPI) -> None:
    with TestClient(few, client=("127.0.0.1", 50000)) as client:
        assert {client.get("/find", params={"words": ""}).status_code for _ in range(100)} == {200}
        through_a_proxy = {"X-Forwarded-For": "127.0.0.1"}
        told = [client.get("/view/unknown", headers=through_a_proxy).status_code for _ in range(11)]
        assert told == [404] * 10 + [429]


def test_a_question_on_the_page_counts_for_the_account(golden: Service, accounts: Path) -> None:
    with running(golden, Rules(accounts, limit=1)) as address, signed_in(address, "Ben") as ben:
        asked = [QUESTION, "", "", "", "", "", None]
        assert "cost" in event(ben, "reply", asked)
        assert "That is more than one person can ask for in a minute." in event(ben, "reply", asked)
        with signed_in(address, "Ada") as ada:
            assert ada.get("/api/ask", params={"question": QUESTION}, auth=("Ada", PASSWORDS["Ada"])).status_code == 200


@pytest.mark.parametrize(("proxy", "last"), [("", 429), ("127.0.0.1", 404), ("192.0.2.1", 429)])
def test_a_forwarded_address_is_believed_from_the_proxy_that_is_named_alone(
    golden: Service, proxy: str, last: int
) -> None:
    with running(golden, Rules(limit=1, proxy=proxy)) as address, httpx.Client(base_url=address) as client:
        for _ in range(10):
            assert client.get("/view/x", headers={"X-Forwarded-For": "203.0.113.1"}).status_code == 404
        assert client.get("/view/x", headers={"X-Forwarded-For": "203.0.113.2"}).status_code == last


def test_a_queue_that_is_full_says_so(golden: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    limited = LimitsMiddleware(built(golden), queue=0)
    got = TestClient(limited).get("/api/ask", params={"question": QUESTION})
    assert got.status_code == 503 and got.headers["retry-after"] == "60"
    assert got.json() == {"detail": "Too many people are asking at this moment. Try again in a minute."}
    go, stream = Event(), Assistant.stream

    def held(*args: Any) -> Iterator[Answer]:
        go.wait(60)
        yield from stream(*args)

    monkeypatch.setattr(Assistant, "stream", held)
    with running(golden, Rules(queue=1)) as address, httpx.Client(base_url=address, timeout=60) as client:
        [fn] = [each for each in client.get("/config").json()["dependencies"] if each["api_name"] == "reply"][:1]
        body = {"data": [QUESTION, "", "", "", "", "", None], "fn_index": fn["id"], "session_hash": "by-hand"}
        told = [client.post("/gradio_api/queue/join", json=body) for _ in range(20)]
        go.set()
        full = [each for each in told if each.status_code == 429]
        assert full and full[0].json() == got.json() and full[0].headers["retry-after"] == "60"
        assert {each.status_code for each in told} == {200, 429}


def test_nobody_sends_more_than_a_long_conversation(open_page: FastAPI) -> None:
    with elsewhere(open_page) as client:
        assert client.post("/api/ask", content=b" " * (LARGEST + 1)).status_code == 413


def test_a_file_may_have_so_many_megabytes(golden: Service) -> None:
    with TestClient(built(golden, Rules(upload=1))) as client:
        for size, status in ((1000, 200), (1_100_000, 413)):
            files = {"files": ("x.txt", io.BytesIO(b"x" * size))}
            assert client.post("/gradio_api/upload", files=files).status_code == status


# What every answer has, and what none tells.


@pytest.mark.parametrize("path", ["/", "/config", "/find", "/parts/page.js", "/view/x", "/nothing", "/api/reports"])
def test_every_answer_is_safe_to_show(open_page: FastAPI, path: str) -> None:
    with elsewhere(open_page) as client:
        got = client.get(path).headers
        assert got["x-content-type-options"] == "nosniff" and got["x-frame-options"] == "SAMEORIGIN"
        assert got["referrer-policy"] == "same-origin" and "camera=()" in got["permissions-policy"]
        assert got["cross-origin-opener-policy"] == "same-origin"
        assert "default-src 'self'" in got["content-security-policy"]
        assert "strict-transport-security" not in got


def test_a_browser_is_told_to_stay_with_https(accounts: Path, golden: Service) -> None:
    with TestClient(built(golden, Rules(accounts)), base_url="https://testserver") as client:
        assert client.get("/sign-in").headers["strict-transport-security"] == "max-age=31536000"
        told = client.post("/sign-in", data={"name": "Ben", "password": PASSWORDS["Ben"]}, follow_redirects=False)
        assert "Secure" in told.headers["set-cookie"]


def test_no_folder_is_listed_and_files_are_had_by_their_hash_alone(golden: Service, open_page: FastAPI) -> None:
    [report] = [each for each in golden.library.all_details() if each.file == "panels.pdf"]
    with elsewhere(open_page) as client:
        for path in ("/parts", "/parts/", "/reports/", f"/reports/{report.file}", "/reports/..%2f..%2flibrary.db"):
            assert client.get(path).status_code == 404
        assert client.get(f"/reports/{report.id}").headers["content-type"] == "application/pdf"
        secret = golden.library.folder / "library.db"
        assert client.get(f"/gradio_api/file={secret}").status_code in (403, 404)


def test_a_failure_tells_readers_no_detail(golden: Service, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with empty_library(golden, tmp_path) as service, elsewhere(built(service)) as client:
        assert client.get("/kept").status_code == 200
        for file in tmp_path.glob("conversations.db*"):
            file.write_bytes(b"This is no database, but a secret. " * 400)
        got = client.get("/kept")
        assert (got.status_code, got.headers["content-type"]) == (500, "text/plain; charset=utf-8")
        told = "Something went wrong. Try again; if it stays so, tell whoever looks after this page."
        assert got.text == told and "x-frame-options" in got.headers
    assert "sqlite3.DatabaseError" in caplog.text


# What is written down.


def test_changes_by_the_command_are_written_down_and_printed(
    golden_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = ["--library", str(tmp_path)]
    assert main(["ingest", str(golden_folder / "panels.pdf"), *library]) == 0
    assert main(["remove", "panels.pdf", *library]) == 0
    capsys.readouterr()
    assert main(["library", "--audit", *library]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(each["who"], each["what"], each["file"]) for each in told] == [
        ("", "added", "panels.pdf"),
        ("", "removed", "panels.pdf"),
    ]


def test_the_log_has_a_line_of_json_for_each_request_and_no_question(
    golden: Service, capsys: pytest.CaptureFixture[str], restored_logs: None
) -> None:
    for log_questions in (False, True):
        with elsewhere(built(golden, Rules(log_questions=log_questions))) as client:
            log_as_json()
            client.get("/api/search", params={"query": "purple elephants"})
        lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
        [line] = [each for each in lines if each["message"] == "request"]
        assert (line["method"], line["path"], line["status"]) == ("GET", "/api/search", 200)
        assert isinstance(line["milliseconds"], int)
        assert [each["question"] for each in lines if "question" in each] == ["purple elephants"] * log_questions


@pytest.fixture
def restored_logs() -> Iterator[None]:
    """What the log was before comes back."""
    root, door = logging.getLogger(), logging.getLogger("page.access")
    before = list(root.handlers), root.level, door.level
    yield
    root.handlers, root.level = before[:2]
    door.setLevel(before[2])


def test_who_watches_is_told_whether_questions_can_be_asked(
    golden: Service, tmp_path: Path, open_page: FastAPI
) -> None:
    with elsewhere(open_page) as client:
        assert client.get("/health").json() == {"up": True}
        assert client.head("/health").status_code == client.head("/ready").status_code == 200
        assert client.get("/ready").json() == {"up": True, "library": True, "index": True, "model": True}
    with empty_library(golden, tmp_path) as service, elsewhere(built(service)) as client:
        for file in tmp_path.glob("library.db*"):
            file.write_bytes(b"This is no database. " * 400)
        got = client.get("/ready")
        told = {
            "library": False,
            "index": False,
            "detail": "The library cannot be read. The search index cannot be used.",
        }
        assert (got.status_code, got.json()) == (503, {"up": True, "model": True, **told})
        assert client.get("/health").status_code == 200


def test_the_figures_count_what_was_asked_and_never_say_what(golden: Service) -> None:
    with TestClient(built(golden), client=("127.0.0.1", 50000)) as client:
        for question in (QUESTION, "How do I bake sourdough bread at altitude?"):
            client.get("/api/ask", params={"question": question})
        client.get("/api/search", params={"query": "purple elephants"})
        told = client.get("/metrics").text
    for line in (
        "coproduction_answers_total 1.0",
        "coproduction_refusals_total 1.0",
        "coproduction_searches_total 1.0",
        'coproduction_seconds_count{what="answer"} 2.0',
        f"coproduction_reports {len(golden.library.reports())}.0",
        'coproduction_requests_total{status="200"} 3.0',
    ):
        assert line in told.splitlines()
    assert "elephants" not in told and "sourdough" not in told


def test_only_this_machine_and_librarians_see_the_figures(golden: Service, accounts: Path, open_page: FastAPI) -> None:
    with elsewhere(open_page) as client:
        assert client.get("/metrics").status_code == 403
    closed = built(golden, Rules(accounts))
    with TestClient(closed, client=("127.0.0.1", 50000)) as client:
        assert client.get("/metrics").status_code == 200
        assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 401
    with elsewhere(closed) as client:
        got = [client.get("/metrics", auth=(name, PASSWORDS[name])).status_code for name in ("Ada", "Ben")]
        assert got == [200, 403]
        assert client.get("/health").status_code == 200


# Settings.


def test_settings_of_the_door_come_from_the_environment_and_are_described() -> None:
    given = {"ACCOUNTS": "/a", "PROXY": "127.0.0.1", "LIMIT": "7", "QUEUE": "8", "UPLOAD": "9", "LOG": "json"}
    told = {f"COPRODUCTION_{name}": value for name, value in (given | {"LOG_QUESTIONS": "1"}).items()}
    assert Rules.from_environment(told) == Rules(Path("/a"), "127.0.0.1", 7, 8, 9, "json", True)
    assert Rules.from_environment({}) == Rules()
    described = (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8")
    assert all(f"COPRODUCTION_{name.upper()}" in described for name in Rules.__dataclass_fields__)


@pytest.mark.parametrize("given", [{"LIMIT": "0"}, {"LIMIT": "many"}, {"QUEUE": "-1"}, {"LOG": "xml"}])
def test_a_setting_that_makes_no_sense_is_told(given: dict[str, str]) -> None:
    [name] = given
    with pytest.raises(RulesError, match=f"COPRODUCTION_{name}"):
        Rules.from_environment({f"COPRODUCTION_{name}": given[name]})
