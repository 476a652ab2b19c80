"""What of a file is left out of its report beside whole pages, counted and named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from gettext import gettext as _
from gettext import ngettext
from typing import Literal

Kind = Literal[
    "attachment", "chapter", "chart", "column", "figure", "form field", "hidden text", "layer", "object", "part", "row",
    "shape", "sheet", "slide", "stamp",
]  # fmt: skip
_MOST_NAMES = 5  # that are told in a sentence; more would hide the counts

# How many of each kind, as people say it.
_COUNTED: Mapping[str, Callable[[int], str]] = {
    "attachment": lambda count: ngettext("{count} attached file", "{count} attached files", count),
    "chapter": lambda count: ngettext("{count} chapter", "{count} chapters", count),
    "chart": lambda count: ngettext("{count} chart", "{count} charts", count),
    "column": lambda count: ngettext("{count} hidden column", "{count} hidden columns", count),
    "figure": lambda count: ngettext("{count} figure", "{count} figures", count),
    "form field": lambda count: ngettext("{count} form field", "{count} form fields", count),
    "hidden text": lambda count: ngettext("{count} piece of hidden text", "{count} pieces of hidden text", count),
    "layer": lambda count: ngettext("{count} hidden layer", "{count} hidden layers", count),
    "object": lambda count: ngettext("{count} embedded object", "{count} embedded objects", count),
    "part": lambda count: ngettext("{count} part", "{count} parts", count),
    "row": lambda count: ngettext("{count} row", "{count} rows", count),
    "shape": lambda count: ngettext("{count} shape beside the slide", "{count} shapes beside the slides", count),
    "sheet": lambda count: ngettext("{count} hidden sheet", "{count} hidden sheets", count),
    "slide": lambda count: ngettext("{count} hidden slide", "{count} hidden slides", count),
    "stamp": lambda count: ngettext("{count} stamp", "{count} stamps", count),
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """`count` things of a `kind` that could not be read, or that no reader of the file sees.

    `names` tell which they are where they have names or numbers: ("chapter-2.xhtml",).
    """

    kind: Kind
    count: int = 1
    names: tuple[str, ...] = ()


def gathered(left_out: Iterable[LeftOut]) -> tuple[LeftOut, ...]:
    """The same with one entry a kind, in the order in which they came."""
    counts: dict[Kind, int] = {}
    names: dict[Kind, list[str]] = {}
    for each in left_out:
        counts[each.kind] = counts.get(each.kind, 0) + each.count
        names.setdefault(each.kind, []).extend(each.names)
    return tuple(LeftOut(kind, count, tuple(dict.fromkeys(names[kind]))) for kind, count in counts.items() if count)


def told(left_out: Iterable[LeftOut]) -> str:
    """A sentence that tells what was left out: "Left out: 2 charts; 1 chapter (chapter-2.xhtml)."; "" for nothing."""
    things = "; ".join(_thing(each) for each in left_out)
    return _("Left out: {things}.").format(things=things) if things else ""


def _thing(left_out: LeftOut) -> str:
    counted = _COUNTED.get(left_out.kind, _COUNTED["part"])(left_out.count).format(count=left_out.count)
    names = [*left_out.names[:_MOST_NAMES], *(["…"] if len(left_out.names) > _MOST_NAMES else [])]
    return f"{counted} ({', '.join(names)})" if names else counted
