"""Texts as any format can hold them: each a line of characters that can be printed."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PureWindowsPath

from export.reference import link_target
from ingest.report import Details
from rag.answer import Citation

# What no XML document can hold, and the control characters that nobody can see.
_UNPRINTABLE = re.compile("[^\\s -~\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\x1c-\x1f]")


def plain_citation(cited: Citation, number: int) -> Citation:
    """A citation with another number, each text of it a line that can be printed."""
    return replace(
        cited,
        number=number,
        passage=replace(cited.passage, report=plain_details(cited.passage.report)),
        quote=one_line(cited.quote),
        marked=one_line(cited.marked),
        label=one_line(cited.label or ""),
        seen_at=_web(cited.seen_at),
        speaker=one_line(cited.speaker),
        also=tuple(replace(place, report=plain_details(place.report)) for place in cited.also),
    )


def plain_details(report: Details) -> Details:
    """What is known of a report, each text of it a line that can be printed, and each address one on the web."""
    return replace(
        report,
        title=one_line(report.title),
        subtitle=one_line(report.subtitle),
        file=one_line(_bare(report.file)),
        authors=tuple(filter(None, map(one_line, report.authors))),
        publisher=one_line(report.publisher),
        address=_web(report.address),
        accessed=one_line(report.accessed) if _web(report.address) else "",
    )


def _bare(file: str) -> str:
    """The name of a file without the folders that it lies in, which are nobody else's business."""
    return PureWindowsPath(file).name or file


def _web(address: str) -> str:
    """An address if it is one on the web, else ""."""
    return one_line(address) if link_target(one_line(address)) else ""


def one_line(text: str) -> str:
    """`text` as one line of characters that can be printed."""
    return " ".join(_UNPRINTABLE.sub("", text).split())
