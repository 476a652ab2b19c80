"""A report as text, for a database and between processes, and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import astuple
from typing import Any

from ingest.catalogue_entry import details
from ingest.left_out import LeftOut
from ingest.report import Heading, Origin, Page, Report

_PARTS: Mapping[str, Callable[..., Any]] = {
    "pages": Page,
    "headings": Heading,
    "origins": Origin,
    "left_out": lambda kind, count, names: LeftOut(kind, count, tuple(names)),
}


def dump_report(report: Report) -> str:
    """The text of a report with all that belongs to it but its details, as the body of a `Source`."""
    parts = {name: [astuple(each) for each in getattr(report, name)] for name in _PARTS}
    return json.dumps({"text": report.text} | parts, ensure_ascii=False)


def load_report(summary: Mapping[str, Any], body: str) -> Report:
    """The report that was dumped to `body`; `summary` has its details."""
    stored = json.loads(body)
    parts = {name: tuple(part(*each) for each in stored.get(name, ())) for name, part in _PARTS.items()}
    return Report(details(summary), stored["text"], **parts)
