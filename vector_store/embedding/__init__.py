"""Texts become vectors: the embedding model of sentence-transformers, run by OpenVINO where that is quicker."""

from vector_store.embedding.embedder import DEFAULT_MODEL, ModelError, SentenceEmbedder
from vector_store.embedding.encoder import compiled_bert
from vector_store.embedding.tokens import Spans, TokenEmbeddings, Tokens

__all__ = ["DEFAULT_MODEL", "ModelError", "SentenceEmbedder", "Spans", "TokenEmbeddings", "Tokens", "compiled_bert"]
