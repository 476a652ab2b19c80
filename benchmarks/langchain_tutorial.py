"""LangChain's tutorial for questions about PDF files, each part at its defaults; run by `benchmarks.beside_langchain`.

    python langchain_tutorial.py ingest CORPUS WORK MODEL
    python langchain_tutorial.py ask QUESTIONS.jsonl WORK MODEL

CORPUS is a folder of PDF files, WORK a folder for the index and for what was done (`ingest.json`, `ask.json`), MODEL
the folder of the embedding model. It runs in an environment of its own and knows nothing of this project.
"""

from __future__ import annotations

import json
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any

NAMED = [
    "faiss-cpu",
    "langchain-community",
    "langchain-core",
    "langchain-huggingface",
    "langchain-text-splitters",
    "numpy",
    "pypdf",
    "pypdfium2",
    "sentence-transformers",
    "tokenizers",
    "torch",
    "transformers",
]


def ingest(corpus: Path, work: Path, model: Path) -> None:
    """Load, split, embed and index the PDF files below `corpus`; a file on which the loader raises is left out."""
    from langchain_community.vectorstores import FAISS  # type: ignore[import-not-found]
    from langchain_text_splitters import RecursiveCharacterTextSplitter  # type: ignore[import-not-found]

    start = time.perf_counter()
    pages, failed = _load(corpus)
    chunks = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200).split_documents(pages)
    reading_seconds = time.perf_counter() - start
    FAISS.from_documents(chunks, _embeddings(model)).save_local(str(work / "index"))
    done = {
        "pages": len(pages),
        "failed": failed,
        "reading_seconds": reading_seconds,
        "texts": [chunk.page_content for chunk in chunks],
        "versions": versions(),
    }
    (work / "ingest.json").write_text(json.dumps(done), encoding="utf-8")


def ask(questions: Path, work: Path, model: Path, k: int = 10) -> None:
    """Search for each question, and write the results and the median seconds of a search."""
    from langchain_community.vectorstores import FAISS

    store = FAISS.load_local(str(work / "index"), _embeddings(model), allow_dangerous_deserialization=True)
    results: dict[str, list[dict[str, Any]]] = {}
    seconds: list[float] = []
    for line in filter(str.strip, questions.read_text(encoding="utf-8").splitlines()):
        question = json.loads(line)
        start = time.perf_counter()
        hits = store.similarity_search_with_score(question["question"], k=k)
        seconds.append(time.perf_counter() - start)
        results[question["id"]] = [_result(rank, chunk.metadata) for rank, (chunk, _) in enumerate(hits, start=1)]
    (work / "ask.json").write_text(json.dumps({"results": results, "search_seconds": median(seconds)}))


def versions() -> dict[str, str]:
    """The versions of Python and of the packages that matter here, as far as they are installed."""
    found = {"python": sys.version.split()[0]}
    for name in NAMED:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _load(corpus: Path) -> tuple[list[Any], list[dict[str, str]]]:
    """The pages of every PDF file that can be loaded, and why the others cannot."""
    from langchain_community.document_loaders import PyPDFLoader  # type: ignore[import-not-found]

    pages: list[Any] = []
    failed: list[dict[str, str]] = []
    for path in sorted(path for path in corpus.rglob("*") if path.suffix.lower() == ".pdf"):
        file = path.relative_to(corpus).as_posix()
        try:
            loaded = PyPDFLoader(str(path)).load()
        except Exception as error:  # whatever it is, the tutorial has no better answer to it than to stop
            failed.append({"file": file, "reason": f"{type(error).__name__}: {error}"})
            continue
        for page in loaded:
            page.metadata["source"] = file
        pages += loaded
    return pages, failed


def _embeddings(model: Path) -> Any:
    from langchain_huggingface import HuggingFaceEmbeddings  # type: ignore[import-not-found]

    return HuggingFaceEmbeddings(model_name=str(model))


def _result(rank: int, metadata: dict[str, Any]) -> dict[str, Any]:
    page = metadata["page"] + 1
    return {"rank": rank, "file": metadata["source"], "first_page": page, "last_page": page}


if __name__ == "__main__":
    first, work, model = map(Path, sys.argv[2:5])
    if sys.argv[1] == "ingest":
        ingest(first, work, model)
    else:
        ask(first, work, model)
