"""`coproduction library`: list, check, repair, back up and put right what is kept."""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
from dataclasses import asdict
from pathlib import Path

from tqdm import tqdm

from cli.arguments import Commands
from cli.output import contents, counted, fail, named, named_report, outcome_json, show_progress
from ingest import Details
from ingest.library import FIELDS, back_up, put_right, read_references, restore
from page.access import Audited, Rules, written
from rag.genre import GENRES
from service import Service, Settings, open_service
from vector_store import DamagedError, copy_library, is_damage, new_identity, salvage


def _library(service: Service, given: argparse.Namespace) -> int:
    if given.audit:
        print(written(service.library.folder), end="")
        return 0
    if given.backup:
        accounts = Rules.from_environment().accounts
        back_up(service.library, given.backup, [accounts] if accounts else [])
        told = f"The library is backed up in {given.backup}."
        print(json.dumps({"backup": str(given.backup)}, ensure_ascii=False) if given.json else told)
        return 0
    if given.check:
        return _checked(service, given.json)
    if given.edit:
        return _edit(service, given)
    if given.references:
        return _references(service, given)
    if given.json:
        print(json.dumps(service.reports(), ensure_ascii=False))
        return 0
    for listing in service.library.reports():
        report = listing.details
        imprint = ", ".join(str(part) for part in (report.publisher, report.year) if part)
        counts = f"{contents(listing.pages, listing.passages)}. {listing.reason}".strip()
        names = [report.file, *(copy.file for copy in listing.copies), *listing.places]
        what = f"{named(report)}{f' ({imprint})' if imprint else ''}"
        print(f"{report.id}  {what}: {counts} {'; '.join(names)}{_doubts(report)}")
    return 0


def _doubts(report: Details) -> str:
    """Which details of a report were guessed, and which a person has put right."""
    told = [
        f" {words}: {', '.join(each)}."
        for words, each in (("Guessed", report.guessed), ("Corrected", report.corrected))
        if each
    ]
    return "".join(told)


def _edit(service: Service, given: argparse.Namespace) -> int:
    """Put right what is known of a report, or take that back, and say what is known now."""
    known = named_report(service, given.edit)
    if isinstance(known, str):
        return fail(known)
    values = {name: getattr(given, name) for name in FIELDS if getattr(given, name) is not None}
    if not values and not given.as_read:
        return fail("Say what is right, as in: coproduction library --edit REPORT --title TITLE --year 2009")
    if "year" in values:
        values["year"] = given.year or None
    library = Audited(service.library)
    if given.as_read:
        known = library.take_back(known.id)
    if values:
        known = library.correct(known.id, values)
    service.reading_list.settle()
    print(json.dumps(asdict(known), ensure_ascii=False) if given.json else _known(known))
    return 0


def _references(service: Service, given: argparse.Namespace) -> int:
    """Put right what is known of the reports that a file of references names, and say what came of each reference."""
    references = read_references(given.references.read_bytes(), given.references.name)
    correct = Audited(service.library).correct
    counts: dict[str, int] = {}
    for outcome in put_right(references, service.library.all_details(), correct):
        counts[outcome.status] = counts.get(outcome.status, 0) + 1
        line = f"{outcome.status}: {outcome.file}: {outcome.reason}"
        print(json.dumps(outcome_json(outcome), ensure_ascii=False) if given.json else line)
    service.reading_list.settle()
    return 0 if counts.keys() - {"failed"} else 1


def _known(report: Details) -> str:
    """All that can be put right of a report, a line each."""
    told = {name: getattr(report, name) for name in FIELDS} | {"authors": "; ".join(report.authors)}
    marks = {name: " (corrected)" for name in report.corrected} | {name: " (guessed)" for name in report.guessed}
    return "\n".join(f"{name}: {value or 'none'}{marks.get(name, '')}" for name, value in told.items())


def replaced(settings: Settings, given: argparse.Namespace) -> int | None:
    """What is done to a library before it can be opened: it is put back from a back-up, or repaired. None: neither."""
    if not given.edit and (given.as_read or any(getattr(given, name) is not None for name in FIELDS)):
        return fail("Name the report that is to be put right, as in: coproduction library --edit REPORT --title TITLE")
    if settings.database and (given.backup or given.restore):
        return fail(
            f"The library is on a database server (COPRODUCTION_DATABASE). Back that up and put it back with its own "
            f"tools, such as pg_dump, and with it the folder {settings.library}."
        )
    uses = given.backup or given.check or given.audit or given.edit or given.references
    held = any((settings.library / name).exists() for name in ("library.db", "vectors.faiss"))
    if uses and not held and not settings.database:  # a mistyped one would be made, and found to be whole
        return fail(f"There is no library in {settings.library}. Add reports with: coproduction ingest PATH")
    if given.to_server:
        return _copied_to_server(settings, given.json)
    if given.restore:
        restore(given.restore, settings.library)
        new_identity(settings.library / "library.db")
        _say(f"The library is put back in {settings.library}.", given.json)
        return _checked(open_service(settings), given.json)
    return _repaired(settings, given.json) if given.repair else None


def _copied_to_server(settings: Settings, as_json: bool) -> int:
    """Copy what the folder of a library holds in databases to the server that is to hold it from now on."""
    from page.userdata import copy_desk

    if not settings.database:
        return fail("Name the server first: COPRODUCTION_DATABASE=postgresql://user:password@host/name")
    if not (settings.library / "library.db").exists():
        return fail(f"There is no library in {settings.library}.")
    conversations = copy_desk(settings.library, settings.database)
    passages = copy_library(settings.library, settings.database)
    copied = f"{counted(passages, 'passage')}, {counted(conversations, 'conversation')}"
    told = f"Copied to the server: {copied}. The files stay as they are."
    print(json.dumps({"passages": passages, "conversations": conversations}) if as_json else told)
    return 0


def _repaired(settings: Settings, as_json: bool) -> int:
    """Make the library whole as far as can be, and say what was done and what is lost."""
    lost: dict[str, str] | None = None
    try:
        service = open_service(settings)
        sound = not service.library.upkeep.damage()
    except DamagedError:
        sound = False
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        sound = False
    if not sound and not settings.database:
        salvaged = salvage(settings.library / "library.db")
        _say(f"The damaged file is kept as {salvaged.kept}.", as_json)
        lost = {id: place for place, id in salvaged.lost}
        service = open_service(settings)
        _say(f"Reports carried over: {len(service.library.reports()):,}.", as_json)
    for sentence in service.library.upkeep.mend(lost):
        _say(sentence, as_json)
    gone = [place for place in (lost or {}).values() if not service.library.id_at(place)]
    for place in gone:
        _say(f"Lost: {place}. Add it again.", as_json)
    _read_anew(service, as_json)
    return _checked(service, as_json) or int(bool(gone))


def _read_anew(service: Service, as_json: bool) -> None:
    """Read anew what an older version read, with a bar, and say how many reports there were and which stay as read."""
    statuses: list[str] = []
    with tqdm(unit=" reports", file=sys.stderr, dynamic_ncols=True, disable=None) as bar:
        for outcome in service.renewal.run(show_progress(bar), again=True):
            statuses.append(outcome.status)
            if outcome.status == "failed":
                sentence = f"Not read anew: {outcome.file}: {outcome.reason}"
                with tqdm.external_write_mode(file=sys.stderr if as_json else sys.stdout):
                    _say(sentence, as_json)
    if statuses:
        service.reading_list.settle()
        _say(f"Reports read anew: {len(statuses) - statuses.count('failed'):,}.", as_json)


def _say(sentence: str, as_json: bool) -> None:
    """Say what is done; where what comes out is to be JSON, beside it."""
    print(sentence, file=sys.stderr if as_json else sys.stdout)


def _checked(service: Service, as_json: bool = False) -> int:
    faults = service.library.upkeep.check()
    print(json.dumps(faults, ensure_ascii=False) if as_json else "\n".join(faults) or "Every report is whole.")
    return 1 if faults else 0


def _year(text: str) -> int:
    """A year; 0 for none, which argparse tells from no year given."""
    if text.strip().lower() in ("", "none"):
        return 0
    if not (text.isdecimal() and len(text) <= 4):
        raise argparse.ArgumentTypeError(f"“{text}” is no year: give a number, or none")
    return int(text)


def add_to(commands: Commands) -> None:
    """Add the command."""
    made = commands.add("library", "List the reports.", _library, needs_briefs=True, before=replaced)
    doing = made.add_mutually_exclusive_group()
    doing.add_argument("--check", action="store_true", help="say instead whether every report is whole")
    doing.add_argument("--repair", action="store_true", help="make a damaged library whole, as far as can be")
    doing.add_argument("--backup", type=Path, metavar="FOLDER", help="copy it to a new folder, also while it is used")
    doing.add_argument("--restore", type=Path, metavar="FOLDER", help="put a back-up where there is no library yet")
    doing.add_argument(
        "--to-server", action="store_true", help="copy what its folder holds to the empty server COPRODUCTION_DATABASE"
    )
    doing.add_argument("--audit", action="store_true", help="print who changed the library instead, and when")
    doing.add_argument("--edit", metavar="REPORT", help="put right what is known of a report, named by its id or file")
    doing.add_argument(
        "--references", type=Path, metavar="FILE", help="put it right from a RIS, BibTeX or CSL-JSON file"
    )
    made.add_argument("--as-read", action="store_true", help="with --edit: take back what was put right before")
    for name in ("title", "subtitle", "publisher", "address"):
        made.add_argument(f"--{name}", help=f"with --edit: the {name}, '' for none")
    made.add_argument("--author", dest="authors", action="append", help="with --edit: an author; once for each")
    made.add_argument("--year", type=_year, help="with --edit: the year, or none")
    made.add_argument("--kind", dest="genre", choices=[*GENRES, ""], help="with --edit: what kind of report it is")
