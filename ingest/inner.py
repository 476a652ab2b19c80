"""Files within files: what is attached to a message or inserted into a document is read by the reader of its format."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from gettext import gettext as _

from ingest.report import Content, ReportError

Reader = Callable[[bytes, str], Content]
"""A file's bytes and its name in, what it holds out. Raises `ReportError`."""

N_ = str  # marks texts for translators; they are translated where they are used
TOO_DEEP = N_("The file holds files within files, more than can be read. Save what is wanted of it, and add that.")
READERS: dict[str, Reader] = {}
"""The reader of each format by the ending of its files; `ingest.read` names them."""

_DEEPEST = 3  # a report in a message that was forwarded with another
_depth: ContextVar[int] = ContextVar("depth", default=0)


def read_inner(data: bytes, file: str, suffix: str) -> Content | None:
    """What a file within another holds, or None where its format has no reader. Raises `ReportError`."""
    if suffix not in READERS:
        return None
    if _depth.get() >= _DEEPEST:
        raise ReportError(file, _(TOO_DEEP))
    deeper = _depth.set(_depth.get() + 1)
    try:
        return READERS[suffix](data, file)
    finally:
        _depth.reset(deeper)
