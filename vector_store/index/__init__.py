"""What documents are found by: an index behind a protocol, in the library's folder or on a server."""

from vector_store.index.base import Index, IndexServerError
from vector_store.index.faiss import FaissIndex
from vector_store.index.opening import open_index
from vector_store.index.synced import SyncedIndex

__all__ = ["FaissIndex", "Index", "IndexServerError", "SyncedIndex", "open_index"]
