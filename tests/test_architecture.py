"""Imports point one way, packages name what they offer, and importing them is quick."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import ingest.readers.registry  # noqa: F401 (it names the readers)
from ingest.readers.inner import READERS
from ingest.report import ReportError

ROOT = Path(__file__).parent.parent
MAY_IMPORT: dict[str, set[str]] = {
    "common": set(),
    "ingest": {"common"},
    "vector_store": {"common"},
    "rag": {"common", "ingest"},
    "export": {"ingest", "rag"},
    "service": {"common", "ingest", "rag", "vector_store"},
    "page": {"common", "export", "ingest", "rag", "service"},
    "cli": {"common", "ingest", "page", "rag", "service", "vector_store"},
    "training": {"ingest", "rag", "vector_store"},
}
HEAVY = {"gradio", "matplotlib", "torch", "transformers"}
OF_FORMATS = {"docutils", "docx", "langchain_core", "markdown_it", "numpy", "openpyxl", "pptx", "pypdf", "pypdfium2"}
OURS = {*MAY_IMPORT, "app", "benchmarks", "tests"}


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_point_one_way(package: str) -> None:
    for file in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            tops = {name.split(".")[0] for name in names}
            assert tops & OURS <= MAY_IMPORT[package] | {package}, f"{file.name} reaches across"


@pytest.mark.parametrize("package", ["common", "export", "ingest", "rag", "service", "vector_store"])
def test_public_names_are_listed_and_exist(package: str) -> None:
    module = importlib.import_module(package)
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
