"""Twenty minutes of three practitioners, in a real browser: at a desk by mouse and by keyboard, and on a telephone."""

from __future__ import annotations

import io
import re
from pathlib import Path

from docx import Document as Word
from playwright.sync_api import Page, ViewportSize, expect

from tests.test_browser import (  # noqa: F401 (fixtures and marks are found by their names)
    QUESTION,
    QUOTE,
    TITLE,
    add,
    browser,
    is_within,
    page,
    pytestmark,
    report,
    served_library,
    served_page,
    tab,
    window,
)
from tests.test_walk import ask, by_keyboard, shown_source

POOL = b"The pool is run by its swimmers.\n\nThe swimmers paid 40 pounds each for the first winter of the pool. " * 10
TELEPHONE: ViewportSize = {"width": 390, "height": 780}


def drop(page: Page, name: str, data: bytes) -> None:  # noqa: F811
    """Drop a file somewhere on the page."""
    files = page.evaluate_handle(
        """([name, bytes]) => {
            const files = new DataTransfer();
            files.items.add(new File([new Uint8Array(bytes)], name));
            return files;
        }""",
        [name, list(data)],
    )
    for event in ("dragover", "drop"):
        page.dispatch_event("body", event, {"dataTransfer": files})


def test_an_officer_asks_her_own_report_and_writes_her_paper(page: Page) -> None:  # noqa: F811
    """At a desk, by mouse: from an empty library to a document with a note and its reference."""
    page.get_by_role("button", name="Add your own reports").click()
    drop(page, "paying.pdf", report())
    expect(page.locator(".outcomes .added")).to_contain_text("paying.pdf", timeout=60_000)
    expect(page.locator("#reports tbody tr")).to_have_count(1)
    tab(page, "Ask")
    ask(page, QUESTION, 1)
    best = page.locator(".card.best")
    expect(best.locator("blockquote b").first).to_have_text(QUOTE)
    best.locator("a.where").first.click()
    expect(shown_source(page).locator("mark").first).to_be_in_viewport()
    page.get_by_role("button", name="Close").click()
    best.locator("button.keep").first.click()
    evidence = page.get_by_role("tab", name="Evidence")
    expect(evidence).to_have_attribute("data-count", "1")
    evidence.click()
    page.route("**/note", lambda route: route.abort(), times=1)
    page.get_by_label("Your note on").first.fill("For the paper to the board.")
    expect(page.locator("#said")).to_contain_text("does not answer")
    page.get_by_label("Your note on").first.press("Tab")  # it is sent again then, or a while later
    expect(page.locator("#said")).to_have_text("Your note is kept.")
    page.locator("summary[aria-label='Save all the evidence']").click()
    with page.expect_download() as saving:
        page.locator("#kept .menu[open] a", has_text="Word").click()
    written = " ".join(each.text for each in Word(io.BytesIO(saving.value.path().read_bytes())).paragraphs)
    assert QUOTE in written and TITLE in written and "Note: For the paper to the board." in written
    page.keyboard.press("Escape")
    page.locator("#kept").get_by_role("button", name="Take out").click()
    expect(page.get_by_text("Keep it after all")).to_be_visible()
    expect(evidence).to_have_attribute("data-count", "")


def test_a_researcher_compares_within_a_collection(page: Page, tmp_path: Path) -> None:  # noqa: F811
    """At a desk, by keyboard: a collection from ticked rows, which a reload keeps, compared and saved as a table."""
    add(page, tmp_path, paying_pdf=report(), pool_txt=POOL, other_txt=b"Nobody is paid for the choir of the town. " * 9)
    for row in ("Paying", "pool"):
        page.locator("#reports tbody tr", has_text=row).get_by_role("checkbox").press("Space")
    by_keyboard(page.get_by_text("Put into a collection"))
    expect(page.get_by_label("Its name")).to_be_focused()
    page.keyboard.type("Pay")
    page.keyboard.press("Enter")
    expect(page.locator("#shelf-done")).to_contain_text("2 reports are in “Pay” now.")
    by_keyboard(page.get_by_role("button", name="Show it"))
    expect(page.get_by_label("Show", exact=True)).to_have_value("in:Pay")
    by_keyboard(page.get_by_role("button", name="Ask it"))
    expect(page.locator("#limited")).to_have_text("Only reports in “Pay”: 2 of 3.")
    page.reload()
    expect(page.locator("#limited")).to_have_text("Only reports in “Pay”: 2 of 3.")
    expect(page.locator("#ask-within")).to_have_value("Pay")
    by_keyboard(page.get_by_role("tab", name="Compare"))
    page.locator("#compare-within").select_option("Pay")
    box = page.get_by_label("Compare what the reports say")
    by_keyboard(box)
    page.keyboard.type("How much was paid?")
    page.keyboard.press("Enter")
    expect(page.locator(".comparison tbody th")).to_have_count(2)
    expect(page.locator("#compared")).not_to_contain_text("choir")
    by_keyboard(page.locator("#compared summary", has_text="Save").first)
    with page.expect_download() as saving:
        by_keyboard(page.locator("#compared .menu[open] a", has_text="CSV"))
    assert "40 pounds" in saving.value.path().read_text(encoding="utf-8-sig")
    by_keyboard(page.get_by_role("tab", name="Library"))
    expect(page.locator("#reports tbody tr").first).to_be_visible()


def test_a_volunteer_asks_on_a_telephone(page: Page, tmp_path: Path) -> None:  # noqa: F811
    """On a narrow screen: a misspelt question, one that nothing answers, its limits, a reload, and the way back."""
    add(page, tmp_path, paying_pdf=report(), pool_txt=POOL)
    page.set_viewport_size(TELEPHONE)
    page.reload()
    limits = page.get_by_label("Only reports named")
    expect(limits).to_be_visible()
    tops = "['examples', 'limits'].map(id => document.getElementById(id).getBoundingClientRect().top)"
    assert page.evaluate(f"(([first, second]) => first < second)({tops})")
    ask(page, QUESTION, 1)
    expect(page.locator("#turn-1 .card.best")).to_contain_text(QUOTE)
    ask(page, "Who won the football World Cup in 2014?", 2)
    expect(page.locator("#turn-2 .none, #turn-2 .touched")).to_be_visible()
    expect(page.locator("#turn-2")).to_contain_text("What to try:")
    limits.fill("pool")
    expect(page.locator("#limited")).to_contain_text("1 of 2")
    ask(page, "What did the swimers pay?", 3)
    expect(page.locator("#turn-3")).to_contain_text("What did the swimmers pay?")
    expect(page.locator("#turn-3 .card.best")).to_contain_text("40 pounds")
    page.locator("#turn-3 a.where").first.click()
    expect(shown_source(page).locator("mark").first).to_be_in_viewport()
    page.go_back()
    expect(page.locator("#viewer")).to_be_hidden()
    assert re.search(r"/\?conversation=[\w-]+$", page.url) and is_within(page, TELEPHONE["width"])
    page.reload()
    expect(page.locator(".turn")).to_have_count(3)
    expect(page.locator("#turn-3 .card.best")).to_contain_text("40 pounds")
