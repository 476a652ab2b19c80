"""What kind of answer a question asks for, and by which words a sentence gives one of that kind."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rag.question.definition import asked_meaning

# What a question opens with that asks for something of its own: "co-production: does it work?", "So, does it work?"
_BEFORE = re.compile(r"^(?:(?:so|and|but|ok|well),? )+", re.IGNORECASE)
# Who asks so wants to be told something, or that there is something, whatever words come then.
_NO_EFFECT = re.compile(
    r"(?:can|could|would|will|do) (?:you|anyone|anybody|i|we)\b|(?:is|are|was|were) there\b", re.IGNORECASE
)
_PROOF = re.compile(r"\b(?:evidence|proof)\b", re.IGNORECASE)
# "What are the benefits of it?" asks for an effect, whose answer may read as a definition; "What is risk enablement?"
# asks for a meaning alone.
_OF_A_KIND = re.compile(
    r"(?:main |key |real |biggest )?(?:benefits?|impacts?|effects?|outcomes?|results?|evidence|advantages?|barriers?"
    r"|reasons?|challenges?|risks?|problems?|limits|limitations?|best way|obstacles?|drawbacks?|disadvantages?"
    r"|downsides?|pitfalls?|difficulties)(?: (?:of|to|on|for|in|that|with|from)\b|$)",
    re.IGNORECASE,
)
# Letters at the end of a question that are looked at: who tells of her case first asks last.
_LONGEST = 400


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_ASKED = {
    "effect": _words(
        r"^(?:does|do|did|has|have|is|are|was|were|can|will|would|could)\b.*?\b(?:works?|worked|worth|help(?:s|ed)?"
        r"|effective\w*|(?:a|any|much) (?:real |big )?difference|improve[ds]?|reduce[ds]?|save[ds]?"
        r"|(?:lead|leads|led) to|cut costs?|costs? less|cheaper|more expensive|benefit(?:s|ed)?|better"
        r"|increase[ds]?|prevent(?:s|ed)?|success\w*)\b"
        r"|^what (?:difference|impact|effects?|benefits?|good)\b"
        r"|^what (?:is|are|was|were) the (?:\w+ )?(?:impacts?|effects?|benefits?|advantages?|outcomes?|results?)\b"
        r"|\b(?:evidence|proof)\b|^how (?:effective|successful|well)\b"
        r"|^how (?:does|do|did|has|have|can) .{1,80}?\b(?:improve|help|reduce|benefit)\b"
    ),
    "reason": _words(r"\bwhy\b|\bwhat (?:makes (?!an?\b)|causes?|stops?|puts)|\breasons?\b"),
    "advice": _words(
        r"^how (?:to|best|can|should|could|might)\b|^how (?:do|would) "
        r"(?:i|we|you|one|people|staff|councils?|an?|the|my|our)\b"
        r"|^what should\b|^what makes an?\b|\btips\b|\bbest way"
    ),
    "problem": _words(
        r"\b(?:go|goes|going|gone|went) wrong\b|\b(?:challenges?|barriers?|problems?|risks?|difficult\w*|downsides?"
        r"|pitfalls?|obstacles?|drawbacks?|disadvantages?|limits|limitations?)\b|\bwhat stops\b"
    ),
    "body": _words(
        r"\bwho (?:will|would|decides|pays|is|runs|should|can|gets|has|does)\b|\bresponsib|\bwhich body\b|\bwhose job\b"
    ),
}
# What is found in most sentences that give an answer of the kind, and in fewer others.
_GIVEN: Mapping[str, re.Pattern[str]] = {
    "effect": _words(
        r"\b(?:found|finds?|findings?|shows?|showed|shown|evidence|evaluat\w+|research|stud(?:y|ies)|results?|resulted"
        r"|outcomes?|effects?|impact\w*|improv\w+|increas\w+|reduc\w+|decreas\w+|saved|savings?|benefi\w+|advantages?"
        r"|effective\w*|success\w*|difference|helped|helps|led to|fewer|less|half|twice|better|worse|waste|worth"
        r"|cheaper|more likely|likelier|per ?cent|reported|proven)\b|[%£$]"
    ),
    "reason": _words(
        r"\b(?:because|since|due to|as a result|so that|reasons?|caus\w+|lack of|leads? to|means that|in order to"
        r"|which is why)\b"
    ),
    "advice": _words(
        r"\b(?:should|must|needs? to|make sure|ensure|try|start|begin|ask|keep|avoid|important|key|essential|consider"
        r"|think about|you can|remember)\b"
        r"|^(?-i:Use|Set|Make|Find|Get|Give|Build|Plan|Create|Provide|Involve|Identify|Choose|Develop|Work|Be|Have|Do|Don)\b"
    ),
    "problem": _words(
        r"\b(?:challeng\w+|barriers?|difficult\w*|problem\w*|risks?|risky|lack\w*|fail\w*|however|but|not|cannot|can['’]t"
        r"|too|hard|struggl\w+|concern\w*)\b"
    ),
    "body": _words(
        r"\b(?:board|council|committee|group|team|panel|members?|staff|people|residents|citizens|government|department"
        r"|agency|manager|officer|minister|authority|professionals?|by)\b"
    ),
}
KINDS = tuple(_ASKED)
"""The kinds of answers: an effect ("Does it work?"), a reason, advice, what goes wrong, and the body that does it."""
_NATURE = _words(
    r"^\W*+(?:an? |the )?\w[\w‘’'-]*(?: \w[\w‘’'-]*){0,4} (?:is|are|means?|refers? to|involves?|describes?) "
    r"(?:an?|about|when|where) "
)


def kinds_asked(question: str) -> frozenset[str]:
    """The kinds of answer that a question asks for; none where it asks what something is."""
    *before, last = re.split(r"(?<=[.?!])\s+", question.strip()[-_LONGEST:])
    asked = [last, *(each for each in before if each.endswith("?"))]
    return frozenset(kind for each in asked for part in {each, each.rpartition(": ")[2]} for kind in _kinds(part))


def _kinds(asked: str) -> frozenset[str]:
    asked = _BEFORE.sub("", asked.strip())
    if (meaning := asked_meaning(asked)) and not _OF_A_KIND.match(meaning):
        return frozenset()
    kinds = frozenset(kind for kind, pattern in _ASKED.items() if pattern.search(asked))
    return kinds - {"effect"} if _NO_EFFECT.match(asked) and not _PROOF.search(asked) else kinds


def is_given(kind: str, text: str) -> bool:
    """Whether a text reads as an answer of a kind."""
    return bool(_GIVEN[kind].search(text))


def tells_what_it_is(text: str) -> bool:
    """Whether a text says what something is, and no word of what it brings about."""
    return bool(_NATURE.search(text)) and not is_given("effect", text)
