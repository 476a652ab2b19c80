"""Addresses of the page that keep their meaning."""

from __future__ import annotations

from urllib.parse import urlencode

from service import ReportFilter


def ask_address(question: str, limits: ReportFilter) -> str:
    """Where the page asks `question` within `limits`, below the address of the page."""
    return "/?" + urlencode({"ask": question, **limits.fields()})
