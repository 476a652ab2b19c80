"""Which sentences of the passages answer, and what stands around them."""

from rag.sentences.editions import by_edition
from rag.sentences.extracts import choose, supporting_reports, told_together
from rag.sentences.lists import with_items
from rag.sentences.ranking import by_statements, is_named, rank_sentences, sure, with_reader, with_verdicts
from rag.sentences.sentence import Sentence, sentences_of
from rag.sentences.speech import speaker
from rag.sentences.surroundings import surroundings

__all__ = [
    "Sentence",
    "by_edition",
    "by_statements",
    "choose",
    "is_named",
    "rank_sentences",
    "sentences_of",
    "speaker",
    "supporting_reports",
    "sure",
    "surroundings",
    "told_together",
    "with_items",
    "with_reader",
    "with_verdicts",
]
