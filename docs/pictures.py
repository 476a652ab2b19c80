"""The pictures of the page in the README: `make pictures`. Every screen, wide and narrow, over our own texts."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from service import Settings, open_service
from tests.conftest import GOLDEN, golden_pdf
from tests.test_browser import CHROMIUM, FLAGS, tab
from tests.test_page import running

FOLDER = Path(__file__).parent / "pictures"
SIZES = {"wide": (1280, 860), "narrow": (360, 740)}


def take(page: Page, name: str, size: str) -> None:
    """Keep what is on the screen, in few colours, for a README is read over slow lines too."""
    page.wait_for_timeout(600)
    page.evaluate("document.getElementById('said')?.remove()")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("P", palette=Image.Palette.ADAPTIVE, colors=64)
    picture.save(FOLDER / f"{name}-{size}.png", optimize=True)


def walk(page: Page, size: str) -> None:
    """Go through the screens and take a picture of each."""
    box = page.get_by_label("Your question")
    box.fill("What is co-production?")
    box.press("Enter")
    expect(page.locator("#turn-1 .votes")).to_be_visible()
    take(page, "ask", size)
    page.locator(".turn button.keep").last.click()
    box.fill("What did the time credit scheme cost a year?")
    box.press("Enter")
    expect(page.locator("#turn-2 .votes")).to_be_visible()
    page.locator("#turn-2 a.where").first.click()
    expect(page.frame_locator("#viewer iframe").locator("mark").first).to_be_visible()
    take(page, "page", size)
    page.get_by_role("button", name="Close").click()
    page.locator(".turn button.keep").last.click()
    tab(page, "Find")
    page.get_by_label("Find passages").fill("sharing power with people who use services")
    expect(page.locator("#found mark").first).to_be_visible()
    take(page, "find", size)
    tab(page, "Compare")
    page.get_by_label("Compare what the reports say").fill("What is co-production?")
    page.keyboard.press("Enter")
    expect(page.locator(".comparison").first).to_be_visible()
    take(page, "compare", size)
    tab(page, "Evidence")
    expect(page.locator("#kept blockquote").first).to_be_visible()
    take(page, "evidence", size)
    tab(page, "Conversations")
    expect(page.locator("#kept-talk li").first).to_be_visible()
    take(page, "conversations", size)
    tab(page, "Library")
    expect(page.locator("#reports tbody tr").first).to_be_visible()
    take(page, "library", size)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        reports = Path(folder) / "reports"
        reports.mkdir()
        for source in GOLDEN.glob("*.txt"):
            title, text = source.read_text(encoding="utf-8").split("\n", 1)
            (reports / f"{source.stem}.pdf").write_bytes(golden_pdf(text, title))
        service = open_service(Settings(Path(folder) / "library"))
        service.reading_list.fill()
        list(service.library.add([reports]))
        FOLDER.mkdir(exist_ok=True)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, chromium_sandbox=False, args=FLAGS.split())
        with running(service) as address:
            for size, (width, height) in SIZES.items():
                context = browser.new_context(viewport={"width": width, "height": height})
                page = context.new_page()
                page.goto(address)
                walk(page, size)
                context.close()
        browser.close()


if __name__ == "__main__":
    main()
