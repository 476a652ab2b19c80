"""What a person puts right of what was read of a report: it outlives every new reading, and can be taken back."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import replace
from gettext import gettext as _
from typing import Any
from urllib.parse import urlsplit

from common import CoproductionError
from ingest.readers.text import squeeze
from ingest.report import Details

FIELDS = ("title", "subtitle", "authors", "publisher", "year", "address", "genre")
LONGEST = 1000
"""Characters of a field; no title nor list of authors is longer."""
_WITH = {"address": "accessed"}
"""What is known only along with another field: the day on which an address was looked at."""


class CorrectionError(CoproductionError):
    """A value that a field cannot have. The message is a sentence for the person who gave it."""


def cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    """Corrections as they are kept, by the names of `FIELDS`. Raises `CorrectionError`.

    `authors` is a sequence of names, `year` a number or None for a report without one, the others are texts.
    """
    if unknown := [name for name in values if name not in FIELDS]:
        raise CorrectionError(_("No such field: {name}.").format(name=", ".join(unknown)))
    given = {name: _cleaned(name, value) for name, value in values.items()}
    if given.get("title") == "":
        raise CorrectionError(_("A report needs a title."))
    if given.get("address") and not _is_on_the_web(given["address"]):
        raise CorrectionError(_("Give an address that begins with https://, or none."))
    if "address" in given:
        given["accessed"] = datetime.date.today().isoformat() if given["address"] else ""
    return given


def _cleaned(name: str, value: Any) -> Any:
    if name == "authors":
        return tuple(filter(None, (_text(each) for each in value)))
    return _year(value) if name == "year" else _text(value)


def _text(value: str) -> str:
    text = squeeze("".join(letter for letter in value if letter.isprintable() or letter.isspace()))
    if len(text) > LONGEST:
        raise CorrectionError(_("That is longer than {count:,} characters.").format(count=LONGEST))
    return text


def _year(value: int | None) -> int | None:
    latest = datetime.date.today().year + 1
    if value is not None and not 1500 <= value <= latest:
        raise CorrectionError(_("A year is a number from 1500 to {latest}, or nothing.").format(latest=latest))
    return value


def _is_on_the_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in address
    except ValueError:
        return False


def corrected(read: Details, values: Mapping[str, Any]) -> Details:
    """`read` with `values` that were `cleaned` in the place of what was read."""
    fields = tuple(name for name in FIELDS if name in values or name in read.corrected)
    return replace(read.known(values), corrected=fields)


def as_kept(read: Details) -> dict[str, Any]:
    """What was read of the fields that can be corrected, to be kept beside the corrections."""
    return {name: getattr(read, name) for name in (*FIELDS, *_WITH.values(), "guessed")}


def corrections(summary: Mapping[str, Any] | None, besides: Collection[str] = ()) -> dict[str, Any]:
    """The corrections in the summary of a stored report, if any, but those of the fields `besides`."""
    names = [name for name in (summary or {}).get("corrected", ()) if name not in besides]
    stored = Details.from_json(summary or {}) if names else None
    return {each: getattr(stored, each) for name in names for each in (name, _WITH.get(name, name))}


def as_read(summary: Mapping[str, Any]) -> Details:
    """What was read of a stored report, without what a person has put right."""
    return replace(Details.from_json({**summary, **summary.get("read", {})}), corrected=())
