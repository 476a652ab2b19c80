"""Words that turn the meaning of a sentence: numbers, negations, and pairs that say the opposite of each other."""

from __future__ import annotations

from collections import defaultdict

from rag.question import stem


def _listed(words: str) -> list[str]:
    return words.split()


NEGATIONS = frozenset(_listed("not no never none nobody nothing neither nor nowhere without hardly barely scarcely"))

_SMALL = _listed(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
)
_TENS = _listed("twenty thirty forty fifty sixty seventy eighty ninety")
_ORDINALS = _listed("first second third fourth fifth sixth seventh eighth ninth tenth")
NUMBER_WORDS = (
    {word: str(value) for value, word in enumerate(_SMALL)}
    | {word: str(20 + 10 * step) for step, word in enumerate(_TENS)}
    | {word: str(value) for value, word in enumerate(_ORDINALS, start=1)}
    | {"twice": "2", "half": "0.5", "halves": "0.5", "quarter": "0.25", "quarters": "0.25", "dozen": "12"}
    | {"thirds": "3", "fifths": "5", "doubled": "2", "tripled": "3"}
)
_ONES = rf"(?:{'|'.join(_SMALL[1:10])})"
_BELOW_A_HUNDRED = rf"(?:(?:{'|'.join(_TENS)})(?:[-‐‑ ]{_ONES})?|{'|'.join(_SMALL[1:])})"
NUMBER_IN_WORDS = (
    rf"\b(?:(?:a|{_BELOW_A_HUNDRED}) hundred(?: and {_BELOW_A_HUNDRED}\b(?! hundred))?"
    rf"|(?:{'|'.join(_TENS)})[-‐‑ ]{_ONES})\b"
)
"""A pattern of numbers of several words: twenty-five, three hundred and fifty."""
SCALES = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12} | {
    "k": 3,
    "m": 6,
    "mn": 6,
    "bn": 9,
    "b": 9,
}
"""Words after a number that multiply it by a power of ten."""
UNITS = {"%": "%", "per cent": "%", "percent": "%", "£": "£", "pounds": "£", "pound": "£"} | {
    "$": "$",
    "dollars": "$",
    "€": "€",
    "euros": "€",
}

FUNCTION_WORDS = frozenset(
    _listed(
        "a about according after again all also am an and any are as at be been being both but by can could did do does"
        " doing each either else even ever every for from further had has have having he her here hers him his how i if"
        " in indeed into is it its itself just like many may me might more most much must my of off often on once only"
        " or other others our ours out over own per rather same shall she should so some such than that the their"
        " theirs them themselves then there therefore these they this those though through thus to too under until up"
        " upon us very via was we were what when where whether which who whom whose why will with within would you your"
        " yours well still already among between during since however find finds found say says said state states"
        " stated report reports reported note notes noted describe describes described explain explains explained show"
        " shows showed shown suggest suggests suggested overall additionally furthermore moreover finally importantly"
        " similarly instead first second third one"
    )
)

# A sentence that says one side is not borne out by one that says the other of the same words, in any form.
_OPPOSITES = (
    (
        "rise rose risen grow grew grown growth increase up climb expand gain more greater larger longer higher above"
        " exceed additional added upward",
        "fall fell fallen shrink shrank shrunk decline decrease drop down reduce reduction cut less fewer lower smaller"
        " shorter below loss lose lost beneath downward",
    ),
    (
        "better improve best good positive strengthen strong stronger strongest benefit helpful success succeed",
        "worse worsen deteriorate worst bad poor poorer negative weaken weak weaker weakest harm failure fail failed",
    ),
    (
        "most majority mostly mainly all every everyone everybody always many widely largely usually often frequently",
        "few minority least none nobody never little seldom rarely some sometimes occasionally",
    ),
    ("before prior earlier previously precede", "after following later subsequently afterwards followed"),
    (
        "support favour agree approve accept welcome embrace",
        "oppose opposed against disagree reject refuse resist object",
    ),
    ("include join enter", "exclude leave left exit"),
    ("start begin began begun open launch introduce", "stop end finish close abolish withdraw withdrew"),
    (
        "easy easier easiest simple simpler quick quicker fast faster",
        "hard harder hardest difficult complex slow slower",
    ),
    ("high highest top maximum", "low lowest bottom minimum"),
    ("cheap cheaper cheapest save saved saving", "expensive dear dearer costly waste"),
    ("old older oldest elderly", "young younger youngest"),
    ("allow enable encourage permit", "prevent discourage forbid forbidden ban prohibit"),
    ("necessary required mandatory compulsory", "unnecessary optional voluntary needless"),
    ("same similar alike equal", "different differ unequal unlike"),
    ("true right correct", "false wrong"),
    ("rich wealthy richer affluent", "poor poorer deprived poorest"),
    ("public", "private"),
    ("local", "national"),
    ("women woman female girl", "men man male boy"),
    ("urban city", "rural village countryside"),
    ("trust", "distrust mistrust"),
    ("safe", "dangerous risky"),
    ("give gave given provide", "take took taken receive"),
    ("strength asset", "weakness deficit"),
    ("advantage", "disadvantage drawback"),
    ("summer", "winter"),
    ("inside internal", "outside external"),
    ("early sooner", "late"),
)


def _directions() -> dict[str, set[tuple[int, int]]]:
    found: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for pair, sides in enumerate(_OPPOSITES):
        for side, words in enumerate(sides):
            for word in _listed(words):
                found[stem(word)].add((pair, side))
    return dict(found)


INTRANSITIVE = frozenset(
    _listed("rose risen fell fallen grew grown shrank shrunk declined dropped climbed deteriorated")
)
"""Directions that the word before them takes: trust rose, and not what comes behind it."""

DIRECTIONS = _directions()
"""For the stem of each such word, the pairs that it belongs to, each with its side (0 or 1) there."""
TRENDS = frozenset({0, 1, 4})
"""The pairs that judge or compare (more and less, better and worse, for and against): they must be there to be said."""
