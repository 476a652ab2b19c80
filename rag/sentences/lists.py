"""Lists: the items that a sentence announces ("They offer:") are part of what it says."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import takewhile

from rag.sentences.sentence import Sentence, sentences_of

LIST_ITEMS = 8
# Words of a paragraph that can be an item without a bullet.
LONGEST_ITEM = 30
_PARAGRAPH = re.compile(r"\S(?:(?!\n\s*\n).)*(?<!\s)", re.DOTALL)


def with_items(sentence: Sentence) -> str:
    """What a sentence says where it is shown: alone, and of one that announces a list with its items."""
    told = [sentence.alone, "; ".join(item.text for item in items_after(sentence))]
    return " ".join(" ".join(told).split())


def items_after(sentence: Sentence) -> list[Sentence]:
    """The list items that directly follow a sentence ending in a colon: with bullets, or as short paragraphs alike."""
    if not sentence.text.rstrip().endswith(":"):
        return []
    following = [each for each in sentences_of(sentence.passage) if each.start >= sentence.end]
    items = list(takewhile(lambda each: each.listed, following)) or _short_paragraphs(sentence)
    return [replace(item, score=sentence.score) for item in items[:LIST_ITEMS]]


def _short_paragraphs(sentence: Sentence) -> list[Sentence]:
    """The paragraphs below a sentence that are items of one list, for readers of most formats leave bullets out.

    They are short, and all begin in small letters or all in capitals, and end alike; the last may end the sentence.
    """
    passage, found = sentence.passage, list[Sentence]()
    headings = {first for first, _ in passage.headings}
    for match in _PARAGRAPH.finditer(passage.text, sentence.end):
        text = match.group()
        if match.start() in headings or len(text.split()) > LONGEST_ITEM or text.endswith(":"):
            break
        if found and (
            text[0].islower() != found[0].text[0].islower() or found[-1].text[-1] == "." != found[0].text[-1]
        ):
            break
        if found and text[0].isupper() and (text[-1] == ".") != (found[0].text[-1] == "."):
            break
        found.append(Sentence(passage, match.start(), match.end(), listed=True))
    return found if len(found) > 1 else []
