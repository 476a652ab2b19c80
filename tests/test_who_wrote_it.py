"""Who wrote a report, and when, in every format but PDF: as it says itself, whatever program made its file."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import docx
import pptx
import pytest
from docx.enum.style import WD_STYLE_TYPE

from ingest.readers import read_reports
from ingest.readers.title_page.metadata import in_order
from ingest.report import Details, Report
from tests.test_formats_people_have import opendocument

TEXT = "Fifty-eight pairs met every week in the harbour, and the volunteers kept a diary of what they did together."


def details(data: bytes | str, suffix: str, file: str = "x1") -> Details:
    made = data.encode() if isinstance(data, str) else data
    [report] = read_reports(made, f"{file}{suffix}", suffix)
    assert isinstance(report, Report), report
    return report.details


def page(head: str = "", body: str = f"<h1>Sharing the harbour</h1><p>{TEXT}</p>") -> Details:
    return details(f"<html><head><title>Sharing the harbour</title>{head}</head><body>{body}</body></html>", ".html")


def ld(*things: Any) -> str:
    told = things[0] if len(things) == 1 else {"@context": "https://schema.org", "@graph": things}
    return f'<script type="application/ld+json">{json.dumps(told)}</script>'


def who(found: Details) -> tuple[tuple[str, ...], str, int | None]:
    return found.authors, found.publisher, found.year


ANN, BO = {"@type": "Person", "name": "Ann Rowe"}, {"@type": "Person", "givenName": "Bo", "familyName": "Lee"}
TRUST = {"@type": "Organization", "name": "Harbour Trust"}
SAYS = (("Ann Rowe", "Bo Lee"), "Harbour Trust", 2019)


# Web pages.


@pytest.mark.parametrize(
    "head",
    [
        ld({"@type": "Report", "headline": "Sharing the harbour", "author": [ANN, BO], "publisher": TRUST,
            "datePublished": "2019-03-04", "dateModified": "2023-01-01"}),
        ld({"@type": "WebSite", "name": "The site", "publisher": {"name": "Another"}},
           {"@type": "WebPage", "datePublished": "2021-01-01", "author": {"name": "Cy Day"}},
           {"@type": ["Article", "Thing"], "author": [{"@id": "#ann"}, BO], "publisher": {"@id": "#trust"},
            "datePublished": "2019"},
           {**ANN, "@id": "#ann"}, {**TRUST, "@id": "#trust"}),
        ld([{"@type": "BreadcrumbList"}, {"@type": "http://schema.org/ScholarlyArticle", "creator": ["Rowe, Ann", BO],
             "sourceOrganization": TRUST, "datePublished": "March 2019"}]),
        '<script type="application/ld+json">\n//<![CDATA[\n{"@type": "NewsArticle", "author": [{"name": "Ann Rowe"},'
        '{"name": "Bo Lee"}], "publisher": {"name": "Harbour Trust"}, "datePublished": "2019-03-04T00:00:00+00:00"}'
        "\n//]]></script>",
        '<script type="application/ld+json">{broken</script><meta name="citation_author" content="Rowe, Ann">'
        '<meta name="citation_author" content="Lee, Bo"><meta name="citation_publisher" content="Harbour Trust">'
        '<meta name="citation_publication_date" content="2019/03/04">',
        '<meta name="DC.Creator" content="Ann Rowe"><meta name="dc.creator" content="Bo Lee"><meta name="DC.Publisher"'
        ' content="Harbour Trust"><meta name="DC.Date.Modified" content="2022"><meta name="DCTERMS.issued"'
        ' content="2019-03">',
        '<meta property="article:author" content="Ann Rowe"><meta property="article:author" content="Bo Lee">'
        '<meta property="og:site_name" content="Harbour Trust"><meta property="article:modified_time" content="2022-02'
        '-02"><meta property="article:published_time" content="2019-02-02T08:00:00Z">',
    ],
)  # fmt: skip
def test_what_the_head_of_a_page_says_for_those_who_cite(head: str) -> None:
    found = page(head)
    assert (found.title, who(found)) == ("Sharing the harbour", SAYS) and found.guessed == ()


@pytest.mark.parametrize(
    "body",
    [
        f"""<article itemscope itemtype="https://schema.org/Article"><h1 itemprop="headline">Sharing the harbour</h1>
        <span itemprop="author" itemscope itemtype="https://schema.org/Person"><b itemprop="name">Ann Rowe</b></span>
        <span itemprop="author">Bo Lee</span><time itemprop="datePublished" datetime="2019-03-04">4 March</time>
        <div itemprop="publisher" itemscope><meta itemprop="name" content="Harbour Trust"></div><p>{TEXT}</p>
        <div itemprop="comment" itemscope><span itemprop="author">Cy Day</span></div></article>""",
        f"""<h1>Sharing the harbour</h1><p class="byline">By <a rel="author">Ann Rowe</a> and Bo Lee</p>
        <p>Published <time datetime="2019-03-04">4 March 2019</time></p><p>Updated <time>5 May 2022</time></p>
        <p>{TEXT}</p><p>Published by Harbour Trust</p>""",
        f"""<h1>Sharing the harbour</h1><p>By Ann Rowe and Bo Lee, 4 March 2019</p><dl><dt>From:</dt><dd>Harbour Trust
        </dd><dt>Published</dt><dd>4 March 2019</dd><dt>Last updated</dt><dd>5 May 2022</dd></dl><p>{TEXT}</p>""",
        f"""<h1>Sharing the harbour</h1><div class="post-author">Ann Rowe, Bo Lee</div><p>Publisher: Harbour Trust</p>
        <div class="entry-date">Posted <time class="updated" datetime="2022-01-01">1 January 2022</time><time
        class="entry-date published" datetime="2019-03-04">4 March 2019</time></div><p>{TEXT}</p>""",
        f"""<h1>Sharing the harbour</h1><p>Authors: Ann Rowe, Bo Lee</p><p>First published 4 March 2019. Last updated 5
        May 2022.</p><p>{TEXT}</p><p>© 2019 Harbour Trust</p>""",
    ],
)
def test_what_a_page_shows_of_who_wrote_it(body: str) -> None:
    found = page(body=body)
    assert (found.title, who(found)) == ("Sharing the harbour", SAYS)
    assert "year" not in found.guessed


def test_the_day_of_the_last_change_is_a_guess_and_only_for_want_of_another() -> None:
    for head, body in (
        ('<meta property="article:modified_time" content="2022-02-02">', ""),
        (ld({"@type": "Article", "dateModified": "2022-02-02"}), ""),
        ("", "<p>Last updated 2 February 2022</p>"),
    ):
        found = page(head, f"<h1>Sharing the harbour</h1>{body}<p>{TEXT}</p>")
        assert (found.year, found.guessed) == (2022, ("year",))


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ('<meta name="author" content="admin"><meta name="generator" content="WordPress 6">', ""),
        ('<meta name="author" content="Rowe, Ann (HR)">', ""),
        ('<meta name="Creator" content="Acrobat PDFMaker 11 for Word">', ""),
        (ld({"@type": "Organization", "name": "x", "founder": ANN}, {"@type": "Event", "startDate": "2019-01-01"}), ""),
        ("", "<div class='comments-area'><p class='author'>Ann Rowe</p><time>2019-03-04</time></div>"),
        ("", "<p>The next meeting is on <time datetime='2019-03-04'>4 March 2019</time>.</p>"),
        ("", "<h2>Ann Rowe</h2><p>She chairs the trust.</p>"),
    ],
)
def test_what_says_nothing_of_the_report(head: str, body: str) -> None:
    assert who(page(head, f"<h1>Sharing the harbour</h1><p>{TEXT}</p>{body}")) == ((), "", None)


@pytest.mark.parametrize(
    ("title", "heading", "site", "expected"),
    [
        ("Home - Harbour Playbook", "Welcome", "", "Harbour Playbook"),
        ("Sharing the harbour | Harbour Trust", "More about it", "Harbour Trust", "Sharing the harbour"),
        ("Boats – a review | Harbour Trust", "Boats – a review", "", "Boats – a review"),
        ("Introduction - Harbour Playbook", "Introduction", "", "Introduction - Harbour Playbook"),
    ],
)
def test_the_title_of_a_page_is_that_of_the_report(title: str, heading: str, site: str, expected: str) -> None:
    head = f"<title>{title}</title><meta property='og:site_name' content='{site}'>"
    text = f"<html><head>{head}</head><body><h1>{heading}</h1><p>{TEXT}</p></body></html>"
    assert details(text, ".html").title == expected


def test_a_page_without_headings_is_titled_by_its_first_lines() -> None:
    bodies = ["GOVERNMENT OF ARDLE", "Department of the Environment"]
    lines = [*bodies, "Open Government Report 2014", "Introduction", TEXT]
    found = details("<html><head><title></title></head><body>" + "".join(f"<p>{x}</p>" for x in lines), ".html")
    assert found.title == "Open Government Report 2014"
    assert found.publisher == ", ".join(bodies)
    assert (found.year, found.guessed) == (2014, ("title", "publisher", "year"))


# Books.


def epub(metadata: str, version: int = 3) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        container = '<container><rootfiles><rootfile full-path="a.opf"/></rootfiles></container>'
        archive.writestr("META-INF/container.xml", container)
        spaces = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf"'
        archive.writestr(
            "a.opf",
            f'<package xmlns="http://www.idpf.org/2007/opf" version="{version}.0"><metadata {spaces}>{metadata}'
            '</metadata><manifest><item id="a" href="a.xhtml"/></manifest>'
            '<spine><itemref idref="a"/></spine></package>',
        )
        archive.writestr("a.xhtml", f"<html><body><h1>Chapter one</h1><p>{TEXT}</p></body></html>")
    return made.getvalue()


@pytest.mark.parametrize(
    "metadata",
    [
        """<dc:title id="s">Harbour papers</dc:title><meta refines="#s" property="title-type">collection</meta>
        <dc:title id="u">A review</dc:title><meta refines="#u" property="title-type">subtitle</meta>
        <dc:title id="t">Sharing the harbour</dc:title><meta refines="#t" property="title-type">main</meta>
        <dc:creator id="b">Bo Lee</dc:creator><meta refines="#b" property="display-seq">2</meta>
        <dc:creator id="a">Ann Rowe</dc:creator><meta refines="#a" property="role" scheme="marc:relators">aut</meta>
        <meta refines="#a" property="display-seq">1</meta><meta refines="#b" property="role">aut</meta>
        <dc:creator id="c">Cy Day</dc:creator><meta refines="#c" property="role">trl</meta>
        <dc:publisher>Harbour Trust</dc:publisher><dc:date>2019-03-04</dc:date>
        <meta property="dcterms:modified">2023-01-01T00:00:00Z</meta>""",
        """<dc:title>Sharing the harbour</dc:title><dc:creator opf:role="aut" opf:file-as="Rowe, Ann">Rowe, Ann
        </dc:creator><dc:creator opf:role="aut" opf:file-as="Lee, Bo"></dc:creator><dc:contributor opf:role="bkp">
        calibre (6.1)</dc:contributor><dc:contributor opf:role="pbl">Harbour Trust</dc:contributor>
        <dc:date opf:event="creation">2012</dc:date><dc:date opf:event="publication">2019</dc:date>
        <dc:date opf:event="modification">2022-01-01</dc:date>""",
        """<dc:title>Sharing the harbour</dc:title><dc:contributor id="a">Ann Rowe</dc:contributor><dc:contributor
        id="b">Bo Lee</dc:contributor><meta refines="#a" property="role">aut</meta><meta refines="#b" property="role">
        http://id.loc.gov/vocabulary/relators/aut</meta><dc:publisher>Harbour Trust</dc:publisher><meta
        property="dcterms:issued">2019</meta>""",
    ],
)
def test_what_a_book_says_of_itself(metadata: str) -> None:
    found = details(epub(metadata), ".epub")
    assert (found.title, who(found), found.guessed) == ("Sharing the harbour", SAYS, ())


def test_the_day_on_which_a_book_was_converted_is_a_guess() -> None:
    told = (
        '<dc:title>Harbour</dc:title><dc:date>2023-01-01</dc:date><meta property="dcterms:modified">2023-01-01</meta>'
    )
    found = details(epub(told), ".epub")
    assert (found.year, found.guessed) == (2023, ("year",))
    assert details(epub("<dc:title>x</dc:title><dc:date>0101-01-01T00:00:00</dc:date>"), ".epub").year is None


# Office files.


def word(*paragraphs: tuple[str, str], company: str = "", **core: str) -> Details:
    document = docx.Document()
    for name, value in core.items():
        setattr(document.core_properties, name, value)
    for style, text in (*paragraphs, ("Normal", TEXT)):
        if style not in [each.name for each in document.styles]:
            document.styles.add_style(style, WD_STYLE_TYPE.PARAGRAPH)
        document.add_paragraph(text, style=style)
    for part in document.part.package.iter_parts():
        if part.partname == "/docProps/app.xml":
            part._blob = f"<Properties><Company>{company}</Company></Properties>".encode()
    made = io.BytesIO()
    document.save(made)
    return details(made.getvalue(), ".docx")


@pytest.mark.parametrize(
    "paragraphs",
    [
        [("Title", "Sharing the harbour"), ("Subtitle", "A review"), ("Author", "Ann Rowe and Bo Lee"),
         ("Organisation", "Harbour Trust"), ("Date", "March 2019")],
        [("Title", "Sharing the harbour"), ("Subtitle", "A review"), ("Normal", "Ann Rowe, Bo Lee"),
         ("Normal", "Harbour Trust"), ("Normal", "4 March 2019"), ("Heading 1", "Introduction")],
        [("Normal", "Harbour Trust"), ("Title", "Sharing the harbour"), ("Subtitle", "A review"),
         ("Subtitle", "Ann Rowe"), ("Subtitle", "Bo Lee"), ("Normal", "Harbour Trust, March 2019")],
    ],
)  # fmt: skip
def test_what_the_title_page_of_a_word_file_shows(paragraphs: list[tuple[str, str]]) -> None:
    found = word(*paragraphs, author="python-docx", last_modified_by="Cy Day")
    assert (found.title, found.subtitle, who(found)) == ("Sharing the harbour", "A review", SAYS)
    assert "year" not in found.guessed and "title" not in found.guessed


def test_who_made_a_word_file_is_an_author_only_as_a_guess_unless_its_pages_say_so() -> None:
    found = word(("Title", "Sharing the harbour"), author="Ann Rowe", company="Ardle Software")
    assert (who(found), found.guessed) == ((("Ann Rowe",), "", None), ("authors",))
    shown = word(
        ("Title", "Sharing the harbour"), ("Normal", "By Ann Rowe of Nesta"), author="Ann Rowe", company="Nesta"
    )
    assert (who(shown), shown.guessed) == ((("Ann Rowe",), "Nesta", None), ())
    assert who(word(("Title", "Sharing the harbour"), author="Windows User")) == ((), "", None)


def test_what_the_first_slide_shows() -> None:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[0])
    slide.shapes.title.text = "Sharing the harbour"
    slide.placeholders[1].text = "A review\nAnn Rowe and Bo Lee\nHarbour Trust, March 2019"
    second = deck.slides.add_slide(deck.slide_layouts[1])
    second.shapes.title.text, second.placeholders[1].text = "Dates", "Cy Day\nMay 2021"
    deck.core_properties.author = "Cy Day"
    made = io.BytesIO()
    deck.save(made)
    found = details(made.getvalue(), ".pptx")
    assert (found.title, found.subtitle, who(found)) == ("Sharing the harbour", "A review", SAYS)


def test_what_the_title_page_of_an_opendocument_shows() -> None:
    styles = """<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Subtitle"/>"""
    body = f"""<text:p text:style-name="Title">Sharing the harbour</text:p>
      <text:p text:style-name="P1">A review</text:p><text:p>Ann Rowe and Bo Lee</text:p><text:p>Harbour Trust</text:p>
      <text:p>March 2019</text:p><text:p>{TEXT}</text:p>"""
    found = details(opendocument(f"<office:text>{body}</office:text>", styles), ".odt")
    assert (found.subtitle, found.publisher, found.year) == ("A review", "Harbour Trust", 2019)


def test_what_an_rtf_file_says_of_itself() -> None:
    info = r"{\info{\title Sharing the harbour}{\author Ann Rowe}{\company Harbour Trust}{\creatim\yr2011\mo3\dy1}}"
    lines = rf"Sharing the harbour\par Ann Rowe and Bo Lee\par Harbour Trust\par March 2019\par {TEXT}\par"
    found = details(rf"{{\rtf1\ansi{info}{lines}}}", ".rtf")
    assert (found.title, found.publisher, found.year) == ("Sharing the harbour", "Harbour Trust", 2019)
    assert details(rf"{{\rtf1\ansi{info}{TEXT}\par}}", ".rtf").year is None


# Text with marks.


@pytest.mark.parametrize(
    "front",
    [
        "---\ntitle: Sharing the harbour\nauthor: [Ann Rowe, Bo Lee]\npublisher: Harbour Trust\ndate: 2019-03-04\n"
        "---\n",
        "---\ntitle: 'Sharing the harbour'\nauthors:\n- name: Ann Rowe\n  affiliation: x\n- {given: Bo, family: Lee}\n"
        "organization: Harbour Trust\npublished_at: 2019-03-04T10:00:00Z\nlastmod: 2022-01-01\ndate: 2021-01-01\n---\n",
        '+++\ntitle = "Sharing the harbour"\ndate = 2019-03-04\n[params]\nauthor = ["Ann Rowe", "Bo Lee"]\n[extra]\n'
        'publisher = "Harbour Trust"\n+++\n',
        "% Sharing the\n  harbour\n% Ann Rowe; Bo Lee\n% March 2019\n\nPublished by Harbour Trust\n",
        "Title: Sharing the harbour\nAuthor: Ann Rowe and Bo Lee\nPublisher: Harbour Trust\nDate: March 2019\n\n",
        "# Sharing the harbour\n\nAnn Rowe and Bo Lee\n\nHarbour Trust\n\nMarch 2019\n",
        "Sharing the harbour\n===\n\n*By Ann Rowe and Bo Lee*\n\nPublished by Harbour Trust, March 2019\n",
        "![](logo.png)\n\n## Sharing the harbour\n\nAuthors: Ann Rowe, Bo Lee\n\nHarbour Trust\n\n"
        "© 2019 Harbour Trust\n",
    ],
)
def test_what_markdown_says_of_itself(front: str) -> None:
    found = details(f"{front}\n{TEXT}\n", ".md")
    assert (found.title, who(found)) == ("Sharing the harbour", SAYS) and "year" not in found.guessed


@pytest.mark.parametrize("heading", ["How to use this tool", "Introduction", "Contents", "About this guide"])
def test_the_heading_of_a_section_is_no_title(heading: str) -> None:
    found = details(f"# {heading}\n\n{TEXT}\n\n## Boats\n\n{TEXT}\n", ".md", "harbour boats")
    assert (found.title, found.guessed) == ("harbour boats", ("title",))


@pytest.mark.parametrize(
    "text", [f"{TEXT}\n", f"The trust asked for the following:\n\n- boats\n\n{TEXT}", f"- boats\n- oars\n\n{TEXT}\n"]
)
def test_a_sentence_is_no_title(text: str) -> None:
    assert details(text, ".md", "harbour boats").title == "harbour boats"


def test_names_are_written_as_they_are_said() -> None:
    assert [in_order(name) for name in ("Rowe, Ann", "van der Berg, Lucie", "Ann Rowe", "Ardle Council, Planning")] == [
        "Ann Rowe", "Lucie van der Berg", "Ann Rowe", "Ardle Council, Planning",
    ]  # fmt: skip
