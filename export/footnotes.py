"""Footnotes of a Word document, which python-docx cannot make by itself."""

from __future__ import annotations

from itertools import count

from docx.document import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import OxmlElement, parse_xml
from docx.parts.story import StoryPart
from docx.text.paragraph import Paragraph

TEXT, REFERENCE = "footnote text", "footnote reference"
# The lines above the footnotes are footnotes themselves, by these ids.
_LINES = {"separator": "-1", "continuationSeparator": "0"}


class Footnotes:
    """The footnotes of `document`, which has none yet and has the styles `TEXT` and `REFERENCE`."""

    def __init__(self, document: Document) -> None:
        name, package = PackURI("/word/footnotes.xml"), document.part.package
        self._part = StoryPart(name, CONTENT_TYPE.WML_FOOTNOTES, parse_xml(_empty()), package)
        document.part.relate_to(self._part, RELATIONSHIP_TYPE.FOOTNOTES)
        self._style = document.styles[TEXT], document.styles[REFERENCE]
        self._ids = count(1)
        _announce(document)

    def add(self, paragraph: Paragraph) -> Paragraph:
        """Put a footnote at the end of `paragraph`; gives the paragraph that is to hold its text."""
        id = str(next(self._ids))
        mark = OxmlElement("w:footnoteReference", {qn("w:id"): id})
        paragraph.add_run(style=REFERENCE)._r.append(mark)
        footnote = OxmlElement("w:footnote", {qn("w:id"): id})
        self._part.element.append(footnote)
        footnote.append(OxmlElement("w:p"))
        text = Paragraph(footnote[0], self._part)
        text.style = TEXT
        text.add_run(style=REFERENCE)._r.append(OxmlElement("w:footnoteRef"))
        return text


def _empty() -> str:
    lines = "".join(
        f"<w:footnote w:type='{kind}' w:id='{id}'><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>"
        for kind, id in _LINES.items()
    )
    return f"<w:footnotes {nsdecls('w', 'r')}>{lines}</w:footnotes>"


def _announce(document: Document) -> None:
    """Tell the settings which lines there are; the format wants that before what it says of compatibility."""
    properties = OxmlElement("w:footnotePr")
    for id in _LINES.values():
        properties.append(OxmlElement("w:footnote", {qn("w:id"): id}))
    compatibility = document.settings.element.find(qn("w:compat"))
    assert compatibility is not None
    compatibility.addprevious(properties)
