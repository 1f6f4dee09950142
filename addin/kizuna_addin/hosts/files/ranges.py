"""A rectangle of cells on a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kizuna_addin.hosts.files import cells, formats, shift
from kizuna_addin.hosts.files.areas import Area, quoted_sheet
from kizuna_addin.hosts.files.looks import RangeLooks
from kizuna_addin.hosts.files.notes import Note
from kizuna_addin.hosts.files.regions import current_region, end_of
from kizuna_addin.hosts.files.validation import DataValidation


class Range(RangeLooks):
    """Cells of one sheet, by their `area`; `api` is openpyxl's worksheet."""

    max_cells_per_read = None
    max_cells_per_write = None
    has_array = False

    def __init__(self, sheet: Any, area: Area) -> None:
        self.sheet = sheet
        self.area = area
        self.options: dict[str, Any] = {}

    @property
    def api(self) -> Any:
        """Openpyxl's worksheet; ``None`` for a range of no cells, as xlwings expects."""
        return self.sheet.api if len(self) else None

    @property
    def coords(self) -> tuple[str, int, int, int, int]:
        """Sheet, row, column, rows, columns."""
        return (self.sheet.name, self.area.top, self.area.left, self.area.rows, self.area.columns)

    def __len__(self) -> int:
        return max(self.area.rows, 0) * max(self.area.columns, 0)

    @property
    def row(self) -> int:
        """The first row."""
        return self.area.top

    @property
    def column(self) -> int:
        """The first column."""
        return self.area.left

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return (self.area.rows, self.area.columns)

    def __call__(self, arg1: int, arg2: int | None = None) -> Range:
        """Return one cell by its row and column inside the range, or by its number along the rows."""
        if arg2 is None:
            down, across = divmod(arg1 - 1, self.area.columns)
        else:
            down, across = arg1 - 1, arg2 - 1
        row, column = self.area.top + down, self.area.left + across
        if row < 1 or column < 1:
            raise IndexError("a range starts at row 1 and column 1")
        return Range(self.sheet, Area(row, column, row, column))

    @property
    def raw_value(self) -> Any:
        """A scalar for one cell, else rows of values."""
        rows = cells.read(self.sheet.api, self.area, self.sheet.book.formats)
        return rows[0][0] if len(self) == 1 else rows

    @raw_value.setter
    def raw_value(self, value: Any) -> None:
        cells.write(self.sheet.api, self.area, self._rows(value), self.sheet.book.formats)

    def _rows(self, value: Any) -> Sequence[Sequence[Any]]:
        """Return a value as rows of this range's shape; one value or one row repeats."""
        if not isinstance(value, list | tuple):
            return [[value] * self.area.columns] * self.area.rows
        if not value or not isinstance(value[0], list | tuple):
            return [value] * self.area.rows
        return value

    @property
    def formula(self) -> Any:
        """What the formula bar shows: a text for one cell, else a tuple of tuples, as in Excel."""
        get = self.sheet.api._cells.get  # noqa: SLF001
        area = self.area
        rows = tuple(
            tuple(cells.formula(get((row, column))) for column in range(area.left, area.right + 1))
            for row in range(area.top, area.bottom + 1)
        )
        return rows[0][0] if len(self) == 1 else rows

    @formula.setter
    def formula(self, value: Any) -> None:
        if isinstance(value, str) and value.startswith("=") and len(self) > 1:
            value = shift.filled(value, self.area)
        self.raw_value = value

    formula2 = formula

    @property
    def formula_array(self) -> Any:
        """The formula of the first cell."""
        return cells.formula(self.sheet.api._cells.get((self.row, self.column)))  # noqa: SLF001

    @formula_array.setter
    def formula_array(self, value: str) -> None:
        from openpyxl.worksheet.formula import ArrayFormula

        cell = cells.own(self.sheet.api, self.row, self.column)
        cell._value, cell.data_type = ArrayFormula(self.area.address(), value), "f"  # noqa: SLF001

    def clear_contents(self) -> None:
        """Empty the cells; formats, notes and rules stay."""
        for cell in cells.existing(self.sheet.api, self.area):
            if cell._value is not None:  # noqa: SLF001
                cell._value, cell.data_type = None, "n"  # noqa: SLF001

    def clear_formats(self) -> None:
        """Take the formats off."""
        formats.clear(self.sheet.api, self.area)

    def clear(self) -> None:
        """Empty the cells and take formats, notes, links and rules off."""
        self.clear_formats()
        self.data_validation.delete()
        for cell in cells.existing(self.sheet.api, self.area):
            if type(cell).__name__ != "MergedCell":
                cell.comment = cell.hyperlink = None
                del self.sheet.api._cells[cell.row, cell.column]  # noqa: SLF001

    def end(self, direction: str) -> Range:
        """Return the cell that Ctrl+arrow reaches from the first cell."""
        row, column = end_of(self.sheet.api, self.row, self.column, direction)
        return Range(self.sheet, Area(row, column, row, column))

    @property
    def current_region(self) -> Range:
        """The cells around the first one up to empty rows and columns."""
        return Range(self.sheet, current_region(self.sheet.api, self.area))

    @property
    def address(self) -> str:
        """The address with ``$`` everywhere."""
        return self.area.address(fixed_rows=True, fixed_columns=True)

    def get_address(self, row_absolute: bool, col_absolute: bool, external: bool) -> str:  # noqa: FBT001
        """Return the address as asked; external means with workbook and sheet."""
        address = self.area.address(fixed_rows=row_absolute, fixed_columns=col_absolute)
        if not external:
            return address
        book, sheet = self.sheet.book.name, self.sheet.name
        plain = quoted_sheet(sheet) == sheet and quoted_sheet(book.replace(".", "_")) == book.replace(".", "_")
        place = f"[{book}]{sheet}" if plain else "'" + f"[{book}]{sheet}".replace("'", "''") + "'"
        return f"{place}!{address}"

    def insert(self, shift: str | None = None, copy_origin: str | None = None) -> None:
        """Move what is here down or right, with formats, notes, rules, tables and every reference to it."""
        _shift_cells(self, 1, shift, copy_origin)

    def delete(self, shift: str | None = None) -> None:
        """Take the cells out and move up or left what lies behind them."""
        _shift_cells(self, -1, shift, None)

    def copy(self, destination: Any = None) -> None:
        """Copy values, formulas and formats to another place; there is no clipboard."""
        if destination is None:
            raise NotImplementedError("a plain file has no clipboard; name a destination")
        shift.copy_cells(self, destination.impl)

    def select(self) -> None:
        """Make the cells those selected when the file is opened."""
        self.sheet.api.sheet_view.selection[0].activeCell = self.area.address().split(":")[0]
        self.sheet.api.sheet_view.selection[0].sqref = self.area.address()

    @property
    def data_validation(self) -> DataValidation:
        """The rule for what may be typed here."""
        return DataValidation(self)

    @property
    def note(self) -> Note | None:
        """The note on the first cell."""
        cell = self.sheet.api._cells.get((self.row, self.column))  # noqa: SLF001
        return Note(self) if cell is not None and cell._comment is not None else None  # noqa: SLF001

    def add_note(self, text: str) -> Note:
        """Put a note on the first cell."""
        return Note.added(self, text)

    @property
    def name(self) -> Any:
        """The name given to exactly these cells; ``None`` for none."""
        return next((n for n in self.sheet.book.names.all() if n.is_for(self)), None)

    @name.setter
    def name(self, value: str) -> None:
        self.sheet.book.names.add(value, f"={quoted_sheet(self.sheet.name)}!{self.address}")

    @property
    def table(self) -> Any:
        """The table the first cell lies in."""
        first = Area(self.row, self.column, self.row, self.column)
        return next((table for table in self.sheet.tables if table.area.holds(first)), None)

    @property
    def merge_area(self) -> Range:
        """The merged cells the first cell lies in, or the cell alone."""
        for merged in self.sheet.api.merged_cells.ranges:
            area = Area(merged.min_row, merged.min_col, merged.max_row, merged.max_col)
            if area.holds(Area(self.row, self.column, self.row, self.column)):
                return Range(self.sheet, area)
        return self(1, 1)

    @property
    def merge_cells(self) -> bool:
        """Whether the first cell is merged with others."""
        return len(self.merge_area) > 1

    def merge(self, across: bool) -> None:  # noqa: FBT001
        """Make one cell of all, or of each row."""
        area = self.area
        rows = [Area(r, area.left, r, area.right) for r in range(area.top, area.bottom + 1)] if across else [area]
        for part in rows:
            self.sheet.api.merge_cells(part.address())

    def unmerge(self) -> None:
        """Take merged cells apart."""
        for merged in tuple(self.sheet.api.merged_cells.ranges):
            if self.area.meets(Area(merged.min_row, merged.min_col, merged.max_row, merged.max_col)):
                self.sheet.api.unmerge_cells(str(merged))

    @property
    def hyperlink(self) -> str:
        """Where the first cell's link leads."""
        cell = self.sheet.api._cells.get((self.row, self.column))  # noqa: SLF001
        if cell is None or cell.hyperlink is None:
            raise Exception("The cell doesn't seem to contain a hyperlink!")
        return str(cell.hyperlink.target or cell.hyperlink.location)

    def add_hyperlink(self, address: str, text_to_display: str | None = None, screen_tip: str | None = None) -> None:
        """Make the first cell a link."""
        cell = cells.own(self.sheet.api, self.row, self.column)
        cells.put(cell, text_to_display or address, self.sheet.book.formats, formulas=False)
        cell.hyperlink = address
        cell.hyperlink.tooltip = screen_tip


def _shift_cells(cells_range: Range, direction: int, way: str | None, copy_origin: str | None) -> None:
    area = cells_range.area
    if area.whole_rows or area.whole_columns:
        by_rows = area.whole_rows
    elif way is None:
        by_rows = area.columns >= area.rows
    else:
        by_rows = way in ("down", "up")
    shift.shift_cells(
        cells_range.sheet.book.api,
        cells_range.sheet.api,
        area,
        direction=direction,
        by_rows=by_rows,
        style_from_after=copy_origin == "format_from_right_or_below",
    )
