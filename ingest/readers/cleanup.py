"""Repairs to the text of a page: what the printer added is taken away, what the author wrote stays.

Nothing is invented: characters are removed or brought to their usual form, never guessed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

# pdfium puts this where a word is broken at the end of a line; readers of other formats never produce it.
LINE_END_HYPHEN = "\ufffe"

_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_ODD_SPACES = dict.fromkeys([*range(0x2000, 0x200B), 0x09, 0x0B, 0x0C, 0x85, 0xA0, 0x1680, 0x202F, 0x205F, 0x3000], " ")
_INVISIBLE = dict.fromkeys([*range(0x09), *range(0x0E, 0x20), 0x7F, 0xAD, 0x200B, 0x2060, 0xFEFF], None)
# Symbol fonts number their bullets in the private use area; these are what Word's list buttons produce.
_BULLETS = dict.fromkeys([0xF0A7, 0xF0B7, 0xF0D8, 0xF06C, 0xF0DC, 0xF076, 0xF0FC, 0xF0A8, 0xF09F, 0xF02D], "•")
_TABLE: dict[int, str | None] = {**_INVISIBLE, **_ODD_SPACES, **_LIGATURES, **_BULLETS}

_ODD, _SPACES = re.compile(f"[{re.escape(''.join(map(chr, _TABLE)))}]"), re.compile(" {2,}")
_WORD = re.compile(r"[^\W\d_]+(?:[-‐‑][^\W\d_]+)*")
_BROKEN_WORD = re.compile(r"[^\W\d_][-‐]$")
_FIRST_WORD, _LAST_WORD = re.compile(r"^[^\W\d_]+"), re.compile(rf"[^\W\d_]+{LINE_END_HYPHEN}$")


def clean(text: str) -> str:
    """`text` with one kind of space, no invisible characters and no ligatures; line ends stay."""
    if _ODD.search(text):  # which hardly any line holds: to translate each letter takes ten times as long
        text = text.translate(_TABLE)
    return _SPACES.sub(" ", text) if "  " in text else text


def clean_bullets(text: str) -> str:
    """`text` with the bullets of symbol fonts as bullets, and nothing else changed."""
    return text.translate(_BULLETS) if _ODD.search(text) else text


def is_broken_word(line: str, following: str) -> bool:
    """Whether `line` ends with the hyphen of a word, plain or not, that goes on in the line that follows it."""
    return bool(_BROKEN_WORD.search(line)) and following[:1].islower()


def words_of(lines: Iterable[str]) -> Counter[str]:
    """How often each word, hyphenated or plain, stands whole in `lines`: the halves of broken words do not count."""
    found: list[str] = []
    broken = False
    for line in lines:
        whole = _FIRST_WORD.sub("", line) if broken else line
        broken = line.endswith(LINE_END_HYPHEN)
        found += _WORD.findall(_LAST_WORD.sub("", whole) if broken else whole)
    return Counter(map(str.lower, found))


def join_lines(lines: Sequence[str], known: Counter[str]) -> str:
    """The lines of one paragraph as running text.

    A line that ends in `LINE_END_HYPHEN` holds the start of a broken word. `known` decides whether the hyphen belongs
    to the word: it holds the words that the same report prints whole (see `words_of`).
    """
    text = ""
    for line in lines:
        line = line.strip()
        if text.endswith(LINE_END_HYPHEN):
            text = _join_word(text[:-1], line, known)
        elif text.endswith("-") and line[:1].isalnum() and text[-2:-1].isalnum():
            text += line  # "2014-" and "2020": the hyphen was printed as part of the text
        elif line:
            text = f"{text} {line}" if text else line
    return text.replace(LINE_END_HYPHEN, "-").strip()


def _join_word(text: str, line: str, known: Counter[str]) -> str:
    return f"{text}-{line}" if keeps_hyphen(text, line, known) else text + line


def keeps_hyphen(text: str, line: str, known: Counter[str]) -> bool:
    """Whether the hyphen between the end of `text` and the start of `line` is of the word, not of the line's end."""
    head = re.search(r"[^\W\d_]*$", text)
    tail = re.match(r"[^\W\d_]*", line)
    start, end = (head.group() if head else "").lower(), (tail.group() if tail else "").lower()
    if not start or not end:
        return True
    whole, hyphenated = known[start + end], known[f"{start}-{end}"]
    both_are_words = bool(known[start] and known[end] and len(start) > 2 and len(end) > 3)
    return hyphenated > whole or (not whole and (both_are_words or line[0].isupper()))
