"""What a question asks: alone or after others, for an amount or a meaning, in other words, in another language."""

from rag.question.asked_in import is_in_another_language
from rag.question.definition import asked_meaning, defines
from rag.question.follow_up import StandaloneQuestion, Turn, is_follow_up, names_no_subject, understand
from rag.question.keywords import are_keywords
from rag.question.kinds import KINDS, is_given, kinds_asked, tells_what_it_is
from rag.question.named import named_in, names
from rag.question.quantities import as_reports_write, in_one_form
from rag.question.words import coverage, stem, stems, weights

__all__ = [
    "KINDS",
    "StandaloneQuestion",
    "Turn",
    "are_keywords",
    "as_reports_write",
    "asked_meaning",
    "coverage",
    "defines",
    "in_one_form",
    "is_follow_up",
    "is_given",
    "is_in_another_language",
    "kinds_asked",
    "named_in",
    "names",
    "names_no_subject",
    "stem",
    "stems",
    "tells_what_it_is",
    "understand",
    "weights",
]
