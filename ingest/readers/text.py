"""What all readers of text share: decoding, paragraphs, and a format without pages."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from gettext import gettext as _
from itertools import pairwise

import charset_normalizer

from ingest.readers.cleanup import LINE_END_HYPHEN, clean, join_lines, words_of
from ingest.report import Block, RawPage, ReportError

N_ = str  # marks texts for translators; they are translated where they are used
EMPTY = N_("The file is empty. Download it again, or ask whoever sent it for a new copy.")
NO_TEXT = N_("The file holds no text. Open it to see whether it shows more than pictures and empty lines.")
BINARY = N_(
    "The file does not hold text, whatever its name says. Open it to see what it is, and add it under its own format."
)

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like the mark of UTF-16, so it is tried first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The last column: which bytes out of four are NUL in nearly all characters of a text in European languages.
_WIDE = (("utf-32-le", (1, 2, 3)), ("utf-32-be", (0, 1, 2)), ("utf-16-le", (1, 3)), ("utf-16-be", (0, 2)))
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def decode(data: bytes, file: str, declared: str = "") -> str:
    """The text in `data`. `declared` is the encoding that it claims, which is believed only where it can be true.

    Raises `ReportError` where there is nothing to read or the bytes are no text.
    """
    if not data:
        raise ReportError(file, _(EMPTY))
    text = _with_byte_order_mark(data) or _decode_wide(data)
    if not text:
        if len(_CONTROLS.findall(data[:100_000])) > len(data[:100_000]) // 200:
            raise ReportError(file, _(BINARY))
        text = _decode_utf_8(data) or _decode_declared(data, declared) or _decode_by_looks(data)
    text = text.replace("\0", "")
    if not text.strip():
        raise ReportError(file, _(NO_TEXT))
    return text


def _with_byte_order_mark(data: bytes) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    return ""


def _decode_wide(data: bytes) -> str:
    """Text in UTF-16 or UTF-32 without a byte order mark, told by where its NUL bytes stand."""
    start = data[:4000]
    if b"\0" not in start:
        return ""
    nul = [start[place::4].count(0) > 0.7 * len(start[place::4]) for place in range(4)]
    for encoding, places in _WIDE:
        if nul == [place in places for place in range(4)]:
            return data.decode(encoding, errors="replace")
    return ""


def _decode_utf_8(data: bytes) -> str:
    """Other encodings hardly ever pass for UTF-8; a stray bad byte in UTF-8 must not make nonsense of all the rest."""
    text = data.decode("utf-8", errors="replace")
    beyond_ascii = sum(character > "\x7f" for character in text)
    return text if text.count("\ufffd") * 10 <= beyond_ascii else ""


def _decode_declared(data: bytes, declared: str) -> str:
    try:
        encoding = codecs.lookup(declared).name
        return data.decode("cp1252" if encoding in ("iso8859-1", "ascii") else encoding)  # as browsers do
    except (LookupError, UnicodeError):
        return ""


def _decode_by_looks(data: bytes) -> str:
    """Guess by the letters. Among the encodings of Latin letters short texts tell nothing: cp1252 is the likely one."""
    best = charset_normalizer.from_bytes(data).best()
    text = str(best) if best else ""
    letters = [character for character in text if character > "\x7f" and character.isalpha()]
    latin = sum(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    return text if latin * 2 < len(letters) else data.decode("cp1252", errors="replace")


_SIGN = r"[•●▪◦○■□➢➤✓‣·*-]"
_NUMBER = r"\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]"
_SIGN_ALONE, _MARK_ALONE = re.compile(_SIGN), re.compile(rf"{_SIGN}|{_NUMBER}")
_ITEM = re.compile(rf"[•●▪◦○■□➢➤✓‣]|(?:{_SIGN}|{_NUMBER}|o(?= [A-Z]))\s")
_BROKEN, _GOES_ON = re.compile(r"(?<=[^\W\d_])-$"), re.compile(r"(?!(?:and|or|to)\b)[^\W\d_A-Z]")
_AND = re.compile(r"(?:and|or|to)\b")
_WIDEST_WRAP = 130  # characters; wider lines were not broken by hand but are paragraphs


def squeeze(text: str) -> str:
    """`text` on one line, every stretch of white space one space, nothing invisible left."""
    return " ".join(clean(text).split())


def paragraphs(text: str) -> Iterator[str]:
    """The paragraphs of plain text: blank lines part them, and lines that were broken by hand are joined again.

    A list item starts a paragraph, and so does what follows a line that was left short on purpose, and a heading.
    """
    lines = [squeeze(line) for line in text.splitlines()]
    lengths = sorted(len(line) for line in lines if line)
    width = lengths[len(lengths) * 9 // 10] if lengths else 0
    marked = [
        _BROKEN.sub(LINE_END_HYPHEN, line) if _GOES_ON.match(after) else line for line, after in pairwise((*lines, ""))
    ]
    known = words_of(marked)
    group: list[str] = []
    for line in marked:
        if group and _ends(group, line, width):
            if not _SIGN_ALONE.fullmatch(" ".join(group)):  # a bullet that nothing follows
                yield _joined(group, known)
            group = []
        if line:
            group.append(line)
    if group and not _SIGN_ALONE.fullmatch(" ".join(group)):
        yield _joined(group, known)


def _joined(group: Sequence[str], known: Counter[str]) -> str:
    """The lines of a paragraph as running text; in "two- and three-day" the hyphen breaks no word."""
    parts: list[list[str]] = [[]]
    for line in group:
        if parts[-1] and parts[-1][-1].endswith("-") and _AND.match(line):
            parts.append([])
        parts[-1].append(line)
    return " ".join(join_lines(part, known) for part in parts)


def _ends(group: Sequence[str], line: str, width: int) -> bool:
    if _MARK_ALONE.fullmatch(" ".join(group)):
        return bool(_MARK_ALONE.fullmatch(line))  # the item's words stand on a line further down
    if not line or width > _WIDEST_WRAP or _ITEM.match(f"{line} "):
        return True
    if line[0].islower():
        return False
    room = width - len(group[-1]) - len(line.split(" ", 1)[0])
    return room > 0.25 * width or (group[-1][-1] in ".:?!" and len(line) < 0.4 * width and line[-1] not in ".,;:?!")


def unpaged(found: Sequence[Block], file: str, reason: str = NO_TEXT) -> tuple[RawPage, ...]:
    """The one page of a format without pages. Raises `ReportError` with `reason` where it would be empty."""
    if not found:
        raise ReportError(file, _(reason))
    return (RawPage(tuple(found)),)
