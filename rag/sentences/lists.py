"""Lists: the items that a sentence announces ("They offer:") are part of what it says."""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.report import Passage
from rag.sentences.rows import PARAGRAPH
from rag.sentences.sentence import BULLET, Sentence, sentences_of

LIST_ITEMS = 8
# Words of a paragraph that can be an item without a bullet.
LONGEST_ITEM = 30


def with_items(sentence: Sentence) -> str:
    """What a sentence says where it is shown: alone, and of one that announces a list with its items."""
    told = [sentence.alone, "; ".join(item.text for item in items_after(sentence))]
    return " ".join(" ".join(told).split())


def items_after(sentence: Sentence) -> list[Sentence]:
    """The list items that directly follow a sentence ending in a colon: with bullets, or as short paragraphs alike."""
    if not sentence.text.rstrip().endswith(":"):
        return []
    items = _marked_items(sentence) or ([] if sentence.listed else _short_paragraphs(sentence))
    return [replace(item, score=sentence.score) for item in items[:LIST_ITEMS]]


def _marked_items(sentence: Sentence) -> list[Sentence]:
    """The items with bullets or numbers that follow, each whole, up to a heading or whatever else stands between.

    What has the mark of a sentence that is an item itself stands beside that, not below it.
    """
    passage, end = sentence.passage, sentence.end
    own = _mark(passage, sentence) if sentence.listed else ""
    items: list[Sentence] = []
    for each in sentences_of(passage):
        if each.start < sentence.end:
            continue
        between = passage.text[end : each.start]
        if each.listed and not between.replace(_sign(between), "").strip() and _mark(passage, each) != own:
            items.append(each)
        elif items and not between.strip() and "\n" not in between:
            items[-1] = replace(items[-1], end=each.end)
        else:
            break
        end = each.end
    return items


def _sign(between: str) -> str:
    """The bullet or number in what stands between two items."""
    line = between.rpartition("\n")[2]
    found = BULLET.match(f"{line}X")
    return found.group().strip() if found else ""


def _mark(passage: Passage, item: Sentence) -> str:
    """The kind of mark that an item has, whatever its number."""
    return re.sub(r"[^\W\d]+", "a", re.sub(r"\d+", "1", _sign(passage.text[: item.start])))


def _short_paragraphs(sentence: Sentence) -> list[Sentence]:
    """The paragraphs below a sentence that are items of one list, for readers of most formats leave bullets out.

    They are short, and all begin in small letters or all in capitals, and end alike; the last may end the sentence.
    """
    passage, found = sentence.passage, list[Sentence]()
    headings = {first for first, _ in passage.headings}
    for match in PARAGRAPH.finditer(passage.text, sentence.end):
        text = match.group()
        is_other = match.start() in headings or BULLET.match(text) or text.endswith(":")
        if is_other or len(text.split()) > LONGEST_ITEM:
            break
        if found and not _are_alike(found[0].text, found[-1].text, text):
            break
        found.append(Sentence(passage, match.start(), match.end(), listed=True))
    return found if len(found) > 1 else []


def _are_alike(first: str, last: str, text: str) -> bool:
    """Whether a paragraph goes on with a list, by its `first` item and its `last` so far."""
    if first[0].islower() != text[0].islower() or (last.endswith(".") and not first.endswith(".")):
        return False
    return text[0].islower() or text.endswith(".") == first.endswith(".")
