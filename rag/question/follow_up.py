"""Follow-up questions: "and who pays for it?" is understood from what was asked before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.question.definition import asked_meaning
from rag.question.keywords import are_keywords
from rag.question.quantities import as_reports_write

Turn = tuple[str, str]
"""A question of the conversation so far and the text of its answer."""

_OPENING = re.compile(
    r"^(?:and|but|or|so|then|also|ok(?:ay)?|what about|how about|what else|why|why not|who else|where else|when|how so"
    r"|tell me more|more|any (?:other|more))\b[\s,]*",
    re.IGNORECASE,
)
# What opens a question as it opens a follow-up: "Could you explain co-production?", "Could you explain?".
_REQUEST = re.compile(r"^(?:can|could) you (?:say|tell|explain)\b[\s,]*", re.IGNORECASE)
# How the answer is to be said, not what is asked: its words would find passages about words.
_MANNER = re.compile(
    r"(?<![\s,])[\s,]+"
    r"(?:(?:in|using) (?:plain|simple|everyday|other|a few|layman['’]?s) (?:words|terms|english|language)"
    r"|in (?:a nutshell|one sentence)|simply put|please)(?=[\s?.!]*$)",
    re.IGNORECASE,
)
_THE = re.compile(r"\bthe\b", re.IGNORECASE)
_MORE = re.compile(r"\b(?:more|else|others?|another|further|besides)\b", re.IGNORECASE)
_POINTING = re.compile(
    r"\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|this|that|these|those|there|such|same|one|ones"
    r"|the (?:former|latter|group|report|project|scheme|programme|study|authors?|survey))\b",
    re.IGNORECASE,
)
# Words that look as if they pointed back: "Is there a link between ...?", "Is it legal to ...?", "one-to-one".
_SEEMING = re.compile(
    r"\b(?:is|are|was|were) there\b|\bthere (?:is|are|was|were)\b|\bsuch as\b|\bone[- ]to[- ]one\b|\bone-(?=\w)"
    r"|\b(?:do|does|did|can|could|should|would|must) one\b"
    r"|(?<=\bevidence )that\b|(?<=\bpeople )that\b|(?<=\b(?:mean|show|sure|true) )that(?= \w)"
    r"|^(?:how \w+ is it|(?:why )?is it (?:best|better|difficult|easy|enough|ethical|fair|good|hard|helpful|illegal"
    r"|important|legal|necessary|ok|okay|possible|right|safe|true|useful|worth|wrong)) (?:to|that)\b",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"\b(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|do|does|did|can|could|should|would|will|has|have"
    r"|had|many|much|long|often|tell|me|about|there|any)\b",
    re.IGNORECASE,
)
# "What goes wrong?" names as little as "What is wrong?".
_GOING = re.compile(r"\b(?:goes|went|gone)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class StandaloneQuestion:
    """A question as it is to be understood in a conversation.

    `question` can be understood alone; `focus` is what is newly asked in it. For a question that is no follow-up both
    are the same. `said` is what was answered last where more than that is asked for, else empty. Where the reports
    abbreviate what is asked for, or spell it out, `other` is the question in those words, and `told` has both.
    """

    question: str
    focus: str
    said: str = ""
    other: str = ""
    told: str = ""


def understand(question: str, history: Sequence[Turn], *, follows: bool | None = None) -> StandaloneQuestion:
    """What `question` asks after `history`: a follow-up is joined to the question that it follows.

    A question that opens like a follow-up ("and ...", "what about ...") or that points back ("it", "they") without
    naming its subject takes the subject of the last question that stood alone, or of the first. Others come back as
    they are, but for their amounts and dates, which are brought to the form that reports print, and for how they want
    to be answered ("in plain words"). `follows` says whether it is a follow-up, where that is not to be told by its
    words.
    """
    question = as_reports_write(_MANNER.sub("", question.strip()))
    before = _followed(history)
    if not before or not (is_follow_up(question) if follows is None else follows):
        return StandaloneQuestion(question, question)
    rest = _REQUEST.sub("", _OPENING.sub("", question))
    focus = rest if re.search(r"\w", rest) else question  # "Why?" is all that there is of it
    said = history[-1][1] if _MORE.search(question) else ""
    return StandaloneQuestion(f"{_subject(before)} {focus}".strip(), focus, said)


def is_follow_up(question: str) -> bool:
    """Whether `question` needs the conversation to be understood."""
    question = question.strip()
    opened = _OPENING.sub("", question)
    asked = _REQUEST.sub("", opened)
    rest = _SEEMING.sub(" ", asked)
    opens, requests, seems = opened != question, asked != opened, rest != asked
    if _POINTING.search(rest):
        return _names(asked) <= (6 if opens or requests else 4)
    if opens or ((requests or seems) and _MORE.search(rest)):
        return _names(rest) <= 3
    # "Is there any?", "Is it hard to do?", "Can you explain?" and "Can you explain the steps?" name too little.
    if seems or (requests and _THE.search(rest)):
        return _names(rest) <= 1
    return requests and not _names(rest)


def names_no_subject(question: str) -> bool:
    """Whether `question`, the first of a conversation, leaves open what it is about: "How much does it cost?".

    "What is a KPI?" does not, nor does a word alone; "What are the risks?" does.
    """
    if are_keywords(question) or (asked_meaning(question) and not _THE.search(question)):
        return False
    return is_follow_up(question) or _names(_GOING.sub(" ", question)) <= 1


def _followed(history: Sequence[Turn]) -> str:
    """The question that a follow-up follows: the last that stood alone, else the first, which can follow nothing."""
    asked = [question for question, _ in history]
    alone = next((question for question in reversed(asked) if not is_follow_up(question)), "")
    return alone or next((first for first in asked[:1] if _names(first)), "")


def _names(text: str) -> int:
    """How many words of a question say what it is about."""
    words = re.findall(r"[^\W_]{3,}", _ASKING.sub(" ", _POINTING.sub(" ", text)))
    return sum(word.lower() not in {"the", "and", "for"} for word in words)


def _subject(question: str) -> str:
    """A question without its asking words: what it is about."""
    words = re.sub(r"\s+", " ", _ASKING.sub(" ", question.rstrip("?!. "))).strip(" ,")
    return re.sub(r"^(?:the|a|an|of|in|for)\s+", "", words, flags=re.IGNORECASE) + ":"
