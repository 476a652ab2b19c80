"""HTML to be pasted into a document: the paragraphs with [n], and below them what each n refers to, with its page."""

from __future__ import annotations

from collections.abc import Iterable
from gettext import gettext as _
from html import escape

from rag.answer import Citation
from rag.export.material import Material, Paragraph
from rag.export.reference import Span, link_target, note


def pasted_html(material: Material) -> str:
    """`material` without its title, a block a line of print, with nothing in it that needs a style sheet."""
    paragraphs = [each for section in material.sections for each in section.paragraphs]
    notes = {
        cited.number: _spans(note(cited, with_quote=not paragraph.quoted))
        for paragraph in paragraphs
        for cited in paragraph.citations
    }
    told = [f"<p>[{number}] {text}</p>" for number, text in notes.items()]
    words = escape(_("References"))
    heading = f"<p><b>{words}</b></p>"
    return "".join([*map(_paragraph, paragraphs), *([heading] if told else []), *told])


def _paragraph(paragraph: Paragraph) -> str:
    parts = [f" [{part.number}]" if isinstance(part, Citation) else escape(part) for part in paragraph.parts]
    return f"<p>{'• ' if paragraph.listed else ''}{''.join(parts)}</p>"


def _spans(spans: Iterable[Span]) -> str:
    return "".join(_span(span) for span in spans)


def _span(span: Span) -> str:
    target, text = link_target(span.address), escape(span.text)
    if target:
        return f"<a href='{escape(target)}'>{text}</a>"
    return f"<i>{text}</i>" if span.italic else text
