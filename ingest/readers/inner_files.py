"""Files within files: what is attached to a message or inserted into a document is read by the reader of its format."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import replace
from gettext import gettext as _

from ingest.left_out import LeftOut
from ingest.readers.archive import is_for_want_of_memory
from ingest.readers.text import squeeze
from ingest.report import Block, Content, InnerFile, RawPage, ReportError

Reader = Callable[[bytes, str], Content]
"""A file's bytes and its name in, what it holds out. Raises `ReportError`."""

N_ = str  # marks texts for translators; they are translated where they are used
TOO_DEEP = N_("The file holds files within files, more than can be read. Save what is wanted of it, and add that.")
READERS: dict[str, Reader] = {}
"""The reader of each format by the ending of its files; `ingest.readers.registry` names them."""

DEEPEST = 3  # a report in a message that was forwarded with another
_WITHIN = " › "
_MOST_UNREAD = 100
_depth: ContextVar[int] = ContextVar("depth", default=0)


def within(file: str, name: str) -> str:
    """What a file called `name` within `file` is called: "board.pdf › minutes.pdf"."""
    return f"{file}{_WITHIN}{name}"


def own_name(file: str) -> str:
    """The name of a file itself, whatever files it is within."""
    return file.rpartition(_WITHIN)[2]


def read_inner(data: bytes, file: str, suffix: str) -> Content | None:
    """What a file within another holds, with all files within it, or None where its format has no reader.

    Raises `ReportError`.
    """
    if suffix not in READERS:
        return None
    if _depth.get() >= DEEPEST:
        raise ReportError(file, _(TOO_DEEP))
    deeper = _depth.set(_depth.get() + 1)
    try:
        content = READERS[suffix](data, file)
        found, left_out = read_all(content.files)
        pages = (*content.pages, RawPage(tuple(found))) if found else content.pages
        return replace(content, pages=pages, files=(), left_out=(*content.left_out, *left_out))
    finally:
        _depth.reset(deeper)


def read_all(files: Iterable[InnerFile]) -> tuple[list[Block], list[LeftOut]]:
    """What files within another hold, each below its name as a heading, and what of them could not be read."""
    found, left_out = list[Block](), list[LeftOut]()
    for file in files:
        content = _read(file) if len(left_out) < _MOST_UNREAD else None
        if content is None:
            left_out.append(LeftOut("attachment", names=(file.name,) if file.name else ()))
            continue
        left_out += content.left_out
        found.append(Block(squeeze(file.name) or file.suffix.removeprefix("."), level=1))
        found += [block for page in content.pages for block in page.blocks]
    return found, left_out


def _read(file: InnerFile) -> Content | None:
    try:
        return read_inner(file.data, file.name, file.suffix)
    except ReportError as error:
        if is_for_want_of_memory(error):
            raise
        return None
