"""Files that are made to do harm, made on the spot."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

CONTAINER = b"""<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">
<rootfiles><rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""
CONTENT_TYPES = b"""<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/word/document.xml"
ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""
RELATIONS = b"""<?xml version="1.0"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a"
Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>
</Relationships>"""
MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def deflated(piece: bytes, times: int) -> bytes:
    """`piece` over and over, as a raw deflate stream; made without ever holding it whole."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)
    return packed * times + zlib.compressobj(9, zlib.DEFLATED, -15).flush()


def archive(members: Mapping[str, bytes | tuple[bytes, int]]) -> bytes:
    """A zip file of members: bytes, or what is packed already with the size that is claimed for it unpacked."""
    written, directory = b"", b""
    for name, member in members.items():
        packed, size = member if isinstance(member, tuple) else (zlib.compress(member, 9, -15), len(member))
        crc = 0 if isinstance(member, tuple) else zlib.crc32(member)
        called = name.encode()
        fields = struct.pack("<HHHHHIIIHH", 20, 0x800, 8, 0, 0, crc, len(packed), size, len(called), 0)
        directory += b"PK\1\2\24\0" + fields + struct.pack("<HHHII", 0, 0, 0, 0, len(written)) + called
        written += b"PK\3\4" + fields + called + packed
    end = struct.pack("<HHHHIIH", 0, 0, len(members), len(members), len(directory), len(written), 0)
    return written + directory + b"PK\5\6" + end


def word(document: bytes | tuple[bytes, int], **more: bytes | tuple[bytes, int]) -> bytes:
    """A Word file of a main part."""
    parts = {"[Content_Types].xml": CONTENT_TYPES, "_rels/.rels": RELATIONS, "word/document.xml": document}
    return archive(parts | more)


def word_text(text: str, before: str = "") -> bytes:
    """The main part of a Word file that says `text`, with something before it, such as entities."""
    body = f"<w:document xmlns:w='{MAIN}'><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"
    return f"<?xml version='1.0'?>{before}{body}".encode()


def book(
    chapter: bytes | tuple[bytes, int], href: str = "chapter.xhtml", title: str = "Herons", before: str = ""
) -> bytes:
    """An EPUB book of one chapter."""
    package = f"""<?xml version="1.0"?>{before}<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata
    xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title></metadata><manifest><item id="c"
    href="{href}" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="c"/></spine></package>"""
    parts = {"META-INF/container.xml": CONTAINER, "book.opf": package.encode(), "chapter.xhtml": chapter}
    return archive({"mimetype": b"application/epub+zip", **parts})


def slides(
    replaced: Mapping[str, bytes | tuple[bytes, int]], added: Mapping[str, bytes | tuple[bytes, int]] = {}
) -> bytes:
    """A PowerPoint file of one slide, some of its parts replaced."""
    import pptx

    made, out = pptx.Presentation(), io.BytesIO()
    made.slides.add_slide(made.slide_layouts[0]).shapes.title.text = "Herons wait."
    made.save(out)
    with zipfile.ZipFile(out) as whole:
        return archive({name: replaced.get(name, whole.read(name)) for name in whole.namelist()} | dict(added))


def sheet() -> bytes:
    """An Excel file of one sheet."""
    import openpyxl

    book, out = openpyxl.Workbook(), io.BytesIO()
    book.worksheets[0].append(["Bird", "Year"])
    book.worksheets[0].append(["Heron", 2017])
    book.save(out)
    return out.getvalue()


def opendocument(body: str, before: str = "") -> bytes:
    """An OpenDocument file with a body."""
    spaces = {"office": "office", "text": "text", "table": "table", "draw": "drawing"}
    names = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{of}:1.0"' for name, of in spaces.items())
    content = f"<?xml version='1.0'?>{before}<office:document-content {names}><office:body>{body}</office:body>"
    return archive({"content.xml": f"{content}</office:document-content>".encode()})


def objects(*bodies: bytes, root: int = 1, trailer: bytes = b"") -> bytes:
    """A PDF of objects numbered from 1, with its table of places."""
    written, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    ending = b"trailer\n<< /Size %d /Root %d 0 R %b >>\nstartxref\n%d\n%%%%EOF\n"
    return (
        written
        + b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
        + table
        + ending % (len(bodies) + 1, root, trailer, len(written))
    )


def stream(data: bytes, filters: bytes = b"/FlateDecode", more: bytes = b"") -> bytes:
    return b"<< /Length %d /Filter %b %b >>\nstream\n%b\nendstream" % (len(data), filters, more, data)


def zlibbed(piece: bytes, times: int) -> bytes:
    """As `deflated`, with the head that PDF asks for; the sum at its end is wrong, which no reader minds."""
    return b"\x78\xda" + deflated(piece, times) + b"\0\0\0\0"


FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
TEXT = b"<< /Length 56 >>\nstream\nBT /F1 12 Tf 72 700 Td (A heron waits in the reeds.) Tj ET \nendstream"


def paged(pages: bytes, page: bytes = PAGE, content: bytes = TEXT, *more: bytes, trailer: bytes = b"") -> bytes:
    """A PDF whose tree of pages, page or content are as given; objects 2, 3 and 4."""
    return objects(CATALOGUE, pages, page, content, FONT, *more, trailer=trailer)
