"""What kind of answer a question asks for, and by which words a sentence gives one of that kind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of answer: how it is asked for, and what is found in most sentences that give it."""

    asked: re.Pattern[str]
    given: re.Pattern[str]

    def is_given(self, question: str, text: str) -> bool:
        """Whether `question` asks for this kind of answer and `text` reads as one."""
        return self.is_asked(question) and bool(self.given.search(text))

    def is_asked(self, question: str) -> bool:
        """Whether `question` asks for this kind of answer."""
        return bool(self.asked.search(question))


def _kind(asked: str, given: str) -> Kind:
    return Kind(re.compile(asked, re.IGNORECASE), re.compile(given, re.IGNORECASE))


# Written without looking at the questions that their weights were fitted on.
KINDS: Mapping[str, Kind] = {
    "effect": _kind(
        r"(?:^|: )(?:does|do|did|has|have|is|are|can|will|would|could)\b.*\b(?:works?|worth|help(?:s|ed)?|effective\w*"
        r"|difference|improve[ds]?|reduce[ds]?|cut|saved?|saves|lead|led|cost less|benefit\w*|makes?|made|better"
        r"|successful|change[ds]?|increase[ds]?|stop|prevent|get)\b|what (?:difference|impact|effect|good|benefits?)"
        r"|evidence (?:that|for|of)|how (?:effective|successful|well)|\b(?:impact|benefits|effects?|outcomes?) of\b",
        r"\b(?:found|finds?|findings?|shows?|showed|shown|evidence|evaluat\w+|research|stud(?:y|ies)|results?|resulted"
        r"|outcomes?|impact\w*|improv\w+|increas\w+|reduc\w+|decreas\w+|saved|savings?|benefi\w+|effective\w*|success\w*"
        r"|difference|helped|helps|led to|fewer|less|more likely|per ?cent|reported)\b|[%£$]",
    ),
    "reason": _kind(
        r"\bwhy\b|what (?:makes|causes?|stops?|puts)|\breasons?\b",
        r"\b(?:because|since|due to|as a result|so that|reasons?|caus\w+|lack of|leads? to|means that|in order to"
        r"|which is why)\b",
    ),
    "advice": _kind(
        r"^how (?:do|can|should|to|would|might|could|best)\b|what makes an?\b|what should|tips|best way",
        r"\b(?:should|must|needs? to|make sure|ensure|try|start|begin|ask|keep|avoid|important|key|essential|consider"
        r"|think about|you can|remember)\b"
        r"|^(?-i:Use|Set|Make|Find|Get|Give|Build|Plan|Create|Provide|Involve|Identify|Choose|Develop|Work|Be|Have|Do|Don)\b",
    ),
    "problem": _kind(
        r"(?:go|goes|going|gone|went) wrong|challenge|barrier|problem|risk|difficult|downside|pitfall|what stops",
        r"\b(?:challeng\w+|barriers?|difficult\w*|problem\w*|risks?|risky|lack\w*|fail\w*|however|but|not|cannot|can['’]t"
        r"|too|hard|struggl\w+|concern\w*)\b",
    ),
    "body": _kind(
        r"^who\b|\bwho (?:decides|pays|is|runs|should|can|gets)|responsib",
        r"\b(?:board|council|committee|group|team|panel|members?|staff|people|residents|citizens|government|department"
        r"|agency|manager|officer|minister|authority|professionals?|by)\b",
    ),
}

_NATURE = re.compile(
    r"^\W*(?:an? |the )?[\w‘’'-]+(?: [\w‘’'-]+){0,4} (?:is|are|means?|refers? to|involves?|describes?) "
    r"(?:an?|the|about|when|where|also|one)\b",
    re.IGNORECASE,
)


def tells_what_it_is_instead(question: str, text: str) -> bool:
    """Whether `question` asks for an effect ("Does it work?"), and `text` tells no more than what something is."""
    effect = KINDS["effect"]
    return effect.is_asked(question) and bool(_NATURE.search(text)) and not effect.given.search(text)
