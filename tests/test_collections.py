"""Collections and the bin, without the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.library import CollectionError
from ingest.library.collections import LONGEST
from service import ReportFilter, Service
from tests.test_page import empty_library


def test_collections_outlive_a_change_and_a_removal_of_their_reports(golden: Service, tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    for name in ("pool", "bank"):
        (files / f"{name}.txt").write_text(f"The {name} is run by those who use it.")
    with empty_library(golden, tmp_path / "library") as service:
        library = service.library
        list(library.add([files]))
        ids = {each.file: each.id for each in library.all_details()}
        assert library.collect(" Our \n places ", [ids["pool.txt"]]) == "Our places"
        assert ReportFilter(within="Our places").among(library) == [ids["pool.txt"]]
        assert ReportFilter(within="Our places").sentence(library) == "Only reports in “Our places”: 1 of 2."
        assert ReportFilter(within=f"report:{ids['bank.txt']}").among(library) == [ids["bank.txt"]]
        assert ReportFilter(within="Another").among(library) == []
        library.correct(ids["pool.txt"], {"subtitle": "Reciprocal partnership"})
        assert ReportFilter("reciprocal").among(library) == [ids["pool.txt"]]

        (files / "pool.txt").write_text("The pool is run by those who use it, and who swim.")
        list(library.add([files]))
        [changed] = library.collections()["Our places"]
        assert changed != ids["pool.txt"]
        assert library.to_bin(changed) and library.collections() == {"Our places": set()}
        [binned] = library.bin.all()
        assert (binned.id, binned.file) == (changed, "pool.txt") and library.from_bin(changed)
        assert library.bin.all() == [] and not library.from_bin(changed)
        assert library.collections() == {"Our places": {changed}} and library.upkeep.check() == []

        library.collect("More", [ids["bank.txt"]])
        assert library.rename_collection("More", "Our places") == "Our places"
        assert library.collections() == {"Our places": {changed, ids["bank.txt"]}}
        library.take_out("Our places", [changed])
        assert library.collections() == {"Our places": {ids["bank.txt"]}}
        library.remove_collection("Our places")
        assert library.collections() == {}
        for name in (" ", "x" * (LONGEST + 1)):
            with pytest.raises(CollectionError):
                library.collect(name, [changed])
        library.collect("Ours", [changed, ids["bank.txt"]])
        assert library.to_bin(changed) and library.empty_bin() == 1 and not library.bin.get(changed)
        list(library.add([files]))  # what comes back after that is in no collection any more
        assert len(library.all_details()) == 2 and library.collections() == {"Ours": {ids["bank.txt"]}}
