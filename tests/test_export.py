"""Answers, conversations, comparisons and evidence as files: nothing is lost, nothing is made up, all can be read."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import docx
import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from docx.document import Document
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from pypdf import PdfReader

from export import FORMATS, Material, file_name, of_answer, of_citations, of_comparison, of_conversation
from export.html import pasted_html
from export.markdown import escaped
from export.table import COLUMNS, guarded
from ingest import Details, Passage
from ingest.report import BRIEF
from rag import REFUSAL, Answer, Citation, Hit, Place, Row
from rag.comparison import Comparison
from service import Service

PANELS = Details(
    "p", "Panels & <power>", "panels.pdf", ("Ann Ode", "Bo Day"), "Parity", 2019, "pdf",
    "https://example.org/panels.pdf", accessed="2026-03-04",
)  # fmt: skip
HOMES = Details("h", "Who visits whom?", "homes.docx", publisher="Ardle Council", kind="docx")
BARE = Details("b", "Notes of a meeting", "notes/meeting.md", kind="md")
OURS = Details(
    "o", "Power for all", "power.md", ("Cy Eden",), "Far Press", 2012, BRIEF, "https://example.org/power", "own"
)  # fmt: skip
QUESTION = "Who decides?"


def cited(quote: str, report: Details = PANELS, number: int = 1, page: int | None = 5, label: str = "iii") -> Citation:
    return Citation(number, Passage(report, 0, len(quote), quote), quote, 0.9, page, label if page else None)


CHOSEN = cited("Twelve people were chosen by lot.")
PAID = cited("Each of them was paid.", number=2, page=7, label="7")
VISIT = cited("A visit lasts [3] an hour.", HOMES, 3, None)
SEEN = replace(cited("They shared power.", OURS, 4, None), seen_at="https://seen.example/page")
QUOTED = Answer(
    QUESTION,
    True,
    f"{CHOSEN.quote} [1] {PAID.quote} [2]\n- {VISIT.quote} [3]\n\n{SEEN.quote} [4]",
    (CHOSEN, PAID, VISIT, SEEN),
    searched_for="Who decides in Ardle?",
    searched=30,
    speaking=3,
)
PROSE = Answer(
    QUESTION,
    True,
    "The lot decided, [1] for a fee.[2][1]\n\nThat is all. [2]",
    (CHOSEN, PAID),
    written_by="model-x",
    notice="One sentence of the language model was left out: the reports do not bear it out.",
)
REFUSED = Answer("Who won?", False, REFUSAL, nearest=(Hit(CHOSEN.passage, 0.3),))
ALL = of_conversation("All", [QUOTED, PROSE, REFUSED])


def word(material: Material) -> Document:
    return docx.Document(io.BytesIO(FORMATS["word"].write(material)))


def text(material: Material, key: str) -> str:
    return FORMATS[key].write(material).decode("utf-8-sig")


def footnotes(material: Material) -> dict[str, str]:
    """The text of each footnote of the Word document by its id, the two lines above them left out."""
    with zipfile.ZipFile(io.BytesIO(FORMATS["word"].write(material))) as package:
        root = etree.fromstring(package.read("word/footnotes.xml"))
    notes = [each for each in root if not each.get(qn("w:type"))]
    return {each.get(qn("w:id")): "".join(each.itertext(qn("w:t"))).strip() for each in notes}


def marks(paragraph: Paragraph) -> list[str]:
    """The ids of the footnotes that a paragraph of a Word document has, in their order."""
    return [str(mark.get(qn("w:id"))) for mark in paragraph._p.iter(qn("w:footnoteReference"))]


def words(paragraph: Paragraph) -> str:
    """The text of a paragraph of a Word document without the commas between its footnotes."""
    return "".join(run.text for run in paragraph.runs if not run.font.superscript)


def told(markdown: str) -> list[Token]:
    return MarkdownIt().use(footnote_plugin).parse(markdown)


def shown(token: Token) -> str:
    """The text of a piece of Markdown as a reader sees it."""
    return "".join(child.content for child in token.children or [] if child.type in ("text", "text_special"))


def test_every_statement_of_an_answer_is_a_quotation_with_a_footnote_in_word() -> None:
    document = word(of_answer(QUOTED))
    by_style = [
        (paragraph.style.name, paragraph.text, marks(paragraph)) for paragraph in document.paragraphs if paragraph.style
    ]
    assert by_style[:5] == [
        ("Title", QUESTION, []),
        ("Normal", "Searched for “Who decides in Ardle?”", []),
        ("Quote", f"{CHOSEN.quote} {PAID.quote}", ["1", "2"]),
        ("List Bullet 2", VISIT.quote, ["3"]),
        ("Quote", SEEN.quote, ["4"]),
    ]
    assert by_style[5][1] == "30 reports were searched; 3 of them speak to this question."
    assert replace(QUOTED, speaking=9).coverage.endswith(
        "9 of them speak to this question. The best of what they say stands here."
    )
    assert by_style[6][:2] == ("Heading 1", "References")
    assert footnotes(of_answer(QUOTED)) == {
        "1": "Ode, A. and Day, B. (2019) Panels & <power>. Parity, p. 5 (printed iii). "
        "Available at: https://example.org/panels.pdf (Accessed: 4 March 2026).",
        "2": "Ode, A. and Day, B. (2019) Panels & <power>. Parity, p. 7. "
        "Available at: https://example.org/panels.pdf (Accessed: 4 March 2026).",
        "3": "Ardle Council (n.d.) Who visits whom?",
        "4": "Our brief of Power for all (Far Press, 2012), seen at https://seen.example/page. "
        "Look for the report itself at https://example.org/power.",
    }
    assert [each[1][:12] for each in by_style[7:]] == ["Ardle Counci", "Ode, A. and ", "Our brief of"]


def pasted(answer: Answer) -> list[str]:
    """The lines of what is pasted into a paper, as plain text; each must be well-formed."""
    root = etree.fromstring(f"<div>{pasted_html(of_answer(answer))}</div>")
    return ["".join(line.itertext()) for line in root]


def test_what_is_copied_has_the_question_the_words_with_who_when_and_where_and_the_references() -> None:
    assert pasted(QUOTED) == [
        QUESTION,
        "Searched for “Who decides in Ardle?”",
        "“Twelve people were chosen by lot.” (Ode and Day, 2019, p. iii) "
        "“Each of them was paid.” (Ode and Day, 2019, p. 7)",
        "• “A visit lasts [3] an hour.” (Ardle Council, n.d.)",
        "“They shared power.” (Our brief of Power for all, seen at seen.example)",
        "30 reports were searched; 3 of them speak to this question.",
        "References",
        "Ardle Council (n.d.) Who visits whom?",
        "Ode, A. and Day, B. (2019) Panels & <power>. Parity, pp. iii, 7. "
        "Available at: https://example.org/panels.pdf (Accessed: 4 March 2026).",
        "Our brief of Power for all (Far Press, 2012), seen at https://seen.example/page. "
        "Look for the report itself at https://example.org/power.",
    ]
    assert "<i>Panels &amp; &lt;power&gt;</i>" in pasted_html(of_answer(QUOTED))


def test_of_an_extract_the_words_that_answer_are_copied() -> None:
    extract = replace(cited("They met. Twelve were <chosen>. It rained."), marked="Twelve were <chosen>.")
    assert pasted(Answer(QUESTION, True, f"{extract.quote} [1]", (extract,)))[1] == (
        "“Twelve were <chosen>.” (Ode and Day, 2019, p. iii)"
    )


def test_a_page_that_has_only_what_is_around_the_words_is_not_copied() -> None:
    whole = Passage(PANELS, 0, 40, "They met. Twelve were chosen. It rained.")
    before = Citation(1, whole, "They met.", 0.9, 4, "4")
    answering = Citation(2, whole, "Twelve were chosen. It rained.", 0.9, 5, "5", marked="Twelve were chosen.")
    other = cited("They were paid.", HOMES, 3, None)
    text = f"{before.quote} [1] {answering.quote} [2]\n{other.quote} [3]"
    copied = pasted(Answer(QUESTION, True, text, (before, answering, other)))
    assert copied[1:3] == ["“Twelve were chosen.” (Ode and Day, 2019, p. 5)", "“They were paid.” (Ardle Council, n.d.)"]
    assert "Parity, p. 5." in copied[-1] + copied[-2]


def test_words_that_quote_stand_in_single_marks() -> None:
    assert pasted(Answer(QUESTION, True, "“We,” she said. [1]", (cited("“We,” she said."),)))[1].startswith(
        "‘“We,” she said.’ (Ode"
    )


def test_prose_is_copied_with_the_words_that_bear_it_out() -> None:
    copied = pasted(PROSE)
    assert copied[1] == (
        "The lot decided, (Ode and Day, 2019, p. iii) for a fee. (Ode and Day, 2019, p. 7; Ode and Day, 2019, p. iii)"
    )
    assert copied[3].startswith("Written by the language model")
    at = copied.index("In the reports’ own words")
    assert copied[at + 1 : at + 4] == [
        "“Twelve people were chosen by lot.” (Ode and Day, 2019, p. iii)",
        "“Each of them was paid.” (Ode and Day, 2019, p. 7)",
        "References",
    ]


def test_reports_that_would_be_cited_alike_are_told_apart_by_their_titles() -> None:
    other = replace(PANELS, id="q", title="Juries", authors=("Cy Ode", "Di Day"))
    nobody = [replace(BARE, id=title, title=title) for title in ("One", "Two")]
    citations = (CHOSEN, cited("Lots.", other, 2), *(cited("So.", each, 3, None) for each in nobody))
    text = " ".join(f"{each.quote} [{number}]" for number, each in enumerate(citations, start=1))
    numbered = tuple(replace(each, number=number) for number, each in enumerate(citations, start=1))
    assert re.findall(r"\((.*?)\)", pasted(Answer(QUESTION, True, text, numbered))[1]) == [
        "Ode and Day, Panels & <power>, 2019, p. iii",
        "Ode and Day, Juries, 2019, p. iii",
        "One, n.d.",
        "Two, n.d.",
    ]


def test_four_authors_are_cited_by_the_first() -> None:
    many = replace(PANELS, authors=("Ann Ode", "Bo Day", "Cy Eden", "Di Fox"))
    assert "(Ode et al., 2019, p. iii)" in pasted(Answer(QUESTION, True, "Lots. [1]", (cited("Lots.", many),)))[1]


def test_prose_says_who_wrote_it_and_gives_the_words_that_bear_it_out_in_the_notes() -> None:
    document = word(of_answer(PROSE))
    first, second, writer, notice = document.paragraphs[1:5]
    assert (words(first), marks(first)) == ("The lot decided, for a fee.", ["1", "2", "3"])
    assert (words(second), marks(second)) == ("That is all.", ["4"])
    assert writer.text.startswith("Written by the language model model-x. ") and notice.text == PROSE.notice
    notes = footnotes(of_answer(PROSE))
    assert [note.partition("“")[2] for note in notes.values()] == [
        f"{quote}”" for quote in (CHOSEN.quote, PAID.quote, CHOSEN.quote, PAID.quote)
    ]
    assert "Written by the language model model-x." in text(of_answer(PROSE), "markdown")


@pytest.mark.parametrize("key", ["markdown", "harvard"])
def test_a_refusal_says_that_the_reports_do_not_answer(key: str) -> None:
    assert REFUSAL in text(of_answer(REFUSED), key)
    assert "These passages come nearest, but may not answer the question:" in text(of_answer(REFUSED), key)


def test_a_refusal_cites_nothing() -> None:
    paragraphs = [paragraph.text for paragraph in word(of_answer(REFUSED)).paragraphs]
    assert paragraphs[1] == REFUSAL and "References" not in paragraphs
    assert footnotes(of_answer(REFUSED)) == {}
    assert text(of_answer(REFUSED), "csv").splitlines() == [",".join(COLUMNS)]
    assert json.loads(text(of_answer(REFUSED), "csl-json")) == []
    assert text(of_answer(REFUSED), "ris") == text(of_answer(REFUSED), "bibtex") == ""


def test_a_word_document_tells_its_title_and_language_and_makes_up_no_author() -> None:
    document = word(ALL)
    properties = document.core_properties
    assert (properties.title, properties.language, properties.author, properties.comments) == ("All", "en-GB", "", "")
    languages = {language.get(qn("w:val")) for language in document.styles.element.iter(qn("w:lang"))}
    assert languages == {"en-GB"}


def test_addresses_in_a_word_document_are_links() -> None:
    with zipfile.ZipFile(io.BytesIO(FORMATS["word"].write(ALL))) as package:
        for part in ("document", "footnotes"):
            assert b'Target="https://example.org/panels.pdf"' in package.read(f"word/_rels/{part}.xml.rels")


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice (soffice) is not installed")
def test_libreoffice_opens_the_document_with_its_footnotes(tmp_path: Path) -> None:
    (tmp_path / "all.docx").write_bytes(FORMATS["word"].write(ALL))
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    for kind in ("pdf", "fodt"):
        command = ["soffice", home, "--headless", "--convert-to", kind, "--outdir", str(tmp_path), "all.docx"]
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    with PdfReader(tmp_path / "all.pdf") as reader:
        printed = " ".join("\n".join(page.extract_text() for page in reader.pages).split())
    for words in (QUESTION, CHOSEN.quote, "p. 5 (printed iii)", "Our brief of Power for all", "References"):
        assert words in printed
    opened = etree.parse(tmp_path / "all.fodt")
    names = {prefix: uri for prefix, uri in opened.getroot().nsmap.items() if prefix}
    bodies = opened.xpath("//text:note[@text:note-class='footnote']/text:note-body", namespaces=names)
    assert len(bodies) == len(footnotes(ALL)) == 8
    assert "p. 5 (printed iii)" in "".join(bodies[0].itertext())


def test_markdown_has_a_footnote_for_every_citation() -> None:
    tokens = told(text(ALL, "markdown"))
    assert sum(token.type == "footnote_open" for token in tokens) == 6
    assert sum(token.type == "blockquote_open" for token in tokens) == 3
    headings = [shown(after) for token, after in pairwise(tokens) if token.type == "heading_open"]
    assert headings == ["All", QUESTION, QUESTION, "Who won?", "References"]
    assert "> Twelve people were chosen by lot.[^1] Each of them was paid.[^2]" in text(ALL, "markdown")
    assert "<https://example.org/panels.pdf>" in text(ALL, "markdown")


@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1))
def test_markdown_shows_any_text_as_it_stands(words: str) -> None:
    paragraph, *others = [token for token in MarkdownIt().parse(escaped(words)) if token.type == "inline"]
    assert not others and shown(paragraph) == words
    [heading] = [token for token in MarkdownIt().parse(f"# x {escaped(words, first=False)}") if token.type == "inline"]
    assert shown(heading) == f"x {words}"


def test_a_table_has_a_row_for_every_citation_and_the_sign_of_its_encoding() -> None:
    assert FORMATS["csv"].write(ALL).startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(text(ALL, "csv"), newline="")))
    assert [row["number"] for row in rows] == ["1", "2", "3", "4", "5", "6"]
    assert rows[0] == {
        "number": "1", "question": QUESTION, "quotation": CHOSEN.quote, "said by": "", "report": PANELS.title,
        "authors": "Ann Ode; Bo Day", "publisher": "Parity", "year": "2019", "page": "5", "printed page": "iii",
        "read by text recognition": "", "file": "panels.pdf", "address": PANELS.address, "seen at": "", "also in": "",
        "note": "",
    }  # fmt: skip
    assert (rows[3]["report"], rows[3]["seen at"]) == ("Our brief of Power for all", SEEN.seen_at)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@A1", "\t=1", "\rx", " =1", "＝1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"
    report = replace(PANELS, title=cell.strip(), authors=(cell,))
    [row] = csv.DictReader(
        io.StringIO(text(of_citations(cell, [(cell, [cited(cell, report)], cell)]), "csv"), newline="")
    )
    assert not any(str(value).startswith(("=", "+", "-", "@", "\t", "\r", "＝")) for value in row.values())


def test_numbers_and_words_stay_as_they_are_in_a_table() -> None:
    assert [guarded(cell) for cell in (-1, None, "a=b", "")] == [-1, None, "a=b", ""]


def test_ris_has_a_record_for_every_report_with_pages_and_quotations_in_notes() -> None:
    homes, panels, brief = rispy.loads(text(ALL, "ris"))
    assert panels == {
        "type_of_reference": "RPRT", "id": "ode2019panels", "title": PANELS.title, "authors": ["Ode, Ann", "Day, Bo"],
        "publisher": "Parity", "year": "2019", "urls": [PANELS.address], "access_date": "2026/03/04",
        "start_page": "iii", "end_page": "7",
        "notes": [f"p. 5 (printed iii): “{CHOSEN.quote}”", f"p. 7: “{PAID.quote}”"],
    }  # fmt: skip
    assert homes["authors"] == ["Ardle Council,"] and "year" not in homes
    assert brief["type_of_reference"] == "GEN" and brief["title"] == "Our brief of Power for all (Far Press, 2012)"
    assert brief["urls"] == [SEEN.seen_at] and not {"authors", "publisher", "year"} & brief.keys()


def test_bibtex_has_an_entry_for_every_report_under_its_own_key() -> None:
    twin = replace(PANELS, id="twin")
    material = of_citations("x", [("", [each], "") for each in (CHOSEN, cited("So.", twin), VISIT, SEEN)])
    library = parse_string(text(material, "bibtex"))
    assert not library.failed_blocks
    homes, one, other, brief = library.entries
    assert one.entry_type == "techreport" and one.key != other.key
    fields = {field.key: field.value for field in one.fields}
    assert fields["author"] == "Ode, Ann and Day, Bo" and fields["year"] == "2019"
    assert fields["title"] == r"{Panels \& <power>}" and fields["url"] == PANELS.address
    assert homes["year"] == "n.d." and homes["author"] == "{Ardle Council}"
    assert brief.entry_type == "misc" and "author" not in brief and "Our brief of" in brief["title"]


@given(st.text())
def test_bibtex_can_be_read_whatever_a_title_holds(title: str) -> None:
    library = parse_string(
        text(of_citations("x", [("", [cited(title, replace(PANELS, title=title))], title)]), "bibtex")
    )
    assert not library.failed_blocks and len(library.entries) == 1


def test_csl_json_is_what_citation_processors_read() -> None:
    homes, panels, brief = json.loads(text(ALL, "csl-json"))
    assert panels["type"] == "report"
    assert panels["author"] == [{"family": "Ode", "given": "Ann"}, {"family": "Day", "given": "Bo"}]
    assert panels["issued"] == {"date-parts": [[2019]]} and panels["accessed"] == {"date-parts": [[2026, 3, 4]]}
    assert panels["page"] == "iii, 7" and CHOSEN.quote in panels["note"]
    assert homes["author"] == [{"literal": "Ardle Council"}] and "issued" not in homes
    assert brief["type"] == "document" and brief["URL"] == SEEN.seen_at and "author" not in brief
    assert "seen at https://seen.example/page" in brief["note"]


def test_harvard_references_are_in_the_order_of_the_alphabet_with_the_pages() -> None:
    kept = [("", [each], "") for each in (cited("It began.", BARE, page=None), PAID, CHOSEN, SEEN)]
    assert text(of_citations("x", kept), "harvard").splitlines() == [
        "Notes of a meeting (n.d.).",
        "Ode, A. and Day, B. (2019) Panels & <power>. Parity, pp. iii, 7. "
        "Available at: https://example.org/panels.pdf (Accessed: 4 March 2026).",
        "Our brief of Power for all (Far Press, 2012), seen at https://seen.example/page. "
        "Look for the report itself at https://example.org/power.",
    ]


@pytest.mark.parametrize("key", FORMATS)
def test_a_brief_is_told_as_one_in_every_format(key: str) -> None:
    material = of_citations("Evidence", [("", [SEEN], "")])
    told = "".join(footnotes(material).values()) if key == "word" else text(material, key).replace("*", "")
    assert "Our brief of Power for all" in told and SEEN.seen_at in told


def test_what_text_recognition_read_and_where_else_it_stands_is_told() -> None:
    also = (Place(HOMES, 9),)
    [note] = footnotes(of_citations("x", [("", [replace(CHOSEN, ocr=True, also=also)], "")])).values()
    assert "p. 5 (printed iii, read by text recognition)." in note
    assert note.endswith("The same words stand in Who visits whom? (homes.docx), page 9.")


@pytest.mark.parametrize("key", [key for key in FORMATS if key != "harvard"])  # has references alone, no words
def test_who_says_the_words_goes_with_them_into_every_format(key: str) -> None:
    material = of_citations("Evidence", [("", [replace(CHOSEN, speaker="Mary,\ntenant")], "")])
    told = "".join(footnotes(material).values()) if key == "word" else text(material, key)
    assert "Mary, tenant" in told and "said by" in told.casefold()


def test_who_says_the_words_is_copied_with_them() -> None:
    said = replace(CHOSEN, speaker="Mary")
    copied = pasted(Answer(QUESTION, True, f"{said.quote} [1]", (said,)))
    assert copied[1].endswith("(Ode and Day, 2019, p. iii, said by Mary)")


def test_a_comparison_has_a_section_for_every_report_that_speaks() -> None:
    rows = [Row(PANELS, (CHOSEN, PAID)), Row(OURS, (SEEN,)), Row(HOMES), Row(BARE)]
    material = of_comparison(Comparison(QUESTION, tuple(rows), {}))
    assert [(section.heading, [each.number for each in section.citations]) for section in material.sections] == [
        ("Panels & <power> (Parity, 2019)", [1, 2]),
        ("Our brief of Power for all (Far Press, 2012)", [3]),
        ("Nothing was found in 2 of 4 reports", []),
    ]
    assert "Who visits whom?; Notes of a meeting" in [paragraph.text for paragraph in word(material).paragraphs]


def test_the_table_of_a_comparison_says_where_the_words_stand_and_who_says_them() -> None:
    rows = [Row(PANELS, (replace(CHOSEN, speaker="Mary"), PAID)), Row(OURS, (SEEN,))]
    material = of_comparison(Comparison(QUESTION, tuple(rows), {}, searched_for="Who decided?"))
    assert [row["where"] for row in csv.DictReader(io.StringIO(text(material, "csv")))] == [
        "5 (said by Mary), 7",
        SEEN.seen_at,
    ]
    assert word(material).paragraphs[1].text == "Searched for “Who decided?”"


def test_evidence_for_the_same_question_stands_together_and_is_numbered_through() -> None:
    kept = [(QUESTION, [CHOSEN], ""), ("", [VISIT], ""), (QUESTION, [replace(PAID, number=1)], "")]
    material = of_citations("Evidence", kept)
    assert [(section.heading, [each.quote for each in section.citations]) for section in material.sections] == [
        (QUESTION, [CHOSEN.quote, PAID.quote]),
        ("", [VISIT.quote]),
    ]
    assert [each.number for each in material.citations] == [1, 2, 3]


def test_a_citation_that_the_text_does_not_mark_is_not_lost() -> None:
    material = of_answer(replace(QUOTED, text="Lots decide. [1]"))
    assert [each.quote for each in material.citations] == [CHOSEN.quote, PAID.quote, VISIT.quote, SEEN.quote]


def _word(written: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(written)) as package:
        notes = etree.fromstring(package.read("word/footnotes.xml"))
    assert docx.Document(io.BytesIO(written)).paragraphs and len(notes) >= 2


READERS: Mapping[str, Callable[[bytes], object]] = {
    "word": _word,
    "markdown": lambda written: told(written.decode()),
    "csv": lambda written: list(csv.reader(io.StringIO(written.decode(), newline=""), strict=True)),
    "ris": lambda written: rispy.loads(written.decode()),
    "bibtex": lambda written: parse_string(written.decode()),
    "csl-json": json.loads,
    "harvard": bytes.decode,
}


@pytest.mark.parametrize("key", FORMATS)
@given(words=st.text(), long=st.integers(1, 3000))
@settings(max_examples=10)
def test_no_text_breaks_a_format(key: str, words: str, long: int) -> None:
    report = Details("x", words, words, (words,), words, None, "pdf", f"https://example.org/{words}", accessed=words)
    citation = replace(cited(words * long, report, label=words), seen_at=words)
    answer = Answer(words, True, f"{words} [1]", (citation,), written_by=words, notice=words)
    material = of_conversation(words, [answer, replace(answer, written_by="")])
    written = FORMATS[key].write(material)
    READERS[key](written)


@pytest.mark.parametrize(
    "title", ["", "..", 'a/b\\c:d*?"<>|', "CON", "nul.txt", "long " * 99, "ß" * 999, "日" * 999, "\x00", "-x"]
)
def test_file_names_are_safe_everywhere(title: str) -> None:
    name = file_name(of_conversation(title, []), FORMATS["csl-json"])
    stem = name.removesuffix(".json")
    assert len(name.encode()) <= 255 and stem and stem == stem.strip(" .-")
    assert not re.search(r'[\\/:*?"<>|\x00-\x1f]', name)
    assert stem.partition(".")[0].upper() not in {"CON", "PRN", "AUX", "NUL", "COM1", "LPT1"}


def test_a_real_answer_can_be_taken_away_in_every_format(golden: Service) -> None:
    material = of_answer(golden.assistant.ask("What did the scheme cost a year?"))
    assert material.citations
    for key in FORMATS:
        told = " ".join(footnotes(material).values()) if key == "word" else text(material, key)
        assert all(cited.passage.report.title in told for cited in material.citations), key
    assert any(each.text.startswith("The scheme cost £41,000 a year.") for each in word(material).paragraphs)


def test_a_note_goes_with_its_quotation_into_every_format_that_has_room() -> None:
    note = "Use this in *part 2*.\n\nAsk Ann."
    material = of_citations("Evidence", [(QUESTION, [CHOSEN, PAID], note), ("", [VISIT], " ")])
    told = "Note: Use this in *part 2*."
    paragraphs = [paragraph.text for paragraph in word(material).paragraphs]
    at = paragraphs.index(told)
    assert paragraphs[at - 1].startswith(CHOSEN.quote) and paragraphs[at + 1] == "Ask Ann."
    assert r"Note: Use this in \*part 2\*." in text(material, "markdown")
    rows = list(csv.DictReader(io.StringIO(text(material, "csv"), newline="")))
    assert [row["note"] for row in rows] == ["", "Use this in *part 2*. Ask Ann.", ""]
    for key in ("ris", "bibtex", "csl-json"):
        assert text(material, key).count("Note: Use this in *part 2*. Ask Ann.") == 1
    assert "Note:" not in text(of_citations("x", [("", [VISIT], "")]), "markdown")
