"""What readers keep, on the PostgreSQL server that holds the library."""

from __future__ import annotations

from common.database import Connection, Engine, folded_sql, folded_words
from page.userdata.one_line import one_line

# Words that a search looks for, and letters of each: PostgreSQL takes no longer ones.
WORDS, LETTERS = 1000, 500

_TABLES = f"""
CREATE TABLE IF NOT EXISTS conversations (
    row BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL,
    title TEXT NOT NULL,
    changed DOUBLE PRECISION NOT NULL,
    deleted DOUBLE PRECISION,
    said TEXT NOT NULL DEFAULT '',
    words TSVECTOR GENERATED ALWAYS AS (to_tsvector('simple', {folded_sql("title || ' ' || said")})) STORED
)
;
CREATE INDEX IF NOT EXISTS conversations_of_owner ON conversations(owner, changed)
;
CREATE TABLE IF NOT EXISTS turns (
    row BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    conversation BIGINT NOT NULL REFERENCES conversations(row) ON DELETE CASCADE,
    answer TEXT NOT NULL
)
;
CREATE INDEX IF NOT EXISTS turns_of_conversation ON turns(conversation)
;
CREATE TABLE IF NOT EXISTS evidence (
    row BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner TEXT NOT NULL,
    question TEXT NOT NULL,
    passage TEXT NOT NULL,
    quote TEXT NOT NULL,
    citations TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    deleted DOUBLE PRECISION
)
;
CREATE UNIQUE INDEX IF NOT EXISTS evidence_once ON evidence(owner, passage, md5(quote))
;
CREATE TABLE IF NOT EXISTS votes (
    rowid BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner TEXT NOT NULL,
    said TEXT NOT NULL,
    helpful INTEGER NOT NULL,
    reason TEXT NOT NULL,
    cast_at DOUBLE PRECISION NOT NULL,
    answer TEXT NOT NULL
)
;
CREATE UNIQUE INDEX IF NOT EXISTS votes_once ON votes(owner, md5(said))
;
CREATE TABLE IF NOT EXISTS sessions (
    token TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    began DOUBLE PRECISION NOT NULL
)
"""


class InPostgres:
    """The tables in the schema to which `engine` speaks. See `Dialect`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def prepare(self) -> None:
        with self._engine.transaction() as connection:
            if not connection.execute("SELECT to_regclass('sessions')").fetchone()[0]:
                for statement in _TABLES.split("\n;"):
                    connection.execute(statement)
            # Tables of an earlier version have none.
            connection.execute("ALTER TABLE evidence ADD COLUMN IF NOT EXISTS deleted DOUBLE PRECISION")

    def matching(self, wanted: str) -> tuple[str, str]:
        # A word of the reader's may be several, as "co-production" is, which then stand side by side.
        several = [words for each in one_line(wanted).split() if (words := folded_words(each))]
        if not several:
            return "TRUE", ""
        *asked, last = [" <-> ".join(f"'{word[:LETTERS]}'" for word in words) for words in several]
        query = " & ".join(f"({each})" for each in dict.fromkeys([*asked[:WORDS], f"{last}:*"]))
        return "words @@ CAST(:query AS TSQUERY)", query

    def say(self, connection: Connection, row: int, said: str) -> None:
        sql = "UPDATE conversations SET said = said || ' ' || :said WHERE row = :row"
        connection.execute(sql, {"said": said, "row": row})
