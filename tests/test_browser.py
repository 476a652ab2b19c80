"""The page in a real browser: upload, ask, read the citation, open the source; and nothing leaves the machine."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Page, expect, sync_playwright

from app import Settings, open_parts
from page import build_app
from tests.conftest import GOLDEN, golden_pdf

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="Chromium is missing: install the package chromium.")

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real assistant over an empty library, served on a free port."""
    parts = open_parts(Settings(tmp_path_factory.mktemp("library")))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = uvicorn.Config(build_app(parts.assistant, parts.library), port=port, log_level="error", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def browser_page(address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A page that notes in `elsewhere` every request to another machine."""
    with sync_playwright() as playwright:
        folder = str(tmp_path_factory.mktemp("profile"))
        context = playwright.chromium.launch_persistent_context(
            folder, executable_path=CHROMIUM, args=FLAGS, viewport={"width": 1280, "height": 900}
        )
        page = context.new_page()
        page.set_default_timeout(60_000)
        expect.set_options(timeout=60_000)
        yield page
        context.close()


@pytest.fixture(scope="module")
def elsewhere(browser_page: Page, address: str) -> list[str]:
    found: list[str] = []

    def note(url: str) -> None:
        if not url.startswith((address, "data:", "blob:", "chrome")):
            found.append(url)

    browser_page.context.on("request", lambda request: note(request.url))
    browser_page.goto(address)
    return found


def ask(page: Page, question: str) -> None:
    page.get_by_role("tab", name="Ask").click()
    box = page.get_by_label("Your question")
    box.fill(question)
    box.press("Enter")


def test_an_empty_library_says_how_to_begin(browser_page: Page, elsewhere: list[str]) -> None:
    expect(browser_page.get_by_text("There are no reports here yet.").first).to_be_visible()


def test_upload_ask_read_the_citation_and_open_the_source(
    browser_page: Page, address: str, elsewhere: list[str], tmp_path: Path
) -> None:
    page = browser_page
    title, text = (GOLDEN / "time-credits.txt").read_text(encoding="utf-8").split("\n", 1)
    good, bad = tmp_path / "time-credits.pdf", tmp_path / "broken.pdf"
    good.write_bytes(golden_pdf(text, title))
    bad.write_bytes(b"<html><body>404 Not Found</body></html>")

    page.get_by_role("tab", name="Library").click()
    page.locator("input[type=file]").first.set_input_files([str(good), str(bad)])
    expect(page.get_by_text("broken.pdf").first).to_be_visible()
    page.get_by_role("button", name="Add to the library").click()
    outcomes = page.locator("#outcomes")
    expect(outcomes).to_contain_text("Failed: broken.pdf. The file is named .pdf but is something else.")
    expect(outcomes).to_contain_text("Added: time-credits.pdf (3 pages, 3 passages).")
    expect(page.locator("#reports")).to_contain_text("1 report, 3 pages, 3 passages.")

    ask(page, "What did the time credit scheme cost a year?")
    marker = page.locator(".answer a.marker").first
    expect(marker).to_be_visible()
    expect(page.locator(".answer")).to_contain_text("The scheme cost £41,000 a year. [1]")
    marker.press("Enter")
    source = page.locator("#source-1-1")
    expect(source).to_contain_text(title)
    expect(source).to_contain_text("page 2")
    expect(source.locator("blockquote")).to_have_text("The scheme cost £41,000 a year.")
    assert page.url.endswith("#source-1-1")

    link = source.get_by_role("link", name="Open the report at page 2")
    target = link.get_attribute("href") or ""
    assert target.endswith("#page=2")
    response = page.request.get(address + target)
    assert response.status == 200
    assert response.headers["content-type"] == "application/pdf"
    assert response.body() == good.read_bytes()


def test_a_follow_up_is_understood_from_the_conversation(browser_page: Page, elsewhere: list[str]) -> None:
    ask(browser_page, "and who pays for it?")
    last = browser_page.locator(".answer").last
    expect(last).to_contain_text("Understood as:")
    expect(last).to_contain_text("The council paid £25,000 of this")


def test_a_question_without_an_answer_is_refused(browser_page: Page, elsewhere: list[str]) -> None:
    ask(browser_page, "Who won the football World Cup in 2014?")
    expect(browser_page.locator(".answer").last).to_have_text(
        "The reports in this library do not answer that question."
    )
    expect(browser_page.locator("#sources")).to_contain_text("do not answer the question")


@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_is_cut_off_at_the_side(browser_page: Page, elsewhere: list[str], width: int) -> None:
    browser_page.set_viewport_size({"width": width, "height": 800})
    for tab in ("Ask", "Library"):
        browser_page.get_by_role("tab", name=tab).click()
        browser_page.wait_for_timeout(300)
        assert browser_page.evaluate("document.documentElement.scrollWidth") <= width


def test_nothing_was_fetched_from_anywhere_else(browser_page: Page, elsewhere: list[str]) -> None:
    assert elsewhere == []
