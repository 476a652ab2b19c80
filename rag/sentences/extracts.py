"""The sentences of passages that can be quoted, and which of them make the answer once they are ranked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from rapidfuzz import fuzz

from ingest.report import Passage
from ingest.sentences import sentence_spans
from rag.sentences.rows import heads, is_row
from rag.sentences.speech import after_label

_BULLET = re.compile(r"^\s*(?:[•●▪◦○■□➢➤➞➨✓☑·‣–\-*]+\s+|o\s+(?=[A-Z])|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s+)")
_ENDS = re.compile(r"[.!?:;…]['\"’”)\]]*\d{0,3}\s*$")
_NUMBERED_HEADING = re.compile(r"[^\W\d_]{3,} \d{1,2}\W?")
_LEANING = re.compile(
    r"^\W*(?:this|that|these|those|they|it|its|he|she|his|her|their|however|but|therefore|thus|such|here|then|both|yet"
    r"|similarly|moreover|furthermore)\b",
    re.I,
)
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

    `copies` are the same sentence in other places. Of an extract, which holds the sentences beside it too, `marked` is
    where the one that answers stands in the passage.
    """

    passage: Passage
    start: int
    end: int
    score: float = 0.0
    meaning: float = 0.0
    listed: bool = False
    copies: tuple[Sentence, ...] = ()
    marked: tuple[int, int] | None = None

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]

    @property
    def heads(self) -> Sentence | None:
        """The heads of the columns, for a row of a table that says nothing without them."""
        place = heads(self.passage.text, self.start) if is_row(self.text) else None
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
        if bullet := _BULLET.match(text):
            start, text = start + bullet.end(), text[bullet.end() :]
        if (words := after_label(passage.text, start)) > start:
            start, text = words, passage.text[words:end]
        start += len(text) - len(text.lstrip())
        text = text.strip()
        if _is_quotable(text, bool(bullet)) or (is_row(text) and heads(passage.text, start)):
            found.append(Sentence(passage, start, start + len(text), listed=bool(bullet)))
    return found


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


def distinct(sentences: Sequence[Sentence]) -> list[Sentence]:
    """Each sentence once, with its copies. The first with a page stays, for it can be opened where it stands."""
    same: dict[str, list[Sentence]] = {}
    for sentence in sentences:
        same.setdefault(re.sub(r"\W+", "", sentence.text).casefold(), []).append(sentence)
    return [_first_with_pages(group) for group in same.values()]


def _first_with_pages(group: Sequence[Sentence]) -> Sentence:
    first = next((each for each in group if each.passage.first_page is not None), group[0])
    return replace(first, copies=tuple(each for each in group if each is not first))


# A statement beside the best one must be nearly as good, or it would water the answer down. With .85 more of what is
# shown answers, but fewer questions of GOV.UK get an answer at all (benchmarks/LOG.md).
NEARLY_AS_GOOD = 0.8
STATEMENTS = 5
# More than this from one passage would hide what the others say.
OF_ONE_PASSAGE = 3
LIST_ITEMS = 8
# Words of an extract: of 60, 80 and 100 this many helps the answers of three sets of questions most for its length.
EXTRACT_WORDS = 80
# Words of a paragraph that can be an item without a bullet.
LONGEST_ITEM = 30
# From here, of 100, two sentences differ in a word or two and say the same. Of 6,310 sentences that were good enough
# to be shown 72 are variants at 90; the 25 that were looked at say the same but for two, which name another body.
VARIANT = 92
_FIGURE = re.compile(r"\d+|\b(?:not?|never|less|fewer|more)\b")
_PARAGRAPH = re.compile(r"\S(?:(?!\n\s*\n).)*(?<!\s)", re.DOTALL)


def choose(sentences: Sequence[Sentence], said: str = "", alike: float = NEARLY_AS_GOOD) -> list[Sentence]:
    """The statements of an answer from its ranked sentences: the best, and those whose score is `alike` times its own.

    A sentence that announces a list brings the items that follow it in its passage. What the last answer `said` is not
    said again, unless there is nothing else.
    """
    new = [sentence for sentence in sentences if " ".join(sentence.text.split()) not in said]
    if not new:
        new, said = list(sentences), ""
    near = _without_variants([each for each in new if each is new[0] or _stands_beside(each, new[0], alike)])
    best = [each for at, each in enumerate(near) if _of_one_passage(near[:at], each) < OF_ONE_PASSAGE][:STATEMENTS]
    chosen: list[Sentence] = []
    for sentence in best:
        if not any(_holds(other, sentence) for other in chosen):
            above = sentence.heads
            told = (above, replace(sentence, listed=True)) if above else (_extract(sentence, chosen, said),)
            chosen += [each for each in (*told, *_items_after(sentence)) if each not in chosen]
    return _by_report(chosen)


def _without_variants(sentences: Sequence[Sentence]) -> list[Sentence]:
    """Ranked sentences without those that say in nearly the same words and figures what one before them says."""
    kept: list[tuple[Sentence, str]] = []
    for sentence in sentences:
        words = " ".join(re.findall(r"\w+", sentence.text.casefold()))
        if not any(_is_variant(words, other) for _, other in kept):
            kept.append((sentence, words))
    return [sentence for sentence, _ in kept]


def _is_variant(words: str, other: str) -> bool:
    return fuzz.ratio(words, other, score_cutoff=VARIANT) > 0 and _FIGURE.findall(words) == _FIGURE.findall(other)


def _stands_beside(sentence: Sentence, best: Sentence, alike: float = NEARLY_AS_GOOD) -> bool:
    """Whether a sentence is good enough to be told beside the best one; a question in a report finds nothing out."""
    return sentence.score >= alike * best.score and not sentence.text.endswith("?")


def _holds(larger: Sentence, smaller: Sentence) -> bool:
    """Whether a statement has another within it."""
    return larger.passage.id == smaller.passage.id and larger.start <= smaller.start and smaller.end <= larger.end


def supporting_reports(sentences: Sequence[Sentence]) -> int:
    """How many reports have a sentence nearly as good as the best of these ranked ones."""
    near = [each for each in sentences if each is sentences[0] or _stands_beside(each, sentences[0])]
    return len({each.passage.report.id for each in near})


def _by_report(statements: Sequence[Sentence]) -> list[Sentence]:
    """What one report says together, the reports in the order of their best statement."""
    reports = dict.fromkeys(statement.passage.report.id for statement in statements)
    return [statement for id in reports for statement in statements if statement.passage.report.id == id]


def _of_one_passage(sentences: Sequence[Sentence], other: Sentence) -> int:
    return sum(sentence.passage.id == other.passage.id for sentence in sentences)


def leans(text: str) -> bool:
    """Whether a sentence leans on the one before it ("This ...", "They ...", "However ...")."""
    return bool(_LEANING.match(text))


def _extract(sentence: Sentence, chosen: Sequence[Sentence], said: str) -> Sentence:
    """A sentence with the one after it and the one before it, without which it often says little.

    Together they have `EXTRACT_WORDS` at most; what it leans on comes along whatever its length. What is among `chosen`
    or was `said` before is not told again. The sentences of a brief stand alone: each was seen at a place of its own.
    """
    alone = replace(sentence, listed=False)
    if sentence.listed or sentence.text.endswith(":") or sentence.passage.report.is_brief:
        return alone
    told = [each for each in chosen if each.passage.id == sentence.passage.id]
    start, end = sentence.start, sentence.end
    for other in _beside(sentence):
        first, last = min(start, other.start), max(end, other.end)
        short = len(sentence.passage.text[first:last].split()) <= EXTRACT_WORDS
        leant_on = leans(sentence.text) and other.end <= start
        is_new = " ".join(other.text.split()) not in said and not any(_overlap(other, each) for each in told)
        if (short or leant_on) and is_new:
            start, end = first, last
    if (start, end) == (sentence.start, sentence.end):
        return alone
    return replace(alone, start=start, end=end, marked=(sentence.start, sentence.end))


def _beside(sentence: Sentence) -> Iterator[Sentence]:
    """The sentences of its paragraph after one and before it, what it leans on first, but for items and rows."""
    all_ = sentences_of(sentence.passage)
    after = next((each for each in all_ if each.start >= sentence.end and not each.text.endswith(":")), None)
    before = next((each for each in reversed(all_) if each.end <= sentence.start), None)
    for other in (before, after) if leans(sentence.text) else (after, before):
        if other and not other.listed and not is_row(other.text):
            gap = slice(min(sentence.end, other.end), max(sentence.start, other.start))
            if not sentence.passage.text[gap].strip() and "\n\n" not in sentence.passage.text[gap]:
                yield other


def _overlap(one: Sentence, other: Sentence) -> bool:
    return one.start < other.end and other.start < one.end


def _items_after(sentence: Sentence) -> list[Sentence]:
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
