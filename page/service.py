"""What other programs can ask of the assistant, in plain values; the HTTP API and the MCP server both give these."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from ingest import Details
from page.protocols import Parts
from page.report_filter import Limits
from rag.comparison import comparison
from rag.genre.known import with_genres


class NotThere(LookupError):
    """There is no such report or page. The message is a sentence."""


def ask(
    parts: Parts, question: str, history: Sequence[tuple[str, str]] = (), limits: Limits | None = None
) -> dict[str, Any]:
    """An answer as `coproduction ask --json` prints it, with the address at which the page gives the same answer.

    `version` changes with the library: while it stays, so does the answer.
    """
    limits = limits or Limits()
    parts.reading_list.fill()
    answer = parts.assistant.ask(question, history, limits.among(parts.library))
    permalink = ask_address(question, limits)
    return answer.to_json() | {"version": parts.library.version} | ({} if history else {"permalink": permalink})


def ask_address(question: str, limits: Limits) -> str:
    """Where the page asks `question` within `limits`, below the address of the page."""
    return "/?" + urlencode({"ask": question, **limits.fields()})


def search(parts: Parts, query: str, k: int, limits: Limits | None = None) -> list[dict[str, Any]]:
    """The `k` nearest passages as `coproduction search --json` prints them."""
    parts.reading_list.fill()
    among = (limits or Limits()).among(parts.library)
    return [hit.to_json(rank) for rank, hit in enumerate(parts.assistant.search(query, k, among), start=1)]


def compare(parts: Parts, question: str, limits: Limits | None = None) -> list[dict[str, Any]]:
    """What each report says to a question, as `coproduction compare --json` prints it."""
    parts.reading_list.fill()
    among = (limits or Limits()).among(parts.library)
    return comparison.compare(parts.assistant, parts.library, question, among).to_json()


def reports(parts: Parts) -> list[dict[str, Any]]:
    """Every report, as `coproduction library --json` prints them."""
    parts.reading_list.fill()
    return with_genres(parts.library, parts.library.reports())


def known(change: Callable[..., Details], id: str, *values: Any) -> dict[str, Any]:
    """What is known of a report once `change` has been made of it. Raises `NotThere`."""
    try:
        return asdict(change(id, *values))
    except KeyError as error:
        raise NotThere("No such report. The list of reports gives their ids.") from error


def page(parts: Parts, report: str, number: int | None = None) -> dict[str, Any]:
    """The text of one page of a report, named by its id or its file; the whole text where it has no pages.

    Raises `NotThere`.
    """
    named = [each.id for each in parts.library.all_details() if report in (each.id, each.file)]
    if len(named) != 1:
        why = f"{len(named)} reports have the file name {report}: name one by its id" if named else "No such report"
        raise NotThere(f"{why}. The list of reports gives their ids.")
    found = parts.library.report(named[0])
    details = found.details
    told = {"id": details.id, "report": details.title, "publisher": details.publisher, "year": details.year}
    if not found.pages:
        return told | {"page": None, "label": None, "text": found.text}
    wanted = next((each for each in found.pages if each.number == (number or 1)), None)
    if not wanted:
        raise NotThere(f"{details.title} has {len(found.pages)} pages; there is no page {number or 1}.")
    text = found.text[wanted.start : wanted.end].strip()
    return told | {"page": wanted.number, "label": wanted.label or None, "text": text, "problem": wanted.problem}
