"""The door: who gets in, who may change what, what is written down, and what nobody is told."""

from __future__ import annotations

import io
import json
import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

import app
from app import Parts
from page.door import Accounts, AccountsError, Rules
from page.serve import build_app
from tests.test_page import empty_library, running

PASSWORDS = {"Ada": "a library of her own", "Ben": "he reads and reads"}
QUESTION = "What did the time credit scheme cost a year?"


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ada is a librarian, Ben a reader."""
    path = tmp_path_factory.mktemp("door") / "accounts.json"
    Accounts(path).put("Ada", "librarian", PASSWORDS["Ada"])
    Accounts(path).put("Ben", "reader", PASSWORDS["Ben"])
    return path


@pytest.fixture
def address(golden: Parts, accounts: Path) -> Iterator[str]:
    with running(golden, Rules(accounts)) as address:
        yield address


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


def test_after_ten_wrong_passwords_one_waits_even_with_the_right_one(stranger: httpx.Client) -> None:
    for _ in range(10):
        assert stranger.post("/sign-in", data={"name": "Ada", "password": "wrong"}).status_code == 403
    got = stranger.post("/sign-in", data={"name": "ADA", "password": PASSWORDS["Ada"]})
    assert got.status_code == 429 and 0 < int(got.headers["retry-after"]) <= 15 * 60
    assert "Too many attempts to sign in have failed. Try again in 15 minutes." in got.text
    assert stranger.post("/sign-in", data={"name": "Ben", "password": PASSWORDS["Ben"]}).status_code == 303


def test_thirty_wrong_passwords_stop_an_address_whatever_the_names(stranger: httpx.Client) -> None:
    for number in range(30):
        stranger.post("/sign-in", data={"name": f"guess {number}", "password": "wrong"})
    assert stranger.post("/sign-in", data={"name": "Ben", "password": PASSWORDS["Ben"]}).status_code == 429


def test_signing_out_ends_the_session_on_the_server(ada: httpx.Client) -> None:
    token = ada.cookies["session"]
    assert ada.post("/sign-out").headers["location"] == "/sign-in"
    assert ada.get("/", headers={"Cookie": f"session={token}"}).status_code == 401


def test_another_site_can_send_nothing(ada: httpx.Client) -> None:
    assert ada.post("/sign-out", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert ada.get("/").status_code == 200


def test_programs_send_name_and_password(stranger: httpx.Client) -> None:
    asked = {"query": "time credits", "k": 1}
    got = stranger.get("/api/search", params=asked)
    assert got.status_code == 401 and got.headers["www-authenticate"].startswith("Basic")
    assert stranger.get("/api/search", params=asked, auth=("Ben", "wrong")).status_code == 401
    assert stranger.get("/api/search", params=asked, auth=("Ben", PASSWORDS["Ben"])).status_code == 200
    assert stranger.get("/kept", auth=("Ben", PASSWORDS["Ben"])).status_code == 401


@pytest.mark.parametrize("header", ["", "Basic", "Basic !!!", "Basic /w==", "Bearer QWRhOng=", "Basic QWRh"])
def test_a_header_that_makes_no_sense_lets_nobody_in(stranger: httpx.Client, header: str) -> None:
    assert stranger.get("/api/reports", headers={"Authorization": header}).status_code == 401


def test_who_is_removed_or_gets_another_password_is_out_at_once(golden: Parts, tmp_path: Path) -> None:
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


def test_what_is_kept_belongs_to_the_account_not_to_the_browser(golden: Parts, address: str, ada: httpx.Client) -> None:
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


def event(client: httpx.Client, name: str, data: list[object]) -> str:
    """What Gradio answers to an event of the page, by the name of its function; each argument but Gradio's own."""
    listed = [each for each in client.get("/config").json()["dependencies"] if each["api_name"] == name]
    [fn] = [each for each in listed if len(each["inputs"]) == len(data)][:1]
    asked = {"data": data, "fn_index": fn["id"], "session_hash": "by-hand", "trigger_id": fn["targets"][0][0]}
    if fn["queue"] is False:
        return client.post("/gradio_api/run/predict", json=asked).text
    assert client.post("/gradio_api/queue/join", json=asked).status_code == 200
    with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": "by-hand"}) as told:
        return "".join(told.iter_text())


CHANGES: list[tuple[str, list[object]]] = [
    ("add", [None, "FOLDER", ""]),
    ("remove", ["ID", ""]),
    ("put_back", [None, ""]),
    ("start", [""]),
    ("stop", [""]),
]


@pytest.mark.parametrize(("name", "data"), CHANGES)
def test_a_reader_cannot_change_the_library_by_a_request_made_by_hand(
    golden: Parts, ben: httpx.Client, golden_folder: Path, name: str, data: list[object]
) -> None:
    before = golden.library.version
    [id, *_] = [each.id for each in golden.library.all_details()]
    event(ben, "refresh", [""])  # the page knows which reports there are to choose from
    known = {"FOLDER": str(golden_folder), "ID": id}
    told = event(ben, name, [known.get(str(each), each) for each in data])
    assert "Only a librarian can change the library." in told
    assert golden.library.version == before


def test_a_reader_cannot_send_files(ben: httpx.Client, ada: httpx.Client) -> None:
    files = {"files": ("x.txt", io.BytesIO(b"Words."))}
    got = ben.post("/gradio_api/upload", files=files)
    assert (got.status_code, got.json()) == (403, {"detail": "Only a librarian can add reports."})
    assert ada.post("/gradio_api/upload", files=files).status_code == 200


def test_a_librarian_changes_the_library_and_it_is_written_down(
    golden: Parts, accounts: Path, golden_folder: Path, tmp_path: Path
) -> None:
    with (
        empty_library(golden, tmp_path) as parts,
        running(parts, Rules(accounts)) as address,
        signed_in(address, "Ada") as ada,
    ):
        event(ada, "add", [None, str(golden_folder / "panels.pdf"), ""])
        [report] = parts.library.all_details()
        event(ada, "refresh", [""])
        event(ada, "remove", [report.id, ""])
    assert parts.library.all_details() == []
    told = [json.loads(line) for line in (tmp_path / "audit.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(each["who"], each["what"], each["file"]) for each in told] == [
        ("Ada", "added", "panels.pdf"),
        ("Ada", "removed", "panels.pdf"),
    ]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", each["at"]) for each in told)


# The file of accounts, and its command.


def test_the_accounts_are_for_their_owners_eyes_and_hold_no_password(accounts: Path) -> None:
    assert os.name == "nt" or stat.S_IMODE(accounts.stat().st_mode) == 0o600
    text = accounts.read_text(encoding="utf-8")
    assert "$argon2id$" in text and not any(password in text for password in PASSWORDS.values())


@pytest.mark.parametrize("content", [None, "", "[]", '{"ada": {"name": "Ada"}}'])
def test_a_page_with_accounts_does_not_open_without_them(golden: Parts, tmp_path: Path, content: str | None) -> None:
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
    return app.main(["account", *given])


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
    accounts = Accounts(tmp_path / "accounts.json")
    assert accounts.verified("Ada", "another password") and not accounts.verified("Ada", "a long password")
    assert [command(monkeypatch, "remove", "Ada") for _ in range(2)] == [0, 1]
