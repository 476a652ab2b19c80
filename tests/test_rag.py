"""From question to answer: evidence, citations page by page, refusal, follow-ups, and honest figures."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings

from ingest.report import Details, PageStart, Passage
from rag import REFUSAL, Answer, Assistant
from rag.abstention import Signals, confidence
from rag.answer import TOUCHED, Hit
from rag.question import (
    StandaloneQuestion,
    are_keywords,
    coverage,
    is_given,
    kinds_asked,
    named_in,
    names_no_subject,
    stem,
    understand,
    weights,
)
from rag.question.follow_up import is_follow_up
from rag.sentences import by_statements, choose, is_named, rank_sentences, sentences_of, speaker
from rag.sentences.speech import opens_turn, turns
from service import Service


class LetterEmbedder(Embeddings):
    """A vector that counts letters: like words are near each other, and equal sentences have cosine 1."""

    def embed_query(self, text: str) -> list[float]:
        counts = np.array([text.lower().count(letter) + 1e-3 for letter in "abcdefghijklmnopqrstuvwxyz"])
        return list((counts / np.linalg.norm(counts)).tolist())

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]


class Shelf:
    """A store whose search gives the passages it was made with, all at the same score, in their order."""

    embeddings = LetterEmbedder()

    def __init__(self, *passages: Passage, score: float = 0.8) -> None:
        self._documents = [passage.to_document() for passage in passages]
        self._score = score

    def search_hybrid(
        self, query: str, k: int = 10, *, sources: Collection[str] | None = None
    ) -> list[tuple[Document, float]]:
        return [(document, self._score) for document in self._documents[:k]]

    def similarity_search_with_score(self, query: str, k: int = 4) -> list[tuple[Document, float]]:
        return self.search_hybrid(query, k)

    def get_by_ids(self, ids: Sequence[str], /) -> list[Document]:
        return [document for document in self._documents if document.id in ids]

    def nearness(self, query: str, spans: Mapping[str, Sequence[tuple[int, int]]]) -> dict[str, list[float]]:
        texts = {document.id: document.page_content for document in self._documents}
        vector = np.array(self.embeddings.embed_query(query))
        return {
            id: [float(vector @ self.embeddings.embed_query(texts[id][start:end])) for start, end in places]
            for id, places in spans.items()
        }

    def respelt(self, text: str) -> str:
        return text

    def spelt_out(self, text: str) -> tuple[str, str]:
        return text, text

    def frequencies(self, text: str) -> dict[str, int]:
        return {word: 1 for word in text.lower().strip("?").split() if len(word) > 3}

    def count(self) -> int:
        return 10


def passage(text: str, report: str = "r1", pages: Sequence[PageStart] = (PageStart(0, 4, "iv"),)) -> Passage:
    return Passage(
        Details(report, f"Report {report}", f"{report}.pdf", kind="pdf"), 0, len(text), text, "", tuple(pages)
    )


COST = "The scheme cost forty thousand pounds a year."


def test_every_statement_is_cited_verbatim_with_its_page() -> None:
    text = f"Trees are green and tall. {COST}"
    answer = Assistant(Shelf(passage(text))).ask("What did the scheme cost a year?")
    assert answer.answered
    assert answer.text.startswith(f"{text} [1]")
    first = answer.citations[0]
    assert (first.number, first.quote, first.marked, first.page, first.label) == (1, text, COST, 4, "iv")


def test_the_same_words_in_two_copies_are_cited_once_where_they_can_be_opened() -> None:
    copy = passage(COST, "web", pages=())
    other = passage(f"{COST} Something else was said here as well.", "pdf")
    answer = Assistant(Shelf(copy, other)).ask("What did the scheme cost a year?")
    costs = [citation for citation in answer.citations if citation.marked == COST]
    assert [(citation.passage.report.id, citation.page) for citation in costs] == [("pdf", 4)]
    assert [place.report.id for place in costs[0].also] == ["web"]


def test_a_sentence_over_the_end_of_a_page_is_cited_on_both() -> None:
    text = "The scheme cost forty thousand pounds a year."
    turn = text.index("pounds")
    answer = Assistant(Shelf(passage(text, pages=(PageStart(0, 4, "4"), PageStart(turn, 5, "5"))))).ask(
        "What did the scheme cost a year?"
    )
    assert [(citation.quote, citation.page) for citation in answer.citations] == [
        ("The scheme cost forty thousand", 4),
        ("pounds a year.", 5),
    ]
    assert answer.text == "The scheme cost forty thousand [1] pounds a year. [2]"


@pytest.mark.parametrize(
    ("items", "after"),
    [
        (["a seat with a vote", "papers a week before", "a reply to every letter"], "The board said yes to all."),
        (
            ["a seat with a vote;", "papers a week before; and", "a reply to every letter."],
            "The board said yes to all.",
        ),
        (["A seat with a vote", "Papers a week before", "A reply to every letter"], "The board said yes to all."),
        (["Give each a seat.", "Send papers early.", "Reply to every letter."], " ".join(["They met again."] * 20)),
    ],
)
def test_a_list_without_bullets_comes_with_what_announces_it(items: list[str], after: str) -> None:
    announces = "The groups asked the board for the following:"
    text = "\n\n".join([announces, *items, after])
    passage = Passage(Details("r", "R", "r.md"), 0, len(text), text)
    told = choose([replace(sentences_of(passage)[0], score=1.0)])
    assert [each.text for each in told] == [announces, *items]
    assert all(each.listed for each in told[1:])


def test_a_sentence_that_announces_a_list_brings_its_items() -> None:
    text = (
        "The scheme cost a year in three parts:\n\n• wages of brokers\n\n• rent\n\n• tea\n\nThen it was over for good."
    )
    answer = Assistant(Shelf(passage(text))).ask("What did the scheme cost a year in parts?")
    assert answer.text.startswith(
        "The scheme cost a year in three parts: [1]\n- wages of brokers [2]\n- rent [3]\n- tea [4]"
    )


def test_headings_references_and_fragments_are_not_quoted() -> None:
    text = (
        "GOVERNMENT OF THE DISTRICT OF COLUMBIA\n\nHow We Worked Together In Ardle\n\n"
        "12 - Smith and others “Involving Citizens”, 2006.\n\nhttps://example.org/report\n\n"
        "People met every week in the hall.\n\n• warm rooms"
    )
    quotable = [sentence.text for sentence in sentences_of(passage(text))]
    assert quotable == ["People met every week in the hall.", "warm rooms"]


def test_an_answer_grows_and_its_last_state_is_what_ask_gives() -> None:
    shelf = Shelf(
        passage("The scheme cost ten pounds a year. The scheme cost pounds. The scheme then cost more a year.")
    )
    assistant = Assistant(shelf)
    states = list(assistant.stream("What did the scheme cost a year?"))
    assert len(states) > 1
    for earlier, later in pairwise(states):
        assert later.text.startswith(earlier.text)
        assert later.citations[: len(earlier.citations)] == earlier.citations
    assert states[-1] == assistant.ask("What did the scheme cost a year?")


def test_an_empty_library_refuses_without_passages() -> None:
    answer = Assistant(Shelf()).ask("What did it cost?")
    assert (answer.answered, answer.text, answer.citations, answer.nearest) == (False, REFUSAL, (), ())


def test_a_refusal_offers_the_nearest_passages_and_cites_nothing(golden: Service) -> None:
    answer = golden.assistant.ask("Who won the football World Cup in 2014?")
    assert (answer.answered, answer.text, answer.citations) == (False, REFUSAL, ())
    assert len(answer.nearest) == 3


def test_the_same_question_gives_the_same_answer(golden: Service) -> None:
    question = "How were people picked for the panel?"
    assert golden.assistant.ask(question) == golden.assistant.ask(question)


def test_only_the_chosen_reports_are_asked(golden: Service) -> None:
    [panels] = [each.id for each in golden.library.all_details() if each.file == "panels.pdf"]
    answer = golden.assistant.ask("How long does a home care visit last now?", among=[panels])
    cited = {citation.passage.report.file for citation in answer.citations}
    assert cited | {hit.passage.report.file for hit in answer.nearest} == {"panels.pdf"}


def test_a_follow_up_is_answered_from_the_conversation(golden: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.assistant.SUBJECT", "council")  # of which enough of these reports speak
    question = "What did the time credit scheme cost a year?"
    first = golden.assistant.ask(question)
    second = golden.assistant.ask("and who pays for it?", [(question, first.text)])
    assert second.answered
    assert second.question == "and who pays for it?"
    assert any("The council paid £25,000" in citation.quote for citation in second.citations)
    third = golden.assistant.ask("and who pays for it?", [(question, first.text), ("and how much?", "...")])
    assert third.searched_for == second.searched_for


def test_a_question_is_asked_alone_or_with_what_went_before_by_what_is_surer(golden: Service) -> None:
    history = [("What did the time credit scheme in Ardle cost a year?", "...")]
    needs_it = golden.assistant.ask("What went wrong?", history)
    assert any("first broker left" in each.quote for each in needs_it.citations) and "Ardle" in needs_it.searched_for
    alone = "How many of the panel's recommendations did the council accept?"
    assert golden.assistant.ask(alone, history).searched_for == alone


@pytest.mark.parametrize(
    ("question", "follows"),
    [
        ("and who pays for it?", True),
        ("How long does it take?", True),
        ("What about rural areas?", True),
        ("Why?", True),
        ("Who were they?", True),
        ("And what did they say about trust?", True),
        ("Who should be involved?", False),
        ("What is co-production?", False),
        ("How were the members of the citizens' panel chosen?", False),
        ("What do the reports say about volunteers in health centres?", False),
        ("Is it true that Scottish councils fund training in co-production for their staff?", False),
        ("Is there evidence that co-production works?", False),
        ("Are there risks to co-production?", False),
        ("How are one-to-one sessions run?", False),
        ("How does one set up a time bank?", False),
        ("Is it legal to pay service users?", False),
        ("Can you explain what personal budgets are?", False),
        ("Could you explain co-production?", False),
        ("Is there any?", True),
        ("Are there other examples?", True),
        ("Is it hard to do?", True),
        ("Can you explain?", True),
        ("Could you explain the steps?", True),
    ],
)
def test_follow_ups_are_told_from_questions_that_stand_alone(question: str, follows: bool) -> None:
    assert is_follow_up(question) is follows


def test_a_follow_up_follows_the_first_question_where_none_stood_alone() -> None:
    asked = "How much do they cost?"
    assert "pay carers in Wales" in understand(asked, [("Do they pay carers in Wales?", ""), ("Why?", "")]).question
    assert understand(asked, [("Why?", "")]).question == asked


def test_a_question_with_many_spaces_is_understood_at_once() -> None:
    begun = time.process_time()
    understand(f"carers{' ' * 20_000}paid", ())
    assert time.process_time() - begun < 1


def test_why_alone_is_asked_of_what_went_before() -> None:
    assert understand("Why?", [("What did the time credit scheme cost?", "")]).question.endswith("cost: Why?")


def test_words_that_no_report_has_are_not_answered_by_what_went_before(golden: Service) -> None:
    before = "What did the time credit scheme cost a year?"
    answer = golden.assistant.ask("asdf qwer", [(before, golden.assistant.ask(before).text)])
    assert answer.outcome == "none"


@pytest.mark.parametrize(
    "question", ["How much does it cost?", "Who should be involved?", "What are the risks?", "Why?"]
)
def test_a_question_may_name_no_subject(question: str) -> None:
    assert names_no_subject(question)


@pytest.mark.parametrize("question", ["What is a KPI?", "housing", "How do time banks work?"])
def test_a_question_that_names_its_subject_needs_no_other(question: str) -> None:
    assert not names_no_subject(question)


def test_a_follow_up_takes_the_subject_of_the_last_question_that_stood_alone() -> None:
    history = [("What did the Ardle time credit scheme cost?", "..."), ("and who pays for it?", "...")]
    understood = understand("How long did it last?", history)
    assert "Ardle time credit scheme" in understood.question
    assert understood.question.endswith("How long did it last?")
    assert understand("What is co-production, in plain words?", ()).question == "What is co-production?"
    for alone, before in (("How long did it last?", []), ("What is a citizens' panel?", history)):
        assert understand(alone, before) == StandaloneQuestion(alone, alone)


def test_rare_words_tell_more_and_forms_of_a_word_are_one() -> None:
    weight = weights({"volunteers": 5, "zebra": 0, "people": 90}, 100)
    assert weight[stem("zebra")] > weight[stem("volunteer")] > weight[stem("people")] > 0
    assert coverage("Volunteering helps.", {stem("volunteers"): 3.0, stem("zebra"): 1.0}) == 0.75
    assert coverage("anything", {}) == 0.0


def test_confidence_rises_with_every_signal_that_speaks_for_an_answer() -> None:
    middle = Signals(0.4, 0.4, 0.4)
    assert 0 < confidence(Signals(0, 0, 0)) < confidence(middle) < confidence(Signals(1, 1, 1)) < 1


def test_only_statements_nearly_as_good_as_the_best_stand_beside_it() -> None:
    sentences = [
        each
        for id, text in enumerate(
            ["One thing was said here.", "Another thing was said here.", "A third was said here."]
        )
        for each in sentences_of(passage(text, str(id)))
    ]
    ranked = [replace(sentence, score=score) for sentence, score in zip(sentences, (0.9, 0.85, 0.3), strict=True)]
    assert [sentence.score for sentence in choose(ranked)] == [0.9, 0.85]


LONG = " ".join(["and the members of the panel, who came from every ward of the town, were asked for their views"] * 5)


@pytest.mark.parametrize(
    ("before", "sentence", "after", "told"),
    [
        (
            "The panel met last spring. ",
            "Ten members were chosen by lot.",
            " Drawing lots is thought fair.",
            "before sentence after",
        ),
        ("", "Ten members were chosen by lot.", " Drawing lots is thought fair.", "sentence after"),
        (
            "The panel met in spring. ",
            "Ten members were chosen by lot.",
            "\n\n- Drawing lots is thought fair.",
            "before sentence",
        ),
        ("The panel met in spring. ", "Ten members were chosen by lot.", f" So it was, {LONG}.", "before sentence"),
        (
            "The panel met in spring. ",
            "Ten members were chosen by lot.",
            " They were asked for this:",
            "before sentence",
        ),
        (f"So it was, {LONG}. ", "Ten members were chosen by lot.", " Drawing lots is thought fair.", "sentence after"),
        (
            f"So it was, {LONG}. ",
            "They were chosen by lot.",
            " Drawing lots is thought fair.",
            "before sentence",
        ),  # leans on it
    ],
)
def test_a_statement_comes_with_the_sentences_around_it_if_they_are_short(
    before: str, sentence: str, after: str, told: str
) -> None:
    text = before + sentence + after
    chosen = next(each for each in sentences_of(passage(text)) if each.text == sentence)
    parts = {"before": before, "sentence": sentence, "after": after}
    (statement,) = choose([replace(chosen, score=0.9)])
    assert statement.text == "".join(parts[name] for name in told.split()).strip()
    assert statement.marked and passage(text).text[slice(*statement.marked)] == sentence


@pytest.mark.parametrize("gap", ["\n\n", "\n\nHow members were chosen\n\n"])
def test_a_statement_does_not_run_over_the_end_of_its_paragraph(gap: str) -> None:
    last = replace(
        sentences_of(passage(f"The panel met in spring.{gap}Ten members were chosen by lot."))[-1], score=0.9
    )
    assert [statement.text for statement in choose([last])] == ["Ten members were chosen by lot."]


def test_what_a_statement_brings_along_is_not_told_twice() -> None:
    first, second = sentences_of(passage("The panel met in spring. It chose ten members by lot."))
    other = replace(sentences_of(passage("A lot was drawn for every seat.", "r2"))[0], score=0.88)
    whole = "The panel met in spring. It chose ten members by lot."
    for better, worse in ((first, second), (second, first)):
        ranked = [replace(better, score=0.9), other, replace(worse, score=0.85)]
        assert [sentence.text for sentence in choose(ranked)] == [whole, other.text]


def test_no_passage_crowds_the_others_out() -> None:
    one = sentences_of(
        passage("\n".join(f"- {which} thing was said." for which in ("One", "Another", "A third", "A last")))
    )
    other = sentences_of(passage("Somewhere else it was said too.", "r2"))
    ranked = [replace(sentence, score=0.9) for sentence in (*one, *other)]
    assert [sentence.passage.report.id for sentence in choose(ranked)] == ["r1", "r1", "r1", "r2"]


def test_what_was_said_is_said_again_unless_more_is_asked_for() -> None:
    assistant = Assistant(Shelf(passage(f"{COST} The cost of the scheme was found by its members.")))
    history = [("What did time credits in Ardle cost a year?", f"{COST} [1]")]
    assert assistant.ask("And what did it cost the scheme a year?", history).text.startswith(COST)
    assert COST not in assistant.ask("And what else did it cost?", history).text


def test_lines_that_only_point_to_a_web_address_are_not_quoted() -> None:
    text = (
        "Rulebook: http://example.org/rules.pdf is here.\n\nwww.example.org/a ) See that page there now.\n\n"
        "The panel of twelve residents met every month and kept its notes at www.example.org for all to read."
    )
    assert [sentence.text[:9] for sentence in sentences_of(passage(text))] == ["The panel"]


def test_an_answer_prints_in_the_shape_that_other_programs_rely_on() -> None:
    answer = Assistant(Shelf(passage(COST))).ask("What did the scheme cost a year?")
    shape = answer.to_json()
    assert list(shape) == ["question", "answered", "outcome", "text", "citations", "nearest"]
    assert list(shape["citations"][0]) == [
        "number", "report", "publisher", "year", "file", "page", "label", "quote", "score"
    ]  # fmt: skip
    assert isinstance(answer, Answer)


def test_a_question_that_the_reports_touch_on_is_not_said_to_be_one_that_they_have_nothing_on() -> None:
    class Doubting:
        def __init__(self, logit: float) -> None:
            self.logit = logit

        def read(self, question: str, texts: Sequence[tuple[str, str]]) -> list[float]:
            return [self.logit] * len(texts)

        read_statements = read

        def load(self) -> None: ...

    def asked(logit: float) -> Answer:
        reports, shelf = [Details("r1", "R", "r.pdf")], Shelf(passage("Quick foxes jump by lazy dogs."))
        return Assistant(shelf, reports=lambda: reports, reader=Doubting(logit)).ask("Who met them there at ten?")

    outcomes = [asked(logit) for logit in (-9, -6, -4, -3, -2, -1, 0, 1, 3, 9)]
    told = [each.outcome for each in outcomes]
    assert told == sorted(told, key=["none", "touched", "answered"].index) and "touched" in told
    touched = outcomes[told.index("touched")]
    assert (touched.answered, touched.text, touched.citations) == (False, TOUCHED, ()) and touched.nearest
    assert touched.coverage == "One report was searched; none of them clearly answers this question."
    briefs = replace(touched, searched=14, briefs=14)
    assert briefs.coverage.startswith("Only 14 briefs of ours were searched, for no report is here yet; none of")
    assert replace(briefs, briefs=2).coverage.startswith("12 reports were searched, and 2 briefs of ours; none")
    assert touched.to_json()["outcome"] == "touched"
    assert touched.to_json()["nearest"][0]["closest"] == "Quick foxes jump by lazy dogs."


def test_what_comes_nearest_begins_with_the_best_sentence(golden: Service) -> None:
    question = "Which football club did the council of Ardle sponsor?"
    answer, reading = golden.assistant.ask(question), golden.assistant.retrieve(understand(question, ()))
    assert not answer.answered
    best = [each.text for each in reading.sentences if not each.text.endswith("?")]
    assert answer.nearest[0].words[0] == best[0]
    assert all(each.from_closest in each.passage.text and each.words[0] in best for each in answer.nearest)


@pytest.mark.parametrize(
    ("question", "text", "kind"),
    [
        ("Does befriending work?", "Those who were visited felt less lonely.", "effect"),
        ("Does befriending work?", "Befriending is a visit by a volunteer.", ""),
        ("Why do volunteers leave?", "Many left because no fares were paid.", "reason"),
        ("How do I start a time bank?", "Find a place where people meet.", "advice"),
        ("What goes wrong with panels?", "They lack new members.", "problem"),
        ("Who decides on grants?", "A panel of residents does.", "body"),
        ("When was the panel set up?", "The panel was found to work in 2014, because people asked for it.", ""),
    ],
)
def test_a_question_for_an_effect_a_reason_or_advice_wants_an_answer_of_that_kind(
    question: str, text: str, kind: str
) -> None:
    assert [each for each in kinds_asked(question) if is_given(each, text)] == ([kind] if kind else [])


@pytest.mark.parametrize(
    "question",
    [
        "Can you explain what participatory budgeting is and how it works?",
        "Is there a better definition of co-production?",
        "What is risk enablement?",
        "What are time banks?",
        "Could you tell me how a citizens' jury works?",
        "Do volunteers get paid?",
        "How do residents feel about the panel?" * 60,
        ": is " * 400,
    ],
)
def test_a_question_for_something_else_wants_no_kind_of_answer(question: str) -> None:
    assert kinds_asked(question) == frozenset()


def test_a_year_that_is_asked_for_is_named_where_the_answer_stands() -> None:
    reader, told = Preferring("cost"), "The scheme cost £400 in 2014. It has ten members."
    asked = Assistant(Shelf(passage(told)), reader=reader).ask
    assert asked("What did the scheme cost in 2014?").answered and asked("What did the scheme cost?").answered
    assert not asked("What did the scheme cost in 2015?").answered
    span = Assistant(Shelf(passage("The scheme cost £400 in 2014/15.")), reader=reader)
    assert span.ask("What did the scheme cost in 2015?").answered
    assert asked("What does NHS stand for?").outcome == "none"
    both = Shelf(passage("The scheme cost £300 in all."), passage(told, report="Leith"))
    assert "£400" in Assistant(both, reader=reader).ask("What did the scheme cost in 2014?").citations[0].quote


def test_what_a_thing_is_does_not_tell_whether_it_works() -> None:
    said = [
        "Befriending is a visit by a volunteer to somebody who lives alone.",
        "Those who were visited felt less lonely.",
    ]
    shelf = Shelf(passage("\n\n".join(said)))
    for question, first in (("What is befriending?", said[0]), ("Does befriending work?", said[1])):
        assert Assistant(shelf).retrieve(understand(question, ())).sentences[0].text == first


class Preferring:
    """A reader that takes for answers the statements that hold a word."""

    def __init__(self, word: str) -> None:
        self.word = word

    def read(self, question: str, texts: Sequence[tuple[str, str]]) -> list[float]:
        return [9.0] * len(texts)

    def read_statements(self, question: str, texts: Sequence[tuple[str, str]]) -> list[float]:
        return [9.0 if self.word in text else -9.0 for _, text in texts]

    def load(self) -> None: ...


def test_of_each_report_a_comparison_tells_what_the_reader_takes_for_the_answer() -> None:
    told = "The panel of {0} meets on Mondays. The panel of {0} meets in a hall."
    shelf = Shelf(*(passage(told.format(town), report=town) for town in ("Leith", "Oban")))
    reports = [Details(town, town, f"{town}.pdf") for town in ("Leith", "Oban")]
    for word in ("hall", "Mondays"):
        rows = Assistant(shelf, reports=lambda: reports, reader=Preferring(word)).compare("When does the panel meet?")
        assert [word in row.citations[0].marked for row in rows] == [True, True]


def test_a_comparison_tells_a_list_whole_and_what_two_reports_have_alike_of_both() -> None:
    told = "The panel meets in:\n\n• the hall of the school\n• the library"
    shelf = Shelf(passage(told, report="Leith"), passage(told, report="Oban"))
    reports = [Details(town, town, f"{town}.pdf") for town in ("Leith", "Oban")]
    rows = Assistant(shelf, reports=lambda: reports).compare("Where does the panel meet?")
    assert [[each.quote for each in row.citations] for row in rows] == [[" ".join(told.split())]] * 2
    assert {row.citations[0].passage.report.id for row in rows} == {"Leith", "Oban"}


def test_a_sentence_that_announces_a_list_is_read_with_its_items() -> None:
    told = "The panel meets on Mondays.\n\nThe panel meets in:\n\n• the hall of the school\n• the library"
    answers = {
        word: Assistant(Shelf(passage(told)), reader=Preferring(word)).ask("Where does the panel meet?")
        for word in ("hall", "Mondays")
    }
    first = {word: answer.citations[0].marked or answer.citations[0].quote for word, answer in answers.items()}
    assert first == {"hall": "The panel meets in:", "Mondays": "The panel meets on Mondays."}
    items = [each.quote for each in answers["hall"].citations]
    assert {"the hall of the school", "the library"} <= set(items)


def test_an_answer_is_the_surer_the_surer_the_reader_is_of_a_statement() -> None:
    shelf = Shelf(passage("The panel meets in a hall."))
    found = [Assistant(shelf, reader=Preferring(word)).ask("Where does the panel meet?") for word in ("hall", "mill")]
    assert found[0].confidence > found[1].confidence + 0.05


def test_what_two_reports_say_in_nearly_the_same_words_is_shown_once() -> None:
    """Unless the figures differ, or one of the two denies it."""
    said = "Members of the panel are paid {} pounds for each meeting of the {} that they come to."
    texts = [said.format(40, "panel"), said.format(40, "whole panel"), said.format(45, "panel")]
    assistant = Assistant(Shelf(*(passage(text, report=f"r{number}") for number, text in enumerate(texts))))
    quotes = [each.quote for each in assistant.ask("How much are members of the panel paid for a meeting?").citations]
    assert len(quotes) == 2 and texts[2] in quotes


def test_an_answer_says_what_was_searched_and_what_could_not_be_read() -> None:
    reports = [Details(id, f"Report {id}", f"{id}.pdf") for id in ("r1", "r2", "r3")]
    unread = {"r1": 1, "r2": 3}

    def count(among: Collection[str] | None) -> int:
        return sum(pages for id, pages in unread.items() if among is None or id in among)

    assistant = Assistant(Shelf(passage(COST)), reports=lambda: reports, unread=count)
    question = "What did the scheme cost a year?"
    assert assistant.ask(question).coverage == "3 reports were searched; one speaks to this question."
    elsewhere = "Who won the football World Cup in 2014?"
    nothing = "reports were searched; none of them speak to this question."
    assert assistant.ask(elsewhere).coverage == f"3 {nothing} 4 pages of them could not be read."
    nothing = nothing.replace("reports were", "report was")
    assert assistant.ask(elsewhere, among=["r1"]).coverage == f"One {nothing} One page of them could not be read."
    assert assistant.ask(elsewhere, among=["r3"]).coverage == f"One {nothing}"


@pytest.mark.parametrize(
    ("asked", "keywords"),
    [
        ("carers?", True),
        ("carers payment", True),
        ("self-directed support Fife", True),
        ("What about carers?", False),
        ("Do carers get paid?", False),
        ("Tell me about carers", False),
        ("carers who were paid by the council for their time", False),
        ("2014?", False),
    ],
)
def test_words_to_search_for_are_told_from_questions(asked: str, keywords: bool) -> None:
    assert are_keywords(asked) is keywords


def test_key_words_find_the_best_words_of_each_passage_that_has_them() -> None:
    one = "Carers were glad. Carers were paid by the hour for their time, which cost little."
    two = "Carers were paid a day. A meeting was held in the spring."
    assistant = Assistant(Shelf(passage(one), passage(two, "r2"), score=0.0))
    answer = assistant.ask("carers paid")
    assert answer.answered and "whole question" in answer.notice
    assert {citation.passage.report.id for citation in answer.citations} == {"r1", "r2"}
    assert not assistant.ask("volcanoes paid").notice  # no passage holds both


def test_what_the_reports_abbreviate_is_asked_for_in_both_forms() -> None:
    class Spelt(Shelf):
        def spelt_out(self, text: str) -> tuple[str, str]:
            return text.replace("OCA", "OCA (Ardle Office)"), text.replace("OCA", "Ardle Office")

        def search_hybrid(
            self, query: str, k: int = 10, *, sources: Collection[str] | None = None
        ) -> list[tuple[Document, float]]:
            found = super().search_hybrid(query, k)
            return [(each, 0.9 if "Ardle Office" in query else 0.5) for each, _ in found[: 2 if "OCA" in query else 3]]

    office = "The Ardle Office paid forty thousand pounds a year."
    shelf = Spelt(passage("The OCA met."), passage("Nobody paid.", "r2"), passage(office, "r3"))
    assistant = Assistant(shelf)
    assert assistant.ask("Did the OCA pay?").searched_for == "Did the OCA (Ardle Office) pay?"
    asked = StandaloneQuestion("Did the OCA pay?", "Did the OCA pay?", other="Did the Ardle Office pay?")
    assert [hit.passage.text for hit in assistant.retrieve(asked).hits] == ["The OCA met.", "Nobody paid.", office]


def test_key_words_after_a_question_are_a_follow_up() -> None:
    assistant = Assistant(Shelf(passage(COST)))
    history = [("What did time credits in Ardle cost a year?", f"{COST} [1]")]
    assert "whole question" not in assistant.ask("and members?", history).notice


@pytest.mark.parametrize(
    "spoken",
    [
        "And I think, you know, that co-production is kind of working with people, really.",
        "K Well, co-production is working with people as equals.",
        f"Co-production is working with people as equals, {LONG}.",
    ],
)
def test_a_plain_sentence_goes_before_the_same_said_in_speech(spoken: str) -> None:
    plain = "Co-production is working with people as equals."
    asked = understand("What is co-production?", ())
    hits = [Hit(passage(text, str(at)), 0.8) for at, text in enumerate((spoken, plain))]
    ranked = rank_sentences(asked, hits, {"product": 1.0}, lambda query, spans: {id: [0.8] for id in spans})
    assert [sentence.text for sentence in ranked] == [plain, spoken]


LOT, TEA = "The members were chosen by lot.", "Tea was served at ten."


def test_a_passage_with_a_sentence_that_is_sure_to_answer_goes_before_one_that_was_found_a_little_sooner() -> None:
    found = [
        Hit(passage(text, str(at)), score) for at, (text, score) in enumerate(((COST, 0.8), (LOT, 0.79), (TEA, 0.7)))
    ]
    read = [replace(sentences_of(hit.passage)[0], sure=sure) for hit, sure in zip(found, (0.1, 0.9, 0.2), strict=True)]
    ordered = by_statements(found, read)
    assert [hit.passage.text for hit in ordered] == [LOT, COST, TEA]
    assert [hit.score for hit in ordered] == sorted((hit.score for hit in ordered), reverse=True)
    assert ordered[0].score < 1
    # What a copy says, the passage says.
    copied = [replace(found[0], copies=(found[1].passage,)), found[2]]
    assert by_statements(copied, read)[0].score > by_statements(copied, read[:1])[0].score
    assert [hit.passage.text for hit in by_statements(found, [])] == [COST, LOT, TEA]


INITIALS = "MD What is co-production?\n\nK Well, it is working as equals. It takes time.\n\nMD Thank you for that."
NAMED = "Counsel Inquiry: Who decided?\nLady Hallett: Slower, please.\nProfessor Ann Ode: We all did."
FIRST_NAMES = "Tea at ten.\n\nMichelle: What do you do?\n\nToby: I run the choir."


@pytest.mark.parametrize(
    ("text", "words", "who"),
    [
        (INITIALS, "Well, it is", "K"),
        (INITIALS, "It takes time.", "K"),
        (INITIALS, "Thank you", "MD"),
        (NAMED, "We all did.", "Professor Ann Ode"),
        (FIRST_NAMES, "I run the choir.", "Toby"),
        (FIRST_NAMES, "Tea at ten.", ""),
    ],
)
def test_who_speaks_in_a_transcript_is_known(text: str, words: str, who: str) -> None:
    assert speaker(text, text.index(words)) == who


@pytest.mark.parametrize(
    "text",
    [
        "R1: We should train staff.\n\nR2: We should pay members.",
        "Question: Who pays?\n\nAnswer: We pay our members.",
        "Tip: Pay your members.\n\nOutcome: You keep them.",
        "Michelle: What do you do?\n\nToby: I run the choir.\n\nConclusions\n\nWe should pay members.",
    ],
)
def test_a_label_of_nobody_and_what_stands_below_a_heading_name_no_speaker(text: str) -> None:
    at = text.find("Conclusions")
    assert speaker(text, len(text) - 5, [(at, at + len("Conclusions"))] if at > 0 else []) == ""


def test_a_row_that_begins_a_later_passage_is_not_the_head_of_the_next() -> None:
    table = "Town | Members | Cost\n\nArdle | 12 | 1,900\n\nBraid | 15 | 1,500"
    first = passage(table)
    assert [each.heads and each.heads.text for each in sentences_of(first)][-1] == "Town | Members | Cost"
    rest = "Ardle | 12 | 1,900\n\nBraid | 15 | 1,500"
    assert sentences_of(replace(first, start=24, end=24 + len(rest), text=rest)) == []


@pytest.mark.parametrize(
    "text",
    [
        "UK Government policy is clear.\n\nUK Councils follow.",
        "A Good start was made.\n\nA Second one too.",
        "NHS Lothian ran it.\n\nNHS Fife did too.",
        "Role: Lead Agency\n\nRole: Partner",
        "K Well, there is one label alone.",
        "Note: this is a note. Ms Ode: a name within a paragraph.",
    ],
)
def test_names_articles_and_fields_are_no_speakers(text: str) -> None:
    assert turns(text) == ()


def test_the_label_of_who_speaks_is_told_and_not_quoted() -> None:
    said = passage(INITIALS)
    assert "Well, it is working as equals." in [each.text for each in sentences_of(said)]
    [cited] = Assistant(Shelf(said)).cite(said.id, "it is working as equals.")
    assert cited.to_json()["speaker"] == "K"
    assert opens_turn(INITIALS, INITIALS.index("Well")) and not opens_turn(INITIALS, INITIALS.index("It takes"))


def test_a_prompt_of_a_template_comes_behind_what_says_something() -> None:
    prompt = "Key actors and roles (Define the type of actors and the roles that they are expected to have)."
    said = "Residents and nurses took different roles at first."
    shelf = Shelf(passage(f"{prompt}\n\n{said}"))
    ranked = Assistant(shelf).retrieve(understand("Who are the key actors, and what are their roles?", ())).sentences
    assert [each.text for each in ranked] == [said, prompt]


@pytest.mark.parametrize("lead", ["Since then", "By the same token,", "For example,", "Whereas this"])
def test_a_sentence_that_goes_on_with_the_one_before_brings_it_along(lead: str) -> None:
    before = "Porto Alegre opened its budget in 1989, " + "and so did its towns, " * 20 + "one after the other."
    told = f"{before} {lead} ten thousand people have voted on it."
    (statement,) = choose([replace(sentences_of(passage(told))[1], score=0.9)])
    assert statement.text.startswith("Porto Alegre")


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("What are the benefits of co-production?", {"effect"}),
        ("What is the evidence that it works?", {"effect"}),
        ("What are the barriers?", {"problem"}),
        ("What are the main challenges to co-production?", {"problem"}),
        ("I run a day centre. How do I start?", {"advice"}),
        ("Does co-production work: yes or no?", {"effect"}),
        ("Why do projects fail? We have two: Hull and Leeds", {"reason"}),
        ("How can councils involve residents?", {"advice"}),
        ("Who will pay for it?", {"body"}),
    ],
)
def test_the_kind_is_seen_however_a_question_is_put(question: str, kinds: set[str]) -> None:
    assert kinds_asked(question) == kinds


def test_a_count_is_no_year_and_letters_are_asked_for_however_they_are_written() -> None:
    reader, told = Preferring("residents"), "Over 2,000 residents were asked. LAC stands for Local Area Coordination."
    asked = Assistant(Shelf(passage(told)), reader=reader).ask
    assert asked("How were 2000 residents asked?").answered
    for question, named in (
        ("What does “LAC” stand for?", {"LAC"}),
        ("what does wcag stand for", {"wcag"}),
        ("What does it stand for?", set()),
        ("What does co-production stand for?", set()),
    ):
        assert named_in(question) == named
    assert not confidence(Signals(1, 1, 1, unnamed=1)) > 0.42 and not confidence(Signals(1, 1, 1, 1, 1, 1, 1)) > 0.42


def test_a_year_may_be_that_of_a_copy() -> None:
    sentence = sentences_of(passage("The council pays residents."))[0]
    other = replace(sentence, passage=replace(sentence.passage, report=replace(sentence.passage.report, year=2015)))
    assert not is_named(sentence, {"2015"}) and is_named(replace(sentence, copies=(other,)), {"2015"})
