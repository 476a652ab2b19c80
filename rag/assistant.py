"""From a question to an answer in the reports' own words. `Assistant.stream` is the whole of it, top to bottom."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from gettext import gettext as _
from gettext import ngettext

from langchain_core.embeddings import Embeddings

from ingest.report import Details, Passage
from rag.abstention import EMBEDDED, SURE, TOUCHES, Signals, answers, confidence, signals
from rag.answer import ASK_IN_ENGLISH, KEYWORDS, NONE_TO_ASK, REFUSAL, TOUCHED, Answer, Citation, Hit
from rag.citing import Citing, citations_of
from rag.comparison import Row
from rag.comparison import row as comparing
from rag.generation import Draft, Generator, WritingError
from rag.question import (
    StandaloneQuestion,
    Turn,
    are_keywords,
    as_reports_write,
    coverage,
    defines,
    in_one_form,
    is_follow_up,
    is_in_another_language,
    named_in,
    names_no_subject,
    stem,
    understand,
    weights,
)
from rag.retrieval import Reader, Retriever, Store
from rag.sentences import (
    Sentence,
    by_edition,
    by_statements,
    choose,
    is_named,
    rank_sentences,
    supporting_reports,
    told_together,
)
from rag.sentences.extracts import NEARLY_AS_GOOD

# Passages that are read for their sentences. The right one is nearly always among them (benchmarks/LOG.md).
PASSAGES = 10
NEAREST = 3
# How good a passage with all key words must be beside the best: however far behind it is told.
ALL = -1e9
# By how much surer the other understanding of a question in a conversation must be (40 conversations of two questions).
SURER = 0.1
# What a question is about that names no subject, where at least this share of the passages hold the word: of 915 files
# on co-production 4 in 100 do, of three libraries on other subjects at most 7 in 1,000.
SUBJECT, SPEAK_OF_IT = "co-production", 0.02
# So sure it must be of such a question with that subject, for the word alone makes it surer. Of 26 that a new library's
# briefs were asked, "How long does it take?" (.51) is the least sure that they answer; "Does it hurt?" has .38.
SURE_OF_IT = 0.45
# The share of key words' weight above which all are there, but for the rounding of their sum.
ALL_WORDS = 0.999


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What was read for a question: the passages, their sentences from best to worst, and what speaks for an answer."""

    asked: StandaloneQuestion
    hits: list[Hit]
    sentences: list[Sentence]
    signals: Signals


class Assistant:
    """Answers questions from the reports in `store`, with a citation for every statement.

    `reports` gives all of them, for comparing; `unread` counts the pages of some, or of all, that could not be read;
    `copies` gives the near copies of the report with an id, so that a citation can name them. With a `writer` answers
    are prose that is checked sentence by sentence; without one, or where it fails, they are quotations. It may be
    exchanged at any time: the next question is answered by the new one.
    """

    def __init__(
        self,
        store: Store,
        copies: Callable[[str], Sequence[Details]] = lambda id: (),
        writer: Generator | None = None,
        reports: Callable[[], Sequence[Details]] = lambda: (),
        unread: Callable[[Collection[str] | None], int] = lambda among: 0,
        reader: Reader | None = None,
    ) -> None:
        self.store, self.writer, self._reports, self._unread = store, writer, reports, unread
        self._retriever, self._citing = Retriever(store, reader), Citing(copies)

    @property
    def embeddings(self) -> Embeddings:
        """The model by which passages are found."""
        return self.store.embeddings

    @property
    def reader(self) -> Reader | None:
        """What reads the best passages together with the question."""
        return self._retriever.reader

    def with_generator(self, writer: Generator | None) -> Assistant:
        """The same assistant with another writer, or none, for a single question."""
        other = copy.copy(self)
        other.writer = writer
        return other

    def ask(self, question: str, history: Sequence[Turn] = (), among: Collection[str] | None = None) -> Answer:
        """The whole answer; see `stream`."""
        *_before, answer = self.stream(question, history, among)
        return answer

    def stream(
        self, question: str, history: Sequence[Turn] = (), among: Collection[str] | None = None
    ) -> Iterator[Answer]:
        """Answer `question`, yielding the answer as it grows; the last one is whole.

        `history` is the conversation so far, so that a follow-up can be understood; `among` are the
        ids of the reports that are asked, None for all.
        """
        if among is not None and not among:
            yield Answer(question, False, _(NONE_TO_ASK))
            return
        history = [(self._with_subject(earlier, is_first=not at), told) for at, (earlier, told) in enumerate(history)]
        asked, notice = self._understood(question, history)
        reading = self._surer(self.retrieve(asked, among), question, history, among)
        answer = Answer(
            question,
            False,
            _(REFUSAL),
            confidence=confidence(reading.signals),
            searched_for=reading.asked.told,
            notice=notice,
        )
        reports = self._reports()
        briefs = sum(each.is_brief and (among is None or each.id in among) for each in reports)
        searched = len(reports if among is None else among)
        answer = replace(answer, searched=searched, briefs=briefs, unread=self._unread(among))
        refusal = replace(answer, nearest=tuple(_nearest(reading)))
        if held := self._with_keywords(reading):
            found = replace(answer, notice=_(KEYWORDS))
            yield from self._quoted(found, replace(reading, sentences=held), alike=ALL)
        elif not reading.sentences or not answers(reading.signals):
            yield self._refused(refusal)
        elif (writer := self.writer) and not notice:
            yield from self._prose(writer, refusal, reading)
        else:
            yield from self._quoted(answer, reading)

    def _understood(self, question: str, history: Sequence[Turn]) -> tuple[StandaloneQuestion, str]:
        """The question as it is to be understood, and why the language model could not help with that, if so."""
        question = self.store.respelt(question)
        plain = understand(question, history)
        writer = self.writer
        if not writer or not history or plain.question == as_reports_write(question.strip()):
            return self._spelt_out(plain), ""
        try:
            return self._spelt_out(replace(plain, question=writer.standalone(question, history))), ""
        except WritingError as error:
            return self._spelt_out(plain), _without_model(error)

    def _spelt_out(self, asked: StandaloneQuestion) -> StandaloneQuestion:
        """A question that is asked with what the reports abbreviate in short and in full."""
        told, other = self.store.spelt_out(asked.question)
        return replace(asked, told=told, other=other)

    def retrieve(
        self, asked: StandaloneQuestion, among: Collection[str] | None = None, *, quick: bool = False
    ) -> Retrieved:
        """Find the passages for a question, and rank their sentences; where it is to be `quick`, without the reader."""
        find = self._retriever.found if quick else self._retriever.found_and_read
        hits, surest = find(asked.question, PASSAGES, among, asked.other)
        return self._ranked(asked, hits[:PASSAGES], EMBEDDED, surest)

    def _ranked(
        self, asked: StandaloneQuestion, hits: list[Hit], embedded: int, surest: float | None = None
    ) -> Retrieved:
        """The sentences of `hits` in their order; where the reader has read `hits` they are read alone.

        What it says of them then puts the passages in order too.
        """
        weight = self.weights(asked.question)
        sentences, statement = self._sentences(asked, hits), None
        read, ordered = sentences, hits
        if surest is not None:
            (read,) = self._retriever.read_alone(asked.question, [sentences])
            statement = max((each.sure for each in read), default=0.0)
            ordered = by_statements(hits, read)
        embeddings = self.store.embeddings
        is_unnamed = bool(read) and not is_named(read[0], named_in(asked.focus))
        found = signals(asked.question, hits, sentences, weight, embeddings, embedded, surest, statement, is_unnamed)
        return Retrieved(asked, ordered, read, found)

    def _sentences(self, asked: StandaloneQuestion, hits: Sequence[Hit]) -> list[Sentence]:
        """The sentences of `hits`, best first by all but a reader."""
        ranked = rank_sentences(asked, hits, self.weights(asked.focus), self.store.nearness)
        return by_edition(ranked, asked.question)

    def weights(self, text: str) -> dict[str, float]:
        """How much each stem of a question's words tells; see `words.weights`."""
        return weights(self.store.frequencies(in_one_form(text)), self.store.count(), text)

    def _surer(
        self, reading: Retrieved, question: str, history: Sequence[Turn], among: Collection[str] | None
    ) -> Retrieved:
        """What was read for a question in a conversation, or, where that is surer, for the same understood otherwise.

        One that seems to stand alone is tried with what went before, and one that does not, alone. Which it is does not
        always show: of 12 that need what went before without a word that says so, 7 are answered so instead of 3.
        """
        asked, sure = reading.asked, confidence(reading.signals)
        if sure >= SURE or not (before := history or self._what_reports_are_about(question)):
            return reading
        if not self._has_words_of(question):  # whatever went before
            return reading
        alone = asked.question == asked.focus
        other = self._spelt_out(understand(self.store.respelt(question), before, follows=alone))
        if other.question == asked.question:
            return reading
        instead = self.retrieve(other, among)
        # Alone, a question that points back finds what it does not mean, so that it must have found nothing before.
        least = sure + SURER if history else max(sure + SURER, SURE_OF_IT)
        is_surer = confidence(instead.signals) > least if alone else not answers(reading.signals)
        return instead if is_surer and answers(instead.signals) else reading

    def _what_reports_are_about(self, question: str) -> Sequence[Turn]:
        """What a question that names no subject ("How much does it cost?") may follow: what the reports are about."""
        counts = self.store.frequencies(SUBJECT).values()
        speak_of_it = min(counts) >= SPEAK_OF_IT * self.store.count()
        return [(SUBJECT, "")] if speak_of_it and names_no_subject(question) else []

    def _has_words_of(self, question: str) -> bool:
        """Whether any passage holds a word of `question`."""
        return any(self.store.frequencies(question).values())

    def _with_subject(self, question: str, *, is_first: bool) -> str:
        """A question of the conversation so far, with what the reports are about where it named no subject.

        A follow-up that is not the first has the subject of what it followed.
        """
        has_subject = not is_first and is_follow_up(question)
        return f"{SUBJECT}: {question}" if not has_subject and self._what_reports_are_about(question) else question

    def _with_keywords(self, reading: Retrieved) -> list[Sentence]:
        """Where only words were given, no question: the best sentence of each passage that holds them all."""
        asked = reading.asked
        if asked.question != asked.focus or not are_keywords(asked.question):
            return []
        weight = self.weights(asked.question)
        texts = {hit.passage.id: f"{hit.passage.context} {hit.passage.text}" for hit in reading.hits}
        found: dict[str, Sentence] = {}
        for sentence in reading.sentences:
            if coverage(texts.get(sentence.passage.id, ""), weight) > ALL_WORDS:
                found.setdefault(sentence.passage.id, sentence)
        return list(found.values())

    def _refused(self, refusal: Answer) -> Answer:
        """A refusal that says whether the reports touch on the question, or that it is not in English."""
        if is_in_another_language(refusal.question):
            return replace(refusal, text=_(ASK_IN_ENGLISH))
        if refusal.nearest and refusal.confidence >= TOUCHES and self._has_words_of(refusal.question):
            return replace(refusal, text=_(TOUCHED), touched=True)
        return refusal

    def _quoted(self, answer: Answer, reading: Retrieved, alike: float = NEARLY_AS_GOOD) -> Iterator[Answer]:
        """The answer in quotations, with one statement more each time, each with its citations; see `choose`."""
        statements = choose(reading.sentences, reading.asked.said, alike)
        speaking = max(supporting_reports(reading.sentences), len({each.passage.report.id for each in statements}))
        answer = replace(answer, answered=True, text="", speaking=speaking)
        for statement in statements:
            cited = self._citing.cited(statement, len(answer.citations) + 1)
            words = " ".join(f"{citation.quote} [{citation.number}]" for citation in cited)
            mark = "- " if statement.listed else ""
            gap = "" if not answer.text else "\n" if statement.listed else "\n\n"
            answer = replace(answer, text=f"{answer.text}{gap}{mark}{words}", citations=(*answer.citations, *cited))
            yield answer

    def _prose(self, writer: Generator, refusal: Answer, reading: Retrieved) -> Iterator[Answer]:
        """The answer in prose as it is written; in quotations where that fails or none of it is borne out."""
        prose, answer = Draft(), refusal
        written = replace(refusal, speaking=supporting_reports(reading.sentences))
        try:
            for prose in writer.write(reading.asked.question, reading.hits):
                if prose.statements:
                    answer = self._with_prose(written, prose, writer.name)
                    yield answer
        except WritingError as error:
            yield from self._quoted(replace(refusal, nearest=(), notice=_without_model(error)), reading)
            return
        if prose.statements:
            yield replace(answer, notice=_left_out(prose.left_out))
        elif prose.refused:
            yield refusal
        else:
            why = _(
                "The reports bear out nothing of what the language model wrote, so this is what they say themselves."
            )
            yield from self._quoted(replace(refusal, nearest=(), notice=why), reading)

    def _with_prose(self, answer: Answer, prose: Draft, model: str) -> Answer:
        """`answer` with what stands of the prose; what bears out several sentences has one number."""
        text, line = "", -1
        citations: list[Citation] = []
        numbers: dict[tuple[str, int], list[int]] = {}
        for statement in prose.statements:
            for sentence in statement.support:
                place = (sentence.passage.id, sentence.start)
                if place not in numbers:
                    cited = self._citing.cited(sentence, len(citations) + 1)
                    numbers[place] = [citation.number for citation in cited]
                    citations += cited
            written = statement.written
            used = dict.fromkeys(n for each in statement.support for n in numbers[each.passage.id, each.start])
            mark = "- " if written.listed and written.line != line else ""
            gap = "" if not text else " " if written.line == line else "\n" if written.listed else "\n\n"
            text += f"{gap}{mark}{written.text} {''.join(f'[{number}]' for number in used)}"
            line = written.line
        speaking = max(answer.speaking, len({each.passage.report.id for each in citations}))
        return replace(
            answer,
            answered=True,
            text=text,
            citations=tuple(citations),
            speaking=speaking,
            nearest=(),
            written_by=model,
        )

    def search(
        self, query: str, k: int = 10, among: Collection[str] | None = None, *, quick: bool = False
    ) -> list[Hit]:
        """The `k` best passages for `query`, best first, each text once however many copies of it there are.

        `among` holds the ids of the reports that are searched; None is all of them. Where it is to be `quick`, as a
        search at every key is, no reader looks at them, nor at their sentences.
        """
        if quick or not self.reader:
            return self._retriever.found(query, k, among)[0]
        hits, _ = self._retriever.found_and_read(query, k, among)
        sentences = self._sentences(StandaloneQuestion(query, query), hits[:PASSAGES])
        (read,) = self._retriever.read_alone(query, [sentences])
        return by_statements(hits, read)[:k]

    def like(self, passage_id: str, k: int = 10) -> list[Hit]:
        """The `k` passages nearest to a passage; see `Retriever.like`."""
        return self._retriever.like(passage_id, k)

    def passage(self, id: str) -> Passage | None:
        """The passage with an id; None where there is none, or no longer."""
        return self._retriever.passage(id)

    def cite(self, passage_id: str, quote: str) -> list[Citation]:
        """`quote` as citations of a passage, one for each page it runs over; none where it does not stand in it.

        Where the passage is no longer there, for its report has been read anew, it is looked for in that report.
        """
        words = r"\s+".join(map(re.escape, quote.split()))
        known, report = self.passage(passage_id), passage_id.partition(":")[0]
        passages = [known] if known else [hit.passage for hit in self.search(quote, among=[report])]
        for passage in passages if words else ():
            if match := re.search(words, passage.text):
                return citations_of(passage, match.span(), 0.0, 1, match.span())
        return []

    def telling(self, text: str) -> set[str]:
        """The stems of the words of `text` that say what it is about."""
        return {stem(word) for word in self.store.frequencies(text)}

    def compare(self, question: str, among: Collection[str] | None = None) -> list[Row]:
        """What each report says to `question`: one row a report, those that say something first, the surest first."""
        asked = self.understood(question)
        # What nothing comes near to as a whole no single report answers: of 1,933 judged questions 7 of the 1,105 that
        # can be answered are below this, and 140 of the 828 that cannot.
        is_near = confidence(self.retrieve(asked, among).signals) >= TOUCHES
        by_report: dict[str, list[Hit]] = {}
        found, _ = self._retriever.found(asked.question, comparing.PASSAGES, among, asked.other)
        for hit in found if is_near else ():
            for passage in (hit.passage, *hit.copies):  # what two reports have alike both say
                by_report.setdefault(passage.report.id, []).append(replace(hit, passage=passage, copies=()))
        readings = [
            self._ranked(asked, hits[: comparing.OF_ONE_REPORT], comparing.EMBEDDED)
            for hits in list(by_report.values())[: comparing.REPORTS]
        ]
        saying = [reading for reading in readings if answers(reading.signals)]
        read = self._retriever.read_alone(
            asked.question, [reading.sentences for reading in saying], comparing.STATEMENTS_READ
        )
        told: list[tuple[float, Row]] = []
        for reading, sentences in zip(saying, read, strict=True):
            statement = next((each for each in sentences if not each.text.endswith("?")), None)
            if statement:
                told.append((confidence(reading.signals), self._row(statement)))
        told.sort(key=lambda each: -each[0])
        speaking = {row.report.id for _, row in told}
        silent = [each for each in self._reports() if each.id not in speaking and (among is None or each.id in among)]
        silent.sort(key=lambda each: each.title.casefold())
        return [row for _, row in told] + [Row(each) for each in silent]

    def _row(self, statement: Sentence) -> Row:
        cited: list[Citation] = []
        for part in told_together(statement):
            cited += self._citing.cited(part, len(cited) + 1)
        return Row(statement.passage.report, tuple(cited))

    def understood(self, question: str) -> StandaloneQuestion:
        """A question that stands alone as it is searched: spelt as the reports spell its words, and spelt out."""
        return self._spelt_out(understand(self.store.respelt(question), ()))

    def define(self, subject: str) -> list[Row]:
        """How the reports define `subject`: one row for each that says what it is, the surest first."""
        rows = self.compare(f"What is {subject.strip(' ?')}?")
        return [row for row in rows if any(defines(each.quote, subject.strip(" ?")) for each in row.citations)]


def _nearest(reading: Retrieved) -> list[Hit]:
    """The passages of the best sentences, each with the sentence; after them the best of those that have none."""
    hits = {passage.id: hit for hit in reversed(reading.hits) for passage in (hit.passage, *hit.copies)}
    closest: dict[str, Hit] = {}
    for sentence in reading.sentences:
        if (hit := hits.get(sentence.passage.id)) and not sentence.text.endswith("?"):
            first, *others = told_together(sentence)  # a row says nothing without its heads, which stand elsewhere
            place = None if others else (first.start, first.end)
            closest.setdefault(hit.passage.id, replace(hit, passage=sentence.passage, copies=(), closest=place))
    rest = [hit for hit in reading.hits if hit.passage.id not in closest]
    return [*closest.values(), *rest][:NEAREST]


def _without_model(error: WritingError) -> str:
    return _("{error} So this is the answer without it.").format(error=error)


def _left_out(count: int) -> str:
    """How many sentences of a language model are not shown, or nothing."""
    if not count:
        return ""
    return ngettext(
        "One sentence of the language model was left out: the reports do not bear it out.",
        "{count} sentences of the language model were left out: the reports do not bear them out.",
        count,
    ).format(count=count)
