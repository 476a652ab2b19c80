"""What a reader is told when something fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from gettext import gettext as _

import gradio as gr

from common import AwayError
from page.access.away import away


@contextmanager
def plainly(sentence: str) -> Iterator[None]:
    """Tell a failure in a sentence on the page. What it was in detail goes to the log, not to the reader."""
    try:
        yield
    except AwayError as error:
        raise gr.Error(away(error), print_exception=False) from error
    except Exception as error:
        where = _("The details are in the window where the assistant was started.")
        raise gr.Error(f"{sentence} {where}") from error
