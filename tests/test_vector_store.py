"""The vector store: LangChain's contract, the slow obvious way, restarts, damage and other processes."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from langchain_core.documents import Document
from langchain_core.embeddings import DeterministicFakeEmbedding, Embeddings
from langchain_core.vectorstores import VectorStore
from langchain_tests.integration_tests.vectorstores import VectorStoreIntegrationTests

from tests.milvus_server import MilvusServer
from tests.postgres_server import PostgresServer
from vector_store import FaissStore, StoreError
from vector_store.catalogue.database import Database
from vector_store.index.faiss import FaissIndex
from vector_store.ranking.frequencies import Frequencies
from vector_store.ranking.search import BM25_SHARE, DENSE_SHARE

WORDS = ("budget", "neighbour", "commission", "volunteer", "trust", "time")


class WordEmbedder(Embeddings):
    """A vector that counts six words, so that a test can say which document must win."""

    def embed_query(self, text: str) -> list[float]:
        counts = np.array([text.lower().count(word) + 1e-3 for word in WORDS])
        return list((counts / np.linalg.norm(counts)).tolist())

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]


class TestLangChainContract(VectorStoreIntegrationTests):
    @pytest.fixture
    def vectorstore(self, tmp_path: Path) -> Generator[VectorStore, None, None]:
        yield FaissStore(tmp_path, self.get_embeddings())


class TestLangChainContractOnAServer(VectorStoreIntegrationTests):
    @pytest.fixture
    def vectorstore(self, tmp_path: Path, milvus: MilvusServer) -> Generator[VectorStore, None, None]:
        yield FaissStore(tmp_path, self.get_embeddings(), index=milvus.address)


class TestLangChainContractOnServers(VectorStoreIntegrationTests):
    @pytest.fixture
    def vectorstore(
        self, tmp_path: Path, milvus: MilvusServer, postgres: PostgresServer
    ) -> Generator[VectorStore, None, None]:
        yield FaissStore(tmp_path, self.get_embeddings(), index=milvus.address, server=postgres.address)


@dataclass(frozen=True)
class Sheet:
    """A source as the store wants it."""

    id: str
    place: str
    documents: tuple[Document, ...]
    body: str = ""

    @property
    def summary(self) -> dict[str, str]:
        return {"name": self.id}


Open = Callable[..., FaissStore]


@pytest.fixture(params=["files", "servers"])
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    """Opens the store of a test, again and again: in its folder, or on servers."""
    index = database = ""
    if request.param == "servers":
        index = request.getfixturevalue("milvus").address
        database = request.getfixturevalue("postgres").address
    return lambda model="words": FaissStore(tmp_path, WordEmbedder(), model, index, database)


def documents(*texts: str, **metadata: object) -> tuple[Document, ...]:
    return tuple(Document(id=text, page_content=text, metadata=dict(metadata)) for text in texts)


def store_in(folder: Path, model: str = "words") -> FaissStore:
    return FaissStore(folder, WordEmbedder(), model)


def found(store: FaissStore, query: str, k: int = 3) -> list[str]:
    return [document.page_content for document in store.similarity_search(query, k)]


def test_ranking_and_scores_are_those_of_the_slow_obvious_way(tmp_path: Path) -> None:
    generator = np.random.default_rng(1)
    texts = [" ".join(generator.choice(WORDS, size=9)) for _ in range(300)]
    store = store_in(tmp_path)
    store.add_texts(texts, ids=[str(number) for number in range(300)])
    vectors = np.array(WordEmbedder().embed_documents(texts))
    query = np.array(WordEmbedder().embed_query("trust and time"))
    hits = store.similarity_search_with_score("trust and time", k=7)
    assert [score for _, score in hits] == pytest.approx(np.sort(vectors @ query)[::-1][:7], abs=1e-5)
    for document, score in hits:
        assert score == pytest.approx(vectors[int(str(document.id))] @ query, abs=1e-5)


def test_hybrid_score_is_the_weighted_sum_that_its_docstring_states(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    store.add_texts(["budget trust", "budget zebra", "time time"], ids=["a", "b", "c"])
    cosines = {document.id: score for document, score in store.similarity_search_with_score("budget zebra", 3)}
    scores = {document.id: score for document, score in store.search_hybrid("budget zebra", 3)}
    assert scores["b"] == pytest.approx(DENSE_SHARE * cosines["b"] + BM25_SHARE, abs=1e-5)
    assert DENSE_SHARE * cosines["a"] < scores["a"] < scores["b"]
    assert scores["c"] == pytest.approx(DENSE_SHARE * cosines["c"], abs=1e-5)


def test_words_are_found_in_any_form_and_operators_are_only_words(open_store: Open) -> None:
    store = open_store()
    store.add_texts(["She is volunteering.", "Nothing here."], ids=["a", "b"])
    assert store.frequencies("volunteers") == {"volunteers": 1}
    assert store.frequencies("zebra") == {"zebra": 0}
    for query in ['"', "NEAR(", "a AND OR *", "co-production: what? (all)", "", "   "]:
        store.search_hybrid(query)


def test_american_and_british_spelling_are_one_word(open_store: Open) -> None:
    store = open_store()
    store.add_documents(
        list(
            documents(
                *("The organisation of a centre.", "An organization in centers.", "Personalisation is for us."),
                *(f"A person, number {number}." for number in range(5)),
            )
        )
    )
    assert store.frequencies("organizations organisation center personalization") == {
        "organizations": 2,
        "organisation": 2,
        "center": 2,
        "personalization": 1,  # its stem in the index is that of "person"
    }
    assert {found.page_content[:3] for found, score in store.search_hybrid("centre", 2)} == {"The", "An "}
    assert store.respelt("the behavior of organizations") == "the behavior of organizations"


def test_of_a_word_that_very_many_documents_hold_only_some_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = store_in(tmp_path)
    store.add_texts([f"{'Budget' if number % 4 == 3 else 'Herons'} {number}" for number in range(100)])
    monkeypatch.setattr("vector_store.catalogue.word_index.COUNTED", 10)
    assert store.frequencies("budgets herons time") == {"budgets": 25, "herons": 76, "time": 0}


def test_filters_hold_in_every_search(open_store: Open) -> None:
    store = open_store()
    store.add_documents(list(documents("budget one", year=2010, publisher="nef", authors=["A B"])))
    store.add_documents(list(documents("budget two", year=2015, publisher='O\'Neil & "Co"', authors=["C D", "A B"])))
    for filter in ({"year": 2010}, {"publisher": ["nef", "other"]}):
        assert [each.page_content for each in store.similarity_search("budget", 5, filter=filter)] == ["budget one"]
        assert [each.page_content for each, _ in store.search_hybrid("budget", 5, filter=filter)] == ["budget one"]
    with pytest.raises(ValueError, match="filter"):
        store.similarity_search("budget", filter={"year": {"$near": 1}})


def test_a_restart_finds_what_was_stored(open_store: Open) -> None:
    store = open_store()
    store.add_texts(["budget", "trust", "time"])
    store.flush()
    before = store.similarity_search_with_score("trust", 3)
    assert open_store().similarity_search_with_score("trust", 3) == before


def test_another_model_is_refused_in_a_sentence(open_store: Open) -> None:
    open_store("words")
    with pytest.raises(StoreError, match="built with the model 'words', not 'other'"):
        open_store("other")


def test_a_file_that_is_no_database_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "library.db").write_bytes(b"this is not a database, and long enough to be sure of it" * 30)
    with pytest.raises(StoreError, match="is damaged"):
        store_in(tmp_path)


def test_sources_come_and_go_with_their_documents(open_store: Open) -> None:
    store = open_store()
    store.put_sources([Sheet("s1", "place 1", documents("budget", "trust")), Sheet("s2", "place 2", documents("time"))])
    assert [id for id, _ in store.sources()] == ["s1", "s2"]
    assert store.count() == 3
    store.put_sources([Sheet("s3", "place 1", documents("neighbour"))])  # a changed file replaces its old self
    assert store.source_at("place 1") == "s3"
    assert sorted(found(store, "budget", 9)) == ["neighbour", "time"]
    assert store.remove_source("s3")
    assert not store.remove_source("s3")
    assert found(store, "neighbour", 9) == ["time"]
    assert store.frequencies("neighbour budget") == {"neighbour": 0, "budget": 0}


def test_a_source_stays_while_a_copy_is_left(open_store: Open) -> None:
    store = open_store()
    store.put_sources([Sheet("s1", "place 1", documents("budget"))])
    assert store.put_place("place 2", "s1")
    store.remove_place("place 1")
    assert found(store, "budget") == ["budget"]
    store.remove_place("place 2")
    assert found(store, "budget") == []
    assert not store.put_place("place 3", "s1") and store.places() == []


def test_a_failure_while_storing_leaves_everything_as_it_was(open_store: Open) -> None:
    store = open_store()
    store.put_sources([Sheet("s1", "place 1", documents("budget"))])
    broken = Sheet("s2", "place 1", documents("trust", unfit=object()))
    with pytest.raises(TypeError):
        store.put_sources([Sheet("s3", "place 3", documents("time")), broken])
    assert [id for id, _ in store.sources()] == ["s1"]
    assert found(store, "budget", 9) == ["budget"]


def test_threads_search_while_others_add(open_store: Open) -> None:
    store = open_store()
    store.add_texts(["budget"])

    def work(number: int) -> int:
        if number % 4 == 0:
            store.add_texts([f"trust {number}"])
        return len(store.search_hybrid("budget and trust", 50))

    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(work, range(80)))
    assert min(counts) >= 1
    assert len(store.search_hybrid("budget and trust", 50)) == 21


@pytest.fixture
def many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FaissStore:
    """A store of so many documents that its index is not exact."""
    monkeypatch.setattr("vector_store.index.faiss.EXACT", 1000)
    monkeypatch.setattr("vector_store.index.faiss.LOOKED_INTO", 24)
    store = FaissStore(tmp_path, Scattered())
    store.add_texts([f"note {number}" for number in range(6000)], [{"half": number % 2} for number in range(6000)])
    store.flush()
    index = store._index.current()
    assert isinstance(index, FaissIndex) and not index._vectors.is_exact and len(index.rows()) == 6000
    return store


class Scattered(DeterministicFakeEmbedding):
    """Vectors around fifty centres, each always the same for a text."""

    size: int = 24

    def embed_query(self, text: str) -> list[float]:
        centre = np.array(super().embed_query(f"centre {sum(text.encode()) % 50}"))
        vector = 2 * centre + np.array(super().embed_query(text))
        return [float(number) for number in vector / np.linalg.norm(vector)]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]


def agreement(store: FaissStore, texts: Sequence[str], filter: dict[str, int] | None = None) -> float:
    """The share of the ten nearest that is found, of forty queries; the cosines are compared as well."""
    vectors, right = np.array(store.embeddings.embed_documents(list(texts))), 0
    for number in range(40):
        found = store.similarity_search_with_score(f"question {number}", 10, filter)
        assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
        cosines = vectors @ np.array(store.embeddings.embed_query(f"question {number}"))
        wanted = {texts[place]: float(cosines[place]) for place in np.argsort(-cosines)[:10]}
        for document, score in found:
            if document.page_content in wanted:
                assert score == pytest.approx(wanted[document.page_content], abs=1e-5)
                right += 1
    return right / 400


def test_of_many_documents_nearly_all_of_the_nearest_are_found_with_their_cosines(many: FaissStore) -> None:
    texts = [f"note {number}" for number in range(6000)]
    assert agreement(many, texts) >= 0.95
    assert agreement(many, texts[1::2], {"half": 1}) >= 0.95
    ids = [document.id or "" for document in many.similarity_search("note 77", 500)]
    many.delete(ids)
    many.add_texts(["note 77"], [{"half": 1}])
    assert many.similarity_search("note 77", 1)[0].page_content == "note 77"
    assert not {document.id for document in many.similarity_search("note 77", 500)} & set(ids)
    assert many.check() == []


def test_an_index_of_many_documents_is_kept_and_brought_up_to_date(many: FaissStore, tmp_path: Path) -> None:
    before = [(each.id, score) for each, score in many.similarity_search_with_score("note 5", 20)]
    many.add_texts(["one more note"])  # no flush: the file is of the state before
    again = FaissStore(tmp_path, Scattered())
    with patch.object(Database, "vectors", autospec=True, side_effect=Database.vectors) as read:
        assert again.similarity_search("one more note", 1)[0].page_content == "one more note"
    assert max(len(call.args[1]) for call in read.call_args_list) < 200  # not made anew
    assert [(each.id, score) for each, score in again.similarity_search_with_score("note 5", 20)] == before


ABBREVIATING = [
    "The Scottish Social Attitudes Survey (SSAS) asks many people. SSAS is yearly.",
    "It was told (in time) by the Office of the City Administrator (OCA) and others.",
    "COSLA (Convention of Scottish Local Authorities) paid. The end of XYZ (which we left) came.",
    "Self-directed Support (SDS) is for all.",
    "With self-directed support (SDS) people choose.",
    "A Sound Data Store (SDS), a Sound Data Store (SDS) and a Sound Data Store (SDS).",
    "Each Third Sector Organisation (TSO) and each personal assistant (PA) was paid.",
    "The general practitioner (GP) read the GP Patient Survey (GPS). The World Health Organization (WHO) did not.",
]
ABBREVIATED = [
    (
        "What did the SSAS find?",
        "the SSAS (Scottish Social Attitudes Survey) find",
        "Scottish Social Attitudes Survey",
    ),
    ("who did the ssas ask", "the ssas (Scottish Social Attitudes Survey) ask", "Scottish Social Attitudes Survey"),
    ("Is self directed support free?", "Is self directed support (SDS) free?", "Is SDS free?"),
    ("What is SDS?", "What is SDS (Self-directed Support)?", "What is Self-directed Support?"),
    (
        "Who paid the OCA?",
        "Who paid the OCA (Office of the City Administrator)?",
        "Office of the City Administrator",
    ),
    ("What is COSLA?", "What is COSLA (Convention of Scottish Local Authorities)?", "Convention of Scottish"),
    (
        "Is SDS (self-directed support) free?",
        "Is SDS (self-directed support) free?",
        "Is SDS (self-directed support)",
    ),
    ("What do TSOs do?", "TSOs (Third Sector Organisation) do", "Third Sector Organisation do"),
    ("Third sector organisations and carers", "organisations (TSO) and", "TSO and carers"),
    ("How is a personal assistant paid?", "personal assistant (PA) paid", "a PA paid"),
    ("WHO PAYS FOR CARERS", "WHO PAYS FOR CARERS", "WHO PAYS FOR CARERS"),
    ("What does the WHO say?", "WHO (World Health Organization) say", "World Health Organization say"),
    ("Who is in the GP Patient Survey?", "the GP Patient Survey (GPS)?", "Who is in the GPS?"),
    ("Was it told to us in time?", "Was it told to us in time?", "Was it told to us in time?"),
    ("Who is in the XYZ?", "Who is in the XYZ?", "Who is in the XYZ?"),
]


@pytest.mark.parametrize(("typed", "both", "other"), ABBREVIATED)
def test_what_the_documents_abbreviate_is_asked_in_short_and_in_full(
    tmp_path: Path, typed: str, both: str, other: str
) -> None:
    store = FaissStore(tmp_path, WordEmbedder())
    store.add_documents(list(documents(*ABBREVIATING)))
    found = store.spelt_out(typed)
    assert both in found[0]
    assert other in found[1]


SPELT = [
    "Volunteers and co-production help against loneliness.",
    "Older people need support, and co-production of it. Loneliness is older than timebanks.",
    "Safeguarding is support too. Co-production needs it.",
    "Safeguarding older people means support, not sport, and co-production.",
    "A survey of the community: it was made on a server by technology.",
    "The community has a survey and technology.",
    "Sport is for all; co-production of sport is rare. Timebanks are not.",
    *(f"Coproduction, part {number}, as some write it." for number in range(2)),
    *(f"Co-production, part {number}." for number in range(9)),
]
MISSPELT = [
    ("What do volunters do?", "What do volunters do?"),  # its stem is known
    ("What is coproducton?", "What is co-production?"),
    ("what is coproduction", "what is co-production"),
    ("What is co-production?", "What is co-production?"),
    ("lonliness of oldre people", "loneliness of older people"),
    ("safegaurding", "safeguarding"),
    ("self directed suport", "self directed support"),  # not "sport", which is as near and rarer
    ("What did Suport cost?", "What did Suport cost?"),  # a name
    ("Who helps in suport?", "Who helps in suport?"),  # it may be a place
    ("help in safegaurding", "help in safeguarding"),  # too long to be near another word by chance
    ("the zumbaflex way", "the zumbaflex way"),  # nothing is near
    ("time-banks", "timebanks"),
    ("the suppot of it", "the support of it"),
    ("a survay of the comunity", "a survey of the community"),
    ("the servey", "the survey"),  # "server" is as near, and rarer
    ("what tecnology", "what technology"),
    ("is co-producton comunity-led", "is co-production community-led"),
    ("is safeguardign for communites", "is safeguarding for community"),  # not "commun-ites", as in "community: it"
    ("what is peer-to-peer-suport", "what is peer-to-peer-support"),
    ("What is Peer-Suport?", "What is Peer-Suport?"),  # a name
]


@pytest.mark.parametrize(("typed", "asked"), MISSPELT)
def test_what_no_document_holds_is_spelt_as_the_documents_spell_it(tmp_path: Path, typed: str, asked: str) -> None:
    store = FaissStore(tmp_path, WordEmbedder())
    store.add_documents(list(documents(*SPELT)))
    assert store.respelt(typed) == asked


def test_a_word_of_thousands_of_letters_is_left_as_it_is(tmp_path: Path) -> None:
    store = FaissStore(tmp_path, WordEmbedder())
    with patch.object(Frequencies, "of", side_effect=AssertionError("counted")):
        assert store.respelt("x" * 3000) == "x" * 3000
