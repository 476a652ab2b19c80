"""What Word and PowerPoint files share: how they are packed, and what they say of themselves."""

from __future__ import annotations

import io
import re
import zipfile

from lxml import etree

from ingest.readers.archive import parse_xml
from ingest.readers.office.title_styles import FIRST, Front
from ingest.readers.text import squeeze
from ingest.readers.title_page.metadata import in_order, own_names, own_subtitle, own_title
from ingest.report import Content, RawPage

N_ = str  # marks texts for translators; they are translated where they are used
NO_TEXT = N_(
    "The file holds no text. If it holds pictures of text, run it through text recognition (OCR) and add the result."
)

# Documents with macros, templates and shows are read as the documents that they are.
_VARIANT = re.compile(
    rb"application/vnd\.(?:ms-(word|powerpoint|excel)\.(?:document|template|presentation|slideshow|sheet)\.macroEnabled"
    rb"(?:Template)?|openxmlformats-officedocument\.(?:(wordprocessing)ml\.template|(presentation)ml\.(?:slideshow|template)"
    rb"|(spreadsheet)ml\.template))\.main\+xml"
)
_PLAIN = {
    "word": b"wordprocessingml.document", "wordprocessing": b"wordprocessingml.document",
    "powerpoint": b"presentationml.presentation", "presentation": b"presentationml.presentation",
    "excel": b"spreadsheetml.sheet", "spreadsheet": b"spreadsheetml.sheet",
}  # fmt: skip
_ENTRY = re.compile(rb"<(?:Override|Default)\b[^>]*>")
_TYPE, _INSERTED = re.compile(rb'ContentType="[^"]*"'), re.compile(rb'(?:PartName="[^"]*\.|Extension=")do[ct][xm]"')
# The Strict form names everything by other addresses; what is said under them is the same.
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/([\w/]+)")
_NAMES = {b"extendedProperties": b"extended-properties", b"customProperties": b"custom-properties"}


def ordinary(archive: zipfile.ZipFile, data: bytes) -> bytes:
    """The bytes of an Office file as the libraries know them: no template, no macros, not in the Strict form."""
    types = archive.read("[Content_Types].xml")
    plain_types = _ENTRY.sub(_whole_file, _VARIANT.sub(_plain_type, types))
    strict = bool(_STRICT.search(archive.read("_rels/.rels")))
    if not strict and plain_types == types:
        return data
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as plain:
        for name in archive.namelist():
            part = plain_types if name == "[Content_Types].xml" else archive.read(name)
            if strict and name.endswith((".xml", ".rels", ".vml")):
                part = _STRICT.sub(_transitional, part)
            plain.writestr(name, part)
    return out.getvalue()


def _whole_file(match: re.Match[bytes]) -> bytes:
    """The entry of a part; a document that is inserted whole is called a main part by some programs."""
    entry = match[0]
    return _TYPE.sub(b'ContentType="application/octet-stream"', entry) if _INSERTED.search(entry) else entry


def _plain_type(match: re.Match[bytes]) -> bytes:
    kind = next(group for group in match.groups() if group).decode()
    return b"application/vnd.openxmlformats-officedocument." + _PLAIN[kind] + b".main+xml"


def _transitional(match: re.Match[bytes]) -> bytes:
    rest = b"/".join(_NAMES.get(part, part) for part in match[2].split(b"/"))
    return b"http://schemas.openxmlformats.org/" + match[1] + b"/2006/" + rest


def properties(archive: zipfile.ZipFile) -> dict[str, str]:
    """The core properties under their plain names: title, creator, created, modified; and “Company”.

    They are read here because the libraries make some up where the file has none.
    """
    name = next((name for name in archive.namelist() if re.search(r"(?:core\d*\.xml|\.psmdcp)$", name)), "")
    root = parse_xml(archive.read(name)) if name else None
    app = parse_xml(archive.read("docProps/app.xml")) if "docProps/app.xml" in archive.namelist() else None
    roots = [each for each in (app, root) if each is not None]
    return {etree.QName(child).localname: child.text or "" for each in roots for child in each.iterchildren("*")}


def content(pages: tuple[RawPage, ...], said: dict[str, str], front: Front, paged: bool = False) -> Content:
    """What is found in a file: its pages, and what it says of itself; `front` is what its first page shows."""
    own, shown = own_title(said.get("title", "")), own_title(front.title)
    title = own or shown
    # Who made the file need not have written it, nor whose program it was made with have published it.
    authors = tuple(map(in_order, own_names([said.get("creator", "")], accounts=True)))
    lines = [block.text for page in pages[:1] for block in page.blocks[:FIRST]]
    standing = tuple(name for name in authors if any(name in line for line in lines))
    company = squeeze(said.get("Company", ""))
    is_shown = len(company) > 2 and any(company in line for line in lines)
    guessed = [
        name
        for name, is_guess in (("title", own and not shown), ("authors", authors and not (front.authors or standing)))
        if is_guess
    ]
    return Content(
        pages,
        paged=paged,
        title=title,
        subtitle=next(filter(None, (own_subtitle(each, title) for each in front.subtitles)), ""),
        authors=front.authors or standing or authors,
        publisher=front.publisher or (company if is_shown else ""),
        year=front.year,
        guessed=tuple(guessed),
    )
