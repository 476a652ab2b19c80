"""Imports point one way, packages name what they offer, and importing them is quick."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import ingest.readers.registry  # noqa: F401 (it names the readers)
from docs import rooms
from ingest.readers.inner_files import READERS
from ingest.report import ReportError

ROOT = Path(__file__).parent.parent
HEAVY = {"gradio", "grpc", "matplotlib", "psycopg", "pymilvus", "ray", "sqlalchemy", "torch", "transformers"}
OF_FORMATS = {"docutils", "docx", "langchain_core", "markdown_it", "numpy", "openpyxl", "pptx", "pypdf", "pypdfium2"}
PAGE = rooms.PAGE.read_text(encoding="utf-8")


def test_rooms_import_just_what_the_page_on_the_architecture_says() -> None:
    found: dict[str, set[str]] = {room: set() for room in rooms.allowed(PAGE)}
    for room, other in rooms.arrows():
        found[room].add(other)
    assert found == rooms.allowed(PAGE)


def test_the_drawing_of_the_rooms_is_that_of_the_imports() -> None:
    assert rooms.renewed(PAGE) == PAGE, "Run: python -m docs.rooms"


def test_nothing_that_is_installed_imports_what_is_not() -> None:
    outside = {"app", "benchmarks", "docs", "tests", "training"}
    for package in rooms.PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
                assert outside.isdisjoint(name.split(".")[0] for name in names), f"{file.name} reaches across"


WITH_FRONTS = [room for room in rooms.allowed(PAGE) if "__all__" in (ROOT / room / "__init__.py").read_text("utf-8")]


@pytest.mark.parametrize("room", WITH_FRONTS)
def test_public_names_are_listed_and_exist(room: str) -> None:
    module = importlib.import_module(room.replace("/", "."))
    assert module.__all__ == sorted(module.__all__)
    assert all(hasattr(module, name) for name in module.__all__)


def test_importing_loads_no_model_code_and_no_page() -> None:
    """All of it together, which loads whatever one of them loads."""
    code = f"import sys, app, page, page.mcp_server, training; print({HEAVY} & set(sys.modules))"
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "set()"


def test_a_process_that_reads_files_loads_no_format_before_it_reads_one() -> None:
    code = f"import sys, ingest.sandbox.worker; print({OF_FORMATS} & set(sys.modules))"
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "set()"


@pytest.mark.parametrize("suffix", READERS)
def test_each_format_has_its_reader(suffix: str) -> None:
    with pytest.raises(ReportError):
        READERS[suffix](b"", f"empty{suffix}")
