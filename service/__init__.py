"""The assistant put together, and all that one asks of it: `open_service(Settings(folder)).ask("...")`."""

from service.report_filter import EVERY_REPORT, ONE, ReportFilter
from service.service import NotThereError, Service, Unwatched, Watch
from service.settings import Settings
from service.wiring import open_service

__all__ = [
    "EVERY_REPORT",
    "NotThereError",
    "ONE",
    "ReportFilter",
    "Service",
    "Settings",
    "Unwatched",
    "Watch",
    "open_service",
]
