"""The words this project thinks in: a report, its pages and its passages.

Offsets into `Report.text` are the truth; page numbers and headings are looked up from them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass, replace
from gettext import gettext as _
from gettext import ngettext
from typing import TYPE_CHECKING, Any

from common import CoproductionError
from ingest.left_out import LeftOut

if TYPE_CHECKING:
    from langchain_core.documents import Document

BRIEF = "brief"
"""The kind of a report that is our own account of somebody else's."""


class ReportError(CoproductionError):
    """A file that cannot become a report. The message is a sentence for the person who chose the file."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file}: {reason}")
        self.file, self.reason = file, reason

    def __reduce__(self) -> tuple[type[ReportError], tuple[str, str]]:
        return type(self), (self.file, self.reason)  # it goes from process to process, too


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, list item, table row or heading, as a reader found it.

    `level` is 0 for running text and 1 to 6 for a heading. `joined` says that the block goes on in the sentence of the
    block before it (a paragraph that runs over the end of a page). `seen_at` is the address at which what the block
    says was seen, where the block is ours and tells of somebody else's report.
    """

    text: str
    level: int = 0
    joined: bool = False
    seen_at: str = ""


@dataclass(frozen=True, slots=True)
class RawPage:
    """A page as a reader found it: its printed label ("" where none), its blocks, and what kept it from being read.

    `ocr` says that text recognition read it from a picture, so that its words may be wrong here and there.
    """

    blocks: tuple[Block, ...]
    label: str = ""
    problem: str = ""
    ocr: bool = False


@dataclass(frozen=True, slots=True)
class InnerFile:
    """A file within a file: its name there, its bytes, and the ending that tells its format (".pdf")."""

    name: str
    data: bytes
    suffix: str


@dataclass(frozen=True, slots=True)
class Content:
    """What a reader found in a file, before it is joined into a `Report`.

    `paged` is False for formats without pages: then `pages` holds one `RawPage` with all blocks. `id` is set only where
    one file holds several reports (a `.jsonl` file): it names the report within the file. `left_out` counts what could
    not be read beside whole pages; a reader may name a kind as often as it meets it. `guessed` as in `Details`. `files`
    are to be read as reports of their own, as those of a portfolio; then there may be no `pages`.
    """

    pages: tuple[RawPage, ...]
    paged: bool = False
    title: str = ""
    authors: tuple[str, ...] = ()
    publisher: str = ""
    year: int | None = None
    licence: str = ""
    id: str = ""
    left_out: tuple[LeftOut, ...] = ()
    subtitle: str = ""
    guessed: tuple[str, ...] = ()
    files: tuple[InnerFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Details:
    """What is needed to cite a report. `id` is a hash of the bytes, `file` the path as found below the argument.

    `kind` is the format ("pdf"), or `BRIEF`. `accessed` is the day on which it was fetched from `address`, as
    2026-11-23; both are empty for a file of the person's own. `guessed` names the fields whose values were inferred and
    may be wrong (a title made of the file's name), `corrected` those that a person has put right. `genre` is what kind
    of report it is ("evaluation"), where a person has said so.
    """

    id: str
    title: str
    file: str
    authors: tuple[str, ...] = ()
    publisher: str = ""
    year: int | None = None
    kind: str = ""
    address: str = ""
    licence: str = ""
    accessed: str = ""
    subtitle: str = ""
    guessed: tuple[str, ...] = ()
    corrected: tuple[str, ...] = ()
    genre: str = ""

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Details:
        """The details among `values` as JSON keeps them; a library made earlier has fewer fields."""
        own: dict[str, Any] = {name: values[name] for name in cls.__dataclass_fields__ if name in values}
        lists = {name: tuple(value) for name, value in own.items() if isinstance(value, list)}
        return cls(**own | lists)

    def known(self, fields: Mapping[str, Any]) -> Details:
        """These details with the values that `fields` names, which are no guesses."""
        guessed = tuple(name for name in self.guessed if name not in fields)
        return replace(self, **{"guessed": guessed, **fields})

    @property
    def full_title(self) -> str:
        """The title with its subtitle, behind a colon unless the title ends with a sign of its own."""
        joint = " " if self.title.endswith((":", ".", "?", "!")) else ": "
        return f"{self.title}{joint}{self.subtitle}" if self.subtitle else self.title

    @property
    def is_brief(self) -> bool:
        """Whether this is our brief of a report instead of the report itself."""
        return self.kind == BRIEF


@dataclass(frozen=True, slots=True)
class Page:
    """`report.text[start:end]` is page `number` (counted from 1), which prints `label` on itself.

    `problem` is empty when the page was read, else one clause that says why it was not. `ocr` as in `RawPage`.
    """

    number: int
    label: str
    start: int
    end: int
    problem: str = ""
    ocr: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """From `offset` in a text, its words tell what was seen at the web address `address`."""

    offset: int
    address: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: it starts at `report.text[start]` and stands above what follows it."""

    start: int
    end: int
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """A report's whole text with its pages, empty for formats that have none. Only briefs have `origins`.

    `left_out` counts what of the file is in no page's text, one entry a kind.
    """

    details: Details
    text: str
    pages: tuple[Page, ...] = ()
    headings: tuple[Heading, ...] = ()
    origins: tuple[Origin, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @property
    def unreadable(self) -> tuple[Page, ...]:
        """The pages that could not be read, each with its `problem`."""
        return tuple(page for page in self.pages if page.problem)

    def page_at(self, offset: int) -> Page | None:
        """The page that holds the character at `offset`, or None where the format has no pages."""
        index = bisect_right(self.pages, offset, key=lambda page: page.start) - 1
        return self.pages[index] if index >= 0 else None

    def heading_at(self, offset: int) -> str:
        """The nearest heading at or above `offset`, or "" where there is none."""
        index = bisect_right(self.headings, offset, key=lambda heading: heading.start) - 1
        return self.headings[index].text if index >= 0 else ""


ReadResult = Report | ReportError | InnerFile
"""What reading a file gives: a report, why one could not be read, or a file in it that is still to be read."""


@dataclass(frozen=True, slots=True)
class PageStart:
    """From `offset` in a passage's text its words stand on page `number`, printed as `label`; `ocr` as in `RawPage`."""

    offset: int
    number: int
    label: str
    ocr: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """`report.text[start:end]`, with the heading it stands under and the pages it touches (none without pages).

    `context` is put before the text when it is embedded, so that a passage that says "the department" is also found by
    the department's name. It is never shown nor quoted. `headings` are the spans of `text` that are headings, `origins`
    tell of a brief where its facts were seen.
    """

    report: Details
    start: int
    end: int
    text: str
    heading: str = ""
    pages: tuple[PageStart, ...] = ()
    context: str = ""
    origins: tuple[Origin, ...] = ()
    headings: tuple[tuple[int, int], ...] = ()

    @property
    def id(self) -> str:
        """The same report cut the same way gives the same id, so adding twice changes nothing."""
        return f"{self.report.id}:{self.start}-{self.end}"

    @property
    def first_page(self) -> int | None:
        return self.pages[0].number if self.pages else None

    @property
    def last_page(self) -> int | None:
        return self.pages[-1].number if self.pages else None

    def page_at(self, offset: int) -> PageStart | None:
        """The page on which the character at `offset` of this passage's text stands, or None without pages."""
        index = bisect_right(self.pages, offset, key=lambda page: page.offset) - 1
        return self.pages[max(index, 0)] if self.pages else None

    def seen_at(self, offset: int) -> str:
        """Where what stands at `offset` of this passage's text was seen; "" for all but briefs."""
        index = bisect_right(self.origins, offset, key=lambda origin: origin.offset) - 1
        return self.origins[index].address if index >= 0 else ""

    @property
    def where(self) -> str:
        """The report and pages as a person would say them; a brief is called one."""
        brief = _("Our brief of {title}").format(title=self.report.title)
        title = brief if self.report.is_brief else self.report.title
        if not self.pages:
            return title
        first, last = self.pages[0].number, self.pages[-1].number
        pages = str(first) if first == last else f"{first}-{last}"
        # Translators: short for “page” and “pages”, before their numbers.
        sentence = ngettext("p. {pages}", "pp. {pages}", last - first + 1)
        return f"{title}, {sentence.format(pages=pages)}"

    def to_document(self) -> Document:
        """This passage in the shape that a LangChain `VectorStore` keeps."""
        from langchain_core.documents import Document  # half a second that a process that only reads files can spare

        metadata: dict[str, Any] = asdict(self.report)
        metadata["report"] = metadata.pop("id")
        metadata |= {name: list(value) for name, value in metadata.items() if isinstance(value, tuple)}
        metadata |= {"start": self.start, "end": self.end, "heading": self.heading, "context": self.context}
        metadata["pages"] = [list(astuple(page)) for page in self.pages]
        metadata["origins"] = [list(astuple(origin)) for origin in self.origins]
        metadata["headings"] = [list(span) for span in self.headings]
        return Document(id=self.id, page_content=self.text, metadata=metadata)

    @classmethod
    def from_document(cls, document: Document) -> Passage:
        """The passage that `to_document` made `document` from."""
        stored = dict(document.metadata)
        start, end = stored.pop("start"), stored.pop("end")
        heading, context = stored.pop("heading"), stored.pop("context")
        pages = tuple(PageStart(*page) for page in stored.pop("pages"))
        origins = tuple(Origin(*origin) for origin in stored.pop("origins", ()))
        headings = tuple((first, last) for first, last in stored.pop("headings", ()))
        details = Details.from_json(stored | {"id": stored["report"]})
        return cls(details, start, end, document.page_content, heading, pages, context, origins, headings)
