"""What kind of report a report is, by what it says of itself and how it looks; nothing where neither shows it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from ingest.report import Report
from ingest.sentences import sentence_spans
from rag.genre.shape import (
    FORM,
    GUIDANCE,
    LIST,
    MINUTES,
    NEWS,
    PLAN,
    RESEARCH,
    TRANSCRIPT,
    Shape,
    filled_in,
    listed,
    manner,
    spoken,
)

# A report says what it is in its first pages. Characters, about five pages.
BEGINNING = 12_000
# A title is printed in the first of them.
OPENING = 1500
# Series print what they are above the title or below it; a heading further down is that of a part.
TOP = 4
_LINE = re.compile(r"[^\n]+")
_LABEL = re.compile(
    r"(?:policy |research |parliamentary )?briefing(?: paper| note)?|(?:research|working|discussion) (?:report|paper)"
    r"|(?:final |interim )?evaluation report|annual report|press release|literature review|evidence review|case study"
    r"|(?:meeting )?minutes|(?:strategic|action|delivery) plan|(?:practice |good practice )?guide|guidance(?: notes?)?",
    re.IGNORECASE,
)
# Longer sentences are lists of contents and the like.
LONGEST = 450
FEWEST_UNSTOPPED = 10
# A page of fewer words leads to what its name speaks of, and is not that.
FEWEST_WORDS = 30
# Of 150 kinds that were told of 911 reports, drawn at random and read, none by title, sentence or shape was wrong, and
# seven of 56 by a name.
PERSON, TITLE, SENTENCE, LABEL, NAME, FOLDER = 1.0, 0.95, 0.95, 0.9, 0.9, 0.85
"""How sure it is who says so."""

# Only a sentence that begins with the report itself speaks of it: "This guide is for ...", "In this paper we argue".
# A heading may have run into it, and what it is for may stand before it.
_THIS = (
    r"^\W*(?:[\d.]* ?(?:introduction|(?:executive )?summary|abstract|foreword|overview|background|purpose)\W+)?"
    r"(?:to [^.;]{3,250}, )?(?:the (?:main |overall )?(?:aims?|purpose|objectives?) of )?(?:this|the present)"
)
_FEW = r"(?:[\w’'-]+ ){0,2}"
_WORK = rf"{_THIS} {_FEW}(?:report|paper|publication|bulletin|briefing|summary|document|booklet|study|resource)"
_DOES = (
    r"(?:is|was|has been|are|will|aims?|sets?|provides?|offers?|explains?|describes?|contains?|shows?|gives?|covers?"
    r"|helps?|brings?|draws?|supports?|presents?|summari[sz]es?|outlines?|looks?|examines?|explores?|considers?"
    r"|assess(?:es|ed)|meets|reaffirms|features)\b"
)
_SHOWS = (
    r"(?:presents?|reports?|sets? out|describes?|summari[sz]es?|outlines?|draws? on|is based on|contains?|highlights?)"
)
_GUIDE = "guide|guidance|guidelines|tool ?kit|kit|handbook|manual|workbook|playbook|checklist|resource pack|tutorial"
_PLAN = r"strategy|strategic ?plan|(?:action|delivery|implementation|improvement|corporate|business) plan|roadmap"
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
    RESEARCH: (
        rf"{_THIS} {_FEW}(?:research|study) (?:project )?(?!guide|toolkit)(?:{_DOES}|investigate[sd]?\b)",
        rf"{_WORK} {_SHOWS} (?:[\w’'-]+ ){{0,4}}(?:findings|results) (?:of|from) .{{0,60}}\b"
        r"(?:research|study|interviews|focus groups|fieldwork)\b",
    ),
    GUIDANCE: (
        rf"{_THIS} {_FEW}(?:{_GUIDE}) (?!will not){_DOES}",
        rf"{_WORK} (?:is designed to |aims to )?(?:provides?|offers?|gives?|sets? out) .{{0,40}}\b"
        r"(?:guidance|guidelines|advice|tips|examples) "
        r"(?:on|for|to|and)\b",
        rf"{_IS}(?:{_GUIDE}) (?:to|for|on|that|which)\b",
    ),
    PLAN: (
        rf"{_THIS} {_FEW}(?:{_PLAN}|plan) (?!will not){_DOES}",
        rf"{_WORK} sets? out (?:our|the .{{3,40}}) {_FEW}(?:{_PLAN}|plans?|vision|priorities|ambitions?)\b",
        rf"{_IS}(?:{_PLAN})\b",
    ),
    N_("progress report"): (
        rf"{_THIS} {_FEW}(?:annual|progress|performance|monitoring) (?:\w+ )?report {_DOES}",
        rf"{_WORK} (?:describes|sets out|outlines|summari[sz]es) (?:how .{{3,120}}\b(?:has|have)\b|(?:the )?progress\b"
        r"|our (?:progress|achievements))",
    ),
    N_("opinion"): (
        rf"{_WORK} .{{0,20}}\b(?:argues?|contends?|makes? the case|calls? (?:for|on))\b",
        r"^In this (?:report|paper|essay|pamphlet|article|briefing),? (?:we|I) (?:argue|contend|make the case)\b",
    ),
    N_("briefing"): (rf"{_THIS} {_FEW}(?:briefing|policy brief)(?: note| paper)? {_DOES}",),
}
_YEARS = r"(?:\W*(?:\d{4}\b|fy\b|fiscal|years?\b|phase|draft|version|v\d).*)?$"
_TITLES = {
    "survey": r"\b(?:19|20)\d\d\b.*\bsurvey\b|\bsurvey\b.*\b(?:19|20)\d\d\b|\bsurvey (?:report|findings|results)\b"
    r"|\b(?:findings|results) (?:of|from) .*\bsurvey\b",
    "evaluation": r"(?<!\band )\bevaluation(?: report| of|$)|\bevaluating\b",
    "case study": r"\bcase stud(?:y|ies)\b",
    "review of evidence": r"\b(?:literature|evidence|systematic|scoping|rapid) review\b"
    r"|\breview of (?:the )?(?:evidence|literature)\b|\b(?:umbrella|narrative|integrative) review\b|\bmeta-?analysis$"
    r"|\bevidence (?:synthesis|summary|assessment)\b|^an? (?:[\w-]+ ){0,3}review$",
    RESEARCH: r"\bresearch (?:report|paper|findings|study)\b|\bworking paper\b|\b(?:thesis|dissertation)$"
    r"|\b(?:qualitative|quantitative|longitudinal|comparative|feasibility|scoping) study\b",
    FORM: r"\btemplate\b|\bquestionnaire\b|\bcanvas$|\bworksheet\b"
    r"|\b(?:consent|application|referral|feedback|registration|nomination|evaluation|monitoring|assessment) form\b",
    GUIDANCE: r"\b(?:guide|guidance|guidelines|tool ?kit|handbook|manual|workbook|playbook|checklist|tutorial)\b"
    r"|^how (?:to|do|can|should)\b"
    r"|\b(?:\d+|three|four|five|six|seven|eight|nine|ten|first) (?:steps|tips|ways) (?:to|for)\b"
    r"|\b(?:frequently asked questions|faqs?)\b|^tips\b",
    PLAN: rf"\b(?:strategy|strategic plan|roadmap|policy statement){_YEARS}"
    rf"|(?<!lesson )(?<!session )(?<!workshop )(?<!care )(?<!support )\bplan{_YEARS}",
    "progress report": r"\b(?:annual|interim|quarterly|progress|performance|monitoring|activity|impact)(?: \w+)? "
    r"(?:report|review|update)\b",
    "opinion": r"\b(?:manifesto|viewpoint|the case for)\b|\b(?:key|political|policy|our) asks\b",
    "briefing": r"\b(?:policy brief|briefing(?: note| papers?)?)\b",
    MINUTES: r"^(?:draft )?(?:meeting )?minutes$|\bminutes of\b|\b(?:meeting|board|committee) minutes\b",
    TRANSCRIPT: r"\btranscripts?\b|\b(?:oral|witness) (?:evidence|statement)\b",
    NEWS: r"\b(?:press|media|news) release\b",
    LIST: r"^(?:useful )?(?:links|resources|(?:table of )?contents|glossary|bibliography|further reading)$"
    r"|\bdirectory$",
}
# A title with one of these names something that the report is about, or for.
_ABOUT_ONE = re.compile(
    rf"\b(?:consultation|response to|launch|inventory|tutorials|minutes of meetings)\b|\w.*\bthe (?:{_GUIDE})\b"
    r"|^(?!evaluating)\w+ing (?:an?|the|your|our) ",
    re.IGNORECASE,
)
# What instructs in the use of something is named after that.
_INSTRUCTS = re.compile(r"\binstructions?$", re.IGNORECASE)
# Behind these stands what a report is about; what it is stands before.
_BODIES = "".join(rf"(?<!\b{body} )" for body in ("department", "ministry", "office", "university", "city", "borough"))
_ABOUT = re.compile(rf"\b(?:for|{_BODIES}of|on|to|in|from|with|about|by|into|towards?|through)\b", re.IGNORECASE)
_PARTS = re.compile(r"[:;|–—~]| - ")
# Whose a report is says that this is about such reports, unless it is that of a year.
_ANYBODYS = re.compile(r"[’']s? annual report(?!.*\d{4})", re.IGNORECASE)
_DETERMINER = re.compile(r"\b(?:the|an?|this|our|your|their|its|draft|new)\b", re.IGNORECASE)
# What a sentence that begins with "this ..." speaks of.
_SUBJECT = re.compile(
    rf"{_THIS} {_FEW}?(report|paper|publication|study|survey|evaluation|case study|review|plan|strategy|{_GUIDE})\b",
    re.IGNORECASE,
)
GENRES = tuple(dict.fromkeys([*_KINDS, *_TITLES]))
"""The kinds of reports, in English."""
_PATTERNS = [(name, re.compile("|".join(forms), re.IGNORECASE)) for name, forms in _KINDS.items()]
_TITLED = [(name, re.compile(form, re.IGNORECASE)) for name, form in _TITLES.items()]


@dataclass(frozen=True, slots=True)
class Genre:
    """A kind of report with the `sentence` that shows it, verbatim but for white space, and its page with its label.

    `by` says what shows it: "sentence" where the report says so, "title", "shape" where it is one of the places by
    which one sees it, "name" for the name of its file or of the folder or address where that is; the last two have no
    page, nor has a title. Where a person has said so it is "person", and there is no sentence. `certainty` is how
    likely it is right.
    """

    name: str
    sentence: str
    page: int | None = None
    label: str | None = None
    by: str = "sentence"
    certainty: float = SENTENCE

    @classmethod
    def by_person(cls, name: str) -> Genre:
        """The kind `name`, as a person has said."""
        return cls(name, "", by="person", certainty=PERSON)


def genre_of(report: Report) -> Genre | None:
    """What a person has said that a report is; else what shows best what it is, if anything does.

    Speech and minutes are known by how they look, whatever their titles speak of. A title goes before a sentence, and
    both before the names of files and folders. The sentences of a brief are ours, so of a report of which there is only
    a brief its title alone can tell.
    """
    details = report.details
    if details.genre:
        return Genre.by_person(details.genre)
    if details.is_brief:
        return _titled(report)
    if shape := spoken(report):
        return _seen(report, shape)
    told, titled = _told(report), _titled(report)
    # A list of case studies has their name, and is none.
    if (not titled or titled.name != FORM) and (shape := listed(report)):
        return _seen(report, shape)
    if titled:
        return told if told and told.name == titled.name else titled
    if shape := filled_in(report):
        return _seen(report, shape)
    told = told or _labelled(report)
    filed = _filed(report)
    if told or (filed and filed.certainty > FOLDER):
        return told or filed
    return _seen(report, shape) if (shape := manner(report)) else filed


def _labelled(report: Report) -> Genre | None:
    """What a line of its own at the top of a report calls it: “BRIEFING PAPER”."""
    for match in list(_LINE.finditer(report.text[:OPENING]))[:TOP]:
        if _LABEL.fullmatch(match[0].strip()) and (name := _named_in(match[0].strip())):
            page = report.page_at(match.start())
            number, label = (page.number, page.label or None) if page else (None, None)
            return Genre(name, match[0].strip(), number, label, certainty=LABEL)
    return None


def _titled(report: Report) -> Genre | None:
    """What the title calls a report. A template of a plan is titled as a plan is, and its file says what it is."""
    details = report.details
    # One that was made of the name of the file, or left in it by the one before, is not the report's.
    own = "title" not in details.guessed or details.title.casefold() in report.text[:OPENING].casefold()
    name = _named_in(details.full_title) if own else ""
    if name not in ("", FORM) and (filed := _filed(report)) and filed.name == FORM:
        return filed
    return Genre(name, details.full_title, by="title", certainty=TITLE) if name else None


def _seen(report: Report, shape: Shape) -> Genre:
    """A kind by the place that shows it."""
    sentence = report.text[shape.start : shape.end]
    page = report.page_at(shape.start + len(sentence) - len(sentence.lstrip()))
    number, label = (page.number, page.label or None) if page else (None, None)
    return Genre(shape.name, " ".join(sentence.split()), number, label, "shape", shape.certainty)


def _told(report: Report) -> Genre | None:
    beginning = report.text[:BEGINNING]
    before = ""
    for start, end in sentence_spans(beginning):
        here = beginning[start:end]
        sentence = " ".join(here.split())
        if len(sentence) <= LONGEST and _is_whole(sentence) and not _points_back(sentence, before):
            name = next((name for name, pattern in _PATTERNS if pattern.search(sentence)), "")
            if name:
                page = report.page_at(start + len(here) - len(here.lstrip()))
                return Genre(name, sentence, page.number if page else None, (page.label or None) if page else None)
        before = "" if "\n\n" in here else sentence
    return None


def _is_whole(sentence: str) -> bool:
    """Whether it ends as sentences do, or on a front page without a stop; contents end with the numbers of pages."""
    return sentence.endswith((".", ":", "!")) or (sentence.count(" ") >= FEWEST_UNSTOPPED and sentence[-1].isalpha())


def _points_back(sentence: str, before: str) -> bool:
    """Whether "this survey" is one that the sentence `before` told of, and so perhaps somebody else's."""
    work = _SUBJECT.match(sentence)
    if not work:
        return False
    noun = re.escape(work[1])
    own = re.search(rf"\bthis (?:[\w’'-]+ ){{0,2}}{noun}", before, re.IGNORECASE)
    return bool(re.search(rf"\b{noun}s?\b", before, re.IGNORECASE)) and not own


def _named_in(title: str) -> str:
    """The kind that a title names: of several the last before what it is about, as in "survey toolkit for towns"."""
    if _INSTRUCTS.search(title):
        return GUIDANCE
    if _ABOUT_ONE.search(title) or _ANYBODYS.search(title):
        return ""
    for part in map(str.strip, _PARTS.split(title)):
        about = _ABOUT.search(part)
        head = part[: about.start()].strip() if about else part
        found = [(match.start(), name) for name, form in _TITLED for match in form.finditer(head)]
        found = found or [
            (match.start(), name)
            for name, form in _TITLED
            for match in form.finditer(part)
            if match.start() < len(head) or _ends(part, len(head), match)
        ]
        if found:
            return max(found)[1]
    return ""


def _ends(part: str, about: int, match: re.Match[str]) -> bool:
    """Whether a title ends with a kind of two words that is no part of what it is about: “X in Y final report”."""
    return match.end() == len(part) and " " in match[0] and not _DETERMINER.search(part[about : match.start()])


def _filed(report: Report) -> Genre | None:
    """What the names of a file and of the folders that it lies in call it, the nearest first."""
    if report.text.count(" ") < FEWEST_WORDS:
        return None
    place = report.details.address or report.details.file
    path = PurePosixPath(unquote(urlsplit(place).path) if "://" in place else place)
    for name in (path.stem, *(folder.name for folder in path.parents)):
        if kind := _named_in(re.sub(r"[\W_]+", " ", name).strip()):
            return Genre(kind, name, by="name", certainty=NAME if name == path.stem else FOLDER)
    return None
