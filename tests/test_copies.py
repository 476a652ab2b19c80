"""Near copies: the same report in two formats is one report, cited once; a changed edition is another."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import CatalogueEntry, Outcome
from ingest.library.near_duplicates import ALIKE, is_edition, is_saved_anew, likeness, signature
from page.screens.library_table import back_told
from service import Service
from service.report_filter import ONE, ReportFilter
from tests.papers import paragraph, pdf
from tests.test_page import empty_library

WORDS = re.findall(
    r"\w+",
    "ferry warden orchard ledger harbour tenant kitchen budget walker lantern pupil carer bench timetable allotment "
    "neighbour library workshop voucher committee river garden bus elder teacher grant market playground clinic choir",
)
QUESTION = "What do the ferry wardens of Inchmore pay for the boathouse?"
FACT = "The ferry wardens of Inchmore pay 27 pounds a month for the boathouse."


def sentences(seed: int, count: int = 60) -> list[str]:
    """Sentences of random words, so that two seeds have nothing in common."""
    chance = random.Random(seed)
    made = [f"The {' '.join(chance.choices(WORDS, k=9))} number {chance.randrange(1000)}." for _ in range(count)]
    return [*made[: count // 2], FACT, *made[count // 2 :]]


def as_pdf(text: list[str], title: str = "Ferries of Inchmore") -> bytes:
    thirds = [text[start : start + 25] for start in range(0, len(text), 25)]
    return pdf([paragraph(" ".join(third)) for third in thirds], {"Title": title})


def as_html(text: list[str], title: str = "Ferries of Inchmore") -> bytes:
    body = "".join(f"<p>{' '.join(text[start : start + 4])}</p>" for start in range(0, len(text), 4))
    return f"<html><head><title>{title}</title></head><body>{body}</body></html>".encode()


@pytest.fixture
def service(golden: Service, tmp_path: Path) -> Iterator[Service]:
    with empty_library(golden, tmp_path / "library") as made:
        yield made


def add(service: Service, folder: Path, **files: bytes) -> dict[str, Outcome]:
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / name.replace("_", ".")).write_bytes(data)
    return {outcome.file: outcome for outcome in service.library.add([folder])}


def only(service: Service) -> CatalogueEntry:
    [listing] = service.library.reports()
    return listing


@pytest.mark.parametrize("order", [("a_pdf", "b_html"), ("b_html", "a_pdf"), ("both",)])
def test_two_formats_of_a_report_are_one_report_with_pages(
    service: Service, tmp_path: Path, order: tuple[str, ...]
) -> None:
    files = {"a_pdf": as_pdf(sentences(1)), "b_html": as_html(sentences(1))}
    if order == ("both",):  # in one go, the one without pages first
        told = add(service, tmp_path / "in", a_html=files["b_html"], b_pdf=files["a_pdf"])
    else:
        told = {}
        for name in order:
            told = add(service, tmp_path / "in", **{name: files[name]}) | told
    assert {outcome.status for outcome in told.values()} == {"added"}
    assert all(outcome.passages for outcome in told.values())
    listing = only(service)
    assert listing.details.kind == "pdf"
    assert [copy.kind for copy in listing.copies] == ["html"]

    answer = service.assistant.ask(QUESTION)
    [cited] = [citation for citation in answer.citations if citation.marked == FACT]
    assert (cited.passage.report.kind, cited.page) == ("pdf", 2)
    assert [place.report.kind for place in cited.also] == ["html"]
    assert answer.to_json()["citations"][cited.number - 1]["also"][0]["file"].endswith(".html")
    kinds = {hit.passage.report.kind for hit in service.assistant.search(QUESTION)}
    assert kinds == {"pdf"}


def test_of_two_alike_the_first_is_the_report(service: Service, tmp_path: Path) -> None:
    add(service, tmp_path / "in", a_html=as_html(sentences(1)))
    told = add(service, tmp_path / "in", b_html=as_html(sentences(1), "A later copy"))
    assert told["b.html"].reason == "It says the same as “Ferries of Inchmore”, which is cited in its place."
    assert only(service).details.file == "a.html"
    assert {outcome.status for outcome in service.library.add([tmp_path / "in"])} == {"unchanged"}


def test_a_changed_edition_is_a_report_of_its_own(service: Service, tmp_path: Path) -> None:
    first, second = sentences(1), sentences(1)
    second[::5] = sentences(2)[::5]
    assert likeness(" ".join(first), " ".join(second)) < ALIKE
    add(service, tmp_path / "in", a_pdf=as_pdf(first), b_pdf=as_pdf(second))
    assert len(service.library.reports()) == 2
    # What both say is cited once all the same, with both places.
    cited = service.assistant.ask(QUESTION).citations
    assert sum(citation.marked == FACT for citation in cited) == 1
    [place] = next(citation.also for citation in cited if citation.marked == FACT)
    assert (place.report.file, place.page) in {("a.pdf", 2), ("b.pdf", 2)}


ACCOUNT = (
    "The harbour garden is open to all who live near it. At the end of 2017 it had forty-one beds and 12 sheds. "
    "The beds cost 18,400 pounds, of which the council paid a half. Margaret Rennie looks after the tools, and the "
    "members meet monthly in the boathouse. The rules were agreed by everyone. Nobody is charged, and the water comes "
    "from the burn. "
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2017", "2018"),
        ("forty-one", "fifty-eight"),
        ("12 sheds", "9 sheds"),
        ("18,400", "22,950"),
        ("Margaret Rennie", "Una Flett"),
        ("were agreed", "were not agreed"),
        ("monthly", "weekly"),
        ("a half", "a third"),
        ("everyone", "nobody"),
        ("charged, and the water comes", "thanked, and the money goes"),
    ],
)
@pytest.mark.parametrize("length", [25, 200])
def test_what_tells_other_things_in_the_same_words_is_an_edition(old: str, new: str, length: int) -> None:
    around = sentences(3, length)
    text = " ".join([*around[: length // 2], ACCOUNT, *around[length // 2 :]])
    other = text.replace(old, new)
    assert likeness(text, other) >= ALIKE
    assert is_edition(text, other) and is_edition(other, text)


def _with_running_heads(text: str) -> str:
    words = text.split()
    parts = [words[start : start + 90] for start in range(0, len(words), 90)]
    return " ".join(word for number, part in enumerate(parts, 1) for word in (*part, "Garden", "review", str(number)))


@pytest.mark.parametrize(
    "other",
    [
        "Front cover. Contents. " + ACCOUNT,
        ACCOUNT + "Printed on paper from the mill. ISBN 978 0 000000 00 0.",
        ACCOUNT.replace("a half.", "a half.3").replace("boathouse.", "boathouse 4."),
        ACCOUNT.replace("boathouse", "boat-house").replace("everyone", "every one"),
        ACCOUNT.replace("members", "rnembers").replace("charged", "chargcd"),
        ACCOUNT.replace("beds and 12", "beds 1 and 12").replace("pounds, of", "pounds, 2 of"),
        ACCOUNT.replace("Nobody is charged", "Nobody pays"),
    ],
)
def test_the_layout_of_another_format_makes_no_edition(other: str) -> None:
    around = " ".join(sentences(3))
    text = f"{around} {ACCOUNT} {around}"
    other = _with_running_heads(f"{around} {other} {around}")
    assert not is_edition(text, other) and not is_edition(other, text)


def test_numbers_of_pages_and_days_of_visits_make_no_edition() -> None:
    text = f"{' '.join(sentences(3))} See page 12 for the rules. Accessed 3 March 2017."
    assert not is_edition(text, text.replace("page 12", "page 14").replace("3 March 2017", "11 May 2019"))


def test_last_years_edition_is_found_and_asked_for_its_own_year(service: Service, tmp_path: Path) -> None:
    around = " ".join(sentences(3))
    first = f"# Inchmore garden: return 2017\n\n{around}\n\nAt the end of the year forty-one beds were let.\n"
    second = first.replace("2017", "2018").replace("forty-one", "fifty-eight")
    told = add(service, tmp_path / "in", a_md=first.encode(), b_md=second.encode())
    assert [outcome.reason for outcome in told.values()] == ["", ""]
    assert len(service.library.reports()) == 2
    for year, figure in (("2017", "forty-one"), ("2018", "fifty-eight")):
        assert figure in service.assistant.ask(f"How many beds were let in {year}?").citations[0].quote


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        (ACCOUNT.replace("a half", "two fifths"), True),
        (ACCOUNT.replace("everyone", "all who came") + "There is a pond, and a bench beside it.", True),
        (ACCOUNT.replace("2017", "2018").replace("forty-one", "fifty"), False),
        (ACCOUNT.replace("Margaret Rennie", "Una Flett"), False),
        (" ".join(sentences(1, 8)), False),
    ],
)
def test_a_file_that_was_saved_anew_is_about_the_same(changed: str, same: bool) -> None:
    assert is_saved_anew(ACCOUNT, changed) == is_saved_anew(changed, ACCOUNT) == same


def test_a_copy_takes_over_when_the_file_of_its_report_becomes_another(service: Service, tmp_path: Path) -> None:
    files = {"a_pdf": as_pdf(sentences(1)), "b_html": as_html(sentences(1)), "c_html": as_html(sentences(1), "C")}
    add(service, tmp_path / "in", **files)
    assert [copy.file for copy in only(service).copies] == ["b.html", "c.html"]
    add(service, tmp_path / "in", a_pdf=as_pdf(sentences(2), "Another"))
    listings = {listing.details.file: listing for listing in service.library.reports()}
    assert set(listings) == {"a.pdf", "b.html"}
    assert [copy.file for copy in listings["b.html"].copies] == ["c.html"]
    # The new report says the fact as well, so it is cited from there with its page, and found in the copy too.
    [cited] = [citation for citation in service.assistant.ask(QUESTION).citations if citation.marked == FACT]
    assert {cited.passage.report.file, *(place.report.file for place in cited.also)} == {"a.pdf", "b.html"}


def test_a_report_is_removed_with_its_copies(service: Service, tmp_path: Path) -> None:
    add(service, tmp_path / "in", a_pdf=as_pdf(sentences(1)), b_html=as_html(sentences(1)))
    assert service.library.remove(only(service).details.id)
    assert service.library.reports() == []
    assert service.library.is_empty
    assert not list((tmp_path / "library" / "files").iterdir())


def test_a_report_is_put_back_with_its_copies(service: Service, tmp_path: Path) -> None:
    add(service, tmp_path / "in", a_pdf=as_pdf(sentences(1)), b_html=as_html(sentences(1)))
    before, files = service.library.reports(), sorted((tmp_path / "library" / "files").iterdir())
    asked = service.assistant.ask(QUESTION)
    removed = service.library.remove(only(service).details.id)
    assert removed and not service.assistant.ask(QUESTION).citations
    service.library.put_back(removed)
    assert service.library.reports() == before
    assert sorted((tmp_path / "library" / "files").iterdir()) == files
    assert service.assistant.ask(QUESTION) == asked
    again = list(service.library.add([tmp_path / "in"]))
    assert {outcome.status for outcome in again} == {"unchanged"}


def test_what_is_put_back_beside_the_same_in_another_format_is_one_report(service: Service, tmp_path: Path) -> None:
    add(service, tmp_path / "in", b_html=as_html(sentences(1)))
    removed = service.library.remove(only(service).details.id)
    add(service, tmp_path / "in", a_pdf=as_pdf(sentences(1)))
    assert removed
    service.library.put_back(removed)
    [copy] = only(service).copies
    assert (only(service).details.file, copy.file) == ("a.pdf", "b.html")
    assert back_told([copy], {copy.id: "c.html"}, service.library.reports()) == (
        f"1 report is back. Another report has the place of “{copy.title}”, so both are kept, and its file is called "
        f"“b.html”. “{copy.title}” says the same as “{only(service).details.title}”, which is cited in its place."
    )


def test_a_report_is_found_by_either_of_its_files(service: Service, tmp_path: Path) -> None:
    add(service, tmp_path / "in", a_pdf=as_pdf(sentences(1)), b_html=as_html(sentences(1)))
    [listing] = service.library.reports()
    [copy] = listing.copies
    assert service.page(copy.id)["id"] == service.page("b.html")["id"] == copy.id
    for limits in (ReportFilter("b.html"), ReportFilter(within=f"{ONE}{copy.id}")):
        assert service.admitted(limits) == [listing.details.id]


def test_a_copy_can_be_removed_alone(service: Service, tmp_path: Path) -> None:
    add(service, tmp_path / "in", a_pdf=as_pdf(sentences(1)), b_html=as_html(sentences(1)))
    [copy] = only(service).copies
    assert service.library.remove(copy.id)
    assert only(service).details.file == "a.pdf"
    assert only(service).copies == ()


def test_a_report_that_changes_a_little_replaces_itself(service: Service, tmp_path: Path) -> None:
    text = sentences(1)
    add(service, tmp_path / "in", a_pdf=as_pdf(text), b_html=as_html(text))
    text[0] = "The ferry sails at noon."
    assert add(service, tmp_path / "in", a_pdf=as_pdf(text))["a.pdf"].status == "replaced"
    listing = only(service)
    assert (listing.details.file, [copy.file for copy in listing.copies]) == ("a.pdf", ["b.html"])
    assert service.library.report(listing.details.id).text.startswith("The ferry sails at noon.")


def test_lines_of_a_jsonl_file_are_never_copies(service: Service, tmp_path: Path) -> None:
    text = " ".join(sentences(1))
    lines = "\n".join(f'{{"id": "{number}", "title": "T", "text": "{text}"}}' for number in range(2))
    add(service, tmp_path / "in", lines_jsonl=lines.encode())
    assert [listing.details.file for listing in service.library.reports()] == ["0", "1"]


def test_the_same_bytes_elsewhere_are_listed_with_the_report(service: Service, tmp_path: Path) -> None:
    add(service, tmp_path / "in", a_pdf=as_pdf(sentences(1)), b_pdf=as_pdf(sentences(1)))
    assert only(service).places in {("a.pdf",), ("b.pdf",)}


def test_a_short_text_has_no_signature() -> None:
    assert signature("Please sign here and hand the form in at the desk.") == ""


@given(st.lists(st.sampled_from(WORDS), max_size=40), st.lists(st.sampled_from(WORDS), max_size=40))
def test_likeness_is_a_share_and_the_same_both_ways(first: list[str], second: list[str]) -> None:
    one, other = " ".join(first), " ".join(second)
    assert 0 <= likeness(one, other) == likeness(other, one) <= 1
    if len(first) >= 5:
        assert likeness(one, one.upper()) == 1
