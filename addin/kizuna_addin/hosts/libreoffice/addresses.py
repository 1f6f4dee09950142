"""Cell addresses in Excel's notation, without any spreadsheet program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384

# Rows that travel in one call: enough that the call's cost vanishes, few enough that 100,000 rows need little memory.
ROWS_PER_CALL = 5_000

_CELLS = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})(?::\$?([A-Za-z]{1,3})\$?(\d{1,7}))?\Z")
_COLUMNS = re.compile(r"\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})\Z")
_ROWS = re.compile(r"\$?(\d{1,7}):\$?(\d{1,7})\Z")


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells: its first row and column, counted from 1, and its size, which may be 0."""

    row: int
    column: int
    rows: int
    columns: int

    @property
    def last_row(self) -> int:
        return self.row + self.rows - 1

    @property
    def last_column(self) -> int:
        return self.column + self.columns - 1

    @property
    def is_cell(self) -> bool:
        return self.rows == 1 and self.columns == 1

    def contains(self, other: Area) -> bool:
        """Tell whether the other area's first cell lies inside this one."""
        return self.row <= other.row <= self.last_row and self.column <= other.column <= self.last_column

    def part(self, row: int, column: int, rows: int = 1, columns: int = 1) -> Area:
        """Return an area placed relative to this one's first cell, offsets counted from 0."""
        return Area(self.row + row, self.column + column, rows, columns)

    def without(self, hole: Area) -> list[Area]:
        """Return the parts of this area above, left of, right of and below another."""
        top, bottom = max(self.row, hole.row), min(self.last_row, hole.last_row)
        left, right = max(self.column, hole.column), min(self.last_column, hole.last_column)
        if top > bottom or left > right:
            return [self]
        parts = [
            Area(self.row, self.column, top - self.row, self.columns),
            Area(top, self.column, bottom - top + 1, left - self.column),
            Area(top, right + 1, bottom - top + 1, self.last_column - right),
            Area(bottom + 1, self.column, self.last_row - bottom, self.columns),
        ]
        return [part for part in parts if part.rows and part.columns]

    def spanning(self, other: Area) -> Area:
        """Return the smallest area that holds both."""
        row, column = min(self.row, other.row), min(self.column, other.column)
        last_row, last_column = max(self.last_row, other.last_row), max(self.last_column, other.last_column)
        return Area(row, column, last_row - row + 1, last_column - column + 1)


def column_number(letters: str) -> int:
    """Return 1 for A, 27 for AA."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """Return A for 1, AA for 27."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def parse(address: str) -> Area | None:
    """Return the area an address without a sheet names, or None where it is no address."""
    if match := _CELLS.match(address):
        first_column, first_row = column_number(match[1]), int(match[2])
        last_column = column_number(match[3]) if match[3] else first_column
        last_row = int(match[4]) if match[4] else first_row
    elif match := _COLUMNS.match(address):
        first_column, last_column, first_row, last_row = column_number(match[1]), column_number(match[2]), 1, MAX_ROWS
    elif match := _ROWS.match(address):
        first_row, last_row, first_column, last_column = int(match[1]), int(match[2]), 1, MAX_COLUMNS
    else:
        return None
    if not (min(first_row, last_row) > 0 and max(first_row, last_row) <= MAX_ROWS):
        return None
    if max(first_column, last_column) > MAX_COLUMNS:
        return None
    return Area(first_row, first_column, 1, 1).spanning(Area(last_row, last_column, 1, 1))


def split_sheet(address: str) -> tuple[str | None, str]:
    """Return the sheet's name, without quotes and book, and the rest: `'My sheet'!A1` is ("My sheet", "A1")."""
    sheet, mark, rest = address.rpartition("!")
    if not mark:
        return None, address
    if sheet.startswith("'") and sheet.endswith("'"):
        sheet = sheet[1:-1].replace("''", "'")
    return sheet.rpartition("]")[2], rest


def quoted(sheet: str) -> str:
    """Return a sheet's name as formulas write it, in quotes."""
    return "'" + sheet.replace("'", "''") + "'"


def text(area: Area, *, row_absolute: bool = True, column_absolute: bool = True) -> str:
    """Return an area in Excel's notation: `$A$1:$B$2`, whole columns as `$A:$B`, whole rows as `$1:$2`."""
    row_mark, column_mark = "$" if row_absolute else "", "$" if column_absolute else ""
    if area.rows == MAX_ROWS and area.columns != MAX_COLUMNS:
        return f"{column_mark}{column_letters(area.column)}:{column_mark}{column_letters(area.last_column)}"
    if area.columns == MAX_COLUMNS and area.rows != MAX_ROWS:
        return f"{row_mark}{area.row}:{row_mark}{area.last_row}"
    first = f"{column_mark}{column_letters(area.column)}{row_mark}{area.row}"
    if area.is_cell or not area.rows or not area.columns:
        return first
    return f"{first}:{column_mark}{column_letters(area.last_column)}{row_mark}{area.last_row}"


def slices(area: Area) -> Iterator[Area]:
    """Cut an area into parts of so many rows as travel in one call."""
    for first in range(0, area.rows, ROWS_PER_CALL):
        yield area.part(first, 0, min(ROWS_PER_CALL, area.rows - first), area.columns)
