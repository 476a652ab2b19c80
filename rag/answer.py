"""What the assistant gives back: hits, citations and answers, and their shape for other programs."""

from __future__ import annotations

from dataclasses import dataclass
from gettext import gettext as _
from gettext import ngettext
from typing import Any, Literal

from ingest.report import Details, Passage

N_ = str  # marks texts for translators; they are translated where they are used
REFUSAL = N_("The reports in this library do not answer that question.")
TOUCHED = N_("The reports touch on this, but no clear answer was found in them.")
ASK_IN_ENGLISH = N_(
    "This question does not seem to be in English, the language that the search understands. Ask in English."
)
KEYWORDS = N_("These passages have the words that you gave. Ask a whole question for an answer.")
NONE_TO_ASK = N_(
    "No report is within the limits that were set, so none was asked. Change the limits, or take them away."
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search found. `score` says how near it is to the query: higher is nearer, 1 at most.

    `copies` are passages of other reports with the same words. `closest` is where its sentence stands in it that comes
    closest to a question, None where none was looked for.
    """

    passage: Passage
    score: float
    copies: tuple[Passage, ...] = ()
    closest: tuple[int, int] | None = None

    @property
    def words(self) -> tuple[str, str]:
        """Its closest sentence, and its text after that; where there is none, "" and the whole text."""
        start, end = self.closest or (0, 0)
        return self.passage.text[start:end], self.passage.text[end:]

    @property
    def from_closest(self) -> str:
        """Its text from the closest sentence on."""
        return "".join(self.words)

    def to_json(self, rank: int) -> dict[str, Any]:
        """The shape of one result of `coproduction search`. `rank` counts from 1."""
        fields = {
            "rank": rank,
            "score": round(self.score, 4),
            "file": self.passage.report.file,
            "first_page": self.passage.first_page,
            "last_page": self.passage.last_page,
            "text": self.passage.text,
        }
        return fields | ({"closest": self.words[0]} if self.closest else {})


@dataclass(frozen=True, slots=True)
class Place:
    """Another place where quoted words stand: a report and, where it has pages and the page is known, the page."""

    report: Details
    page: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The shape of one of the other places of a citation."""
        return {"report": self.report.title, "file": self.report.file, "page": self.page}


@dataclass(frozen=True, slots=True)
class Citation:
    """A quotation, verbatim from `passage`, that stands on one page. `number` is the [n] of the answer's text.

    `page` is the physical page counted from 1 and `label` what is printed on it; both are None without pages. `ocr`
    says that text recognition read the page. `seen_at` is where what a brief says was seen, "" for a report itself.
    `also` lists the other places where the same words stand. `marked` are the words of an extract that answer, all of
    `quote` where it is no more than they. `speaker` is who says the words, as the label in written-down speech has it.
    """

    number: int
    passage: Passage
    quote: str
    score: float
    page: int | None = None
    label: str | None = None
    ocr: bool = False
    seen_at: str = ""
    also: tuple[Place, ...] = ()
    marked: str = ""
    speaker: str = ""

    def to_json(self) -> dict[str, Any]:
        """The shape of one citation of `coproduction ask`. What is true of few is there only where it is true."""
        report = self.passage.report
        fields: dict[str, Any] = {
            "number": self.number,
            "report": report.title,
            "publisher": report.publisher,
            "year": report.year,
            "file": report.file,
            "page": self.page,
            "label": self.label,
            "quote": self.quote,
            "score": round(self.score, 4),
        }
        if self.marked not in ("", self.quote):
            fields["marked"] = self.marked
        if self.speaker:
            fields["speaker"] = self.speaker
        if report.is_brief:
            fields |= {"brief": True, "seen_at": self.seen_at, "address": report.address}
        if self.ocr:
            fields["ocr"] = True
        if self.also:
            fields["also"] = [place.to_json() for place in self.also]
        return fields


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer in the reports' own words, with [n] after each statement; or a refusal with the nearest passages.

    `confidence` runs from 0 to 1: how sure the assistant is that the reports answer the question. `searched_for` is the
    question as it was understood, which differs from `question` where that was a follow-up. `written_by` names the
    language model that wrote the text, each sentence of it borne out by what it cites; it is empty where the text is
    quotations. `notice` is one sentence for the reader: why there is no prose, or how much of it was left out.
    `searched` is the number of reports that were searched, `briefs` of our own briefs among them, `speaking` of
    those that speak to the question, `unread` of pages among them that could not be read. `touched` says of a
    refusal that the reports touch on the question.
    """

    question: str
    answered: bool
    text: str
    citations: tuple[Citation, ...] = ()
    nearest: tuple[Hit, ...] = ()
    confidence: float = 0.0
    searched_for: str = ""
    written_by: str = ""
    notice: str = ""
    searched: int = 0
    speaking: int = 0
    unread: int = 0
    touched: bool = False
    briefs: int = 0

    @property
    def outcome(self) -> Literal["answered", "touched", "none"]:
        """What came of the question: the reports answer it, touch on it, or have nothing on it."""
        return "answered" if self.answered else "touched" if self.touched else "none"

    @property
    def coverage(self) -> str:
        """How many reports were searched and how many speak to the question, in a sentence; "" where nobody counted."""
        if not self.searched:
            return ""
        # Each clause has a number of its own, and a language may have six forms for each.
        whole = self.searched - self.briefs
        searched = ngettext("One report was searched", "{count:,} reports were searched", whole).format(count=whole)
        if self.briefs:
            # Translators: such as “12 reports were searched, and 3 briefs of ours”
            beside = ngettext(
                "{searched}, and a brief of ours", "{searched}, and {count:,} briefs of ours", self.briefs
            )
            alone = ngettext(
                "Only a brief of ours was searched, for no report is here yet",
                "Only {count:,} briefs of ours were searched, for no report is here yet",
                self.briefs,
            )
            searched = (beside if whole else alone).format(searched=searched, count=self.briefs)
        some = ngettext("one speaks to this question", "{count} of them speak to this question", self.speaking)
        none = (
            _("none of them clearly answers this question")
            if self.touched
            else _("none of them speak to this question")
        )
        speaking = some if self.speaking else none
        unread = ngettext(
            "One page of them could not be read.", "{count:,} pages of them could not be read.", self.unread
        )
        # Translators: such as “12 reports were searched; one speaks to this question.”
        sentence = _("{searched}; {speaking}.").format(searched=searched, speaking=speaking.format(count=self.speaking))
        shown = {citation.passage.report.id for citation in self.citations}
        best = _("The best of what they say stands here.") if 0 < len(shown) < self.speaking else ""
        # What could not be read matters where nothing was found: what was, stands there all the same.
        unseen = unread.format(count=self.unread) if self.unread and not self.answered else ""
        return " ".join(filter(None, [sentence, best, unseen]))

    def to_json(self) -> dict[str, Any]:
        """The shape of `coproduction ask --json`. What is true of few is there only where it is true."""
        fields: dict[str, Any] = {
            "question": self.question,
            "answered": self.answered,
            "outcome": self.outcome,
            "text": self.text,
            "citations": [citation.to_json() for citation in self.citations],
            "nearest": [hit.to_json(rank) for rank, hit in enumerate(self.nearest, start=1)],
        }
        if self.written_by:
            fields["written_by"] = self.written_by
        if self.notice:
            fields["notice"] = self.notice
        return fields
