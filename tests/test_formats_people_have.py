"""OpenDocument, Rich Text, sheets, messages and saved pages: what they show is read, what is not read is told."""

from __future__ import annotations

import datetime
import io
import struct
from email.message import EmailMessage

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from ingest.left_out import LeftOut
from ingest.readers import read_reports
from ingest.readers.inner_files import READERS
from ingest.readers.office.drawing import as_shown
from ingest.readers.office.powerpoint import HIDDEN
from ingest.report import Content, Report, ReportError
from tests.test_readers import found, refusal, zipped
from tests.test_word import STRICT, inner_document, rewritten


def read(suffix: str, data: bytes) -> Content:
    return READERS[suffix](data, f"report{suffix}")


# --- OpenDocument -----------------------------------------------------------------------------------------------------

SPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in (
        *(("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"), ("style", "style")),
        *(("presentation", "presentation"), ("meta", "meta"), ("form", "form")),
    )
)
META = f"""<office:document-meta {SPACES} xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta><dc:title>Wishes</dc:title>
  <meta:initial-creator>Ann Rowe</meta:initial-creator><meta:creation-date>2012-03-01</meta:creation-date>
  <dc:date>2012-04-01</dc:date></office:meta></office:document-meta>"""


def opendocument(body: str, styles: str = "", **more: str) -> bytes:
    content = f"""<office:document-content {SPACES}><office:automatic-styles>{styles}</office:automatic-styles>
      <office:body>{body}</office:body></office:document-content>"""
    return zipped({"content.xml": content, "meta.xml": META, **{f"{name}.xml": text for name, text in more.items()}})


def odt(body: str, styles: str = "") -> list[object]:
    return list(found(read(".odt", opendocument(f"<office:text>{body}</office:text>", styles))))


LETTERS = """<style:style style:name="up"><style:text-properties style:text-position="super 58%"/></style:style>
  <style:style style:name="upper" style:parent-style-name="up"/>
  <style:style style:name="gone"><style:text-properties text:display="none"/></style:style>"""


def test_opendocument_text_is_read_as_it_is_shown() -> None:
    body = """<text:tracked-changes><text:changed-region><text:deletion><text:p>old</text:p></text:deletion>
      </text:changed-region></text:tracked-changes><text:h text:outline-level="2">Why</text:h>
      <text:p>Each was paid £1,200<text:span text:style-name="upper">3</text:span> for<text:s/>30 m<text:span
      text:style-name="up">2</text:span><text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>
      A note.</text:p></text:note-body></text:note> a year.<office:annotation>
      <text:p>Really?</text:p></office:annotation></text:p>
      <text:p><text:span text:style-name="gone">Stopped.</text:span>Shown.</text:p>"""
    assert odt(body, LETTERS) == [(2, "Why"), "Each was paid £1,200 for 30 m² a year.", "Shown.", "A note."]
    content = read(".odt", opendocument(f"<office:text>{body}</office:text>", LETTERS))
    assert (content.title, content.authors, content.year) == ("Wishes", ("Ann Rowe",), None)
    assert content.left_out == (LeftOut("hidden text"),)


def test_numbers_of_opendocument_lists() -> None:
    styles = """<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1"
      style:num-suffix="." text:start-value="2"/><text:list-level-style-number text:level="2" style:num-format="a"
      style:num-suffix=")"/></text:list-style><text:list-style style:name="B"><text:list-level-style-bullet
      text:level="1"/></text:list-style>"""
    item = "<text:list-item><text:p>{}</text:p>{}</text:list-item>"
    inner = f"<text:list>{item.format('b', '')}{item.format('c', '')}</text:list>"
    body = f'<text:list text:style-name="L">{item.format("a", inner)}{item.format("d", "")}</text:list>'
    bullets = f'<text:list text:style-name="B">{item.format("e", "")}</text:list>'
    assert odt(body + bullets, styles) == ["2. a", "a) b", "b) c", "3. d", "e"]


TABLE = """<table:table table:name="Islands"><table:table-row>
  <table:table-cell><text:p>Island</text:p></table:table-cell>
  <table:table-cell><text:p>Year</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell
  table:number-rows-spanned="2"><text:p>Westray</text:p></table:table-cell><table:table-cell><text:p>2017</text:p>
  </table:table-cell></table:table-row><table:table-row><table:covered-table-cell/><table:table-cell><text:p>2018</text:p>
  </table:table-cell><table:table-cell table:number-columns-repeated="16000"/></table:table-row></table:table>"""


def test_tables_and_sheets_of_opendocument() -> None:
    assert odt(TABLE) == ["Island | Year", "Westray | 2017", "Westray | 2018"]
    sheet = opendocument(f"<office:spreadsheet>{TABLE}</office:spreadsheet>")
    rows = ["Island | Year", "Island: Westray | Year: 2017", "Island: Westray | Year: 2018"]
    assert found(read(".ods", sheet)) == [(2, "Islands"), *rows]


def test_slides_of_opendocument() -> None:
    hidden = '<style:drawing-page-properties presentation:visibility="hidden"/>'
    styles = f'<style:style style:name="h">{hidden}</style:style>'
    frame = "<draw:frame{}><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>"
    notes = f"<presentation:notes>{frame.format('', 'Say this')}</presentation:notes>"
    title = frame.format(' presentation:class="title"', "Ferry")
    shown = f"<draw:page>{frame.format('', 'Wishes')}{title}{notes}</draw:page>"
    pages = f"{shown}<draw:page draw:style-name='h'>{title}</draw:page>"
    content = read(".odp", opendocument(f"<office:presentation>{pages}</office:presentation>", styles))
    assert found(content) == [(1, "Ferry"), "Wishes", "Say this"]
    assert [page.problem for page in content.pages] == ["", HIDDEN]


def test_opendocument_that_cannot_be_read_says_why() -> None:
    locked = zipped({"META-INF/manifest.xml": "<a><encryption-data/></a>", "content.xml": "x"})
    assert "locked with a password" in refusal(READERS[".odt"], locked)
    assert "damaged" in refusal(READERS[".ods"], zipped({"mimetype": "x"}))
    assert "holds no text" in refusal(READERS[".odp"], opendocument("<office:presentation/>"))
    assert "would unpack" in refusal(READERS[".odt"], zipped({"content.xml": bytes(51_000_000)}))


# --- Rich Text --------------------------------------------------------------------------------------------------------


def rtf(body: bytes) -> list[object]:
    head = rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fnil Arial;}{\f1\fnil\fcharset2 Wingdings;}{\f2\fcharset204 Cyr;}}"
    styles = rb"{\stylesheet{\s0 Normal;}{\s1\ql\sbasedon0 heading 1;}}{\info{\title Wishes}{\author Ann Rowe}}"
    return list(found(read(".rtf", head + styles + body + b"}")))


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (rb"\pard\s1 Why\par\pard It paid.\par", [(1, "Why"), "It paid."]),
        (rb"Paid \'a31,200{\super 3} for 30 m\super 2\nosupersub .", ["Paid £1,200 for 30 m²."]),
        (rb"\u8220?Caf\u233\'e9\u8221? \uc2\u8211 ab\uc1  end", ["“Café” – end"]),
        (rb"{\f2 \'cc\'fb}", ["Мы"]),
        (rb"\u-10179?\u-8694?", ["\U0001f60a"]),
        (rb"{\listtext\pard 2.\tab}Give a seat.\par{\pntext\f1\'b7\tab}Tea.", ["2. Give a seat.", "Tea."]),
        (rb"{\v Stopped.}Shown.{\deleted Old.}\v Gone\v0  Last.", ["Shown. Last."]),
        (
            rb"One{\super\chftn}{\footnote\pard{\super\chftn} A note.} two.\par Three.",
            ["One two.", "Three.", "A note."],
        ),
        (rb"{\header Head}{\*\unknown x}{\field{\*\fldinst HYPERLINK x}{\fldrslt link}}{\f1 \'fc}", ["link✓"]),
        (
            rb"\trowd\cellx1\cellx2\intbl a\cell b\cell\row\trowd\clvmgf\cellx1\cellx2\intbl Westray\cell 1\cell\row"
            rb"\trowd\clvmrg\cellx1\cellx2\intbl\cell 2\cell\row\pard End.",
            ["a | b", "Westray | 1", "Westray | 2", "End."],
        ),
        (rb"a\{b\}\\c\~d\_e\emdash f{\pict 0102}\bin4 {{{{g", ["a{b}\\c d-e—fg"]),
    ],
)
def test_rich_text_is_read_as_it_is_shown(body: bytes, shown: list[object]) -> None:
    assert rtf(body) == shown


def test_rich_text_that_is_damaged_says_so() -> None:
    assert "damaged" in refusal(READERS[".rtf"], b"plain")
    assert "holds no text" in refusal(READERS[".rtf"], rb"{\rtf1 {\pict 00}}")
    assert rtf(b"{" * 100_000 + b"deep") == ["deep"]


# --- sheets -----------------------------------------------------------------------------------------------------------


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def first(book: Workbook) -> Worksheet:
    assert isinstance(book.active, Worksheet)
    return book.active


def islands() -> Workbook:
    book = openpyxl.Workbook()
    sheet = first(book)
    sheet.title = "Islands"
    for row in (["School", "Year", "Volunteers", "Share"], ["Westray", 2017, 1200, 0.25], [None, 2018, 31.5, 0.3]):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    for cell in sheet["C"][1:]:
        cell.number_format = "#,##0"
    for cell in sheet["D"][1:]:
        cell.number_format = "0%"
    return book


ROWS = [
    "School | Year | Volunteers | Share",
    "School: Westray | Year: 2017 | Volunteers: 1,200 | Share: 25%",
    "School: Westray | Year: 2018 | Volunteers: 32 | Share: 30%",
]


def test_rows_of_excel_are_read_with_their_headings() -> None:
    data = saved(islands())
    assert found(read(".xlsx", data)) == [(2, "Islands"), *ROWS]
    strict = [
        *STRICT,
        ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"),
    ]
    assert found(read(".xlsx", rewritten(data, strict))) == [(2, "Islands"), *ROWS]
    kinds = [
        ("vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "vnd.ms-excel.sheet.macroEnabled.main+xml")
    ]
    assert found(read(".xlsm", rewritten(data, kinds))) == [(2, "Islands"), *ROWS]


@pytest.mark.parametrize(
    ("code", "shown"), [("[$£-809]#,##0.00", "£1,200.00"), ("[$€-2]\\ #,##0", "€1,200"), ("[Red][$-809]#,##0", "1,200")]
)
def test_amounts_have_their_currency(code: str, shown: str) -> None:
    assert as_shown("1200", code) == shown


def test_what_a_sheet_hides_is_counted() -> None:
    book = islands()
    book["Islands"].row_dimensions[2].hidden = True
    book["Islands"].column_dimensions.group("D", "F", hidden=True)  # which is kept as one range
    book["Islands"]["E3"], book["Islands"]["F3"] = "Mary Setter", "01234"
    book.create_sheet("Old")["A1"] = "gone"
    book["Old"].sheet_state = "hidden"
    chart = BarChart()
    chart.add_data(Reference(book["Islands"], min_col=3, min_row=2, max_row=3))
    first(book).add_chart(chart, "F1")
    content = read(".xlsx", saved(book))
    assert found(content)[2:] == ["School: Westray | Year: 2018 | Volunteers: 32"]
    assert {each.kind: each.count for each in content.left_out} == {"row": 1, "column": 3, "chart": 1, "sheet": 1}


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("dd/mm/yyyy", "03/03/2014"),
        ("d mmmm yyyy", "3 March 2014"),
        ("mm-dd-yy", "03/03/2014"),
        ("[$-809]d\\-mmm\\-yy;@", "3-Mar-14"),
        ("yyyy", "2014"),
        ("General", "2014-03-03"),
    ],
)
def test_dates_are_told_as_they_are_shown(code: str, shown: str) -> None:
    book = openpyxl.Workbook()
    cell = first(book)["A1"]
    cell.value, cell.number_format = datetime.date(2014, 3, 3), code
    if code == "General":
        assert found(read(".xlsx", saved(book))) in ([shown], ["41701"])
    else:
        assert found(read(".xlsx", saved(book))) == [shown]


def test_sheets_without_headings_or_with_values_far_apart() -> None:
    book = openpyxl.Workbook()
    first(book).append(["Total", 12])
    first(book)["XFD1048576"] = "far"
    assert found(read(".xlsx", saved(book))) == ["Total | 12", "far"]
    assert "hold no values" in refusal(READERS[".xlsx"], saved(openpyxl.Workbook()))
    assert "damaged" in refusal(READERS[".xlsx"], inner_document())
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    assert "save it as .xlsx" in refusal(READERS[".xlsx"], old)


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_rows_of_values_parted_by_signs(sign: str) -> None:
    rows = [["School", "Volunteers", "Said"], ["Westray", "31", f'"more{sign} and\nagain"'], [], ["Rousay", "19"]]
    data = "\n".join(sign.join(row) for row in rows).encode("utf-8-sig")
    said = f"more{sign.strip()} and again"
    assert found(read(".csv", data)) == [
        *("School | Volunteers | Said", f"School: Westray | Volunteers: 31 | Said: {said}"),
        "School: Rousay | Volunteers: 19",
    ]


def test_another_table_further_down_has_headings_of_its_own() -> None:
    data = b"Staff list\n\nName,Days\nAnn,3\n\nYear,Cost,Paid by\n2017,12,Ann\n"
    assert found(read(".csv", data)) == [
        *("Staff list", "Name | Days", "Name: Ann | Days: 3"),
        *("Year | Cost | Paid by", "Year: 2017 | Cost: 12 | Paid by: Ann"),
    ]


def test_rows_beyond_what_anybody_quotes_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    content = read(".csv", b"a,b\n" + b"1,2\n" * 20_010)
    assert (len(found(content)), sum(each.count for each in content.left_out)) == (20_000, 11)


# --- messages ---------------------------------------------------------------------------------------------------------


def message(html: bool = False) -> EmailMessage:
    made = EmailMessage()
    made["Subject"], made["From"] = "Re: The ferry wishes", "Ann Rowe <ann@example.org>"
    made["Date"] = "Mon, 03 Mar 2014 10:00:00 +0000"
    if html:
        made.set_content("<h2>Wishes</h2><p>It held three hundred.</p>", subtype="html")
    else:
        made.set_content("It held three hundred.\n")
    return made


def test_a_message_has_its_subject_sender_and_year() -> None:
    content = read(".eml", message().as_bytes())
    assert (content.title, content.authors, content.year) == ("The ferry wishes", ("Ann Rowe",), 2014)
    assert found(content) == ["It held three hundred."]
    assert found(read(".eml", message(html=True).as_bytes())) == [(2, "Wishes"), "It held three hundred."]
    assert found(read(".eml", message().as_string().encode("utf-16-be"))) == ["It held three hundred."]


def test_what_was_sent_with_a_message_is_read_and_what_cannot_be_is_named() -> None:
    outer, inner = message(), message()
    inner.add_attachment(b"a,b\n1,2\n", maintype="text", subtype="csv", filename="inner.csv")
    word = "vnd.openxmlformats-officedocument.wordprocessingml.document"
    outer.add_attachment(inner_document(), maintype="application", subtype=word, filename="minutes.docx")
    outer.add_attachment(b"\0", maintype="application", subtype="octet-stream", filename="plan.dwg")
    outer.add_attachment(b"%PDF broken", maintype="application", subtype="pdf", filename="scan.pdf")
    outer.add_attachment(inner)
    content = read(".eml", outer.as_bytes())
    assert found(content) == [
        *("It held three hundred.", (1, "minutes.docx"), "The members agreed."),
        *((1, "message.eml"), "It held three hundred.", (1, "inner.csv"), "a | b", "a: 1 | b: 2"),
    ]
    assert [name for each in content.left_out for name in each.names] == ["plan.dwg", "scan.pdf"]


def test_messages_that_nest_without_end_are_cut_off() -> None:
    made = message()
    for _ in range(10):
        outer = message()
        outer.add_attachment(made)
        made = outer
    content = read(".eml", made.as_bytes())
    assert found(content).count("It held three hundred.") == 4
    assert [each.kind for each in content.left_out] == ["attachment"]


def test_what_is_no_message_says_so() -> None:
    assert "damaged" in refusal(READERS[".eml"], b"no header here at all")
    assert "empty" in refusal(READERS[".eml"], b"")
    assert "holds no text" in refusal(READERS[".eml"], b"Subject: x\n\n")
    assert "damaged" in refusal(READERS[".msg"], b"x")
    assert "damaged" in refusal(READERS[".msg"], b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + struct.pack("<I", 7) * 200)


def test_a_saved_web_page_is_read_as_the_page() -> None:
    page = EmailMessage()
    page["Subject"] = "x"
    page.set_content("<html><head><title>The ferry</title></head><body><p>Café.</p></body></html>", subtype="html")
    page.make_related()
    page.add_related(b"\x89PNG", maintype="image", subtype="png", cid="<a>")
    content = read(".mht", page.as_bytes())
    assert (content.title, found(content)) == ("The ferry", ["Café."])


@pytest.mark.parametrize(
    ("suffix", "says"),
    [
        (".doc", "save it as .docx"),
        (".key", "PowerPoint"),
        (".numbers", "Excel"),
        (".zip", "Unpack"),
        (".jpg", "picture"),
    ],
)
def test_formats_that_cannot_be_read_say_what_to_do(suffix: str, says: str) -> None:
    [error] = read_reports(b"x", f"a{suffix}", suffix)
    assert isinstance(error, ReportError) and says in error.reason


def test_attachments_that_were_left_out_are_told_with_the_report() -> None:
    made = message()
    made.add_attachment(b"\0", maintype="application", subtype="octet-stream", filename="plan.dwg")
    [report] = read_reports(made.as_bytes(), "a.eml", ".eml")
    assert isinstance(report, Report) and report.left_out == (LeftOut("attachment", 1, ("plan.dwg",)),)
