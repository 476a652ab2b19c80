"""What a report is: told by a sentence in which it speaks of itself, or by its title, or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.readers import registry as read
from ingest.report import BRIEF, Block, Content, RawPage
from rag.genre.classify import genre_of

BEFORE = "The council met in March. It had been a long winter for the services of the town."


def genre(sentence: str, title: str = "Sharing power") -> tuple[str, str] | None:
    pages = (RawPage((Block(BEFORE),), "i"), RawPage((Block(f"People were asked. {sentence} More follows."),), "ii"))
    report = read._report(Content(pages, paged=True, title=title), "a", "a.pdf", ".pdf", "")
    found = genre_of(report)
    if found and found.by == "sentence":
        assert (found.sentence, found.page, found.label) == (sentence, 2, "ii")
    return (found.name, found.sentence) if found else None


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("survey", "This report presents the findings of a survey of 1,200 tenants."),
        ("survey", "This survey was carried out by telephone in two towns."),
        ("evaluation", "This evaluation looks at the first two years of the scheme."),
        ("evaluation", "The aim of this evaluation is to learn what changed."),
        ("evaluation", "This report presents the findings of an independent evaluation of the pilot."),
        ("evaluation", "This is the final evaluation of the home care pilot."),
        ("evaluation", "This paper evaluates the first two years of a community programme."),
        ("case study", "This report is a case study of one hospital."),
        ("case study", "This case study describes how one hospital changed its visits."),
        ("review of evidence", "This rapid review summarises what is known about peer support."),
        ("guidance", "This guide is for those who run a service."),
        ("guidance", "This practical toolkit helps staff to plan with people."),
        ("guidance", "Introduction This handbook explains how to plan with people."),
        ("guidance", "This document offers practical guidance on paying people for their time."),
        ("guidance", "This is a short guide to time banks."),
        ("opinion", "This paper argues that people should decide."),
        ("opinion", "In this essay I argue that services have forgotten families."),
    ],
)
def test_a_report_is_what_it_says_of_itself(name: str, sentence: str) -> None:
    assert genre(sentence) == (name, sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "A survey found that half of all tenants want a say.",
        "The evaluation of another scheme was published in 2015.",
        "We argue about this at every meeting.",
        "This report evaluates the data of two lists.",
        "A survey was held by the county in 2015. This survey was carried out by telephone.",
        "The commission gave its report in 2011. This report argues that people should decide.",
        "This lack of guidance could cause staff problems.",
        "Is this guide any good?",
    ],
)
def test_what_a_report_says_of_others_does_not_count(sentence: str) -> None:
    assert genre(sentence) is None


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("A toolkit for time banks", "guidance"),
        ("Evaluation of the home care pilot", "evaluation"),
        ("The 2015 tenants survey", "survey"),
        ("Results from the tenants survey", "survey"),
        ("Talking about the tenants survey", ""),
        ("Improving the toolkit", ""),
        ("Response to the consultation on guidance", ""),
        ("Sharing power", ""),
    ],
)
def test_where_no_sentence_tells_the_title_may(title: str, name: str) -> None:
    assert genre("Nothing is told here.", title) == ((name, title) if name else None)


def test_the_sentences_of_our_brief_are_not_the_words_of_the_report() -> None:
    pages = (RawPage((Block("This guide is for those who run a service."),)),)
    told = read._report(Content(pages, title="Sharing power"), "a", "a.md", ".md", "")
    assert genre_of(told)
    assert genre_of(replace(told, details=replace(told.details, kind=BRIEF))) is None


def test_this_report_may_follow_a_sentence_on_this_report() -> None:
    sentence = "This report is the fruit of a year. This report presents the findings of a survey of tenants."
    pages = (RawPage((Block(sentence),)),)
    told = genre_of(read._report(Content(pages, title="Sharing power"), "a", "a.md", ".md", ""))
    assert told and told.name == "survey"
