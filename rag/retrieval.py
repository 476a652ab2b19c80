"""The passages for a question: found by meaning and words, then read together with it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Protocol

from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings

from ingest.report import Passage
from rag.answer import Hit
from rag.sentences import Sentence, by_edition, sure, with_items, with_reader, with_verdicts

# Passages that are read together with the question.
READ = 16
# Sentences that are read alone: of the first 12, 16, 24 and 40, 16 answer as well as all (benchmarks/LOG.md).
STATEMENTS_READ = 16


class Store(Protocol):
    """What answering needs of a store; `vector_store.FaissStore` is one."""

    @property
    def embeddings(self) -> Embeddings: ...
    def search_hybrid(
        self, query: str, k: int = 10, *, sources: Collection[str] | None = None
    ) -> list[tuple[Document, float]]: ...
    def similarity_search_with_score(self, query: str, k: int = 4) -> list[tuple[Document, float]]: ...
    def get_by_ids(self, ids: Sequence[str], /) -> list[Document]: ...
    def nearness(self, query: str, spans: Mapping[str, Sequence[tuple[int, int]]]) -> dict[str, list[float]]: ...
    def frequencies(self, text: str) -> dict[str, int]: ...
    def respelt(self, text: str) -> str: ...
    def spelt_out(self, text: str) -> tuple[str, str]: ...
    def count(self) -> int: ...


class Reader(Protocol):
    """What reads texts with a question in mind; `vector_store.PassageReader` is one.

    Each text comes with what it stands below, and each verdict is a logit: above 0 the text is likely to answer.
    """

    def read(self, question: str, passages: Sequence[tuple[str, str]], /) -> Sequence[float]:
        """A verdict on each of `passages`."""
        ...

    def read_statements(self, question: str, statements: Sequence[tuple[str, str]], /) -> Sequence[float]:
        """A verdict on each of `statements`, which are sentences that are read alone."""
        ...

    def load(self) -> None:
        """Load its model now rather than at the first question."""
        ...


class Retriever:
    """Finds passages in `store`; `reader`, if any, reads the best of them with the question in mind."""

    def __init__(self, store: Store, reader: Reader | None = None) -> None:
        self.store, self.reader = store, reader

    def found(self, query: str, k: int, among: Collection[str] | None, other: str = "") -> tuple[list[Hit], None]:
        """The `k` best passages as the search finds them; nothing is read.

        Where the question has an `other` wording too, a passage is as good as the better of the two finds it.
        """
        best: dict[str, Hit] = {}
        for wording in filter(str.strip, dict.fromkeys((query, other))):
            for document, score in self.store.search_hybrid(wording, 2 * k, sources=among):
                hit = Hit(Passage.from_document(document), score)
                if hit.passage.id not in best or best[hit.passage.id].score < score:
                    best[hit.passage.id] = hit
        return _distinct(sorted(best.values(), key=lambda hit: -hit.score))[:k], None

    def found_and_read(
        self, query: str, k: int, among: Collection[str] | None, other: str = ""
    ) -> tuple[list[Hit], float | None]:
        """At least `k` passages where there are so many, the first `READ` in their order once they are read.

        Beside them how sure the reader is of the passage of which it is surest; None without a reader.
        """
        hits, _ = self.found(query, max(k, READ) if self.reader else k, among, other)
        if not self.reader or not hits:
            return hits, None
        verdicts = self.reader.read(query, [(hit.passage.context, hit.passage.text) for hit in hits[:READ]])
        read = [
            replace(hit, score=with_reader(hit.score, verdict)) for hit, verdict in zip(hits, verdicts, strict=False)
        ]
        last = min(hit.score for hit in read)
        unread = [replace(hit, score=min(hit.score, last)) for hit in hits[READ:]]
        surest = max(map(sure, verdicts))
        return sorted(read, key=lambda hit: -hit.score) + unread, surest

    def read_alone(
        self, query: str, ranked: Sequence[Sequence[Sentence]], most: int = STATEMENTS_READ
    ) -> list[list[Sentence]]:
        """Lists of ranked sentences, each in its order once the reader has read the first `most` of it, each alone."""
        if not self.reader:
            return [list(sentences) for sentences in ranked]
        first = [each for sentences in ranked for each in sentences[:most]]
        asked = [(each.passage.context, with_items(each)) for each in first]
        verdicts = iter(self.reader.read_statements(query, asked) if asked else ())
        return [
            by_edition(with_verdicts(sentences, list(islice(verdicts, min(most, len(sentences))))), query)
            for sentences in ranked
        ]

    def like(self, passage_id: str, k: int = 10) -> list[Hit]:
        """The `k` passages whose meaning is nearest to that of a passage, itself left out; none for an unknown one."""
        known = self.store.get_by_ids([passage_id])
        near = self.store.similarity_search_with_score(known[0].page_content, 2 * k + 1) if known else []
        hits = _distinct([Hit(Passage.from_document(document), score) for document, score in near])
        return [hit for hit in hits if passage_id not in {each.id for each in (hit.passage, *hit.copies)}][:k]

    def passage(self, id: str) -> Passage | None:
        """The passage with an id; None where there is none, or no longer."""
        known = self.store.get_by_ids([id])
        return Passage.from_document(known[0]) if known else None


def _distinct(hits: Sequence[Hit]) -> list[Hit]:
    """Each text once, with its copies; the first with pages stays, for it can be opened where it stands."""
    same: dict[str, list[Hit]] = {}
    for hit in hits:
        same.setdefault(re.sub(r"\W+", "", hit.passage.text).casefold(), []).append(hit)
    return [_first_with_pages(group) for group in same.values()]


def _first_with_pages(group: Sequence[Hit]) -> Hit:
    passages = [hit.passage for hit in group]
    first = next((passage for passage in passages if passage.first_page is not None), passages[0])
    return Hit(first, group[0].score, tuple(passage for passage in passages if passage is not first))
