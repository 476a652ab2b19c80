"""Draws which room imports which, from the imports themselves: `python -m docs.rooms` renews docs/architecture.md.

A room is a package of the project, or a folder in one. What each may import stands in a table of that page, and
tests/test_architecture.py holds the code to it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = Path(__file__).with_name("architecture.md")
PACKAGES = ("cli", "page", "service", "export", "rag", "vector_store", "ingest", "common")
_DRAWING = re.compile(r"(?<=```mermaid\n).*?(?=```)", re.DOTALL)
_ROW = re.compile(r"^\| `([\w/]+)` \| ([^|]*) \|", re.MULTILINE)


def room_of(module: str) -> str:
    """The room of a module: `ingest/readers` for `ingest.readers.pdf.line`, `ingest` for `ingest.report`."""
    package, *rest = module.split(".")
    return f"{package}/{rest[0]}" if rest and (ROOT / package / rest[0]).is_dir() else package


def imported(file: Path) -> Iterator[str]:
    """The modules of the project that a file imports, also those within functions."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        yield from (name for name in names if name.split(".")[0] in PACKAGES)


def arrows() -> set[tuple[str, str]]:
    """The rooms that import others, with these."""
    return {
        (room_of(module), room_of(name))
        for package in PACKAGES
        for file in (ROOT / package).rglob("*.py")
        for module in [".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")]
        for name in imported(file)
        if room_of(module) != room_of(name)
    }


def allowed(page: str) -> dict[str, set[str]]:
    """What each room may import, as the table of the page says."""
    return {room: set(re.findall(r"`([\w/]+)`", others)) for room, others in _ROW.findall(page)}


def drawing() -> str:
    """The packages with the rooms in them, and which package imports which, for Mermaid."""
    lines = ["flowchart TD"]
    for package in PACKAGES:
        rooms = sorted({path.parent.name for path in (ROOT / package).glob("*/*.py")})
        lines.append(f'    {package}["<b>{package}</b>{"".join(f"<br>{room}" for room in rooms)}"]')
    between = {(one.split("/")[0], other.split("/")[0]) for one, other in arrows()}
    lines += [f"    {one} --> {other}" for one, other in sorted(between) if one != other and other != "common"]
    return "\n".join(lines) + "\n"


def renewed(page: str) -> str:
    """The page with the drawing as it is now."""
    return _DRAWING.sub(lambda _: drawing(), page)


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
