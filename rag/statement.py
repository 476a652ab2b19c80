"""The statements of an answer, each with the citations of its words."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.report import Details
from rag.answer import Answer, Citation


@dataclass(frozen=True, slots=True)
class Statement:
    """What a report says, with a citation for each page that its words run over; `listed` is an item of a list."""

    citations: tuple[Citation, ...]
    listed: bool = False

    @property
    def report(self) -> Details:
        """The report that says it."""
        return self.citations[0].passage.report

    def is_around(self, citation: Citation) -> bool:
        """Whether the words of `citation` only stand around those that answer, which are on another page."""
        return not citation.marked and any(each.marked for each in self.citations)


def statements(answer: Answer) -> Iterator[Statement]:
    """The statements of an answer in their order: of quotations each line is one, of prose each citation."""
    left = deque(answer.citations)
    for line in answer.text.splitlines():
        cited = []
        while left and f"{left[0].quote} [{left[0].number}]" in line:
            cited.append(left.popleft())
        if cited:
            yield Statement(tuple(cited), line.startswith("- "))
    yield from (Statement((citation,)) for citation in left)
