"""The reading list: every entry is sound, the briefs answer at once, and each steps back when its report comes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.readers.plain.brief import brief_parts, read_brief
from ingest.reading_list import Entry, EntryError, ReadingList, read_entries, read_guides
from ingest.reading_list.download import pdf_links
from ingest.reading_list.entry import ENTRIES, GUIDES, read_entry
from ingest.reading_list.matching import is_titled, tells_of
from ingest.report import Details, Report, ReportError
from ingest.sentences import sentence_spans
from service import Service
from tests.briefs import BRIEF
from tests.papers import paragraph, pdf
from tests.test_page import empty_library

REAL = read_entries()
GUIDED = [guide.title for guide in read_guides()]
FILES = sorted([*ENTRIES.glob("*.md"), *GUIDES.glob("*.md")])

SECOND = BRIEF.replace(b"number: 21", b"number: 22").replace(b"Sharing the pool", b"Tending the green")


@pytest.fixture
def service(golden: Service, tmp_path: Path) -> Iterator[Service]:
    entries = [read_entry(BRIEF, "21-pool"), read_entry(SECOND, "22-green")]
    with empty_library(golden, tmp_path / "library", entries) as made:
        yield made


def files(service: Service) -> list[str]:
    return sorted(listing.details.file for listing in service.library.reports())


BOTH = ["reading-list/21-pool.md", "reading-list/22-green.md"]
POOL_REPORT = pdf(
    [paragraph("A season ticket costs 40 pounds, and a day ticket costs two.")],
    {"Title": "Sharing the pool: How five towns run a swimming bath"},
)


# The entries as they are.


def test_the_list_has_fourteen_entries() -> None:
    assert [entry.number for entry in REAL] == list(range(1, 15))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_sentence_of_a_brief_says_where_its_fact_was_seen(file: Path) -> None:
    _, blocks = brief_parts(file.read_bytes(), file.name)
    told = [block for block in blocks if not block.level]
    assert told
    for block in told:
        assert block.seen_at.startswith(("http://", "https://"))
        assert block.text.endswith(".")
        assert len(sentence_spans(block.text)) == 1


@pytest.mark.parametrize("entry", REAL, ids=lambda entry: entry.name)
def test_an_entry_says_what_a_reader_needs(entry: Entry) -> None:
    assert entry.address
    for work in entry.works.values():
        known = [address.known for address in work.addresses]
        assert known == sorted(known, key=["seen", "recalled"].index), "what nobody has confirmed comes last"
    if entry.identified != "certain" or not entry.free:
        assert entry.uncertain
        assert entry.advice


def test_only_the_book_is_not_free() -> None:
    assert [entry.number for entry in REAL if not entry.free] == [7]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ((b"kind: report", b"kind: leaflet"), "kind"),
        ((b"year: 2012", b"year: '2012'"), "year"),
        ((b"free: true\n", b""), "free"),
        ((b"leads_to: report", b"leads_to: nowhere"), "leads_to"),
        ((b"https://baths.example/pool.pdf", b"baths.example/pool.pdf"), "address"),
        ((b"further: []", b"further: []\nextra: 1"), "extra"),
        ((b"a year. [^1]", b"a year."), "no source"),
        ((b"[^2]\n\n##", b"[^3]\n\n##"), "no address"),
        ((b"---\nnumber", b"number"), "between two lines"),
    ],
)
def test_a_fault_in_an_entry_is_named(change: tuple[bytes, bytes], told: str) -> None:
    assert change[0] in BRIEF
    with pytest.raises(EntryError, match=told) as error:
        read_entry(BRIEF.replace(*change), "21-pool")
    assert "21-pool" in str(error.value)


def test_a_brief_without_a_source_is_no_report() -> None:
    with pytest.raises(ReportError, match="has no source"):
        read_brief(BRIEF.replace(b"a year. [^1]", b"a year."), "21-pool")


# Answers on first start.


@pytest.fixture(scope="module")
def fresh(golden: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A first start: an empty library that has been given the real briefs."""
    with empty_library(golden, tmp_path_factory.mktemp("fresh")) as made:
        ReadingList(made.library).fill()
        yield made


@pytest.mark.parametrize(
    ("question", "wanted", "number"),
    [
        ("What is co-production?", "co-production", None),
        ("What did the 2015 survey find about people wanting a say in services?", "96%", 5),
        ("Who coined the word co-production?", "Elinor Ostrom", 3),
        ("Who should be involved?", "lived experience", None),  # a question that names no subject means this one
        ("How much does it cost?", "need not cost much", None),
        ("What goes wrong?", "What goes wrong with co-production", None),
        ("How do we start?", "To start co-production", None),
    ],
)
def test_a_first_start_answers_from_the_briefs(fresh: Service, question: str, wanted: str, number: int | None) -> None:
    answer = fresh.assistant.ask(question)
    assert answer.answered
    assert wanted.casefold() in answer.text.casefold()
    for citation in answer.citations:
        report = citation.passage.report
        assert report.is_brief
        assert report.address.startswith("http") or report.title in GUIDED
        assert citation.seen_at.startswith("http")
        told = citation.to_json()
        assert (told["brief"], told["seen_at"], told["address"]) == (True, citation.seen_at, report.address)
    if number:
        first = next(citation for citation in answer.citations if wanted in citation.quote)
        [entry] = [entry for entry in REAL if entry.number == number]
        assert first.passage.report.title == entry.title
        sentence = next(block for block in brief_parts(entry.brief, "")[1] if block.text == first.quote)
        assert first.seen_at == sentence.seen_at


@pytest.mark.parametrize("question", ["Who won the football World Cup in 2014?", "Who won?", "Can I park there?"])
def test_what_the_briefs_do_not_say_is_refused(fresh: Service, question: str) -> None:
    assert not fresh.assistant.ask(question).answered


def test_a_heading_of_a_brief_is_never_quoted(fresh: Service) -> None:
    answer = fresh.assistant.ask("Where does the word co-production come from?")
    headings = {block.text for entry in REAL for block in brief_parts(entry.brief, "")[1] if block.level}
    assert headings.isdisjoint(citation.quote for citation in answer.citations)


def test_a_brief_is_cited_with_the_year_of_its_report(fresh: Service) -> None:
    years = {listing.details.title: listing.details.year for listing in fresh.library.reports()}
    assert years == {entry.title: entry.year for entry in REAL} | dict.fromkeys(GUIDED)


def test_a_guide_comes_to_those_who_have_briefs_and_stays_when_a_report_comes(golden: Service, tmp_path: Path) -> None:
    with empty_library(golden, tmp_path / "library", [read_entry(BRIEF, "21-pool")]) as service:
        service.reading_list.settle()  # as an earlier version did, which had none
        reading_list = ReadingList(service.library)
        (tmp_path / "mine.pdf").write_bytes(pdf([paragraph("It is short.")], {"Title": reading_list.entries[7].title}))
        list(service.library.add([tmp_path / "mine.pdf"]))
        for _start in range(2):
            reading_list.settle()
            guides = [each.details for each in service.library.reports() if each.details.title in GUIDED]
            assert [each.is_brief for each in guides] == [True] * len(GUIDED) and reading_list.states()[7].complete
        service.library.remove(guides[0].id)
        reading_list.settle()
        assert guides[0].title not in [each.details.title for each in service.library.reports()]


# Which briefs are in the library.


def test_a_brief_steps_back_for_its_report_and_returns_when_that_is_removed(service: Service, tmp_path: Path) -> None:
    service.reading_list.settle()
    assert files(service) == BOTH
    (tmp_path / "mine.pdf").write_bytes(POOL_REPORT)
    list(service.library.add([tmp_path / "mine.pdf"]))
    service.reading_list.settle()
    assert files(service) == ["mine.pdf", BOTH[1]]
    state = service.reading_list.states()[0]
    assert state.complete
    assert state.works[0].report is not None
    cited = service.assistant.ask("What does a season ticket for the pool cost?").citations[0]
    assert (cited.passage.report.file, cited.seen_at) == ("mine.pdf", "")
    service.library.remove(state.works[0].report.details.id)
    service.reading_list.settle()
    assert files(service) == BOTH


def test_a_brief_that_the_person_removed_stays_away(service: Service) -> None:
    service.reading_list.settle()
    [brief] = [state.brief for state in service.reading_list.states() if state.brief and state.entry.number == 21]
    service.library.remove(brief.details.id)
    service.reading_list.settle()
    assert files(service) == BOTH[1:]


def test_a_library_of_her_own_is_given_no_briefs(service: Service, tmp_path: Path) -> None:
    (tmp_path / "own.md").write_text("# Own\n\nThe choir sings on Mondays.", encoding="utf-8")
    list(service.library.add([tmp_path / "own.md"]))
    service.reading_list.settle()
    assert files(service) == ["own.md"]


def test_a_brief_that_was_changed_replaces_its_old_self(service: Service, golden: Service, tmp_path: Path) -> None:
    service.reading_list.settle()
    newer = [read_entry(BRIEF.replace(b"40 pounds", b"45 pounds"), "21-pool"), read_entry(SECOND, "22-green")]
    with empty_library(golden, tmp_path / "library", newer) as later:
        later.reading_list.settle()
        assert files(later) == BOTH
        assert "45 pounds" in later.assistant.ask("What does a season ticket for the pool cost?").text


def test_of_a_library_without_its_database_the_briefs_are_not_read_again_but_put_in(
    service: Service, golden: Service, tmp_path: Path
) -> None:
    service.reading_list.fill()
    kept = tmp_path / "again"
    kept.mkdir()
    (tmp_path / "library" / "files").rename(kept / "files")
    with empty_library(golden, kept, service.reading_list.entries) as again:
        assert list(again.library.upkeep.mend({})) == []
        again.reading_list.fill()
        assert files(again) == BOTH


def test_an_emptied_library_is_given_the_briefs_again(service: Service) -> None:
    service.reading_list.settle()
    for listing in service.library.reports():
        service.library.remove(listing.details.id)
    service.reading_list.fill()
    assert files(service) == BOTH


# Which report is meant.


@pytest.mark.parametrize(
    ("title", "same"),
    [
        ("SHARING THE POOL: How Five Towns Run a Swimming Bath", True),
        ("Sharing the pool – how five towns run a swimming bath (2nd edition)", True),
        ("Sharing the pool", False),
        ("A review of Sharing the pool: how five towns run a swimming bath", False),
    ],
)
def test_a_report_is_known_by_its_title(title: str, same: bool) -> None:
    entry = read_entry(BRIEF, "21-pool")
    assert is_titled(Details("0" * 16, title, "x.pdf", kind="pdf"), entry) is same
    main, _colon, subtitle = title.rpartition(": ")
    assert not subtitle or is_titled(Details("0" * 16, main, "x.pdf", kind="pdf", subtitle=subtitle), entry) is same
    assert not is_titled(Details("0" * 16, title, "x.md", kind="brief"), entry)


def test_what_was_fetched_must_say_the_title() -> None:
    entry = read_entry(BRIEF, "21-pool")
    details = Details("0" * 16, "Layout 1", "x.pdf", kind="pdf")
    assert tells_of(Report(details, "Sharing the pool\n\nHow five towns\n\nrun a swimming bath"), entry)
    assert not tells_of(Report(details, "The pool of funds: how a town runs its treasury"), entry)
    scattered = "\n\n".join(f"{word} {'and so on ' * 20}" for word in entry.title.split())
    assert not tells_of(Report(details, scattered), entry)


def test_the_likeliest_pdf_of_a_page_comes_first() -> None:
    page = b"""<a href="/minutes.pdf">Minutes</a> <a href='../files/Sharing%20the%20pool.pdf?v=2'>Download</a>
    <a href="/about">About</a> <a href="http://[insert link].pdf">Pool</a>
    <a href="https://other.example/x.PDF">How five towns run a bath</a>"""
    assert pdf_links(page, "https://baths.example/a/b", "Sharing the pool: how five towns run a bath") == [
        "https://other.example/x.PDF",
        "https://baths.example/files/Sharing%20the%20pool.pdf?v=2",
        "https://baths.example/minutes.pdf",
    ]
    assert pdf_links(b"", "https://baths.example/", "Sharing the pool") == []
