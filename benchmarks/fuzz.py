"""Does any file break the readers? `python -m benchmarks.fuzz --inputs 20000 [--seed 1] [--folder FOLDER ...]`

Damages files in many ways and has each read as the library reads files, in a process apart with tighter bounds. The
seeds are files that are made here and, with `--folder`, files of up to 100 KB found there. Counts for each format what
came of it: read, refused with a sentence, a fault of the program, a process that died, or one that ran out of time.
What was no plain end is kept below `--keep`, under a name that says what came of it.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import logging
import random
import resource
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.readers import TOO_MUCH
from ingest.readers.inner_files import READERS
from ingest.report import ReportError
from ingest.sandbox.sandbox import DIED, TOO_LONG, Bounds, SandboxedReaders
from tests.bombs import book, opendocument, sheet, slides, word, word_text
from tests.papers import paragraph, pdf

LARGEST_SEED, LARGEST_INPUT = 100_000, 400_000
BOUNDS = Bounds(computing=10, seconds=30.0, memory=1024**3)
SUFFIXES = (*(suffix for suffix in READERS if suffix != ".brief"), ".jsonl")
WORDS = "A heron stands in the shallows, and waits for those who share the lake. "
HTML = "<html><head><title>Herons</title></head><body><h1>Herons</h1><table><tr><td>a<td>b</table><p>"
MARKDOWN = (
    "---\ntitle: Herons\nauthors: [A. Bird]\ndate: 2019-01-02\n---\n\n# Herons\n\n- one\n- two\n\n| a | b |\n|--|--|\n"
)
RST = "Herons\n======\n\n.. note:: wait\n\n+---+---+\n| a | b |\n+---+---+\n\n* one\n\n  * two\n\n"
# Words that mean something to one format or another.
TOKENS = [
    *(b"%PDF-1.7", b"%%EOF", b"endobj", b"1 0 obj", b"stream", b"endstream", b"xref", b"trailer", b"startxref 0"),
    *(
        b"/Kids [1 0 R]",
        b"/Count 2147483647",
        b"/Length -1",
        b"/Filter /FlateDecode",
        b"/Filter /LZWDecode",
        b"<<",
        b">>",
    ),
    *(
        b"/Type /Page",
        b"/Prev 0",
        b"/Encrypt 1 0 R",
        b"/W [8 8 8]",
        b"/MediaBox [0 0 1e30 -1]",
        b"/UserUnit 1e9",
        b"BT",
    ),
    *(b"<table>", b"<td colspan=99999>", b"</p>", b"<!--", b"<![CDATA[", b"<!DOCTYPE x [<!ENTITY a '&a;'>]>", b"&a;"),
    *(b"<script>", b"<svg>", b"<template>", b"<meta charset=utf-7>", b"<meta charset=utf-16>", b"<pre>", b"&#x110000;"),
    *(b"<w:p>", b"<w:tbl>", b"<w:txbxContent>", b"w:val='-1'", b"xmlns:w='x'", b"PK\1\2", b"PK\3\4", b"PK\5\6"),
    *(
        b"---\n",
        b"+++\n",
        b"!!python/object",
        b"&a [*a]",
        b"<<: *a",
        b"? ? ?",
        b"\n  - - - ",
        b"```",
        b"[^1]:",
        b"![](",
        b"***",
    ),
    *(
        b"{{",
        b"{%",
        b".. include:: /etc/passwd\n",
        b"::\n\n  ",
        b"|a_|",
        b"`x`_",
        b"\n====\n",
        b"[[[[",
        b'{"id":',
        b"]]]]",
    ),
    *(
        b"\0",
        b"\xff\xfe",
        b"\xfe\xff",
        b"\xef\xbb\xbf",
        b"\xed\xa0\x80",
        b"\xe2\x80\xae",
        b"\r",
        b"\x0c",
        b"1e999",
        b"NaN",
    ),
    *(b"9" * 400, b"-1", b"4294967296", b"\x7f\xff\xff\xff", b"\xff" * 8, b"A" * 5000, b" " * 5000, b"\n" * 500),
]

Change = Callable[[bytes, random.Random, Sequence[bytes]], bytes]


def flip(data: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    """Some bits are turned round."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 4, 16, 128))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def cut(data: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    """A piece is missing, often the end."""
    start, end = _piece(data, chance)
    return data[:start] + (data[end:] if chance.random() < 0.6 else b"")


def splice(data: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    """A piece of another file stands in the midst."""
    other, at = chance.choice(others), chance.randrange(len(data) + 1)
    start, end = _piece(other, chance)
    return data[:at] + other[start:end] + data[at + chance.choice((0, end - start)) :]


def repeat(data: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    """A piece stands there many times."""
    start, end = _piece(data, chance)
    end = min(end, start + 200)
    return data[:start] + data[start:end] * chance.choice((2, 10, 1000)) + data[end:]


def swap(data: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    """Two parts between signs that formats part things by have changed their places."""
    sign = chance.choice((b"<", b"endobj", b"\n", b"/", b"{", b",", b"PK", b" "))
    parts = data.split(sign)
    first, second = chance.randrange(len(parts)), chance.randrange(len(parts))
    parts[first], parts[second] = parts[second], parts[first]
    return sign.join(parts)


def say(data: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    """Words of some format stand where they do not belong."""
    for _ in range(chance.choice((1, 3, 10))):
        at = chance.randrange(len(data) + 1)
        data = data[:at] + chance.choice(TOKENS) + data[at + chance.choice((0, 0, 4)) :]
    return data


CHANGES: tuple[Change, ...] = (flip, cut, splice, repeat, swap, say)


def _piece(data: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(len(data) + 1)
    return start, min(len(data), start + chance.choice((1, 16, 256, 4096, len(data))))


VARIANTS = {
    **dict.fromkeys((".docm", ".dotx", ".dotm"), ".docx"),
    **dict.fromkeys((".pptm", ".ppsx", ".ppsm", ".potx", ".potm"), ".pptx"),
    **dict.fromkeys((".xlsm", ".xltx"), ".xlsx"),
    ".ott": ".odt",
    ".tsv": ".csv",
    ".mhtml": ".mht",
}


_ROW = "<table:table-row>{}</table:table-row>"
_CELL = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
_CELLS = ("".join(_CELL.format(value) for value in row) for row in (("Bird", "Year"), ("Heron", "2017")))
ROWS = f"<table:table>{''.join(_ROW.format(cells) for cells in _CELLS)}</table:table>"
SLIDE = f"<draw:page><draw:frame><draw:text-box><text:p>{WORDS}</text:p></draw:text-box></draw:frame></draw:page>"


def made_seeds() -> dict[str, list[bytes]]:
    """Small sound files of every format, by its ending."""
    long = WORDS * 20
    page = f"{HTML}{long}</p></body></html>".encode()
    lines = "\n".join(json.dumps({"id": f"{at}", "title": f"T{at}", "text": long}) for at in range(3))
    seeds: dict[str, list[bytes]] = {
        ".pdf": [
            pdf([paragraph(long), paragraph(WORDS)], {"Title": "Herons", "Author": "A. Bird"}, roman=1),
            pdf([paragraph(WORDS)], owner_password="x"),
        ],
        ".docx": [word(word_text(long))],
        ".pptx": [slides({})],
        ".epub": [book(page)],
        ".md": [f"{MARKDOWN}\n{long}".encode(), f"+++\ntitle = 'Herons'\n+++\n\n{long}\n\n```\nx\n```\n".encode()],
        ".rst": [f"{RST}{long}".encode()],
        ".txt": [long.encode(), long.encode("utf-16"), long.replace("heron", "héron").encode("cp1252")],
        ".jsonl": [lines.encode()],
        ".rtf": [
            rb"{\rtf1{\fonttbl{\f0 A;}}" + long.encode() + rb"{\super 3}\par\trowd\cellx1\intbl a\cell\row}",
        ],
        ".csv": [b"Bird,Year\n" + b"Heron,2017\n" * 20],
        ".xlsx": [sheet()],
        ".odt": [opendocument(f"<office:text><text:p>{long}</text:p></office:text>")],
        ".ods": [opendocument(f"<office:spreadsheet>{ROWS}</office:spreadsheet>")],
        ".odp": [opendocument(f"<office:presentation>{SLIDE}</office:presentation>")],
        ".eml": [f"Subject: Herons\nFrom: A. Bird <a@b.org>\n\n{long}".encode()],
        ".mht": [f"Content-Type: text/html\n\n{HTML}{long}</p></body></html>".encode()],
        ".msg": [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1024)],
    }
    seeds |= {other: seeds[plain] for other, plain in VARIANTS.items()}
    pages = [page]
    return seeds | {".html": pages, ".htm": pages, ".xhtml": pages, ".markdown": seeds[".md"]}


def found_seeds(folders: Sequence[Path]) -> dict[str, list[bytes]]:
    """Files of up to 100 KB below some folders, by their endings."""
    seeds: dict[str, list[bytes]] = {}
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.is_file()):
        if path.suffix.lower() in SUFFIXES and 0 < path.stat().st_size <= LARGEST_SEED:
            seeds.setdefault(path.suffix.lower(), []).append(path.read_bytes())
    return seeds


def repacked(data: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes | None:
    """A zip file with one member damaged and packed anew, so that the damage is met within; None where it is no zip."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as whole:
            members = {name: whole.read(name) for name in whole.namelist()}
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, RuntimeError):
        return None
    name = chance.choice([name for name in members if members[name]] or [""])
    if not name:
        return None
    members[name] = chance.choice((flip, cut, repeat, swap, say))(members[name], chance, others)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        for each, content in members.items():
            written.writestr(each, content)
    return out.getvalue()


def damaged(data: bytes, suffix: str, chance: random.Random, others: Sequence[bytes]) -> bytes:
    """A file damaged once or a few times."""
    if data.startswith(b"PK") and chance.random() < 0.7:
        return (repacked(data, chance, others) or data)[:LARGEST_INPUT]
    for _ in range(chance.choice((1, 1, 2, 4))):
        data = chance.choice(CHANGES)(data or b" ", chance, others)[:LARGEST_INPUT]
    return data


@dataclass
class Fuzzing:
    """What came of damaged files, by format; `kept` are those that ended in no plain way."""

    readers: SandboxedReaders = field(default_factory=lambda: SandboxedReaders(BOUNDS))
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)
    kept: dict[str, bytes] = field(default_factory=dict)
    slowest: tuple[float, str] = (0.0, "")

    def run(self, seeds: Mapping[str, Sequence[bytes]], inputs: int, seed: int) -> None:
        """Read `inputs` damaged files, the same ones for the same `seed`."""
        chance = random.Random(seed)
        others = [each for suffix in sorted(seeds) for each in seeds[suffix]]
        for _ in range(inputs):
            suffix = chance.choice(sorted(seeds))
            self._try(damaged(chance.choice(seeds[suffix]), suffix, chance, others), suffix)

    def _try(self, data: bytes, suffix: str) -> None:
        start = time.monotonic()
        found = self.readers.read(data, f"fuzz{suffix}", suffix)
        taken = time.monotonic() - start
        name = f"{hashlib.sha256(data).hexdigest()[:16]}{suffix}"
        self.slowest = max(self.slowest, (round(taken, 2), name))
        reasons = [each.reason for each in found if isinstance(each, ReportError)]
        came = _came(reasons, len(found))
        self.counts.setdefault(suffix, Counter()).update([came])
        if came in ("fault", "died", "out of time", "without a sentence"):
            self.faults.update([f"{suffix} {came}: {reasons[0] if came == 'fault' else ''}".strip(" :")])
            self.kept[f"{came.replace(' ', '-')}-{name}"] = data

    def figures(self) -> dict[str, Any]:
        """What came of all, for a file of results."""
        total: Counter[str] = sum(self.counts.values(), Counter())
        return {
            "inputs": sum(total.values()),
            "all": dict(sorted(total.items())),
            "by format": {suffix: dict(sorted(counts.items())) for suffix, counts in sorted(self.counts.items())},
            "not plain": dict(sorted(self.faults.items())),
            "slowest, seconds": self.slowest[0],
            "memory of this process at most, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }


def _came(reasons: Sequence[str], found: int) -> str:
    if any("fault in this program" in reason for reason in reasons):
        return "fault"
    if any(not reason.rstrip().endswith((".", ")")) for reason in reasons):
        return "without a sentence"
    for reason, came in ((DIED, "died"), (TOO_LONG, "out of time"), (TOO_MUCH, "out of memory")):
        if reason in reasons:
            return came
    return "read" if len(reasons) < found else "refused" if reasons else "nothing found"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, action="append", default=[])
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results" / "fuzz.json")
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    logging.disable()
    seeds = made_seeds()
    for suffix, found in found_seeds(given.folder).items():
        seeds[suffix] = [*seeds[suffix], *found]
    fuzzing, start = Fuzzing(), time.monotonic()
    for done in range(0, given.inputs, 500):
        fuzzing.run(seeds, min(500, given.inputs - done), given.seed + done)
        figures = fuzzing.figures() | {"seed": given.seed, "minutes": round((time.monotonic() - start) / 60, 1)}
        figures |= {"files damaged": sum(map(len, seeds.values()))}
        given.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
        print(figures["inputs"], figures["all"], flush=True)
    if given.keep:
        given.keep.mkdir(parents=True, exist_ok=True)
        for name, data in fuzzing.kept.items():
            (given.keep / name).write_bytes(data)


if __name__ == "__main__":
    main()
