"""The measuring of answers: each figure worked out by hand, the file of questions, the run, and the page about it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import log2
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from ingest import ReportError
from ingest.verification import SecondReading
from rag import Answer, Assistant, Citation, Hit
from rag.evaluation import (
    OutputError,
    Outputs,
    QuestionsError,
    hit_curve,
    measure,
    misquoted,
    read_questions,
    refusal_curve,
    run,
    table,
)
from rag.evaluation.figures import percentile
from rag.evaluation.judge import failures, ndcg
from rag.evaluation.report import report
from service import Service
from tests.test_rag import COST, Shelf, passage

GOLD = {"doc": "a.pdf", "page": 3, "quote": "It cost ten pounds"}


def question(*evidence: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": "1", "question": "What did it cost?", "evidence": list(evidence), **more}


def hit(rank: int, file: str, first: int | None, last: int | None) -> dict[str, Any]:
    return {"rank": rank, "file": file, "first_page": first, "last_page": last, "score": 0.5, "text": "Words."}


def hits(*places: tuple[str, int | None, int | None]) -> list[dict[str, Any]]:
    return [hit(rank, *place) for rank, place in enumerate(places, start=1)]


def cited(quote: str, file: str = "b.pdf", page: int | None = 1, **more: Any) -> dict[str, Any]:
    return {"quote": quote, "file": file, "page": page, **more}


def result(
    found: Sequence[Mapping[str, Any]] = (), *citations: Mapping[str, Any], sure: float = 0.9, **more: Any
) -> dict[str, Any]:
    made = {"id": "1", "question": "What did it cost?", "answered": bool(citations), "confidence": sure}
    seconds = {"search_seconds": 0.1, "answer_seconds": 0.2}
    return made | {"results": list(found), "citations": list(citations)} | seconds | more


# The figures.

CUP = "They drink tea. A cup costs two pounds in the hall. It is always hot."
JUDGED = [
    {"file": "notes/a.pdf", "page": 3, "text": CUP, "grade": 3, "answers": ["A cup costs two pounds in the hall."]},
    {
        "file": "b.md",
        "page": None,
        "text": "The hall is open on most days. Cups are kept there.",
        "grade": 1,
        "answers": [],
    },
]


def found_text(rank: int, file: str, text: str) -> dict[str, Any]:
    return hit(rank, file, None, None) | {"text": text}


def test_graded_passages_are_known_by_their_words_wherever_they_were_cut() -> None:
    asked = question(passages=JUDGED, verdict="answerable", answerable=True)
    texts = [
        found_text(1, "b.md", "The hall is open on most days. Cups are kept"),
        found_text(2, "c.md", CUP),  # the same words in a file that nobody judged
        found_text(3, "a.pdf", "A cup costs two pounds in the hall. It is always hot. So is the soup."),
    ]
    answered = result(
        texts,
        cited("Cups are kept there.", "b.md"),
        cited("tea. A cup costs two pounds in the hall.", "a.pdf"),
        cited("The soup is free.", "a.pdf"),
    )
    figures = measure([asked, question()], [answered, result()])
    assert figures["graded questions"] == 1
    assert figures["graded ndcg@10"] == round((1 + 7 / log2(3)) / (7 + 1 / log2(3)), 4)
    assert figures["good passage among 5"] == 1 and figures["passages not judged"] == 1
    assert (figures["first statement answers"], figures["an answer among the statements"]) == (0, 1)
    assert (figures["statements that answer"], figures["statements not judged"]) == (0.5, 1)
    assert figures["statements shown"] == 3


def test_a_question_that_is_answered_in_part_is_neither_to_be_answered_nor_refused() -> None:
    verdicts = {"answerable": True, "partly": None, "not": False}
    asked = [question(passages=JUDGED, verdict=verdict, answerable=told) for verdict, told in verdicts.items()]
    told = [result(sure=0.2), result(sure=0.1), result((), cited("Cups are kept there.", "b.md"), sure=0.3)]
    figures = measure(asked, told)
    assert (figures["false refusals"], figures["false answers"], figures["refusal auroc"]) == (1, 1, 0)
    assert "first statement answers" not in figures  # what answers a question without an answer is no answer
    assert figures["statements not judged"] == 0


def test_retrieval_counts_reports_and_pages() -> None:
    questions = [question(GOLD), question(GOLD, also_on=[{"doc": "b.md", "page": None}]), question(GOLD), question()]
    results = [
        result(hits(("a.pdf", 4, 5), ("a.pdf", 2, 3))),
        result(hits(("b.md", None, None))),
        result(hits(*[("c.pdf", 3, 3)] * 6, ("a.pdf", 3, 3))),
        result(),
    ]
    figures = measure(questions, results)
    assert (figures["report hit@1"], figures["report hit@5"], figures["report hit@10"]) == (0.6667, 0.6667, 1.0)
    assert (figures["page hit@1"], figures["page hit@5"], figures["page hit@10"]) == (0.3333, 0.6667, 1.0)
    assert figures["mrr"] == round((1 / 2 + 1 + 1 / 7) / 3, 4)
    assert figures["ndcg@10"] == round((1 / log2(3) + 1 + 1 / log2(8)) / 3, 4)
    assert hit_curve(questions, results, pages=True) == pytest.approx([1 / 3, *[2 / 3] * 5, *[1.0] * 4])


@pytest.mark.parametrize(
    ("also_on", "found", "gained"),
    [
        ([], hits(("c.pdf", 1, 1), ("a.pdf", 2, 3), ("a.pdf", 3, 3), ("a.pdf", 7, 7)), 1 / log2(3) + 1 / log2(5)),
        ([], hits(("a.pdf", 3, 3), ("a.pdf", 7, 9)), 1 + 1 / log2(3)),
        ([], hits(("a.pdf", 3, 7)), 1 + 1 / log2(3)),  # both at once would be 2, more than there is to gain
        ([("b.md", None)], hits(("c.pdf", 1, 1), ("b.md", None, None), ("a.pdf", 7, 7)), 1 / log2(3) + 1 / log2(4)),
        ([("b.md", None)], hits(("a.pdf", 3, 3), ("a.pdf", 7, 7), ("b.md", None, None)), 1 + 1 / log2(3)),
        ([], hits(*[("c.pdf", 1, 1)] * 10, ("a.pdf", 3, 3)), 0),
    ],
)
def test_ndcg_gains_once_for_each_gold_page(
    also_on: list[tuple[str, int | None]], found: list[dict[str, Any]], gained: float
) -> None:
    places = [{"doc": doc, "page": page} for doc, page in also_on]
    asked = question(GOLD, GOLD, GOLD | {"page": 7}, also_on=places)
    assert ndcg(asked, found) == pytest.approx(gained / (1 + 1 / log2(3)))


def test_ndcg_counts_an_alternative_instead_of_the_page_and_not_beside_it() -> None:
    asked = question(GOLD, also_on=[{"doc": "b.md", "page": None}])
    assert ndcg(asked, hits(("c.pdf", 1, 1), ("b.md", None, None), ("a.pdf", 3, 3))) == pytest.approx(1 / log2(3))


def test_evidence_counts_where_it_is_among_the_first_five_distinct_sentences() -> None:
    others = [cited(f"Sentence number {number} says something else.") for number in range(5)]
    gold = cited("“It cost ten\npounds”, they said.")
    questions = [question(GOLD)] * 4 + [question({"doc": "a.pdf", "page": 3})]
    results = [
        result((), gold, *others),
        result((), *others[:4], others[0], gold),
        result((), *others, gold),
        result(),
        result((), gold),
    ]
    figures = measure(questions, results)
    assert (figures["evidence quoted"], figures["evidence quoted first"]) == (0.5, 0.25)


def test_sentences_are_to_the_point_by_their_words_or_their_page() -> None:
    answered = result(
        (),
        cited("It cost ten pounds, they said."),
        cited("Trees grow.", "a.pdf", 3),
        cited("Swifts nest."),
        cited("Swifts nest."),
        cited("Herons fish.", also=[{"report": "A", "file": "a.pdf", "page": 3}]),
    )
    figures = measure([question(GOLD), question(GOLD), question()], [answered, result(), result((), cited("Owls."))])
    assert figures["quoted sentences to the point"] == 0.75


def test_quotations_are_counted_by_whether_they_stand_on_their_page() -> None:
    shown = [cited("One."), cited("Two."), cited("Three.", ocr=True), cited("Four.", ocr=True), cited("Five.")]
    figures = measure([question()], [result((), *shown, doubts=[None, "mark", None, "missing", "not compared"])])
    assert [value for name, value in figures.items() if name.startswith("quotations")] == [5, 1, 0, 0, 1, 0, 2, 1, 1]
    assert list(misquoted([result((), *shown, doubts=[None, "mark", None, "missing", "not compared"])])) == [
        "With the mark of a note as if it were text: b.pdf, page 1: Two.",
        "Not on its page: b.pdf, page 1: Four.",
        "Cannot be read a second time: b.pdf, page 1: Five.",
    ]
    figures = measure([question()], [result((), *shown)])
    assert [name for name in figures if name.startswith("quotations")] == ["quotations shown"]


def test_refusals_are_judged_at_the_threshold_and_at_all_others() -> None:
    questions = [question(), question(), question(answerable=False), question(answerable=False)]
    results = [
        result((), cited("Yes."), sure=0.9),
        result(sure=0.1),
        result((), cited("No."), sure=0.5),
        result(sure=0.1),
    ]
    figures = measure(questions, results)
    assert (figures["false answers"], figures["false refusals"]) == (0.5, 0.5)
    assert figures["refusal auroc"] == (1 + 1 + 0 + 0.5) / 4
    curve = {
        point["threshold"]: (point["false answers"], point["false refusals"])
        for point in refusal_curve(questions, results)
    }
    assert (curve[0.0], curve[0.1], curve[0.12]) == ((1.0, 0.0), (1.0, 0.0), (0.5, 0.5))
    assert (curve[0.3], curve[0.52], curve[1.0]) == ((0.5, 0.5), (0.0, 0.5), (0.0, 1.0))
    assert refusal_curve(questions[:2], results[:2]) == []
    assert "refusal auroc" not in measure(questions[:2], results[:2])


def test_follow_ups_are_counted_apart() -> None:
    follow_up = question(GOLD, history=["What is it?"])
    found = hits(("a.pdf", 3, 3))
    questions = [question(GOLD), follow_up, follow_up, question(history=["What is it?"])]
    results = [result(), result(found, cited("It cost ten pounds.")), result(found, cited("No.")), result()]
    figures = measure(questions, results)
    assert (figures["follow-ups"], figures["follow-up page hit@5"], figures["follow-up evidence quoted"]) == (3, 1, 0.5)


def test_times_are_the_median_and_the_95th_percentile() -> None:
    times = [float(number) for number in range(1, 21)]
    figures = measure([question()] * 20, [result(answer_seconds=time, search_seconds=time / 10) for time in times])
    assert (figures["median seconds of an answer"], figures["95th percentile seconds of an answer"]) == (10.5, 19.0)
    assert (figures["median seconds of a search"], figures["95th percentile seconds of a search"]) == (1.05, 1.9)
    assert percentile([3.0], 95) == 3.0


def test_the_table_stands_under_plain_headings_and_leaves_out_what_was_not_measured() -> None:
    shown = table({"date": "2026-11-23", "questions": 2, "mrr": 0.5})
    assert shown.splitlines() == ["What was asked", "  questions  2", "", "Finding the passages", "  mrr        0.5"]


def test_a_question_fails_for_a_reason_that_is_told() -> None:
    found, gold = hits(("a.pdf", 3, 3)), cited("It cost ten pounds.", "a.pdf", 3)
    assert failures(question(GOLD), result(found, gold, doubts=[None])) == []
    assert failures(question(answerable=False), result()) == []
    assert [why.split(",")[0] for why in failures(question(GOLD), result())] == [
        "It was refused",
        "The right page was not among the first five passages found.",
    ]
    assert "answered, although" in failures(question(answerable=False), result(found, gold))[0]
    assert "expected sentence" in failures(question(GOLD), result(found, cited("No.")))[0]
    assert "on the page that it cites" in failures(question(GOLD), result(found, gold, doubts=["missing"]))[0]


# The file of questions.


def test_questions_are_cut_at_ends_of_lines_alone(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_bytes(
        '\ufeff{"question": "One\u2028two?", "id": 7}\r\n\n{"question": "Three?", "answers": [1]}'.encode()
    )
    assert read_questions(path) == [
        {"id": "7", "question": "One\u2028two?", "evidence": []},
        {"id": "2", "question": "Three?", "evidence": [], "answers": [1]},
    ]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("not json", "is not JSON"),
        ("[1]", "is not a JSON object"),
        ('{"id": "a"}', 'has no "question"'),
        ('{"question": " "}', 'has no "question"'),
        ('{"question": ["Why?"]}', 'has no "question"'),
        ('{"question": "Why?", "id": null}', '"id"'),
        ('{"question": "Why?", "answerable": "no"}', '"answerable"'),
        ('{"question": "Why?", "history": "What?"}', '"history"'),
        ('{"question": "Why?", "verdict": "maybe"}', '"verdict"'),
        ('{"question": "Why?", "verdict": ["partly"]}', '"verdict"'),
        ('{"question": "Why?", "passages": [{"file": "a.pdf"}]}', '"text"'),
        ('{"question": "Why?", "passages": [{"file": "a.pdf", "text": "So.", "grade": 4}]}', '"grade"'),
        (
            '{"question": "Why?", "passages": [{"file": "a.pdf", "text": "So.", "grade": 3, "answers": [1]}]}',
            '"answers"',
        ),
        ('{"question": "Why?", "history": [["What?", "That."]]}', '"history"'),
        ('{"question": "Why?", "evidence": {"doc": "a.pdf"}}', '"evidence"'),
        ('{"question": "Why?", "evidence": ["a.pdf"]}', '"evidence"'),
        ('{"question": "Why?", "evidence": [{"page": 1}]}', '"doc"'),
        ('{"question": "Why?", "evidence": [{"doc": "a.pdf", "page": "1"}]}', '"page"'),
        ('{"question": "Why?", "evidence": [{"doc": "a.pdf", "page": 0}]}', '"page"'),
        ('{"question": "Why?", "also_on": [{"doc": "a.pdf", "page": true}]}', '"page"'),
        ('{"question": "Why?", "evidence": [{"doc": "a.pdf", "quote": 5}]}', '"quote"'),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, line: str, says: str) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text(f'{{"question": "What?"}}\n\n{line}\n', encoding="utf-8")
    with pytest.raises(QuestionsError, match=r"^mine\.jsonl cannot be used: line 3 .*\.$") as told:
        read_questions(path)
    assert says in str(told.value)


def test_a_file_of_questions_in_another_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "mine.jsonl").write_bytes('{"question": "Café?"}'.encode("cp1252"))
    with pytest.raises(QuestionsError, match="not in UTF-8"):
        read_questions(tmp_path / "mine.jsonl")


# The run.


class Listening(Assistant):
    """Remembers what it was asked, and in which conversation, and what was searched for."""

    def __init__(self) -> None:
        super().__init__(Shelf(passage(COST)))
        self.asked: list[tuple[str, list[str]]] = []
        self.searched: list[str] = []

    def ask(self, question: str, history: Sequence[tuple[str, str]] = (), among: Any = None) -> Answer:
        self.asked.append((question, [text for turn in history for text in turn]))
        return replace(super().ask(question, history, among), text=f"Answer to {question}")

    def search(self, query: str, k: int = 10, among: Any = None, *, quick: bool = False) -> list[Hit]:
        self.searched.append(query)
        return super().search(query, k, among, quick=quick)


def test_a_follow_up_is_asked_in_the_conversation_before_it() -> None:
    assistant = Listening()
    first, second, last = "What did the Ardle time credits cost?", "Who paid for it?", "and how often?"
    [found] = run(assistant, [{"id": "1", "question": last, "history": [first, second], "evidence": []}])
    before = [first, f"Answer to {first}"]
    assert assistant.asked == [(first, []), (second, before), (last, [*before, second, f"Answer to {second}"])]
    assert assistant.searched[-1] == "Ardle time credits cost: how often?"
    assert found["question"] == last and "doubts" not in found


class Liar(Assistant):
    """Shows, beside what it quotes, a sentence that no page holds, and one from another page."""

    def __init__(self, honest: Assistant) -> None:
        self._honest = honest

    def search(self, query: str, k: int = 10, among: Any = None, *, quick: bool = False) -> list[Hit]:
        return self._honest.search(query, k, among, quick=quick)

    def ask(self, question: str, history: Sequence[tuple[str, str]] = (), among: Any = None) -> Answer:
        answer = self._honest.ask(question, history, among)
        first = answer.citations[0]
        return replace(
            answer, citations=(first, replace(first, quote="The scheme cost £41,001 a year."), _moved(first))
        )


def _moved(citation: Citation) -> Citation:
    return replace(citation, page=1)


def test_a_planted_false_quotation_is_found(golden: Service) -> None:
    asked = [{"id": "1", "question": "What did the time credit scheme cost a year?", "evidence": []}]
    results = list(run(Liar(golden.assistant), asked, SecondReading(golden.library).doubt))
    assert results[0]["doubts"] == [None, "missing", "missing"]
    figures = measure(asked, results)
    assert (figures["quotations shown"], figures["quotations not on their page"]) == (3, 2)
    assert next(misquoted(results)).endswith("page 2: The scheme cost £41,001 a year.")


def test_a_file_that_cannot_be_read_again_does_not_stop_the_run(golden: Service) -> None:
    def check(report: str, page: int | None, quote: str, ocr: bool) -> str | None:
        raise ReportError(report, "It is gone.")

    asked = [{"id": "1", "question": "What did the time credit scheme cost a year?", "evidence": []}]
    figures = measure(asked, list(run(golden.assistant, asked, check)))
    assert figures["quotations not compared"] == figures["quotations shown"] > 0
    assert figures["quotations not on their page"] == 0


# The outputs.


def test_outputs_leave_files_as_they_are_until_the_run_is_over(tmp_path: Path) -> None:
    kept, new = tmp_path / "kept.json", tmp_path / "new.jsonl"
    kept.write_text("what was there")
    Outputs(results=new, figures=kept).check(tmp_path / "questions.jsonl")
    assert kept.read_text() == "what was there" and not new.exists()
    with pytest.raises(OutputError, match="named twice"):
        Outputs(results=kept, figures=tmp_path / "." / "kept.json").check(tmp_path / "questions.jsonl")


def test_an_output_that_fails_at_last_costs_no_other(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        Outputs(results=tmp_path, figures=tmp_path / "figures.json").write([], [], {"questions": 0})
    assert json.loads((tmp_path / "figures.json").read_text()) == {"questions": 0}


# The page.

PAYLOAD = "</style><script>alert('1')</script><img src=x onerror=alert(1)> & more"
LOADING = {"audio", "base", "embed", "form", "iframe", "img", "image", "link", "object", "script", "source", "video"}


def page_of(questions: Sequence[dict[str, Any]], results: Sequence[dict[str, Any]]) -> str:
    about = {"date": "2026-11-23T10:00:00+00:00", "version": PAYLOAD, "reports": 3, "passages": 1200}
    curve = {"refusal threshold": 0.3, "refusal curve": refusal_curve(questions, results)}
    return report(questions, results, about | measure(questions, results) | curve)


@pytest.fixture(scope="module")
def page() -> str:
    questions = [
        question({"doc": PAYLOAD, "page": 3, "quote": PAYLOAD}, history=[PAYLOAD])
        | {"id": PAYLOAD, "question": PAYLOAD},
        question(GOLD),
        question(answerable=False),
    ]
    results = [
        result([hit(1, PAYLOAD, 4, 5) | {"text": PAYLOAD}], cited(PAYLOAD, PAYLOAD), sure=0.6, doubts=["missing"]),
        result(hits(("a.pdf", 3, 3)), cited("It cost ten pounds."), doubts=[None]),
        result(sure=0.1, doubts=[]),
    ]
    return page_of(questions, results)


def test_texts_from_questions_and_reports_are_shown_as_texts(page: str) -> None:
    tree = html.document_fromstring(page)
    [failed] = tree.xpath("//article")
    assert failed.xpath("string(h3)") == PAYLOAD
    assert failed.xpath("string(.//dt[.='Asked before']/following-sibling::dd)") == PAYLOAD
    assert failed.text_content().count(PAYLOAD) == 9
    assert failed.xpath("string(.//dt[.='Quoted']/following-sibling::dd)").endswith("Not on its page.")
    assert tree.text_content().count(PAYLOAD) == 10
    assert {element.tag for element in tree.iter()} & LOADING == set()


def test_the_page_loads_nothing_and_runs_nothing(page: str) -> None:
    tree = html.document_fromstring(page)
    for element in tree.iter("*"):
        for name, value in element.attrib.items():
            assert not name.startswith("on") and name not in ("src", "srcset", "data")
            assert not name.endswith("href") or value.startswith("#")
            assert re.findall(r"url\((?!#)", value) == []
    [style] = tree.xpath("//head/style/text()")
    assert "url(" not in style and "@import" not in style
    assert not re.search(r"<!DOCTYPE svg|<\?xml", page)


def test_the_plots_are_told_to_those_who_do_not_see_them(page: str) -> None:
    tree = html.document_fromstring(page)
    assert [len(figure.xpath(".//figcaption/h3")) for figure in tree.xpath("//figure")] == [1] * 4
    told = [svg.get("aria-label") for svg in tree.xpath("//figure/svg[@role='img']")]
    assert told[0].startswith("The right page comes first for 50% of the questions")
    assert "0% of the questions that the reports do not answer are answered, and 0%" in told[1]
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    used = set(re.findall(r"(?:url\(|href=\")#([^)\"]+)", page))
    assert used <= set(ids)


def test_the_same_run_gives_the_same_page(page: str) -> None:
    questions, results = [question(GOLD)], [result(hits(("a.pdf", 3, 3)), cited("It cost ten pounds."))]
    assert page_of(questions, results) == page_of(questions, results)


def test_a_page_without_failures_and_without_kinds_of_questions_says_so() -> None:
    shown = page_of([question()], [result((), cited("Yes."))])
    assert shown.count('<svg role="img"') == 2
    assert "None of the questions names its evidence." in shown and "This needs questions that" in shown
    assert "Questions that failed (0)" in shown and "<p>None.</p>" in shown
