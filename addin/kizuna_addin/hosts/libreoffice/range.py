"""A rectangle of cells: where it is, and how to get from it to others. Other files add what it holds and looks like."""

from __future__ import annotations

import numbers
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from . import addresses
from .addresses import MAX_COLUMNS, MAX_ROWS, Area
from .bridge import range_address
from .cells import CellsMixin
from .formats import FormatMixin
from .notes import NotesMixin
from .structure import StructureMixin
from .unsupported import names_what_is_missing

if TYPE_CHECKING:
    from .books import Book
    from .names import Name
    from .sheets import Sheet
    from .tables import Table

_DIRECTIONS = {
    "down": "down",
    "d": "down",
    "up": "up",
    "u": "up",
    "right": "right",
    "r": "right",
    "left": "left",
    "l": "left",
}


@names_what_is_missing
class Range(CellsMixin, FormatMixin, NotesMixin, StructureMixin, base_classes.Range):
    """Cells of one sheet; a range of no rows or no columns has no cells and does nothing."""

    max_cells_per_read = None
    max_cells_per_write = None

    def __init__(self, sheet: Sheet, area: Area) -> None:
        if area.last_row > MAX_ROWS or area.last_column > MAX_COLUMNS or area.row < 1 or area.column < 1:
            raise IndexError("The range reaches beyond the sheet")
        self._sheet = sheet
        self.area = area
        self.options: dict[str, Any] = {}
        self._xl: Any = None

    @classmethod
    def of_address(cls, book: Book, address: Any) -> Range:
        """Return the range of a UNO cell range address."""
        rows, columns = address.EndRow - address.StartRow + 1, address.EndColumn - address.StartColumn + 1
        return cls(book.sheets(address.Sheet + 1), Area(address.StartRow + 1, address.StartColumn + 1, rows, columns))

    @property
    def xl(self) -> Any:
        """LibreOffice's object, or None for a range without cells."""
        if self._xl is None and self.area.rows and self.area.columns:
            self._xl = self.cells_of(self.area)
        return self._xl

    @property
    def api(self) -> Any:
        return self.xl

    def cells_of(self, area: Area) -> Any:
        """Return LibreOffice's object for an area of this sheet."""
        return self._sheet.xl.getCellRangeByPosition(
            area.column - 1, area.row - 1, area.last_column - 1, area.last_row - 1
        )

    @property
    def first_cell(self) -> Any:
        """LibreOffice's object for the top left cell."""
        return self._sheet.xl.getCellByPosition(self.area.column - 1, self.area.row - 1)

    @property
    def address_of_cells(self) -> Any:
        """The range as a UNO cell range address."""
        return range_address(self._sheet.index - 1, self.area)

    @property
    def coords(self) -> tuple[Any, ...]:
        return (self._sheet, self.area.row, self.area.column, self.area.rows, self.area.columns)

    @property
    def sheet(self) -> Sheet:
        return self._sheet

    @property
    def row(self) -> int:
        return self.area.row

    @property
    def column(self) -> int:
        return self.area.column

    @property
    def shape(self) -> tuple[int, int]:
        return self.area.rows, self.area.columns

    @property
    def rows(self) -> Range:
        return self

    @property
    def columns(self) -> Range:
        return self

    def __len__(self) -> int:
        return self.area.rows * self.area.columns

    def __call__(self, *args: Any) -> Range:
        if len(args) == 1 and isinstance(args[0], numbers.Number):
            row, column = divmod(int(args[0]) - 1, self.area.columns)  # type: ignore[call-overload]
        elif len(args) == 2:
            row, column = int(args[0]) - 1, int(args[1]) - 1
        else:
            raise ValueError("Invalid arguments")
        return Range(self._sheet, self.area.part(row, column))

    def part(self, row: int, column: int, rows: int = 1, columns: int = 1) -> Range:
        """Return cells placed relative to the first cell, offsets counted from 0."""
        return Range(self._sheet, self.area.part(row, column, rows, columns))

    def get_address(
        self,
        row_absolute: bool = True,
        col_absolute: bool = True,
        external: bool = False,
    ) -> str:
        text = addresses.text(self.area, row_absolute=row_absolute, column_absolute=col_absolute)
        if not external:
            return text
        owner = f"[{self._sheet.book.name}]{self._sheet.name}"
        # Excel writes quotes only where a formula needs them.
        plain = all(character.isalnum() or character in "_.[]" for character in owner)
        return f"{owner}!{text}" if plain else f"{addresses.quoted(owner)}!{text}"

    @property
    def address(self) -> str:
        if len(self):
            return self.get_address()
        return f"{addresses.text(self.area)}{{{self.area.rows}x{self.area.columns}}}"

    def end(self, direction: str) -> Range:
        """Return the last cell of the run of filled cells, like Ctrl and an arrow key."""
        way = _DIRECTIONS[direction]
        across = way in ("left", "right")
        row, column = self.area.row, self.area.column
        used = self._sheet.used_range.area
        start, limit = (column, max(column, used.last_column)) if across else (row, max(row, used.last_row))
        forward = way in ("down", "right")
        first, last = (start, limit) if forward else (1, start)
        line = (
            self.cells_of(Area(row, first, 1, last - first + 1)).getDataArray()[0]
            if across
            else [cells[0] for cells in self.cells_of(Area(first, column, last - first + 1, 1)).getDataArray()]
        )
        filled = [value != "" for value in (line if forward else reversed(line))]
        steps = _steps(filled)
        if steps is None:
            target = (MAX_COLUMNS if across else MAX_ROWS) if forward else 1
        else:
            target = start + (steps if forward else -steps)
        return Range(self._sheet, Area(row, target, 1, 1) if across else Area(target, column, 1, 1))

    def _grown(self, method: str) -> Range:
        cursor = self._sheet.xl.createCursorByRange(self.xl)
        getattr(cursor, method)()
        return Range.of_address(self._sheet.book, cursor.RangeAddress)

    @property
    def current_region(self) -> Range:
        return self._grown("collapseToCurrentRegion")

    @property
    def merge_area(self) -> Range:
        return self._grown("collapseToMergedArea")

    def select(self) -> None:
        self._sheet.activate()
        self._sheet.book.controller.select(self.xl)

    @property
    def name(self) -> Name | None:
        return self._sheet.book.names.of_range(self)

    @name.setter
    def name(self, value: str) -> None:
        self._sheet.book.names.add(value, f"={addresses.quoted(self._sheet.name)}!{self.get_address()}")

    @property
    def table(self) -> Table | None:
        return next((table for table in self._sheet.tables if table.range.area.contains(self.area)), None)


def _steps(filled: list[bool]) -> int | None:
    """Return how far Ctrl and an arrow key go along a line of cells that starts at the first; None is the edge."""
    if len(filled) > 1 and filled[0] and filled[1]:
        try:
            return filled.index(False) - 1
        except ValueError:
            return len(filled) - 1
    return next((step for step in range(1, len(filled)) if filled[step]), None)
