"""Embeds and stores LangChain documents, and finds them again by meaning, by words and by filter."""

from vector_store.catalogue import DamagedError, StoreError, copy_library, failure, is_damage, new_identity, salvage
from vector_store.embedding import DEFAULT_MODEL, ModelError, SentenceEmbedder
from vector_store.ranking import CrossEncoderReranker, PassageReader
from vector_store.store import FaissStore

__all__ = [
    "CrossEncoderReranker",
    "DEFAULT_MODEL",
    "DamagedError",
    "FaissStore",
    "ModelError",
    "PassageReader",
    "SentenceEmbedder",
    "StoreError",
    "copy_library",
    "failure",
    "is_damage",
    "new_identity",
    "salvage",
]
