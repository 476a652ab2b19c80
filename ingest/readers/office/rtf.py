"""Rich Text Format.

Libraries give its plain text, with the marks of notes glued to words and the notes themselves gone; so it is read here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from gettext import gettext as _
from typing import Any

from ingest.left_out import LeftOut
from ingest.readers.archive import damaged
from ingest.readers.office.ooxml import content
from ingest.readers.office.symbols import in_unicode
from ingest.readers.office.title_styles import Front
from ingest.readers.superscripts import join_raised
from ingest.readers.text import EMPTY, squeeze, unpaged
from ingest.readers.web.html_blocks import Cell, table_blocks
from ingest.report import Block, Content, ReportError

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
_BINARY = re.compile(rb"\\bin(\d{1,9}) ?")
# What holds no text of the document. Anything else that a program may skip ("\*") is skipped, too, but for these.
_SKIPPED = frozenset(
    (
        *("fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "headerl", "headerr", "headerf"),
        *("footer", "footerl", "footerr", "footerf", "listtable", "listoverridetable", "revtbl", "rsidtbl", "xmlnstbl"),
        *("generator", "filetbl", "themedata", "colorschememapping", "datastore", "latentstyles", "fldinst", "ftnsep"),
        *("ftnsepc", "ftncn", "aftnsep", "aftnsepc", "aftncn", "annotation", "atnid", "atnauthor", "template"),
        *("bkmkstart", "bkmkend", "tc", "xe", "nonshppict", "datafield", "listpicture"),
    )
)
_KEPT = frozenset(["shptxt", "shpinst", "listtext", "pntext"])
_LETTERS = {
    "tab": " ", "line": " ", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "endash": "–",
    "emdash": "—", "bullet": "•", "emspace": " ", "enspace": " ", "qmspace": " ",
}  # fmt: skip
_CHARSETS = {0: 1252, 2: 1252, 77: 10000, 128: 932, 134: 936, 136: 950, 161: 1253, 162: 1254, 177: 1255, 178: 1256,
             186: 1257, 204: 1251, 222: 874, 238: 1250}  # fmt: skip
_MOST_DEPTH = 2000
_HEADING = re.compile(r"heading (\d)|(title)", re.IGNORECASE)
_BULLET = re.compile(r"[^\w(]*|o")


@dataclass(frozen=True, slots=True)
class _State:
    """How what is being read is set; each group begins with that of the group around it."""

    skipped: bool = False
    hidden: bool = False
    raised: bool = False
    number: bool = False  # the number of a list, which the file holds as text
    note: bool = False
    font: int = -1
    after_unicode: int = 1  # signs that stand behind a sign of Unicode for programs that know none
    level: int = 0
    table: bool = False


# What a word changes of how the text behind it is set, by whether it is on, and by the number behind it.
_SETTINGS: Mapping[str, Callable[[bool, int], dict[str, Any]]] = {
    "v": lambda on, number: {"hidden": on},
    "deleted": lambda on, number: {"skipped": on},
    "super": lambda on, number: {"raised": on},
    "up": lambda on, number: {"raised": number >= 4},  # half points; less is a fine adjustment
    "nosupersub": lambda on, number: {"raised": False},
    "sub": lambda on, number: {"raised": False},
    "plain": lambda on, number: {"raised": False, "hidden": False},
    "pard": lambda on, number: {"level": 0, "table": False},
    "intbl": lambda on, number: {"table": True},
    "uc": lambda on, number: {"after_unicode": min(max(number, 0), 10)},
    "f": lambda on, number: {"font": number},
    "outlinelevel": lambda on, number: {"level": number + 1 if 0 <= number < 6 else 0},
}


def read_rtf(data: bytes, file: str) -> Content:
    """Read a Rich Text file: paragraphs, headings, table rows, the notes at the end.

    Hidden and deleted text and running heads are left out. Raises `ReportError` where it is damaged or without text.
    """
    if not data.strip():
        raise ReportError(file, _(EMPTY))
    if not data.lstrip().startswith(b"{\\rtf"):
        raise ReportError(file, damaged("RTF"))
    reader = _Reader(_Fonts(data), data)
    reader.read()
    said = {"title": _info(data, "title"), "creator": _info(data, "author"), "Company": _info(data, "company")}
    front = Front(title=next((block.text for block in reader.found if block.level == 1), ""))
    found = unpaged([*reader.found, *reader.notes], file)
    return replace(content(found, said, front), left_out=tuple(reader.left_out))


def _info(data: bytes, name: str) -> str:
    """What the file says of itself under a name."""
    match = re.search(rb"\{\\%b ((?:[^{}]){1,1000})\}" % name.encode(), data[:100_000])
    return squeeze(_plain(match[1])) if match else ""


def _plain(piece: bytes) -> str:
    reader = _Reader(_Fonts(b""), piece)
    reader.read()
    return " ".join(block.text for block in reader.found)


class _Fonts:
    """The fonts of a file by their numbers: name and encoding; and the levels of heading of its styles."""

    def __init__(self, data: bytes) -> None:
        head = data[:2_000_000]
        page = re.search(rb"\\ansicpg(\d{1,5})", head)
        self.standard = f"cp{int(page[1])}" if page else "cp1252"
        self.names: dict[int, str] = {}
        self.encodings: dict[int, str] = {}
        for number, rest, name in re.findall(rb"\{?\\f(\d{1,5})(\\[^;{}]*(?:\{[^{}]*\}[^;{}]*)*?) ([^;{}\\]+)", head):
            charset = re.search(rb"\\fcharset(\d{1,3})", rest)
            self.names.setdefault(int(number), name.decode("latin-1").strip())
            if charset and int(charset[1]) in _CHARSETS:
                self.encodings.setdefault(int(number), f"cp{_CHARSETS[int(charset[1])]}")
        self.levels: dict[int, int] = {}
        for number, name in re.findall(rb"\{\\s(\d{1,5})(?:\\[a-z0-9*-]+)* ?([^{};\\]+);\}", head):
            if match := _HEADING.fullmatch(name.decode("latin-1").strip()):
                self.levels[int(number)] = min(int(match[1] or 1), 6)


@dataclass
class _Reader:
    fonts: _Fonts
    data: bytes
    found: list[Block] = field(default_factory=list)
    notes: list[Block] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    state: _State = field(default_factory=_State)
    _groups: list[_State] = field(default_factory=list)
    _pieces: list[tuple[str, bool]] = field(default_factory=list)
    _number: str = ""
    _outer: list[tuple[list[tuple[str, bool]], str]] = field(default_factory=list)  # paragraphs around notes
    _cell: list[Block] = field(default_factory=list)
    _cells: list[Cell] = field(default_factory=list)
    _rows: list[list[Cell]] = field(default_factory=list)
    _merges: list[bool] = field(default_factory=list)
    _bytes: bytearray = field(default_factory=bytearray)
    _to_skip: int = 0
    _starred: bool = False
    _merging: bool = False

    def read(self) -> None:
        at = 0
        while at < len(self.data):
            if binary := _BINARY.match(self.data, at):
                at = binary.end() + int(binary[1])
                continue
            token = _TOKEN.match(self.data, at)
            at = token.end() if token else at + 1
            if token:
                self._take(token)
        self._end_paragraph()
        self._end_table()

    def _take(self, token: re.Match[bytes]) -> None:
        word, number, code, sign, brace, text = token.groups()
        if code is not None or text is not None:
            letters = text if text is not None else bytes([int(code, 16)])
            skipped = min(self._to_skip, len(letters))
            self._to_skip -= skipped
            self._bytes += letters[skipped:]
        else:
            self._flush()
            if brace == b"{":
                self._open()
            elif brace == b"}":
                self._close()
            elif sign is not None:
                self._sign(sign)
            elif word is not None:
                self._word(word.decode(), int(number) if number is not None else None)

    def _flush(self) -> None:
        """Let the bytes that were gathered become letters."""
        if self._bytes:
            encoding = self.fonts.encodings.get(self.state.font, self.fonts.standard)
            try:
                letters = self._bytes.decode(encoding, errors="replace")
            except LookupError:
                letters = self._bytes.decode("cp1252", errors="replace")
            self._bytes.clear()
            self._say(letters)

    def _say(self, letters: str) -> None:
        if self.state.skipped:
            return
        if self.state.hidden:
            self.left_out += [LeftOut("hidden text")] if letters.strip() else []
        elif self.state.number:
            self._number += letters
        else:
            self._pieces.append((in_unicode(letters, self.fonts.names.get(self.state.font, "")), self.state.raised))

    def _open(self) -> None:
        if len(self._groups) < _MOST_DEPTH:
            self._groups.append(self.state)
        self._starred = False

    def _close(self) -> None:
        if not self._groups:
            return
        if self.state.note and not self._groups[-1].note:
            self._end_paragraph()
            self._pieces, self._number = self._outer.pop()
        self.state = self._groups.pop()
        self._to_skip = 0

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self._starred = True
        elif sign == b"~":
            self._say(" ")
        elif sign == b"_":
            self._say("-")
        elif sign in (b"\\", b"{", b"}"):
            self._say(sign.decode())
        elif sign in (b"\n", b"\r"):
            self._end_paragraph()

    def _word(self, word: str, number: int | None) -> None:
        starred, self._starred = self._starred, False
        on = number != 0
        state = self.state
        if word in _KEPT:
            self.state = replace(state, number=word in ("listtext", "pntext"))
        elif word in ("footnote", "endnote"):
            self._outer.append((self._pieces, self._number))
            self._pieces, self._number = [], ""
            self.state = replace(state, note=True, raised=False)
        elif word in _SKIPPED or (starred and word not in ("ud", "upr")):
            self.state = replace(state, skipped=True)
        elif word == "u" and number is not None:
            self._unicode(number)
        elif word in _LETTERS:
            self._say(_LETTERS[word])
        elif word in ("par", "sect", "page", "column"):
            self._end_paragraph()
        elif word in ("cell", "nestcell", "row", "nestrow", "trowd", "clvmrg", "cellx"):
            self._table_word(word)
        else:
            self._set(word, number, on)

    def _set(self, word: str, number: int | None, on: bool) -> None:
        """How what follows is set."""
        if word in _SETTINGS:
            self.state = replace(self.state, **_SETTINGS[word](on, 0 if number is None else number))
        elif word == "s" and number is not None:
            self.state = replace(self.state, level=self.fonts.levels.get(number, 0))

    def _unicode(self, number: int) -> None:
        number %= 0x10000
        if 0xDC00 <= number < 0xE000 and self._pieces and "\ud800" <= self._pieces[-1][0][-1:] < "\udc00":
            high, raised = self._pieces.pop()
            pair = 0x10000 + ((ord(high[-1]) - 0xD800) << 10) + (number - 0xDC00)
            self._pieces.append((high[:-1] + chr(pair), raised))
        else:
            self._say(chr(number))
        self._to_skip = self.state.after_unicode

    def _table_word(self, word: str) -> None:
        if word == "trowd":
            self._merges, self._merging = [], False
        elif word == "clvmrg":
            self._merging = True
        elif word == "cellx":  # ends the description of a cell
            self._merges.append(self._merging)
            self._merging = False
        elif word in ("cell", "nestcell"):
            self._end_paragraph()
            self._cells.append(Cell(self._cell))
            self._cell = []
        elif self._cells:
            merges = [*self._merges, *[False] * len(self._cells)]
            self._rows.append([replace(cell, continues=on) for cell, on in zip(self._cells, merges, strict=False)])
            self._cells = []

    def _end_paragraph(self) -> None:
        self._flush()
        text = squeeze(join_raised(self._pieces))
        number, level = squeeze(self._number), self.state.level
        self._pieces, self._number = [], ""
        if not text:
            return
        block = Block(f"{number} {text}" if number and not _BULLET.fullmatch(number) else text, level)
        if self.state.note:
            self.notes.append(block)
        elif self.state.table:
            self._cell.append(block)
        else:
            self._end_table()
            self.found.append(block)

    def _end_table(self) -> None:
        rows = [*self._rows, *([self._cells] if self._cells else []), *([[Cell(self._cell)]] if self._cell else [])]
        self._rows, self._cells, self._cell = [], [], []
        self.found += table_blocks(rows)
