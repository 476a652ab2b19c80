"""The sentences of the best passages that answer a question best, each quotable on one page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Protocol

from ingest.report import Passage
from ingest.sentences import sentence_spans
from rag.answer import Hit
from rag.compare import DEFINITION_BONUS, asked_meaning, defines
from rag.follow_up import Understanding
from rag.rows import heads, is_row
from rag.words import coverage, stem, stems

# Shares of the three signals in a sentence's score; benchmarks/LOG.md says how they were chosen.
MEANING, WORDS, PASSAGE = 0.24, 0.04, 0.72
# A sentence with a number is likelier to answer "how many"; one without is not ruled out.
NUMBER_BONUS = 0.05
# So is one with a new name likelier to answer "who", "where" or "which".
NAME_BONUS = 0.025
# Who "did not take part" is not told by a sentence on those who did.
DENIAL_BONUS = 0.05

_BULLET = re.compile(r"^\s*(?:[•●▪◦○■□➢➤➞➨✓☑·‣–\-*]+\s+|o\s+(?=[A-Z])|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s+)")
_ENDS = re.compile(r"[.!?:;…]['\"’”)\]]*\d{0,3}\s*$")
_ASKS_NUMBER = re.compile(
    r"\b(?:how (?:many|much|long|often|old|far|big|large)|when|what (?:year|date|share|percentage|number|ages?))\b",
    re.I,
)
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|hundred|thousand|million|half|third|quarter"
    r"|twice|daily|weekly|monthly|yearly|annual\w*)\b",
    re.I,
)
# The item of a list that is asked for by its number is the answer, whatever its words.
ITEM_BONUS = 0.3
_ASKS_ITEM = re.compile(r"\b([a-z]{3,})\s(?:no\.?\s|number\s)?(\d{1,2})\b", re.I)
_NUMBERED_HEADING = re.compile(r"[^\W\d_]{3,} \d{1,2}\W?")
_DENIAL = re.compile(r"\b(?:not|never|no|none|nobody|cannot|without|neither|nor)\b|n[’']t\b", re.I)
_ASKS_NAME = re.compile(
    r"\b(?:who|whom|whose|where|which|what (?:company|city|country|group|service|name|organi[sz]ation))\b", re.I
)
_NAME = re.compile(r"(?<=[\w,;)] )[A-Z][\w’'-]+")
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

    `copies` are the same sentence in other places.
    """

    passage: Passage
    start: int
    end: int
    score: float = 0.0
    meaning: float = 0.0
    listed: bool = False
    copies: tuple[Sentence, ...] = ()

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


class Nearness(Protocol):
    """How near spans of documents, by the documents' ids, come to a query; `vector_store.FaissStore.nearness`."""

    def __call__(self, query: str, spans: Mapping[str, Sequence[tuple[int, int]]]) -> dict[str, list[float]]: ...


def rank_sentences(
    asked: Understanding, hits: Sequence[Hit], weight: Mapping[str, float], nearness: Nearness
) -> list[Sentence]:
    """The quotable sentences of `hits`, best first, each sentence once however many copies of it there are.

    `weight` says how much each stem of what is newly asked tells (see `words.weights`).
    """
    sentences = _distinct([each for hit in hits for text in (hit.passage, *hit.copies) for each in sentences_of(text)])
    if not sentences:
        return []
    passage_score = {passage.id: hit.score for hit in reversed(hits) for passage in (hit.passage, *hit.copies)}
    # Of a follow-up both count: what it is about, and what it asks of it.
    questions = list(dict.fromkeys((asked.question, asked.focus)))
    near = [_near(question, sentences, nearness) for question in questions]
    telling = _telling_here(hits, weight)
    subject = asked_meaning(asked.focus)
    ranked = [
        replace(
            sentence,
            meaning=max(meanings),
            score=MEANING * sum(meanings) / len(meanings)
            + WORDS * coverage(sentence.text, telling)
            + PASSAGE * passage_score[sentence.passage.id]
            + _bonus(asked.focus, sentence)
            + DEFINITION_BONUS * defines(sentence.text, subject),
        )
        for sentence, *meanings in zip(sentences, *near, strict=True)
    ]
    return sorted(ranked, key=lambda sentence: (-sentence.score, sentence.passage.id, sentence.start))


def _near(question: str, sentences: Sequence[Sentence], nearness: Nearness) -> list[float]:
    """How near each sentence comes to `question`."""
    spans: dict[str, list[tuple[int, int]]] = {}
    for sentence in sentences:
        spans.setdefault(sentence.passage.id, []).append((sentence.start, sentence.end))
    found = nearness(question, spans)
    # A report that was removed meanwhile has none.
    each = {id: iter(found.get(id, [0.0] * len(places))) for id, places in spans.items()}
    return [next(each[sentence.passage.id]) for sentence in sentences]


def _telling_here(hits: Sequence[Hit], weight: Mapping[str, float]) -> dict[str, float]:
    """The weights of the question's words for choosing among `hits`: words of all or none choose nothing."""
    held = [stems(f"{hit.passage.context} {hit.passage.text}") for hit in hits]
    shared = {word: sum(word in each for each in held) / len(held) for word in weight}
    return {word: value * (1.1 - shared[word]) for word, value in weight.items() if shared[word]}


def _bonus(question: str, sentence: Sentence) -> float:
    """What the form of a sentence adds to its score, given what the question asks for; a question answers nothing."""
    text = sentence.text
    bonus = -0.1 if text.endswith("?") else 0.0
    if _ASKS_NUMBER.search(question) and _NUMBER.search(text):
        bonus += NUMBER_BONUS
    if _ASKS_NAME.search(question) and {name.lower() for name in _NAME.findall(text)} - set(question.lower().split()):
        bonus += NAME_BONUS
    if _DENIAL.search(question):
        bonus += DENIAL_BONUS if _DENIAL.search(text) else -DENIAL_BONUS
    if (item := _ASKS_ITEM.search(question)) and _is_item(sentence, item[1], int(item[2])):
        bonus += ITEM_BONUS
    return bonus


def _is_item(sentence: Sentence, kind: str, number: int) -> bool:
    """Whether a sentence is the item with a number among things of a kind ("recommendation 2"), or opens its part."""
    passage = sentence.passage
    if re.match(rf"{kind}s? {number}\b", sentence.heading, re.IGNORECASE):
        return not sentence.passage.text[: sentence.start].rstrip().endswith((".", "!", "?"))
    numbered = re.search(rf"(?:^|\s)\(?{number}[.)]\s*$", passage.text[: sentence.start])
    return bool(numbered) and stem(kind) in stems(f"{passage.context} {passage.text}")


def _distinct(sentences: Sequence[Sentence]) -> list[Sentence]:
    """Each sentence once, with its copies. The first with a page stays, for it can be opened where it stands."""
    same: dict[str, list[Sentence]] = {}
    for sentence in sentences:
        same.setdefault(re.sub(r"\W+", "", sentence.text).casefold(), []).append(sentence)
    return [_first_with_pages(group) for group in same.values()]


def _first_with_pages(group: Sequence[Sentence]) -> Sentence:
    first = next((each for each in group if each.passage.first_page is not None), group[0])
    return replace(first, copies=tuple(each for each in group if each is not first))


# A statement beside the best one must be nearly as good, or it would water the answer down.
NEARLY_AS_GOOD = 0.8
STATEMENTS = 5
# More than this from one passage would hide what the others say.
OF_ONE_PASSAGE = 3
LIST_ITEMS = 8
# Words of a paragraph that can be an item without a bullet.
LONGEST_ITEM = 30
_PARAGRAPH = re.compile(r"\S(?:(?!\n\s*\n).)*(?<!\s)", re.DOTALL)


def choose(sentences: Sequence[Sentence], said: str = "") -> list[Sentence]:
    """The statements of an answer from its ranked sentences: the best, and those nearly as good.

    A sentence that announces a list brings the items that follow it in its passage. What the last answer `said` is not
    said again, unless there is nothing else.
    """
    new = [sentence for sentence in sentences if " ".join(sentence.text.split()) not in said] or sentences
    # A question in a report finds nothing out: it is shown only where nothing else is as near.
    near = [
        sentence
        for sentence in new
        if sentence.score >= NEARLY_AS_GOOD * new[0].score and (sentence is new[0] or not sentence.text.endswith("?"))
    ]
    best = [each for at, each in enumerate(near) if _of_one_passage(near[:at], each) < OF_ONE_PASSAGE][:STATEMENTS]
    chosen: list[Sentence] = []
    for sentence in best:
        if sentence not in chosen:
            above = sentence.heads
            told = (above, replace(sentence, listed=True)) if above else (replace(sentence, listed=False),)
            chosen += [each for each in (*told, *_items_after(sentence)) if each not in chosen]
    return _by_report(chosen)


def speaking(sentences: Sequence[Sentence]) -> int:
    """How many reports have a sentence nearly as good as the best of these ranked ones."""
    near = [each for each in sentences if each.score >= NEARLY_AS_GOOD * sentences[0].score]
    return len({each.passage.report.id for each in near})


def _by_report(statements: Sequence[Sentence]) -> list[Sentence]:
    """What one report says together, the reports in the order of their best statement."""
    reports = dict.fromkeys(statement.passage.report.id for statement in statements)
    return [statement for id in reports for statement in statements if statement.passage.report.id == id]


def _of_one_passage(sentences: Sequence[Sentence], other: Sentence) -> int:
    return sum(sentence.passage.id == other.passage.id for sentence in sentences)


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
