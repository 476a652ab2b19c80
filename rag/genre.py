"""What kind of report a report is, by what it says of itself; nothing where it does not say."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.report import Report
from ingest.sentences import sentence_spans

# A report says what it is in its first pages. Characters, about five pages.
BEGINNING = 12_000
# Longer ones are lists of contents and the like.
LONGEST = 450

# Only a sentence that begins with the report itself speaks of it: "This guide is for ...", "In this paper we argue".
# A heading may have run into it.
_THIS = (
    r"^\W*(?:[\d.]* ?(?:introduction|(?:executive )?summary|abstract|foreword|overview|background|purpose)\W+)?"
    r"(?:the (?:main |overall )?(?:aims?|purpose|objectives?) of )?(?:this|the present)"
)
_FEW = r"(?:[\w’'-]+ ){0,2}"
_WORK = rf"{_THIS} {_FEW}(?:report|paper|publication|bulletin|briefing|summary|document|booklet|study)"
_DOES = (
    r"(?:is|was|has been|are|will|aims?|sets?|provides?|offers?|explains?|describes?|contains?|shows?|gives?|covers?"
    r"|helps?|brings?|draws?|supports?|presents?|summari[sz]es?|outlines?|looks?|examines?|explores?|considers?"
    r"|assess(?:es|ed))\b"
)
_SHOWS = (
    r"(?:presents?|reports?|sets? out|describes?|summari[sz]es?|outlines?|draws? on|is based on|contains?|highlights?)"
)
_GUIDE = "guide|guidance|guidelines|tool ?kit|kit|handbook|manual|workbook|playbook|checklist|resource pack"
_IS = rf"{_THIS} (?:{_FEW}(?:report|paper|document|publication) )?(?:is|was) (?:an? |the )(?:[\w’'-]+ ){{0,2}}"
N_ = str  # marks texts for translators; they are translated where they are used
_KINDS = {
    N_("survey"): (rf"{_WORK} {_SHOWS}\b.{{0,90}}\b(?:survey|questionnaire|poll)\b", rf"{_THIS} {_FEW}survey {_DOES}"),
    N_("evaluation"): (
        rf"{_THIS} {_FEW}evaluation (?:report )?{_DOES}",
        rf"{_WORK} {_SHOWS}.{{0,60}}\bevaluation (?:of|carried|undertaken|conducted)\b",
        rf"{_WORK} evaluates (?:the|an?) .{{0,40}}\b(?:programme|scheme|project|pilot|service|initiative|impact)\b",
        rf"{_IS}evaluation of\b",
    ),
    N_("case study"): (
        rf"{_THIS} {_FEW}case study {_DOES}",
        rf"{_WORK} {_SHOWS}\b.{{0,40}}\bcase stud(?:y|ies)\b",
        rf"{_IS}case study\b",
    ),
    N_("review of evidence"): (
        rf"{_THIS} {_FEW}(?:literature|evidence|systematic|scoping|rapid) review {_DOES}",
        rf"{_WORK} (?:reviews|{_SHOWS} .{{0,30}}\breview of) .{{0,30}}\b(?:literature|evidence|research)\b",
    ),
    N_("guidance"): (
        rf"{_THIS} {_FEW}(?:{_GUIDE}) (?!will not){_DOES}",
        rf"{_WORK} (?:provides?|offers?|gives?|sets? out) .{{0,40}}\b(?:guidance|guidelines|advice) (?:on|for|to)\b",
        rf"{_IS}(?:{_GUIDE}) (?:to|for|on|that|which)\b",
    ),
    N_("opinion"): (
        rf"{_WORK} .{{0,20}}\b(?:argues?|contends?|makes? the case|calls? (?:for|on))\b",
        r"^In this (?:report|paper|essay|pamphlet|article|briefing),? (?:we|I) (?:argue|contend|make the case)\b",
    ),
}
_TITLES = {
    "survey": r"\b(?:19|20)\d\d\b.*\bsurvey\b|\bsurvey\b.*\b(?:19|20)\d\d\b|\bsurvey (?:report|findings|results)\b"
    r"|\b(?:findings|results) (?:of|from) .*\bsurvey\b",
    "evaluation": r"\bevaluation(?: report| of)|\bevaluating\b|\bevaluation$",
    "case study": r"\bcase stud(?:y|ies)\b",
    "review of evidence": r"\b(?:literature|evidence|systematic|scoping|rapid) review\b"
    r"|\breview of (?:the )?(?:evidence|literature)\b",
    "guidance": r"\b(?:guide|guidance|guidelines|tool ?kit|handbook|manual|workbook|checklist)\b",
    "opinion": r"\b(?:manifesto|viewpoint|the case for)\b",
}
# A title with one of these names something that the report is about, or for.
_ABOUT_ONE = re.compile(
    rf"\b(?:consultation|template|draft|response to|launch|inventory|tutorials?)\b|\w.*\bthe (?:{_GUIDE})\b",
    re.IGNORECASE,
)
# What a sentence that begins with "this ..." speaks of.
_SUBJECT = re.compile(
    rf"{_THIS} {_FEW}?(report|paper|publication|study|survey|evaluation|case study|review|{_GUIDE})\b", re.IGNORECASE
)
GENRES = tuple(_KINDS)
"""The kinds of reports, in English."""
_PATTERNS = [(name, re.compile("|".join(forms), re.IGNORECASE)) for name, forms in _KINDS.items()]


@dataclass(frozen=True, slots=True)
class Genre:
    """A kind of report with the `sentence` that shows it, verbatim but for white space, and its page with its label.

    `in_title` says that it is the title that shows it; then there is no page. Where a person has said so there is no
    sentence.
    """

    name: str
    sentence: str
    page: int | None = None
    label: str | None = None
    in_title: bool = False


def genre_of(report: Report) -> Genre | None:
    """What a person has said that a report is; else what it says itself, in the first of its sentences that says so or
    in its title, if at all.

    The sentences of a brief are ours, so of a report of which there is only a brief its title alone can tell.
    """
    if report.details.genre:
        return Genre(report.details.genre, "")
    return (None if report.details.is_brief else _told(report)) or _titled(report.details.title)


def _told(report: Report) -> Genre | None:
    beginning = report.text[:BEGINNING]
    before = ""
    for start, end in sentence_spans(beginning):
        here = beginning[start:end]
        sentence = " ".join(here.split())
        if len(sentence) <= LONGEST and sentence.endswith((".", ":", "!")) and not _points_back(sentence, before):
            name = next((name for name, pattern in _PATTERNS if pattern.search(sentence)), "")
            if name:
                page = report.page_at(start + len(here) - len(here.lstrip()))
                return Genre(name, sentence, page.number if page else None, (page.label or None) if page else None)
        before = "" if "\n\n" in here else sentence
    return None


def _points_back(sentence: str, before: str) -> bool:
    """Whether "this survey" is one that the sentence `before` told of, and so perhaps somebody else's."""
    work = _SUBJECT.match(sentence)
    if not work:
        return False
    noun = re.escape(work[1])
    own = re.search(rf"\bthis (?:[\w’'-]+ ){{0,2}}{noun}", before, re.IGNORECASE)
    return bool(re.search(rf"\b{noun}s?\b", before, re.IGNORECASE)) and not own


def _titled(title: str) -> Genre | None:
    if _ABOUT_ONE.search(title):
        return None
    kinds = (name for name, form in _TITLES.items() if re.search(form, title, re.IGNORECASE))
    name = next(kinds, "")
    return Genre(name, title, in_title=True) if name else None
