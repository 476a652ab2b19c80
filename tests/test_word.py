"""Word files as people make them: what Word shows is read, whatever part of the file it is kept in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import docx
import pptx
import pytest
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.parser import parse_xml
from docx.shared import Pt, RGBColor
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from ingest.left_out import LeftOut
from ingest.readers.inner_files import READERS
from ingest.readers.office.powerpoint import read_pptx
from ingest.readers.office.symbols import in_unicode
from ingest.readers.office.word import read_docx
from ingest.report import Content
from tests.test_readers import W, add, found, saved

W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
WHOLE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CHUNK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/aFChunk"


def read(document: Document) -> Content:
    return read_docx(saved(document), "a.docx")


def text(document: Document) -> list[object]:
    return list(found(read(document)))


# --- marks of notes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["direct", "position", "style", "based", "paragraph"])
def test_typed_marks_of_notes_are_not_glued_to_figures(how: str) -> None:
    document = docx.Document()
    style = document.styles.add_style("Mark", WD_STYLE_TYPE.CHARACTER)
    style.font.superscript = how in ("style", "based")
    based = document.styles.add_style("Mark of ours", WD_STYLE_TYPE.CHARACTER)
    based.base_style = style
    paragraph = document.add_paragraph("Each was paid £1,200")
    mark = paragraph.add_run("3")
    if how == "direct":
        mark.font.superscript = True
    elif how == "position":
        mark._r.get_or_add_rPr().append(parse_xml(f'<w:position {W} w:val="8"/>'))
    elif how in ("style", "based"):
        mark.style = style if how == "style" else based
    else:
        mark.font.superscript = True
        mark.text = "3, 4"
    paragraph.add_run(" a year on 30 m")
    paragraph.add_run("2").font.superscript = True
    paragraph.add_run(", in the 2")
    paragraph.add_run("nd").font.superscript = True
    assert text(document) == [f"Each was paid £1,200 a year on 30 m{'²'}, in the 2nd"]


def test_a_mark_of_ones_own_is_no_text() -> None:
    document = docx.Document()
    add(
        document,
        f"""<w:p {W}><w:r><w:t>The fund</w:t></w:r><w:r>
      <w:footnoteReference w:customMarkFollows="1" w:id="2"/>
      <w:t>7b</w:t></w:r><w:r><w:t xml:space="preserve"> paid.</w:t></w:r></w:p>""",
    )
    assert text(document) == ["The fund paid."]


# --- numbers ----------------------------------------------------------------------------------------------------------


def numbering(document: Document, levels: str, more: str = "") -> None:
    """A list 77 with levels of its own, and what else of lists 78 and so on."""
    part = document.part.numbering_part.element
    part.insert(0, parse_xml(f'<w:abstractNum {W} w:abstractNumId="77">{levels}</w:abstractNum>'))
    for xml in (f'<w:num {W} w:numId="77"><w:abstractNumId w:val="77"/></w:num>', more):
        if xml:
            part.append(parse_xml(xml))


def level(at: int, format: str, shown: str, start: int = 1, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{format}"/>{more}<w:lvlText w:val="{shown}"/>'
        "</w:lvl>"
    )


def item(document: Document, words: str, at: int = 0, id: int = 77) -> None:
    add(
        document,
        f"""<w:p {W}><w:pPr><w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{id}"/></w:numPr></w:pPr>
      <w:r><w:t>{words}</w:t></w:r></w:p>""",
    )


@pytest.mark.parametrize(
    ("format", "shown", "start", "numbers"),
    [
        ("decimal", "%1.", 1, ["1.", "2."]),
        ("decimal", "Recommendation %1:", 4, ["Recommendation 4:", "Recommendation 5:"]),
        ("lowerLetter", "%1)", 26, ["z)", "aa)"]),
        ("upperLetter", "(%1)", 1, ["(A)", "(B)"]),
        ("lowerRoman", "%1.", 8, ["viii.", "ix."]),
        ("upperRoman", "%1", 49, ["XLIX", "L"]),
        ("decimalZero", "%1", 9, ["09", "10"]),
        ("ordinal", "%1", 11, ["11th", "12th"]),
        ("cardinalText", "%1", 20, ["Twenty", "Twenty-one"]),
        ("ordinalText", "%1", 2, ["Second", "Third"]),
        ("bullet", "•", 1, ["", ""]),
        ("none", "%1", 1, ["", ""]),
        ("somethingNew", "%1.", 1, ["1.", "2."]),
    ],
)
def test_numbers_of_every_format(format: str, shown: str, start: int, numbers: list[str]) -> None:
    document = docx.Document()
    numbering(document, level(0, format, shown, start))
    item(document, "one")
    item(document, "two")
    assert text(document) == [f"{number} {word}".strip() for number, word in zip(numbers, ("one", "two"), strict=True)]


def test_numbers_in_levels_start_anew_below_each_other() -> None:
    document = docx.Document()
    levels = (
        level(0, "upperRoman", "%1.")
        + level(1, "decimal", "%1.%2", more="<w:isLgl/>")
        + level(2, "lowerLetter", "(%3)")
        + level(3, "decimal", "%4.", more='<w:lvlRestart w:val="0"/>')
    )
    numbering(document, levels)
    for at in (0, 1, 2, 2, 3, 1, 2, 3, 0, 1):
        item(document, "x", at)
    expected = ["I.", "1.1", "(a)", "(b)", "1.", "1.2", "(a)", "2.", "II.", "2.1"]
    assert text(document) == [f"{number} x" for number in expected]


def test_lists_that_share_their_levels_go_on_unless_they_start_anew() -> None:
    document = docx.Document()
    override = f"""<w:num {W} w:numId="78"><w:abstractNumId w:val="77"/><w:lvlOverride w:ilvl="0">
      <w:startOverride w:val="5"/></w:lvlOverride></w:num>"""
    numbering(document, level(0, "decimal", "%1."), override)
    for id in (77, 77, 78, 78, 77):
        item(document, "x", id=id)
    item(document, "none", id=0)
    add(document, f"""<w:p {W}><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="77"/></w:numPr></w:pPr></w:p>""")
    item(document, "last")
    assert text(document) == ["1. x", "2. x", "5. x", "6. x", "7. x", "none", "9. last"]


def test_numbers_of_headings_come_from_their_styles() -> None:
    document = docx.Document()
    levels = "".join(
        level(at, "decimal", ".".join(f"%{n}" for n in range(1, at + 2)), more=f'<w:pStyle w:val="Heading{at + 1}"/>')
        for at in range(2)
    )
    numbering(document, levels)
    for at in range(2):
        style = document.styles[f"Heading {at + 1}"].element
        style.get_or_add_pPr().append(parse_xml(f'<w:numPr {W}><w:numId w:val="77"/></w:numPr>'))
    for words, at in (("Why", 1), ("How", 1), ("Costs", 2), ("Time", 2)):
        document.add_heading(words, at)
    assert text(document) == [(1, "1 Why"), (1, "2 How"), (2, "2.1 Costs"), (2, "2.2 Time")]


def test_a_style_that_names_a_list_and_no_level_is_numbered_at_its_first() -> None:
    document = docx.Document()
    numbering(document, level(0, "decimal", "%1.") + level(1, "lowerLetter", "%2)"))
    document.styles["Body Text"].element.get_or_add_pPr().append(
        parse_xml(f'<w:numPr {W}><w:numId w:val="77"/></w:numPr>')
    )
    for words in ("one", "two"):
        document.add_paragraph(words, "Body Text")
    assert text(document) == ["1. one", "2. two"]


# --- what is kept elsewhere -------------------------------------------------------------------------------------------


def insert(document: Document, name: str, kind: str, data: bytes) -> None:
    id = document.part.relate_to(Part(PackURI(f"/word/{name}"), kind, data), CHUNK)
    add(document, f'<w:altChunk {W} {R} r:id="{id}"/>')


def inner_document() -> bytes:
    document = docx.Document()
    document.add_paragraph("The members agreed.")
    return saved(document)


@pytest.mark.parametrize(
    ("name", "kind", "data"),
    [
        ("a.html", "text/html", b"<p>The members agreed.</p>"),
        ("a.htm", "application/xhtml+xml", b"<html><body><p>The members agreed.</p></body></html>"),
        ("a.txt", "text/plain", b"The members agreed."),
        ("a.docx", WHOLE, inner_document()),
        ("b.docx", f"{WHOLE}.main+xml", inner_document()),
    ],
)
def test_inserted_documents_are_read_where_they_stand(name: str, kind: str, data: bytes) -> None:
    document = docx.Document()
    document.add_paragraph("Before.")
    insert(document, name, kind, data)
    document.add_paragraph("After.")
    assert text(document) == ["Before.", "The members agreed.", "After."]


def test_inserted_documents_that_cannot_be_read_are_counted_and_named() -> None:
    document = docx.Document()
    document.add_paragraph("Before.")
    insert(document, "a.bin", "application/octet-stream", b"\0")
    insert(document, "b.html", "text/html", b"")
    id = document.part.relate_to("file:///C:\\Users\\ann\\chapter-2.docx", CHUNK, is_external=True)
    add(document, f'<w:altChunk {W} {R} r:id="{id}"/>')
    add(
        document,
        f"""<w:p {W}><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>INCLUDETEXT
      "C:\\\\x\\\\costs.docx"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>""",
    )
    content = read(document)
    assert found(content) == ["Before."]
    assert [name for each in content.left_out for name in each.names] == [
        "a.bin",
        "b.html",
        "chapter-2.docx",
        "costs.docx",
    ]


def test_a_document_inserted_into_itself_ends() -> None:
    document = docx.Document()
    document.add_paragraph("Level.")
    for _ in range(6):
        outer = docx.Document()
        outer.add_paragraph("Level.")
        insert(
            outer, "a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", saved(document)
        )
        document = outer
    content = read(document)
    assert found(content) == ["Level."] * 4
    assert content.left_out == (LeftOut("part", names=("a.docx",)),)


def test_what_was_included_by_a_field_is_read() -> None:
    document = docx.Document()
    add(
        document,
        f"""<w:p {W}><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r>
      <w:instrText>INCLUDETEXT x.docx</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>
      <w:r><w:t>Agreed.</w:t></w:r></w:p>""",
    )
    add(document, f'<w:p {W}><w:r><w:t>More.</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>')
    assert (text(document), read(document).left_out) == (["Agreed.", "More."], ())


def chart() -> bytes:
    """The chart of a deck that a library made."""
    deck = pptx.Presentation()
    data = CategoryChartData(number_format="0%")  # type: ignore[no-untyped-call]
    data.categories = ["2017", "2018"]
    data.add_series("Westray", (0.25, 0.31))  # type: ignore[no-untyped-call]
    data.add_series("Rousay", (0.4, None))  # type: ignore[no-untyped-call]
    shapes = deck.slides.add_slide(deck.slide_layouts[6]).shapes
    made = shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(1), Inches(5), Inches(4), data).chart
    made.has_title = True
    made.chart_title.text_frame.text = "Volunteers"
    return saved(deck)


CHART_ROWS = ["Volunteers", "2017 | Westray | 25%", "2018 | Westray | 31%", "2017 | Rousay | 40%"]


def test_charts_of_powerpoint_and_word_are_read_as_rows() -> None:
    assert found(read_pptx(chart(), "a.pptx")) == CHART_ROWS
    with zipfile.ZipFile(io.BytesIO(chart())) as deck:
        data = next(deck.read(name) for name in deck.namelist() if name.startswith("ppt/charts/chart"))
    document = docx.Document()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/chart"
    part = Part(
        PackURI("/word/charts/chart1.xml"), "application/vnd.openxmlformats-officedocument.drawingml.chart+xml", data
    )
    id = document.part.relate_to(part, kind)
    add(
        document,
        f"""<w:p {W} {R}><w:r><w:drawing><c:chart r:id="{id}"
      xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"/></w:drawing></w:r></w:p>""",
    )
    assert text(document) == CHART_ROWS


# --- forms and ticks --------------------------------------------------------------------------------------------------


def control(properties: str, words: str) -> str:
    return f"""<w:p {W} {W14}><w:r><w:t xml:space="preserve">Came: </w:t></w:r><w:sdt><w:sdtPr>{properties}</w:sdtPr>
      <w:sdtContent><w:r><w:t>{words}</w:t></w:r></w:sdtContent></w:sdt></w:p>"""


def legacy(form: str, result: str = "") -> str:
    return f"""<w:p {W}><w:r><w:t xml:space="preserve">Came: </w:t></w:r><w:r><w:fldChar w:fldCharType="begin">
      <w:ffData>{form}</w:ffData></w:fldChar></w:r><w:r><w:instrText>FORM</w:instrText></w:r>
      <w:r><w:fldChar w:fldCharType="separate"/></w:r>
      <w:r><w:t>{result}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>"""


CHOICES = '<w:ddList>{}<w:listEntry w:val="no"/><w:listEntry w:val="yes"/></w:ddList>'


@pytest.mark.parametrize(
    ("xml", "shown"),
    [
        (control('<w14:checkbox><w14:checked w14:val="1"/></w14:checkbox>', "☒"), "Came: ✓"),
        (control('<w14:checkbox><w14:checked w14:val="0"/></w14:checkbox>', "☐"), "Came: ☐"),
        (control("<w:showingPlcHdr/>", "Click here to enter text."), "Came:"),
        (control("<w:text/>", "thirty"), "Came: thirty"),
        (legacy('<w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox>'), "Came: ✓"),
        (legacy('<w:checkBox><w:default w:val="1"/></w:checkBox>'), "Came: ✓"),
        (legacy('<w:checkBox><w:default w:val="1"/><w:checked w:val="0"/></w:checkBox>'), "Came: ☐"),
        (legacy(CHOICES.format('<w:result w:val="1"/>')), "Came: yes"),
        (legacy(CHOICES.format("")), "Came: no"),
        (legacy(CHOICES.format(""), "yes"), "Came: yes"),
        (legacy("<w:textInput/>", "thirty"), "Came: thirty"),
        (legacy("<w:textInput/>", "\u2002\u2002\u2002"), "Came:"),
        (f'<w:p {W}><w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r></w:p>', "☑"),
        (f'<w:p {W}><w:r><w:sym w:font="Wingdings 2" w:char="F050"/></w:r></w:p>', "✓"),
        (f'<w:p {W}><w:r><w:rPr><w:rFonts w:ascii="Wingdings"/></w:rPr><w:t>\u00fc</w:t></w:r></w:p>', "✓"),
        (f'<w:p {W}><w:r><w:rPr><w:rFonts w:hAnsi="Webdings"/></w:rPr><w:t>\uf061</w:t></w:r></w:p>', "✓"),
        (f"<w:p {W}><w:r><w:t>✓ ☑ ☒ ☐</w:t></w:r></w:p>", "✓ ☑ ☒ ☐"),
        (f'<w:p {W}><w:r><w:sym w:font="Symbol" w:char="F061"/></w:r></w:p>', "α"),
    ],
)
def test_ticks_and_answers_of_forms_are_read(xml: str, shown: str) -> None:
    document = docx.Document()
    add(document, xml)
    assert text(document) == [shown]


@pytest.mark.parametrize(
    ("font", "letters", "signs"),
    [
        ("Symbol", "abgDS", "αβγΔΣ"),
        ("Symbol", "\xa3\xa5\xb1\xb3\xb4\xb9\xbb\xd6\xde\xe5\x2d", "≤∞±≥×≠≈√⇒∑−"),
        (" WINGDINGS ", "\xa8\xfb\xfc\xfd\xfe\xf0a7\xe0", "☐✗✓☒☑⇨a7→"),
        ("Wingdings 3", "fghi", "←→↑↓"),
        ("Webdings", "\uf061\uf072c", "✓✗☐"),
        ("Wingdings 2", "PORé", "✓✗☑é"),
        ("Arial", "abg\xa5", "abg¥"),
    ],
)
def test_letters_of_symbol_fonts_are_the_signs_that_people_see(font: str, letters: str, signs: str) -> None:
    assert in_unicode(letters, font) == signs


# --- what is not shown ------------------------------------------------------------------------------------------------


def hidden(document: Document, how: str) -> None:
    run = document.add_paragraph("Shown. ").add_run("The trial was stopped.")
    if how == "direct":
        run.font.hidden = True
    elif how == "style":
        run.style = document.styles.add_style("Hidden", WD_STYLE_TYPE.CHARACTER)
        run.style.font.hidden = True
    else:
        run.font.color.rgb = RGBColor(0xFF, 0xFF, 0xFF)


@pytest.mark.parametrize("how", ["direct", "style", "white"])
def test_hidden_text_is_left_out_and_counted(how: str) -> None:
    document = docx.Document()
    hidden(document, how)
    content = read(document)
    assert (found(content), content.left_out) == (["Shown."], (LeftOut("hidden text"),))


@pytest.mark.parametrize("behind", ["run", "paragraph", "cell", "table style"])
def test_white_text_on_something_dark_is_read(behind: str) -> None:
    document = docx.Document()
    table = document.add_table(1, 1, style="Medium Shading 1 Accent 1" if behind == "table style" else None)
    paragraph = table.cell(0, 0).paragraphs[0]
    run = paragraph.add_run("Costs")
    run.font.color.rgb = RGBColor(0xFF, 0xFF, 0xFF)
    shade = parse_xml(f'<w:shd {W} w:val="clear" w:fill="1F3864"/>')
    if behind == "run":
        run._r.get_or_add_rPr().append(shade)
    elif behind == "paragraph":
        paragraph._p.get_or_add_pPr().append(shade)
    elif behind == "cell":
        table.cell(0, 0)._tc.get_or_add_tcPr().append(shade)
    assert text(document) == ["Costs"]


def test_text_that_is_not_hidden_after_all_is_read() -> None:
    document = docx.Document()
    style = document.styles.add_style("Hidden", WD_STYLE_TYPE.CHARACTER)
    style.font.hidden = True
    run = document.add_paragraph().add_run("Shown.", style)
    run.font.hidden = False
    run.font.size = Pt(9)
    assert text(document) == ["Shown."]


def test_deleted_rows_and_ends_of_paragraphs_are_gone() -> None:
    document = docx.Document()
    add(
        document,
        f"""<w:p {W}><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>
      <w:r><w:t xml:space="preserve">It paid </w:t></w:r></w:p>""",
    )
    add(document, f"<w:p {W}><w:r><w:t>for itself.</w:t></w:r></w:p>")
    table = document.add_table(2, 2)
    for index, cell in enumerate(table._cells):
        cell.text = str(index)
    table.rows[1]._tr.get_or_add_trPr().append(parse_xml(f"<w:del {W}/>"))
    assert text(document) == ["It paid for itself.", "0 | 1"]


def test_a_table_of_contents_is_left_out() -> None:
    document = docx.Document()
    add(
        document,
        f"""<w:sdt {W}><w:sdtPr><w:docPartObj>
      <w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>
      <w:sdtContent><w:p><w:r><w:t>Contents</w:t></w:r></w:p></w:sdtContent></w:sdt>""",
    )
    document.add_paragraph("Text.")
    assert text(document) == ["Text."]


def test_fractions_and_powers_of_formulas_are_told_apart() -> None:
    document = docx.Document()
    add(
        document,
        f"""<w:p {W} xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:oMath><m:f><m:num><m:r>
      <m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f><m:sSup><m:e><m:r><m:t>(a+b)</m:t></m:r></m:e>
      <m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:oMath></w:p>""",
    )
    assert text(document) == ["1/2(a+b)²"]


# --- forms of the file ------------------------------------------------------------------------------------------------

STRICT = [
    ("http://schemas.openxmlformats.org/officeDocument/2006/", "http://purl.oclc.org/ooxml/officeDocument/"),
    (
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    ),
    ("http://schemas.openxmlformats.org/presentationml/2006/main", "http://purl.oclc.org/ooxml/presentationml/main"),
    ("http://schemas.openxmlformats.org/drawingml/2006/", "http://purl.oclc.org/ooxml/drawingml/"),
]


def rewritten(data: bytes, pairs: list[tuple[str, str]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as whole, zipfile.ZipFile(out, "w") as other:
        for name in whole.namelist():
            part = whole.read(name)
            for before, after in pairs if name.endswith((".xml", ".rels")) else ():
                part = part.replace(before.encode(), after.encode())
            other.writestr(name, part)
    return out.getvalue()


def small() -> Iterator[tuple[str, bytes]]:
    document = docx.Document()
    document.add_heading("Ferry", 1)
    document.add_table(1, 2).cell(0, 1).text = "Three hundred wishes."
    yield ".docx", saved(document)
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text, slide.placeholders[1].text = "Ferry", "Three hundred wishes."
    yield ".pptx", saved(deck)


@pytest.mark.parametrize(("suffix", "data"), list(small()))
def test_strict_files_are_read(suffix: str, data: bytes) -> None:
    assert found(READERS[suffix](rewritten(data, STRICT), f"a{suffix}")) == [(1, "Ferry"), "Three hundred wishes."]


@pytest.mark.parametrize(
    ("suffix", "kind"),
    [
        (".docm", "vnd.ms-word.document.macroEnabled.main+xml"),
        (".dotx", "vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"),
        (".dotm", "vnd.ms-word.template.macroEnabledTemplate.main+xml"),
        (".pptm", "vnd.ms-powerpoint.presentation.macroEnabled.main+xml"),
        (".ppsx", "vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml"),
        (".ppsm", "vnd.ms-powerpoint.slideshow.macroEnabled.main+xml"),
        (".potx", "vnd.openxmlformats-officedocument.presentationml.template.main+xml"),
    ],
)
def test_templates_shows_and_files_with_macros_are_read(suffix: str, kind: str) -> None:
    plain = ".docx" if suffix.startswith(".do") else ".pptx"
    main = "wordprocessingml.document" if plain == ".docx" else "presentationml.presentation"
    data = rewritten(dict(small())[plain], [(f"vnd.openxmlformats-officedocument.{main}.main+xml", kind)])
    assert found(READERS[suffix](data, f"a{suffix}")) == [(1, "Ferry"), "Three hundred wishes."]
