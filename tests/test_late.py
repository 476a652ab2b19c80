"""Late interaction: what is kept of a document's words, how near they come to a query, and the ranking by it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest
from langchain_core.documents import Document

from vector_store import FaissStore, SentenceEmbedder
from vector_store.embedding import Tokens
from vector_store.ranking.maxsim import TokenVectors, find_basis, maxsim, pack, unpack, weigh_tokens
from vector_store.ranking.words import proximity, stem

CONTEXT = "Time credits in Ardle"
TEXT = "The scheme cost £41,000 a year. Most of it paid a broker."


@pytest.fixture(scope="module")
def model() -> SentenceEmbedder:
    return SentenceEmbedder()


@pytest.fixture(scope="module")
def basis(model: SentenceEmbedder) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return find_basis(model)


def test_vectors_with_tokens_are_those_without(model: SentenceEmbedder) -> None:
    vectors, tokens = model.embed_documents_with_tokens([TEXT, CONTEXT])
    assert np.allclose(vectors, model.embed_documents([TEXT, CONTEXT]), atol=1e-5)
    query, pieces = model.embed_query_with_tokens(TEXT)
    assert np.allclose(query, vectors[0], atol=1e-5)
    assert [TEXT[start:end] for start, end in pieces.spans.tolist()][:4] == ["", "The", "scheme", "cost"]
    assert len(tokens[1].spans) == len(tokens[1].vectors)


def test_the_basis_has_right_angles_and_is_the_same_every_time(
    model: SentenceEmbedder, basis: np.ndarray[tuple[int, ...], np.dtype[np.float32]]
) -> None:
    assert basis.shape == (384, 96)
    assert np.allclose(basis.T @ basis, np.eye(96), atol=1e-4)
    assert np.allclose(abs(np.sum(find_basis(model) * basis, axis=0)), 1, atol=1e-3)


def kept(
    model: SentenceEmbedder, basis: np.ndarray[tuple[int, ...], np.dtype[np.float32]], text: str = TEXT
) -> TokenVectors:
    whole = f"{CONTEXT}\n{text}"
    [tokens] = model.embed_documents_with_tokens([whole])[1]
    return unpack(pack(tokens, whole, len(CONTEXT) + 1, basis))


def test_the_content_words_are_kept_with_their_places(
    model: SentenceEmbedder, basis: np.ndarray[tuple[int, ...], np.dtype[np.float32]]
) -> None:
    found = kept(model, basis)
    own = [TEXT[start:end] for start, end in found.spans.tolist() if start >= 0]
    assert own == ["scheme", "cost", "41", "000", "year", "paid", "broker"]
    assert (found.spans[:, 0] < 0).sum() == 4  # time, credits, ar, ##dle
    assert found.vectors.dtype == np.int8 and (np.abs(found.vectors).max(axis=1) == 127).all()
    assert len(found.within(TEXT.index("Most"), len(TEXT)).vectors) == 2
    assert len(unpack(b"").vectors) == 0


def test_one_byte_a_number_hardly_turns_a_vector(
    model: SentenceEmbedder, basis: np.ndarray[tuple[int, ...], np.dtype[np.float32]]
) -> None:
    [tokens] = model.embed_documents_with_tokens([TEXT])[1]
    found = unpack(pack(tokens, TEXT, 0, basis))
    exact = tokens.vectors[
        [number for number, span in enumerate(tokens.spans.tolist()) if TEXT[slice(*span)] == "broker"]
    ]
    exact = (exact / np.linalg.norm(exact)) @ basis
    small = found.vectors[-1].astype(np.float32)
    assert float(small @ exact[0]) / np.linalg.norm(exact) / np.linalg.norm(small) > 0.999


def test_maxsim_is_the_weighted_mean_of_the_best_cosines() -> None:
    eye = np.eye(3, dtype=np.float32)
    query = weigh_tokens(
        Tokens(np.array([[0, 4], [5, 9]], np.int32), eye[:2]), "rare well", {"rare": 3.0, "well": 1.0}, eye
    )
    documents = [
        TokenVectors(np.zeros((2, 2), np.int32), np.array([[60, 80, 0], [0, 0, 127]], np.int8)),
        TokenVectors(np.zeros((0, 2), np.int32), np.zeros((0, 3), np.int8)),
        TokenVectors(np.zeros((1, 2), np.int32), np.array([[127, 0, 0]], np.int8)),
    ]
    assert maxsim(query, documents) == pytest.approx(
        np.array([[0.75 * 0.6 + 0.25 * 0.8, 0.7], [0, 0], [0.75, 0.5]]), abs=1e-6
    )


def test_proximity_is_the_best_share_within_a_window() -> None:
    weight = {stem("costs"): 3.0, stem("broker"): 1.0}
    assert proximity("The cost of a broker.", weight) == 1.0
    assert proximity("The cost " + "and so on " * 20 + "of a broker.", weight) == 0.75
    assert proximity("Nothing of the kind.", weight) == proximity("cost", {}) == 0.0


def test_the_second_ranking_finds_the_passage_that_answers(model: SentenceEmbedder, tmp_path: Path) -> None:
    texts = [
        "Time credits cost the scheme a broker. The scheme of time credits was a scheme for the people of Ardle.",
        "In its second year forty people paid for their meals with credits, and the scheme grew in the town.",
        TEXT,
    ]
    store = FaissStore(tmp_path, model)
    store.add_documents([Document(id=str(number), page_content=text) for number, text in enumerate(texts)])
    found = store.search_hybrid("How much did the scheme cost a year?", 3)
    assert found[0][0].id == "2"
    assert 1 >= found[0][1] > found[1][1] > found[2][1] >= 0
    first, second = store.nearness("Who was paid?", {"2": [(0, 31), (32, len(TEXT))]})["2"]
    assert second > first
    assert store.nearness("Who was paid?", {"gone": [(0, 1)]}) == {}


def test_a_library_from_before_gets_its_word_vectors_when_they_are_needed(
    model: SentenceEmbedder, tmp_path: Path
) -> None:
    documents = [
        Document(id="a", page_content=TEXT, metadata={"context": CONTEXT}),
        Document(id="b", page_content="Trees are green."),
    ]
    store = FaissStore(tmp_path, model)
    store.add_documents(documents)
    before = store.search_hybrid("What did it cost?", 2)
    with sqlite3.connect(tmp_path / "library.db") as connection:
        kept_before = connection.execute("SELECT * FROM word_vectors ORDER BY row").fetchall()
        connection.execute("DELETE FROM word_vectors")
    connection.close()
    again = FaissStore(tmp_path, model)
    after = again.search_hybrid("What did it cost?", 2)
    assert [document.id for document, _ in after] == [document.id for document, _ in before]
    assert [score for _, score in after] == pytest.approx([score for _, score in before], abs=1e-4)
    connection = sqlite3.connect(tmp_path / "library.db")
    assert connection.execute("SELECT COUNT(*) FROM word_vectors").fetchone() == (len(kept_before),)
    again.delete(["a"])
    assert connection.execute("SELECT COUNT(*) FROM word_vectors").fetchone() == (1,)
    connection.close()
