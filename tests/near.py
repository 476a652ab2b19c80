"""Run the tests that changed files reach, the nearest first, for as long as one is willing to wait: `make check`.

`python -m tests.near [--seconds 35] [FILE ...]`: without files those that differ from the last commit, or, where none
does, from the main branch. A test file that imports a changed file is nearer than one that imports something that does.
Those that take long come after all others.
"""

from __future__ import annotations

import argparse
import ast
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CODE = (
    "app.py",
    "benchmarks",
    "cli",
    "docs",
    "english",
    "export",
    "ingest",
    "page",
    "rag",
    "service",
    "tests",
    "training",
    "vector_store",
)
# The test files that take seven seconds or more beside others, longest first.
LONGEST = [
    f"test_{name}.py"
    for name in (
        *("walk", "browser", "hostile", "door", "scripts", "writing", "damage", "ocr"),
        *("command", "models", "texts", "download", "conversations", "fetch", "door_browser", "apart"),
        *("page", "killed", "backup", "api", "training", "copies", "scans"),
    )
]


def changed() -> list[str]:
    """The files that differ from the last commit, or from the main branch where none does, as paths from the root."""

    def git(*given: str) -> list[str]:
        return subprocess.run(["git", *given], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")

    here = [*git("diff", "--name-only", "HEAD"), *git("ls-files", "--others", "--exclude-standard")]
    return sorted(filter(None, here)) or sorted(filter(None, git("diff", "--name-only", "main...HEAD")))


def imports() -> dict[Path, set[Path]]:
    """Each of our files, with those of our files that it imports, by `from` a package also those of its modules, or
    that it names in full in a string to import them later."""
    files = {path for top in CODE for path in ([ROOT / top] if top.endswith(".py") else (ROOT / top).rglob("*.py"))}
    return {file: {each for name in _names(file) for each in _files_of(name, files)} for file in files}


def _names(file: Path) -> Iterable[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif (
            isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"\w+(\.\w+)+", node.value)
        ):
            yield node.value


def _files_of(name: str, files: set[Path]) -> list[Path]:
    place = ROOT.joinpath(*name.split("."))
    return [path for path in (place.with_suffix(".py"), place / "__init__.py") if path in files]


def reached(changes: Sequence[str]) -> list[Path]:
    """The test files that `changes` reach: the changed ones, then those that import them, and so on outwards; first
    those that are quick.

    What is no Python (a script of the page, a text) is reached from the files that name it.
    """
    graph = imports()
    others = {ROOT / change for change in changes} - set(graph)
    ring = seen = {ROOT / change for change in changes} & set(graph)
    tests: list[Path] = []
    naming = {file for file in graph if any(other.name in file.read_text(encoding="utf-8") for other in others)}
    while ring or naming:
        tests += sorted(file for file in ring if file.name.startswith("test_"))
        ring = ({file for file, imported in graph.items() if imported & ring} | naming) - seen
        seen, naming = seen | ring, set()
    return sorted(tests, key=lambda test: test.name in LONGEST)


class Patience:
    """Ends a run of pytest when its time is up, and knows which files it came to."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self.met: set[Path] = set()
        self.is_over = False

    @pytest.hookimpl
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.met.add(ROOT / report.location[0])

    @pytest.hookimpl
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        if time.monotonic() > self._until:
            self.is_over = True
            item.session.shouldstop = "The time that was given is up."


def main() -> int:
    """Run them. Returns the status of pytest; 0 also where the time was up and nothing had failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=35, help="how long to go on (35)")
    parser.add_argument("files", nargs="*", help="what changed (by default what git says)")
    given = parser.parse_args()
    tests = reached(given.files or changed())
    if not tests:
        print("No test is reached by what changed.")
        return 0
    patience = Patience(given.seconds)
    status = pytest.main(["-x", "-p", "no:cacheprovider", *map(str, tests)], plugins=[patience])
    left = [test.name for test in tests if test not in patience.met]
    if left:
        print(f"Not reached in {given.seconds:g} seconds, and left to `make test`: {', '.join(left)}")
    return 0 if status == pytest.ExitCode.INTERRUPTED and patience.is_over else int(status)


if __name__ == "__main__":
    sys.exit(main())
