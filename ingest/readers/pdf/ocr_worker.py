"""The process that reads one picture from standard input with Tesseract, and writes its words as JSON.

It is run by its path, so that it loads nothing of the rest. Arguments: the folder of the languages, and the language.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import tesserocr
from PIL import Image, ImageDraw

# Lengths are in heights of the line's capitals. The mark of a note is lower than they are and ends above the base line,
# .3 or more in the styles of Word, InDesign and LaTeX. In two books and a leaflet quotation marks were .38 to .49 high,
# in pages drawn in three fonts marks were .53 to .62, and .48 to .52 where set in 55 % of their line's size.
_LOWEST, _HIGHEST, _RAISED, _TOP = 0.51, 0.9, 0.25, 0.85
# Beside such a sign small letters are as low as quotation marks, but wider: the "s" of a raised "st".
_LOW, _WIDE = 0.33, 0.3
# What stands on the base line does so within this: round letters and scans are not quite straight.
_STANDS = 0.15
# A mark follows its word closely, and has few signs.
_CLOSE, _MOST_SIGNS = 0.5, 5
# So much of a raised sign has nothing below it, unlike the ring of "%" and the 1 of a typeset "½".
_COVERED = 0.35
# From so many signs on a line's base line and height are known.
_FEWEST_STANDING = 4
_APOSTROPHE = re.compile(r"[‘’'`][^\W\d_]")
_SIGNS = "0123456789abcdefghinrstv*"
# What is read apart from its line is enlarged to the height that Tesseract reads best, with white around; in dots.
_HEIGHT, _AROUND = 36, 16

Box = tuple[int, int, int, int]
"""The left, top, right and bottom of something, in dots."""


@dataclass(frozen=True, slots=True)
class _Sign:
    """Ink that hangs together, by its box, and how far down its base line is."""

    box: Box
    base: float

    @property
    def left(self) -> int:
        return self.box[0]

    @property
    def right(self) -> int:
        return self.box[2]

    @property
    def width(self) -> int:
        return self.box[2] - self.box[0]

    @property
    def height(self) -> int:
        return self.box[3] - self.box[1]

    @property
    def foot(self) -> float:
        return self.base - self.box[3]

    @property
    def head(self) -> float:
        return self.base - self.box[1]

    def is_over(self, other: _Sign) -> bool:
        """Whether much of its width is that of `other` too."""
        return min(self.right, other.right) - max(self.left, other.left) > _COVERED * self.width


def main(folder: str, language: str) -> None:
    """Read the picture, and write its words.

    Each comes with its block, its line, the height of the line's type, how the line falls, and its place in dots.
    `sure` says how sure Tesseract is of it, from 0 to 100. Where signs are raised above its line, as the mark of a note
    is, `raised` is what they were read as, `text` the word without them, and `place` where they stand: before it, after
    it or within it.
    """
    picture = Image.open(sys.stdin.buffer)
    with tesserocr.PyTessBaseAPI(path=folder, lang=language) as reader:
        reader.SetImage(picture)
        raised = [box for line in _lines(reader) for box in _raised(line)]
        words = _words(reader)
        if raised:
            words = _parted(reader, picture, words, raised)
    json.dump(words, sys.stdout)


def _words(reader: tesserocr.PyTessBaseAPI) -> list[dict[str, Any]]:
    reader.Recognize()
    words = []
    block, line, row, fall = 0, 0, 0.0, 0.0
    found = reader.GetIterator()
    for word in tesserocr.iterate_level(found, tesserocr.RIL.WORD) if found else ():
        block += word.IsAtBeginningOf(tesserocr.RIL.BLOCK)
        if word.IsAtBeginningOf(tesserocr.RIL.TEXTLINE):
            line += 1
            row, fall = word.RowAttributes()["row_height"], _fall(word.Baseline(tesserocr.RIL.TEXTLINE))
        if not word.Empty(tesserocr.RIL.WORD):
            left, top, right, bottom = word.BoundingBox(tesserocr.RIL.WORD)
            text, sure = word.GetUTF8Text(tesserocr.RIL.WORD), word.Confidence(tesserocr.RIL.WORD)
            place = {"left": left, "top": top, "right": right, "bottom": bottom}
            words.append({"text": text, "sure": sure, "block": block, "line": line, "row": row, "fall": fall, **place})
    return words


def _fall(base: tuple[tuple[int, int], tuple[int, int]] | None) -> float:
    """How many dots a base line falls on its way of one dot to the right."""
    if base is None or base[0][0] == base[1][0]:
        return 0.0
    (left, start), (right, end) = base
    return (end - start) / (right - left)


def _lines(reader: tesserocr.PyTessBaseAPI) -> list[list[_Sign]]:
    """The signs of each printed line, from left to right."""
    layout, level = reader.AnalyseLayout(), tesserocr.RIL.TEXTLINE
    lines = [
        (line.BoundingBox(level), base)
        for line in (tesserocr.iterate_level(layout, level) if layout else ())
        if (base := line.Baseline(level)) is not None
    ]
    signs: list[list[_Sign]] = [[] for _ in lines]
    for _, place, *_ in reader.GetConnectedComponents() if lines else ():
        box = place["x"], place["y"], place["x"] + place["w"], place["y"] + place["h"]
        across, down = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        near = [
            (abs(down - foot + (bottom - top) / 4), foot, number)
            for number, ((left, top, right, bottom), base) in enumerate(lines)
            if left <= across <= right and top <= down <= bottom
            for foot in [base[0][1] + _fall(base) * (across - base[0][0])]
        ]
        if near:
            _, foot, number = min(near)
            signs[number].append(_Sign(box, foot))
    return [sorted(line, key=lambda sign: sign.left) for line in signs]


def _raised(line: list[_Sign]) -> list[Box]:
    """Where in a line the marks of notes are, and other raised figures and letters."""
    standing = [sign for sign in line if abs(sign.foot) < _STANDS * sign.height]
    if len(standing) < _FEWEST_STANDING:
        return []
    capital = sorted(sign.head for sign in standing)[9 * len(standing) // 10]
    groups: list[list[_Sign]] = []
    for before, sign in pairwise([None, *line]):
        if sign is None or not _is_raised(sign, standing, capital):
            continue
        close = before is not None and sign.left - before.right < _CLOSE * capital
        if close and groups and groups[-1][-1] is before:
            groups[-1].append(sign)
        elif close or before is None:
            groups.append([sign])
    return [
        _around([sign.box for sign in group])
        for group in groups
        if len(group) <= _MOST_SIGNS and any(sign.height >= _LOWEST * capital for sign in group)
    ]


def _is_raised(sign: _Sign, standing: list[_Sign], capital: float) -> bool:
    least = _LOW if sign.width >= _WIDE * capital else _LOWEST
    return (
        least * capital <= sign.height <= _HIGHEST * capital
        and sign.width <= capital
        and sign.foot >= _RAISED * capital
        and sign.head >= _TOP * capital
        and not any(sign.is_over(other) for other in standing)
    )


def _around(boxes: list[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _parted(
    reader: tesserocr.PyTessBaseAPI, picture: Image.Image, words: list[dict[str, Any]], raised: list[Box]
) -> list[dict[str, Any]]:
    """The words, each parted from what is raised in it.

    Tesseract takes a raised figure for all kinds of signs, so the words are read once more without them. Where it then
    sees fewer spaces, for the gaps have become uneven, the first reading tells where a word begins and ends.
    """
    signs = [_read_alone(reader, picture, box) for box in raised]
    paint = ImageDraw.Draw(picture)
    for left, top, right, bottom in raised:
        paint.rectangle((left - 1, top - 1, right, bottom), picture.crop((left, top, right, bottom)).getextrema()[1])
    reader.SetImage(picture)
    again = _words(reader)
    return [_without(raised, signs, word, words, again) for word in words]


def _without(
    raised: list[Box], signs: list[str], word: dict[str, Any], words: list[dict[str, Any]], again: list[dict[str, Any]]
) -> dict[str, Any]:
    """A word without what is raised in it, of which `signs` tell what it is."""
    inside = [number for number, box in enumerate(raised) if _is_within(box, word)]
    if not inside:
        return word
    left, _, right, _ = _around([raised[number] for number in inside])
    near = word["row"] / 10
    begins, ends = left - word["left"] < near, word["right"] - right < near
    if (begins and not signs[inside[0]].isdigit()) or (not begins and not ends and _APOSTROPHE.search(word["text"])):
        return word  # a bullet, or a large quotation mark
    others = word | ({"left": right} if begins else {"right": left} if ends else {})
    return word | {
        "text": "" if begins and ends else _text_again(others, words, again) or word["text"],
        "raised": signs[inside[0]],
        "place": "before" if begins else "after" if ends else "within",
    }


def _is_within(box: Box, word: dict[str, Any]) -> bool:
    across, down = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return bool(word["left"] <= across <= word["right"] and word["top"] <= down <= word["bottom"])


def _text_again(word: dict[str, Any], words: list[dict[str, Any]], again: list[dict[str, Any]]) -> str:
    """What was read the second time where a word stands; "" where nothing was."""
    same = [each for each in again if _shared(each, word) > 0.5 * min(_width(each), _width(word))]
    beside = [each for each in words if any(_shared(each, other) > 0.5 * _width(each) for other in same)]
    before = "".join(each["text"] for each in beside if each["right"] <= word["left"])
    after = "".join(each["text"] for each in beside if each["left"] >= word["right"])
    text = "".join(each["text"] for each in same).strip("_")
    return str(text.removeprefix(before).removesuffix(after))


def _shared(word: dict[str, Any], other: dict[str, Any]) -> int:
    """How much of their widths two words share; 0 where they stand in different lines."""
    if min(word["bottom"], other["bottom"]) - max(word["top"], other["top"]) < word["row"] / 3:
        return 0
    return int(max(0, min(word["right"], other["right"]) - max(word["left"], other["left"])))


def _width(word: dict[str, Any]) -> int:
    return int(word["right"] - word["left"])


def _read_alone(reader: tesserocr.PyTessBaseAPI, picture: Image.Image, box: Box) -> str:
    """Which of the signs of notes and ordinals stand in a part of the picture."""
    part = picture.crop(box)
    paper = part.getextrema()[1]
    part = part.resize((max(1, round(part.width * _HEIGHT / part.height)), _HEIGHT))
    alone = Image.new("L", (part.width + 2 * _AROUND, part.height + 2 * _AROUND), paper)
    alone.paste(part, (_AROUND, _AROUND))
    reader.SetVariable("tessedit_char_whitelist", _SIGNS)
    reader.SetPageSegMode(tesserocr.PSM.SINGLE_WORD)
    reader.SetImage(alone)
    text = "".join(reader.GetUTF8Text().split())
    reader.SetVariable("tessedit_char_whitelist", "")
    reader.SetPageSegMode(tesserocr.PSM.AUTO)
    return text


if __name__ == "__main__":
    main(*sys.argv[1:])
