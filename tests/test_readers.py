"""Every reader but the one for PDFs, on small files that are made here."""

from __future__ import annotations

import io
import json
import textwrap
import zipfile
from collections.abc import Callable, Iterator
from datetime import date

import docx
import pptx
import pytest
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.parser import parse_xml
from hypothesis import given
from hypothesis import strategies as st
from pptx.presentation import Presentation
from pptx.util import Inches

from ingest.left_out import LeftOut
from ingest.readers import archive
from ingest.readers.office.powerpoint import read_pptx
from ingest.readers.office.word import read_docx
from ingest.readers.plain.jsonl import read_jsonl
from ingest.readers.plain.markup import read_markdown, read_rst, read_text
from ingest.readers.text import decode
from ingest.readers.title_page.metadata import own_names, own_title, year_in
from ingest.readers.web.epub import read_epub
from ingest.readers.web.html import read_html
from ingest.report import Content, ReportError

Reader = Callable[[bytes, str], Content]
ALL: list[tuple[Reader, str]] = [
    (read_html, "report.html"),
    (read_markdown, "report.md"),
    (read_rst, "report.rst"),
    (read_text, "report.txt"),
    (read_docx, "report.docx"),
    (read_pptx, "report.pptx"),
    (read_epub, "report.epub"),
]


def found(content: Content) -> list[str | tuple[int, str]]:
    """The blocks of `content` in short: a string each, with its level where it is a heading."""
    return [(block.level, block.text) if block.level else block.text for page in content.pages for block in page.blocks]


def words(content: Content) -> list[str]:
    return [word for page in content.pages for block in page.blocks for word in block.text.split() if word != "|"]


def html(body: str, head: str = "") -> Content:
    return read_html(f"<html><head>{head}</head><body>{body}</body></html>".encode(), "page.html")


def refusal(reader: Reader, data: bytes, file: str = "report.x") -> str:
    with pytest.raises(ReportError) as caught:
        reader(data, file)
    assert caught.value.file == file
    assert caught.value.reason[0].isupper()
    assert caught.value.reason.endswith(".")
    return caught.value.reason


# --- what holds for every reader --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("reader", "file"), ALL, ids=[file for _, file in ALL])
def test_an_empty_file_is_refused(reader: Reader, file: str) -> None:
    assert "empty" in refusal(reader, b"", file)


@pytest.mark.parametrize(("reader", "file"), ALL[:4], ids=[file for _, file in ALL[:4]])
def test_white_space_is_no_text(reader: Reader, file: str) -> None:
    assert "holds no text" in refusal(reader, b"\xef\xbb\xbf \n\t\r\n\xc2\xa0\n", file)


@pytest.mark.parametrize(("reader", "file"), ALL[:4], ids=[file for _, file in ALL[:4]])
def test_binary_rubbish_is_refused(reader: Reader, file: str) -> None:
    assert "does not hold text" in refusal(reader, bytes(range(256)) * 20, file)


WORDS = st.lists(st.text("abcxyzéßñABC", min_size=1, max_size=9), min_size=1, max_size=60)


@given(WORDS, st.integers(12, 90))
def test_every_word_of_wrapped_text_comes_out_once_and_in_order(paragraph: list[str], width: int) -> None:
    text = textwrap.fill(" ".join(paragraph), width)
    assert words(read_text(f"{text}\n\n{text}".encode(), "a.txt")) == paragraph * 2


@given(st.data(), WORDS)
def test_every_word_of_html_comes_out_once_and_in_order(data: st.DataObject, paragraph: list[str]) -> None:
    shapes = st.sampled_from(
        (
            *("{}", "<b>{}</b>", "<span class=tag>{}</span>", "<!-- x -->{}", "<br>{}", "<p>{}</p>", "<ul><li>{}</ul>"),
            *("<h2>{}</h2>", "<table><tr><td>{}</table>", "<table><tr><td>{0}<td><p>{0}</table>", "<pre>{}</pre>"),
        )
    )
    pieces = [(data.draw(shapes), word) for word in paragraph]
    expected = [word for shape, word in pieces for _ in range(2 if "{0}" in shape else 1)]
    assert words(html("\n".join(shape.format(word) for shape, word in pieces))) == expected


@given(st.data(), WORDS)
def test_every_word_of_markdown_comes_out_once_and_in_order(data: st.DataObject, paragraph: list[str]) -> None:
    shapes = st.sampled_from(
        ["{}", "**{}**", "_{}_", "[{}](https://example.org/a)", "`{}`", "<b>{}</b>", "\n\n{}", "\n\n- {}\n\n"]
    )
    text = " ".join(data.draw(shapes).format(word) for word in paragraph)
    assert words(read_markdown(text.encode(), "a.md")) == paragraph


@given(st.binary(max_size=300))
def test_no_bytes_make_a_reader_fall_over(data: bytes) -> None:
    for reader, file in ALL:
        for tried in (data, b"PK\x03\x04" + data):
            try:
                assert any(page.blocks or page.problem for page in reader(tried, file).pages)
            except ReportError as error:
                assert error.reason.endswith(".")


# --- decoding and metadata --------------------------------------------------------------------------------------------

TEXT = "Coût d’un café: 5 €, naïve co-production – said Zoë"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "cp1252"]
)
def test_text_is_decoded_whatever_its_encoding(encoding: str) -> None:
    assert found(read_text(TEXT.encode(encoding), "a.txt")) == [TEXT]


def test_a_charset_that_lies_is_not_believed_and_one_that_does_not_is() -> None:
    body = "<html><head><meta charset={}></head><body><p>{}</p></body></html>"
    assert found(read_html(body.format("iso-8859-1", TEXT).encode(), "a.html")) == [TEXT]
    assert found(read_html(body.format("utf-8", TEXT).encode("cp1252"), "a.html")) == [TEXT]
    assert found(read_html(body.format("windows-1251", "Мы вместе").encode("cp1251"), "a.html")) == ["Мы вместе"]


def test_one_bad_byte_does_not_spoil_the_rest() -> None:
    assert decode(f"{TEXT} {TEXT} ".encode() + b"\xff", "a.txt").startswith(TEXT)


def test_titles_made_by_software_are_no_titles() -> None:
    made_up = [
        "Microsoft Word - x.docx",
        "Untitled",
        "PowerPoint Presentation",
        "Word Document",
        "Slide 1",
        "plan.docx",
        "2014",
    ]
    assert [own_title(title) for title in made_up] == [""] * len(made_up)
    assert own_title(" Co-production\n in practice ") == "Co-production in practice"


def test_names_are_parted_only_where_every_part_is_one() -> None:
    assert own_names(["Ann Rowe, Bo Lee and Cy de Vries"]) == ("Ann Rowe", "Bo Lee", "Cy de Vries")
    assert own_names(["Rowe, Ann; Lee, Bo"]) == ("Rowe, Ann", "Lee, Bo")
    assert own_names(["Department for Health and Social Care"]) == ("Department for Health and Social Care",)
    assert own_names(["Service User Network", "Nesta"]) == ("Service User Network", "Nesta")


def test_software_and_accounts_are_no_authors() -> None:
    assert own_names(["Administrator", "Microsoft Office User", "python-docx", "a@b.org", "user1", "Unknown"]) == ()
    assert own_names(["dipin", "Ann Rowe"], accounts=True) == ("Ann Rowe",)


def test_a_year_is_taken_only_from_a_date_that_names_one() -> None:
    dates = ["2014-05-01T10:20:00Z", "12 May 2009", "20130401", "2014-2020", "1850", "2999", "", "12345"]
    assert [year_in(date) for date in dates] == [2014, 2009, 2013, None, None, None, None, None]


def test_a_report_may_be_of_next_year_and_not_of_a_later_one() -> None:
    this = date.today().year
    assert [year_in(str(year)) for year in (1900, this, this + 1, this + 2)] == [1900, this, this + 1, None]


# --- HTML -------------------------------------------------------------------------------------------------------------


def test_html_keeps_headings_lists_and_tables_in_order() -> None:
    content = html(
        "<h1>Working <i>together</i></h1><p>One\n two</p><ul><li>first<ul><li>inner</ul></li><li><p>last</p></ul>"
        "<table><tr><th>Who</th><th>What</th></tr><tr><td>Ann</td><td><p>Leads</p></td></tr></table>"
        "<h3>Costs</h3>loose text<dl><dt>term</dt><dd>meaning</dd></dl>"
    )
    assert found(content) == [
        (1, "Working together"),
        *("One two", "first", "inner", "last", "Who | What", "Ann | Leads"),
        (3, "Costs"),
        *("loose text", "term", "meaning"),
    ]
    assert (content.paged, content.title, content.year) == (False, "Working together", None)


def test_html_words_are_neither_fused_nor_split() -> None:
    def text(body: str) -> str:
        return " / ".join(map(str, found(html(body))))

    assert text("<p>the end<br>Start</p>") == "the end Start"
    assert text("the end<div>Start</div>") == "the end / Start"
    assert text("<p>the end</br>Start<!-- x --> here</p>") == "the end Start here"
    assert text("<span>Tags</span><span>Young people</span><span>Covid-19</span><span>Libraries</span>") == (
        "Tags Young people Covid-19 Libraries"
    )
    assert text("<a>one</a><a>two</a>") == "one two"
    assert text("<p><b>C</b>o-<i>pro</i>duc&shy;tion of H<sub>2</sub>O, <span>co</span><span>design</span></p>") == (
        "Co-production of H2O, codesign"
    )
    assert text("<p>one<br><br>two</p>") == "one / two"


def test_html_leaves_out_what_is_not_the_report() -> None:
    content = html(
        "<div class='cookie-banner'>We use cookies</div><a class='skip-link' href='#m'>Skip</a>"
        "<header>Site name</header><nav><a>Home</a></nav><div class=breadcrumbs><a>Home</a> <a>Reports</a></div><main>"
        "<p>The report is here, and it is long enough to be the larger part of its page by a good way.</p>"
        "<script>var a</script><style>p{}</style>"
        "<noscript>Enable JavaScript</noscript><button>Print</button></main><footer>Contact us</footer>"
    )
    assert found(content) == [
        "The report is here, and it is long enough to be the larger part of its page by a good way."
    ]


def test_html_keeps_text_whose_class_only_sounds_like_a_menu() -> None:
    content = html(
        "<div class='menu sidebar'><p>Our findings, in full: people want a say in what is done.</p></div>"
        "<section class='share-case'>Share your case study</section>"
        "<article><header>Foreword</header><p>By us</p></article>"
    )
    assert found(html("<div id=footer><p>The whole report</p></div>")) == ["The whole report"]
    assert "findings," in words(content) and "Share your case study" in found(content) and "Foreword" in found(content)


def test_html_tables_that_lay_out_a_page_give_their_paragraphs() -> None:
    content = html("<table><tr><td>x<td><h2>Why</h2>y<tr><td>a<p>b<p>c<p>d<td>e<tr><td>f<p>g<td>h</table>")
    assert found(content) == ["x", (2, "Why"), "y", "a", "b", "c", "d", "e", "f g | h"]


def test_html_dumps_of_printed_pages_are_unwrapped() -> None:
    dump = """
City of Example
Open Report 2014

This report says how the office has and will
go on to be open. It has these topics:
Transparency

\uf0b7

The office keeps a page
that anybody can read.
•
Links are given.
1
"""
    assert found(html(f"<pre>{dump}</pre>")) == [
        *("City of Example", "Open Report 2014"),
        "This report says how the office has and will go on to be open. It has these topics:",
        *("Transparency", "• The office keeps a page that anybody can read.", "• Links are given.", "1"),
    ]


def test_html_templates_show_no_template_tags() -> None:
    source = (
        "{% extends 'layout.html' %}{% block pageTitle %} Young people - Playbook {% endblock %}\n"
        "{% block content %}<h1>Young people</h1><p>Text {{ value }} here</p>{# note #}{% endblock %}"
    )
    content = read_html(source.encode(), "a.html")
    assert found(content) == [(1, "Young people"), "Text here"]
    assert content.title == "Young people"


def test_html_says_who_published_it_and_when() -> None:
    head = (
        "<title>Report | Site</title><meta name=citation_title content='Sharing power'><meta name=author content=jdoe>"
        "<meta name='DC.creator' content='Ann Rowe'><meta name='DC.creator' content='Bo Lee'>"
        "<meta property='og:site_name' content='Example Trust'><meta name='last-modified' content='2020-01-01'>"
        "<meta property='article:published_time' content='2016-03-02T10:00:00Z'><link rel=license href='https://l.example/by'>"
    )
    content = html("<p>text</p>", head)
    assert (content.title, content.authors, content.publisher) == (
        "Sharing power",
        ("Ann Rowe", "Bo Lee"),
        "Example Trust",
    )
    assert (content.year, content.licence) == (2016, "https://l.example/by")


def test_html_title_goes_without_the_name_of_the_site() -> None:
    assert (
        html("<h1>Sharing power</h1><p>text</p>", "<title>Sharing power - Example Trust</title>").title
        == "Sharing power"
    )
    assert html("<p>text</p>", "<title>Microsoft Word - draft.docx</title><meta name=Author content=jdoe>").title == ""


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("<title>404 Not Found</title>", "<h1>Not Found</h1>nginx"),
        ("<title>Page not found - Example</title>", "<p>Go home</p>"),
        ("<title>Just a moment...</title>", "<noscript>Enable JavaScript and cookies to continue</noscript>"),
        ("", "<h1>Access Denied</h1><p>You don't have permission.</p>"),
        ("", "<h1>403 Forbidden</h1>"),
        ("<title>Example</title>", "<h1>Oops! That page can’t be found.</h1><p>Try a search.</p>"),
        ("<title>Error 500: internal server error</title>", "<p>Try later</p>"),
        ("", "Please enable JavaScript to view this site."),
    ],
)
def test_html_error_pages_are_refused(head: str, body: str) -> None:
    assert "error page" in refusal(read_html, f"<html><head>{head}</head><body>{body}</body></html>".encode())


def test_html_reports_that_speak_of_errors_are_read() -> None:
    long = "<p>" + "people were told that the page was not found and access denied " * 20 + "</p>"
    assert html(f"<h1>Access denied</h1>{long}").title == "Access denied"
    assert (
        html("<h1>404 people took part</h1><p>Error 404: page not found, they read.</p>").title
        == "404 people took part"
    )


def test_html_without_text_is_refused() -> None:
    assert "holds no text" in refusal(
        read_html, b"<html><head><title>Scan</title></head><body><pre>\n</pre></body></html>"
    )


def test_html_that_nests_deeply_is_read() -> None:
    assert words(html("<div>" * 1500 + "deep" + "</div>" * 1500)) == ["deep"]


# --- plain text -------------------------------------------------------------------------------------------------------


def test_text_is_split_at_blank_lines_and_list_items() -> None:
    text = (
        "The first paragraph was broken by hand at\nthe end of each line, as used to be done.\n\n"
        "It asks for three things, which are these\n- time\n- money and what\n  it buys\n1. trust\n\nThe end."
    )
    assert found(read_text(text.encode(), "a.txt")) == [
        "The first paragraph was broken by hand at the end of each line, as used to be done.",
        *("It asks for three things, which are these", "- time", "- money and what it buys", "1. trust", "The end."),
    ]


def test_words_broken_at_the_ends_of_lines_are_whole_in_plain_text() -> None:
    text = (
        "Work in the commu-\nnity is called co-production here, and co-\nproduction takes two- \nand three-day "
        "meetings, from 2014-\n2016, as a whole commu-\nnity.\n"
    )
    assert found(read_text(text.encode(), "a.txt")) == [
        "Work in the community is called co-production here, and co-production takes two- and three-day meetings, "
        "from 2014-2016, as a whole community."
    ]


def test_text_with_long_lines_has_a_paragraph_a_line() -> None:
    lines = ["word " * 40 + "end.", "More " * 50 + "end."]
    assert found(read_text("\r\n".join(lines).encode(), "a.txt")) == lines


# --- Markdown ---------------------------------------------------------------------------------------------------------

MARKDOWN = """---
title: "Sharing power"
subtitle: What we *learned*
date: 2019-10-08T08:20:46+01:00
speakers: ["Ann", "Bo Lee"]
publisher: Example Trust
license: CC BY 4.0
---
{{< youtube id >}}
##Why it matters
Some **bold** text, broken
by hand, with a [link](https://example.org) and ![a picture](a b.png).
{: .class }

1. one &amp; all
2. two{% include x %}

| Who | What |
|-----|------|
| Ann | Leads |

<div class="box">
    <p>Kept <q>text</q></p>

        <h3>Inner</h3>
</div>

<br>
**Bold line **[here](b.md)[^1]

[^1]: [the note](https://example.org/note)
"""


def test_markdown_is_read_as_it_is_shown() -> None:
    content = read_markdown(MARKDOWN.encode(), "a.md")
    assert found(content) == [
        "What we *learned*",
        (2, "Why it matters"),
        "Some bold text, broken by hand, with a link and .",
        *("one & all", "two", "Who | What", "Ann | Leads", "Kept text"),
        (3, "Inner"),
        *("Bold line here", "[^1] the note"),
    ]
    assert (content.title, content.authors, content.publisher) == ("Sharing power", ("Ann", "Bo Lee"), "Example Trust")
    assert (content.year, content.licence) == (2019, "CC BY 4.0")


def test_markdown_without_front_matter_is_named_by_its_first_heading() -> None:
    content = read_markdown(b"---\n\n# A guide\n\ntext\n\n---\n\nmore\n", "a.md")
    assert (content.title, found(content)) == ("A guide", [(1, "A guide"), "text", "more"])


def test_markdown_front_matter_may_be_toml_or_broken() -> None:
    assert read_markdown(b'+++\ntitle = "A guide"\ndate = 2011-02-03\n+++\ntext', "a.md").year == 2011
    assert read_markdown(b"---\ntitle: Power: a guide\nsummary: [x\n---\ntext", "a.md").title == "Power: a guide"


def test_markdown_of_front_matter_alone_is_what_it_describes() -> None:
    assert found(read_markdown(b"---\ntitle: A\nsummary: What it is\n---\n", "a.md")) == ["What it is"]
    assert "no text below" in refusal(read_markdown, b"---\ntitle: A\nsummary: ''\n---\n")


# --- reStructuredText -------------------------------------------------------------------------------------------------

RST = """
Evidence
========

:Author: Ann Rowe
:Organization: Example Inquiry
:Date: 2023-07-05
:Licence: OGL

Opening
-------

**Ms Rowe**: We use :outline:`face masks` and `links
<https://example.org>`_ [1]_.

.. [1] The note

* one
* two

===  ====
Who  What
===  ====
Ann  Leads
===  ====

.. toctree::
   other

.. callout:: Note

   Kept words.

.. include:: /etc/hostname

.. raw:: html

   <b>hidden</b>
"""


def test_rst_is_read_as_it_is_shown(capfd: pytest.CaptureFixture[str]) -> None:
    content = read_rst(RST.encode(), "a.rst")
    assert found(content) == [
        (1, "Evidence"),
        (2, "Opening"),
        *(
            "Ms Rowe: We use face masks and links.",
            "The note",
            "one",
            "two",
            "Who | What",
            "Ann | Leads",
            "Kept words.",
        ),
    ]
    assert (content.title, content.authors, content.publisher) == ("Evidence", ("Ann Rowe",), "Example Inquiry")
    assert (content.year, content.licence) == (2023, "OGL")
    assert capfd.readouterr() == ("", "")


def test_rst_that_nests_too_deep_is_refused() -> None:
    assert "too deep" in refusal(read_rst, b"* " * 3000 + b"x")


# --- Word -------------------------------------------------------------------------------------------------------------

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
BOX = f"""<w:p {W} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
  xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><w:r><mc:AlternateContent>
  <mc:Choice Requires="wps"><w:drawing><wps:txbx><w:txbxContent><w:p><w:r><w:t>In a box</w:t></w:r></w:p>
  </w:txbxContent></wps:txbx></w:drawing></mc:Choice>
  <mc:Fallback><w:pict><w:txbxContent><w:p><w:r><w:t>In a box</w:t></w:r></w:p>
  </w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"""
TRACKED = f"""<w:p {W}><w:r><w:t xml:space="preserve">Some </w:t></w:r>
  <w:del><w:r><w:delText>old</w:delText></w:r></w:del>
  <w:moveFrom><w:r><w:t>elsewhere</w:t></w:r></w:moveFrom>
  <w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:hyperlink><w:r><w:t xml:space="preserve"> link</w:t></w:r></w:hyperlink>
  <w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:r><w:br/><w:t>next</w:t><w:noBreakHyphen/><w:t>line</w:t></w:r>
  </w:p>"""
NOTES = f"""<w:footnotes {W}><w:footnote w:id="0" w:type="separator"><w:p><w:r><w:t>rule</w:t></w:r></w:p></w:footnote>
  <w:footnote w:id="2"><w:p><w:r><w:t>A note.</w:t></w:r></w:p></w:footnote></w:footnotes>"""


def saved(document: Document | Presentation) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def add(document: Document, xml: str) -> None:
    document.element.body.insert(len(document.element.body) - 1, parse_xml(xml))  # the last child is the page's set-up


def test_word_gives_everything_in_the_order_of_the_document() -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Running head"
    document.add_heading("Sharing power", 0)
    document.add_paragraph("Contents 3", style=document.styles.add_style("toc 1", 1))
    document.add_heading("Why", 2)
    document.add_paragraph("First item", style="List Bullet")
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ("Who", "What", "Ann", "Leads"), strict=True):
        cell.text = text
    add(document, TRACKED)
    add(document, BOX)
    name = PackURI("/word/footnotes.xml")
    notes = Part(name, "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml", NOTES.encode())
    document.part.relate_to(notes, RELATIONSHIP_TYPE.FOOTNOTES)
    assert found(read_docx(saved(document), "a.docx")) == [
        (1, "Sharing power"),
        (2, "Why"),
        *("First item", "Who | What", "Ann | Leads", "Some new link next-line", "In a box", "A note."),
    ]


def test_word_headings_are_known_by_the_style_that_theirs_is_based_on() -> None:
    document = docx.Document()
    style = document.styles.add_style("Chapter", 1)
    style.base_style = document.styles["Heading 3"]
    document.add_paragraph("Why", style=style)
    assert found(read_docx(saved(document), "a.docx")) == [(3, "Why")]


@pytest.mark.parametrize("only", ["table", "box"])
def test_word_text_in_nothing_but_tables_or_boxes_is_read(only: str) -> None:
    document = docx.Document()
    if only == "table":
        document.add_table(1, 1).cell(0, 0).add_table(1, 2).cell(0, 1).text = "In a box"
    else:
        add(document, BOX)
    assert found(read_docx(saved(document), "a.docx")) == ["In a box"]


def test_word_says_who_wrote_it_and_the_date_of_the_file_is_no_year_of_the_report() -> None:
    document = docx.Document()
    document.add_heading("On the page", 0)
    properties = document.core_properties
    properties.title, properties.author = "Sharing power", "Ann Rowe; Administrator"
    properties.created = properties.modified = properties.created.replace(year=2012)
    content = read_docx(saved(document), "a.docx")
    assert (content.title, content.authors, content.year) == ("Sharing power", ("Ann Rowe",), None)
    assert content.guessed == ("authors",)


def test_word_properties_that_the_library_makes_up_are_not_passed_on() -> None:
    document = docx.Document()
    document.add_heading("On the page", 0)
    content = read_docx(saved(document), "a.docx")
    assert (content.title, content.authors, content.year) == ("On the page", (), None)


def test_word_without_text_is_refused() -> None:
    assert "holds no text" in refusal(read_docx, saved(docx.Document()))


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.mark.parametrize("reader", [read_docx, read_pptx])
def test_office_files_that_cannot_be_opened_say_what_to_do(reader: Reader) -> None:
    assert "locked with a password" in refusal(reader, OLE + "EncryptedPackage".encode("utf-16-le"))
    old = refusal(reader, OLE + "WordDocument".encode("utf-16-le"))
    assert "old format" in old and (".docx" if reader is read_docx else ".pptx") in old
    assert "damaged" in refusal(reader, b"<html>not a zip</html>")
    other = saved(pptx.Presentation() if reader is read_docx else docx.Document())
    assert "damaged or is not" in refusal(reader, other)
    assert "damaged" in refusal(reader, other[: len(other) // 2])


def zipped(members: dict[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return stream.getvalue()


def test_zip_bombs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "would unpack to 51 MB" in refusal(read_docx, zipped({"word/document.xml": bytes(51_000_000)}))
    monkeypatch.setattr(archive, "_LARGEST_MEMBER", 1_000_000)
    assert "would unpack to 2 MB" in refusal(read_epub, zipped({"chapter.xhtml": bytes(2_000_000)}))


# --- PowerPoint -------------------------------------------------------------------------------------------------------


def test_powerpoint_gives_a_page_a_slide() -> None:
    deck = pptx.Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[5])
    first.shapes.title.text = "Sharing\vpower"
    lower = first.shapes.add_textbox(Inches(1), Inches(5), Inches(2), Inches(1))
    lower.text_frame.text = "lower\nlowest"
    group = first.shapes.add_group_shape()
    group.shapes.add_textbox(Inches(5), Inches(3), Inches(2), Inches(1)).text_frame.text = "right"
    group.shapes.add_textbox(Inches(1), Inches(3), Inches(2), Inches(1)).text_frame.text = "left"
    table = first.shapes.add_table(1, 2, Inches(1), Inches(2), Inches(4), Inches(1)).table
    table.cell(0, 0).text, table.cell(0, 1).text = "Who", "What"
    first.notes_slide.notes_text_frame.text = "Say this"
    deck.slides.add_slide(deck.slide_layouts[6])
    content = read_pptx(saved(deck), "a.pptx")
    assert found(content) == [(1, "Sharing power"), "Who | What", "left", "right", "lower", "lowest", "Say this"]
    assert content.paged and content.title == "Sharing power"
    assert [(page.label, page.problem) for page in content.pages] == [("1", ""), ("2", "no text on this slide")]


def test_powerpoint_without_text_is_refused() -> None:
    deck = pptx.Presentation()
    deck.slides.add_slide(deck.slide_layouts[6])
    assert "holds no text" in refusal(read_pptx, saved(deck))


# --- EPUB -------------------------------------------------------------------------------------------------------------

CONTAINER = """<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
  <rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""
PACKAGE = """<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0">
  <metadata xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf">
  <dc:title>Sharing power</dc:title><dc:creator>Ann Rowe</dc:creator><dc:creator>Bo Lee</dc:creator>
  <dc:publisher>Example Press</dc:publisher><dc:date opf:event="modification">2020</dc:date>
  <dc:date opf:event="publication">2017-01-01</dc:date><dc:rights>CC BY</dc:rights></metadata>
  <manifest><item id="b" href="two.xhtml"/><item id="a" href="part%20one.xhtml"/>
  <item id="n" href="nav.xhtml" properties="nav"/></manifest>
  <spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/></spine></package>"""
BOOK: dict[str, str | bytes] = {
    "META-INF/container.xml": CONTAINER,
    "OEBPS/content.opf": PACKAGE,
    "OEBPS/nav.xhtml": "<html><body><nav>Contents</nav><p>Contents</p></body></html>",
    "OEBPS/two.xhtml": "<html><body><p>Second</p></body></html>",
    "OEBPS/part one.xhtml": "<?xml version='1.0' encoding='utf-8'?><html xmlns='http://www.w3.org/1999/xhtml'><head>"
    "<title>x</title></head><body><h2>Fîrst</h2><p>text&#160;here</p></body></html>",
}


def test_epub_gives_its_chapters_in_the_order_of_the_spine() -> None:
    content = read_epub(zipped(BOOK), "a.epub")
    assert found(content) == [(2, "Fîrst"), "text here", "Second"]
    assert (content.title, content.authors, content.publisher) == (
        "Sharing power",
        ("Ann Rowe", "Bo Lee"),
        "Example Press",
    )
    assert (content.year, content.licence) == (2017, "CC BY")


def test_epub_that_lacks_a_chapter_is_read_but_for_that_chapter() -> None:
    damages: list[dict[str, str | bytes]] = [{}, {"OEBPS/two.xhtml": bytes(range(256)) * 20}]
    for damage in damages:
        content = read_epub(zipped({name: text for name, text in BOOK.items() if "two" not in name} | damage), "a.epub")
        assert found(content) == [(2, "Fîrst"), "text here"]
        assert content.left_out == (LeftOut("chapter", names=("two.xhtml",)),)
    unlisted = BOOK | {"OEBPS/content.opf": PACKAGE.replace('<item id="b" href="two.xhtml"/>', "")}
    assert read_epub(zipped(unlisted), "a.epub").left_out == (LeftOut("chapter", names=("b",)),)
    none = {name: text for name, text in BOOK.items() if "one" not in name and "two" not in name}
    assert "damaged" in refusal(read_epub, zipped(none))


def test_epub_that_is_locked_or_damaged_says_so() -> None:
    lock = "<encryption xmlns='urn:x'><e:EncryptionMethod xmlns:e='urn:e' Algorithm='{}'/></encryption>"
    fonts_only = BOOK | {"META-INF/encryption.xml": lock.format("http://www.idpf.org/2008/embedding")}
    assert read_epub(zipped(fonts_only), "a.epub").title == "Sharing power"
    assert "DRM" in refusal(read_epub, zipped(BOOK | {"META-INF/encryption.xml": lock.format("urn:aes")}))
    assert "damaged" in refusal(read_epub, zipped({"mimetype": "application/epub+zip"}))
    assert "damaged" in refusal(read_epub, zipped(BOOK | {"OEBPS/content.opf": "<package>"}))


def test_entities_are_not_expanded() -> None:
    bomb = "<!DOCTYPE p [<!ENTITY a 'expanded'><!ENTITY f SYSTEM 'file:///etc/hostname'>]>"
    package = PACKAGE.replace("<package", f"{bomb}<package").replace("Sharing power", "Sharing &a;&f;power")
    chapter = f"{bomb}<html><body><p>text &a; &f;</p></body></html>"
    content = read_epub(zipped(BOOK | {"OEBPS/content.opf": package, "OEBPS/two.xhtml": chapter}), "a.epub")
    assert "expanded" not in content.title
    assert found(content)[-1] == "text &a; &f;"


# --- JSON lines -------------------------------------------------------------------------------------------------------


def lines(*reports: object) -> bytes:
    return b"\n".join(report if isinstance(report, bytes) else json.dumps(report).encode() for report in reports)


def read_lines(data: bytes) -> Iterator[tuple[str, str]]:
    """What became of each line: its id and text, or the file and reason of its refusal."""
    for each in read_jsonl(data, "set.jsonl"):
        yield (each.file, each.reason) if isinstance(each, ReportError) else (each.id, str(found(each)))


def test_each_line_of_jsonl_is_a_report() -> None:
    data = lines({"id": "a", "title": "One", "text": "First.\n\nSecond."}, b"", {"id": 7, "text": "x"})
    one, two = read_jsonl(b"\xef\xbb\xbf" + data, "set.jsonl")
    assert isinstance(one, Content) and isinstance(two, Content)
    assert (one.id, one.title, one.paged, found(one)) == ("a", "One", False, ["First.", "Second."])
    assert (two.id, two.title) == ("7", "")
    assert list(read_lines(data.decode().encode("utf-16"))) == list(read_lines(data))


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (b"{", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[1]", "not a JSON object"),
        (b'{"id": "\xff"}', "not in UTF-8"),
        ({"text": "x"}, 'no "id"'),
        ({"id": "x", "text": " "}, 'no "text"'),
        ({"id": "x", "text": 5}, '"text" is not text'),
        (b'{"id": "x", "text": "\\ud800"}', "half a character"),
        ({"id": "a", "text": "x"}, "taken by line 1"),
    ],
)
def test_a_bad_line_of_jsonl_says_why_and_costs_no_other(bad: object, says: str) -> None:
    good = ({"id": "a", "text": "x"}, {"id": "b", "text": "y"})
    first, refused, last = read_lines(lines(good[0], bad, good[1]))
    assert (first, last) == (("a", "['x']"), ("b", "['y']"))
    assert refused[0] == "set.jsonl, line 2"
    assert says in refused[1] and refused[1].endswith(".")


def test_empty_jsonl_says_so() -> None:
    assert [file for file, reason in read_lines(b" \n") if "empty" in reason] == ["set.jsonl"]
