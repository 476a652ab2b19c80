"""Embeds and stores LangChain documents, and finds them again by meaning, by words and by filter."""

from vector_store.cross_encoder import Reader
from vector_store.database import StoreError
from vector_store.embedding import DEFAULT_MODEL, ModelError, SentenceEmbedder
from vector_store.store import FaissStore

__all__ = ["DEFAULT_MODEL", "FaissStore", "ModelError", "Reader", "SentenceEmbedder", "StoreError"]
