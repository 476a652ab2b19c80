"""Answers, conversations, comparisons and evidence as documents to take away."""

from export.formats import FORMATS, Format, file_name
from export.material import (
    Material,
    Paragraph,
    Section,
    of_answer,
    of_citations,
    of_comparison,
    of_conversation,
)

__all__ = [
    "FORMATS",
    "Format",
    "Material",
    "Paragraph",
    "Section",
    "file_name",
    "of_answer",
    "of_citations",
    "of_comparison",
    "of_conversation",
]
