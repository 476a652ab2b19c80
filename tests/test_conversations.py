"""Conversations and feedback: what was shown is kept exactly, seen by its owner alone, and found by its words."""

from __future__ import annotations

import json
import logging
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.report import Details, Origin, PageStart, Passage
from page.access.accounts import Accounts
from page.access.sessions import LASTS, Sessions
from page.screens.actions import add_votes
from page.screens.answers import conversation_html
from page.userdata import Conversations, Desk, Evidence, Feedback, NoConversationError
from page.userdata.conversations import TITLE
from page.userdata.database import RESTORABLE, Database
from page.userdata.owner import OwnerMiddleware
from rag import REFUSAL, Answer, Citation, Hit, Place
from rag.evaluation import read_questions
from rag.serialise import from_kept, to_kept
from service import Service
from tests.changing import beside, context, converse, end_at_each_statement

ANNA, BEN = "anna's token", "ben's token"
ANSWER = Answer("How many people came?", True, "Forty people came. [1]")
_log = logging.getLogger(__name__)
needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGKILL and no fork")


def quoting(question: str, quote: str, file: str = "report.pdf") -> Answer:
    """An answer that quotes one sentence of a report of one page."""
    passage = Passage(Details(file, "A report", file), 0, len(quote), quote, pages=(PageStart(0, 3, "iii"),))
    return Answer(question, True, f"{quote} [1]", (Citation(1, passage, quote, 0.5, 3, "iii"),), searched_for=question)


class Keeping:
    """Opens the database of a test, again and again: a file, or one on a server, which is emptied before."""

    def __init__(self, folder: Path, server: str = "") -> None:
        self.folder, self.server = folder, server

    def __call__(self) -> Database:
        return Database(self.folder, self.server)


@pytest.fixture(scope="module")
def schema(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue("postgres").address)


@pytest.fixture(params=["file", "server"])
def keeping(request: pytest.FixtureRequest, tmp_path: Path) -> Keeping:
    if request.param == "file":
        return Keeping(tmp_path)
    opened = Keeping(tmp_path, request.getfixturevalue("schema"))
    with opened().transaction() as connection:
        connection.execute("TRUNCATE conversations, turns, evidence, votes, sessions")
    return opened


@pytest.fixture
def conversations(keeping: Keeping) -> Conversations:
    return Conversations(keeping())


@pytest.fixture(scope="module")
def asked(golden: Service) -> tuple[Answer, ...]:
    """Real answers: a quotation with a page, one without pages, a follow-up, and a refusal with what comes nearest."""
    questions = ["What did the time credit scheme cost a year?", "and who pays for it?", "How long does a visit last?"]
    answers: list[Answer] = []
    for question in [*questions, "Who won the World Cup in 1998?"]:
        answers.append(golden.assistant.ask(question, [(each.question, each.text) for each in answers]))
    assert answers[0].citations and answers[-1].nearest
    return tuple(answers)


# Answers as plain values.

TEXT = st.text(st.characters(), max_size=12)
DRAWN = {"str": TEXT, "float": st.floats(allow_nan=False)}


def whole(kind: type, **given: Any) -> st.SearchStrategy[Any]:
    """Values of a dataclass of which every field is drawn, also those that have a default."""
    drawn: dict[str, Any] = {field.name: DRAWN.get(str(field.type), ...) for field in fields(kind)}
    return st.builds(kind, **(drawn | given))


@st.composite
def any_answer(draw: st.DrawFn) -> Answer:
    """An answer whose citations and hits share a few passages."""

    def some(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
        return st.lists(values, max_size=3).map(tuple)

    details = whole(Details, authors=some(TEXT))
    parts = {"pages": some(whole(PageStart)), "origins": some(whole(Origin))}
    passages = st.lists(whole(Passage, report=details, **parts), min_size=1, max_size=4, unique_by=lambda each: each.id)
    passage = st.sampled_from(draw(passages))
    citation = whole(Citation, passage=passage, label=st.none() | TEXT, also=some(whole(Place, report=details)))
    hit = whole(Hit, passage=passage, copies=some(passage))
    return draw(whole(Answer, citations=some(citation), nearest=some(hit)))  # type: ignore[no-any-return]


@given(any_answer())
@settings(max_examples=settings().max_examples // 2)  # for to draw one takes long
def test_an_answer_comes_back_from_json_as_it_was(answer: Answer) -> None:
    assert from_kept(to_kept(answer)) == answer
    assert from_kept(json.loads(json.dumps(to_kept(answer)))) == answer


def test_real_answers_come_back_from_json_as_they_were(asked: tuple[Answer, ...]) -> None:
    for answer in asked:
        again = from_kept(json.loads(json.dumps(to_kept(answer))))
        assert again == answer
        assert again.to_json() == answer.to_json()


def test_each_passage_is_kept_once(asked: tuple[Answer, ...]) -> None:
    answer = asked[0]
    hits = tuple(Hit(citation.passage, 0.5, (citation.passage,)) for citation in answer.citations)
    kept = json.dumps(to_kept(replace(answer, nearest=hits)), ensure_ascii=False)
    assert kept.count(json.dumps(answer.citations[0].passage.text, ensure_ascii=False)) == 1


def dicts(value: Any) -> Iterator[dict[str, Any]]:
    """Every dictionary within a value of JSON."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from dicts(each)


def test_what_a_newer_version_told_besides_is_passed_over(asked: tuple[Answer, ...]) -> None:
    for answer in asked:
        kept = json.loads(json.dumps(to_kept(answer)))
        for each in list(dicts(kept)):
            if each is not kept["passages"]:
                each["of_tomorrow"] = {"unknown": [1]}
        assert from_kept(kept) == answer


def test_what_an_older_version_did_not_tell_gets_its_default() -> None:
    report = {"id": "r", "title": "A report", "file": "r.pdf"}
    passage = {"report": report, "start": 0, "end": 5, "text": "Forty"}
    citation = {"number": 1, "passage": "r:0-5", "quote": "Forty", "score": 1}
    kept = {"question": "How many?", "answered": True, "text": "Forty [1]", "passages": {"r:0-5": passage}}
    cited = Passage(Details("r", "A report", "r.pdf"), 0, 5, "Forty")
    assert from_kept(kept) == Answer("How many?", True, "Forty [1]")
    assert from_kept(kept | {"citations": [citation], "nearest": [{"passage": "r:0-5", "score": 0}]}) == Answer(
        "How many?", True, "Forty [1]", (Citation(1, cited, "Forty", 1.0),), (Hit(cited, 0.0),)
    )


@pytest.mark.parametrize("kept", [{}, {"passages": {}}, {"passages": {}, "citations": [{"passage": "gone"}]}])
def test_what_is_no_kept_answer_is_refused(kept: dict[str, Any]) -> None:
    with pytest.raises((KeyError, ValueError)):
        from_kept(kept)


# Conversations.


def test_a_conversation_is_opened_as_it_was_shown(conversations: Conversations, asked: tuple[Answer, ...]) -> None:
    id = conversations.create(ANNA, asked[:1])
    for answer in asked[1:]:
        conversations.append(ANNA, id, answer)
    again = conversations.open(ANNA, id)
    assert again == asked
    assert conversation_html(again) == conversation_html(asked)


def test_conversations_outlast_the_program(keeping: Keeping) -> None:
    id = Conversations(keeping()).create(ANNA, [ANSWER])
    assert Conversations(keeping()).open(ANNA, id) == (ANSWER,)


def test_conversations_are_listed_with_the_last_changed_first(conversations: Conversations) -> None:
    first = conversations.create(ANNA, [ANSWER])
    second = conversations.create(ANNA, [replace(ANSWER, question="Who paid?")])
    assert [each.id for each in conversations.list(ANNA)] == [second, first]
    conversations.append(ANNA, first, ANSWER)
    summaries = conversations.list(ANNA)
    assert [(each.id, each.title, each.questions) for each in summaries] == [
        (first, "How many people came?", 2),
        (second, "Who paid?", 1),
    ]
    assert date.today() - summaries[0].day <= timedelta(days=1)  # midnight may pass in between


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("  What is\n co-production? ", "What is co-production?"),
        ("word " * 40, " ".join(["word"] * 16) + " …"),
        ("x" * 200, "x" * TITLE + " …"),
        ("a \ud800 and \0 b", "a ? and b"),
    ],
)
def test_the_title_is_the_first_question_shortened(conversations: Conversations, question: str, title: str) -> None:
    id = conversations.create(ANNA, [replace(ANSWER, question=question)])
    assert [each.title for each in conversations.list(ANNA)] == [title]
    assert conversations.open(ANNA, id)[0].question == question


def test_a_conversation_without_an_answer_is_refused(conversations: Conversations) -> None:
    with pytest.raises(ValueError, match="begins with an answer"):
        conversations.create(ANNA, [])


def test_a_renamed_conversation_is_found_by_its_new_title(conversations: Conversations) -> None:
    id = conversations.create(ANNA, [ANSWER])
    conversations.rename(ANNA, id, "For the board")
    assert [each.title for each in conversations.list(ANNA, "board")] == ["For the board"]
    conversations.rename(ANNA, id, "For the\n" + "long " * 30 + "board")
    assert conversations.title(ANNA, id) == "For the " + "long " * 30 + "board"
    conversations.rename(ANNA, id, " ")
    assert [each.title for each in conversations.list(ANNA, "people")] == ["How many people came?"]
    assert not conversations.list(ANNA, "board")


def test_a_deleted_conversation_can_be_restored(conversations: Conversations) -> None:
    id = conversations.create(ANNA, [ANSWER])
    conversations.delete(ANNA, id)
    assert not conversations.list(ANNA) and not conversations.list(ANNA, "people")
    conversations.restore(ANNA, id)
    conversations.restore(ANNA, id)
    assert conversations.open(ANNA, id) == (ANSWER,)
    assert [each.id for each in conversations.list(ANNA, "people")] == [id]


def test_what_was_deleted_a_day_ago_is_gone_with_its_words(keeping: Keeping, monkeypatch: pytest.MonkeyPatch) -> None:
    conversations = Conversations(keeping())
    old, kept = (conversations.create(ANNA, [ANSWER, ANSWER]) for _ in range(2))
    conversations.delete(ANNA, old)
    Conversations(keeping()).restore(ANNA, old)
    conversations.delete(ANNA, old)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + RESTORABLE + 1)
    conversations = Conversations(keeping())
    with pytest.raises(NoConversationError):
        conversations.restore(ANNA, old)
    assert conversations.open(ANNA, kept) == (ANSWER, ANSWER)
    turns = keeping().connection.execute("SELECT COUNT(*) FROM turns").fetchone()[0]
    assert turns == 2 and [each.id for each in conversations.list(ANNA, "forty")] == [kept]
    assert keeping.server or rows(keeping.folder, "words") == 1


def test_evidence_is_kept_once_noted_on_and_dropped(keeping: Keeping) -> None:
    evidence, citations = Evidence(keeping()), quoting("What did it cost?", QUOTE).citations
    for question in ("What did it cost?", "And again?"):
        evidence.keep(ANNA, question, citations)
    evidence.keep(BEN, "What did it cost?", citations)
    evidence.keep(ANNA, "And later?", quoting("And later?", "Nothing.").citations)
    first, second = evidence.all(ANNA)
    assert (first.question, first.citations) == ("What did it cost?", citations)
    assert [each.number for each in second.citations] == [2]
    assert evidence.annotate(ANNA, second.id, "Noted") and not evidence.annotate(BEN, second.id, "No")
    assert evidence.drop(ANNA, first.id) and not evidence.drop(ANNA, first.id) and not evidence.drop(BEN, second.id)
    assert [each.note for each in Evidence(keeping()).all(ANNA)] == ["Noted"] and evidence.count(ANNA) == 1
    assert not evidence.annotate(ANNA, first.id, "Gone")


def test_evidence_that_was_taken_out_is_brought_back_as_it_was_for_a_day(
    keeping: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    evidence, citations = Evidence(keeping()), quoting("What did it cost?", QUOTE).citations
    evidence.keep(ANNA, "What did it cost?", citations)
    evidence.annotate(ANNA, evidence.all(ANNA)[0].id, "First\nnote")
    [piece] = evidence.all(ANNA)
    evidence.drop(ANNA, piece.id)
    assert not evidence.restore(BEN, piece.id) and evidence.all(ANNA) == []
    assert evidence.restore(ANNA, piece.id) and evidence.all(ANNA) == [piece]
    evidence.drop(ANNA, piece.id)
    evidence.keep(ANNA, "And again?", citations)
    assert evidence.all(ANNA) == [piece] and piece.note == "First\nnote"
    evidence.drop(ANNA, piece.id)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + RESTORABLE + 1)
    assert not Evidence(keeping()).restore(ANNA, piece.id)


def test_a_session_lasts_until_it_is_ended_or_its_account_is_changed(
    keeping: Keeping, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = Accounts(tmp_path / "accounts.json")
    accounts.put("Ada", "reader", "long enough a password")
    account = accounts.named("ada")
    assert account
    sessions = Sessions(keeping(), accounts)
    first, second = sessions.begin(account), sessions.begin(account)
    assert sessions.account(first) == sessions.account(second) == account and not sessions.account("other")
    sessions.end(first)
    assert not sessions.account(first) and Sessions(keeping(), accounts).account(second) == account
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + LASTS + 1)
    assert not sessions.account(second)


def test_evidence_that_an_earlier_version_kept_stays(tmp_path: Path) -> None:
    evidence = Evidence(Database(tmp_path))
    evidence.keep(ANNA, "Why?", quoting("Why?", "It helps.").citations)
    with sqlite3.connect(tmp_path / "conversations.db") as connection:
        for column in ("note", "deleted"):
            connection.execute(f"ALTER TABLE evidence DROP COLUMN {column}")
    connection.close()
    evidence = Evidence(Database(tmp_path))
    [kept] = evidence.all(ANNA)
    assert (kept.question, kept.note) == ("Why?", "")
    assert evidence.annotate(ANNA, kept.id, " Ask\0 Ann. \n\nSoon.") and not evidence.annotate("Ben", kept.id, "x")
    assert evidence.all(ANNA)[0].note == "Ask Ann.\n\nSoon."


def rows(folder: Path, table: str) -> int:
    with sqlite3.connect(folder / "conversations.db") as connection:
        [(count,)] = connection.execute(f"SELECT COUNT(*) FROM {table}")
    connection.close()
    return int(count)


DOINGS: dict[str, Callable[[Conversations, str, str], Any]] = {
    "open": lambda conversations, owner, id: conversations.open(owner, id),
    "append": lambda conversations, owner, id: conversations.append(owner, id, ANSWER),
    "title": lambda conversations, owner, id: conversations.title(owner, id),
    "rename": lambda conversations, owner, id: conversations.rename(owner, id, "Mine"),
    "rename to nothing": lambda conversations, owner, id: conversations.rename(owner, id, ""),
    "append where it went on": lambda conversations, owner, id: conversations.append(owner, id, ANSWER, after=2),
    "delete": lambda conversations, owner, id: conversations.delete(owner, id),
    "restore": lambda conversations, owner, id: conversations.restore(owner, id),
}


@pytest.mark.parametrize("doing", DOINGS)
def test_nobody_touches_the_conversation_of_another(conversations: Conversations, doing: str) -> None:
    id = conversations.create(ANNA, [ANSWER])
    for owner, named in [(BEN, id), ("", id), (ANNA, "unknown")]:
        with pytest.raises(NoConversationError, match="no such conversation"):
            DOINGS[doing](conversations, owner, named)
    assert not conversations.list(BEN) and not conversations.list(BEN, "people")
    assert conversations.open(ANNA, id) == (ANSWER,)
    assert [each.title for each in conversations.list(ANNA)] == ["How many people came?"]


@pytest.mark.parametrize("doing", sorted(set(DOINGS) - {"restore"}))
def test_nothing_is_done_with_a_deleted_conversation(conversations: Conversations, doing: str) -> None:
    id = conversations.create(ANNA, [ANSWER])
    conversations.delete(ANNA, id)
    with pytest.raises(NoConversationError):
        DOINGS[doing](conversations, ANNA, id)
    conversations.restore(ANNA, id)
    assert conversations.open(ANNA, id) == (ANSWER,)


def test_ids_are_long_and_random(conversations: Conversations) -> None:
    ids = {conversations.create(ANNA, [ANSWER]) for _ in range(20)}
    assert len(ids) == 20 and all(len(id) >= 20 for id in ids)


# Searching them.

QUOTE = "The café’s co-operative paid £41,000 a year to Núria’s brokers."


@pytest.mark.parametrize(
    "wanted",
    [
        "brokers",
        "BROKERS",
        "cafe",
        "CAFÉ",
        "cafe\u0301",
        "nuria's brok",
        "cost 41,000",
        "co-oper",
        "operative year",
        "“brokers”",
        "café — brokers",
        "later panel",
        " ",
        "*",
        '"',
    ],
)
def test_a_conversation_is_found_by_all_the_words(conversations: Conversations, wanted: str) -> None:
    id = conversations.create(ANNA, [quoting("What did it cost?", QUOTE)])
    conversations.append(ANNA, id, quoting("And later?", "The citizens’ panel took over."))
    assert [each.id for each in conversations.list(ANNA, wanted)] == [id]


def test_words_of_a_quotation_that_prose_does_not_repeat_are_found(conversations: Conversations) -> None:
    id = conversations.create(ANNA, [replace(quoting("Who paid?", QUOTE), text="A body of members did. [1]")])
    assert [each.id for each in conversations.list(ANNA, "operative brokers")] == [id]


@pytest.mark.parametrize(
    "wanted",
    [
        "brokers missing",
        "broke brokers",  # only the last word may be a beginning
        "year co-operative-paid-nothing",
        "brokers OR missing",
        '" OR 1',
        '" OR said : brokers',
        "missing* brokers",
        "title : brokers",
        "NEAR(brokers missing)",
        "NOT missing",
        "brokers') OR 1 --",
        "%",
        "brokers\0 missing",
        "missing \ud800 brokers",
    ],
)
def test_what_does_not_hold_all_the_words_is_not_found(conversations: Conversations, wanted: str) -> None:
    conversations.create(ANNA, [quoting("What did it cost?", QUOTE)])
    found = conversations.list(ANNA, wanted)
    assert not found if any(map(str.isalnum, wanted)) else len(found) == 1


@given(wanted=st.text(st.characters() | st.sampled_from('"*()^:+-{} \0'), max_size=30))
def test_no_search_fails(golden_conversations: Conversations, wanted: str) -> None:
    assert len(golden_conversations.list(ANNA, wanted)) <= 1
    assert not golden_conversations.list(BEN, wanted)


@pytest.fixture(scope="module", params=["file", "server"])
def golden_conversations(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, asked: tuple[Answer, ...]
) -> Conversations:
    """One conversation with real answers."""
    server = request.getfixturevalue("postgres").address if request.param == "server" else ""
    conversations = Conversations(Database(tmp_path_factory.mktemp("conversations"), server))
    conversations.create(ANNA, asked)
    return conversations


def test_a_search_for_very_many_words_is_answered(conversations: Conversations) -> None:
    id = conversations.create(ANNA, [ANSWER])
    assert [each.id for each in conversations.list(ANNA, "people " * 20_000)] == [id]
    assert not conversations.list(ANNA, " ".join(f"word{number}" for number in range(1_000)))


def test_thousands_of_conversations_are_listed_and_searched(tmp_path: Path, asked: tuple[Answer, ...]) -> None:
    conversations = Conversations(Database(tmp_path))
    for number in range(1_000):
        first = replace(asked[number % len(asked)], question=f"What is said of subject {number}?")
        conversations.create((ANNA, BEN)[number % 2], [first, asked[1]])

    def told(what: str, doing: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        done = doing()
        _log.info("%s: %.4f seconds", what, time.perf_counter() - start)
        return done

    assert len(told("list", lambda: conversations.list(ANNA))) == 500
    assert [each.title for each in told("search", lambda: conversations.list(ANNA, "subject 424"))] == [
        "What is said of subject 424?"
    ]
    assert len(told("a word of all", lambda: conversations.list(ANNA, "subject"))) == 500
    assert len(told("a beginning of all", lambda: conversations.list(ANNA, "s"))) == 500
    told("append", lambda: conversations.append(ANNA, conversations.list(ANNA)[-1].id, ANSWER))
    assert len(told("open the store", lambda: Conversations(Database(tmp_path))).list(BEN)) == 500


# Threads, processes, and what breaks.


def test_threads_write_at_once(keeping: Keeping) -> None:
    conversations = Conversations(keeping())
    id = conversations.create(ANNA, [ANSWER])

    def write(number: int) -> str:
        conversations.append(ANNA, id, replace(ANSWER, question=f"Question {number}?"))
        return conversations.create(f"owner {number % 3}", [ANSWER])

    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(write, range(60)))
    assert {each.question for each in conversations.open(ANNA, id)[1:]} == {f"Question {n}?" for n in range(60)}
    assert {each.id for owner in range(3) for each in conversations.list(f"owner {owner}")} == ids


def test_processes_write_at_once(tmp_path: Path) -> None:
    id = Conversations(Database(tmp_path)).create(ANNA, [ANSWER])
    names = ["first", "second"]
    together = context().Barrier(len(names))
    started = [beside(converse, tmp_path, id, ANNA, name, together) for name in names]
    for process in started:
        process.join()
    assert [process.exitcode for process in started] == [0, 0]
    conversations = Conversations(Database(tmp_path))
    said = [each.question for each in conversations.open(ANNA, id)[1:]]
    for name in names:
        assert [each for each in said if each.startswith(name)] == [f"{name} {number}" for number in range(60)]
        assert len(conversations.list(name)) == 60


@needs_signals
def test_a_kill_at_any_statement_leaves_whole_conversations(tmp_path: Path) -> None:
    id = Conversations(Database(tmp_path)).create(ANNA, [ANSWER])
    tried = context().RawValue("i", 0)
    process = beside(end_at_each_statement, tmp_path, id, ANNA, tried)
    process.join()
    assert process.exitcode == 0
    assert tried.value > 10  # it was killed at as many statements, one less
    conversations = Conversations(Database(tmp_path))
    appended = [each.question for each in conversations.open(ANNA, id)[1:]]
    created = [each for each in conversations.list(ANNA) if each.id != id]
    assert appended[-1] == f"appended{tried.value}x" and len(set(appended)) == len(appended)
    assert created and all(len(conversations.open(ANNA, each.id)) == each.questions == 2 for each in created)
    assert len(created) < len(appended) < tried.value
    for number in range(1, tried.value + 1):
        found = [each.id for each in conversations.list(ANNA, f"appended{number}x")]
        assert found == ([id] if f"appended{number}x" in appended else [])
    assert rows(tmp_path, "words") == 1 + len(created)


def overwrite(path: Path, start: int, words: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        file.write(words)


def garbage(path: Path) -> None:
    path.write_bytes(b"This is no database." * 1000)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def holed(path: Path) -> None:
    overwrite(path, 4096, b"\xff" * (path.stat().st_size - 8192))


def folder_instead(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("damage", [garbage, cut, holed, folder_instead])
def test_a_damaged_file_is_set_aside_and_a_new_one_begun(
    tmp_path: Path, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    write_some(tmp_path)
    damage(tmp_path / "conversations.db")
    with caplog.at_level(logging.WARNING):
        conversations = Conversations(Database(tmp_path))
    [aside] = [path for path in tmp_path.iterdir() if path.name.startswith("conversations-damaged-")]
    assert aside.name in caplog.text
    assert not conversations.list(ANNA)
    id = conversations.create(ANNA, [ANSWER])
    caplog.clear()
    assert Conversations(Database(tmp_path)).open(ANNA, id) == (ANSWER,)
    assert not caplog.records


def write_some(folder: Path) -> None:
    """Twenty conversations, and no connection left to them."""
    conversations = Conversations(Database(folder))
    for _ in range(20):
        conversations.create(ANNA, [replace(ANSWER, text="Text " * 500)])
    conversations._database.connection.close()  # type: ignore[attr-defined]


def test_damage_that_many_find_at_once_is_set_aside_once(tmp_path: Path) -> None:
    write_some(tmp_path)
    garbage(tmp_path / "conversations.db")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: Conversations(Database(tmp_path)).create(ANNA, [ANSWER]), range(16)))
    assert len([path for path in tmp_path.iterdir() if path.name.startswith("conversations-damaged-")]) == 1
    assert len(Conversations(Database(tmp_path)).list(ANNA)) == 16


def test_a_locked_file_is_not_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    id = Conversations(Database(tmp_path)).create(ANNA, [ANSWER])
    connect = sqlite3.connect
    other = connect(tmp_path / "conversations.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr(sqlite3, "connect", lambda path, timeout, **rest: connect(path, timeout=0.1, **rest))
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        Conversations(Database(tmp_path))
    other.close()
    assert Conversations(Database(tmp_path)).open(ANNA, id) == (ANSWER,)


# Feedback.


def test_votes_are_kept_with_their_answers(keeping: Keeping, asked: tuple[Answer, ...]) -> None:
    feedback = Feedback(keeping())
    feedback.add(asked[0], True, owner=ANNA)
    feedback.add(asked[-1], False, "It is in the\nannex.", BEN)
    votes = Feedback(keeping()).all()
    assert [(vote.answer, vote.helpful, vote.reason, vote.owner) for vote in votes] == [
        (asked[0], True, "", ANNA),
        (asked[-1], False, "It is in the annex.", BEN),
    ]


def test_one_votes_on_the_turns_of_ones_own_conversation(tmp_path: Path) -> None:
    desk, app = Desk.at(tmp_path), FastAPI()
    add_votes(app, desk)
    app.add_middleware(OwnerMiddleware)
    first, second = replace(ANSWER, question="Who came?"), replace(ANSWER, question="Who stayed?")
    told = {"conversation": desk.conversations.create("a" * 43, [first, second]), "helpful": "yes"}

    def vote(turn: int, token: str = "a" * 43, by: str = "page") -> int:
        headers = {"Cookie": f"reader={token}", "X-Requested-With": by}
        return TestClient(app).post("/votes", data=told | {"turn": str(turn)}, headers=headers).status_code

    assert [vote(turn) for turn in (0, 1, 2, 3)] == [422, 200, 200, 404]
    assert (vote(1, token="b" * 43), vote(1, by="")) == (404, 403)
    assert [each.answer.question for each in desk.feedback.all()] == ["Who came?", "Who stayed?"]


def test_a_second_vote_replaces_the_first_of_the_same_owner(keeping: Keeping) -> None:
    feedback = Feedback(keeping())
    for owner in (ANNA, BEN, ""):
        feedback.add(ANSWER, True, owner=owner)
    feedback.add(replace(ANSWER, question="Who came?"), True, owner=ANNA)
    feedback.add(from_kept(to_kept(ANSWER)), False, "Sixty came.", ANNA)
    votes = [(vote.owner, vote.answer.question, vote.helpful) for vote in feedback.all()]
    assert votes == [
        (BEN, ANSWER.question, True),
        ("", ANSWER.question, True),
        (ANNA, "Who came?", True),
        (ANNA, ANSWER.question, False),
    ]


def test_votes_become_questions_for_the_evaluation(tmp_path: Path) -> None:
    feedback = Feedback(Database(tmp_path))
    place = Place(Details("c", "A copy", "copy.html"))
    helpful = quoting("What did it cost?", QUOTE)
    citations = (replace(helpful.citations[0], also=(place,)),)
    feedback.add(replace(helpful, citations=citations), True, owner=ANNA)
    feedback.add(
        replace(quoting("and later?", "Nothing."), searched_for="What did it cost later?"), False, "Wrong year."
    )
    feedback.add(Answer("Who won the World Cup?", False, REFUSAL), True)
    (tmp_path / "votes.jsonl").write_text(feedback.export(), encoding="utf-8")
    assert "token" not in feedback.export()
    assert read_questions(tmp_path / "votes.jsonl") == [
        {
            "id": "1",
            "question": "What did it cost?",
            "helpful": True,
            "reason": "",
            "evidence": [{"doc": "report.pdf", "page": 3, "quote": QUOTE}],
            "also_on": [{"doc": "copy.html", "page": None}],
            "answerable": True,
        },
        {
            "id": "2",
            "question": "What did it cost later?",
            "helpful": False,
            "reason": "Wrong year.",
            "evidence": [],
            "shown": [{"doc": "report.pdf", "page": 3, "quote": "Nothing."}],
        },
        {
            "id": "3",
            "question": "Who won the World Cup?",
            "helpful": True,
            "reason": "",
            "evidence": [],
            "also_on": [],
            "answerable": False,
        },
    ]


def test_votes_and_conversations_share_a_file(tmp_path: Path) -> None:
    conversations, feedback = Conversations(Database(tmp_path)), Feedback(Database(tmp_path))
    id = conversations.create(ANNA, [ANSWER])
    feedback.add(ANSWER, False, owner=ANNA)
    conversations.delete(ANNA, id)
    assert [vote.answer for vote in feedback.all()] == [ANSWER]
    assert {path.name for path in tmp_path.glob("*.db")} == {"conversations.db"}
