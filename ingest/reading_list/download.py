"""Fetching the reports of the reading list: each address in order of trust, then the Internet Archive's copies."""

from __future__ import annotations

import datetime
import hashlib
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from gettext import gettext as _
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree, html

from common import CoproductionError
from common.database import TakenError
from ingest.fetch import Fetched, Fetcher, FetchError
from ingest.library import InputFile, Library
from ingest.reading_list.entry import Address, Work
from ingest.reading_list.matching import tells_of, words
from ingest.reading_list.status import PLACE, FetchAttempt, ReadingList, WorkState

_log = logging.getLogger(__name__)

# PDF files that a page links to are tried in this number, the likeliest first.
LINKS = 3
N_ = str  # marks texts for translators; they are translated where they are used
ANOTHER = N_("What is there is another document: it does not say the title.")
NO_LINK = N_("The page about it links to no PDF file.")

Progress = Callable[..., None]
Get = Callable[..., Fetched]
Told = Callable[["Fetching"], None]


class OfflineError(CoproductionError):
    """Nothing can be fetched, for there is no connection. The message is a sentence for the person."""


class BusyError(CoproductionError):
    """Another copy of the assistant is fetching already. The message is a sentence for the person."""


@dataclass(frozen=True, slots=True)
class Fetching:
    """How far the fetching has come: the work that is being looked for, where, and the bytes that have come of it."""

    id: str
    works_done: int
    works: int
    address: str = ""
    bytes: int = 0
    of_bytes: int | None = None


class Downloads:
    """Fetches what is free of the reading list into `library`, whose folder is `folder`; one at a time does so."""

    def __init__(
        self,
        reading_list: ReadingList,
        library: Library,
        folder: Path,
        fetcher: Callable[[Path], Fetcher] = Fetcher,
    ) -> None:
        self._reading_list, self._library = reading_list, library
        self._folder, self._new_fetcher = folder / "downloads", fetcher
        self._fetcher: Fetcher | None = None
        self._thread: threading.Thread | None = None
        self._stopping = False
        self.fetching: Fetching | None = None
        self.sentence = ""

    def run(self, told: Told = lambda fetching: None) -> Iterator[tuple[WorkState, FetchAttempt]]:
        """Fetch what is not there yet; yield what came of each work. Raises `OfflineError`, `BusyError`, in seconds."""
        self._stopping = False
        with self._alone(), self._connected() as self._fetcher:
            wanted = [each for state in self._reading_list.states() for each in state.works if each.can_be_fetched]
            if wanted and not self._fetcher.online([at.address for each in wanted for at in each.work.addresses]):
                raise OfflineError(_("There is no connection to the internet, so no report can be fetched now."))
            for done, state in enumerate(wanted):
                tried = self._try(state, self._fetcher, self._progress(told, state.id, done, len(wanted)))
                if self._stopping and not tried.report:
                    break
                self._reading_list.tried(state.id, tried)
                yield state, tried
        self._reading_list.settle()

    def start(self, told: Callable[[WorkState, FetchAttempt], None] = lambda state, tried: None) -> None:
        """Fetch in the background, telling what came of each work; `sentence` says why nothing did."""
        if not self.is_running:
            self._thread = threading.Thread(target=self._run_quietly, args=(told,), daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the fetching soon. What has been fetched stays, and the next time goes on where this one ended."""
        self._stopping = True
        if self._fetcher:
            self._fetcher.stop()
        if self._thread:
            self._thread.join(timeout=5)

    @property
    def is_running(self) -> bool:
        """Whether this process is fetching in the background."""
        return self._thread is not None and self._thread.is_alive()

    def _run_quietly(self, told: Callable[[WorkState, FetchAttempt], None]) -> None:
        self.sentence = ""
        try:
            for state, tried in self.run():
                told(state, tried)
        except (OfflineError, BusyError) as error:
            self.sentence = str(error)
        except Exception:  # a fault must not end the page that this runs beside
            _log.exception("the reports could not be fetched")
            self.sentence = _("The reports could not be fetched because of a fault in this program.")
        finally:
            self.fetching = None

    @contextmanager
    def _connected(self) -> Iterator[Fetcher]:
        try:
            fetcher = self._new_fetcher(self._folder)
        except FetchError as error:  # a proxy that cannot be used
            raise OfflineError(error.reason) from error
        with fetcher:
            yield fetcher

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            with self._library.store.lock("downloads", wait=False):
                yield
        except TakenError as error:
            raise BusyError(_("Another copy of the assistant is fetching the reports already.")) from error

    def _progress(self, told: Told, id: str, done: int, works: int) -> Progress:
        def progress(address: str, received: int = 0, total: int | None = None) -> None:
            self.fetching = Fetching(id, done, works, address, received, total)
            told(self.fetching)

        return progress

    def _try(self, state: WorkState, fetcher: Fetcher, progress: Progress) -> FetchAttempt:
        """Look for a work at its addresses in order, then for the Internet Archive's copies of them."""
        reasons: list[str] = []
        for get, archive in ((fetcher.fetch, ""), (fetcher.fetch_archived, _("Internet Archive"))):
            for address in state.work.addresses:
                for fetched in _fetched(address, state.work, get, progress):
                    kept = self._keep(state, fetched) if isinstance(fetched, Fetched) else fetched.reason
                    if isinstance(kept, FetchAttempt):
                        return kept
                    reasons.append(f"{archive or urlsplit(address.address).hostname}: {kept}")
        return FetchAttempt(_today(), reason=" ".join(dict.fromkeys(reasons)))

    def _keep(self, state: WorkState, fetched: Fetched) -> FetchAttempt | str:
        """Put what was fetched into the library as the work; why not, where it cannot be read or is another."""
        work, day = state.work, _today()
        place = f"{PLACE}{state.id}"
        found = InputFile(
            fetched.address,
            place,
            lambda: (fetched.data, fetched.suffix),
            fetched.address,
            work.known | {"accessed": day},
            lambda report: "" if tells_of(report, work) else _(ANOTHER),
        )
        [outcome] = self._library.pipeline.take([found])
        if outcome.status == "failed":
            return outcome.reason
        checksum = hashlib.sha256(fetched.data).hexdigest()
        return FetchAttempt(day, self._library.id_at(place) or "", fetched.address, fetched.archived, checksum)


def _today() -> str:
    return datetime.date.today().isoformat()


def _fetched(address: Address, work: Work, get: Get, progress: Progress) -> Iterator[Fetched | FetchError]:
    """What `address` gives: the work itself or, from a page about it, the PDF files that the page links to."""
    try:
        first = get(address.address, partial(progress, address.address))
    except FetchError as error:
        yield error
        return
    if address.leads_to == "report":
        yield first
        return
    links = pdf_links(first.data, address.address if first.archived else first.address, work.title)
    if not links:
        yield FetchError(_(NO_LINK))
    for link in links[:LINKS]:
        try:
            yield get(link, partial(progress, link))
        except FetchError as error:
            yield error


def pdf_links(page: bytes, address: str, title: str) -> list[str]:
    """The addresses of PDF files that a web page links to, those first whose words are most like `title`."""
    wanted = set(words(title))
    likeness: dict[str, int] = {}
    try:
        links = html.document_fromstring(page).iterfind(".//a[@href]")
    except (etree.ParserError, ValueError):
        return []
    for link in links:
        try:
            target = urljoin(address, link.get("href").strip())
            path = urlsplit(target).path
        except ValueError:  # somebody left "http://[insert link]" on the page
            continue
        if path.lower().endswith(".pdf"):
            told = set(words(f"{link.text_content()} {unquote(path)}"))
            likeness[target] = max(likeness.get(target, 0), len(wanted & told))
    return sorted(likeness, key=lambda target: -likeness[target])
