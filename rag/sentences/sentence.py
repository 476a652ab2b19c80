"""The sentences of passages that can be quoted."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.report import Passage
from ingest.sentences import sentence_spans
from rag.sentences.rows import heads, is_row
from rag.sentences.speech import after_label

BULLET = re.compile(r"^\s*(?:[•●▪◦○■□➢➤➞➨✓☑·‣–\-*]+\s+|o\s+(?=[A-Z])|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s+)")
_ENDS = re.compile(r"[.!?:;…]['\"’”)\]]*\d{0,3}\s*$")
_NUMBERED_HEADING = re.compile(r"[^\W\d_]{3,} \d{1,2}\W?")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
# What says less than this beside a web address only points to it.
WORDS_BESIDE_ADDRESS = 8
_REFERENCE = re.compile(
    r"^\s*(?:\[?\d{1,3}\]?\s*[-–.]?\s+[A-Z].*(?:\d{4}|https?:|“)|.*\b(?:Accessed|Retrieved|doi:|ISBN|pp?\.\s*\d+[-–]\d+)\b"
    r"|(?:https?://|www\.)\S+\s*$|.*[”\"] in: |.*\(source: )"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage: `passage.text[start:end]`, without bullet and white space, and how well it answers.

    `sure` is how sure the reader is that it answers when it is read alone, 0 where it was not read. `copies` are the
    same sentence in other places. Of an extract, which holds the sentences beside it too, `marked` is
    where the one that answers stands in the passage.
    """

    passage: Passage
    start: int
    end: int
    score: float = 0.0
    meaning: float = 0.0
    sure: float = 0.0
    listed: bool = False
    copies: tuple[Sentence, ...] = ()
    marked: tuple[int, int] | None = None

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]

    @property
    def heads(self) -> Sentence | None:
        """The heads of the columns, for a row of a table that says nothing without them."""
        place = _heads(self.passage, self.start) if is_row(self.text) else None
        return Sentence(self.passage, *place, score=self.score) if place else None

    @property
    def heading(self) -> str:
        """The heading that it stands below."""
        above = [(first, last) for first, last in self.passage.headings if last <= self.start]
        return self.passage.text[slice(*above[-1])].strip() if above else self.passage.heading

    @property
    def alone(self) -> str:
        """What it says alone: a row with the heads of its columns, what stands below "Recommendation 2" with that."""
        if above := self.heads:
            return f"{self.passage.heading} {above.text} {self.text}".strip()
        return f"{self.heading}: {self.text}" if _NUMBERED_HEADING.fullmatch(self.heading) else self.text


def sentences_of(passage: Passage) -> list[Sentence]:
    """The sentences of a passage that can be quoted: no headings, no references, nothing without words."""
    found = []
    for start, end in sentence_spans(passage.text):
        text = passage.text[start:end]
        if any(first <= start and end - len(text) + len(text.rstrip()) <= last for first, last in passage.headings):
            continue
        if bullet := BULLET.match(text):
            start, text = start + bullet.end(), text[bullet.end() :]
        if (words := after_label(passage.text, start)) > start:
            start, text = words, passage.text[words:end]
        start += len(text) - len(text.lstrip())
        text = text.strip()
        if _is_quotable(text, bool(bullet)) or (is_row(text) and _heads(passage, start)):
            found.append(Sentence(passage, start, start + len(text), listed=bool(bullet)))
    return found


def _heads(passage: Passage, start: int) -> tuple[int, int] | None:
    """Where the heads of the columns of the row at `start` stand; None where they stand in a passage before.

    A passage that begins with a row goes on with the table of the one before: its first row is one like the others.
    """
    place = heads(passage.text, start)
    return None if place and passage.start and not passage.text[: place[0]].strip() else place


def _is_quotable(text: str, listed: bool) -> bool:
    words = re.findall(r"[^\W\d_]{2,}", _ADDRESS.sub("", text))
    if _REFERENCE.match(text) or not words or (_ADDRESS.search(text) and len(words) < WORDS_BESIDE_ADDRESS):
        return False
    if _ENDS.search(text):
        return len(words) >= (1 if listed else 4)
    if listed:
        return True
    # Without a full stop it may be a heading, a caption or a table: those have few words, or most with a capital.
    return len(words) >= 7 and sum(word[0].isupper() for word in words) <= 0.6 * len(words)
