"""The assistant as a person meets it: settings, wiring, and the `coproduction` command."""

from __future__ import annotations

import argparse
import getpass
import gettext
import json
import os
import sqlite3
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from gettext import gettext as _
from importlib.metadata import version
from pathlib import Path
from textwrap import shorten
from types import MappingProxyType
from typing import Any, NoReturn

from tqdm import tqdm

from ingest import Details, Outcome, Progress
from ingest.fetch import Fetcher
from ingest.library.backup import BackupError, back_up, restore
from ingest.library.corrections import FIELDS, CorrectionError
from ingest.library.library import Library
from ingest.library.references import put_right, read_references
from ingest.library.renewal import Renewal, Renewing
from ingest.reading_list import Busy, Downloads, Entry, EntryError, Fetching, Offline, ReadingList, WorkState
from ingest.report import ReportError
from ingest.sandbox.sandbox import ReadersApart
from ingest.verification.second_reading import SecondReading
from page.access import Accounts, AccountsError, Audited, Rules, RulesError, written
from rag import Answer, Assistant, Citation, Row
from rag.abstention import THRESHOLD
from rag.comparison import comparison
from rag.evaluation import (
    OutputError,
    Outputs,
    QuestionsError,
    measure,
    misquoted,
    read_questions,
    refusal_curve,
    run,
    table,
)
from rag.genre.classify import GENRES
from rag.genre.known import with_genres
from rag.writing import LanguageModel, Writer
from vector_store import (
    DEFAULT_MODEL,
    CrossEncoderReader,
    DamagedError,
    FaissStore,
    ModelError,
    PassageReader,
    SentenceEmbedder,
    StoreError,
    failure,
    is_damage,
    salvage,
)

# Errors whose message is a sentence for the person.
TOLD = (
    StoreError,
    ModelError,
    QuestionsError,
    OutputError,
    EntryError,
    AccountsError,
    RulesError,
    BackupError,
    CorrectionError,
    Renewing,
    ReportError,
)
CATALOGUES = Path(__file__).parent / "page" / "locale"


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set from outside: COPRODUCTION_LIBRARY (a folder), COPRODUCTION_MODEL (a folder),
    COPRODUCTION_LANGUAGE_MODEL (`provider:model`, or `provider:model@address`), COPRODUCTION_CROSS_ENCODER (a folder
    or a name), COPRODUCTION_LANGUAGE (that of the texts, such as `cy`) and COPRODUCTION_PRIVATE_ADDRESSES (`1`: web
    addresses may be of this computer and its network); see README.
    """

    library: Path = Path.home() / "coproduction-library"
    model: str = DEFAULT_MODEL
    language_model: str = ""
    cross_encoder: str = ""
    language: str = ""
    private_addresses: bool = False

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """The settings that the environment gives, the rest by default."""

        def setting(name: str) -> str:
            return environment.get(f"COPRODUCTION_{name}", "").strip()

        library, model = environment.get("COPRODUCTION_LIBRARY"), environment.get("COPRODUCTION_MODEL")
        return cls(
            Path(library).expanduser() if library else cls().library,
            model or DEFAULT_MODEL,
            setting("LANGUAGE_MODEL"),
            setting("CROSS_ENCODER"),
            setting("LANGUAGE"),
            setting("PRIVATE_ADDRESSES") == "1",
        )


@dataclass(frozen=True, slots=True)
class Parts:
    """The assistant put together: what answers, what keeps the reports, and the model, not yet loaded."""

    assistant: Assistant
    library: Library
    reading_list: ReadingList
    downloads: Downloads
    renewal: Renewal
    embedder: SentenceEmbedder


def speak(language: str = "", catalogues: Path = CATALOGUES) -> None:
    """Have texts shown in `language` ("cy"), or in what the system's variables for gettext name; else in English."""
    if language:
        os.environ["LANGUAGE"] = language
    gettext.bindtextdomain("coproduction", str(catalogues))
    gettext.textdomain("coproduction")


def open_parts(settings: Settings) -> Parts:
    """Put the assistant together over a folder, made where it is missing. Raises `StoreError`, `ModelError`."""
    embedder = SentenceEmbedder(settings.model)
    limit = embedder.limit  # asked first, so that no library is made for a model that is not there
    store = FaissStore(settings.library, embedder, settings.model)
    private = settings.private_addresses
    library = Library(settings.library, store, embedder.count_tokens, limit, read=ReadersApart().read, private=private)
    reading_list = ReadingList(library)
    downloads = Downloads(reading_list, library, settings.library, partial(Fetcher, private=private))
    reader = CrossEncoderReader(settings.cross_encoder) if settings.cross_encoder else PassageReader()
    writer = Writer(LanguageModel(settings.language_model), embedder) if settings.language_model else None
    return Parts(
        Assistant(store, library.copies, writer, library.all_details, library.unread, reader),
        library,
        reading_list,
        downloads,
        Renewal(library, reading_list.known),
        embedder,
    )


def command() -> NoReturn:
    """Run the command as a process of its own, and end that.

    At once, without Python's own end: that would abort the process where a thread is in the model just then, as at the
    start of the page.
    """
    status = main()
    sys.stderr.flush()
    os._exit(status)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command. Returns its exit status: 0 done, 1 nothing usable, 2 wrong arguments."""
    given = _parser().parse_args(arguments)
    settings = Settings.from_environment()
    speak(settings.language)
    if getattr(given, "library_folder", None):
        settings = replace(settings, library=Path(given.library_folder).expanduser())
    given.json = getattr(given, "json", False)
    try:
        status = _run(given, settings)
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # whoever read the output has enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except TOLD as error:
        return _fail(str(error))
    except (sqlite3.Error, OSError) as error:
        return _fail(failure(error, settings.library / "library.db"))
    except KeyboardInterrupt:
        return _fail("Stopped. What was stored before is kept; run the same command again to go on.")


def _run(given: argparse.Namespace, settings: Settings) -> int:
    if given.run == _account:  # it needs no library
        return _account(given)
    if given.run == _library and (changed := _replaced_library(settings, given)) is not None:
        return changed
    if given.needs_library and not (settings.library / "library.db").exists():
        return _fail(f"There is no library in {settings.library}. Add reports with: coproduction ingest PATH")
    parts = open_parts(settings)
    if given.needs_briefs:
        parts.reading_list.settle()
    status: int = given.run(parts, given)
    return status


def _ingest(parts: Parts, given: argparse.Namespace) -> int:
    usable = 0
    counts: dict[str, int] = {}
    with tqdm(unit=" files", file=sys.stderr, dynamic_ncols=True, disable=None) as bar:
        for outcome in Audited(parts.library).add(given.targets, _on(bar)):
            usable += outcome.status != "failed"
            counts[outcome.status] = counts.get(outcome.status, 0) + 1
            with tqdm.external_write_mode(file=sys.stdout):
                print(json.dumps(_outcome_json(outcome), ensure_ascii=False) if given.json else _outcome_line(outcome))
    parts.reading_list.settle()
    if not given.json:
        print(", ".join(f"{count} {status}" for status, count in counts.items()) or "No file was found.")
    return 0 if usable else 1


def _on(bar: Any) -> Callable[[Progress], None]:
    """Show progress on a bar: files with their rate and time left, and the passages being embedded."""

    def show(progress: Progress) -> None:
        bar.total = progress.files
        bar.n = progress.files_done
        if progress.passages:
            bar.set_postfix_str(f"{progress.passages_done} of {progress.passages} passages embedded", refresh=False)
        bar.refresh()

    return show


def _outcome_json(outcome: Outcome) -> dict[str, Any]:
    return {name: value for name, value in asdict(outcome).items() if name != "unreadable"}


def _outcome_line(outcome: Outcome) -> str:
    counts = f"{outcome.pages} pages, {outcome.passages} passages" if outcome.pages else f"{outcome.passages} passages"
    what = outcome.reason if outcome.status == "failed" else f"{counts}. {outcome.reason}".strip()
    return f"{outcome.status}: {outcome.file}: {what}"


def _ask(parts: Parts, given: argparse.Namespace) -> int:
    answer = parts.assistant.ask(given.question)
    print(json.dumps(answer.to_json(), ensure_ascii=False) if given.json else _answer_text(answer))
    return 0


def _answer_text(answer: Answer) -> str:
    lines = [answer.text, ""]
    if answer.notice:
        lines += [answer.notice, ""]
    if answer.coverage:
        lines += [answer.coverage, ""]
    for citation in answer.citations:
        lines.append(f"[{citation.number}] {_reference(citation)}")
    if answer.nearest:
        lines.append("What comes nearest, though it does not answer the question:")
        lines += [
            f"- {hit.passage.where}: {shorten(hit.passage.text, 300, placeholder=' …')}" for hit in answer.nearest
        ]
    return "\n".join(lines)


def _reference(citation: Citation) -> str:
    """Where a quotation stands, for a person to read."""
    report = citation.passage.report
    imprint = ", ".join(str(part) for part in (report.publisher, report.year) if part)
    title = f"{report.title}{f' ({imprint})' if imprint else ''}"
    if report.is_brief:
        where = f" Look for the report at {report.address}" if report.address else ""
        return f"Our brief of {title}. Seen at {citation.seen_at}{where}"
    page = f", page {citation.page}" if citation.page else ""
    said = f", said by {citation.speaker}" if citation.speaker else ""
    return f"{title}{page}{said}{' (read by text recognition)' if citation.ocr else ''}. {report.file}{_also(citation)}"


def _also(citation: Citation) -> str:
    places = [f"{each.report.file}{f', page {each.page}' if each.page else ''}" for each in citation.also]
    return f". Also in: {'; '.join(places)}" if places else ""


def _compare(parts: Parts, given: argparse.Namespace) -> int:
    compared = comparison.compare(parts.assistant, parts.library, given.question)
    if given.json:
        return _print_json(compared.to_json(), bool(compared.speaking))
    for each in compared.differing:
        print(f"{each.what}:")
        for side in (each.one, each.other):
            print(f"- {side.quote}\n    {_reference(side)}")
        print()
    kinds = {id: kind.name for id, kind in compared.genres.items() if kind}
    return _print_rows(compared.rows, "Nothing was found in", kinds)


def _define(parts: Parts, given: argparse.Namespace) -> int:
    rows = parts.assistant.define(given.term)
    if not rows:
        return _fail(f"No report here says what {given.term} is.")
    return _print_json([row.to_json() for row in rows], True) if given.json else _print_rows(rows)


def _print_json(lines: Sequence[dict[str, Any]], is_something: bool) -> int:
    for line in lines:
        print(json.dumps(line, ensure_ascii=False))
    return 0 if is_something else 1


def _print_rows(rows: Sequence[Row], nothing: str = "", kinds: Mapping[str, str] = MappingProxyType({})) -> int:
    """What each report says, where, and what kind of report it is; at the end the reports that say nothing."""
    for row in rows:
        if row.citations:
            kind = f" ({kinds[row.report.id]})" if row.report.id in kinds else ""
            quotes = " ".join(citation.quote for citation in row.citations)
            print(f"{quotes}\n    {_reference(row.citations[0])}{kind}\n")
    silent = [row.report.title for row in rows if not row.citations]
    if silent:
        print(f"{nothing} {len(silent)} of {len(rows)} reports: {'; '.join(silent)}")
    return 0 if len(silent) < len(rows) else 1


def _search(parts: Parts, given: argparse.Namespace) -> int:
    hits = parts.assistant.search(given.query, given.k)
    if given.json:
        print(json.dumps([hit.to_json(rank) for rank, hit in enumerate(hits, start=1)], ensure_ascii=False))
    for rank, hit in enumerate(hits if not given.json else [], start=1):
        print(f"{rank}. {hit.score:.2f}  {hit.passage.where}  ({hit.passage.report.file})")
        print(f"   {' '.join(hit.passage.text.split())}\n")
    return 0 if hits else _fail("Nothing was found.")


def _library(parts: Parts, given: argparse.Namespace) -> int:
    if given.audit:
        print(written(parts.library.folder), end="")
        return 0
    if given.backup:
        accounts = Rules.from_environment().accounts
        back_up(parts.library, given.backup, [accounts] if accounts else [])
        print(_("The library is backed up in {folder}.").format(folder=given.backup))
        return 0
    if given.check:
        return _checked(parts, given.json)
    if given.edit:
        return _edit(parts, given)
    if given.references:
        return _references(parts, given)
    listings = parts.library.reports()
    if given.json:
        print(json.dumps(with_genres(parts.library, listings), ensure_ascii=False))
    for listing in listings if not given.json else []:
        report = listing.details
        imprint = ", ".join(str(part) for part in (report.publisher, report.year) if part)
        pages = f"{listing.pages} pages, " if listing.pages else ""
        counts = f"{pages}{listing.passages} passages. {listing.reason}".strip()
        names = [report.file, *(copy.file for copy in listing.copies), *listing.places]
        what = f"{'Our brief of ' if report.is_brief else ''}{report.title}{f' ({imprint})' if imprint else ''}"
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


def _edit(parts: Parts, given: argparse.Namespace) -> int:
    """Put right what is known of a report, or take that back, and say what is known now."""
    named = _named(parts, given.edit)
    if isinstance(named, str):
        return _fail(named)
    values = {name: getattr(given, name) for name in FIELDS if getattr(given, name) is not None}
    if not values and not given.as_read:
        return _fail("Say what is right, as in: coproduction library --edit REPORT --title TITLE --year 2009")
    if "year" in values:
        values["year"] = given.year or None
    library, known = Audited(parts.library), named
    if given.as_read:
        known = library.take_back(named.id)
    if values:
        known = library.correct(named.id, values)
    parts.reading_list.settle()
    print(json.dumps(asdict(known), ensure_ascii=False) if given.json else _known(known))
    return 0


def _references(parts: Parts, given: argparse.Namespace) -> int:
    """Put right what is known of the reports that a file of references names, and say what came of each reference."""
    references = read_references(given.references.read_bytes(), given.references.name)
    correct = Audited(parts.library).correct
    counts: dict[str, int] = {}
    for outcome in put_right(references, parts.library.all_details(), correct):
        counts[outcome.status] = counts.get(outcome.status, 0) + 1
        line = f"{outcome.status}: {outcome.file}: {outcome.reason}"
        print(json.dumps(_outcome_json(outcome), ensure_ascii=False) if given.json else line)
    parts.reading_list.settle()
    return 0 if counts.keys() - {"failed"} else 1


def _known(report: Details) -> str:
    """All that can be put right of a report, a line each."""
    told = {name: getattr(report, name) for name in FIELDS} | {"authors": "; ".join(report.authors)}
    marks = {name: " (corrected)" for name in report.corrected} | {name: " (guessed)" for name in report.guessed}
    return "\n".join(f"{name}: {value or 'none'}{marks.get(name, '')}" for name, value in told.items())


def _named(parts: Parts, report: str) -> Details | str:
    """The one report that has an id or file name; else why there is none."""
    all_details = [each for listing in parts.library.reports() for each in (listing.details, *listing.copies)]
    named = [each for each in all_details if report in (each.id, each.file)]
    if len(named) == 1:
        return named[0]
    why = "There is no such report" if not named else f"{len(named)} reports have that file name"
    return f"{why}. List the reports and their ids with: coproduction library"


def _replaced_library(settings: Settings, given: argparse.Namespace) -> int | None:
    """What is done to a library before it can be opened: it is put back from a back-up, or repaired. None: neither."""
    if given.restore:
        restore(given.restore, settings.library)
        print(_("The library is put back in {folder}.").format(folder=settings.library))
        return _checked(open_parts(settings))
    return _repaired(settings) if given.repair else None


def _repaired(settings: Settings) -> int:
    """Make the library whole as far as can be, and say what was done and what is lost."""
    lost: dict[str, str] | None = None
    try:
        parts = open_parts(settings)
        sound = not parts.library.damage()
    except DamagedError:
        sound = False
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        sound = False
    if not sound:
        salvaged = salvage(settings.library / "library.db")
        print(_("The damaged file is kept as {file}.").format(file=salvaged.kept))
        lost = {id: place for place, id in salvaged.lost}
        parts = open_parts(settings)
        print(_("Reports carried over: {count:,}.").format(count=len(parts.library.reports())))
    for sentence in parts.library.mend(lost):
        print(sentence)
    gone = [place for place in (lost or {}).values() if not parts.library.id_at(place)]
    for place in gone:
        print(_("Lost: {place}. Add it again.").format(place=place))
    _read_anew(parts)
    return _checked(parts) or int(bool(gone))


def _read_anew(parts: Parts) -> None:
    """Read anew what an older version read, with a bar, and say how many reports there were and which stay as read."""
    statuses: list[str] = []
    with tqdm(unit=" reports", file=sys.stderr, dynamic_ncols=True, disable=None) as bar:
        for outcome in parts.renewal.run(_on(bar), again=True):
            statuses.append(outcome.status)
            if outcome.status == "failed":
                told = _("Not read anew: {file}: {problem}").format(file=outcome.file, problem=outcome.reason)
                with tqdm.external_write_mode(file=sys.stdout):
                    print(told)
    if statuses:
        parts.reading_list.settle()
        print(_("Reports read anew: {count:,}.").format(count=len(statuses) - statuses.count("failed")))


def _checked(parts: Parts, as_json: bool = False) -> int:
    faults = parts.library.check()
    print(json.dumps(faults, ensure_ascii=False) if as_json else "\n".join(faults) or "Every report is whole.")
    return 1 if faults else 0


def _remove(parts: Parts, given: argparse.Namespace) -> int:
    """Remove by id or by file name, which must name one report."""
    named = _named(parts, given.report)
    if isinstance(named, str):
        return _fail(named)
    Audited(parts.library).to_bin(named.id)
    parts.reading_list.settle()
    told = f"Removed: {named.title} ({named.file}). It waits in the bin, on the page’s tab Library."
    print(json.dumps({"removed": named.id}) if given.json else told)
    return 0


def _download(parts: Parts, given: argparse.Namespace) -> int:
    """Fetch the reports of the reading list that are not there yet, and tell of every work on it."""
    try:
        with tqdm(unit=" reports", file=sys.stderr, dynamic_ncols=True, disable=None) as bar:
            for state, tried in parts.downloads.run(_fetching_on(bar)):
                Audited(parts.library).downloaded(state, tried)
                with tqdm.external_write_mode(file=sys.stderr):
                    print(f"{state.work.title}: {tried.reason or 'fetched'}", file=sys.stderr)
    except (Offline, Busy) as error:
        return _fail(str(error))
    works = [(state.entry, work) for state in parts.reading_list.states() for work in state.works]
    for entry, work in works:
        told = _work_json(entry, work)
        line = f"{told['number']}. {told['status']}: {told['title']}. {told['reason']}".strip()
        print(json.dumps(told, ensure_ascii=False) if given.json else line)
    return 0 if any(work.report for _, work in works) else 1


def _work_json(entry: Entry, state: WorkState) -> dict[str, Any]:
    report, tried = state.report, state.tried
    return {
        "number": entry.number,
        "title": state.work.title,
        "status": "here" if report else "not had" if state.work.free else "not free",
        "report": report.details.id if report else None,
        "pages": report.pages if report else 0,
        "passages": report.passages if report else 0,
        "address": tried.address if tried else "",
        "archived": tried.archived if tried else "",
        "day": tried.day if tried else "",
        "sha256": tried.sha256 if tried else "",
        "reason": "" if report else state.reason or entry.advice,
    }


def _fetching_on(bar: Any) -> Callable[[Fetching], None]:
    def show(fetching: Fetching) -> None:
        bar.total, bar.n = fetching.works, fetching.works_done
        bar.set_postfix_str(f"{fetching.bytes / 1e6:.1f} MB of {fetching.address}", refresh=False)
        bar.refresh()

    return show


def _evaluate(parts: Parts, given: argparse.Namespace) -> int:
    outputs = Outputs(given.results, given.figures, given.html)
    outputs.check(given.questions)  # before the questions are asked, which may take long
    questions = read_questions(given.questions)
    asking = run(parts.assistant, questions, SecondReading(parts.library).doubt)
    results = list(tqdm(asking, total=len(questions), unit=" questions", disable=None))
    for line in misquoted(results):
        print(line, file=sys.stderr)
    figures = _of_the_run(parts) | measure(questions, results)
    curve = {"refusal threshold": THRESHOLD, "refusal curve": refusal_curve(questions, results)}
    print(json.dumps(figures | curve, ensure_ascii=False) if given.json else table(figures))
    outputs.write(questions, results, figures | curve)
    return 0


def _of_the_run(parts: Parts) -> dict[str, Any]:
    """What must be known of a run to compare it with another."""
    listings = parts.library.reports()
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "version": version("coproduction"),
        "reports": len(listings),
        "passages": sum(listing.passages for listing in listings),
    }


def _serve(parts: Parts, given: argparse.Namespace) -> int:
    import threading

    from page.screens.settings import LANGUAGE
    from page.serve import PortTaken, serve  # Gradio takes seconds to import, and only the page needs it

    if not Settings.from_environment().language:
        speak((parts.library.note(LANGUAGE) or "").replace("-", "_"))
    threading.Thread(target=_prepare_quietly, args=(parts, given.offline), daemon=True).start()
    try:
        serve(parts, given.host, given.port, lambda at: print(f"Open {at}", flush=True), Rules.from_environment())
    except PortTaken as error:
        return _fail(str(error))
    return 0


def _prepare_quietly(parts: Parts, offline: bool) -> None:
    """While the page comes up: load the models, put the briefs in, find questions to begin with and, the first time,
    begin to fetch the reports.

    What an older version read is read anew; the old answers meanwhile. What goes wrong with a model is told at the
    first question.
    """
    from page.screens.welcome import examples_of

    try:
        parts.library.tidy()
        parts.embedder.load()
        parts.reading_list.settle()
        if parts.assistant.reader:
            parts.assistant.reader.load()
        examples_of(parts)
    except ModelError as error:
        print(error, file=sys.stderr)
    except (sqlite3.Error, OSError) as error:
        print(failure(error, parts.library.folder / "library.db"), file=sys.stderr)
    else:
        if not offline and parts.reading_list.has_untried():
            parts.downloads.start(Audited(parts.library).downloaded)
        _read_anew_quietly(parts)


def _read_anew_quietly(parts: Parts) -> None:
    """Read anew what an older version read. How far that is, and what could not be read, shows on the page."""
    try:
        if list(parts.renewal.run()):
            parts.reading_list.settle()
    except Renewing as error:
        print(error, file=sys.stderr)
    except (sqlite3.Error, OSError) as error:
        print(failure(error, parts.library.folder / "library.db"), file=sys.stderr)


def _mcp(parts: Parts, given: argparse.Namespace) -> int:
    """Answer other assistants on standard input and output, until they have no more to ask."""
    from page.mcp_server import serve_mcp  # as for the page: the command is to start at once

    serve_mcp(parts)
    return 0


def _feedback(parts: Parts, given: argparse.Namespace) -> int:
    """Print what readers said of answers on the page, as questions for `evaluate`."""
    from page.userdata import Desk

    told = Desk.at(parts.library.folder).feedback.export()
    print(told, end="")
    return 0 if told else _fail("Nobody has said yet whether an answer helped.")


def _account(given: argparse.Namespace) -> int:
    """Add, remove or list the accounts of the page."""
    path = Rules.from_environment().accounts
    if not path:
        return _fail(_("Name the file of the accounts first, as in: COPRODUCTION_ACCOUNTS=accounts.json"))
    accounts = Accounts(path)
    if given.action == "list":
        print("\n".join(f"{account.name}: {account.role}" for account in accounts.all()))
    elif given.action == "remove":
        if not accounts.remove(given.name):
            return _fail(_("There is no account for {name}.").format(name=given.name))
        print(_("Removed the account of {name}.").format(name=given.name))
    elif (password := _password()) is None:
        return _fail(_("The two passwords differ. Nothing was changed."))
    elif accounts.put(given.name, given.role, password):
        print(_("Added {name}.").format(name=given.name))
    else:
        print(_("Changed {name}.").format(name=given.name))
    return 0


def _password() -> str | None:
    """A password, asked for twice at a terminal, else a line of standard input. None where the two differ."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass(_("Password: "))
    return password if getpass.getpass(_("Once more: ")) == password else None


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    shared.add_argument("--library", dest="library_folder", metavar="DIR", help="the folder that keeps the reports")
    shared.add_argument("--json", action="store_true", help="print JSON, for other programs")
    parser = argparse.ArgumentParser("coproduction", description=__doc__, parents=[shared])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[Parts, argparse.Namespace], int], help: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=help, description=help, parents=[shared])
        made.set_defaults(
            run=run,
            needs_library=name in ("remove", "evaluate", "feedback"),
            needs_briefs=name in ("ask", "compare", "define", "search", "library", "download"),
        )
        return made

    command("ingest", _ingest, "Add files, folders or web addresses to the library.").add_argument(
        "targets", nargs="+", metavar="PATH_OR_URL"
    )
    command("ask", _ask, "Answer a question from the reports, with citations.").add_argument("question", type=_words)
    comparing = command("compare", _compare, "What each report says to a question, one line a report.")
    comparing.add_argument("question", type=_words)
    command("define", _define, "How the reports define a term.").add_argument("term", type=_words)
    search = command("search", _search, "Find the passages nearest to some words.")
    search.add_argument("query")
    search.add_argument("-k", type=_positive, default=10, help="how many passages (10)")
    evaluate = command("evaluate", _evaluate, "Measure the answers on questions whose evidence is known.")
    evaluate.add_argument("questions", type=Path, metavar="QUESTIONS.jsonl")
    evaluate.add_argument("--results", type=Path, metavar="OUT.jsonl", help="write what was found for each question")
    evaluate.add_argument("--figures", type=Path, metavar="OUT.json", help="write the figures, for other programs")
    evaluate.add_argument("--html", type=Path, metavar="OUT.html", help="write a page with plots and what failed")
    listing = command("library", _library, "List the reports.")
    doing = listing.add_mutually_exclusive_group()
    doing.add_argument("--check", action="store_true", help="say instead whether every report is whole")
    doing.add_argument("--repair", action="store_true", help="make a damaged library whole, as far as can be")
    doing.add_argument("--backup", type=Path, metavar="FOLDER", help="copy it to a new folder, also while it is used")
    doing.add_argument("--restore", type=Path, metavar="FOLDER", help="put a back-up where there is no library yet")
    doing.add_argument("--audit", action="store_true", help="print who changed the library instead, and when")
    doing.add_argument("--edit", metavar="REPORT", help="put right what is known of a report, named by its id or file")
    doing.add_argument(
        "--references", type=Path, metavar="FILE", help="put it right from a RIS, BibTeX or CSL-JSON file"
    )
    listing.add_argument("--as-read", action="store_true", help="with --edit: take back what was put right before")
    for name in ("title", "subtitle", "publisher", "address"):
        listing.add_argument(f"--{name}", help=f"with --edit: the {name}, '' for none")
    listing.add_argument("--author", dest="authors", action="append", help="with --edit: an author; once for each")
    listing.add_argument("--year", type=_year, help="with --edit: the year, or none")
    listing.add_argument("--kind", dest="genre", choices=[*GENRES, ""], help="with --edit: what kind of report it is")
    command("remove", _remove, "Remove a report, named by its id or file.").add_argument("report", metavar="REPORT")
    command("download", _download, "Fetch the reports of the reading list that are free to fetch.")
    command("feedback", _feedback, "What readers said of answers on the page, as questions for evaluate.")
    command("mcp", _mcp, "Let assistants that speak the Model Context Protocol ask the reports.")
    account = commands.add_parser("account", help="Add, remove or list the accounts of the page.")
    account.set_defaults(run=_account)
    actions = account.add_subparsers(required=True, metavar="add|remove|list", dest="action")
    adding = actions.add_parser("add", help="Make an account, or give one another role and password.")
    adding.add_argument("name", metavar="NAME")
    role = adding.add_mutually_exclusive_group(required=True)
    for name in ("librarian", "reader"):
        role.add_argument(f"--{name}", dest="role", action="store_const", const=name)
    actions.add_parser("remove", help="Take an account away.").add_argument("name", metavar="NAME")
    actions.add_parser("list", help="List the accounts.")
    serve = command("serve", _serve, "Open the page for the browser.")
    serve.add_argument("--host", default="127.0.0.1", help="where to listen (127.0.0.1: this machine only)")
    serve.add_argument("--port", type=_positive, default=7860, help="7860 unless told")
    serve.add_argument(
        "--offline", action="store_true", help="do not fetch the reading list's reports at the first start"
    )
    return parser


def _words(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("it is empty")
    return text


def _year(text: str) -> int:
    """A year; 0 for none, which argparse tells from no year given."""
    return 0 if text.strip().lower() in ("", "none") else int(text)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number above 0")
    return number


if __name__ == "__main__":
    command()
