"""What must come out of a folder of files is looked for, and told where it does not."""

from __future__ import annotations

from pathlib import Path

from service import Service
from tests.trials import faults, library_of

BATHS = """# The baths

Published March 2012

The pool opened in May with forty volunteers. The baths cost £4,100 a year.
"""
TRIAL = {
    "files": ["baths.md"],
    "holds": ["forty volunteers"],
    "lacks": ["herons"],
    "order": ["May", "forty"],
    "reports": 1,
    "title": "The baths",
    "ask": [{"question": "What do the baths cost a year?", "quote": "£4,100", "first": True, "never": "herons"}],
}


def test_what_comes_out_as_expected_has_no_faults(golden: Service, tmp_path: Path) -> None:
    (tmp_path / "baths.md").write_text(BATHS, encoding="utf-8")
    assert list(faults(TRIAL, tmp_path, library_of(tmp_path / "library", golden.embedder))) == []


def test_each_fault_is_told(golden: Service, tmp_path: Path) -> None:
    (tmp_path / "baths.md").write_text(BATHS, encoding="utf-8")
    asked = {"question": "What do the baths cost a year?", "quote": "£5,000", "never": "£4,100"}
    wrong = {"holds": ["herons"], "lacks": ["volunteers"], "order": ["forty", "May"], "reports": 2, "title": "Baths"}
    found = list(faults(TRIAL | wrong | {"ask": [asked]}, tmp_path, library_of(tmp_path / "library", golden.embedder)))
    assert len(found) == 7
