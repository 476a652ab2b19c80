"""Embeds and stores LangChain documents, and finds them again by meaning, by words and by filter."""

from vector_store.cross_encoder import CrossEncoderReader
from vector_store.embedding import DEFAULT_MODEL, ModelError, SentenceEmbedder
from vector_store.failures import failure, is_damage
from vector_store.formats import DamagedError, StoreError
from vector_store.reader import PassageReader
from vector_store.salvage import salvage
from vector_store.store import FaissStore

__all__ = [
    "CrossEncoderReader",
    "DEFAULT_MODEL",
    "DamagedError",
    "FaissStore",
    "ModelError",
    "PassageReader",
    "SentenceEmbedder",
    "StoreError",
    "failure",
    "is_damage",
    "salvage",
]
