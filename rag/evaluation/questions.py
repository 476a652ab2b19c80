"""The file of questions, read and checked line by line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Record = Mapping[str, Any]


class QuestionsError(Exception):
    """The file of questions cannot be used. The message is a sentence for the person who wrote it."""


def read_questions(path: Path) -> list[Record]:
    """The questions of a `.jsonl` file: {"id", "question", "answerable", "evidence": [{"doc", "page", "quote"}]}.

    `doc` is the file as the library names it, or `passage` in its stead for a line of a `.jsonl` file; `page` is the
    physical page from 1 or null; `also_on` lists other places with the same words; `history` holds the questions to be
    asked before, in one conversation. Only `question` must be there. Raises `QuestionsError`, which names the line.
    """
    try:
        # Cut at "\n" alone: `splitlines` also cuts at characters that may stand within a string of JSON.
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise QuestionsError(f"{path.name} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise QuestionsError(f"{path.name} cannot be read: it is not in UTF-8.") from error
    questions: list[Record] = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                questions.append({"id": str(len(questions) + 1), "evidence": [], **_question(line)})
            except ValueError as error:
                raise QuestionsError(f"{path.name} cannot be used: line {number} {error}.") from error
    if not questions:
        raise QuestionsError(f'{path.name} holds no questions. Each line needs at least {{"question": "..."}}.')
    return questions


def _question(line: str) -> dict[str, Any]:
    """The fields of one line. Raises `ValueError` with the end of a sentence that begins with "line 3"."""
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"is not JSON ({error})") from error
    if not isinstance(fields, dict):
        raise ValueError('is not a JSON object like {"question": "..."}')
    if not _is_text(fields.get("question")):
        raise ValueError('has no "question" that is text')
    if not isinstance(fields.get("answerable", True), bool):
        raise ValueError('has an "answerable" that is neither true nor false')
    if "id" in fields:
        if not isinstance(fields["id"], str | int) or isinstance(fields["id"], bool):
            raise ValueError('has an "id" that is neither text nor a number')
        fields["id"] = str(fields["id"])
    if not all(map(_is_text, _list(fields, "history"))):
        raise ValueError('has a "history" that holds something other than questions')
    for name in ("evidence", "also_on"):
        for place in _list(fields, name):
            _check_place(place, name)
    return fields


def _list(fields: Mapping[str, Any], name: str) -> list[Any]:
    values = fields.get(name, [])
    if not isinstance(values, list):
        raise ValueError(f'has "{name}" that is not a list')
    return values


def _check_place(place: Any, name: str) -> None:
    if not isinstance(place, dict) or not _is_text(place.get("passage") or place.get("doc")):
        raise ValueError(f'has "{name}" in which something is not an object with a "doc"')
    page, quote = place.get("page"), place.get("quote")
    if page is not None and (not isinstance(page, int) or isinstance(page, bool) or page < 1):
        raise ValueError(f'has "{name}" with a "page" that is neither a number from 1 nor null')
    if quote is not None and not isinstance(quote, str):
        raise ValueError(f'has "{name}" with a "quote" that is not text')


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())
