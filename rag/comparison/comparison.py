"""What each report says to a question and to further ones, what kind of report it is, and where two of them differ."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

from langchain_core.embeddings import Embeddings

from rag.answer import Citation
from rag.comparison.disagreement import Disagreement, disagreements
from rag.comparison.row import Row
from rag.genre import FORM, Genre, genres_of
from rag.genre.known import Library


class Asked(Protocol):
    """What puts a question to each report; `rag.Assistant` is one."""

    @property
    def embeddings(self) -> Embeddings: ...
    def compare(self, question: str, among: Collection[str] | None = None) -> list[Row]: ...


@dataclass(frozen=True, slots=True)
class Further:
    """A further question to the reports that say something to the first: what each says to it, by its id."""

    question: str
    said: Mapping[str, tuple[Citation, ...]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What each report says to `question`: a row a report, those that say something first, the surest first.

    `searched_for` is the question as it was searched, where that is other than it was typed (spelling); else empty.
    `genres` has the kind of each report that says something, by its id; `differing` where two of them differ.
    """

    question: str
    rows: tuple[Row, ...]
    genres: Mapping[str, Genre | None]
    differing: tuple[Disagreement, ...] = ()
    further: tuple[Further, ...] = ()
    searched_for: str = ""

    @property
    def speaking(self) -> tuple[Row, ...]:
        """The rows of the reports that say something, the surest first."""
        return tuple(row for row in self.rows if row.citations)

    @property
    def silent(self) -> tuple[Row, ...]:
        """The rows of the reports that say nothing."""
        return tuple(row for row in self.rows if not row.citations)

    def to_json(self) -> list[dict[str, Any]]:
        """The lines of `coproduction compare --json`. What is true of few is there only where it is true."""
        return [self._row_json(row) for row in self.rows]

    def _row_json(self, row: Row) -> dict[str, Any]:
        told = row.to_json()
        if row.citations:
            genre = self.genres.get(row.report.id)
            told["genre_told"] = asdict(genre) if genre else None
        differs = [
            {"kind": each.kind, "what": each.what, "quote": mine.quote, "other": other.to_json()}
            for each in self.differing
            for mine, other in ((each.one, each.other), (each.other, each.one))
            if mine.passage.report.id == row.report.id
        ]
        return told | ({"differs": differs} if differs else {})


def compare(
    assistant: Asked,
    library: Library,
    question: str,
    among: Collection[str] | None = None,
    further: Sequence[str] = (),
) -> Comparison:
    """Put `question` to each report, and `further` questions to those that say something to it.

    `among` are the ids of the reports that are asked, None for all. A blank form finds nothing out, so it says nothing.
    """
    rows = assistant.compare(question, among)
    genres = genres_of(library, [row.report for row in rows if row.citations])
    rows = [replace(row, citations=()) if _is_form(genres.get(row.report.id)) else row for row in rows]
    rows.sort(key=lambda row: not row.citations)
    speaking = [row.report.id for row in rows if row.citations]
    columns = [
        Further(each, {row.report.id: row.citations for row in assistant.compare(each, speaking)})
        for each in further
        if speaking
    ]
    differing = disagreements(rows, assistant.embeddings)
    return Comparison(question, tuple(rows), genres, tuple(differing), tuple(columns))


def _is_form(genre: Genre | None) -> bool:
    return genre is not None and genre.name == FORM
