"""The entries of the reading list as data: one Markdown file each, its fields above, our brief of the report below."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from common import CoproductionError
from ingest.readers.plain.brief import brief_parts
from ingest.report import ReportError

ENTRIES = Path(__file__).parent / "entries"
GUIDES = Path(__file__).parent / "guides"

Text = Annotated[str, Field(min_length=1)]


class EntryError(CoproductionError):
    """A file of the reading list is not as it must be. The message names the file and the field."""


class _Strict(BaseModel):
    """Nothing is turned into what it is not, no field is unknown, nothing is changed afterwards."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Address(_Strict):
    """Where a work may be had: the work itself, or a page about it that may link to it.

    `known` is "seen" where the address was read on a page, "recalled" where nobody has confirmed it.
    """

    address: Annotated[str, Field(pattern=r"^https?://\S+$")]
    leads_to: Literal["report", "page"]
    known: Literal["seen", "recalled"]


class Work(_Strict):
    """A document of an entry, with the addresses where it may be had, most trusted first.

    `identified` says whether it is known which document the list means. `free` is False for what is sold. What nobody
    has confirmed is empty.
    """

    title: Text
    authors: list[Text]
    publisher: str
    year: Annotated[int, Field(gt=1900, lt=2100)] | None
    kind: Literal[
        "report",
        "discussion paper",
        "research briefing",
        "book",
        "book chapter",
        "blog post",
        "interviews",
        "web page",
    ]
    licence: str
    identified: Literal["certain", "probable", "no"]
    free: bool
    addresses: list[Address]

    @property
    def address(self) -> str:
        """Where a reader finds the work, or a page about it; "" where neither is known."""
        return next((each.address for each in self.addresses), "")

    @property
    def known(self) -> dict[str, Any]:
        """What is known of its report before that is read, by the names of `Details`."""
        names = ("title", "authors", "publisher", "year", "licence")
        values = {name: getattr(self, name) for name in names} | {"authors": tuple(self.authors)}
        return {name: value for name, value in values.items() if value}


class Entry(Work):
    """An entry of the list: the listed document, `further` ones that belong to it, and what is uncertain about them.

    `advice` says how a person can get the document where the assistant cannot.
    """

    number: Annotated[int, Field(gt=0)]
    listed_as: Text
    themes: Annotated[list[Text], Field(min_length=1)]
    uncertain: list[Text]
    advice: str
    further: list[Work]
    name: str = Field(default="", exclude=True)
    brief: bytes = Field(default=b"", exclude=True)

    @property
    def works(self) -> dict[str, Work]:
        """The works by their ids ("06", "06-2", ...), the listed one first."""
        return {f"{self.number:02}": self} | {
            f"{self.number:02}-{place}": work for place, work in enumerate(self.further, start=2)
        }


class Guide(_Strict):
    """A brief of our own that tells of no one report, but of what many ask; it stays whichever reports come."""

    title: Text
    name: str = Field(default="", exclude=True)
    brief: bytes = Field(default=b"", exclude=True)
    address: str = Field(default="", exclude=True)


Kind = TypeVar("Kind", Entry, Guide)


def read_guides(folder: Path = GUIDES) -> list[Guide]:
    """The guides in `folder`. Raises `EntryError`."""
    return [_read(Guide, file.read_bytes(), file.stem) for file in sorted(folder.glob("*.md"))]


def read_entries(folder: Path = ENTRIES) -> list[Entry]:
    """The entries in `folder` in the order of their numbers. Raises `EntryError`."""
    entries = [read_entry(file.read_bytes(), file.stem) for file in folder.glob("*.md")]
    return sorted(entries, key=lambda entry: entry.number)


def read_entry(data: bytes, name: str) -> Entry:
    """The entry in a file's bytes. Raises `EntryError` where a field is missing, not as it must be, or unknown."""
    return _read(Entry, data, name)


def _read(kind: type[Kind], data: bytes, name: str) -> Kind:
    try:
        fields, blocks = brief_parts(data, name)
        found = kind.model_validate(fields)
    except (ReportError, ValidationError) as error:
        raise EntryError(f"{name}: {error}") from error
    if not any(block.seen_at for block in blocks):
        raise EntryError(f"{name}: There is no brief below its fields.")
    return found.model_copy(update={"name": name, "brief": data})
