"""Sentences and passages: nothing lost, nothing added, never too long, always on the right page."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.report import Details, Heading, Page, Report
from ingest.sentences import sentence_spans
from ingest.split import split_report
from vector_store import SentenceEmbedder

embedder = SentenceEmbedder()

SENTENCE = "the co-production of services, people (and staff) said: “yes”! Dr. Smith in 2014. £3.5m? e.g. ﬁne naïve"
ODD = ["http://example.org/a.b", "Antidisestablishmentarianism", "日本語", "\n\n", "\n", "", "x" * 700, "a.b.c.d." * 90]
WORDS = st.sampled_from([*SENTENCE.split(), *ODD])
TEXTS = st.lists(WORDS, max_size=120).map(" ".join)


def report(text: str, pages: Sequence[Page] = (), headings: Sequence[Heading] = (), title: str = "A report") -> Report:
    return Report(Details("id", title, "a.txt"), text, tuple(pages), tuple(headings))


@given(st.text() | TEXTS)
def test_sentences_follow_each_other_and_cover_the_text(text: str) -> None:
    spans = sentence_spans(text)
    assert "".join(text[start:end] for start, end in spans) == text
    assert all(end > start for start, end in spans)


@pytest.mark.parametrize(
    "sentences",
    [
        ["Dr. Smith of the U.S. said so (p. 12). ", "See fig. 3, e.g. the cat."],
        ["See para. 12 and vol. 3 by Cllr. Smith, approx. £30. ", "It rained."],
        ["It stands in sect. 4. ", "We opened the app. ", "It works."],
        ["They met in No.10 Downing Street. ", "It rained."],
        ["It grew quickly.3 ", "Then it shrank."],
        ["“Is that so?” she asked. ", "It was."],
        ["A heading\n\n", "A sentence. ", "Another one."],
        ["It costs £3.50 a day! ", "Who pays? ", "Nobody."],
    ],
)
def test_sentences_end_where_a_reader_would_end_them(sentences: list[str]) -> None:
    text = "".join(sentences)
    assert [text[start:end] for start, end in sentence_spans(text)] == sentences


def test_the_number_of_an_item_stands_with_its_sentence() -> None:
    text = "2. Give each school a seat. Ask them first.\n\niv. Teach.\n\n(a) Pay the fares.\n\nB) Rest.\n\nNo. Never."
    assert [text[start:end].strip() for start, end in sentence_spans(text)] == [
        *(
            "2. Give each school a seat.",
            "Ask them first.",
            "iv. Teach.",
            "(a) Pay the fares.",
            "B) Rest.",
            "No.",
            "Never.",
        )
    ]


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.integers(20, 256), st.integers(5, 200))
def test_passages_are_the_text_cut_and_the_model_reads_them_whole(text: str, limit: int, target: int) -> None:
    passages = split_report(report(text), embedder.count_tokens, limit, target)
    assert "".join(passage.text for passage in passages) == text
    for passage in passages:
        assert text[passage.start : passage.end] == passage.text
        assert embedder.count_tokens([f"{passage.context}\n{passage.text}"])[0] <= limit


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_every_letter_of_a_passage_is_on_the_page_that_it_names(texts: list[str]) -> None:
    pages, start = [], 0
    for number, text in enumerate(texts, start=1):
        pages.append(Page(number, f"p{number}", start, start + len(text)))
        start += len(text) + 2
    whole = report("\n\n".join(texts), pages)
    for passage in split_report(whole, embedder.count_tokens, 60, 40):
        for offset in range(0, len(passage.text), 7):
            if not passage.text[offset].isspace():
                named, real = passage.page_at(offset), whole.page_at(passage.start + offset)
                assert named is not None and real is not None
                assert (named.number, named.label) == (real.number, real.label)


def test_passages_end_at_sentences_and_know_their_heading() -> None:
    sentence = "People who use a service know things about it that nobody else can know. "
    text = "Why it works\n\n" + sentence * 22 + "\n\nWhat it costs\n\n" + sentence * 20
    second = text.index("What it costs")
    headings = [Heading(0, 12, 1, "Why it works"), Heading(second, second + 13, 1, "What it costs")]
    passages = split_report(report(text, headings=headings), embedder.count_tokens, 254, 100)
    assert all(passage.text.rstrip().endswith(".") for passage in passages)
    assert {passage.heading for passage in passages} == {"Why it works", "What it costs"}
    starts = [passage for passage in passages if passage.text.startswith("What it costs")]
    assert [passage.heading for passage in starts] == ["What it costs"]
    assert starts[0].context == "A report. What it costs"


def test_a_very_long_title_is_left_out_of_the_context() -> None:
    passages = split_report(report("One sentence.", title="very long " * 60), embedder.count_tokens, 254, 100)
    assert passages[0].context == ""


def test_a_passage_survives_the_store() -> None:
    pages = [Page(1, "i", 0, 9), Page(2, "ii", 10, 19)]
    whole = Report(
        Details("id", "T", "f.pdf", ("A B", "C D"), "nef", 2013, "pdf"), "One here. Two there.", tuple(pages)
    )
    [passage] = split_report(whole, embedder.count_tokens, 254, 100)
    assert type(passage).from_document(passage.to_document()) == passage
    assert passage.where == "T, pp. 1-2"
