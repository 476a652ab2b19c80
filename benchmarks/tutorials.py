"""How the tutorials of others make PDF files answer questions, each at its defaults; `compare_frameworks` runs them.

    python -P tutorials.py NAME ingest CORPUS WORK MODEL
    python -P tutorials.py NAME ask QUESTIONS.jsonl WORK MODEL

NAME is one of `TUTORIALS`, CORPUS a folder of PDF files, WORK a folder for the index and for what was done
(`ingest.json`, `ask.json`), MODEL the folder of the embedding model. Each runs in an environment of its own and knows
nothing of this project.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import distributions
from pathlib import Path
from statistics import median
from typing import Any, Protocol

Place = tuple[str, int]
"""A file below CORPUS, and the number of a page of it, from 1."""
Search = Callable[[str, int], list[Place]]


class Tutorial(Protocol):
    """A way from PDF files to a search. A page and a chunk are whatever the library makes of them."""

    def __init__(self, work: Path, model: Path) -> None: ...
    def load(self, path: Path, file: str) -> list[Any]: ...
    def split(self, pages: list[Any]) -> list[Any]: ...
    def text(self, chunk: Any) -> str: ...
    def store(self, chunks: list[Any]) -> None: ...
    def opened(self) -> Search: ...


class LangChain:
    """PyPDFLoader, RecursiveCharacterTextSplitter as the tutorial sets it, HuggingFaceEmbeddings, FAISS."""

    def __init__(self, work: Path, model: Path) -> None:
        self._work, self._model = work, model

    def load(self, path: Path, file: str) -> list[Any]:
        from langchain_community.document_loaders import PyPDFLoader

        pages = PyPDFLoader(str(path)).load()
        for page in pages:
            page.metadata["source"] = file
        return list(pages)

    def split(self, pages: list[Any]) -> list[Any]:
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        return list(RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200).split_documents(pages))

    def text(self, chunk: Any) -> str:
        return str(chunk.page_content)

    def store(self, chunks: list[Any]) -> None:
        from langchain_community.vectorstores import FAISS

        FAISS.from_documents(chunks, self._embeddings()).save_local(str(self._work / "index"))

    def opened(self) -> Search:
        from langchain_community.vectorstores import FAISS

        folder = str(self._work / "index")
        store = FAISS.load_local(folder, self._embeddings(), allow_dangerous_deserialization=True)
        return lambda question, k: [
            (hit.metadata["source"], hit.metadata["page"] + 1)
            for hit, _ in store.similarity_search_with_score(question, k=k)
        ]

    def _embeddings(self) -> Any:
        from langchain_huggingface import HuggingFaceEmbeddings

        return HuggingFaceEmbeddings(model_name=str(self._model))


class LlamaIndex:
    """SimpleDirectoryReader, its splitter by sentences, HuggingFaceEmbedding, and its own store of vectors in JSON."""

    def __init__(self, work: Path, model: Path) -> None:
        self._work, self._model = work, model

    def load(self, path: Path, file: str) -> list[Any]:
        from llama_index.core import SimpleDirectoryReader

        pages = SimpleDirectoryReader(input_files=[str(path)]).load_data()
        for number, page in enumerate(pages, 1):
            page.metadata |= {"file_name": file, "number": number}
            page.excluded_embed_metadata_keys.append("number")
        return list(pages)

    def split(self, pages: list[Any]) -> list[Any]:
        from llama_index.core.node_parser import SentenceSplitter

        return list(SentenceSplitter().get_nodes_from_documents(pages))

    def text(self, chunk: Any) -> str:
        from llama_index.core.schema import MetadataMode

        return str(chunk.get_content(metadata_mode=MetadataMode.EMBED))

    def store(self, chunks: list[Any]) -> None:
        from llama_index.core import VectorStoreIndex

        index = VectorStoreIndex(chunks, embed_model=self._embeddings())
        index.storage_context.persist(persist_dir=str(self._work / "index"))

    def opened(self) -> Search:
        from llama_index.core import StorageContext, load_index_from_storage

        stored = StorageContext.from_defaults(persist_dir=str(self._work / "index"))
        index = load_index_from_storage(stored, embed_model=self._embeddings())

        def search(question: str, k: int) -> list[Place]:
            hits = index.as_retriever(similarity_top_k=k).retrieve(question)
            return [(hit.node.metadata["file_name"], hit.node.metadata["number"]) for hit in hits]

        return search

    def _embeddings(self) -> Any:
        from llama_index.embeddings.huggingface import HuggingFaceEmbedding

        return HuggingFaceEmbedding(model_name=str(self._model))


class Haystack:
    """PyPDFToDocument, DocumentCleaner, DocumentSplitter, sentence-transformers, and its store in memory, saved."""

    def __init__(self, work: Path, model: Path) -> None:
        self._file, self._model = str(work / "index.json"), str(model)

    def load(self, path: Path, file: str) -> list[Any]:
        from haystack.components.converters import PyPDFToDocument

        [document] = PyPDFToDocument().run(sources=[path], meta={"file": file})["documents"]
        return [document]

    def split(self, pages: list[Any]) -> list[Any]:
        from haystack.components.preprocessors import DocumentCleaner, DocumentSplitter

        splitter = DocumentSplitter()
        splitter.warm_up()
        return list(splitter.run(documents=DocumentCleaner().run(documents=pages)["documents"])["documents"])

    def text(self, chunk: Any) -> str:
        return str(chunk.content)

    def store(self, chunks: list[Any]) -> None:
        from haystack.document_stores.in_memory import InMemoryDocumentStore
        from haystack_integrations.components.embedders.sentence_transformers import (
            SentenceTransformersDocumentEmbedder,
        )

        embedder = SentenceTransformersDocumentEmbedder(model=self._model, progress_bar=False)
        embedder.warm_up()
        store = InMemoryDocumentStore(embedding_similarity_function="cosine")
        store.write_documents(embedder.run(documents=chunks)["documents"])
        store.save_to_disk(self._file)

    def opened(self) -> Search:
        from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
        from haystack.document_stores.in_memory import InMemoryDocumentStore
        from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersTextEmbedder

        retriever = InMemoryEmbeddingRetriever(InMemoryDocumentStore.load_from_disk(self._file))
        embedder = SentenceTransformersTextEmbedder(model=self._model, progress_bar=False)
        embedder.warm_up()

        def search(question: str, k: int) -> list[Place]:
            vector = embedder.run(text=question)["embedding"]
            hits = retriever.run(query_embedding=vector, top_k=k)["documents"]
            return [(hit.meta["file"], hit.meta["page_number"]) for hit in hits]

        return search


class WithPyPDF:
    """For those whose tutorial reads no PDF files, or needs a download for it: each page as pypdf reads it."""

    def __init__(self, work: Path, model: Path) -> None:
        self._work, self._model = work, model

    def load(self, path: Path, file: str) -> list[Any]:
        from pypdf import PdfReader

        return [(file, number, page.extract_text()) for number, page in enumerate(PdfReader(path).pages, 1)]

    def split(self, pages: list[Any]) -> list[Any]:
        return [page for page in pages if page[2].strip()]

    def text(self, chunk: Any) -> str:
        return str(chunk[2])


class Txtai(WithPyPDF):
    """txtai's Embeddings with their content. Its own reader of PDF files wants Java or another model."""

    def store(self, chunks: list[Any]) -> None:
        from txtai import Embeddings

        embeddings = Embeddings(path=str(self._model), content=True)
        embeddings.index((f"{number} {file}", text, None) for file, number, text in chunks)
        embeddings.save(str(self._work / "index"))

    def opened(self) -> Search:
        from txtai import Embeddings

        embeddings = Embeddings()
        embeddings.load(str(self._work / "index"))
        return lambda question, k: [_place(hit["id"]) for hit in embeddings.search(question, k)]


class Chroma(WithPyPDF):
    """A collection on the disk; its tutorial starts from texts."""

    def store(self, chunks: list[Any]) -> None:
        collection, most = self._collection()
        for start in range(0, len(chunks), most):
            some = chunks[start : start + most]
            ids = [f"{number} {file}" for file, number, _ in some]
            collection.add(ids=ids, documents=[text for _, _, text in some])

    def opened(self) -> Search:
        collection, _ = self._collection()
        return lambda question, k: [
            _place(id) for id in collection.query(query_texts=[question], n_results=k)["ids"][0]
        ]

    def _collection(self) -> tuple[Any, int]:
        import chromadb
        from chromadb.utils.embedding_functions import SentenceTransformerEmbeddingFunction

        client = chromadb.PersistentClient(path=str(self._work / "index"))
        embed: Any = SentenceTransformerEmbeddingFunction(model_name=str(self._model))
        return client.get_or_create_collection("reports", embedding_function=embed), client.get_max_batch_size()


TUTORIALS: dict[str, type[Tutorial]] = {
    "langchain": LangChain,
    "llamaindex": LlamaIndex,
    "haystack": Haystack,
    "txtai": Txtai,
    "chroma": Chroma,
}


def ingest(tutorial: Tutorial, corpus: Path, work: Path) -> None:
    """Load, split, embed and index the PDF files below `corpus`; a file on which the loader raises is left out."""
    start = time.perf_counter()
    pages: list[Any] = []
    failed: list[dict[str, str]] = []
    for path in sorted(path for path in corpus.rglob("*") if path.suffix.lower() == ".pdf"):
        file = path.relative_to(corpus).as_posix()
        try:
            pages += tutorial.load(path, file)
        except Exception as error:  # whatever it is, the tutorials have no better answer to it than to stop
            failed.append({"file": file, "reason": f"{type(error).__name__}: {error}"})
    chunks = tutorial.split(pages)
    reading_seconds = time.perf_counter() - start
    tutorial.store(chunks)
    done = {
        "failed": failed,
        "reading_seconds": reading_seconds,
        "texts": [tutorial.text(chunk) for chunk in chunks],
        "versions": versions(),
    }
    (work / "ingest.json").write_text(json.dumps(done), encoding="utf-8")


def ask(tutorial: Tutorial, questions: Path, work: Path, k: int = 10) -> None:
    """Search for each question, and write the results and the seconds of each search."""
    search = tutorial.opened()
    results: dict[str, list[dict[str, Any]]] = {}
    seconds: list[float] = []
    for line in filter(str.strip, questions.read_text(encoding="utf-8").splitlines()):
        question = json.loads(line)
        start = time.perf_counter()
        places = search(question["question"], k)
        seconds.append(time.perf_counter() - start)
        results[question["id"]] = _results(places)
    done = {"results": results, "search_seconds": median(seconds)}
    (work / "ask.json").write_text(json.dumps(done), encoding="utf-8")


def versions() -> dict[str, str]:
    """The version of Python, and of each package of this environment."""
    found = {each.metadata["Name"].lower(): each.version for each in distributions() if each.metadata["Name"]}
    return {"python": sys.version.split()[0], **dict(sorted(found.items()))}


def _place(id: str) -> Place:
    number, file = id.split(" ", 1)
    return file, int(number)


def _results(places: Sequence[Place]) -> list[dict[str, Any]]:
    return [
        {"rank": rank, "file": file, "first_page": page, "last_page": page}
        for rank, (file, page) in enumerate(places, start=1)
    ]


if __name__ == "__main__":
    name, task = sys.argv[1:3]
    first, work, model = map(Path, sys.argv[3:6])
    if task == "ingest":
        ingest(TUTORIALS[name](work, model), first, work)
    else:
        ask(TUTORIALS[name](work, model), first, work)
