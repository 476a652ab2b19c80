"""A question for the meaning of a word, and whether a sentence tells it."""

from __future__ import annotations

import re
from functools import lru_cache

_JUST = r"(?:actually |exactly |really )?"
# A few words that name something; "it" does not, nor does "how it works". The last may have no quotation mark.
_SUBJECT = (
    r"(?:(?:an? |the )?(?:word|term|idea|concept|phrase) (?:of )?)?(?:an? |the )?[“\"‘']?"
    r"(?!(?:it|this|that|they|them|these|those|there|what|how|why|who|when|where|whether|which)\b)"
    r"(?P<subject>\w[\w’'‐‑-]*(?: [\w’'‐‑-]+){0,3}?)(?<=\w)[”\"’']?"
)
_ASKED = (
    rf"what(?: {_JUST}(?:is|are)|['’]?s) {_JUST}(?:the )?(?:meant by |meaning of |definition of )?{_SUBJECT}",
    rf"what do (?:we|you|people|they) {_JUST}(?:mean|understand) by {_SUBJECT}",
    rf"what does {_SUBJECT} {_JUST}means?",
    rf"(?:please )?(?:(?:can|could|would|will) you )?(?:please )?(?:define|explain) {_SUBJECT}",
    rf"(?:please )?(?:(?:can|could|would|will) you )?(?:please )?(?:explain|tell me) what {_SUBJECT} (?:is|are|means?)",
    r"how (?:do|does|can|could|should|would) (?:you|we|people|(?:the |these )?reports?) (?:define|describe|understand) "
    rf"{_SUBJECT}",
    rf"(?:definitions?|meaning) of {_SUBJECT}",
)
_ASKS_MEANING = [
    re.compile(rf"^\s*(?:so,? )?{asked}(?:,? (?:exactly|actually))?\s*[?.!]*\s*$", re.IGNORECASE) for asked in _ASKED
]


def asked_meaning(question: str) -> str:
    """The word whose meaning is asked for ("What is co-production?"); "" where a question asks for something else."""
    return next((found["subject"].strip() for asked in _ASKS_MEANING if (found := asked.match(question))), "")


def defines(text: str, subject: str) -> bool:
    """Whether a sentence says what `subject` is: "X is a ...", "by X we mean ...", "X is defined as ..."."""
    return bool(subject) and bool(_saying(subject.casefold()).search(text))


@lru_cache(maxsize=100)
def _saying(subject: str) -> re.Pattern[str]:
    """What a sentence that says what `subject` is looks like."""
    # A hyphen may be another sign, a space or nothing: co-production, co production, coproduction.
    words = "[-‐‑ ]?".join(re.escape(part) for part in re.split(r"[-‐‑ ]", subject))
    # One or several: "time bank" and "time banks", "community" and "communities".
    words, end_in_y = re.subn(r"(?:ies|y)$", "(?:ies|y)", words)
    words = words if end_in_y else f"{words.removesuffix('s')}s?"
    name = rf"[“\"‘']?{words}[”\"’']?(?: \([^)]*\))?"
    is_what = (
        r"(?:is|are|was|were|means?|refers? to|describes?|denotes?|involves|comes about"
        r"|(?:can|may|might|has|have) be(?:en)? (?:defined|described|understood|seen))\b"
    )
    forms = (
        rf"^(?:\W*(?:in short|simply put|for us|here),? )?(?:an? |the |the (?:term|word|idea|concept) )?{name}"
        rf"(?:,[^,]{{0,80}},)? {is_what}",
        # It is "hard to define what co-production is", says one that does not.
        rf"\b(?<!to )defin(?:e|es|ed|ing|ition)\b.{{0,60}}\b{name}",
        rf"\b{name}.{{0,40}}\bdefin(?:ed|ition)",
        rf"\bby {name},? (?:we|i|is|are) mean",
    )
    return re.compile("|".join(forms), re.IGNORECASE)
