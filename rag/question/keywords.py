"""Words to search for rather than a question: "carers payment"."""

from __future__ import annotations

import re

# More words than this are a sentence, whatever they are.
MOST = 5
# What a question or a request has, and a search by key words has not.
_ASKS = re.compile(
    r"\b(?:who|whom|whose|what|which|when|where|why|how|is|isn|are|aren|was|were|am|do|don|does|did|can|could|should|would"
    r"|will|shall|may|might|must|has|have|had|i|we|you|he|she|they|it|tell|explain|describe|list|give|show|find|compare"
    r"|name|define|summari[sz]e|say|says|please)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_][\w'’-]*")


def are_keywords(question: str) -> bool:
    """Whether `question` only names what is looked for, with or without a question mark."""
    words = _WORD.findall(question)
    return 0 < len(words) <= MOST and not _ASKS.search(question)
