"""A library that an older version made is read anew, report by report, while its old reading answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from gettext import gettext as _

import filelock

from ingest.library.library import Known, Library
from ingest.listing import Outcome, Progress


class Renewing(Exception):
    """Another process reads the library anew already. The message is a sentence for the person."""


class Renewal:
    """Reads `library` anew. `known` is what is known beforehand of the report at a place; `progress` is how far it is.

    Each report is stored as soon as it is read, so that what is interrupted goes on where it was.
    """

    def __init__(self, library: Library, known: Known) -> None:
        self._library, self._known = library, known
        self.progress: Progress | None = None

    def run(self, told: Callable[[Progress], None] = lambda _: None, again: bool = False) -> Iterator[Outcome]:
        """Read anew what an older version read; yield what became of each report.

        What could not be read anew before is tried `again` if asked. Raises `Renewing`.
        """
        with self._alone():
            wanted = self._library.outdated(again)
            done, total = 0, sum(map(len, wanted.values()))
            try:
                for original, ids in wanted.items():
                    self._tell(told, Progress(original, done, total))
                    yield from self._library.read_anew(original, ids, self._known)
                    done += len(ids)
                if wanted:
                    self._tell(told, Progress("", done, total))
                    self._library.settle_copies()
            finally:
                self.progress = None

    def _tell(self, told: Callable[[Progress], None], progress: Progress) -> None:
        self.progress = progress
        told(progress)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            with filelock.FileLock(self._library.folder / "renewal.lock", timeout=0):
                yield
        except filelock.Timeout as error:
            raise Renewing(_("Another copy of the assistant is reading the reports anew already.")) from error
