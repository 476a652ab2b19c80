"""What a report's shape shows: speech that was written down, minutes, forms, lists, and whom a report speaks to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.report import Report
from ingest.sentences import sentence_spans
from rag.sentences.speech import is_nobody

N_ = str  # marks texts for translators; they are translated where they are used
TRANSCRIPT, MINUTES, FORM = N_("transcript"), N_("minutes"), N_("form or template")
LIST, NEWS, RESEARCH = N_("list"), N_("news"), N_("research")
GUIDANCE, PLAN = N_("guidance"), N_("strategy or plan")
"""The kinds that a shape alone can show."""

# The characters that are looked at: a report that is one of these is so from its first pages on.
LOOKED_AT = 20_000

# --- Speech. All figures are of 911 reports, 364 of them talks, interviews and hearings -------------------------------

# Words like “I” or “you” among all words: 2 % to 8 % in speech, below 1 % in reports that begin paragraph after
# paragraph with a name (“DBH has ...”). A formal speech in a hearing has them least.
SPOKEN = 0.03
FORMAL = SPOKEN / 4
# In interviews 25 % to 98 % of all blocks begin with who speaks; the others go on with what was said.
TURNS, FEWEST_TURNS = 0.25, 4
# Who speaks is introduced in the first blocks, if at all, and that is short.
OPENING, LONGEST_KEY = 8, 400

_SPOKEN = re.compile(r"\b(?:I|[Yy]ou|[Yy]our|[Ww]e|me|[Mm]y|[Oo]ur|us|[Yy]eah|[Oo]kay|OK)\b")
_OF_ONESELF = re.compile(r"\b(?:I|me|[Mm]y)\b")
_INITIALS = re.compile(r"(?!(?:I|A)\b(?! ?[-–:.]))([A-Z]{1,3})(?:\d*[:.]| ?[-–])? +(?=[\w“\"‘'(\[…£])")
_NAMED = re.compile(r"((?:[A-Z][\w.’'-]*)(?: (?:[A-Z(][\w.’')-]*|\d+)){0,4}): +(?=\S)")
# Who speaks by what they are there for.
_ROLE = re.compile(
    r"interview(?:er|ee)|chair(?:man|woman|person)?|convener|facilitator|moderator|participant|presenter|respondent"
    r"|speaker|host|witness|counsel|man|woman|male|female|audience|all"
)
# What often stands before a colon over and over, and is nobody.
_HONORIFIC = r"(?:Dr|Professor|Prof|Mr|Mrs|Ms|Sir|Dame|Rev)\.? "
# “MD - Michelle Drumm”, as often as there are speakers.
_KEY = re.compile(rf"\b([A-Z]{{2,3}})\s*[-–:=]?\s+((?:{_HONORIFIC})?(?:[A-Z][a-z’'][\w’'-]* ?){{2,4}})")
_ON_AIR = re.compile(
    r"\byou[’']re listening to\b|\bwelcome to (?:this|another|the|our|\w+[’']s) (?:[\w’'.-]+ ){0,4}"
    r"(?:podcast|programme|episode|edition|show)\b|\b(?:in|on) (?:this|today[’']s) (?:podcast|episode)\b"
    r"|\bthis (?:recording|podcast|interview) (?:was|is)\b"
    r"|\b(?:talk|interview|presentation) by .{3,60}\brecorded (?:on|in)\b",
    re.IGNORECASE,
)
# Somebody named begins to speak: “Kiana: My name is”, “Mr Hall: My Lady”, or is sworn in.
_GREETS = re.compile(
    r"^[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*){0,4}:? +(?:(?:So|Okay|OK|Yes|And|Well),? +)?"
    r"(?:[Hh]i\b|[Hh]ello\b|Good (?:morning|afternoon|evening)\b|Thank you\b|Thanks\b"
    r"|[Ww]elcome (?:to|everyone|everybody|back)\b|[Ii]t[’']s (?:now )?(?:my|a|good|great)\b|My name is\b|I[’']m\b"
    r"|I am [A-Z]|(?:.{0,80}\b)?[Mm]y (?:Lady|Lord)\b)"
    r"|^[A-Z][\w.’' -]{3,60} \((?:affirmed|sworn|recalled)\)|^Transcript of\b"
)

# --- Minutes ----------------------------------------------------------------------------------------------------------

_ITEMS = re.compile(
    r"^[^\w\n]*(?:\d+[.)]?[^\S\n]*)?(?:(apologies)\b|(present|in attendance|attendees|attending|sederunt)\s*(?::|$|\n)"
    r"|(matters arising)\b|(minutes? of (?:the )?(?:last|previous)\b)|(any other (?:competent )?business|aob|aocb)\b"
    r"|((?:date|time)(?: and time)? of (?:the )?next meeting|next meeting)\b"
    r"|(actions? (?:agreed|points?|log|arising))\b)",
    re.IGNORECASE | re.MULTILINE,
)
_PRESENT = 2  # the group of `_ITEMS` that only minutes have; an agenda has the others too
FEWEST_ITEMS = 3
_AGENDA = re.compile(r"\W*(?:draft )?agenda\b", re.IGNORECASE)

# --- Forms ------------------------------------------------------------------------------------------------------------

_BLANKS = re.compile(
    r"_{4,}|(?:\.{8,}+|…{3,}+)(?!\s*\d)|[☐□❏❑▢◻]|\[ {0,3}\](?!\()"
    r"|<(?:insert|your|name|date|project|enter|add|[a-z ]{3,40}(?:name|title|owner))\b[^<>\n]{0,60}>"
    r"|\[(?:insert|your|name of|enter|add)\b[^\]\n]{0,60}\]"
    r"|\b(?:tick|check|circle|select|mark) (?:one|only one|all that|any that|the box|as many|where)\b"
    r"|\bskip to question\b|\((?:please )?(?:briefly|describe|insert|indicate|specify|state)\b[^)\n]{5,}\)"
    r"|^[^\w\n]*(?:signature|signed|print name|name of participant)\b|\bstrongly (?:dis)?agree\b",
    re.IGNORECASE | re.MULTILINE,
)
# A form has something to fill in once in 32 to 120 words (eleven forms and templates); guidance that holds an example
# of one once in 270, and a report that prints its questionnaire less often still.
BLANKS, FEWEST_BLANKS = 1 / 130, 5


# --- Lists, news, and how a report speaks. Figures are of the 540 of the 911 reports that are no speech ---------------

# Pages that lead to others have no whole sentence, though titles that ask; others of so few words have some.
SENTENCES, MEDIAN, FEWEST_BLOCKS, FEWEST_WORDS, MOST_WORDS = 0.05, 10, 4, 20, 1000
_SENTENCE = re.compile(r"(?:\S+\s+){9,}\S*[.!:][”\"')]*\s*$")
_PAGES = ("html", "htm", "xhtml", "mht", "mhtml", "md", "markdown", "rst")
_DATELINE = re.compile(
    r"^[^\S\n]*[A-Z][\w ]{2,30}, (?:\d{1,2}\.? (?:de )?[^\W\d]+,?|[^\W\d]+ \d{1,2},?) (?:de )?\d{4} ?[-–—] "
    r"|\bfor immediate release\b|^[^\w\n]*(?:press|media) (?:contact|release)\b|^[^\w\n]*notes (?:to|for) editors\b",
    re.IGNORECASE | re.MULTILINE,
)
NEWS_WORDS = 1500  # what is longer only speaks of the press
_YOU = re.compile(r"\b(?:you|your|yours|yourself)\b", re.IGNORECASE)
_ADVISES = re.compile(
    r"\byou(?:[’']ll| can| could| should| may| might| must| need| want| will need| have to)\b", re.IGNORECASE
)
# “You” and “your” in a thousand words: 15 to 90 in pages of toolkits; a plan has none, a report on services up to 13.
ADVISED, FEWEST_ADVICE, LEAST = 20, 3, 100
_PROMISES = re.compile(
    r"\b(?:we|government|council|board|agency|department) (?:(?:also|now) )?(?:will|shall|aim to|intend to|plan to"
    r"|are (?:also )?(?:committed|investing|delivering|working|supporting|developing))\b",
    re.IGNORECASE,
)
# What “we will” do in a thousand words: 4 to 20 in plans; a report on what was done has at most 5.
PROMISED, FEWEST_PROMISES = 6, 3
_METHOD = re.compile(
    r"^[\W\d]*(?:(?:our|research|study|detailed) )?method(?:s|ology|ologies)?(?: and [\w ]+)?$", re.IGNORECASE
)
_FOUND = re.compile(r"^[\W\d]*(?:(?:key|main|research) )?(?:findings|results|conclusions?|discussion)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind that a report's shape shows, the place that shows it best (offsets of its text), and how sure that is."""

    name: str
    start: int
    end: int
    certainty: float


@dataclass(frozen=True, slots=True)
class _Block:
    start: int
    text: str


def spoken(report: Report) -> Shape | None:
    """Whether a report is what people said, as a transcript or as minutes: no other kind looks so."""
    blocks = list(_blocks(report))
    return _transcript(blocks) or _minutes(report.details.title, blocks)


def filled_in(report: Report) -> Shape | None:
    """Whether there is something to fill in, or to tick, all through a report."""
    blocks = list(_blocks(report))
    blank = [block for block in blocks if _BLANKS.search(block.text)]
    words = sum(block.text.count(" ") + 1 for block in blocks)
    if len(blank) < FEWEST_BLANKS or len(blank) < BLANKS * words:
        return None
    return _shape(FORM, blank[0], 0.9)


def listed(report: Report) -> Shape | None:
    """Whether a web page only lists and leads to others: it has no sentences. Slides and sheets look so, too."""
    blocks = list(_blocks(report)) if report.details.kind in _PAGES else []
    lengths = sorted(block.text.count(" ") + 1 for block in blocks)
    words = sum(lengths)
    whole = sum(block.text.count(" ") + 1 for block in blocks if _SENTENCE.match(block.text))
    if len(blocks) < FEWEST_BLOCKS or not FEWEST_WORDS <= words <= MOST_WORDS:
        return None
    return (
        _shape(LIST, blocks[0], 0.85) if lengths[len(lengths) // 2] <= MEDIAN and whole <= SENTENCES * words else None
    )


def manner(report: Report) -> Shape | None:
    """What the way in which a report speaks shows: to the press, to those who will do it, or of what we will do."""
    text = report.text[:LOOKED_AT]
    words = text.count(" ") + 1
    if words <= NEWS_WORDS and (place := _DATELINE.search(text)):
        return Shape(NEWS, place.start(), max(end for start, end in sentence_spans(text) if start < place.end()), 0.9)
    method = next((heading for heading in report.headings if _METHOD.match(heading.text)), None)
    if method and any(_FOUND.match(heading.text) for heading in report.headings):
        return Shape(RESEARCH, method.start, method.end, 0.8)
    if words < LEAST:
        return None
    advice, promises = list(_ADVISES.finditer(text)), list(_PROMISES.finditer(text))
    addressed = len(_YOU.findall(text)) * 1000 / words
    if len(advice) >= FEWEST_ADVICE and addressed >= ADVISED:
        return _said(GUIDANCE, text, advice[0])
    # What "the council will" do stands in pages for those who ask it for something, too.
    if len(promises) >= FEWEST_PROMISES and len(promises) * 1000 >= PROMISED * words and addressed < ADVISED / 2:
        return _said(PLAN, text, promises[0])
    return None


def _said(name: str, text: str, match: re.Match[str]) -> Shape:
    """A kind by the sentence in which `match` stands."""
    start, end = next((start, end) for start, end in sentence_spans(text) if start <= match.start() < end)
    return Shape(name, start, end, 0.8)


def _blocks(report: Report) -> Iterator[_Block]:
    for match in re.finditer(r"[^\n]+(?:\n[^\n]+)*", report.text[:LOOKED_AT]):
        yield _Block(match.start(), match[0])


def _shape(name: str, block: _Block, certainty: float) -> Shape:
    """A kind by the first sentence of a block."""
    return Shape(name, block.start, block.start + next(end for _, end in sentence_spans(block.text)), certainty)


def _transcript(blocks: Sequence[_Block]) -> Shape | None:
    """Whether blocks begin with who speaks, or somebody is introduced and then speaks."""
    text = "\n".join(block.text for block in blocks)
    share = _share(_SPOKEN, text)
    if share < FORMAL or not _OF_ONESELF.search(text):
        return None
    if turns := _turns(blocks, text):
        return _shape(TRANSCRIPT, turns[0], 0.97)
    opening, named = blocks[:OPENING], _named_above(blocks)
    said = next((block for block in blocks if _label(block.text) in named), None)
    said = said or next((block for block in opening if _GREETS.search(block.text)), None)
    if not said and share >= SPOKEN:
        said = next((block for block in opening if _ON_AIR.search(block.text) or _introduced(block.text)), None)
    return _shape(TRANSCRIPT, said, 0.9) if said else None


def _turns(blocks: Sequence[_Block], text: str) -> list[_Block]:
    """The blocks in which one of several begins to speak; none where they are too few for a conversation."""
    labels = [_label(block.text) for block in blocks]
    counts = Counter(filter(None, labels))
    speakers = {label for label, count in counts.items() if count > 2 and _is_somebody(label, text)}
    turns = [block for block, label in zip(blocks, labels, strict=True) if label in speakers]
    several = len(speakers) > 1 or speakers & _named_above(blocks)
    enough = len(turns) >= max(FEWEST_TURNS, TURNS * len(blocks))
    return turns if several and enough and _is_speech(turns, speakers) else []


def _label(block: str) -> str:
    """Who speaks in a block, by how it begins; "" where it begins otherwise, or lists who speaks."""
    match = _INITIALS.match(block) or _NAMED.match(block)
    return match[1] if match and not _introduced(block) else ""


def _is_somebody(label: str, text: str) -> bool:
    """Whether a label is a name: what is none stands in the text in small letters too, or is known for it."""
    if label.isupper() and len(label) <= 3:
        return True
    words = [word.casefold() for word in re.findall(r"[^\W\d_]+", label)]
    if len(words) == 1 and is_nobody(words[0]):
        return False
    return any(_ROLE.fullmatch(word) or not re.search(rf"\b{re.escape(word)}\b", text) for word in words)


def _is_speech(turns: Sequence[_Block], speakers: set[str]) -> bool:
    """Whether people say what stands in `turns`. Answers to frequent questions speak of "you", never of "I"."""
    if speakers == {"Q", "A"}:
        turns = [block for block in turns if _label(block.text) == "A"]
    said = " ".join(block.text for block in turns)
    return _share(_SPOKEN, said) >= SPOKEN / 2 and bool(speakers != {"Q", "A"} or _OF_ONESELF.search(said))


def _share(pattern: re.Pattern[str], text: str) -> float:
    return len(pattern.findall(text)) / max(1, text.count(" ") + text.count("\n"))


def _named_above(blocks: Sequence[_Block]) -> set[str]:
    """The initials of those whom the first blocks introduce."""
    return {initials for block in blocks[:OPENING] for initials in _introduced(block.text)}


def _introduced(block: str) -> list[str]:
    """The initials of those whom a block introduces: “RE - Ruth Edmond”."""
    if len(block) > LONGEST_KEY or block[-1] in ".?!":
        return []
    return [initials for initials, name in _KEY.findall(block) if _are_initials(initials, name)]


def _are_initials(initials: str, name: str) -> bool:
    names = re.split(r"[ -]", re.sub(rf"^{_HONORIFIC}", "", name.strip()))
    return (initials[0], initials[-1]) == (names[0][:1], names[-1][:1])


def _minutes(title: str, blocks: Sequence[_Block]) -> Shape | None:
    """Whether there are items that only a meeting has, and who was there."""
    if _AGENDA.match(title) or (blocks and _AGENDA.match(blocks[0].text)):
        return None
    items: dict[int, _Block] = {}
    for block in blocks:
        for match in _ITEMS.finditer(block.text):
            items.setdefault(match.lastindex or 0, block)
    return _shape(MINUTES, items[_PRESENT], 0.95) if len(items) >= FEWEST_ITEMS and _PRESENT in items else None
