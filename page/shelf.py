"""The table of the reports in the library: sorted, filtered and ticked by library.js. All is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from gettext import gettext as _
from gettext import ngettext
from html import escape

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, Response

from ingest import Details, Listing
from page.genres import genre_name, genre_told
from page.listings import count_line, fields_words
from page.needs import Library, Parts
from page.reading_list import day
from page.sources import report_address, who
from rag.genre import Genre
from rag.genres import genres_of

N_ = str  # marks texts for translators; they are translated where they are used
_COLUMNS = {
    "title": N_("Title"), "who": N_("Who wrote it"), "year": N_("Year"), "kind": N_("Kind"), "pages": N_("Pages"),
    "health": N_("Health"), "added": N_("Added"),
}  # fmt: skip


def shelf_html() -> str:
    """The box that filters the table, and the place where it is loaded whenever the screen is chosen."""
    find, show = escape(_("Find a report in the list")), escape(_("Show"))
    every, shown = escape(_("All reports")), escape(_("{count} of {all} reports are shown."))
    ticked = escape(_("{count} ticked"))
    return (
        f"<div id='shelf' data-shown='{shown}' data-ticked='{ticked}'>"
        f"<p class='asked'><span><label for='shelf-words'>{find}</label>"
        "<input id='shelf-words' type='search' maxlength='200' autocomplete='off'></span>"
        f"<span><label for='shelf-show'>{show}</label><select id='shelf-show'>"
        f"<option value=''>{every}</option></select></span></p>"
        "<div class='actions'><span id='shelf-count' role='status'></span><span id='shelf-ticked' hidden>"
        "<span role='status'></span></span></div>"
        f"<template id='shelf-menu'><ul>{_menu()}</ul></template><div id='reports'></div></div>"
    )


def _menu() -> str:
    """What can be done with a report, a line each; library.js puts it where the menu of a row is opened."""
    # Translators: the report, in a window of its own.
    opened = escape(_("Open"))
    return f"<li><a data-do='open' target='_blank' rel='noopener'>{opened}</a></li>"


def add_shelf(app: FastAPI, parts: Parts) -> None:
    """Give the table at `/library`, and at `/library/kind` what shows of what kind a report is."""

    @app.get("/library")
    def table(seen: str = "") -> Response:
        listings = parts.library.reports()
        version = parts.library.version
        if seen == version:
            return Response(status_code=204)
        genres = genres_of(parts.library, [each.details for each in listings])
        return HTMLResponse(table_html(listings, genres), headers={"X-Version": version})

    @app.get("/library/kind")
    def kind(id: str) -> HTMLResponse:
        return HTMLResponse(_kind_told(parts.library, id))


def _kind_told(library: Library, id: str) -> str:
    """What shows of what kind a report is, in HTML; "" where nothing does, or it is no longer there."""
    try:
        report = library.details(id)
    except KeyError:
        return ""
    genre = genres_of(library, [report])[id]
    return genre_told(report, genre) if genre else ""


def table_html(listings: Sequence[Listing], genres: Mapping[str, Genre | None]) -> str:
    """The table, the report that was added last first, without our briefs, which stand with the reading list."""
    counted = f"<p class='aside'>{escape(count_line(listings))}</p>"
    reports = [each for each in listings if not each.details.is_brief]
    if not reports:
        none = escape(_("There are no reports of your own here yet."))
        return f"<p class='aside'>{none}</p>{counted if listings else ''}"
    every, label = escape(_("Tick all that are shown")), escape(_("Reports"))
    heads = "".join(
        f"<th scope='col' class='{name}'><button type='button'>{escape(_(words))}</button></th>"
        for name, words in _COLUMNS.items()
    )
    more = escape(_("Actions"))
    rows = "".join(_row(each, genres.get(each.details.id)) for each in reversed(reports))
    return (
        f"{_check_these(reports)}{counted}<table class='shelf' role='grid' aria-label='{label}'><thead><tr>"
        f"<td class='tick'><input type='checkbox' aria-label='{every}'></td>{heads}"
        f"<th scope='col' class='more'>{more}</th></tr></thead><tbody>{rows}</tbody></table>"
    )


def _check_these(reports: Sequence[Listing]) -> str:
    """The choice of the reports of which something was guessed, for the list of what can be shown."""
    count = sum(bool(each.details.guessed) for each in reports)
    if not count:
        return ""
    told = ngettext(
        "Check this: {count:,} report of which something was guessed",
        "Check these: {count:,} reports of which something was guessed",
        count,
    )
    return f"<template><option value='check'>{escape(told.format(count=count))}</option></template>"


def _row(listing: Listing, genre: Genre | None) -> str:
    report = listing.details
    title, id = escape(report.full_title), escape(report.id)
    tick, more = escape(_("Tick {title}")), escape(_("What can be done with {title}"))
    words = escape(" ".join(report.authors))
    check = " class='check'" if report.guessed else ""
    number = f"{listing.pages + listing.unreadable:,}" if listing.pages + listing.unreadable else ""
    added = day(listing.added[:10])
    kind = (
        f"<details class='kind'><summary tabindex='-1'>{escape(genre_name(genre))}</summary></details>" if genre else ""
    )
    return (
        f"<tr data-id='{id}' data-words='{words}'{check}>"
        f"<td class='tick'><input type='checkbox' tabindex='-1' aria-label='{tick.format(title=title)}'></td>"
        f"<th scope='row' class='title'><a tabindex='-1' href='{escape(report_address(report))}' target='_blank' "
        f"rel='noopener'>{title}</a>{_guessed(report, 'title')}{_about(listing)}</th>"
        f"<td class='who'>{escape(who(report))}{_guessed(report, 'authors', 'publisher')}</td>"
        f"<td class='year'>{report.year or ''}{_guessed(report, 'year')}</td>"
        f"<td class='kind'>{kind}</td>"
        f"<td class='pages'>{number}</td>{_health(listing)}"
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


def _about(listing: Listing) -> str:
    """What stands below the title: the file, the other files and addresses of the same report, what was put right."""
    told = [listing.details.file]
    if names := [*(copy.file for copy in listing.copies), *listing.places]:
        told.append(_("The same report: {names}").format(names="; ".join(names)))
    if listing.details.corrected:
        told.append(_("Put right by a person: {fields}").format(fields=fields_words(listing.details.corrected)))
    return "".join(f"<p class='aside'>{escape(each)}</p>" for each in told)


def _health(listing: Listing) -> str:
    """The cell that says how well a report could be read, the worst sorted last, with all that is known folded."""
    all_pages = listing.pages + listing.unreadable
    share, words = 0.0, _("All read")
    if listing.unreadable:
        unread = _("{count:,} of {all:,} pages not read")
        share, words = 1 + listing.unreadable / all_pages, unread.format(count=listing.unreadable, all=all_pages)
    elif listing.left_out:
        share, words = 0.9, _("Parts left out")
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
