"""Which passages come first: words, vectors, the words' own vectors, and the reader that reads passage and question."""

from vector_store.ranking.abbreviations import Abbreviations
from vector_store.ranking.cross_encoder import CrossEncoderReranker
from vector_store.ranking.frequencies import Frequencies
from vector_store.ranking.passage_reader import PassageReader
from vector_store.ranking.rerank import SHARES, Features
from vector_store.ranking.search import HybridSearch
from vector_store.ranking.spelling import Spelling
from vector_store.ranking.token_store import TokenStore, pack_all
from vector_store.ranking.words import content_words

__all__ = [
    "Abbreviations",
    "CrossEncoderReranker",
    "Features",
    "Frequencies",
    "HybridSearch",
    "PassageReader",
    "SHARES",
    "Spelling",
    "TokenStore",
    "content_words",
    "pack_all",
]
