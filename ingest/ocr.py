"""Pictures of pages are read by text recognition (OCR): Tesseract, where it is installed, in a process of its own.

A crash or a hang of Tesseract costs the page that it was reading, nothing else.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

from PIL.Image import Image

from ingest.repair import Line, clean

DOTS_PER_INCH = 300
"""What Tesseract reads best, by its own documentation."""
MOST_DOTS = 40_000_000
"""Dots of the largest picture that is made of a page: an A1 poster at 200 to the inch."""
SECONDS = 120.0
"""How long one page may take. An A4 page of text takes 1 to 3 seconds."""

# Share of 100 by which Tesseract must be sure of a word. Below it stand mostly specks and edges of pictures.
_SURE = 40.0
# Print is read with more than nine words in ten sure; of specks, of scripts that no installed language knows, half are.
_MOSTLY_SURE = 0.6
# A page on which fewer words are found is a picture with a word in it at most.
_FEWEST_WORDS = 3
# Lines whose height differs by less from the usual one are set in the same type: only their letters differ.
_SAME_TYPE = 0.35
_CHILD = Path(__file__).with_name("ocr_child.py")


def available() -> bool:
    """Whether Tesseract is installed, with a language that it can read."""
    executable = shutil.which("tesseract")
    return executable is not None and bool(_languages(executable)[1])


def recognise(picture: Image, points: float) -> list[Line]:
    """The lines of print in a picture of a page that is `points` high; [] where it cannot make out a word.

    Tesseract sets them in the order of reading.
    """
    executable = shutil.which("tesseract")
    if executable is None:
        return []
    folder, languages = _languages(executable)
    out = io.BytesIO()
    picture.convert("L").save(out, "PPM")
    command = [sys.executable, str(_CHILD), folder, "eng" if "eng" in languages else languages[0]]
    try:
        done = subprocess.run(command, input=out.getvalue(), capture_output=True, timeout=SECONDS, check=True)
    except (subprocess.SubprocessError, OSError):
        return []
    return _lines(json.loads(done.stdout), picture.width, picture.height, points)


@cache
def _languages(executable: str) -> tuple[str, list[str]]:
    """The folder that keeps Tesseract's languages, and those in it but for the one that only finds which way is up."""
    try:
        listed = subprocess.run([executable, "--list-langs"], capture_output=True, text=True, timeout=20, check=True)
    except (subprocess.SubprocessError, OSError):
        return "", []
    first, *languages = listed.stdout.splitlines() or [""]
    folder = re.search(r'"(.+)"', first)
    return folder[1] if folder else "", [language for language in languages if language not in ("", "osd")]


def _lines(words: list[dict[str, Any]], width: int, height: int, points: float) -> list[Line]:
    """Words with their places in dots, joined into lines with theirs in shares of the page."""
    sure = [word for word in words if word["sure"] >= _SURE and any(letter.isalnum() for letter in word["text"])]
    if len(sure) < _MOSTLY_SURE * len(words) or sum(len(word["text"]) > 2 for word in sure) < _FEWEST_WORDS:
        return []
    rows: dict[int, list[dict[str, Any]]] = {}
    for word in sure:
        rows.setdefault(word["line"], []).append(word)
    tall = [max(word["bottom"] for word in row) - min(word["top"] for word in row) for row in rows.values()]
    usual = median(tall)
    return [
        Line(
            clean(" ".join(word["text"] for word in row)).strip(),
            left=min(word["left"] for word in row) / width,
            right=max(word["right"] for word in row) / width,
            top=min(word["top"] for word in row) / height,
            bottom=max(word["bottom"] for word in row) / height,
            size=round((usual if abs(each - usual) < _SAME_TYPE * usual else each) / height * points, 1),
        )
        for row, each in zip(rows.values(), tall, strict=True)
    ]
