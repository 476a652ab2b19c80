"""A catalogue on a PostgreSQL server, beside an index on another: what it does not hold is how words are ranked."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from common.database import Connection, Engine, folded_sql
from vector_store.catalogue.postgres_words import PostgresWords
from vector_store.catalogue.schema import FORMAT, StoreError
from vector_store.types import Filter

# The columns are those of SQLite, which numbers the rows of every table by itself. Places and ids are in the order of
# their characters, as there.
_TABLES = """
CREATE TABLE manifest (key TEXT PRIMARY KEY, value TEXT NOT NULL)
;
CREATE TABLE sources (
    rowid BIGINT GENERATED ALWAYS AS IDENTITY UNIQUE,
    id TEXT COLLATE "C" PRIMARY KEY,
    summary TEXT NOT NULL,
    body TEXT NOT NULL
)
;
CREATE TABLE places (
    place TEXT COLLATE "C" PRIMARY KEY,
    source TEXT COLLATE "C" NOT NULL REFERENCES sources(id) ON DELETE CASCADE
)
;
CREATE INDEX places_of_source ON places(source)
;
CREATE TEXT SEARCH DICTIONARY stems (TEMPLATE = snowball, LANGUAGE = english)
;
CREATE TEXT SEARCH CONFIGURATION words (COPY = simple)
;
ALTER TEXT SEARCH CONFIGURATION words ALTER MAPPING FOR asciiword, word, numword WITH stems
;
CREATE TABLE documents (
    row BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    source TEXT COLLATE "C" REFERENCES sources(id) ON DELETE CASCADE,
    content TEXT NOT NULL,
    context TEXT NOT NULL,
    metadata JSONB NOT NULL,
    vector BYTEA NOT NULL,
    words TSVECTOR GENERATED ALWAYS AS (to_tsvector('words', FOLDED)) STORED
)
;
CREATE INDEX documents_of_source ON documents(source)
;
CREATE INDEX documents_by_words ON documents USING GIN (words)
;
CREATE TABLE word_vectors (
    row BIGINT PRIMARY KEY REFERENCES documents(row) ON DELETE CASCADE,
    vectors BYTEA NOT NULL
)
;
ALTER TABLE word_vectors ALTER vectors SET STORAGE EXTERNAL
;
CREATE TABLE terms (term TEXT COLLATE "C" PRIMARY KEY, documents BIGINT NOT NULL)
;
CREATE TABLE changes (generation BIGINT, row BIGINT, PRIMARY KEY (generation, row))
"""

# What is counted and listed of the documents that a statement has stored or removed.
_COUNTING = """
CREATE FUNCTION count_documents() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sign CONSTANT INTEGER := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
BEGIN
    INSERT INTO terms SELECT term, sign * COUNT(*) FROM moved, unnest(tsvector_to_array(words)) term GROUP BY term
    ON CONFLICT (term) DO UPDATE SET documents = terms.documents + excluded.documents;
    INSERT INTO changes SELECT CAST(value AS BIGINT) + 1, row FROM moved, manifest WHERE key = 'generation'
    ON CONFLICT DO NOTHING;
    UPDATE manifest SET value = CAST(value AS BIGINT) + sign * (SELECT COUNT(*) FROM moved) WHERE key = 'documents';
    RETURN NULL;
END $$
;
CREATE TRIGGER count_new AFTER INSERT ON documents REFERENCING NEW TABLE AS moved
FOR EACH STATEMENT EXECUTE FUNCTION count_documents()
;
CREATE TRIGGER count_old AFTER DELETE ON documents REFERENCING OLD TABLE AS moved
FOR EACH STATEMENT EXECUTE FUNCTION count_documents()
"""


class InPostgres:
    """The tables in the schema to which `engine` speaks. See `Dialect`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.words = PostgresWords(engine)

    def prepare(self) -> None:
        with self._engine.transaction() as connection:
            if not connection.execute("SELECT to_regclass('manifest')").fetchone()[0]:
                tables = _TABLES.replace("FOLDED", folded_sql("content || ' ' || context"))
                for statement in f"{tables};{_COUNTING}".split("\n;"):
                    connection.execute(statement)
                fresh = {"format": FORMAT, "library": uuid.uuid4().hex, "generation": 0, "listed": 0, "documents": 0}
                told = [{"key": key, "value": str(value)} for key, value in fresh.items()]
                connection.executemany("INSERT INTO manifest VALUES (:key, :value)", told)
            [found] = connection.execute("SELECT value FROM manifest WHERE key = 'format'").fetchone()
        if found != str(FORMAT):
            raise StoreError(
                f"The library in COPRODUCTION_DATABASE was made by another version of this program (format {found}, "
                f"here {FORMAT}). Use that version, or name another schema, as in ?schema=reports, and add them again."
            )

    def damage(self) -> tuple[list[str], list[str]]:
        return [], []  # it looks after its files itself

    def condition(self, filter: Filter) -> str:
        clauses = [_clause(field, wanted) for field, wanted in filter.fields.items()]
        if filter.sources is not None:
            clauses.append(f"source = ANY(ARRAY[{', '.join(map(_quoted, filter.sources))}]::text[])")
        return " AND ".join(clauses) or "TRUE"

    def field(self, column: str, name: str) -> str:
        return f"CAST({column} AS JSON) ->> '{name}'"

    def count(self) -> int:
        return int(self._engine.connection.execute("SELECT value FROM manifest WHERE key = 'documents'").fetchone()[0])

    def insert(self, connection: Connection, documents: Sequence[Mapping[str, Any]]) -> None:
        # One statement for all of them, so that their words are counted once.
        sql = """
            INSERT INTO documents(id, source, content, context, metadata, vector)
            SELECT id, source, content, context, CAST(metadata AS JSONB), vector FROM unnest(
                CAST(:id AS TEXT[]), CAST(:source AS TEXT[]), CAST(:content AS TEXT[]), CAST(:context AS TEXT[]),
                CAST(:metadata AS TEXT[]), CAST(:vector AS BYTEA[])
            ) WITH ORDINALITY AS told(id, source, content, context, metadata, vector, place) ORDER BY place
        """
        columns = ("id", "source", "content", "context", "metadata", "vector")
        connection.execute(sql, {name: [_storable(each[name]) for each in documents] for name in columns})


def _storable(value: Any) -> Any:
    """A value, as long as it was, without the one character that PostgreSQL cannot keep, as it is or in JSON."""
    return value.replace("\0", "\ufffd").replace("\\u0000", "\\ufffd") if isinstance(value, str) else value


_BOUNDS = {"$gt": ">", "$gte": ">=", "$lt": "<", "$lte": "<=", "$ne": "<>"}


def _clause(field: str, wanted: Any) -> str:
    if isinstance(wanted, Mapping):
        value = f"NULLIF(metadata -> '{field}', 'null')"
        return " AND ".join(f"{value} {_BOUNDS[sign]} {_json(bound)}" for sign, bound in wanted.items()) or "TRUE"
    options = wanted if isinstance(wanted, (list, tuple, set, frozenset)) else [wanted]
    # A value itself, or a list that holds it.
    held = [f"metadata @> {_json({field: told})}" for option in options for told in (option, [option])]
    return f"({' OR '.join(held) or 'FALSE'})"


def _json(value: Any) -> str:
    return f"{_quoted(json.dumps(value, ensure_ascii=False))}::jsonb"


def _quoted(text: str) -> str:
    """A literal; a colon with a word after it would be taken for the name of a value, so it is set off."""
    return "'" + text.replace("\0", "").replace("'", "''").replace(":", "\\:") + "'"
