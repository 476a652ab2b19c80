"""Signing in with a real browser, and what a reader and a librarian see then."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from page.access import Accounts, Rules
from service import Service
from tests.test_browser import (  # noqa: F401 (fixtures and marks are found by their names)
    browser,
    fits,
    pytestmark,
    tab,
    visiting,
    window,
)
from tests.test_page import running
from tests.test_walk import COLOURS, RULES, violations

PASSWORDS = {"Ada": "a library of her own", "Ben": "he reads and reads"}
QUESTION = "What did the time credit scheme cost a year?"


@pytest.fixture(scope="module")
def address(golden: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("accounts") / "accounts.json"
    Accounts(path).put("Ada", "librarian", PASSWORDS["Ada"])
    Accounts(path).put("Ben", "reader", PASSWORDS["Ben"])
    with running(golden, Rules(path)) as at:
        yield at


@pytest.fixture
def page(window: Page, address: str) -> Iterator[Page]:  # noqa: F811
    with visiting(window, address) as opened:
        yield opened


def sign_in(page: Page, name: str) -> None:
    """By keyboard alone."""
    page.get_by_label("Name").focus()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORDS[name])
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your question")).to_be_visible()


def accessible(page: Page, scheme: str = "light") -> None:
    """By all that axe knows, or, in dark, which differs in its colours alone, by what it knows of colours."""
    assert violations(page, COLOURS if scheme == "dark" else RULES) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_to_sign_in_is_accessible_and_says_what_was_wrong(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    accessible(page, scheme)
    page.get_by_label("Name").fill("Ada")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("Name and password do not belong together. Try again.")
    expect(page.get_by_label("Name")).to_have_value("Ada")
    accessible(page, scheme)
    fits(page, 320)


def test_a_page_without_scripts_is_enough_to_sign_in(browser: Browser, address: str) -> None:  # noqa: F811
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/kept")
    page.get_by_label("Name").fill("Ben")
    page.get_by_label("Password").fill(PASSWORDS["Ben"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("body")).to_contain_text("Nothing is kept yet.")
    context.close()


def test_a_reader_asks_and_sees_the_library_but_no_way_to_change_it(page: Page, tmp_path: Path) -> None:
    sign_in(page, "Ben")
    expect(page.get_by_text("Signed in as Ben.")).to_be_visible()
    page.get_by_label("Your question").fill(QUESTION)
    page.get_by_label("Your question").press("Enter")
    expect(page.locator("#turn-1 .votes")).to_be_visible()
    tab(page, "Library")
    expect(page.locator("#reports tbody tr").first).to_be_visible()
    for name in ("Add to the library", "Fetch the reports that are free", "Stop fetching", "Put it back"):
        expect(page.get_by_role("button", name=name)).to_be_hidden()
    page.locator("#reports .menu summary").first.click()
    expect(page.locator("#reports .menu[open] li")).to_have_text(["Open", "Ask only this"])
    page.locator("#reports tbody input").first.check()
    expect(page.locator("#shelf-ticked")).to_have_text("1 ticked")
    assert page.locator("input[type=file]").count() == 0
    accessible(page)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_librarian_adds_and_removes(page: Page, tmp_path: Path, golden: Service) -> None:
    (tmp_path / "tea.txt").write_text("Tea is served in the hall. " * 20, encoding="utf-8")
    sign_in(page, "Ada")
    expect(page.get_by_text("Signed in as Ada.")).to_be_visible()
    tab(page, "Library")
    page.locator("input[type=file]").set_input_files(tmp_path / "tea.txt")
    expect(page.locator("tr.file")).to_have_count(1)
    page.get_by_role("button", name="Add to the library").click()
    expect(page.locator(".outcomes tr")).to_have_count(1, timeout=60_000)
    expect(page.locator("tr.file")).to_have_count(0)
    accessible(page)
    page.locator("#reports tr", has_text="tea.txt").locator(".menu summary").click()
    page.locator("#reports .menu[open]").get_by_role("button", name="Remove").click()
    expect(page.locator("#shelf-done").get_by_role("button", name="Put it back")).to_be_visible()
    assert "tea.txt" not in {each.file for each in golden.library.all_details()}
