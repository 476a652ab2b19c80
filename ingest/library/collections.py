"""Collections of reports that people make and name; a report may be in several."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager
from gettext import gettext as _
from typing import Protocol

from common import CoproductionError

LONGEST = 100
"""Characters of the name of a collection."""
NOTE = "collections"


class CollectionError(CoproductionError):
    """A collection that cannot be so. The message is a sentence for the person who wanted it."""


class Notes(Protocol):
    """What is remembered under names along with the reports."""

    def lock(self, name: str, /) -> AbstractContextManager[None]: ...
    def note(self, name: str, /) -> str | None: ...
    def put_note(self, name: str, text: str, /) -> None: ...


class Collections:
    """The collections of a library: the places of their reports, by the collections' names.

    A place stays when its file is changed or was removed and is put back; so does what is in a collection.
    """

    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    def all(self) -> dict[str, list[str]]:
        """The places in each collection, by their names in the order of the alphabet."""
        kept: dict[str, list[str]] = json.loads(self._notes.note(NOTE) or "{}")
        return dict(sorted(kept.items(), key=lambda each: each[0].casefold()))

    def put(self, name: str, places: Iterable[str]) -> str:
        """Put places into a collection, made where there is none of this name; gives the name. Raises
        `CollectionError`.
        """
        name = _name(name)
        self._change(lambda kept: kept | {name: sorted({*kept.get(name, ()), *places})})
        return name

    def take_out(self, name: str, places: Iterable[str]) -> None:
        """Take places out of a collection; it stays, though it may be empty."""
        gone = set(places)
        self._change(
            lambda kept: {each: [at for at in ats if each != name or at not in gone] for each, ats in kept.items()}
        )

    def forget(self, places: Collection[str]) -> None:
        """Take places out of every collection: their reports are gone for good."""
        self._change(lambda kept: {name: [at for at in ats if at not in places] for name, ats in kept.items()})

    def rename(self, name: str, new: str) -> str:
        """Give a collection another name, and its reports to the one that has that name already; gives the new name.

        Raises `CollectionError`.
        """
        new = _name(new)

        def renamed(kept: dict[str, list[str]]) -> dict[str, list[str]]:
            moved = kept.pop(name, None)
            return kept if moved is None else kept | {new: sorted({*kept.get(new, ()), *moved})}

        self._change(renamed)
        return new

    def remove(self, name: str) -> None:
        """Forget a collection; its reports stay in the library."""
        self._change(lambda kept: {each: places for each, places in kept.items() if each != name})

    def _change(self, change: Callable[[dict[str, list[str]]], dict[str, list[str]]]) -> None:
        with self._notes.lock("collections"):
            self._notes.put_note(NOTE, json.dumps(change(self.all()), ensure_ascii=False))


def _name(name: str) -> str:
    """A name as it is kept. Raises `CollectionError`."""
    name = " ".join("".join(each if each.isprintable() else " " for each in name).split())
    if not name:
        raise CollectionError(_("A collection needs a name."))
    if len(name) > LONGEST:
        raise CollectionError(_("That is longer than {count:,} characters.").format(count=LONGEST))
    return name
