"""A row of a comparison: what one report says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ingest.report import Details
from rag.answer import Citation

# Passages that are looked at for a comparison, and reports that are read for a sentence. Where a library has more, the
# others have no passage among the nearest ones.
PASSAGES, REPORTS, OF_ONE_REPORT = 300, 40, 3
# Sentences of a report that are embedded alone to tell whether it says anything; few, for there are many reports.
EMBEDDED = 4
# Sentences of a report that the reader reads alone; see benchmarks/LOG.md.
STATEMENTS_READ = 4


@dataclass(frozen=True, slots=True)
class Row:
    """What one report says: its best statement, a citation a page or part of it; none where nothing was found in it."""

    report: Details
    citations: tuple[Citation, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The shape of one line of `coproduction compare --json`."""
        report = self.report
        fields = {"report": report.title, "publisher": report.publisher, "year": report.year, "file": report.file}
        return {"id": report.id, **fields, "citations": [citation.to_json() for citation in self.citations]}
