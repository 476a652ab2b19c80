"""The HTTP API for other programs, below `/api`. `docs/api.md` describes it; `/api/openapi.json` is its schema."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import Depends, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from common import AwayError
from ingest import Details
from ingest.library import CorrectionError
from page.access.away import AGAIN, away
from page.forms import changed_by
from page.permalink import ask_address
from rag import Answer, Hit
from rag.genre import GENRES
from service import NotThereError, ReportFilter, Service

LONGEST, MOST, LONGEST_ANSWER = 2000, 100, 100_000
FAILED = "The reports could not be asked. The details are in the window where the assistant was started."
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST)]
Earlier = Annotated[str, StringConstraints(max_length=LONGEST_ANSWER)]
Name = Annotated[str, Field(max_length=200)]
# The page knows a year by its four digits, and a permalink is to mean the same there.
Year = Annotated[int, Field(ge=1000, le=9999)]


class Question(BaseModel):
    """A question, and the questions and answers before it, so that a follow-up can be understood."""

    model_config = ConfigDict(extra="forbid")

    question: Words
    history: list[tuple[Earlier, Earlier]] = Field(default=[], max_length=MOST)
    named: Name = Field("", description="Only reports whose title, subtitle, author, publisher or file has this.")
    theme: Name = Field("", description="Only reports that are about this.")
    first_year: Year | None = Field(None, description="Only reports of this year or later.")
    last_year: Year | None = Field(None, description="Only reports of this year or earlier.")
    within: Name = Field("", description="Only reports in the collection of this name, or the one of report:ID.")


class Correction(BaseModel):
    """What is right of a report; fields that are not there stay as they are."""

    model_config = ConfigDict(extra="forbid")

    title: str = ""
    subtitle: str = ""
    authors: list[str] = []
    publisher: str = ""
    year: int | None = None
    address: str = ""
    genre: Literal[GENRES] | Literal[""] = ""  # type: ignore[valid-type]


def add_api(app: FastAPI, service: Service) -> None:
    """Serve the API at `/api`. Each error is JSON with a sentence under "detail"."""
    api = FastAPI(title="What do the reports say?", version="1", docs_url=None, redoc_url=None)

    @api.get("/ask")
    def ask(question: Words, limits: Annotated[ReportFilter, Depends(_limits)]) -> dict[str, Any]:
        """Answer a question from the reports, each statement with a quotation, its report and page."""
        return answered(service, service.ask(question, (), limits), limits)

    @api.post("/ask")
    def ask_on(asked: Question) -> dict[str, Any]:
        """Answer a question that may follow up on others."""
        limits = ReportFilter(asked.named, asked.theme, asked.first_year, asked.last_year, asked.within)
        answer = service.ask(asked.question, asked.history, limits)
        return answered(service, answer, None if asked.history else limits)

    @api.get("/search")
    def search(
        query: Words, limits: Annotated[ReportFilter, Depends(_limits)], k: Annotated[int, Query(ge=1, le=MOST)] = 10
    ) -> list[dict[str, Any]]:
        """Find the passages nearest to some words, the nearest first."""
        return found(service.search(query, k, limits))

    @api.get("/compare")
    def compare(question: Words, limits: Annotated[ReportFilter, Depends(_limits)]) -> list[dict[str, Any]]:
        """What each report says to a question, those that say something first."""
        return service.compare(question, limits).to_json()

    @api.get("/reports")
    def reports() -> list[dict[str, Any]]:
        """List the reports in the library."""
        return service.reports()

    @api.get("/collections")
    def collections() -> dict[str, list[str]]:
        """The ids of the reports in each collection, by the collections' names."""
        return {name: sorted(ids) for name, ids in service.library.collections().items()}

    @api.get("/page")
    def page(report: Words, number: Annotated[int | None, Query(ge=1)] = None) -> dict[str, Any]:
        """The text of a page of a report, which is named by its id or its file."""
        return service.page(report, number)

    _add_changes(api, service)
    _add_errors(api)
    app.mount("/api", api)


def _add_changes(api: FastAPI, service: Service) -> None:
    @api.patch("/reports/{id}")
    def correct(request: Request, id: str, right: Correction) -> dict[str, Any]:
        """Put right what is known of a report."""
        corrected = known(changed_by(request, service.library).correct, id, right.model_dump(exclude_unset=True))
        service.reading_list.settle()
        return corrected

    @api.delete("/reports/{id}/corrections")
    def take_back(request: Request, id: str) -> dict[str, Any]:
        """Take back all that was put right of a report."""
        taken_back = known(changed_by(request, service.library).take_back, id)
        service.reading_list.settle()
        return taken_back


def _add_errors(api: FastAPI) -> None:
    @api.exception_handler(NotThereError)
    def not_there(request: Request, error: NotThereError) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, status_code=404)

    @api.exception_handler(CorrectionError)
    def not_so(request: Request, error: CorrectionError) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, status_code=422)

    @api.exception_handler(RequestValidationError)
    def wrong(request: Request, error: RequestValidationError) -> JSONResponse:
        told = "; ".join(f"{'.'.join(map(str, each['loc'][1:])) or 'body'}: {each['msg']}" for each in error.errors())
        return JSONResponse({"detail": f"The request cannot be understood. {told}."}, status_code=422)

    @api.exception_handler(AwayError)
    def is_away(request: Request, error: AwayError) -> JSONResponse:
        return JSONResponse({"detail": away(error)}, status_code=503, headers={"Retry-After": str(AGAIN)})

    @api.exception_handler(Exception)
    def failed(request: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"detail": FAILED}, status_code=500)


def answered(service: Service, answer: Answer, limits: ReportFilter | None) -> dict[str, Any]:
    """An answer as `coproduction ask --json` prints it, and, where it had `limits` and no history, where the page gives
    the same answer.

    `version` changes with the library: while it stays, so does the answer.
    """
    permalink = {} if limits is None else {"permalink": ask_address(answer.question, limits)}
    return answer.to_json() | {"version": service.library.version} | permalink


def found(hits: Sequence[Hit]) -> list[dict[str, Any]]:
    """Passages as `coproduction search --json` prints them."""
    return [hit.to_json(rank) for rank, hit in enumerate(hits, start=1)]


def known(change: Callable[..., Details], id: str, *values: Any) -> dict[str, Any]:
    """What is known of a report once `change` has been made of it. Raises `NotThereError`."""
    try:
        return asdict(change(id, *values))
    except KeyError as error:
        raise NotThereError("No such report. The list of reports gives their ids.") from error


def _limits(
    named: Name = "",
    theme: Name = "",
    first_year: Year | None = None,
    last_year: Year | None = None,
    within: Name = "",
) -> ReportFilter:
    return ReportFilter(named, theme, first_year, last_year, within)
