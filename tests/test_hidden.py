"""What no browser shows of a page is not read; what a reader can open is."""

from __future__ import annotations

import pytest

from ingest.readers.plain.markup import read_markdown
from ingest.readers.web.html import read_html

SHOWN = "The tool library lends four hundred tools."
SECRET = "The tool library closed in 2016."


def texts(body: str, head: str = "") -> list[str]:
    page = f"<!doctype html><html><head><title>Tools</title>{head}</head><body><p>{SHOWN}</p>{body}</body></html>"
    return [block.text for block in read_html(page.encode(), "tools.html").pages[0].blocks]


@pytest.mark.parametrize(
    "body",
    [
        "<p hidden>{}</p>",
        '<p hidden="hidden">{}</p>',
        '<div style="display:none"><section><p>{}</p></section></div>',
        '<p style="color: red; DISPLAY : none !important;">{}</p>',
        '<p style="visibility:hidden">{}</p>',
        '<span style="opacity: 0">{}</span>',
        '<p style="font-size:0px">{}</p>',
        '<p style="text-indent:-9999px">{}</p>',
        '<p style="position:absolute; left:-100em">{}</p>',
        '<span style="position:absolute;clip:rect(0 0 0 0);width:1px">{}</span>',
        '<p style="color:#fff;background:white">{}</p>',
        '<p style="color:#FFFFFF">{}</p>',
        '<div style="background-color:rgb(0,0,0)"><p style="color:black">{}</p></div>',
        '<p style="color:transparent">{}</p>',
        "<template><p>{}</p></template>",
        '<div id="popup" class="modal" style="display:none"><p>{}</p></div><a href="#popup">More</a>',
    ],
)
def test_what_its_own_style_hides_is_not_read(body: str) -> None:
    assert SECRET not in " ".join(texts(body.format(SECRET)))
    assert SHOWN in texts(body.format(SECRET))


@pytest.mark.parametrize(
    "sheet",
    [
        ".old { display: none }",
        "#gone{visibility:hidden}",
        "main > p.old, .other { color: red; display:none }",
        "@media screen { .old { display: none } }",
        "@media screen and (min-width: 40em) { .old { display: none } }",
        "@media print { .old { display: block } } /* .old { display: block } */ .old{display:none}",
        ".old { display: block } p.old { display: none } .old { display: block }",
        ".old:hover { display: block } .old { display: none }",
        "aside { display: none }",
        ".old { color: white; background-color: #fff }",
    ],
)
def test_what_a_rule_of_the_page_hides_is_not_read(sheet: str) -> None:
    body = f'<main><p class="old" id="gone">{SECRET}</p></main>'
    body = body.replace("<main>", "<aside>").replace("</main>", "</aside>") if "aside" in sheet else body
    assert texts(body, f"<style>{sheet}</style>") == [SHOWN]


@pytest.mark.parametrize(
    ("body", "sheet"),
    [
        ("<details><summary>More</summary><p>{}</p></details>", ""),
        ('<p hidden="until-found">{}</p>', ""),
        ('<p aria-hidden="true">{}</p>', ""),
        ('<div class="visually-hidden"><p>{}</p></div>', ""),  # what a picture beside it shows
        ('<p class="old">{}</p>', "@media print { .old { display: none } }"),
        ('<p class="old">{}</p>', "@media (max-width: 600px) { .old { display: none } }"),
        ('<p class="old">{}</p>', ".old { display: none } .old { display: block }"),
        ('<p class="old" style="display:block">{}</p>', ".old { display: none }"),
        ('<p class="old">{}</p>', ".older, .old:hover { display: none }"),
        ('<p class="old">{}</p>', ".old::before { display: none } .old[ { display: none }"),
        ('<div style="display:none" id="two" role="tabpanel"><p>{}</p></div>', ""),
        ('<a href="#two">Two</a><div style="display:none" id="two"><p>{}</p></div>', ""),
        ('<div class="accordion-body" style="display:none"><p>{}</p></div>', ""),
        ('<div style="background:#036"><p style="color:#fff">{}</p></div>', ""),
        ('<p style="opacity:0.9; text-indent:-2em; font-size:90%">{}</p>', ""),
        ('<div style="background:url(a.png)"><p style="color:white">{}</p></div>', ""),
    ],
)
def test_what_is_shown_or_can_be_opened_is_read(body: str, sheet: str) -> None:
    assert SECRET in texts(body.format(SECRET), f"<style>{sheet}</style>")


def test_the_text_after_what_is_hidden_stays() -> None:
    assert texts(f"<p>Bring <span hidden>{SECRET}</span>a hammer.</p>")[1:] == ["Bring a hammer."]


def test_a_page_that_its_programs_show_is_read() -> None:
    page = (
        f'<html><body style="visibility:hidden"><div style="opacity:0"><p>{SHOWN}</p><p>{SHOWN}</p></div></body></html>'
    )
    assert [block.text for block in read_html(page.encode(), "tools.html").pages[0].blocks] == [SHOWN, SHOWN]


def test_what_html_in_markdown_hides_is_not_read() -> None:
    text = f"# Tools\n\n{SHOWN}\n\n<p hidden>{SECRET}</p>\n"
    assert [block.text for block in read_markdown(text.encode(), "tools.md").pages[0].blocks] == ["Tools", SHOWN]
