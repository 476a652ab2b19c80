"""Small real PDFs, made on the spot."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import pytest
from PIL.Image import Image
from pypdf import PdfReader, PdfWriter
from pypdf.constants import PageLabelStyle
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

from ingest.readers.pdf import ocr

tesseract = pytest.mark.skipif(
    not ocr.available(), reason="Install Tesseract (the package tesseract-ocr) to test text recognition."
)
"""Marks a test that needs text recognition; `.ci/run` installs it."""

Printed = tuple[float, float, float, str] | tuple[float, float, float, str, str]
"""A line: its distance from the left and from the bottom in points, its size, its text, and "F2" for bold."""

A4 = (595.0, 842.0)
LAYER = "/OC /Layer BDC {} EMC"
"""What is put in here stands on a layer that `drawing` can turn off."""


def pdf(
    pages: Sequence[Sequence[Printed]],
    info: Mapping[str, str] | None = None,
    password: str | None = None,
    owner_password: str | None = None,
    roman: int = 0,
) -> bytes:
    """A PDF of `pages`; the first `roman` pages are numbered i, ii, ... and the others from 1."""
    writer = PdfWriter()
    for lines in pages:
        page = writer.add_blank_page(*A4)
        fonts = {NameObject("/F1"): _font("Helvetica"), NameObject("/F2"): _font("Helvetica-Bold")}
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): DictionaryObject(fonts)})
        stream = DecodedStreamObject()
        stream.set_data(b"\n".join(_show(line) for line in lines))
        page[NameObject("/Contents")] = writer._add_object(stream)
    if roman:
        writer.set_page_label(0, roman - 1, style=PageLabelStyle.LOWERCASE_ROMAN)
        writer.set_page_label(roman, len(pages) - 1, style=PageLabelStyle.DECIMAL)
    writer.add_metadata({f"/{key}": value for key, value in (info or {}).items()})
    if password is not None or owner_password is not None:
        writer.encrypt(password or "", owner_password or password, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def drawing(
    content: str,
    *,
    hidden_layer: bool = False,
    crop: tuple[float, float, float, float] | None = None,
    turned: int = 0,
    pictures: Mapping[str, Image] | None = None,
) -> bytes:
    """A PDF of one page that is drawn by the PDF operators `content`, in the fonts /F1 and /F2 and with `pictures`."""
    writer = PdfWriter()
    page = writer.add_blank_page(*A4)
    layer = writer._add_object(_dictionary({"/Type": NameObject("/OCG"), "/Name": TextStringObject("Layer")}))
    settings = {"/OFF": ArrayObject([layer] if hidden_layer else [])}
    writer.root_object[NameObject("/OCProperties")] = _dictionary(
        {"/OCGs": ArrayObject([layer]), "/D": _dictionary(settings)}
    )
    page[NameObject("/Resources")] = _dictionary(
        {
            "/Font": _dictionary({"/F1": _font("Helvetica"), "/F2": _font("Helvetica-Bold")}),
            "/Properties": _dictionary({"/Layer": layer}),
            "/XObject": _dictionary(
                {f"/{name}": writer._add_object(_picture(each)) for name, each in (pictures or {}).items()}
            ),
        }
    )
    stream = DecodedStreamObject()
    stream.set_data(content.encode("cp1252"))
    page[NameObject("/Contents")] = writer._add_object(stream)
    if crop:
        page[NameObject("/CropBox")] = ArrayObject([FloatObject(each) for each in crop])
    if turned:
        page.rotate(turned)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


Field = tuple[str, tuple[float, float, float, float], Mapping[str, PdfObject]]
"""A field of a form: its name, its box (left, bottom, right, top), and what the PDF says of it."""


def form(lines: Sequence[Printed], fields: Sequence[Field], kind: str = "/Widget") -> bytes:
    """A PDF of one page with a form of `fields`, or with other annotations than fields."""
    reader = PdfReader(io.BytesIO(pdf([lines])))
    writer = PdfWriter(clone_from=reader)
    page = writer.pages[0]
    blank = DecodedStreamObject()
    blank.update(_dictionary({"/Type": NameObject("/XObject"), "/Subtype": NameObject("/Form")}))
    states = _dictionary({f"/{state}": writer._add_object(blank) for state in ("Yes", "Off")})
    made = [
        writer._add_object(
            _dictionary(
                {
                    "/Type": NameObject("/Annot"),
                    "/Subtype": NameObject(kind),
                    "/F": NumberObject(4),
                    "/T": TextStringObject(name),
                    "/Rect": ArrayObject([FloatObject(side) for side in box]),
                    **values,
                    **({"/AP": _dictionary({"/N": states})} if "/AS" in values else {}),
                }
            )
        )
        for name, box, values in fields
    ]
    page[NameObject("/Annots")] = ArrayObject(made)
    if kind == "/Widget":
        fonts = _dictionary({"/Font": _dictionary({"/Helv": _font("Helvetica")})})
        writer.root_object[NameObject("/AcroForm")] = _dictionary(
            {"/Fields": ArrayObject(made), "/DR": fonts, "/DA": TextStringObject("/Helv 10 Tf 0 g")}
        )
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def written(value: str) -> dict[str, PdfObject]:
    """What a PDF says of a text field with a value and without a drawing of it."""
    return {"/FT": NameObject("/Tx"), "/V": TextStringObject(value), "/DA": TextStringObject("/Helv 10 Tf 0 g")}


def ticked(on: bool) -> dict[str, PdfObject]:
    """What a PDF says of a check box."""
    state = NameObject("/Yes" if on else "/Off")
    return {"/FT": NameObject("/Btn"), "/V": state, "/AS": state}


def show(*lines: Printed) -> str:
    """The PDF operators that print some lines."""
    return "\n".join(_show(line).decode("cp1252") for line in lines)


def paragraph(text: str, top: float = 700, size: float = 11, left: float = 72, width: int = 80) -> list[Printed]:
    """`text` set in lines of at most `width` letters, without hyphenation."""
    lines: list[str] = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return [(left, top - 1.2 * size * number, size, line) for number, line in enumerate(lines)]


def _dictionary(values: Mapping[str, PdfObject]) -> DictionaryObject:
    return DictionaryObject({NameObject(key): value for key, value in values.items()})


def _picture(image: Image) -> StreamObject:
    stream = DecodedStreamObject()
    stream.set_data(image.convert("RGB").tobytes())
    stream.update(
        _dictionary(
            {
                "/Type": NameObject("/XObject"),
                "/Subtype": NameObject("/Image"),
                "/ColorSpace": NameObject("/DeviceRGB"),
                "/BitsPerComponent": NumberObject(8),
                "/Width": NumberObject(image.width),
                "/Height": NumberObject(image.height),
            }
        )
    )
    return stream


def _font(name: str) -> DictionaryObject:
    values = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": f"/{name}", "/Encoding": "/WinAnsiEncoding"}
    return DictionaryObject({NameObject(key): NameObject(value) for key, value in values.items()})


def _show(line: Printed) -> bytes:
    left, bottom, size, text, *font = line
    letters = text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return f"BT /{font[0] if font else 'F1'} {size} Tf {left} {bottom} Td (".encode() + letters + b") Tj ET"
