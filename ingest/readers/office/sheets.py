"""Tables of their own: Excel files, and text whose values are parted by commas or tabs."""

from __future__ import annotations

import csv
import datetime
import io
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import openpyxl
from openpyxl.cell.cell import Cell as ExcelCell
from openpyxl.cell.cell import MergedCell
from openpyxl.utils import column_index_from_string
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from ingest.left_out import LeftOut
from ingest.readers.archive import damaged, open_zip
from ingest.readers.office.drawing import as_shown
from ingest.readers.office.ooxml import content, ordinary, properties
from ingest.readers.office.title_styles import Front
from ingest.readers.text import decode, squeeze, unpaged
from ingest.report import Block, Content, ReportError

N_ = str  # marks texts for translators; they are translated where they are used
NO_VALUES = N_("The sheets hold no values. Open the file to see whether it holds more than pictures.")
_MOST_ROWS = 20_000  # of a file; what is longer is a set of data, which nobody quotes
_MOST_CELLS = 2_000_000  # that a sheet may span, empty ones among them, to be looked at whole
_LARGEST_SHEETS = 60_000_000  # bytes unpacked; a cell takes some fifty times as much in memory as in the file
_SHEET_NAME = re.compile(r"(?:sheet|table|tabelle)\s*\d*", re.IGNORECASE)
_LONGEST_NAME = 80  # characters of a column's heading
_VALUE, _YEAR = re.compile(r"-?[£$€]?\s?[\d.,]+%?"), re.compile(r"(?:19|20)\d\d")
_DATE_PARTS = {
    "yyyy": "%Y", "yy": "%y", "mmmm": "%B", "mmm": "%b", "mm": "%m", "m": "%-m", "dddd": "%A", "ddd": "%a", "dd": "%d",
    "d": "%-d", "hh": "%H", "h": "%-H", "ss": "%S", "am/pm": "%p",
}  # fmt: skip


def read_xlsx(data: bytes, file: str) -> Content:
    """Read an Excel file: each row with the headings above it, "School: Westray | Volunteers: 31", sheet by sheet.

    Hidden sheets, rows and columns are left out and counted. Raises `ReportError` where the file is locked, damaged or
    without values.
    """
    with open_zip(data, file, "Excel") as archive:
        try:
            said = properties(archive)
            plain = io.BytesIO(ordinary(archive, data))
            size = sum(each.file_size for each in archive.infolist() if "/worksheets/" in each.filename)
            with warnings.catch_warnings(action="ignore"):  # of parts that hold no values
                book = openpyxl.load_workbook(plain, read_only=size > _LARGEST_SHEETS, data_only=True, keep_links=False)
                found, left_out = _read_book(book)
        except Exception as error:  # as for Word
            raise ReportError(file, damaged("Excel")) from error
    return replace(content(unpaged(found, file, NO_VALUES), said, Front()), left_out=tuple(left_out))


def read_csv(data: bytes, file: str) -> Content:
    """Read rows of values parted by commas, semicolons or tabs, as `read_xlsx` reads those of a sheet."""
    text = decode(data, file)
    csv.field_size_limit(max(csv.field_size_limit(), len(data) + 1))
    rows = ([squeeze(value) for value in row] for row in csv.reader(io.StringIO(text, newline=""), _dialect(text)))
    try:
        left_out: list[LeftOut] = []
        found = [*row_blocks(rows, left_out)]
    except csv.Error as error:
        raise ReportError(file, damaged("CSV")) from error
    return Content(unpaged(found, file, NO_VALUES), left_out=tuple(left_out))


def _dialect(text: str) -> type[csv.Dialect] | csv.Dialect:
    """How the values are parted: by what stands most often in the first lines outside quotation marks."""
    lines = re.sub(r'"[^"]*"', "", text[:20_000])

    class Dialect(csv.excel):
        delimiter = max(",;\t|", key=lines.count)

    return Dialect


def _read_book(book: Workbook) -> tuple[list[Block], list[LeftOut]]:
    found: list[Block] = []
    left_out: list[LeftOut] = []
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            left_out.append(LeftOut("sheet", names=(sheet.title,)))
            continue
        rows = [*row_blocks(_sheet_rows(sheet, left_out), left_out, _MOST_ROWS - len(found))]
        if rows and (len(book.worksheets) > 1 or not _SHEET_NAME.fullmatch(sheet.title)):
            found.append(Block(squeeze(sheet.title), level=2))
        found += rows
        left_out += [LeftOut("chart")] * len(getattr(sheet, "_charts", ()))
    left_out += [LeftOut("chart", names=(squeeze(sheet.title),)) for sheet in book.chartsheets]
    return found, left_out


def _sheet_rows(sheet: Worksheet, left_out: list[LeftOut]) -> Iterator[list[str]]:
    """The values of each row as they are shown; those of merged cells in each of their rows."""
    if not isinstance(sheet, Worksheet):  # too large to be looked at whole
        sheet.reset_dimensions()
        yield from ([_shown(cell) for cell in row] for row in sheet.iter_rows())
        return
    if sheet.max_row * sheet.max_column > _MOST_CELLS:
        yield from _scattered(sheet)
        return
    merged = {
        (row, area.min_col): (area.min_row, area.min_col)
        for area in sheet.merged_cells.ranges
        for row in range(area.min_row + 1, min(area.max_row, sheet.max_row) + 1)
    }
    hidden = _hidden_columns(sheet)
    held = sum(any(cell.value is not None for cell in _cells(sheet, at)) for at in hidden)
    left_out += [LeftOut("column", held)] if held else []
    for number, row in enumerate(sheet.iter_rows(), start=1):
        if number in sheet.row_dimensions and sheet.row_dimensions[number].hidden:
            left_out += [LeftOut("row")] if any(cell.value is not None for cell in row) else []
            continue
        places = [merged.get((number, at), (number, at)) for at in range(1, len(row) + 1)]
        own = any(cell.value is not None for cell in row)
        yield [
            "" if at in hidden or not own else _shown(sheet.cell(*place)) for at, place in enumerate(places, start=1)
        ]


def _scattered(sheet: Worksheet) -> Iterator[list[str]]:
    """The rows of a sheet whose values lie far apart, without the gaps."""
    row: list[str] = []
    before = 0
    for number, column in sorted(sheet._cells):
        if number != before and row:
            yield row
            row = []
        before = number
        row.append(_shown(sheet._cells[number, column]))
    yield row


def _hidden_columns(sheet: Worksheet) -> list[int]:
    """The numbers of the hidden columns; the file says of a range of them what it says of its first."""
    hidden = [each for each in sheet.column_dimensions.values() if each.hidden]
    ranges = [(each.min or column_index_from_string(each.index), each.max) for each in hidden]
    return sorted({at for first, last in ranges for at in range(first, min(last or first, sheet.max_column) + 1)})


def _cells(sheet: Worksheet, column: int) -> Iterator[ExcelCell | MergedCell]:
    return (row[0] for row in sheet.iter_rows(min_col=column, max_col=column))


def _shown(cell: ExcelCell | MergedCell) -> str:
    """What a cell shows."""
    value, code = cell.value, getattr(cell, "number_format", None) or "General"
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return _date(value, code)
    if isinstance(value, int | float):
        return as_shown(str(value), code)
    return squeeze(str(value))


def _date(value: datetime.datetime | datetime.date | datetime.time, code: str) -> str:
    """A date as its format shows it; in a format that is not understood as 2014-03-03."""
    code = re.sub(r'\[[^\]]*\]|\\|"', "", code.split(";")[0]).lower()
    if code == "mm-dd-yy":  # the format of dates that follows the reader's country
        code = "dd/mm/yyyy"
    code = re.sub(r"(?<=h:)mm?|(?<=hh:)mm?|mm?(?=:ss)", "%M", code)
    pattern = re.sub(r"am/pm|y+|m+(?!%)|d+|h+|s+", lambda part: _DATE_PARTS.get(part[0], part[0]), code)
    if not re.search("%[-YymBbdHM]", pattern):
        return value.isoformat(" ") if isinstance(value, datetime.datetime) else value.isoformat()
    return squeeze(_formatted(value, pattern))


def _formatted(value: datetime.datetime | datetime.date | datetime.time, pattern: str) -> str:
    """As strftime, on every system: not all know how to leave out the zero before a number."""
    plain = re.sub(r"%-(\w)", lambda part: value.strftime(f"%{part[1]}").lstrip("0") or "0", pattern)
    return value.strftime(plain)


def row_blocks(rows: Iterable[Sequence[str]], left_out: list[LeftOut], most: int = _MOST_ROWS) -> Iterator[Block]:
    """Rows as blocks: each value with the heading above it, once there is a row of headings.

    Rows beyond the first `most` are counted in `left_out`.
    """
    headings: Sequence[str] = ()
    told, begins = 0, True
    for row in rows:
        if not any(row):
            begins = True  # another table may begin below
            continue
        if told >= most:
            left_out.append(LeftOut("row"))
            continue
        told += 1
        if (begins or not headings) and _are_headings(row) and _filled(row) != _filled(headings):
            headings = row
            yield Block(" | ".join(filter(None, row)))
        else:
            yield Block(" | ".join(_named(row, headings)))
        begins = False


def _filled(row: Sequence[str]) -> list[int]:
    """The columns in which a row holds anything: those of a table's rows, and of its headings, are the same."""
    return [at for at, value in enumerate(row) if value]


def _are_headings(row: Sequence[str]) -> bool:
    """Whether a row names columns: two short names or more, all different, and no numbers but years."""
    names = [value for value in row if value]
    numbers = [
        name for name in names if re.fullmatch(r"[-£$€]?\s?[\d.,]+%?", name) and not re.fullmatch(r"(19|20)\d\d", name)
    ]
    short = all(len(name) <= _LONGEST_NAME for name in names)
    return len(names) > 1 and short and not numbers and len(set(names)) == len(names)


def _named(row: Sequence[str], headings: Sequence[str]) -> Iterator[str]:
    for at, value in enumerate(row):
        if value:
            heading = headings[at] if at < len(headings) else ""
            yield f"{heading}: {value}" if heading else value
