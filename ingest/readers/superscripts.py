"""Raised letters in running text: marks of notes are left out, powers and ordinals stay.

"£1,200³" with a note 3 is printed as £1,200 with a small raised 3, and is never to be read as £1,2003; "30 m²", "10⁶"
and "1st" are words of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

_SIGN = r"(?:\d{1,3}|[a-h]|[ivx]{1,4}|[*†‡§¶]{1,3})"
_MARK = re.compile(rf"[\s,(\[]*{_SIGN}(?:\s*[,;–-]\s*{_SIGN})*[\s,)\]]*")
_DIGITS = re.compile(r"[-−+]?\d{1,3}")
SUPERSCRIPT = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")

# What a raised 2 or 3 makes a square, a cube or a power of. "£3m" is millions, the s of "council’s" no variable.
_WORD = re.compile(r"[^\s(\[/–—-]*\d ?[^\W\d_]*$|[^\s(\[/–—-]*$")
_SQUARED = re.compile(r"(?:[\d.,]+ ?)?(?:[kcdmnµμ]?m|ft|yd)|[\d.,]+ ?in|[RIb-z]|CO|[α-ω]")
_TEN = re.compile(r"(?<![\d.,£$€])10$")
_DEGREE = re.compile(r"[CF]\b")
# What a raised figure stands behind in "(¹)" and "³⁄₄". Behind a word "“" ends a quotation, as it does in German.
_OPENED = re.compile(r"(?:(?:^|[\s(\[{–—-])[“‘]|[(\[{/⁄])\s*$")
_NOTE = re.compile(r"\b(?:foot|end)?notes?\s*$", re.IGNORECASE)


def join_raised(pieces: Iterable[tuple[str, bool]]) -> str:
    """The text of pieces that follow each other, each with whether it is raised above the line.

    What is raised behind a word or figure and is a number, a letter or a star is the mark of a note, and left out.
    Powers come out in superscript digits ("m²"), all else as it is ("1st").
    """
    filled = (piece for piece in pieces if piece[0])
    joined = [("".join(text for text, _ in group), raised) for raised, group in groupby(filled, lambda piece: piece[1])]
    text = ""
    for index, (piece, raised) in enumerate(joined):
        after = joined[index + 1][0] if index + 1 < len(joined) else ""
        text += _raised(text, piece, after) if raised else piece
    return text


def _raised(before: str, raised: str, after: str) -> str:
    """What a raised piece is in running text, between what stands before and after it."""
    inner = raised.strip()
    if not inner or not before.strip() or _OPENED.search(before) or after[:1] in ("/", "⁄"):
        return f"{raised} " if inner.isalnum() and not before.strip() and after[:1].isalpha() else raised
    if before[-1].isdigit() and inner in ("0", "o") and _DEGREE.match(after.lstrip()):
        return "°"
    if _is_power(before, inner):
        return raised.translate(SUPERSCRIPT)
    if _MARK.fullmatch(raised) and not _NOTE.search(before):
        return " " if raised != raised.strip() else ""
    return raised


def _is_power(before: str, raised: str) -> bool:
    if not _DIGITS.fullmatch(raised):
        return False
    if not raised[0].isdigit() or _TEN.search(before):
        return True
    word = _WORD.search(before)
    return raised in ("2", "3") and word is not None and _SQUARED.fullmatch(word.group()) is not None
