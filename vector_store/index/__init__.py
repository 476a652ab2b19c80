"""What documents are found by: an index behind a protocol, and the one that is installed, by FAISS and SQLite."""

from vector_store.index.base import Index
from vector_store.index.faiss import FaissIndex
from vector_store.index.synced import SyncedIndex

__all__ = ["FaissIndex", "Index", "SyncedIndex"]
