"""An index on a Milvus server, for libraries past one machine: vectors, and words by Milvus's own BM25.

A library is one collection, named by the library, in which a document is under its row. The words of a document are
sent as stems, as SQLite's FTS5 would make them: not every server's analyser knows English (docs/scale.md). It is
imported only where COPRODUCTION_INDEX names a server; what that needs comes with the extra `scale`.
"""

from __future__ import annotations

import json
import logging
import re
import threading
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property, lru_cache

import numpy as np
import snowballstemmer
from grpc import RpcError
from pymilvus import DataType, Function, FunctionType, MilvusClient, MilvusException
from pymilvus.client.types import LoadState
from pymilvus.exceptions import ConnectionConfigException

from vector_store.catalogue import Database
from vector_store.index.base import IndexServerError
from vector_store.types import Filter, Rows, Scored, Vectors

# A word of a document's own counts as two of its context, so `K1` is twice the usual 1.2. In SQLite it counts as four;
# the k1 that this asks for is more than the 3 that Milvus takes.
OWN, K1, B = 2, 2.4, 0.75
# The bytes that a text may have in Milvus, the documents that it gives at most, and those that go in one message.
LONGEST, MOST, AT_ONCE = 65_535, 16_384, 500
# Seconds that a server may take to answer, and to take up what changes. That there is none is known at once.
PATIENCE, WRITING = 10.0, 300.0
# Each connection is tried for itself: gRPC's shared ones, once refused, are not tried again for up to two minutes.
CONNECTING = {"grpc.use_local_subchannel_pool": 1}
GENERATION = "coproduction.generation"
# Of stems there is nothing left to do but to part them.
ANALYSER = {"tokenizer": "standard"}
# The graph that nearest vectors are found by, and how many of them a search keeps in hand: with 64, the usual number,
# .87 of the 100 nearest of 20,744 passages were found, with these .975 (docs/scale.md). The last is what Milvus takes.
GRAPH, IN_HAND, MOST_IN_HAND = {"M": 32, "efConstruction": 200}, 200, 32_768

_WORD = re.compile(r"[^\W_]+")
_porter = snowballstemmer.stemmer("porter")


class MilvusIndex:
    """The documents of `database` on the Milvus server at `address`. See `Index`.

    `dimension` is asked when it is first needed. Processes change it one after the other, as Milvus Lite asks for.
    Raises `IndexServerError` where the server does not answer.
    """

    def __init__(self, database: Database, address: str, dimension: Callable[[], int]) -> None:
        self._database, self._address, self._dimension = database, address, dimension
        self._lock = threading.Lock()
        self._connected: MilvusClient | None = None
        # What it tells of errors, by pages of tracebacks, is told in a sentence.
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL)

    @cached_property
    def _name(self) -> str:
        return f"coproduction_{self._database.manifest('library')}"

    @property
    def generation(self) -> str:
        with self._server() as server:
            if not server.has_collection(self._name, timeout=PATIENCE):
                return ""
            if server.get_load_state(self._name, timeout=PATIENCE)["state"] != LoadState.Loaded:
                with self._database.lock("vectors"):  # Milvus Lite has forgotten it when it starts
                    server.load_collection(self._name, timeout=WRITING)
            told = server.describe_collection(self._name, timeout=PATIENCE)
        return str(told["properties"].get(GENERATION, ""))

    @generation.setter
    def generation(self, state: str) -> None:
        with self._database.lock("vectors"), self._server() as server:
            server.alter_collection_properties(self._name, {GENERATION: state}, timeout=WRITING)

    def rows(self) -> Rows:
        with self._server() as server:
            if not server.has_collection(self._name, timeout=PATIENCE):
                return np.array([], np.int64)
            pages = server.query_iterator(self._name, batch_size=MOST, output_fields=["row"], timeout=PATIENCE)
            held = [document["row"] for page in iter(pages.next, []) for document in page]
            pages.close()
        return np.array(held, np.int64)

    def count(self) -> int:
        with self._server() as server:
            if not server.has_collection(self._name, timeout=PATIENCE):
                return 0
            [told] = server.query(self._name, output_fields=["count(*)"], timeout=PATIENCE)
        return int(told["count(*)"])

    def add(self, rows: Rows) -> None:
        with self._database.lock("vectors"), self._server() as server:
            if not server.has_collection(self._name, timeout=PATIENCE):
                self._create(server)
            for start in range(0, len(rows), AT_ONCE):
                stored = self._database.searchable(rows[start : start + AT_ONCE])
                documents = [
                    {"row": row, "source": source or "", "words": _indexed(content, context), "vector": vector}
                    for row, source, content, context, vector in stored
                ]
                if documents:  # under their rows, so that they stay once, also where two processes take them up
                    server.upsert(self._name, documents, timeout=WRITING)
            if len(rows) > AT_ONCE:  # Milvus Lite indexes the words of what is not flushed anew at every search
                server.flush(self._name, timeout=WRITING)

    def remove(self, rows: Rows) -> None:
        with self._database.lock("vectors"), self._server() as server:
            for start in range(0, len(rows), MOST):
                server.delete(self._name, ids=rows[start : start + MOST].tolist(), timeout=WRITING)

    def nearest(self, vector: Vectors, k: int, filter: Filter) -> Scored:
        in_hand = max(min(k, MOST), IN_HAND)
        if filter:  # the graph also leads past what is left out: of few, as many more
            in_hand = min(MOST_IN_HAND, in_hand * self._database.count() // max(1, self._database.count(filter)))
        return _ranked(self._search("vector", vector.astype(np.float32), k, filter, {"ef": in_hand}))

    def cosines(self, vector: Vectors, rows: Collection[int]) -> dict[int, float]:
        if not rows:
            return {}
        with self._server() as server:
            found = server.get(self._name, ids=sorted(rows), output_fields=["vector"], timeout=PATIENCE)
        return {each["row"]: float(np.dot(np.asarray(each["vector"], np.float32), vector)) for each in found}

    def by_words(self, words: Sequence[str], k: int, filter: Filter) -> Scored:
        asked = " ".join(stem for word in words for stem in stems(word))
        found = self._search("terms", asked, k, filter, {}) if asked else []
        return _ranked([(row, abs(score)) for row, score in found])  # Milvus Lite tells them with a minus

    def save(self) -> None:
        with self._database.lock("vectors"), self._server() as server:
            server.flush(self._name, timeout=WRITING)

    def successor(self) -> None:
        return None

    def _search(self, field: str, asked: Vectors | str, k: int, filter: Filter, params: Mapping[str, int]) -> Scored:
        condition = self._condition(filter)
        if condition is None or k < 1:
            return []
        with self._server() as server:
            [found] = server.search(
                self._name,
                [asked],
                condition,
                min(k, MOST),
                anns_field=field,
                search_params={"params": params},
                timeout=PATIENCE,
            )
        return [(each["row"], each["distance"]) for each in found]

    def _condition(self, filter: Filter) -> str | None:
        """A filter in Milvus's words; None where no document can meet it."""
        if not filter:
            return ""
        if filter.fields:
            name, values = "row", self._database.rows_where(filter).tolist()
        else:
            name, values = "source", list(filter.sources or ())
        return f"{name} in {json.dumps(values, ensure_ascii=False)}" if values else None

    def _create(self, server: MilvusClient) -> None:
        schema = server.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("row", DataType.INT64, is_primary=True)
        schema.add_field("source", DataType.VARCHAR, max_length=1024)
        schema.add_field("words", DataType.VARCHAR, max_length=LONGEST, enable_analyzer=True, analyzer_params=ANALYSER)
        schema.add_field("terms", DataType.SPARSE_FLOAT_VECTOR)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=self._dimension())
        schema.add_function(Function("bm25", FunctionType.BM25, ["words"], ["terms"]))
        indexes = server.prepare_index_params()
        indexes.add_index("vector", index_type="HNSW", metric_type="IP", params=GRAPH)
        bm25 = {"bm25_k1": K1, "bm25_b": B}
        indexes.add_index("terms", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25", params=bm25)
        indexes.add_index("source", index_type="INVERTED")
        server.create_collection(self._name, schema=schema, consistency_level="Strong", timeout=WRITING)
        server.create_index(self._name, indexes, sync=False, timeout=WRITING)  # of nothing yet
        server.load_collection(self._name, timeout=WRITING)

    @contextmanager
    def _server(self) -> Iterator[MilvusClient]:
        """The server, connected to when it is first needed. What goes wrong with it is told in a sentence."""
        try:
            with self._lock:
                if self._connected is None:
                    self._connected = MilvusClient(self._address, timeout=PATIENCE, grpc_options=CONNECTING)
            yield self._connected
        except ConnectionConfigException as error:
            raise IndexServerError(self._address, error.message, "Name one as in http://127.0.0.1:19530") from error
        except MilvusException as error:
            raise IndexServerError(self._address, error.message) from error
        except RpcError as error:
            raise IndexServerError(self._address, str(error.details())) from error


def stems(text: str) -> list[str]:
    """The stems of the words of a text, in its order, as FTS5 makes them by `porter unicode61 remove_diacritics 2`.

    But for words in -logy and -bly, for which its Porter stemmer has a later edition's rules: 3 % of all stems.
    """
    plain = "".join(each for each in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(each))
    return [_stem(word) for word in _WORD.findall(plain)]


def _ranked(scored: Scored) -> Scored:
    return sorted(scored, key=lambda item: (-item[1], item[0]))


def _indexed(content: str, context: str) -> str:
    """What Milvus is told of the words of a document, as much as it takes: their order says nothing."""
    told = " ".join([*stems(context), *stems(content) * OWN])
    return told.encode()[:LONGEST].decode(errors="ignore")


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    return str(_porter.stemWord(word)) if len(word) > 2 else word
