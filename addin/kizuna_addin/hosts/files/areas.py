"""Rectangles of cells and their A1 addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass

from openpyxl.utils import column_index_from_string, get_column_letter

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384

_CELLS = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?", re.IGNORECASE)
_COLUMNS = re.compile(r"\$?([A-Z]{1,3}):\$?([A-Z]{1,3})", re.IGNORECASE)
_ROWS = re.compile(r"\$?(\d{1,7}):\$?(\d{1,7})")
_PLAIN_SHEET = re.compile(r"[^\W\d][\w.]*")


@dataclass(frozen=True, slots=True, order=True)
class Area:
    """A rectangle of cells: first and last row, first and last column, counted from 1, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def rows(self) -> int:
        """How many rows."""
        return self.bottom - self.top + 1

    @property
    def columns(self) -> int:
        """How many columns."""
        return self.right - self.left + 1

    @property
    def whole_rows(self) -> bool:
        """Whether it spans every column."""
        return self.left == 1 and self.right == MAX_COLUMNS

    @property
    def whole_columns(self) -> bool:
        """Whether it spans every row."""
        return self.top == 1 and self.bottom == MAX_ROWS

    def meets(self, other: Area) -> bool:
        """Say whether the two share a cell."""
        return (
            self.top <= other.bottom
            and other.top <= self.bottom
            and self.left <= other.right
            and other.left <= self.right
        )

    def holds(self, other: Area) -> bool:
        """Say whether the other lies wholly inside."""
        return (
            self.top <= other.top
            and other.bottom <= self.bottom
            and self.left <= other.left
            and other.right <= self.right
        )

    def address(self, *, fixed_rows: bool = False, fixed_columns: bool = False) -> str:
        """Return the A1 address: ``A1``, ``A1:B2``, ``A:B`` or ``1:2``, with ``$`` as asked."""
        row, column = "$" * fixed_rows, "$" * fixed_columns
        if self.whole_columns:
            return f"{column}{get_column_letter(self.left)}:{column}{get_column_letter(self.right)}"
        if self.whole_rows:
            return f"{row}{self.top}:{row}{self.bottom}"
        first = f"{column}{get_column_letter(self.left)}{row}{self.top}"
        if (self.top, self.left) == (self.bottom, self.right):
            return first
        return f"{first}:{column}{get_column_letter(self.right)}{row}{self.bottom}"


def parsed(address: str) -> Area | None:
    """Return the area an A1 address without a sheet names; ``None`` for anything else, such as a name."""
    if found := _CELLS.fullmatch(address):
        left, top = _column(found[1]), int(found[2])
        right = _column(found[3]) if found[3] else left
        bottom = int(found[4]) if found[4] else top
    elif found := _COLUMNS.fullmatch(address):
        left, right, top, bottom = _column(found[1]), _column(found[2]), 1, MAX_ROWS
    elif found := _ROWS.fullmatch(address):
        left, right, top, bottom = 1, MAX_COLUMNS, int(found[1]), int(found[2])
    else:
        return None
    area = Area(min(top, bottom), min(left, right), max(top, bottom), max(left, right))
    return area if area.top >= 1 and area.bottom <= MAX_ROWS and area.right <= MAX_COLUMNS else None


def _column(letters: str) -> int:
    return int(column_index_from_string(letters.upper()))


def quoted_sheet(name: str) -> str:
    """Return a sheet's name as formulas write it."""
    plain = _PLAIN_SHEET.fullmatch(name) and parsed(name) is None
    return name if plain else "'" + name.replace("'", "''") + "'"


def split_sheet(reference: str) -> tuple[str | None, str]:
    """Split ``'My sheet'!A1`` into the sheet's name, if any, and the rest; a workbook in brackets is dropped."""
    sheet, mark, rest = reference.rpartition("!")
    if not mark:
        return None, reference
    if sheet.startswith("'"):
        sheet = sheet[1:-1].replace("''", "'")
    return sheet.rpartition("]")[2], rest
