"""A mark of a note is never read as a part of the figure or word before it; the note itself is kept."""

from __future__ import annotations

import pytest

from ingest.readers.note_marks import drop_typed_marks
from ingest.readers.plain.markup import read_markdown, read_rst, read_text
from ingest.readers.web.html import read_html
from ingest.report import Content

NOTE = "Three of the twelve said no to the money."


def texts(content: Content) -> list[str]:
    return [block.text for page in content.pages for block in page.blocks]


MARKS = [
    "<sup>3</sup>",
    '<sup><a href="#fn3">3</a></sup>',
    '<a href="#n3"><sup>3</sup></a>',
    '<sup class="reference"><a href="#cite_note-3">[3]</a></sup>',
    '<a class="footnote-ref" href="#fn3" role="doc-noteref">3</a>',
    '<a epub:type="noteref" href="notes.xhtml#a3">3</a>',
    '<span class="footnote-reference">3</span>',
    '<a href="#_ftn3">[3]</a>',
    '<a href="#footnote-3">3</a>',
    "<sup>*</sup>",
    "<sup>3, 4</sup>",
    "³",
]


@pytest.mark.parametrize("mark", MARKS)
def test_marks_are_left_out_of_running_text(mark: str) -> None:
    page = f"<p>Each was paid £1,200{mark} in 2016{mark}. All twelve{mark} came.{mark} Then they left.</p><p>{NOTE}</p>"
    expected = ["Each was paid £1,200 in 2016. All twelve came. Then they left.", NOTE]
    assert texts(read_html(page.encode(), "a.html")) == expected
    assert texts(read_markdown(page.encode(), "a.md")) == expected


@pytest.mark.parametrize(
    ("note", "read"),
    [
        (f'<li id="fn3"><p>{NOTE} <a href="#fnref3" class="footnote-backref">↩</a></p></li>', NOTE),
        (f'<li id="fn3">{NOTE} <a href="#fnref3">↩︎</a></li>', NOTE),
        (f'<li id="fn3"><a href="#r3">^</a> {NOTE}</li>', NOTE),
        (f'<p id="fn3"><sup>3</sup> {NOTE}</p>', f"3 {NOTE}"),
        (f'<p id="_ftn3"><a href="#_ftnref3">[3]</a> {NOTE}</p>', f"[3] {NOTE}"),
        (f'<aside epub:type="footnote"><p>{NOTE} <a role="doc-backlink" href="#r3">back</a></p></aside>', NOTE),
    ],
)
def test_notes_stay_without_the_way_back(note: str, read: str) -> None:
    told = "Each was paid £1,200 a year, and all of them came to every meeting that was held."
    assert texts(read_html(f"<p>{told}</p>{note}".encode(), "a.html")) == [told, read]


@pytest.mark.parametrize(
    ("page", "read"),
    [
        ("A hall of 30 m<sup>2</sup> was let.", "A hall of 30 m² was let."),
        ("It costs 10<sup>6</sup> pounds.", "It costs 10⁶ pounds."),
        ("On the 1<sup>st</sup> of May.", "On the 1st of May."),
        ("CO<sub>2</sub> fell by a half.", "CO2 fell by a half."),
        ('See <a href="#s2">section 2</a> of it.', "See section 2 of it."),
        ('See note <a href="https://example.org/4">4</a>.', "See note 4."),
        ('It is in <a href="/reports/2016">2016</a>.', "It is in 2016."),
        ("A hall of 30 m² and 10⁶ pounds.", "A hall of 30 m² and 10⁶ pounds."),
    ],
)
def test_what_only_looks_like_a_mark_stays(page: str, read: str) -> None:
    assert texts(read_html(f"<p>{page}</p>".encode(), "a.html")) == [read]


def test_typed_marks_of_markdown_are_left_out_and_its_notes_stay() -> None:
    text = f"Each was paid £1,200[^3] in 2016.[^long-name] Then they left.\n\n[^3]: {NOTE}\n[^long-name]: See there.\n"
    first, *notes = texts(read_markdown(text.encode(), "a.md"))
    assert first == "Each was paid £1,200 in 2016. Then they left."
    assert NOTE in " ".join(notes) and "See there." in " ".join(notes)


def test_typed_marks_of_plain_text_are_left_out_where_they_would_change_a_figure() -> None:
    assert texts(read_text("Each was paid £1,200³ for 30 m².".encode(), "a.txt")) == ["Each was paid £1,200 for 30 m²."]
    assert texts(read_text(b"Each was paid 1,200[3] a year.", "a.txt")) == ["Each was paid 1,200[3] a year."]
    assert drop_typed_marks("³ See the study.") == "3 See the study."


def test_marks_of_restructured_text_are_left_out() -> None:
    text = f"Each was paid 1,200\\ [3]_ for 30 m\\ :sup:`2` in 2016 [#n]_.\n\n.. [3] {NOTE}\n.. [#n] See there.\n"
    first, *notes = texts(read_rst(text.encode(), "a.rst"))
    assert first == "Each was paid 1,200 for 30 m² in 2016."
    assert NOTE in notes
