"""Which index a library has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from vector_store.catalogue import Database
from vector_store.index.base import Index, IndexServerError
from vector_store.index.faiss import FaissIndex


def open_index(database: Database, file: Path, dimension: Callable[[], int], server: str = "") -> Index:
    """The index of a database: kept in `file`, or on the Milvus server at an address.

    The server is not asked yet. Raises `IndexServerError` where what speaks to it is not installed.
    """
    if not server:
        return FaissIndex(database, file, dimension)
    try:
        from vector_store.index.milvus import MilvusIndex
    except ImportError as error:
        raise IndexServerError(server, str(error), 'Install what speaks to it with: pip install ".[scale]"') from error
    return MilvusIndex(database, server, dimension)
