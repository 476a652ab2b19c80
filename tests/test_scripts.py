"""Text is text: nothing in a report, its title or name, a question or a conversation becomes part of the page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, expect

from service import Service
from tests.papers import paragraph, pdf
from tests.payloads import PAYLOADS
from tests.test_browser import (  # noqa: F401 (fixtures and marks are found by their names)
    ask,
    begin_anew,
    browser,
    pytestmark,
    tab,
    window,
)
from tests.test_page import empty_library, running

LEAD = "The heron scheme paid 85 pounds for each of"
# In the page: what was made of the payloads, of all elements and in frames that may be looked into.
FOUND = """() => {
    const found = [];
    const links = ["href", "src", "action", "formaction", "data", "poster", "background", "srcset"];
    const look = (root) => {
        for (const each of root.querySelectorAll("*")) {
            for (const { name, value } of each.attributes) {
                if (name.startsWith("on") && value.includes("hit")) found.push(each.outerHTML.slice(0, 200));
                if (name === "srcdoc" || (name === "style" && value.includes("evil"))) found.push(each.outerHTML);
                if (links.includes(name)) {
                    let at;
                    try { at = new URL(value, location.href); } catch { continue; }
                    if (at.host === "evil.example" || at.protocol === "javascript:") found.push(each.outerHTML);
                }
            }
            const runs = ["SCRIPT", "STYLE"].includes(each.tagName) && each.type !== "application/json";
            const words = each.textContent;
            if (runs && /hit\\(\\d|evil\\.example/.test(words) && !words.includes("gradio_config"))
                found.push(each.outerHTML.slice(0, 200));
            if (["MARQUEE", "EMBED", "OBJECT", "AUDIO"].includes(each.tagName)) found.push(each.outerHTML);
            if (each.tagName === "IFRAME" && each.contentDocument) look(each.contentDocument);
            if (each.content instanceof DocumentFragment) look(each.content);
        }
    };
    look(document);
    return found;
}"""
WATCH = (
    "window.hits = []; window.hit = (number) => (window.hits.push(number), (window.top || window).hits.push(number));"
)


class WatchMiddleware:
    """A page that is watched for anything that a payload does."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address, self.wrong = page, address, list[str]()
        page.context.add_init_script(WATCH)
        page.context.set_default_timeout(60_000)
        page.context.on("request", self._requested)
        page.context.on("dialog", self._spoken)

    def _requested(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:", "blob:", "about:")):
            self.wrong.append(request.url)

    def _spoken(self, dialog: Dialog) -> None:
        self.wrong.append(dialog.message)
        dialog.dismiss()

    def is_unharmed(self) -> None:
        """Nothing has run, nothing was asked elsewhere, and no element was made."""
        assert self.page.evaluate("window.hits") == []
        assert self.page.evaluate(FOUND) == []
        assert self.wrong == []


@pytest.fixture(scope="module")
def hostile(golden: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a page over reports whose texts, titles and names are payloads."""
    folder = tmp_path_factory.mktemp("hostile")
    reports = folder / "reports"
    reports.mkdir()
    lines = [
        {"id": f"{number} {each}", "title": f"{each} {number}", "text": f"{LEAD} {number} days. {each} It ended well."}
        for number, each in enumerate(PAYLOADS, start=1)
    ]
    (reports / "lines.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    for number, each in enumerate(PAYLOADS, start=1):  # as far as a system lets a file be called so
        name = each.replace("/", "\u2215")[:200]
        (reports / f"{name}.txt").write_text(f"The name of file {number}.\n\n{each}\n", encoding="utf-8")
    plain = [each for each in PAYLOADS if each.isascii()]
    pages = [paragraph(f"The otter scheme paid {at} pounds. {each} It ended.") for at, each in enumerate(plain)]
    (reports / "paper.pdf").write_bytes(pdf(pages, {"Title": plain[8], "Author": plain[7]}))
    matter = json.dumps({"title": PAYLOADS[0], "authors": [PAYLOADS[7]], "publisher": PAYLOADS[8], "year": "2019"})
    (reports / "matter.md").write_text(f"---\n{matter}\n---\n\nThe badger scheme. {' '.join(PAYLOADS)}\n")
    body = f"<title>&lt;script&gt;hit(1)&lt;/script&gt;</title><p>The stoat scheme. {' '.join(PAYLOADS)}</p>"
    (reports / "page.html").write_text(f"<html><body>{body}</body></html>", encoding="utf-8")
    with empty_library(golden, folder / "library") as service:
        outcomes = list(service.library.add([reports]))
        assert [each.file for each in outcomes if each.status == "failed"] == []
        with running(service) as address:
            yield address


@pytest.fixture(scope="module")
def watching(window: Page, hostile: str) -> WatchMiddleware:  # noqa: F811
    return WatchMiddleware(window, hostile)


@pytest.fixture
def watched(watching: WatchMiddleware) -> WatchMiddleware:
    begin_anew(watching.page, watching.address)
    expect(watching.page.get_by_label("Your question")).to_be_visible()
    watching.wrong.clear()  # what the test before this one did on purpose
    return watching


def test_the_watch_sees_what_it_is_there_to_see(watched: WatchMiddleware) -> None:
    place = "document.body.appendChild(document.createElement('div')).innerHTML = "
    for harmful in (PAYLOADS[7], PAYLOADS[22], PAYLOADS[27], PAYLOADS[29], PAYLOADS[48], PAYLOADS[13]):
        assert watched.page.evaluate(FOUND) == []
        watched.page.evaluate(f"{place} {json.dumps(harmful)}")
        assert watched.page.evaluate(FOUND) != [], harmful
        watched.page.evaluate("document.body.lastElementChild.remove()")
    watched.page.wait_for_function("window.hits.length > 0")


def test_answers_and_sources_show_payloads_as_text(watched: WatchMiddleware) -> None:
    page = watched.page
    ask(page, f"What did the heron scheme pay? {PAYLOADS[7]}")
    expect(page.locator("#turn-1 .card").first).to_be_visible()
    expect(page.locator("#turn-1 h2")).to_contain_text(PAYLOADS[7])
    watched.is_unharmed()
    for turn, asked in enumerate(("\n".join(PAYLOADS[:25])[:1900], "\n".join(PAYLOADS[25:])[:1900]), start=2):
        ask(page, asked)
        expect(page.locator(f"#turn-{turn} .votes")).to_be_visible(timeout=60_000)
        watched.is_unharmed()
    page.locator("#turn-1 .menu summary").first.click()
    page.locator("#turn-1 a.where").first.click()
    expect(page.frame_locator("#viewer iframe").locator(".actions")).to_be_attached()
    watched.is_unharmed()
    page.goto(
        f"{watched.address}/?ask=%3Cimg%20src%3Dx%20onerror%3Dhit(8)%3E%20heron%20scheme&named=%3Csvg%20onload%3Dhit(11)%3E"
    )
    expect(page.locator(".turn h2")).to_contain_text("onerror=hit(8)")
    watched.is_unharmed()


def test_what_is_found_compared_and_kept_shows_payloads_as_text(watched: WatchMiddleware) -> None:
    page = watched.page
    tab(page, "Find")
    for words in ("heron scheme paid days", "otter scheme", "badger stoat scheme", *PAYLOADS[7:12]):
        page.get_by_label("Find passages").fill(words[:200])
        expect(page.locator("#found:not([aria-busy]) li").first).to_be_visible()
        watched.is_unharmed()
    with page.expect_response(lambda got: "words=heron+paid" in got.url):
        page.get_by_label("Find passages").fill("heron paid")
    expect(page.locator("#found:not([aria-busy]) mark").first).to_be_visible()
    for more in range(3):
        page.locator("#found a.load").nth(more).click()
        expect(page.locator("#found button.back")).to_be_visible()
        watched.is_unharmed()
        page.locator("#found button.back").click()
        expect(page.locator("#found button.back")).to_have_count(0)
    tab(page, "Compare")
    page.get_by_label("Compare what the reports say").fill(f"What did the heron scheme pay? {PAYLOADS[8]}")
    page.keyboard.press("Enter")
    expect(page.locator(".comparison").first).to_be_visible(timeout=60_000)
    watched.is_unharmed()
    ask(page, f"What did the otter scheme pay? {PAYLOADS[9]}")
    expect(page.locator(".turn .votes")).to_be_visible()
    for kept in page.locator(".turn button.keep").all()[:3]:
        kept.click()
        expect(kept).to_have_attribute("aria-pressed", "true")
    tab(page, "Evidence")
    expect(page.locator("#kept blockquote").first).to_be_visible()
    watched.is_unharmed()


def test_conversations_and_the_library_show_payloads_as_text(watched: WatchMiddleware) -> None:
    page = watched.page
    ask(page, PAYLOADS[0])
    expect(page.locator("#turn-1 .votes")).to_be_visible(timeout=60_000)  # it is kept once it is whole
    tab(page, "Conversations")
    expect(page.locator("#kept-talk li").first).to_be_visible()
    watched.is_unharmed()
    for each in (PAYLOADS[7], PAYLOADS[9], PAYLOADS[20], PAYLOADS[49]):
        page.locator("#kept-talk .menu summary").first.click()
        page.locator("#kept-talk input[name=title]").first.fill(each)
        page.locator("#kept-talk form.send button", has_text="Rename").first.click()
        expect(page.locator("#kept-talk:not([aria-busy])")).to_be_visible()
        expect(page.get_by_text("Renamed.")).to_be_visible()
        expect(page.locator("#kept-talk li > a").first).to_contain_text(each)
        watched.is_unharmed()
    page.get_by_label("Find in your conversations").fill(PAYLOADS[8])
    watched.is_unharmed()
    tab(page, "Library")
    expect(page.locator("#reports tbody tr").first).to_be_visible()
    expect(page.locator("#reports")).to_contain_text(PAYLOADS[0])
    watched.is_unharmed()
    page.locator("#reports tbody input").first.check()
    page.get_by_text("Put into a collection").click()
    page.get_by_label("Its name").fill(PAYLOADS[7])
    page.get_by_label("Its name").press("Enter")
    expect(page.locator("#shelf-done")).to_contain_text("1 report is in “")
    expect(page.get_by_label("Show", exact=True)).to_contain_text("(1)")
    watched.is_unharmed()
    page.get_by_label("Show", exact=True).select_option("")
    page.locator("#reports .menu summary").first.click()
    page.locator("#reports .menu[open]").get_by_role("button", name="Edit").click()
    expect(page.get_by_label("Title", exact=True)).to_be_visible()
    watched.is_unharmed()
    page.keyboard.press("Escape")
    page.get_by_label("Find a report in the list").fill(PAYLOADS[7])
    watched.is_unharmed()


def test_every_report_opens_without_harm(watched: WatchMiddleware) -> None:
    page = watched.page
    reports = page.request.get(f"{watched.address}/api/reports").json()
    ids = [each["id"] for each in (reports["reports"] if isinstance(reports, dict) else reports)]
    assert len(ids) > len(PAYLOADS)
    for number, id in enumerate(ids):
        words = PAYLOADS[number % len(PAYLOADS)]
        assert page.request.get(f"{watched.address}/view/{id}", params={"words": words}).status == 200
    for id in [*ids[:10], *ids[-4:]]:
        page.goto(f"{watched.address}/view/{id}?page=9&words=%3Cimg%20src%3Dx%20onerror%3Dhit(8)%3E")
        watched.is_unharmed()
    for id in ids[-4:]:
        if page.request.head(f"{watched.address}/reports/{id}").headers.get("content-type", "").startswith("text/html"):
            page.goto(f"{watched.address}/reports/{id}")
            assert page.evaluate("window.hits") == [] and watched.wrong == []
