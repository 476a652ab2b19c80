"""The file of questions, read and checked line by line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from common import CoproductionError

Record = Mapping[str, Any]
VERDICTS = {"answerable": True, "partly": None, "not": False}
"""What a judge may say of a question, and whether it is then to be answered; None where either will do."""


class QuestionsError(CoproductionError):
    """The file of questions cannot be used. The message is a sentence for the person who wrote it."""


def read_questions(path: Path) -> list[Record]:
    """The questions of a `.jsonl` file: {"id", "question", "answerable", "evidence": [{"doc", "page", "quote"}]}.

    `doc` is the file as the library names it, or `passage` in its stead for a line of a `.jsonl` file; `page` is the
    physical page from 1 or null; `also_on` lists other places with the same words; `history` holds the questions to be
    asked before, in one conversation. `passages` were graded by reading: {"file", "text", "grade" from 0 to 3,
    "answers": sentences}; of such a question `verdict` may say "answerable", "partly" or "not" for `answerable`, which
    is null for "partly". Only `question` must be there. Raises `QuestionsError`, which names the line.
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
    _settle_answerable(fields)
    if "id" in fields:
        if not isinstance(fields["id"], str | int) or isinstance(fields["id"], bool):
            raise ValueError('has an "id" that is neither text nor a number')
        fields["id"] = str(fields["id"])
    if not all(map(_is_text, _list(fields, "history"))):
        raise ValueError('has a "history" that holds something other than questions')
    for name in ("evidence", "also_on"):
        for place in _list(fields, name):
            _check_place(place, name)
    for passage in _list(fields, "passages"):
        _check_passage(passage)
    return fields


def _settle_answerable(fields: dict[str, Any]) -> None:
    """Check `answerable`, and set it by the `verdict` of a judge where there is one."""
    if "verdict" in fields:
        if not isinstance(fields["verdict"], str) or fields["verdict"] not in VERDICTS:
            raise ValueError(f'has a "verdict" that is none of {", ".join(VERDICTS)}')
        fields.setdefault("answerable", VERDICTS[fields["verdict"]])
    if not isinstance(fields.get("answerable", True), bool | None):
        raise ValueError('has an "answerable" that is neither true nor false nor null')


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


def _check_passage(passage: Any) -> None:
    if not isinstance(passage, dict) or not _is_text(passage.get("file")) or not _is_text(passage.get("text")):
        raise ValueError('has "passages" in which something is not an object with a "file" and a "text"')
    if passage.get("grade") not in (0, 1, 2, 3) or isinstance(passage["grade"], bool):
        raise ValueError('has "passages" with a "grade" that is not 0, 1, 2 or 3')
    if not all(map(_is_text, _list(passage, "answers"))):
        raise ValueError('has "passages" with "answers" that hold something other than sentences')


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())
