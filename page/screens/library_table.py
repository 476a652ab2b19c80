"""The table of the reports in the library: sorted, filtered and ticked by library.js. All is escaped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from gettext import gettext as _
from gettext import ngettext
from html import escape
from types import MappingProxyType
from typing import Annotated

from fastapi import Depends, FastAPI, Form, Request
from fastapi.responses import HTMLResponse, Response

from ingest import CatalogueEntry, Details
from ingest.library import Binned, CollectionError, Library
from page.access import context_of
from page.forms import changed_by, from_the_page
from page.screens.genre import genre_name, genre_told
from page.screens.listings import count_line, fields_words
from page.screens.reading_list import day
from page.screens.sources import report_address, who
from rag.genre import Genre, genres_of
from service import ONE, Service

Name = Annotated[str, Form(max_length=200)]
N_ = str  # marks texts for translators; they are translated where they are used
_COLUMNS = {
    "title": N_("Title"), "who": N_("Who wrote it"), "year": N_("Year"), "kind": N_("Kind"), "pages": N_("Pages"),
    "health": N_("Health"), "added": N_("Added"),
}  # fmt: skip

_WITHIN = {"ask": N_("Ask it"), "find": N_("Find in it"), "compare": N_("Compare in it")}


def sent_ids(id: Annotated[str, Form()]) -> list[str]:
    """The ids that stand in one field of a form, one a line: a form may not have a field for each of thousands."""
    return id.splitlines()


Ids = Annotated[list[str], Depends(sent_ids)]


def shelf_html() -> str:
    """The box that filters the table, and the places for what is loaded whenever the screen is chosen."""
    find, show = escape(_("Find a report in the list")), escape(_("Show"))
    shown, ticked = escape(_("Reports shown: {count} of {all}.")), escape(_("{count} ticked"))
    unseen = escape(_("{count} ticked, {hidden} more ticked but not shown"))
    return (
        f"<div id='shelf' data-shown='{shown}' data-ticked='{ticked}' data-unseen='{unseen}'>"
        f"<p class='asked'><span><label for='shelf-words'>{find}</label>"
        "<input id='shelf-words' type='search' maxlength='200' autocomplete='off'></span>"
        f"<span><label for='shelf-show'>{show}</label><select id='shelf-show'></select></span></p>"
        "<div class='actions'><span id='shelf-count' role='status'></span><span id='shelf-ticked' hidden>"
        "<span role='status'></span><span id='shelf-doing'></span></span></div>"
        "<div id='shelf-collection' class='actions' hidden></div>"
        "<p id='shelf-done' class='actions' tabindex='-1' role='status'></p>"
        "<div id='reports'></div><div id='shelf-bin'></div>"
        "<dialog id='shelf-edit' class='piece' aria-labelledby='editing'></dialog></div>"
    )


def add_shelf(app: FastAPI, service: Service) -> None:
    """Give the table at `/library` and what shows of what kind a report is at `/library/kind`; remove and put back."""
    _add_collecting(app, service.library)

    @lru_cache(maxsize=2)
    def made(version: str, may_change: bool) -> str:
        """The table of a library as it is; it is the same for all who may do the same."""
        listings = service.library.reports()
        genres = genres_of(service.library, [each.details for each in listings])
        html = table_html(listings, genres, service.library.collections(), may_change)
        return html + (_bin(service.library.bin.all()) if may_change else _into("shelf-bin", ""))

    @app.get("/library")
    def table(request: Request, seen: str = "") -> Response:
        collections = sorted((name, sorted(ids)) for name, ids in service.library.collections().items())
        binned = [(each.id, each.removed) for each in service.library.bin.all()]
        version = hashlib.sha256(repr((service.library.version, collections, binned)).encode()).hexdigest()
        if seen == version:
            return Response(status_code=204)
        return HTMLResponse(made(version, context_of(request).may_change), headers={"X-Version": version})

    @app.get("/library/within")
    def within(chosen: str = "") -> HTMLResponse:
        """All reports, every collection, and the one report that is `chosen`, where one is."""
        offered = {"": _("all reports")} | {each: each for each in service.library.collections()}
        if chosen.startswith(ONE):
            with suppress(KeyError):  # it may be gone
                offered[chosen] = service.library.details(chosen.removeprefix(ONE)).full_title
        options = (f"<option value='{escape(value)}'>{escape(words)}</option>" for value, words in offered.items())
        return HTMLResponse("".join(options))

    @app.get("/library/kind")
    def kind(id: str) -> HTMLResponse:
        return HTMLResponse(_kind_told(service.library, id))

    @app.post("/library/remove", dependencies=[Depends(from_the_page)])
    def remove(request: Request, id: Ids) -> HTMLResponse:
        library = changed_by(request, service.library)
        removed = [gone for each in id if (gone := library.to_bin(each))]
        service.reading_list.settle()
        return HTMLResponse(_removed(removed))

    @app.post("/library/put-back", dependencies=[Depends(from_the_page)])
    def put_back(request: Request, id: Ids) -> HTMLResponse:
        library = changed_by(request, service.library)
        here = {each.id for each in service.library.all_details()}
        files = {each.id: each.file for each in service.library.bin.all() if each.id not in here}
        back = [there for each in id if (there := library.from_bin(each))]
        service.reading_list.settle()
        return HTMLResponse(escape(back_told(back, files, service.library.reports())))

    @app.post("/library/empty-bin", dependencies=[Depends(from_the_page)])
    def empty_bin(request: Request) -> HTMLResponse:
        count = changed_by(request, service.library).empty_bin()
        sentence = ngettext(
            "The bin is empty: {count:,} report is deleted.", "The bin is empty: {count:,} reports are deleted.", count
        )
        return HTMLResponse(escape(sentence.format(count=count)))


def _add_collecting(app: FastAPI, library: Library) -> None:
    """Change collections at `/library/collect`, and so on; each answers with what was done."""

    @app.post("/library/collect", dependencies=[Depends(from_the_page)])
    def collect(request: Request, id: Ids, name: Name = "") -> HTMLResponse:
        try:
            put = changed_by(request, library).collect(name, id)
        except CollectionError as error:
            return HTMLResponse(escape(str(error)), status_code=422)
        sentence = ngettext("{count:,} report is in “{name}” now.", "{count:,} reports are in “{name}” now.", len(id))
        # Translators: the collection into which reports were put.
        show = _("Show it")
        button = f"<button type='button' data-do='show' value='{escape(put)}'>{escape(show)}</button>"
        return HTMLResponse(f"{escape(sentence.format(count=len(id), name=put))} {button}")

    @app.post("/library/take-out", dependencies=[Depends(from_the_page)])
    def take_out(request: Request, name: Name, id: Ids) -> HTMLResponse:
        changed_by(request, library).take_out(name, id)
        sentence = ngettext(
            "{count:,} report taken out of “{name}”.", "{count:,} reports taken out of “{name}”.", len(id)
        )
        return HTMLResponse(escape(sentence.format(count=len(id), name=name)))

    @app.post("/library/rename", dependencies=[Depends(from_the_page)])
    def rename(request: Request, name: Name, new: Name = "") -> HTMLResponse:
        try:
            called = changed_by(request, library).rename_collection(name, new)
        except CollectionError as error:
            return HTMLResponse(escape(str(error)), status_code=422)
        sentence = _("The collection is called “{name}” now.").format(name=called)
        return HTMLResponse(f"<span data-called='{escape(called)}'>{escape(sentence)}</span>")

    @app.post("/library/forget", dependencies=[Depends(from_the_page)])
    def forget(request: Request, name: Name) -> HTMLResponse:
        changed_by(request, library).remove_collection(name)
        sentence = _("The collection “{name}” is gone; its reports are still here.").format(name=name)
        return HTMLResponse(escape(sentence))


def _removed(removed: Sequence[Details]) -> str:
    """What was removed, and the way back."""
    if not removed:
        return escape(_("The report is no longer here."))
    back = escape(_("Put it back") if len(removed) == 1 else _("Put them back"))
    sentence = _("Removed “{title}”. It is in the bin.").format(title=removed[0].title)
    many = _("{count:,} reports are removed. They are in the bin.").format(count=len(removed))
    ids = escape(json.dumps([each.id for each in removed]))
    words = escape(sentence if len(removed) == 1 else many)
    return f"{words} <button type='button' data-do='put-back' data-ids='{ids}'>{back}</button>"


def back_told(back: Sequence[Details], files: Mapping[str, str], reports: Iterable[CatalogueEntry]) -> str:
    """What was put back, and what is otherwise now; `files` are the names that the files had, by ids of reports."""
    cited = {copy.id: entry.details.title for entry in reports for copy in entry.copies}
    sentences = [
        ngettext("{count:,} report is back.", "{count:,} reports are back.", len(back)).format(count=len(back))
    ]
    for each in back:
        if each.file != files.get(each.id, each.file):
            named = _("Another report has the place of “{title}”, so both are kept, and its file is called “{file}”.")
            sentences.append(named.format(title=each.title, file=each.file))
        if other := cited.get(each.id):
            same = _("“{title}” says the same as “{other}”, which is cited in its place.")
            sentences.append(same.format(title=each.title, other=other))
    return " ".join(sentences)


def _bin(binned: Sequence[Binned]) -> str:
    """What was removed, folded; each can be put back, and all be deleted for good."""
    if not binned:
        return _into("shelf-bin", "")
    sentence = ngettext("The bin: {count:,} removed report", "The bin: {count:,} removed reports", len(binned))
    back, of = escape(_("Put it back")), _("Put back {title}")
    rows = "".join(
        f"<li>{escape(each.title)}<p class='aside'>{escape(each.file)} · {escape(day(each.removed[:10]))}</p>"
        f"<p class='actions'><button type='button' data-do='put-back' data-ids='{escape(json.dumps([each.id]))}' "
        f"aria-label='{escape(of.format(title=each.title))}'>{back}</button></p></li>"
        for each in binned
    )
    empty, sure = escape(_("Empty the bin")), escape(_("They cannot be put back then."))
    yes = escape(_("Yes, delete them for good"))
    return _into(
        "shelf-bin",
        f"<details class='bin'><summary>{escape(sentence.format(count=len(binned)))}</summary>"
        f"<div class='actions'><details class='menu'><summary>{empty}</summary><div><p>{sure}</p>"
        f"<button type='button' data-do='empty-bin'>{yes}</button></div></details></div>"
        f"<ul class='reports'>{rows}</ul></details>",
    )


def _into(place: str, html: str) -> str:
    """A piece that library.js puts into another place of the screen."""
    return f"<template data-for='{place}'>{html}</template>"


def _kind_told(library: Library, id: str) -> str:
    """What shows of what kind a report is, in HTML; "" where nothing does, or it is no longer there."""
    try:
        report = library.details(id)
    except KeyError:
        return ""
    genre = genres_of(library, [report])[id]
    return genre_told(report, genre) if genre else ""


def table_html(
    listings: Sequence[CatalogueEntry],
    genres: Mapping[str, Genre | None],
    collections: Mapping[str, Collection[str]] = MappingProxyType({}),
    may_change: bool = True,
) -> str:
    """The table, the report that was added last first, without our briefs, which stand with the reading list.

    `genres` says what each report is, by its id, `collections` which reports are in each. Beside the table comes what
    can be done with its rows.
    """
    counted = f"<p class='aside'>{escape(count_line(listings))}</p>"
    reports = [each for each in listings if not each.details.is_brief]
    beside = f"{_into('shelf-show', _shows(reports, collections))}{_doing(collections, may_change)}"
    if not reports:
        none = escape(_("There are no reports of your own here yet."))
        return f"{beside}<p class='aside'>{none}</p>{counted if listings else ''}"
    every, label = escape(_("Tick all that are shown")), escape(_("Reports"))
    heads = "".join(
        f"<th scope='col' class='{name}'><button type='button'>{escape(_(words))}</button></th>"
        for name, words in _COLUMNS.items()
    )
    more = escape(_("Actions"))
    inside: dict[str, list[str]] = {}
    for name, ids in collections.items():
        for id in ids:
            inside.setdefault(id, []).append(name)
    rows = "".join(
        _row(each, genres.get(each.details.id), inside.get(each.details.id, ())) for each in reversed(reports)
    )
    return (
        f"{beside}{counted}<table class='shelf' role='grid' aria-label='{label}'><thead><tr>"
        f"<td class='tick'><input type='checkbox' aria-label='{every}'></td>{heads}"
        f"<th scope='col' class='more'>{more}</th></tr></thead><tbody>{rows}</tbody></table>"
    )


def _shows(reports: Sequence[CatalogueEntry], collections: Mapping[str, Collection[str]]) -> str:
    """What can be shown: all reports, those of which something was guessed, or those in a collection."""
    shows = {"": _("All reports")}
    if count := sum(bool(each.details.guessed) for each in reports):
        sentence = ngettext(
            "Check this: {count:,} report of which something was guessed",
            "Check these: {count:,} reports of which something was guessed",
            count,
        )
        shows["check"] = sentence.format(count=count)
    shows |= {f"in:{name}": f"{name} ({len(ids):,})" for name, ids in collections.items()}
    return "".join(f"<option value='{escape(name)}'>{escape(words)}</option>" for name, words in shows.items())


def _doing(collections: Collection[str], may_change: bool) -> str:
    """What can be done with a report, with those that are ticked, and with the collection that is shown."""
    # Translators: the report, in a window of its own.
    opened, ask, edit, remove = _("Open"), _("Ask only this"), _("Edit its data"), _("Remove")
    menu = f"<li><a data-do='open' target='_blank' rel='noopener'>{escape(opened)}</a></li>"
    menu += f"<li>{_button('ask-one', ask)}</li>"
    ticked = ""
    # Translators: to ask, find or compare within a collection of reports.
    shown = "".join(_button(f"in-{screen}", _(words)) for screen, words in _WITHIN.items())
    if may_change:
        menu += f"<li>{_button('edit', edit)}</li><li>{_button('remove', remove)}</li>"
        known = "".join(f"<option value='{escape(each)}'></option>" for each in collections)
        put = _naming("collect", _("Put into a collection"), _("Its name"), _("Put in"), "shelf-names")
        out = _button("take-out", _("Take out of this collection"))
        ticked = f"{put}<datalist id='shelf-names'>{known}</datalist>{out}{_button('remove-ticked', remove)}"
        shown += _naming("rename", _("Rename"), _("Another name"), _("Rename"))
        shown += _button("forget", _("Remove the collection"))
    return (
        f"<template id='shelf-menu'><ul>{menu}</ul></template>{_into('shelf-doing', ticked)}"
        f"{_into('shelf-collection', shown)}"
    )


def _button(do: str, words: str) -> str:
    return f"<button type='button' data-do='{do}'>{escape(words)}</button>"


def _naming(do: str, words: str, label: str, send: str, names: str = "") -> str:
    """A menu with a field for the name of a collection; `names` is the list of those that there are."""
    choices = f" list='{names}'" if names else ""
    field = f"<input id='shelf-{do}' name='name' type='text' maxlength='100' required autocomplete='off'{choices}>"
    return (
        f"<details class='menu'><summary>{escape(words)}</summary><form data-do='{do}'>"
        f"<label for='shelf-{do}'>{escape(label)}</label>{field}<button>{escape(send)}</button></form></details>"
    )


def _row(listing: CatalogueEntry, genre: Genre | None, collections: Sequence[str]) -> str:
    report = listing.details
    title, id = escape(report.full_title), escape(report.id)
    tick, more = escape(_("Tick {title}")), escape(_("What can be done with {title}"))
    words = escape(" ".join(report.authors))
    check = " class='check'" if report.guessed else ""
    gathered = f" data-in='{escape(json.dumps(collections))}'" if collections else ""
    pages = listing.pages + listing.unreadable or ""
    added = day(listing.added[:10])
    kind = (
        f"<details class='kind'><summary tabindex='-1'>{escape(genre_name(genre))}</summary></details>" if genre else ""
    )
    return (
        f"<tr data-id='{id}' data-words='{words}'{check}{gathered}>"
        f"<td class='tick'><input type='checkbox' tabindex='-1' aria-label='{tick.format(title=title)}'></td>"
        f"<th scope='row' class='title'><a tabindex='-1' href='{escape(report_address(report))}' target='_blank' "
        f"rel='noopener'>{title}</a>{_guessed(report, 'title')}{_about(listing, collections)}</th>"
        f"<td class='who'>{escape(who(report))}{_guessed(report, 'authors', 'publisher')}</td>"
        f"<td class='year'>{report.year or ''}{_guessed(report, 'year')}</td>"
        f"<td class='kind'>{kind}</td>"
        f"<td class='pages' data-v='{pages}'>{pages and f'{pages:,}'}</td>{_health(listing)}"
        f"<td class='added' data-v='{escape(listing.added)}'>{escape(added)}</td>"
        f"<td class='more'><details class='menu'>{_summary('⋯', more.format(title=title))}</details></td></tr>"
    )


def _summary(words: str, label: str = "") -> str:
    """What unfolds a part of a row; the arrow keys lead to it."""
    named = f" aria-label='{label}'" if label else ""
    return f"<summary tabindex='-1'{named}>{words}</summary>"


def _guessed(report: Details, *fields: str) -> str:
    """A mark where one of some fields was guessed."""
    told = escape(_("guessed"))
    return f" <span class='guess'>{told}</span>" if any(each in report.guessed for each in fields) else ""


def _about(listing: CatalogueEntry, collections: Sequence[str]) -> str:
    """What stands below the title: the file, the other files and addresses of the same report, what was put right."""
    told = [listing.details.file]
    if names := [*(copy.file for copy in listing.copies), *listing.places]:
        told.append(_("The same report: {names}").format(names="; ".join(names)))
    if collections:
        # Translators: the collections that a report is in.
        told.append(_("In: {names}").format(names=", ".join(collections)))
    if listing.details.corrected:
        told.append(_("Put right by a person: {fields}").format(fields=fields_words(listing.details.corrected)))
    return "".join(f"<p class='aside'>{escape(each)}</p>" for each in told)


def _health(listing: CatalogueEntry) -> str:
    """The cell that says how well a report could be read, the worst sorted last, with all that is known folded."""
    all_pages = listing.pages + listing.unreadable
    share, words = 0.0, _("All read")
    if listing.unreadable:
        unread = _("{count:,} of {all:,} pages not read")
        share, words = 1 + listing.unreadable / all_pages, unread.format(count=listing.unreadable, all=all_pages)
    elif listing.left_out:
        share, words = 0.9, _("Service left out")
    elif listing.ocr:
        share, words = 0.5, _("Read by text recognition")
    elif listing.reason:
        share, words = 0.7, _("Read by an older version")
    told = escape(words)
    if listing.reason:
        told = (
            f"<details><summary tabindex='-1'>{told}</summary><p class='aside'>{escape(listing.reason)}</p></details>"
        )
    return f"<td class='health' data-v='{share:.3f}'>{told}</td>"
