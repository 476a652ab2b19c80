"""A question for the meaning of a word, and whether a sentence tells it."""

from __future__ import annotations

import re
from functools import lru_cache

_ASKS_MEANING = re.compile(
    r"^\s*(?:so,? )?(?:what(?: (?:is|are)|['’]?s) (?:actually |exactly |really )?"
    r"(?:an? |the )?(?:meant by |meaning of |definition of )?"
    r"|what (?:do (?:we|you|people|they) mean by |does (?:the (?:word|term) )?)|explain |(?:please )?define "
    r"|how (?:do|does) (?:the |these )?reports? (?:define|describe|understand) |definitions? of |meaning of )"
    r"[“\"‘']?(?P<subject>[\w’'-]+(?: [\w’'-]+){0,3}?)[”\"’']?(?: (?:actually |exactly |really )?means?)?"
    r"(?: (?:exactly|actually))?\s*[?.!]*\s*$",
    re.IGNORECASE,
)


def asked_meaning(question: str) -> str:
    """The word whose meaning is asked for ("What is co-production?"); "" where a question asks for something else."""
    match = _ASKS_MEANING.match(question)
    return match["subject"].strip() if match else ""


def defines(text: str, subject: str) -> bool:
    """Whether a sentence says what `subject` is: "X is a ...", "by X we mean ...", "X is defined as ..."."""
    return bool(subject) and bool(_saying(subject.casefold()).search(text))


@lru_cache(maxsize=100)
def _saying(subject: str) -> re.Pattern[str]:
    """What a sentence that says what `subject` is looks like."""
    # A hyphen may be another sign, a space or nothing: co-production, co production, coproduction.
    words = "[-‐‑ ]?".join(re.escape(part) for part in re.split(r"[-‐‑ ]", subject))
    name = rf"[“\"‘']?{words}s?[”\"’']?(?: \([^)]*\))?"
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
