"""Markdown with footnotes, as Pandoc, GitHub and most other programs read them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from gettext import gettext as _
from itertools import pairwise

from export.material import Material, Paragraph
from export.reference import Span, by_report, link_target, note, reference
from rag.answer import Citation

_SIGNS = re.compile(r"[\\`*_\[\]<>~|$^@{}&!#]")
# What would make a heading, a list, a quotation or a line of the text that it begins.
_OPENING = re.compile(r"(?:\d{1,9}(?=[.)])|(?=[-+#=:]))")


def write_markdown(material: Material) -> bytes:
    """`material` as Markdown in UTF-8."""
    return f"{_text(material)}\n".encode()


def _text(material: Material) -> str:
    blocks = [f"# {escaped(material.title)}"]
    notes: dict[int, str] = {}
    for section in material.sections:
        blocks += [f"## {escaped(section.heading)}"] if section.heading else []
        blocks += _paragraphs(section.paragraphs)
        for paragraph in section.paragraphs:
            notes |= {cited.number: _spans(note(cited, not paragraph.quoted)) for cited in paragraph.citations}
    if material.citations:
        works = by_report(material.citations)
        told = (_spans(reference(report, cited if report.is_brief else ())) for report, cited in works)
        blocks += ["## " + escaped(_("References")), "\n".join(f"- {each}" for each in told)]
    return "\n\n".join([*blocks, *(f"[^{number}]: {told}" for number, told in notes.items())])


def _paragraphs(paragraphs: Iterable[Paragraph]) -> list[str]:
    """The paragraphs as blocks; the items of a list are one."""
    blocks: list[str] = []
    listed = False
    for paragraph in paragraphs:
        block = _paragraph(paragraph)
        if paragraph.listed and listed:
            blocks[-1] += f"\n{block}"
        else:
            blocks.append(block)
        listed = paragraph.listed
    return blocks


def _paragraph(paragraph: Paragraph) -> str:
    text = "".join(
        f"[^{part.number}]" if isinstance(part, Citation) else escaped(part, first=not before)
        for before, part in pairwise(("", *paragraph.parts))
    )
    return f"{'> ' if paragraph.quoted else ''}{'- ' if paragraph.listed else ''}{text}"


def escaped(text: str, first: bool = True) -> str:
    """`text` so that it is read as it stands, at the beginning of a block or, if not `first`, within one."""
    text = _SIGNS.sub(r"\\\g<0>", text)
    return _OPENING.sub(r"\g<0>\\", text, count=1) if first and _OPENING.match(text) else text


def _spans(spans: Iterable[Span]) -> str:
    return "".join(_span(span, first=not number) for number, span in enumerate(spans))


def _span(span: Span, first: bool) -> str:
    target = link_target(span.address)
    if target:
        return f"<{target}>"
    text = escaped(span.text, first)
    return f"*{text}*" if span.italic and text else text
