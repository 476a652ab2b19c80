"""Names of people and of bodies, in the parts that references are made of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from nameparser import Lexicon, Parser

# A word of these in a name says that it is a body's. None is a usual surname, as Church, House and Banks are.
_BODY = re.compile(
    r"\b(?:the|of|for|to|with|academy|act|action|advice|agency|alliance|assembly|associates|associations?"
    r"|authorit(?:y|ies)|boards?|care|cent(?:re|er)s?|charit(?:y|ies)|cities|citizens?|city|clubs?|coalition"
    r"|collaborative|collective|college|commission(?:er)?s?|committee|communit(?:y|ies)|company|confederation"
    r"|congress|consortium|consult(?:ing|ants?|ancy)|co-?operatives?|co-?production|corporation|councils?|data"
    r"|departments?|design|development|digital|directorate|education|enterprises?|environment|evaluation|executive"
    r"|federation|forum|foundation|fund|global|governance|government|groups?|health(?:watch|care)?|hospitals?"
    r"|housing|hub|inclusion|initiative|innovation|institut(?:e|es|ion)|international|involvement|justice"
    r"|laborator(?:y|ies)|labs?|leadership|learning|library|local|management|media|ministry|mission|national|nations"
    r"|network|observatory|office|organi[sz]ations?|parliament|partners(?:hip)?s?|planning|plus|polic(?:y|ies)|press"
    r"|programmes?|projects?|public|publications|publishing|regional|research|royal|schools?|secretariat"
    r"|senior managers|services?|shared|social|societ(?:y|ies)|solutions|staff|studio|studies|support|systems|team"
    r"|together|trust|union|unit|universit(?:y|ies)|voices?|voluntary|volunteers?|world|cic|cio|gmbh|inc|limited|llc"
    r"|llp|ltd|pty|plc)\b",
    re.IGNORECASE,
)
# Bodies are named after the place where they work; few people have such a surname.
_PLACE = re.compile(
    r"\b(?:America|Australia|Britain|Canada|England|Europe|Glasgow|Ireland|London|Scotland|Wales|EU|GB|NI|UK|US|USA)$"
)
_PARTICLE = (
    r"(?:ab|af|al|ap|av|bin|da|das|de|degli|dei|del|della|den|der|di|do|dos|du|el|ferch|i|ibn|la|las|le|los|ten|ter|van"
    r"|vande|vander|von|y|zu|zum|zur)"
)
_CAPITAL = r"[^\W\d_a-zà-öø-ÿ]"
_NAME = rf"(?:d['’])?{_CAPITAL}[^\W\d_]*(?:['’-][^\W\d_]+)*"
_INITIALS = rf"(?:{_CAPITAL}\.[ -]?)+{_CAPITAL}?\.?"
_PERSON = re.compile(rf"(?:(?:{_NAME}\.?|{_INITIALS}|{_PARTICLE})(?:,? |$)){{2,7}}")
# As medical journals name people: "Boyle D", "van der Berg LM".
_INITIALS_LAST = re.compile(rf"(?P<family>(?:(?:{_NAME}|{_PARTICLE}) )+)(?P<given>{_CAPITAL}{{1,3}})")
_GENERATION = re.compile(r"(?:jr|sr|junior|senior|ii|iii|iv)\.?", re.IGNORECASE)
# In Spanish the father's name stands before the mother's, and both are the family's. Known by the ending of those names
# that come from a father's, and by the commonest others.
_SPANISH = re.compile(
    r"(?:(?!Beatriz|Inez|Liz|Luiz)\w+[aáeéií]z|García|Garcia|Alonso|Blanco|Castillo|Castro|Delgado|Flores|Medina|Molina"
    r"|Moreno|Navarro|Ortega|Ramos|Reyes|Romero|Rubio|Santos|Serrano|Silva|Soto|Torres|Vargas|Vega)(?:-\w+)*"
)
_parser = Parser(lexicon=Lexicon.default().add(particles={"ab", "ap", "ferch"}))


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name by its parts, or in `family` a name that is one whole: a body's, or a person's single name.

    `suffix` tells generations apart ("Jr"). Titles and degrees are no part of it.
    """

    family: str
    given: str = ""
    suffix: str = ""

    @property
    def initials(self) -> str:
        """The given names as references shorten them: "J.-P.M."."""
        return re.sub(r"(?:[^\W\d_]|['’])+", _shortened, self.given).replace("..", ".").replace(" ", "").strip("-")

    @property
    def shortened(self) -> str:
        """The name as it begins a reference in Harvard style: "King, M.L., Jr"."""
        return ", ".join(filter(None, (self.family, self.initials, self.suffix)))


def _shortened(word: re.Match[str]) -> str:
    """The initials of a given name; "DJ" is two of them, and a particle none."""
    if len(word[0]) <= 3 and word[0].isupper():
        return "".join(f"{letter}." for letter in word[0])
    return "" if word[0].islower() else f"{word[0][0]}."


@lru_cache(maxsize=1024)
def name_of(text: str) -> Name:
    """The name that `text` is, written as "David Boyle", "Boyle, David", "Boyle D" or as a body calls itself."""
    plain = re.sub(r"\s*\([^()]*\)$", "", text) or text
    if is_body(plain):
        return Name(text)
    parsed = _parser.parse(plain)
    match = _INITIALS_LAST.fullmatch(plain)
    if match and not (parsed.suffix and parsed.family and parsed.given[:1].isupper()):
        return Name(match["family"].strip(), ".".join(match["given"]) + ".")
    if plain.isupper():
        parsed = parsed.capitalized()
    given, family = f"{parsed.given} {parsed.middle}".split(), parsed.family
    if not (family and given):
        return Name(text)
    first = next((place for place, word in enumerate(given) if place and _SPANISH.fullmatch(word)), len(given))
    if "," not in plain:
        given, family = given[:first], " ".join([*given[first:], family])
    generation = next(filter(_GENERATION.fullmatch, parsed.suffix.replace(",", " ").split()), "")
    return Name(family, " ".join(given), generation)


def is_body(name: str) -> bool:
    """Whether a name is not one of a person with given and family names: that of a body, or a single name."""
    if _BODY.search(name) or _PLACE.search(name) or not _PERSON.fullmatch(name):
        return True
    words = name.replace(",", "").split()
    # In "NHS Fife" and "Carnegie UK Trust" the capitals are an abbreviation, in "Boyle DJ" initials.
    shouted = [word for word in words[:-1] if len(word) > 2 and word.isupper() and "." not in word]
    return bool(shouted) and not name.isupper()
