"""Move cells about: insert, delete, copy, paste, merge, fit, sort."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, cast

from .addresses import MAX_COLUMNS, MAX_ROWS, Area
from .bridge import enum, properties, struct, typed_any
from .noted import put_values

if TYPE_CHECKING:
    from .range import Range
    from .sheets import Sheet

# What Calc's "paste special" takes: texts, values, dates, notes, formulas, formats.
_PASTED = {
    "all": "SVDFNT",
    "all_except_borders": None,
    "all_merging_conditional_formats": "SVDFNT",
    "all_using_source_theme": "SVDFNT",
    "comments": "N",
    "formats": "T",
    "formulas": "SVDF",
    "values": "SVD",
    "formulas_and_number_formats": None,
    "values_and_number_formats": None,
    "column_widths": None,
    "validation": None,
    "link": None,
}
_OPERATIONS = {"add": operator.add, "subtract": operator.sub, "multiply": operator.mul, "divide": operator.truediv}
_NO_MOVE = 4


class StructureMixin:
    """The part of a range that moves cells."""

    area: Area
    xl: Any
    first_cell: Any
    address_of_cells: Any
    _sheet: Sheet

    def cells_of(self, area: Area) -> Any:
        raise NotImplementedError

    @property
    def _whole_rows(self) -> bool:
        return self.area.columns == MAX_COLUMNS

    @property
    def _whole_columns(self) -> bool:
        return self.area.rows == MAX_ROWS

    def insert(self, shift: str | None = None, copy_origin: str | None = None) -> None:  # noqa: ARG002 - Calc always takes the format from above or left
        """Insert blank cells here; without a direction a tall range shifts right and others down, as in Excel."""
        if self._whole_rows:
            mode = "ROWS"
        elif self._whole_columns:
            mode = "COLUMNS"
        elif shift == "right" or (shift is None and self.area.rows > self.area.columns):
            mode = "RIGHT"
        else:
            mode = "DOWN"
        self._sheet.xl.insertCells(self.address_of_cells, enum("com.sun.star.sheet.CellInsertMode", mode))

    def delete(self, shift: str | None = None) -> None:
        """Take the cells out; without a direction a wide range moves up and others left, as in Excel."""
        if self._whole_rows:
            mode = "ROWS"
        elif self._whole_columns:
            mode = "COLUMNS"
        elif shift == "left" or (shift is None and self.area.rows >= self.area.columns):
            mode = "LEFT"
        else:
            mode = "UP"
        self._sheet.xl.removeRange(self.address_of_cells, enum("com.sun.star.sheet.CellDeleteMode", mode))
        self._sheet.book.shifts += mode == "UP"

    def copy(self, destination: Any = None) -> None:
        """Copy to the destination, or remember these cells for a paste."""
        if destination is None:
            self._sheet.book.app.copied = self
        else:
            target: Range = getattr(destination, "impl", destination)
            target.paste_from(cast("Range", self))

    def move(self, destination: Any) -> None:
        target: Range = getattr(destination, "impl", destination)
        if target.sheet.book is not self._sheet.book:
            raise NotImplementedError("Range.move to another workbook is not available in LibreOffice")
        self._sheet.xl.moveRange(target.first_cell.CellAddress, self.address_of_cells)

    def paste(
        self,
        paste: str | None = None,
        operation: str | None = None,
        skip_blanks: bool = False,
        transpose: bool = False,
    ) -> None:
        """Paste what was copied last. Raises ValueError where nothing was."""
        source = self._sheet.book.app.copied
        if source is None:
            raise ValueError("Nothing was copied")
        self.paste_from(source, paste or "all", operation=operation, skip_blanks=skip_blanks, transpose=transpose)

    def copy_from(
        self,
        source_range: Any,
        copy_type: str = "all",
        skip_blanks: bool = False,
        transpose: bool = False,
    ) -> None:
        source = getattr(source_range, "impl", source_range)
        self.paste_from(source, copy_type, skip_blanks=skip_blanks, transpose=transpose)

    def paste_from(
        self,
        source: Range,
        what: str = "all",
        *,
        operation: str | None = None,
        skip_blanks: bool = False,
        transpose: bool = False,
    ) -> None:
        flags = _PASTED.get(what)
        if flags is None:
            raise NotImplementedError(f"Pasting {what!r} is not available in LibreOffice")
        plain = what == "all" and operation is None and not skip_blanks and not transpose
        if plain and source.sheet.book is self._sheet.book:
            for area in self._tiles(source.area):
                first = self.cells_of(area).getCellByPosition(0, 0).CellAddress
                self._sheet.xl.copyRange(first, source.address_of_cells)
            return
        if what == "values":
            self._paste_values(source, operation=operation, skip_blanks=skip_blanks, transpose=transpose)
            return
        if operation is not None:
            raise NotImplementedError(f"Pasting {what!r} with an operation is not available in LibreOffice")
        same = source.sheet.book is self._sheet.book and source.sheet.index == self._sheet.index
        areas = self.area.without(source.area) if same else [self.area]
        with _Selected(source.sheet, source.xl):
            source.sheet.book.app.dispatch(source.sheet.book, ".uno:Copy")
        self._paste_here(areas, flags, skip_blanks=skip_blanks, transpose=transpose)

    def _paste_values(self, source: Range, *, operation: str | None, skip_blanks: bool, transpose: bool) -> None:
        rows = [["" if value is None else value for value in row] for row in source.xl.getDataArray()]
        if transpose:
            rows = [list(column) for column in zip(*rows, strict=True)]
        for area in self._tiles(Area(1, 1, len(rows), len(rows[0]))):
            cells = self.cells_of(Area(area.row, area.column, len(rows), len(rows[0])))
            new: list[list[Any]] = rows
            if operation is not None or skip_blanks:
                new = [
                    [_combined(there, value, operation, skip_blanks) for there, value in zip(old, row, strict=True)]
                    for old, row in zip(cells.getDataArray(), rows, strict=True)
                ]
            put_values(cells, new)

    def _copy_formula(self, area: Area) -> None:
        """Copy the first cell's formula over an area, nothing else of it."""
        if area.is_cell:
            return
        book = self._sheet.book
        if not book.app.office.is_ours:
            # A person's clipboard is theirs; copying a cell's tokens costs a call for each cell.
            tokens = self.cells_of(area.part(0, 0)).getCellByPosition(0, 0).getTokens()
            cells = self.cells_of(area)
            for row in range(area.rows):
                for column in range(area.columns):
                    cells.getCellByPosition(column, row).setTokens(tokens)
            return
        with _Selected(self._sheet, self.cells_of(area.part(0, 0))):
            book.app.dispatch(book, ".uno:Copy")
        self._paste_here(area.without(area.part(0, 0)), "F")

    def _paste_here(self, areas: list[Area], flags: str, *, skip_blanks: bool = False, transpose: bool = False) -> None:
        """Paste what Calc's clipboard holds over areas of this sheet.

        Calc pastes nothing at all where the cells that were copied are among those pasted to.
        """
        book = self._sheet.book
        for area in areas:
            with _Selected(self._sheet, self.cells_of(area)):
                book.app.dispatch(
                    book,
                    ".uno:InsertContents",
                    Flags=flags,
                    FormulaCommand=0,
                    SkipEmptyCells=skip_blanks,
                    Transpose=transpose,
                    AsLink=False,
                    MoveMode=_NO_MOVE,
                )

    def _tiles(self, source: Area) -> list[Area]:
        """Return where copies of the source go: once, or over the whole range where it fits a whole number of times."""
        rows, columns = self.area.rows // source.rows, self.area.columns // source.columns
        if rows * source.rows != self.area.rows or columns * source.columns != self.area.columns:
            rows = columns = 1
        return [
            self.area.part(row * source.rows, column * source.columns)
            for row in range(rows)
            for column in range(columns)
        ]

    def copy_picture(self, appearance: str, format: str) -> None:  # noqa: A002, ARG002 - LibreOffice offers every format at once
        """Put the cells on the clipboard, from which programs take them as a picture, too."""
        with _Selected(self._sheet, self.xl):
            self._sheet.book.app.dispatch(self._sheet.book, ".uno:Copy")

    def autofit(self, axis: str | None = None) -> None:
        if self.xl is None:
            return
        if axis in ("columns", "c", None):
            self.xl.Columns.OptimalWidth = True
        if axis in ("rows", "r", None):
            self.xl.Rows.OptimalHeight = True

    def merge(self, across: bool = False) -> None:
        rows = [self.area.part(row, 0, 1, self.area.columns) for row in range(self.area.rows)]
        for area in rows if across else [self.area]:
            cells = self.cells_of(area)
            cells.merge(False)
            cells.merge(True)

    def unmerge(self) -> None:
        self.xl.merge(False)

    @property
    def merge_cells(self) -> bool:
        return bool(self.xl.IsMerged) or (self.area.is_cell and self._covered)

    @property
    def _covered(self) -> bool:
        cursor = self._sheet.xl.createCursorByRange(self.xl)
        cursor.collapseToMergedArea()
        address = cursor.RangeAddress
        return bool(address.EndRow > address.StartRow or address.EndColumn > address.StartColumn)

    def sort(self, keys: list[int], ascending: list[bool], has_headers: bool) -> None:
        """Sort the rows by columns counted from 1."""
        fields = [
            struct("com.sun.star.table.TableSortField", Field=key - 1, IsAscending=up)
            for key, up in zip(keys, ascending, strict=True)
        ]
        self.xl.sort(
            properties(
                SortFields=typed_any("[]com.sun.star.table.TableSortField", tuple(fields)),
                ContainsHeader=bool(has_headers),
                IsSortColumns=False,
                BindFormatsToContent=False,
            )
        )


def _combined(there: Any, value: Any, operation: str | None, skip_blanks: bool) -> Any:
    """Return what a cell holds after a paste; an operation counts a blank cell as 0 and leaves texts alone."""
    if value == "" and skip_blanks:
        return "" if there is None else there
    if operation is None:
        return value
    left, right = there or 0.0, value or 0.0
    if isinstance(left, str) or isinstance(right, str):
        return left
    try:
        return _OPERATIONS[operation](left, right)
    except ZeroDivisionError:
        return left


class _Selected:
    """Select cells for a menu command and give back the selection that was.

    A class: what UNO raises cannot pass through a generator's context manager.
    """

    def __init__(self, sheet: Sheet, cells: Any) -> None:
        self.controller = sheet.book.controller
        self.sheet = sheet.xl
        self.cells = cells

    def __enter__(self) -> None:
        self.shown, self.selection = self.controller.ActiveSheet, self.controller.Selection
        self.controller.setActiveSheet(self.sheet)
        self.controller.select(self.cells)

    def __exit__(self, *_error: object) -> None:
        self.controller.setActiveSheet(self.shown)
        self.controller.select(self.selection)
