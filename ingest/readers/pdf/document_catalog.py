"""What a PDF says of itself beside its pages: layers that are off, and whether it is a portfolio or a form in XFA."""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass
from typing import Any

import pypdf
from pypdf.generic import ArrayObject, DictionaryObject

from ingest.readers.pdf.portfolio import folders_of

_log = logging.getLogger(__name__)
# A file without any of these has nothing to tell here, and need not be parsed; the last packs what others may stand in.
_TELLING = (b"/OCProperties", b"/Collection", b"/XFA", b"/ObjStm")


@dataclass(frozen=True, slots=True)
class Catalog:
    """The names of the layers that are off when the file is opened, whether the file is a portfolio: a cover for the
    files in it, with the folder of each, and whether it is a form in XFA, which may have no pages of its own.
    """

    hidden_layers: tuple[str, ...] = ()
    is_portfolio: bool = False
    folders: tuple[str, ...] = ()
    is_xfa: bool = False


def read_catalog(data: bytes) -> Catalog:
    """The catalogue of a PDF; an empty one where pypdf cannot make it out, which costs no page."""
    if not any(name in data for name in _TELLING):
        return Catalog()
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        root = reader.root_object
        is_xfa = "/XFA" in _dictionary(root.get("/AcroForm"))
        is_portfolio = "/Collection" in root
        folders = folders_of(reader) if is_portfolio else ()
        return Catalog(_hidden_layers(root), is_portfolio, folders, is_xfa)
    except Exception as error:  # pypdf raises many kinds, bare ones among them, on damaged files
        _log.info("catalogue unreadable: %s", error)
        return Catalog()


def _hidden_layers(root: DictionaryObject) -> tuple[str, ...]:
    layers = _dictionary(root.get("/OCProperties"))
    settings = _dictionary(layers.get("/D"))
    groups = _references(layers.get("/OCGs"))
    off = _references(settings.get("/OFF"))
    if settings.get("/BaseState") == "/OFF":
        on = _references(settings.get("/ON"))
        off = [group for group in groups if group not in on]
    return tuple(str(_dictionary(group).get("/Name", "")) for group in off)


def _dictionary(value: Any) -> DictionaryObject:
    found = value.get_object() if value is not None else None
    return found if isinstance(found, DictionaryObject) else DictionaryObject()


def _references(value: Any) -> list[Any]:
    found = value.get_object() if value is not None else None
    return list(found) if isinstance(found, ArrayObject) else []
