"""Embeds and stores LangChain documents, and finds them again by meaning, by words and by filter."""

from vector_store.catalogue.errors import failure, is_damage
from vector_store.catalogue.salvage import salvage
from vector_store.catalogue.schema import DamagedError, StoreError
from vector_store.embedding.embedder import DEFAULT_MODEL, ModelError, SentenceEmbedder
from vector_store.ranking.cross_encoder import CrossEncoderReader
from vector_store.ranking.passage_reader import PassageReader
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
