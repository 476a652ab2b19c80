"""How speech that was written down shows: by what is said to fill a pause, by who speaks, by sentences without an end.

Of 2,700 sentences that were judged by reading and found for practitioners' questions, one in eight answers that has
nothing of this, and one in thirteen that has three fillers or more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import takewhile

# So many fillers make a sentence all talk.
FULL = 3
# Words from which a sentence is long, and from which it is as long as it can be.
LONG, LONGEST = 45, 135
# Labels of one kind that a passage has where they say who speaks: one may be a heading or a name that opens a sentence.
TURNS = 2

_FILLER = re.compile(
    r"\b(?:you know|I mean|kind of|sort of|I think|I guess|I suppose|if you like|and so on|or whatever|a bit|a lot of"
    r"|obviously|actually|basically|really|just|like I say|I was|I)\b"
    r"|\b(?:I['’](?:m|ve)|we['’](?:ve|re)|(?:it|that|there)['’]s|they['’]re|(?:do|did|ca)n['’]t)\b|\.\.\.|--|…",
    re.IGNORECASE,
)
_OPENING = re.compile(r"^\W*(?:And|So|But|Yeah|Yes|No|Well|Or|OK|Okay|Because|Um|Now)\b")
_PARAGRAPH = r"(?:\A|(?<=\n))"
# "K Well, ...", with initials alone; but not "A well", "UK Government".
_INITIALS = re.compile(rf"{_PARAGRAPH}(?P<who>(?!(?:A|I|UK|EU|US|UN) )[A-Z]{{1,2}})[ \t]+(?=[A-Z][a-z’']*\b)")
# "MD: ...", "Counsel Inquiry: ...", "Professor Ann John: ...".
_NAMED = re.compile(
    rf"{_PARAGRAPH}(?P<who>[A-Z]{{1,2}}\d?|(?:Mr|Mrs|Ms|Miss|Dr|Prof|Professor|Sir|Dame|Lady|Lord|Cllr|Councillor|Judge)"
    r"\.?(?: [A-Z][\w'’.-]*){1,4}|(?:Lead )?Counsel(?: Inquiry)?|Lead (?:Inquiry|\d\w?)|The (?:Witness|Chair)|Chair"
    r"|Interview(?:er|ee)(?: \d+)?|Facilitator|Moderator|Researcher|Speaker \d+|Participant \w+|Respondent \w+"
    r"|Questions?|Answers?)\s?:\s+(?=\S)"
)
# "Michelle: ..."; also "Role: ...", so that what is said must be speech.
_FIRST_NAME = re.compile(rf"{_PARAGRAPH}(?P<who>[A-Z][a-z'’]{{2,14}}):\s+(?=\S)")
_NOBODY = re.compile(
    r"(?:question|answer|note|tip|trap|example|step|aim|goal|task|output|outcome|challenge|solution|objective|action|time"
    r"|date|place|source|figure|table|box|result|background|summary|title|name|address|email|telephone|phone|website|link"
    r"|lead|owner|status|priority|role|when|where|who|what|why|how|faq)s?|[QARH]\d?",
    re.IGNORECASE,
)
_SPEAKS = re.compile(r"\b(?:I|I['’]\w+|you|we)\b|\?")


def talk(text: str) -> float:
    """How much of a sentence is what people say while they think, from 0 to 1."""
    return min(1.0, (len(_FILLER.findall(text)) + bool(_OPENING.match(text))) / FULL)


@lru_cache(maxsize=1_000)
def turns(text: str) -> tuple[tuple[int, int, str], ...]:
    """Where in a passage somebody begins to speak: where the label stands, where it ends, and who it names, in order.

    Empty where what looks like labels is not known to be some.
    """
    named, initials = ([*form.finditer(text)] for form in (_NAMED, _INITIALS))
    names = [match for match in _FIRST_NAME.finditer(text) if _SPEAKS.search(_said(text, match.end()))]
    found = [match for group in (named, initials, names) if len(group) >= TURNS for match in group]
    return tuple(sorted((match.start(), match.end(), match["who"]) for match in found))


def speaker(text: str, place: int, headings: Sequence[tuple[int, int]] = ()) -> str:
    """Who says what stands at `place` of a passage, as its label has it; "" where that is not told.

    Nobody is, where the label is no one's ("Tip:", "R2:" of a recommendation) or a heading came after it.
    """
    before = [*takewhile(lambda turn: turn[0] <= place, turns(text))]
    if not before or any(before[-1][0] < first <= place for first, _ in headings):
        return ""
    who = before[-1][2]
    return "" if is_nobody(who) else who


def is_nobody(label: str) -> bool:
    """Whether a label is that of a thing, such as "Tip" or "Outcome", or of a numbered item."""
    return bool(_NOBODY.fullmatch(label))


def after_label(text: str, place: int) -> int:
    """Where the words begin of what stands at `place` of a passage: behind the label of who speaks, if there is one."""
    return next((end for start, end, _ in turns(text) if start <= place < end), place)


def opens_turn(text: str, place: int) -> bool:
    """Whether what stands at `place` of a passage is the first that somebody says."""
    return any(end == place for _, end, _ in turns(text))


def length(text: str) -> float:
    """How much longer a sentence is than one that a reader takes in at once, from 0 to 1."""
    return min(1.0, max(0, len(text.split()) - LONG) / (LONGEST - LONG))


def _said(text: str, start: int) -> str:
    """The paragraph that begins at `start`."""
    return text[start:].split("\n", 1)[0]
