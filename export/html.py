"""HTML to be pasted into a paper: the question, the statements with who wrote each, when and on which page, and below
them the references.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from gettext import gettext as _
from html import escape
from itertools import pairwise

from export.material import Material, Paragraph, Section
from export.reference import Span, by_report, families, folios_words, in_text, link_target, reference
from ingest.report import Details
from rag.answer import Citation

# A citation as it stands in the text, as HTML without its brackets.
Cite = Callable[[Citation], str]


def pasted_html(material: Material) -> str:
    """`material`, a block a line of print, with nothing in it that needs a style sheet.

    A report's own words stand in quotation marks: of an extract, those that answer. Where a language model wrote the
    text, the words that bear it out follow it.
    """
    paragraphs = [_answering(each) for section in material.sections for each in section.paragraphs]
    citations = Section("", tuple(paragraphs)).citations
    works = by_report(citations)
    cite = _citing([report for report, _cited in works])
    quoted = {cited.number for each in paragraphs if each.quoted for cited in each.citations}
    behind = [_quotation(each.quote, each, cite) for each in citations if each.number not in quoted]
    title = [_bold(material.title)] if material.title else []
    blocks = [*title, *(_paragraph(each, cite) for each in paragraphs)]
    if behind:
        blocks += [_bold(_("In the reports’ own words")), *behind]
    if works:
        blocks += [_bold(_("References")), *(_spans(reference(*work, folios_words)) for work in works)]
    return "".join(f"<p>{block}</p>" for block in blocks)


def _answering(paragraph: Paragraph) -> Paragraph:
    """A quotation without what stands on a page of its own and is only around the words that answer."""
    if not paragraph.quoted:
        return paragraph
    telling = {cited.passage.id for cited in paragraph.citations if cited.marked}

    def around(part: str | Citation) -> bool:
        return isinstance(part, Citation) and not part.marked and part.passage.id in telling

    pairs = pairwise((*paragraph.parts, ""))
    parts = (part for part, after in pairs if not around(after if isinstance(part, str) else part))
    return replace(paragraph, parts=tuple(parts))


def _citing(reports: Sequence[Details]) -> Cite:
    """How `reports` are cited beside each other: with the title where authors and year are those of several."""
    several = Counter((families(report), report.year) for report in reports)

    def cite(cited: Citation) -> str:
        report = cited.passage.report
        return _spans(in_text(cited, titled=several[families(report), report.year] > 1))

    return cite


def _paragraph(paragraph: Paragraph, cite: Cite) -> str:
    """The text with each citation in brackets; those that come together share a pair."""
    parts, told = paragraph.parts, "• " if paragraph.listed else ""
    for before, part, after in zip(("", *parts), parts, (*parts[1:], ""), strict=False):
        if isinstance(part, Citation):
            told += f"{'; ' if isinstance(before, Citation) else ' ('}{cite(part)}"
            told += "" if isinstance(after, Citation) else ")"
        elif paragraph.quoted and isinstance(after, Citation):
            told += f"{' ' if before else ''}{_in_marks(part.strip(), after)}"
        else:
            told += escape(part)
    return told


def _quotation(words: str, cited: Citation, cite: Cite) -> str:
    return f"{_in_marks(words, cited)} ({cite(cited)})"


def _in_marks(words: str, cited: Citation) -> str:
    """`words` in quotation marks, single ones around double; where they are an extract, those of them that answer."""
    said = cited.marked if cited.marked and words == cited.quote else words
    first, last = "‘’" if re.search('[“”"]', said) else "“”"
    return f"{first}{escape(said)}{last}"


def _bold(words: str) -> str:
    return f"<b>{escape(words)}</b>"


def _spans(spans: Iterable[Span]) -> str:
    return "".join(_span(span) for span in spans)


def _span(span: Span) -> str:
    target, text = link_target(span.address), escape(span.text)
    if target:
        return f"<a href='{escape(target)}'>{text}</a>"
    return f"<i>{text}</i>" if span.italic else text
