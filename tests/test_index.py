"""What every index must do: a new engine is one more line in `engine`, beside the slow obvious way."""

from __future__ import annotations

import json
import math
import re
import shutil
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest

from tests.milvus_server import MilvusServer
from tests.postgres_server import PostgresServer
from vector_store.catalogue import Database
from vector_store.catalogue.writing import count_change, insert, put_source
from vector_store.index import Index, SyncedIndex, open_index
from vector_store.types import Filter, Rows, Scored, Vectors

WIDTH = 8
K1, B, CONTEXT = 1.2, 0.75, 0.25
"""The usual numbers of BM25, and what a word of a document's context counts beside one of its own."""


class BruteForceIndex:
    """Every document looked at, each time; what it holds is kept as JSON."""

    def __init__(self, database: Database, path: Path) -> None:
        self._database, self._path = database, path
        self.generation = ""
        self._vectors: dict[int, list[float]] = {}
        try:
            self.generation, held = json.loads(path.read_text(encoding="utf-8"))
            self._vectors = {int(row): vector for row, vector in held.items()}
        except (OSError, ValueError):
            self.generation = ""

    def rows(self) -> Rows:
        return np.array(list(self._vectors), np.int64)

    def count(self) -> int:
        return len(self._vectors)

    def add(self, rows: Rows) -> None:
        for some, vectors in self._database.vectors(rows):
            self._vectors |= dict(zip(some.tolist(), vectors.tolist(), strict=True))

    def remove(self, rows: Rows) -> None:
        for row in rows.tolist():
            self._vectors.pop(row, None)

    def nearest(self, vector: Vectors, k: int, filter: Filter) -> Scored:
        return _best(self.cosines(vector, self._that_meet(filter)), k)

    def cosines(self, vector: Vectors, rows: Collection[int]) -> dict[int, float]:
        return {row: float(np.dot(self._vectors[row], vector)) for row in rows if row in self._vectors}

    def by_words(self, words: Sequence[str], k: int, filter: Filter) -> Scored:
        texts = {
            row: (_stems(content), _stems(context))
            for row, (content, context, _) in self._database.words_of(list(self._vectors)).items()
        }
        scores: defaultdict[int, float] = defaultdict(float)
        mean = sum(len(content) + len(context) for content, context in texts.values()) / max(1, len(texts))
        for stem in map(_stem, words):
            held = {row: text for row, text in texts.items() if stem in text[0] or stem in text[1]}
            rare = max(1e-6, math.log((len(texts) - len(held) + 0.5) / (len(held) + 0.5)))
            for row, (content, context) in held.items():
                often = content.count(stem) + CONTEXT * context.count(stem)
                length = (len(content) + len(context)) / mean
                scores[row] += rare * often * (K1 + 1) / (often + K1 * (1 - B + B * length))
        allowed = self._that_meet(filter)
        return _best({row: score for row, score in scores.items() if row in allowed}, k)

    def save(self) -> None:
        self._path.write_text(json.dumps([self.generation, self._vectors]), encoding="utf-8")

    def successor(self) -> None:
        return None

    def _that_meet(self, filter: Filter) -> set[int]:
        sql = "SELECT row, source, CAST(metadata AS TEXT) FROM documents"
        found = self._database.connection.execute(sql).fetchall()
        return {row for row, source, told in found if row in self._vectors and _meets(filter, source, json.loads(told))}


def _best(scores: Mapping[int, float], k: int) -> Scored:
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:k]


def _stem(word: str) -> str:
    return word.lower().removesuffix("s")


def _stems(text: str) -> list[str]:
    return [_stem(word) for word in re.findall(r"\w+", text)]


def _meets(filter: Filter, source: str | None, metadata: Mapping[str, Any]) -> bool:
    if filter.sources is not None and source not in filter.sources:
        return False
    return all(_holds(metadata.get(name), wanted) for name, wanted in filter.fields.items())


def _holds(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, Mapping):
        bounds: dict[str, Callable[[Any, Any], bool]] = {
            "$gt": lambda a, b: a > b,
            "$gte": lambda a, b: a >= b,
            "$lt": lambda a, b: a < b,
            "$lte": lambda a, b: a <= b,
            "$ne": lambda a, b: a != b,
        }
        return value is not None and all(bounds[sign](value, bound) for sign, bound in wanted.items())
    values, options = ([each] if not isinstance(each, (list, tuple)) else each for each in (value, wanted))
    return any(each in options for each in values if each is not None)


@dataclass(frozen=True)
class Engine:
    """Opens the index of a database: one that is kept at a path, or on a server."""

    open: Callable[[Database, Path], Index]
    server: MilvusServer | None = None
    database: PostgresServer | None = None


@pytest.fixture(params=["brute force", "faiss", "faiss in cells", "milvus", "milvus and postgres"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Engine:
    if request.param == "brute force":
        return Engine(BruteForceIndex)
    if request.param == "faiss in cells":
        monkeypatch.setattr("vector_store.index.faiss.EXACT", 100)
    server = request.getfixturevalue("milvus") if "milvus" in request.param else None
    address = server.address if server else ""
    beside = request.getfixturevalue("postgres") if "postgres" in request.param else None
    return Engine(lambda database, path: open_index(database, path, lambda: WIDTH, address), server, beside)


@dataclass
class Place:
    """A catalogue in a folder and an index that follows it. Another one on the same folder is another process's."""

    folder: Path
    engine: Engine
    address: str = ""
    database: Database = field(init=False)
    synced: SyncedIndex = field(init=False)

    def __post_init__(self) -> None:
        if self.engine.database and not self.address:
            self.address = self.engine.database.address
        self.database = Database(self.folder / "library.db", self.address)
        self.synced = SyncedIndex(self.opened(), self.database)

    def opened(self) -> Index:
        """The index as it was saved, not yet brought up to date."""
        return self.engine.open(self.database, self.kept)

    @property
    def kept(self) -> Path:
        """The file of an index that is kept in one."""
        return self.folder / "index"

    def ways_to_lose_it(self) -> list[Callable[[], object]]:
        """What makes an index that was saved damaged, or nothing."""
        if self.engine.server:
            return [self.engine.server.forget]
        sound = self.kept.read_bytes()
        damages = (b"", b"not an index", sound[:-7], sound[: len(sound) // 2])
        return [*(partial(self.kept.write_bytes, damage) for damage in damages), self.kept.unlink]

    def take_index_to(self, other: Place) -> None:
        """Copy the index that was saved; one on a server may be asked from everywhere as it is."""
        if not self.engine.server:
            shutil.copy(self.kept, other.kept)

    def again(self) -> Place:
        return Place(self.folder, self.engine, self.address)

    @property
    def index(self) -> Index:
        return self.synced.current()

    def put(self, *texts: str, source: str | None = None, context: str = "", **fields: Any) -> list[int]:
        """Store documents; gives their rows. The vector of a text is always the same."""
        with self.database.transaction() as connection:
            if source:
                put_source(connection, source, "{}", "")
            documents = [(f"{len(self.database.rows())}-{at}", text, context, fields) for at, text in enumerate(texts)]
            before = self.database.rows()
            insert(self.database, connection, source, documents, np.array([vector(text) for text in texts]))
            count_change(connection)
        return [int(row) for row in np.setdiff1d(self.database.rows(), before)]

    def drop(self, *rows: int) -> None:
        with self.database.transaction() as connection:
            connection.executemany("DELETE FROM documents WHERE row = :row", [{"row": row} for row in rows])
            count_change(connection)

    def correct(self, rows: Sequence[int], **fields: Sequence[Any]) -> None:
        """Give documents other fields."""
        told = [
            {"row": row, "metadata": json.dumps(dict(zip(fields, values, strict=True)))}
            for row, *values in zip(rows, *fields.values(), strict=True)
        ]
        with self.database.transaction() as connection:
            connection.executemany("UPDATE documents SET metadata = :metadata WHERE row = :row", told)
            count_change(connection)

    def answers(self) -> list[Any]:
        """What the index says of some questions, to be compared."""
        asked = vector("herons")
        near = [(row, pytest.approx(cosine, abs=1e-5)) for row, cosine in self.index.nearest(asked, 5, Filter())]
        return [near, sorted(self.index.rows().tolist()), self.index.by_words(["heron"], 5, Filter())]


def vector(text: str) -> Vectors:
    numbers = np.random.default_rng(list(text.encode())).standard_normal(WIDTH).astype(np.float32)
    return np.asarray(numbers / np.linalg.norm(numbers))


@pytest.fixture
def place(engine: Engine, tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path, engine)
    yield made
    made.database.close()


NOTES = [f"note {number}" for number in range(300)]


def test_the_nearest_are_those_of_the_slow_obvious_way(place: Place) -> None:
    rows = place.put(*NOTES)
    place.correct(rows, at=rows)
    place.synced.save()  # on a server it is indexed then
    asked = vector("question")
    cosines = {row: float(vector(text) @ asked) for row, text in zip(rows, NOTES, strict=True)}
    for chosen in (rows, rows[::3], rows[:4]):
        filter = Filter() if chosen is rows else Filter({"at": [*chosen, 99_999]})
        found = place.index.nearest(asked, 10, filter)
        assert [row for row, _ in found] == sorted(chosen, key=lambda row: -cosines[row])[:10]
        assert [score for _, score in found] == pytest.approx([cosines[row] for row, _ in found], abs=1e-5)
    few = place.index.cosines(asked, [rows[7], rows[2], 99_999])
    assert few == pytest.approx({row: cosines[row] for row in (rows[7], rows[2])}, abs=1e-5)


def test_an_empty_index_and_one_that_is_asked_for_more_than_it_holds_give_what_there_is(place: Place) -> None:
    asked, index = vector("question"), place.index
    assert index.nearest(asked, 5, Filter()) == index.by_words(["heron"], 5, Filter()) == []
    assert len(index.rows()) == len(index.cosines(asked, [1])) == 0
    rows = place.put("a heron", "a newt")
    index = place.index
    assert {row for row, _ in index.nearest(asked, 50, Filter())} == set(rows) and len(index.rows()) == 2
    assert index.nearest(asked, 0, Filter()) == index.nearest(asked, 5, Filter({"at": 1})) == []
    assert index.cosines(asked, []) == {} and index.by_words([], 5, Filter()) == []
    place.drop(*rows)
    assert place.index.nearest(asked, 5, Filter()) == [] and len(place.index.rows()) == 0


def test_words_are_found_in_any_form_the_best_first(place: Place) -> None:
    place.put("A pond.", "Herons, herons and one more heron.", "A heron of the long and slow river.", "Newts.")
    place.put("The banks of it.", context="Rivers and herons")
    for words in (["heron"], ["river", "heron"], ["newt", "zebra"], ["zebra"]):
        plain = BruteForceIndex(place.database, Path("none"))
        plain.add(place.database.rows())
        for k in (1, 9):
            found, wanted = (index.by_words(words, k, Filter()) for index in (place.index, plain))
            assert [row for row, _ in found] == [row for row, _ in wanted]
            if not place.engine.server:  # each has a scale of its own
                assert [score for _, score in found] == pytest.approx([score for _, score in wanted], rel=1e-6)
    assert place.index.by_words(["river", "heron"], 9, Filter())[0][1] > 0


FILTERS = [
    (Filter(), "abcd"),
    (Filter({"year": 2010}), "a"),
    (Filter({"year": {"$gte": 2011, "$lte": 2020}}), "bd"),
    (Filter({"year": {"$gt": 2010, "$ne": 2018}}), "b"),
    (Filter({"publisher": ["nef", "other"]}), "a"),
    (Filter({"publisher": 'O\'Neil & "Co"'}), "b"),
    (Filter({"authors": "A B"}), "ab"),
    (Filter({"authors": "C D", "year": {"$lt": 2000}}), ""),
    (Filter(sources=["s1", "gone"]), "c"),
    (Filter({"year": 2010}, {"s2"}), ""),
    (Filter(sources=[]), ""),
]


def test_a_filter_holds_for_the_documents_that_meet_all_of_it(place: Place) -> None:
    place.put("a heron", year=2010, publisher="nef", authors=["A B"])
    place.put("b and herons", year=2015, publisher='O\'Neil & "Co"', authors=["C D", "A B"])
    place.put("c: herons of no year", source="s1")
    place.put("d: herons elsewhere", source="s2", year=2018)
    for filter, met in FILTERS:
        assert sorted("_abcd"[row] for row, _ in place.index.nearest(vector("heron"), 9, filter)) == list(met)
        assert sorted("_abcd"[row] for row, _ in place.index.by_words(["heron"], 9, filter)) == list(met)


def test_a_field_that_is_corrected_is_met_as_it_now_is(place: Place) -> None:
    [row] = place.put("a heron", year=2010)
    asked = vector("heron")
    assert place.index.nearest(asked, 9, Filter({"year": 2011})) == []
    place.correct([row], year=[2011])
    assert [found for found, _ in place.index.nearest(asked, 9, Filter({"year": 2011}))] == [row]


@pytest.mark.parametrize("fields", [{"year; DROP": 1}, {"year": {"$near": 1}}])
def test_a_filter_that_cannot_be_understood_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="filter"):
        Filter(fields)


def test_what_is_removed_is_found_no_more(place: Place) -> None:
    rows = place.put(*NOTES)
    asked, index = vector("note 7"), place.index
    assert index.nearest(asked, 1, Filter())[0][0] == rows[7]
    index.remove(np.array([rows[7], 99_999], np.int64))
    assert len(index.rows()) == 299 and rows[7] not in index.rows()
    assert rows[7] not in {row for row, _ in index.nearest(asked, 300, Filter())}
    place.drop(*rows[:100])
    assert (
        len(place.index.rows()) == 200 and min(row for row, _ in place.index.nearest(asked, 300, Filter())) == rows[100]
    )


def test_what_it_has_lost_is_taken_up_again_with_the_next_change(place: Place) -> None:
    rows = place.put("heron", "newt", "toad")
    place.index.remove(np.array(rows[1:2], np.int64))
    more = place.put("frog")
    assert sorted(place.index.rows().tolist()) == [*rows, *more]


def test_what_changed_is_taken_up_by_the_list_as_far_as_it_reaches(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vector_store.catalogue.database.LISTED", 3)
    monkeypatch.setattr("vector_store.catalogue.writing.LISTED", 3)
    rows = place.put("heron", "newt", "toad")
    assert place.index.count() == 3
    with patch.object(SyncedIndex, "_compare", side_effect=AssertionError("the list is enough")):
        place.drop(rows[0])
        more = place.put("frog", "eft")
        place.drop(more[0])
        assert place.index.count() == 3 and place.index.nearest(vector("eft"), 1, Filter())[0][0] == more[1]
        place.index.add(np.array(more[1:], np.int64))  # as another process may do meanwhile
        assert place.index.count() == 3
    for _ in range(4):
        more = [*place.put("heron"), *more]
    assert place.database.changed(0) is None
    assert sorted(place.index.rows().tolist()) == [*rows[1:], *sorted(more)[1:]] == place.database.rows().tolist()


def test_every_change_moves_the_generation(place: Place) -> None:
    assert place.opened().generation == ""
    seen = [place.index.generation]
    for change in (lambda: place.put("heron"), lambda: place.put("newt", source="s"), lambda: place.drop(1)):
        change()
        seen.append(place.index.generation)
        assert seen[-1] == place.database.state
    assert len(set(seen)) == 4


def test_an_index_that_was_saved_opens_as_it_was(place: Place) -> None:
    place.put(*NOTES, "herons")
    before = place.answers()
    place.synced.save()
    opened = place.opened()
    assert opened.generation == place.database.state and len(opened.rows()) == opened.count() == 301
    assert place.again().answers() == before
    place.put("a heron more")  # what is saved is of the state before
    assert place.again().answers() == place.answers() != before


def test_saving_one_that_has_grown_changes_no_answer(place: Place) -> None:
    place.put("herons", *NOTES[:50])
    assert len(place.index.rows()) == 51
    place.put(*NOTES[50:])
    before = place.answers()
    place.synced.save()
    assert place.answers() == place.again().answers() == before


def test_two_on_one_place_see_each_others_changes(place: Place) -> None:
    other = place.again()
    [first] = place.put("heron")
    assert other.index.rows().tolist() == [first]
    [second] = other.put("newt")
    other.drop(first)
    assert [row for row, _ in place.index.nearest(vector("newt"), 9, Filter())] == [second]
    assert place.answers() == other.answers() == place.again().answers()


def test_what_is_damaged_or_gone_is_made_anew(place: Place) -> None:
    place.put(*NOTES, "herons")
    place.synced.save()
    before = place.answers()
    for lose in place.ways_to_lose_it():
        lose()
        assert place.opened().generation == "" and len(place.opened().rows()) == 0
        assert place.again().answers() == before


def test_one_of_another_library_or_of_a_later_state_is_not_believed(place: Place, tmp_path: Path) -> None:
    if place.address:
        pytest.skip("a database on a server is put back there")
    place.put("heron")
    before = place.answers()
    for name in ("other", "put back"):
        (tmp_path / name).mkdir()
    other = Place(tmp_path / "other", place.engine)
    other.put("newt", "toad")
    other.synced.save()
    other.take_index_to(place)
    assert place.again().answers() == before
    place.database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(tmp_path / "library.db", tmp_path / "put back")
    place.put("newt")
    place.synced.save()
    put_back = Place(tmp_path / "put back", place.engine)
    place.take_index_to(put_back)
    assert put_back.again().answers() == before
