"""The library that a person fills: files and addresses go in, reports come out, nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from langchain_core.documents import Document

from ingest.catalogue_entry import Outcome, Progress, details
from ingest.library.catalogue import Catalogue
from ingest.library.corrections import FIELDS, as_kept, as_read, cleaned, corrected, corrections
from ingest.library.input_files import find_files
from ingest.library.near_duplicates import Pairing
from ingest.library.pipeline import Pipeline
from ingest.library.preparing import TARGET, Preparer, Workers
from ingest.library.recycle_bin import Bin, Removed
from ingest.library.source import Source, Store
from ingest.library.source_builder import SourceBuilder
from ingest.library.upkeep import Upkeep
from ingest.library.uploads import as_upload
from ingest.readers import read_reports
from ingest.report import Details
from ingest.sandbox.sandbox import Read
from ingest.serialise import load_report
from ingest.split import CountTokens


class Library(Catalogue):
    """The reports in `folder`, which can be added to, put right and removed.

    `limit` is the number of word pieces that the embedding model reads of a passage. `target` is the length that
    passages aim at. `read` reads a file; unless it does so apart, what breaks a reader down ends this process.
    `private` allows web addresses of this computer and its network. `originals` is an address of fsspec at which files
    are kept in the place of a folder within `folder`.
    """

    def __init__(
        self,
        folder: Path,
        store: Store,
        count_tokens: CountTokens,
        limit: int,
        target: int = TARGET,
        read: Read = read_reports,
        private: bool = False,
        originals: str = "",
    ) -> None:
        super().__init__(folder, store, originals)
        self.bin = Bin(folder)
        self.builder = SourceBuilder(store, self.originals, Preparer(count_tokens, limit, target))
        self.pipeline = Pipeline(store, self.originals, self.builder, read)
        self.upkeep = Upkeep(self, self.builder, self.pipeline)
        self._private = private

    def add(
        self,
        targets: Sequence[str | Path],
        progress: Callable[[Progress], None] | None = None,
        uploads: bool = False,
    ) -> Iterator[Outcome]:
        """Read, split, embed and store each file behind `targets`; yield what became of each.

        A file that fails costs no other. Reports are stored some at a time, each batch wholly or not at all. With
        `uploads` files are told apart by their names and by what they say, not by the folder that a browser's upload
        lies in: of two files of one name the later takes the place of the earlier only where it is that one saved anew.
        """
        yield from self.pipeline.take(find_files(targets, uploads, self._private), progress)

    def employ(self, workers: Workers) -> None:
        """Have `workers` read what is added from now on, split and embed it; this process stores it, in order."""
        self.pipeline.employ(workers)

    def remove(self, id: str) -> Removed | None:
        """Remove a report with its near copies and kept files. None where there is none with this id."""
        removed = self.as_stored(id)
        if removed:
            for each in removed.sources:
                self.store.remove_source(each)
            self.originals.drop_unused(set(removed.files))
            self.store.flush()
        return removed

    def to_bin(self, id: str) -> Details | None:
        """Remove a report as a person does: it stays in the bin. None where there is none with this id."""
        if not (removed := self.as_stored(id)):
            return None
        self.bin.put(removed)  # first, so that nothing is lost on the way
        self.remove(id)
        return details(removed.sources[id][0])

    def from_bin(self, id: str) -> Details | None:
        """Put back a report that is in the bin, as `put_back` does; what is known of it now. None where it is not."""
        if not (removed := self.bin.get(id)):
            return None
        self.put_back(removed)
        self.bin.drop(id)
        return details((self.store.source(id) or removed.sources[id])[0])

    def empty_bin(self) -> int:
        """Delete for good all that is in the bin, and forget it in the collections; how many reports those were."""
        binned = [removed for each in self.bin.all() if (removed := self.bin.get(each.id))]
        gone = {place for removed in binned for place, _ in removed.places}
        self._collections.forget(gone - {place for place, _ in self.store.places()})
        return self.bin.empty()

    def put_back(self, removed: Removed) -> None:
        """Undo a `remove`: the report, its near copies and its files are again what they were.

        What has come meanwhile stays: another report at a place of theirs, a near copy, and what was put right since.
        """
        for name, data in removed.files.items():
            self.originals.write(name, data)
        for id, stored in removed.sources.items():
            self._put_back(id, *stored, [place for place, each in removed.places if each == id])
        self.builder.restore_lone_copies()
        self.store.flush()

    def _put_back(self, id: str, summary: Mapping[str, Any], body: str, places: Sequence[str]) -> None:
        """Put back a report or a near copy: at its places, or as an upload where others have taken them all."""
        taken = dict(self.store.places())
        free = [place for place in places if taken.get(place, id) == id]
        here, cited, known = self.store.source(id), id, corrections(summary)
        if not here:
            if not free:
                summary, place = as_upload(summary, taken)
                free = [place]
            sources = [Source(id, free[0], summary, body)]
            if not summary.get("copy_of"):
                whole = replace(sources[0], documents=self.builder.documents(load_report(summary, body)))
                sources, _title = self.builder.paired(Pairing(self.store), whole, ())
                cited = sources[0].summary.get("copy_of", id)
            self.store.put_sources(sources)
        if known and (here or cited != id):  # the same file, or a near copy, was added meanwhile
            self._put_details(cited, lambda now: corrected(as_read(now), known | corrections(now)))
        for place in free:
            self.store.put_place(place, id)

    def collect(self, name: str, ids: Collection[str]) -> str:
        """Put reports into a collection, made where there is none; gives its name. Raises `CollectionError`."""
        return self._collections.put(name, self.places_of(ids))

    def take_out(self, name: str, ids: Collection[str]) -> None:
        """Take reports out of a collection."""
        self._collections.take_out(name, self.places_of(ids))

    def rename_collection(self, name: str, new: str) -> str:
        """Give a collection another name; gives it. Raises `CollectionError`."""
        return self._collections.rename(name, new)

    def remove_collection(self, name: str) -> None:
        """Forget a collection; its reports stay."""
        self._collections.remove(name)

    def correct(self, id: str, values: Mapping[str, Any]) -> Details:
        """Put right what is known of a report: `values` by the names of `corrections.FIELDS`. Gives what is known now.

        It outlives every new reading. Raises `KeyError` where there is no report with this id, `CorrectionError` where
        a value cannot be one.
        """
        given = cleaned(values)
        return self._put_details(id, lambda summary: corrected(as_read(summary), corrections(summary) | given))

    def take_back(self, id: str, fields: Collection[str] = FIELDS) -> Details:
        """Undo the corrections of some fields of a report, of all by default; known is again what was read of them."""
        return self._put_details(id, lambda summary: corrected(as_read(summary), corrections(summary, fields)))

    def _put_details(self, id: str, details_of: Callable[[Mapping[str, Any]], Details]) -> Details:
        """Store what is known of a report from now on, as `details_of` makes it of its summary."""
        with self.originals.keeping():
            summary, body = self.stored(id)
            known = details_of(summary)
            changed = {**summary, **asdict(known), "read": as_kept(as_read(summary))}
            before, after = (self.builder.documents(load_report(each, body)) for each in (summary, changed))
            if summary.get("copy_of") or [_embedded(each) for each in before] == [_embedded(each) for each in after]:
                fields = {name: getattr(known, name) for name in Details.__dataclass_fields__ if name != "id"}
                self.store.put_summary(id, changed, fields)
            else:
                self.store.put_sources([Source(id, "", {**changed, "passages": len(after)}, body, after)])
        self.store.flush()
        return known


def _embedded(document: Document) -> tuple[str | None, str, str]:
    return document.id, document.page_content, document.metadata["context"]
