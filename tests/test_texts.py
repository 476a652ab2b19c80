"""The texts of the page in other languages: all are marked, gathered, and shown in the language that is set."""

from __future__ import annotations

import ast
import gettext
import json
import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from playwright.sync_api import Page, expect

from cli.language import CATALOGUES, set_language
from ingest.reading_list.entry import read_entries
from ingest.sandbox.sandbox import SandboxedReaders
from rag.generation import servers
from rag.language import day_words, language, languages
from service import Service, Settings, open_service, wiring
from tests.test_browser import CHROMIUM, browser, visiting, window  # noqa: F401 (fixtures are found by their names)
from tests.test_page import running

ROOT = Path(__file__).parents[1]
MARKED = ("export", "ingest", "page", "rag", "service")
QUESTIONS = ("What did the time credit scheme cost a year?", "Who won the football World Cup in 2014?")
# Words of Gradio's own service, which it shows in the language of the browser, from its own catalogues.
GRADIOS = ("Click to upload or drop files", "Drop File Here", "- or -", "Click to Upload", "Loading...", "Loading")
# Names that are the same in every language.
NAMES = (
    "Markdown",
    "BibTeX",
    "CSL-JSON",
    "https://",
    "ollama pull llama3.2",
    "Ollama",
    "LM Studio",
    "Cymraeg",
    "English (United Kingdom)",
)


def template() -> Catalog:
    with (CATALOGUES / "coproduction.pot").open("rb") as file:
        return read_po(file)


def ids(message: Message) -> tuple[str, ...]:
    """What a message stands for: one text, or one and its plural."""
    return message.id if isinstance(message.id, tuple) else (str(message.id),)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def strangers(catalogue: Catalog) -> list[str]:
    """The translations with a field in braces that their text does not have, or braces that hold none."""
    found = []
    for message in catalogue:
        known = set().union(*map(fields, ids(message))) if message.id and "{" in "".join(ids(message)) else set()
        told = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if "python-format" not in message.flags and message.id and known:
            found += [text for text in told if text and not _fits(text, known)]
    return found


def _fits(text: str, known: set[str]) -> bool:
    try:
        return fields(text) <= known
    except ValueError:
        return False


def test_the_template_holds_just_the_texts_of_the_code() -> None:
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["babel"]["mappings"]
    methods = [(each["pattern"], each["method"]) for each in mappings]
    found = {
        text
        for package in MARKED
        for _, _, text, _, _ in extract_from_dir(ROOT / package, methods, keywords=DEFAULT_KEYWORDS | {"N_": None})
    }
    gathered = {message.id for message in template() if message.id}
    assert gathered == found, "Run: make texts"


def test_no_text_is_marked_within_an_f_string() -> None:
    """Python 3.11 tells the program that gathers texts nothing of what is inside of one."""
    within = [
        f"{path}:{call.lineno}"
        for package in MARKED
        for path in (ROOT / package).rglob("*.py")
        for joined in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(joined, ast.JoinedStr)
        for call in ast.walk(joined)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in ("_", "ngettext")
        and isinstance(call.args[0], ast.Constant)
    ]
    assert within == []


def at_import(node: ast.AST) -> Iterator[ast.AST]:
    """What of a module is carried out when it is imported: all but what stands inside of functions."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield child
            yield from at_import(child)


def test_nothing_is_translated_at_import() -> None:
    early = [
        f"{path}:{node.lineno}"
        for package in MARKED
        for path in (ROOT / package).rglob("*.py")
        for node in at_import(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "ngettext")
    ]
    assert early == []


def test_every_translation_has_only_the_fields_of_its_text() -> None:
    for path in CATALOGUES.glob("*/LC_MESSAGES/*.po"):
        with path.open("rb") as file:
            assert strangers(read_po(file)) == [], path


def test_a_translation_with_another_field_is_found() -> None:
    made_up = Catalog("cy")
    made_up.add("{count} page", "{cyfrif} tudalen")
    made_up.add(("{count:,} report", "{count:,} reports"), ("{count} adroddiad", "adroddiad", "{", "", ""))
    made_up.add("Save {title}", "Cadw {title}")
    assert strangers(made_up) == ["{cyfrif} tudalen", "{"]


def wrapped(text: str) -> str:
    """A text as the made-up language has it, with signs that would break an attribute."""
    return f"⟦{text}'\">⟧"


@contextmanager
def supporting_reports(language: str, catalogues: Path = CATALOGUES) -> Iterator[None]:
    """Speak a language for a while, and then what was spoken before."""
    domain, folder = gettext.textdomain(), gettext.bindtextdomain("coproduction")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LANGUAGE", "")
        set_language(language, catalogues)
        yield
    gettext.textdomain(domain)
    gettext.bindtextdomain("coproduction", folder)


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A language in which every text is wrapped, set after all modules have been imported."""
    folder = tmp_path_factory.mktemp("locale")
    into = folder / "cy" / "LC_MESSAGES"
    into.mkdir(parents=True)
    catalogue = Catalog("cy", domain="coproduction")
    for message in template():
        if isinstance(message.id, tuple):
            catalogue.add(message.id, tuple(wrapped(message.id[1]) for _ in range(catalogue.num_plurals)))
        elif message.id:
            catalogue.add(message.id, wrapped(str(message.id)))
    with (into / "coproduction.mo").open("wb") as file:
        write_mo(file, catalogue)
    with supporting_reports("cy", folder):
        yield


@pytest.fixture(scope="module")
def address(made_up: None, golden: Service) -> Iterator[str]:
    # Anew, with readers of its own: files are read in the language of the start.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wiring, "SandboxedReaders", SandboxedReaders)
        service = open_service(Settings(golden.library.folder))
        patch.setattr(servers, "PROGRAMS", {})
        with running(service) as at:
            yield at


@pytest.fixture
def page(window: Page, address: str) -> Iterator[Page]:  # noqa: F811
    with visiting(window, address) as opened:
        expect(opened.locator("#asking textarea")).to_be_visible()
        yield opened


def choose(page: Page, name: str) -> None:
    page.get_by_role("tab", name=wrapped(name), exact=True).click()


def ask(page: Page, question: str, turn: int) -> None:
    page.locator("#asking textarea").fill(question)
    page.locator("#asking textarea").press("Enter")
    expect(page.locator(f"#turn-{turn} .votes")).to_be_visible()


def screens(page: Page, bad: Path) -> Iterator[str]:
    """Go through every screen, naming each."""
    expect(page.locator("#welcome p")).to_be_visible()
    yield "nothing asked"
    page.locator("button[data-address='/help']").click()
    expect(page.locator("#dialog dl.keys")).to_be_visible()
    yield "the help"
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.go_back()
    expect(page.locator("#leaving")).to_be_visible()
    yield "asked whether to leave"
    page.keyboard.press("Escape")
    page.wait_for_function("history.state?.stays")
    page.locator("button[data-address='/settings']").click()
    page.locator("#dialog #language").select_option("en-GB")
    page.locator("#dialog form[action='/settings/language'] button").click()
    expect(page.locator("#dialog [role=status]")).to_contain_text("English (United Kingdom)")
    page.locator("#dialog button[value=look]").click()
    expect(page.locator("#dialog [role=status]")).to_be_visible()
    yield "the settings"
    page.keyboard.press("Escape")
    ask(page, QUESTIONS[0], 1)
    page.locator(".votes button[value=no]").first.click()
    page.locator(".why input").fill(QUESTIONS[0])
    page.locator(".why button").click()
    expect(page.locator("#said")).to_contain_text("⟦")  # it is seen for a few seconds, and there for longer
    page.locator(".turn .menu summary").first.click()
    yield "an answer"
    page.locator("a.where").first.click()
    expect(page.frame_locator("#viewer iframe").locator("mark").first).to_be_visible()
    yield "a page beside it"
    page.keyboard.press("Escape")
    expect(page.locator("#viewer")).to_be_hidden()  # the focus goes back to the citation then, and not later
    ask(page, QUESTIONS[1], 2)
    page.locator(".turn button.keep").first.click()
    expect(page.locator(".turn button.keep").first).to_have_attribute("aria-pressed", "true")
    yield "a refusal"
    choose(page, "Find")
    yield "nothing looked for"
    page.locator("#find-named").fill("time")
    page.locator("#find-words").fill("time credits")
    expect(page.locator("#found mark").first).to_be_visible()
    yield "passages found"
    choose(page, "Compare")
    yield "nothing compared"
    page.locator("#compare-question").fill(QUESTIONS[0])
    page.locator("#compare-question").press("Enter")
    expect(page.locator(".comparison").first).to_be_visible()
    yield "a comparison"
    choose(page, "Evidence")
    expect(page.locator("#kept blockquote").first).to_be_visible()
    yield "evidence"
    page.locator("#kept form.send button").first.click()
    expect(page.locator("#kept form.send p")).to_be_visible()
    yield "evidence taken out"
    choose(page, "Conversations")
    expect(page.locator("#kept-talk li").first).to_be_visible()
    page.locator("#kept-talk .menu summary").first.click()
    yield "conversations"
    choose(page, "Library")
    expect(page.locator("#reports tbody tr").first).to_be_visible()
    page.locator("input[type=file]").set_input_files(bad)
    expect(page.locator("tr.file")).to_have_count(1)
    page.locator("button.primary:visible").click()
    expect(page.locator(".outcomes .failed")).to_be_visible(timeout=60_000)
    # The list of what was chosen, in Gradio's own words, goes a moment after what became of it is told.
    expect(page.locator("tr.file")).to_have_count(0)
    yield "the library"


# What can be seen or is read out: the texts, outside of what is a report's or the reader's own, and the attributes.
SEEN = """() => {
    const texts = [], attributes = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const place = walker.currentNode.parentElement;
        if (place.checkVisibility() && !place.closest("script, style, template, textarea")) {
            const own = place.closest("blockquote, cite, q, .text, .turn > h2, .around, #examples button");
            texts.push(own ? "" : walker.currentNode.textContent);
        }
    }
    for (const element of document.querySelectorAll("*")) {
        if (!element.checkVisibility()) continue;
        for (const name of ["aria-label", "placeholder", "title", "alt"]) {
            if (element.getAttribute(name)) attributes.push(element.getAttribute(name));
        }
    }
    return [texts.join("\\n"), ...attributes];
}"""


def unwrapped(text: str, own: list[str]) -> list[str]:
    """The words of a text that are neither in the made-up language nor among its `own`, one a line."""
    for words in own:
        text = text.replace(words, "")
    before = ""
    while text != before:
        before, text = text, re.sub(r"⟦[^⟦⟧]*⟧", "", text)
    return [line.strip() for line in text.splitlines() if re.search(r"[^\W\d_]{2}", line)]


def owned(service: Service, page: Page) -> list[str]:
    """What is a report's, the reading list's or the reader's own, longest first."""
    own = [*QUESTIONS, *GRADIOS, *NAMES, "broken.pdf", day_words(date.today())]
    for details in service.library.all_details():
        own += [details.title, details.file, details.publisher]
    for entry in read_entries():
        own += [entry.listed_as, entry.advice, *entry.uncertain]
        own += [text for work in entry.works.values() for text in (work.title, work.publisher, work.address)]
    own += page.locator("blockquote, blockquote b, .turn b").all_text_contents()
    return sorted(filter(None, own), key=len, reverse=True)


@pytest.mark.skipif(not CHROMIUM, reason="Install Chromium (the package chromium) to test the page in it.")
def test_every_screen_speaks_the_language_that_is_set(page: Page, golden: Service, tmp_path: Path) -> None:
    bad = tmp_path / "broken.pdf"
    bad.write_bytes(b"This is no PDF.")
    english = []
    for name in screens(page, bad):
        expect(page.locator("[aria-busy=true]:visible")).to_have_count(0)
        for frame in page.frames:
            own = owned(golden, page)
            english += [f"{name}: {line}" for text in frame.evaluate(SEEN) for line in unwrapped(text, own)]
        assert page.evaluate("document.documentElement.lang") == "cy"
    assert english == []


def test_what_is_neither_wrapped_nor_own_is_found() -> None:
    assert unwrapped("⟦See ⟦page 3⟧ of T⟧\nHerons, ⟦page 3⟧\nKeep", ["Herons"]) == ["Keep"]


def test_days_and_the_languages_name_follow(made_up: None) -> None:
    assert (day_words(date(2016, 8, 29)), language()) == ("29 Awst 2016", "cy")
    assert languages() == {"en-GB": "English (United Kingdom)", "cy": "Cymraeg"}


def test_english_is_spoken_where_there_is_no_catalogue() -> None:
    with supporting_reports("xx"):
        assert (day_words(date(2016, 8, 29)), language()) == ("29 August 2016", "en-GB")


def test_the_language_is_a_setting() -> None:
    assert Settings.from_environment({"COPRODUCTION_LANGUAGE": " gd "}).language == "gd"


def test_no_sentence_stands_in_the_scripts() -> None:
    for script in [ROOT / "page" / "screens" / "conversation.js", *(ROOT / "page" / "static").glob("*.js")]:
        code = re.sub(r"(?<![:\"'`])//.*", "", script.read_text(encoding="utf-8"))
        quoted = re.findall(r"\"([^\"\n]*)\"|'([^'\n]*)'|`([^`]*)`", code)
        assert [text for text in map("".join, quoted) if re.search(r"^[A-Z][a-z]+ [a-z]+ [a-z]+", text)] == [], script


@pytest.mark.skipif(not CHROMIUM, reason="Install Chromium (the package chromium) to test the page in it.")
def test_the_script_is_given_just_the_texts_that_it_uses(page: Page) -> None:
    told = page.evaluate("document.getElementById('texts').textContent")
    scripts = [path.read_text(encoding="utf-8") for path in (ROOT / "page" / "static").glob("*.js")]
    assert set(json.loads(told)) == set(re.findall(r"\btexts\.(\w+)", "".join(scripts)))
