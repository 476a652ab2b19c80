"""Pictures of pages are read by text recognition (OCR): Tesseract, where it is installed, in a process of its own.

A crash or a hang of Tesseract costs the page that it was reading, nothing else.
"""

from __future__ import annotations

import importlib.util
import io
import json
import logging
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from PIL.Image import Image, Transpose

from ingest.readers.pdf.line import Line
from ingest.readers.pdf.ocr_layout import is_sure, printed_lines

_log = logging.getLogger(__name__)

DOTS_PER_INCH = 300
"""What Tesseract reads best, by its own documentation."""
MOST_DOTS = 40_000_000
"""Dots of the largest picture that is made of a page: an A1 poster at 200 to the inch."""
MOST_DOTS_A_SIDE = 32_000
"""Tesseract refuses pictures that are wider or higher than 32,767 dots."""
SECONDS = 120.0
"""How long one page may take. An A4 page of text takes 1 to 3 seconds."""

# Print is read with more than nine words in ten sure; of specks, of scripts that no installed language knows, half are.
_MOSTLY_SURE = 0.6
# A page with fewer words is a picture with a word in it at most; a turned one, a chart with the name of its axis.
_FEWEST_WORDS, _FEWEST_WORDS_TURNED = 3, 20
_SIDEWAYS = (Transpose.ROTATE_180, Transpose.ROTATE_90, Transpose.ROTATE_270)
_CHILD = Path(__file__).with_name("ocr_worker.py")


def available() -> bool:
    """Whether Tesseract is installed, with a language that it can read, and what Python needs to speak to it."""
    executable = shutil.which("tesseract")
    if executable is None or importlib.util.find_spec("tesserocr") is None:
        return False
    try:
        return bool(_languages(executable)[1])
    except (subprocess.SubprocessError, OSError):
        return False


def recognise(picture: Image, points: float) -> list[Line]:
    """The lines of print in a picture of a page that is `points` high; [] where it cannot make out a word.

    Tesseract sets them in the order of reading. A page that lies upside down or on its side is turned.
    """
    executable = shutil.which("tesseract")
    if executable is None:
        return []
    upright = picture.convert("L")
    try:
        folder, languages = _languages(executable)
        language = "eng" if "eng" in languages else languages[0]
        for turned in (upright, *(upright.transpose(way) for way in _SIDEWAYS)):
            words = _words(turned, folder, language)
            if _is_page(words, _FEWEST_WORDS if turned is upright else _FEWEST_WORDS_TURNED):
                return printed_lines(words, turned.width, turned.height, points * turned.height / picture.height)
    except (subprocess.SubprocessError, OSError, ValueError):
        _log.info("text recognition failed", exc_info=True)
    return []


def _words(picture: Image, folder: str, language: str) -> list[dict[str, Any]]:
    out = io.BytesIO()
    picture.save(out, "PPM")
    # With -P the child finds no module of ours by the name of one of Python's own, such as html.
    command = [sys.executable, "-P", str(_CHILD), folder, language]
    # Two pages are read at a time; each by several threads would be slower.
    settings = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    done = subprocess.run(  # nosec B603 # no shell, and no word of a file
        command, env=settings, input=out.getvalue(), capture_output=True, timeout=SECONDS, check=True
    )
    words: list[dict[str, Any]] = json.loads(done.stdout)
    return words


@cache
def _languages(executable: str) -> tuple[str, list[str]]:
    """The folder that keeps Tesseract's languages, and those in it but for the one that only finds which way is up."""
    listed = subprocess.run([executable, "--list-langs"], capture_output=True, text=True, timeout=20, check=True)  # nosec B603 # the same
    first, *languages = listed.stdout.splitlines() or [""]
    folder = re.search(r'"(.+)"', first)
    return folder[1] if folder else "", [language for language in languages if language not in ("", "osd")]


def _is_page(words: list[dict[str, Any]], fewest: int) -> bool:
    """Whether Tesseract made sense of a page: it is sure of most of its words, and they run from left to right."""
    sure = [word for word in words if is_sure(word)]
    long = [word for word in sure if len(word["text"]) > 2]
    upright = sum(word["right"] - word["left"] > word["bottom"] - word["top"] for word in long)
    return len(sure) >= _MOSTLY_SURE * len(words) and len(long) >= fewest and 2 * upright > len(long)
