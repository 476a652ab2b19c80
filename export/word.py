"""A Word document with a footnote for every citation and a list of references."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, datetime
from gettext import gettext as _
from itertools import pairwise

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph as WordParagraph

from export.footnotes import REFERENCE, TEXT, Footnotes
from export.material import Material, Paragraph
from export.reference import Span, by_report, link_target, note, reference
from rag.answer import Citation

LINK = "Hyperlink"
# Longer ones are refused by the format.
LONGEST_PROPERTY = 255


def write_word(material: Material) -> bytes:
    """`material` as the bytes of a .docx file."""
    document = docx.Document()
    _set_up(document, material.title)
    footnotes = Footnotes(document)
    document.add_paragraph(material.title, "Title")
    for section in material.sections:
        if section.heading:
            document.add_heading(section.heading)
        for paragraph in section.paragraphs:
            _write(paragraph, document.add_paragraph(style=_style(paragraph)), footnotes)
    if material.citations:
        document.add_heading(_("References"))
    for report, citations in by_report(material.citations):
        _tell(reference(report, citations if report.is_brief else ()), document.add_paragraph())
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _style(paragraph: Paragraph) -> str:
    if paragraph.listed:
        return "List Bullet 2" if paragraph.quoted else "List Bullet"
    return "Quote" if paragraph.quoted else "Normal"


def _write(paragraph: Paragraph, into: WordParagraph, footnotes: Footnotes) -> None:
    for before, part in pairwise(("", *paragraph.parts)):
        if isinstance(part, str):
            into.add_run(part)
            continue
        if isinstance(before, Citation):
            into.add_run(", ").font.superscript = True  # else 1 and 2 would be read as 12
        _tell([Span(" "), *note(part, with_quote=not paragraph.quoted)], footnotes.add(into))


def _tell(spans: Iterable[Span], into: WordParagraph) -> None:
    for span in spans:
        target = link_target(span.address)
        if target:
            _link(span.text, target, into)
        else:
            into.add_run(span.text).italic = span.italic or None


def _link(text: str, target: str, into: WordParagraph) -> None:
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), into.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = into.add_run(text, LINK)
    run._r.addprevious(link)
    link.append(run._r)


def _set_up(document: Document, title: str) -> None:
    """The page, the styles, the language and what the file tells of itself."""
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    told = document.core_properties
    told.title, told.language = title[:LONGEST_PROPERTY], "en-GB"
    told.author = told.comments = told.last_modified_by = ""
    told.created = told.modified = now
    for section in document.sections:
        section.page_width, section.page_height = Mm(210), Mm(297)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")
    quoted = _paragraph_style(document, "Quote")
    quoted.paragraph_format.left_indent = quoted.paragraph_format.right_indent = Mm(10)
    quoted.font.italic = False
    small = document.styles.add_style(TEXT, WD_STYLE_TYPE.PARAGRAPH, builtin=True)
    assert isinstance(small, ParagraphStyle)
    small.base_style = document.styles["Normal"]
    small.font.size, small.paragraph_format.space_after = Pt(9), Pt(3)
    document.styles.add_style(REFERENCE, WD_STYLE_TYPE.CHARACTER, builtin=True).font.superscript = True
    link = document.styles.add_style(LINK, WD_STYLE_TYPE.CHARACTER, builtin=True).font
    link.underline, link.color.rgb = True, RGBColor(0x05, 0x63, 0xC1)


def _paragraph_style(document: Document, name: str) -> ParagraphStyle:
    style = document.styles[name]
    assert isinstance(style, ParagraphStyle)
    return style
