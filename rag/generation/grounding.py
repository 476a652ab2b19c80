"""Whether the passages that a written sentence cites bear it out. When in doubt they do not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from ingest.report import Passage
from ingest.sentences import sentence_spans
from rag.generation.claims import content, denied, directions, names, numbers, quotations, tokens
from rag.generation.lexicon import DIRECTIONS, NEGATIONS, TRENDS
from rag.question import stem
from rag.sentences import Sentence, sentences_of

# The least cosine between a written sentence and what bears it out; benchmarks/LOG.md says how it was chosen.
MEANING = 0.55
# The least share of its words that a sentence shares with what bears it out, where its meaning is less near than CLOSE.
WORDS, CLOSE = 0.5, 0.85
# From this share on a sentence is a copy with changes, and a word put in another's place changes what was said.
COPY = 0.6
# How many of the nearest sentences are tried.
NEAREST = 5

# What is said to a program, and not to people, in three kinds. Rules and questions are its own only where they are said
# to be, or to stand before: "do not ignore the question of cost" gives it no order.
_IGNORE = (
    r"\b(?:ignore|disregard|forget|override)\s+(?:(?:all|any|the|your|these|this|of|everything|anything)\s+){0,4}"
    r"(?:(?:(?:previous|above|earlier|prior|preceding|system|user[’']?s?)\s+)+"
    r"(?:instruct|prompt|rule|question|text|message)"
    r"|(?:instructions?|prompts?|(?<=your )rules?)\b|(?:rules?|questions?|text)\s+(?:above|before)\b"
    r"|(?:above|previous)\s*(?:$|[.,:;!]|and\b)|questions?,?\s+and\s+(?:say|answer|reply|respond|write|tell)\b)"
)
_BE = (
    r"\bsystem prompt\b|(?<!where )\byou are now (?:an?|in|the)\b"
    r"|\byou are an? (?:ai|assistant|language model)\b|\bas an? (?:ai|language model)\b"
)
# An order to say something goes on with what to say, or how; "Write down what matters" and "Output data show" do not.
_SAY = (
    r"^\W*(?:please\s+)?(?:now\s+)?"
    r"(?:(?:say|answer|reply|respond|output|print|write|repeat)(?:\s+(?:back|out|just|the|this|to|every|each|all|any|it"
    r"|users?|readers?|questions?|answers?|text|sentence)){0,3}?"
    r"\s*(?:[\"“:]|\b(?:only|exactly|that|after me|words?|above|(?-i:(?<=[a-z] )[A-Z]{4,}))\b)"
    r"|(?:say|answer|reply|respond)(?:\s+(?:to|the|every|each|all|questions?)){0,3}\s+(?:in|with)\b"
    r"|tell\s+(?:them|every\w*|the\s+(?:users?|readers?))\s+(?:that|to|only|exactly)\b)"
)
_ORDERS = re.compile(f"{_IGNORE}|{_BE}|{_SAY}", re.IGNORECASE)
# What is doubted, supposed, asked, missed, meant to be or said of few is not said.
_DOUBTS = re.compile(
    r"(?<!\ba )\b(?:little|few)\b|\b(?:rarely|seldom|lack\w*|fail\w*|unable|unclear|whether|if|unless|myths?|doubt\w*"
    r"|unlikely|(?:should|could|would) have|aim(?:s|ed|ing)?"
    r"|(?:intend|plan|hope|hoping|seek|sought|try|tries|tried|attempt|want|expect|propos|design)\w*\s+to)\b|\?\W*$",
    re.IGNORECASE | re.MULTILINE,
)
_PREFIX = re.compile(r"^(?:un|in|im|ir|il|dis|non|mis|anti)-?")


def gives_orders(text: str) -> bool:
    """Whether a sentence of a report speaks to the program that reads it. Such a sentence bears nothing out."""
    return bool(_ORDERS.search(text))


def without_orders(passage: Passage) -> str:
    """The text of `passage` without its sentences that give orders."""
    spans = [passage.text[start:end] for start, end in sentence_spans(passage.text)]
    return "".join(text for text in spans if not gives_orders(text)).strip()


class GroundingCheck:
    """The sentences of some passages, with their embeddings, against which written sentences are checked."""

    def __init__(self, passages: Sequence[Passage], embeddings: Embeddings) -> None:
        self._embeddings = embeddings
        held = [(number, each) for number, passage in enumerate(passages) for each in sentences_of(passage)]
        held = [(number, each) for number, each in held if not gives_orders(each.text)]
        self._passage_of = np.array([number for number, _ in held], dtype=np.int64)
        self._sentences = [each for _, each in held]
        self._vectors = np.array(embeddings.embed_documents([each.text for each in self._sentences]))

    def supporting(self, claim: str, cited: Sequence[int]) -> list[Sentence]:
        """The sentences, one or two, that bear `claim` out; none where they do not.

        `cited` are the numbers, from 0, of the passages that it cites. They are tried first; where none of them bears
        the claim out, the others are, so that a right sentence with a wrong citation gets the right one.
        """
        if not self._sentences or not content(claim) or gives_orders(claim):
            return []
        near = self._vectors @ np.array(self._embeddings.embed_query(claim))
        order = [int(index) for index in np.argsort(-near, kind="stable")[:NEAREST]]
        nearest = [self._sentences[index] for index in order]
        if verbatim := [each for each in nearest if _is_verbatim(claim, each.text)]:
            return verbatim[:1]
        if any(_changes_a_copy(claim, each.text) for each in nearest):
            return []
        is_cited = np.isin(self._passage_of, list(cited))
        return self._among(claim, near, is_cited) or self._among(claim, near, ~is_cited)

    def _among(self, claim: str, near: NDArray[np.float64], allowed: NDArray[np.bool_]) -> list[Sentence]:
        """The supporting sentences among those allowed: each near one is tried alone, then the nearest with another."""
        order = [int(index) for index in np.argsort(-near, kind="stable") if allowed[index]][:NEAREST]
        if not order or near[order[0]] < MEANING:
            return []
        for group in [[index] for index in order] + [[order[0], index] for index in order[1:]]:
            chosen = [self._sentences[index] for index in group]
            if near[group[0]] >= MEANING and entails(claim, chosen, float(near[group[0]])):
                return chosen
        return []


def entails(claim: str, sentences: Sequence[Sentence], meaning: float = 1.0) -> bool:
    """Whether `sentences` say what `claim` says, whose cosine with the nearest of them is `meaning`."""
    text = "\n".join(sentence.text for sentence in sentences)
    context = " ".join(
        f"{each.passage.report.title} {each.passage.report.publisher} {each.passage.heading}" for each in sentences
    )
    return (
        _shares_words(claim, text, context, meaning)
        and _numbers_stand(claim, text, context)
        and _names_stand(claim, text, context, sentences)
        and _quotations_stand(claim, text)
        and _doubts_stand(claim, text)
        and _denials_stand(claim, text)
        and _directions_stand(claim, text)
    )


def _stems(text: str) -> set[str]:
    return {token.key for token in content(text)}


def _shares_words(claim: str, text: str, context: str, meaning: float) -> bool:
    said = _stems(claim)
    shared = len(said & (_stems(text) | _stems(context))) / max(1, len(said))
    return shared >= WORDS or meaning >= CLOSE


def _numbers_stand(claim: str, text: str, context: str) -> bool:
    """Each number is there and counts the same thing; several come in the same order."""
    held = numbers(text)
    keys = [key for key, _ in held]
    titled = {key for key, _ in numbers(context)}
    said = [(key, around) for key, around in numbers(claim) if key in keys or key not in titled]
    wanted = [key for key, _ in said]
    for key, around in said:
        # A number that is there but counts something else has a rival: the one that counts this.
        best = max((len(around & near) for other, near in held if other == key or other not in wanted), default=0)
        if not any(other == key and len(around & near) >= best for other, near in held):
            return False
    return "\n" in text or _in_order(wanted, keys)


def _in_order(wanted: Sequence[str], held: Sequence[str]) -> bool:
    rest = iter(held)
    return all(any(key == other for other in rest) for key in wanted)


def _names_stand(claim: str, text: str, context: str, sentences: Sequence[Sentence]) -> bool:
    lower = frozenset(re.findall(r"\b[a-z][a-z'’-]*", " ".join(sentence.passage.text for sentence in sentences)))
    return names(claim, lower) <= _stems(text) | _stems(context)


def _quotations_stand(claim: str, text: str) -> bool:
    held = _bare(text)
    return all(f" {_bare(words)} " in f" {held} " for words in quotations(claim))


def _is_verbatim(claim: str, text: str) -> bool:
    """Whether `claim` is a run of the words of `text`, and nothing is denied or doubted in the rest."""
    before, found, after = f" {_bare(text)} ".partition(f" {_bare(claim)} ")
    denies = any(token.kind == "negation" for token in tokens(f"{before} {after}"))
    return bool(found) and not denies and _doubts_stand(claim, text)


def _bare(text: str) -> str:
    return re.sub(r"\W+", " ", text).casefold().strip()


def _doubts_stand(claim: str, text: str) -> bool:
    """Whether `claim` doubts as much as `text` does."""
    return len(_DOUBTS.findall(claim)) >= len(_DOUBTS.findall(text))


def _denials_stand(claim: str, text: str) -> bool:
    """What is denied here is denied there, and what stands here stands there; also by "un-" and its like."""
    negated, plain = denied(claim)
    there_negated, there_plain = denied(text)
    if negated and not there_negated and any(token.kind == "negation" for token in tokens(claim)):
        return False
    if (negated - plain) & (there_plain - there_negated) or (plain - negated) & (there_negated - there_plain):
        return False
    ours, theirs = negated | plain, there_negated | there_plain
    return not _turned(ours - theirs, theirs) and not _turned(theirs - ours, ours - theirs)


def _turned(stems: set[str], others: set[str]) -> bool:
    """Whether one of `stems` is one of `others` with "un-" or its like before it."""
    return any(len(bare) > 3 and bare != stem and bare in others for stem in stems for bare in [_PREFIX.sub("", stem)])


def _directions_stand(claim: str, text: str) -> bool:
    """No word says the opposite of the one that stands there beside the same words, and no trend is made up."""
    held = directions(text)
    for each in directions(claim):
        rivals = [(other.side, len(each.around & other.around)) for other in held if other.pair == each.pair]
        best = max((shared for _, shared in rivals), default=0)
        if (rivals or each.pair in TRENDS) and (each.side, best) not in rivals:
            return False
    return True


def _changes_a_copy(claim: str, text: str) -> bool:
    """Whether `claim` is `text` with another word in the place of one, or with a negation more or less."""
    ours, theirs = _told(claim), _told(text)
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    if sum(block.size for block in blocks) < COPY * len(ours):
        return False
    capital = {token.key for token in tokens(claim) if token.text[0].isupper()}
    # What the copy leaves out at the start and the end of the text does not count, nor a plain word put there instead.
    first, last = blocks[0].b, blocks[-1].b + blocks[-1].size
    for name, start, end, there, until in matcher.get_opcodes():
        added, lost = ours[start:end], theirs[max(first, there) : min(last, until)]
        if name == "equal":
            continue
        beside = theirs[max(0, first - 1) : first] + theirs[last : last + 1]
        if any(word in NEGATIONS for word in (*added, *lost, *beside)):
            return True
        if name == "replace" and (lost or any(_turns(word, capital) for word in (*added, *theirs[there:until]))):
            return True
    return False


def _turns(word: str, capital: set[str]) -> bool:
    """Whether a word put in the place of another changes a direction, a number or a name."""
    return word in DIRECTIONS or word in capital or word[0].isdigit()


def _told(text: str) -> list[str]:
    """The words of a sentence that carry what it tells, as they are compared."""
    said = [(token.kind, token.key if token.kind != "function" else stem(token.text)) for token in tokens(text)]
    return [key for kind, key in said if kind != "function" or key in DIRECTIONS]
