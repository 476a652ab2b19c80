"""Entries of the reading list with their briefs, and the reports that belong to them, made on the spot."""

from __future__ import annotations

import random

from ingest.reading_list import Entry
from ingest.reading_list.entry import read_entry
from tests.papers import paragraph, pdf

BRIEF = b"""---
number: 21
title: "Sharing the pool: how five towns run a swimming bath"
listed_as: Sharing the pool
authors: [Ann Other]
publisher: Baths Trust
year: 2012
kind: report
themes: [running services together]
licence: ""
identified: certain
free: true
addresses:
  - address: https://baths.example/pool.pdf
    leads_to: report
    known: seen
uncertain:
  - The licence was not found.
advice: Ask the Baths Trust for it.
further: []
---

Sharing the pool tells how five towns run a swimming bath. [^1] In Sharing the pool a season ticket
costs 40 pounds. [^2]

## What came of it

The baths in Sharing the pool opened on 12 days more a year. [^1]

[^1]: https://baths.example/about
[^2]: https://news.example/pool
"""
TITLE = "How {} towns run a swimming bath"


def paper(name: str, padding: int = 0) -> bytes:
    """The report of an entry, which says its title; `padding` makes it long."""
    text = paragraph(f"{TITLE.format(name)}. The {name} towns open their bath at seven and close it at nine.")
    made = pdf([text], {"Title": "Layout 1"})
    return made[:9] + b"%" + random.Random(1).randbytes(padding) + b"\n" + made[9:] if padding else made


def entry(number: int, name: str, *addresses: str, leads_to: str = "report", free: bool = True) -> Entry:
    listed = "".join(f"\n  - address: {each}\n    leads_to: {leads_to}\n    known: seen" for each in addresses)
    text = (
        BRIEF.decode().split("addresses:")[0]
        + f"addresses:{listed}\nuncertain:"
        + BRIEF.decode().split("uncertain:")[1]
    )
    text = text.replace("number: 21", f"number: {number}").replace("free: true", f"free: {str(free).lower()}")
    text = text.replace("Sharing the pool: how five towns run a swimming bath", TITLE.format(name))
    return read_entry(text.replace("Sharing the pool", f"The {name} bath").encode(), f"{number:02}-{name}")
