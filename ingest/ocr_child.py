"""The process that reads one picture from standard input with Tesseract, and writes its words as JSON.

It is run by its path, so that it loads nothing of the rest. Arguments: the folder of the languages, and the language.
"""

from __future__ import annotations

import json
import os
import sys

os.environ["OMP_THREAD_LIMIT"] = "1"  # two pages are read at a time; each by several threads would be slower

import tesserocr
from PIL import Image


def main(folder: str, language: str) -> None:
    """Read the picture, and write each word with its line, the height of the line's type, and its place in dots.

    `sure` says how sure Tesseract is of it, from 0 to 100.
    """
    words = []
    with tesserocr.PyTessBaseAPI(path=folder, lang=language) as reader:
        reader.SetImage(Image.open(sys.stdin.buffer))
        reader.Recognize()
        line, row = 0, 0.0
        found = reader.GetIterator()
        for word in tesserocr.iterate_level(found, tesserocr.RIL.WORD) if found else ():
            if word.IsAtBeginningOf(tesserocr.RIL.TEXTLINE):
                line += 1
                row = word.RowAttributes()["row_height"]
            if not word.Empty(tesserocr.RIL.WORD):
                left, top, right, bottom = word.BoundingBox(tesserocr.RIL.WORD)
                text, sure = word.GetUTF8Text(tesserocr.RIL.WORD), word.Confidence(tesserocr.RIL.WORD)
                place = {"left": left, "top": top, "right": right, "bottom": bottom}
                words.append({"text": text, "sure": sure, "line": line, "row": row, **place})
    json.dump(words, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
