"""Addresses of the page that keep their meaning."""

from __future__ import annotations

from urllib.parse import urlencode

from rag import Answer
from service import ReportFilter


def ask_address(question: str, limits: ReportFilter) -> str:
    """Where the page asks `question` within `limits`, below the address of the page."""
    return "/?" + urlencode({"ask": question, **limits.fields()})


def again_address(answer: Answer, turn: int, limits: ReportFilter) -> str:
    """Where the page asks the question of a turn again, in a new conversation.

    A follow-up is asked as it was understood: alone, it would mean something else. A first question is asked as it was
    typed, for what was searched for may have more in it already, such as what an abbreviation stands for.
    """
    return ask_address((turn > 1 and answer.searched_for) or answer.question, limits)
