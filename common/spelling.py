"""American and British spelling: "organization" and "organisation" are one word.

The endings -ize and -yze are changed by rule, for there is no end of such words; the others by lists, for "hour" and
"water" are no American words. The lists were checked with the 1,730 pairs of the package breame, which itself lacks
"personalisation" and "enrolment" and takes a flautist for a flutist. Left out are what are two words in Britain (tire,
check, draft, curb, ton, meter), and what the Snowball stemmer brings together ("traveled" and "travelled").
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

# How words begin, American and British. That "laboratory" becomes "labouratory" does no harm: it does so everywhere.
_BEGINNINGS = """
    acknowledgment acknowledgement, airplane aeroplane, aluminum aluminium, anemi anaemi, anesthe anaesthe, arbor
    arbour, archeolog archaeolog, ardor ardour, armor armour, artifact artefact, behavior behaviour, cesarean
    caesarean, candor candour, chili chilli, clamor clamour, color colour, councilor councillor, counselor
    counsellor, cozi cosi, cozy cosy, cruele cruelle, defense defence, demeanor demeanour, dialed dialled, dialing
    dialling, diarrhea diarrhoea, edema oedema, enamor enamour, encyclopedi encyclopaedi, endeavor endeavour,
    enroll enrol, esophag oesophag, esthetic aesthetic, estrogen oestrogen, etiolog aetiolog, favor favour, fecal
    faecal, feces faeces, fervor fervour, fetal foetal, fetus foetus, flavor flavour, fulfill fulfil, glamor
    glamour, gray grey, grueling gruelling, gynecolog gynaecolog, harbor harbour, hemat haemat, hemo haemo,
    homeopath homoeopath, honor honour, humor humour, initialed initialled, installment instalment, instill instil,
    jewelr jeweller, judgment judgement, kilogram kilogramme, labor labour, leukemi leukaemi, licens licenc,
    likable likeable, maneuver manoeuvr, medieval mediaeval, misdemeanor misdemeanour, mold mould, mustache
    moustache, neighbor neighbour, odor odour, offense offence, orthoped orthopaed, pajama pyjama, paleo palaeo,
    panelist panellist, parlor parlour, pediatri paediatri, pedophil paedophil, plow plough, practis practic,
    pretense pretence, rancor rancour, rigor rigour, rumor rumour, savior saviour, savor savour, sizable sizeable,
    skeptic sceptic, skillful skilful, smolder smoulder, splendor splendour, succor succour, sulf sulph, tranquiliz
    tranquillis, trialed trialled, trialing trialling, tumor tumour, equaled equalled, rivaled rivalled, valor
    valour, vapor vapour, vigor vigour, willful wilful, woolen woollen, yogurt yoghurt
"""
_BEFORE = "be|dis|extra|micro|mis|multi|out|re|un|water"
# Whole words. Of "centered" and its like both ends change.
_WORDS = """
    aging ageing, analog analogue, analogs analogues, catalog catalogue, catalogs catalogues, cataloged catalogued,
    cataloging cataloguing, dialog dialogue, dialogs dialogues, maneuver manoeuvre, maneuvers manoeuvres, monolog
    monologue, program programme, programs programmes, prolog prologue
"""
_IN_RE = """
    amphitheat calib cent centilit centimet epicent fib kilomet lacklust lit lust meag millilit millimet somb spect
    theat
"""
_AFTER_R = {"er": "re", "ers": "res", "ered": "red", "ering": "ring"}
_ENDING = r"(?=(?:e|ed|es|er|ers|ing|ings|ingly|able|ably|ation|ations|ational)$)"
# Not "size", "prize" or "seize", whose z is everybody's; what the rule makes of "capsize" is no word, and does no harm.
_WITH_Z, _WITH_S = re.compile(rf"(?<=[a-z]{{3}})([iy])z{_ENDING}"), re.compile(rf"(?<=[a-z]{{3}})([iy])s{_ENDING}")


def _pairs(text: str) -> dict[str, str]:
    return dict(pair.split() for pair in text.split(","))


def _turned(pairs: dict[str, str]) -> dict[str, str]:
    return {value: key for key, value in pairs.items()}


def _begins(with_: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"^({_BEFORE})?({'|'.join(with_)})")


_BRITISH = _pairs(_WORDS) | {b + end: b + here for b in _IN_RE.split() for end, here in _AFTER_R.items()}
_AMERICAN = _turned(_BRITISH)
_BRITISH_BEGINNINGS = _pairs(_BEGINNINGS)
_AMERICAN_BEGINNINGS = _turned(_BRITISH_BEGINNINGS)
_BEGINS_AMERICAN, _BEGINS_BRITISH = _begins(_BRITISH_BEGINNINGS), _begins(_AMERICAN_BEGINNINGS)


@lru_cache(maxsize=50_000)
def british(word: str) -> str:
    """The British spelling of a word in lower case; the word itself where there is no other."""
    if word in _BRITISH:
        return _BRITISH[word]
    here = _BEGINS_AMERICAN.sub(lambda found: (found[1] or "") + _BRITISH_BEGINNINGS[found[2]], word)
    return _WITH_Z.sub(r"\1s", here)


def spellings(word: str) -> list[str]:
    """How a word in lower case is or could be spelt, itself first: "advise" could be "advize"."""
    here = british(word)
    american = _BEGINS_BRITISH.sub(lambda found: (found[1] or "") + _AMERICAN_BEGINNINGS[found[2]], here)
    return list(dict.fromkeys((word, here, _AMERICAN.get(here, american), _WITH_S.sub(r"\1z", american))))
