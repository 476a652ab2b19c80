"""The letters of a PDF page become printed lines in the order of reading, without the marks of notes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace

import pypdfium2 as pdfium

from ingest.readers.cleanup import LINE_END_HYPHEN, clean, is_broken_word
from ingest.readers.pdf.columns import in_order
from ingest.readers.pdf.drop_caps import LARGER, begins_below_initial, is_initial, joint, with_drop_caps
from ingest.readers.pdf.letter_spacing import CLOSED_UP
from ingest.readers.pdf.letters import LEANS, Letters, Run
from ingest.readers.pdf.line import Line, Span
from ingest.readers.pdf.text_page import PageText
from ingest.readers.superscripts import join_raised

# Letters stand on one base line where it differs by less than this share of their height; marks are raised by a fifth.
_SAME_BASE_LINE, _RAISED = 0.06, 0.1
# A gap at which a line is cut into pieces, and one at which two words stand apart, in heights of the letters.
_BETWEEN_PIECES, _BETWEEN_WORDS = 0.5, 0.12
# Two lines of one base line that pdfium parts belong together up to this gap: it parts them at raised letters.
_IN_ONE_LINE = 1.0
_SIGN = re.compile(r"[\d,*†‡–-]{1,6}")
_BETWEEN_MARKS = frozenset(",;–-&")
# Marks of notes are set in two thirds of the size of their line, some in five sixths.
_MARK_SIZE = 0.88
# What is as large may be a watermark, in points.
_LARGE = 24.0


def printed_lines(page: pdfium.PdfPage, page_text: PageText, hidden: Set[int] = frozenset()) -> list[Line]:
    """The printed lines of a page in the order of reading, each with its place; without the letters at `hidden`."""
    letters = Letters(page, page_text, hidden)
    rows = [row for runs in _rows(letters) if (row := list(_pieces(letters, runs)))]
    shape = letters.width / letters.height
    return with_broken_words(with_drop_caps([joined(row) for row in in_order(rows, shape)], shape))


def _rows(letters: Letters) -> list[list[Run]]:
    """The runs that stand in one printed line each."""
    rows: list[list[Run]] = []
    for run in letters.runs:
        if rows and _goes_on(letters, rows[-1], run):
            rows[-1].append(run)
        else:
            rows.append([run])
    return rows


def _goes_on(letters: Letters, row: Sequence[Run], run: Run) -> bool:
    last = row[-1]
    if run.line == last.line and run.way == last.way:
        return True
    if last.way != 0 or run.way != 0 or letters.text[last.end - 1] == LINE_END_HYPHEN:
        return False
    if _is_mark_of(letters, last, run):
        return True
    gap = run.left - last.right
    if gap < -0.2 * run.size or not (letters.crosswise or gap < _IN_ONE_LINE * run.size):
        return False
    return any(
        max(abs(each.bottom - run.bottom), abs(each.size - run.size)) < _SAME_BASE_LINE * run.size for each in row[-3:]
    )


def _is_mark_of(letters: Letters, last: Run, run: Run) -> bool:
    """Whether a run is a small raised figure close behind another, from which pdfium may part it."""
    is_raised = last.top < run.bottom < last.bottom - _RAISED * last.size and run.size < _MARK_SIZE * last.size
    near = abs(run.left - last.right) < _BETWEEN_PIECES * run.size
    return is_raised and near and _SIGN.fullmatch(letters.text[run.start : run.end]) is not None


def _pieces(letters: Letters, row: Sequence[Run]) -> Iterator[Line]:
    """A row in pieces, cut at wide gaps."""
    start = 0
    for index in range(1, len(row) + 1):
        if index == len(row) or _is_cut(letters, row[index - 1], row[index]):
            if line := _line(letters, row[start:index]):
                yield line
            start = index


def _is_cut(letters: Letters, before: Run, after: Run) -> bool:
    wide = before.way == 0 and after.left - before.right > _BETWEEN_PIECES * before.size
    return wide and bool(_between(letters, before, after).strip(CLOSED_UP))


def _between(letters: Letters, before: Run, after: Run) -> str:
    """The white space between two runs of a row."""
    text = letters.text[before.end : after.start]
    if before.line == after.line:
        return text
    return " " if text.strip("\r\n") or after.left - before.right > _BETWEEN_WORDS * after.size else ""


def _line(letters: Letters, runs: Sequence[Run]) -> Line | None:
    """The runs of a piece as one line; None where nothing is left but the mark of a note."""
    raised = _raised(letters, runs) if len(runs) > 1 else {}
    has_initial = len(runs) > 1 and _is_initial(letters, runs[0], runs[1])
    text = ""
    spans: list[Span] = []
    for index, run in enumerate(runs):
        gap = _between(letters, runs[index - 1], run) if index else ""
        part = raised.get(index, letters.text[run.start : run.end])
        if index == 1 and has_initial:
            gap = joint(text, part) if gap else gap
        glued = not gap and index - 1 in raised and text[-1:].isalnum() and part[:1].isalnum()
        text += " " + part if glued and not raised[index - 1] else gap + part
        if part.strip():
            spans.append((runs[index - 1].end if index else run.start, run.end))
    if not text.strip():
        return None
    first, last = next((run for index, run in enumerate(runs) if index not in raised), runs[0]), runs[-1]
    return Line(
        clean(text).strip(),
        left=min(run.left for run in runs) / letters.width,
        right=max(run.right for run in runs) / letters.width,
        top=first.top / letters.height,
        bottom=first.bottom / letters.height,
        size=round(first.size, 1),
        bold=letters.is_bold(first) and letters.is_bold(last),
        letters=tuple(spans),
        turned=first.way != 0,
        leaning=first.way == LEANS,
        faint=first.way == 0 and first.size >= _LARGE and letters.is_faint(first),
        labelled=0 in raised and len(runs) > 1,
    )


def _is_initial(letters: Letters, run: Run, following: Run) -> bool:
    """Whether a run is the large first letter of the word that follows it."""
    text, after = (letters.text[each.start : each.end] for each in (run, following))
    begins_text = " " in after.strip() and begins_below_initial(after)  # unlike the signs of a formula
    return run.size > LARGER * following.size and is_initial(text) and begins_text


def _raised(letters: Letters, runs: Sequence[Run]) -> dict[int, str]:
    """The numbers of the runs that are raised above the base line, each with what stands for it in the text."""
    sizes: Counter[float] = Counter()
    for run in runs:
        sizes[round(run.size, 1)] += (run.end - run.start) * (not run.raised)
    size = sizes.most_common(1)[0][0]
    level = next((run for run in runs if round(run.size, 1) == size and not run.raised), None)
    if level is None:
        return {}
    base = letters.base_line(level)
    texts = [letters.text[run.start : run.end] for run in runs]
    found: dict[int, str] = {}
    for index, run in enumerate(runs):
        small = run.size < _MARK_SIZE * size and base - letters.base_line(run) > _RAISED * size
        if small or run.raised:
            before, after = "".join(texts[:index]), "".join(texts[index + 1 :])
            joined = join_raised([(before, False), (texts[index], True), (after, False)])
            found[index] = joined[len(before) : len(joined) - len(after)]
            if found[index] == found.get(index - 2) == "" and texts[index - 1].strip() in _BETWEEN_MARKS:
                found[index - 1] = ""
    return found


def joined(row: Sequence[Line]) -> Line:
    """The pieces of a row as one line."""
    if len(row) == 1:
        return row[0]
    return replace(
        max(row, key=lambda piece: len(piece.text)),
        text=" ".join(piece.text for piece in row),
        left=min(piece.left for piece in row),
        right=max(piece.right for piece in row),
        top=min(piece.top for piece in row),
        bottom=max(piece.bottom for piece in row),
        bold=row[0].bold and row[-1].bold,
        letters=tuple(span for piece in row for span in piece.letters),
    )


def with_broken_words(lines: Sequence[Line]) -> list[Line]:
    """The lines, each that ends within a word marked as such by `LINE_END_HYPHEN`."""
    following = [*(line.text for line in lines[1:]), ""][: len(lines)]
    return [
        replace(line, text=line.text[:-1] + LINE_END_HYPHEN) if is_broken_word(line.text, text) else line
        for line, text in zip(lines, following, strict=True)
    ]
