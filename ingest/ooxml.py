"""What Word and PowerPoint files share: how they are packed, and what they say of themselves."""

from __future__ import annotations

import re
import zipfile

from lxml import etree

from ingest.archive import parse_xml
from ingest.details import own_names, own_title, year_in
from ingest.report import Content, RawPage

N_ = str  # marks texts for translators; they are translated where they are used
NO_TEXT = N_(
    "The file holds no text. If it holds pictures of text, run it through text recognition (OCR) and add the result."
)


def properties(archive: zipfile.ZipFile) -> dict[str, str]:
    """The core properties under their plain names: title, creator, created, modified.

    They are read here because the libraries make some up where the file has none.
    """
    name = next((name for name in archive.namelist() if re.search(r"(?:core\d*\.xml|\.psmdcp)$", name)), "")
    root = parse_xml(archive.read(name)) if name else None
    return {} if root is None else {etree.QName(child).localname: child.text or "" for child in root.iterchildren("*")}


def _year(said: dict[str, str]) -> int | None:
    """The year in which the file was both begun and finished: a template, begun long before, tells nothing."""
    created, modified = year_in(said.get("created", "")), year_in(said.get("modified", ""))
    made_by_hand = bool(own_names([said.get("creator", "") or "-"]))
    return created if made_by_hand and modified in (created, None) else None


def content(pages: tuple[RawPage, ...], said: dict[str, str], title: str, paged: bool = False) -> Content:
    """What is found in a file: its pages, and what it says of itself; `title` stands on the page."""
    return Content(
        pages,
        paged=paged,
        title=own_title(said.get("title", "")) or own_title(title),
        authors=own_names([said.get("creator", "")], accounts=True),
        year=_year(said),
    )
