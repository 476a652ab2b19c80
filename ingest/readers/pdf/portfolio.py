"""PDF portfolios: a PDF that is a cover for other files, which are read as reports of their own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from gettext import gettext as _
from pathlib import PurePosixPath
from typing import Any

import pypdfium2 as pdfium
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from ingest.readers.inner_files import READERS
from ingest.report import InnerFile, ReportError
from ingest.sentences import sentence_spans

N_ = str  # marks texts for translators; they are translated where they are used
TOO_LARGE = N_(
    "The file is a portfolio that holds more than {count} files, or more than {size} MB. Open it in Adobe Reader, save "
    "the files that are in it, and add those."
)
# A portfolio of a year's messages holds hundreds. All are in memory at a time, and several times over.
_MOST_FILES, _MOST_BYTES = 1000, 300_000_000
# The cover says that a program is needed to see the files, and which, in whatever language.
_NOTICE = re.compile(
    r"\b(?:acrobat|adobe|foxit|nitro|pdf-xchange|viewer|reader)\b|\bpdf[\s-]*(?:portfolio|package|portefeuille)"
    r"|\bportfolio pdf|\bporte-documents",
    re.IGNORECASE,
)
_FEWEST_WORDS = 8  # of a sentence; a title, a place or a date on a cover has fewer


def folders_of(reader: PdfReader) -> tuple[str, ...]:
    """The folder that each file of a portfolio is in, in the order of the files: "Minutes/2014/", "" for none."""
    collection = reader.root_object.get("/Collection")
    tree = _folders(collection.get_object().get("/Folders")) if collection is not None else {}
    # The name under which a file is kept begins with the number of its folder.
    numbers = (re.match(r"<(\d+)>", str(file.name)) for file in reader.attachment_list)
    return tuple(tree.get(int(found[1]), "") if found else "" for found in numbers)


def _folders(uppermost: Any) -> dict[int, str]:
    """The names that lead into each folder, by its number; the uppermost folder's own is not told."""
    tree: dict[int, str] = {}
    waiting: list[tuple[Any, str | None]] = [(uppermost, None)]
    while waiting:
        folder, above = waiting.pop()
        found = folder.get_object() if folder is not None else None
        if not isinstance(found, DictionaryObject) or (number := found.get("/ID", 0)) in tree:
            continue  # a damaged tree may lead back to where it was
        path = "" if above is None else f"{above}{found.get('/Name', '')}/"
        tree[number] = path
        waiting += [(found.get("/Next"), above), (found.get("/Child"), path)]
    return tree


def files_of(document: pdfium.PdfDocument, names: Sequence[str], folders: Sequence[str], file: str) -> list[InnerFile]:
    """The files in a portfolio by their `names`, each below its folder. Raises `ReportError` where they are too much.

    One that is damaged has no bytes. Where two have the same name, the later is numbered: "May (2).pdf".
    """
    below = folders if len(folders) == len(names) else [""] * len(names)
    found: list[InnerFile] = []
    seen: Counter[str] = Counter()
    size = 0
    for index, (name, folder) in enumerate(zip(names, below, strict=True)):
        data = _bytes(document.get_attachment(index))
        size += len(data)
        if len(names) > _MOST_FILES or size > _MOST_BYTES:
            raise ReportError(file, _(TOO_LARGE).format(count=_MOST_FILES, size=_MOST_BYTES // 1_000_000))
        whole = f"{folder}{name}" or str(index + 1)
        seen[whole] += 1
        found.append(InnerFile(_numbered(whole, seen[whole]), data, _suffix(name, data)))
    return found


def _bytes(file: pdfium.PdfAttachment) -> bytes:
    try:
        return bytes(file.get_data())
    except pdfium.PdfiumError:
        return b""


def _numbered(name: str, number: int) -> str:
    ending = PurePosixPath(name).suffix
    return name if number == 1 else f"{name.removesuffix(ending)} ({number}){ending}"


def _suffix(name: str, data: bytes) -> str:
    suffix = PurePosixPath(name.strip()).suffix.lower()
    return ".pdf" if suffix not in READERS and b"%PDF-" in data[:1024] else suffix


def is_mere_cover(pages: Sequence[str]) -> bool:
    """Whether a portfolio's own pages, given as their texts, say nothing but what it is and which program shows it."""
    text = "\n".join(pages)
    told = [text[start:end] for start, end in sentence_spans(text)]
    return len(pages) <= 1 and not any(
        len(each.split()) >= _FEWEST_WORDS and each.rstrip().endswith((".", "!", "?")) and not _NOTICE.search(each)
        for each in told
    )
