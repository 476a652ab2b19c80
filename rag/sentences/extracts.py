"""Which sentences make the answer once they are ranked, each with what it leans on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from rag.sentences.lists import items_after, with_items
from rag.sentences.rows import is_row
from rag.sentences.sentence import Sentence, sentences_of

_LEANING = re.compile(
    r"^\W*(?:this|that|these|those|they|it|its|he|she|his|her|their|however|but|therefore|thus|such|here|then|both|yet"
    r"|similarly|moreover|furthermore|since then|by the same token|for (?:example|instance)|in this way"
    r"|whereas (?:this|that|it|they))\b"
    r"|^\W*(?:nevertheless|otherwise|instead|also|as a result|in addition|in contrast|consequently|meanwhile"
    r"|additionally),",
    re.I,
)
# A statement beside the best one must be nearly as good, or it would water the answer down. With .85 more of what is
# shown answers, but fewer questions of GOV.UK get an answer at all (benchmarks/LOG.md).
NEARLY_AS_GOOD = 0.8
STATEMENTS = 5
# More than this from one passage would hide what the others say.
OF_ONE_PASSAGE = 3
# Words of an extract: of 60, 80 and 100 this many helps the answers of three sets of questions most for its length.
EXTRACT_WORDS = 80
# From here, of 100, two sentences differ in a word or two and say the same. Of 6,310 sentences that were good enough
# to be shown 72 are variants at 90; the 25 that were looked at say the same but for two, which name another body.
VARIANT = 92
_FIGURE = re.compile(r"\d+|\b(?:not?|never|less|fewer|more)\b")


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
            told = [above, replace(sentence, listed=True)] if above else [_extract(sentence, chosen, said)]
            chosen = _with(chosen, [*told, *items_after(sentence)])
    return _by_report(chosen)


def told_together(sentence: Sentence) -> list[Sentence]:
    """A statement as it is told where it is told alone: a row after its heads of columns, a list as one quotation."""
    if above := sentence.heads:
        return [above, sentence]
    items = items_after(sentence)
    return [replace(sentence, end=items[-1].end)] if items else [sentence]


def _without_variants(sentences: Sequence[Sentence]) -> list[Sentence]:
    """Ranked sentences without those that say in nearly the same words and figures what one before them says."""
    kept: list[tuple[Sentence, str]] = []
    for sentence in sentences:
        words = " ".join(re.findall(r"\w+", with_items(sentence).casefold()))
        if not any(_is_variant(words, other) for _, other in kept):
            kept.append((sentence, words))
    return [sentence for sentence, _ in kept]


def _is_variant(words: str, other: str) -> bool:
    return fuzz.ratio(words, other, score_cutoff=VARIANT) > 0 and _FIGURE.findall(words) == _FIGURE.findall(other)


def _stands_beside(sentence: Sentence, best: Sentence, alike: float = NEARLY_AS_GOOD) -> bool:
    """Whether a sentence is good enough to be told beside the best one; a question in a report finds nothing out."""
    return sentence.score >= best.score - (1 - alike) * abs(best.score) and not sentence.text.endswith("?")


def _with(chosen: Sequence[Sentence], parts: Sequence[Sentence]) -> list[Sentence]:
    """`chosen` and a further statement in its parts, none of them twice.

    Heads of columns stay where they are; an item that was chosen before goes with what announces it.
    """
    places, new = set(map(_place, chosen)), set(map(_place, parts))
    if _place(parts[0]) in places:
        return [*chosen, *(each for each in parts if _place(each) not in places)]
    at = next((number for number, each in enumerate(chosen) if _place(each) in new), len(chosen))
    others = [each for each in chosen if _place(each) not in new]
    return [*others[:at], *parts, *others[at:]]


def _place(sentence: Sentence) -> tuple[str, int, int]:
    return sentence.passage.id, sentence.start, sentence.end


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
