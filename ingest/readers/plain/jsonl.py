"""Files of many reports: each line is a JSON object with "id", "title" and "text"."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from gettext import gettext as _
from typing import Any

from ingest.readers.text import EMPTY, decode, paragraphs, squeeze, unpaged
from ingest.report import Block, Content, ReportError

N_ = str  # marks texts for translators; they are translated where they are used


def read_jsonl(data: bytes, file: str) -> Iterator[Content | ReportError]:
    """Read each line as a report of its own. One that cannot be read comes out as a `ReportError`, costing no other."""
    if not data.strip():
        yield ReportError(file, _(EMPTY))
    seen: dict[str, int] = {}
    for number, line in enumerate(_lines(data, file), start=1):
        if not line.strip():
            continue
        try:
            content = _content(line, f"{file}, line {number}")
            if (first := seen.setdefault(content.id, number)) != number:
                raise ReportError(
                    f"{file}, line {number}",
                    _('The id "{id}" is taken by line {line}. Give it another.').format(id=content.id, line=first),
                )
            yield content
        except ReportError as error:
            yield error


def _lines(data: bytes, file: str) -> list[bytes]:
    """The lines as they are, so that a byte that is no text spoils its own line only."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = decode(data, file).encode()
    return data.removeprefix(codecs.BOM_UTF8).split(b"\n")


def _content(line: bytes, place: str) -> Content:
    fields = _fields(line, place)
    id, title, text = (_string(fields, name, place) for name in ("id", "title", "text"))
    if not id:
        raise ReportError(place, _('The line has no "id". Give it one that no other line has.'))
    found = [Block(paragraph) for paragraph in paragraphs(text)]
    return Content(
        unpaged(found, place, N_('The line has no "text", so there is nothing to read in it.')), title=title, id=id
    )


def _fields(line: bytes, place: str) -> dict[str, Any]:
    try:
        fields = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ReportError(place, _("The line is not in UTF-8. Save the file in UTF-8 and add it again.")) from error
    except (ValueError, RecursionError) as error:
        raise ReportError(place, _("The line is not JSON: {error}.").format(error=error)) from error
    if not isinstance(fields, dict):
        raise ReportError(place, _('The line is not a JSON object. Write {"id": ..., "title": ..., "text": ...}.'))
    return fields


def _string(fields: dict[str, Any], name: str, place: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if isinstance(value, int) and name == "id":
        return str(value)
    if not isinstance(value, str):
        raise ReportError(place, _('The "{name}" is not text. Put it in quotation marks.').format(name=name))
    try:
        value.encode()
    except UnicodeEncodeError as error:  # half of a surrogate pair: allowed in JSON, and by nothing after it
        raise ReportError(
            place, _('The "{name}" holds half a character. Write the file anew from its source.').format(name=name)
        ) from error
    return value if name == "text" else squeeze(value)
