"""The words of documents, which SQLite's FTS5 keeps in an index of stems."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

import snowballstemmer

from common.database import Engine, folded_words
from vector_store.catalogue.filters import condition
from vector_store.catalogue.words import COUNTED, SAMPLED
from vector_store.types import Filter, Scored

_porter = snowballstemmer.stemmer("porter")
# FTS5 has these words with the rules of a later edition, by which they have the stems that they would have in -loge and
# -ble: of the 29,000 words of 889 reports all but those in Greek letters have its stems so.
_LATER = re.compile(r"^(.*[aeiouy][^aeiouy].*(?:log|bl))(?:y|ies)$")


class WordIndex:
    """The words of the documents of an SQLite file. See `Words`; it also ranks."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def by_words(self, words: Sequence[str], k: int, filter: Filter) -> Scored:
        """The `k` rows that hold any of `words` in any form, with their BM25 (higher is better), best first."""
        if not words:
            return []
        # With the +, the word index is read once; else it would be asked anew for each row that meets the condition.
        where = f"AND +rowid IN (SELECT row FROM documents WHERE {condition(filter)})" if filter else ""  # nosec B608 # `condition` quotes
        sql = f"SELECT rowid, -bm25(words, 1.0, 0.25) FROM words WHERE words MATCH ? {where} ORDER BY 2 DESC, 1 LIMIT ?"  # nosec B608 # the same
        return [(row, score) for row, score in self._engine.connection.execute(sql, (_any_of(words), k))]

    def holds(self, *phrases: str) -> bool:
        sql = "SELECT EXISTS (SELECT rowid FROM words WHERE words MATCH ?)"
        return bool(self._engine.connection.execute(sql, (_any_of(phrases),)).fetchone()[0])

    def frequency(self, spellings: Sequence[str]) -> int:
        sql = "SELECT COUNT(*), MAX(rowid) FROM (SELECT rowid FROM words WHERE words MATCH ? LIMIT ?)"
        count, last = self._engine.connection.execute(sql, (_any_of(spellings), COUNTED)).fetchone()
        if count < COUNTED:
            return int(count)
        # As many as these let expect.
        return int(count * self._engine.connection.execute("SELECT MAX(row) FROM documents").fetchone()[0] / last)

    def share_with(self, word: str, letters: str) -> float:
        sql = """
            SELECT AVG(content LIKE ? OR context LIKE ?) FROM documents
            WHERE row IN (SELECT rowid FROM words WHERE words MATCH ? LIMIT ?)
        """
        like = f"%{letters}%"
        return float(self._engine.connection.execute(sql, (like, like, _any_of([word]), SAMPLED)).fetchone()[0] or 0)

    def beside_brackets(self, word: str) -> list[tuple[str, str]]:
        sql = """
            SELECT COALESCE(source, id), content FROM documents
            WHERE row IN (SELECT rowid FROM words WHERE words MATCH ?) AND (content LIKE ? OR content LIKE ?)
        """
        return self._engine.connection.execute(sql, (_any_of([word]), f"%({word}%)%", f"%{word} (%")).fetchall()

    def stem(self, word: str) -> str:
        return _stem(word)

    def terms(self, letter: str) -> list[tuple[str, int]]:
        self._engine.connection.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.terms USING fts5vocab(main, words, row)"
        )
        sql = "SELECT term, doc FROM temp.terms WHERE term >= ? AND term < ?"
        return self._engine.connection.execute(sql, (letter, chr(ord(letter) + 1))).fetchall()

    def rows_with(self, term: str, k: int) -> list[int]:
        self._engine.connection.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.places_of USING fts5vocab(main, words, instance)"
        )
        sql = "SELECT DISTINCT doc FROM temp.places_of WHERE term = ? LIMIT ?"
        return [row for (row,) in self._engine.connection.execute(sql, (term, k))]

    def shares(self, words: Sequence[Sequence[str]]) -> dict[str, float]:
        query = " AND ".join(f"({_any_of(spellings)})" for spellings in words)
        matches = "row IN (SELECT rowid FROM words WHERE words MATCH ?)"
        sql = f"SELECT source, AVG({matches}) FROM documents WHERE source IS NOT NULL GROUP BY source"  # nosec B608 # words of ours
        return dict(self._engine.connection.execute(sql, (query,)).fetchall())


def _any_of(words: Iterable[str]) -> str:
    """A query of FTS5 for any of some words or phrases, quoted, so that no character of them is an operator."""
    return " OR ".join(f'"{word}"' for word in words)


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    plain = "".join(folded_words(word))
    return str(_porter.stemWord(_LATER.sub(r"\1e", plain))) if len(plain) > 2 else plain
