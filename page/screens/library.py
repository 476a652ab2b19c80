"""The tab for looking after the library: add reports, see what is there, take some out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from gettext import gettext as _
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from common import AwayError
from ingest import Outcome, Progress, ReportError
from ingest.library import Library, put_right, read_references
from ingest.library.references import READERS
from page.access import Audited, MutableLibrary, context_of
from page.screens.ask import QUIET
from page.screens.failures import plainly
from page.screens.library_table import shelf_html
from page.screens.listings import no_reports, outcomes_html, renewing_html
from page.screens.reading_list import fetchable, fetching_html, reading_list_html, reading_list_label
from service import Service

# Seconds between two updates of the outcomes: hundreds of files can be done in one.
PAUSE = 0.5


@dataclass(frozen=True, slots=True)
class Shelf:
    """The parts of the page that show what is in the library."""

    service: Service
    version: gr.HTML
    notice: gr.HTML
    reading_list: gr.Accordion
    entries: gr.HTML
    fetching: gr.HTML
    fetch: gr.Button
    stop: gr.Button
    renewing: gr.HTML
    seen: gr.State
    changing: list[gr.Column]

    @property
    def outputs(self) -> list[Any]:
        return [
            self.version,
            self.renewing,
            self.notice,
            self.reading_list,
            self.entries,
            self.fetching,
            self.fetch,
            self.stop,
        ]

    def refresh(self) -> tuple[Any, ...]:
        """The version of the reports, the notice where there are none, and the reading list."""
        all_details = self.service.library.all_details()
        only_briefs = all(each.is_brief for each in all_details)
        notice = f"<p>{escape(no_reports(bool(all_details)))}</p>" if only_briefs else ""
        shown = (
            f"<span data-library='{escape(self.service.library.version)}'></span>",
            renewing_html(self.service.renewal.progress),
            notice,
        )
        downloads, states = self.service.downloads, self.service.reading_list.states()
        running = downloads.is_running
        return (
            *shown,
            gr.update(label=reading_list_label(states), visible=bool(states)),
            reading_list_html(states, downloads.fetching),
            fetching_html(downloads.fetching, downloads.sentence),
            gr.update(visible=fetchable(states) > 0 and not running),
            gr.update(visible=running),
        )

    def watch(self, seen: str) -> tuple[Any, ...]:
        """As `refresh`, where something has changed since `seen`; and what is seen now."""
        downloads, renewal = self.service.downloads, self.service.renewal
        try:
            version = self.service.library.version
        except AwayError:  # whoever asks is told; an open page waits until it is back
            return (*[gr.skip()] * len(self.outputs), seen)
        now = f"{version} {downloads.is_running} {downloads.fetching} {renewal.progress}"
        return (*self.refresh(), now) if now != seen else (*[gr.skip()] * len(self.outputs), seen)

    def add(
        self, library: MutableLibrary, uploads: list[str], address: str, told: Callable[[Progress], None]
    ) -> Iterator[tuple[Any, ...]]:
        """Add files and an address: the outcomes as they come, and at the end what shows the reports and empty fields.

        The uploaded copies are deleted last of all: after a failure they are there to be added again.
        """
        outcomes: list[Outcome] = []
        with plainly(_("Adding was stopped. What was added before is kept.")):
            for outcomes in paced(add_all(library, uploads, address, told)):
                yield outcomes_html(outcomes), *[gr.skip()] * (len(self.outputs) + 3)
            self.service.reading_list.settle()
            shown = self.refresh()
        delete(uploads)
        nothing = _status(_("Choose a file or write an address, then press the button again."))
        yield outcomes_html(outcomes) or nothing, *shown, None, "", ""


def _changed_by(request: gr.Request, library: Library) -> Audited:
    """The library, to be changed in the name of whoever asks. Raises where she may only read."""
    if not context_of(request).may_change:
        raise gr.Error(_("Only a librarian can change the library."), print_exception=False)
    return Audited(library, context_of(request).name)


def library_tab(service: Service, notice: gr.HTML, closed: bool = False) -> Shelf:
    """Lay the tab out and connect it. `notice` says on the other tab that there are no reports.

    Where the page is `closed` the parts that change the library are hidden until it is known who is there.
    """
    with gr.Column(visible=not closed) as changing:
        adding = _adding(closed)
    version = gr.HTML(apply_default_css=False, elem_id="version")
    renewing = gr.HTML(apply_default_css=False, elem_id="renewing")
    gr.HTML(_heading(_("All reports in the library")), apply_default_css=False, elem_classes="heading")
    gr.HTML(shelf_html(), apply_default_css=False, elem_classes="piece")
    fetching = gr.HTML(apply_default_css=False, elem_id="fetching")
    with gr.Accordion(_("The reading list"), open=False, elem_id="reading-list") as reading_list:
        with gr.Column(visible=not closed) as getting:
            fetch = gr.Button(_("Fetch the reports that are free"), size="sm", visible=False, elem_classes="small")
            stop = gr.Button(_("Stop fetching"), size="sm", visible=False, elem_classes="small")
        entries = gr.HTML(apply_default_css=False, elem_id="entries")
    shown = version, notice, reading_list, entries, fetching, fetch, stop
    shelf = Shelf(service, *shown, renewing, gr.State(""), [changing, getting])
    _connect_adding(shelf, adding)
    _connect_fetching(shelf)
    return shelf


def _heading(words: str) -> str:
    return f"<h2>{escape(words)}</h2>"


def _connect_fetching(shelf: Shelf) -> None:
    def start(request: gr.Request) -> tuple[Any, ...]:
        shelf.service.downloads.start(_changed_by(request, shelf.service.library).downloaded)
        # Nothing counts as seen: a fetching that ends before the next look would else go unnoticed.
        return *shelf.refresh(), ""

    def stop(request: gr.Request) -> tuple[Any, ...]:
        _changed_by(request, shelf.service.library)
        shelf.service.downloads.stop()
        return *shelf.refresh(), ""

    shelf.fetch.click(start, None, [*shelf.outputs, shelf.seen], **QUIET)
    shelf.stop.click(stop, None, [*shelf.outputs, shelf.seen], **QUIET)


@dataclass(frozen=True, slots=True)
class Adding:
    files: gr.File
    address: gr.Textbox
    button: gr.Button
    progress: gr.HTML
    outcomes: gr.HTML


def _adding(closed: bool) -> Adding:
    formats = _(
        "Files can be dropped anywhere on the page. What can be read: PDF, Word, PowerPoint, Excel, OpenDocument, RTF, "
        "EPUB, HTML, e-mail, Markdown, reStructuredText, plain text, CSV, or .jsonl. "
        "References (RIS, BibTeX, CSL-JSON) put right what is known of the reports that they name."
    )
    elsewhere = _("Or a web address, or a folder on the computer that runs this page")
    elsewhere = _("Or a web address") if closed else elsewhere
    with gr.Row(elem_classes="desk", elem_id="adding"):
        files = gr.File(
            label=_("Reports from your computer"),
            file_count="multiple",
            height=170,
            min_width=280,
        )
        address = gr.Textbox("", label=elsewhere, placeholder="https://", lines=1, max_lines=1, min_width=280)
    add = _("Add to the library")
    # Translators: {button} is what stands on the button below.
    chosen = _("The files are chosen. Press “{button}” to add them.").format(button=add)
    gr.HTML(_status(chosen), apply_default_css=False, elem_id="chosen")
    button = gr.Button(add, variant="primary", size="sm", elem_id="add", elem_classes="small")
    gr.HTML(f"<p class='aside'>{escape(formats)}</p>", apply_default_css=False)
    progress = gr.HTML(apply_default_css=False, elem_id="progress")
    return Adding(files, address, button, progress, gr.HTML(apply_default_css=False, elem_id="outcomes"))


def _connect_adding(shelf: Shelf, adding: Adding) -> None:
    def add(
        uploads: list[str] | None,
        address: str,
        request: gr.Request,
        progress: gr.Progress = gr.Progress(),  # noqa: B008 (how Gradio hands progress in)
    ) -> Iterator[tuple[Any, ...]]:
        """Add files and an address; show the outcomes as they come, and the list of reports at the end."""
        library = _changed_by(request, shelf.service.library)
        if context_of(request).closed and address.strip() and not address.strip().startswith(("http://", "https://")):
            why = _("Give an address that begins with https://, or choose files of your own.")
            raise gr.Error(why, print_exception=False)
        yield from shelf.add(library, uploads or [], address.strip(), show_on(progress))

    gr.on(
        [adding.button.click, adding.address.submit],
        add,
        [adding.files, adding.address],
        [adding.outcomes, *shelf.outputs, adding.files, adding.address, adding.progress],
        concurrency_limit=1,
        show_progress_on=adding.progress,
        api_visibility="private",
    )


def add_all(
    library: MutableLibrary, uploads: list[str], address: str, told: Callable[[Progress], None]
) -> Iterator[Outcome]:
    """Add uploaded files, which are told apart by their names, and an address or a folder.

    Files of reference managers are not added: they put right what is known of the reports that they name.
    """
    references = [path for path in uploads if Path(path).suffix.lower() in READERS]
    if reports := [path for path in uploads if path not in references]:
        yield from library.add(reports, told, uploads=True)
    for path in map(Path, references):
        try:
            read = read_references(path.read_bytes(), path.name)
            yield from put_right(read, library.all_details(), library.correct)
        except ReportError as error:
            yield Outcome(path.name, "failed", reason=error.reason)
    if address:
        yield from library.add([address], told)


def paced(outcomes: Iterable[Outcome], pause: float = PAUSE) -> Iterator[list[Outcome]]:
    """All outcomes so far, once in `pause` seconds at most, and all of them at the end."""
    told: list[Outcome] = []
    last = 0.0
    for outcome in outcomes:
        told.append(outcome)
        if time.monotonic() - last >= pause:
            yield list(told)
            last = time.monotonic()
    yield told


def show_on(progress: gr.Progress) -> Callable[[Progress], None]:
    """Show on a bar how far an ingest is: the files, and of the present ones the passages."""

    def show(at: Progress) -> None:
        within = at.passages_done / at.passages if at.passages else 0.0
        sentence = _("{file}, file {number:,} of {files:,}")
        if at.passages:
            sentence = _("{file}, file {number:,} of {files:,}, {done:,} of {passages:,} passages")
        number = min(at.files_done + 1, at.files)
        counts = {"files": at.files, "done": at.passages_done, "passages": at.passages}
        progress(
            (at.files_done + within) / max(at.files, 1), desc=sentence.format(file=at.file, number=number, **counts)
        )

    return show


def _status(words: str) -> str:
    return f"<p role='status'>{escape(words)}</p>"


def delete(uploads: Iterable[str]) -> None:
    """Delete uploaded copies, each with the folder made for it: the library keeps a copy of its own."""
    for path in map(Path, uploads):
        path.unlink(missing_ok=True)
        if path.parent.is_dir() and not any(path.parent.iterdir()):
            path.parent.rmdir()
