"""A table for a spreadsheet: a row a citation."""

from __future__ import annotations

import csv
import io
import re
from gettext import gettext as _
from typing import Any

from rag.answer import Citation
from rag.export.material import Material
from rag.export.reference import also_words, named

N_ = str  # marks texts for translators; they are translated where they are used
COLUMNS = (
    N_("number"), N_("question"), N_("quotation"), N_("report"), N_("authors"), N_("publisher"), N_("year"),
    N_("page"), N_("printed page"), N_("read by text recognition"), N_("file"), N_("address"), N_("seen at"),
    N_("also in"),
)  # fmt: skip
# What a spreadsheet would take for a formula and reckon out, also in the wide letters of East Asia.
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r]")


def write_csv(material: Material) -> bytes:
    """The citations of `material` as CSV in UTF-8, with the mark at its beginning by which spreadsheets know that."""
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow(map(_, COLUMNS))
    for section in material.sections:
        rows.writerows([guarded(cell) for cell in _row(section.question, cited)] for cited in section.citations)
    return out.getvalue().encode("utf-8-sig")


def guarded(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def _row(question: str, cited: Citation) -> list[Any]:
    report = cited.passage.report
    return [
        cited.number, question, cited.quote, named(report), "; ".join(report.authors), report.publisher, report.year,
        cited.page, cited.label, _("yes") if cited.ocr else "", report.file, report.address, cited.seen_at,
        also_words(cited),
    ]  # fmt: skip
