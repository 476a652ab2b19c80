"""A table for a spreadsheet: a row a citation, or as what is taken away lays it out."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from gettext import gettext as _
from typing import Any

from export.material import Material
from export.reference import also_words, named
from rag.answer import Citation

N_ = str  # marks texts for translators; they are translated where they are used
COLUMNS = (
    N_("number"), N_("question"), N_("quotation"), N_("said by"), N_("report"), N_("authors"), N_("publisher"),
    N_("year"), N_("page"), N_("printed page"), N_("read by text recognition"), N_("file"), N_("address"),
    N_("seen at"), N_("also in"), N_("note"),
)  # fmt: skip
# What a spreadsheet would take for a formula and reckon out, also in the wide letters of East Asia.
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r]")


def write_csv(material: Material) -> bytes:
    """The table of `material` as CSV in UTF-8, with the mark at its beginning by which spreadsheets know that."""
    out = io.StringIO(newline="")
    rows: Iterable[Iterable[Any]] = material.table or _by_citation(material)
    csv.writer(out).writerows([guarded(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _by_citation(material: Material) -> list[list[Any]]:
    notes = material.notes
    rows = [
        [*_row(section.question, cited), notes.get(cited.number, "")]
        for section in material.sections
        for cited in section.citations
    ]
    return [[_(head) for head in COLUMNS], *rows]


def guarded(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def _row(question: str, cited: Citation) -> list[Any]:
    report = cited.passage.report
    return [
        cited.number, question, cited.quote, cited.speaker, named(report), "; ".join(report.authors), report.publisher,
        report.year, cited.page, cited.label, _("yes") if cited.ocr else "", report.file, report.address, cited.seen_at,
        also_words(cited),
    ]  # fmt: skip
