"""The files that a run writes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common import CoproductionError
from rag.evaluation.questions import Record

KEPT = ("id", "question", "answered", "confidence", "results", "citations")


class OutputError(CoproductionError):
    """A file cannot be written. The message is a sentence for the person who named it."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where to write what was found for each question, the figures, and the page to look at; None: not at all."""

    results: Path | None = None
    figures: Path | None = None
    html: Path | None = None

    def check(self, questions: Path) -> None:
        """Raises `OutputError` where one cannot be written, so that no long run is lost. Leaves files as they are."""
        paths = [path for path in (self.results, self.figures, self.html) if path]
        resolved = [path.resolve() for path in (*paths, questions)]
        for path in paths:
            if resolved.count(path.resolve()) > 1 and not path.is_char_device():
                raise OutputError(f"{path} is named twice. Name a file of its own for each output.")
            _check(path)

    def write(self, questions: Sequence[Record], results: Sequence[Record], figures: Mapping[str, Any]) -> None:
        """Write them. Raises `OutputError` for those that cannot be, once all others are written."""
        texts: dict[Path, str] = {}
        if self.results:
            texts[self.results] = _lines(results)
        if self.figures:
            texts[self.figures] = json.dumps(figures, ensure_ascii=False, indent=1) + "\n"
        if self.html:
            from rag.evaluation.report import report  # loads matplotlib, which nothing else needs

            texts[self.html] = report(questions, results, figures)
        problems: list[str] = []
        for path, text in texts.items():
            try:
                path.write_text(text, encoding="utf-8", newline="\n")
            except OSError as error:
                problems.append(_problem(path, error))
        if problems:
            raise OutputError(" ".join(problems))


def _check(path: Path) -> None:
    is_new = not path.exists()
    try:
        path.open("a").close()
        if is_new:
            path.unlink()
    except OSError as error:
        raise OutputError(_problem(path, error)) from error


def _problem(path: Path, error: OSError) -> str:
    return f"{path} cannot be written: {error.strerror}."


def _lines(results: Sequence[Record]) -> str:
    kept = [{name: result[name] for name in KEPT} for result in results]
    return "".join(json.dumps(result, ensure_ascii=False) + "\n" for result in kept)
