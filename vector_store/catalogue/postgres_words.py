"""The words of documents on a PostgreSQL server: its own index of stems, and how many documents hold each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import snowballstemmer

from common.database import Engine, folded_words
from vector_store.catalogue.words import COUNTED, SAMPLED

_english = snowballstemmer.stemmer("english")


class PostgresWords:
    """The words of the documents of a schema. See `Words`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def holds(self, *phrases: str) -> bool:
        query, values = _any_of(phrases)
        sql = f"SELECT EXISTS (SELECT 1 FROM documents WHERE words @@ {query})"  # nosec B608 # words of ours
        return bool(self._engine.connection.execute(sql, values).fetchone()[0])

    def frequency(self, spellings: Sequence[str]) -> int:
        if any(len(folded_words(each)) > 1 for each in spellings):
            query, values = _any_of(spellings)
            sql = f"SELECT COUNT(*) FROM (SELECT 1 FROM documents WHERE words @@ {query} LIMIT :most) found"  # nosec B608 # words of ours
            return int(self._engine.connection.execute(sql, values | {"most": COUNTED}).fetchone()[0])
        # A document that holds two spellings is counted twice; few do.
        sql = """
            SELECT COALESCE(SUM(documents), 0) FROM terms
            WHERE term = ANY(tsvector_to_array(to_tsvector('words', :spellings)))
        """
        told = {"spellings": " ".join(folded_words(" ".join(spellings)))}
        return int(self._engine.connection.execute(sql, told).fetchone()[0])

    def share_with(self, word: str, letters: str) -> float:
        query, values = _any_of([word])
        sql = f"""
            SELECT AVG(CAST(content ILIKE :letters OR context ILIKE :letters AS INTEGER)) FROM
            (SELECT content, context FROM documents WHERE words @@ {query} LIMIT :sampled) sample
        """  # nosec B608 # words of ours
        told = values | {"letters": f"%{letters}%", "sampled": SAMPLED}
        return float(self._engine.connection.execute(sql, told).fetchone()[0] or 0)

    def beside_brackets(self, word: str) -> list[tuple[str, str]]:
        query, values = _any_of([word])
        sql = f"""
            SELECT COALESCE(source, id), content FROM documents
            WHERE words @@ {query} AND (content ILIKE :inside OR content ILIKE :before) ORDER BY row
        """  # nosec B608 # words of ours
        told = values | {"inside": f"%({word}%)%", "before": f"%{word} (%"}
        return self._engine.connection.execute(sql, told).fetchall()

    def stem(self, word: str) -> str:
        return _stem(word)

    def terms(self, letter: str) -> list[tuple[str, int]]:
        sql = "SELECT term, documents FROM terms WHERE term >= :letter AND term < :next AND documents > 0"
        told = {"letter": letter, "next": chr(ord(letter) + 1)}
        return self._engine.connection.execute(sql, told).fetchall()

    def rows_with(self, term: str, k: int) -> list[int]:
        sql = "SELECT row FROM documents WHERE words @@ CAST(:term AS TSQUERY) ORDER BY row LIMIT :k"
        quoted = "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"
        found = self._engine.connection.execute(sql, {"term": quoted, "k": k})
        return [row for (row,) in found]

    def shares(self, words: Sequence[Sequence[str]]) -> dict[str, float]:
        queries, values = [], dict[str, Any]()
        for number, spellings in enumerate(words):
            query, told = _any_of(spellings, f"w{number}_")
            queries.append(query)
            values |= told
        matches = f"row IN (SELECT row FROM documents WHERE words @@ ({' && '.join(queries)}))"  # nosec B608 # words of ours
        sql = f"""
            SELECT source, AVG(CAST({matches} AS INTEGER)) FROM documents WHERE source IS NOT NULL GROUP BY source
        """  # nosec B608 # the same
        return {source: float(share) for source, share in self._engine.connection.execute(sql, values)}


def _any_of(phrases: Iterable[str], name: str = "w") -> tuple[str, dict[str, Any]]:
    """A query for any of some words or phrases, and its values, of which each has a name that begins with `name`."""
    values = {f"{name}{number}": " ".join(folded_words(each)) for number, each in enumerate(phrases)}
    asked = " || ".join(f"phraseto_tsquery('words', :{each})" for each in values)
    return f"({asked})" if asked else "''::tsquery", values


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    return str(_english.stemWord("".join(folded_words(word))))
