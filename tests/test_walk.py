"""Twenty minutes before a meeting, in a real browser: from a question to a Word document, by mouse and by keyboard."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Literal

import pyphen
import pytest
from axe_playwright_python.sync_playwright import Axe
from docx import Document as Word
from playwright.sync_api import ConsoleMessage, FrameLocator, Locator, Page, expect

from benchmarks.highlight_accuracy import read_back
from ingest.readers.pdf.page_view import Box, Marked, folded
from rag.generation import servers
from service import Service
from tests.test_browser import (  # noqa: F401 (fixtures and marks are found by their names)
    browser,
    is_within,
    pytestmark,
    tab,
    visiting,
    window,
)
from tests.test_page import running
from tests.test_settings import OLLAMAS
from tests.test_writing import StandIn

QUESTIONS = ("What did the time credit scheme cost a year?", "and who pays for it?")
REFUSED = "Who won the football World Cup in 2014?"
COMPARED = "What was spent on the time credit scheme?"
TOLD = {"resultTypes": ["violations"]}
RULES = TOLD | {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
COLOURS = TOLD | {"runOnly": ["cat.color"]}
HEIGHTS = (640, 256)
TEXTS = """() => [...document.querySelectorAll(
    "p:not(.turn p, blockquote p, #entries p), label, summary, button, h2, legend, .aside"
)].filter(each => each.checkVisibility() && !each.closest("#entries, #reports, .reports, blockquote, cite"))
  .map(each => each.innerText)"""
Act = Callable[[Locator], None]


@pytest.fixture(scope="module")
def address(golden: Service) -> Iterator[str]:
    """The page over the golden reports, on a computer with a language model."""
    with pytest.MonkeyPatch.context() as patch, closing(StandIn()) as server:
        server.lists["/api/tags"] = OLLAMAS
        patch.setattr(servers, "PROGRAMS", {server.server_port: "Ollama"})
        with running(golden) as at:
            yield at


@contextmanager
def watched(window: Page, address: str) -> Iterator[Page]:  # noqa: F811
    """The page over the golden reports, open; fails where anything was told to those who write pages, too."""
    wrong: list[str] = []

    def told(message: ConsoleMessage) -> None:
        if message.type == "error":
            wrong.append(message.text)

    window.on("console", told)
    with visiting(window, address) as opened:
        expect(opened.get_by_label("Your question")).to_be_visible()
        yield opened
    window.remove_listener("console", told)
    assert wrong == []


@pytest.fixture
def page(window: Page, address: str) -> Iterator[Page]:  # noqa: F811
    with watched(window, address) as opened:
        yield opened


def click(place: Locator) -> None:
    place.click()


def by_keyboard(place: Locator) -> None:
    """Reach a place with the Tab key alone, and press Enter there, unless it is one to write in."""
    page = place.page
    expect(place).to_be_visible()
    for _ in range(150):
        if place.evaluate("element => element === document.activeElement"):
            if not place.evaluate("element => element.matches('input, textarea')"):
                page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{place} cannot be reached by keyboard")


def ask(page: Page, question: str, turn: int, act: Act = click) -> None:
    box = page.get_by_label("Your question")
    act(box)
    box.fill(question)
    box.press("Enter")
    expect(page.locator(f"#turn-{turn} .votes")).to_be_visible()


def shown_source(page: Page) -> FrameLocator:
    """What is open beside the answer, once all of it has come: before that it does not heed the keys and the mouse."""
    expect(page.locator("#viewer")).to_be_visible()
    page.wait_for_function(
        """() => {
            const inside = document.querySelector("#viewer iframe").contentDocument;
            return inside?.readyState === "complete" && inside.querySelector(".actions");
        }"""
    )
    return page.frame_locator("#viewer iframe")


def open_citation(page: Page, golden: Service, see: Locator, act: Act) -> None:
    """Open a citation, and see that just its words are marked."""
    quote = see.locator("xpath=..").locator("button.keep").get_attribute("data-quote") or ""
    act(see)
    frame = shown_source(page)
    expect(frame.locator("mark").first).to_be_in_viewport()
    if frame.locator(".sheet").count():
        boxes = [
            Box(*(float(share) / 100 for share in re.findall(r"([\d.]+)%", mark.get_attribute("style") or "")))
            for mark in frame.locator(".sheet mark").all()
        ]
        asked = see.get_attribute("href") or ""
        id, number = re.findall(r"/view/(\w+)\?page=(\d+)", asked)[0]
        printed = read_back(golden.library.original(id), int(number), Marked(tuple(boxes), ""))
        assert folded(printed)[0] == folded(quote)[0] != ""
    else:
        marked = " ".join(frame.locator("mark").all_text_contents())
        assert " ".join(marked.split()) == " ".join(quote.split()) != ""
    act(page.get_by_role("button", name="Close"))
    expect(see).to_be_focused()


def test_from_a_question_to_a_document(page: Page, golden: Service) -> None:
    """By keyboard alone; what no other test does with the mouse is done with it as well."""
    for turn, question in enumerate(QUESTIONS, start=1):
        ask(page, question, turn, by_keyboard)
    ask(page, "How are people chosen for the citizens' panel?", 3, by_keyboard)
    expect(page.locator(".turn")).to_have_count(3)
    sources = page.locator("a.where")
    assert sources.count() >= 3
    for number, act in enumerate((by_keyboard, click, click)):
        open_citation(page, golden, sources.nth(number), act)
    kept = page.locator(".card button.keep").first
    by_keyboard(kept)
    expect(page.locator("#said")).to_have_text("Kept. It waits under “Evidence”.")
    expect(kept).to_have_attribute("aria-pressed", "true")
    talk = page.url
    assert re.search(r"/\?conversation=[\w-]+$", talk)

    by_keyboard(page.get_by_role("tab", name="Compare"))
    box = page.get_by_label("Compare what the reports say")
    by_keyboard(box)
    box.fill(COMPARED)
    box.press("Enter")
    expect(page.locator(".comparison tbody th").first).to_be_visible()
    by_keyboard(page.get_by_label("Ask the same reports a further question"))
    page.keyboard.type(QUESTIONS[1])
    page.keyboard.press("Enter")
    expect(page.locator(".comparison thead")).to_contain_text(QUESTIONS[1])
    expect(page.get_by_label("Ask the same reports a further question")).to_be_focused()
    by_keyboard(page.get_by_role("button", name="Take away the column"))
    expect(page.locator(".comparison thead")).not_to_contain_text(QUESTIONS[1])
    expect(page.locator("#compared [role=status]")).to_be_focused()
    by_keyboard(page.locator(".comparison button.keep").first)
    expect(page.locator(".comparison button.keep").first).to_have_text("Kept")

    by_keyboard(page.get_by_role("tab", name="Evidence"))
    expect(page.locator("#kept blockquote")).to_have_count(2)
    quotes = page.locator("#kept blockquote").all_text_contents()
    by_keyboard(page.get_by_label("Your note on").first)
    page.keyboard.type("Use this in part 2.")
    expect(page.locator("#said")).to_have_text("Your note is kept.")
    for act in (by_keyboard, click):
        act(page.locator("summary[aria-label='Save all the evidence']"))
        with page.expect_download() as saving:
            act(page.locator("#kept .menu[open] a", has_text="Word"))
        assert saving.value.suggested_filename == "Evidence.docx"
        written = Word(io.BytesIO(saving.value.path().read_bytes()))
        text = " ".join(each.text for each in written.paragraphs)
        assert all(quote in text for quote in quotes) and "Note: Use this in part 2." in text
        page.keyboard.press("Escape")
        expect(page.locator("#kept .menu[open]")).to_have_count(0)

    for act in (by_keyboard, click):
        act(page.get_by_role("tab", name="Conversations"))
        if act is by_keyboard:  # what is looked for is still so when the screen was left and chosen again
            page.get_by_label("Find in your conversations").fill("qwxyzzy")
            expect(page.locator("#kept-talk [role=status]")).to_contain_text("No conversation has all these words.")
            tab(page, "Find")
            with page.expect_response("**/conversations?words=qwxyzzy"):
                tab(page, "Conversations")
            page.get_by_label("Find in your conversations").fill("")
        with page.expect_navigation():
            act(page.locator("#kept-talk a", has_text=QUESTIONS[0]).first)
        expect(page.locator(".turn")).to_have_count(3)
        expect(page.locator("#turn-1 h2")).to_have_text(QUESTIONS[0])
        assert page.url == talk


def test_a_link_to_a_question_gives_the_same_answer(page: Page, address: str) -> None:
    page.get_by_label("Only reports named").fill("time credit")
    ask(page, QUESTIONS[0], 1)
    expect(page.locator(".turn")).to_contain_text("One report was searched")
    said = page.locator(".card.best blockquote").first.inner_text()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    page.get_by_role("link", name="Link to this question").click()
    expect(page.locator("#said")).to_have_text("The link to this question is copied.")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{address}/")
    page.goto(link)
    expect(page.locator(".turn .votes")).to_be_visible()
    assert page.locator(".card.best blockquote").first.inner_text() == said
    expect(page.get_by_label("Only reports named")).to_have_value("time credit")


def test_an_answer_is_copied_with_its_references(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    ask(page, QUESTIONS[0], 1)
    page.get_by_role("button", name="Copy with references").click()
    expect(page.locator("#said")).to_contain_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    quote = page.locator("#source-1-1 blockquote b").inner_text()
    assert re.search(rf"“{re.escape(quote)}” \(.*p\. \d+\)", copied)
    assert copied.startswith(QUESTIONS[0]) and "References" in copied
    page.get_by_role("button", name="Cite the words of").first.click()
    was_copied = "began => navigator.clipboard.readText().then(text => text.startsWith(began))"
    page.wait_for_function(was_copied, arg=f"“{quote}” (")  # that something was copied had been said before
    cited = page.evaluate("navigator.clipboard.readText()")
    assert "References" in cited and len(cited) <= len(copied)


def test_a_reader_says_what_was_wrong(page: Page) -> None:
    ask(page, QUESTIONS[0], 1)
    page.get_by_role("button", name="No", exact=True).click()
    expect(page.get_by_label("What was wrong with it?")).to_be_focused()
    page.keyboard.type("It is too short.")
    with page.expect_request("**/votes") as sent:
        page.keyboard.press("Enter")
    assert "too+short" in (sent.value.post_data or "")
    expect(page.locator("#said")).to_contain_text("goes nowhere else")
    with page.expect_request("**/votes") as sent:
        page.get_by_role("button", name="Yes", exact=True).click()
    assert (sent.value.post_data or "").endswith("helpful=yes&reason=")
    expect(page.get_by_role("button", name="Yes", exact=True)).to_have_attribute("aria-pressed", "true")


def test_passages_come_while_one_types(page: Page) -> None:
    tab(page, "Find")
    page.get_by_label("Find passages").press_sequentially("time credits")
    expect(page.locator("#found mark").first).to_be_visible()
    with page.expect_response(re.compile("/find.*order=report")):
        page.get_by_label("Order").select_option("by report")
    expect(page.locator("#found:not([aria-busy])")).to_be_visible()
    titles = page.locator("#found cite").all_text_contents()
    assert len(set(titles)) > 1 and titles == sorted(titles, key=str.casefold)
    page.locator("#found a.load").first.click()
    expect(page.locator("#found [role=status]")).to_contain_text("Passages like “")
    expect(page.locator("#found [role=status]")).to_be_focused()
    page.get_by_role("button", name="Back to what was found").click()
    expect(page.locator("#found cite")).to_have_text(titles)
    page.get_by_label("Find passages").fill("qwxyzzy blorptang")
    expect(page.locator("#found [role=status]")).to_contain_text("No passage has any of these words.")


def test_the_way_back_closes_a_source_and_leaves_the_answer(page: Page, address: str) -> None:
    page.keyboard.press("?")
    box = page.get_by_label("Use the keys ? and /")
    box.uncheck()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.get_by_label("Your question")).not_to_be_focused()
    by_keyboard(page.get_by_role("button", name="Help"))
    box.check()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.get_by_label("Your question")).to_be_focused()
    expect(page.locator("#welcome")).to_contain_text("You can ask 3 reports")
    page.get_by_role("button", name="Add your own reports").click()
    expect(page.get_by_role("tab", name="Library")).to_have_attribute("aria-selected", "true")
    page.go_back()
    expect(page.get_by_label("Your question")).to_be_visible()
    ask(page, QUESTIONS[0], 1)
    expect(page.locator("#welcome")).to_be_hidden()
    talk = page.url
    top = "link.getBoundingClientRect().top"
    moved = page.locator("a.where").last.evaluate(f"link => {{ const at = {top}; link.click(); return {top} - at; }}")
    assert abs(moved) < 2  # it stays where it was pressed, however the page is laid out beside the source
    source = shown_source(page)
    following = source.get_by_role("link", name="Next page")
    [opened] = re.findall(r"page=(\d+)", following.get_attribute("href") or "")
    following.click()
    expect(source.get_by_role("link", name="Previous page")).to_have_attribute(
        "href", re.compile(rf"page={int(opened) - 1}\b")
    )
    shown_source(page).get_by_role("link", name="Back to the words").click()
    expect(source.locator("mark").first).to_be_in_viewport()
    page.go_back()
    expect(page.locator("#viewer")).to_be_hidden()
    assert page.url == talk
    expect(page.locator(".turn")).to_be_visible()
    # A source that is closed after another screen was chosen takes its own step with it.
    page.locator("a.where").first.click()
    tab(page, "Find")
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#viewer")).to_be_hidden()
    expect(page.get_by_label("Find passages")).to_be_visible()
    page.go_back()
    expect(page.locator(".turn")).to_be_visible()
    page.evaluate("history.back()")  # waits for nothing, for Back is kept from leaving
    page.get_by_role("button", name="Stay here").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.wait_for_function("history.state?.stays")
    assert page.url == talk


def test_the_page_is_left_when_one_says_so(page: Page) -> None:
    tab(page, "Find")
    tab(page, "Ask")
    for _screen in range(2):
        page.go_back()
    page.evaluate("history.back()")  # waits for nothing, for Back is kept from leaving
    page.get_by_role("button", name="Leave").click()
    expect(page).to_have_url("about:blank")


def test_a_language_model_is_used_by_keyboard_and_turned_off_again(page: Page) -> None:
    settings, said = page.get_by_role("button", name="Settings"), page.locator("#dialog [role=status]")
    by_keyboard(settings)
    by_keyboard(page.get_by_role("button", name="Use it for all answers"))
    expect(said).to_have_text("From now on llama3.2:latest (Ollama) writes the answers.")
    expect(said).to_be_focused()
    page.keyboard.press("Escape")
    expect(settings).to_be_focused()
    ask(page, QUESTIONS[0], 1)
    expect(page.locator(".turn")).to_contain_text("Written by the language model llama3.2:latest (Ollama).")
    page.get_by_role("link", name="The same in quotations").click()
    expect(page.get_by_role("link", name="The same in quotations")).to_have_count(0)
    expect(page.locator("#turn-1 .votes")).to_be_visible()
    settings.click()
    by_keyboard(page.get_by_role("button", name="Answer in quotations again"))
    expect(said).to_have_text("Answers are quotations again.")
    page.go_back()
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_limits_are_shown_with_the_question_and_the_answer(page: Page) -> None:
    page.get_by_label("About").fill("penguins")
    expect(page.locator("#limited")).to_have_text("Only reports about “penguins”: 0 of 3.")
    page.get_by_label("From").fill("2o12")
    ask(page, QUESTIONS[0], 1)
    expect(page.locator(".turn")).to_contain_text("No report is within the limits")
    expect(page.locator(".turn")).to_contain_text("Only reports about “penguins”: 0 of 3.")
    expect(page.get_by_role("link", name="Ask all the reports")).to_be_visible()
    expect(page.get_by_text("A year has four digits")).to_be_visible()


def screens_of_asking(page: Page) -> Iterator[str]:
    """Go through what asking leads to in every state, naming each."""
    yield "nothing asked"
    ask(page, QUESTIONS[0], 1)
    yield "an answer"
    page.locator(".turn .menu summary").first.click()
    page.get_by_role("button", name="No", exact=True).click()
    yield "an answer with all open"
    page.locator("a.where").first.click()
    expect(shown_source(page).locator("mark").first).to_be_visible()
    yield "a page beside it"
    page.keyboard.press("Escape")
    expect(page.locator("#viewer")).to_be_hidden()  # the focus goes back to the citation then, and not later
    ask(page, REFUSED, 2)
    page.locator("#turn-2 .nearest summary").click()
    yield "a refusal with all open"
    page.get_by_role("button", name="Settings").click()
    page.get_by_label("A question to try it with").fill(QUESTIONS[0])
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("#dialog .trial")).to_be_visible()
    yield "the settings"
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.get_by_role("button", name="Help").click()
    expect(page.locator("#dialog dl.keys")).to_be_visible()
    yield "the help"
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.go_back()
    expect(page.get_by_role("heading", name="Leave this page?")).to_be_visible()
    yield "asked whether to leave"
    page.get_by_role("button", name="Stay here").click()
    expect(page.get_by_role("dialog")).to_be_hidden()


def other_screens(page: Page) -> Iterator[str]:
    """Go through every other screen in every state, naming each, where something was asked or nothing."""
    if not page.locator(".turn").count():
        ask(page, QUESTIONS[0], 1)
    page.locator(".turn button.keep").first.click()
    expect(page.locator(".turn button.keep").first).to_have_attribute("aria-pressed", "true")
    tab(page, "Find")
    yield "nothing looked for"
    page.get_by_label("Find passages").fill("time credits")
    expect(page.locator("#found mark").first).to_be_visible()
    yield "passages found"
    tab(page, "Compare")
    yield "nothing compared"
    page.get_by_label("Compare what the reports say").fill(COMPARED)
    page.get_by_label("Compare what the reports say").press("Enter")
    expect(page.locator(".comparison").first).to_be_visible()
    page.get_by_label("Ask the same reports a further question").fill(QUESTIONS[1])
    page.get_by_label("Ask the same reports a further question").press("Enter")
    expect(page.get_by_role("button", name="Take away the column")).to_be_visible()
    page.locator(".silent summary").click()
    yield "a comparison with a column more and all open"
    page.locator(".comparison button.keep").first.click()
    expect(page.locator(".comparison button.keep").first).to_have_text("Kept")
    page.get_by_role("button", name="Take away the column").click()
    expect(page.locator("#compared [role=status]")).to_be_focused()
    tab(page, "Evidence")
    expect(page.locator("#kept blockquote").first).to_be_visible()
    page.locator("#kept .sources .menu summary").first.click()
    yield "evidence"
    page.locator("#kept form.send button").first.click()
    expect(page.get_by_text("Keep it after all")).to_be_visible()
    yield "evidence taken out"
    tab(page, "Conversations")
    expect(page.locator("#kept-talk li").first).to_be_visible()
    page.locator("#kept-talk .menu summary").first.click()
    expect(page.locator("#kept-talk .menu[open] > :not(summary)")).to_be_in_viewport(ratio=0.1)
    yield "conversations"
    tab(page, "Library")
    expect(page.locator("#reports tbody tr").first).to_be_visible()
    yield "the library"
    page.locator("#reports tbody input").first.check()
    page.locator("#reports .menu summary").first.click()
    yield "what can be done with a report"
    page.locator("#reports .menu[open]").get_by_role("button", name="Edit").click()
    expect(page.get_by_label("Title", exact=True)).to_be_visible()
    yield "a report's data"
    page.keyboard.press("Escape")


def screens(page: Page) -> Iterator[str]:
    """Go through every screen in every state, naming each."""
    yield from screens_of_asking(page)
    yield from other_screens(page)


def settled(page: Page, names: Iterator[str]) -> Iterator[str]:
    """The states of a walk, each once nothing on it is still being loaded."""
    for name in names:
        expect(page.locator("[aria-busy=true]:visible")).to_have_count(0)
        yield name


def violations(page: Page, rules: dict[str, list[str]]) -> list[str]:
    """What axe finds on the page as it is: the name of each rule, and the first place where it is broken."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate("rules => axe.run(rules).then(told => told.violations)", rules)
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found]


@pytest.mark.parametrize("walk", [screens_of_asking, other_screens])
def test_no_screen_bars_anybody(page: Page, address: str, walk: Callable[[Page], Iterator[str]]) -> None:
    """In light all that axe knows, and in dark, which differs in its colours alone, what it knows of colours."""
    page.goto(f"{address}/?__theme=light")
    expect(page.get_by_label("Your question")).to_be_visible()
    expect(page.locator("p.loading")).to_have_count(0)  # Gradio's own, while the page comes up
    found = []
    for name in settled(page, walk(page)):
        found += [f"{name}: {each}" for each in violations(page, RULES)]
        in_scheme(page, "dark")
        found += [f"{name}, dark: {each}" for each in violations(page, COLOURS)]
        in_scheme(page, "light")
    assert found == []


def in_scheme(page: Page, scheme: Literal["light", "dark"]) -> None:
    """Show the page in dark or light: its own part as Gradio does, a source in its frame as the system says."""
    page.emulate_media(color_scheme=scheme)
    page.evaluate("isDark => document.body.classList.toggle('dark', isDark)", scheme == "dark")
    page.evaluate("Promise.all(document.getAnimations().map(each => each.finished.catch(() => {})))")


@pytest.fixture(scope="module")
def narrow(window: Page, address: str) -> tuple[list[str], set[str]]:  # noqa: F811
    """What a walk through all screens met on a narrow and a low one: those that are too wide, and the page's texts."""
    wide, texts = [], set[str]()
    with watched(window, address) as page:
        for height in HEIGHTS:
            page.set_viewport_size({"width": 320, "height": height})
            for name in ("Ask", "Find", "Compare", "Evidence", "Conversations", "Library"):
                expect(page.get_by_role("tab", name=name)).to_be_visible()
        for name in settled(page, screens(page)):
            texts.update(" ".join(text.split()) for text in page.evaluate(TEXTS))
            for height in HEIGHTS:  # the walk goes on at the last, the lowest
                page.set_viewport_size({"width": 320, "height": height})
                if not is_within(page, 320):
                    wide.append(f"{name}, {height} high")
    return wide, texts


def test_nothing_is_lost_on_a_narrow_or_an_enlarged_screen(narrow: tuple[list[str], set[str]]) -> None:
    """320 pixels wide is a small telephone, and with 256 in height a screen of 1280 by 1024 enlarged four times."""
    assert narrow[0] == []


def test_the_words_of_the_page_are_plain(narrow: tuple[list[str], set[str]]) -> None:
    """The interface's own sentences take the reading of a child of 13 at most: grade 8 by Flesch and Kincaid (1975)."""
    sentences = [each for text in narrow[1] for each in re.findall(r"[^.:;!?]+[.:;!?]", text) if len(each.split()) > 3]
    assert len(sentences) > 15
    syllables = pyphen.Pyphen(lang="en_GB")
    words = [word for sentence in sentences for word in re.findall(r"[A-Za-z’-]+", sentence)]
    spoken = sum(len(syllables.inserted(word).split("-")) for word in words)
    grade = 0.39 * len(words) / len(sentences) + 11.8 * spoken / len(words) - 15.59
    assert grade <= 8, sentences
