"""The page in a real browser: a report goes in, a question is asked, its source is opened; nothing leaves."""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from gradio.utils import get_upload_folder
from playwright.sync_api import (
    Browser,
    Error,
    Page,
    Request,
    Route,
    TimeoutError,
    ViewportSize,
    expect,
    sync_playwright,
)

from common import AwayError
from ingest.fetch import Fetcher
from ingest.library import Library
from ingest.reading_list.entry import read_entry
from rag.answer import Answer
from rag.assistant import Assistant
from service import Service
from tests.briefs import BRIEF
from tests.papers import paragraph, pdf
from tests.test_fetch import QUICK, file, served
from tests.test_page import empty_library, running
from tests.test_reading_list import POOL_REPORT

# The bare one first, for it takes the least of a processor.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="Install Chromium (the package chromium) to test the page in it.")

expect.set_options(timeout=30_000)  # a busy machine is slow, not wrong

FLAGS = (
    "--disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update "
    "--disable-sync"
)
_log = logging.getLogger(__name__)

VIEWPORT: ViewportSize = {"width": 1280, "height": 860}
# A title that would show if anything in it were taken for HTML, Markdown or a template.
TITLE = "Paying *people* {{value}} ${1+1} <b>fairly</b>"
QUESTION = "How much is paid for a day of work on the panel?"
QUOTE = "Each member of the panel is paid 85 pounds for a day of work."


def report() -> bytes:
    first = paragraph("The panel of citizens met five times in the town hall. Its members were chosen by lot.")
    second = paragraph(f"{QUOTE} The cost of travel and of childcare is met as well.")
    return pdf([first, second], {"Title": TITLE})


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=CHROMIUM, chromium_sandbox=False, args=FLAGS.split(), timeout=60_000
        )
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def served_library(golden: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, str]]:
    """A library of the page's own, with the real model, the page's address, and a folder of its own for uploads."""
    folder = tmp_path_factory.mktemp("browser")
    with (
        pytest.MonkeyPatch.context() as patch,
        empty_library(golden, folder / "library") as service,
    ):
        patch.setenv("GRADIO_TEMP_DIR", str(folder / "uploads"))
        with running(service) as address:
            yield service.library, address


@pytest.fixture
def served_page(served_library: tuple[Library, str]) -> Iterator[str]:
    """The address of the page over an empty library."""
    library, address = served_library
    yield address
    library.bin.empty()
    for each in library.all_details():
        library.remove(each.id)


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[Page]:
    """The one page that the tests of a file share: a new one takes three times as long to open the assistant."""
    context = browser.new_context(viewport=VIEWPORT)
    yield context.new_page()
    context.close()


def begin_anew(window: Page, address: str) -> None:
    """Open the assistant as somebody meets it who was never here."""
    leave(window)
    window.goto(address)


def leave(window: Page) -> None:
    """Leave what is open, and nothing of it in the browser."""
    for other in window.context.pages[1:]:
        other.close()
    window.set_viewport_size(VIEWPORT)
    window.evaluate("() => { try { localStorage.clear(); sessionStorage.clear(); } catch { /* nothing is open */ } }")
    window.goto("about:blank")  # so that nothing that the page before asked for comes back with another cookie
    window.context.clear_cookies()
    window.context.clear_permissions()


@contextmanager
def visiting(window: Page, address: str) -> Iterator[Page]:
    """The assistant, opened anew. Fails where anything was asked of another host, or went wrong in the page's code."""
    requested: list[str] = []
    errors: list[str] = []

    def asked(request: Request) -> None:
        requested.append(request.url)

    def erred(error: Error) -> None:
        errors.append(str(error))

    leave(window)  # first, so that what the page before still asks for is none of this one's
    window.context.on("request", asked)
    window.on("pageerror", erred)
    window.goto(address)
    yield window
    window.context.remove_listener("request", asked)
    window.remove_listener("pageerror", erred)
    assert [url for url in requested if url.startswith(("http", "ws")) and not url.startswith(address)] == []
    assert errors == []


@pytest.fixture
def page(window: Page, served_page: str) -> Iterator[Page]:
    with visiting(window, served_page) as opened:
        expect(opened.get_by_label("Your question")).to_be_visible()
        yield opened


def tab(page: Page, name: str) -> None:
    """Choose a screen."""
    page.get_by_role("tab", name=name, exact=True).click()


def add(page: Page, folder: Path, **files: bytes) -> None:
    """Upload files by way of the tab "Library", and come back."""
    paths = [folder / name.replace("_", ".") for name in files]
    for path, data in zip(paths, files.values(), strict=True):
        path.write_bytes(data)
    tab(page, "Library")
    page.locator("input[type=file]").set_input_files(paths)
    expect(page.locator("tr.file")).to_have_count(len(paths))
    page.get_by_role("button", name="Add to the library").click()
    expect(page.locator(".outcomes tr")).to_have_count(len(paths), timeout=60_000)
    expect(page.locator("tr.file")).to_have_count(0)  # the last of what changes when all are added
    expect(page.locator("#reports tbody tr").first).to_be_visible()


# What can be read or used, is in view, and ends right of a width, outside of boxes that scroll sideways themselves.
BEYOND = """width => {
    const isRead = each => !each.closest(".visually-hidden, .sr-only") && (
        each.matches("a, button, iframe, img, input, progress, select, summary, textarea")
        || [...each.childNodes].some(child => child.nodeType === Node.TEXT_NODE && child.data.trim()));
    const scrolls = box => box && box !== document.body && !box.matches("dialog") && (
        /auto|scroll/.test(getComputedStyle(box).overflowX) && box.scrollWidth > box.clientWidth
        || scrolls(box.parentElement));
    return [...document.body.querySelectorAll("*")].filter(each =>
        each.getBoundingClientRect().right > width + 0.5 && isRead(each)
        && each.checkVisibility({opacityProperty: true, visibilityProperty: true}) && !scrolls(each.parentElement)
    ).map(each => each.outerHTML.slice(0, 200));
}"""


def is_within(page: Page, width: int) -> bool:
    """Whether nothing reaches over the edge of the screen once the page is laid out for a width."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    try:
        page.wait_for_function(f"width => !({BEYOND})(width).length", arg=width, timeout=5_000)
    except TimeoutError:
        _log.warning("%s", page.evaluate(BEYOND, width))
        return False
    return True


def fits(page: Page, width: int) -> None:
    """Nothing reaches over the edge of a screen of a width."""
    page.set_viewport_size({"width": width, "height": 780})
    assert is_within(page, width)


def ask(page: Page, question: str) -> None:
    tab(page, "Ask")
    page.get_by_label("Your question").fill(question)
    page.get_by_label("Your question").press("Enter")


def is_original(request: Request) -> bool:
    """Whether a file of the library is asked for. A browser without a viewer of PDFs shows none, and saves it."""
    return "/reports/" in request.url


def test_a_report_goes_in_and_its_answer_leads_back_to_its_page(page: Page, tmp_path: Path) -> None:
    expect(page.locator("#notice")).to_contain_text("There are no reports here yet. Open the tab “Library”")
    add(page, tmp_path, paying_pdf=report(), broken_pdf=b"This is no PDF.")
    expect(page.locator(".outcomes .failed")).to_contain_text("broken.pdf")
    expect(page.locator(".outcomes .added")).to_contain_text("2 pages")
    expect(page.locator("#reports")).to_contain_text("2 of 2 pages can be searched")
    expect(page.locator("#reports tbody a")).to_have_text(TITLE)
    label = page.locator("#adding label[data-testid=block-label]")
    is_above = (
        "label => label.getBoundingClientRect().bottom <= label.nextElementSibling.getBoundingClientRect().top + 1"
    )
    for width in (360, 1280):
        fits(page, width)
        assert label.evaluate(is_above)

    ask(page, QUESTION)
    expect(page.locator("#notice")).not_to_be_visible()
    expect(page.locator(".turn h2")).to_have_text(QUESTION)
    expect(page.locator(".turn")).to_contain_text(QUOTE)
    source = page.locator(".card.best").filter(has_text=QUOTE)
    expect(source.locator("cite")).to_have_text(TITLE)
    expect(source.locator("a.where").first).to_have_text("See it: page 2")
    expect(source.locator("blockquote b").first).to_have_text(QUOTE)
    assert (page.locator("#conversation").text_content() or "").count(QUOTE) == 1
    for width in (360, 1280):
        fits(page, width)

    link = source.get_by_role("link", name="Open the report").first
    expect(link).to_have_attribute("href", re.compile("#page=2$"))
    with page.context.expect_page(), page.context.expect_event("request", is_original) as opening:
        link.click()
    got = page.context.request.get(opening.value.url)
    assert (got.status, got.headers["content-type"]) == (200, "application/pdf")
    assert got.body() == report()


def test_a_card_opens_the_page_with_its_words_marked_by_keyboard(page: Page, tmp_path: Path) -> None:
    add(page, tmp_path, paying_pdf=report())
    ask(page, QUESTION)
    page.locator("a.where").first.focus()
    page.keyboard.press("Enter")
    viewer = page.frame_locator("#viewer iframe")
    expect(viewer.locator("mark").first).to_be_in_viewport()
    expect(viewer.get_by_text("Page 2 of 2")).to_be_visible()
    expect(page.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#viewer")).not_to_be_visible()
    expect(page.locator("a.where").first).to_be_focused()


def test_a_refusal_shows_what_comes_nearest(page: Page, tmp_path: Path) -> None:
    add(page, tmp_path, paying_pdf=report())
    ask(page, "Who won the football World Cup in 2014?")
    expect(page.locator(".turn")).to_contain_text("do not answer that question")
    expect(page.locator(".tries")).to_contain_text("Ask in other words")
    page.locator(".nearest summary").click()
    expect(page.locator(".nearest blockquote").first).to_be_visible()


def test_what_a_person_types_is_shown_as_typed(page: Page) -> None:
    typed = "What **is** <b>it</b> & {{value}} ${1+1} <img src=x onerror=\"document.title='run'\"> $x^2$?"
    ask(page, typed)
    expect(page.locator(".turn h2")).to_have_text(typed)
    expect(page.locator(".turn .verdict")).to_contain_text("do not answer")
    assert page.locator(".turn h2 *").count() == 0
    assert page.title() != "run"


def test_the_next_question_is_written_and_sent_while_an_answer_comes(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, stream = Event(), Assistant.stream

    def held(*args: Any) -> Iterator[Answer]:
        answers = stream(*args)
        yield next(answers)
        go.wait(60)
        yield from answers

    looked_up: list[object] = []

    def counted(library: Library, reports: object) -> dict[str, None]:
        looked_up.append(reports)
        return {}

    def away(*args: Any) -> Iterator[Answer]:
        raise AwayError

    monkeypatch.setattr("page.screens.ask.genres_of", counted)
    add(page, tmp_path, paying_pdf=report())
    monkeypatch.setattr(Assistant, "stream", away)
    ask(page, QUESTION)
    expect(page.locator("#conversation .problem")).to_contain_text("Nothing is lost")
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.get_by_label("Your question")).to_have_value(QUESTION)
    monkeypatch.setattr(Assistant, "stream", held)
    page.get_by_label("Your question").press("Enter")
    expect(page.locator(".turn a.where").first).to_be_visible()
    page.get_by_label("Your question").fill("Who pays for childcare?")
    go.set()
    expect(page.locator("#turn-1 .votes")).to_be_visible()
    expect(page.get_by_label("Your question")).to_have_value("Who pays for childcare?")
    page.get_by_label("Your question").press("Enter")
    expect(page.locator("#turn-2 .votes")).to_be_visible()

    go.clear()
    ask(page, "How were the members chosen?")
    expect(page.locator("#turn-3 p").first).to_be_visible()
    ask(page, "Who met in the town hall?")
    go.set()
    expect(page.locator("#turn-4 .votes")).to_be_visible()
    expect(page.locator(".turn h2").last).to_have_text("Who met in the town hall?")
    assert len(looked_up) == 4  # once an answer, however often it grows
    expect(page.get_by_label("Your question")).to_have_value("")

    # Loaded anew in the middle of an answer, the page has it all the same, and all that was asked before, each once.
    go.clear()
    ask(page, "How often did the panel meet?")
    expect(page.locator("#turn-5 p").first).to_be_visible()
    page.reload()
    go.set()
    expect(page.locator("#turn-5 .votes")).to_be_visible()
    expect(page.locator(".turn h2").last).to_have_text("How often did the panel meet?")
    expect(page).to_have_url(re.compile(r"/\?conversation=[\w-]+$"))
    page.reload()
    expect(page.locator(".turn")).to_have_count(5)


def test_examples_ask_and_clearing_starts_afresh(page: Page, tmp_path: Path) -> None:
    question = "Who runs the swimming pool?"
    add(page, tmp_path, pool_md=f"# {question}\n\nThe swimming pool is run by its swimmers.".encode())
    tab(page, "Ask")
    example = page.get_by_role("button", name=question, exact=True)
    example.click()
    expect(page.locator(".turn h2")).to_have_text(question)
    expect(example).not_to_be_visible()
    page.get_by_role("button", name="Begin a new conversation").click()
    expect(page.locator(".turn")).to_have_count(0)
    expect(example).to_be_visible()


# Of what the server sends of an answer the first message comes through, the others when `release` is called.
HELD_BACK = """() => {
    const fetched = window.fetch;
    window.fetch = async (...asked) => {
        const response = await fetched(...asked);
        if (!String(asked[0]?.url ?? asked[0]).includes("/queue/data")) return response;
        const [reader, decoder, encoder] = [response.body.getReader(), new TextDecoder(), new TextEncoder()];
        let [begun, held, text, ended] = [false, [], "", false];
        const late = new ReadableStream({
            async start(stream) {
                const send = message => stream.enqueue(encoder.encode(message));
                window.release = () => {
                    held.forEach(send);
                    held = null;
                    if (ended) stream.close();
                };
                while (!ended) {
                    const read = await reader.read();
                    text += decoder.decode(read.value, { stream: true });
                    const messages = text.split(/(?<=\\n\\n)/);
                    text = messages.at(-1).endsWith("\\n\\n") ? "" : messages.pop();
                    for (const message of messages) {
                        window.isWhole ||= message.includes("process_completed");
                        if (begun && held) held.push(message);
                        else send(message);
                        begun ||= message.includes("process_generating");
                    }
                    ended = read.done;
                }
                if (!held) stream.close();
            },
        });
        return new Response(late, response);
    };
    new MutationObserver(() => window.hasCome ||= Boolean(document.querySelector(".turn .votes")))
        .observe(document.body, { childList: true, subtree: true });
}"""


def test_a_conversation_that_was_ended_stays_away_when_its_answer_comes_late(page: Page, tmp_path: Path) -> None:
    question = "Who runs the swimming pool?"
    add(page, tmp_path, pool_md=f"# {question}\n\nThe swimming pool is run by its swimmers.".encode())
    tab(page, "Ask")
    page.evaluate(HELD_BACK)
    example = page.get_by_role("button", name=question, exact=True)
    example.click()
    expect(page.locator(".turn h2")).to_have_text(question)
    page.wait_for_function("window.isWhole")
    page.get_by_role("button", name="Begin a new conversation").click()
    expect(page.locator(".turn")).to_have_count(0)
    page.evaluate("window.release()")
    page.wait_for_function("window.hasCome")  # for a moment
    expect(page.locator(".turn")).to_have_count(0)
    expect(example).to_be_visible()
    expect(page).to_have_url(re.compile(r"/$"))


def act(page: Page, row: str, action: str) -> None:
    """Do something with a report by the menu of its row, by keyboard alone."""
    menu = page.get_by_label(f"What can be done with {row}")
    menu.focus()
    menu.press("Enter")
    page.locator("#reports .menu[open]").get_by_role("button", name=action).press("Enter")


def test_a_removed_report_waits_in_the_bin_until_that_is_emptied(page: Page, tmp_path: Path) -> None:
    add(page, tmp_path, paying_pdf=report())
    rows, done = page.locator("#reports tbody tr"), page.locator("#shelf-done")
    act(page, TITLE, "Remove")
    expect(done).to_contain_text(f"Removed “{TITLE}”. It is in the bin.")
    expect(done).to_be_focused()
    expect(rows).to_have_count(0)
    page.reload()
    tab(page, "Library")
    page.get_by_text("The bin: 1 removed report").click()
    page.get_by_role("button", name=f"Put back {TITLE}").press("Enter")
    expect(done).to_have_text("1 report is back.")
    expect(rows).to_have_count(1)
    expect(page.locator("#shelf-bin")).to_be_empty()
    page.get_by_label("Tick all that are shown").check()
    page.locator("#shelf-ticked").get_by_role("button", name="Remove").press("Enter")
    expect(done).to_contain_text("It is in the bin.")
    expect(rows).to_have_count(0)
    done.get_by_role("button", name="Put it back").press("Enter")
    expect(rows).to_have_count(1)
    ask(page, QUESTION)
    expect(page.locator(".turn")).to_contain_text(QUOTE)
    tab(page, "Library")
    act(page, TITLE, "Remove")
    expect(rows).to_have_count(0)
    page.get_by_text("The bin: 1 removed report").click()
    page.get_by_text("Empty the bin").click()
    page.get_by_role("button", name="Yes, delete them for good").press("Enter")
    expect(done).to_have_text("The bin is empty: 1 report is deleted.")
    expect(page.locator("#shelf-bin")).to_be_empty()


def test_the_table_is_filtered_sorted_and_ticked_by_keyboard(page: Page, tmp_path: Path) -> None:
    add(page, tmp_path, paying_pdf=report(), pool_txt=b"The pool is run by its swimmers. " * 20)
    rows = page.locator("#reports tbody tr:not([hidden])")
    expect(rows).to_have_count(2)
    pages = page.get_by_role("button", name="Pages")
    pages.press("Enter")
    expect(page.get_by_role("columnheader", name="Pages")).to_have_attribute("aria-sort", "ascending")
    expect(rows.first).to_contain_text("Paying")
    page.get_by_role("button", name="Title").press("Enter")
    expect(rows.last).not_to_contain_text("Paying")
    words = page.get_by_label("Find a report in the list")
    words.fill("páying")
    expect(rows).to_have_count(1)
    expect(page.locator("#shelf-count")).to_have_text("Reports shown: 1 of 2.")
    words.fill("swimmers")
    expect(rows).to_have_count(0)
    words.fill("")
    page.get_by_label("Show", exact=True).select_option("check")
    expect(rows.filter(has_text="pool")).to_contain_text("guessed")
    page.get_by_label("Show", exact=True).select_option("")
    expect(rows).to_have_count(2)
    rows.first.get_by_role("checkbox").focus()
    page.keyboard.press("Space")
    expect(page.locator("#shelf-ticked")).to_contain_text("1 ticked")
    page.keyboard.press("ArrowDown")
    expect(rows.last.get_by_role("checkbox")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(rows.last.get_by_role("link")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(rows.first.get_by_role("link")).to_be_focused()
    page.get_by_label("Tick all that are shown").check()
    expect(page.locator("#shelf-ticked")).to_contain_text("2 ticked")
    # Nothing is done with what one does not see.
    words.fill("swimmers")
    expect(page.locator("#shelf-ticked")).to_contain_text("0 ticked, 2 more ticked but not shown")
    expect(page.locator("#shelf-doing")).to_be_hidden()
    words.fill("paying")
    expect(page.locator("#shelf-ticked")).to_contain_text("1 ticked, 1 more ticked but not shown")
    # Whoever goes on before the table has come anew stays where they are.
    held: list[Route] = []
    page.route("**/library?seen=*", lambda route: held.append(route))
    page.locator("#shelf-ticked").get_by_role("button", name="Remove").press("Enter")
    expect(page.locator("#shelf-done")).to_contain_text(f"Removed “{TITLE}”.")
    words.focus()
    for each in held:
        each.continue_()
    page.unroute("**/library?seen=*")
    expect(page.locator("#reports tbody tr")).to_have_count(1)
    expect(words).to_be_focused()
    words.fill("")
    expect(rows).to_have_count(1)
    expect(rows.first.get_by_role("checkbox")).to_be_checked()


def test_a_collection_is_made_of_ticked_rows_and_asked(page: Page, served_page: str, tmp_path: Path) -> None:
    add(page, tmp_path, paying_pdf=report(), pool_txt=b"The pool is run by its swimmers. " * 20)
    rows, done = page.locator("#reports tbody tr:not([hidden])"), page.locator("#shelf-done")
    rows.filter(has_text="Paying").get_by_role("checkbox").check()
    page.get_by_text("Put into a collection").click()
    page.get_by_label("Its name").fill("Our money")
    page.get_by_label("Its name").press("Enter")
    expect(done).to_contain_text("1 report is in “Our money” now.")
    page.get_by_label("Show", exact=True).select_option("in:Our money")
    expect(rows).to_have_count(1)
    page.locator("#shelf-collection summary").click()
    page.get_by_label("Another name").fill("All  money")
    page.get_by_label("Another name").press("Enter")
    expect(done).to_have_text("The collection is called “All money” now.")
    expect(page.get_by_label("Show", exact=True)).to_have_value("in:All money")
    page.locator("#shelf-collection summary").click()
    page.get_by_label("Another name").fill("  ")
    page.get_by_label("Another name").press("Enter")
    expect(page.locator("#said")).to_have_text("A collection needs a name.")
    expect(page.get_by_label("Show", exact=True)).to_have_value("in:All money")
    page.get_by_label("Another name").fill("Money")
    page.get_by_label("Another name").press("Enter")
    expect(page.get_by_label("Show", exact=True)).to_have_value("in:Money")
    expect(rows).to_have_count(1)
    page.get_by_role("button", name="Find in it").click()
    expect(page.get_by_label("In", exact=True).locator("visible=true")).to_have_value("Money")
    page.go_back()
    page.get_by_role("button", name="Ask it").click()
    expect(page.locator("#limited")).to_have_text("Only reports in “Money”: 1 of 2.")
    page.get_by_label("Your question").fill(QUESTION)
    page.get_by_label("Your question").press("Enter")
    expect(page.locator(".turn .votes")).to_be_visible()
    expect(page.locator(".turn")).to_contain_text("Only reports in “Money”: 1 of 2.")
    # Loaded anew, asked of all reports, and asked again by a link: what is chosen is what is asked.
    chosen, limited = page.locator("#ask-within"), page.locator("#limited")
    link = page.get_by_role("link", name="Link to this question").get_attribute("href") or ""
    page.reload()
    expect(limited).to_have_text("Only reports in “Money”: 1 of 2.")
    expect(chosen).to_have_value("Money")
    for address, value, told in [
        (link.replace("&within=Money", ""), "", ""),
        (link, "Money", "Only reports in “Money”: 1 of 2."),
    ]:
        page.goto(served_page + address)
        expect(page.locator(".turn .votes")).to_be_visible()
        expect(chosen).to_have_value(value)
        expect(limited).to_have_text(told)
    tab(page, "Library")
    page.get_by_label("Show", exact=True).select_option("")
    page.get_by_label("What can be done with pool").click()
    page.locator("#reports .menu[open]").get_by_role("button", name="Ask only this").click()
    expect(page.locator("#limited")).to_contain_text("called “")
    expect(page.get_by_label("Your question")).to_be_focused()
    page.go_back()
    page.get_by_label("Show", exact=True).select_option("in:Money")
    page.get_by_role("button", name="Remove the collection").click()
    expect(done).to_have_text("The collection “Money” is gone; its reports are still here.")
    expect(rows).to_have_count(2)


def test_dropped_files_are_added_at_once_and_their_copies_do_not_pile_up(page: Page) -> None:
    files = page.evaluate_handle(
        """text => {
            const files = new DataTransfer();
            files.items.add(new File([text], "paying.txt"));
            return files;
        }""",
        QUOTE * 5,
    )
    page.dispatch_event("body", "dragover", {"dataTransfer": files})
    expect(page.locator("body.dropping")).to_be_visible()
    page.dispatch_event("body", "drop", {"dataTransfer": files})
    expect(page.locator(".outcomes .added")).to_contain_text("paying.txt", timeout=60_000)
    expect(page.locator("#reports tbody tr")).to_have_count(1)
    page.go_back()
    expect(page.get_by_label("Your question")).to_be_visible()
    uploads = Path(get_upload_folder())
    assert uploads.is_dir() and list(uploads.rglob("paying.txt")) == []


def test_the_browser_refuses_what_is_elsewhere(page: Page, served_page: str) -> None:
    elsewhere = served_page.replace("127.0.0.1", "localhost")
    refused = page.evaluate(
        """address => new Promise(done => {
            document.addEventListener("securitypolicyviolation", event => done(event.blockedURI));
            fetch(address).then(() => done("fetched"), () => {});
        })""",
        elsewhere,
    )
    assert refused.startswith(elsewhere)


def test_the_reading_list_answers_at_once_and_is_fetched_at_the_press_of_a_button(
    window: Page, golden: Service, tmp_path: Path
) -> None:
    with served() as site:
        site.pages["/pool.pdf"] = file(POOL_REPORT)
        entry = read_entry(BRIEF.replace(b"https://baths.example/pool.pdf", site.at("/pool.pdf").encode()), "21-pool")
        with (
            empty_library(golden, tmp_path / "library", [entry]) as service,
            running(service) as address,
            visiting(window, address) as page,
        ):
            service.downloads._new_fetcher = lambda folder: Fetcher(folder, pause=0, limits=QUICK, private=True)
            ask(page, "What does a season ticket for the pool cost?")
            expect(page.locator(".turn")).to_contain_text("40 pounds")
            expect(page.locator(".card.best")).to_contain_text("Our brief of Sharing the pool")
            expect(page.locator("#notice")).to_contain_text("Answers quote our own briefs")

            ask(page, "Who won the football World Cup in 2014?")
            expect(page.locator("#turn-2 .verdict")).to_contain_text("do not answer that question")
            page.get_by_role("button", name="Fetch the report of the reading list").click()
            expect(page.get_by_role("tab", name="Library")).to_have_attribute("aria-selected", "true")
            label = "The reading list: 1 on the list, 0 here, 1 can be fetched"
            expect(page.get_by_role("button", name=label)).to_be_focused()
            expect(page.locator("#entry-21")).to_contain_text("Not fetched yet")
            expect(page.get_by_role("button", name=label)).to_be_in_viewport()
            page.get_by_role("button", name="Fetch the reports that are free").click()
            expect(page.locator("#entry-21 .state")).to_have_text("Here")
            expect(page.locator("#notice")).to_be_empty()
            expect(page.locator("#entry-21")).to_contain_text("Fetched on")
            expect(page.locator("#reading-list")).to_contain_text("1 on the list, 1 here, 0 can be fetched")
            expect(page.get_by_role("button", name="Fetch the reports that are free")).not_to_be_visible()

            ask(page, "What does a day ticket for the pool cost?")
            expect(page.locator("#turn-3")).to_contain_text("a day ticket costs two")
            expect(page.locator("#turn-3 .votes")).to_be_visible()
            expect(page.locator("#turn-3 .card.best")).not_to_contain_text("Our brief")


def test_what_was_read_wrongly_is_put_right_by_keyboard_and_shown_at_once(page: Page, tmp_path: Path) -> None:
    add(page, tmp_path, my_old_notes_txt=QUOTE.encode())
    expect(page.get_by_label("Show", exact=True)).to_contain_text("Check this: 1 report")
    act(page, "my.old.notes", "Edit its data")
    form = page.locator("#shelf-edit")
    title = page.get_by_label("Title", exact=True)
    expect(title).to_have_value(re.compile("."))
    title.fill("Paying people fairly")
    page.get_by_label("Authors, one a line").fill("Ann Ode\nBo Day")
    page.get_by_label("Year, or nothing").fill("soon")
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    expect(form.get_by_role("alert")).to_have_text("“soon” is no year.")
    page.get_by_label("Year, or nothing").fill("2009")
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    expect(form.get_by_role("status")).to_have_text("Saved: title, authors, year.")
    page.keyboard.press("Escape")
    expect(title).to_be_hidden()
    expect(page.locator("#reports tbody tr").first).to_contain_text("Put right by a person: title, authors, year")
    expect(page.get_by_label("What can be done with Paying people fairly")).to_be_focused()
    expect(page.locator("#reports tbody a").first).to_have_text("Paying people fairly")
    expect(page.get_by_label("Show", exact=True)).not_to_contain_text("Check")
    act(page, "Paying people fairly", "Edit its data")
    page.get_by_role("button", name="Back to what was read").press("Enter")
    expect(form.get_by_role("status")).to_have_text("It is known again as it was read.")
    expect(title).not_to_have_value("Paying people fairly")
    page.get_by_role("button", name="Close without saving").press("Enter")
    expect(title).to_be_hidden()
    act(page, "my.old.notes", "Edit its data")
    expect(title).to_be_visible()
    page.go_back()
    expect(title).to_be_hidden()
    expect(page.get_by_label("Show", exact=True)).to_contain_text("Check")
    ris = (
        "TY  - RPRT",
        "TI  - Paying people fairly",
        "AU  - Ode, Ann",
        "PY  - 2009",
        "L1  - my.old.notes.txt",
        "ER  - ",
    )
    (tmp_path / "mine.ris").write_text("\n".join(ris))
    page.locator("input[type=file]").set_input_files(tmp_path / "mine.ris")
    page.get_by_role("button", name="Add to the library").click()
    expect(page.locator(".outcomes tr.corrected")).to_contain_text("my.old.notes.txt: title, authors, year")
    expect(page.locator("#reports tbody a").first).to_have_text("Paying people fairly")
