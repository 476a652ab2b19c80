"""The reports that are cited as records for reference managers, with the quotations and their pages in notes."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from gettext import gettext as _
from typing import Any

from export.material import Material
from export.reference import (
    authors,
    by_report,
    folios,
    folios_words,
    imprint,
    named,
    pages_words,
    plain,
    reference,
    said_by,
)
from ingest.names import Name
from ingest.report import Details
from rag.answer import Citation

_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}", "&": r"\&", "%": r"\%", "#": r"\#", "$": r"\$", "_": r"\_",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Work:
    """A report with all that is cited of it, under a key of its own, and a reader's notes by the citations' numbers."""

    key: str
    report: Details
    citations: tuple[Citation, ...]
    noted: Mapping[int, str]

    @property
    def title(self) -> str:
        """The title; of a brief with who published the report itself, for that must not be told of the brief."""
        told = imprint(self.report) if self.report.is_brief else ""
        return f"{named(self.report)} ({told})" if told else named(self.report)

    @property
    def publisher(self) -> str:
        return "" if self.report.is_brief else self.report.publisher

    @property
    def year(self) -> int | None:
        return None if self.report.is_brief else self.report.year

    @property
    def notes(self) -> list[str]:
        """Each quotation once with its page, who says it and what was noted of it; of a brief, first what it is."""
        told = [plain(reference(self.report, self.citations))] if self.report.is_brief else []
        for cited in self.citations:
            where = ", ".join(filter(None, (pages_words([cited]), said_by(cited))))
            told.append(f"{where}: “{cited.quote}”" if where else f"“{cited.quote}”")
            if note := self.noted.get(cited.number):
                told.append(_("Note: {note}").format(note=note))
        return list(dict.fromkeys(told))


def write_ris(material: Material) -> bytes:
    """A record a report in RIS, in UTF-8."""
    return "\r\n".join(map(_ris, works(material))).encode()


def write_bibtex(material: Material) -> bytes:
    """A record a report in BibTeX, in UTF-8."""
    return "\n".join(map(_bibtex, works(material))).encode()


def write_csl_json(material: Material) -> bytes:
    """A record a report in the JSON of the Citation Style Language, in UTF-8."""
    return json.dumps([_csl(work) for work in works(material)], ensure_ascii=False, indent=2).encode()


def write_harvard(material: Material) -> bytes:
    """A line a report in Harvard style with the pages that are cited, in UTF-8; where none is cited, what is said."""
    cited = by_report(material.citations)
    lines = [plain(reference(report, citations, folios_words)) for report, citations in cited]
    if not lines:
        paragraphs = (paragraph for section in material.sections for paragraph in section.paragraphs)
        lines = ["".join(map(str, paragraph.parts)) for paragraph in paragraphs]
    return "".join(f"{line}\n" for line in lines).encode()


def works(material: Material) -> Iterator[Work]:
    """The reports that are cited, by the alphabet of their references, each under a key of its own."""
    taken: dict[str, int] = {}
    for report, citations in by_report(material.citations):
        key = _key(report)
        taken[key] = taken.get(key, 0) + 1
        yield Work(key if taken[key] == 1 else f"{key}-{taken[key]}", report, tuple(citations), material.notes)


def _key(report: Details) -> str:
    """Who, when and the first word of the title, in plain letters: "boyle2009challenge"."""
    who = next((name.family.split() for name in authors(report)), [""])
    words = [word for word in map(_letters, report.title.split()) if len(word) > 3] or [_letters(report.title)]
    kind = "brief" if report.is_brief else _letters(who[-1])
    return f"{kind}{report.year or ''}{words[0]}" or "report"


def _letters(text: str) -> str:
    plain_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", plain_text.lower())


def _ris(work: Work) -> str:
    pages = folios(work.citations)
    told = [
        ("TY", "GEN" if work.report.is_brief else "RPRT"),
        ("ID", work.key),
        ("TI", work.title),
        *(("AU", _ris_name(name)) for name in authors(work.report)),
        ("PB", work.publisher),
        ("PY", work.year),
        ("SP", "".join(pages[:1])),
        ("EP", "".join(pages[1:][-1:])),
        *(("UR", address) for address in _addresses(work)),
        ("Y2", work.report.accessed.replace("-", "/")),
        *(("N1", note) for note in work.notes),
    ]
    lines = "".join(f"{tag}  - {value}\r\n" for tag, value in told if value)
    return f"{lines}ER  - \r\n"


def _ris_name(name: Name) -> str:
    """A name with the family's first. A comma behind a name tells EndNote that it is one whole, and nobody else splits
    there; they split at every comma within, so that a body's name has none.
    """
    if name.given:
        return ", ".join(filter(None, (name.family, name.given, name.suffix)))
    return f"{name.family.replace(',', '')},"


def _csl(work: Work) -> dict[str, Any]:
    report = work.report
    addresses = _addresses(work)
    fields: dict[str, Any] = {
        "id": work.key,
        "type": "document" if report.is_brief else "report",
        "title": work.title,
        "author": [_csl_name(name) for name in authors(report)],
        "publisher": work.publisher,
        "issued": _date(work.year),
        "accessed": _date(*map(int, re.findall(r"\d+", report.accessed))),
        "URL": addresses[0] if addresses else "",
        "page": ", ".join(folios(work.citations)),
        "note": "\n".join(work.notes),
    }
    return {name: value for name, value in fields.items() if value}


def _csl_name(name: Name) -> dict[str, str]:
    if not name.given:
        return {"literal": name.family}
    parts = {"family": name.family, "given": name.given, "suffix": name.suffix}
    return {part: value for part, value in parts.items() if value}


def _date(*parts: int | None) -> dict[str, list[list[int]]]:
    known = [part for part in parts if part]
    return {"date-parts": [known]} if known else {}


def _addresses(work: Work) -> list[str]:
    """Where what is cited is found: of a brief, where what it says was seen."""
    seen = [cited.seen_at for cited in work.citations] if work.report.is_brief else [work.report.address]
    return list(dict.fromkeys(filter(None, seen)))


def _bibtex(work: Work) -> str:
    report = work.report
    told = {
        "author": " and ".join(map(_bibtex_name, authors(report))),
        "title": f"{{{_latex(work.title)}}}",
        "institution": _latex(work.publisher),
        "year": "" if report.is_brief else str(work.year or "n.d."),
        "pages": ", ".join(folios(work.citations)),
        "url": " ".join(_url(address) for address in _addresses(work)[:1]),
        "urldate": _latex(report.accessed),
        "annote": _latex("\n".join(work.notes)),
    }
    kind = "techreport" if told["institution"] and told["author"] else "misc"
    fields = "".join(f",\n  {name} = {{{value}}}" for name, value in told.items() if value)
    return f"@{kind}{{{work.key}{fields}\n}}\n"


def _bibtex_name(name: Name) -> str:
    """A name with the family's first, in braces of its own where it is one whole."""
    if not name.given:
        return f"{{{_latex(name.family)}}}"
    return ", ".join(_latex(part) for part in (name.family, name.suffix, name.given) if part)


def _latex(text: str) -> str:
    """`text` with the signs that mean something to LaTeX as letters, and no brace that has no other."""
    return text.translate(_LATEX)


def _url(address: str) -> str:
    """An address without the signs that would end the field; LaTeX takes the others as they are."""
    return address.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")
