"""What is taken away into a document: headings, paragraphs and the citations in them, apart from any format."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from gettext import gettext as _
from gettext import ngettext
from itertools import count
from textwrap import shorten

from export.printable import one_line, plain_citation, plain_details
from export.reference import imprint, named, said_by
from ingest.report import Details
from rag.answer import Answer, Citation, Hit
from rag.comparison import Comparison

EXCERPT = 300


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text, with each citation after the words that rest on it. `quoted` says that the words are a report's own,
    `listed` that the paragraph is an item of a list. `note` is what a reader noted of it, told by paragraphs of its
    own.
    """

    parts: tuple[str | Citation, ...]
    quoted: bool = False
    listed: bool = False
    note: str = ""

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The citations in the order in which they come, some perhaps more than once."""
        return tuple(part for part in self.parts if isinstance(part, Citation))


@dataclass(frozen=True, slots=True)
class Section:
    """Paragraphs under a heading. `question` is what their citations were found for. Both may be ""."""

    heading: str
    paragraphs: tuple[Paragraph, ...]
    question: str = ""

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Each citation once, by its number."""
        numbered = {cited.number: cited for paragraph in self.paragraphs for cited in paragraph.citations}
        return tuple(numbered[number] for number in sorted(numbered))


@dataclass(frozen=True, slots=True)
class Material:
    """Something to take away. The numbers of its citations run through all of it from 1, and every text in it is one
    line of characters that can be printed, so that no writer need look.

    `table` is for a spreadsheet, its first row the heads; where it is empty, a row a citation does.
    """

    title: str
    sections: tuple[Section, ...]
    table: tuple[tuple[str, ...], ...] = ()

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Each citation once, by its number."""
        return tuple(cited for section in self.sections for cited in section.citations)

    @property
    def notes(self) -> dict[int, str]:
        """What a reader noted, by the number of the last citation that it is about."""
        paragraphs = [paragraph for section in self.sections for paragraph in section.paragraphs if paragraph.note]
        return {paragraph.citations[-1].number: paragraph.note for paragraph in paragraphs}


def of_answer(answer: Answer) -> Material:
    """An answer under its question."""
    return Material(one_line(answer.question), (replace(_answered(answer, count(1)), heading=""),))


def of_conversation(title: str, answers: Iterable[Answer]) -> Material:
    """The answers of a conversation, each under its question."""
    numbers = count(1)
    return Material(one_line(title), tuple(_answered(answer, numbers) for answer in answers))


def of_comparison(compared: Comparison) -> Material:
    """Where reports differ, what each says to a question and to further ones, and in which nothing was found."""
    asked, numbers = one_line(compared.question), count(1)
    searched = _searched(compared.searched_for, asked)
    sections = [Section("", searched)] if searched else []
    sections += _differing(compared, asked, numbers)
    for row in compared.speaking:
        kind = compared.genres.get(row.report.id)
        heading = ", ".join([_heading(row.report), *([_(kind.name)] if kind else [])])
        sections.append(Section(heading, (_quotation(_numbered(row.citations, numbers)),), asked))
        for further in compared.further:
            if said := further.said.get(row.report.id):
                question = one_line(further.question)
                sections.append(Section("", (Paragraph((question,)), _quotation(_numbered(said, numbers))), question))
    silent = [one_line(named(row.report)) for row in compared.silent]
    if silent:
        heading = ngettext(
            "Nothing was found in {silent:,} of {count:,} report",
            "Nothing was found in {silent:,} of {count:,} reports",
            len(compared.rows),
        ).format(silent=len(silent), count=len(compared.rows))
        sections.append(Section(heading, (Paragraph(("; ".join(silent),)),), asked))
    return Material(asked, tuple(sections), _table(compared))


def _differing(compared: Comparison, asked: str, numbers: Iterator[int]) -> list[Section]:
    """A section with the pairs of quotations that differ, each below how; none where no reports do."""
    pairs = [
        paragraph
        for each in compared.differing
        for paragraph in (
            Paragraph((one_line(each.what),)),
            *(_quotation(_numbered([side], numbers)) for side in (each.one, each.other)),
        )
    ]
    return [Section(_("Where reports differ"), tuple(pairs), asked)] if pairs else []


def _table(compared: Comparison) -> tuple[tuple[str, ...], ...]:
    """A row a report that says something: who wrote it, when, of what kind it is, and what it says to each question."""
    columns = [one_line(compared.question), *(one_line(each.question) for each in compared.further)]
    heads = [_("report"), _("authors"), _("publisher"), _("year"), _("kind")]
    # Translators: the head of a column with the pages where words stand, or the addresses where they were seen.
    where = _("where")
    rows = [(*heads, *(head for column in columns for head in (column, where)), _("file"), _("address"))]
    for row in compared.speaking:
        report, kind = plain_details(row.report), compared.genres.get(row.report.id)
        told = [named(report), "; ".join(report.authors), report.publisher, str(report.year or "")]
        said = [row.citations, *(each.said.get(row.report.id, ()) for each in compared.further)]
        cells = [cell for citations in said for cell in _cell(citations)]
        rows.append((*told, _(kind.name) if kind else "", *cells, report.file, report.address))
    return tuple(rows)


def _cell(citations: Sequence[Citation]) -> tuple[str, str]:
    """What a report says to one question, and where: on which pages, or where what a brief says was seen."""
    plain = [plain_citation(cited, cited.number) for cited in citations]
    places = dict.fromkeys(_place(cited) for cited in plain)
    return " ".join(cited.quote for cited in plain), ", ".join(filter(None, places))


def _place(cited: Citation) -> str:
    """Where words stand, and who says them."""
    where, said = str(cited.page or cited.seen_at), said_by(cited)
    return f"{where} ({said})" if where and said else where or said


def of_citations(title: str, kept: Iterable[tuple[str, Sequence[Citation], str]]) -> Material:
    """Quotations, each as the question that it was kept for, the citations of its words, one for each page that they
    run over, and what was noted of it, "" for nothing. Those that were kept for the same question stand together.
    """
    asked: dict[str, list[tuple[Sequence[Citation], str]]] = {}
    for question, citations, note in kept:
        asked.setdefault(one_line(question), []).append((citations, note))
    numbers = count(1)
    sections = (
        Section(question, tuple(_noted(quotations, numbers)), question) for question, quotations in asked.items()
    )
    return Material(one_line(title), tuple(sections))


def _noted(kept: Iterable[tuple[Sequence[Citation], str]], numbers: Iterator[int]) -> Iterator[Paragraph]:
    """Quotations, each with what was noted of it below, line by line."""
    for citations, note in kept:
        lines = [line for line in map(one_line, note.splitlines()) if line]
        yield replace(_quotation(_numbered(citations, numbers)), note=" ".join(lines))
        if lines:
            yield Paragraph((_("Note: {note}").format(note=lines[0]),))
            yield from (Paragraph((line,)) for line in lines[1:])


def _answered(answer: Answer, numbers: Iterator[int]) -> Section:
    """An answer with all that its reader must know of it."""
    question = one_line(answer.question)
    citations = _numbered(answer.citations, numbers)
    known = {old.number: new for old, new in zip(answer.citations, citations, strict=True)}
    paragraphs = [*_searched(answer.searched_for, question)]
    quoted = answer.answered and not answer.written_by
    for line in filter(None, map(one_line, answer.text.splitlines())):
        listed = line.startswith("- ")
        paragraphs.append(Paragraph(tuple(_parts(line[2:] if listed else line, known)), quoted, listed))
    marked = {cited.number for paragraph in paragraphs for cited in paragraph.citations}
    paragraphs += [_quotation([cited]) for cited in citations if cited.number not in marked]
    if answer.nearest:
        nearest = _("These passages come nearest, but may not answer the question:")
        paragraphs += [Paragraph((nearest,)), *map(_near, answer.nearest)]
    paragraphs += [Paragraph((one_line(told),)) for told in _how_written(answer)]
    return Section(question, tuple(paragraphs), question)


def _searched(searched_for: str, question: str) -> tuple[Paragraph, ...]:
    """How a question was understood, where that is other than it was asked."""
    understood = one_line(searched_for)
    told = _("Searched for “{question}”").format(question=understood)
    return (Paragraph((told,)),) if understood not in ("", question) else ()


def _parts(text: str, known: dict[int, Citation]) -> Iterator[str | Citation]:
    """`text` with citations in the place of [n]. Quotations are passed over: a [3] in one is a note of the report's."""
    quotes = sorted((re.escape(cited.quote) for cited in known.values() if cited.quote), key=len, reverse=True)
    start = 0
    for match in re.finditer("|".join([*quotes, r"\[(\d+)\]"]), text):
        cited = known.get(int(match[1] or 0))
        if cited:
            yield from filter(None, [text[start : match.start()].rstrip()])
            yield cited
            start = match.end()
    yield from filter(None, [text[start:].rstrip()])


def _how_written(answer: Answer) -> Iterator[str]:
    """Who wrote an answer that is not quotations, what there is to know about it, and how many reports it is from."""
    if answer.written_by:
        sentence = _(
            "Written by the language model {model}. Each sentence was checked against the words of the reports that "
            "stand in its notes."
        )
        yield sentence.format(model=answer.written_by)
    yield from filter(None, (answer.notice, answer.coverage))


def _near(hit: Hit) -> Paragraph:
    excerpt = shorten(one_line(hit.from_closest), EXCERPT, placeholder=" …")
    return Paragraph((f"{one_line(hit.passage.where)}: {excerpt}",), listed=True)


def _quotation(citations: Sequence[Citation]) -> Paragraph:
    """Words of a report, with the citation of each page that they run over."""
    parts: list[str | Citation] = []
    for cited in citations:
        parts += [f" {cited.quote}" if parts else cited.quote, cited]
    return Paragraph(tuple(parts), quoted=True)


def _heading(report: Details) -> str:
    told = imprint(report)
    return one_line(f"{named(report)} ({told})" if told else named(report))


def _numbered(citations: Iterable[Citation], numbers: Iterator[int]) -> list[Citation]:
    """Citations with the next numbers, each text of theirs a line."""
    return [plain_citation(cited, next(numbers)) for cited in citations]
