"""How the assistant is put together over a folder."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ingest.fetch import Fetcher
from ingest.library import Library, Renewal
from ingest.library.preparing import Workers
from ingest.reading_list import Downloads, ReadingList
from ingest.sandbox.sandbox import SandboxedReaders
from rag import Assistant
from rag.generation import Generator, LanguageModel
from service.service import Service
from service.settings import Settings
from vector_store import CrossEncoderReranker, FaissStore, PassageReader, SentenceEmbedder


def open_service(settings: Settings, workers: Callable[[FaissStore], Workers] | None = None) -> Service:
    """Put the assistant together over a folder, made where it is missing. Raises `CoproductionError`.

    Where `workers` are had for its store, they read and embed what is added.
    """
    embedder = SentenceEmbedder(settings.model)
    limit = embedder.limit  # asked first, so that no library is made for a model that is not there
    store = FaissStore(settings.library, embedder, settings.model, settings.index, settings.database)
    private = settings.private_addresses
    library = Library(
        settings.library,
        store,
        embedder.count_tokens,
        limit,
        read=SandboxedReaders().read,
        private=private,
        originals=settings.originals,
    )
    if workers:
        library.employ(workers(store))
    reading_list = ReadingList(library)
    downloads = Downloads(reading_list, library, settings.library, partial(Fetcher, private=private))
    reader = CrossEncoderReranker(settings.cross_encoder) if settings.cross_encoder else PassageReader()
    writer = Generator(LanguageModel(settings.language_model), embedder) if settings.language_model else None
    return Service(
        Assistant(store, library.copies, writer, library.all_details, library.unread, reader),
        library,
        reading_list,
        downloads,
        Renewal(library, reading_list.known),
        embedder,
        database=settings.database,
    )
