"""A question becomes an answer in the reports' own words, with a citation for every statement, or a refusal."""

from rag.answer import REFUSAL, Answer, Citation, Hit, Place
from rag.assistant import Assistant
from rag.comparison import Row

__all__ = [
    "Answer",
    "Assistant",
    "Citation",
    "Hit",
    "Place",
    "REFUSAL",
    "Row",
]
