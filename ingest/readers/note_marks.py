"""Marks of notes in marked-up and typed text: they are left out of its sentences, and the notes themselves stay."""

from __future__ import annotations

import re

from lxml import etree

from ingest.readers.superscripts import join_raised

_SUPERSCRIPTS = re.compile("([⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_TAGS = ("a", "sup", "span")
_TYPE = "{http://www.idpf.org/2007/ops}type"
_CALLS = re.compile(
    r"\b(?:foot|end)?note ?ref(?:erence|errer)?\b|\b(?:foot|end)notes? ?(?:call|link|anchor|mark)\b|\bfn ?ref\b"
)
_GOES_BACK = re.compile(r"\b(?:foot|end)?note ?back(?: ?ref| ?link)?\b|\bback ?(?:ref|link)\b|\breverse ?footnote\b")
_TO_NOTE = re.compile(
    r"(?:.*[/:_.-])?_?(?:fn|ftn|edn|note|footnote|endnote|cite_note|sdfootnote\d*sym)[\w:.-]*\d\w*", re.I
)
_MARK = re.compile(r"\W*(?:\d{1,3}|[a-z]|[ivx]{1,4}|[*†‡§¶]{1,3})\W*", re.I)
_ARROW = re.compile(r"[\s[(]*[↩↑⏎^⮌⤴]\ufe0e?[\s\])]*")


def drop_typed_marks(text: str) -> str:
    """`text` without the marks of notes that are typed as superscript digits: "£1,200³". "30 m²" and "10⁶" stay."""
    parts = _SUPERSCRIPTS.split(text)
    pieces = [(part.translate(_DIGITS), True) if at % 2 else (part, False) for at, part in enumerate(parts)]
    return join_raised(pieces) if len(pieces) > 1 else text


def goes_back(element: etree._Element) -> bool:
    """Whether an element only leads from a note back to where it is called, and is not the note's number."""
    if element.tag not in _TAGS or _MARK.fullmatch(_text(element)):
        return False
    return bool(_GOES_BACK.search(_said(element)) or (element.tag == "a" and _ARROW.fullmatch(_text(element))))


def calls_note(element: etree._Element) -> bool:
    """Whether an element is only the mark of a note."""
    if element.tag not in _TAGS or not _MARK.fullmatch(_text(element)):
        return False
    if _CALLS.search(_said(element)):
        return True
    links = [element] if element.tag == "a" else element.iter("a") if element.tag == "sup" else ()
    targets = [link.get("href", "").partition("#")[2] for link in links]
    raised = element.tag == "sup" or element.find(".//sup") is not None
    return any(target and (raised or _TO_NOTE.fullmatch(target)) for target in targets)


def _said(element: etree._Element) -> str:
    said = " ".join(element.get(name, "") for name in (_TYPE, "epub:type", "role", "class", "rel", "rev"))
    return re.sub(r"[\W_]+", " ", said.lower())


def _text(element: etree._Element) -> str:
    return "".join(element.itertext())
