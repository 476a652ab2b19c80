"""Whether a library is whole, and how it is made whole again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from gettext import gettext as _
from pathlib import Path, PurePosixPath

from ingest.library.catalogue import Catalogue
from ingest.library.input_files import InputFile
from ingest.library.pipeline import Pipeline
from ingest.library.source import UPLOAD, Source, place_name
from ingest.library.source_builder import SourceBuilder
from ingest.readers import content_id
from ingest.serialise import dump_report


class Upkeep:
    """Looks after what is in `catalogue`, by way of what puts reports into it."""

    def __init__(self, catalogue: Catalogue, builder: SourceBuilder, pipeline: Pipeline) -> None:
        self._catalogue, self._builder, self._pipeline = catalogue, builder, pipeline

    def damage(self) -> list[str]:
        """What is wrong with the database, a sentence each, whatever the reports."""
        return self._catalogue.store.check()

    def check(self) -> list[str]:
        """What is wrong with the library, a sentence each; nothing where every report is whole.

        A report is whole where all its passages are there and its file is the one that was added.
        """
        if faults := self.damage():
            return faults
        counts = self._catalogue.store.counts()
        for id, summary in self._catalogue.store.sources():
            title, expected = summary["title"], 0 if summary.get("copy_of") else summary["passages"]
            if counts.get(id, 0) != expected:
                sentence = _("“{title}” has {count} of its {all} passages. Remove it and add it again.")
                faults.append(sentence.format(title=title, count=counts.get(id, 0), all=expected))
            if not self._catalogue.originals.is_kept(summary["original"]):
                sentence = _("The file of “{title}” is missing or was changed. Remove it and add it again.")
                faults.append(sentence.format(title=title))
        return faults

    def mend(self, lost: Mapping[str, str] | None = None) -> Iterator[str]:
        """Make reports whole again from their stored text, their kept file or where it came from; a sentence for each.

        `lost` are ids and places of reports that a damaged database has lost: their kept files are read again.
        """
        counts = self._catalogue.store.counts()
        places = [(place, id) for place, id in self._catalogue.store.places() if not place.startswith("reading-list:")]
        for id, summary in self._catalogue.store.sources():
            if not summary.get("copy_of") and counts.get(id, 0) != summary["passages"]:
                report = self._catalogue.report(id)
                documents = self._builder.documents(report)
                whole = {**summary, "passages": len(documents)}
                self._catalogue.store.put_sources([Source(id, "", whole, dump_report(report), documents)])
                yield _("“{title}” has all its passages again.").format(title=summary["title"])
            if not self._catalogue.originals.is_kept(name := summary["original"]):
                for data in _bytes_at(place for place, each in places if each == id):
                    if content_id(data) == Path(name).stem:
                        self._catalogue.originals.replace(name, data)
                        yield _("The file of “{title}” is here again.").format(title=summary["title"])
                        break
        if lost is not None:
            yield from self._read_again(lost)

    def _read_again(self, lost: Mapping[str, str]) -> Iterator[str]:
        """Read the kept files that belong to no report, and put each where it was as far as that is known."""
        originals = self._catalogue.originals
        needed = originals.needed()
        unclaimed = [PurePosixPath(name) for name in originals.names() if name not in needed]
        found = [
            InputFile(place_name(place) or file.name, place, partial(self._opened, file))
            for file in unclaimed
            # Our briefs come back by themselves.
            if (file.suffix != ".brief" or file.stem in lost) and originals.is_kept(file.name)
            for place in [lost.get(file.stem, f"{UPLOAD}{file.name}")]
        ]
        for result in self._pipeline.take(found):
            sentence = _("Read again: {file}.") if result.status != "failed" else _("Could not be read again: {file}.")
            yield sentence.format(file=result.file)

    def _opened(self, file: PurePosixPath) -> tuple[bytes, str]:
        return self._catalogue.originals.read(file.name) or b"", file.suffix


def _bytes_at(places: Iterable[str]) -> Iterator[bytes]:
    """The files that are still in some places."""
    for place in places:
        with suppress(OSError, ValueError):
            yield Path(place).read_bytes()
