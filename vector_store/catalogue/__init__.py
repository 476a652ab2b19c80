"""What a library holds, in a database that is the truth; whether it is sound, and what can be saved of it."""

from vector_store.catalogue.catalogue import Catalogue
from vector_store.catalogue.check import disagreements, faults
from vector_store.catalogue.copying import copy_library
from vector_store.catalogue.database import Database
from vector_store.catalogue.errors import failure, is_damage
from vector_store.catalogue.salvage import salvage
from vector_store.catalogue.schema import DamagedError, StoreError, new_identity
from vector_store.catalogue.source import Source, context_of, document_of
from vector_store.catalogue.words import Words
from vector_store.catalogue.writing import put_documents, put_sources, remove_documents

__all__ = [
    "Catalogue",
    "DamagedError",
    "Database",
    "Source",
    "StoreError",
    "Words",
    "context_of",
    "copy_library",
    "disagreements",
    "document_of",
    "failure",
    "faults",
    "is_damage",
    "new_identity",
    "put_documents",
    "put_sources",
    "remove_documents",
    "salvage",
]
