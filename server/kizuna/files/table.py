"""What reading a file gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from kizuna.errors import Text

Cell = str | int | float | bool | date | datetime | Decimal | None
"""One value as it stood in the file; None is an empty cell. Cells of CSV files are always text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTable:
    """One table out of a file: headings, columns of equal length, and what was decided on the way.

    `row_numbers[i]` is the row that the file's reader sees for the i-th value (the first row is 1; a cell with line
    breaks is one row). `sheet` and `encoding` are None where the kind of file has none.
    """

    name: str
    headers: tuple[str, ...]
    columns: list[list[Cell]]
    row_numbers: Sequence[int]
    header_row: int
    first_column: int = 1
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    notes: tuple[Text, ...] = ()

    @property
    def row_count(self) -> int:
        """Return the number of rows under the headings."""
        return len(self.row_numbers)

    @property
    def first_row(self) -> int:
        """Return the number of the first row of data, or of the row where it would begin."""
        return self.row_numbers[0] if self.row_numbers else self.header_row + 1

    def column(self, header: str) -> list[Cell]:
        """Return the first column under `header`; KeyError where there is none."""
        try:
            return self.columns[self.headers.index(header)]
        except ValueError:
            raise KeyError(header) from None


def column_letters(number: int) -> str:
    """Return the letters Excel shows for the column `number`, counted from 1 (28 → ``AB``)."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
