"""What stands on a web page beside its report is not read; a report about such things is."""

from __future__ import annotations

import pytest

from ingest.readers.web.html import read_html

TOLD = "Nine closes share one laundry, and the laundry pays for the Sunday lunch."
ASIDE = "The laundry has at least forty machines, great stuff!"
LONG = " ".join([TOLD] * 9)


def texts(page: str) -> list[str]:
    head = "<head><title>The shared laundry</title></head>"
    return [block.text for block in read_html(f"<html>{head}{page}</html>".encode(), "a.html").pages[0].blocks]


# {} is where the aside stands.
BESIDE = [
    '<div id="CybotCookiebotDialog"><p>{}</p></div>',
    '<div class="gdpr-overlay"><p>{}</p></div>',
    '<div class="privacyBanner"><p>{}</p></div>',
    '<section id="usercentrics-root"><p>{}</p></section>',
    '<div class="x1"><p>We use cookies and similar tracking. {}</p><button>Accept</button></div>',
    '<div class="x1"><p>We value your privacy. {}</p></div>',
    '<div role="dialog"><p>{}</p></div>',
    '<section class="related-articles"><h2>Read next</h2><ul><li><a href="/a">{}</a></li></ul></section>',
    '<h2>You may also like</h2><ul><li><a href="/a">{}</a></li></ul>',
    '<h3>Related articles</h3><p><a href="/a">{}</a></p>',
    '<div class="x"><p><strong>More from this site</strong></p><p><a href="/a">{}</a></p></div>',
    '<div class="outbrain"><p>{}</p></div>',
    '<div class="comments" id="comments"><h3>2 comments</h3><p>Dan says: {}</p></div>',
    "<section><h2>Comments (3)</h2><p>{}</p></section>",
    "<h2>Leave a reply</h2><p>{}</p>",
    "<h2>Reader comments</h2><div><p>{}</p></div>",
    '<ol class="commentlist"><li>{}</li></ol>',
    '<div id="disqus_thread"><p>{}</p></div>',
    '<div itemscope itemtype="https://schema.org/Comment"><p>{}</p></div>',
    '<article class="comment"><div class="comment-body"><p>{}</p></div></article>',
    '<div id="comments" class="comments-area"><p>{}</p><form><textarea></textarea></form></div>',
    '<form class="newsletter-signup"><p>Sign up for our newsletter. {}</p></form>',
    '<form><p>Subscribe to our newsletter. {}</p><input type="email"></form>',
    '<div class="mc4wp-form"><p>{}</p><input type="email"></div>',
    "<section><h2>Sign up for our newsletter</h2><p>{}</p></section>",
    '<div class="advertisement"><p>{}</p></div>',
    '<aside class="ad"><p>{}</p></aside>',
    '<div class="share-buttons"><p>{}</p></div>',
    '<div class="popup"><p>{}</p></div>',
    '<ul class="social"><li><a href="/t">{}</a></li></ul>',
]


@pytest.mark.parametrize("beside", BESIDE)
@pytest.mark.parametrize("told", [TOLD, LONG])
@pytest.mark.parametrize("order", ["<body>{1}<main>{0}</main></body>", "<body><main>{0}</main>{1}</body>"])
def test_what_stands_beside_the_report_is_not_read(beside: str, told: str, order: str) -> None:
    page = order.format(f"<h1>The shared laundry</h1><p>{told}</p>", beside.format(ASIDE))
    assert texts(page) == ["The shared laundry", told]


def test_comments_may_be_longer_than_the_report() -> None:
    threads = f"<li><p>{ASIDE}</p></li>" * 40
    page = (
        f'<body><h1>The laundry</h1><p>{TOLD}</p><div id="comments"><h2>40 Comments</h2><ol>{threads}</ol></div></body>'
    )
    assert texts(page) == ["The laundry", TOLD]


@pytest.mark.parametrize(
    "body",
    [
        "<main><h1>Comments on the plan</h1><h2>Comments</h2><p>{}</p></main>",
        '<main><h1>What people said</h1><section class="comments"><h2>On the path</h2><p>{}</p></section></main>',
        "<main><h1>A newsletter by tenants</h1><h2>Newsletter</h2><p>" + LONG + "</p><p>{}</p></main>",
        '<main><h1>Study</h1><div class="newsletter-study"><p>{} ' + LONG + "</p></div></main>",
        "<main><h1>Web sites of councils</h1><p>We use cookies to count who visits, and {}</p></main>",
        "<main><h1>Study</h1><section><h2>Related research</h2><p>{}</p></section></main>",
        "<main><h1>Study</h1><h2>Related content</h2><p>Four earlier studies say so. {}</p></main>",
        '<main><h1>Study</h1><section class="consent"><h2>Consent</h2><p>{}</p></section></main>',
        "<main><h1>Study</h1><h2>Three responses</h2><p>{}</p></main>".replace("Three responses", "Responses"),
        "<main><h1>Study</h1><h2>Discussion</h2><p>{}</p></main>",
        '<main><h1>Study</h1><div class="recommendations"><h2>Recommendations</h2><p>{}</p></div></main>',
        '<body><h1>Study</h1><div class="recommendations"><h2>Recommendations</h2><p>{}</p></div></body>',
        '<main><h1>Study</h1><div class="share-case"><p>{}</p></div></main>',
        "<main><h1>Study</h1><aside><p>{}</p></aside></main>",
        '<article class="related"><h1>Study</h1><p>{}</p></article>',
        '<div class="modal"><h1>Study</h1><p>{}</p></div>',
        "<form><h1>Questions for the panel</h1><p>{} " + LONG + "</p><input></form>",
        '<main><h1>Study</h1><p class="social">{}</p></main>',
    ],
)
def test_a_report_about_such_things_is_read(body: str) -> None:
    assert ASIDE in " ".join(texts(body.format(ASIDE)))


def test_an_answer_of_readers_is_known_by_the_form_below_it_where_a_page_marks_nothing_else() -> None:
    page = f'<body><h1>A</h1><p>{LONG}</p><div class="comments"><p>{ASIDE}</p><textarea></textarea></div></body>'
    assert ASIDE not in texts(page)
