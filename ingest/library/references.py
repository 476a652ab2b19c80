"""Files of reference managers (RIS, BibTeX, CSL-JSON), which put right what was read of the reports that they name."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from gettext import gettext as _
from pathlib import PureWindowsPath
from typing import Any

from ingest.catalogue_entry import Outcome
from ingest.library.corrections import CorrectionError
from ingest.readers.text import decode, squeeze
from ingest.readers.title_page.metadata import year_in
from ingest.report import Details, ReportError


@dataclass(frozen=True, slots=True)
class Reference:
    """What a file says of one work: `values` by the names of fields, and the names of its `files`, if it tells them."""

    title: str
    values: Mapping[str, Any]
    files: tuple[str, ...] = ()


def read_references(data: bytes, file: str) -> list[Reference]:
    """The references in a file that ends in .ris, .bib or .json. Raises `ReportError`."""
    reader = READERS.get(PureWindowsPath(file).suffix.lower())
    if not reader:
        raise ReportError(file, _("References are read from RIS (.ris), BibTeX (.bib) and CSL-JSON (.json)."))
    try:
        found = [each for each in reader(decode(data, file)) if each.title]
    except (ValueError, TypeError, KeyError, AttributeError, OSError, RecursionError) as error:
        raise ReportError(file, _("The file is damaged or holds no references.")) from error
    if not found:
        raise ReportError(file, _("The file is damaged or holds no references."))
    return found


def put_right(
    references: Sequence[Reference], reports: Sequence[Details], correct: Callable[[str, Mapping[str, Any]], object]
) -> Iterator[Outcome]:
    """Correct each of `reports` that a reference names, by its address, file or title; say what came of each reference.

    What a reference does not say stays.
    """
    for reference in references:
        named = _named(reference, reports)
        if len(named) != 1:
            none = _("No report here has this title, file or address.")
            why = _("{count} reports here could be meant.").format(count=len(named)) if named else none
            yield Outcome(reference.title, "failed", reason=why)
            continue
        report = named[0]
        values = _changed(reference, report)
        try:
            if values:
                correct(report.id, values)
        except CorrectionError as error:
            yield Outcome(reference.title, "failed", reason=str(error))
            continue
        sentence = _("{report}: {fields}").format(report=report.file, fields=", ".join(values))
        yield Outcome(
            reference.title, "corrected" if values else "unchanged", reason=sentence if values else report.file
        )


def _changed(reference: Reference, report: Details) -> dict[str, Any]:
    """What a reference says otherwise of a report; one without a subtitle says nothing of the report's."""
    values = {name: value for name, value in reference.values.items() if value != getattr(report, name)}
    told, title, whole = reference.title, report.title, report.full_title
    if told == whole or _letters(told) == _letters(whole.split(":")[0]) != _letters(title):
        values.pop("title", None)
    elif report.subtitle and _letters(told) != _letters(title):
        values["subtitle"] = ""
    return values


def _named(reference: Reference, reports: Sequence[Details]) -> list[Details]:
    """The reports that a reference may mean, by the surest of what it tells."""
    address, files = _bare(reference.values.get("address", "")), set(reference.files)
    same: tuple[Callable[[Details], bool], ...] = (
        lambda report: bool(address) and _bare(report.address) == address,
        lambda report: PureWindowsPath(report.file).name in files,
        lambda report: _same_title(reference.title, report.full_title),
    )
    own = [report for report in reports if not report.is_brief]
    return next((found for test in same if (found := list(filter(test, own)))), [])


def _same_title(one: str, other: str) -> bool:
    """Whether two titles have the same letters, one of them perhaps without its subtitle."""
    (first, whole), (second, entire) = ((_letters(each.split(":")[0]), _letters(each)) for each in (one, other))
    return bool(first) and (whole in (entire, second) or first == entire)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def _bare(address: str) -> str:
    return re.sub(r"^https?://(?:www\.)?|/+$", "", address.strip())


def _reference(
    title: str, authors: Sequence[str], publisher: str, date: str, address: str, files: Sequence[str]
) -> Reference:
    """A reference with the fields that are told; an address that is none on the web is passed over."""
    on_the_web = address.strip() if re.match(r"https?://\S+$", address.strip()) else ""
    fields = {
        "title": squeeze(title),
        "authors": tuple(filter(None, map(squeeze, authors))),
        "publisher": squeeze(publisher),
        "year": year_in(date),
        "address": on_the_web,
    }
    names = tuple(PureWindowsPath(each).name for each in files)
    return Reference(squeeze(title), {name: value for name, value in fields.items() if value}, names)


def _ris(text: str) -> Iterator[Reference]:
    import rispy  # this and bibtexparser: only those who add such a file wait for them

    for entry in rispy.loads(text):
        names = entry.get("authors") or entry.get("first_authors") or []
        title = entry.get("title") or entry.get("primary_title") or ""
        date = entry.get("year") or entry.get("publication_year") or entry.get("date") or ""
        files = [entry.get(f"file_attachments{number}", "") for number in (1, 2)]
        address = next(iter(entry.get("urls", ())), "") or entry.get("url", "")
        yield _reference(title, list(map(_in_order, names)), entry.get("publisher", ""), date, address, files)


def _in_order(name: str) -> str:
    """ "Boyle, David" as people say it; a body's name, which a comma ends, without that."""
    family, _comma, rest = name.partition(",")
    given, _comma, suffix = rest.partition(",")
    return " ".join(filter(None, (given.strip(), family.strip(), suffix.strip())))


def _bibtex(text: str) -> Iterator[Reference]:
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.middlewares import LatexDecodingMiddleware

    library = parse_string(text)
    decoding = LatexDecodingMiddleware(allow_inplace_modification=False)
    for entry in decoding.transform(library).entries:
        fields = {field.key.lower(): str(field.value) for field in entry.fields}
        plain = {name: re.sub(r"[{}]", "", value) for name, value in fields.items()}
        parts = re.split(r"\s+and\s+(?![^{}]*\})", fields.get("author", ""))
        named = [each for each in parts if each.strip() != "others"]  # which stand for names
        names = [re.sub(r"[{}]", "", each) if "{" in each else _bibtex_order(each) for each in named]
        publisher = next(
            (plain[name] for name in ("institution", "publisher", "organization", "school") if name in plain), ""
        )
        title = ": ".join(filter(None, (plain.get("title", ""), plain.get("subtitle", ""))))
        files = [part for part in re.split(r"[:;]", fields.get("file", "")) if "." in part]
        written = {field.key.lower(): str(field.value) for field in library.entries_dict[entry.key].fields}
        files += _bibtex_files(written.get("file", ""))
        date = plain.get("year", "") or plain.get("date", "")
        yield _reference(title, names, publisher, date, plain.get("url", ""), files)


def _bibtex_files(field: str) -> list[str]:
    """The files in a field as it was written: the backslashes of a path on Windows are no LaTeX."""
    parts = re.split(r"(?<!\\)[:;]", field)  # Zotero writes those within a name as "\:" and "\;"
    return [re.sub(r"\\([\\:;])", r"\1", part) for part in parts if "." in part]


def _bibtex_order(name: str) -> str:
    """ "Boyle, David", or "King, Jr, Martin", as people say it."""
    family, *others = [part.strip() for part in name.split(",")]
    return " ".join(filter(None, [*others[-1:], family, *others[:-1]]))


def _csl(text: str) -> Iterator[Reference]:
    told = json.loads(text)
    for entry in told if isinstance(told, list) else [told]:
        dates = (entry.get("issued") or {}).get("date-parts") or [[]]
        date = str(next(iter(dates[0]), "")) or str((entry.get("issued") or {}).get("raw", ""))
        names = [_csl_order(name) for name in entry.get("author", ())]
        yield _reference(entry.get("title", ""), names, entry.get("publisher", ""), date, entry.get("URL", ""), ())


def _csl_order(name: Mapping[str, str]) -> str:
    parts = ("given", "dropping-particle", "non-dropping-particle", "family", "suffix")
    return name.get("literal") or " ".join(filter(None, (name.get(part, "") for part in parts)))


READERS: Mapping[str, Callable[[str], Iterator[Reference]]] = {
    ".ris": _ris,
    ".bib": _bibtex,
    ".bibtex": _bibtex,
    ".json": _csl,
}
