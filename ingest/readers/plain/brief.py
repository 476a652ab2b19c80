"""Briefs: our own accounts of other people's reports, every sentence with the address where its fact was seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from ingest.readers.text import decode
from ingest.report import Block, Content, RawPage, ReportError

_PARTS = re.compile(r"---\n(?P<fields>.*?)\n---\n(?P<body>.*)", re.DOTALL)
_SOURCE = re.compile(r"^\[\^(\w+)\]:\s*(\S+)\s*$", re.MULTILINE)
_STATEMENT = re.compile(r"(?P<text>[^[]+?)\s*\[\^(?P<source>\w+)\]\s*")


def read_brief(data: bytes, file: str) -> Content:
    """Read a brief: its text, each sentence with the address where its fact was seen, and the report that it tells of.

    Raises `ReportError` where a sentence has no source.
    """
    fields, blocks = brief_parts(data, file)
    return Content(
        (RawPage(tuple(blocks)),),
        title=str(fields.get("title", "")),
        authors=tuple(fields.get("authors") or ()),
        publisher=str(fields.get("publisher") or ""),
        year=fields.get("year"),
        licence=str(fields.get("licence") or ""),
    )


def brief_parts(data: bytes, file: str) -> tuple[dict[str, Any], list[Block]]:
    """The fields above the text of a brief, and its text. Raises `ReportError`."""
    parts = _PARTS.fullmatch(decode(data, file).replace("\r\n", "\n"))
    try:
        fields = yaml.safe_load(parts["fields"]) if parts else None
    except yaml.YAMLError as error:
        raise ReportError(file, f"The fields at its top are not YAML: {error}.") from error
    if not parts or not isinstance(fields, dict):
        raise ReportError(file, "A brief starts with its fields between two lines of ---.")
    sources = dict(_SOURCE.findall(parts["body"]))
    paragraphs = _SOURCE.sub("", parts["body"]).split("\n\n")
    return fields, [block for each in paragraphs if each.strip() for block in _blocks(each.strip(), sources, file)]


def _blocks(paragraph: str, sources: dict[str, str], file: str) -> Iterator[Block]:
    """A heading, or the sentences of a paragraph, each a block that goes on in the line of the one before it."""
    if paragraph.startswith("#"):
        yield Block(paragraph.lstrip("#").strip(), level=2)
        return
    end = 0
    for match in _STATEMENT.finditer(paragraph):
        if match["source"] not in sources:
            raise ReportError(file, f"Its source [^{match['source']}] is given no address.")
        yield Block(" ".join(match["text"].split()), joined=bool(end), seen_at=sources[match["source"]])
        end = match.end()
    if paragraph[end:].strip():
        raise ReportError(file, f"A sentence in it has no source: “{paragraph[end:].strip()[:80]}”.")
