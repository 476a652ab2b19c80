"""Speech, minutes and forms are known by how they look; what only looks so is not taken for them."""

from __future__ import annotations

import pytest

from ingest.readers import registry as read
from ingest.report import Block, Content, RawPage
from rag.genre import Genre
from rag.genre.classify import genre_of

PROSE = "The service opened in March. People were asked what they wanted, and most of them said more time with others."
SAID = [
    "So, can you tell us what you do?",
    "Well, I run the club, and we meet on Mondays. You can just come along.",
    "And who comes to you?",
    "I would say that most of my people live round here, you know.",
    "What would you change?",
    "I think we need a bigger room, and I want to open on Sundays.",
]


def kind(blocks: list[str], title: str = "The club", file: str = "a.pdf") -> Genre | None:
    pages = (RawPage((Block(PROSE),)), RawPage(tuple(map(Block, blocks))))
    return genre_of(read._report(Content(pages, paged=True, title=title), "a", file, ".pdf", ""))


def name(blocks: list[str], title: str = "The club", file: str = "a.pdf") -> str:
    found = kind(blocks, title, file)
    return found.name if found else ""


def turns(one: str, other: str) -> list[str]:
    return [f"{(one, other)[at % 2]}{said}" for at, said in enumerate(SAID)]


@pytest.mark.parametrize(
    "blocks",
    [
        turns("MM ", "CW "),
        turns("MM: ", "CW: "),
        turns("Michael: ", "Cheryl: "),
        turns("Ms Hall: ", "Professor Ann Ode: "),
        turns("LADY HALL: ", "MR ODE: "),
        turns("Interviewer: ", "Participant 3: "),
        turns("Q. ", "A. "),
        ["JO - Jane Ode", "JO The talk that I give you today is on clubs.", *SAID[1::2]],
        ["JO - Dr Jane Ode RH - Ray Hall", "RH It is my pleasure to introduce her.", *SAID],
        ["You're listening to Club FM, and this is what you asked for.", *SAID],
        ["Jane: Hi, I’m Jane from the north.", *SAID[1::2]],
        ["Mr Ode: My Lady, I speak for those who run clubs.", *[PROSE] * 2, *SAID[1::2]],
        ["JANE ODE (affirmed)", "Questions from counsel", *SAID],
    ],
)
def test_speech_is_known_by_who_speaks(blocks: list[str]) -> None:
    found = kind(blocks)
    assert found and (found.name, found.by, found.page) == ("transcript", "shape", 2)
    assert found.sentence in " ".join(blocks) and not found.sentence.startswith("JO - ")


@pytest.mark.parametrize(
    "blocks",
    [
        [f"{who} has met its aims for the year and will report again." for who in ("DHS", "OAH", "DHS", "OAH") * 3],
        [f"{who}: {PROSE}" for who in ("Challenge", "Solution") * 4] + ["A challenge needs a solution."],
        [f"{who}: {SAID[1]}" for who in ("Tip", "Note") * 4],
        ["Q. How can you join?", "A. You can write to us.", "Q. What does it cost you?", "A. You pay nothing."] * 2,
        ["EU - European Union", "CW - Community Work", *[PROSE] * 6],
        [PROSE, "“I was glad of it,” one of them told us.", "MD: the managing director.", *[PROSE] * 6],
        ["This podcast was praised by those who heard it.", *[PROSE] * 6],
    ],
)
def test_what_only_begins_like_speech_is_none(blocks: list[str]) -> None:
    assert name(blocks) in ("", "guidance")


def test_a_talk_on_an_evaluation_is_a_talk() -> None:
    assert name(turns("MM ", "CW "), "Evaluation of the club", "toolkit/evaluation report.pdf") == "transcript"


@pytest.mark.parametrize(
    "blocks",
    [
        ["Present: Ann Ode, Ray Hall", "Apologies: Jo Ives", "Matters arising", PROSE, "Date of next meeting: 3 May"],
        ["In attendance\nAnn Ode\nRay Hall", "1. Apologies for absence", "2. Minutes of the last meeting", "7. AOB"],
        ["SEDERUNT:", "Ann Ode", "1 Apologies", PROSE, "Actions agreed", "Next meeting"],
    ],
)
def test_minutes_say_who_was_there(blocks: list[str]) -> None:
    found = kind(blocks, "Club committee")
    assert found and (found.name, found.by) == ("minutes", "shape")


@pytest.mark.parametrize(
    ("blocks", "title"),
    [
        (
            ["1. Apologies", "2. Minutes of the last meeting", "3. Matters arising", "4. Any other business"],
            "Committee",
        ),
        (["Present: all", "Apologies", "Matters arising", "Next meeting"], "Agenda for the committee"),
        (["Present services are few.", "Apologies are not enough.", "Attending was hard."], "Sharing power"),
    ],
)
def test_an_agenda_and_words_of_meetings_are_no_minutes(blocks: list[str], title: str) -> None:
    assert name(blocks, title) == ""


@pytest.mark.parametrize(
    "blocks",
    [
        ["Name: ________", "Address: ________", "I agree to take part ☐", "Signature", "Date ..........", "Signed:"],
        ["1. How often do you come?", "Mark only one oval. Weekly Monthly", "Tick all that apply"] * 5,
        ["<insert name of project>", "[Insert date]", "[your name]", "(Briefly state the aim)", "[enter cost]"],
        ["☐ Yes ☐ No", "□ Weekly □ Monthly", "[ ] I agree", "[ ] I do not", "Strongly agree … Strongly disagree"],
    ],
)
def test_a_form_has_something_to_fill_in_all_through(blocks: list[str]) -> None:
    found = kind(blocks, "Your say")
    assert found and (found.name, found.by) == ("form or template", "shape")


@pytest.mark.parametrize(
    "blocks",
    [
        [*[PROSE] * 40, "Name: ________", "I agree ☐", "Signature", "Date ..........", "Signed:"],
        [f"Chapter {number} .............................. {number}" for number in range(1, 20)],
        ["- [x](https://example.org) is a link", "Strongly agreed on by all."] * 6,
    ],
)
def test_a_report_that_prints_a_form_is_none(blocks: list[str]) -> None:
    assert name(blocks) == ""


def page(blocks: list[Block], title: str = "The club") -> Genre | None:
    content = Content((RawPage(tuple(blocks)),), title=title)
    return genre_of(read._report(content, "a", "a.html", ".html", ""))


@pytest.mark.parametrize("title", ["Case studies", "Our work", "The toolkit"])
def test_a_page_without_sentences_that_leads_to_others_is_a_list(title: str) -> None:
    asked = [Block("What kind of room do I have to find to open a club in the town?")]
    found = page(
        [Block(f"A club in {place} that {does}") for place in "NSEW" for does in ("sings", "cooks")] + asked, title
    )
    assert found and (found.name, found.by, found.sentence) == ("list", "shape", "A club in N that sings")


@pytest.mark.parametrize(
    "blocks", [[Block(PROSE)] * 4, [Block("A club"), Block("More")], [Block(PROSE), *[Block("A")] * 9]]
)
def test_a_page_with_sentences_or_with_nothing_is_no_list(blocks: list[Block]) -> None:
    assert page(blocks, "Case studies")
    assert page(blocks, "Case studies").name == "case study"  # type: ignore[union-attr]


ADVICE = "You can ask your neighbours, and you should pay what your guests spend. If you want more, ask early."
PROMISE = "We will open two rooms. The council will pay for them, and we are committed to keeping them warm."


@pytest.mark.parametrize(
    ("blocks", "told"),
    [
        ([ADVICE] * 6, "guidance"),
        ([PROMISE] * 6, "strategy or plan"),
        ([PROSE] * 30 + [ADVICE], ""),
        ([PROSE] * 30 + [PROMISE], ""),
        ([PROSE] * 6, ""),
        (["Leeds, March 3, 2016 - The club opens today."], "news"),
        (["Leeds, 3 March 2016 – The club opens today."], "news"),
        ([PROSE, "Notes to editors", PROSE], "news"),
        ([PROSE, "Leeds, 3 March 2016", "FOR IMMEDIATE RELIEF", PROSE], ""),
    ],
)
def test_how_a_report_speaks_shows_what_it_is(blocks: list[str], told: str) -> None:
    found = kind(blocks)
    assert (found.name if found else "") == told
    assert not found or (found.by == "shape" and found.sentence in " ".join(blocks))


@pytest.mark.parametrize(
    ("headings", "told"),
    [
        (("1 Introduction", "2 Methodology", "3 Key findings"), "research"),
        (("Methods and data", "Results"), "research"),
        (("Introduction", "Conclusion"), ""),
        (("Payment methods", "Conclusion"), ""),
    ],
)
def test_a_report_with_methods_and_findings_is_research(headings: tuple[str, ...], told: str) -> None:
    found = page([each for heading in headings for each in (Block(heading, level=1), Block(PROSE))])
    assert (found.name if found else "") == told


@pytest.mark.parametrize(
    ("title", "file", "told"),
    [
        ("Business plan", "Business-Plan-Template.pdf", ("form or template", "name")),
        ("Consent form", "a.pdf", ("form or template", "title")),
        ("Guidelines for consent forms", "a.pdf", ("guidance", "title")),
        ("A club in the north", "Template-for-interviews_instructions.md", ("guidance", "name")),
        ("Survey toolkit", "a.pdf", ("guidance", "title")),
        ("Toolkit evaluation report", "a.pdf", ("evaluation", "title")),
        ("Housing strategy 2020-2025", "a.pdf", ("strategy or plan", "title")),
        ("Department of Works Strategic Plan FY 2022-2026", "a.pdf", ("strategy or plan", "title")),
        ("Annual performance report 2015", "a.pdf", ("progress report", "title")),
        ("Writing a strategy", "a.pdf", ("", "")),
        ("Views on the strategy", "a.pdf", ("", "")),
        ("Local development plan for the north", "a.pdf", ("strategy or plan", "title")),
        ("Care in targeted areas of the north final evaluation report", "a.pdf", ("", "")),
        ("Care in targeted areas of development final evaluation report", "a.pdf", ("evaluation", "title")),
        ("Monitoring and evaluation of clubs", "a.pdf", ("", "")),
        ("Clubs for all: a systematic umbrella review", "a.pdf", ("review of evidence", "title")),
        ("Minutes of meetings 2017", "a.pdf", ("", "")),
        ("The trustees’ annual report", "a.pdf", ("", "")),
        ("Trustees’ annual report 2019", "a.pdf", ("progress report", "title")),
        ("Strategies that people own", "a.pdf", ("", "")),
        ("A club in the north", "case-studies/north.md", ("case study", "name")),
        ("A club in the north", "club-toolkit/north.md", ("guidance", "name")),
        ("A club in the north", "https://toolkit.example/clubs/north.html?a=toolkit", ("", "")),
        ("A club in the north", "https://x.example/action-plan/north.html", ("strategy or plan", "name")),
    ],
)
def test_titles_and_names_call_a_report_by_their_last_noun(title: str, file: str, told: tuple[str, str]) -> None:
    found = kind([PROSE] * 2, title, file)
    assert ((found.name, found.by) if found else ("", "")) == told


def test_a_page_of_few_words_is_not_what_its_name_speaks_of() -> None:
    assert name([], file="housing-strategy.pdf") == ""


def test_a_line_above_the_title_calls_a_report_what_it_is() -> None:
    found = page([Block("BRIEFING PAPER"), Block("Carers", level=1), Block(PROSE)], "Carers")
    assert found and (found.name, found.by, found.sentence) == ("briefing", "sentence", "BRIEFING PAPER")
    assert not page([Block("Carers", level=1), *[Block(PROSE)] * 4, Block("Briefing paper"), Block(PROSE)], "Carers")
